//! `mynah conversations`: the list of conversations.

use serde_json::{Value, json};

use super::context::Context;
use super::failure::Failure;
use super::output;
use super::show;
use crate::archive::Conversation;
use crate::query::time_text;

/// List the conversations, pinned ones first, then by their last message
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  mynah conversations
  mynah conversations --json")]
pub(super) struct Conversations {}

/// Characters of the last message that are shown.
const SHOWN: usize = 60;

impl Conversations {
    pub(super) fn run(self, context: &mut Context) -> Result<(), Failure> {
        let archive = context.open_reader()?;
        for conversation in archive.conversations()? {
            if context.out.is_json() {
                context.out.json(&listed(&conversation))?;
                continue;
            }
            let shown = conversation.about.as_ref().map(|about| about.name.as_str()).filter(|name| !name.is_empty());
            let (name, faint, found) = (context.out.styles.name, context.out.styles.faint, context.out.styles.found);
            let mut line =
                format!("{name}{}{name:#}  {}", show::place(&conversation.id, shown), output::counted(conversation.messages, "message"));
            if conversation.unread > 0 {
                line.push_str(&format!("  {found}{} unread{found:#}", output::count(conversation.unread)));
            }
            if conversation.pinned {
                line.push_str("  pinned");
            }
            context.out.line(line)?;
            if let Some(last) = &conversation.last_message {
                let said: String = show::summary(last).replace('\n', " ").chars().take(SHOWN).collect();
                let time = time_text(last.server_time, &context.zone);
                context.out.line(format_args!("    {faint}{time}{faint:#}  {}: {said}", show::one_line(&last.sender_name())))?;
            }
        }
        Ok(())
    }
}

/// The shape of `schemas/conversation.schema.json`.
fn listed(conversation: &Conversation) -> Value {
    json!({
        "conversation": conversation.id,
        "messages": conversation.messages,
        "unread": conversation.unread,
        "last_message": conversation.last_message,
        "receive_option": conversation.receive_option.number(),
        "pinned": conversation.pinned,
        "draft": conversation.draft,
        "about": conversation.about,
        "read_mark": conversation.read_mark.map(|mark| json!({"time": mark.time, "seq": mark.seq, "rand": mark.rand})),
    })
}
