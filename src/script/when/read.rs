//! Reads the times that people write, each by itself or at the beginning of a longer text.

use std::time::Duration;

use jiff::civil::{Date, DateTime, Time, Weekday};
use jiff::tz::AmbiguousOffset;
use jiff::{Span, Timestamp, ToSpan, Zoned};

use super::{Zone, duration, shown, span, zoned};
use crate::script::op::Misuse;

/// The most words of a time: `in 2 weeks 3 days 4 hours 30 minutes`, and as many again.
const MAX_WORDS: usize = 12;
/// When a day is named without a time of day.
const MORNING: Time = Time::constant(9, 0, 0, 0);
const EVENING: Time = Time::constant(20, 0, 0, 0);

/// Reads a time as Unix seconds; `now` is the present one.
///
/// | text | what it names |
/// |---|---|
/// | `2h`, `in 2h`, `2 weeks` | so long after now; days and weeks by the calendar, so that `1d` is the same time tomorrow |
/// | `9:00`, `at 9`, `9am`, `noon`, `midnight` | the next such time of day |
/// | `tomorrow 8:30`, `today at 18:00`, `tonight` | that day; without a time of day 9:00, `tonight` 20:00 |
/// | `fri 9:00`, `monday`, `next monday` | the next such day; `next` is never today |
/// | `in 3 days at 9:00` | that day |
/// | `2026-12-01 10:00`, `2026-12-01`, `1 dec 10:00`, `dec 1 2027` | that date, without a year the next one |
/// | `2026-12-01T10:00:00Z`, `…+08:00` | that second |
///
/// What names one moment may lie in the past, all else is after now. Where a clock is put forward, a time that there is not is as much later; where
/// it is put back, the first of both that is not past.
///
/// # Errors
/// [`Misuse`] when it is none of these, or past the year 9999.
pub(in crate::script) fn time(text: &str, now: u64, zone: &Zone) -> Result<u64, Misuse> {
    read(text, now, zone)
        .ok_or_else(|| Misuse(format!("{} is no time: write 2h, 9:00, fri 9:00, tomorrow 8:30 or 2026-12-01 10:00", shown(text))))
}

/// The longest beginning of a text that is a time, and what stands behind it: of `fri 9:00 rent` the time of `fri 9:00`, and `rent`.
pub(in crate::script) fn prefix<'a>(text: &'a str, now: u64, zone: &Zone) -> Option<(u64, &'a str)> {
    longest(text, |text| read(text, now, zone))
}

/// The longest beginning of a text that is a length of time, and what stands behind it.
pub(in crate::script) fn length_prefix(text: &str) -> Option<(Duration, &str)> {
    longest(text, |text| duration(text).ok())
}

/// The longest beginning, of whole words, that is read; and what stands behind it.
fn longest<T>(text: &str, read: impl Fn(&str) -> Option<T>) -> Option<(T, &str)> {
    let mut ends = Vec::with_capacity(MAX_WORDS);
    let mut in_word = false;
    for (at, c) in text.char_indices() {
        if c.is_whitespace() && in_word {
            ends.push(at);
            if ends.len() == MAX_WORDS {
                break;
            }
        }
        in_word = !c.is_whitespace();
    }
    if in_word && ends.len() < MAX_WORDS {
        ends.push(text.len());
    }
    ends.into_iter().rev().find_map(|end| Some((read(&text[..end])?, text[end..].trim_start())))
}

fn read(text: &str, now: u64, zone: &Zone) -> Option<u64> {
    let text = text.trim();
    if let Ok(moment) = text.parse::<Timestamp>() {
        return moment.as_second().try_into().ok();
    }
    let reading = Reading { now: zoned(now, zone)? };
    let mut text = text.to_lowercase();
    if let Some((day, clock)) = text.split_once('t')
        && date(day).is_some()
    {
        text = format!("{day} {clock}");
    }
    let words: Vec<&str> = text.split(|c: char| c.is_whitespace() || c == ',').filter(|word| !word.is_empty()).collect();
    let moment = match words.as_slice() {
        ["now"] => Some(reading.now.clone()),
        ["in", length @ ..] => reading.after(length).or_else(|| reading.day_and_clock(&words)),
        words => reading.after(words).or_else(|| reading.day_and_clock(words)),
    }?;
    moment.timestamp().as_second().try_into().ok()
}

/// What is read against.
struct Reading {
    now: Zoned,
}

/// A day, as it was named.
enum Day {
    /// The next one on which the time of day is not past.
    Any,
    Date(Date),
    Weekday(Weekday),
    /// Of this year or the next one.
    Yearly(i8, i8),
}

impl Reading {
    /// So long after now.
    fn after(&self, words: &[&str]) -> Option<Zoned> {
        self.now.checked_add(span(&words.join(" "))?).ok()
    }

    fn day_and_clock(&self, words: &[&str]) -> Option<Zoned> {
        if let &["tonight"] = words {
            return self.at(self.now.date(), EVENING).filter(|moment| *moment > self.now);
        }
        // The time of day stands at the end, or in front: `fri 9:00`, `9:00 tomorrow`.
        for at in 0..words.len() {
            let (day, clock_words) = words.split_at(at);
            if let Some(clock) = clock(clock_words)
                && let Some(day) = self.day(day)
            {
                return self.moment(&day, clock);
            }
            let (clock_words, day) = words.split_at(words.len() - at);
            if at > 0
                && let Some(clock) = clock(clock_words)
                && let Some(day) = self.day(day)
            {
                return self.moment(&day, clock);
            }
        }
        match self.day(words)? {
            Day::Any => None,
            day => self.moment(&day, MORNING),
        }
    }

    fn day(&self, words: &[&str]) -> Option<Day> {
        let today = self.now.date();
        let words = match words {
            ["on", words @ ..] if !words.is_empty() => words,
            words => words,
        };
        Some(match words {
            [] => Day::Any,
            ["today" | "tonight"] => Day::Date(today),
            ["tomorrow"] => Day::Date(today.tomorrow().ok()?),
            ["in", length @ ..] => Day::Date(today.checked_add(span(&length.join(" ")).filter(is_days)?).ok()?),
            ["next", "week"] => Day::Date(today.nth_weekday(1, Weekday::Monday).ok()?),
            ["next", day] => Day::Date(today.nth_weekday(1, weekday(day)?).ok()?),
            ["this", day] => Day::Weekday(weekday(day)?),
            [one] => match weekday(one) {
                Some(day) => Day::Weekday(day),
                None => Day::Date(date(one)?),
            },
            [one, other] => {
                let (day, month) = day_and_month(one, other)?;
                Day::Yearly(month, day)
            }
            [one, other, year] => {
                let (day, month) = day_and_month(one, other)?;
                Day::Date(Date::new(year.parse().ok().filter(|_| year.len() == 4)?, month, day).ok()?)
            }
            _ => return None,
        })
    }

    fn moment(&self, day: &Day, clock: Time) -> Option<Zoned> {
        let today = self.now.date();
        match day {
            Day::Date(date) => self.at(*date, clock),
            Day::Any => self.next([today, today.tomorrow().ok()?], clock),
            Day::Weekday(weekday) => {
                let first = if today.weekday() == *weekday { today } else { today.nth_weekday(1, *weekday).ok()? };
                self.next([first, first.checked_add(1.week()).ok()?], clock)
            }
            // A leap day comes at least every eight years.
            Day::Yearly(month, day) => {
                self.next((0..=8).filter_map(|years| Date::new(today.year().checked_add(years)?, *month, *day).ok()), clock)
            }
        }
    }

    /// The first of the days on which the time of day is not past.
    fn next(&self, days: impl IntoIterator<Item = Date>, clock: Time) -> Option<Zoned> {
        days.into_iter().filter_map(|day| self.at(day, clock)).find(|moment| *moment > self.now)
    }

    /// This time of day on this day. Of two, the first that is not past.
    fn at(&self, date: Date, clock: Time) -> Option<Zoned> {
        let moment = self.now.time_zone().to_ambiguous_zoned(DateTime::from_parts(date, clock));
        match moment.offset() {
            AmbiguousOffset::Fold { .. } => {
                let earlier = moment.clone().earlier().ok()?;
                if earlier > self.now { Some(earlier) } else { moment.later().ok() }
            }
            AmbiguousOffset::Unambiguous { .. } | AmbiguousOffset::Gap { .. } => moment.compatible().ok(),
        }
    }
}

/// Whether it is in days, weeks, months or years only.
fn is_days(span: &Span) -> bool {
    let days = span.hours(0).minutes(0).seconds(0).milliseconds(0).microseconds(0).nanoseconds(0);
    days.fieldwise() == span.fieldwise()
}

/// A time of day.
pub(in crate::script) fn clock(words: &[&str]) -> Option<Time> {
    let (words, said_at) = match words {
        ["at", words @ ..] => (words, true),
        words => (words, false),
    };
    let text = match words {
        ["noon"] => return Some(Time::midnight().saturating_add(12.hours())),
        ["midnight"] => return Some(Time::midnight()),
        [text] => (*text).to_owned(),
        [text, half @ ("am" | "pm" | "a.m." | "p.m.")] => format!("{text}{half}"),
        _ => return None,
    };
    let text = text.replace('.', "").replace('：', ":");
    let (digits, afternoon) = match (text.strip_suffix("am"), text.strip_suffix("pm")) {
        (Some(digits), _) => (digits, Some(false)),
        (None, Some(digits)) => (digits, Some(true)),
        (None, None) => (text.as_str(), None),
    };
    let parts: Vec<&str> = digits.split(':').collect();
    // A number alone could be anything.
    if parts.len() > 3 || (parts.len() == 1 && afternoon.is_none() && !said_at) {
        return None;
    }
    let mut numbers = [0_i8; 3];
    for (place, part) in parts.iter().enumerate() {
        let is_number = !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        if !is_number || part.len() > 2 || (place > 0 && part.len() != 2) {
            return None;
        }
        numbers[place] = part.parse().ok()?;
    }
    let [hour, minute, second] = numbers;
    let hour = match afternoon {
        None => hour,
        Some(_) if !(1..=12).contains(&hour) => return None,
        Some(afternoon) => hour % 12 + if afternoon { 12 } else { 0 },
    };
    Time::new(hour, minute, second, 0).ok()
}

/// A date with its year: `2026-12-01`, `2026/12/1`.
fn date(text: &str) -> Option<Date> {
    let mark = ['-', '/', '.'].into_iter().find(|&mark| text.contains(mark))?;
    let parts: Vec<&str> = text.split(mark).collect();
    let &[year, month, day] = parts.as_slice() else { return None };
    let fits = year.len() == 4 && (1..=2).contains(&month.len()) && (1..=2).contains(&day.len());
    let is_number = parts.iter().all(|part| part.bytes().all(|byte| byte.is_ascii_digit()));
    (fits && is_number).then(|| Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok())?
}

/// `1 dec`, `dec 1`, `1st december`: day and month.
fn day_and_month(one: &str, other: &str) -> Option<(i8, i8)> {
    let day = |text: &str| {
        let digits = ["st", "nd", "rd", "th", "."].into_iter().find_map(|end| text.strip_suffix(end)).unwrap_or(text);
        let is_number = (1..=2).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
        is_number.then(|| digits.parse::<i8>().ok())?.filter(|day| (1..=31).contains(day))
    };
    match (day(one), month(one)) {
        (Some(day), _) => Some((day, month(other)?)),
        (_, Some(month)) => Some((day(other)?, month)),
        _ => None,
    }
}

fn month(text: &str) -> Option<i8> {
    const MONTHS: [&str; 12] =
        ["january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december"];
    named(text, &MONTHS).map(|place| place as i8 + 1)
}

/// A day of the week, whole or shortened to three letters or more.
pub(in crate::script) fn weekday(text: &str) -> Option<Weekday> {
    const DAYS: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
    named(text, &DAYS).and_then(|place| Weekday::from_monday_zero_offset(place as i8).ok())
}

/// The place of the name that begins with this, of which there is to be three letters at least.
fn named(text: &str, names: &[&str]) -> Option<usize> {
    let text = text.trim_end_matches('.');
    if text.len() < 3 {
        return None;
    }
    names.iter().position(|name| name.starts_with(text))
}
