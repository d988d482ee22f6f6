//! Messages of the TIM message API: an array of them, or one a line; also what `mynah export` writes, with its media files beside it.

use super::{Candidate, Export, Importer, ReadError, Unit};
use crate::formats::out::{At, Out};
use crate::formats::{Entry, Said, TimReader};
use crate::model::Message;

/// How the names of files of messages end. An empty file is one of messages only by its name.
const ENDINGS: &[&str] = &["json", "jsonl", "ndjson"];

pub(in crate::formats) struct Tim;

impl Importer for Tim {
    fn name(&self) -> &'static str {
        "messages"
    }

    fn title(&self) -> &'static str {
        "messages of the TIM message API and exports of Mynah: a JSON array or one a line"
    }

    fn sniff(&self, file: &Candidate<'_>) -> Option<Unit> {
        let has_ending = || {
            let name = file.name().to_ascii_lowercase();
            let name = [".gz", ".xz", ".zst", ".bz2"].iter().find_map(|packed| name.strip_suffix(packed)).unwrap_or(&name);
            ENDINGS.iter().any(|ending| name.strip_suffix(ending).is_some_and(|rest| rest.ends_with('.')))
        };
        // `message_id` is a key of other programs, and none of the message API.
        let mut keys = file.text().match_indices("\"message_").map(|(at, _)| &file.text()[at..]);
        let mut is_its_own = || keys.any(|key| !key.starts_with("\"message_id\"")) || file.text().starts_with("{\"mynah_conversation\":");
        let begins = file.text().trim_start().starts_with(['[', '{']);
        (file.is_told || (begins && is_its_own()) || (is_empty(file.text()) && (has_ending() || !file.tree.is_lasting())))
            .then(|| file.alone())
    }

    fn is_attachment(&self, file: &Candidate<'_>) -> bool {
        let mut parts = file.path.rsplit('/');
        let is_hex = |part: Option<&str>, length: usize| {
            part.is_some_and(|part| part.len() == length && part.bytes().all(|byte| byte.is_ascii_hexdigit()))
        };
        is_hex(parts.next(), 62) && is_hex(parts.next(), 2) && parts.next() == Some("media")
    }

    fn gives_ids(&self) -> bool {
        false
    }

    fn read(&self, export: &Export<'_>, out: &mut Out<'_>) -> Result<(), ReadError> {
        for path in export.files {
            let file = export.shown(path);
            let folder = path.rsplit_once('/').map_or(String::new(), |(folder, _)| format!("{folder}/"));
            let media = |message: &Message| media_of(message, &folder, export);
            for entry in TimReader::new(&file, export.tree.open(path)?) {
                let Entry { line, said } = entry?;
                let at = At::new(&file, line);
                match said {
                    Ok(Said::Message(message)) => {
                        let media = media(&message);
                        out.api_message(at, *message, media)?;
                    }
                    Ok(Said::About(conversation, about)) => out.api_about(conversation, *about)?,
                    Err(fault) => out.fault(at, fault)?,
                }
            }
        }
        Ok(())
    }
}

/// Whether a file holds nothing, as the export of an empty archive does.
fn is_empty(text: &str) -> bool {
    matches!(text.split_whitespace().collect::<String>().as_str(), "" | "[]")
}

/// Where the media files lie that a message names by their hashes, those that are there.
fn media_of(message: &Message, folder: &str, export: &Export<'_>) -> Vec<String> {
    let paths = message.media_hashes().into_iter().filter(|hash| hash.len() == 64 && hash.is_ascii());
    let paths = paths.map(|hash| format!("{folder}media/{}/{}", &hash[..2], &hash[2..]));
    paths.filter(|path| export.tree.size(path).is_some()).collect()
}

#[cfg(test)]
mod tests {
    use crate::formats::importers::trial::read;

    #[test]
    fn the_media_files_of_an_export_are_no_exports() {
        let log = b"[2020-01-01 10:00:00] <ann> hello\n[2020-01-01 10:00:01] <bob> hi\n";
        let line = br#"{"message_conv_id":"ops","message_conv_type":2,"message_sender":"a","message_client_time":5}"#;
        let media = format!("media/ab/{}", "0".repeat(62));
        assert_eq!(read(&[("messages.jsonl", line), (&media, log)]).messages.len(), 1);
        assert_eq!(read(&[("messages.jsonl", line), ("media/ab/log", log)]).messages.len(), 3);
    }
}
