//! How fast exports of other programs come in, and how much memory that takes: writes one export of each kind as large as asked, imports it with
//! the program itself, in a process of its own, and again when all of it is known.

mod made;
#[cfg(target_os = "linux")]
mod watched;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Parser;

use made::Kind;

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

/// Measures imports of large exports.
#[derive(Parser)]
struct Arguments {
    /// Size of each export, in MB.
    #[arg(long, default_value_t = 1_000)]
    megabytes: u64,
    /// Only this kind.
    #[arg(long, value_enum)]
    only: Option<Kind>,
    /// Folder for exports and archives, a temporary one otherwise.
    #[arg(long, value_name = "DIR")]
    work: Option<PathBuf>,
    /// What cargo gives to every benchmark.
    #[arg(long, hide = true)]
    bench: bool,
}

fn main() -> ExitCode {
    match run(&Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

#[cfg(not(target_os = "linux"))]
fn run(_: &Arguments) -> Result<()> {
    Err("the memory of another process is measured on Linux only".into())
}

#[cfg(target_os = "linux")]
fn run(arguments: &Arguments) -> Result<()> {
    let folder = tempfile::Builder::new().prefix("mynah-exports-").tempdir_in(arguments.work.clone().unwrap_or_else(std::env::temp_dir))?;
    println!("exports of {} MB each; memory is the most that was resident, and the most of it that was no file", arguments.megabytes);
    println!(
        "{:10}{:>12}{:>14}{:>10}{:>16}{:>16}{:>18}",
        "format", "messages", "messages/s", "MB/s", "resident", "of it no file", "known again"
    );
    for kind in Kind::all().filter(|kind| arguments.only.is_none_or(|only| only == *kind)) {
        let export = folder.path().join(format!("{kind:?}"));
        let written = made::write(kind, arguments.megabytes * 1_000_000, &export)?;
        let archive = folder.path().join("archive");
        let first = import(&archive, &written.path)?;
        if first.new != written.messages || first.refused != 0 {
            return Err(format!(
                "{kind:?}: {} messages were written, {} are new and {} refused",
                written.messages, first.new, first.refused
            )
            .into());
        }
        let again = import(&archive, &written.path)?;
        if (again.new, again.known) != (0, written.messages) {
            return Err(format!("{kind:?}: imported twice, {} are new and {} known", again.new, again.known).into());
        }
        println!(
            "{:10}{:>12}{:>14.0}{:>10.1}{:>13} MB{:>13} MB{:>16.0}/s",
            format!("{kind:?}"),
            written.messages,
            written.messages as f64 / first.seconds,
            written.bytes as f64 / 1e6 / first.seconds,
            first.resident / 1_000_000,
            first.anonymous / 1_000_000,
            written.messages as f64 / again.seconds,
        );
        std::fs::remove_dir_all(&archive)?;
        std::fs::remove_dir_all(&export)?;
    }
    Ok(())
}

/// Imports with the program and says what became of it.
#[cfg(target_os = "linux")]
fn import(archive: &Path, export: &Path) -> Result<watched::Ran> {
    watched::run(Path::new(env!("CARGO_BIN_EXE_mynah")), archive, export)
}
