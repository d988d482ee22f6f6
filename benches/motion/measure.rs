//! Numbers of a measurement: medians, percentiles, what the disk and the memory say.

use std::fs::{self, File};
use std::io::Write as _;
use std::path::Path;
use std::time::{Duration, Instant};

use crate::Result;

/// Appends that are synced to learn what a sync costs.
const SYNCS: usize = 500;

/// How long something takes, in seconds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Latency {
    pub(crate) p50: f64,
    pub(crate) p99: f64,
    pub(crate) longest: f64,
}

impl Latency {
    /// Of these samples; there has to be one.
    pub(crate) fn of(mut taken: Vec<Duration>) -> Result<Self> {
        taken.sort_unstable();
        let at = |share: f64| {
            let rank = (taken.len() as f64 * share).ceil() as usize;
            rank.checked_sub(1).and_then(|index| taken.get(index)).map(Duration::as_secs_f64).ok_or("nothing was measured")
        };
        Ok(Self { p50: at(0.50)?, p99: at(0.99)?, longest: at(1.0)? })
    }
}

/// The one in the middle, 0 of none.
pub(crate) fn median(mut values: Vec<f64>) -> f64 {
    values.sort_unstable_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or_default()
}

/// What it costs on this disk to make an append durable.
pub(crate) fn syncs(folder: &Path) -> Result<Latency> {
    let path = folder.join("syncs");
    let mut file = File::create(&path)?;
    let mut taken = Vec::with_capacity(SYNCS);
    for _ in 0..SYNCS {
        file.write_all(&[7; 500])?;
        let start = Instant::now();
        file.sync_data()?;
        taken.push(start.elapsed());
    }
    fs::remove_file(path)?;
    Latency::of(taken)
}

/// Resident memory of this process now and at most, where the system tells it.
pub(crate) fn memory_bytes() -> (Option<u64>, Option<u64>) {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let bytes = |key: &str| {
        let kilobytes = status.lines().find_map(|line| line.strip_prefix(key))?.trim().strip_suffix(" kB")?;
        Some(kilobytes.parse::<u64>().ok()? * 1024)
    };
    (bytes("VmRSS:"), bytes("VmHWM:"))
}
