use std::io::{self, Cursor};

use proptest::prelude::*;
use serde_json::json;

use super::*;

/// A line and the sender of the message on it, or why there is none.
type Seen = (u64, Result<String, String>);

fn read(reader: impl Read) -> Vec<Seen> {
    TimReader::new("file", reader)
        .map(|entry| match entry {
            Ok(Entry { line, said }) => (line, said.map(|said| said.into_message().unwrap().sender).map_err(|fault| fault.to_string())),
            Err(error) => (0, Err(error.to_string())),
        })
        .collect()
}

#[track_caller]
fn check(text: impl AsRef<[u8]>, expected: &[(u64, Result<&str, &str>)]) {
    let seen = read(text.as_ref());
    let seen: Vec<_> = seen.iter().map(|(line, read)| (*line, read.as_deref().map_err(String::as_str))).collect();
    assert_eq!(seen, expected);
    assert_eq!(read(Crumbs(text.as_ref(), 1)).len(), expected.len(), "the size of the pieces that are read plays no part");
}

/// Gives its bytes a few at a time.
struct Crumbs<'a>(&'a [u8], usize);

impl Read for Crumbs<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let most = buffer.len().min(self.1);
        self.0.read(&mut buffer[..most])
    }
}

fn message(sender: &str) -> String {
    json!({"message_sender": sender, "message_elem_array": [{"text_elem_content": "] } , { [ \" \\ \n"}]}).to_string()
}

const EARLY: &str = "not JSON: the text ends too early at column 18";

#[test]
fn one_message_a_line_is_read_whatever_stands_between_the_lines() {
    check("", &[]);
    check("\n \r\n\t\n", &[]);
    check("\u{feff}", &[]);
    let (a, b) = (message("a"), message("b"));
    check(format!("{a}\n{b}\n"), &[(1, Ok("a")), (2, Ok("b"))]);
    check(format!("{a}\n{b}"), &[(1, Ok("a")), (2, Ok("b"))]);
    check(format!("\u{feff}\r\n\r\n  {a}  \r\n\n\u{feff}{b}\r\n"), &[(3, Ok("a")), (5, Ok("b"))]);
}

#[test]
fn a_broken_line_costs_only_itself() {
    let (a, b) = (message("a"), message("b"));
    let wrong_kind = "a message is a JSON object, this is another kind of value";
    check(format!("{a}\n{{\"message_sender\":\n{b}"), &[(1, Ok("a")), (2, Err(EARLY)), (3, Ok("b"))]);
    check(format!("70\n{a}\nnull\n\"x\""), &[(1, Err(wrong_kind)), (2, Ok("a")), (3, Err(wrong_kind)), (4, Err(wrong_kind))]);
    let misplaced = "not JSON: a character that does not belong there at column 1";
    check(format!("\0\0\0\n{a}\n\0{b}"), &[(1, Err(misplaced)), (2, Ok("a")), (3, Err(misplaced))]);
    let bytes = [b"{\"message_sender\":\"\xff\"}\n", a.as_bytes()].concat();
    check(bytes, &[(1, Err("not UTF-8 at column 20")), (2, Ok("a"))]);
    let deep = format!("{{\"x\":{}{}}}\n{a}", "[".repeat(100_000), "]".repeat(100_000));
    let seen = read(deep.as_bytes());
    assert!(seen[0].1.as_ref().is_err_and(|reason| reason.contains("nesting") || reason.contains("JSON")), "{seen:?}");
    assert_eq!(seen[1], (2, Ok("a".to_owned())));
}

#[test]
fn an_array_is_read_however_it_is_printed() {
    let (a, b) = (message("a"), message("b"));
    check("[]", &[]);
    check("\u{feff} \n [ \n ] \n", &[]);
    check(format!("[{a},{b}]"), &[(1, Ok("a")), (1, Ok("b"))]);
    check(format!("\n[\n{a},\n{b}\n]\n"), &[(3, Ok("a")), (4, Ok("b"))]);
    check(format!("[{a}\n,{b}]\n[{b}]"), &[(1, Ok("a")), (2, Ok("b")), (3, Ok("b"))]);
    let pretty = serde_json::to_string_pretty(&json!([{"message_sender": "a", "x": {"y": []}}, {"message_sender": "b"}])).unwrap();
    check(pretty, &[(2, Ok("a")), (8, Ok("b"))]);
}

#[test]
fn a_broken_element_costs_only_itself() {
    let (a, b) = (message("a"), message("b"));
    let wrong_kind = "a message is a JSON object, this is another kind of value";
    let misplaced = "not JSON: a character that does not belong there at column 19";
    check(format!("[{a},{{\"message_sender\":}},{b}]"), &[(1, Ok("a")), (1, Err(misplaced)), (1, Ok("b"))]);
    check(
        format!("[10,{a},\"],{{\" ,null, [{b}]]"),
        &[(1, Err(wrong_kind)), (1, Ok("a")), (1, Err(wrong_kind)), (1, Err(wrong_kind)), (1, Err(wrong_kind))],
    );
    check(format!("[{a}\n{b}]"), &[(1, Ok("a")), (2, Err("a comma is missing before this message")), (2, Ok("b"))]);
    let comma = "a comma without a message";
    check(format!("[,{a},,{b},]"), &[(1, Err(comma)), (1, Ok("a")), (1, Err(comma)), (1, Ok("b")), (1, Err(comma))]);
    check(format!("[{a}]\n{b}"), &[(1, Ok("a")), (2, Err("the array has ended, what follows it was not read"))]);
    let bytes = [b"[{\"message_sender\":\"\xff\"},", a.as_bytes(), b"]"].concat();
    check(bytes, &[(1, Err("not UTF-8 at column 20")), (1, Ok("a"))]);
}

#[test]
fn an_array_that_ends_too_early_says_so() {
    let a = message("a");
    let open = "the source ends before its array does";
    check("[", &[(1, Err(open))]);
    check(format!("[{a}"), &[(1, Ok("a")), (1, Err(open))]);
    check(format!("[{a},\n"), &[(1, Ok("a")), (2, Err(open))]);
    check(format!("[{a},\n{{\"message_sender\":"), &[(1, Ok("a")), (2, Err(EARLY))]);
    check(format!("[{a},\n{{\"message_sender\":\"b"), &[(1, Ok("a")), (2, Err("not JSON: the text ends too early at column 20"))]);
}

#[test]
fn behind_a_text_that_is_not_closed_the_next_element_that_begins_alike_is_read() {
    let (a, b) = (message("a"), message("b"));
    check(
        format!("[\n{a},\n{{\"message_sender\":\",\n{b}\n]"),
        &[(2, Ok("a")), (3, Err("not JSON: the text ends too early at column 20")), (4, Ok("b"))],
    );
    let pretty =
        "[\n  {\n    \"message_sender\": \"a,\n    \"x\": {\n      \"y\": \"\n    }\n  },\n  {\n    \"message_sender\": \"b\"\n  }\n]";
    let seen = read(pretty.as_bytes());
    assert_eq!(seen.iter().map(|(line, read)| (*line, read.is_ok())).collect::<Vec<_>>(), [(2, false), (8, true)]);
    check("[\n{\"message_sender\":\"a\n]\n", &[(2, Err("not JSON: the text ends too early at column 20"))]);

    let one_line = format!("[{a},{{\"message_sender\":\"\n{b}]");
    let seen = read(one_line.as_bytes());
    assert_eq!(seen.len(), 3);
    assert_eq!(
        seen[2].1.as_ref().unwrap_err(),
        "file:1: the array is damaged here, and where its next message begins is not clear; nothing behind it was read"
    );
}

#[test]
fn text_of_another_encoding_is_named() {
    for text in [&b"\xff\xfe{\0}\0"[..], b"\xfe\xff\0{\0}"] {
        let seen = read(text);
        assert_eq!(seen, [(0, Err("file is UTF-16, messages are read as UTF-8; convert it first".to_owned()))]);
    }
}

#[test]
fn what_is_longer_than_a_message_is_refused_without_being_held() {
    let length = 100 << 20;
    let a = message("a");
    for (before, after) in [("", format!("\n{a}\n")), ("{\"x\":\"", format!("\"}}\n{a}\n")), ("[{\"x\":\"", format!("\"}},\n{a}]"))] {
        let long = Cursor::new(before).chain(io::repeat(b'a').take(length)).chain(Cursor::new(after));
        let mut reader = TimReader::new("file", long);
        let first = reader.next().unwrap().unwrap();
        let second = reader.next().unwrap().unwrap();
        assert_eq!(first.line, 1);
        let reason = first.said.unwrap_err().to_string();
        assert!(reason.starts_with("a message is 104,85") && reason.ends_with(" bytes of JSON, the limit is 2,097,152"), "{reason}");
        assert_eq!((second.line, second.said.unwrap().into_message().unwrap().sender.as_str()), (2, "a"));
        assert!(reader.next().is_none());
        assert!(reader.window.size() <= 8 << 20, "{} bytes", reader.window.size());
    }
}

#[test]
fn what_is_written_reads_back() {
    let given = |sender| Message { client_time: 5, rand: 7, ..Message::from_json(&message(sender)).unwrap() };
    let messages = ["a", "b"].map(given);
    let mut writer = TimWriter::new(Vec::new());
    messages.iter().for_each(|message| writer.write(message).unwrap());
    let lines = writer.finish().unwrap();
    let again: Vec<_> =
        TimReader::new("file", lines.as_slice()).map(|entry| entry.unwrap().said.unwrap().into_message().unwrap()).collect();
    assert_eq!(again, messages);
}

/// Any JSON with texts full of what could be taken for its structure.
fn any_value() -> impl Strategy<Value = serde_json::Value> {
    let leaf = prop_oneof![
        Just(json!(null)),
        any::<i32>().prop_map(|number| json!(number)),
        "[\\[\\]{}\",\\\\\n a]{0,8}".prop_map(|text| json!(text))
    ];
    leaf.prop_recursive(3, 12, 4, |inner| {
        let list = prop::collection::vec(inner.clone(), 0..4).prop_map(|items| json!(items));
        prop_oneof![
            list,
            prop::collection::vec(("[a-c\"]{0,2}", inner), 0..4)
                .prop_map(|members| json!(members.into_iter().collect::<serde_json::Map<_, _>>()))
        ]
    })
}

proptest! {
    #[test]
    fn every_element_of_every_array_is_found_where_it_stands(
        values in prop::collection::vec(any_value(), 0..8), pretty in any::<bool>(), crumb in 1_usize..9, broken in any::<prop::sample::Index>(),
    ) {
        let mut elements: Vec<_> = values.iter().enumerate().map(|(number, value)| json!({"message_sender": format!("{number}"), "x": value})).collect();
        if !elements.is_empty() {
            let at = broken.index(elements.len());
            elements[at] = json!({"message_sender": [values[at]]});
        }
        let text = if pretty { serde_json::to_string_pretty(&elements).unwrap() } else { json!(elements).to_string() };
        let seen = read(Crumbs(text.as_bytes(), crumb));
        prop_assert_eq!(seen.len(), elements.len());
        for ((line, read), (number, element)) in seen.into_iter().zip(elements.iter().enumerate()) {
            prop_assert!(line <= text.lines().count() as u64);
            match element["message_sender"].as_str() {
                Some(sender) => prop_assert_eq!(read.as_deref(), Ok(sender), "{}", number),
                None => prop_assert!(read.is_err()),
            }
        }
    }

    #[test]
    fn no_text_is_a_panic_and_the_pieces_that_are_read_play_no_part(text in "[\\[\\]{}\",:\\\\\n\r 1a]{0,60}", crumb in 1_usize..9) {
        let whole = read(text.as_bytes());
        prop_assert_eq!(read(Crumbs(text.as_bytes(), crumb)), whole);
    }
}
