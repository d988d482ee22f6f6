//! What each call of a test does in its town.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::cue::{Cue, Expected, Spoken};
use super::line::name;
use super::people::{self, ACCOUNT};
use super::studio::Why;
use super::town::{Town, chat_name};
use crate::model::{ConversationId, ConversationKind, Element, Message, Status};
use crate::script::data::Data;
use crate::script::event::WebhookCall;
use crate::script::op::{Answer, Shelf};
use crate::script::rows::DeadLetter;
use crate::script::webhook::WebhookAnswer;
use crate::script::{said, storage};
use crate::session::{DownloadRequest, Part, SendFailure, SessionError};
use crate::store::ScriptRows;
use crate::transport::Parcel;

/// With whom the account talks, where a test does not say it.
const FRIEND: &str = "ana";
/// The most lines of the log.
const LINES: usize = 1_000;

/// Nothing to say.
const DONE: Answer = Answer::Data(Data::Nil);

impl Town {
    /// Lets something happen, or looks at what has happened, and answers the test.
    ///
    /// # Errors
    /// Why the test has failed.
    pub(super) async fn play(&mut self, cue: Cue) -> Result<Answer, Why> {
        if happens(&cue) {
            self.begin_scene();
        }
        match cue {
            Cue::Say { who, said } => self.say(&who, said).await,
            Cue::Send { text, chat } => self.send(&text, chat.as_deref().unwrap_or(FRIEND)).await,
            Cue::Expect { expected } => self.heard.take("the script", &expected).map(Answer::Data),
            Cue::ExpectNone => self.heard.is_silent("the script").map(|()| DONE),
            Cue::ExpectSent { expected } => self.expect_sent(&expected),
            Cue::ExpectDenied { why } => self.expect_denied(why.as_deref()),
            Cue::Advance { by } => self.advance(by).await.map(|()| DONE),
            Cue::Crash => self.crash().await.map(|()| DONE),
            Cue::Start if self.is_up() => Err("the script runs already: t:crash() comes before t:start()".to_owned()),
            Cue::Start => self.open().await.map(|()| DONE),
            Cue::Reload { source } => self.reload(source).await,
            Cue::Configure { values } => self.configure(&values),
            Cue::Http { url, response } => {
                self.web.answer(&url, &response);
                Ok(DONE)
            }
            Cue::Requests => Ok(Answer::Data(self.web.requests().into())),
            Cue::Webhook { path, call } => self.call_webhook(path, &call).await,
            Cue::Recall { id } => self.recall(&id).await,
            Cue::Edit { id, text } => self.edit(&id, &text).await,
            Cue::Join { who, chat } => self.join(&who, &chat).await,
            Cue::Leave { who, chat } => self.leave(&who, &chat).await,
            Cue::Read { who } => self.read(&who).await,
            Cue::Download { id, file } => self.download(&id, file).await,
            Cue::Find { id } => self.find(&id).await,
            Cue::Stored { key, of } => self.stored(&key, of).await,
            Cue::Dead => self.dead().await,
            Cue::Log => self.log().await,
        }
    }

    async fn say(&mut self, who: &str, said: Spoken) -> Result<Answer, Why> {
        if !self.is_crashed() {
            self.host().await?;
        }
        let chat = said.chat.as_deref().map(chat_name).unwrap_or_else(|| format!("c2c:{ACCOUNT}"));
        let mut to: ConversationId = chat.parse().map_err(|error| format!("{chat:?} is no conversation: {error}"))?;
        match to.kind() {
            ConversationKind::Group => drop(self.admit(to.id(), who)?),
            // Whatever peer is named: people talk with the account.
            ConversationKind::C2c if [ACCOUNT, "me", who].contains(&to.id()) => to = account()?,
            ConversationKind::C2c => return Err(format!("{who} can talk with the account, or in a group, not in {chat}")),
        }
        let answered = match &said.reply_to {
            Some(id) => Some(self.message(id).await?.ok_or_else(|| format!("there is no message {id} to answer"))?),
            None => None,
        };
        let (folder, now) = (self.folder.path().to_owned(), self.time());
        let person = self.person(who)?;
        let mut elements: Vec<Element> = Vec::new();
        if !said.text.is_empty() {
            elements.push(Element::text(said.text.as_str()));
        }
        for file in &said.files {
            elements.push(person.attach(&folder, file).await?);
        }
        let body = people::body(&elements, &said.mentions, answered.as_ref())?;
        let id = person.say(&to, now, body).await.map_err(|error| error.to_string())?;
        self.expect_arrival(id.clone()).await?;
        Ok(Answer::Data(id.into()))
    }

    async fn send(&mut self, text: &str, chat: &str) -> Result<Answer, Why> {
        let chat = chat_name(chat);
        let to: ConversationId = chat.parse().map_err(|error| format!("{chat:?} is no conversation: {error}"))?;
        if to.kind() == ConversationKind::Group {
            self.admit(to.id(), ACCOUNT)?;
        }
        self.denied = None;
        let session = Arc::clone(self.host().await?.session());
        let outcome = match session.send(&to, Message::text("", 0, text)).await {
            Ok(sending) => sending.outcome().await.map(drop),
            Err(error) => return Err(format!("it cannot be sent: {error}")),
        };
        self.settle().await?;
        match outcome {
            Ok(()) => Ok(DONE),
            Err(SendFailure { error, .. }) => Ok(Answer::Data(self.deny(&error).into())),
        }
    }

    /// Notes that the account was refused something, and returns the reason.
    fn deny(&mut self, error: &SessionError) -> String {
        let why = match error {
            SessionError::Denied { reason, .. } => reason.clone(),
            other => other.to_string(),
        };
        self.denied = Some(why.clone());
        why
    }

    fn expect_sent(&mut self, expected: &Expected) -> Result<Answer, Why> {
        self.sent.take("the account", expected).map(Answer::Data).map_err(|why| match &self.denied {
            Some(denied) => format!("{why}: it was refused, {denied:?}"),
            None => why,
        })
    }

    fn expect_denied(&mut self, why: Option<&str>) -> Result<Answer, Why> {
        match (self.denied.take(), why) {
            (None, _) => Err("expected that the account is refused, but it was not".to_owned()),
            (Some(said), Some(wanted)) if !said.contains(wanted) => {
                Err(format!("expected that the account is refused with {wanted:?} in the reason, but it was {said:?}"))
            }
            (Some(said), _) => Ok(Answer::Data(said.into())),
        }
    }

    async fn reload(&mut self, source: Option<String>) -> Result<Answer, Why> {
        let Some(mut bundle) = self.bundles.get(&self.script).cloned() else { return Err(format!("there is no script {}", self.script)) };
        if let Some(source) = source {
            bundle.files.insert(bundle.entry.clone(), source.into());
        }
        let loaded = self.host().await?.load(bundle.clone()).await;
        self.settle().await?;
        Ok(match loaded {
            Ok(()) => {
                self.bundles.insert(Arc::clone(&self.script), bundle);
                Answer::Data(true.into())
            }
            Err(error) => Answer::Failed { why: error.to_string() },
        })
    }

    fn configure(&mut self, values: &Data) -> Result<Answer, Why> {
        if self.is_up() || self.is_crashed() {
            return Err("the script runs already: t:configure comes before everything else".to_owned());
        }
        let table: toml::Table = serde_json::from_str(&values.to_json()).map_err(|error| format!("this is no configuration: {error}"))?;
        self.options = std::mem::take(&mut self.options).configure(&self.script, table);
        Ok(DONE)
    }

    async fn call_webhook(&mut self, path: String, call: &Data) -> Result<Answer, Why> {
        let texts = |key: &str| -> BTreeMap<String, String> {
            let Some(Data::Map(map)) = call.get(key) else { return BTreeMap::new() };
            map.iter().filter_map(|(name, value)| Some((name.to_ascii_lowercase(), value.as_str()?.to_owned()))).collect()
        };
        let body = match (call.get("body"), call.get("json")) {
            (Some(body), _) => body.clone(),
            (None, Some(json)) => json.to_json().into(),
            (None, None) => "".into(),
        };
        let call = WebhookCall { path: path.clone(), method: "POST".to_owned(), headers: texts("headers"), query: texts("query"), body };
        let script = self.script.to_string();
        let answer = self.host().await?.call_webhook(&script, call).await.map_err(|error| error.to_string())?;
        self.settle().await?;
        match answer {
            WebhookAnswer::Done(answer) => Ok(Answer::Data(answer)),
            WebhookAnswer::Unknown => Err(format!("the script has no webhook {path:?}")),
            WebhookAnswer::Failed => Ok(Answer::Data(Data::map([("status", Data::Number(500.0)), ("body", "".into())]))),
            WebhookAnswer::Busy => Ok(Answer::Data(Data::map([("status", Data::Number(429.0)), ("body", "".into())]))),
        }
    }

    async fn recall(&mut self, id: &str) -> Result<Answer, Why> {
        let message = self.known(id).await?;
        if message.sender == ACCOUNT {
            let session = Arc::clone(self.host().await?.session());
            session.recall(id, None).await.map_err(|error| error.to_string())?;
            self.settle().await?;
            return Ok(DONE);
        }
        let to = seen_by_people(&message)?;
        let parcel = Parcel::Recall { to, id: id.to_owned(), reason: None };
        self.person(&message.sender)?.publish(parcel).await.map_err(|error| error.to_string())?;
        self.expect_arrival(name::recall(id)).await.map(|()| DONE)
    }

    async fn edit(&mut self, id: &str, text: &str) -> Result<Answer, Why> {
        let message = self.known(id).await?;
        if message.sender == ACCOUNT {
            let session = Arc::clone(self.host().await?.session());
            session.edit_text(id, text).await.map_err(|error| error.to_string())?;
            self.settle().await?;
            return Ok(DONE);
        }
        let (to, body) = (seen_by_people(&message)?, crate::model::Body::of_text(text));
        self.edits += 1;
        let parcel = Parcel::Edit { to, id: id.to_owned(), nonce: self.edits, body };
        let ack = self.person(&message.sender)?.publish(parcel).await.map_err(|error| error.to_string())?;
        self.expect_arrival(name::edit(id, ack.seq)).await.map(|()| DONE)
    }

    async fn join(&mut self, who: &str, chat: &str) -> Result<Answer, Why> {
        let group = group(chat)?;
        self.person(who)?;
        match self.admit(group.id(), who)? {
            true => self.tell_of(&group, who, true).await,
            false => Err(format!("{who} is in {group} already")),
        }
    }

    async fn leave(&mut self, who: &str, chat: &str) -> Result<Answer, Why> {
        let group = group(chat)?;
        if !self.groups.get(group.id()).is_some_and(|members| members.contains(who)) {
            return Err(format!("{who} is not in {group}"));
        }
        let told = self.tell_of(&group, who, false).await?;
        self.hub.leave(group.id(), who).map_err(|error| error.to_string())?;
        if let Some(members) = self.groups.get_mut(group.id()) {
            members.remove(who);
        }
        Ok(told)
    }

    /// Has a group told that somebody has come or leaves.
    async fn tell_of(&mut self, group: &ConversationId, who: &str, comes: bool) -> Result<Answer, Why> {
        if !self.is_crashed() {
            self.host().await?;
        }
        let now = self.time();
        let notice = self.person(who)?.notice(group, now, comes);
        let id = notice.id_text();
        self.traffic.notice(notice);
        self.expect_arrival(id).await.map(|()| DONE)
    }

    async fn read(&mut self, who: &str) -> Result<Answer, Why> {
        let up_to = self.time();
        let person = self.person(who)?;
        if person.read == up_to {
            return Ok(DONE);
        }
        person.read = up_to;
        person.publish(Parcel::Read { to: account()?, up_to }).await.map_err(|error| error.to_string())?;
        self.expect_arrival(name::read(who, up_to)).await.map(|()| DONE)
    }

    async fn download(&mut self, id: &str, file: usize) -> Result<Answer, Why> {
        self.denied = None;
        let message = self.known(id).await?;
        let requests = (0..message.body.elements().len()).filter_map(|element| DownloadRequest::of(&message, element, Part::Main).ok());
        let request = requests.into_iter().nth(file.saturating_sub(1)).ok_or_else(|| format!("message {id} has no file {file}"))?;
        let folder = self.folder.path().join("downloads");
        std::fs::create_dir_all(&folder).map_err(|error| error.to_string())?;
        let fetched = self.host().await?.session().download(request.to_folder(folder)).outcome().await;
        self.settle().await?;
        Ok(match fetched {
            Ok(fetched) => Answer::Data(fetched.path.to_string_lossy().into_owned().into()),
            Err(error) => Answer::Failed { why: self.deny(&error) },
        })
    }

    /// The message of this id, if the archive has it.
    async fn message(&mut self, id: &str) -> Result<Option<Message>, Why> {
        let (archive, id) = (self.archive().await?, id.to_owned());
        let found = tokio::task::spawn_blocking(move || archive.find(&[&id])).await.map_err(|error| error.to_string())?;
        Ok(found.map_err(|error| error.to_string())?.pop())
    }

    async fn known(&mut self, id: &str) -> Result<Message, Why> {
        self.message(id).await?.ok_or_else(|| format!("there is no message {id}"))
    }

    async fn find(&mut self, id: &str) -> Result<Answer, Why> {
        let Some(message) = self.message(id).await? else { return Ok(DONE) };
        Ok(Answer::Data(Data::map([
            ("id", message.id_text().into()),
            ("text", said::text(&message).into()),
            ("from", message.sender.as_str().into()),
            ("chat", message.conversation.as_ref().map(ToString::to_string).into()),
            ("is_recalled", (message.status == Some(Status::Recalled)).into()),
            ("is_read", message.is_read.unwrap_or_default().into()),
        ])))
    }

    async fn stored(&mut self, key: &str, of: Option<String>) -> Result<Answer, Why> {
        let shelf = match of {
            None => Shelf::Script,
            Some(chat) if chat.contains(':') => Shelf::Chat(chat),
            Some(person) => Shelf::Person(person),
        };
        let (archive, script) = (self.archive().await?, self.script.to_string());
        storage::value(&archive, &script, &shelf, key).map(Answer::Data).map_err(|misuse| misuse.to_string())
    }

    async fn dead(&mut self) -> Result<Answer, Why> {
        let (archive, script) = (self.archive().await?, self.script.to_string());
        let letters = storage::all::<DeadLetter>(&archive, ScriptRows::Dead { script: &script }).map_err(|error| error.to_string())?;
        let told = letters.into_iter().map(|(_, letter)| {
            Data::map([("handler", letter.label.into()), ("fault", letter.fault.into()), ("attempts", u64::from(letter.attempts).into())])
        });
        Ok(Answer::Data(Data::List(told.collect())))
    }

    async fn log(&mut self) -> Result<Answer, Why> {
        let script = self.script.to_string();
        let lines = self.host().await?.log(&script, LINES).map_err(|error| error.to_string())?;
        Ok(Answer::Data(lines.into_iter().map(|line| line.message).collect::<Vec<_>>().into()))
    }
}

/// Whether it is something that happens, and not a look at it.
fn happens(cue: &Cue) -> bool {
    match cue {
        Cue::Say { .. } | Cue::Send { .. } | Cue::Advance { .. } | Cue::Crash | Cue::Start | Cue::Reload { .. } => true,
        Cue::Webhook { .. } | Cue::Recall { .. } | Cue::Edit { .. } | Cue::Join { .. } | Cue::Leave { .. } | Cue::Read { .. } => true,
        Cue::Download { .. } => true,
        Cue::Expect { .. } | Cue::ExpectNone | Cue::ExpectSent { .. } | Cue::ExpectDenied { .. } => false,
        Cue::Configure { .. } | Cue::Http { .. } | Cue::Requests => false,
        Cue::Find { .. } | Cue::Stored { .. } | Cue::Dead | Cue::Log => false,
    }
}

/// The conversation with the account, as people see it.
fn account() -> Result<ConversationId, Why> {
    ConversationId::c2c(ACCOUNT).map_err(|error| error.to_string())
}

fn group(chat: &str) -> Result<ConversationId, Why> {
    let group: Option<ConversationId> = chat.parse().ok();
    group.filter(|group| group.kind() == ConversationKind::Group).ok_or_else(|| format!("{chat:?} is no group such as \"group:ops\""))
}

/// Where a message was said, as who said it sees it.
fn seen_by_people(message: &Message) -> Result<ConversationId, Why> {
    match &message.conversation {
        Some(group) if group.kind() == ConversationKind::Group => Ok(group.clone()),
        _ => account(),
    }
}
