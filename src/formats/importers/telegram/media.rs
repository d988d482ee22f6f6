//! What is attached to a message: files that are there or not, places, polls, contacts.

use serde_json::{Value, json};

use super::record::Media;
use super::text::Text;
use crate::formats::imported::{Attachment, FileKind, Part};
use crate::formats::importers::Export;
use crate::formats::lenient::text_of;

/// The parts of a message beside its text, in the order in which people see them.
pub(super) fn parts(media: Media, file: &str, export: &Export<'_>) -> Vec<Part> {
    let mut parts = Vec::new();
    let there = |named: &str| export.beside(file, named).filter(|path| export.tree.size(path).is_some());
    // What stands in the place of a file that was left out is a sentence, in the language of the program.
    let place = |named: &str| match there(named) {
        Some(path) => (path, String::new()),
        None => (String::new(), named.to_owned()),
    };
    let Media { width, height, .. } = media;
    if !media.photo.is_empty() {
        let (path, place) = place(&media.photo);
        let name = path.rsplit('/').next().unwrap_or_default().to_owned();
        let size = media.photo_file_size;
        parts.push(Part::File(Attachment { kind: FileKind::Image, name, size, path, place, width, height, ..Attachment::default() }));
    }
    if !media.file.is_empty() {
        let (path, place) = place(&media.file);
        if path.is_empty() && media.media_type == "sticker" {
            parts.push(Part::Sticker(media.sticker_emoji));
        } else {
            let is_there = !path.is_empty();
            let kind = match media.media_type.as_str() {
                "video_file" | "video_message" => FileKind::Video,
                "voice_message" | "audio_file" => FileKind::Sound,
                _ => FileKind::of(&media.mime_type, if media.file_name.is_empty() { &path } else { &media.file_name }),
            };
            let song = [media.performer.as_str(), &media.title].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" - ");
            let own = path.rsplit('/').next().unwrap_or_default();
            let name = [media.file_name.as_str(), &song, own].into_iter().find(|name| !name.is_empty()).unwrap_or_default().to_owned();
            let (mime, size, seconds) = (media.mime_type, media.file_size, media.duration_seconds);
            parts.push(Part::File(Attachment { kind, name, mime, size, path, place, width, height, seconds, ..Attachment::default() }));
            if !is_there && let Some(path) = there(&media.thumbnail) {
                // All that is left of the picture or film.
                let name = path.rsplit('/').next().unwrap_or_default().to_owned();
                parts.push(Part::File(Attachment { kind: FileKind::Image, name, path, ..Attachment::default() }));
            }
        }
    }
    if media.location_information.is_object() || !media.place_name.is_empty() {
        let degrees = |key| text_of(&media.location_information[key]).trim().parse::<f64>().ok().filter(|degrees| degrees.is_finite());
        let is_live = !media.live_location_period_seconds.is_empty();
        let desc = [if is_live { "Live location" } else { "" }, &media.place_name, &media.address];
        let desc = desc.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ");
        match (degrees("latitude"), degrees("longitude")) {
            (Some(latitude), Some(longitude)) => parts.push(Part::Place { desc, latitude, longitude }),
            _ => parts.push(Part::Other {
                kind: "location",
                text: desc,
                data: json!({"place_name": media.place_name, "address": media.address}),
            }),
        }
    }
    if media.contact_information.is_object() {
        let of = |key| text_of(&media.contact_information[key]);
        let text = spaced(&[&of("first_name"), &of("last_name"), &of("phone_number")]);
        parts.push(Part::Other { kind: "contact", text, data: media.contact_information });
        if !media.contact_vcard.is_empty() {
            let (path, place) = place(&media.contact_vcard);
            let name = path.rsplit('/').next().unwrap_or_default().to_owned();
            let mime = "text/vcard".to_owned();
            parts.push(Part::File(Attachment { kind: FileKind::File, name, mime, path, place, ..Attachment::default() }));
        }
    }
    if !media.game_title.is_empty() {
        let text = lines([media.game_title.clone(), media.game_description.clone(), media.game_link.clone()]);
        let data = json!({"title": media.game_title, "description": media.game_description, "link": media.game_link});
        parts.push(Part::Other { kind: "game", text, data });
    }
    let mut other = |kind, data: Value, shown: fn(&Value) -> String| {
        if !data.is_null() {
            parts.push(Part::Other { kind, text: shown(&data), data });
        }
    };
    other("invoice", unwrapped(media.invoice_information), invoice);
    other("poll", media.poll, poll);
    other("todo", media.todo_list, todo);
    other("giveaway", media.giveaway_information, giveaway);
    other("giveaway", media.giveaway_results, results);
    other("dice", media.dice, dice);
    if !media.paid_stars_amount.is_empty() {
        let text = format!("Paid media, {} Telegram Stars", media.paid_stars_amount);
        parts.push(Part::Other { kind: "paid_media", text, data: json!({"stars": media.paid_stars_amount}) });
    }
    parts
}

/// An object that was written as the text of one.
fn unwrapped(value: Value) -> Value {
    match value.as_str().map(serde_json::from_str) {
        Some(Ok(inner)) => inner,
        _ => value,
    }
}

fn poll(poll: &Value) -> String {
    let answers = items(poll).iter().map(|answer| match text_of(&answer["voters"]) {
        voters if voters.is_empty() => format!("- {}", rich(&answer["text"])),
        voters => format!("- {} ({voters})", rich(&answer["text"])),
    });
    lines(std::iter::once(rich(&poll["question"])).chain(answers))
}

fn todo(list: &Value) -> String {
    let tasks = items(list).iter().map(|task| format!("- {}", rich(&task["text"])));
    lines(std::iter::once(rich(&list["title"])).chain(tasks))
}

fn items(value: &Value) -> &[Value] {
    value["answers"].as_array().map_or(&[], Vec::as_slice)
}

fn invoice(invoice: &Value) -> String {
    let of = |key| text_of(&invoice[key]);
    lines([of("title"), of("description"), money(&of("amount"), &of("currency"))])
}

fn giveaway(giveaway: &Value) -> String {
    let of = |key| text_of(&giveaway[key]);
    let prize = match (of("months").as_str(), of("stars").as_str()) {
        ("" | "0", "" | "0") => String::new(),
        ("" | "0", stars) => format!("{stars} Telegram Stars"),
        (months, _) => format!("Telegram Premium for {months} months"),
    };
    lines([format!("Giveaway, {} prizes until {}", of("quantity"), of("until_date")), prize, of("additional_prize")])
}

fn results(results: &Value) -> String {
    lines([format!("Giveaway results, {} winners", text_of(&results["winners_count"])), text_of(&results["additional_prize"])])
}

fn dice(dice: &Value) -> String {
    match dice.as_object() {
        Some(dice) => spaced(&[&dice.get("emoji").map(text_of).unwrap_or_default(), &dice.get("value").map(text_of).unwrap_or_default()]),
        None => text_of(dice),
    }
}

/// A sum of money as it is read; the source counts in the smallest coin.
pub(super) fn money(amount: &str, currency: &str) -> String {
    match (amount.parse::<i64>(), currency) {
        (Err(_), _) => spaced(&[amount, currency]),
        (Ok(amount), "XTR") => format!("{amount} Telegram Stars"),
        (Ok(amount), "CLP" | "ISK" | "JPY" | "KRW" | "PYG" | "UGX" | "VND") => format!("{amount} {currency}"),
        (Ok(amount), _) => {
            format!("{}{}.{:02} {currency}", if amount < 0 { "-" } else { "" }, amount.unsigned_abs() / 100, amount.unsigned_abs() % 100)
        }
    }
}

/// A text that may be in pieces.
pub(super) fn rich(value: &Value) -> String {
    serde_json::from_value::<Text>(value.clone()).unwrap_or_default().shown()
}

fn spaced(parts: &[&str]) -> String {
    parts.iter().filter(|part| !part.is_empty()).copied().collect::<Vec<_>>().join(" ")
}

fn lines(lines: impl IntoIterator<Item = String>) -> String {
    lines.into_iter().filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n")
}
