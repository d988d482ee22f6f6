//! `mynah locate`: one message by its locator.

use super::context::{self, Context};
use super::failure::Failure;
use super::show::{self, Heading};
use super::{output, values};
use crate::model::{ConversationRef, Locator};
use crate::query::TimeSpan;

/// Show the message that a locator finds: time, seq, rand and direction have to match
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  mynah locate group:ops --time 1700000000 --seq 17 --rand 42
  mynah locate bob --time 2023-11-14T22:13:20Z --seq 3 --rand 7 --self")]
pub(super) struct Locate {
    /// The conversation
    #[arg(value_name = "C", value_parser = values::conversation)]
    conversation: ConversationRef,

    /// The second of the message, by the server's clock
    #[arg(long, value_name = "T", value_parser = values::time)]
    time: TimeSpan,

    /// Its sequence number
    #[arg(long, value_name = "S")]
    seq: u64,

    /// Its random number
    #[arg(long, value_name = "R")]
    rand: u32,

    /// The account itself said it
    #[arg(long = "self")]
    is_self: bool,
}

impl Locate {
    pub(super) fn run(self, context: &mut Context) -> Result<(), Failure> {
        let archive = context.open_reader()?;
        let Some(conversation) = context::to_read(&archive, &self.conversation)? else { return Ok(()) };
        let locator = Locator { time: self.time.from, seq: self.seq, rand: self.rand, is_self: self.is_self };
        match archive.locate(&conversation, &[locator])?.pop() {
            None => output::note("no message of the conversation is there"),
            Some(message) if context.out.is_json() => context.out.json(&message)?,
            Some(message) => show::message(&mut context.out, &message, &Heading::of(&archive, &message), &context.zone)?,
        }
        Ok(())
    }
}
