//! What a message holds: its text, files, stickers, and the cards that Discord makes of links and programs send.

use serde_json::{Value, json};

use super::record::{File, Forwarded, Interaction, Record, Sticker, User};
use super::text::readable;
use crate::formats::imported::{Attachment, FileKind, Part};
use crate::formats::importers::Export;
use crate::formats::lenient::text_of;

/// Where the files of an export are looked for.
pub(super) struct Beside<'a> {
    pub(super) export: &'a Export<'a>,
    /// The file of the messages.
    pub(super) file: &'a str,
}

impl Beside<'_> {
    /// Where a file lies in the tree, and otherwise its web address or the place that is named for it.
    fn placed(&self, url: String, mut attachment: Attachment) -> Attachment {
        if url.contains("://") {
            attachment.url = url;
        } else {
            match self.export.beside(self.file, &url) {
                Some(path) => attachment.path = path,
                None => attachment.place = url,
            }
        }
        attachment
    }

    /// The path of a file that is there.
    fn there(&self, url: &str) -> Option<String> {
        if url.is_empty() || url.contains("://") {
            return None;
        }
        self.export.beside(self.file, url).filter(|path| self.export.tree.size(path).is_some())
    }

    fn file(&self, file: File) -> Part {
        let kind = FileKind::of("", &file.name);
        Part::File(self.placed(file.url, Attachment { kind, name: file.name, size: file.size, ..Attachment::default() }))
    }

    fn sticker(&self, sticker: Sticker) -> Part {
        match self.there(&sticker.url) {
            Some(path) => {
                let kind = FileKind::of("", &path);
                Part::File(Attachment { kind, name: sticker.name, path, ..Attachment::default() })
            }
            None => Part::Sticker(sticker.name),
        }
    }

    /// A card, and the pictures of it that lie beside the export.
    fn embed(&self, embed: Value, mentioned: &[User], parts: &mut Vec<Part>) {
        let single = ["thumbnail", "image", "video"].into_iter().filter_map(|key| embed.get(key));
        let several = embed["images"].as_array().into_iter().flatten();
        let mut paths: Vec<_> = single.chain(several).filter_map(|image| self.there(image["url"].as_str()?)).collect();
        paths.dedup();
        parts.push(Part::Other { kind: "embed", text: card(&embed, mentioned), data: embed });
        for path in paths {
            let name = path.rsplit('/').next().unwrap_or_default().to_owned();
            parts.push(Part::File(Attachment { kind: FileKind::of("", &path), name, path, ..Attachment::default() }));
        }
    }
}

/// The parts of a message, and behind them those of what it forwards.
pub(super) fn parts(record: &mut Record, beside: &Beside<'_>) -> Vec<Part> {
    let mut parts = Vec::new();
    let mentioned = std::mem::take(&mut record.mentions);
    if let Some(interaction) = record.interaction.take().filter(|interaction| !interaction.name.is_empty()) {
        parts.push(command(&interaction));
    }
    parts.push(Part::Text(readable(&record.content, &mentioned).into_owned()));
    parts.extend(std::mem::take(&mut record.attachments).into_iter().map(|file| beside.file(file)));
    parts.extend(std::mem::take(&mut record.stickers).into_iter().map(|sticker| beside.sticker(sticker)));
    for embed in std::mem::take(&mut record.embeds) {
        beside.embed(embed, &mentioned, &mut parts);
    }
    if let Some(Forwarded { content, attachments, embeds, stickers, .. }) = record.forwarded.take() {
        parts.push(Part::Text(readable(&content, &mentioned).into_owned()));
        parts.extend(attachments.into_iter().map(|file| beside.file(file)));
        parts.extend(stickers.into_iter().map(|sticker| beside.sticker(sticker)));
        for embed in embeds {
            beside.embed(embed, &mentioned, &mut parts);
        }
    }
    record.mentions = mentioned;
    parts
}

fn command(interaction: &Interaction) -> Part {
    let data = json!({"id": interaction.id, "name": interaction.name, "user": interaction.user.id});
    Part::Other { kind: "interaction", text: format!("{} used /{}", interaction.user.shown(), interaction.name), data }
}

/// How a card reads: each of its texts on a line of its own.
fn card(embed: &Value, mentioned: &[User]) -> String {
    let of = |value: &Value| readable(&text_of(value), mentioned).into_owned();
    let mut lines = vec![of(&embed["author"]["name"]), of(&embed["title"]), of(&embed["description"])];
    for field in embed["fields"].as_array().into_iter().flatten() {
        lines.push(match (of(&field["name"]), of(&field["value"])) {
            (name, value) if name.is_empty() || value.is_empty() => name + &value,
            (name, value) => format!("{name}: {value}"),
        });
    }
    lines.extend([of(&embed["footer"]["text"]), text_of(&embed["url"])]);
    lines.retain(|line| !line.trim().is_empty());
    lines.join("\n")
}
