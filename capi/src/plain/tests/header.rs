//! `include/mynah.h` is what the code says. `MYNAH_WRITE_API=1 cargo test --workspace --lib the_header_is` writes it anew.

use std::fs;
use std::path::Path;
use std::process::Command;

#[test]
fn the_header_is_what_the_code_says() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["run", "--locked", "--quiet", "--manifest-path"]).arg(root.join("header/Cargo.toml"));
    // Not where this test's own cargo builds, which may hold its lock.
    cargo.arg("--target-dir").arg(root.join("../target/header"));
    let output = cargo.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let written = String::from_utf8(output.stdout).unwrap();
    let path = root.join("include/mynah.h");
    if std::env::var_os("MYNAH_WRITE_API").is_some() {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, &written).unwrap();
    }
    let kept = fs::read_to_string(&path).unwrap_or_default();
    assert!(kept == written, "include/mynah.h is not what the code says: MYNAH_WRITE_API=1 cargo test --workspace --lib the_header_is");
}
