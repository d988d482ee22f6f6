//! Reads the times and lengths of time that people write. What it reads against is given; the machine's clock is not asked.

use jiff::civil::{Date, DateTime};
use jiff::fmt::friendly::SpanParser;
use jiff::{SignedDuration, SpanRelativeTo, Timestamp, ToSpan};

use super::calendar::{self, Reading, TimeSpan};
use super::expr::Interval;
use crate::model::limits;

/// Reads a time that a person wrote, as the stretch that it names.
///
/// | text | what it names |
/// |---|---|
/// | `1709251200` | that Unix second; four digits are a year, eight that make a date are this date |
/// | `2024-03-01T12:30:00Z`, `…+08:00` | that second (RFC 3339; parts of a second are cut off) |
/// | `2024-03-01 12:30`, `2024-03-01T12:30:05` | that minute or second in the zone |
/// | `2024-03-01`, `2024/3/1`, `2024-03`, `2024` | that day, month or year in the zone |
/// | `today`, `yesterday`, `tomorrow` | that day |
/// | `this week`, `last month`, `last year` | that week (from Monday), month or year |
/// | `now`, `3 days ago`, `3d`, `2w`, `1mo 2d`, `an hour ago` | the second that long before now, by the calendar: a month before the 31st is at most the month's last day |
///
/// In `3m` the unit is minutes, a month is `mo`. Case and blanks around do not matter. Where a clock is put back, the first of both times is
/// meant. What begins before 1970 and reaches into it begins with 1970.
///
/// ```
/// use mynah::query::{Reading, read_time};
///
/// let noon = Reading::utc(1_709_294_400);
/// let day = read_time("2024-03-01", &noon)?;
/// assert_eq!((day.from, day.until), (1_709_251_200, 1_709_337_599));
/// assert_eq!(read_time("2 hours ago", &noon)?.from, noon.now_seconds() - 7_200);
/// # Ok::<(), mynah::query::TimeError>(())
/// ```
///
/// # Errors
/// [`TimeError::Unreadable`] when it is none of these, [`TimeError::OutOfRange`] when it ends before 1970 or lies past the year 9999.
pub fn read_time(text: &str, reading: &Reading) -> Result<TimeSpan, TimeError> {
    Moment::read(text, reading).map(|moment| moment.span)
}

/// Reads a length of time that a person wrote, in seconds: `2h`, `3 days`, `1h 30m`, `90` (seconds).
///
/// A day is 86,400 seconds and a week seven days. Parts of a second are cut off.
///
/// # Errors
/// [`TimeError::UnreadableSpan`] when it is none of these, [`TimeError::NoFixedLength`] for months and years,
/// [`TimeError::OutOfRange`] when it is longer than all times there are.
pub fn read_span(text: &str) -> Result<u64, TimeError> {
    let text = text.trim();
    if is_number(text) {
        return text.parse().ok().filter(|&seconds| seconds <= limits::TIME.max).ok_or(TimeError::OutOfRange);
    }
    let span = SpanParser::new().parse_span(text).map_err(|_| TimeError::UnreadableSpan)?;
    if span.is_negative() {
        return Err(TimeError::UnreadableSpan);
    }
    if span.get_months() != 0 || span.get_years() != 0 {
        return Err(TimeError::NoFixedLength);
    }
    let length = span.to_duration(SpanRelativeTo::days_are_24_hours()).map_err(|_| TimeError::OutOfRange)?;
    u64::try_from(length.as_secs()).ok().filter(|&seconds| seconds <= limits::TIME.max).ok_or(TimeError::OutOfRange)
}

/// A length of time as [`read_span`] reads it: `2m`, `1h 30m`.
///
/// ```
/// use mynah::query::{read_span, span_text};
///
/// assert_eq!(span_text(5_400), "1h 30m");
/// assert_eq!(read_span(&span_text(5_400))?, 5_400);
/// # Ok::<(), mynah::query::TimeError>(())
/// ```
pub fn span_text(seconds: u64) -> String {
    format!("{:#}", SignedDuration::from_secs(i64::try_from(seconds).unwrap_or(i64::MAX)))
}

/// Why a text is no time, or no length of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TimeError {
    /// It has none of the forms of a time.
    #[error(
        "a time is written as Unix seconds, RFC 3339, a date such as 2024-03-01, 2024-03 or 2024, today, yesterday, last week, 3d or 3 days ago"
    )]
    Unreadable,
    /// It has none of the forms of a length of time.
    #[error("a length of time is written as 90 (seconds), 2h, 3 days or 1h 30m")]
    UnreadableSpan,
    /// Months and years differ in length.
    #[error("months and years have no fixed length, write days or weeks")]
    NoFixedLength,
    /// It is outside of what messages can have.
    #[error("times go from 1970 to the end of the year 9999")]
    OutOfRange,
}

/// A time as it was read, with what the query language needs to know besides.
pub(super) struct Moment {
    /// What was named.
    pub(super) span: TimeSpan,
    /// Whether it was named as some days, weeks, months or years before now.
    days_ago: bool,
}

impl Moment {
    pub(super) fn read(text: &str, reading: &Reading) -> Result<Self, TimeError> {
        let text = text.trim().to_ascii_lowercase();
        let named = |span: Option<TimeSpan>| span.map(|span| Self { span, days_ago: false }).ok_or(TimeError::OutOfRange);
        if is_number(&text) {
            return named(number(&text, reading));
        }
        if let Some(span) = period(&text, reading) {
            return named(span);
        }
        if let Some(parts) = date_parts(&text) {
            return named(date(parts, reading).ok_or(TimeError::Unreadable)?);
        }
        if let Some(span) = instant(&text).or_else(|| local(&text, reading)) {
            return named(span);
        }
        ago(&text, reading)
    }

    /// The span, or the whole day when days before now were named: `3 days ago` taken as a day.
    pub(super) fn whole(&self, reading: &Reading) -> TimeSpan {
        if self.days_ago { Interval::Day.around(self.span.from, &reading.zone) } else { self.span }
    }
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Digits alone: a year, a date, or Unix seconds.
fn number(text: &str, reading: &Reading) -> Option<TimeSpan> {
    let number: u64 = text.parse().ok()?;
    if text.len() == 4 {
        return calendar::year(i16::try_from(number).ok()?, &reading.zone);
    }
    if text.len() == 8
        && let Ok(date) = text.parse::<Date>()
        && let Some(day) = calendar::day(date, &reading.zone)
    {
        return Some(day);
    }
    (number <= limits::TIME.max).then_some(TimeSpan::second(number))
}

/// `today`, `last week` and their like; the inner `None` when it is outside of all times.
fn period(text: &str, reading: &Reading) -> Option<Option<TimeSpan>> {
    let zone = &reading.zone;
    let today = reading.zoned().date();
    let monday = || today.checked_sub(i64::from(today.weekday().to_monday_zero_offset()).days()).ok();
    let month = |date: Date| calendar::month(date.year(), date.month(), zone);
    let week = |monday: Date| calendar::days(monday, monday.checked_add(1.week()).ok(), zone);
    Some(match text.split_whitespace().collect::<Vec<_>>().as_slice() {
        ["now"] => reading.now.as_second().try_into().ok().map(TimeSpan::second),
        ["today"] => calendar::day(today, zone),
        ["yesterday"] => today.yesterday().ok().and_then(|day| calendar::day(day, zone)),
        ["tomorrow"] => today.tomorrow().ok().and_then(|day| calendar::day(day, zone)),
        ["this", "week"] => monday().and_then(week),
        ["last", "week"] => monday().and_then(|monday| monday.checked_sub(1.week()).ok()).and_then(week),
        ["this", "month"] => month(today),
        ["last", "month"] => today.first_of_month().yesterday().ok().and_then(month),
        ["this", "year"] => calendar::year(today.year(), zone),
        ["last", "year"] => calendar::year(today.year() - 1, zone),
        _ => return None,
    })
}

/// A year of four digits, perhaps a month, perhaps a day, all with the same mark between them.
fn date_parts(text: &str) -> Option<Vec<i16>> {
    let mark = ['-', '/', '.'].into_iter().find(|&mark| text.contains(mark))?;
    let parts: Vec<&str> = text.split(mark).collect();
    let (year, rest) = parts.split_first()?;
    let plain = year.len() == 4 && rest.len() <= 2 && rest.iter().all(|part| part.len() <= 2) && parts.iter().all(|part| is_number(part));
    plain.then(|| parts.iter().filter_map(|part| part.parse().ok()).collect())
}

/// The day or month of the parts; the inner `None` when it is outside of all times.
fn date(parts: Vec<i16>, reading: &Reading) -> Option<Option<TimeSpan>> {
    let narrow = |part: i16| i8::try_from(part).ok();
    match *parts.as_slice() {
        [year, month] => {
            Date::new(year, narrow(month)?, 1).ok()?;
            Some(calendar::month(year, narrow(month)?, &reading.zone))
        }
        [year, month, day] => Some(calendar::day(Date::new(year, narrow(month)?, narrow(day)?).ok()?, &reading.zone)),
        _ => None,
    }
}

/// RFC 3339, with its zone.
fn instant(text: &str) -> Option<Option<TimeSpan>> {
    let moment: Timestamp = text.parse().ok()?;
    Some(moment.as_second().try_into().ok().map(TimeSpan::second))
}

/// A date and a time of day in the zone, to the minute or to the second.
fn local(text: &str, reading: &Reading) -> Option<Option<TimeSpan>> {
    let clock = text.split_once([' ', 't'])?.1.trim();
    let moment: DateTime = text.parse().ok()?;
    let start = moment.to_zoned(reading.zone.clone()).ok()?.timestamp().as_second();
    let seconds = match clock.split(':').count() {
        2 => 60,
        3 => 1,
        _ => return None,
    };
    Some(calendar::span(start, start + seconds))
}

/// A length of time before now.
fn ago(text: &str, reading: &Reading) -> Result<Moment, TimeError> {
    let text = match text.split_once(' ') {
        Some(("a" | "an" | "one", rest)) => format!("1 {rest}"),
        _ => text.to_owned(),
    };
    let span = SpanParser::new().parse_span(&text).map_err(|_| TimeError::Unreadable)?.abs();
    let calendar_part = span.hours(0).minutes(0).seconds(0).milliseconds(0).microseconds(0).nanoseconds(0);
    let days_ago = !span.is_zero() && calendar_part.fieldwise() == span.fieldwise();
    let moment = reading.zoned().checked_sub(span).map_err(|_| TimeError::OutOfRange)?;
    let second = moment.timestamp().as_second().try_into().map_err(|_| TimeError::OutOfRange)?;
    Ok(Moment { span: TimeSpan::second(second), days_ago })
}

#[cfg(test)]
mod tests;
