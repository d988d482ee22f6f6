//! Replays: a script, or two versions of it, hear what was really said, and what they would do is only told. They work in an archive of their own,
//! which nobody keeps, by the clock of then; what they look for they find in the real one, as far as it was said by then.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::sync::mpsc;

use super::chronicle::Chronicle;
use super::feed::Reels;
use super::studio::{Hands, Studio, Why, archive_options};
use crate::archive::{Archive, ArchiveError, ScriptWrite};
use crate::model::{ConversationId, Message};
use crate::script::bundle::Bundle;
use crate::script::deed::{Deed, Effect};
use crate::script::host::{ScriptError, ScriptOptions};
use crate::script::op::Answer;
use crate::script::outside::{FakeHttp, Past};
use crate::store::{ScriptKeyOwned, ScriptRows, lock};

/// Messages that are read ahead.
const AHEAD: usize = 64;
/// Values that are copied at once.
const COPIED: usize = 1_000;

/// What a script keeps when a replay begins.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Beginning {
    /// Nothing, as a new one.
    #[default]
    Nothing,
    /// The values that it keeps now. Its timers and dialogs are those of the present and stay out.
    Present,
}

/// What is replayed.
#[derive(Clone, Debug)]
pub struct ReplayOptions {
    /// From this second on, Unix seconds.
    pub from: u64,
    /// Up to and including this one.
    pub until: u64,
    /// Only this conversation.
    pub conversation: Option<ConversationId>,
    /// What the script keeps at the beginning.
    pub beginning: Beginning,
}

/// One thing that happened, and what each version made of it.
#[derive(Clone, Debug)]
pub struct Scene {
    /// When, Unix seconds.
    pub at: u64,
    /// What was said; `None`: the script began, or time passed and something was due.
    pub message: Option<Message>,
    /// What each version did, in the order in which they were given.
    pub deeds: Vec<Vec<Deed>>,
}

impl Scene {
    /// What a version did that another one did not, in its order: effects, and failures as their texts.
    ///
    /// Two versions have different ids for what they say and set, so a timer that is dropped is as good as another, and an edit is told by its text.
    pub fn only_of(&self, version: usize, other: usize) -> Vec<Deed> {
        let told = |version: usize| {
            self.deeds.get(version).into_iter().flatten().filter(|deed| !matches!(deed, Deed::Ran(run) if run.fault.is_none()))
        };
        let mut theirs: Vec<Deed> = told(other).map(without_ids).collect();
        let is_own = |deed: &&Deed| match theirs.iter().position(|their| *their == without_ids(deed)) {
            Some(at) => {
                theirs.swap_remove(at);
                false
            }
            None => true,
        };
        told(version).filter(is_own).cloned().collect()
    }
}

/// A deed as it compares between versions.
fn without_ids(deed: &Deed) -> Deed {
    match deed {
        Deed::Did(Effect::DropTimer { .. }) => Deed::Did(Effect::DropTimer { id: String::new() }),
        Deed::Did(Effect::Edit { text, .. }) => Deed::Did(Effect::Edit { message: String::new(), text: text.clone() }),
        Deed::Did(Effect::Recall { .. }) => Deed::Did(Effect::Recall { message: String::new() }),
        Deed::Ran(run) => {
            let mut failed = crate::script::rows::TraceRow { label: String::new(), version: String::new(), ..run.clone() };
            (failed.cpu_us, failed.calls, failed.sent, failed.word) = (0, Vec::new(), Vec::new(), None);
            Deed::Ran(failed)
        }
        other => other.clone(),
    }
}

/// What a version did in all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReplayReport {
    /// Messages that were said.
    pub events: u64,
    /// Those of them that made it run.
    pub matched: u64,
    /// Runs, also for timers and of its start.
    pub runs: u64,
    /// Those of them that failed.
    pub failed: u64,
    /// What it did, by [`Effect::kind`].
    pub effects: BTreeMap<&'static str, u64>,
    /// What it computed.
    pub cpu: Duration,
}

impl ReplayReport {
    fn count(&mut self, deeds: &[Deed], is_message: bool) {
        let runs = self.runs;
        for deed in deeds {
            match deed {
                Deed::Ran(run) => {
                    self.runs += 1;
                    self.failed += u64::from(run.fault.is_some());
                    self.cpu += Duration::from_micros(run.cpu_us);
                }
                Deed::Did(effect) => *self.effects.entry(effect.kind()).or_default() += 1,
            }
        }
        self.events += u64::from(is_message);
        self.matched += u64::from(is_message && self.runs > runs);
    }
}

/// Has versions of one script hear what was said in an archive, which is only read, and tells `each` what happened whenever one of them did something.
/// Returns what each did in all.
///
/// Every version is granted what its manifest asks for, and configured as `options` says. Calls of other machines fail, files are had as far as the
/// archive keeps them. Messages are heard as they are now: edited ones with their newest text; those that were taken back are not heard. The versions
/// count as one script, that of the first, whatever their files are called.
///
/// # Errors
/// [`ScriptError::Unfit`] when a version cannot be loaded, [`ScriptError::Archive`] when the archive cannot be read, [`ScriptError::Rehearsal`] when
/// there is no room to play; and what `each` says.
pub async fn replay<E: From<ScriptError>>(
    archive: Arc<Archive>,
    options: &ScriptOptions,
    wanted: &ReplayOptions,
    versions: Vec<Bundle>,
    mut each: impl FnMut(&Scene) -> Result<(), E>,
) -> Result<Vec<ReplayReport>, E> {
    let name = versions.first().map(|version| Arc::clone(&version.name));
    let mut players = Vec::with_capacity(versions.len());
    for version in versions {
        let bundle = Bundle { name: name.clone().unwrap_or_else(|| Arc::clone(&version.name)), ..version };
        players.push(Player::begin(&archive, options, wanted, bundle).await?);
    }
    // Whatever comes of it, their archives are closed before their folders go.
    let reports = play(&archive, wanted, &mut players, &mut each).await;
    for mut player in players {
        player.studio.crash().await.map_err(ScriptError::Rehearsal)?;
    }
    reports
}

async fn play<E: From<ScriptError>>(
    archive: &Arc<Archive>,
    wanted: &ReplayOptions,
    players: &mut [Player],
    each: &mut impl FnMut(&Scene) -> Result<(), E>,
) -> Result<Vec<ReplayReport>, E> {
    let mut reports = vec![ReplayReport::default(); players.len()];
    let mut tell = |players: &mut [Player], at: u64, message: Option<Message>| {
        let deeds: Vec<Vec<Deed>> = players.iter_mut().map(Player::take_deeds).collect();
        for (report, deeds) in reports.iter_mut().zip(&deeds) {
            report.count(deeds, message.is_some());
        }
        if deeds.iter().all(Vec::is_empty) { Ok(()) } else { each(&Scene { at, message, deeds }) }
    };
    tell(players, wanted.from, None)?;
    let mut said = read_ahead(Arc::clone(archive), wanted.clone());
    while let Some(message) = said.recv().await {
        let message = message.map_err(ScriptError::from)?;
        let at = message.server_time;
        while let Some(stop) = next_stop(players, at).await.map_err(ScriptError::Rehearsal)? {
            advance(players, stop).await.map_err(ScriptError::Rehearsal)?;
            tell(players, stop, None)?;
        }
        for player in &mut *players {
            player.hear(message.clone(), at).await.map_err(ScriptError::Rehearsal)?;
        }
        tell(players, at, Some(message))?;
    }
    while let Some(stop) = next_stop(players, wanted.until).await.map_err(ScriptError::Rehearsal)? {
        advance(players, stop).await.map_err(ScriptError::Rehearsal)?;
        tell(players, stop, None)?;
    }
    Ok(reports)
}

/// The next second up to `end` at which something is due for one of them.
async fn next_stop(players: &[Player], end: u64) -> Result<Option<u64>, Why> {
    let mut next = None;
    for player in players {
        let due = player.studio.next_due().await?.filter(|due| *due <= end);
        next = due.into_iter().chain(next).min();
    }
    Ok(next)
}

async fn advance(players: &[Player], to: u64) -> Result<(), Why> {
    for player in players {
        player.studio.set(to).await?;
    }
    Ok(())
}

/// Reads what was said, a little ahead of who hears it.
fn read_ahead(archive: Arc<Archive>, wanted: ReplayOptions) -> mpsc::Receiver<Result<Message, ArchiveError>> {
    let (told, said) = mpsc::channel(AHEAD);
    tokio::task::spawn_blocking(move || {
        let chronicle = match Chronicle::new(archive, wanted.conversation, wanted.from, wanted.until) {
            Ok(chronicle) => chronicle,
            // Who hears no more has ended it.
            Err(error) => return drop(told.blocking_send(Err(error))),
        };
        for message in chronicle {
            if told.blocking_send(message).is_err() {
                return;
            }
        }
    });
    said
}

/// One version at work.
struct Player {
    studio: Studio,
    reels: Reels,
    deeds: Arc<Mutex<Vec<Deed>>>,
    _folder: tempfile::TempDir,
}

impl Player {
    async fn begin(archive: &Arc<Archive>, options: &ScriptOptions, wanted: &ReplayOptions, bundle: Bundle) -> Result<Self, ScriptError> {
        let start = |source| ScriptError::Start { what: "an archive for the replay", source };
        let folder = tempfile::tempdir().map_err(start)?;
        let home = folder.path().join("archive");
        let (from, to, script, beginning) = (Arc::clone(archive), home.clone(), Arc::clone(&bundle.name), wanted.beginning);
        let made = tokio::task::spawn_blocking(move || {
            let new = archive_options().open(to)?;
            if beginning == Beginning::Present { copy_values(&from, &new, &script) } else { Ok(()) }
        });
        made.await.map_err(|error| start(std::io::Error::other(error)))??;
        let deeds = Arc::<Mutex<Vec<Deed>>>::default();
        let told = Arc::clone(&deeds);
        let mut options = ScriptOptions { settings: options.settings.clone(), ..ScriptOptions::new() }
            .stages(1)
            .trust_all()
            .hear_deeds(Arc::new(move |_, deed| lock(&told).push(deed)));
        options.fake_http =
            Some(FakeHttp(Arc::new(|request| Answer::Failed { why: format!("a replay asks no other machine, {} neither", request.url) })));
        options.past = Some(Past::new(Arc::clone(archive)));
        let hands = Hands::standing_at(wanted.from);
        let reels = Reels::new(&archive.account().unwrap_or_else(|| "me".to_owned()), hands.clone());
        let mut studio = Studio::new(home, hands);
        let host = studio.open(options, || reels.line()).await.map_err(ScriptError::Rehearsal)?;
        let loaded = host.load(bundle).await;
        host.open_doors();
        let rested = studio.rest().await.map_err(ScriptError::Rehearsal);
        if let Err(error) = loaded.and(rested) {
            studio.crash().await.map_err(ScriptError::Rehearsal)?;
            return Err(error);
        }
        Ok(Self { studio, reels, deeds, _folder: folder })
    }

    /// Has somebody say something at this time, and waits until it is dealt with.
    async fn hear(&mut self, message: Message, at: u64) -> Result<(), Why> {
        self.studio.hands.set(at.max(self.studio.hands.now()));
        self.reels.put_in(message).await?;
        self.studio.rest().await
    }

    fn take_deeds(&mut self) -> Vec<Deed> {
        std::mem::take(&mut *lock(&self.deeds))
    }
}

/// Copies what a script keeps on its shelves.
fn copy_values(from: &Archive, to: &Archive, script: &str) -> Result<(), ArchiveError> {
    let mut after: Option<ScriptKeyOwned> = None;
    loop {
        let page = from.script_rows(ScriptRows::Values { script }, after.as_ref().map(ScriptKeyOwned::borrow), COPIED)?;
        let is_last = page.len() < COPIED;
        after = page.last().map(|(key, _)| key.clone());
        let rows = page.into_iter().map(|(key, value)| (key, Some(value))).collect();
        to.write_for_scripts(vec![ScriptWrite { rows, ..ScriptWrite::default() }])?;
        if is_last {
            return Ok(());
        }
    }
}
