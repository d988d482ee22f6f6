//! One message as HTML, with what it answers, what it came with and what was said about it.

use maud::{Markup, html};

use super::super::heading::Heading;
use super::super::media::Media;
use super::super::page::Talk;
use super::super::prose::{Stretch, addresses, is_web, stretches};
use super::super::shown::{Attached, FileKind, Part, Shown, State, one_line};
use super::super::{ExportError, name, when};
use super::MEDIA;
use super::links::{Links, anchor};
use crate::archive::Archive;
use crate::model::{Message, Reaction};
use crate::query::TimeZone;

/// Messages of one person that follow each other within this time share a head, seconds.
const TOGETHER: u64 = 5 * 60;
/// Characters of a message that is quoted.
const QUOTED: usize = 160;
/// Tints for the marks of people.
const TINTS: u64 = 12;

/// What a message is shown with.
pub(super) struct Context<'a, 'b> {
    pub(super) archive: &'b Archive,
    pub(super) heading: &'b Heading,
    pub(super) stem: &'b str,
    pub(super) zone: &'b TimeZone,
    pub(super) links: &'b Links,
    pub(super) media: &'b mut Media<'a>,
}

/// How a message stands.
#[derive(Clone, Copy)]
struct Stand {
    /// It follows one of the same person, whose head is its own.
    follows: bool,
    /// It stands under the message that began its thread, which was said at this time.
    under: Option<u64>,
}

/// A message with the answers in its thread.
pub(super) fn talk(talk: &Talk, before: Option<&Shown>, context: &mut Context<'_, '_>) -> Result<Markup, ExportError> {
    let stand = Stand { follows: before.is_some_and(|before| follows(&talk.message, before)), under: None };
    let message = one(&talk.message, stand, before, context)?;
    if talk.answers.is_empty() {
        return Ok(message);
    }
    let mut answers = Vec::with_capacity(talk.answers.len());
    let mut last: Option<&Shown> = None;
    for answer in &talk.answers {
        let stand = Stand { follows: last.is_some_and(|last| follows(answer, last)), under: Some(talk.message.time) };
        answers.push(one(answer, stand, Some(&talk.message), context)?);
        last = Some(answer);
    }
    let count = answers.len();
    Ok(html! {
        div.talk data-group {
            (message)
            details.thread open {
                summary { (count) @if count == 1 { " reply" } @else { " replies" } }
                @for answer in &answers { (answer) }
            }
        }
    })
}

/// Whether a message needs no head of its own behind this one.
fn follows(shown: &Shown, before: &Shown) -> bool {
    let is_plain = |shown: &Shown| shown.event.is_none() && shown.state != State::Recalled;
    is_plain(shown)
        && is_plain(before)
        && shown.sender == before.sender
        && shown.name == before.name
        && shown.time.saturating_sub(before.time) <= TOGETHER
        && shown.answers.is_none()
        && shown.forwarded.is_none()
        && shown.thread == before.thread
}

fn one(shown: &Shown, stand: Stand, before: Option<&Shown>, context: &mut Context<'_, '_>) -> Result<Markup, ExportError> {
    let id = anchor(&shown.id);
    let time = time(shown, stand.under, context.zone);
    if shown.state == State::Recalled {
        return Ok(html! { p.event.gone #(id) data-find { bdi { (tame(&shown.name)) } " deleted a message " (time) } });
    }
    if shown.event.is_some() {
        let mut texts = Vec::new();
        for piece in &shown.parts {
            texts.push(match piece {
                Part::Event(text) | Part::Text(text) => html! { span dir="auto" { (tame(text)) } " " },
                other => part(other, context)?,
            });
        }
        return Ok(html! { div.event #(id) data-find { @for text in &texts { (text) } (time) } });
    }
    let mut parts = Vec::with_capacity(shown.parts.len());
    for piece in &shown.parts {
        parts.push(part(piece, context)?);
    }
    let quote = quote(shown, stand, before, context)?;
    let letter = shown.name.chars().find(|letter| letter.is_alphanumeric()).map(|letter| letter.to_uppercase().to_string());
    let tint = xxhash_rust::xxh3::xxh3_64(shown.sender.as_bytes()) % TINTS;
    Ok(html! {
        article.message.own[shown.is_own].follows[stand.follows] #(id) data-find {
            @if stand.follows {
                div.aside { (time) }
            } @else {
                div.aside.mark.{ "tint" (tint) } aria-hidden="true" { (letter.unwrap_or_else(|| "#".to_owned())) }
            }
            div.said {
                header hidden[stand.follows] {
                    bdi.who title=(tame(&shown.sender)) { (tame(&shown.name)) }
                    " " @if !stand.follows { (time) }
                    @if shown.is_pinned { span.note { "pinned" } }
                    @if shown.state == State::Unsent { span.note { "not sent" } }
                }
                @if let Some(forwarded) = &shown.forwarded {
                    p.label {
                        "Forwarded"
                        @if let Some(person) = &forwarded.from { " from " bdi { (tame(person.shown())) } }
                        @if !forwarded.conversation.is_empty() { " in " bdi { (tame(&forwarded.conversation)) } }
                        @if forwarded.time > 0 { ", " (when::moment(forwarded.time, context.zone)) }
                    }
                }
                @if let Some(quote) = quote { (quote) }
                @for part in &parts { (part) }
                @if let Some(edited) = &shown.edited {
                    @if edited.before.is_empty() {
                        span.note { "edited" @if edited.time > 0 { " " (when::moment(edited.time, context.zone)) } }
                    } @else {
                        details.edits {
                            summary { "edited" @if edited.time > 0 { " " (when::moment(edited.time, context.zone)) } }
                            @for version in &edited.before {
                                div.before {
                                    @if version.time > 0 { p.label { (when::moment(version.time, context.zone)) } }
                                    (text(&version.text))
                                }
                            }
                        }
                    }
                }
                @if !shown.reactions.is_empty() {
                    ul.reactions { @for each in &shown.reactions { (reaction(each, context.heading)) } }
                }
            }
        }
    })
}

/// The time of a message: of its day only the clock, under a message of another day all of it.
fn time(shown: &Shown, under: Option<u64>, zone: &TimeZone) -> Markup {
    let is_of_its_day = under.is_none_or(|root| when::day(root, zone) == when::day(shown.time, zone));
    let short = if is_of_its_day { when::clock(shown.time, zone) } else { when::moment(shown.time, zone) };
    html! { a.time href={ "#" (anchor(&shown.id)) } title=(when::moment(shown.time, zone)) { time datetime=(when::utc(shown.time)) { (short) } } }
}

/// What the message answers; of one that stands away from the beginning of its thread, that.
fn quote(shown: &Shown, stand: Stand, before: Option<&Shown>, context: &Context<'_, '_>) -> Result<Option<Markup>, ExportError> {
    if let Some(answered) = &shown.answers {
        // Under the message itself there is nothing to be said.
        if stand.under.is_some() && shown.root() == Some(answered.id.as_str()) {
            return Ok(None);
        }
        let message = context.archive.find(&[&answered.id])?.pop();
        let (name, text) = match &message {
            Some(message) => quoted(message, context.heading),
            None => (context.heading.name_of(&answered.sender).to_owned(), one_line(&answered.text, QUOTED)),
        };
        return Ok(Some(quoting(&name, &text, context.links.to(context.stem, &answered.id, message.as_ref()))));
    }
    let Some(root) = shown.root().filter(|_| stand.under.is_none()) else { return Ok(None) };
    // One label is enough for messages of one thread that follow each other.
    if before.and_then(|before| before.thread.as_ref()).is_some_and(|thread| thread.id == root) {
        return Ok(None);
    }
    if let Some(thread) = shown.thread.as_ref().filter(|thread| !thread.name.is_empty()) {
        return Ok(Some(html! { p.label.topic { bdi { (tame(&thread.name)) } } }));
    }
    Ok(context.archive.find(&[root])?.pop().map(|message| {
        let (name, text) = quoted(&message, context.heading);
        quoting(&name, &text, context.links.to(context.stem, root, Some(&message)))
    }))
}

/// The name and the beginning of a message that is quoted.
fn quoted(message: &Message, heading: &Heading) -> (String, String) {
    let shown = Shown::of(message, heading);
    let text = shown.beginning(QUOTED);
    (shown.name, text)
}

fn quoting(name: &str, text: &str, link: Option<String>) -> Markup {
    let inside = html! { bdi.who { (tame(name)) } " " span dir="auto" { (tame(text)) } };
    html! {
        @match link {
            Some(link) => a.quote href=(link) { (inside) },
            None => div.quote { (inside) },
        }
    }
}

fn reaction(reaction: &Reaction, heading: &Heading) -> Markup {
    let names: Vec<&str> =
        reaction.users.iter().map(|user| if user.name.is_empty() { heading.name_of(&user.id) } else { &user.name }).collect();
    html! {
        li title=(tame(&names.join(", "))) { bdi { (tame(&reaction.emoji)) } " " (reaction.count) }
    }
}

fn part(part: &Part, context: &mut Context<'_, '_>) -> Result<Markup, ExportError> {
    Ok(match part {
        Part::Text(words) => text(words),
        Part::File(attached) => file(attached, context)?,
        Part::Location { desc, latitude, longitude } => html! {
            div.card { span.kind { "location" } span dir="auto" { (tame(desc)) } span.note { (latitude) ", " (longitude) } }
        },
        Part::Card { kind, text: words } => html! {
            div.card { span.kind { @if kind.is_empty() { "custom" } @else { (tame(kind)) } } (text(words)) }
        },
        Part::Sticker(name) => html! { div.card { span.kind { "sticker" } span dir="auto" { (tame(name)) } } },
        Part::Bundle { title, lines } => html! {
            div.card { span.kind { "messages" } strong dir="auto" { (tame(title)) } @for line in lines { p dir="auto" { (tame(line)) } } }
        },
        Part::Event(words) => html! { p.label dir="auto" { (tame(words)) } },
    })
}

fn file(file: &Attached, context: &mut Context<'_, '_>) -> Result<Markup, ExportError> {
    let kept = match file.hash {
        Some(hash) => context.media.place(hash, &file.name)?,
        None => None,
    };
    let called = tame(file.called());
    let size = (file.size > 0).then(|| size(file.size));
    let facts = html! { @if let Some(size) = size { span.note { (size) } } @if file.seconds > 0 { span.note { (file.seconds) " s" } } };
    let Some(kept) = kept else {
        return Ok(html! {
            div.card.absent {
                span.kind { (file.kind.word()) }
                @if is_web(&file.url) { a href=(file.url) rel="noopener noreferrer" referrerpolicy="no-referrer" { bdi { (called) } } " " span.note { "on the web" } }
                @else { bdi { (called) } " " span.note { "not in the archive" } }
                (facts)
            }
        });
    };
    let link = format!("../{MEDIA}/{}", name::link(&kept));
    Ok(match file.shown_as() {
        FileKind::Picture => html! {
            a.picture href=(link) { img src=(link) alt=(called) title=(called) loading="lazy"; }
        },
        FileKind::Sound => {
            html! { figure.sound { audio src=(link) controls preload="none" {} figcaption { bdi { (called) } " " (facts) } } }
        }
        FileKind::Video => {
            html! { figure.video { video src=(link) controls preload="metadata" {} figcaption { bdi { (called) } " " (facts) } } }
        }
        FileKind::Other => html! { div.card { span.kind { "file" } a href=(link) download=(called) { bdi { (called) } } (facts) } },
    })
}

/// Bytes in the largest unit that gives a number of one or more.
fn size(bytes: u64) -> String {
    let mut amount = bytes as f64;
    let mut units = ["KB", "MB", "GB"].into_iter();
    let mut unit = "bytes";
    while amount >= 1000.0
        && let Some(next) = units.next()
    {
        (amount, unit) = (amount / 1000.0, next);
    }
    if unit == "bytes" { format!("{bytes} bytes") } else { format!("{amount:.1} {unit}") }
}

/// A text: its line ends as they are, code as code, addresses of the web as links.
fn text(text: &str) -> Markup {
    html! {
        @for stretch in stretches(text) {
            @match stretch {
                Stretch::Words(words) => p.text dir="auto" {
                    @for words in addresses(words) {
                        @if words.is_address {
                            a href=(words.text) rel="noopener noreferrer" referrerpolicy="no-referrer" { (tame(words.text)) }
                        } @else { (tame(words.text)) }
                    }
                },
                Stretch::Code { code, .. } => pre dir="ltr" { code { (tame(code)) } },
            }
        }
    }
}

/// A text without the characters that no page may have: everything else is for the escaping of the templates.
fn tame(text: &str) -> String {
    let is_wild = |letter: char| letter.is_control() && !matches!(letter, '\n' | '\t');
    text.replace("\r\n", "\n").replace(is_wild, "\u{fffd}")
}
