//! Pins: places in the journal behind which nothing is dropped while somebody in this process still reads.

use std::collections::BTreeMap;

use super::{JournalNo, Store, StoreError};

/// The pins of this process.
#[derive(Default)]
pub(super) struct Pins {
    at: BTreeMap<u64, JournalNo>,
    newest: u64,
}

/// One pin, by its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct PinNo(u64);

/// What became of pinning.
pub(crate) enum Pinned {
    /// The pin, and where it is.
    At(PinNo, JournalNo),
    /// Changes behind the number are gone already.
    Gone,
    /// There is no change of that number yet; the newest is this one.
    Ahead(JournalNo),
}

impl Store {
    /// Pins the journal behind `since`, or behind the newest change.
    ///
    /// # Errors
    /// [`StoreError`] when the journal cannot be read.
    pub(crate) fn pin(&self, since: Option<JournalNo>) -> Result<Pinned, StoreError> {
        // So that nothing is dropped between the look and the pin.
        let _writing = super::lock(&self.writing);
        let head = self.head();
        let at = since.unwrap_or(head);
        if at > head {
            return Ok(Pinned::Ahead(head));
        }
        let is_gone = at < head && self.oldest_change()?.is_none_or(|oldest| oldest.0 > at.0.saturating_add(1));
        if is_gone {
            return Ok(Pinned::Gone);
        }
        let mut pins = super::lock(&self.pins);
        pins.newest += 1;
        let number = pins.newest;
        pins.at.insert(number, at);
        Ok(Pinned::At(PinNo(number), at))
    }

    /// Moves a pin.
    pub(crate) fn move_pin(&self, pin: PinNo, at: JournalNo) {
        super::lock(&self.pins).at.insert(pin.0, at);
    }

    /// Takes a pin away.
    pub(crate) fn unpin(&self, pin: PinNo) {
        super::lock(&self.pins).at.remove(&pin.0);
    }

    /// The lowest pin.
    pub(super) fn lowest_pin(&self) -> Option<JournalNo> {
        super::lock(&self.pins).at.values().min().copied()
    }
}
