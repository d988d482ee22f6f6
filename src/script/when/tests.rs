//! What people write about times to come, and what it must mean.

use proptest::prelude::*;

use super::*;

/// The clock goes forward on 29 March 2026 at two, and back on 25 October at three.
fn vienna() -> Zone {
    zone("Europe/Vienna").unwrap()
}

fn seconds(text: &str) -> u64 {
    text.parse::<Timestamp>().unwrap().as_second().try_into().unwrap()
}

/// Tuesday, ten in the morning in Vienna.
const NOW: &str = "2026-11-24T10:00:00+01:00";

#[track_caller]
fn check(text: &str, expected: &str) {
    check_at(NOW, text, expected);
}

#[track_caller]
fn check_at(now: &str, text: &str, expected: &str) {
    let read = time(text, seconds(now), &vienna()).unwrap();
    let shown = super::format(read, "%Y-%m-%dT%H:%M:%S%:z", &vienna()).unwrap();
    assert_eq!(shown, expected, "{text}");
}

#[test]
fn lengths_of_time_have_units() {
    for (text, expected) in [
        ("15m", 900_000),
        ("2h30m", 9_000_000),
        ("2h 30m", 9_000_000),
        ("1d", 86_400_000),
        ("90s", 90_000),
        ("20ms", 20),
        ("2 weeks", 1_209_600_000),
        ("1.5h", 5_400_000),
        ("an hour", 3_600_000),
        ("half an hour", 1_800_000),
        ("1 hour and 5 minutes", 3_900_000),
        (" 10 Min ", 600_000),
    ] {
        assert_eq!(duration(text).map(|length| length.as_millis()), Ok(expected), "{text}");
    }
    for text in ["", "15", "m", "-5m", "5m ago", "1 month", "2y", "soon", "1:30", "9999999999w", "1e9h", "5 parsecs"] {
        let error = duration(text).unwrap_err().to_string();
        assert!(error.contains("is no length of time"), "{text}: {error}");
    }
}

#[test]
fn a_length_of_time_is_from_now() {
    check("2h", "2026-11-24T12:00:00+01:00");
    check("in 2h", "2026-11-24T12:00:00+01:00");
    check("2h 30m", "2026-11-24T12:30:00+01:00");
    check("in 2 weeks", "2026-12-08T10:00:00+01:00");
    check("90 seconds", "2026-11-24T10:01:30+01:00");
    check("in an hour", "2026-11-24T11:00:00+01:00");
    check("in 1 month", "2026-12-24T10:00:00+01:00");
    check("in 3 days at 9:00", "2026-11-27T09:00:00+01:00");
    check("now", "2026-11-24T10:00:00+01:00");
}

#[test]
fn a_time_of_day_is_the_next_one() {
    check("9:00", "2026-11-25T09:00:00+01:00");
    check("10:00", "2026-11-25T10:00:00+01:00");
    check("10:01", "2026-11-24T10:01:00+01:00");
    check("at 18:30:15", "2026-11-24T18:30:15+01:00");
    check("at 9", "2026-11-25T09:00:00+01:00");
    check("9am", "2026-11-25T09:00:00+01:00");
    check("9:30 pm", "2026-11-24T21:30:00+01:00");
    check("12am", "2026-11-25T00:00:00+01:00");
    check("noon", "2026-11-24T12:00:00+01:00");
    check("midnight", "2026-11-25T00:00:00+01:00");
}

#[test]
fn a_day_is_named_or_dated() {
    check("fri 9:00", "2026-11-27T09:00:00+01:00");
    check("9:00 friday", "2026-11-27T09:00:00+01:00");
    check("Friday at 9:00", "2026-11-27T09:00:00+01:00");
    check("on fri, 9:00", "2026-11-27T09:00:00+01:00");
    check("tue 9:00", "2026-12-01T09:00:00+01:00");
    check("tue 11:00", "2026-11-24T11:00:00+01:00");
    check("next tue 11:00", "2026-12-01T11:00:00+01:00");
    check("next monday", "2026-11-30T09:00:00+01:00");
    check("next week", "2026-11-30T09:00:00+01:00");
    check("tomorrow 8:30", "2026-11-25T08:30:00+01:00");
    check("tomorrow", "2026-11-25T09:00:00+01:00");
    check("today at 8:00", "2026-11-24T08:00:00+01:00");
    check("tonight", "2026-11-24T20:00:00+01:00");
    check("tonight at 22:00", "2026-11-24T22:00:00+01:00");
    check("2026-12-01 10:00", "2026-12-01T10:00:00+01:00");
    check("2026/12/1", "2026-12-01T09:00:00+01:00");
    check("1 dec 10:00", "2026-12-01T10:00:00+01:00");
    check("December 1st", "2026-12-01T09:00:00+01:00");
    check("1 jan", "2027-01-01T09:00:00+01:00");
    check("29 feb", "2028-02-29T09:00:00+01:00");
    check("dec 1 2027 10:00", "2027-12-01T10:00:00+01:00");
    check("2026-12-01T10:00:00Z", "2026-12-01T11:00:00+01:00");
    check("2026-12-01T10:00:00+08:00", "2026-12-01T03:00:00+01:00");
    check("2026-12-01T10:00:00", "2026-12-01T10:00:00+01:00");
}

#[test]
fn a_time_that_there_is_not_is_as_much_later() {
    let evening = "2026-03-28T22:00:00+01:00";
    check_at(evening, "2:30", "2026-03-29T03:30:00+02:00");
    check_at(evening, "1d", "2026-03-29T22:00:00+02:00");
    check_at(evening, "24h", "2026-03-29T23:00:00+02:00");
}

#[test]
fn of_a_time_that_comes_twice_the_first_is_meant_that_is_not_past() {
    check_at("2026-10-25T01:00:00+02:00", "2:30", "2026-10-25T02:30:00+02:00");
    check_at("2026-10-25T02:40:00+02:00", "2:30", "2026-10-25T02:30:00+01:00");
    check_at("2026-10-25T02:40:00+01:00", "2:30", "2026-10-26T02:30:00+01:00");
}

#[test]
fn what_is_no_time_is_refused() {
    for text in
        ["", "9", "25:00", "9:5", "soon", "2026-13-01", "30 feb", "next", "fr 9:00", "13pm", "in", "at", "9:00 9:00", "tomorrow tomorrow"]
    {
        let error = time(text, seconds(NOW), &vienna()).unwrap_err().to_string();
        assert!(error.contains("is no time"), "{text}: {error}");
    }
    assert!(zone("Europe/Nowhere").unwrap_err().to_string().contains("is no time zone"));
}

#[test]
fn the_longest_beginning_that_is_a_time_is_taken() {
    for (text, expected) in [
        ("fri 9:00 rent", Some(("fri 9:00", "rent"))),
        ("2h stretch your legs", Some(("2h", "stretch your legs"))),
        ("in 2 h  30 m  tea", Some(("in 2 h 30 m", "tea"))),
        ("tomorrow buy 2 eggs", Some(("tomorrow", "buy 2 eggs"))),
        ("2026-12-01 10:00", Some(("2026-12-01 10:00", ""))),
        ("2h\u{3000}喝水", Some(("2h", "喝水"))),
        ("rent fri 9:00", None),
        ("", None),
    ] {
        let now = seconds(NOW);
        let expected = expected.map(|(text, rest)| (time(text, now, &vienna()).unwrap(), rest));
        assert_eq!(prefix(text, now, &vienna()), expected, "{text}");
    }
}

#[test]
fn a_moment_is_told_as_people_do() {
    for (at, expected) in [
        ("2026-11-24T12:00:00+01:00", "in 2 h"),
        ("2026-11-24T11:30:00+01:00", "in 1 h 30 min"),
        ("2026-11-24T10:15:20+01:00", "in 15 min"),
        ("2026-11-24T10:00:20+01:00", "in a moment"),
        ("2026-11-24T21:00:00+01:00", "today at 21:00"),
        ("2026-11-25T09:00:00+01:00", "tomorrow at 9:00"),
        ("2026-11-27T09:00:00+01:00", "on Fri 27 Nov at 9:00"),
        ("2027-01-04T09:00:00+01:00", "on Mon 4 Jan at 9:00"),
        ("2028-01-04T09:00:00+01:00", "on Tue 4 Jan 2028 at 9:00"),
        ("2026-11-24T09:00:00+01:00", "1 h ago"),
        ("2026-11-23T09:00:00+01:00", "yesterday at 9:00"),
    ] {
        assert_eq!(friendly(seconds(at), seconds(NOW), &vienna()), expected);
    }
}

#[test]
fn a_pattern_for_times_is_checked() {
    let now = seconds(NOW);
    assert_eq!(super::format(now, "%Y/%m", &vienna()).unwrap(), "2026/11");
    assert!(super::format(now, "%!", &vienna()).unwrap_err().to_string().contains("is no pattern for times"));
    assert!(super::format(now, &"x".repeat(2_000), &vienna()).unwrap_err().to_string().contains("the limit is 1024"));
    assert!(super::format(u64::MAX, "%Y", &vienna()).is_err());
}

proptest! {
    #[test]
    fn no_text_about_times_panics(text in "([0-9]{1,4}|[-:/ ,.]|am|pm|at|in|next|fri|dec|tomorrow|h|m|days| ){0,8}|\\PC{0,12}", now in any::<u64>()) {
        let _ = duration(&text);
        let _ = time(&text, now, &vienna());
        if let Some((_, rest)) = prefix(&text, now, &vienna()) {
            prop_assert!(text.ends_with(rest));
        }
        let _ = friendly(now, now / 2, &vienna());
        let _ = friendly(now / 2, now, &vienna());
        let _ = super::format(now, &text, &vienna());
    }

    #[test]
    fn a_time_is_read_from_what_stands_behind_it_too(hour in 0..24_u8, minute in 0..60_u8, now in 0..4_000_000_000_u64) {
        let text = format!("{hour}:{minute:02} drink water");
        let (at, rest) = prefix(&text, now, &vienna()).unwrap();
        prop_assert_eq!(rest, "drink water");
        prop_assert!(at > now && at <= now + 50 * 3_600);
    }
}
