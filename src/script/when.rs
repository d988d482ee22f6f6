//! Times and lengths of time as people write and read them. Asks no clock: what it reads against is given.

mod read;

use std::time::Duration;

use jiff::fmt::friendly::SpanParser;
use jiff::fmt::strtime::BrokenDownTime;
use jiff::tz::TimeZone;
use jiff::{Span, SpanRelativeTo, Timestamp, Zoned};

pub(super) use read::{clock, length_prefix, prefix, time, weekday};

use super::op::Misuse;
use crate::model::limits;

/// A time zone, by whose clock and calendar times are read.
pub(super) type Zone = TimeZone;

/// The longest pattern that [`format`] takes, bytes.
const MAX_PATTERN: usize = 1024;

/// The zone of this IANA name: `Europe/Vienna`, `UTC`.
///
/// # Errors
/// [`Misuse`] when there is none.
pub(super) fn zone(name: &str) -> Result<Zone, Misuse> {
    TimeZone::get(name).map_err(|_| Misuse(format!("{name:?} is no time zone: names are such as \"Europe/Vienna\" and \"UTC\"")))
}

/// The zone of this machine.
pub(super) fn local_zone() -> Zone {
    TimeZone::system()
}

/// Reads a length of time: `15m`, `2h30m`, `2h 30m`, `1d`, `90s`, `20ms`, `2 weeks`, `1.5h`, `an hour`.
///
/// A day is 24 hours, a week seven days.
///
/// # Errors
/// [`Misuse`] when it is none, has no unit, or is in months or years, which have no fixed length.
pub(super) fn duration(text: &str) -> Result<Duration, Misuse> {
    let length = span(text).filter(|span| span.get_months() == 0 && span.get_years() == 0);
    let length = length.and_then(|span| span.to_duration(SpanRelativeTo::days_are_24_hours()).ok());
    let length = length.and_then(|length| Duration::try_from(length).ok()).filter(|length| length.as_secs() <= limits::TIME.max);
    length.ok_or_else(|| Misuse(format!("{} is no length of time: write 90s, 15m, 2h30m, 1d or 2 weeks", shown(text))))
}

/// A length of time by the calendar, in the units in which it was written.
fn span(text: &str) -> Option<Span> {
    let text = text.trim().to_ascii_lowercase();
    let text = match text.split_once(' ') {
        Some(("a" | "an" | "one", rest)) => format!("1 {}", rest.trim_start()),
        Some(("half", rest)) => match rest.trim_start() {
            "an hour" | "hour" => "30m".to_owned(),
            "a day" | "day" => "12h".to_owned(),
            _ => return None,
        },
        _ => text.replace(" and ", " "),
    };
    // Signs, a trailing `ago` and `1:30:00` are the parser's, not ours.
    if !text.starts_with(|c: char| c.is_ascii_digit()) || text.ends_with("ago") || text.contains(':') {
        return None;
    }
    SpanParser::new().parse_span(text).ok()
}

/// A moment for people: `in 2 h`, `in 1 h 30 min`, `today at 21:00`, `tomorrow at 9:00`, `on Fri 27 Nov at 9:00`, `5 min ago`.
pub(super) fn friendly(unix: u64, now: u64, zone: &Zone) -> String {
    const NEAR: u64 = 6 * 3_600;
    let distance = unix.abs_diff(now);
    if distance < 60 {
        return if unix >= now { "in a moment".to_owned() } else { "just now".to_owned() };
    }
    if distance <= NEAR {
        let length = hours_and_minutes(distance);
        return if unix > now { format!("in {length}") } else { format!("{length} ago") };
    }
    let (Some(then), Some(today)) = (zoned(unix, zone), zoned(now, zone)) else {
        return unix.to_string();
    };
    let clock = then.strftime("%-H:%M");
    let days = then.date().since(today.date()).map_or(i32::MAX, |span| span.get_days());
    match days {
        -1 => format!("yesterday at {clock}"),
        0 => format!("today at {clock}"),
        1 => format!("tomorrow at {clock}"),
        _ if then.year() == today.year() || (0..180).contains(&days) => format!("on {} at {clock}", then.strftime("%a %-d %b")),
        _ => format!("on {} at {clock}", then.strftime("%a %-d %b %Y")),
    }
}

/// A moment as `pattern` says (strftime: `%Y-%m-%d %H:%M`).
///
/// # Errors
/// [`Misuse`] when the pattern has a place holder that there is not, or is longer than 1,024 bytes.
pub(super) fn format(unix: u64, pattern: &str, zone: &Zone) -> Result<String, Misuse> {
    if pattern.len() > MAX_PATTERN {
        return Err(Misuse(format!("a pattern for times is {} bytes, the limit is {MAX_PATTERN}", pattern.len())));
    }
    let moment = zoned(unix, zone).ok_or_else(|| Misuse(format!("{unix} is past the year 9999")))?;
    let written = BrokenDownTime::from(&moment).to_string(pattern);
    written.map_err(|error| Misuse(format!("{} is no pattern for times: {error}", shown(pattern))))
}

/// The moment in the zone, where the calendar reaches that far.
pub(super) fn zoned(unix: u64, zone: &Zone) -> Option<Zoned> {
    Some(Timestamp::from_second(i64::try_from(unix).ok()?).ok()?.to_zoned(zone.clone()))
}

/// To the nearest minute.
fn hours_and_minutes(seconds: u64) -> String {
    let minutes = (seconds + 30) / 60;
    match (minutes / 60, minutes % 60) {
        (0, minutes) => format!("{minutes} min"),
        (hours, 0) => format!("{hours} h"),
        (hours, minutes) => format!("{hours} h {minutes} min"),
    }
}

/// What somebody wrote, in quotes and cut to what fits into a sentence.
pub(super) fn shown(text: &str) -> String {
    const MOST: usize = 40;
    match text.char_indices().nth(MOST) {
        Some((end, _)) => format!("{:?}", format!("{}…", &text[..end])),
        None => format!("{text:?}"),
    }
}

#[cfg(test)]
mod tests;
