//! `mynah download`: gets a file of a message.

use std::fs;
use std::path::{Path, PathBuf};
use std::pin::pin;

use clap::ValueHint;
use serde_json::json;

use super::context::Context;
use super::failure::Failure;
use super::output;
use super::progress;
use super::session::{Online, interrupted};
use crate::fetch::Fetched;
use crate::model::Message;
use crate::session::{DownloadRequest, Part, Session};

/// Get a file of a message: a picture, a file, a recording, a video
///
/// Prints where it is. It comes whole or not at all, under the name that the message gives it, with a number where that is taken. What was
/// interrupted goes on where it ended when the same command is given again.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  mynah download alice-1700000000-42
  mynah download alice-1700000000-42 --element 2 --to pictures
  mynah download alice-1700000000-42 --part thumbnail")]
pub(super) struct Download {
    /// The message's id
    id: String,

    /// Which of its elements, from 1 [default: the first with a file]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    element: Option<u16>,

    /// Which file of the element
    #[arg(long, value_enum, default_value_t = Which::Main)]
    part: Which,

    /// The folder [default: download.folder of the configuration]
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    to: Option<PathBuf>,
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum Which {
    /// The file itself, of a picture the original
    Main,
    /// A small picture of it
    Thumbnail,
    /// A picture in its large size
    Large,
}

impl From<Which> for Part {
    fn from(which: Which) -> Self {
        match which {
            Which::Main => Self::Main,
            Which::Thumbnail => Self::Thumbnail,
            Which::Large => Self::Large,
        }
    }
}

impl Download {
    pub(super) fn run(self, context: &mut Context) -> Result<(), Failure> {
        let folder = self.to.as_ref().unwrap_or(&context.settings.download_folder.value).clone();
        let fetched = Online::begin(context)?.run(async |link| {
            let message = link.message(&self.id).await?;
            let element = self.element.map(|number| usize::from(number) - 1);
            let request = request(&message, element, self.part.into())?;
            fetch(&link.session, request.to_folder(made(&folder)?)).await
        })?;
        let path = fetched.path.to_string_lossy();
        let told = json!({"path": path, "bytes": fetched.bytes, "hash": fetched.hash.to_string(), "from_cache": fetched.from_cache});
        Ok(context.out.result(&told, output::harmless(&path))?)
    }
}

/// The folder, which is made where it is not there.
pub(super) fn made(folder: &Path) -> Result<&Path, Failure> {
    fs::create_dir_all(folder).map_err(|source| Failure::File { act: "make", path: folder.to_owned(), source })?;
    Ok(folder)
}

/// What to download of a message: of this element, or of the first that has such a file.
pub(super) fn request(message: &Message, element: Option<usize>, part: Part) -> Result<DownloadRequest, Failure> {
    let candidates = match element {
        Some(element) => element..element + 1,
        None => 0..message.body.elements().len(),
    };
    let mut found = candidates.filter_map(|element| DownloadRequest::of(message, element, part).ok());
    found.next().ok_or_else(|| Failure::NoFile { id: message.id_text(), element: element.map(|element| element + 1) })
}

/// Downloads, on a terminal with a bar.
async fn fetch(session: &Session, request: DownloadRequest) -> Result<Fetched, Failure> {
    let mut downloading = session.download(request);
    let mut steps = downloading.progress();
    let bar = progress::bytes();
    let mut interrupted = pin!(interrupted());
    loop {
        tokio::select! {
            biased;
            outcome = downloading.outcome() => {
                let fetched = outcome.map_err(Failure::Session)?;
                bar.set_length(fetched.bytes);
                bar.set_position(fetched.bytes);
                bar.abandon();
                return Ok(fetched);
            }
            () = &mut interrupted => {
                downloading.cancel();
                return Err(Failure::Interrupted { state: "what has come is kept, and the same command goes on from there" });
            }
            Ok(()) = steps.changed() => {
                let (current, total) = *steps.borrow_and_update();
                bar.set_length(total.max(current));
                bar.set_position(current);
            }
        }
    }
}
