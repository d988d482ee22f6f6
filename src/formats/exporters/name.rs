//! Names of the files of an export: made of what people wrote, and harmless on every system and in every link.

use crate::MediaHash;

/// Bytes of the part of a name that people read.
const READABLE: usize = 60;
/// Letters of the ending of a file's name.
const ENDING: usize = 10;
/// Digits of a file's hash in its name: enough to tell any two files of an archive apart.
const DIGITS: usize = 16;

/// The readable part of a file's name: letters and digits of any script, with single dashes between them. May be empty.
pub(super) fn slug(text: &str) -> String {
    let mut slug = String::new();
    for letter in text.chars() {
        let is_kept = letter.is_ascii_alphanumeric() || !letter.is_ascii() && !is_invisible(letter);
        match is_kept {
            _ if slug.len() + letter.len_utf8() > READABLE => break,
            true => slug.push(letter),
            false if slug.is_empty() || slug.ends_with('-') => {}
            false => slug.push('-'),
        }
    }
    slug.truncate(slug.trim_end_matches('-').len());
    slug
}

/// Blanks, control characters, marks that turn the direction of writing, and what has no width.
fn is_invisible(letter: char) -> bool {
    letter.is_control()
        || letter.is_whitespace()
        || matches!(letter, '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}')
}

/// The stem of the files of the conversation of this number, from 1.
pub(super) fn of_conversation(number: usize, name: &str) -> String {
    match slug(name).as_str() {
        "" => format!("{number:04}"),
        slug => format!("{number:04}-{slug}"),
    }
}

/// The name of a media file that its sender called `name`. Two files that have the same name are the same file.
pub(super) fn of_media(hash: MediaHash, name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or(name);
    let is_ending = |ending: &&str| (1..=ENDING).contains(&ending.len()) && ending.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let (stem, ending) = match last.rsplit_once('.').filter(|(_, ending)| is_ending(ending)) {
        Some((stem, ending)) => (stem, format!(".{}", ending.to_ascii_lowercase())),
        None => (last, String::new()),
    };
    let digits = hash.to_string();
    let digits = digits.get(..DIGITS).unwrap_or(&digits);
    match slug(stem).as_str() {
        "" => format!("{digits}{ending}"),
        slug => format!("{digits}-{slug}{ending}"),
    }
}

/// A relative path as it stands in a link.
pub(super) fn link(path: &str) -> String {
    use std::fmt::Write as _;
    let mut link = String::with_capacity(path.len());
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'/') {
            link.push(byte.into());
        } else {
            // Writing to a String cannot fail.
            let _ = write!(link, "%{byte:02X}");
        }
    }
    link
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_name_stays_readable_and_loses_what_steers() {
        assert_eq!(slug("#ops: night shift!"), "ops-night-shift");
        assert_eq!(slug("../../etc/passwd"), "etc-passwd");
        assert_eq!(slug("Grüße 你好\u{202e}"), "Grüße-你好");
        assert_eq!(slug("…/…".trim_matches('…')), "");
        assert_eq!(of_conversation(7, "::"), "0007");
        let hash = MediaHash([0xab; 32]);
        assert_eq!(of_media(hash, "C:\\a\\Plan (2).PDF"), "abababababababab-Plan-2.pdf");
        assert_eq!(of_media(hash, "../.."), "abababababababab");
        assert_eq!(link("media/a b%\"é.png"), "media/a%20b%25%22%C3%A9.png");
    }

    proptest! {
        #[test]
        fn no_name_leaves_its_folder(name in any::<String>()) {
            let made = of_media(MediaHash([1; 32]), &name);
            prop_assert!(!made.contains(['/', '\\', '\0', ':']) && !made.contains("..") && made.len() <= 100, "{made:?}");
            let stem = of_conversation(1, &name);
            prop_assert!(!stem.contains(['/', '\\', '.', '\0', ':']) && stem.len() <= 70, "{stem:?}");
            prop_assert!(link(&stem).bytes().all(|byte| byte.is_ascii_graphic() && !b"\"'<>&#?:".contains(&byte)));
        }
    }
}
