//! Mail: mailboxes in one file (mbox of every flavour), folders of single mails (Maildir, `.eml`), and Apple Mail's `.emlx`.
//!
//! A mailbox is one conversation, a mail one message of it. One mail is held at a time, besides the senders' names, at most 10,000, and a few
//! bytes for each of the last mails by which copies are told (`known.rs`).

mod body;
mod charset;
mod file;
mod flowed;
mod known;
mod letter;
mod mailbox;
mod mbox;

use std::collections::BTreeSet;
use std::io::Read as _;
use std::sync::Arc;

use rustc_hash::FxHashSet;

use super::{Candidate, Export, HEAD, Importer, ReadError, Unit};
use crate::formats::imported::Imported;
use crate::formats::out::{At, Chat, ChatName, Out};
use crate::formats::{Fault, FormatError};
use crate::model::{About, Person};
use file::FileForm;
use known::Known;
use letter::{Arrival, Letter, Note};
use mbox::Mbox;

/// Bytes of one mail; a longer one is cut there, and told. Services take up to 50 MB.
const LONGEST: usize = 64 << 20;
/// Senders that are named in the description of a mailbox.
const MEMBERS: usize = 10_000;

pub(in crate::formats) struct Mail;

impl Importer for Mail {
    fn name(&self) -> &'static str {
        "mail"
    }

    fn title(&self) -> &'static str {
        "mail: mbox, Maildir, .eml and .emlx files"
    }

    fn sniff(&self, file: &Candidate<'_>) -> Option<Unit> {
        let form = FileForm::of(file.head, file.name()).or(file.is_told.then_some(FileForm::Mail))?;
        if mailbox::is_unfinished(file.tree, file.path) {
            return None;
        }
        Some(match form {
            FileForm::Box => file.alone(),
            FileForm::Mail | FileForm::AppleMail => Unit(mailbox::folder(file.folder()).to_owned()),
        })
    }

    fn read(&self, export: &Export<'_>, out: &mut Out<'_>) -> Result<(), ReadError> {
        let name = mailbox::name(export.tree, export.unit);
        let chat = Chat { id: name.clone(), name: ChatName::Guessed };
        out.inferred("conversation", name.clone(), "the name of the mailbox's file or folder")?;
        let about = About { name, kind: "mailbox".to_owned(), ..About::default() };
        out.about(&chat, about.clone())?;
        let mut reading = Reading {
            export,
            chat,
            known: Known::default(),
            told: BTreeSet::new(),
            met: FxHashSet::default(),
            members: Vec::new(),
            time: None,
        };
        for path in export.files {
            match reading.file(path, out) {
                Err(ReadError::Format(error)) => out.unread(error)?,
                other => other?,
            }
        }
        if !reading.members.is_empty() {
            out.about(&reading.chat, About { members: reading.members, ..about })?;
        }
        Ok(())
    }
}

/// A mailbox that is being read.
struct Reading<'a> {
    export: &'a Export<'a>,
    chat: Chat,
    known: Known,
    /// What was told already.
    told: BTreeSet<Note>,
    /// Who is among the members.
    met: FxHashSet<String>,
    members: Vec<Person>,
    /// The time of the mail before.
    time: Option<u64>,
}

impl Reading<'_> {
    fn file(&mut self, path: &str, out: &mut Out<'_>) -> Result<(), ReadError> {
        let export = self.export;
        let shown = export.shown(path);
        let name = path.rsplit('/').next().unwrap_or_default();
        let form = FileForm::of(&export.tree.head(path, HEAD)?, name).unwrap_or(FileForm::Mail);
        let failed = |source| FormatError::Read { file: Arc::clone(&shown), source };
        let source = export.tree.open(path)?;
        if form == FileForm::Box {
            let mut mails = Mbox::new(source, LONGEST);
            while let Some(mail) = mails.next().map_err(failed)? {
                let at = At::new(&shown, mail.line);
                match mail.envelope {
                    // What stands before the first mail is kept by nobody else.
                    None => out.fault(at, Fault::Unreadable { what: "text before the first mail" })?,
                    Some(envelope) => {
                        self.mail(at, &mail.bytes, mail.is_cut, Arrival::of_envelope(&envelope, &export.reading.timezone), out)?
                    }
                }
            }
            return Ok(());
        }
        let mut bytes = Vec::new();
        let read = source.take(LONGEST as u64 + 1).read_to_end(&mut bytes);
        let is_cut = bytes.len() > LONGEST;
        bytes.truncate(LONGEST);
        let mail = if form == FileForm::AppleMail { file::of_apple(&bytes) } else { file::without_separator(&bytes) };
        if !mail.iter().all(u8::is_ascii_whitespace) {
            self.mail(At::new(&shown, 1), mail, is_cut, Arrival::of_file(name), out)?;
        }
        read.map_err(failed)?;
        Ok(())
    }

    fn mail(&mut self, at: At, bytes: &[u8], is_cut: bool, arrival: Arrival, out: &mut Out<'_>) -> Result<(), ReadError> {
        if is_cut {
            out.fault(at.clone(), Fault::Unreadable { what: "end, behind 64 MiB of one mail," })?;
        }
        let Letter { mut imported, notes } = Letter::read(bytes, &arrival, self.time, &self.export.reading.timezone);
        for note in notes {
            self.tell(note, out)?;
        }
        self.time = Some(imported.time);
        imported.id = self.known.distinct(std::mem::take(&mut imported.id), || content_of(&imported));
        let sender = &imported.sender;
        if self.members.len() < MEMBERS && !sender.id.is_empty() && self.met.insert(sender.id.clone()) {
            self.members.push(sender.clone());
        }
        Ok(out.message(&self.chat, at, imported)?)
    }

    /// Tells what was inferred, once a mailbox.
    fn tell(&mut self, note: Note, out: &mut Out<'_>) -> Result<(), ReadError> {
        if !self.told.insert(note.clone()) {
            return Ok(());
        }
        match note {
            Note::Encoding(name) => {
                out.inferred("encoding", name, "the best guess for mails that name none, or one that they are not in")?
            }
            Note::NoZone => self.export.tell_timezone(out)?,
            Note::Received => out.inferred("time", "of the newest Received line", "mails without a Date that can be read")?,
            Note::Arrived => out.inferred("time", "of arrival", "mails without a Date and without a Received line that can be read")?,
            Note::NoTime => out.inferred("time", "of the mail before", "mails that say no time at all")?,
            Note::LongText => out.inferred("text", "its beginning", "texts longer than a message can be; the record has all of it")?,
            Note::ManyParts => out.inferred("parts", "one text", "mails of more parts than any program writes")?,
        }
        Ok(())
    }
}

/// A hash of what people see of a mail: copies that went different ways have the same.
fn content_of(imported: &Imported) -> u64 {
    let mut content = Vec::new();
    content.extend_from_slice(&imported.time.to_le_bytes());
    content.extend_from_slice(imported.sender.id.as_bytes());
    for part in &imported.parts {
        content.push(0);
        match part {
            crate::formats::imported::Part::Text(text) => content.extend_from_slice(text.as_bytes()),
            crate::formats::imported::Part::File(file) => {
                content.extend_from_slice(file.name.as_bytes());
                content.extend_from_slice(file.bytes.as_deref().unwrap_or_default());
            }
            _ => {}
        }
    }
    xxhash_rust::xxh3::xxh3_64(&content)
}

#[cfg(test)]
mod tests;
