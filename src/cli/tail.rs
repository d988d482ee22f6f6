//! `mynah tail`: what happens, as it happens.

mod source;

use std::io::{self, Write as _};

use super::context::{self, Context};
use super::failure::Failure;
use super::session::Online;
use super::{happening, output, values};
use crate::archive::ArchiveError;
use crate::model::ConversationRef;
use crate::session::Told;
use crate::{JournalNo, StoreError};

use source::Source;

/// Follow what happens: messages that come, go, change, are read
///
/// Where no other process writes the archive and its user is known, it logs in and receives; else it watches the process that does. It ends
/// with Ctrl-C. Each event has a cursor, by which another call goes on behind it; the newest 100,000 events are kept for that.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  mynah tail
  mynah tail group:ops
  mynah tail --since 0
  mynah tail --json --since 412 | jq -r 'select(.event == \"received\") | .message.message_sender'")]
pub(super) struct Tail {
    /// Only what happens in this conversation
    #[arg(value_name = "C", value_parser = values::conversation)]
    conversation: Option<ConversationRef>,

    /// Begin behind this event, 0 for the oldest that is kept; from now on where it is left out
    #[arg(long, value_name = "CURSOR")]
    since: Option<u64>,
}

impl Tail {
    pub(super) fn run(self, context: &mut Context) -> Result<(), Failure> {
        match Online::begin(context) {
            Ok(online) => online.run(async |link| {
                let source = Source::of_session(link);
                self.follow(source, context).await
            }),
            // Whoever has it, or whoever would be needed, what happens can be seen from here.
            Err(Failure::Opening(ArchiveError::Store(StoreError::Locked { .. })) | Failure::NoAccount) => {
                let source = Source::beside(context.open_reader()?);
                let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(Failure::Runtime)?;
                runtime.block_on(self.follow(source, context))
            }
            Err(failure) => Err(failure),
        }
    }

    async fn follow(&self, mut source: Source<'_>, context: &mut Context) -> Result<(), Failure> {
        let wanted = match &self.conversation {
            // A name that may be two conversations is asked back.
            Some(which) => match context::meant(source.archive(), which)? {
                Some(id) if !which.matches(&id) => Some(ConversationRef::from(&id)),
                _ => Some(which.clone()),
            },
            None => None,
        };
        source.begin(self.since.map(JournalNo))?;
        let account = source.archive().account().unwrap_or_default();
        let mut last = None;
        while let Some(told) = source.next().await? {
            let place = happening::conversation(&told.event);
            if wanted.as_ref().is_some_and(|which| !place.is_some_and(|place| which.matches(place))) {
                continue;
            }
            let shown = place.and_then(|place| source.archive().shown_name(place));
            match print(&told, shown.as_deref(), &account, context) {
                // Nobody reads it any more.
                Err(error) if error.kind() == io::ErrorKind::BrokenPipe => return Ok(()),
                printed => printed?,
            }
            last = told.no.or(last);
        }
        if let Some(JournalNo(last)) = last.filter(|_| context.out.is_terminal() && !context.out.is_json()) {
            output::note(&format!("go on with --since {last}"));
        }
        Ok(())
    }
}

fn print(told: &Told, shown: Option<&str>, account: &str, context: &mut Context) -> io::Result<()> {
    let styles = context.out.styles;
    match context.out.is_json() {
        true => happening::json(told).map_or(Ok(()), |object| context.out.json(&object))?,
        false => happening::line(&told.event, shown, account, styles, &context.zone).map_or(Ok(()), |line| context.out.line(line))?,
    }
    // Whoever waits for it wants it now.
    context.out.raw().flush()
}
