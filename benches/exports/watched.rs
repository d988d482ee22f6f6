//! Runs an import as a process of its own and looks at its memory meanwhile.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;

use super::Result;

/// What became of an import.
pub(super) struct Ran {
    pub(super) new: u64,
    pub(super) known: u64,
    pub(super) refused: u64,
    pub(super) seconds: f64,
    /// The most bytes that were resident at any time.
    pub(super) resident: u64,
    /// The most bytes of them that belonged to no file, as far as it was looked at.
    pub(super) anonymous: u64,
}

pub(super) fn run(program: &Path, archive: &Path, export: &Path) -> Result<Ran> {
    let began = Instant::now();
    let mut child = Command::new(program)
        .args(["--store".as_ref(), archive.as_os_str(), "import".as_ref(), "--json".as_ref(), export.as_os_str()])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()?;
    let status = format!("/proc/{}/status", child.id());
    let (mut resident, mut anonymous) = (0, 0);
    while child.try_wait()?.is_none() {
        if let Ok(text) = fs::read_to_string(&status) {
            resident = resident.max(kilobytes(&text, "VmHWM:"));
            anonymous = anonymous.max(kilobytes(&text, "RssAnon:"));
        }
        thread::sleep(Duration::from_millis(20));
    }
    let seconds = began.elapsed().as_secs_f64();
    let output = child.wait_with_output()?;
    let last: Value = serde_json::from_slice(&output.stdout)?;
    let count = |key: &str| last[key].as_u64().ok_or_else(|| format!("the import told no {key}"));
    Ok(Ran {
        new: count("new")?,
        known: count("known")?,
        refused: count("refused")?,
        seconds,
        resident: resident * 1_024,
        anonymous: anonymous * 1_024,
    })
}

fn kilobytes(status: &str, key: &str) -> u64 {
    let line = status.lines().find_map(|line| line.strip_prefix(key));
    line.and_then(|line| line.trim().strip_suffix(" kB")?.parse().ok()).unwrap_or(0)
}
