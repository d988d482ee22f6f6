//! What an account's line to the hub is like: how slow, and what gets lost on it.

use std::time::Duration;

use super::super::Refused;

/// What an account's line to the hub is like. The default is fair: everything arrives at once.
///
/// A request that is lost was not taken, one whose answer is lost was; who asked learns only [`TransportError::NoAnswer`] from both.
///
/// [`TransportError::NoAnswer`]: super::super::TransportError::NoAnswer
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Weather {
    /// There is no connection. Receiving waits until there is one, everything else fails.
    pub offline: bool,
    /// How long anything takes, each way.
    pub delay: Duration,
    /// Requests that never reach the hub.
    pub lose_requests: Loss,
    /// Requests that are taken, but whose answer never comes.
    pub lose_answers: Loss,
    /// How long who asked waits for an answer that was lost.
    pub patience: Duration,
    /// Every parcel is refused for this reason.
    pub refuse: Option<Refused>,
    /// How fast files are carried to the hub; `None` for at once.
    pub upload_bytes_per_s: Option<u64>,
    /// How fast files come from the hub; `None` for at once.
    pub download_bytes_per_s: Option<u64>,
}

impl Weather {
    /// No connection, else fair.
    pub fn offline() -> Self {
        Self { offline: true, ..Self::default() }
    }
}

/// How much gets lost.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Loss {
    /// Nothing.
    #[default]
    None,
    /// The next so many, then nothing.
    Next(u32),
    /// This share of all, by chance: 0.0 for none, 1.0 for all.
    Share(f64),
}

impl Loss {
    /// Whether the next one gets lost.
    pub(super) fn strikes(&mut self, chance: &mut fastrand::Rng) -> bool {
        match self {
            Self::None => false,
            Self::Next(0) => {
                *self = Self::None;
                false
            }
            Self::Next(left) => {
                *left -= 1;
                true
            }
            Self::Share(share) => chance.f64() < *share,
        }
    }
}

/// How long `bytes` take at this speed.
pub(super) fn time_for(bytes: u64, bytes_per_s: Option<u64>) -> Duration {
    match bytes_per_s {
        None => Duration::ZERO,
        Some(speed) => Duration::from_secs_f64(bytes as f64 / speed.max(1) as f64),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_ones_get_lost_and_no_more() {
        let mut chance = fastrand::Rng::with_seed(1);
        let mut loss = Loss::Next(2);
        let lost: Vec<bool> = (0..4).map(|_| loss.strikes(&mut chance)).collect();
        assert_eq!((lost, loss), (vec![true, true, false, false], Loss::None));
    }

    #[test]
    fn the_same_seed_loses_the_same() {
        let lost = |seed| {
            let mut chance = fastrand::Rng::with_seed(seed);
            (0..1_000).filter(|_| Loss::Share(0.3).strikes(&mut chance)).collect::<Vec<_>>()
        };
        assert_eq!(lost(7), lost(7));
        assert_ne!(lost(7), lost(8));
        assert!((250..350).contains(&lost(7).len()), "{} of 1,000", lost(7).len());
    }
}
