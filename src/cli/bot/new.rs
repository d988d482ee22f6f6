//! `mynah bot new`: a script to begin with.

use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use serde_json::json;

use crate::cli::context::Context;
use crate::cli::failure::Failure;
use crate::cli::scripts;
use crate::script::check_name;

/// Make a script that answers a command, with a test of it
///
/// The name is that of the file, of the script and of its command: small letters, digits, - and _. What is there is left as it is.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  mynah bot new hello && mynah test
  mynah bot new hello --dir ~/scripts")]
pub(super) struct New {
    /// What it is called
    #[arg(value_name = "NAME")]
    name: String,

    /// Where it is put [default: scripts.folder of the configuration]
    #[arg(long, value_name = "DIR", value_hint = clap::ValueHint::DirPath)]
    dir: Option<PathBuf>,
}

const SCRIPT: &str = include_str!("new/script.luau");
const TEST: &str = include_str!("new/test.luau");

impl New {
    pub(super) fn run(self, context: &mut Context) -> Result<(), Failure> {
        let Self { name, dir } = self;
        check_name(&name)?;
        let folder = scripts::folder(context, dir.as_deref());
        let making = |path: &Path, source| Failure::File { act: "make", path: path.to_owned(), source };
        fs::create_dir_all(&folder).map_err(|source| making(&folder, source))?;
        let (script, test) = (folder.join(format!("{name}.luau")), folder.join(format!("{name}_test.luau")));
        if let Some(there) = [&script, &test, &folder.join(&name)].into_iter().find(|path| path.exists()) {
            return Err(making(there, io::ErrorKind::AlreadyExists.into()));
        }
        for (path, text) in [(&script, SCRIPT), (&test, TEST)] {
            // Whoever was faster keeps what is there.
            let made = OpenOptions::new().write(true).create_new(true).open(path);
            made.and_then(|mut file| file.write_all(text.replace("NAME", &name).as_bytes())).map_err(|source| making(path, source))?;
        }
        let paths = json!({"script": script.to_string_lossy(), "test": test.to_string_lossy()});
        let text = format!("{}\n{}\n`mynah test` tries it, `mynah run` has it at work", script.display(), test.display());
        Ok(context.out.result(&paths, text)?)
    }
}
