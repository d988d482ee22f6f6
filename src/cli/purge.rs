//! `mynah purge`: takes messages away for good, after asking.

use std::io::{self, BufRead as _, IsTerminal as _, Write as _};

use serde_json::json;

use super::context::{self, Context};
use super::failure::Failure;
use super::{output, values};
use crate::archive::{self, Archive};
use crate::model::{ConversationId, ConversationRef};
use crate::query::TimeSpan;

/// Take messages away for good: from the log, the index and the media
///
/// Asks first. Without ids and --before, the whole conversation goes. `mynah compact` afterwards makes sure that no trace is
/// left on the disk. Backups and exports are not touched.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  mynah purge group:ops alice-1700000000-42
  mynah purge bob --before \"2 years ago\"
  mynah purge group:old --yes")]
pub(super) struct Purge {
    /// The conversation
    #[arg(value_name = "C", value_parser = values::conversation)]
    conversation: ConversationRef,

    /// Ids of its messages
    #[arg(value_name = "ID", conflicts_with = "before")]
    ids: Vec<String>,

    /// All its messages before this time
    #[arg(long, value_name = "T", value_parser = values::time)]
    before: Option<TimeSpan>,

    /// Do it without asking
    #[arg(long)]
    yes: bool,
}

impl Purge {
    pub(super) fn run(self, context: &mut Context) -> Result<(), Failure> {
        let can_ask = io::stdin().is_terminal() && io::stderr().is_terminal();
        if !self.yes && !can_ask {
            return Err(Failure::NotAsked);
        }
        let archive = context.open()?;
        let conversation = context::to_change(&archive, &self.conversation)?;
        if !self.yes && !self.asked(&archive, &conversation)? {
            output::note("nothing was purged");
            return Ok(());
        }
        let ids: Vec<&str> = self.ids.iter().map(String::as_str).collect();
        let purged = match self.before {
            Some(time) => archive.purge(&conversation, archive::Purge::Before(time.from))?,
            None if ids.is_empty() => archive.delete_conversation(&conversation)?,
            None => archive.purge(&conversation, archive::Purge::Ids(&ids))?,
        };
        Ok(context.out.result(&json!({"purged": purged}), format_args!("{} purged", output::counted(purged, "message")))?)
    }

    /// Asks on the terminal.
    fn asked(&self, archive: &Archive, conversation: &ConversationId) -> Result<bool, Failure> {
        let what = match (&self.before, self.ids.len() as u64) {
            (Some(_), _) => "all messages before that time".to_owned(),
            (None, 0) => {
                let messages = archive.conversation(conversation)?.map_or(0, |conversation| conversation.messages);
                format!("the conversation with its {}", output::counted(messages, "message"))
            }
            (None, ids) => output::counted(ids, "message"),
        };
        // The question is no result, so it goes where results don't.
        let terminal = |source| Failure::File { act: "ask on", path: "the terminal".into(), source };
        let conversation = output::harmless(&conversation.to_string());
        let mut stderr = io::stderr();
        write!(stderr, "Take {what} of {conversation} away for good? [y/N] ").and_then(|()| stderr.flush()).map_err(terminal)?;
        let mut answer = String::new();
        io::stdin().lock().read_line(&mut answer).map_err(terminal)?;
        Ok(matches!(answer.trim().to_lowercase().as_str(), "y" | "yes"))
    }
}
