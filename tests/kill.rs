//! A process that writes is killed at random moments: what it acknowledged is there whole, and nothing is there in part.

mod bots;
mod talk;

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use mynah::Archive;

use crate::archive::options;
use crate::naive::{Naive, Operation, Random, act, assert_equal, compare};

/// Where the child writes; without it the child has nothing to do.
const FOLDER: &str = "MYNAH_KILL_FOLDER";
/// The step that the child begins with.
const STEP: &str = "MYNAH_KILL_STEP";
/// How often to kill; a few times when not given.
const ROUNDS: &str = "MYNAH_KILL_ROUNDS";
/// What every process makes its operations from.
const SEED: &str = "MYNAH_KILL_SEED";

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok().and_then(|number| number.parse().ok())
}

/// The operation of a step, the same in every process.
fn operation(seed: u64, step: u64) -> Operation {
    match Random::new(seed ^ step.wrapping_mul(0x2545_f491_4f6c_dd1d)).operation(40) {
        // The child stays open until it is killed.
        Operation::Reopen => Operation::Reindex,
        operation => operation,
    }
}

/// What is left of the naive archive after the first `steps` operations.
fn naive_after(seed: u64, steps: u64) -> Naive {
    let mut naive = Naive::default();
    (0..steps).for_each(|step| naive.apply(&operation(seed, step)));
    naive
}

/// The process that is killed. As a test it does nothing unless the other one has started it.
#[test]
fn the_child_writes_until_it_is_killed() {
    let Some(folder) = std::env::var_os(FOLDER) else { return };
    let (seed, first) = (number(SEED).unwrap(), number(STEP).unwrap());
    let archive = options().open(Path::new(&folder)).unwrap();
    let mut naive = naive_after(seed, first);
    for step in first.. {
        let operation = operation(seed, step);
        act(&archive, &naive, &operation);
        naive.apply(&operation);
        let mut out = std::io::stdout().lock();
        writeln!(out, "acknowledged {step}").unwrap();
        out.flush().unwrap();
    }
}

fn start(folder: &Path, seed: u64, step: u64) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["kill::the_child_writes_until_it_is_killed", "--exact", "--nocapture", "--test-threads=1"])
        .envs([(SEED, seed.to_string()), (STEP, step.to_string())])
        .env(FOLDER, folder)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// Kills the child at a random moment after some acknowledgements, and returns the steps that were acknowledged.
fn kill_at_random(mut child: Child, random: &mut Random, first: u64) -> u64 {
    let wanted = first + random.below(25);
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut steps = lines.map_while(Result::ok).filter_map(|line| line.split_once("acknowledged ")?.1.parse::<u64>().ok());
    let mut done = first;
    let mut note = |step: u64| {
        assert_eq!(step, done, "the child acknowledges one step after the other");
        done += 1;
        done
    };
    // The child ends only when it is killed, so the steps do not run out.
    let _ = steps.by_ref().find(|&step| note(step) > wanted);
    // Somewhere within the next operations, not always at the moment of an acknowledgement.
    (0..random.below(3_000_000)).for_each(|_| std::hint::spin_loop());
    child.kill().unwrap();
    child.wait().unwrap();
    // What it had said when it was killed counts too.
    for step in steps {
        note(step);
    }
    done
}

/// Opens what is left and asserts that it is what the acknowledged steps leave, or one step more: the one that was under way.
#[track_caller]
fn assert_whole(folder: &Path, without: &Naive, with: &Naive, keywords: &[String]) -> Archive {
    let archive = options().open(folder).unwrap();
    assert!(archive.wait_until_reindexed());
    if let Err(difference) = compare(&archive, without, keywords)
        && let Err(other) = compare(&archive, with, keywords)
    {
        panic!("without the step under way: {difference}; with it: {other}");
    }
    archive
}

#[test]
fn an_acknowledged_message_survives_kill_dash_nine() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("archive");
    let seed = number(SEED).unwrap_or(0x006d_796e_6168);
    let mut random = Random::new(seed);
    let mut done = 0;
    for _ in 0..number(ROUNDS).unwrap_or(3) {
        done = kill_at_random(start(&root, seed, done), &mut random, done);
        let keywords: Vec<String> = (0..6).map(|_| random.keyword()).collect();
        let without = naive_after(seed, done);
        let mut with = without.clone();
        with.apply(&operation(seed, done));
        let archive = assert_whole(&root, &without, &with, &keywords);
        // What was under way is done again, which completes it and changes nothing where it was complete.
        act(&archive, &without, &operation(seed, done));
        assert_equal(&archive, &with, &keywords);
        done += 1;
    }
    eprintln!("{done} steps survived");
}
