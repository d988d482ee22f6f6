//! How much a pattern costs for each byte of a text.
//!
//! A search in linear time is linear in the text, but the factor is the number of places of the pattern in which it can be at once: `[ab]*a[ab]{500}`
//! is in 500 of them. Repetitions by number multiply, so they are written out here as the library writes them out.

/// An upper bound of the places of a pattern that the library accepts; `None` if it has the flag `x`, with which text in it is not what it looks like.
pub(super) fn places(pattern: &str) -> Option<usize> {
    let bytes = pattern.as_bytes();
    // The places of each open group so far, and those of the last thing in it, which a repetition multiplies.
    let mut open: Vec<(usize, usize)> = vec![(0, 0)];
    let mut at = 0;
    while at < bytes.len() {
        let (all, last) = open.last_mut()?;
        match bytes[at] {
            b'(' => {
                if bytes.get(at + 1) == Some(&b'?') && has_flag_x(&bytes[at + 2..]) {
                    return None;
                }
                open.push((0, 0));
                if bytes.get(at + 1) == Some(&b'?') {
                    // Flags or a name, up to what ends them; `)` ends the group too.
                    let end = bytes[at..].iter().position(|byte| matches!(byte, b':' | b'>' | b')')).unwrap_or(0);
                    at += if bytes[at + end] == b')' { end - 1 } else { end };
                }
            }
            b')' => {
                let inner = open.pop()?.0.max(1);
                let (all, last) = open.last_mut()?;
                (*all, *last) = (all.saturating_add(inner), inner);
            }
            b'{' => {
                let (most, length) = repetition(&bytes[at..]);
                *all = all.saturating_add(last.saturating_mul(most.saturating_sub(1)));
                *last = last.saturating_mul(most);
                at += length - 1;
            }
            b'*' | b'+' | b'?' | b'|' => {}
            b'[' => {
                at += set(&bytes[at..]) - 1;
                (*all, *last) = (all.saturating_add(1), 1);
            }
            other => {
                at += usize::from(other == b'\\');
                (*all, *last) = (all.saturating_add(1), 1);
            }
        }
        at += 1;
    }
    open.first().map(|(all, _)| (*all).max(1))
}

/// Whether the flags that begin here, behind `(?`, have an `x`. Names of groups and flags that are taken away are none.
fn has_flag_x(rest: &[u8]) -> bool {
    rest.iter().take_while(|byte| byte.is_ascii_alphabetic() && **byte != b'P').any(|byte| *byte == b'x')
}

/// The most times of `{n}`, `{n,}` or `{n,m}`, and its bytes.
fn repetition(rest: &[u8]) -> (usize, usize) {
    let length = rest.iter().position(|byte| *byte == b'}').map_or(rest.len(), |end| end + 1);
    let numbers = rest[..length].split(|byte| !byte.is_ascii_digit()).filter(|digits| !digits.is_empty());
    let most = numbers.filter_map(|digits| std::str::from_utf8(digits).ok()?.parse::<usize>().ok()).max();
    // Without a most there is one more that repeats.
    (most.unwrap_or(1).saturating_add(1), length)
}

/// The bytes of a set, with the sets in it.
fn set(rest: &[u8]) -> usize {
    let (mut depth, mut at) = (0_usize, 0);
    while at < rest.len() {
        match rest[at] {
            b'\\' => at += 1,
            b'[' => {
                depth += 1;
                // The first character belongs to the set, even if it is `]`.
                if rest.get(at + 1) == Some(&b'^') {
                    at += 1;
                }
                if rest.get(at + 1) == Some(&b']') {
                    at += 1;
                }
            }
            b']' => {
                depth -= 1;
                if depth == 0 {
                    return at + 1;
                }
            }
            _ => {}
        }
        at += 1;
    }
    rest.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn repetitions_count_as_often_as_they_repeat() {
        for (pattern, expected) in [
            ("", 1),
            ("abc", 3),
            ("a*b+c?", 3),
            (r"\d{4}", 5),
            (r"(?:ab){3}c", 9),
            (r"((a{9}){9}){9}", 1_000),
            (r"[ab]*a[ab]{500}", 503),
            (r"[]a{9}]b", 2),
            (r"[^]a{9}]b", 2),
            (r"[[:alpha:]a{9}&&[^b]]", 1),
            (r"\[a{9}", 11),
            (r"\b\d(?:[ -]?\d){12,18}\b", 41),
            (r"a{3,}", 4),
        ] {
            assert_eq!(places(pattern), Some(expected), "{pattern}");
        }
        assert_eq!(places("(?x) # [\n a{1000}"), None);
        assert_eq!(places("(?ix:a)"), None);
        assert_eq!(places("(?P<x>a)(?<x2>b)(?i)c(?i:d)"), Some(5));
    }
}
