//! `mynah chat`: talk in the terminal.

mod command;
mod screen;
mod talk;

use std::io::IsTerminal as _;

use super::context::{self, Context};
use super::failure::Failure;
use super::input::Input;
use super::session::Online;
use super::{output, values};
use crate::model::ConversationRef;

use screen::Screen;
use talk::Talk;

/// Talk in the terminal: what you type is said, what others say appears above
///
/// What standard input says is sent line by line where that is no terminal; it ends when all of it is sent. While you talk, others can
/// search the archive: `mynah search`, `history` and `tail` work meanwhile.
#[derive(clap::Args)]
#[command(after_help = format!("\
While talking:
{}
Examples:
  mynah chat bob
  mynah chat group:ops
  echo \"the deploy is done\" | mynah chat group:ops
  mynah chat --json < lines.txt", command::help()))]
pub(super) struct Chat {
    /// Where to talk; a bare id that is not known yet is a user's [default: nowhere, until /to says it]
    #[arg(value_name = "C", value_parser = values::conversation)]
    conversation: Option<ConversationRef>,
}

impl Chat {
    pub(super) fn run(self, context: &mut Context) -> Result<(), Failure> {
        let online = Online::begin(context)?;
        online.run(async |link| {
            let archive = link.session.archive();
            let conversation = match &self.conversation {
                Some(which) => Some(context::to_talk(archive, which, &context.settings.transport_groups.value, output::note)?),
                None => None,
            };
            if let Some(conversation) = &conversation {
                link.join(conversation)?;
            }
            let is_dialog = std::io::stdin().is_terminal() && context.out.is_terminal() && !context.out.is_json();
            let (input, printer) = if is_dialog { Input::dialog()? } else { (Input::lines()?, None) };
            let screen = Screen::new(&mut context.out, printer, &context.zone);
            let mut talk = Talk::new(link, &context.settings, conversation, screen);
            talk.greet()?;
            let waiting = talk.run(input).await?;
            if waiting > 0 {
                let messages = output::counted(waiting as u64, "message");
                output::note(&format!("{messages} not sent yet; what waits in the archive is sent by whatever logs in next"));
            }
            Ok(())
        })
    }
}
