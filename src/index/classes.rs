//! Which characters make words, which stand for themselves, and which lie between.

use unicode_normalization::char::is_combining_mark;

/// What a character is to the tokenizer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Class {
    /// Part of a word: letters, digits, combining marks.
    Word,
    /// A token of its own: ideographs, kana, Hangul, the scripts written without blanks, emoji.
    Single,
    /// White space.
    Space,
    /// Everything else: punctuation, symbols, controls.
    Mark,
}

/// The classes of the ASCII characters.
pub(super) const ASCII: [Class; 128] = ascii();

const fn ascii() -> [Class; 128] {
    let mut classes = [Class::Mark; 128];
    let mut byte = 0;
    while byte < 128 {
        let c = byte as u8;
        if c.is_ascii_alphanumeric() {
            classes[byte] = Class::Word;
        } else if matches!(c, b' ' | b'\t'..=b'\r') {
            classes[byte] = Class::Space;
        }
        byte += 1;
    }
    classes
}

/// The class of a character.
pub(crate) fn class(c: char) -> Class {
    if c.is_ascii() {
        ASCII[c as usize]
    } else if is_single(c) {
        Class::Single
    } else if c.is_alphanumeric() || is_combining_mark(c) {
        Class::Word
    } else if c.is_whitespace() {
        Class::Space
    } else {
        Class::Mark
    }
}

fn is_single(c: char) -> bool {
    matches!(c,
        // Thai, Lao, Myanmar, Khmer: written without blanks.
        '\u{E00}'..='\u{EFF}' | '\u{1000}'..='\u{109F}' | '\u{1780}'..='\u{17FF}' | '\u{19E0}'..='\u{19FF}' | '\u{A9E0}'..='\u{A9FF}' | '\u{AA60}'..='\u{AA7F}'
        // Hangul.
        | '\u{1100}'..='\u{11FF}' | '\u{3130}'..='\u{318F}' | '\u{A960}'..='\u{A97F}' | '\u{AC00}'..='\u{D7FF}' | '\u{FFA0}'..='\u{FFDC}'
        // Kana and bopomofo, without the punctuation that stands among them.
        | '\u{3041}'..='\u{309F}' | '\u{30A1}'..='\u{30FA}' | '\u{30FC}'..='\u{312F}' | '\u{31A0}'..='\u{31BF}' | '\u{31F0}'..='\u{31FF}'
        | '\u{FF66}'..='\u{FF9F}' | '\u{1AFF0}'..='\u{1B16F}'
        // Ideographs and what counts as one.
        | '\u{2E80}'..='\u{2FDF}' | '\u{3005}'..='\u{3007}' | '\u{3021}'..='\u{3029}' | '\u{3031}'..='\u{3035}' | '\u{3038}'..='\u{303C}'
        | '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{3FFFF}'
        // Pictographs, and what joins and colours them.
        | '\u{200D}' | '\u{20E3}' | '\u{FE0F}' | '\u{231A}' | '\u{231B}' | '\u{23E9}'..='\u{23F3}' | '\u{23F8}'..='\u{23FA}' | '\u{2600}'..='\u{27BF}'
        | '\u{2B05}'..='\u{2B07}' | '\u{2B1B}' | '\u{2B1C}' | '\u{2B50}' | '\u{2B55}' | '\u{1F000}'..='\u{1FAFF}' | '\u{E0020}'..='\u{E007F}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Class) {
        for c in text.chars() {
            assert_eq!(class(c), expected, "{c:?}");
        }
    }

    #[test]
    fn every_script_has_its_class() {
        check("aZ09éжשع한글".get(..10).unwrap_or_default(), Class::Word);
        check("नमस्ते\u{301}①½", Class::Word);
        check("漢字々〇かなカナーｶﾅ한글ㄱᄀㄅไทยລາວမြန်မာខ្មែរ𠀀豈", Class::Single);
        check("😀🏽\u{200D}\u{FE0F}🇩🇪☃✂⭐", Class::Single);
        check(" \t\n\u{A0}\u{3000}\u{2003}", Class::Space);
        check("_-.,:;!?()[]{}<>#@+=/\\'\"`~^$%&|*、。「」・：！？（）…—€\u{0}\u{7F}\u{200B}", Class::Mark);
    }
}
