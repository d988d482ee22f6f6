//! Steps that run in a process of their own, so that the peak of memory of each is its own.

use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Duration;

use clap::Subcommand;
use serde::{Deserialize, Serialize};
use tokio::runtime::Runtime;

use crate::{Result, measure, receiving};

/// What the child process does.
#[derive(Subcommand)]
pub(crate) enum Step {
    /// Receives everything that waits in a hub.
    Receive {
        /// The hub's folder.
        hub: PathBuf,
        /// The archive's folder.
        folder: PathBuf,
        /// How many messages wait.
        count: u64,
    },
    /// Imports everything that waits in a hub.
    Import {
        /// The hub's folder.
        hub: PathBuf,
        /// The archive's folder.
        folder: PathBuf,
        /// How many messages wait.
        count: u64,
    },
}

/// What the child process reports.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(crate) struct Outcome {
    /// How long it took.
    pub(crate) seconds: f64,
    /// Resident memory before it began, where the system tells it.
    pub(crate) bytes_before: Option<u64>,
    /// The most memory that the process ever had resident.
    pub(crate) peak_bytes: Option<u64>,
}

impl Outcome {
    /// Of a step that has just ended.
    pub(crate) fn of(taken: Duration, bytes_before: Option<u64>) -> Self {
        let (_, peak_bytes) = measure::memory_bytes();
        Self { seconds: taken.as_secs_f64(), bytes_before, peak_bytes }
    }
}

impl Step {
    /// Runs the step in this process and prints its outcome as one line.
    pub(crate) fn run(&self) -> Result<()> {
        let runtime = Runtime::new()?;
        let outcome = match self {
            Self::Receive { hub, folder, count } => runtime.block_on(receiving::receive(hub, folder, *count)),
            Self::Import { hub, folder, count } => runtime.block_on(receiving::import(hub, folder, *count)),
        };
        println!("{}", serde_json::to_string(&outcome?)?);
        Ok(())
    }

    /// Runs the step in a new process of this program.
    pub(crate) fn run_in_child(&self) -> Result<Outcome> {
        let (word, Self::Receive { hub, folder, count } | Self::Import { hub, folder, count }) = match self {
            Self::Receive { .. } => ("receive", self),
            Self::Import { .. } => ("import", self),
        };
        let mut command = Command::new(std::env::current_exe()?);
        let output = command.args(["step", word]).args([hub, folder]).arg(count.to_string()).stderr(Stdio::inherit()).output()?;
        match output.status.success() {
            true => Ok(serde_json::from_slice(&output.stdout)?),
            false => Err(format!("a step ended with {}", output.status).into()),
        }
    }
}
