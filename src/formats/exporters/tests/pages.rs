//! The pages of an HTML export: what links and pictures lead to, what a reader sees, what a browser may do.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use super::made::{MADE, archive, hostile_texts};
use super::{files, into_folder, order};
use crate::archive::Archive;
use crate::model::{ConversationId, Message};

/// A tag of a page, with its attributes as a reader has them.
struct Tag {
    name: String,
    attributes: BTreeMap<String, String>,
}

/// The tags of a page and the text between them, as a browser reads what our templates write: double quotes around every value.
fn read(page: &str) -> (Vec<Tag>, String) {
    let (mut tags, mut text) = (Vec::new(), String::new());
    let mut rest = page;
    while let Some((before, behind)) = rest.split_once('<') {
        text += &unescaped(before);
        let (mut name, mut attributes) = (String::new(), BTreeMap::new());
        let mut behind = behind;
        while let Some(letter) = behind.chars().next().filter(|&letter| letter != '>' && letter != ' ') {
            name.push(letter);
            behind = &behind[letter.len_utf8()..];
        }
        while let Some(inside) = behind.strip_prefix(' ') {
            let end = inside.find(['=', ' ', '>']).unwrap();
            let key = inside[..end].to_owned();
            behind = &inside[end..];
            let mut value = String::new();
            if let Some(quoted) = behind.strip_prefix("=\"") {
                let end = quoted.find('"').unwrap();
                value = unescaped(&quoted[..end]);
                behind = &quoted[end + 1..];
            }
            attributes.insert(key, value);
        }
        rest = behind
            .strip_prefix('>')
            .unwrap_or_else(|| panic!("the tag {name} does not end before {:?}", behind.chars().take(40).collect::<String>()));
        // What is in these is no text.
        if name == "script" || name == "style" {
            rest = &rest[rest.find("</").unwrap()..];
        }
        tags.push(Tag { name, attributes });
    }
    (tags, text + &unescaped(rest))
}

fn unescaped(text: &str) -> String {
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&")
}

fn decoded(link: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = link.as_bytes();
    while let Some((&byte, behind)) = rest.split_first() {
        rest = behind;
        if byte == b'%' {
            bytes.push(u8::from_str_radix(std::str::from_utf8(&rest[..2]).unwrap(), 16).unwrap());
            rest = &rest[2..];
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).unwrap()
}

/// Every page with its tags.
fn pages(folder: &Path) -> BTreeMap<PathBuf, (Vec<Tag>, String)> {
    let pages = files(folder).into_iter().filter(|name| name.ends_with(".html"));
    pages.map(|name| (folder.join(&name), read(&fs::read_to_string(folder.join(&name)).unwrap()))).collect()
}

/// Follows every link and picture; returns how many there were of each kind: links inside, links outside, files shown.
#[track_caller]
fn follow_all(folder: &Path) -> (usize, usize, usize) {
    let pages = pages(folder);
    let (mut inside, mut outside, mut shown) = (0, 0, 0);
    for (path, (tags, _)) in &pages {
        for tag in tags {
            for key in ["href", "src"] {
                let Some(link) = tag.attributes.get(key) else { continue };
                if link.contains(':') {
                    assert!(link.starts_with("https://") || link.starts_with("http://"), "{link:?} in {}", path.display());
                    assert_eq!((tag.name.as_str(), key), ("a", "href"), "nothing of elsewhere is loaded: {link}");
                    outside += 1;
                    continue;
                }
                let (file, anchor) = link.split_once('#').unwrap_or((link, ""));
                let target = if file.is_empty() {
                    path.clone()
                } else {
                    fs::canonicalize(path.parent().unwrap().join(decoded(file))).unwrap_or_else(|error| panic!("{link}: {error}"))
                };
                assert!(target.starts_with(fs::canonicalize(folder).unwrap()) || file.is_empty(), "{link} leads out of the folder");
                if !anchor.is_empty() {
                    let page = pages.iter().find(|(path, _)| fs::canonicalize(path).unwrap() == fs::canonicalize(&target).unwrap());
                    let (_, (tags, _)) = page.unwrap();
                    assert!(tags.iter().any(|tag| tag.attributes.get("id").is_some_and(|id| id == anchor)), "{link} in {}", path.display());
                }
                if key == "src" { shown += 1 } else { inside += 1 }
            }
        }
    }
    (inside, outside, shown)
}

#[test]
fn every_link_and_picture_of_the_pages_leads_somewhere_inside_the_folder() {
    let (archive, folder) = archive();
    let place = folder.path().join("site");
    let report = into_folder(&archive, &order("html"), &place);
    assert_eq!((report.conversations, report.files, report.missing_files), (3, 1, 0));
    let (inside, outside, shown) = follow_all(&place);
    assert!(inside > 30 && outside == 3 && shown == 1, "{inside} inside, {outside} outside, {shown} shown");
}

#[test]
fn what_people_wrote_is_text_on_every_page_and_never_markup() {
    let (archive, folder) = archive();
    let place = folder.path().join("site");
    into_folder(&archive, &order("html"), &place);
    let pages = pages(&place);
    for (path, (tags, _)) in &pages {
        assert_eq!(tags.iter().filter(|tag| tag.name == "script").count(), 1, "our own script alone, in {}", path.display());
        assert!(
            tags.iter().all(|tag| !["b", "i", "u", "iframe", "object", "svg", "base"].contains(&tag.name.as_str())),
            "{}",
            path.display()
        );
        let handlers = tags.iter().flat_map(|tag| tag.attributes.keys()).filter(|key| key.starts_with("on"));
        assert_eq!(handlers.count(), 0, "{}", path.display());
        let policy = tags.iter().find_map(|tag| tag.attributes.get("content").filter(|content| content.contains("default-src 'none'")));
        assert!(policy.is_some_and(|policy| !policy.contains("unsafe") && policy.contains("script-src 'sha256-")), "{}", path.display());
    }
    let all: String = pages.values().map(|(_, text)| text.as_str()).collect();
    for hostile in hostile_texts() {
        let hostile = hostile.replace('\0', "\u{fffd}");
        let shown = hostile.strip_prefix("```\n").map_or(hostile.clone(), |_| hostile.clone());
        assert!(all.contains(&shown), "{shown:?} is not there as it was written");
    }
}

#[test]
fn a_page_shows_what_a_message_has_besides_its_words() {
    let (archive, folder) = archive();
    let place = folder.path().join("site");
    into_folder(&archive, &order("html"), &place);
    let page = fs::read_to_string(place.join("chats/0001-Night-shift.html")).unwrap();
    for part in [
        "<title>Night shift</title>",
        "who watches the harbour &lt;3",
        "Friday, 1 March 2024",
        "Saturday, 2 March 2024",
        "Cleo has joined the channel",
        "deleted a message",
        "<summary>2 replies</summary>",
        "title=\"Ben, Cleo\"",
        "<pre dir=\"ltr\"><code>ls -l *.log</code></pre>",
        "Forwarded from <bdi>Zoë</bdi>",
        "not in the archive",
        "on the web",
        "loading=\"lazy\"",
        "Pier 4",
        "poll",
        "what was &lt;gone&gt;",
        "שלום עולם",
    ] {
        assert!(page.contains(part), "{part}\n{page}");
    }
}

#[test]
fn a_long_conversation_is_cut_into_pages_and_answers_lead_across_them() {
    let folder = tempfile::tempdir().unwrap();
    let archive = Archive::open(folder.path().join("archive")).unwrap();
    let long = ConversationId::group("long").unwrap();
    let mut messages: Vec<Message> =
        (0..4_100).map(|number| Message { rand: number + 1, ..Message::text("a", MADE + u64::from(number), "x") }).collect();
    let (first, own, later) = (messages[7].id_text(), messages[4_050].id_text(), messages[4_090].id_text());
    for (at, id) in [(4_001, &first), (4_060, &own), (3, &later)] {
        let reply = serde_json::json!({"messageReply": {"messageID": id, "messageAbstract": "y"}}).to_string();
        messages[at].body.set("message_cloud_custom_str", Some(reply.into())).unwrap();
    }
    archive.import(&long, messages).unwrap();
    let place = folder.path().join("site");
    into_folder(&archive, &order("html"), &place);
    let names: Vec<String> = files(&place).into_iter().filter(|name| name.starts_with("chats/")).collect();
    assert_eq!(names, ["chats/0001-long-2.html", "chats/0001-long-3.html", "chats/0001-long.html"]);
    follow_all(&place);
    let quotes = |page: &str| fs::read_to_string(place.join(page)).unwrap().matches("<a class=\"quote\" href=\"").count();
    assert_eq!(quotes("chats/0001-long-3.html"), 2);
    assert_eq!(quotes("chats/0001-long.html"), 0, "what is not written yet is quoted without a link");
    let last = fs::read_to_string(place.join("chats/0001-long-3.html")).unwrap();
    assert!(
        last.contains("<a class=\"quote\" href=\"0001-long.html#") && last.contains("Earlier") && !last.contains("Later"),
        "{}",
        last.len()
    );

    let mut some = order("html");
    some.request.expr = Some(crate::query::Expr::word("x"));
    let place = folder.path().join("some");
    into_folder(&archive, &some, &place);
    follow_all(&place);
}
