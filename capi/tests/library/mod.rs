//! The library under test, and programs that are compiled against it.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::OnceLock;
use std::time::SystemTime;

/// The folder of this package.
pub fn package() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Where cargo puts what it builds in the profile of this test.
pub fn built() -> PathBuf {
    let test = std::env::current_exe().expect("a test has a path");
    test.ancestors().nth(2).expect("a test lies in deps of the folder of its profile").to_path_buf()
}

/// A folder of this test's own, which stays for the next run.
pub fn scratch(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("capi").join(name);
    fs::create_dir_all(&folder).expect("a folder can be made");
    folder
}

/// The shared library. Integration tests do not depend on it for cargo, so it is checked that it is there and not older than its sources.
pub fn shared() -> &'static Path {
    static SHARED: OnceLock<PathBuf> = OnceLock::new();
    SHARED.get_or_init(|| {
        let library = built().join("libmynah.so");
        let made = fs::metadata(&library).and_then(|file| file.modified());
        let made = made.unwrap_or_else(|_| panic!("{} is not there: run `cargo build --workspace` first", library.display()));
        for sources in [package().join("src"), package().join("../src")] {
            let changed = newest(&sources);
            assert!(made >= changed, "{} is older than its sources: run `cargo build --workspace` first", library.display());
        }
        library
    })
}

/// When something was changed last of which the library is built; tests are not.
fn newest(folder: &Path) -> SystemTime {
    let entries = fs::read_dir(folder).expect("sources can be listed").map(|entry| entry.expect("sources can be listed"));
    let entries = entries.filter(|entry| !["stories", "tests", "tests.rs"].iter().any(|name| entry.file_name() == *name));
    let times = entries.map(|entry| {
        let about = entry.metadata().expect("sources can be looked at");
        if about.is_dir() { newest(&entry.path()) } else { about.modified().expect("files have a time") }
    });
    times.max().unwrap_or(SystemTime::UNIX_EPOCH)
}

/// A folder with the names under which programs look for the library.
pub fn linked() -> &'static Path {
    static LINKED: OnceLock<PathBuf> = OnceLock::new();
    LINKED.get_or_init(|| {
        let folder = scratch("lib");
        for name in ["libmynah.so", "libmynah.so.0"] {
            let _ = fs::remove_file(folder.join(name));
            symlink(shared(), folder.join(name)).expect("a link can be made");
        }
        folder
    })
}

/// A compiler of a language, with the flags that every program is compiled with.
pub fn compiler(program: &str, standard: &str) -> Command {
    let mut command = Command::new(program);
    command.arg(format!("-std={standard}")).args(["-Wall", "-Wextra", "-Werror", "-g", "-I"]).arg(package().join("include"));
    command
}

/// Compiles sources into a program that finds the library where it was built.
#[track_caller]
pub fn compile(mut compiler: Command, name: &str, sources: &[PathBuf]) -> PathBuf {
    let program = scratch("bin").join(name);
    compiler.args(sources).arg("-o").arg(&program).arg("-L").arg(linked()).arg(format!("-Wl,-rpath,{}", linked().display()));
    succeed(compiler.args(["-lmynah", "-pthread"]));
    program
}

/// Runs a command, which must end well, and gives what it printed.
#[track_caller]
pub fn succeed(command: &mut Command) -> String {
    let Output { status, stdout, stderr } = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let (printed, said) = (String::from_utf8_lossy(&stdout), String::from_utf8_lossy(&stderr));
    assert!(status.success(), "{command:?}\nended with {status}\n{printed}{said}");
    printed.into_owned()
}

/// Whether there is a program of this name.
pub fn is_there(program: &str) -> bool {
    Command::new(program).arg("--version").output().is_ok_and(|output| output.status.success())
}

/// Says aloud what is not tested on this machine.
pub fn skipped(what: &str, why: &str) {
    eprintln!("SKIPPED: {what}: {why}");
}

/// The files of a folder with this ending, by name.
pub fn files(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut files: Vec<_> = entries.map(|entry| entry.expect("a folder can be listed").path()).collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == ending));
    files.sort();
    files
}
