//! The open connections to the hub, and the weather on them.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Notify, watch};

use super::reading;
use super::state::State;
use super::weather::Weather;
use crate::model::Message;
use crate::transport::{Ack, Connection, Refused, TransportError};

/// Online-only messages that wait on one line. Of more than these the oldest are dropped: they were for that moment only.
const ONLINE_LIMIT: usize = 1_024;

/// One end of an account, as the hub sees it.
pub(super) struct Line {
    account: Arc<str>,
    device: Arc<str>,
    connection: watch::Sender<Connection>,
    /// Rung when something came in, or the connection has changed.
    bell: Arc<Notify>,
    /// How often the connection was lost: what began before the last time has failed.
    cuts: u64,
    /// Everything before this position was given out on this connection.
    pub(super) given: u64,
    pub(super) online: VecDeque<Message>,
}

/// What the end of a line holds of it.
pub(super) struct LineEnd {
    pub(super) number: u64,
    pub(super) connection: watch::Receiver<Connection>,
    pub(super) bell: Arc<Notify>,
}

/// How one request fares on its way to the hub and back.
pub(super) struct Passage {
    /// How long it takes, each way.
    pub(super) delay: Duration,
    pub(super) is_lost: bool,
    pub(super) answer_is_lost: bool,
    /// How long who asked waits for what does not come.
    pub(super) patience: Duration,
    /// Why a parcel is refused, whatever it is.
    pub(super) refuse: Option<Refused>,
    line: u64,
    cuts: u64,
}

/// All open connections.
pub(super) struct Lines {
    open: BTreeMap<u64, Line>,
    next: u64,
    weather: BTreeMap<Box<str>, Weather>,
    chance: fastrand::Rng,
    /// The newest online-only messages, so that one that is published again is not passed on again.
    passed: VecDeque<(String, Ack)>,
}

impl Lines {
    pub(super) fn new(seed: u64) -> Self {
        let chance = fastrand::Rng::with_seed(seed);
        Self { open: BTreeMap::new(), next: 0, weather: BTreeMap::new(), chance, passed: VecDeque::new() }
    }

    /// Opens a connection for a device of an account.
    pub(super) fn open(&mut self, account: &Arc<str>, device: &Arc<str>, state: &State) -> LineEnd {
        let is_offline = self.weather_of(account).offline;
        let (sender, connection) = watch::channel(if is_offline { Connection::Disconnected } else { Connection::Connected });
        let bell = Arc::new(Notify::new());
        let line = Line {
            account: account.clone(),
            device: device.clone(),
            connection: sender,
            bell: bell.clone(),
            cuts: 0,
            given: state.confirmed(account, device),
            online: VecDeque::new(),
        };
        let number = self.next;
        self.next += 1;
        self.open.insert(number, line);
        LineEnd { number, connection, bell }
    }

    /// Forgets a connection.
    pub(super) fn close(&mut self, line: u64) {
        self.open.remove(&line);
    }

    /// The line with this number, while it has a connection.
    pub(super) fn connected(&mut self, line: u64) -> Option<&mut Line> {
        self.open.get_mut(&line).filter(|line| *line.connection.borrow() == Connection::Connected)
    }

    /// The weather of an account.
    pub(super) fn weather_of(&self, account: &str) -> Weather {
        self.weather.get(account).cloned().unwrap_or_default()
    }

    /// Changes the weather of an account; its connections are lost, or come back.
    pub(super) fn set_weather(&mut self, account: &str, weather: Weather, state: &State) {
        let was_offline = self.weather_of(account).offline;
        let is_offline = weather.offline;
        self.weather.insert(account.into(), weather);
        for line in self.open.values_mut().filter(|line| *line.account == *account) {
            match (was_offline, is_offline) {
                (false, true) => line.cut(),
                (true, false) => line.connect(state),
                _ => {}
            }
        }
    }

    /// Every connection is lost, and comes back where the weather allows.
    pub(super) fn reconnect_all(&mut self, state: &State) {
        self.passed.clear();
        for line in self.open.values_mut() {
            line.cut();
            if self.weather.get(&*line.account).is_none_or(|weather| !weather.offline) {
                line.connect(state);
            }
        }
    }

    /// Sends a request on its way.
    pub(super) fn depart(&mut self, line: u64) -> Result<Passage, TransportError> {
        let Line { account, cuts, .. } = self.connected(line).ok_or(TransportError::Offline)?;
        let (account, cuts) = (account.clone(), *cuts);
        let mut fair = Weather::default();
        let weather = self.weather.get_mut(&*account).unwrap_or(&mut fair);
        let is_lost = weather.lose_requests.strikes(&mut self.chance);
        Ok(Passage {
            delay: weather.delay,
            is_lost,
            // A request that never arrived has no answer to lose.
            answer_is_lost: !is_lost && weather.lose_answers.strikes(&mut self.chance),
            patience: weather.patience,
            refuse: weather.refuse.clone(),
            line,
            cuts,
        })
    }

    /// Whether the connection was lost since this request departed.
    pub(super) fn was_cut(&self, passage: &Passage) -> bool {
        self.open.get(&passage.line).is_none_or(|line| line.cuts != passage.cuts)
    }

    /// Rings for everybody for whom something came in.
    pub(super) fn ring(&self, state: &State) {
        for line in self.open.values().filter(|line| reading::has_news(state, &line.account, line.given)) {
            line.bell.notify_one();
        }
    }

    /// What an online-only message of this id was answered, if it is among the newest.
    pub(super) fn passed(&self, id: &str) -> Option<Ack> {
        self.passed.iter().find(|(passed, _)| passed == id).map(|(_, ack)| *ack)
    }

    /// Hands an online-only message to those who are connected; `as_seen_by` gives it as an account sees it, if it is for that one.
    pub(super) fn pass(&mut self, id: String, ack: Ack, as_seen_by: impl Fn(&str) -> Option<Message>) {
        for line in self.open.values_mut().filter(|line| *line.connection.borrow() == Connection::Connected) {
            let Some(message) = as_seen_by(&line.account) else { continue };
            push_bounded(&mut line.online, message);
            line.bell.notify_one();
        }
        push_bounded(&mut self.passed, (id, ack));
    }
}

impl Line {
    fn cut(&mut self) {
        self.cuts += 1;
        self.online.clear();
        self.connection.send_replace(Connection::Disconnected);
    }

    fn connect(&mut self, state: &State) {
        self.given = state.confirmed(&self.account, &self.device);
        self.connection.send_replace(Connection::Connected);
        self.bell.notify_one();
    }
}

fn push_bounded<T>(queue: &mut VecDeque<T>, item: T) {
    if queue.len() == ONLINE_LIMIT {
        queue.pop_front();
    }
    queue.push_back(item);
}
