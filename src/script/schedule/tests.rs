//! What people write about schedules, and when that is.

use proptest::prelude::*;

use super::*;
use crate::script::when::Zone;

const VIENNA: &str = "Europe/Vienna";

fn seconds(text: &str) -> u64 {
    text.parse::<jiff::Timestamp>().unwrap().as_second().try_into().unwrap()
}

fn shown(unix: u64, zone: &Zone) -> String {
    when::format(unix, "%Y-%m-%dT%H:%M:%S%:z", zone).unwrap()
}

#[track_caller]
fn check(text: &str, after: &str, expected: &[&str]) {
    let schedule = Schedule::parse(text, Some(VIENNA)).unwrap();
    let mut at = seconds(after);
    for expected in expected {
        at = schedule.next_after(at).unwrap();
        assert_eq!(shown(at, &schedule.zone), *expected, "{text}");
    }
}

/// A Tuesday.
const NOW: &str = "2026-11-24T10:00:00+01:00";

#[test]
fn lengths_of_time_are_counted_from_fixed_points() {
    check("15m", NOW, &["2026-11-24T10:15:00+01:00", "2026-11-24T10:30:00+01:00"]);
    check("every 90s", "2026-11-24T10:00:01+01:00", &["2026-11-24T10:01:30+01:00"]);
    check("1d", NOW, &["2026-11-25T00:00:00+01:00", "2026-11-26T00:00:00+01:00"]);
    check("1 week", NOW, &["2026-11-30T00:00:00+01:00", "2026-12-07T00:00:00+01:00"]);
}

#[test]
fn words_name_days_and_times_of_day() {
    check("9:00", NOW, &["2026-11-25T09:00:00+01:00", "2026-11-26T09:00:00+01:00"]);
    check("daily 9:00", NOW, &["2026-11-25T09:00:00+01:00"]);
    check("every day at 9:00, 17:30", NOW, &["2026-11-24T17:30:00+01:00", "2026-11-25T09:00:00+01:00"]);
    check("weekdays 9:00", "2026-11-27T10:00:00+01:00", &["2026-11-30T09:00:00+01:00"]);
    check("weekends 10:00", NOW, &["2026-11-28T10:00:00+01:00", "2026-11-29T10:00:00+01:00", "2026-12-05T10:00:00+01:00"]);
    check("mon,fri 9:00", NOW, &["2026-11-27T09:00:00+01:00", "2026-11-30T09:00:00+01:00"]);
    check("mon, wed and fri at 9:00", NOW, &["2026-11-25T09:00:00+01:00", "2026-11-27T09:00:00+01:00"]);
    check("Mondays 9am", NOW, &["2026-11-30T09:00:00+01:00", "2026-12-07T09:00:00+01:00"]);
    check("sat-mon noon", NOW, &["2026-11-28T12:00:00+01:00", "2026-11-29T12:00:00+01:00", "2026-11-30T12:00:00+01:00"]);
    check("monthly 1 9:00", NOW, &["2026-12-01T09:00:00+01:00", "2027-01-01T09:00:00+01:00"]);
    check("monthly 31 9:00", NOW, &["2026-12-31T09:00:00+01:00", "2027-01-31T09:00:00+01:00", "2027-03-31T09:00:00+02:00"]);
    check("monthly last 9:00", NOW, &["2026-11-30T09:00:00+01:00", "2026-12-31T09:00:00+01:00"]);
    check("hourly", NOW, &["2026-11-24T11:00:00+01:00"]);
    check("daily", NOW, &["2026-11-25T00:00:00+01:00"]);
    check("weekly", NOW, &["2026-11-30T00:00:00+01:00"]);
    check("monthly", NOW, &["2026-12-01T00:00:00+01:00"]);
}

#[test]
fn cron_is_read_with_five_fields_or_six() {
    check("*/15 9-17 * * mon-fri", NOW, &["2026-11-24T10:15:00+01:00"]);
    check("0 9 1 * *", NOW, &["2026-12-01T09:00:00+01:00"]);
    check("30 0 9 * * *", NOW, &["2026-11-25T09:00:30+01:00"]);
    check("@weekly", NOW, &["2026-11-29T00:00:00+01:00"]);
}

#[test]
fn where_the_clock_is_put_forward_a_missing_time_is_the_first_after_it() {
    check("2:30", "2026-03-28T12:00:00+01:00", &["2026-03-29T03:00:00+02:00", "2026-03-30T02:30:00+02:00"]);
    check("15m", "2026-03-29T01:45:00+01:00", &["2026-03-29T03:00:00+02:00", "2026-03-29T03:15:00+02:00"]);
    check("1d", "2026-03-28T12:00:00+01:00", &["2026-03-29T00:00:00+01:00", "2026-03-30T00:00:00+02:00"]);
    check("*/30 * * * *", "2026-03-29T01:30:00+01:00", &["2026-03-29T03:00:00+02:00"]);
}

#[test]
fn where_the_clock_is_put_back_a_time_of_day_is_due_once() {
    check("2:30", "2026-10-24T12:00:00+02:00", &["2026-10-25T02:30:00+02:00", "2026-10-26T02:30:00+01:00"]);
    check(
        "*/30 * * * *",
        "2026-10-25T02:00:00+02:00",
        &["2026-10-25T02:30:00+02:00", "2026-10-25T02:00:00+01:00", "2026-10-25T02:30:00+01:00"],
    );
}

#[test]
fn what_is_never_due_ends() {
    for text in ["0 0 31 2 *", "0 0 30 2 1"] {
        let schedule = Schedule::parse(text, Some("UTC")).unwrap();
        let next = schedule.next_after(seconds(NOW));
        assert!(next.is_none() || text.ends_with('1'), "{text}");
    }
    assert_eq!(Schedule::parse("daily 9:00", Some("UTC")).unwrap().next_after(u64::MAX), None);
    assert_eq!(Schedule::parse("1d", Some("UTC")).unwrap().next_after(u64::MAX), None);
    assert_eq!(Schedule::parse("15m", Some("UTC")).unwrap().next_after(u64::MAX), None);
}

#[test]
fn what_is_no_schedule_is_refused() {
    for text in [
        "",
        "every",
        "soon",
        "0s",
        "500ms",
        "daily 25:00",
        "9:00 daily tomorrow",
        "61 * * * *",
        "* * *",
        "monthly 32 9:00",
        "mon-xyz 9:00",
        "at",
    ] {
        let error = Schedule::parse(text, None).unwrap_err().to_string();
        assert!(error.contains("schedule"), "{text}: {error}");
    }
    assert!(Schedule::parse(&"9:00,".repeat(50), None).unwrap_err().to_string().contains("the limit is 200"));
    assert!(Schedule::parse("9:00", Some("Nowhere")).unwrap_err().to_string().contains("no time zone"));
}

#[test]
fn what_was_missed_is_answered_as_the_policy_says() {
    let schedule = Schedule::parse("1h", Some("UTC")).unwrap();
    let hour = |hour: u64| hour * 3_600;
    let catch = |now, policy| schedule.catch_up(hour(10), now, policy);
    assert_eq!(catch(hour(12) + 600, Missed::Once), Catch { times: vec![hour(12)], missed: 2, next: Some(hour(13)) });
    assert_eq!(catch(hour(12) + 600, Missed::Skip), Catch { times: vec![], missed: 3, next: Some(hour(13)) });
    assert_eq!(catch(hour(12) + 600, Missed::All), Catch { times: vec![hour(10), hour(11), hour(12)], missed: 0, next: Some(hour(13)) });
    for policy in [Missed::Once, Missed::Skip, Missed::All] {
        assert_eq!(catch(hour(10) + 2, policy), Catch { times: vec![hour(10)], missed: 0, next: Some(hour(11)) });
        assert_eq!(catch(hour(9), policy), Catch { times: vec![], missed: 0, next: Some(hour(10)) });
    }
    let late = Schedule::parse("1s", Some("UTC")).unwrap().catch_up(0, hour(10), Missed::All);
    assert_eq!((late.times.len(), late.next), (1_000, Some(hour(10) + 1)));
}

proptest! {
    #[test]
    fn no_text_about_schedules_panics(text in "([0-9]{1,2}|[*/,:@ -]|daily|mon|weekdays|monthly|last|9:00|h|m|L|#|\\?| ){0,10}|\\PC{0,12}", after in 0..5_000_000_000_u64) {
        if let Ok(schedule) = Schedule::parse(&text, Some(VIENNA))
            && let Some(next) = schedule.next_after(after)
        {
            prop_assert!(next > after, "{} {} {}", text, after, next);
            prop_assert_eq!(schedule.next_after(next - 1), Some(next), "the same schedule gives the same times");
        }
    }
}
