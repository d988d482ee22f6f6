//! `make install`: programs outside the tree are built with pkg-config and with CMake, shared and static, and run.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use crate::library::{built, is_there, package, scratch, shared, skipped, succeed};

/// A folder into which the library of this profile was installed.
fn installed() -> &'static Path {
    static PREFIX: OnceLock<PathBuf> = OnceLock::new();
    PREFIX.get_or_init(|| {
        shared();
        let prefix = scratch("installed");
        let _ = fs::remove_dir_all(&prefix);
        succeed(Command::new(package().join("package/install.sh")).arg(built()).arg(&prefix));
        prefix
    })
}

/// Runs the example with a folder of its own.
#[track_caller]
fn check(program: &Path) {
    let folder = tempfile::tempdir().unwrap();
    let printed = succeed(Command::new(program).arg(folder.path()).env("LD_LIBRARY_PATH", installed().join("lib")));
    assert!(printed.contains("hello from C"), "{printed}");
}

fn pkg_config(arguments: &[&str]) -> Vec<String> {
    let mut command = Command::new("pkg-config");
    command.env("PKG_CONFIG_PATH", installed().join("lib/pkgconfig")).args(arguments).arg("mynah");
    succeed(&mut command).split_whitespace().map(str::to_owned).collect()
}

/// The example, where it sees nothing of this tree.
fn example() -> PathBuf {
    let source = scratch("outside").join("hello.c");
    fs::copy(package().join("examples/hello.c"), &source).unwrap();
    source
}

#[test]
fn make_installs_what_it_has_built() {
    let targets = built().parent().unwrap().to_path_buf();
    let mut make = Command::new("make");
    make.args(["--dry-run", "install", "PREFIX=/somewhere", "PROFILE=dev"])
        .current_dir(package().join(".."))
        .env("CARGO_TARGET_DIR", &targets);
    let recipe = succeed(&mut make);
    assert!(recipe.contains("cargo build --locked --workspace --profile dev\n"), "{recipe}");
    assert!(recipe.contains(&format!("capi/package/install.sh \"{}\" \"/somewhere\"\n", targets.join("debug").display())), "{recipe}");
}

#[test]
fn a_program_outside_the_tree_is_built_with_pkg_config() {
    let program = scratch("outside").join("shared");
    let flags = pkg_config(&["--cflags", "--libs"]);
    assert_eq!(pkg_config(&["--modversion"]), [env!("CARGO_PKG_VERSION")]);
    succeed(Command::new("cc").arg(example()).args(flags).args(["-pthread", "-o"]).arg(&program));
    check(&program);
    let needs = succeed(Command::new("readelf").arg("--dynamic").arg(&program));
    assert!(needs.contains("Shared library: [libmynah.so.0]"), "{needs}");
}

#[test]
fn a_program_is_linked_statically() {
    let program = scratch("outside").join("static");
    let libraries = pkg_config(&["--static", "--libs-only-l"]);
    let others = libraries.iter().filter(|library| *library != "-lmynah");
    let mut cc = Command::new("cc");
    cc.arg(example()).args(pkg_config(&["--cflags"])).arg(installed().join("lib/libmynah.a")).args(others);
    succeed(cc.args(["-pthread", "-o"]).arg(&program));
    let needs = succeed(Command::new("readelf").arg("--dynamic").arg(&program));
    assert!(!needs.contains("libmynah"), "{needs}");
    check(&program);
}

#[test]
fn a_program_is_built_with_cmake() {
    if !is_there("cmake") {
        return skipped("the CMake package", "there is no cmake");
    }
    let source = scratch("outside-cmake");
    fs::copy(example(), source.join("hello.c")).unwrap();
    let project = "cmake_minimum_required(VERSION 3.10)\nproject(hello C)\nfind_package(Mynah 0.1 REQUIRED)\nfind_package(Threads REQUIRED)\n\
                   add_executable(hello hello.c)\ntarget_link_libraries(hello Mynah::mynah Threads::Threads)\n";
    fs::write(source.join("CMakeLists.txt"), project).unwrap();
    let build = source.join("build");
    let _ = fs::remove_dir_all(&build);
    let mut found = std::ffi::OsString::from("-DCMAKE_PREFIX_PATH=");
    found.push(installed());
    succeed(Command::new("cmake").arg("-S").arg(&source).arg("-B").arg(&build).arg(found));
    succeed(Command::new("cmake").arg("--build").arg(&build));
    check(&build.join("hello"));
}

#[test]
fn a_newer_version_than_this_one_is_refused_by_cmake() {
    if !is_there("cmake") {
        return skipped("the CMake package", "there is no cmake");
    }
    let source = scratch("outside-newer");
    let project = "cmake_minimum_required(VERSION 3.10)\nproject(hello NONE)\nfind_package(Mynah 0.2 REQUIRED)\n";
    fs::write(source.join("CMakeLists.txt"), project).unwrap();
    let mut found = std::ffi::OsString::from("-DCMAKE_PREFIX_PATH=");
    found.push(installed());
    let refused = Command::new("cmake").arg("-S").arg(&source).arg("-B").arg(source.join("build")).arg(found).output();
    assert!(!refused.expect("cmake runs").status.success());
}
