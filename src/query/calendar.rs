//! Seconds and the calendar of a time zone: days, months and years as spans of Unix seconds. Reads no text.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, Unit, Zoned, ZonedRound};

use super::expr::Interval;
use crate::model::limits;

/// A closed stretch of time, Unix seconds: `from` and `until` both belong to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct TimeSpan {
    /// The first second.
    pub from: u64,
    /// The last second; never before `from`.
    pub until: u64,
}

impl TimeSpan {
    /// One second.
    pub fn second(second: u64) -> Self {
        Self { from: second, until: second }
    }

    /// Whether the second lies within.
    pub fn contains(self, second: u64) -> bool {
        (self.from..=self.until).contains(&second)
    }
}

/// What a text about time is read against: the present moment, and the zone whose days and months are meant.
///
/// Both are given and never asked of the machine, so that what a text means can be repeated. [`Reading::local`] is for programs.
#[derive(Clone, Debug)]
pub struct Reading {
    /// The present moment.
    pub now: Timestamp,
    /// The zone of dates that name none.
    pub zone: TimeZone,
}

impl Reading {
    /// This moment in Unix seconds, in UTC. A moment beyond the year 9999 is brought back into it.
    pub fn utc(now: u64) -> Self {
        let now = i64::try_from(now).ok().and_then(|now| Timestamp::from_second(now).ok()).unwrap_or(Timestamp::MAX);
        Self { now, zone: TimeZone::UTC }
    }

    /// The clock and the time zone of this machine, as they are now.
    pub fn local() -> Self {
        Self { now: Timestamp::now(), zone: TimeZone::system() }
    }

    /// The present moment in Unix seconds; 0 before 1970.
    pub fn now_seconds(&self) -> u64 {
        self.now.as_second().try_into().unwrap_or(0)
    }

    /// The present moment in its zone.
    pub(super) fn zoned(&self) -> Zoned {
        self.now.to_zoned(self.zone.clone())
    }
}

impl Interval {
    /// The hour, day, month or year of `zone` in which `second` lies.
    ///
    /// Spans of one interval meet without gap or overlap, so that they make the bars of a timeline: the next one starts at `until + 1`.
    /// Days are as long as the zone makes them, 23 to 25 hours. Past the year 9999 it is the second alone.
    pub fn around(self, second: u64, zone: &TimeZone) -> TimeSpan {
        self.bounds(second, zone).unwrap_or(TimeSpan::second(second))
    }

    fn bounds(self, second: u64, zone: &TimeZone) -> Option<TimeSpan> {
        let moment = zoned(second, zone)?;
        let date = moment.date();
        match self {
            Self::Hour => {
                let start = moment.round(ZonedRound::new().smallest(Unit::Hour).mode(jiff::RoundMode::Trunc)).ok()?;
                let next = start.checked_add(jiff::Span::new().hours(1)).ok()?;
                span(start.timestamp().as_second(), next.timestamp().as_second())
            }
            Self::Day => days(date, date.tomorrow().ok(), zone),
            Self::Month => month(date.year(), date.month(), zone),
            Self::Year => year(date.year(), zone),
        }
    }
}

/// A moment for people, in `zone`: `2024-03-01 09:30:00`. Past the year 9999 it is the number alone.
pub fn time_text(second: u64, zone: &TimeZone) -> String {
    match zoned(second, zone) {
        Some(moment) => moment.strftime("%Y-%m-%d %H:%M:%S").to_string(),
        None => second.to_string(),
    }
}

/// The day of a date; `None` when it lies before 1970.
pub(super) fn day(date: Date, zone: &TimeZone) -> Option<TimeSpan> {
    days(date, date.tomorrow().ok(), zone)
}

/// The month; `None` when there is none of this number, or it lies before 1970.
pub(super) fn month(year: i16, month: i8, zone: &TimeZone) -> Option<TimeSpan> {
    let first = Date::new(year, month, 1).ok()?;
    let next = if month == 12 { Date::new(year.checked_add(1)?, 1, 1) } else { Date::new(year, month + 1, 1) };
    days(first, next.ok(), zone)
}

/// The year; `None` when it lies before 1970.
pub(super) fn year(year: i16, zone: &TimeZone) -> Option<TimeSpan> {
    days(Date::new(year, 1, 1).ok()?, Date::new(year.checked_add(1)?, 1, 1).ok(), zone)
}

/// From the start of `first` to the last second before `next`, or to the end of times when the calendar ends with `first`.
pub(super) fn days(first: Date, next: Option<Date>, zone: &TimeZone) -> Option<TimeSpan> {
    let start = first.to_zoned(zone.clone()).ok()?.timestamp().as_second();
    match next.and_then(|next| next.to_zoned(zone.clone()).ok()) {
        Some(next) => span(start, next.timestamp().as_second()),
        None => span(start, i64::try_from(limits::TIME.max).ok()? + 1),
    }
}

/// A moment in a zone, where the calendar reaches that far.
pub(super) fn zoned(second: u64, zone: &TimeZone) -> Option<Zoned> {
    Some(Timestamp::from_second(i64::try_from(second).ok()?).ok()?.to_zoned(zone.clone()))
}

/// From `start` to the last second before `next`. What lies before 1970 is cut off.
pub(super) fn span(start: i64, next: i64) -> Option<TimeSpan> {
    Some(TimeSpan { from: start.max(0).try_into().ok()?, until: (next - 1).try_into().ok()? })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn new_york() -> TimeZone {
        TimeZone::posix("EST5EDT,M3.2.0,M11.1.0").unwrap()
    }

    #[track_caller]
    fn check(interval: Interval, moment: &str, expected_from: &str, expected_until: &str) {
        let at = |text: &str| u64::try_from(text.parse::<Timestamp>().unwrap().as_second()).unwrap();
        let span = interval.around(at(moment), &new_york());
        assert_eq!(span, TimeSpan { from: at(expected_from), until: at(expected_until) }, "{}", time_text(span.from, &new_york()));
        assert!(span.contains(at(moment)));
    }

    #[test]
    fn a_day_is_as_long_as_the_zone_makes_it() {
        check(Interval::Day, "2024-03-10T12:00:00-04:00", "2024-03-10T00:00:00-05:00", "2024-03-10T23:59:59-04:00");
        check(Interval::Day, "2024-11-03T12:00:00-05:00", "2024-11-03T00:00:00-04:00", "2024-11-03T23:59:59-05:00");
        check(Interval::Month, "2024-11-03T12:00:00-05:00", "2024-11-01T00:00:00-04:00", "2024-11-30T23:59:59-05:00");
        check(Interval::Month, "2024-02-29T12:00:00-05:00", "2024-02-01T00:00:00-05:00", "2024-02-29T23:59:59-05:00");
        check(Interval::Year, "2024-12-31T23:59:59-05:00", "2024-01-01T00:00:00-05:00", "2024-12-31T23:59:59-05:00");
    }

    #[test]
    fn the_hour_that_comes_twice_is_two_hours() {
        check(Interval::Hour, "2024-11-03T01:30:00-04:00", "2024-11-03T01:00:00-04:00", "2024-11-03T01:59:59-04:00");
        check(Interval::Hour, "2024-11-03T01:30:00-05:00", "2024-11-03T01:00:00-05:00", "2024-11-03T01:59:59-05:00");
        check(Interval::Hour, "2024-03-10T01:59:59-05:00", "2024-03-10T01:00:00-05:00", "2024-03-10T01:59:59-05:00");
    }

    #[test]
    fn spans_of_one_interval_meet_without_gap() {
        for interval in [Interval::Hour, Interval::Day, Interval::Month, Interval::Year] {
            let mut second = 1_704_000_000;
            for _ in 0..400 {
                let span = interval.around(second, &new_york());
                assert!(span.from <= second && second <= span.until, "{interval:?} {second}");
                assert_eq!(interval.around(span.until, &new_york()), span);
                second = span.until + 1;
                assert_eq!(interval.around(second, &new_york()).from, second);
            }
        }
    }

    #[test]
    fn the_ends_of_the_calendar_are_no_panic() {
        for second in [0, 1, limits::TIME.max, 253_402_207_200, 253_402_207_201, u64::MAX] {
            for interval in [Interval::Hour, Interval::Day, Interval::Month, Interval::Year] {
                assert!(interval.around(second, &new_york()).contains(second));
                assert!(interval.around(second, &TimeZone::UTC).contains(second));
            }
            assert!(!time_text(second, &new_york()).is_empty());
        }
        assert_eq!(Reading::utc(u64::MAX).now, Timestamp::MAX);
    }
}
