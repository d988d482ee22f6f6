//! Which number of a date is what, by the order of a file, and which day that is in the calendars that phones have.

use jiff::ToSpan as _;
use jiff::civil::Date;

use super::header::{Header, Number};

/// In which order day, month and year stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Order {
    DayMonthYear,
    MonthDayYear,
    YearMonthDay,
    YearDayMonth,
}

impl Order {
    pub(super) const ALL: [Self; 4] = [Self::DayMonthYear, Self::MonthDayYear, Self::YearMonthDay, Self::YearDayMonth];

    /// Where year, month and day stand.
    pub(super) fn places(self) -> [usize; 3] {
        match self {
            Self::DayMonthYear => [2, 1, 0],
            Self::MonthDayYear => [2, 0, 1],
            Self::YearMonthDay => [0, 1, 2],
            Self::YearDayMonth => [0, 2, 1],
        }
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::DayMonthYear => "day/month/year",
            Self::MonthDayYear => "month/day/year",
            Self::YearMonthDay => "year/month/day",
            Self::YearDayMonth => "year/day/month",
        }
    }

    /// The order with the same place for the year.
    pub(super) fn rival(self) -> Self {
        match self {
            Self::DayMonthYear => Self::MonthDayYear,
            Self::MonthDayYear => Self::DayMonthYear,
            Self::YearMonthDay => Self::YearDayMonth,
            Self::YearDayMonth => Self::YearMonthDay,
        }
    }
}

/// How years are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Calendar {
    Gregorian,
    /// Years since the Buddha, 543 more.
    Buddhist,
    /// Solar years since the Hijra.
    Persian,
    /// Lunar years since the Hijra, by the civil rule: a day may be off where a country follows the moon.
    Islamic,
    /// Years of the Republic of China, 1911 less.
    Minguo,
    /// Years of an emperor.
    Japanese,
}

impl Calendar {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Gregorian => "Gregorian",
            Self::Buddhist => "Buddhist",
            Self::Persian => "Persian",
            Self::Islamic => "Islamic, by the civil rule",
            Self::Minguo => "Minguo",
            Self::Japanese => "Japanese",
        }
    }

    /// The calendar in which a year is one of WhatsApp's time, and the year as the day is counted in it.
    fn of(year: Number, era: Option<i16>) -> Option<(Self, i16)> {
        let value = i16::try_from(year.value).ok()?;
        if let Some(before) = era {
            return Some((Self::Japanese, value + before));
        }
        match (year.digits, value) {
            (4, 1970..=2199) => Some((Self::Gregorian, value)),
            (4, 2513..=2742) => Some((Self::Buddhist, value - 543)),
            (4, 1387..=1425) => Some((Self::Persian, value)),
            (4, 1430..=1480) => Some((Self::Islamic, value)),
            (3, 98..=199) => Some((Self::Minguo, value + 1911)),
            (2, 0..=50) => Some((Self::Gregorian, value + 2000)),
            (2, 51..=99) => Some((Self::Buddhist, value + 2500 - 543)),
            _ => None,
        }
    }
}

/// What makes a date none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct NoDate {
    /// The place of the number that cannot be what it were.
    pub(super) place: usize,
}

/// The day of a header when its numbers stand in this order.
///
/// # Errors
/// [`NoDate`] where no day is meant.
pub(super) fn day(header: &Header<'_>, order: Order) -> Result<(Date, Calendar), NoDate> {
    let [year, month, day] = order.places();
    let bad = |place| NoDate { place };
    let era = header.era.filter(|_| year == 0);
    let (calendar, y) = Calendar::of(header.date[year], era).ok_or(bad(year))?;
    let small = |place: usize, most: u16| match header.date[place] {
        Number { value, digits: 1 | 2 } if (1..=most).contains(&value) => i8::try_from(value).map_err(|_| bad(place)),
        _ => Err(bad(place)),
    };
    let (m, d) = (small(month, 12)?, small(day, 31)?);
    let date = match calendar {
        Calendar::Persian => persian(y, m, d),
        Calendar::Islamic => islamic(y, m, d),
        _ => Date::new(y, m, d).ok(),
    };
    Ok((date.ok_or(bad(day))?, calendar))
}

/// A day of the solar Hijri calendar, by the rule of 33 years, which holds from 1210 to 1503.
fn persian(year: i16, month: i8, day: i8) -> Option<Date> {
    let count = |year: i64, month: i64, day: i64| {
        let months = if month < 7 { (month - 1) * 31 } else { (month - 7) * 30 + 186 };
        let year = year + 1595;
        365 * year + year / 33 * 8 + (year % 33 + 3) / 4 + months + day
    };
    let days = count(year.into(), month.into(), day.into()) - count(1403, 1, 1);
    let long = day <= 30 || month <= 6;
    Date::new(2024, 3, 20).ok()?.checked_add(days.days()).ok().filter(|_| long)
}

/// A day of the lunar Hijri calendar, by the rule of 30 years.
fn islamic(year: i16, month: i8, day: i8) -> Option<Date> {
    let count = |year: i64, month: i64, day: i64| (11 * year + 3) / 30 + 354 * year + 30 * month - (month - 1) / 2 + day;
    let days = count(year.into(), month.into(), day.into()) - count(1446, 1, 1);
    Date::new(2024, 7, 8).ok()?.checked_add(days.days()).ok().filter(|_| day <= 30)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::importers::whatsapp::header;

    #[track_caller]
    fn check(line: &str, order: Order, expected: &str) {
        let header = header::read(line).unwrap();
        assert_eq!(day(&header, order).unwrap().0.to_string(), expected, "{line}");
    }

    #[test]
    fn years_of_other_calendars_are_days_of_ours() {
        check("1/12/2567, 14:30 - A: b", Order::DayMonthYear, "2024-12-01");
        check("1/12/67, 14:30 - A: b", Order::DayMonthYear, "2024-12-01");
        check("۱۴۰۳/۱/۱،\u{200f} ۱۴:۳۰ - A: b", Order::YearMonthDay, "2024-03-20");
        check("1403/12/30, 14:30 - A: b", Order::YearMonthDay, "2025-03-20");
        check("1404/1/1, 14:30 - A: b", Order::YearMonthDay, "2025-03-21");
        check("1/7/1446, 14:30 - A: b", Order::DayMonthYear, "2025-01-01");
        check("[R6/12/01 14:30:00] A: b", Order::YearMonthDay, "2024-12-01");
        check("113/12/1 下午2:30 - A: b", Order::YearMonthDay, "2024-12-01");
    }
}
