//! What may happen next: one random step of the world.

use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use mynah::archive::{HistoryRequest, Order, Purge, ReadUpTo};
use mynah::model::{ConversationId, ConversationKind, Message, ReceiveOption, Status};
use mynah::session::{Reach, Roaming, Session};
use mynah::transport::loopback::{Loss, Weather};

use super::story::{Ending, Said, Story};
use super::world::{End, FOUNDERS, Log, World, all};

const YEAR_S: i64 = 365 * 86_400;

/// Somebody who asks a session for something: what is needed to note what came of it.
struct Caller {
    name: &'static str,
    session: Arc<Session>,
    story: Arc<Mutex<Story>>,
    log: Log,
}

impl Caller {
    fn note(&self, line: &str) {
        self.log.note(&format!("{} {line}", self.name));
    }

    fn complain(&self, what: String) {
        self.story.lock().unwrap().complaints.push(what);
    }
}

impl World {
    /// Does something, then lets some time pass.
    pub(super) async fn step(&mut self) {
        let who = self.random.below(self.accounts.len() as u64) as usize;
        match self.random.below(100) {
            0..9 => self.change_weather(who),
            9..11 => {
                self.log.note("the hub restarts");
                self.hub.restart().unwrap();
                self.tell_connections();
            }
            11..13 => self.set_clock(who),
            13..16 => self.join_or_leave(who),
            16..22 if self.accounts[who].life.is_some() => {
                let end = [End::Logout, End::Dropped, End::Dropped, End::Dropped, End::Crash][self.random.below(5) as usize];
                self.end(who, end).await;
            }
            chance => {
                if self.accounts[who].life.is_none() {
                    self.login(who).await;
                }
                self.act(who, chance);
            }
        }
        let pause = match self.random.below(20) {
            0..6 => 0,
            6..12 => self.random.below(60),
            12..18 => self.random.below(2_000),
            18 => self.random.below(15_000),
            _ => self.random.below(150_000),
        };
        tokio::time::sleep(Duration::from_millis(pause)).await;
    }

    /// One of the things that an account does.
    fn act(&mut self, who: usize, chance: u64) {
        let names = self.conversations();
        let conversation = names[self.random.below(names.len() as u64) as usize].clone();
        match chance {
            0..55 => self.send(who, conversation),
            55..58 => self.send_to_all(who),
            58..66 => self.recall(who, &conversation),
            66..72 => self.edit(who, &conversation),
            72..80 => self.report_read(who, conversation),
            80..84 => self.delete(who, conversation),
            84..87 => self.take_away(who, conversation),
            87..90 => self.set_receive_option(who, conversation),
            90..95 => self.roam(who, conversation),
            _ => self.cancel(who),
        }
    }

    /// Lets an account do something that takes time.
    fn call<F: Future<Output = ()> + Send + 'static>(&mut self, who: usize, what: &str, call: impl FnOnce(Caller) -> F) {
        let account = &mut self.accounts[who];
        let Some(life) = &mut account.life else { return };
        let session = Arc::clone(&life.session);
        let caller = Caller { name: account.name, session, story: Arc::clone(&account.story), log: self.log.clone() };
        caller.note(what);
        life.callers.spawn(call(caller));
    }

    /// A text that is like no other.
    fn text(&mut self) -> String {
        self.said += 1;
        format!("n{} {}", self.said, self.random.text())
    }

    /// One of the newest messages that a conversation shows.
    fn pick(&mut self, who: usize, conversation: &ConversationId) -> Option<Message> {
        let request = HistoryRequest { limit: 8, ..HistoryRequest::default() };
        let mut newest = self.accounts[who].archive().history(conversation, &request).unwrap().messages;
        let count = newest.len() as u64;
        (count > 0).then(|| newest.swap_remove(self.random.below(count) as usize))
    }

    fn change_weather(&mut self, who: usize) {
        let mut ms = |limit| Duration::from_millis(self.random.below(limit));
        let (delay, patience) = (ms(400), ms(5_000));
        let weather = match self.random.below(8) {
            0..3 => Weather::default(),
            3..5 => Weather::offline(),
            5 => Weather { delay, ..Weather::default() },
            6 => Weather { delay, patience, lose_answers: Loss::Share(0.4), ..Weather::default() },
            _ => Weather { delay, patience, lose_requests: Loss::Share(0.3), lose_answers: Loss::Share(0.3), ..Weather::default() },
        };
        let refuses = self.random.below(12) == 0;
        let account = &self.accounts[who];
        self.log.note(&format!("weather of {}: {weather:?}, refuses: {refuses}", account.name));
        if let Some(life) = &account.life {
            life.gate.refuses.store(refuses, Ordering::Relaxed);
        }
        self.hub.set_weather(account.name, weather);
        self.tell_connections();
    }

    fn set_clock(&mut self, who: usize) {
        let skew = [0, 0, -YEAR_S, YEAR_S, -90, 3_600][self.random.below(6) as usize];
        self.log.note(&format!("the clock of {} is wrong by {skew} s", self.accounts[who].name));
        self.accounts[who].skew.store(skew, Ordering::Relaxed);
    }

    fn join_or_leave(&mut self, who: usize) {
        if who < FOUNDERS {
            return;
        }
        let joins = self.random.below(3) > 0;
        let name = self.accounts[who].name;
        self.log.note(&format!("{name} {} the club", if joins { "joins" } else { "leaves" }));
        if joins { self.hub.join("club", name).unwrap() } else { self.hub.leave("club", name).unwrap() }
    }

    fn send(&mut self, who: usize, to: ConversationId) {
        let text = self.text();
        let is_online = self.random.below(12) == 0;
        self.call(who, &format!("sends to {to}, online only: {is_online}: {text}"), async move |caller| {
            let mut message = Message::text("", 0, &text);
            if is_online {
                message.body.set("message_is_online_msg", Some(true.into())).unwrap();
            }
            let sending = caller.session.send(&to, message).await.unwrap();
            let said = {
                let story = &mut *caller.story.lock().unwrap();
                story.said.push(Said { to, is_online, id: Some(sending.id().to_owned()), ending: Ending::Unknown });
                story.said.len() - 1
            };
            let outcome = sending.outcome().await;
            let story = &mut *caller.story.lock().unwrap();
            story.note_end(said, outcome);
            caller.note(&format!("knows of {}: {:?}", sending.id(), story.said[said].ending));
        });
    }

    fn send_to_all(&mut self, who: usize) {
        let text = self.text();
        let users: Vec<&str> = self.accounts.iter().map(|account| account.name).collect();
        self.call(who, &format!("sends to {users:?}: {text}"), async move |caller| {
            let results = caller.session.send_to_all(&users, Message::text("", 0, &text)).await.unwrap();
            let story = &mut *caller.story.lock().unwrap();
            for sent in results {
                let to = ConversationId::c2c(&sent.user).unwrap();
                story.said.push(Said { to, is_online: false, id: None, ending: Ending::Unknown });
                story.note_end(story.said.len() - 1, sent.result);
            }
        });
    }

    fn recall(&mut self, who: usize, conversation: &ConversationId) {
        let Some(message) = self.pick(who, conversation) else { return };
        let id = message.id_text();
        self.call(who, &format!("recalls {id}"), async move |caller| {
            match caller.session.recall(&id, Some("a slip")).await {
                // One that was called back before it left.
                Ok(message) if message.status == Some(Status::Cancelled) => caller.note(&format!("has called {id} back")),
                Ok(_) => {
                    caller.note(&format!("has recalled {id}"));
                    caller.story.lock().unwrap().recalled.insert(id);
                }
                Err(error) => caller.note(&format!("could not recall {id}: {error}")),
            }
        });
    }

    fn edit(&mut self, who: usize, conversation: &ConversationId) {
        let Some(message) = self.pick(who, conversation) else { return };
        let (id, text) = (message.id_text(), self.text());
        self.call(who, &format!("edits {id}: {text}"), async move |caller| match caller.session.edit_text(&id, &text).await {
            Ok(_) => {
                caller.note(&format!("has edited {id}"));
                caller.story.lock().unwrap().edited.insert((id, text));
            }
            Err(error) => caller.note(&format!("could not edit {id}: {error}")),
        });
    }

    fn report_read(&mut self, who: usize, conversation: ConversationId) {
        let place = self.pick(who, &conversation).map(|message| message.place());
        let how = self.random.below(8);
        let what = format!(
            "has read {}",
            ["up to a message of", "all with peers, not", "everything, also"][[0, 0, 0, 0, 0, 0, 1, 2][how as usize]]
        );
        self.call(who, &format!("{what} {conversation}"), async move |caller| {
            let up_to = match (how, place) {
                (0..3, Some(place)) => ReadUpTo::Message(&conversation, place),
                (6, _) => ReadUpTo::Kind(ConversationKind::C2c),
                (7, _) => ReadUpTo::All,
                _ => ReadUpTo::Conversation(&conversation),
            };
            caller.session.report_read(up_to).await.unwrap();
            let listed = caller.session.archive().conversation(&conversation).unwrap();
            let unread = listed.map_or(0, |listed| listed.unread);
            let is_whole = !matches!(up_to, ReadUpTo::Message(..)) && (how != 6 || conversation.kind() == ConversationKind::C2c);
            if is_whole && unread > 0 {
                caller.complain(format!("{conversation} is read and has {unread} unread messages"));
            }
        });
    }

    fn delete(&mut self, who: usize, conversation: ConversationId) {
        let Some(message) = self.pick(who, &conversation) else { return };
        let id = message.id_text();
        let reach = if self.random.below(2) == 0 { Reach::Here } else { Reach::Everywhere };
        self.call(who, &format!("deletes {id}: {reach:?}"), async move |caller| {
            match caller.session.delete(&conversation, &[&id], reach).await {
                Ok(count) => {
                    caller.note(&format!("has deleted {id}: {count}"));
                    if count > 0 {
                        caller.story.lock().unwrap().deleted.insert(id);
                    }
                }
                Err(error) => caller.note(&format!("could not delete {id}: {error}")),
            }
        });
    }

    /// Clears a conversation, deletes it, or purges a message of it.
    fn take_away(&mut self, who: usize, conversation: ConversationId) {
        let how = self.random.below(3);
        let purged = self.pick(who, &conversation).map(|message| message.id_text());
        self.accounts[who].story.lock().unwrap().emptied.insert(conversation.clone());
        self.call(who, &format!("{} {conversation}", ["clears", "deletes", "purges a message of"][how as usize]), async move |caller| {
            let gone = match (how, purged) {
                (0, _) => caller.session.clear(&conversation).await,
                (1, _) => caller.session.delete_conversation(&conversation).await,
                (_, None) => return,
                (_, Some(id)) => {
                    caller.session.archive().purge(&conversation, Purge::Ids(&[&id])).unwrap();
                    return;
                }
            };
            match gone {
                Ok(count) => {
                    caller.note(&format!("has emptied {conversation}: {count}"));
                    if !all(caller.session.archive(), &conversation).is_empty() {
                        caller.complain(format!("{conversation} is cleared and has messages"));
                    }
                }
                Err(error) => caller.note(&format!("could not empty {conversation}: {error}")),
            }
        });
    }

    fn set_receive_option(&mut self, who: usize, conversation: ConversationId) {
        let option = [ReceiveOption::Receive, ReceiveOption::Receive, ReceiveOption::NotReceive, ReceiveOption::NotNotify]
            [self.random.below(4) as usize];
        if option == ReceiveOption::NotReceive {
            self.accounts[who].story.lock().unwrap().deaf.insert(conversation.clone());
        }
        self.call(who, &format!("sets {conversation} to {option:?}"), async move |caller| {
            caller.session.set_receive_option(&[conversation], option).await.unwrap();
        });
    }

    fn roam(&mut self, who: usize, conversation: ConversationId) {
        let order = if self.random.below(2) == 0 { Order::NewestFirst } else { Order::OldestFirst };
        let limit = 1 + self.random.below(30) as usize;
        self.call(who, &format!("asks for {limit} messages of {conversation}, {order:?}"), async move |caller| {
            let request = HistoryRequest { order, limit, ..HistoryRequest::default() };
            match caller.session.history(&conversation, &request, Roaming::Fill).await {
                Ok(page) => caller.note(&format!("has a page of {} messages", page.messages.len())),
                Err(error) => caller.note(&format!("got no page: {error}")),
            }
        });
    }

    fn cancel(&mut self, who: usize) {
        let said: Vec<String> =
            self.accounts[who].story.lock().unwrap().said.iter().rev().take(3).filter_map(|said| said.id.clone()).collect();
        if said.is_empty() {
            return;
        }
        let id = said[self.random.below(said.len() as u64) as usize].clone();
        self.call(who, &format!("cancels {id}"), async move |caller| {
            let cancelled = caller.session.cancel(&id).await.is_ok();
            caller.note(&format!("has cancelled {id}: {cancelled}"));
        });
    }
}
