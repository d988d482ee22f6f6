//! How fast messages move: what a session sends in a second, how soon the other side hears it, how fast what waited is received. One
//! command, one run, one table.

mod fill;
#[path = "../shared/generate.rs"]
mod generate;
mod hearing;
mod measure;
mod receiving;
mod sending;
mod step;
mod table;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Parser, Subcommand, ValueEnum};
use mynah::Durability;
use tokio::runtime::Runtime;

use step::Step;
use table::{Asked, Line, Value};

type Result<T> = std::result::Result<T, Box<dyn std::error::Error + Send + Sync>>;

/// Measures sending, hearing and receiving through the hub in the process.
#[derive(Parser)]
#[command(args_conflicts_with_subcommands = true)]
struct Arguments {
    /// Messages that wait in the hub to be received.
    #[arg(long, default_value_t = 100_000)]
    messages: u64,
    /// How often each rate is measured, turn by turn; the median counts.
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u32).range(1..))]
    rounds: u32,
    /// Folder for the archives, a temporary one otherwise. It has to be on a disk for the syncs to mean something.
    #[arg(long, value_name = "DIR")]
    work: Option<PathBuf>,
    /// Measures this only.
    #[arg(long, value_enum)]
    only: Option<Subject>,
    /// What cargo gives to every benchmark.
    #[arg(long, hide = true)]
    bench: bool,
    #[command(subcommand)]
    step: Option<Inner>,
}

/// What can be measured by itself.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Subject {
    Sending,
    Hearing,
    Receiving,
}

#[derive(Subcommand)]
enum Inner {
    /// One step, in a process of its own.
    #[command(hide = true, subcommand)]
    Step(Step),
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let done = match &arguments.step {
        Some(Inner::Step(step)) => step.run(),
        None => run(&arguments),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("motion: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &Arguments) -> Result<()> {
    // Not the system's folder for temporary files, which may be in memory.
    let temporary = tempfile::tempdir_in(concat!(env!("CARGO_MANIFEST_DIR"), "/target"))?;
    let work = arguments.work.as_deref().unwrap_or(temporary.path());
    let cores = std::thread::available_parallelism()?;
    let mut lines = vec![Line::plain("sync of this disk after an append", Value::Latency(measure::syncs(work)?))];
    let is_asked = |subject| arguments.only.is_none_or(|only| only == subject);
    if is_asked(Subject::Sending) {
        lines.extend(send(work, arguments.rounds)?);
    }
    if is_asked(Subject::Hearing) {
        lines.extend(hear(work)?);
    }
    if is_asked(Subject::Receiving) {
        lines.extend(receive(work, arguments)?);
    }
    println!("{cores} processors; rates are the median of {}, times are the median, the 99th of 100 and the longest\n", arguments.rounds);
    print!("{}", table::table(&lines));
    Ok(())
}

/// Says what is measured now, for who waits.
fn say(what: &str) {
    eprintln!("… {what}");
}

fn send(work: &Path, rounds: u32) -> Result<Vec<Line>> {
    let mut lines = Vec::new();
    for hub in [sending::HubIn::Memory, sending::HubIn::Folder] {
        say(&format!("sending, hub in {}", hub.word()));
        let folder = work.join(format!("sending-{}", hub.word()));
        let rates = Runtime::new()?.block_on(sending::rates(&folder, hub, rounds))?;
        let line = |what: &str, rate| Line::plain(&format!("send, synced, hub in {}: {what}", hub.word()), Value::Rate(rate));
        lines.push(line("1 sender", rates.one));
        lines.push(line("8 in one conversation", rates.eight_in_one).against("1 sender", Value::Rate(rates.one), Asked::AtLeast(4.0)));
        lines.push(line("8 in 8 conversations", rates.eight_in_eight).against("1 sender", Value::Rate(rates.one), Asked::AtLeast(4.0)));
    }
    Ok(lines)
}

fn hear(work: &Path) -> Result<Vec<Line>> {
    let mut lines = Vec::new();
    for (durability, word) in [(Durability::Synced, "synced"), (Durability::Buffered, "buffered")] {
        for (from, what) in [(hearing::From::Send, "send"), (hearing::From::Publish, "publish")] {
            say(&format!("hearing, {word}, from {what}"));
            let folder = work.join(format!("hearing-{word}-{what}"));
            let latency = Runtime::new()?.block_on(hearing::delay(&folder, durability, from))?;
            let line = Line::plain(&format!("from {what} to listener, {word}, 1,000 a second"), Value::Latency(latency));
            lines.push(line.asked(Asked::P99Under(0.010)));
        }
    }
    Ok(lines)
}

fn receive(work: &Path, arguments: &Arguments) -> Result<Vec<Line>> {
    say("filling the hub");
    let (hub, count) = (work.join("hub"), arguments.messages);
    Runtime::new()?.block_on(fill::fill(&hub, &work.join("messages"), count))?;
    let (mut received, mut imported) = (Vec::new(), Vec::new());
    for round in 1..=arguments.rounds {
        say(&format!("receiving, then importing, round {round} of {}", arguments.rounds));
        let step = |name: &str| work.join(format!("{name}-{round}"));
        received.push(Step::Receive { hub: hub.clone(), folder: step("received"), count }.run_in_child()?);
        imported.push(Step::Import { hub: hub.clone(), folder: step("imported"), count }.run_in_child()?);
    }
    let rate =
        |outcomes: &[step::Outcome]| Value::Rate(measure::median(outcomes.iter().map(|outcome| count as f64 / outcome.seconds).collect()));
    let mut lines = vec![
        Line::plain("import into archive and index", rate(&imported)),
        Line::plain("receive into archive and index", rate(&received)).against("import", rate(&imported), Asked::AtLeast(0.7)),
    ];
    let memory =
        |outcomes: &[step::Outcome], bytes: fn(&step::Outcome) -> Option<u64>| outcomes.iter().filter_map(bytes).max().map(Value::Bytes);
    let named = [
        ("memory while receiving, the hub included", memory(&received, |outcome| outcome.peak_bytes)),
        ("of it before the login: the hub", memory(&received, |outcome| outcome.bytes_before)),
        ("memory while importing, the messages included", memory(&imported, |outcome| outcome.peak_bytes)),
        ("of it before the import: the messages", memory(&imported, |outcome| outcome.bytes_before)),
    ];
    lines.extend(named.into_iter().filter_map(|(what, bytes)| Some(Line::plain(what, bytes?))));
    Ok(lines)
}
