//! What the C door costs: the same work by a C program through the door and by the Rust API, in one run, with the figures of the real
//! library beside them.

mod rust;
mod table;

use std::collections::BTreeMap;
use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::Command;

/// What a side says of a subject: microseconds a call, or a message when importing; for reads the median and the 99th percentile.
type Figures = BTreeMap<String, Vec<f64>>;

fn main() -> Result<(), Box<dyn Error>> {
    let mut messages = 100_000;
    let mut calls = 1_000;
    let mut rounds = 3;
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        let number = |text: Option<String>| text.and_then(|text| text.parse().ok()).ok_or(format!("{argument} needs a number"));
        match argument.as_str() {
            "--messages" => messages = number(arguments.next())?,
            "--calls" => calls = number(arguments.next())?,
            "--rounds" => rounds = number(arguments.next())?,
            "--rust" => {
                return rust::run(Path::new(&arguments.next().ok_or("a folder")?), number(arguments.next())?, number(arguments.next())?);
            }
            // What cargo gives to every benchmark.
            "--bench" => {}
            other => return Err(format!("unknown argument {other}: --messages N, --calls N, --rounds N").into()),
        }
    }
    let messages = (messages / 10_000).max(1) * 10_000;
    let program = compile()?;
    let mut figures = [Vec::new(), Vec::new()];
    for round in 0..rounds {
        eprintln!("round {} of {rounds}", round + 1);
        let folder = tempfile::tempdir()?;
        figures[0].push(measure(Command::new(&program).arg(folder.path()), messages, calls)?);
        let folder = tempfile::tempdir()?;
        figures[1].push(measure(Command::new(std::env::current_exe()?).arg("--rust").arg(folder.path()), messages, calls)?);
    }
    let [door, rust] = figures.map(|rounds| medians(&rounds));
    table::print(messages, rounds, &door, &rust);
    Ok(())
}

/// The C program, linked with the library that lies beside this one.
fn compile() -> Result<PathBuf, Box<dyn Error>> {
    let built = std::env::current_exe()?.ancestors().nth(2).ok_or("a benchmark lies in deps")?.to_path_buf();
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("door");
    std::fs::create_dir_all(&folder)?;
    for name in ["libmynah.so", "libmynah.so.0"] {
        let _ = std::fs::remove_file(folder.join(name));
        std::os::unix::fs::symlink(built.join("libmynah.so"), folder.join(name))?;
    }
    let program = folder.join("door");
    let mut cc = Command::new("cc");
    cc.args(["-std=gnu11", "-O2", "-Wall", "-Wextra", "-I"])
        .arg(here.join("include"))
        .arg(here.join("benches/door/door.c"))
        .arg("-o")
        .arg(&program);
    cc.arg("-L").arg(&folder).arg(format!("-Wl,-rpath,{}", folder.display())).args(["-lmynah", "-pthread"]);
    if !cc.status()?.success() {
        return Err("the C program could not be compiled: is the library built? cargo build --release --workspace".into());
    }
    Ok(program)
}

/// Runs one side.
fn measure(side: &mut Command, messages: u64, calls: u64) -> Result<Figures, Box<dyn Error>> {
    let output = side.arg(messages.to_string()).arg(calls.to_string()).output()?;
    if !output.status.success() {
        return Err(format!("{side:?} ended with {}: {}", output.status, String::from_utf8_lossy(&output.stderr)).into());
    }
    let printed = String::from_utf8(output.stdout)?;
    let lines = printed.lines().map(|line| {
        let mut parts = line.split(' ');
        let name = parts.next().ok_or("a line has a name")?.to_owned();
        Ok((name, parts.map(str::parse).collect::<Result<_, _>>()?))
    });
    lines.collect()
}

/// The median of each figure over all rounds.
fn medians(rounds: &[Figures]) -> Figures {
    let median = |name: &String, at: usize| {
        let mut values: Vec<f64> = rounds.iter().map(|figures| figures[name][at]).collect();
        values.sort_by(f64::total_cmp);
        values[values.len() / 2]
    };
    rounds[0].iter().map(|(name, values)| (name.clone(), (0..values.len()).map(|at| median(name, at)).collect())).collect()
}
