//! `mynah history`: a page of one conversation.

use super::context::{self, Context};
use super::failure::Failure;
use super::show::{self, Heading};
use super::values::{self, TypeParser};
use crate::archive::{Archive, HistoryRequest, Order, Start};
use crate::model::{ConversationId, ConversationRef, ElementType};
use crate::query::TimeSpan;

/// Show messages of a conversation, newest first
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  mynah history group:ops
  mynah history bob --limit 50 --oldest-first
  mynah history bob --before bob-1700000000-42
  mynah history bob --from 2024-03-01 --for 1d --types image,file")]
pub(super) struct History {
    /// The conversation
    #[arg(value_name = "C", value_parser = values::conversation)]
    conversation: ConversationRef,

    /// The most messages to show
    #[arg(long, value_name = "N", default_value_t = 20)]
    limit: usize,

    /// Go on behind this message, towards older ones
    #[arg(long, value_name = "ID", conflicts_with = "after")]
    before: Option<String>,

    /// Go on behind this message, towards newer ones
    #[arg(long, value_name = "ID")]
    after: Option<String>,

    /// Only messages of this time and later ones
    #[arg(long, value_name = "TIME", value_parser = values::time)]
    from: Option<TimeSpan>,

    /// How much time to show, beginning with --from
    #[arg(long = "for", value_name = "SPAN", requires = "from", value_parser = crate::query::read_span)]
    span: Option<u64>,

    /// Only messages with an element of one of these types
    #[arg(long, value_name = "TYPES", value_delimiter = ',', value_parser = TypeParser)]
    types: Vec<ElementType>,

    /// Begin with the oldest message; behind --before and --after: show the oldest one first
    #[arg(long)]
    oldest_first: bool,
}

impl History {
    pub(super) fn run(self, context: &mut Context) -> Result<(), Failure> {
        let archive = context.open_reader()?;
        let Some(conversation) = context::to_read(&archive, &self.conversation)? else { return Ok(()) };
        let (start, order) = match (&self.before, &self.after) {
            (Some(id), _) => (beyond(&archive, &conversation, id)?, Order::NewestFirst),
            (None, Some(id)) => (beyond(&archive, &conversation, id)?, Order::OldestFirst),
            (None, None) if self.oldest_first => (Start::End, Order::OldestFirst),
            (None, None) => (Start::End, Order::NewestFirst),
        };
        let from = self.from.map(|from| from.from);
        let until = from.zip(self.span).map(|(from, span)| from.saturating_add(span.saturating_sub(1)));
        let types = self.types.into_iter().collect();
        let request = HistoryRequest { start, order, limit: self.limit, types, from, until };
        let mut messages = archive.history(&conversation, &request)?.messages;
        if (order == Order::OldestFirst) != self.oldest_first {
            messages.reverse();
        }
        for message in &messages {
            match context.out.is_json() {
                true => context.out.json(message)?,
                false => show::message(&mut context.out, message, &Heading::WithoutConversation, &context.zone)?,
            }
        }
        Ok(())
    }
}

fn beyond(archive: &Archive, conversation: &ConversationId, id: &str) -> Result<Start, Failure> {
    let message = context::message(archive, id)?;
    match message.conversation.as_ref() {
        Some(other) if other != conversation => Err(Failure::OtherConversation { id: id.to_owned(), conversation: other.clone() }),
        _ => Ok(Start::Beyond(message.place())),
    }
}
