//! The bars of a timeline: which hour, day, month or year a second lies in, by a time zone's calendar.

use std::ops::Range;

use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _, Unit, Zoned};

use super::Interval;

/// The hour, day, month or year that holds `second`: its first second and the first one after it, Unix seconds.
///
/// A second outside the calendar (years -9999 to 9999) has a bar of its own.
pub fn bar_around(interval: Interval, zone: &TimeZone, second: u64) -> Range<u64> {
    bounds(interval, zone, second).unwrap_or(second..second.saturating_add(1))
}

fn bounds(interval: Interval, zone: &TimeZone, second: u64) -> Option<Range<u64>> {
    let at = Timestamp::from_second(second.try_into().ok()?).ok()?.to_zoned(zone.clone());
    let (start, end) = match interval {
        Interval::Hour => {
            let start = at.round(jiff::ZonedRound::new().smallest(Unit::Hour).mode(jiff::RoundMode::Floor)).ok()?;
            let end = start.checked_add(1.hour()).ok()?;
            (start, end)
        }
        Interval::Day => (at.start_of_day().ok()?, at.tomorrow().ok()?.start_of_day().ok()?),
        Interval::Month => first_days(&at.first_of_month().ok()?, 1.month())?,
        Interval::Year => first_days(&at.first_of_year().ok()?, 1.year())?,
    };
    let second = |at: &Zoned| u64::try_from(at.timestamp().as_second()).ok();
    // A bar that begins before 1970 begins at 0: there is no earlier message.
    Some(second(&start).unwrap_or(0)..second(&end)?)
}

fn first_days(first: &Zoned, length: jiff::Span) -> Option<(Zoned, Zoned)> {
    Some((first.start_of_day().ok()?, first.checked_add(length).ok()?.start_of_day().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(interval: Interval, zone: &TimeZone, second: u64, start: &str, end: &str) {
        let bar = bar_around(interval, zone, second);
        let read = |text: &str| text.parse::<Timestamp>().unwrap().as_second() as u64;
        assert_eq!(bar, read(start)..read(end));
    }

    #[test]
    fn a_second_lies_in_the_bar_of_its_calendar() {
        let utc = TimeZone::UTC;
        let second = 1_711_849_500; // 2024-03-31T01:45:00Z
        check(Interval::Hour, &utc, second, "2024-03-31T01:00:00Z", "2024-03-31T02:00:00Z");
        check(Interval::Day, &utc, second, "2024-03-31T00:00:00Z", "2024-04-01T00:00:00Z");
        check(Interval::Month, &utc, second, "2024-03-01T00:00:00Z", "2024-04-01T00:00:00Z");
        check(Interval::Year, &utc, second, "2024-01-01T00:00:00Z", "2025-01-01T00:00:00Z");
        assert_eq!(bar_around(Interval::Day, &utc, 5), 0..86_400);
        assert_eq!(bar_around(Interval::Day, &utc, u64::MAX), u64::MAX..u64::MAX);
    }

    #[test]
    fn a_day_on_which_the_clock_moves_has_23_hours() {
        let Ok(berlin) = TimeZone::get("Europe/Berlin") else {
            println!("skipped: this machine has no time zone database");
            return;
        };
        check(Interval::Day, &berlin, 1_711_849_500, "2024-03-30T23:00:00Z", "2024-03-31T22:00:00Z");
    }
}
