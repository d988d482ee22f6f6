//! A message as people read it: its parts in order, and what is said about it. The readable forms are all made of this.

use serde_json::{Map, Value};

use super::heading::Heading;
use super::prose::FENCE;
use crate::MediaHash;
use crate::model::{
    AT_ALL, Answered, Body, Edited, Element, Forwarded, GroupTipsElement, Happening, Message, Place, Reaction, Status, Thread, media_type,
};

/// A message as people read it.
pub(super) struct Shown {
    pub(super) id: String,
    pub(super) place: Place,
    /// User id of who said it.
    pub(super) sender: String,
    /// The name of who said it.
    pub(super) name: String,
    /// Unix seconds.
    pub(super) time: u64,
    pub(super) is_own: bool,
    pub(super) state: State,
    /// What it says, in order; nothing where it was taken back.
    pub(super) parts: Vec<Part>,
    pub(super) answers: Option<Answered>,
    pub(super) thread: Option<Thread>,
    pub(super) reactions: Vec<Reaction>,
    pub(super) edited: Option<Edited>,
    pub(super) forwarded: Option<Forwarded>,
    /// The source's word for what happened, where it is no message of somebody.
    pub(super) event: Option<String>,
    pub(super) is_pinned: bool,
    /// User ids of those whom it mentions.
    pub(super) mentions: Vec<String>,
    /// Bytes of its JSON, by which pages are cut.
    pub(super) bytes: usize,
}

/// What became of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    /// It was said.
    Said,
    /// It was never sent: it failed, was cancelled, or is still on its way.
    Unsent,
    /// It was taken back.
    Recalled,
}

/// A part of what a message says.
#[derive(Debug, PartialEq)]
pub(super) enum Part {
    Text(String),
    File(Attached),
    /// A place on earth, in degrees.
    Location {
        desc: String,
        latitude: f64,
        longitude: f64,
    },
    /// Something that an app shows as a box: a poll, a contact, a preview of a page.
    Card {
        kind: String,
        text: String,
    },
    Sticker(String),
    /// Messages that were forwarded together.
    Bundle {
        title: String,
        lines: Vec<String>,
    },
    /// What happened.
    Event(String),
}

/// A file that a message came with.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Attached {
    pub(super) kind: FileKind,
    /// The name that its sender gave it; empty where the source does not say.
    pub(super) name: String,
    /// Its MIME type.
    pub(super) media_type: String,
    /// Bytes; 0 where the source does not say.
    pub(super) size: u64,
    /// Seconds; 0 where it does not last.
    pub(super) seconds: u64,
    /// By what the archive has it, if it has it.
    pub(super) hash: Option<MediaHash>,
    /// Where it is on the web; empty where it is not.
    pub(super) url: String,
    /// By what the source names it where it is absent.
    pub(super) place: String,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum FileKind {
    Picture,
    Sound,
    Video,
    #[default]
    Other,
}

impl FileKind {
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Picture => "picture",
            Self::Sound => "sound",
            Self::Video => "video",
            Self::Other => "file",
        }
    }
}

impl Attached {
    /// What to call it: its name, or what it is.
    pub(super) fn called(&self) -> &str {
        if self.name.is_empty() { self.kind.word() } else { &self.name }
    }

    /// The file as one picture, recording or video that a browser may show.
    pub(super) fn shown_as(&self) -> FileKind {
        match self.media_type.split('/').next() {
            Some("image") => FileKind::Picture,
            Some("audio") => FileKind::Sound,
            Some("video") => FileKind::Video,
            _ => FileKind::Other,
        }
    }
}

impl Shown {
    /// Reads a message of this conversation.
    pub(super) fn of(message: &Message, heading: &Heading) -> Self {
        let body = &message.body;
        let state = match message.status {
            Some(Status::Recalled | Status::Deleted) => State::Recalled,
            Some(Status::Sending | Status::Failed | Status::Cancelled) => State::Unsent,
            Some(Status::Sent | Status::Imported) | None => State::Said,
        };
        let happening = body.context::<Happening>();
        let elements = body.elements();
        let is_notice = |element: &Element| {
            matches!(element, Element::GroupTips(_) | Element::GroupReport(_) | Element::FriendChange(_) | Element::ProfileChange(_))
        };
        let event = match &happening {
            Some(happening) => Some(happening.kind.clone()),
            None => (!elements.is_empty() && elements.iter().all(is_notice)).then(|| "notice".to_owned()),
        };
        let mut parts: Vec<Part> = match (state, happening) {
            (State::Recalled, _) => Vec::new(),
            (_, Some(Happening { text, .. })) if !text.is_empty() => {
                let others = elements.iter().filter(|element| !is_notice(element)).filter_map(|element| part(element, heading));
                // Importers that tell a sentence may give it as a text too.
                let others = others.filter(|part| !matches!(part, Part::Text(other) if *other == text)).collect::<Vec<_>>();
                std::iter::once(Part::Event(text)).chain(others).collect()
            }
            _ => elements.iter().filter_map(|element| part(element, heading)).collect(),
        };
        if state != State::Recalled {
            claim_media(&mut parts, media_of(body));
        }
        let is_recalled = state == State::Recalled;
        Self {
            id: message.id_text(),
            place: message.place(),
            sender: message.sender.clone(),
            name: heading.sender_of(message),
            time: message.server_time,
            is_own: message.is_from_self.unwrap_or(false),
            state,
            parts,
            answers: message.answered().filter(|_| !is_recalled),
            thread: body.context(),
            reactions: body.context().unwrap_or_default(),
            edited: body.context().filter(|_| !is_recalled),
            forwarded: forwarded(body).filter(|_| !is_recalled),
            event,
            is_pinned: body.is_true("mynah_pinned"),
            mentions: mentions(body),
            bytes: body.as_json().len(),
        }
    }

    /// What it says as plain text, a line each part; files are not part of it.
    pub(super) fn text(&self) -> String {
        let lines: Vec<String> = self.parts.iter().filter_map(Part::text).collect();
        lines.join("\n")
    }

    /// The files that it came with.
    pub(super) fn files(&self) -> impl Iterator<Item = &Attached> {
        self.parts.iter().filter_map(|part| match part {
            Part::File(file) => Some(file),
            _ => None,
        })
    }

    /// The beginning of what it says, on one line of at most `most` characters.
    pub(super) fn beginning(&self, most: usize) -> String {
        if self.state == State::Recalled {
            return "deleted".to_owned();
        }
        let mut text = self.text();
        if text.trim().is_empty() {
            text = self.files().map(Attached::called).collect::<Vec<_>>().join(", ");
        }
        // On one line a block of code is none.
        one_line(&text.replace(FENCE, " "), most)
    }

    /// The id of the thread that it is in, where it is not the message that began it.
    pub(super) fn root(&self) -> Option<&str> {
        self.thread.as_ref().map(|thread| thread.id.as_str()).filter(|&root| root != self.id)
    }
}

impl Part {
    fn text(&self) -> Option<String> {
        Some(match self {
            Self::Text(text) | Self::Event(text) | Self::Card { text, .. } => text.clone(),
            Self::Location { desc, latitude, longitude } if desc.is_empty() => format!("{latitude}, {longitude}"),
            Self::Location { desc, latitude, longitude } => format!("{desc} ({latitude}, {longitude})"),
            Self::Sticker(name) => format!("[sticker: {name}]"),
            Self::Bundle { title, lines } => std::iter::once(title).chain(lines).cloned().collect::<Vec<_>>().join("\n"),
            Self::File(_) => return None,
        })
    }
}

/// The first `most` characters of a text, blanks and line ends as one blank each, with dots where it was cut.
pub(super) fn one_line(text: &str, most: usize) -> String {
    let mut line = String::new();
    for (number, word) in text.split_whitespace().enumerate() {
        if number > 0 {
            line.push(' ');
        }
        line.push_str(word);
        // A character is at most four bytes.
        if line.len() > most * 4 {
            break;
        }
    }
    match line.char_indices().nth(most) {
        Some((end, _)) => format!("{}…", line[..end].trim_end()),
        None => line,
    }
}

/// The media files that a message names in `mynah_media`.
pub(super) fn media_of(body: &Body) -> Vec<MediaHash> {
    let listed = body.get("mynah_media").and_then(|value| value.as_array().cloned()).unwrap_or_default();
    listed.iter().filter_map(|value| MediaHash::from_hex(value.as_str()?)).collect()
}

/// Gives files that do not say by what hash they are kept those that the message names besides, where it is clear which is which; what is left
/// over is shown as files of its own.
fn claim_media(parts: &mut Vec<Part>, named: Vec<MediaHash>) {
    let claimed: Vec<MediaHash> = parts.iter().filter_map(|part| if let Part::File(file) = part { file.hash } else { None }).collect();
    let left: Vec<MediaHash> = named.into_iter().filter(|hash| !claimed.contains(hash)).collect();
    let open = parts.iter_mut().filter_map(|part| match part {
        Part::File(file) if file.hash.is_none() => Some(file),
        _ => None,
    });
    let open: Vec<&mut Attached> = open.collect();
    if open.len() == left.len() {
        open.into_iter().zip(left).for_each(|(file, hash)| file.hash = Some(hash));
    } else {
        let file = |hash| Attached { media_type: media_type("").to_owned(), hash: Some(hash), ..Attached::default() };
        parts.extend(left.into_iter().map(|hash| Part::File(file(hash))));
    }
}

fn forwarded(body: &Body) -> Option<Forwarded> {
    body.context().or_else(|| body.is_true("message_is_forward_message").then(Forwarded::default))
}

fn mentions(body: &Body) -> Vec<String> {
    let key = "message_group_at_user_array";
    let listed = if body.may_have(key) { body.get(key) } else { None };
    let listed = listed.and_then(|value| value.as_array().cloned()).unwrap_or_default();
    listed.iter().filter_map(Value::as_str).map(|user| if user == AT_ALL { "all".to_owned() } else { user.to_owned() }).collect()
}

fn part(element: &Element, heading: &Heading) -> Option<Part> {
    Some(match element {
        Element::Text(text) if text.content.is_empty() => return None,
        Element::Text(text) => Part::Text(text.content.clone()),
        Element::Image(image) => {
            let url = [&image.orig_url, &image.large_url, &image.thumb_url].into_iter().find(|url| !url.is_empty());
            let file = attached(FileKind::Picture, element, &image.other);
            Part::File(Attached { size: positive(image.orig_pic_size), url: url.cloned().unwrap_or_default(), ..file })
        }
        Element::Sound(sound) => {
            let file = attached(FileKind::Sound, element, &sound.other);
            Part::File(Attached { size: positive(sound.file_size), seconds: positive(sound.file_time), url: sound.url.clone(), ..file })
        }
        Element::Video(video) => {
            let file = attached(FileKind::Video, element, &video.other);
            Part::File(Attached { size: video.video_size, seconds: video.video_duration, url: video.video_url.clone(), ..file })
        }
        Element::File(file) => {
            let attached = attached(FileKind::Other, element, &file.other);
            let name = if attached.name.is_empty() { file.file_name.clone() } else { attached.name.clone() };
            Part::File(Attached { size: positive(file.file_size), url: file.url.clone(), name, ..attached })
        }
        Element::Face(face) => Part::Sticker(if face.buf.is_empty() { face.index.to_string() } else { face.buf.clone() }),
        Element::Location(place) => Part::Location { desc: place.desc.clone(), latitude: place.latitude, longitude: place.longitude },
        Element::Custom(custom) => Part::Card { kind: custom.ext.clone(), text: custom.desc.clone() },
        Element::Merge(merge) => Part::Bundle { title: merge.title.clone(), lines: merge.abstract_array.clone() },
        Element::GroupTips(tips) => Part::Event(tips_text(tips, heading)),
        Element::GroupReport(report) => Part::Event(format!("notice by {}", heading.name_of(&report.op_user))),
        Element::FriendChange(_) => Part::Event("the list of friends changed".to_owned()),
        Element::ProfileChange(change) => Part::Event(format!("{} changed the profile", heading.name_of(&change.from_identifier))),
        Element::Unknown(_) => Part::Card { kind: "unknown".to_owned(), text: String::new() },
    })
}

/// What an element with a file says of it, whatever its kind.
fn attached(kind: FileKind, element: &Element, more: &Map<String, Value>) -> Attached {
    let text = |key: &str| more.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
    let given = text("mynah_file_type");
    let name = text("mynah_file_name");
    let media_type = match (given.is_empty(), element.media_type()) {
        (false, _) => given,
        // What an element of a picture has need not be known to it, and its name may tell.
        (true, Some(known)) if !known.ends_with("/x-unknown") => known.to_owned(),
        (true, _) => media_type(&name).to_owned(),
    };
    Attached {
        kind,
        name,
        media_type,
        hash: MediaHash::from_hex(&text("mynah_file_hash")),
        place: text("mynah_file_place"),
        ..Attached::default()
    }
}

fn positive(number: i64) -> u64 {
    u64::try_from(number).unwrap_or(0)
}

/// A sentence about what happened in a group.
fn tips_text(tips: &GroupTipsElement, heading: &Heading) -> String {
    let by = heading.name_of(&tips.op_user);
    let names: Vec<&str> = tips.user_array.iter().map(|user| heading.name_of(user)).collect();
    let is_alone = names.is_empty() || names == [by];
    let names = names.join(", ");
    match (tips.tip_type, is_alone) {
        (1, true) => format!("{by} joined"),
        (1, false) => format!("{by} added {names}"),
        (2, true) => format!("{by} left"),
        (2, false) => format!("{names} left"),
        (3, _) => format!("{by} removed {names}"),
        (4, _) => format!("{by} made {names} administrator"),
        (5, _) => format!("{by} took the administrator's rights from {names}"),
        (6, _) => format!("{by} changed the group"),
        (7..=8, _) => format!("{by} changed members of the group"),
        _ => format!("notice by {by}"),
    }
}
