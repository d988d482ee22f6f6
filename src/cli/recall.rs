//! `mynah recall`: takes a message back.

use std::pin::pin;

use super::context::Context;
use super::failure::Failure;
use super::session::{Online, interrupted};
use super::show::{self, Heading};

/// Take a message back, here and on all other sides
///
/// Own messages can be taken back for recall.window, in groups the owner and admins can take back those of others too. The message stays in
/// history as a notice and leaves search. One that still waits to be sent is never sent.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  mynah recall alice-1700000000-42
  mynah recall alice-1700000000-42 --reason \"wrong group\"")]
pub(super) struct Recall {
    /// The message's id
    id: String,

    /// Why, for those who read it
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
}

impl Recall {
    pub(super) fn run(self, context: &mut Context) -> Result<(), Failure> {
        let message = Online::begin(context)?.run(async |link| {
            link.message(&self.id).await?;
            let mut interrupted = pin!(interrupted());
            tokio::select! {
                recalled = link.session.recall(&self.id, self.reason.as_deref()) => Ok(recalled?),
                () = &mut interrupted => Err(Failure::Interrupted { state: "the message may or may not be taken back" }),
            }
        })?;
        match context.out.is_json() {
            true => context.out.json(&message)?,
            false => show::message(&mut context.out, &message, &Heading::WithConversation(None), &context.zone)?,
        }
        Ok(())
    }
}
