//! Which bytes of a file an answer holds, as its `Content-Range` says.

/// A `Content-Range` in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ContentRange {
    /// The bytes from `first` to `last`, both included, of `total` where that is known.
    Part { first: u64, last: u64, total: Option<u64> },
    /// None, because what was asked for is outside of the file.
    Outside { total: u64 },
}

impl ContentRange {
    /// Reads `bytes 5-9/10`, `bytes 5-9/*` and `bytes */10`. One that contradicts itself is none.
    pub(super) fn read(text: &str) -> Option<Self> {
        let text = text.trim();
        let (unit, text) = text.split_at_checked(5)?;
        let (range, total) = text.strip_prefix(' ')?.trim_start().split_once('/')?;
        if !unit.eq_ignore_ascii_case("bytes") {
            return None;
        }
        if range == "*" {
            return Some(Self::Outside { total: number(total)? });
        }
        let (first, last) = range.split_once('-')?;
        let (first, last) = (number(first)?, number(last)?);
        let total = if total == "*" { None } else { Some(number(total)?) };
        let is_sound = first <= last && last < u64::MAX && total.is_none_or(|total| last < total);
        is_sound.then_some(Self::Part { first, last, total })
    }
}

/// A number of digits only: `parse` takes a sign too.
fn number(text: &str) -> Option<u64> {
    if text.bytes().all(|byte| byte.is_ascii_digit()) { text.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Option<ContentRange>) {
        assert_eq!(ContentRange::read(text), expected, "{text}");
    }

    #[test]
    fn ranges_are_read_and_nonsense_is_none() {
        check("bytes 5-9/10", Some(ContentRange::Part { first: 5, last: 9, total: Some(10) }));
        check("Bytes  0-0/*", Some(ContentRange::Part { first: 0, last: 0, total: None }));
        check("bytes */10", Some(ContentRange::Outside { total: 10 }));
        for text in [
            "",
            "bytes",
            "bytes 5-9",
            "bytes 9-5/10",
            "bytes 5-10/10",
            "bytes */*",
            "bytes -5/10",
            "bytes +5-9/10",
            "bytes 5-/10",
            "items 5-9/10",
            "bytes=5-9/10",
            "bytés 5-9/10",
            "bytes 0-18446744073709551615/*",
            "bytes 0-99999999999999999999/*",
        ] {
            check(text, None);
        }
    }

    proptest! {
        #[test]
        fn any_text_is_a_sound_range_or_none(text in "(bytes )?[0-9]{0,21}-?[0-9*]{0,21}/?[0-9*]{0,21}|.*") {
            if let Some(ContentRange::Part { first, last, total }) = ContentRange::read(&text) {
                prop_assert!(first <= last && total.is_none_or(|total| last < total));
            }
        }

        #[test]
        fn what_is_printed_as_a_range_reads_back(first: u32, more: u32, rest: u32) {
            let (first, last) = (u64::from(first), u64::from(first) + u64::from(more));
            let total = last + 1 + u64::from(rest);
            let read = ContentRange::read(&format!("bytes {first}-{last}/{total}"));
            prop_assert_eq!(read, Some(ContentRange::Part { first, last, total: Some(total) }));
        }
    }
}
