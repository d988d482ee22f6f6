//! Every script of `tests/hostile` is survived: it is stopped in time or does no harm, and what comes after it runs.
//!
//! Its first line says how it ends: `deadline`, `memory`, `error`, `panic` (a fault of the host that it tries to hide), `harmless`, or `any` of
//! these, where speed and memory of the machine decide. `MYNAH_HOSTILE=FOLDER` runs the scripts of another folder, whose end is not known, and
//! shows a table with `--nocapture`.

use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::script::vm::Fault;
use crate::script::vm::testing::{Host, within};

const DEADLINE: Duration = Duration::from_millis(300);
const GRACE: Duration = Duration::from_millis(100);

/// What is left when a script has ended and its garbage is collected.
const SMALL: usize = 2 << 20;

fn scripts(folder: &Path) -> Vec<(String, String)> {
    let mut paths: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "luau" || extension == "lua"));
    paths.sort();
    paths
        .into_iter()
        .map(|path| (path.file_stem().unwrap().to_string_lossy().into_owned(), std::fs::read_to_string(&path).unwrap()))
        .collect()
}

fn word(end: Option<&Fault>) -> &'static str {
    match end {
        None => "harmless",
        Some(Fault::Deadline { .. }) => "deadline",
        Some(Fault::Memory { .. }) => "memory",
        Some(Fault::Panicked { .. }) => "panic",
        Some(_) => "error",
    }
}

/// Runs the script as a handler and says how it ended, and after how much computing.
fn survive(name: &str, source: &str) -> (&'static str, Duration) {
    let handler = format!("local run = 0 on(function() run += 1 if run > 1 then return \"well\" end do {source}\nend end)");
    let mut host = Host::with(&[("main", &handler)], within(DEADLINE)).unwrap_or_else(|fault| panic!("{name}: {fault}"));
    let end = host.call().err();
    let took = host.took;
    if let Some(fault) = &end {
        assert!(fault.to_string().len() < 4_000 && fault.traceback().len() < 8_000, "{name}: what is said of it is short");
    }
    if host.vm.is_spent() {
        let mut next = Host::of("on(function() return 'well' end)").unwrap();
        assert_eq!(next.text(), "well", "{name}: the next machine works");
    } else {
        assert_eq!(host.text(), "well", "{name}: the machine works on");
        host.vm.collect();
        assert!(host.vm.memory() < SMALL, "{name}: {} bytes are left", host.vm.memory());
    }
    (word(end.as_ref()), took)
}

#[test]
fn every_hostile_script_is_stopped_in_time_or_harmless() {
    // With the room that scripts have: threads of tests have less.
    let play = std::thread::Builder::new().stack_size(crate::script::STACK_BYTES).spawn(survive_all).unwrap();
    if let Err(failure) = play.join() {
        std::panic::resume_unwind(failure);
    }
}

fn survive_all() {
    if let Some(folder) = std::env::var_os("MYNAH_HOSTILE") {
        for (name, source) in scripts(Path::new(&folder)) {
            let (end, took) = survive(&name, &source);
            println!("{name:36} {end:10} {:4} ms{}", took.as_millis(), if took > DEADLINE + GRACE { "  TOO LATE" } else { "" });
        }
        return;
    }
    let all = scripts(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/hostile")));
    assert!(all.len() >= 70, "they are all there");
    for (name, source) in all {
        let expected = source
            .lines()
            .next()
            .and_then(|line| line.strip_prefix("-- ends: "))
            .unwrap_or_else(|| panic!("{name} does not say how it ends"));
        let (end, took) = survive(&name, &source);
        assert!(expected == "any" || expected == end, "{name} ended with {end}, not with {expected}");
        assert!(took <= DEADLINE + GRACE, "{name} was stopped after {took:?}");
    }
}
