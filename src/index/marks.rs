//! What lies between words: the runs of punctuation and of blanks in a text, and what else one pass over it can tell.

use std::sync::LazyLock;

use memchr::memmem::Finder;

use super::classes::{ASCII, Class, class};
use super::fold::{is_lossy, map_char};

/// The longest run that a term holds, in characters. A longer one is cut, and its message is always looked at.
pub(super) const LONGEST_RUN: usize = 255;

/// Stands between the terms of a message. No run holds a letter.
pub(super) const SEPARATOR: char = 'a';

/// What one pass over a text tells besides its runs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Traits {
    /// The terms know less than the folded text does.
    pub(super) lossy: bool,
    /// A run is longer than a term.
    pub(super) long: bool,
    /// There is a web address.
    pub(super) link: bool,
}

/// Appends the runs of `text` to `marks`, each with a [`SEPARATOR`] after it. Of lone blanks only the first one of a message is
/// taken; `blank` remembers it.
pub(super) fn scan(text: &str, marks: &mut String, blank: &mut bool) -> Traits {
    let mut traits = Traits { link: has_link(text), ..Traits::default() };
    if text.is_ascii() {
        scan_ascii(text, marks, blank, &mut traits)
    } else {
        scan_any(text, marks, blank, &mut traits)
    }
    traits
}

fn scan_ascii(text: &str, marks: &mut String, blank: &mut bool, traits: &mut Traits) {
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        let class = ASCII[usize::from(bytes[at])];
        let start = at;
        at += 1;
        while at < bytes.len() && ASCII[usize::from(bytes[at])] == class {
            at += 1;
        }
        traits.long |= at - start > LONGEST_RUN;
        if class != Class::Word {
            push_run(&text[start..at.min(start + LONGEST_RUN)], marks, blank);
        }
    }
}

fn scan_any(text: &str, marks: &mut String, blank: &mut bool, traits: &mut Traits) {
    let mut run = String::new();
    let (mut last, mut length) = (Class::Single, 0);
    for c in text.chars() {
        traits.lossy |= is_lossy(c);
        map_char(c, &mut |mapped| {
            let class = class(mapped);
            if class != last || class == Class::Single {
                push_run(&run, marks, blank);
                run.clear();
                (last, length) = (class, 0);
            }
            length += 1;
            traits.long |= length > LONGEST_RUN;
            if matches!(class, Class::Space | Class::Mark) && length <= LONGEST_RUN {
                run.push(mapped);
            }
        });
    }
    push_run(&run, marks, blank);
}

fn push_run(run: &str, marks: &mut String, blank: &mut bool) {
    if run.is_empty() || (run == " " && std::mem::replace(blank, true)) {
        return;
    }
    marks.push_str(run);
    marks.push(SEPARATOR);
}

/// Whether there is something like `https://…` or `www.…` in the text.
fn has_link(text: &str) -> bool {
    static SCHEME: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new("://"));
    static WWW: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new("www."));
    let bytes = text.as_bytes();
    let is_word = |at: usize| bytes.get(at).is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte >= 0x80);
    SCHEME.find_iter(bytes).any(|at| at >= 2 && bytes[at - 2..at].iter().all(u8::is_ascii_alphanumeric) && is_word(at + 3))
        || WWW.find_iter(bytes).any(|at| (at == 0 || !is_word(at - 1)) && is_word(at + 4))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let mut marks = String::new();
        scan(text, &mut marks, &mut false);
        assert_eq!(marks.split_terminator(SEPARATOR).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn runs_between_words_are_terms() {
        check("a->b :) (see  x)\n", &["->", " ", ":)", "(", "  ", ")", "\n"]);
        check("你好，世界！ok", &["，", "！"]);
        check("plain", &[]);
        check("one two three", &[" "]);
        check(&"=".repeat(LONGEST_RUN + 9), &[&"=".repeat(LONGEST_RUN)]);
        check("½", &["⁄"]);
    }

    #[test]
    fn a_pass_tells_what_a_text_is_like() {
        let traits = |text: &str| scan(text, &mut String::new(), &mut false);
        assert_eq!(traits("see https://x.y/z"), Traits { link: true, ..Traits::default() });
        assert!(traits("at www.example.org").link);
        assert!(!traits("a:// //b www. xwww.y").link);
        assert!(traits(&"x".repeat(LONGEST_RUN + 1)).long);
        assert!(!traits(&"x".repeat(LONGEST_RUN)).long);
        assert!(!traits(&"漢".repeat(LONGEST_RUN + 1)).long);
        assert!(traits("é").lossy && traits("Ａ").lossy);
        assert!(!traits("ß，漢字かな한글😀").lossy);
    }

    proptest! {
        #[test]
        fn the_ascii_path_tells_what_the_other_one_does(text in "[ -~\\n\\t]{0,90}") {
            let (mut fast, mut slow) = (String::new(), String::new());
            let (mut fast_traits, mut slow_traits) = (Traits::default(), Traits::default());
            scan_ascii(&text, &mut fast, &mut false, &mut fast_traits);
            scan_any(&text, &mut slow, &mut false, &mut slow_traits);
            prop_assert_eq!(fast, slow);
            prop_assert_eq!(fast_traits, slow_traits);
        }
    }
}
