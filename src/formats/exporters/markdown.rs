//! Markdown for people: a file a conversation, or one conversation as a stream. What people wrote never becomes markup.

mod escape;

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::PathBuf;

use self::escape::{escaped, fenced};
use super::heading::Heading;
use super::media::Media;
use super::page::{Page, Talk};
use super::prose::{Stretch, is_web, stretches};
use super::shown::{Attached, FileKind, Part, Shown, State};
use super::{ExportError, ExportFormat, Exporter, Files, Job, Output, Shape, name, when};
use crate::archive::Archive;
use crate::model::{Message, Status};
use crate::query::TimeZone;

pub(super) const FORMAT: ExportFormat = ExportFormat {
    name: "markdown",
    about: "text that reads well anywhere: a folder with a file a conversation, or one conversation",
    shape: Shape::Either,
    begin: |job| Ok(Box::new(Markdown::begin(job)?)),
};

/// The folder of a folder that has the media files.
const MEDIA: &str = "media";
/// Characters of a message that is quoted.
const QUOTED: usize = 160;

struct Markdown<'a> {
    archive: &'a Archive,
    zone: TimeZone,
    place: Place<'a>,
    media: Option<Media<'a>>,
    conversations: usize,
    heading: Option<Heading>,
    /// Whether the text of the conversation is begun.
    is_open: bool,
    page: Page,
    /// The day of the message that was written last.
    day: String,
    /// Lines of the list of conversations.
    list: String,
}

/// Where the text of a conversation goes.
enum Place<'a> {
    Stream(Box<dyn Write + 'a>),
    /// A folder with a file for each, the present one opened.
    Folder(PathBuf, Option<BufWriter<File>>),
}

impl<'a> Markdown<'a> {
    fn begin(job: Job<'a>) -> Result<Self, ExportError> {
        let (place, media) = match job.output {
            Output::Stream(stream) => (Place::Stream(stream), None),
            Output::Folder(folder) => {
                let media = Media::new(job.archive, folder.join(MEDIA));
                (Place::Folder(folder, None), Some(media))
            }
        };
        let (heading, page) = (None, Page::default());
        Ok(Self {
            archive: job.archive,
            zone: job.zone,
            place,
            media,
            conversations: 0,
            heading,
            is_open: false,
            page,
            day: String::new(),
            list: String::new(),
        })
    }

    fn write(&mut self, text: &str) -> Result<(), ExportError> {
        match &mut self.place {
            Place::Stream(stream) => stream.write_all(text.as_bytes()),
            Place::Folder(_, Some(file)) => file.write_all(text.as_bytes()),
            Place::Folder(_, None) => Ok(()),
        }
        .map_err(ExportError::Stream)
    }

    /// Opens the file of the conversation, with the first message of it.
    fn open(&mut self, heading: &Heading) -> Result<(), ExportError> {
        self.conversations += 1;
        match &mut self.place {
            Place::Stream(_) if self.conversations > 1 => return Err(ExportError::OneConversation { format: FORMAT.name }),
            Place::Stream(_) => {}
            Place::Folder(folder, file) => {
                let name = format!("{}.md", name::of_conversation(self.conversations, heading.name()));
                let path = folder.join(&name);
                *file = Some(BufWriter::new(File::create(&path).map_err(ExportError::file("create", &path))?));
                self.list += &format!("- [{}]({})\n", escaped(heading.name()), name::link(&name));
            }
        }
        let mut head = format!("# {}\n", escaped(heading.name()));
        for line in [heading.topic(), &heading.kind()] {
            if !line.is_empty() {
                head += &format!("\n{}\n", escaped(line));
            }
        }
        self.day.clear();
        self.write(&head)
    }

    /// Writes the messages that were gathered.
    fn write_page(&mut self) -> Result<(), ExportError> {
        let Some(heading) = self.heading.clone() else { return Ok(()) };
        for Talk { message, answers } in self.page.take() {
            let day = when::day(message.time, &self.zone);
            if self.day != day {
                self.write(&format!("\n## {day}\n"))?;
                self.day = day;
            }
            let text = self.message(&message, &heading, None)?;
            self.write(&format!("\n{text}"))?;
            for answer in answers {
                let text = self.message(&answer, &heading, Some(message.time))?;
                self.write(&format!("\n{}", as_item(&text)))?;
            }
        }
        Ok(())
    }

    /// Writes what is gathered and closes the file of the conversation.
    fn close(&mut self) -> Result<(), ExportError> {
        self.write_page()?;
        if let Place::Folder(_, file) = &mut self.place
            && let Some(file) = file.take()
        {
            let file = file.into_inner().map_err(|error| ExportError::Stream(error.into_error()))?;
            file.sync_all().map_err(ExportError::Stream)?;
        }
        Ok(())
    }

    /// A message as paragraphs. `under` is the time of the message that it stands under.
    fn message(&mut self, shown: &Shown, heading: &Heading, under: Option<u64>) -> Result<String, ExportError> {
        let is_of_its_day = under.is_none_or(|root| when::day(root, &self.zone) == when::day(shown.time, &self.zone));
        let time = if is_of_its_day { when::clock(shown.time, &self.zone) } else { when::moment(shown.time, &self.zone) };
        if shown.event.is_some() || shown.state == State::Recalled {
            let text = if shown.state == State::Recalled { format!("{} deleted a message", shown.name) } else { shown.beginning(1_000) };
            return Ok(format!("*{} — {time}*\n", escaped(&text)));
        }
        let mut head = format!("**{}** — {time}", escaped(&shown.name));
        let marks = [(shown.edited.is_some(), "edited"), (shown.is_pinned, "pinned"), (shown.state == State::Unsent, "not sent")];
        for (_, mark) in marks.iter().filter(|(is_so, _)| *is_so) {
            head += &format!(" · {mark}");
        }
        let mut blocks = vec![head];
        if let Some(forwarded) = &shown.forwarded {
            let from = forwarded.from.as_ref().map(|person| person.shown()).unwrap_or(&forwarded.conversation);
            blocks.push(if from.is_empty() { "*forwarded*".to_owned() } else { format!("*forwarded from {}*", escaped(from)) });
        }
        blocks.extend(self.quote(shown, heading, under.is_some())?);
        for part in &shown.parts {
            blocks.push(self.part(part)?);
        }
        for before in shown.edited.iter().flat_map(|edited| &edited.before) {
            blocks.push(format!("*before:* {}", escaped(&before.text)));
        }
        if !shown.reactions.is_empty() {
            let each = shown.reactions.iter().map(|reaction| format!("{} {}", escaped(&reaction.emoji), reaction.count));
            blocks.push(each.collect::<Vec<_>>().join(" · "));
        }
        Ok(blocks.join("\n\n") + "\n")
    }

    /// What the message answers; for one that stands away from the beginning of its thread, that.
    fn quote(&self, shown: &Shown, heading: &Heading, is_under_root: bool) -> Result<Option<String>, ExportError> {
        if let Some(answered) = &shown.answers {
            let (name, text) = match self.archive.find(&[&answered.id])?.pop() {
                Some(message) if message.status != Some(Status::Deleted) => {
                    let shown = Shown::of(&message, heading);
                    (shown.name.clone(), shown.beginning(QUOTED))
                }
                _ => (heading.name_of(&answered.sender).to_owned(), super::shown::one_line(&answered.text, QUOTED)),
            };
            return Ok(Some(format!("> **{}**: {}", escaped(&name), escaped(&text))));
        }
        let Some(root) = shown.root().filter(|_| !is_under_root) else { return Ok(None) };
        if let Some(name) = shown.thread.as_ref().map(|thread| &thread.name).filter(|name| !name.is_empty()) {
            return Ok(Some(format!("> in: {}", escaped(name))));
        }
        Ok(self.archive.find(&[root])?.pop().map(|message| {
            let shown = Shown::of(&message, heading);
            format!("> in the thread of **{}**: {}", escaped(&shown.name), escaped(&shown.beginning(QUOTED)))
        }))
    }

    fn part(&mut self, part: &Part) -> Result<String, ExportError> {
        Ok(match part {
            Part::Text(text) => prose(text),
            Part::File(file) => self.file(file)?,
            Part::Location { desc, latitude, longitude } => {
                format!("Location: {}{latitude}, {longitude}", if desc.is_empty() { String::new() } else { escaped(desc) + ", " })
            }
            Part::Card { kind, text } => {
                let kind = if kind.is_empty() { "custom" } else { kind };
                format!("*{}:* {}", escaped(kind), escaped(text))
            }
            Part::Sticker(name) => format!("*sticker:* {}", escaped(name)),
            Part::Bundle { title, lines } => {
                let lines = std::iter::once(title).chain(lines).map(|line| format!("> {}", escaped(&super::shown::one_line(line, QUOTED))));
                lines.collect::<Vec<_>>().join("\\\n")
            }
            Part::Event(text) => format!("*{}*", escaped(text)),
        })
    }

    fn file(&mut self, file: &Attached) -> Result<String, ExportError> {
        let name = escaped(&super::shown::one_line(file.called(), QUOTED));
        let kept = match (&mut self.media, file.hash) {
            (Some(media), Some(hash)) => media.place(hash, &file.name)?,
            _ => None,
        };
        Ok(match kept {
            Some(kept) if file.shown_as() == FileKind::Picture => format!("![{name}]({MEDIA}/{})", name::link(&kept)),
            Some(kept) => format!("[{name}]({MEDIA}/{})", name::link(&kept)),
            None if is_web(&file.url) => format!("{}: {name}, {}", file.kind.word(), escaped(&file.url)),
            None => format!("{}: {name}", file.kind.word()),
        })
    }
}

/// A text with its code as blocks of code.
fn prose(text: &str) -> String {
    let blocks = stretches(text).into_iter().map(|stretch| match stretch {
        Stretch::Words(words) => escaped(words),
        Stretch::Code { language, code } => fenced(language, code),
    });
    blocks.collect::<Vec<_>>().join("\n\n")
}

/// Paragraphs as an item of a list.
fn as_item(text: &str) -> String {
    let mut item = String::with_capacity(text.len() + 64);
    for (number, line) in text.lines().enumerate() {
        match (number, line) {
            (0, line) => item += &format!("- {line}"),
            (_, "") => {}
            (_, line) => item += &format!("  {line}"),
        }
        item.push('\n');
    }
    item
}

impl Exporter for Markdown<'_> {
    fn begin(&mut self, conversation: Heading) -> Result<(), ExportError> {
        self.close()?;
        self.is_open = false;
        self.heading = Some(conversation);
        Ok(())
    }

    fn message(&mut self, message: &Message) -> Result<(), ExportError> {
        let Some(heading) = self.heading.clone() else { return Ok(()) };
        if !self.is_open {
            self.open(&heading)?;
            self.is_open = true;
        }
        if self.page.is_full() {
            self.write_page()?;
        }
        self.page.push(Shown::of(message, &heading));
        Ok(())
    }

    fn finish(&mut self) -> Result<Files, ExportError> {
        self.close()?;
        match &mut self.place {
            Place::Stream(stream) => stream.flush().map_err(ExportError::Stream)?,
            Place::Folder(folder, _) => {
                let path = folder.join("index.md");
                super::draft::write_whole(&path, format!("# Conversations\n\n{}", self.list).as_bytes())?;
            }
        }
        Ok(self.media.as_ref().map_or_else(Files::default, Media::files))
    }
}
