//! The text of a line: what encoding it is in, and without the codes for colours.

use std::borrow::Cow;
use std::collections::BTreeMap;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};

/// Decodes lines one at a time: channels hold lines of many programs, each with an encoding of its own.
#[derive(Default)]
pub(super) struct Decoder {
    /// How many lines were in each encoding but UTF-8.
    pub(super) others: BTreeMap<&'static str, u64>,
}

impl Decoder {
    /// The text of a line. What is no UTF-8 is taken for what its bytes look most like; only the line itself counts, so that it reads the same
    /// in every export that holds it.
    pub(super) fn decode<'a>(&mut self, line: &'a [u8]) -> Cow<'a, str> {
        if let Ok(text) = std::str::from_utf8(line) {
            return Cow::Borrowed(text);
        }
        let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
        detector.feed(line, true);
        let encoding = detector.guess(None, Utf8Detection::Deny);
        *self.others.entry(encoding.name()).or_default() += 1;
        encoding.decode_without_bom_handling(line).0
    }
}

/// The text without mIRC's codes for bold, colours and the like.
pub(super) fn without_codes(text: &str) -> Cow<'_, str> {
    let is_code = |byte: u8| matches!(byte, 0x02 | 0x03 | 0x04 | 0x0f | 0x11 | 0x16 | 0x1d | 0x1e | 0x1f);
    if !text.bytes().any(is_code) {
        return Cow::Borrowed(text);
    }
    let bytes = text.as_bytes();
    let digits = |from: usize, most: usize, is: fn(&u8) -> bool| {
        bytes[from.min(bytes.len())..].iter().take(most).take_while(|byte| is(byte)).count()
    };
    let mut plain = String::with_capacity(text.len());
    let (mut at, mut kept) = (0, 0);
    while at < bytes.len() {
        if !is_code(bytes[at]) {
            at += 1;
            continue;
        }
        plain.push_str(&text[kept..at]);
        let (most, is): (usize, fn(&u8) -> bool) = match bytes[at] {
            0x03 => (2, u8::is_ascii_digit),
            0x04 => (6, u8::is_ascii_hexdigit),
            _ => (0, u8::is_ascii_digit),
        };
        at += 1;
        let colour = digits(at, most, is);
        // A hex colour has all six digits, or it is none.
        if colour > 0 && (most != 6 || colour == 6) {
            at += colour;
            let ground = if bytes.get(at) == Some(&b',') { digits(at + 1, most, is) } else { 0 };
            if ground > 0 && (most != 6 || ground == 6) {
                at += 1 + ground;
            }
        }
        kept = at;
    }
    plain.push_str(&text[kept..]);
    Cow::Owned(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_go_and_digits_that_people_wrote_stay() {
        for (text, plain) in [
            ("\u{2}bold\u{2} \u{3}04,12red\u{3} \u{1f}x\u{f}", "bold red x"),
            ("\u{3}4112", "12"),
            ("\u{3},1", ",1"),
            ("\u{3}5,x", ",x"),
            ("\u{4}ff0000,00ff00a", "a"),
            ("\u{4}ff00", "ff00"),
            ("é\u{3}", "é"),
            ("plain", "plain"),
        ] {
            assert_eq!(without_codes(text), plain, "{text:?}");
        }
    }

    #[test]
    fn each_line_has_an_encoding_of_its_own() {
        let mut decoder = Decoder::default();
        assert_eq!(decoder.decode("prasidėda".as_bytes()), "prasidėda");
        assert_eq!(decoder.decode(b"caf\xe9 cr\xe8me"), "café crème");
        assert_eq!(decoder.others.values().sum::<u64>(), 1);
    }
}
