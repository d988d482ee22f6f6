//! How deep a source nests, found without parsing it: what parses goes down as deep, and so does what walks the tree.

use super::Finding;

/// The most brackets inside each other. Luau itself takes no more.
const BRACKETS: usize = 200;
/// The most blocks inside each other, and operators of one expression. Both are counted too high rather than too low.
const LEVELS: usize = 2_000;

/// Says where a source nests too deep, if it does.
pub(super) fn too_deep(source: &str) -> Option<Finding> {
    let bytes = source.as_bytes();
    let mut depth = Depth { operators: vec![0], in_all: 0, blocks: 0 };
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let rest = &bytes[at..];
        at = match byte {
            b'-' if rest.starts_with(b"--") => long_end(source, at + 2).unwrap_or_else(|| line_end(bytes, at)),
            b'"' | b'\'' => quoted_end(bytes, at),
            b'[' if long_end(source, at).is_some() => long_end(source, at)?,
            b'_' | b'a'..=b'z' | b'A'..=b'Z' => {
                let length = rest.iter().take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_').count();
                depth.word(&rest[..length]);
                at + length
            }
            b'=' if rest.starts_with(b"==") => {
                depth.operator();
                at + 2
            }
            b'.' if !rest.starts_with(b"..") => at + 1,
            _ => {
                depth.mark(byte);
                at + 1
            }
        };
        if let Some(why) = depth.too_deep() {
            let before = source.get(..at).unwrap_or(source);
            let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
            let place = (before.matches('\n').count() + 1, before[line_start..].chars().count().max(1));
            return Some(Finding::error(place, why));
        }
    }
    None
}

/// How deep one is.
struct Depth {
    /// For each open bracket, the operators of the expression that one is in there.
    operators: Vec<usize>,
    /// Their sum.
    in_all: usize,
    blocks: usize,
}

impl Depth {
    fn word(&mut self, word: &[u8]) {
        match word {
            b"and" | b"or" | b"not" => self.operator(),
            // What begins with `if` may be a value, which no `end` ends.
            b"do" | b"then" | b"repeat" | b"function" => {
                self.blocks += 1;
                self.end_expression();
            }
            b"end" | b"until" => {
                self.blocks = self.blocks.saturating_sub(1);
                self.end_expression();
            }
            b"local" | b"return" | b"for" | b"while" | b"elseif" => self.end_expression(),
            _ => {}
        }
    }

    fn mark(&mut self, byte: u8) {
        match byte {
            b'(' | b'{' | b'[' => self.operators.push(0),
            b')' | b'}' | b']' if self.operators.len() > 1 => {
                self.end_expression();
                self.operators.pop();
            }
            b',' | b';' | b'=' => self.end_expression(),
            b'+' | b'-' | b'*' | b'/' | b'%' | b'^' | b'#' | b'<' | b'>' | b'~' | b'|' | b'&' | b'?' | b':' | b'.' => self.operator(),
            _ => {}
        }
    }

    fn operator(&mut self) {
        self.in_all += 1;
        if let Some(here) = self.operators.last_mut() {
            *here += 1;
        }
    }

    fn end_expression(&mut self) {
        if let Some(here) = self.operators.last_mut() {
            self.in_all -= std::mem::take(here);
        }
    }

    fn too_deep(&self) -> Option<String> {
        if self.operators.len() > BRACKETS + 1 {
            return Some(format!("brackets nest more than {BRACKETS} deep"));
        }
        if self.blocks > LEVELS {
            return Some(format!("blocks nest more than {LEVELS} deep"));
        }
        (self.in_all > LEVELS).then(|| format!("an expression has more than {LEVELS} operators"))
    }
}

fn line_end(bytes: &[u8], at: usize) -> usize {
    memchr::memchr(b'\n', &bytes[at..]).map_or(bytes.len(), |length| at + length)
}

/// Where the string in quotes that begins here ends, or its line.
fn quoted_end(bytes: &[u8], start: usize) -> usize {
    let mut at = start + 1;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'\\' => at += 2,
            b'\n' => return at,
            byte if byte == bytes[start] => return at + 1,
            _ => at += 1,
        }
    }
    bytes.len()
}

/// Where the long string or comment ends whose brackets begin here: `[[…]]`, `[=[…]=]`.
fn long_end(source: &str, at: usize) -> Option<usize> {
    let rest = source.get(at..)?.strip_prefix('[')?;
    let level = rest.bytes().take_while(|byte| *byte == b'=').count();
    let inside = rest[level..].strip_prefix('[')?;
    let close = format!("]{}]", "=".repeat(level));
    let start = source.len() - inside.len();
    Some(inside.find(&close).map_or(source.len(), |length| start + length + close.len()))
}
