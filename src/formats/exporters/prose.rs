//! What is in a text besides words: code between fences, and web addresses.

use linkify::{LinkFinder, LinkKind};

/// What stands before and behind code.
pub(super) const FENCE: &str = "```";

/// A stretch of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stretch<'a> {
    Words(&'a str),
    /// Code, without its fences; the language may be empty.
    Code {
        language: &'a str,
        code: &'a str,
    },
}

/// Cuts a text at its fences. A fence that nothing closes is words.
pub(super) fn stretches(text: &str) -> Vec<Stretch<'_>> {
    let mut stretches = Vec::new();
    let mut rest = text;
    while let Some((before, code, behind)) = next_code(rest) {
        // The line ends beside a block of code belong to its fences.
        let before = before.strip_suffix('\n').unwrap_or(before);
        if !before.is_empty() {
            stretches.push(Stretch::Words(before));
        }
        stretches.push(code);
        rest = behind.strip_prefix('\n').unwrap_or(behind);
    }
    if !rest.is_empty() {
        stretches.push(Stretch::Words(rest));
    }
    stretches
}

fn next_code(text: &str) -> Option<(&str, Stretch<'_>, &str)> {
    let (before, behind) = text.split_once(FENCE)?;
    let (inside, behind) = behind.split_once(FENCE)?;
    if inside.trim().is_empty() {
        return None;
    }
    let is_language = |line: &&str| {
        !line.is_empty() && line.len() <= 20 && line.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-#".contains(&byte))
    };
    let (language, code) = match inside.split_once('\n') {
        Some(("", code)) => ("", code),
        Some((line, code)) => Some(line).filter(is_language).map_or(("", inside), |language| (language, code)),
        None => ("", inside),
    };
    Some((before, Stretch::Code { language, code: code.strip_suffix('\n').unwrap_or(code) }, behind))
}

/// A stretch of words: an address of the web as such, everything else as it is.
pub(super) struct Words<'a> {
    pub(super) text: &'a str,
    pub(super) is_address: bool,
}

/// Cuts words at the addresses in them. Only what a browser fetches by http or https is one.
pub(super) fn addresses(words: &str) -> Vec<Words<'_>> {
    let mut finder = LinkFinder::new();
    finder.kinds(&[LinkKind::Url]);
    finder.spans(words).map(|span| Words { text: span.as_str(), is_address: span.kind().is_some() && is_web(span.as_str()) }).collect()
}

/// Whether it is an address that a link may lead to.
pub(super) fn is_web(address: &str) -> bool {
    let scheme = |scheme: &str| address.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme));
    (scheme("http://") || scheme("https://")) && !address.contains(char::is_control)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &[Stretch<'_>]) {
        assert_eq!(stretches(text), expected, "{text:?}");
    }

    #[test]
    fn code_is_what_stands_between_fences() {
        let code = |language, code| Stretch::Code { language, code };
        check("", &[]);
        check("a\nb", &[Stretch::Words("a\nb")]);
        check("see\n```rust\nfn a() {}\n```\nso", &[Stretch::Words("see"), code("rust", "fn a() {}"), Stretch::Words("so")]);
        check("```ls -l```", &[code("", "ls -l")]);
        check("```\na\n\nb```", &[code("", "a\n\nb")]);
        check("```not closed", &[Stretch::Words("```not closed")]);
        check("`````` x", &[Stretch::Words("`````` x")]);
    }

    #[test]
    fn only_addresses_of_the_web_lead_anywhere() {
        let found = |text| addresses(text).iter().filter(|words| words.is_address).map(|words| words.text.to_owned()).collect::<Vec<_>>();
        assert_eq!(found("see https://a.example/x?y=1. And HTTP://B.example!"), ["https://a.example/x?y=1", "HTTP://B.example"]);
        assert!(found("javascript:alert(1) data:text/html,x file:///etc/passwd javascript://a.example/%0aalert(1)").is_empty());
        let text = "a https://b.example c";
        assert_eq!(addresses(text).iter().map(|words| words.text).collect::<String>(), text);
    }
}
