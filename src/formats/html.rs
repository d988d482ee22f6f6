//! The text of HTML: bodies of mails, messages of programs that keep pages.

use html2text::config;
use html2text::render::{RichAnnotation, TaggedLineElement};
use mail_parser::decoders::html::html_to_text;

/// Characters of a line: paragraphs stay on one.
const WIDTH: usize = 1_000_000;
/// Elements inside each other, and bytes, up to which the document is built; beyond them its tags are only taken out.
const DEPTH: usize = 400;
const SIZE: usize = 2 << 20;

/// What people read of it. Links have their address behind them where it is another text.
pub(super) fn text(html: &str) -> String {
    let lines = if html.len() <= SIZE && !nests_deeper(html, DEPTH) { lines(html) } else { None };
    let text = lines.unwrap_or_else(|| html_to_text(html));
    text.trim_matches('\n').to_owned()
}

fn lines(html: &str) -> Option<String> {
    let config = config::rich().raw_mode(true).unicode_strikeout(false).allow_width_overflow().no_link_wrapping();
    let lines = config.lines_from_read(rules_as_breaks(html).as_bytes(), WIDTH).ok()?;
    let mut text = String::with_capacity(html.len() / 2);
    let mut blank = 0;
    for line in lines {
        let mut said = String::new();
        let mut link: Option<(String, usize)> = None;
        for element in line {
            let TaggedLineElement::Str(part) = element else { continue };
            let target = part.tag.iter().find_map(|tag| if let RichAnnotation::Link(target) = tag { Some(target) } else { None });
            if link.as_ref().map(|(open, _)| open) != target {
                close(&mut said, link.take());
                link = target.map(|target| (target.clone(), said.len()));
            }
            said.push_str(&part.s);
        }
        close(&mut said, link);
        let said = said.trim_end();
        blank = if said.is_empty() { blank + 1 } else { 0 };
        // Layouts made of tables leave dozens of empty lines.
        if blank < 2 {
            text.push_str(said);
            text.push('\n');
        }
    }
    Some(text)
}

/// Writes the address of a link behind its text.
fn close(said: &mut String, link: Option<(String, usize)>) {
    let Some((target, start)) = link else { return };
    let shown = said[start..].trim().to_owned();
    let plain = |address: &str| {
        let address = ["https://", "http://", "mailto:"].iter().find_map(|scheme| address.strip_prefix(scheme)).unwrap_or(address);
        address.trim_end_matches('/').to_owned()
    };
    let is_address = ["https://", "http://", "mailto:", "ftp://"].iter().any(|scheme| target.starts_with(scheme));
    if is_address && !shown.is_empty() && plain(&shown) != plain(&target) {
        said.truncate(said.trim_end().len());
        said.push_str(&format!(" ({target})"));
    }
}

/// A rule across the page would be as long as a line can be.
fn rules_as_breaks(html: &str) -> String {
    let mut out = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(at) = memchr::memchr(b'<', rest.as_bytes()) {
        let tag = rest.as_bytes().get(at + 1..at + 4).unwrap_or_default();
        let is_rule = tag.len() == 3 && tag[..2].eq_ignore_ascii_case(b"hr") && !tag[2].is_ascii_alphanumeric();
        out.push_str(&rest[..at]);
        out.push_str(if is_rule { "<br" } else { "<" });
        rest = &rest[at + if is_rule { 3 } else { 1 }..];
    }
    out.push_str(rest);
    out
}

/// Whether more elements are open at once than `most`, by their tags alone.
fn nests_deeper(html: &str, most: usize) -> bool {
    const EMPTY: &[&[u8]] = &[b"br", b"img", b"hr", b"meta", b"link", b"input", b"col", b"area", b"base", b"wbr", b"p", b"li"];
    let bytes = html.as_bytes();
    let mut depth = 0_usize;
    for at in memchr::memchr_iter(b'<', bytes) {
        let tag = &bytes[at + 1..];
        let is_end = tag.first() == Some(&b'/');
        let tag = &tag[usize::from(is_end)..];
        let name = &tag[..tag.iter().take_while(|byte| byte.is_ascii_alphanumeric()).count().min(16)];
        if name.is_empty() || EMPTY.iter().any(|empty| empty.eq_ignore_ascii_case(name)) {
            continue;
        }
        depth = if is_end { depth.saturating_sub(1) } else { depth + 1 };
        if depth > most {
            return true;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::text;

    #[track_caller]
    fn check(html: &str, expected: &str) {
        assert_eq!(text(html), expected, "{html}");
    }

    #[test]
    fn what_people_read_of_a_page_is_its_text() {
        check("<p>Hello <b>world</b> &amp; all</p><p>again<br>and again</p>", "Hello world & all\n\nagain\nand again");
        check("<style>p{}</style><script>x</script><title>t</title>one<hr>two", "one\ntwo");
        check(
            "see <a href='https://example.org/x'>this</a>, <a href='https://example.org/'>example.org</a>",
            "see this (https://example.org/x), example.org",
        );
        check("<table><tr><td>a</td><td>b</td></tr></table>", "a\nb");
        check("<ul><li>one<li>two</ul>", "* one\n* two");
        check("", "");
    }

    #[test]
    fn pages_that_nest_without_end_give_their_text_too() {
        for html in [
            format!("{}deep", "<div>".repeat(200_000)),
            format!("{}deep", "<b><p>".repeat(100_000)),
            format!("{}deep", "<table><tr><td>".repeat(50_000)),
        ] {
            assert!(text(&html).contains("deep"));
        }
        assert!(text(&format!("{}deep", "<p>".repeat(50_000))).contains("deep"));
        assert!(text(&format!("{}deep", "<li>".repeat(20_000))).contains("deep"));
    }
}
