//! Texts whose encoding is named wrongly, or not at all.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::Encoding;

/// The text of these bytes. `named` is what the mail calls their encoding, and `decoded` what they are by that name, where it is known.
/// The second result is the name of the encoding, where it had to be guessed.
///
/// Bytes that are UTF-8 and more than ASCII are UTF-8 whatever they are called: no text of another encoding looks like it by chance.
pub(super) fn text(bytes: &[u8], named: Option<&str>, decoded: Option<&str>) -> (String, Option<&'static str>) {
    let label = named.map(|name| name.trim_matches(['"', '\'', ' ']).to_ascii_lowercase());
    let encoding = label.as_ref().and_then(|label| Encoding::for_label(label.as_bytes()));
    let says_nothing =
        matches!(label.as_deref(), None | Some("" | "us-ascii" | "ascii" | "utf-8" | "utf8" | "unknown-8bit" | "x-unknown" | "8bit"));
    // Encodings of 7 bits are what they are called.
    if bytes.is_ascii() {
        return (decoded.map_or_else(|| String::from_utf8_lossy(bytes).into_owned(), str::to_owned), None);
    }
    let is_multibyte = encoding.is_some_and(|encoding| !encoding.is_single_byte() && encoding != encoding_rs::UTF_8);
    if !is_multibyte && let Ok(text) = std::str::from_utf8(bytes) {
        return (text.to_owned(), None);
    }
    match decoded {
        Some(decoded) if !says_nothing && (encoding.is_some() || !decoded.contains('\u{fffd}')) => (decoded.to_owned(), None),
        _ => {
            let encoding = guess(bytes);
            (encoding.decode_without_bom_handling(bytes).0.into_owned(), Some(encoding.name()))
        }
    }
}

/// The most likely encoding of these bytes, which are not UTF-8. One or two odd characters tell nothing: they are taken for the ones of Western Europe.
pub(super) fn guess(bytes: &[u8]) -> &'static Encoding {
    let mut kinds: Vec<u8> = bytes.iter().copied().filter(|byte| !byte.is_ascii()).take(1_000).collect();
    kinds.sort_unstable();
    kinds.dedup();
    if kinds.len() < 3 {
        return encoding_rs::WINDOWS_1252;
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(&bytes[..bytes.len().min(64 << 10)], bytes.len() <= 64 << 10);
    detector.guess(None, Utf8Detection::Deny)
}
