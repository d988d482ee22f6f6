//! Case folding, and the mapping from folded characters to the characters of terms. Both go character by character, so that
//! a text contains whatever its mapping contains: if `fold(text)` contains `fold(keyword)`, `map(text)` contains `map(keyword)`.

use std::sync::LazyLock;

use icu_casemap::{CaseMapper, CaseMapperBorrowed};
use memchr::memmem::Finder;
use unicode_normalization::char::decompose_compatible;

use super::classes::{Class, class};

/// Nothing, or a few characters; unused places hold NUL, which nothing but NUL itself maps to.
type Few = [char; 3];

/// The characters from U+0080 on that the alphabets with case live in.
const TABLE_START: u32 = 0x80;
const TABLE_END: u32 = 0x600;

struct Entry {
    folded: Few,
    mapped: Few,
}

static TABLE: LazyLock<Vec<Entry>> = LazyLock::new(|| {
    let entry = |c| {
        let (mut folded, mut mapped) = (Few::default(), Few::default());
        let mut at = 0;
        fold_slowly(c, &mut |f| {
            folded[at] = f;
            at += 1;
        });
        at = 0;
        map_slowly(c, &mut |m| {
            mapped[at] = m;
            at += 1;
        });
        Entry { folded, mapped }
    };
    (TABLE_START..TABLE_END).filter_map(char::from_u32).map(entry).collect()
});

/// Hands the full case folding of `c` to `sink`.
pub(super) fn fold_char(c: char, sink: &mut impl FnMut(char)) {
    if c.is_ascii() {
        sink(c.to_ascii_lowercase());
    } else if let Some(entry) = TABLE.get((c as usize).wrapping_sub(TABLE_START as usize)) {
        few(&entry.folded, sink);
    } else if folds_to_itself(c) {
        sink(c);
    } else {
        fold_slowly(c, sink);
    }
}

/// Hands to `sink` what stands for `c` in terms: case folded, compatibility forms and accents of letters and digits resolved.
/// Nothing at all for an accent that stands alone.
pub(super) fn map_char(c: char, sink: &mut impl FnMut(char)) {
    if c.is_ascii() {
        sink(c.to_ascii_lowercase());
    } else if let Some(entry) = TABLE.get((c as usize).wrapping_sub(TABLE_START as usize)) {
        few(&entry.mapped, sink);
    } else if is_whole(c) {
        sink(c);
    } else {
        map_slowly(c, sink);
    }
}

/// Appends what stands for `text` in terms.
pub(crate) fn map_into(text: &str, mapped: &mut String) {
    text.chars().for_each(|c| map_char(c, &mut |m| mapped.push(m)));
}

/// Appends the full case folding of `text`.
pub(super) fn fold_into(text: &str, folded: &mut String) {
    if text.is_ascii() {
        let start = folded.len();
        folded.push_str(text);
        folded[start..].make_ascii_lowercase();
    } else {
        text.chars().for_each(|c| fold_char(c, &mut |f| folded.push(f)));
    }
}

/// Whether the mapping loses what the folding of `c` keeps.
pub(super) fn is_lossy(c: char) -> bool {
    if c.is_ascii() {
        return false;
    }
    if let Some(entry) = TABLE.get((c as usize).wrapping_sub(TABLE_START as usize)) {
        return entry.folded != entry.mapped;
    }
    if is_whole(c) {
        return false;
    }
    let (mut folded, mut mapped) = (String::new(), String::new());
    fold_char(c, &mut |f| folded.push(f));
    map_char(c, &mut |m| mapped.push(m));
    folded != mapped
}

fn few(few: &Few, sink: &mut impl FnMut(char)) {
    few.iter().take_while(|&&c| c != '\0').for_each(|&c| sink(c));
}

/// Blocks without case, for speed.
fn folds_to_itself(c: char) -> bool {
    matches!(c, '\u{2E80}'..='\u{A63F}' | '\u{AC00}'..='\u{D7FF}' | '\u{F900}'..='\u{FAFF}' | '\u{1F000}'..='\u{E01EF}')
}

/// Ideographs, whole kana, whole Hangul syllables and emoji: they stand for themselves in terms.
fn is_whole(c: char) -> bool {
    matches!(c, '\u{3041}'..='\u{3098}' | '\u{309B}'..='\u{309E}' | '\u{30A1}'..='\u{30FE}' | '\u{3400}'..='\u{9FFF}' | '\u{AC00}'..='\u{D7FF}'
        | '\u{1F300}'..='\u{1FAFF}' | '\u{20000}'..='\u{2F7FF}')
}

fn fold_slowly(c: char, sink: &mut dyn FnMut(char)) {
    const MAPPER: CaseMapperBorrowed<'static> = CaseMapper::new();
    let mut buffer = [0; 4];
    MAPPER.fold_string(c.encode_utf8(&mut buffer)).chars().for_each(sink);
}

fn map_slowly(c: char, sink: &mut dyn FnMut(char)) {
    fold_slowly(c, &mut |folded| {
        if is_dropped(folded) {
            return;
        }
        if !matches!(class(folded), Class::Word | Class::Single) || is_whole(folded) {
            return sink(folded);
        }
        // Compatibility forms may hide capitals (a circled letter is a letter), so what comes out is folded again.
        decompose_compatible(folded, |part| {
            if !is_dropped(part) {
                fold_slowly(part, &mut |again| sink(again));
            }
        });
    });
}

/// Accents and vowel points that people leave out.
fn is_dropped(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36F}' | '\u{591}'..='\u{5BD}' | '\u{5BF}' | '\u{5C1}' | '\u{5C2}' | '\u{5C4}' | '\u{5C5}' | '\u{5C7}'
        | '\u{64B}'..='\u{65F}' | '\u{670}')
}

/// A keyword, case folded, ready to be looked for.
#[derive(Clone, Debug)]
pub struct Folded {
    text: String,
    finder: Finder<'static>,
}

impl Folded {
    /// Folds a keyword.
    pub fn new(keyword: &str) -> Self {
        let mut text = String::with_capacity(keyword.len());
        fold_into(keyword, &mut text);
        let finder = Finder::new(text.as_bytes()).into_owned();
        Self { text, finder }
    }

    /// The folded keyword.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether the full case folding of `text` contains that of the keyword. This is what `contains` means, everywhere. `buffer` is
    /// to work in.
    pub(super) fn is_in(&self, text: &str, buffer: &mut String) -> bool {
        if text.is_ascii() && !self.text.is_ascii() {
            return false;
        }
        buffer.clear();
        fold_into(text, buffer);
        self.finder.find(buffer.as_bytes()).is_some()
    }

    /// Where the keyword is in a folded text.
    pub(super) fn find_all<'a>(&'a self, folded: &'a str) -> impl Iterator<Item = usize> + 'a {
        self.finder.find_iter(folded.as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn map(text: &str) -> String {
        let mut mapped = String::new();
        map_into(text, &mut mapped);
        mapped
    }

    fn fold(text: &str) -> String {
        CaseMapper::new().fold_string(text).into_owned()
    }

    #[test]
    fn terms_know_no_case_no_accents_and_no_widths() {
        for (text, mapped) in [
            ("Straße", "strasse"),
            ("Crème BRÛLÉE", "creme brulee"),
            ("ＷＩＤＥ１２", "wide12"),
            ("ﬁne Ⅷ ℌ Ⓐ", "fine viii h a"),
            ("Ёлка й", "елка и"),
            ("ｶﾀｶﾅ", "カタカナ"),
            ("がパヴ", "がパヴ"),
            ("한글", "한글"),
            ("İI", "ii"),
            ("，！：", "，！："),
            ("שָׁלוֹם", "שלום"),
            ("e\u{301}\u{301}", "e"),
            ("😀", "😀"),
        ] {
            assert_eq!(map(text), mapped, "{text}");
        }
    }

    #[test]
    fn what_maps_to_its_folding_is_not_lossy() {
        for c in ('\0'..=char::MAX).filter(|&c| (c as u32) < 0x3_0000) {
            let (mut mapped, mut folded) = (String::new(), String::new());
            map_slowly(c, &mut |m| mapped.push(m));
            fold_slowly(c, &mut |f| folded.push(f));
            assert_eq!(map(&c.to_string()), mapped, "the fast paths map as the slow one does: {c:?}");
            let mut fast = String::new();
            fold_char(c, &mut |f| fast.push(f));
            assert_eq!(fast, folded, "the fast paths fold as the slow one does: {c:?}");
            assert_eq!(is_lossy(c), mapped != folded, "{c:?}");
            // Folding twice must not matter, or a folded keyword would map to something else than the keyword.
            assert_eq!(map(&folded), mapped, "{c:?}");
        }
    }

    proptest! {
        #[test]
        fn containing_is_what_two_folded_strings_say(text in "\\PC{0,20}", keyword in "\\PC{1,3}", at in 0..20_usize, length in 1..4_usize) {
            let cut: String = text.chars().skip(at).take(length).collect();
            for keyword in [keyword, cut.to_uppercase(), cut] {
                let expected = fold(&text).contains(&fold(&keyword));
                prop_assert_eq!(Folded::new(&keyword).is_in(&text, &mut String::new()), expected);
                if expected {
                    prop_assert!(map(&text).contains(&map(&keyword)));
                }
            }
        }
    }
}
