//! `mynah run`: scripts at work.

use std::io::{self, Write as _};
use std::path::PathBuf;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::sync::mpsc::{Receiver, channel};

use super::context::Context;
use super::failure::Failure;
use super::output::{self, Styles};
use super::scripts;
use super::session::{Online, told_to_end};
use crate::script::{
    Bundle, ControlDoor, Data, Level, LogEar, LogLine, ScriptHost, ScriptOptions, Scripts, TestOptions, TestOutcome, Watch, read_scripts,
    test,
};

/// Lines that wait to be shown. What comes faster is in the logs.
const LINES: usize = 4_096;
/// How often a dry run looks at the archive that another process writes.
const LOOK_EVERY: Duration = Duration::from_millis(200);

/// Have the scripts of a folder hear, change and answer messages
///
/// It logs in, loads every script of the folder, and loads what changes there while it works: a version that is broken leaves the one before
/// at work. What happens is told on standard error, with --json as objects on standard output. It ends with Ctrl-C; whatever ends it, each event
/// is dealt with once. `mynah bots`, `bot logs`, `dead`, `why` and `grant` work meanwhile.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  mynah bot new hello && mynah run
  mynah run ~/scripts
  mynah run --dry
  mynah run --json | jq -r 'select(.level == \"error\") | .message'")]
pub(super) struct Run {
    /// The folder of the scripts [default: scripts.folder of the configuration]
    #[arg(value_name = "DIR", value_hint = clap::ValueHint::DirPath)]
    folder: Option<PathBuf>,

    /// Only tell what they would do; nothing is received, said, kept or asked of other machines
    ///
    /// It looks at the archive beside the process that writes it (`mynah run`, `tail`, `chat`), which goes on as if nobody looked: what that one
    /// receives is heard here too, and where nobody receives, nothing is heard. Webhooks are not listened for.
    #[arg(long)]
    dry: bool,
}

impl Run {
    pub(super) fn run(self, context: &mut Context) -> Result<(), Failure> {
        let folder = scripts::folder(context, self.folder.as_deref());
        // What cannot work is told before anything is begun.
        read_scripts(&folder)?;
        let (ear, lines, missed) = ear();
        let mut options = scripts::options(context)?.hear_log(ear);
        if self.dry {
            options = options.dry();
        }
        self.play(&folder, options, Told { lines, missed }, context)
    }

    fn play(&self, folder: &std::path::Path, options: ScriptOptions, mut told: Told, context: &mut Context) -> Result<(), Failure> {
        let scripts = Scripts::new(options);
        let online = match self.dry {
            true => Online::looking(context, |options| options.hooks(scripts.hooks()))?,
            false => Online::begin_with(context, |options| options.hooks(scripts.hooks()))?,
        };
        online.run(async |link| {
            let host = Arc::new(scripts.begin(Arc::clone(&link.session)).await?);
            let worked = self.work(&host, folder, &mut told, context).await;
            host.stop().await;
            told.tell_rest(context)?;
            worked
        })
    }

    async fn work(&self, host: &Arc<ScriptHost>, folder: &std::path::Path, told: &mut Told, context: &mut Context) -> Result<(), Failure> {
        let mut end = pin!(told_to_end());
        let watch = Watch::begin(Arc::clone(host), folder.to_owned(), Some(Arc::new(|bundle| Box::pin(rehearse(bundle))))).await?;
        // The door is that of scripts which are really at work.
        let door = if self.dry { None } else { open_door(host, &watch) };
        host.open_doors();
        let how = if self.dry { "is only looked at, as another process receives, by the scripts of" } else { "has at work the scripts of" };
        let ready = format!("{} {how} {}; Ctrl-C ends them", host.session().account(), folder.display());
        told.tell_rest(context)?;
        let ready =
            LogLine { at: host.session().clock().now(), level: Level::Info, from: "run".to_owned(), message: ready, fields: Data::Nil };
        tell(context, "mynah", &ready)?;
        if let Some(address) = host.listening() {
            output::note(&format!("webhooks listen at {address}"));
        }
        let mut looking = pin!(look_on(host));
        let worked = loop {
            tokio::select! {
                biased;
                () = &mut end => break Ok(()),
                looked = &mut looking, if self.dry => break looked,
                () = host.ended() => break Err(Failure::ScriptsEnded),
                line = told.lines.recv() => {
                    let Some((script, line)) = line else { break Ok(()) };
                    match tell(context, &script, &line) {
                        // Nobody reads it any more, and the scripts have to be ended all the same.
                        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => break Ok(()),
                        told => told?,
                    }
                    told.tell_missed();
                }
            }
        };
        if let Some(door) = door {
            door.close().await;
        }
        worked
    }
}

/// Opens the door by which other commands reach this process.
fn open_door(host: &Arc<ScriptHost>, watch: &Watch) -> Option<ControlDoor> {
    let opened = ControlDoor::open(Arc::clone(host), Some(watch.clone()));
    opened.inspect_err(|error| output::note(&format!("{error}; `mynah dead` and `mynah grant` cannot reach this process"))).ok()
}

/// Takes in, now and then, what the process writes that has the archive.
async fn look_on(host: &ScriptHost) -> Result<(), Failure> {
    loop {
        tokio::time::sleep(LOOK_EVERY).await;
        let archive = Arc::clone(host.session().archive());
        let looked = tokio::task::spawn_blocking(move || archive.refresh()).await;
        looked.map_err(|error| Failure::Runtime(io::Error::other(error)))??;
        host.tick();
    }
}

/// Plays the tests of a script; an error names the first that fails.
async fn rehearse(bundle: Bundle) -> Result<(), String> {
    let report = test(&bundle, &TestOptions::new()).await.map_err(|error| error.to_string())?;
    let failed = report.failures().next().map(|result| match &result.outcome {
        TestOutcome::Failed { why, at } => format!("{}: {}: {why}", at.as_deref().unwrap_or(&result.file), result.name),
        TestOutcome::Passed => String::new(),
    });
    failed.map_or(Ok(()), Err)
}

/// What waits to be told.
struct Told {
    lines: Receiver<(String, LogLine)>,
    missed: Arc<AtomicU64>,
}

impl Told {
    /// Tells what waits.
    fn tell_rest(&mut self, context: &mut Context) -> Result<(), Failure> {
        while let Ok((script, line)) = self.lines.try_recv() {
            tell(context, &script, &line)?;
        }
        self.tell_missed();
        Ok(())
    }

    fn tell_missed(&self) {
        let missed = self.missed.swap(0, Ordering::Relaxed);
        if missed > 0 {
            output::note(&format!("{} came too fast to be shown; `mynah bot logs` has them", output::counted(missed, "line")));
        }
    }
}

fn ear() -> (LogEar, Receiver<(String, LogLine)>, Arc<AtomicU64>) {
    let (sender, lines) = channel(LINES);
    let missed = Arc::new(AtomicU64::new(0));
    let count = Arc::clone(&missed);
    let ear = move |script: &str, line: &LogLine| {
        if sender.try_send((script.to_owned(), line.clone())).is_err() {
            count.fetch_add(1, Ordering::Relaxed);
        }
    };
    (Arc::new(ear), lines, missed)
}

fn tell(context: &mut Context, script: &str, line: &LogLine) -> io::Result<()> {
    if context.out.is_json() {
        context.out.json(&scripts::json(script, line))?;
        return context.out.raw().flush();
    }
    let mut stderr = anstream::stderr();
    // Where standard error is closed, nobody wants to know.
    let _ = writeln!(stderr, "{}", scripts::line(script, line, Styles::coloured(), &context.zone));
    Ok(())
}
