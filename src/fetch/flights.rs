//! Transfers that are under way, so that the same file is transferred once for all who ask at the same time.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;

use super::{FetchError, FetchOrder, Fetched};
use crate::media::MediaHash;

/// What has to be equal for two orders to be one transfer.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(super) struct Flight {
    source: String,
    expect_bytes: Option<u64>,
    expect_hash: Option<MediaHash>,
    max_bytes: Option<u64>,
}

impl Flight {
    pub(super) fn of(order: &FetchOrder) -> Self {
        Self { source: order.source.name(), expect_bytes: order.expect_bytes, expect_hash: order.expect_hash, max_bytes: order.max_bytes }
    }
}

/// How far a transfer is.
#[derive(Clone, Debug)]
pub(super) enum Stage {
    /// So many bytes are there, of so many; 0 when that is unknown.
    Moving {
        current: u64,
        total: u64,
    },
    Landed(Fetched),
    /// It failed in a way in which all would fail.
    Failed(FetchError),
}

/// All transfers of a fetcher.
#[derive(Default)]
pub(super) struct Flights(Mutex<HashMap<Flight, watch::Receiver<Stage>>>);

/// What somebody does who asks for a file.
pub(super) enum Seat<'a> {
    /// Transfers it.
    Leader(Leader<'a>),
    /// Waits for who transfers it. If that one goes without a word, the next has to.
    Follower(watch::Receiver<Stage>),
}

/// Transfers a file and tells those who wait for it.
pub(super) struct Leader<'a> {
    flights: &'a Flights,
    flight: Flight,
    told: watch::Sender<Stage>,
}

impl Flights {
    pub(super) fn join(&self, flight: &Flight) -> Seat<'_> {
        match self.table().entry(flight.clone()) {
            Entry::Occupied(entry) => Seat::Follower(entry.get().clone()),
            Entry::Vacant(entry) => {
                let (told, heard) = watch::channel(Stage::Moving { current: 0, total: 0 });
                entry.insert(heard);
                Seat::Leader(Leader { flights: self, flight: flight.clone(), told })
            }
        }
    }

    fn table(&self) -> MutexGuard<'_, HashMap<Flight, watch::Receiver<Stage>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Leader<'_> {
    pub(super) fn tell(&self, stage: Stage) {
        self.told.send_replace(stage);
    }
}

impl Drop for Leader<'_> {
    fn drop(&mut self) {
        self.flights.table().remove(&self.flight);
    }
}
