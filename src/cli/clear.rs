//! `mynah clear`: empties a conversation.

use serde_json::json;

use super::context::{self, Context};
use super::failure::Failure;
use super::{output, values};
use crate::model::ConversationRef;

/// Empty a conversation for good; it stays in the list
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  mynah clear group:ops")]
pub(super) struct Clear {
    /// The conversation
    #[arg(value_name = "C", value_parser = values::conversation)]
    conversation: ConversationRef,
}

impl Clear {
    pub(super) fn run(self, context: &mut Context) -> Result<(), Failure> {
        let archive = context.open()?;
        let conversation = context::to_change(&archive, &self.conversation)?;
        let cleared = archive.clear(&conversation)?;
        Ok(context.out.result(&json!({"cleared": cleared}), format_args!("{} cleared", output::counted(cleared, "message")))?)
    }
}
