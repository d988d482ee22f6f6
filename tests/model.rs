//! Random operations leave the archive as they leave a naive one in memory.

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use crate::archive::options;
use crate::naive::{Naive, Operation, Random, act, assert_equal};

/// How many cases: `PROPTEST_CASES`, or a few.
fn config(few: u32) -> Config {
    let cases = std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(few);
    Config { cases, failure_persistence: None, max_shrink_iters: 200, ..Config::default() }
}

/// One operation of each seed. Fewer seeds are fewer operations, so that a failure shrinks to those that matter.
fn run(seeds: &[u64]) {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("archive");
    let mut archive = options().open(&root).unwrap();
    let mut naive = Naive::default();
    for (step, &seed) in seeds.iter().enumerate() {
        let mut random = Random::new(seed);
        let operation = random.operation(12);
        act(&archive, &naive, &operation);
        naive.apply(&operation);
        if matches!(operation, Operation::Reopen) {
            drop(archive);
            archive = options().open(&root).unwrap();
        }
        if step % 8 == 7 {
            let keywords: Vec<String> = (0..4).map(|_| random.keyword()).collect();
            assert_equal(&archive, &naive, &keywords);
        }
    }
    let mut random = Random::new(seeds.len() as u64);
    let keywords: Vec<String> = (0..8).map(|_| random.keyword()).collect();
    assert_equal(&archive, &naive, &keywords);
    drop(archive);
    assert_equal(&options().open(&root).unwrap(), &naive, &keywords);
}

#[test]
fn random_operations_leave_what_a_naive_archive_would_hold() {
    let seeds = proptest::collection::vec(any::<u64>(), 1..60);
    TestRunner::new(config(16))
        .run(&seeds, |seeds| {
            run(&seeds);
            Ok(())
        })
        .unwrap_or_else(|error| panic!("{error}"));
}
