//! The examples in other languages: each sends, reads and searches.

use std::process::Command;

use crate::library::{compile, compiler, is_there, linked, package, scratch, skipped, succeed};

/// Runs an example in a folder of its own, which must have found what it said.
#[track_caller]
fn check(mut program: Command, text: &str) {
    let folder = tempfile::tempdir().expect("a folder can be made");
    program.arg(folder.path()).env("LD_LIBRARY_PATH", linked());
    let printed = succeed(&mut program);
    for (line, wanted) in printed.lines().zip(["sent: ", "history: ", "found: "]) {
        assert!(line.starts_with(wanted), "{printed}");
    }
    assert_eq!(printed.lines().count(), 3, "{printed}");
    assert!(printed.lines().nth(1).expect("three lines").contains(text), "{printed}");
}

#[test]
fn c() {
    let source = package().join("examples/hello.c");
    check(Command::new(compile(compiler("cc", "c99"), "hello-c", &[source])), "hello from C");
}

#[test]
fn cpp() {
    let mut compiler = compiler("c++", "c++17");
    compiler.args(["-isystem", "/usr/include/jsoncpp"]);
    let program = compile(compiler, "hello-cpp", &[package().join("examples/hello.cpp"), "-ljsoncpp".into()]);
    check(Command::new(program), "hello from C++");
}

#[test]
fn python() {
    if !is_there("python3") {
        return skipped("the example in Python", "there is no python3");
    }
    let mut python = Command::new("python3");
    python.arg(package().join("examples/hello.py"));
    check(python, "hello from Python");
}

/// Mono waits at its end for the thread that called back, which stays; so the example is compiled, not run.
#[test]
fn csharp() {
    if !is_there("mcs") {
        return skipped("the example in C#", "there is no mcs");
    }
    let mut out = std::ffi::OsString::from("-out:");
    out.push(scratch("bin").join("Hello.exe"));
    succeed(Command::new("mcs").args(["-warnaserror", "-warn:4"]).arg(out).arg(package().join("examples/Hello.cs")));
    skipped("running the example in C#", "Mono would not end");
}

#[test]
fn node() {
    if !Command::new("node").args(["-e", "require('koffi')"]).output().is_ok_and(|output| output.status.success()) {
        return skipped("the example in Node", "there is no node with the package koffi");
    }
    let mut node = Command::new("node");
    node.arg(package().join("examples/hello.js"));
    check(node, "hello from Node");
}
