//! `mynah receipts`: reports what was read, to the peer too.

use std::pin::pin;

use serde_json::json;

use super::context::Context;
use super::failure::Failure;
use super::session::{Online, interrupted};
use super::{output, values};
use crate::archive::ReadUpTo;
use crate::model::ConversationRef;

/// Report everything in a conversation as read, to the peer too
///
/// Says how many messages were unread. Members of groups are not told who has read what. To mark as read without telling anybody, use
/// `mynah read`.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  mynah receipts bob
  mynah receipts group:ops --json")]
pub(super) struct Receipts {
    /// The conversation
    #[arg(value_name = "C", value_parser = values::conversation)]
    conversation: ConversationRef,
}

impl Receipts {
    pub(super) fn run(self, context: &mut Context) -> Result<(), Failure> {
        let read = Online::begin(context)?.run(async |link| {
            let conversation = link.conversation(&self.conversation).await?;
            let read = link.session.report_read(ReadUpTo::Conversation(&conversation)).await?;
            let mut interrupted = pin!(interrupted());
            tokio::select! {
                told = link.session.receipts_told() => told?,
                () = &mut interrupted => return Err(Failure::Interrupted { state: "it is read; the peer learns of it after the next login" }),
            }
            Ok(read)
        })?;
        Ok(context.out.result(&json!({"read": read}), format_args!("{} reported as read", output::counted(read, "message")))?)
    }
}
