//! What people write about time, and what it must mean.

use jiff::tz::TimeZone;
use proptest::prelude::*;

use super::*;

/// Wednesday, half past two in the afternoon in New York.
fn reading() -> Reading {
    reading_at("2024-03-13T14:30:00-04:00")
}

fn reading_at(now: &str) -> Reading {
    Reading { now: now.parse().unwrap(), zone: TimeZone::posix("EST5EDT,M3.2.0,M11.1.0").unwrap() }
}

fn seconds(text: &str) -> u64 {
    text.parse::<Timestamp>().unwrap().as_second().try_into().unwrap()
}

#[track_caller]
fn check(text: &str, from: &str, until: &str) {
    check_at(&reading(), text, from, until);
}

#[track_caller]
fn check_at(reading: &Reading, text: &str, from: &str, until: &str) {
    assert_eq!(read_time(text, reading), Ok(TimeSpan { from: seconds(from), until: seconds(until) }), "{text}");
}

#[track_caller]
fn refuse(text: &str, error: TimeError) {
    assert_eq!(read_time(text, &reading()), Err(error), "{text}");
}

#[test]
fn dates_name_whole_days_months_and_years_of_the_zone() {
    check("2024-03-01", "2024-03-01T00:00:00-05:00", "2024-03-01T23:59:59-05:00");
    check("2024/3/1", "2024-03-01T00:00:00-05:00", "2024-03-01T23:59:59-05:00");
    check("2024.03.01", "2024-03-01T00:00:00-05:00", "2024-03-01T23:59:59-05:00");
    check("20240301", "2024-03-01T00:00:00-05:00", "2024-03-01T23:59:59-05:00");
    check("2024-03", "2024-03-01T00:00:00-05:00", "2024-03-31T23:59:59-04:00");
    check("2024-02", "2024-02-01T00:00:00-05:00", "2024-02-29T23:59:59-05:00");
    check("2024-12", "2024-12-01T00:00:00-05:00", "2024-12-31T23:59:59-05:00");
    check(" 2024 ", "2024-01-01T00:00:00-05:00", "2024-12-31T23:59:59-05:00");
}

#[test]
fn a_day_of_a_clock_change_has_23_or_25_hours() {
    check("2024-03-10", "2024-03-10T00:00:00-05:00", "2024-03-10T23:59:59-04:00");
    check("2024-11-03", "2024-11-03T00:00:00-04:00", "2024-11-03T23:59:59-05:00");
    check_at(&reading_at("2024-03-11T01:30:00-04:00"), "yesterday", "2024-03-10T00:00:00-05:00", "2024-03-10T23:59:59-04:00");
    check_at(&reading_at("2024-03-11T01:30:00-04:00"), "24h", "2024-03-10T00:30:00-05:00", "2024-03-10T00:30:00-05:00");
    check_at(&reading_at("2024-03-11T01:30:00-04:00"), "1d", "2024-03-10T01:30:00-05:00", "2024-03-10T01:30:00-05:00");
}

#[test]
fn moments_are_read_with_their_zone_or_in_the_readers() {
    check("1709251200", "2024-03-01T00:00:00Z", "2024-03-01T00:00:00Z");
    check("0", "1970-01-01T00:00:00Z", "1970-01-01T00:00:00Z");
    check("99999999", "1973-03-03T09:46:39Z", "1973-03-03T09:46:39Z");
    check("2024-03-01T12:30:00Z", "2024-03-01T12:30:00Z", "2024-03-01T12:30:00Z");
    check("2024-03-01t12:30:00.999+08:00", "2024-03-01T04:30:00Z", "2024-03-01T04:30:00Z");
    check("2024-03-01 12:30", "2024-03-01T12:30:00-05:00", "2024-03-01T12:30:59-05:00");
    check("2024-03-01T12:30:05", "2024-03-01T12:30:05-05:00", "2024-03-01T12:30:05-05:00");
    // The clock is put back, half past one comes twice.
    check("2024-11-03 01:30", "2024-11-03T01:30:00-04:00", "2024-11-03T01:30:59-04:00");
    // The clock is put forward, half past two never comes.
    check("2024-03-10 02:30", "2024-03-10T03:30:00-04:00", "2024-03-10T03:30:59-04:00");
}

#[test]
fn times_before_now_are_read() {
    check("now", "2024-03-13T14:30:00-04:00", "2024-03-13T14:30:00-04:00");
    check("3 days ago", "2024-03-10T14:30:00-04:00", "2024-03-10T14:30:00-04:00");
    check("3d", "2024-03-10T14:30:00-04:00", "2024-03-10T14:30:00-04:00");
    check("2W", "2024-02-28T14:30:00-05:00", "2024-02-28T14:30:00-05:00");
    check("90 minutes ago", "2024-03-13T13:00:00-04:00", "2024-03-13T13:00:00-04:00");
    check("an hour ago", "2024-03-13T13:30:00-04:00", "2024-03-13T13:30:00-04:00");
    check("a month ago", "2024-02-13T14:30:00-05:00", "2024-02-13T14:30:00-05:00");
    check("1h30m", "2024-03-13T13:00:00-04:00", "2024-03-13T13:00:00-04:00");
}

#[test]
fn a_month_before_the_31st_is_the_end_of_the_month() {
    check_at(&reading_at("2024-03-31T12:00:00-04:00"), "1mo", "2024-02-29T12:00:00-05:00", "2024-02-29T12:00:00-05:00");
    check_at(&reading_at("2023-03-31T12:00:00-04:00"), "1 month ago", "2023-02-28T12:00:00-05:00", "2023-02-28T12:00:00-05:00");
    check_at(&reading_at("2024-02-29T12:00:00-05:00"), "1y", "2023-02-28T12:00:00-05:00", "2023-02-28T12:00:00-05:00");
    check_at(&reading_at("2024-03-31T12:00:00-04:00"), "last month", "2024-02-01T00:00:00-05:00", "2024-02-29T23:59:59-05:00");
    check_at(&reading_at("2024-01-31T12:00:00-05:00"), "last month", "2023-12-01T00:00:00-05:00", "2023-12-31T23:59:59-05:00");
}

#[test]
fn named_stretches_are_whole() {
    check("today", "2024-03-13T00:00:00-04:00", "2024-03-13T23:59:59-04:00");
    check("Yesterday", "2024-03-12T00:00:00-04:00", "2024-03-12T23:59:59-04:00");
    check("tomorrow", "2024-03-14T00:00:00-04:00", "2024-03-14T23:59:59-04:00");
    check("this week", "2024-03-11T00:00:00-04:00", "2024-03-17T23:59:59-04:00");
    check("last  week", "2024-03-04T00:00:00-05:00", "2024-03-10T23:59:59-04:00");
    check("last year", "2023-01-01T00:00:00-05:00", "2023-12-31T23:59:59-05:00");
    check_at(&reading_at("2024-03-10T23:30:00-04:00"), "this week", "2024-03-04T00:00:00-05:00", "2024-03-10T23:59:59-04:00");
}

#[test]
fn what_is_no_time_is_an_error() {
    for text in
        ["", " ", "rubbish", "2024-13", "2024-02-30", "2023-02-29", "24-03-01", "2024-03-01-05", "12:30", "3 parsecs ago", "d", "last", "-"]
    {
        refuse(text, TimeError::Unreadable);
    }
    for text in [
        "1968",
        "1950-01-01",
        "1969-12-31T23:59:59Z",
        "253402300800",
        "1709251200000",
        "99999999999999999999",
        "2000 years ago",
        "9000 years",
    ] {
        refuse(text, TimeError::OutOfRange);
    }
    check_at(&reading(), "1970-01-01", "1970-01-01T05:00:00Z", "1970-01-02T04:59:59Z");
    let east = Reading { now: Timestamp::UNIX_EPOCH, zone: TimeZone::fixed(jiff::tz::offset(8)) };
    check_at(&east, "1970", "1970-01-01T00:00:00Z", "1970-12-31T15:59:59Z");
}

#[test]
fn the_last_year_ends_with_all_times() {
    let span = read_time("9999", &Reading::utc(0)).unwrap();
    assert_eq!(span.until, limits::TIME.max);
}

#[test]
fn lengths_of_time_are_read_in_seconds() {
    for (text, expected) in [
        ("90", Ok(90)),
        ("2h", Ok(7_200)),
        ("3 days", Ok(259_200)),
        ("1w", Ok(604_800)),
        (" 1h 30m ", Ok(5_400)),
        ("1.5h", Ok(5_400)),
        ("0s", Ok(0)),
        ("1 month", Err(TimeError::NoFixedLength)),
        ("2y", Err(TimeError::NoFixedLength)),
        ("3 days ago", Err(TimeError::UnreadableSpan)),
        ("", Err(TimeError::UnreadableSpan)),
        ("soon", Err(TimeError::UnreadableSpan)),
        ("99999999999999999999", Err(TimeError::OutOfRange)),
        ("253402300800", Err(TimeError::OutOfRange)),
    ] {
        assert_eq!(read_span(text), expected, "{text}");
    }
}

proptest! {
    #[test]
    fn no_text_about_time_panics(text in "[0-9a-z:. /+-]{0,16}|\\PC{0,12}", now in any::<u64>()) {
        if let Ok(span) = read_time(&text, &Reading::utc(now)) {
            prop_assert!(span.from <= span.until && span.until <= limits::TIME.max);
        }
        if let Ok(seconds) = read_span(&text) {
            prop_assert!(seconds <= limits::TIME.max);
        }
    }

    #[test]
    fn a_printed_time_is_read_as_itself(second in 0..=253_402_207_200u64) {
        let text = Timestamp::from_second(second.try_into().unwrap()).unwrap().to_string();
        prop_assert_eq!(read_time(&text, &reading()), Ok(TimeSpan::second(second)));
        let local = calendar::time_text(second, &TimeZone::UTC);
        prop_assert_eq!(read_time(&local, &Reading::utc(0)), Ok(TimeSpan::second(second)));
    }
}
