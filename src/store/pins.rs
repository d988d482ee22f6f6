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

impl Store {
    /// Pins the journal behind `since`, or behind the newest change. Returns the pin and where it is; `None` when changes behind `since`
    /// are gone already.
    ///
    /// # Errors
    /// [`StoreError`] when the journal cannot be read.
    pub(crate) fn pin(&self, since: Option<JournalNo>) -> Result<Option<(PinNo, JournalNo)>, StoreError> {
        // So that nothing is dropped between the look and the pin.
        let _writing = super::lock(&self.writing);
        let at = since.unwrap_or_else(|| self.head());
        let is_gone = at < self.head() && self.oldest_change()?.is_none_or(|oldest| oldest.0 > at.0.saturating_add(1));
        if is_gone {
            return Ok(None);
        }
        let mut pins = super::lock(&self.pins);
        pins.newest += 1;
        let number = pins.newest;
        pins.at.insert(number, at);
        Ok(Some((PinNo(number), at)))
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
