//! Texts of Facebook and Instagram, in which every byte of UTF-8 stands as a character of its own.

use std::borrow::Cow;

/// The text that was meant; borrowed where it says what it means already.
///
/// Only a text whose characters are all bytes, and these UTF-8, is another one than it seems.
pub(super) fn mended(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return Cow::Borrowed(text);
    }
    let bytes: Result<Vec<u8>, _> = text.chars().map(|letter| u8::try_from(u32::from(letter))).collect();
    match bytes.map(String::from_utf8) {
        Ok(Ok(meant)) => Cow::Owned(meant),
        _ => Cow::Borrowed(text),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_text_is_mended_only_where_its_characters_are_the_bytes_of_another_one() {
        assert_eq!(mended("caf\u{c3}\u{a9} \u{f0}\u{9f}\u{92}\u{96}"), "café 💖");
        for sound in ["café", "plain", "", "Müller \u{c3}\u{a9} 💖"] {
            assert!(matches!(mended(sound), Cow::Borrowed(_)), "{sound}");
        }
    }

    proptest! {
        #[test]
        fn every_text_comes_back_from_its_bytes(text in "\\PC{0,40}") {
            let broken: String = text.bytes().map(char::from).collect();
            prop_assert_eq!(mended(&broken), text);
        }
    }
}
