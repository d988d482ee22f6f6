//! Writes `include/mynah.h` from `src/plain` to standard output. A test of the C door holds the header against it.

use std::error::Error;
use std::io::Write;
use std::path::Path;

/// The files, in the order in which the header is read.
const FILES: [&str; 9] = ["code", "memory", "opening", "importing", "reading", "searching", "changing", "journal", "keeping"];

fn main() -> Result<(), Box<dyn Error>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let config = cbindgen::Config::from_file(folder.join("cbindgen.toml"))?;
    let mut builder = cbindgen::Builder::new().with_config(config);
    for file in FILES {
        builder = builder.with_src(folder.join(format!("../src/plain/{file}.rs")));
    }
    let mut bytes = Vec::new();
    builder.generate()?.write(&mut bytes);
    let mut header = String::from_utf8(bytes)?;
    // What callers have to promise stands in the text before; this heading is for Rust.
    while let Some(begin) = header.find(" *\n * # Safety\n") {
        let end = header[begin..].find(" */").ok_or("a comment of the header has no end")?;
        header.replace_range(begin..begin + end, "");
    }
    std::io::stdout().write_all(header.as_bytes())?;
    Ok(())
}
