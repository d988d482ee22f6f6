//! Steps that run in a process of their own, so that each one's peak memory is its own and every start is a fresh one.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Context, Result, ensure};
use clap::Subcommand;
use serde::{Deserialize, Serialize};

use crate::engine::Query;
use crate::side::Side;

/// What the child process does.
#[derive(Clone, Debug, Subcommand)]
pub(crate) enum Step {
    /// Imports a plain file of messages into an empty folder.
    Import {
        /// Who imports.
        side: Side,
        /// The archive's folder.
        folder: PathBuf,
        /// The messages.
        file: PathBuf,
    },
    /// Opens an archive and answers a first search.
    Open {
        /// Who opens.
        side: Side,
        /// The archive's folder.
        folder: PathBuf,
        /// The word searched for.
        word: String,
    },
    /// Builds the index of an archive anew.
    Reindex {
        /// Who builds.
        side: Side,
        /// The archive's folder.
        folder: PathBuf,
    },
}

/// What the child process reports.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(crate) struct Outcome {
    /// Messages imported; 0 for other steps.
    pub(crate) messages: u64,
    /// How long the step took, without starting and ending the process.
    pub(crate) seconds: f64,
    /// The most memory that the process ever had resident, where the system tells it.
    pub(crate) peak_bytes: Option<u64>,
}

impl Step {
    /// Runs the step in this process and prints its outcome as one line.
    pub(crate) fn run(&self) -> Result<()> {
        let start = Instant::now();
        let (messages, taken) = match self {
            Self::Import { side, folder, file } => side.import(folder, file)?,
            Self::Open { side, folder, word } => {
                side.open(folder)?.newest(&Query::Word(word.clone()), None)?;
                (0, start.elapsed())
            }
            Self::Reindex { side, folder } => {
                side.open(folder)?.reindex()?;
                (0, start.elapsed())
            }
        };
        let outcome = Outcome { messages, seconds: taken.as_secs_f64(), peak_bytes: peak_bytes() };
        println!("{}", serde_json::to_string(&outcome)?);
        Ok(())
    }

    /// Runs the step in a new process of this program.
    pub(crate) fn run_in_child(&self) -> Result<Outcome> {
        let mut command = Command::new(std::env::current_exe()?);
        match self {
            Self::Import { side, folder, file } => command.args(["step", "import", side.word()]).arg(folder).arg(file),
            Self::Open { side, folder, word } => command.args(["step", "open", side.word()]).arg(folder).arg(word),
            Self::Reindex { side, folder } => command.args(["step", "reindex", side.word()]).arg(folder),
        };
        let output = command.stderr(Stdio::inherit()).output()?;
        ensure!(output.status.success(), "a step ended with {}: {self:?}", output.status);
        serde_json::from_slice(&output.stdout).context("read what a step printed")
    }
}

/// The high-water mark of resident memory. Linux only; `ru_maxrss` would count the parent's memory from before the exec.
fn peak_bytes() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let kilobytes = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?.trim().strip_suffix(" kB")?;
    Some(kilobytes.parse::<u64>().ok()? * 1024)
}

/// Bytes of all files in a folder.
pub(crate) fn disk_bytes(folder: &Path) -> Result<u64> {
    let mut bytes = 0;
    for_each_file(folder, &mut |file| {
        bytes += file.metadata()?.len();
        Ok(())
    })?;
    Ok(bytes)
}

/// Waits until everything in a folder is on disk, so that one engine's late writing does not slow the next one down.
pub(crate) fn settle(folder: &Path) -> Result<()> {
    for_each_file(folder, &mut |file| file.sync_all())
}

fn for_each_file(folder: &Path, each: &mut impl FnMut(fs::File) -> std::io::Result<()>) -> Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            for_each_file(&path, each)?;
        } else {
            each(fs::File::open(&path)?)?;
        }
    }
    Ok(())
}
