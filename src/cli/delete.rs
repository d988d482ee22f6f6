//! `mynah delete`: takes messages out of history and search.

use serde_json::json;

use super::context::{self, Context};
use super::failure::Failure;
use super::{output, values};
use crate::model::ConversationRef;

/// Delete messages: gone from history, search and counts, still found by id (purge takes them away for good)
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  mynah delete group:ops alice-1700000000-42
  mynah delete bob bob-1700000007-7 bob-1700000009-3")]
pub(super) struct Delete {
    /// The conversation
    #[arg(value_name = "C", value_parser = values::conversation)]
    conversation: ConversationRef,

    /// Ids of its messages
    #[arg(required = true, value_name = "ID")]
    ids: Vec<String>,
}

impl Delete {
    pub(super) fn run(self, context: &mut Context) -> Result<(), Failure> {
        let archive = context.open()?;
        let conversation = context::to_change(&archive, &self.conversation)?;
        let ids: Vec<&str> = self.ids.iter().map(String::as_str).collect();
        let deleted = archive.delete(&conversation, &ids)? as u64;
        Ok(context.out.result(&json!({"deleted": deleted}), format_args!("{} deleted", output::counted(deleted, "message")))?)
    }
}
