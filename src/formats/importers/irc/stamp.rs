//! The time at the beginning of a line of an IRC log, in the many ways that programs write it.

use jiff::civil::Date;

/// When a line was written, as far as the line itself says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stamp {
    pub(super) day: Day,
    /// Seconds of the day.
    pub(super) second: u32,
    /// Seconds east of UTC, where the line says so.
    pub(super) offset: Option<i32>,
}

/// The day of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Day {
    /// Day and year.
    Full(Date),
    /// Month and day, without the year.
    Yearless(i8, i8),
    /// Only the time of the day.
    Carried,
}

/// The time at the beginning of a line, and what stands behind it. Blanks between them stay with the rest.
pub(super) fn stamp(line: &str) -> Option<(Stamp, &str)> {
    let mut text = Text(line);
    if let Some(stamp) = text.unix_time() {
        return Some((stamp, text.0));
    }
    let is_framed = text.pass(b'[');
    let day = text.day();
    if is_framed && day != Day::Carried && text.0.starts_with("] [") {
        // Konversation: `[Wednesday 01 January 2020] [12:00:00]`.
        text.0 = &text.0[3..];
    } else if day != Day::Carried {
        // `T` of ISO, ` - ` and ` @ ` of bots, `/` of BitchX, `-` of psyBNC.
        let rest = text.0.trim_start_matches(' ');
        let rest = rest.strip_prefix(['T', '/', '-', '@']).unwrap_or(rest);
        text.0 = rest.trim_start_matches(' ');
    }
    let second = text.time(is_framed || day != Day::Carried)?;
    let offset = text.offset();
    if is_framed && !text.pass(b']') {
        return None;
    }
    // `2013-01-31-12-00-00:` of psyBNC.
    let has_colon = !is_framed && day != Day::Carried && text.pass(b':');
    let is_parted = is_framed || has_colon || text.0.is_empty() || text.0.starts_with([' ', '\t', '<', ':']);
    is_parted.then_some((Stamp { day, second, offset }, text.0))
}

/// A date as C programs write it, anywhere behind what leads to it: `Thu Dec 13 13:55:28 2018`, `Fri Dec 14 2018`.
pub(super) fn written_date(text: &str) -> Option<Date> {
    let words: Vec<&str> = text.split([' ', '\t', ',']).filter(|word| !word.is_empty()).collect();
    if let Some(date) = words.iter().find_map(|word| iso_date(word)) {
        return Some(date);
    }
    let at = words.iter().position(|word| month(word).is_some())?;
    let number = |at: Option<usize>| words.get(at?)?.trim_end_matches('.').parse::<i16>().ok();
    let day = number(Some(at + 1)).filter(|day| (1..=31).contains(day)).or_else(|| number(at.checked_sub(1)))?;
    let year = words[at + 1..].iter().find_map(|word| word.parse::<i16>().ok().filter(|year| (1980..=2200).contains(year)))?;
    Date::new(year, month(words[at])?, i8::try_from(day).ok()?).ok()
}

/// The date at the beginning of a word: `2018-12-14`, also with `/`, `.` or `_`.
pub(super) fn iso_date(word: &str) -> Option<Date> {
    let mut text = Text(word);
    text.iso_date()
}

/// The month that a word begins with, from 1; only of English names, which is what logs are written with whatever the language.
pub(super) fn month(word: &str) -> Option<i8> {
    const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    let begin = word.get(..3)?.to_ascii_lowercase();
    let is_word = word.bytes().all(|byte| byte.is_ascii_alphabetic());
    let at = MONTHS.iter().position(|month| is_word && *month == begin)?;
    i8::try_from(at + 1).ok()
}

/// A text that is read from its beginning.
struct Text<'a>(&'a str);

impl<'a> Text<'a> {
    fn pass(&mut self, byte: u8) -> bool {
        let is_there = self.0.as_bytes().first() == Some(&byte);
        if is_there {
            self.0 = &self.0[1..];
        }
        is_there
    }

    /// A number of so many digits.
    fn number(&mut self, least: usize, most: usize) -> Option<u32> {
        let digits = self.0.bytes().take_while(u8::is_ascii_digit).count();
        if digits < least || digits > most {
            return None;
        }
        let (number, rest) = self.0.split_at(digits);
        self.0 = rest;
        number.parse().ok()
    }

    fn word(&mut self) -> &'a str {
        let end = self.0.bytes().take_while(u8::is_ascii_alphabetic).count();
        let (word, rest) = self.0.split_at(end);
        self.0 = rest;
        word
    }

    /// `@1231928160 ` and `1231928160 ` of bots and bouncers, also with milliseconds.
    fn unix_time(&mut self) -> Option<Stamp> {
        let digits = self.0.strip_prefix('@').unwrap_or(self.0);
        let end = digits.find(|c: char| !c.is_ascii_digit())?;
        if !matches!(end, 9 | 10 | 13) || !digits[end..].starts_with(' ') {
            return None;
        }
        let number: i64 = digits[..end].parse().ok()?;
        let seconds = if end == 13 { number / 1000 } else { number };
        let moment = jiff::Timestamp::from_second(seconds).ok()?.to_zoned(jiff::tz::TimeZone::UTC);
        self.0 = &digits[end..];
        let second = u32::try_from(seconds.rem_euclid(86_400)).ok()?;
        Some(Stamp { day: Day::Full(moment.date()), second, offset: Some(0) })
    }

    fn iso_date(&mut self) -> Option<Date> {
        let before = self.0;
        let date = (|| {
            let year = self.number(4, 4)?;
            let sign = *self.0.as_bytes().first()?;
            if !matches!(sign, b'-' | b'/' | b'.' | b'_') {
                return None;
            }
            self.pass(sign);
            let month = self.number(1, 2)?;
            let day = if self.pass(sign) { self.number(1, 2)? } else { return None };
            Date::new(i16::try_from(year).ok()?, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
        })();
        if date.is_none() {
            self.0 = before;
        }
        date
    }

    /// The day, if one stands here; nothing is passed otherwise.
    fn day(&mut self) -> Day {
        if let Some(date) = self.iso_date() {
            return Day::Full(date);
        }
        let before = self.0;
        let day = self.named_day();
        if day.is_none() {
            self.0 = before;
        }
        day.unwrap_or(Day::Carried)
    }

    /// `Thu 14 Jan`, `Jan 14`, `14 January 2009`.
    fn named_day(&mut self) -> Option<Day> {
        let word = self.word();
        let mut named = month(word);
        if !word.is_empty() {
            self.pass(b',');
            if !self.pass(b' ') {
                return None;
            }
        }
        if named.is_none() && !word.is_empty() {
            let before = self.0;
            named = month(self.word());
            if named.is_none() || !self.pass(b' ') {
                (named, self.0) = (None, before);
            }
        }
        // Days below ten are padded with a blank.
        self.pass(b' ');
        let day = i8::try_from(self.number(1, 2)?).ok()?;
        if named.is_none() {
            if !self.pass(b' ') {
                return None;
            }
            named = Some(month(self.word())?);
        }
        let before = self.0;
        let year = if self.pass(b' ') { self.number(4, 4) } else { None };
        let month = named?;
        match year.and_then(|year| i16::try_from(year).ok()) {
            Some(year) => Some(Day::Full(Date::new(year, month, day).ok()?)),
            None => {
                self.0 = before;
                // A leap year, so that every day is one.
                Date::new(2000, month, day).ok()?;
                Some(Day::Yearless(month, day))
            }
        }
    }

    /// `13:55`, `13:55:28.218`, `13.55.28`, `13-55-28`, `1:55 PM`; a lone hour of one digit only where it is framed or behind a day.
    fn time(&mut self, is_sure: bool) -> Option<u32> {
        let hour = self.number(if is_sure { 1 } else { 2 }, 2)?;
        let sign = *self.0.as_bytes().first()?;
        let is_known = if is_sure { matches!(sign, b':' | b'.' | b'-') } else { sign == b':' };
        if !is_known {
            return None;
        }
        self.pass(sign);
        let minute = self.number(2, 2)?;
        let before = self.0;
        let second = if self.pass(sign) { self.number(2, 2) } else { None };
        if second.is_none() {
            self.0 = before;
        }
        let before = self.0;
        if second.is_some() && (self.pass(b'.') || self.pass(b',')) && self.number(1, 9).is_none() {
            self.0 = before;
        }
        let before = self.0;
        self.pass(b' ');
        let hour = match (self.word().to_ascii_lowercase().as_str(), hour) {
            ("am", 12) => 0,
            ("pm", 1..=11) => hour + 12,
            ("am" | "pm", _) => hour,
            _ => {
                self.0 = before;
                hour
            }
        };
        let second = second.unwrap_or(0);
        // A leap second counts as the one before it.
        (hour < 24 && minute < 60 && second <= 60).then_some(hour * 3600 + minute * 60 + second.min(59))
    }

    /// `Z`, `+0200`, ` +02:00`.
    fn offset(&mut self) -> Option<i32> {
        if self.pass(b'Z') {
            return Some(0);
        }
        let before = self.0;
        let offset = (|| {
            self.pass(b' ');
            let sign = if self.pass(b'+') {
                1
            } else if self.pass(b'-') {
                -1
            } else {
                return None;
            };
            let digits = self.0.bytes().take_while(u8::is_ascii_digit).count();
            let (hours, minutes) = match digits {
                4 => {
                    let number = self.number(4, 4)?;
                    (number / 100, number % 100)
                }
                2 => (self.number(2, 2)?, if self.pass(b':') { self.number(2, 2)? } else { return None }),
                _ => return None,
            };
            let seconds = i32::try_from(hours * 3600 + minutes * 60).ok()?;
            (hours <= 14 && minutes < 60).then_some(sign * seconds)
        })();
        if offset.is_none() {
            self.0 = before;
        }
        offset
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(line: &str, day: Day, time: (u32, u32, u32), offset: Option<i32>, rest: &str) {
        let second = time.0 * 3600 + time.1 * 60 + time.2;
        assert_eq!(stamp(line), Some((Stamp { day, second, offset }, rest)), "{line}");
    }

    #[test]
    fn times_are_read_in_every_way_that_programs_write_them() {
        let day = Day::Full(Date::constant(2018, 12, 3));
        check("[10:36] <a> x", Day::Carried, (10, 36, 0), None, " <a> x");
        check("10:36:07 <a> x", Day::Carried, (10, 36, 7), None, " <a> x");
        check("[9:05:01 PM] <a> x", Day::Carried, (21, 5, 1), None, " <a> x");
        check("[3 Dec 10:36] * a", Day::Yearless(12, 3), (10, 36, 0), None, " * a");
        check("Dec 03 10:36:07 <a>\tx", Day::Yearless(12, 3), (10, 36, 7), None, " <a>\tx");
        check("2018-12-03T10:36:07  <a> x", day, (10, 36, 7), None, "  <a> x");
        check("2018-12-03T10:36:07+0200 <a> x", day, (10, 36, 7), Some(7200), " <a> x");
        check("[2018-12-03T10:36:07.123Z] <a> x", day, (10, 36, 7), Some(0), " <a> x");
        check("2018-12-03 10:36:07\ta\tx", day, (10, 36, 7), None, "\ta\tx");
        check("2018-12-03 10:36:07.218000 {}", day, (10, 36, 7), None, " {}");
        check("2018-12-03-10-36-07:#c::a!b@c PRIVMSG #c :x", day, (10, 36, 7), None, "#c::a!b@c PRIVMSG #c :x");
        check("[Monday 03 December 2018] [10:36:07] <a>\tx", day, (10, 36, 7), None, " <a>\tx");
        check("@1543833367 <a!b@c> x", day, (10, 36, 7), Some(0), " <a!b@c> x");
    }

    #[test]
    fn what_is_no_time_is_none() {
        for line in
            ["[12/03/2020, 10:00:00] Ann: x", "2020-03-12, 10:00 - Ann: x", "[]", "[25:00] <a> x", "1:05 <a> x", "é", "2018-13-01 10:00 x"]
        {
            assert_eq!(stamp(line), None, "{line}");
        }
    }

    #[test]
    fn a_date_in_words_is_read_in_both_orders() {
        let date = Some(Date::constant(2018, 12, 3));
        for text in ["Log opened Mon Dec 03 13:55:28 2018", "Mon Dec  3 2018", "3 Dec 2018", "Mon Dec 3 13:55:28 CET 2018", "2018-12-03"] {
            assert_eq!(written_date(text), date, "{text}");
        }
        assert_eq!(written_date("Log opened"), None);
    }
}
