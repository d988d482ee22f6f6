//! What a message of Matrix holds: text, files, places, polls.

use serde_json::{Value, json};

use super::event::Event;
use super::media::place_of_file;
use super::relations::Relations;
use crate::formats::imported::{Attachment, FileKind, Part};
use crate::formats::tree::Tree;

/// The text of a content, without the quote of what it answers.
pub(super) fn plain_text(content: &Value, is_answer: bool) -> &str {
    let body = content["body"].as_str().unwrap_or_default();
    if is_answer { without_quote(body).1 } else { body }
}

/// Parts a body into the lines that quote and the rest: `> <@ann:b.c> hello`, an empty line, and what is said.
pub(super) fn without_quote(body: &str) -> (&str, &str) {
    if !body.starts_with("> ") {
        return ("", body);
    }
    let mut end = 0;
    for line in body.split_inclusive('\n') {
        if !line.starts_with("> ") && line.trim_end() != ">" {
            break;
        }
        end += line.len();
    }
    let (quote, rest) = body.split_at(end);
    // A quote and nothing else is what somebody wrote.
    match rest.strip_prefix('\n') {
        Some(rest) => (quote, rest),
        None => ("", body),
    }
}

/// Who is quoted, and the first line of it.
pub(super) fn quoted(quote: &str) -> (String, String) {
    let line = quote.lines().next().unwrap_or_default().trim_start_matches("> ").trim_start_matches("* ");
    match line.strip_prefix('<').and_then(|line| line.split_once('>')) {
        Some((sender, text)) => (sender.to_owned(), text.trim_start().to_owned()),
        None => (String::new(), line.to_owned()),
    }
}

/// What a message holds. `name` is what people see of who says it; `folder` is where the export lies.
pub(super) fn parts(event: &Event, content: &Value, name: &str, tree: &Tree, folder: &str) -> Vec<Part> {
    let text = plain_text(content, event.answered().is_some());
    let msgtype = content["msgtype"].as_str().unwrap_or_default();
    let kind = match msgtype {
        _ if event.kind == "m.sticker" => Some(FileKind::Image),
        "m.image" => Some(FileKind::Image),
        "m.audio" => Some(FileKind::Sound),
        "m.video" => Some(FileKind::Video),
        "m.file" => Some(FileKind::File),
        _ => None,
    };
    if let Some(kind) = kind {
        return file_parts(event, content, kind, tree, folder);
    }
    match msgtype {
        "m.emote" => vec![Part::Text(format!("* {name} {text}"))],
        "m.location" => place(content, text).map_or_else(|| vec![Part::Text(text.to_owned())], |place| vec![place]),
        _ => vec![Part::Text(text.to_owned())],
    }
}

fn file_parts(event: &Event, content: &Value, kind: FileKind, tree: &Tree, folder: &str) -> Vec<Part> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let (body, filename) = (text(&content["body"]), text(&content["filename"]));
    let info = &content["info"];
    let url = match content["url"].as_str() {
        Some(url) => url.to_owned(),
        // Where it is encrypted.
        None => text(&content["file"]["url"]),
    };
    if event.kind == "m.sticker" && url.is_empty() {
        return vec![Part::Sticker(body)];
    }
    let name = if filename.is_empty() { body.clone() } else { filename };
    let size = info["size"].as_u64();
    let attachment = Attachment {
        kind,
        mime: text(&info["mimetype"]),
        size,
        url,
        path: place_of_file(event, content, size, tree, folder).unwrap_or_default(),
        width: info["w"].as_u64(),
        height: info["h"].as_u64(),
        seconds: info["duration"].as_u64().map(|milliseconds| milliseconds.div_ceil(1000)),
        name: name.clone(),
        ..Attachment::default()
    };
    let mut parts = vec![Part::File(attachment)];
    // The body is a caption where there is a name besides.
    let caption = plain_text(content, event.answered().is_some());
    if event.kind != "m.sticker" && caption != name && !caption.is_empty() {
        parts.push(Part::Text(caption.to_owned()));
    }
    parts
}

/// A place of `geo:52.5,13.4;u=35`.
fn place(content: &Value, text: &str) -> Option<Part> {
    let uri = content["geo_uri"]
        .as_str()
        .or_else(|| content["m.location"]["uri"].as_str())
        .or_else(|| content["org.matrix.msc3488.location"]["uri"].as_str())?;
    let mut numbers = uri.strip_prefix("geo:")?.split([',', ';']);
    let mut degrees = |most: f64| numbers.next()?.trim().parse::<f64>().ok().filter(|degrees| degrees.abs() <= most);
    Some(Part::Place { latitude: degrees(90.0)?, longitude: degrees(180.0)?, desc: text.to_owned() })
}

/// A poll, with the votes that the source holds.
pub(super) fn poll(event: &Event, relations: &Relations) -> Part {
    let poll = ["m.poll", "m.poll.start", "org.matrix.msc3381.poll.start"]
        .into_iter()
        .map(|key| &event.content[key])
        .find(|poll| poll.is_object());
    let poll = poll.unwrap_or(&Value::Null);
    let question = said(&poll["question"]);
    let answers = poll["answers"].as_array().into_iter().flatten();
    let answers: Vec<(String, usize)> = answers
        .map(|answer| {
            let id = answer["m.id"].as_str().or_else(|| answer["id"].as_str()).unwrap_or_default();
            (said(answer), relations.votes_for(&event.event_id, id))
        })
        .collect();
    let lines = answers.iter().map(|(answer, votes)| format!("\n- {answer} ({votes})"));
    let text = lines.fold(question.clone(), |text, line| text + &line);
    let answers: Vec<Value> = answers.iter().map(|(answer, votes)| json!({"text": answer, "votes": votes})).collect();
    Part::Other { kind: "poll", text, data: json!({"question": question, "answers": answers}) }
}

/// A text that says in which form it is, by the stable key or one before it.
fn said(value: &Value) -> String {
    let text = &value["m.text"];
    let text = text.as_str().or_else(|| text[0]["body"].as_str());
    text.or_else(|| value["org.matrix.msc1767.text"].as_str()).or_else(|| value["body"].as_str()).unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_quote_of_what_is_answered_goes_and_other_quotes_stay() {
        for (body, quote, rest) in [
            ("> <@ann:b.c> one\n> two\n\nyes", "> <@ann:b.c> one\n> two\n", "yes"),
            ("> a\n>\n> b\n\nyes\n\n> no", "> a\n>\n> b\n", "yes\n\n> no"),
            ("> only quoted", "", "> only quoted"),
            ("no quote", "", "no quote"),
            ("", "", ""),
        ] {
            assert_eq!(without_quote(body), (quote, rest), "{body:?}");
        }
        assert_eq!(quoted("> <@ann:b.c> one\n> two\n"), ("@ann:b.c".to_owned(), "one".to_owned()));
    }
}
