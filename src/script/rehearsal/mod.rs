//! Scripts at work where nothing comes of it: with the real host, session and archive, but in an archive of their own, by a clock that is set, and
//! without a network. Tests (`test("…", function(t) … end)` in a script's file or in `NAME_test.luau` beside it), with people who are simulated; a
//! console, in which one of them is who types; and replays of what was really said.

mod book;
mod chronicle;
mod console;
pub(super) mod cue;
mod feed;
mod heard;
mod line;
mod people;
mod play;
mod replay;
mod studio;
#[cfg(test)]
mod tests;
mod town;
mod web;

pub use console::{Console, Said};
pub use replay::{Beginning, ReplayOptions, ReplayReport, Scene, replay};

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc;

use self::book::{Book, Outcome, Played, books};
use self::studio::Hands;
use self::town::{BEGIN, Town};
use super::bundle::Bundle;
use super::host::{ScriptError, ScriptOptions};

/// How tests are played.
#[derive(Clone, Debug, Default)]
pub struct TestOptions {
    only: Option<String>,
}

impl TestOptions {
    /// All tests, one after the other.
    pub fn new() -> Self {
        Self::default()
    }

    /// Only tests with this text in their names.
    pub fn only(mut self, part: impl Into<String>) -> Self {
        self.only = Some(part.into());
        self
    }
}

/// How the tests of a script went.
#[derive(Clone, Debug, PartialEq)]
pub struct TestReport {
    /// The script.
    pub script: String,
    /// Its tests, in the order of their files and lines.
    pub results: Vec<TestResult>,
}

impl TestReport {
    /// Whether no test has failed.
    pub fn is_passed(&self) -> bool {
        self.failures().next().is_none()
    }

    /// The tests that have failed.
    pub fn failures(&self) -> impl Iterator<Item = &TestResult> {
        self.results.iter().filter(|result| result.outcome != TestOutcome::Passed)
    }
}

/// How one test went.
#[derive(Clone, Debug, PartialEq)]
pub struct TestResult {
    /// The sentence that is to be true; for a file that cannot be loaded, that it can.
    pub name: String,
    /// The file, without its extension.
    pub file: String,
    /// Where the test begins, from 1; 0 for a file that cannot be loaded.
    pub line: u32,
    /// What came of it.
    pub outcome: TestOutcome,
    /// What the test itself has computed. The script's own time is the host's to count.
    pub computed: Duration,
}

/// What came of a test.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TestOutcome {
    /// Everything was as expected.
    Passed,
    /// Something was not.
    Failed {
        /// What was expected and what was there instead, or what went wrong.
        why: String,
        /// `file:line`, where it is known.
        at: Option<String>,
    },
}

/// Plays the tests of a script. It is granted what its manifest asks for, and configured with its defaults.
///
/// Nothing outside of folders for the time of the tests is read or written. Dropping this ends the test that is being played.
///
/// # Errors
/// [`ScriptError::Start`], [`ScriptError::Archive`]: there is no room to play them. What is wrong with the script, the results say.
pub async fn test(bundle: &Bundle, options: &TestOptions) -> Result<TestReport, ScriptError> {
    let mut report = TestReport { script: bundle.name().to_owned(), results: Vec::new() };
    let mut template = None;
    for book in books(bundle) {
        let book = Arc::new(book);
        let listed = Arc::clone(&book);
        let tests = match aside(move || listed.tests()).await? {
            Ok(tests) => tests,
            Err(fault) => {
                let name = format!("loading {}", book.file);
                let computed = Duration::ZERO;
                report.results.push(TestResult { name, file: book.file.clone(), line: 0, outcome: failed(&fault.to_string()), computed });
                continue;
            }
        };
        for (number, (name, line)) in tests.into_iter().enumerate() {
            if options.only.as_ref().is_some_and(|part| !name.contains(part.as_str())) {
                continue;
            }
            let template = match &template {
                Some(template) => template,
                None => template.insert(town::template().await?),
            };
            let home = template.path().join(people::ACCOUNT);
            let (outcome, computed) = match Town::new(vec![bundle.clone()], ScriptOptions::new(), Hands::standing_at(BEGIN), &home) {
                Ok(town) => play(&book, number, town).await?,
                Err(why) => (failed(&why), Duration::ZERO),
            };
            report.results.push(TestResult { name, file: book.file.clone(), line, outcome, computed });
        }
    }
    Ok(report)
}

/// Plays one test: the story on its own thread, the town here.
async fn play(book: &Arc<Book>, number: usize, mut town: Town) -> Result<(TestOutcome, Duration), ScriptError> {
    let (calls, mut called) = mpsc::channel(1);
    let read = Arc::clone(book);
    let story = aside(move || read.play(number, &calls));
    let happens = async {
        while let Some((cue, answer)) = called.recv().await {
            let answered = town.play(cue).await;
            // A story that was stopped waits for nothing.
            let _ = answer.send(Played { answer: answered, now: town.time() });
        }
    };
    let (Outcome { result, computed }, ()) = {
        let (story, ()) = tokio::join!(story, happens);
        (story?, ())
    };
    let outcome = match (result, town.crash().await) {
        (Err(fault), _) => failed(&fault.to_string()),
        (Ok(()), Err(why)) => failed(&why),
        (Ok(()), Ok(())) => TestOutcome::Passed,
    };
    Ok((outcome, computed))
}

/// Runs what blocks, or has a machine of its own, on a thread with room for deep recursion.
async fn aside<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, ScriptError> {
    let start = |source| ScriptError::Start { what: "a thread for tests", source };
    let (done, outcome) = tokio::sync::oneshot::channel();
    let run = move || drop(done.send(work()));
    std::thread::Builder::new().name("mynah-test".to_owned()).stack_size(8 << 20).spawn(run).map_err(start)?;
    outcome.await.map_err(|_| ScriptError::Ended)
}

/// A failure, with its place taken out of the text.
fn failed(text: &str) -> TestOutcome {
    let place = text.split_once(": ").filter(|(place, _)| {
        let line = place.rsplit_once(':').map(|(_, line)| line);
        !place.contains(' ') && line.is_some_and(|line| !line.is_empty() && line.bytes().all(|byte| byte.is_ascii_digit()))
    });
    match place {
        Some((place, why)) => TestOutcome::Failed { why: why.to_owned(), at: Some(place.to_owned()) },
        None => TestOutcome::Failed { why: text.to_owned(), at: None },
    }
}
