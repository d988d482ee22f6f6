//! The archives of all sides, open in one process and chosen by who takes part in an act.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::Result;

use crate::engine::{Archive, Search};
use crate::parts::Parts;
use crate::race::Runner;
use crate::side::Side;

/// Archives whose every act is compared; the others only lend a yardstick to some.
pub(crate) const ARCHIVES: [Side; 2] = [Side::Mynah, Side::Fts5];
/// The archives of all sides, open at the same time.
pub(crate) struct Field {
    archives: BTreeMap<Side, Box<dyn Archive>>,
    parts: Parts,
}

impl Field {
    pub(crate) fn open(work: &Path, sides: &[Side]) -> Result<Self> {
        let mut archives = BTreeMap::new();
        for &side in sides {
            archives.insert(side, side.open(&work.join(side.folder()))?);
        }
        Ok(Self { archives, parts: Parts::open(&work.join(Side::Parts.folder()))? })
    }

    /// Those of `sides` that search, the parts among them.
    pub(crate) fn searching(&mut self, sides: &[Side]) -> Vec<Runner<'_, dyn Search>> {
        let mut runners: Vec<Runner<'_, dyn Search>> = Vec::new();
        for (&side, archive) in self.archives.iter_mut().filter(|(side, _)| sides.contains(side)) {
            runners.push((side, archive.as_mut()));
        }
        if sides.contains(&Side::Parts) {
            runners.push((Side::Parts, &mut self.parts));
        }
        runners
    }

    /// Those of `sides` that are archives.
    pub(crate) fn archiving(&mut self, sides: &[Side]) -> Vec<Runner<'_, dyn Archive>> {
        let chosen = self.archives.iter_mut().filter(|(side, _)| sides.contains(side));
        chosen.map(|(&side, archive)| (side, archive.as_mut())).collect()
    }
}
