//! `mynah read`: marks messages as read.

use serde_json::json;

use super::context::{self, Context};
use super::failure::Failure;
use super::{output, values};
use crate::archive::ReadUpTo;
use crate::model::ConversationRef;

/// Mark everything in a conversation, or in all of them, as read
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  mynah read group:ops
  mynah read --all")]
pub(super) struct Read {
    /// The conversation
    #[arg(value_name = "C", value_parser = values::conversation, required_unless_present = "all", conflicts_with = "all")]
    conversation: Option<ConversationRef>,

    /// All conversations
    #[arg(long)]
    all: bool,
}

impl Read {
    pub(super) fn run(self, context: &mut Context) -> Result<(), Failure> {
        let archive = context.open()?;
        let read = match &self.conversation {
            Some(which) => archive.mark_read(ReadUpTo::Conversation(&context::to_change(&archive, which)?))?,
            None => archive.mark_read(ReadUpTo::All)?,
        };
        Ok(context.out.result(&json!({"read": read}), format_args!("{} marked as read", output::counted(read, "message")))?)
    }
}
