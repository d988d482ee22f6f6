//! The moments of lines: what a line does not say about its time is carried on from the name of the file and from the lines before.

use jiff::civil::{Date, Time};
use jiff::tz::{Offset, TimeZone};

use super::stamp::{Day, Stamp};

/// Seconds by which times may fall inside one day: clocks are set, and lines come late.
const FALL: u32 = 60 * 60;
/// The same in a file that holds one day by its name: its times fall by as much as that only when it holds more.
const FALL_IN_A_DAY: u32 = 12 * 60 * 60;
/// The day of a file that does not tell its own.
const NO_DAY: Date = Date::constant(1970, 1, 1);
/// The year of a file that does not tell its own: one that has every day.
const NO_YEAR: i16 = 1972;

pub(super) struct Clock<'a> {
    zone: &'a TimeZone,
    day: Option<Date>,
    /// The day is the one in the name of the file.
    is_named: bool,
    /// Second of the day of the last line.
    last: u32,
    /// Some time had no zone.
    pub(super) lacks_zone: bool,
    /// Some line had no day, whatever came before it.
    pub(super) lacks_day: bool,
    /// Some line had no year.
    pub(super) lacks_year: bool,
}

impl<'a> Clock<'a> {
    pub(super) fn new(zone: &'a TimeZone) -> Self {
        Self { zone, day: None, is_named: false, last: 0, lacks_zone: false, lacks_day: false, lacks_year: false }
    }

    /// Another file begins, of this day where its name tells one.
    pub(super) fn begin_file(&mut self, day: Option<Date>) {
        (self.day, self.is_named, self.last) = (day, day.is_some(), 0);
    }

    /// The file says that this day begins.
    pub(super) fn begin_day(&mut self, day: Date) {
        (self.day, self.is_named, self.last) = (Some(day), false, 0);
    }

    /// Unix seconds of a line; `None` for a day that is none, and for times before 1970.
    pub(super) fn moment(&mut self, stamp: Stamp) -> Option<u64> {
        let day = match stamp.day {
            Day::Full(date) => date,
            Day::Yearless(month, day) => self.in_year(month, day)?,
            Day::Carried => self.carried(stamp.second)?,
        };
        (self.day, self.last) = (Some(day), stamp.second);
        let second = stamp.second;
        let part = |number: u32| i8::try_from(number).ok();
        let time = Time::new(part(second / 3600)?, part(second / 60 % 60)?, part(second % 60)?, 0).ok()?;
        let moment = match stamp.offset {
            Some(offset) => Offset::from_seconds(offset).ok()?.to_timestamp(day.to_datetime(time)).ok()?,
            None => {
                self.lacks_zone = true;
                self.zone.to_ambiguous_timestamp(day.to_datetime(time)).compatible().ok()?
            }
        };
        u64::try_from(moment.as_second()).ok()
    }

    /// The day in the year that is nearest to what came before.
    fn in_year(&mut self, month: i8, day: i8) -> Option<Date> {
        let Some(before) = self.day else {
            self.lacks_year = true;
            return Date::new(NO_YEAR, month, day).ok();
        };
        let years = [before.year(), before.year() + 1, before.year() - 1];
        let dates = years.into_iter().filter_map(|year| Date::new(year, month, day).ok());
        dates.min_by_key(|date| date.since(before).map_or(i32::MAX, |span| span.get_days().abs()))
    }

    fn carried(&mut self, second: u32) -> Option<Date> {
        let Some(day) = self.day else {
            self.lacks_day = true;
            return Some(NO_DAY);
        };
        let fall = if self.is_named { FALL_IN_A_DAY } else { FALL };
        if self.last > second + fall { day.tomorrow().ok() } else { Some(day) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    static ZONE: TimeZone = TimeZone::UTC;

    fn at(day: Day, hour: u32, minute: u32) -> Stamp {
        Stamp { day, second: hour * 3600 + minute * 60, offset: None }
    }

    fn shown(moment: Option<u64>) -> String {
        jiff::Timestamp::from_second(i64::try_from(moment.unwrap()).unwrap()).unwrap().to_string()
    }

    #[test]
    fn times_that_fall_begin_another_day() {
        let mut clock = Clock::new(&ZONE);
        clock.begin_day(Date::constant(2018, 12, 31));
        assert_eq!(shown(clock.moment(at(Day::Carried, 23, 59))), "2018-12-31T23:59:00Z");
        assert_eq!(shown(clock.moment(at(Day::Carried, 0, 1))), "2019-01-01T00:01:00Z");
        assert_eq!(shown(clock.moment(at(Day::Carried, 0, 0))), "2019-01-01T00:00:00Z", "a clock that was set back is no other day");
    }

    #[test]
    fn a_file_of_one_day_stays_in_it() {
        let mut clock = Clock::new(&ZONE);
        clock.begin_file(Some(Date::constant(2018, 12, 31)));
        clock.moment(at(Day::Carried, 3, 0));
        assert_eq!(shown(clock.moment(at(Day::Carried, 1, 30))), "2018-12-31T01:30:00Z");
    }

    #[test]
    fn a_day_without_a_year_is_the_nearest_one() {
        let mut clock = Clock::new(&ZONE);
        clock.begin_day(Date::constant(2018, 12, 30));
        assert_eq!(shown(clock.moment(at(Day::Yearless(12, 31), 23, 0))), "2018-12-31T23:00:00Z");
        assert_eq!(shown(clock.moment(at(Day::Yearless(1, 1), 0, 0))), "2019-01-01T00:00:00Z");
        assert!(!clock.lacks_year && clock.lacks_zone);
    }

    #[test]
    fn without_any_day_the_order_stays_and_it_is_told() {
        let mut clock = Clock::new(&ZONE);
        clock.begin_file(None);
        let (late, early) = (clock.moment(at(Day::Carried, 23, 0)), clock.moment(at(Day::Carried, 1, 0)));
        assert!(late < early && clock.lacks_day);
    }
}
