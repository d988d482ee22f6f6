//! Accounts that talk at random, over lines that fail, with clocks that are wrong, in processes that end. At the end all archives have to
//! agree with each other and with a naive model. All of it follows from a seed: one that fails, fails again.
//!
//! `MYNAH_SIM_SEEDS=N` runs N seeds, `MYNAH_SIM_SEED=S` runs one and prints its steps.

mod ledger;
mod steps;
mod story;
mod verdict;
mod wire;
mod world;

use std::panic::{AssertUnwindSafe, catch_unwind};

use mynah::transport::loopback::Weather;

use ledger::{View, agree};
use verdict::Verdict;
use world::{Account, End, FOUNDERS, World};

/// Seeds of the suite.
const SEEDS: u64 = 1_000;

/// What a world left: all steps, and all that can be told of its archives.
#[derive(PartialEq, Eq)]
struct Left {
    steps: Vec<String>,
    archives: Vec<Vec<String>>,
}

/// Lives through the world of a seed. The error says what must not be.
fn live(seed: u64, prints: bool) -> Result<Left, String> {
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().map_err(|error| error.to_string())?;
    let lived = catch_unwind(AssertUnwindSafe(|| runtime.block_on(whole(seed, prints))));
    lived.unwrap_or_else(|_| Err("it panicked".to_owned()))
}

async fn whole(seed: u64, prints: bool) -> Result<Left, String> {
    let mut world = World::new(seed, prints);
    for _ in 0..30 + world.random.below(60) {
        world.step().await;
    }
    world.log.note("lines are fair again");
    for who in 0..world.accounts.len() {
        world.hub.set_weather(world.accounts[who].name, Weather::default());
        world.end(who, End::Dropped).await;
        world.login(who).await;
    }
    world.settle().await?;
    for who in 0..world.accounts.len() {
        world.end(who, End::Dropped).await;
        world.login(who).await;
    }
    let before: Vec<_> = world.accounts.iter().map(Account::moved).collect();
    world.settle().await?;
    for (account, before) in world.accounts.iter().zip(before) {
        if account.moved() != before {
            return Err(format!("{} had something left to say or to hear", account.name));
        }
    }
    let names: Vec<&str> = world.accounts.iter().map(|account| account.name).collect();
    let mut views = Vec::new();
    for who in 0..names.len() {
        views.push(View::of(world.inbox(who).await)?);
    }
    let ledger = agree(&names, &views, FOUNDERS)?;
    let mut archives = Vec::new();
    for (account, view) in world.accounts.iter().zip(&views) {
        let story = account.story.lock().unwrap();
        let verdict = Verdict::new(account, &story, view, &ledger);
        verdict.reach().map_err(|what| format!("{}: {what}", account.name))?;
        archives.push(verdict.print());
    }
    let left = Left { steps: world.steps(), archives };
    for who in 0..names.len() {
        world.end(who, End::Crash).await;
    }
    Ok(left)
}

/// A number that the caller of the tests has set.
fn given(variable: &str) -> Option<u64> {
    std::env::var(variable).ok().map(|text| text.parse().unwrap())
}

/// Lives through every second seed from `first` on.
fn live_through(first: u64) {
    if let Some(seed) = given("MYNAH_SIM_SEED") {
        if seed % 2 == first
            && let Err(what) = live(seed, true)
        {
            panic!("seed {seed}: {what}");
        }
        return;
    }
    for seed in (first..given("MYNAH_SIM_SEEDS").unwrap_or(SEEDS)).step_by(2) {
        if let Err(what) = live(seed, false) {
            panic!("seed {seed}: {what}\nto see its steps: MYNAH_SIM_SEED={seed} cargo test --test suite simulation");
        }
    }
}

#[test]
fn after_anything_that_may_happen_all_archives_agree_and_nothing_is_lost_or_doubled_in_even_seeds() {
    live_through(0);
}

#[test]
fn after_anything_that_may_happen_all_archives_agree_and_nothing_is_lost_or_doubled_in_odd_seeds() {
    live_through(1);
}

#[test]
fn the_same_seed_takes_the_same_steps_and_leaves_the_same_archives() {
    for seed in [3, 14, 159] {
        let (once, again) = (live(seed, false).unwrap(), live(seed, false).unwrap());
        let differs = once.steps.iter().zip(&again.steps).find(|(once, again)| once != again);
        assert!(differs.is_none(), "seed {seed}: {differs:?}");
        assert!(once == again, "seed {seed}: the archives differ");
    }
}
