//! Schedules: when a timer that comes again is due.

use std::time::Duration;

use croner::Cron;
use croner::parser::CronParser;
use jiff::ToSpan;
use jiff::civil::{Date, Weekday};

use super::op::{Missed, Misuse};
use super::when::{self, Zone};

/// The longest text of a schedule, bytes.
const MAX_TEXT: usize = 200;
/// The most missed times that are answered each.
const MAX_MISSED: usize = 1_000;
/// What is not later than this was not missed, seconds.
const ON_TIME: u64 = 60;
/// The Monday from which days and weeks are counted.
const FIRST_MONDAY: Date = Date::constant(1970, 1, 5);

/// When something is due, again and again.
///
/// | text | due |
/// |---|---|
/// | `15m`, `2h`, `every 90s` | at whole multiples since 1970, so that a restart changes nothing |
/// | `1d`, `2 weeks` | at midnight, counted in days and weeks from a Monday |
/// | `9:00`, `daily 9:00`, `every day at 9:00, 17:30` | each day |
/// | `weekdays 9:00`, `weekends 10:00`, `mon,fri 9:00`, `mon-thu 9am` | on these days |
/// | `monthly 1 9:00`, `monthly last 9:00` | on this day of each month that has it |
/// | `hourly`, `daily`, `weekly`, `monthly` | at the start of each |
/// | `*/15 9-17 * * mon-fri` | as cron says it, with five fields, or six beginning with seconds |
///
/// Clocks are those of the zone. A time that there is not, where a clock is put forward, is the first second after it; one that comes twice is the
/// first of both. What cron says with `*` or steps runs through both.
#[derive(Clone, Debug)]
pub(super) struct Schedule {
    zone: Zone,
    due: Due,
}

#[derive(Clone, Debug)]
enum Due {
    /// Every so many seconds.
    Seconds(u64),
    /// Every so many days, at midnight.
    Days(i64),
    /// Whenever one of these is.
    Clock(Vec<Cron>),
}

/// What to do about a timer that has been due.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Catch {
    /// The times that are answered, in order, Unix seconds.
    pub(super) times: Vec<u64>,
    /// How many other times have passed, which are not.
    pub(super) missed: u64,
    /// When it is due next; `None`: never again.
    pub(super) next: Option<u64>,
}

impl Schedule {
    /// Reads a schedule. `zone`: an IANA name; without one, the machine's zone.
    ///
    /// # Errors
    /// [`Misuse`] with what is wrong.
    pub(super) fn parse(text: &str, zone: Option<&str>) -> Result<Self, Misuse> {
        let zone = zone.map_or_else(|| Ok(when::local_zone()), when::zone)?;
        let text = text.trim().to_lowercase();
        if text.len() > MAX_TEXT {
            return Err(Misuse(format!("a schedule is {} bytes, the limit is {MAX_TEXT}", text.len())));
        }
        let bare = text.strip_prefix("every ").unwrap_or(&text).trim();
        if let Ok(length) = when::duration(bare) {
            return Ok(Self { zone, due: regular(length)? });
        }
        let fields = if is_cron(&text) { vec![text.clone()] } else { words(bare).ok_or_else(|| unread(&text))? };
        let crons = fields
            .iter()
            .map(|fields| CronParser::new().parse(fields).map_err(|error| Misuse(format!("{text:?} is no schedule: {error}"))));
        Ok(Self { zone, due: Due::Clock(crons.collect::<Result<_, _>>()?) })
    }

    /// The first time behind `after` at which it is due, Unix seconds; `None` if there is none.
    pub(super) fn next_after(&self, after: u64) -> Option<u64> {
        match &self.due {
            Due::Seconds(seconds) => Some((after / seconds).checked_add(1)?.checked_mul(*seconds)?),
            Due::Days(days) => self.next_day(after, *days),
            Due::Clock(crons) => {
                let after = when::zoned(after, &self.zone)?;
                let next = crons.iter().filter_map(|cron| cron.find_next_occurrence(&after, false).ok());
                next.min().and_then(|next| next.timestamp().as_second().try_into().ok())
            }
        }
    }

    /// The first midnight behind `after` of a day whose number is a multiple of `days`.
    fn next_day(&self, after: u64, days: i64) -> Option<u64> {
        let after = when::zoned(after, &self.zone)?;
        let passed = i64::from(FIRST_MONDAY.until(after.date()).ok()?.get_days());
        let first = passed.div_euclid(days).checked_mul(days)?;
        // Where midnight is left out, the day begins later, and may begin behind `after`.
        [first, first.checked_add(days)?].into_iter().find_map(|day| {
            let date = FIRST_MONDAY.checked_add(day.days()).ok()?;
            let start = date.to_zoned(self.zone.clone()).ok()?;
            if start > after { start.timestamp().as_second().try_into().ok() } else { None }
        })
    }

    /// What to do at `now` about a timer that was due at `due`, and perhaps again since then. What is a minute late at most was not missed.
    ///
    /// At most 1,000 times are looked at; those behind them are passed over.
    pub(super) fn catch_up(&self, due: u64, now: u64, policy: Missed) -> Catch {
        let mut times = Vec::new();
        let mut next = Some(due);
        while let Some(time) = next.filter(|&time| time <= now && times.len() < MAX_MISSED) {
            times.push(time);
            next = self.next_after(time);
        }
        let is_cut = next.is_some_and(|next| next <= now);
        if is_cut {
            next = self.next_after(now);
        }
        let passed = times.len();
        if policy != Missed::All {
            let is_answered = |last: &u64| policy == Missed::Once || (!is_cut && now - last <= ON_TIME);
            times = times.pop().filter(is_answered).into_iter().collect();
        }
        Catch { missed: (passed - times.len()) as u64, times, next }
    }
}

fn regular(length: Duration) -> Result<Due, Misuse> {
    const DAY: u64 = 86_400;
    let seconds = length.as_secs();
    if seconds == 0 || length.subsec_nanos() != 0 {
        return Err(Misuse("a schedule is in whole seconds, and at least one".to_owned()));
    }
    match i64::try_from(seconds / DAY) {
        Ok(days) if seconds.is_multiple_of(DAY) => Ok(Due::Days(days)),
        _ => Ok(Due::Seconds(seconds)),
    }
}

/// Five or six fields of which the first is no word, or a name of cron's such as `@daily`.
fn is_cron(text: &str) -> bool {
    let is_number = text.starts_with(|c: char| c.is_ascii_digit() || c == '*');
    text.starts_with('@') || (is_number && !text.contains(':') && matches!(text.split_whitespace().count(), 5 | 6))
}

/// The cron fields of a schedule in words: one line for each time of day.
fn words(text: &str) -> Option<Vec<String>> {
    let text = text.replace(',', " ").replace('–', "-");
    let words: Vec<&str> =
        text.split_whitespace().filter(|word| !matches!(*word, "at" | "and" | "on" | "every" | "each" | "the")).collect();
    let (mut days, mut month_days) = (Vec::new(), Vec::new());
    let mut clocks = Vec::new();
    let mut is_monthly = false;
    let mut is_named = false;
    for (place, word) in words.iter().enumerate() {
        if let Some(clock) = when::clock(&[word]) {
            clocks.push((clock.second(), clock.minute(), clock.hour()));
            continue;
        }
        // Days stand before the times of day.
        if !clocks.is_empty() {
            return None;
        }
        match *word {
            "hourly" | "hour" if words.len() == 1 => return Some(vec!["0 0 * * * *".to_owned()]),
            "minute" if words.len() == 1 => return Some(vec!["0 * * * * *".to_owned()]),
            "daily" | "day" => {}
            "weekly" | "week" if place == 0 => is_named = true,
            "monthly" | "month" if place == 0 => is_monthly = true,
            "last" if is_monthly => month_days.push("L".to_owned()),
            "weekdays" | "weekday" => days.push("1-5".to_owned()),
            "weekends" | "weekend" => days.push("6,0".to_owned()),
            word if is_monthly => {
                let digits = ["st", "nd", "rd", "th", "."].into_iter().find_map(|end| word.strip_suffix(end)).unwrap_or(word);
                let day: u8 = digits.parse().ok().filter(|day| (1..=31).contains(day))?;
                month_days.push(day.to_string());
            }
            word => days.push(weekdays(word)?),
        }
    }
    if words.is_empty() {
        return None;
    }
    if is_named && days.is_empty() {
        days.push("1".to_owned());
    }
    if is_monthly && month_days.is_empty() {
        month_days.push("1".to_owned());
    }
    let or_all = |parts: Vec<String>| if parts.is_empty() { "*".to_owned() } else { parts.join(",") };
    let (month_days, days) = (or_all(month_days), or_all(days));
    if clocks.is_empty() {
        clocks.push((0, 0, 0));
    }
    Some(clocks.into_iter().map(|(second, minute, hour)| format!("{second} {minute} {hour} {month_days} * {days}")).collect())
}

/// One day of the week, or several from one to another, as cron counts them from Sunday.
fn weekdays(word: &str) -> Option<String> {
    let number = |word: &str| {
        when::weekday(word.strip_suffix('s').filter(|word| word.len() > 3).unwrap_or(word)).map(Weekday::to_sunday_zero_offset)
    };
    match word.split_once('-') {
        None => Some(number(word)?.to_string()),
        Some((from, to)) => {
            let (from, to) = (number(from)?, number(to)?);
            // Over the end of the week, cron has no such range.
            let days = (0..=(to - from).rem_euclid(7)).map(|day| ((from + day) % 7).to_string());
            Some(days.collect::<Vec<_>>().join(","))
        }
    }
}

fn unread(text: &str) -> Misuse {
    Misuse(format!(
        "{text:?} is no schedule: write 15m, daily 9:00, weekdays 9:00, mon,fri 9:00, monthly 1 9:00, hourly, or five fields of cron"
    ))
}

#[cfg(test)]
mod tests;
