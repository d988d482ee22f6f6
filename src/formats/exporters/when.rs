//! Times in exports: in UTC as programs read them, in a zone as people do.

use crate::query::{TimeZone, Timestamp};

/// RFC 3339 in UTC: `2024-03-01T09:30:00Z`. In the last two days of the year 9999 it is the number alone.
pub(super) fn utc(second: u64) -> String {
    timestamp(second).map_or_else(|| second.to_string(), |moment| moment.to_string())
}

/// `09:30`.
pub(super) fn clock(second: u64, zone: &TimeZone) -> String {
    shown(second, zone, "%H:%M")
}

/// `Friday, 1 March 2024`.
pub(super) fn day(second: u64, zone: &TimeZone) -> String {
    shown(second, zone, "%A, %-d %B %Y")
}

/// `1 Mar 2024`.
pub(super) fn short_day(second: u64, zone: &TimeZone) -> String {
    shown(second, zone, "%-d %b %Y")
}

/// `1 Mar 2024, 09:30`.
pub(super) fn moment(second: u64, zone: &TimeZone) -> String {
    shown(second, zone, "%-d %b %Y, %H:%M")
}

/// `Fri Mar  1 09:30:00 2024`, in UTC, as mailboxes have it.
pub(super) fn asctime(second: u64) -> String {
    shown(second, &TimeZone::UTC, "%a %b %e %H:%M:%S %Y")
}

fn timestamp(second: u64) -> Option<Timestamp> {
    Timestamp::from_second(i64::try_from(second).ok()?).ok()
}

fn shown(second: u64, zone: &TimeZone, form: &str) -> String {
    match timestamp(second) {
        Some(moment) => moment.to_zoned(zone.clone()).strftime(form).to_string(),
        None => second.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_told_to_programs_in_utc_and_to_people_in_their_zone() {
        let zone = TimeZone::fixed(jiff::tz::offset(2));
        let second = 1_709_335_805;
        assert_eq!(utc(second), "2024-03-01T23:30:05Z");
        assert_eq!((day(second, &zone).as_str(), clock(second, &zone).as_str()), ("Saturday, 2 March 2024", "01:30"));
        assert_eq!(asctime(second), "Fri Mar  1 23:30:05 2024");
        assert_eq!(utc(253_402_300_799), "253402300799");
    }
}
