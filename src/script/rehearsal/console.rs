//! A console: somebody at a terminal is one of the people of a town, and talks with the bots. Everything is in an archive that nobody keeps; the
//! clock goes on, so that what is due happens while one waits, and can be set on.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use tempfile::TempDir;
use tokio::sync::mpsc;

use super::cue::{Cue, Spoken};
use super::heard::Heard;
use super::people::ACCOUNT;
use super::studio::Hands;
use super::town::{self, Town};
use crate::script::bundle::Bundle;
use crate::script::data::Data;
use crate::script::deed::Deed;
use crate::script::host::{ScriptError, ScriptOptions};
use crate::script::log::LogLine;
use crate::script::op::Answer;
use crate::script::outside::FakeHttp;
use crate::script::run::TimerRow;
use crate::script::storage;
use crate::store::{ScriptKeyOwned, ScriptRows};

/// What happened and was not shown yet. What comes faster is not shown.
const WAITING: usize = 4_096;

/// Something that a script does or logs.
#[derive(Clone, Debug, PartialEq)]
pub enum Said {
    /// It did something.
    Did(Deed),
    /// It logged something, or its host noted something about it.
    Logged(LogLine),
}

/// A value that a script keeps.
pub type Value = (Option<String>, String, Data);

/// A town for somebody at a terminal.
pub struct Console {
    town: Town,
    said: mpsc::Receiver<(String, Said)>,
    _template: TempDir,
}

impl Console {
    /// Opens a town in which no script is yet. `options` say how scripts are configured; each is granted what its manifest asks for.
    ///
    /// # Errors
    /// [`ScriptError::Start`], [`ScriptError::Archive`], [`ScriptError::Rehearsal`]: there is no room for it.
    pub async fn open(options: &ScriptOptions) -> Result<Self, ScriptError> {
        let (sender, said) = mpsc::channel(WAITING);
        let logs = sender.clone();
        let mut options = ScriptOptions { settings: options.settings.clone(), ..ScriptOptions::new() }
            // Whoever shows it is the only one who wants it, and may be gone.
            .hear_deeds(Arc::new(move |script, deed| drop(sender.try_send((script.to_owned(), Said::Did(deed))))))
            .hear_log(Arc::new(move |script, line| drop(logs.try_send((script.to_owned(), Said::Logged(line.clone()))))));
        options.fake_http =
            Some(FakeHttp(Arc::new(|request| Answer::Failed { why: format!("a console asks no other machine, {} neither", request.url) })));
        let template = town::template().await?;
        let town = Town::new(Vec::new(), options, Hands::going(), &template.path().join(ACCOUNT));
        let mut console = Self { town: town.map_err(ScriptError::Rehearsal)?, said, _template: template };
        console.town.open().await.map_err(ScriptError::Rehearsal)?;
        Ok(console)
    }

    /// Loads scripts that are new or have changed, and ends those that are not among them. Returns the names of those that it has loaded. Why one cannot
    /// be loaded is in its log; the version before goes on.
    ///
    /// # Errors
    /// [`ScriptError::Rehearsal`]: the town has come to an end.
    pub async fn load(&mut self, bundles: Vec<Bundle>) -> Result<Vec<String>, ScriptError> {
        let wanted: BTreeMap<Arc<str>, Bundle> = bundles.into_iter().map(|bundle| (Arc::clone(&bundle.name), bundle)).collect();
        let gone: Vec<Arc<str>> = self.town.bundles.keys().filter(|name| !wanted.contains_key(*name)).cloned().collect();
        for name in gone {
            self.town.host().await.map_err(ScriptError::Rehearsal)?.unload(&name).await;
            self.town.bundles.remove(&name);
        }
        let mut loaded = Vec::new();
        for (name, bundle) in wanted {
            if self.town.bundles.get(&name).is_some_and(|before| before.hash() == bundle.hash()) {
                continue;
            }
            match self.town.host().await.map_err(ScriptError::Rehearsal)?.load(bundle.clone()).await {
                Ok(()) => {
                    self.town.bundles.insert(Arc::clone(&name), bundle);
                    loaded.push(name.to_string());
                }
                Err(ScriptError::Unfit { .. }) => {}
                Err(error) => return Err(error),
            }
        }
        self.settle().await?;
        Ok(loaded)
    }

    /// Somebody says something, to the account or in a group, and the scripts deal with it.
    ///
    /// # Errors
    /// [`ScriptError::Rehearsal`]: who or where is no name.
    pub async fn say(&mut self, who: &str, group: Option<&str>, text: &str) -> Result<(), ScriptError> {
        let said = Spoken { text: text.to_owned(), chat: group.map(str::to_owned), ..Spoken::default() };
        self.town.play(Cue::Say { who: who.to_owned(), said }).await.map_err(ScriptError::Rehearsal)?;
        self.settle().await
    }

    /// Sets the clock on; what is due meanwhile happens.
    ///
    /// # Errors
    /// [`ScriptError::Rehearsal`].
    pub async fn advance(&mut self, by: Duration) -> Result<(), ScriptError> {
        self.town.advance(by).await.map_err(ScriptError::Rehearsal)?;
        self.settle().await
    }

    /// What time it is, Unix seconds.
    pub fn now(&self) -> u64 {
        self.town.time()
    }

    /// The scripts that are loaded.
    pub fn scripts(&self) -> Vec<String> {
        self.town.bundles.keys().map(ToString::to_string).collect()
    }

    /// What happens next, with the script that does it.
    pub async fn next(&mut self) -> Option<(String, Said)> {
        self.said.recv().await
    }

    /// What has happened that [`Console::next`] has not told.
    pub fn take(&mut self) -> Option<(String, Said)> {
        self.said.try_recv().ok()
    }

    /// What a script keeps: of which conversation or person if not of the script itself, under which key, and what.
    ///
    /// # Errors
    /// [`ScriptError::Archive`] when it cannot be read.
    pub async fn stored(&mut self, script: &str) -> Result<Vec<Value>, ScriptError> {
        let archive = self.town.archive().await.map_err(ScriptError::Rehearsal)?;
        let rows = storage::all::<Data>(&archive, ScriptRows::Values { script })?;
        let value = |(key, value)| match key {
            ScriptKeyOwned::Value { owner, key, .. } => Some(((!owner.is_empty()).then_some(owner), key, value)),
            _ => None,
        };
        Ok(rows.into_iter().filter_map(value).collect())
    }

    /// The timers that are set, the next one first: whose it is, its name, when it is due, what it brings along.
    ///
    /// # Errors
    /// [`ScriptError::Archive`] when they cannot be read.
    pub async fn timers(&mut self) -> Result<Vec<(String, String, u64, Data)>, ScriptError> {
        let archive = self.town.archive().await.map_err(ScriptError::Rehearsal)?;
        let rows = storage::all::<TimerRow>(&archive, ScriptRows::Timers { script: None })?;
        let timer = |(key, row): (ScriptKeyOwned, TimerRow)| match key {
            ScriptKeyOwned::Timer { script, .. } if row.dialog.is_none() => Some((script, row.name, row.due, row.data)),
            _ => None,
        };
        let mut timers: Vec<_> = rows.into_iter().filter_map(timer).collect();
        timers.sort_by_key(|(.., due, _)| *due);
        Ok(timers)
    }

    /// The newest lines of a script's log, the oldest first.
    ///
    /// # Errors
    /// [`ScriptError::Rehearsal`] when it cannot be read.
    pub async fn log(&mut self, script: &str, lines: usize) -> Result<Vec<LogLine>, ScriptError> {
        let host = self.town.host().await.map_err(ScriptError::Rehearsal)?;
        host.log(script, lines).map_err(|error| ScriptError::Rehearsal(error.to_string()))
    }

    /// Ends it.
    ///
    /// # Errors
    /// [`ScriptError::Rehearsal`] when something does not come to an end.
    pub async fn close(mut self) -> Result<(), ScriptError> {
        self.town.crash().await.map_err(ScriptError::Rehearsal)
    }

    async fn settle(&mut self) -> Result<(), ScriptError> {
        self.town.settle().await.map_err(ScriptError::Rehearsal)?;
        // Nobody expects anything here.
        (self.town.heard, self.town.sent) = (Heard::default(), Heard::default());
        Ok(())
    }
}
