//! One act on several sides, turn by turn, so that whatever else the machine does hits all of them alike.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};

use crate::side::Side;

/// Samples that run once before the clock counts.
const WARM_UP: usize = 20;

/// How long an act takes.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Latency {
    /// Half of the samples took less, microseconds.
    pub(crate) p50_us: f64,
    /// 99 of 100 samples took less, microseconds.
    pub(crate) p99_us: f64,
    /// How many were measured.
    pub(crate) samples: usize,
}

impl Latency {
    /// `None` without a sample.
    pub(crate) fn of(mut taken: Vec<Duration>) -> Option<Self> {
        taken.sort_unstable();
        let at = |share: f64| Some(taken.get(((taken.len() as f64 * share).ceil() as usize).checked_sub(1)?)?.as_secs_f64() * 1e6);
        Some(Self { p50_us: at(0.50)?, p99_us: at(0.99)?, samples: taken.len() })
    }
}

/// One who takes part.
pub(crate) type Runner<'a, T> = (Side, &'a mut T);

/// Runs every sample on every side; who begins changes from sample to sample. Sides without a sample have no latency.
pub(crate) fn race<T: ?Sized, S>(
    runners: &mut [Runner<'_, T>],
    samples: &[S],
    mut act: impl FnMut(Side, &mut T, &S) -> Result<()>,
) -> Result<BTreeMap<Side, Latency>> {
    let mut taken: BTreeMap<Side, Vec<Duration>> = BTreeMap::new();
    let warm_up = samples.iter().take(WARM_UP).map(|sample| (sample, false));
    let counted = samples.iter().map(|sample| (sample, true));
    for (turn, (sample, counts)) in warm_up.chain(counted).enumerate() {
        for n in 0..runners.len() {
            let (side, runner) = &mut runners[(turn + n) % runners.len()];
            let start = Instant::now();
            act(*side, runner, sample).with_context(|| format!("{} failed", side.name()))?;
            let time = start.elapsed();
            if counts {
                taken.entry(*side).or_default().push(time);
            }
        }
    }
    Ok(taken.into_iter().filter_map(|(side, taken)| Some((side, Latency::of(taken)?))).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_values_that_were_measured() {
        let latency = Latency::of((1..=200).rev().map(Duration::from_micros).collect()).unwrap();
        assert_eq!((latency.p50_us.round(), latency.p99_us.round(), latency.samples), (100.0, 198.0, 200));
        assert_eq!(Latency::of(Vec::new()), None);
    }

    #[test]
    fn every_side_runs_every_sample() {
        let (mut a, mut b) = (Vec::new(), Vec::new());
        let result = race(&mut [(Side::Fts5, &mut a), (Side::Parts, &mut b)], &[1, 2, 3], |_, seen: &mut Vec<i32>, n| {
            seen.push(*n);
            Ok(())
        })
        .unwrap();
        assert_eq!((a, b), (vec![1, 2, 3, 1, 2, 3], vec![1, 2, 3, 1, 2, 3]));
        assert!(result.values().all(|latency| latency.samples == 3));
    }
}
