//! A mailbox (mboxrd), one mail a message: mail programs read it, and show threads and answers as such.

use std::io::{Read, Write};

use mail_builder::MessageBuilder;
use mail_builder::headers::address::Address;
use mail_builder::headers::message_id::MessageId;
use mail_builder::headers::text::Text;
use mail_builder::mime::MimePart;

use super::heading::Heading;
use super::shown::{Attached, Shown, State, one_line};
use super::when::asctime;
use super::{ExportError, ExportFormat, Exporter, Files, Job, Output, Shape};
use crate::archive::{Archive, ArchiveError};
use crate::media::{MediaHash, MediaHasher};
use crate::model::Message;

pub(super) const FORMAT: ExportFormat = ExportFormat {
    name: "mbox",
    about: "a mailbox for mail programs, one mail a message, with files up to 25 MiB",
    shape: Shape::Stream,
    begin: |job| Ok(Box::new(Mailbox::begin(job)?)),
};

/// Larger files are named in the mail, and not part of it: a mail is held in memory, here and by who reads it.
const ATTACHED: u64 = 25 << 20;

/// The domain of all ids and addresses: one that nobody can have.
const DOMAIN: &str = "mynah.invalid";

/// Characters of a subject that is made of a name.
const SUBJECT: usize = 120;

struct Mailbox<'a> {
    archive: &'a Archive,
    stream: Box<dyn Write + 'a>,
    heading: Option<Heading>,
    files: Files,
}

impl<'a> Mailbox<'a> {
    fn begin(job: Job<'a>) -> Result<Self, ExportError> {
        match job.output {
            Output::Stream(stream) => Ok(Self { archive: job.archive, stream, heading: None, files: Files::default() }),
            Output::Folder(_) => Err(ExportError::NeedsFile { format: FORMAT.name }),
        }
    }

    /// The content of a file, where it can be part of a mail.
    fn content(&mut self, file: &Attached) -> Result<Option<Vec<u8>>, ExportError> {
        let Some(hash) = file.hash else { return Ok(None) };
        let content = match read(self.archive, hash) {
            Ok(Content::Whole(content)) => content,
            Ok(Content::TooLarge) => return Ok(None),
            Ok(Content::Missing) => {
                self.files.missing += 1;
                return Ok(None);
            }
            Err(error) => return Err(error),
        };
        self.files.copied += 1;
        Ok(Some(content))
    }
}

enum Content {
    Whole(Vec<u8>),
    TooLarge,
    /// It is not there, or damaged.
    Missing,
}

fn read(archive: &Archive, hash: MediaHash) -> Result<Content, ExportError> {
    let file = match archive.media(hash) {
        Ok(file) => file,
        Err(ArchiveError::Media(crate::MediaError::Missing { .. })) => return Ok(Content::Missing),
        Err(error) => return Err(error.into()),
    };
    let mut content = Vec::new();
    file.take(ATTACHED + 1).read_to_end(&mut content).map_err(ExportError::Stream)?;
    if content.len() as u64 > ATTACHED {
        return Ok(Content::TooLarge);
    }
    let mut hasher = MediaHasher::default();
    hasher.update(&content);
    Ok(if hasher.hash() == hash { Content::Whole(content) } else { Content::Missing })
}

/// The mail's id of a message: ids of messages may hold what ids of mails may not.
fn mail_id(id: &str) -> String {
    let hash = blake3::hash(id.as_bytes()).to_hex();
    format!("{}@{DOMAIN}", hash.get(..32).unwrap_or(&hash))
}

/// An address for somebody: the id itself where it is one, or else one that leads nowhere.
fn address<'a>(name: &'a str, id: &str) -> Address<'a> {
    let is_plain = |text: &str| {
        !text.is_empty() && text.len() <= 64 && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-+".contains(&byte))
    };
    let is_dotted = |text: &str| text.starts_with('.') || text.ends_with('.') || text.contains("..");
    let is_address = id
        .rsplit_once('@')
        .is_some_and(|(user, domain)| is_plain(user) && is_plain(domain) && domain.contains('.') && !is_dotted(user) && !is_dotted(domain));
    let address = match () {
        () if is_address => id.to_owned(),
        () if is_plain(id) && !is_dotted(id) => format!("{id}@{DOMAIN}"),
        () => mail_id(id),
    };
    Address::new_address(Some(plain_line(name)), address)
}

/// A text for a header: without line ends and what else has no place there.
fn plain_line(text: &str) -> String {
    one_line(&text.replace(char::is_control, " "), SUBJECT)
}

impl Exporter for Mailbox<'_> {
    fn begin(&mut self, conversation: Heading) -> Result<(), ExportError> {
        self.heading = Some(conversation);
        Ok(())
    }

    fn message(&mut self, message: &Message) -> Result<(), ExportError> {
        let Some(heading) = self.heading.clone() else { return Ok(()) };
        let shown = Shown::of(message, &heading);
        let mut parts = Vec::new();
        let mut absent = Vec::new();
        for file in shown.files() {
            match self.content(file)? {
                Some(content) => parts.push(MimePart::new(file.media_type.clone(), content).attachment(plain_line(file.called()))),
                None => absent.push(format!("[{}: {}]", file.kind.word(), file.called())),
            }
        }
        let mail = mail(&shown, &heading, &absent, parts).write_to_vec().map_err(ExportError::Stream)?;
        write_mail(&mut self.stream, &mail, shown.time).map_err(ExportError::Stream)
    }

    fn finish(&mut self) -> Result<Files, ExportError> {
        self.stream.flush().map_err(ExportError::Stream)?;
        Ok(self.files)
    }
}

fn mail<'a>(shown: &'a Shown, heading: &'a Heading, absent: &[String], files: Vec<MimePart<'a>>) -> MessageBuilder<'a> {
    let mut text = match shown.state {
        State::Recalled => "[deleted]".to_owned(),
        State::Said | State::Unsent => shown.text(),
    };
    for line in absent {
        if !text.is_empty() {
            text.push('\n');
        }
        text.push_str(line);
    }
    text.push('\n');
    let thread = shown.thread.as_ref();
    let title = thread.map(|thread| thread.name.as_str()).filter(|name| !name.is_empty()).unwrap_or(heading.name());
    let answers = shown.answers.as_ref().map(|answered| answered.id.as_str());
    let root = shown.root();
    let is_later = answers.is_some() || root.is_some();
    let subject = if is_later { format!("Re: {}", plain_line(title)) } else { plain_line(title) };
    let mut body = MimePart::new("text/plain", text);
    if !files.is_empty() {
        // A boundary of the message's own makes the same mail again.
        let kind = mail_builder::headers::content_type::ContentType::new("multipart/mixed")
            .attribute("boundary", format!("=_{}", mail_id(&shown.id).replace('@', "_")));
        let parts: Vec<MimePart<'a>> = std::iter::once(body).chain(files).collect();
        body = MimePart::new(kind, parts);
    }
    let mut mail = MessageBuilder::new()
        .from(address(&shown.name, &shown.sender))
        .to(address(heading.name(), heading.id.id()))
        .subject(subject)
        .date(i64::try_from(shown.time).unwrap_or(i64::MAX))
        .message_id(mail_id(&shown.id))
        .body(body);
    let mut references: Vec<String> = Vec::new();
    references.extend(root.map(mail_id));
    references.extend(answers.map(mail_id).filter(|id| root.is_none_or(|root| mail_id(root) != *id)));
    if let Some(nearest) = references.last() {
        mail = mail.in_reply_to(nearest.clone());
        mail = mail.references(MessageId::new_list(references.iter().cloned()));
    }
    let mut more =
        vec![("X-Mynah-Id", shown.id.clone()), ("X-Mynah-Conversation", heading.id.to_string()), ("X-Mynah-Sender", shown.sender.clone())];
    let reactions: Vec<String> = shown.reactions.iter().map(|reaction| format!("{} {}", reaction.emoji, reaction.count)).collect();
    if !reactions.is_empty() {
        more.push(("X-Mynah-Reactions", reactions.join(", ")));
    }
    for (header, value) in more {
        mail = mail.header(header, Text::new(value.replace(char::is_control, " ")));
    }
    mail
}

/// Writes a mail as an entry of a mailbox: line ends of Unix, a `>` before each line that could be taken for the beginning of the next mail.
fn write_mail(stream: &mut dyn Write, mail: &[u8], time: u64) -> std::io::Result<()> {
    writeln!(stream, "From mynah@{DOMAIN} {}", asctime(time))?;
    for line in mail.split_inclusive(|&byte| byte == b'\n') {
        let line = line.strip_suffix(b"\n").unwrap_or(line);
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let quoted = line.iter().position(|&byte| byte != b'>').unwrap_or(line.len());
        if line[quoted..].starts_with(b"From ") {
            stream.write_all(b">")?;
        }
        stream.write_all(line)?;
        stream.write_all(b"\n")?;
    }
    stream.write_all(b"\n")
}
