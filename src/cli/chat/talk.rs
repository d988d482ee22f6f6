//! The talk itself: takes lines and events as they come, and does what lines ask for.

use std::collections::BTreeSet;
use std::path::Path;
use std::pin::{Pin, pin};
use std::time::Duration;

use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;

use super::command::{self, Command};
use super::screen::Screen;
use crate::archive::{Archive, HistoryRequest, ReadUpTo, SearchRequest};
use crate::cli::failure::Failure;
use crate::cli::input::Input;
use crate::cli::session::{Link, interrupted};
use crate::cli::settings::Settings;
use crate::cli::{context, download, output};
use crate::model::{Body, ConversationId, ConversationKind, ConversationRef, Element, ElementType, Message, Status};
use crate::query::{Expr, Filter, Reading, parse};
use crate::session::{Event, Part, Roaming, SendFailure, Sending, Told};
use crate::transport::loopback::Role;

/// A message that takes longer is remarked.
const SOON: Duration = Duration::from_secs(1);

/// Something under way, and what came of it.
type Job<'a> = Pin<Box<dyn Future<Output = Result<Done, Failure>> + 'a>>;

/// What came of a job.
enum Done {
    /// There is nothing to show, or an event shows it.
    Quietly,
    /// Something is still being sent.
    Slow(Sending),
    Said(Result<Message, SendFailure>),
    Note(String),
    Messages(Vec<Message>),
}

/// A talk, in one conversation at a time.
pub(super) struct Talk<'a> {
    link: &'a Link,
    settings: &'a Settings,
    here: Option<ConversationId>,
    screen: Screen<'a>,
    jobs: FuturesUnordered<Job<'a>>,
    /// Ids of what was said here and of which the journal has not told how it ended.
    own: BTreeSet<String>,
    /// Messages of which nobody knows yet how they end.
    pending: usize,
    /// What was said last, and where.
    last: Option<(ConversationId, Sending)>,
}

impl<'a> Talk<'a> {
    pub(super) fn new(link: &'a Link, settings: &'a Settings, here: Option<ConversationId>, screen: Screen<'a>) -> Self {
        Self { link, settings, here, screen, jobs: FuturesUnordered::new(), own: BTreeSet::new(), pending: 0, last: None }
    }

    fn archive(&self) -> &'a Archive {
        self.link.session.archive()
    }

    /// Says where the talk is, or where it could be.
    pub(super) fn greet(&mut self) -> Result<(), Failure> {
        let account = self.link.session.account();
        if let Some(here) = &self.here {
            return self.screen.note(&format!("{account} in {here}; /help lists the commands"));
        }
        self.screen.note(&format!("{account}; /to C chooses where to talk, /help lists the commands"))?;
        for listed in self.archive().conversations()? {
            let unread = if listed.unread > 0 { format!("  {} unread", output::count(listed.unread)) } else { String::new() };
            self.screen.note(&format!("  {}{unread}", listed.id))?;
        }
        Ok(())
    }

    /// Talks until the input ends and all of it is done, or until Ctrl-C. Returns how many messages were not sent by then.
    ///
    /// A person may type on while something is under way. Of other input, each command waits for what stands before it, and what stands
    /// behind it waits for the command, so that the same lines always do the same.
    pub(super) async fn run(&mut self, mut input: Input) -> Result<usize, Failure> {
        let mut events = self.link.session.events_since(self.link.began);
        let mut interrupted = pin!(interrupted());
        let mut held: Option<Command> = None;
        let (mut is_alone, mut is_over) = (false, false);
        loop {
            let may_read = !is_over && held.is_none() && (!is_alone || self.jobs.is_empty());
            let prompt = self.prompt();
            tokio::select! {
                line = input.next(&prompt), if may_read => match line?.as_deref().map(Command::read) {
                    None | Some(Ok(Command::Quit)) => is_over = true,
                    Some(Err(error)) => self.screen.failure(&error.to_string())?,
                    Some(Ok(command)) => {
                        let is_command = !matches!(command, Command::Say(_) | Command::Nothing);
                        is_alone = is_command && !input.is_dialog();
                        held = Some(command);
                    }
                },
                Some(done) = self.jobs.next() => self.show(done)?,
                told = events.next() => self.hear(&told?)?,
                () = &mut interrupted => break,
            }
            if let Some(command) = held.take_if(|_| !is_alone || self.jobs.is_empty())
                && let Err(failure) = self.run_command(command)
            {
                self.screen.failure(&failure.told())?;
            }
            if is_over && self.jobs.is_empty() && self.own.is_empty() {
                break;
            }
        }
        Ok(self.pending)
    }

    fn prompt(&self) -> String {
        self.here.as_ref().map_or_else(|| "> ".to_owned(), |here| format!("{}> ", output::harmless(here.id())))
    }

    fn hear(&mut self, told: &Told) -> Result<(), Failure> {
        if let Event::Sent(message) | Event::Failed(message) | Event::Cancelled(message) = &told.event
            && self.own.remove(&message.id_text())
            && !self.screen.is_json()
            && !matches!(told.event, Event::Cancelled(_))
        {
            // How it ended is shown where it was waited for.
            return Ok(());
        }
        self.screen.event(told, self.here.as_ref())
    }

    fn show(&mut self, done: Result<Done, Failure>) -> Result<(), Failure> {
        let here = self.here.as_ref();
        match done {
            Ok(Done::Quietly) => Ok(()),
            Ok(Done::Slow(sending)) => {
                self.jobs.push(Box::pin(async move { Ok(Done::Said(sending.outcome().await)) }));
                self.screen.sending()
            }
            Ok(Done::Said(outcome)) => {
                self.pending -= 1;
                self.ended(outcome)
            }
            Ok(Done::Note(text)) => self.screen.note(&text),
            Ok(Done::Messages(messages)) => self.screen.messages(messages, here),
            Err(failure) => self.screen.failure(&failure.told()),
        }
    }

    /// What was said here is sent, or not.
    fn ended(&mut self, outcome: Result<Message, SendFailure>) -> Result<(), Failure> {
        let here = self.here.as_ref();
        match outcome {
            Ok(message) => self.screen.sent(&message, here),
            Err(failure) => match failure.message.status {
                // That is told by itself.
                Some(Status::Cancelled) => Ok(()),
                Some(_) => self.screen.not_sent(failure, here),
                None => {
                    // It was never written, so the journal knows nothing of it.
                    self.own.remove(&failure.message.id_text());
                    self.screen.not_sent(failure, here)
                }
            },
        }
    }

    fn run_command(&mut self, command: Command) -> Result<(), Failure> {
        match command {
            Command::Nothing | Command::Quit => Ok(()),
            Command::Say(text) => self.say(&Element::text(text)),
            Command::File(path) => self.say(&Element::file(text_of(&path), 0)),
            Command::Image(path) => self.say(&Element::image(text_of(&path))),
            Command::Recall(id) => self.recall(id),
            Command::Edit(text) => self.edit(text),
            Command::Read => self.read(),
            Command::History(limit) => self.history(limit),
            Command::Search(words) => self.search(&words),
            Command::Download(id) => self.download(id),
            Command::To(which) => self.go(&which),
            Command::Who => self.who(),
            Command::Help => self.screen.note(&command::help()),
        }
    }

    fn here(&self) -> Result<ConversationId, Failure> {
        self.here.clone().ok_or(Failure::Nowhere)
    }

    fn say(&mut self, element: &Element) -> Result<(), Failure> {
        let here = self.here()?;
        let message = Message::new("", 0, Body::of_elements(std::slice::from_ref(element)));
        let sending = self.link.session.try_send(&here, message)?;
        self.pending += 1;
        self.own.insert(sending.id().to_owned());
        self.last = Some((here, sending.clone()));
        self.jobs.push(Box::pin(async move {
            match tokio::time::timeout(SOON, sending.outcome()).await {
                Ok(outcome) => Ok(Done::Said(outcome)),
                Err(_) => Ok(Done::Slow(sending)),
            }
        }));
        Ok(())
    }

    /// The id of what the account said last here.
    fn last_own(&self) -> Result<String, Failure> {
        let here = self.here()?;
        if let Some((_, sending)) = self.last.as_ref().filter(|(place, _)| *place == here) {
            return Ok(sending.id().to_owned());
        }
        let request = HistoryRequest { limit: 200, ..HistoryRequest::default() };
        let said = self.archive().history(&here, &request)?.messages.into_iter();
        let mut own = said.filter(|message| message.is_from_self == Some(true) && message.status == Some(Status::Sent));
        Ok(own.next().ok_or(Failure::NothingSaid)?.id_text())
    }

    fn recall(&mut self, id: Option<String>) -> Result<(), Failure> {
        let id = id.map_or_else(|| self.last_own(), Ok)?;
        let session = &self.link.session;
        self.jobs.push(Box::pin(async move {
            session.recall(&id, None).await?;
            Ok(Done::Quietly)
        }));
        Ok(())
    }

    fn edit(&mut self, text: String) -> Result<(), Failure> {
        let id = self.last_own()?;
        let session = &self.link.session;
        self.jobs.push(Box::pin(async move {
            session.edit_text(&id, &text).await?;
            Ok(Done::Quietly)
        }));
        Ok(())
    }

    fn read(&mut self) -> Result<(), Failure> {
        let (here, session) = (self.here()?, &self.link.session);
        self.jobs.push(Box::pin(async move {
            let read = session.report_read(ReadUpTo::Conversation(&here)).await?;
            session.receipts_told().await?;
            Ok(Done::Note(format!("{} reported as read", output::counted(read, "message"))))
        }));
        Ok(())
    }

    fn history(&mut self, limit: usize) -> Result<(), Failure> {
        let (here, session) = (self.here()?, &self.link.session);
        self.jobs.push(Box::pin(async move {
            let request = HistoryRequest { limit, ..HistoryRequest::default() };
            let mut messages = session.history(&here, &request, Roaming::Fill).await?.messages;
            messages.reverse();
            Ok(Done::Messages(messages))
        }));
        Ok(())
    }

    /// Searches where the talk is, or everywhere while it is nowhere.
    fn search(&mut self, words: &str) -> Result<(), Failure> {
        let place = self.here.as_ref().map_or(Expr::All, |here| Expr::Filter(Filter::Conversation(here.into())));
        let parsed = parse(words, &Reading::local());
        let answer = self.archive().search(&SearchRequest::new(Expr::and([parsed.expr, place])))?;
        if answer.hits.is_empty() {
            return self.screen.note("nothing was found");
        }
        let messages = answer.hits.into_iter().rev().map(|hit| hit.message).collect();
        self.screen.messages(messages, self.here.as_ref())
    }

    fn download(&mut self, id: Option<String>) -> Result<(), Failure> {
        let message = match id {
            Some(id) => context::message(self.archive(), &id)?,
            None => {
                let types = [ElementType::Image, ElementType::Sound, ElementType::File, ElementType::Video].into_iter().collect();
                let request = HistoryRequest { limit: 1, types, ..HistoryRequest::default() };
                self.archive().history(&self.here()?, &request)?.messages.pop().ok_or(Failure::NoFileHere)?
            }
        };
        let request = download::request(&message, None, Part::Main)?.to_folder(download::made(&self.settings.download_folder.value)?);
        let session = &self.link.session;
        self.jobs.push(Box::pin(async move {
            let fetched = session.download(request).await.map_err(Failure::Session)?;
            Ok(Done::Note(format!("{}  {}", fetched.path.display(), output::bytes(fetched.bytes))))
        }));
        Ok(())
    }

    fn go(&mut self, which: &ConversationRef) -> Result<(), Failure> {
        let mut remark = None;
        let groups = &self.settings.transport_groups.value;
        let place = context::to_talk(self.archive(), which, groups, |text| remark = Some(text.to_owned()))?;
        self.link.join(&place)?;
        if let Some(remark) = remark {
            self.screen.note(&remark)?;
        }
        self.here = Some(place);
        self.greet()
    }

    fn who(&mut self) -> Result<(), Failure> {
        let here = self.here()?;
        let names = match here.kind() {
            ConversationKind::C2c => format!("{}\n{}", self.link.session.account(), here.id()),
            ConversationKind::Group => {
                let members = self.link.hub.members(here.id())?.into_iter();
                let named = members.map(|(name, role)| match role {
                    Role::Owner => format!("{name}, who owns the group"),
                    Role::Admin => format!("{name}, who leads the group"),
                    Role::Member => name,
                });
                named.collect::<Vec<_>>().join("\n")
            }
        };
        self.screen.note(&names)
    }
}

/// A path as elements have it.
fn text_of(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}
