//! `mynah send`: says something to a user or in a group.

use std::io::Read as _;
use std::pin::pin;

use clap::ValueHint;

use super::context::{self, Context};
use super::failure::Failure;
use super::session::{Link, Online, interrupted};
use super::{output, progress, values};
use crate::archive::ArchiveError;
use crate::model::{AT_ALL, Body, ConversationId, ConversationKind, ConversationRef, Element, Message};
use crate::session::Event;

/// Send a message, and wait until it is sent
///
/// Prints its id. Text, pictures, files, recordings and videos may go together, in this order. What cannot be sent at once is tried again
/// until send.deadline. If it is interrupted before, the message waits in the archive, and whatever logs in next sends it.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  mynah send bob see you at nine
  mynah send group:ops --at alice --at bob \"who deploys tonight?\"
  mynah send group:ops --at all --reply-to alice-1700000000-42 done
  mynah send bob --image harbour.jpg --file plan.pdf \"as promised\"
  git log -1 | mynah send ops -
  mynah send bob -- -5 degrees")]
pub(super) struct Send {
    /// For whom; a bare id that is not known yet is a user's
    #[arg(value_name = "C", value_parser = values::conversation)]
    conversation: ConversationRef,

    /// What to say, joined by blanks; - for what standard input says
    #[arg(value_name = "TEXT")]
    text: Vec<String>,

    /// A picture; may be given several times, as the next three
    #[arg(long = "image", value_name = "FILE", value_hint = ValueHint::FilePath)]
    images: Vec<String>,

    /// A file
    #[arg(long = "file", value_name = "FILE", value_hint = ValueHint::FilePath)]
    files: Vec<String>,

    /// A recording
    #[arg(long = "sound", value_name = "FILE", value_hint = ValueHint::FilePath)]
    sounds: Vec<String>,

    /// A video
    #[arg(long = "video", value_name = "FILE", value_hint = ValueHint::FilePath)]
    videos: Vec<String>,

    /// The picture that stands for a video until it is played: the first one for the first video
    #[arg(long = "snapshot", value_name = "FILE", value_hint = ValueHint::FilePath)]
    snapshots: Vec<String>,

    /// Mention a user of the group, or all of them with "all"; may be given several times
    #[arg(long = "at", value_name = "USER")]
    mentioned: Vec<String>,

    /// Answer this message of the conversation
    #[arg(long, value_name = "ID")]
    reply_to: Option<String>,
}

impl Send {
    pub(super) fn run(self, context: &mut Context) -> Result<(), Failure> {
        let elements = self.elements()?;
        let online = Online::begin(context)?;
        let groups = &context.settings.transport_groups.value;
        let message = online.run(async |link| {
            let conversation = context::to_talk(link.session.archive(), &self.conversation, groups, output::note)?;
            let body = self.body(&elements, link, &conversation).await?;
            link.join(&conversation)?;
            send(link, &conversation, Message::new("", 0, body)).await
        })?;
        match context.out.is_json() {
            true => context.out.json(&message)?,
            false => context.out.line(output::harmless(&message.id_text()))?,
        }
        Ok(())
    }

    fn elements(&self) -> Result<Vec<Element>, Failure> {
        let text = match self.text.as_slice() {
            [only] if only == "-" => {
                let mut said = Vec::new();
                std::io::stdin().read_to_end(&mut said).map_err(|source| Failure::File { act: "read", path: "-".into(), source })?;
                String::from_utf8_lossy(&said).trim_end_matches(['\r', '\n']).to_owned()
            }
            words => words.join(" "),
        };
        if self.snapshots.len() > self.videos.len() {
            return Err(Failure::TooManySnapshots { snapshots: self.snapshots.len(), videos: self.videos.len() });
        }
        let mut elements = Vec::new();
        if !text.is_empty() {
            elements.push(Element::text(text));
        }
        elements.extend(self.images.iter().map(Element::image));
        elements.extend(self.files.iter().map(|path| Element::file(path, 0)));
        elements.extend(self.sounds.iter().map(|path| Element::sound(path, 0)));
        let snapshots = self.snapshots.iter().map(String::as_str).chain(std::iter::repeat(""));
        elements.extend(self.videos.iter().zip(snapshots).map(|(path, snapshot)| Element::video(path, 0, snapshot)));
        if elements.is_empty() { Err(Failure::NothingToSend) } else { Ok(elements) }
    }

    /// The elements with who is mentioned and what is answered.
    async fn body(&self, elements: &[Element], link: &Link, conversation: &ConversationId) -> Result<Body, Failure> {
        let mut body = Body::of_elements(elements);
        if !self.mentioned.is_empty() {
            if conversation.kind() != ConversationKind::Group {
                return Err(Failure::MentionsOutsideGroup { conversation: conversation.clone() });
            }
            let mentioned: Vec<&str> = self.mentioned.iter().map(|user| if user == "all" { AT_ALL } else { user }).collect();
            body.set("message_group_at_user_array", Some(mentioned.into())).map_err(ArchiveError::from)?;
        }
        if let Some(id) = &self.reply_to {
            let answered = link.message(id).await?;
            if let Some(other) = answered.conversation.clone().filter(|other| other != conversation) {
                return Err(Failure::OtherConversation { id: id.clone(), conversation: other });
            }
            body.set("message_cloud_custom_str", Some(answered.answer_data().into())).map_err(ArchiveError::from)?;
        }
        Ok(body)
    }
}

/// Sends a message and waits until that has ended; on a terminal a bar shows how far its files are.
async fn send(link: &Link, conversation: &ConversationId, message: Message) -> Result<Message, Failure> {
    let session = &link.session;
    let mut events = session.events();
    let sending = session.send(conversation, message).await?;
    let bar = progress::bytes();
    let mut outcome = pin!(sending.outcome());
    let mut interrupted = pin!(interrupted());
    let outcome = loop {
        tokio::select! {
            outcome = &mut outcome => break outcome,
            told = events.next() => if let Event::Upload { id, current, total, .. } = told?.event && id == sending.id() {
                bar.set_length(total);
                bar.set_position(current);
            },
            () = &mut interrupted => {
                let waits = !session.archive().find(&[sending.id()])?.is_empty();
                return Err(Failure::Interrupted {
                    state: match waits {
                        true => "the message waits in the archive, and whatever logs in next sends it",
                        false => "nothing was sent",
                    },
                });
            }
        }
    };
    bar.finish_and_clear();
    outcome.map_err(Failure::NotSent)
}
