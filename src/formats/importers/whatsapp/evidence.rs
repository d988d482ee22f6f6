//! What the dates of a file tell about the order of their numbers: which orders are none, run backward, or leap.

use jiff::civil::Date;

use super::dates::{self, Order};
use super::header::{Header, Number};

/// Everything that was seen, in memory that does not grow.
#[derive(Default)]
pub(super) struct Evidence {
    /// By [`Order::ALL`].
    orders: [Seen; 4],
    last: Option<[Number; 3]>,
    /// Some number below ten stands without a zero before it.
    pub(super) is_bare: bool,
    /// Some number has a zero before it.
    pub(super) is_padded: bool,
    /// Years have four digits.
    pub(super) has_long_years: bool,
}

/// How well one order fits.
#[derive(Default)]
struct Seen {
    /// Dates that are none, and the first of them: its line, the place of the number that does not fit, and the number.
    wrong: u64,
    first_wrong: Option<(u64, usize, u16)>,
    /// Steps back of more than a day.
    back: u64,
    /// Days from each date to the next.
    way: u64,
    last: Option<Date>,
}

/// The order, and why.
pub(super) struct Decision {
    pub(super) order: Order,
    pub(super) why: String,
}

impl Evidence {
    pub(super) fn add(&mut self, line: u64, header: &Header<'_>) {
        if self.last == Some(header.date) {
            return;
        }
        self.last = Some(header.date);
        self.has_long_years |= header.date.iter().any(|number| number.digits == 4);
        self.is_bare |= header.date.iter().any(|number| number.digits == 1);
        self.is_padded |= header.date.iter().any(|number| number.digits == 2 && number.value < 10);
        for (seen, order) in self.orders.iter_mut().zip(Order::ALL) {
            match dates::day(header, order) {
                Err(wrong) => {
                    seen.wrong += 1;
                    seen.first_wrong.get_or_insert((line, wrong.place, header.date[wrong.place].value));
                }
                Ok((date, _)) => {
                    if let Some(last) = seen.last {
                        let days = (date - last).get_days();
                        seen.back += u64::from(days < -1);
                        seen.way += u64::from(days.unsigned_abs());
                    }
                    seen.last = Some(date);
                }
            }
        }
    }

    /// The order that fits best. `usual` is the one that is taken where several fit as well, with the reason.
    pub(super) fn decide(&self, usual: (Order, &str)) -> Decision {
        let rank = |order: &Order| {
            let seen = self.seen(*order);
            (seen.wrong, seen.back, seen.way, *order != usual.0, Order::ALL.iter().position(|other| other == order))
        };
        let order = Order::ALL.into_iter().min_by_key(rank).unwrap_or(usual.0);
        let (taken, rival) = (self.seen(order), self.seen(order.rival()));
        const PLACES: [&str; 3] = ["first", "second", "third"];
        let why = if rival.wrong > taken.wrong {
            let (line, place, number) = rival.first_wrong.unwrap_or_default();
            format!("{number} in the {} place of line {line}", PLACES.get(place).unwrap_or(&""))
        } else if rival.back > taken.back {
            format!("dates run backward {} times, {} times otherwise", taken.back, rival.back)
        } else if rival.way > taken.way {
            format!("the days from message to message come to {}, to {} otherwise", taken.way, rival.way)
        } else {
            format!("the dates fit either way; {}", usual.1)
        };
        Decision { order, why }
    }

    /// The first number of every date can only be a year.
    pub(super) fn begins_with_year(&self) -> bool {
        let [first, _, fewest, _] = self.orders.each_ref().map(|seen| seen.wrong);
        fewest == 0 && first > 0
    }

    fn seen(&self, order: Order) -> &Seen {
        let at = Order::ALL.iter().position(|other| *other == order).unwrap_or(0);
        &self.orders[at]
    }
}
