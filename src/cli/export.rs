//! `mynah export`: all messages, one a line.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use serde_json::json;

use super::context::{self, Context};
use super::failure::Failure;
use super::{output, values};
use crate::archive::{Archive, ExportRequest};
use crate::formats::TimWriter;
use crate::model::ConversationRef;
use crate::query::TimeSpan;

/// Write the messages, one a line: what import takes, and what makes the same archive again
///
/// Deleted messages are left out.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  mynah export -o everything.jsonl
  mynah export --conversation group:ops --since 2024-01-01 | zstd > ops.jsonl.zst")]
pub(super) struct Export {
    /// Only this conversation
    #[arg(long, value_name = "C", value_parser = values::conversation)]
    conversation: Option<ConversationRef>,

    /// Only messages of this time and later ones
    #[arg(long, value_name = "T", value_parser = values::time)]
    since: Option<TimeSpan>,

    /// Write to this file, which appears when it is complete [default: standard output]
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

impl Export {
    pub(super) fn run(self, context: &mut Context) -> Result<(), Failure> {
        let archive = context.open_reader()?;
        let mut request = ExportRequest { conversation: None, since: self.since.map(|since| since.from) };
        if let Some(which) = &self.conversation {
            let Some(conversation) = context::to_read(&archive, which)? else { return Ok(()) };
            request.conversation = Some(conversation);
        }
        match self.output.filter(|path| path.as_os_str() != "-") {
            None => write(&archive, &request, context.out.raw(), Failure::Output).map(drop),
            Some(path) => {
                let messages = write_file(&archive, &request, &path)?;
                let text = format!("{} written to {}", output::counted(messages, "message"), path.display());
                Ok(context.out.result(&json!({"messages": messages, "file": path.to_string_lossy()}), text)?)
            }
        }
    }
}

/// Writes to a name of its own beside `path`, which takes the place of `path` when all is written.
fn write_file(archive: &Archive, request: &ExportRequest, path: &Path) -> Result<u64, Failure> {
    let name = path.file_name().map_or_else(|| "export".into(), |name| name.to_string_lossy());
    let part = path.with_file_name(format!(".{name}.{}.part", std::process::id()));
    let failed = |act| move |source| Failure::File { act, path: path.to_owned(), source };
    let write_all = || -> Result<u64, Failure> {
        let file = File::create(&part).map_err(failed("create"))?;
        let mut writer = BufWriter::with_capacity(256 << 10, file);
        let messages = write(archive, request, &mut writer, failed("write"))?;
        writer.get_ref().sync_all().map_err(failed("write"))?;
        fs::rename(&part, path).map_err(failed("write"))?;
        Ok(messages)
    };
    write_all().inspect_err(|_| {
        // What could not be written is worth nothing, and what cannot be removed is named so that it tells itself.
        let _ = fs::remove_file(&part);
    })
}

fn write(archive: &Archive, request: &ExportRequest, writer: impl Write, failed: impl Fn(io::Error) -> Failure) -> Result<u64, Failure> {
    let mut writer = TimWriter::new(writer);
    let mut messages = 0;
    archive.export(request, |message| {
        messages += 1;
        writer.write(message).map_err(&failed)
    })?;
    writer.finish().map_err(failed)?;
    Ok(messages)
}
