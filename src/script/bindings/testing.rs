//! A world in memory, and a script in it: loads the source in a real machine, tells it of events, answers what waits, and shows what came of it.

use std::cell::RefCell;
use std::collections::{BTreeMap, VecDeque};
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use mlua::{Lua, MultiValue};

use super::{Level, Setup, answer_values, event_arguments, install, raised};
use crate::model::{ConversationId, Element, Message};
use crate::script::data::Data;
use crate::script::event::named::Named;
use crate::script::event::{Event, EventKind, Source, What};
use crate::script::filter::Hit;
use crate::script::handler::{ArgumentValue, Door, Handler};
use crate::script::op::{Answer, Misuse, Op, Shelf};
use crate::script::run::{Change, Effects, Facts, Recorded, Run, Saying, Stance, TimerRow, Words, World};
use crate::script::vm::{Alarm, Fault, FunctionNo, Limits, Program, RunCell, Step, Vm};
use crate::script::when;

/// Noon of a Tuesday in UTC.
pub(in crate::script) const NOON: u64 = 1_709_640_000;

/// What a run can see: values, timers, messages. Empty at first.
#[derive(Default)]
pub(in crate::script) struct Memory {
    pub(in crate::script) values: RefCell<BTreeMap<(Shelf, String), Data>>,
    pub(in crate::script) timers: RefCell<BTreeMap<String, TimerRow>>,
    pub(in crate::script) messages: RefCell<BTreeMap<String, Message>>,
    /// Names of calls that are refused.
    pub(in crate::script) refused: RefCell<Vec<&'static str>>,
}

impl World for Memory {
    fn stored(&self, shelf: &Shelf, key: &str) -> Result<Data, Misuse> {
        Ok(self.values.borrow().get(&(shelf.clone(), key.to_owned())).cloned().unwrap_or_default())
    }

    fn scan(&self, shelf: &Shelf, prefix: &str, after: Option<&str>, limit: usize) -> Result<Vec<(String, Data)>, Misuse> {
        let values = self.values.borrow();
        let mine = values.iter().filter(|((on, key), _)| on == shelf && key.starts_with(prefix));
        let behind = mine.filter(|((_, key), _)| after.is_none_or(|after| key.as_str() > after));
        Ok(behind.take(limit).map(|((_, key), value)| (key.clone(), value.clone())).collect())
    }

    fn timer(&self, id: &str) -> Result<Option<TimerRow>, Misuse> {
        Ok(self.timers.borrow().get(id).cloned())
    }

    fn timers(&self) -> Result<Vec<TimerRow>, Misuse> {
        Ok(self.timers.borrow().values().cloned().collect())
    }

    fn title(&self, chat: &str) -> String {
        format!("title of {chat}")
    }

    fn help(&self, name: Option<&str>) -> Option<String> {
        name.is_none_or(|name| name == "ping").then(|| "ping: check that I am alive".to_owned())
    }

    fn permit(&self, op: &Op) -> Result<(), Misuse> {
        match self.refused.borrow().contains(&op.name()) {
            true => Err(Misuse(format!("{}: the manifest lacks a line", op.name()))),
            false => Ok(()),
        }
    }

    fn compose(&self, said: &Saying) -> Result<Message, Misuse> {
        let to: ConversationId = said.to.parse().or_else(|_| ConversationId::group(&said.to)).map_err(|error| Misuse(error.to_string()))?;
        let mut message = match &said.what {
            Words::New(content) => {
                let mut elements: Vec<Element> = content.text.iter().map(Element::text).collect();
                elements.extend(content.files.iter().map(|path| Element::file(path.as_str(), 1)));
                elements.extend(content.custom.iter().map(|data| Element::custom(data.as_str(), "")));
                let mut message = Message::new("me", said.client_time, crate::model::Body::of_elements(&elements));
                if let Some(id) = &content.reply_to {
                    let reply = serde_json::json!({ "messageReply": { "messageID": id } }).to_string();
                    message.body.set("message_cloud_custom_str", Some(reply.into())).map_err(|error| Misuse(error.to_string()))?;
                }
                message
            }
            Words::Again(id) => self.message(id)?.ok_or_else(|| Misuse(format!("there is no message {id}")))?,
        };
        message.rand = said.rand;
        Ok(message.in_conversation(&to))
    }

    fn next_due(&self, schedule: &str, _: Option<&str>, after: u64) -> Result<Option<u64>, Misuse> {
        when::duration(schedule).map(|length| Some(after + length.as_secs()))
    }

    fn message(&self, id: &str) -> Result<Option<Message>, Misuse> {
        Ok(self.messages.borrow().get(id).cloned())
    }
}

/// A script at work.
pub(in crate::script) struct Bot {
    pub(in crate::script) vm: Vm,
    pub(in crate::script) memory: Rc<Memory>,
    pub(in crate::script) registered: Rc<RefCell<Vec<(Handler, FunctionNo)>>>,
    pub(in crate::script) tests: Rc<RefCell<Vec<super::Test>>>,
    pub(in crate::script) logged: Rc<RefCell<Vec<(Level, String, Data)>>>,
    /// Answers to calls that wait, in order.
    pub(in crate::script) answers: VecDeque<Answer>,
    /// The calls that waited.
    pub(in crate::script) asked: Vec<Op>,
    number: u64,
}

/// What came of a run.
pub(in crate::script) struct Outcome {
    pub(in crate::script) result: Result<MultiValue, Fault>,
    pub(in crate::script) run: RunCell,
}

impl Outcome {
    /// The texts of what was said, with the conversations.
    #[track_caller]
    pub(in crate::script) fn said(&self) -> Vec<String> {
        if let Err(fault) = &self.result {
            panic!("{fault}");
        }
        let run = self.run.borrow();
        let said = |message: &Message| format!("{} <- {}", message.conversation.as_ref().unwrap(), message.texts().join("|"));
        run.effects.sends.iter().map(said).collect()
    }

    /// What the handler returned, as text.
    #[track_caller]
    pub(in crate::script) fn text(&self) -> String {
        match &self.result {
            Ok(values) => values.iter().map(|value| value.to_string().unwrap()).collect::<Vec<_>>().join(" "),
            Err(fault) => panic!("{fault}"),
        }
    }

    /// The text of the error.
    #[track_caller]
    pub(in crate::script) fn error(&self) -> String {
        match &self.result {
            Ok(_) => panic!("it went well: {}", self.text()),
            Err(fault) => fault.to_string(),
        }
    }

    pub(in crate::script) fn effects<T>(&self, look: impl FnOnce(&Effects) -> T) -> T {
        look(&self.run.borrow().effects)
    }
}

impl Bot {
    /// Loads a script without configuration.
    #[track_caller]
    pub(in crate::script) fn of(source: &str) -> Self {
        Self::with(source, Data::Nil).unwrap_or_else(|fault| panic!("{fault}"))
    }

    /// Loads a script with this configuration.
    pub(in crate::script) fn with(source: &str, config: Data) -> Result<Self, Fault> {
        let memory = Rc::<Memory>::default();
        let registered = Rc::<RefCell<Vec<_>>>::default();
        let tests = Rc::<RefCell<Vec<_>>>::default();
        let logged = Rc::<RefCell<Vec<_>>>::default();
        let log = Rc::clone(&logged);
        let setup = Setup {
            name: Arc::from("story"),
            version: Some(Arc::from("1.2.0")),
            config,
            zone: when::zone("UTC").unwrap(),
            registered: Rc::clone(&registered),
            tests: Some(Rc::clone(&tests)),
            log: Rc::new(move |level, message: &str, fields: &Data| log.borrow_mut().push((level, message.to_owned(), fields.clone()))),
        };
        let files = BTreeMap::from([("main".to_owned(), Arc::from(source))]);
        let program = Program { name: Arc::from("story"), entry: "main".to_owned(), files };
        let alarm = Alarm::new(Arc::new(AtomicBool::new(false))).unwrap();
        let nothing = Event { source: Source::Life(1), kind: EventKind::Start, at: NOON, conversation: None, what: What::Nothing };
        let run = cell(&memory, &Arc::new(nothing), "load", Stance::Load, Vec::new());
        let vm = Vm::load(&program, &Limits::default(), &alarm, &|lua: &Lua| install(lua, &setup), run)?;
        Ok(Self { vm, memory, registered, tests, logged, answers: VecDeque::new(), asked: Vec::new(), number: 0 })
    }

    /// The function of a handler by its name, `receive#2` for the second one of that name.
    #[track_caller]
    fn function(&self, handler: &str) -> FunctionNo {
        let (name, number) = handler.split_once('#').map_or((handler, 1), |(name, number)| (name, number.parse().unwrap()));
        let registered = self.registered.borrow();
        let found = registered.iter().filter(|(handler, _)| handler.role.name() == name).nth(number - 1);
        found.unwrap_or_else(|| panic!("there is no {handler}")).1
    }

    /// The next event, one minute after noon.
    pub(in crate::script) fn event(&mut self, kind: EventKind, what: What) -> Arc<Event> {
        self.number += 1;
        let conversation = match &what {
            What::Message(message) => message.conversation.clone().map(Named),
            _ => None,
        };
        Arc::new(Event { source: Source::Inbox(self.number), kind, at: NOON, conversation, what })
    }

    /// Tells a handler that somebody said something.
    pub(in crate::script) fn hear(&mut self, label: &str, message: Message) -> Outcome {
        self.hear_with(label, message, None, None)
    }

    pub(in crate::script) fn hear_with(
        &mut self,
        label: &str,
        message: Message,
        hit: Option<&Hit>,
        arguments: Option<&BTreeMap<String, ArgumentValue>>,
    ) -> Outcome {
        let event = self.event(EventKind::Receive, What::Message(Arc::new(message)));
        self.tell(label, &event, hit, arguments, Vec::new())
    }

    /// Tells a handler of an event.
    pub(in crate::script) fn tell(
        &mut self,
        label: &str,
        event: &Arc<Event>,
        hit: Option<&Hit>,
        arguments: Option<&BTreeMap<String, ArgumentValue>>,
        replayed: Vec<Recorded>,
    ) -> Outcome {
        let run = cell(&self.memory, event, label, Stance::Listener, replayed);
        let step =
            self.vm.begin(self.function(label), |lua| event_arguments(lua, event, hit, arguments), Rc::clone(&run), Limits::default().cpu);
        self.finish(step, run)
    }

    /// Asks a hook.
    pub(in crate::script) fn before(&mut self, label: &str, door: Door, subject: &super::Subject) -> Outcome {
        let event = self.event(EventKind::Receive, What::Nothing);
        let run = cell(&self.memory, &event, label, Stance::Hook(door), Vec::new());
        let step = self.vm.begin(self.function(label), |lua| super::hook_arguments(lua, subject), Rc::clone(&run), Limits::default().cpu);
        self.finish(step, run)
    }

    fn finish(&mut self, step: Step, run: RunCell) -> Outcome {
        let mut step = step;
        let result = loop {
            step = match step {
                Step::Ended(values) => break Ok(values),
                Step::Failed(fault) => break Err(fault),
                Step::Paused(suspended) => self.vm.resume(suspended, |_| Ok(MultiValue::new())),
                Step::Waits(suspended) => {
                    let op = run.borrow_mut().take_waiting().unwrap();
                    self.asked.push(op.clone());
                    let answer = self.answers.pop_front().unwrap_or_else(|| panic!("{} waits for an answer", op.name()));
                    let noted = run.borrow_mut().answer(op.clone(), answer.clone(), NOON + 120);
                    self.vm.resume(suspended, |lua| match noted {
                        Ok(()) => answer_values(lua, &op, &answer),
                        Err(misuse) => raised(lua, &misuse),
                    })
                }
            }
        };
        if result.is_ok() {
            self.write(&run.borrow().effects);
        }
        Outcome { result, run }
    }

    /// Does what a run wants to happen.
    fn write(&self, effects: &Effects) {
        let mut values = self.memory.values.borrow_mut();
        for (place, change) in &effects.store {
            match change {
                Change::Set(Data::Nil) => drop(values.remove(place)),
                Change::Set(value) => drop(values.insert(place.clone(), value.clone())),
                Change::Add(by) => {
                    let sum = values.get(place).and_then(Data::as_number).unwrap_or_default() + by;
                    values.insert(place.clone(), Data::Number(sum));
                }
            }
        }
        let mut timers = self.memory.timers.borrow_mut();
        for (id, row) in &effects.timers {
            match row {
                Some(row) => drop(timers.insert(id.clone(), row.clone())),
                None => drop(timers.remove(id)),
            }
        }
    }
}

fn cell(memory: &Rc<Memory>, event: &Arc<Event>, label: &str, stance: Stance, replayed: Vec<Recorded>) -> RunCell {
    let facts = Facts { script: Arc::from("story"), label: Arc::from(label), stance, event: Arc::clone(event), now: NOON + 60, hops: 0 };
    let world: Rc<dyn World> = Rc::clone(memory) as Rc<dyn World>;
    Rc::new(RefCell::new(Run::new(facts, world, replayed)))
}

/// What somebody said in a group, at noon.
pub(in crate::script) fn message(from: &str, text: &str) -> Message {
    let mut message = Message::text(from, NOON, text).in_conversation(&ConversationId::group("general").unwrap());
    message.rand = 7;
    message.is_from_self = Some(false);
    message
}
