//! Texts as people compare them: without case, widths and accents, as search does it.

use crate::index::map_into;

/// The text as it is compared.
pub(super) fn folded(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    fold_into(text, &mut folded);
    folded
}

/// Appends the text as it is compared.
pub(super) fn fold_into(text: &str, folded: &mut String) {
    if text.is_ascii() {
        map_into(text, folded);
    } else {
        text.chars().for_each(|c| fold_char(c, folded));
    }
}

/// Appends what a character is compared as; nothing for an accent.
pub(super) fn fold_char(c: char, folded: &mut String) {
    // Search leaves marks as they are. Here signs of full width are typed by people whose keyboard has them so.
    let c = match c {
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(c as u32 - 0xFEE0).unwrap_or(c),
        c => c,
    };
    map_into(c.encode_utf8(&mut [0; 4]), folded);
}

/// The name that is written most like this one, if one is written much like it.
pub(super) fn nearest<'a>(name: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let name = folded(name);
    // One slip in three letters.
    let allowed = (name.chars().count() / 3).clamp(1, 3);
    let distances = names.into_iter().map(|other| (strsim::damerau_levenshtein(&name, &folded(other)), other));
    distances.filter(|&(distance, other)| distance <= allowed && distance < other.chars().count()).min().map(|(_, other)| other)
}
