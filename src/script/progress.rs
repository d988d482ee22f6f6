//! How far a script has come in the journal: one cursor, and what is done beyond it. What is not done comes again after a crash.

use std::collections::{BTreeMap, BTreeSet};

use crate::store::JournalNo;

/// What has to be written together with a run so that it is not repeated.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Passed {
    /// The cursor's new place, if it moves.
    pub(super) cursor: Option<JournalNo>,
    /// This handler's part of this event is done, although the cursor does not pass it yet.
    pub(super) done: Option<(JournalNo, String)>,
    /// Notes of parts that the cursor has passed, and that can go.
    pub(super) forgotten: Vec<(JournalNo, String)>,
}

/// One script's way through the journal.
#[derive(Debug)]
pub(super) struct Progress {
    /// Everything up to here is done, and noted.
    cursor: JournalNo,
    /// Everything up to here is read.
    position: JournalNo,
    /// Read, but not all done: how many handlers have still to deal with it.
    open: BTreeMap<JournalNo, usize>,
    /// Parts behind the cursor that are noted as done.
    done: BTreeSet<(JournalNo, String)>,
}

impl Progress {
    /// As it was noted: the cursor, and the parts beyond it that are done.
    pub(super) fn new(cursor: JournalNo, done: impl IntoIterator<Item = (JournalNo, String)>) -> Self {
        Self { cursor, position: cursor, open: BTreeMap::new(), done: done.into_iter().collect() }
    }

    /// Everything up to here is read.
    pub(super) fn position(&self) -> JournalNo {
        self.position
    }

    /// Everything up to here is done and noted.
    pub(super) fn cursor(&self) -> JournalNo {
        self.cursor
    }

    /// Everything up to here is done, noted or not.
    pub(super) fn low(&self) -> JournalNo {
        self.open.first_key_value().map_or(self.position, |(no, _)| JournalNo(no.0 - 1))
    }

    /// Parts that are done behind the cursor.
    pub(super) fn noted(&self) -> usize {
        self.done.len()
    }

    /// Events that are read and not done.
    pub(super) fn open(&self) -> usize {
        self.open.len()
    }

    /// Whether this part was done before a crash.
    pub(super) fn is_done(&self, no: JournalNo, label: &str) -> bool {
        !self.done.is_empty() && self.done.contains(&(no, label.to_owned()))
    }

    /// Notes that everything up to `no` is read.
    pub(super) fn read_up_to(&mut self, no: JournalNo) {
        self.position = self.position.max(no);
    }

    /// Notes that so many handlers have still to deal with an event that was just read.
    pub(super) fn begin(&mut self, no: JournalNo, parts: usize) {
        if parts > 0 {
            *self.open.entry(no).or_default() += parts;
        }
    }

    /// Notes that a handler is done with an event. Whoever calls this writes what is returned, in the order of the calls.
    pub(super) fn finish(&mut self, no: JournalNo, label: &str) -> Passed {
        self.finish_unnoted(no);
        let mut passed = self.advance();
        if no > self.cursor {
            self.done.insert((no, label.to_owned()));
            passed.done = Some((no, label.to_owned()));
        }
        passed
    }

    /// Notes that an event needs nothing to be written: it is looked at again after a crash, and found to need nothing again.
    pub(super) fn finish_unnoted(&mut self, no: JournalNo) {
        if let Some(parts) = self.open.get_mut(&no) {
            *parts -= 1;
            if *parts == 0 {
                self.open.remove(&no);
            }
        }
    }

    /// Moves the cursor as far as everything is done. Whoever calls this writes what is returned.
    pub(super) fn advance(&mut self) -> Passed {
        let low = self.low();
        if low <= self.cursor {
            return Passed::default();
        }
        self.cursor = low;
        let behind = self.done.split_off(&(JournalNo(low.0 + 1), String::new()));
        let forgotten = std::mem::replace(&mut self.done, behind).into_iter().collect();
        Passed { cursor: Some(low), done: None, forgotten }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn no(number: u64) -> JournalNo {
        JournalNo(number)
    }

    #[test]
    fn the_cursor_waits_for_the_slowest_and_notes_what_is_done_beyond_it() {
        let mut progress = Progress::new(no(10), []);
        progress.begin(no(11), 1);
        progress.begin(no(12), 2);
        progress.read_up_to(no(15));
        assert_eq!(progress.finish(no(12), "b"), Passed { done: Some((no(12), "b".to_owned())), ..Passed::default() });
        assert_eq!(progress.low(), no(10));
        let passed = progress.finish(no(11), "a");
        assert_eq!((passed.cursor, passed.done), (Some(no(11)), None));
        assert!(passed.forgotten.is_empty(), "one part of 12 is still open, so the note of the other stays");
        let passed = progress.finish(no(12), "c");
        assert_eq!(passed.cursor, Some(no(15)), "what no handler wanted is passed too");
        assert_eq!(passed.forgotten, [(no(12), "b".to_owned())]);
        assert_eq!(passed.done, None);
        assert_eq!(progress.open(), 0);
    }

    #[test]
    fn what_was_done_before_a_crash_is_not_done_again() {
        let progress = Progress::new(no(3), [(no(5), "a".to_owned())]);
        assert!(progress.is_done(no(5), "a"));
        assert!(!progress.is_done(no(5), "b"));
        assert!(!progress.is_done(no(4), "a"));
    }

    #[test]
    fn a_crash_at_any_moment_repeats_exactly_what_was_not_noted() {
        // Every order of finishing five events, cut after each step: what the notes say is done is what was finished.
        fn orders(rest: &[u64], so_far: &mut Vec<u64>, check: &mut dyn FnMut(&[u64])) {
            if rest.is_empty() {
                return check(so_far);
            }
            for (index, &next) in rest.iter().enumerate() {
                let mut others = rest.to_vec();
                others.remove(index);
                so_far.push(next);
                orders(&others, so_far, check);
                so_far.pop();
            }
        }
        let mut checked = 0;
        orders(&[1, 2, 3, 4, 5], &mut Vec::new(), &mut |order| {
            let mut progress = Progress::new(no(0), []);
            for event in 1..=5 {
                progress.begin(no(event), 1);
                progress.read_up_to(no(event));
            }
            let (mut cursor, mut done) = (no(0), BTreeSet::new());
            for (step, &event) in order.iter().enumerate() {
                let passed = progress.finish(no(event), "x");
                cursor = passed.cursor.unwrap_or(cursor);
                done.extend(passed.done);
                for gone in passed.forgotten {
                    done.remove(&gone);
                }
                let noted = Progress::new(cursor, done.clone());
                for event in 1..=5 {
                    let is_finished = order[..=step].contains(&event);
                    assert_eq!(no(event) <= cursor || noted.is_done(no(event), "x"), is_finished, "{order:?} after {step}");
                }
            }
            checked += 1;
        });
        assert_eq!(checked, 120);
    }
}
