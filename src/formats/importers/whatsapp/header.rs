//! The beginning of a line that begins a message: date and time as they stand there, in any digits, before it is known which number is what.

use super::halves::{self, Half};

/// Bytes of a line in which its header ends.
const LONGEST: usize = 120;

/// What stands before the sender.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Header<'a> {
    /// The numbers of the date, in the order in which they stand there.
    pub(super) date: [Number; 3],
    /// Years to add to the first number, where an era names it.
    pub(super) era: Option<i16>,
    pub(super) hour: u8,
    pub(super) minute: u8,
    pub(super) second: Option<u8>,
    pub(super) half: Said<'a>,
    /// The half of the day is written in capitals.
    pub(super) has_upper_half: bool,
    pub(super) kind: Kind,
    pub(super) form: Form,
    /// What follows: sender and text, or what happened.
    pub(super) rest: &'a str,
}

/// A number and how many digits it has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Number {
    pub(super) value: u16,
    pub(super) digits: u8,
}

/// What is said of the half of the day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Said<'a> {
    Nothing,
    Half(Half),
    /// A word that is in no table.
    Word(&'a str),
}

/// What is the same in all headers of one export.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Kind {
    pub(super) in_brackets: bool,
    pub(super) time_first: bool,
    /// What divides the numbers of the date.
    pub(super) separator: char,
}

/// What may differ from line to line where a file was put together by hand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Form {
    close: char,
    has_seconds: bool,
    has_half: bool,
}

/// Whether a character only steers the direction of text.
pub(super) fn is_mark(character: char) -> bool {
    matches!(character, '\u{200e}' | '\u{200f}' | '\u{061c}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

fn is_space(character: char) -> bool {
    matches!(character, ' ' | '\t' | '\u{a0}' | '\u{202f}' | '\u{2007}' | '\u{2009}' | '\u{3000}')
}

/// The value of a decimal digit of any script that phones write dates in.
fn digit(character: char) -> Option<u16> {
    const ZEROS: [u32; 20] = [
        0x660, 0x6f0, 0x7c0, 0x966, 0x9e6, 0xa66, 0xae6, 0xb66, 0xbe6, 0xc66, 0xce6, 0xd66, 0xde6, 0xe50, 0xed0, 0xf20, 0x1040, 0x17e0,
        0x1810, 0xff10,
    ];
    let code = u32::from(character);
    let zero = if code < 0x80 { 0x30 } else { *ZEROS.iter().find(|zero| (**zero..**zero + 10).contains(&code))? };
    code.checked_sub(zero).filter(|value| *value < 10).and_then(|value| u16::try_from(value).ok())
}

/// Whether a line that begins like this may have a header: most lines without one are known by their first byte.
pub(super) fn may_begin(line: &[u8]) -> bool {
    line.first().is_some_and(|first| first.is_ascii_digit() || matches!(first, b'[' | b'R' | b'H' | 0x80..))
}

/// Reads the header of a line; `None` where it has none.
pub(super) fn read(line: &str) -> Option<Header<'_>> {
    let end = line.floor_char_boundary(LONGEST);
    let mut at = Cursor { text: line, end, rest: &line[..end] };
    at.marks();
    let in_brackets = at.take('[');
    at.marks();
    let start = at;
    if let Some((date, era, separator)) = at.date() {
        let gap = at.gap()?;
        let (hour, minute, second) = at.time()?;
        return at.close(Opened { date, era, separator, hour, minute, second, gap, in_brackets, time_first: false });
    }
    at = start;
    let (hour, minute, second) = at.time()?;
    let gap = at.gap()?;
    let (date, era, separator) = at.date()?;
    at.close(Opened { date, era, separator, hour, minute, second, gap, in_brackets, time_first: true })
}

/// A header up to its end.
struct Opened<'a> {
    date: [Number; 3],
    era: Option<i16>,
    separator: char,
    hour: u8,
    minute: u8,
    second: Option<u8>,
    gap: &'a str,
    in_brackets: bool,
    time_first: bool,
}

#[derive(Clone, Copy)]
struct Cursor<'a> {
    text: &'a str,
    /// Where the beginning of the text ends that is looked at.
    end: usize,
    /// What was not read yet of the beginning of the text.
    rest: &'a str,
}

impl<'a> Cursor<'a> {
    fn peek(&self) -> Option<char> {
        self.rest.chars().next()
    }

    fn take(&mut self, character: char) -> bool {
        let rest = self.rest.strip_prefix(character);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    fn skip(&mut self, of: impl Fn(char) -> bool) {
        self.rest = self.rest.trim_start_matches(of);
    }

    fn marks(&mut self) {
        self.skip(is_mark);
    }

    fn blanks(&mut self) {
        self.skip(|character| is_mark(character) || is_space(character));
    }

    fn number(&mut self, most: u8) -> Option<Number> {
        let mut number = Number::default();
        while let Some(value) = self.peek().and_then(digit) {
            if number.digits == most {
                return None;
            }
            number = Number { value: number.value * 10 + value, digits: number.digits + 1 };
            self.rest = &self.rest[self.peek().map_or(0, char::len_utf8)..];
        }
        (number.digits > 0).then_some(number)
    }

    /// Three numbers with the same between them, and the years that an era adds to the first.
    fn date(&mut self) -> Option<([Number; 3], Option<i16>, char)> {
        let era = self.era();
        let first = self.number(4)?;
        let separator = self.separator()?;
        let second = self.number(4)?;
        let other = self.separator()?;
        let third = self.number(4)?;
        let same = separator == other || matches!((separator, other), ('年', '月') | ('년', '월'));
        if !same || first.digits + second.digits + third.digits > 8 {
            return None;
        }
        self.skip(|character| matches!(character, '日' | '일'));
        Some(([first, second, third], era, separator))
    }

    /// The years before the first one of a Japanese era.
    fn era(&mut self) -> Option<i16> {
        let eras = [("令和", 2018), ("平成", 1988), ("R", 2018), ("H", 1988)];
        let (rest, years) = eras.iter().find_map(|(name, years)| Some((self.rest.strip_prefix(name)?, *years)))?;
        rest.chars().next().and_then(digit)?;
        self.rest = rest;
        Some(years)
    }

    fn separator(&mut self) -> Option<char> {
        self.marks();
        let found = self.peek().filter(|found| matches!(found, '/' | '-' | '.' | '年' | '月' | '년' | '월' | '\u{2011}'))?;
        self.take(found);
        self.blanks();
        Some(found)
    }

    /// What stands between date and time: blanks, a comma, words such as `klo` or `下午`.
    fn gap(&mut self) -> Option<&'a str> {
        let gap = self.rest;
        self.skip(|character| is_blank_or_word(character) || matches!(character, ',' | '،' | '、' | '，'));
        let gap = &gap[..gap.len() - self.rest.len()];
        (!gap.is_empty() && self.peek().and_then(digit).is_some()).then_some(gap)
    }

    fn time(&mut self) -> Option<(u8, u8, Option<u8>)> {
        let hour = self.number(2)?.value;
        self.clock_separator()?;
        let minute = self.number(2).filter(|number| number.digits == 2)?.value;
        let before = *self;
        let second = self.clock_separator().and_then(|()| self.number(2)).filter(|number| number.digits == 2);
        if second.is_none() {
            *self = before;
        }
        self.skip(|character| matches!(character, '秒' | '초' | '分' | '분'));
        let small = |value: u16| u8::try_from(value).ok();
        let second = second.and_then(|number| small(number.value));
        (hour <= 24 && minute < 60 && second.is_none_or(|second| second < 61)).then_some(())?;
        Some((small(hour)?, small(minute)?, second))
    }

    fn clock_separator(&mut self) -> Option<()> {
        let before = *self;
        if self.peek().is_some_and(is_space) {
            self.blanks();
        }
        self.marks();
        for unit in [":", ".", "：", "時", "时", "點", "点", "시", "h", "分", "분", "min"] {
            if let Some(rest) = self.rest.strip_prefix(unit) {
                self.rest = rest;
                self.blanks();
                return Some(());
            }
        }
        *self = before;
        None
    }

    /// What stands behind date and time, up to where the sender begins.
    fn close(mut self, opened: Opened<'a>) -> Option<Header<'a>> {
        let tail = self.rest;
        self.skip(is_blank_or_word);
        let tail = &tail[..tail.len() - self.rest.len()];
        let close = self.peek()?;
        match close {
            ']' if opened.in_brackets => {
                self.take(']');
                let behind = *self.rest.as_bytes().first().unwrap_or(&b' ');
                if behind == b':' {
                    self.take(':');
                } else if let Some(rest) = self.rest.strip_prefix(" - ") {
                    self.rest = rest;
                }
                self.marks_before_blank();
            }
            '-' | '–' | '—' if !opened.in_brackets && tail.ends_with(|last| is_space(last) || is_mark(last)) => {
                self.take(close);
                let blank = self.peek().is_none_or(is_space);
                blank.then_some(())?;
            }
            ':' if !opened.in_brackets => {
                self.take(':');
                self.peek().is_none_or(is_space).then_some(())?;
            }
            _ => return None,
        }
        if self.peek().is_some_and(is_space) {
            self.rest = &self.rest[self.peek().map_or(0, char::len_utf8)..];
        }
        let rest = &self.text[self.end - self.rest.len()..];
        let half = half(opened.gap, tail);
        let has_upper_half = tail.contains("PM");
        let kind = Kind { in_brackets: opened.in_brackets, time_first: opened.time_first, separator: opened.separator };
        let form = Form { close, has_seconds: opened.second.is_some(), has_half: half != Said::Nothing };
        let Opened { date, era, hour, minute, second, .. } = opened;
        Some(Header { date, era, hour, minute, second, half, has_upper_half, kind, form, rest })
    }

    fn marks_before_blank(&mut self) {
        let before = *self;
        self.marks();
        if !self.peek().is_some_and(is_space) {
            *self = before;
        }
    }
}

fn is_blank_or_word(character: char) -> bool {
    let is_word = || digit(character).is_none() && (character.is_alphanumeric() || is_joined(character));
    is_space(character) || is_mark(character) || matches!(character, '.' | '״' | '׳' | '\'' | '’' | '\u{200c}') || is_word()
}

/// Signs that stand above, below or beside a letter in the scripts of India and South East Asia.
fn is_joined(character: char) -> bool {
    matches!(character, '\u{300}'..='\u{36f}' | '\u{900}'..='\u{dff}' | '\u{e31}'..='\u{e4e}' | '\u{eb1}'..='\u{ecd}' | '\u{102b}'..='\u{103e}' | '\u{17b4}'..='\u{17d3}')
}

fn half<'a>(gap: &'a str, tail: &'a str) -> Said<'a> {
    let is_around = |character: char| is_space(character) || is_mark(character) || matches!(character, ',' | '،' | '、' | '，');
    for words in [tail, gap] {
        let words = words.trim_matches(is_around);
        if !words.is_empty() && words != "." && !halves::is_filler(words) {
            return halves::read(words).map_or(Said::Word(words), Said::Half);
        }
    }
    Said::Nothing
}
