//! Text as Markdown that shows exactly that text: every character that could be markup is escaped, line ends stay line ends.

use std::fmt::Write as _;

/// What is markup wherever it stands.
const ALWAYS: &str = "\\`*_[]<>&~|$^";

/// A text in a paragraph. Lines follow each other with a hard break between them.
pub(super) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 8);
    // Other line ends than `\n` would end a line too.
    let text = text.replace("\r\n", "\n");
    let lines: Vec<&str> = text.split(['\n', '\r']).collect();
    for (number, line) in lines.iter().enumerate() {
        if number > 0 {
            out.push_str("\\\n");
        }
        push_line(&mut out, line);
    }
    // A break at the very end breaks nothing, and would show.
    if lines.last() == Some(&"") && lines.len() > 1 {
        out.push_str("&#8203;");
    }
    out
}

fn push_line(out: &mut String, line: &str) {
    let is_blank = |letter: char| letter == ' ' || letter == '\t';
    let first = line.find(|letter| !is_blank(letter)).unwrap_or(line.len());
    let digits = line[first..].bytes().take_while(u8::is_ascii_digit).count();
    let last = line.trim_end_matches(is_blank).len();
    for (at, letter) in line.char_indices() {
        match letter {
            // A blank at either end of a line would be taken away, or would make code of it.
            ' ' | '\t' if at < first || at >= last => code(out, letter),
            '\0' => out.push(char::REPLACEMENT_CHARACTER),
            _ if letter.is_control() || letter == '\u{a0}' => code(out, letter),
            _ if ALWAYS.contains(letter) => quoted(out, letter),
            // Items of lists, headings, lines below headings, and tables begin with these.
            '#' | '+' | '-' | '=' | ':' | '!' if at == first => quoted(out, letter),
            '.' | ')' if digits > 0 && at == first + digits => quoted(out, letter),
            // Pictures, and addresses that some programs make links of.
            '!' if line[at..].starts_with("![") => quoted(out, letter),
            '@' => quoted(out, letter),
            _ => out.push(letter),
        }
    }
}

fn quoted(out: &mut String, letter: char) {
    out.push('\\');
    out.push(letter);
}

fn code(out: &mut String, letter: char) {
    // Writing to a String cannot fail.
    let _ = write!(out, "&#{};", u32::from(letter));
}

/// Code as a block, between fences longer than any in it.
pub(super) fn fenced(language: &str, code: &str) -> String {
    let mut longest = 0;
    for run in code.split(|letter| letter != '`') {
        longest = longest.max(run.len());
    }
    let fence = "`".repeat((longest + 1).max(3));
    format!("{fence}{language}\n{code}\n{fence}")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

    use super::*;

    /// The text that a reader of Markdown sees, and whether there was any markup.
    fn seen(markdown: &str) -> (String, bool) {
        let (mut text, mut has_markup) = (String::new(), false);
        for event in Parser::new_ext(markdown, Options::all() - Options::ENABLE_SMART_PUNCTUATION) {
            match event {
                Event::Text(more) => text += &more,
                Event::HardBreak => text.push('\n'),
                Event::Start(Tag::Paragraph) | Event::End(TagEnd::Paragraph) => {}
                _ => has_markup = true,
            }
        }
        (text, has_markup)
    }

    #[track_caller]
    fn check(text: &str) {
        let markdown = format!("**x**\n\n{}\n", escaped(text));
        let (shown, has_markup) = seen(markdown.strip_prefix("**x**\n\n").unwrap());
        assert!(!has_markup, "{text:?} became markup as {markdown:?}");
        assert_eq!(shown.trim_end_matches('\u{200b}'), text, "as {markdown:?}");
    }

    #[test]
    fn what_looks_like_markup_stays_what_it_was() {
        for text in [
            "# no heading",
            "* no item",
            "1. no item",
            "12) no item",
            "- no item",
            "+ no item",
            "a\n---",
            "a\n===",
            "> no quote",
            "    no code",
            "\tno code",
            "`no code`",
            "**no bold** __x__ *y* _z_",
            "[no](link)",
            "![no](picture)",
            "<b>no html</b>",
            "&amp; &#35;",
            "a  \nb",
            "a\\\nb",
            "~~~\nno fence",
            "| a | b |\n|---|---|\n| c | d |",
            "[^1]: no note",
            "[a]: http://b",
            "a\n\nb",
            "\n\na",
            ": no definition\n: x",
            "~~no~~ ~x~",
            "$no$ math",
            "---\ntitle: no\n---",
            "- [ ] no task",
            "https://a.example/_x_",
            "a\u{a0}b",
            "!",
            "x^2^ H~2~O",
            "a\n\n",
        ] {
            check(text);
        }
    }

    #[test]
    fn a_fence_is_longer_than_any_in_the_code() {
        let markdown = fenced("rust", "a\n````\nb");
        let (text, _) = seen(&markdown);
        assert_eq!(text, "a\n````\nb\n");
        assert!(markdown.starts_with("`````rust\n"));
    }

    proptest! {
        #[test]
        fn hostile_text_is_read_back_as_it_was(text in "([\\\\`*_{}\\[\\]<>()#+.!|~&;:=$^@\"' \t\n0-9a-c/-]|&lt;|<!--|```|https://){1,40}") {
            prop_assume!(!text.trim().is_empty());
            check(&text);
        }
    }
}
