//! From what a script says to a message of the account.

use std::path::Path;

use super::op::{Content, Misuse};
use super::own_files;
use super::run::{Saying, Words};
use super::stage::Props;
use crate::archive::Archive;
use crate::model::{AT_ALL, Body, ConversationId, Element, Message, Origin};
use crate::session;

/// The conversation that a script means: `c2c:ID`, `group:ID`, or the id alone, which is a group's where there is such a conversation and a user's
/// otherwise.
pub(super) fn conversation(archive: &Archive, named: &str) -> Result<ConversationId, Misuse> {
    if let Ok(conversation) = named.parse::<ConversationId>() {
        return Ok(conversation);
    }
    let wrong = |error| Misuse::new(format!("this is no conversation: {error}"));
    let group = ConversationId::group(named).map_err(wrong)?;
    if archive.has_conversation(&group) { Ok(group) } else { ConversationId::c2c(named).map_err(wrong) }
}

/// What a conversation is called: its name, or its id.
pub(super) fn title(archive: &Archive, named: &str) -> String {
    conversation(archive, named).map_or_else(|_| named.to_owned(), |conversation| conversation.id().to_owned())
}

/// The message that says this. `again` is what it repeats.
///
/// # Errors
/// [`Misuse`]: what is wrong with it.
pub(super) fn message(props: &Props, said: &Saying, again: Option<Message>) -> Result<Message, Misuse> {
    let to = conversation(&props.archive, &said.to)?;
    let body = match (&said.what, again) {
        (Words::New(content), _) => body(props, &said.script, &to, content)?,
        (Words::Again(_), Some(message)) => Body::of_elements(&message.body.elements()),
        (Words::Again(id), None) => return Err(Misuse::new(format!("m:forward: there is no message {id}"))),
    };
    let mut message = Message::new(&props.account, said.client_time, body).in_conversation(&to);
    message.rand = said.rand;
    let origin = Origin { script: said.script.to_string(), hops: said.hops };
    message = message.with_origin(&origin).map_err(|error| Misuse::new(error.to_string()))?;
    session::check_outgoing(&message).map_err(|error| Misuse::new(error.to_string()))?;
    Ok(message)
}

fn body(props: &Props, script: &str, to: &ConversationId, content: &Content) -> Result<Body, Misuse> {
    let mut elements = Vec::new();
    if let Some(text) = content.text.as_deref().filter(|text| !text.is_empty()) {
        elements.push(Element::text(text));
    }
    let folder = props.files.join(script);
    for named in &content.files {
        let path = own_files::find(&folder, named).map_err(Misuse::new)?;
        if !path.is_file() {
            return Err(Misuse::new("the path of a file to be sent leads to none in the script's folder of files"));
        }
        let path = path.to_string_lossy().into_owned();
        elements.push(if is_picture(named) { Element::image(path) } else { Element::file(path, 0) });
    }
    elements.extend(content.custom.as_ref().map(|custom| Element::custom(custom, "")));
    if elements.is_empty() {
        return Err(Misuse::new("there is nothing to say: text, files or custom is needed"));
    }
    let mut body = Body::of_elements(&elements);
    let unfit = |error: crate::model::MessageError| Misuse::new(error.to_string());
    if !content.mentions.is_empty() {
        let mentioned: Vec<&str> = content.mentions.iter().map(|user| if user == "all" { AT_ALL } else { user }).collect();
        body.set("message_group_at_user_array", Some(mentioned.into())).map_err(unfit)?;
    }
    if let Some(id) = &content.reply_to {
        let found = props.archive.find(&[id]).map_err(|error| Misuse::new(format!("the archive cannot be read: {error}")))?;
        // What is gone meanwhile, or was said elsewhere, is answered without being quoted.
        if let Some(answered) = found.into_iter().find(|message| message.conversation.as_ref() == Some(to)) {
            body.set("message_cloud_custom_str", Some(answered.answer_data().into())).map_err(unfit)?;
        }
    }
    Ok(body)
}

fn is_picture(name: &str) -> bool {
    let extension = Path::new(name).extension().map(|extension| extension.to_ascii_lowercase());
    extension.is_some_and(|extension| ["png", "jpg", "jpeg", "gif", "webp", "bmp"].iter().any(|known| extension == **known))
}
