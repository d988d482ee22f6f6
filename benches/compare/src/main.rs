//! Mynah side by side with SQLite FTS5 and with the limit of its own parts: one command, one run, one table of ratios.

mod changing;
mod corpus;
mod engine;
mod field;
#[path = "../../shared/generate.rs"]
mod generate;
mod judge;
mod lines;
mod messages;
mod mynah;
mod parts;
mod race;
mod reading;
mod results;
mod run;
mod samples;
mod side;
mod sqlite;
mod step;
mod table;

use std::path::PathBuf;

use anyhow::Result;
use clap::{Parser, Subcommand};

use crate::results::Results;
use crate::run::Settings;
use crate::side::Side;
use crate::step::Step;

/// Compares Mynah with SQLite FTS5 and with the limit of its own parts, on the same messages and processors.
#[derive(Parser)]
#[command(args_conflicts_with_subcommands = true)]
struct Arguments {
    /// Messages in the TIM JSON form, one a line, plain or .xz, .zst, .gz.
    #[arg(long, value_name = "FILE", conflicts_with = "generate")]
    messages: Option<PathBuf>,
    /// Makes up so many messages in several languages instead.
    #[arg(long, value_name = "N", default_value_t = 200_000)]
    generate: u64,
    /// Seed of the messages made up, and of the samples drawn.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Samples of each act whose latency is measured.
    #[arg(long, default_value_t = 200, value_parser = clap::value_parser!(u32).range(1..))]
    samples: u32,
    /// Imports of each side; the median counts.
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..))]
    rounds: u32,
    /// Leaves Mynah out: what this machine gives for the yardsticks.
    #[arg(long)]
    peers_only: bool,
    /// Folder for the archives, kept afterwards; a temporary one otherwise. About 3 KB a message are needed.
    #[arg(long, value_name = "DIR")]
    work: Option<PathBuf>,
    /// Prints everything measured and all lines as one JSON object.
    #[arg(long)]
    json: bool,
    #[command(subcommand)]
    own: Option<Own>,
}

/// What the program starts itself for.
#[derive(Subcommand)]
enum Own {
    /// Runs one step of the comparison in this process.
    #[command(hide = true, subcommand)]
    Step(Step),
}

fn main() -> Result<()> {
    let arguments = Arguments::parse();
    if let Some(Own::Step(step)) = &arguments.own {
        return step.run();
    }
    let temporary = tempfile::Builder::new().prefix("mynah-compare-").tempdir()?;
    // A folder of its own below the one that was named: what stands there already is not ours to replace.
    let work = arguments.work.as_deref().unwrap_or(temporary.path()).join("mynah-compare");
    std::fs::create_dir_all(&work)?;
    let file = match &arguments.messages {
        Some(file) => messages::plain_file(file, &work)?,
        None => {
            let file = work.join("messages.jsonl");
            generate::write(&file, arguments.generate, arguments.seed)?;
            file
        }
    };
    let ours = [Side::Mynah].into_iter().filter(|_| !arguments.peers_only);
    let settings = Settings {
        file,
        work,
        samples: arguments.samples as usize,
        rounds: arguments.rounds as usize,
        sides: ours.chain(Side::PEERS.iter().copied()).collect(),
        seed: arguments.seed,
    };
    let mut results = Results::default();
    let outcome = run::run(&settings, &mut results);
    // What was measured before something failed is worth as much as it was without the failure.
    let lines = lines::lines(&results);
    if arguments.json {
        println!("{}", serde_json::json!({ "lines": lines, "results": results }));
    } else {
        print!("{}", table::table(&results, &lines));
    }
    outcome
}

/// Tells on standard error what is being done.
fn say(what: &str) {
    eprintln!("compare: {what}");
}
