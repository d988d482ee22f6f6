//! Asking a hook on its stage: it answers in one go, or not at all.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

use super::cast::Cast;
use super::world::StageWorld;
use super::{Asked, HookOrder, Ruling, Verdict};
use crate::script::bindings::{self, Subject};
use crate::script::handler::Role;
use crate::script::op::Misuse;
use crate::script::run::{Run, Stance};
use crate::script::vm::{Fault, Step};

impl Cast {
    /// Asks a hook. Nothing of what it wants is kept but what it has counted.
    pub(super) fn ask_hook(&mut self, order: &HookOrder, asked: Asked) -> Result<Ruling, Fault> {
        let Some((handler, function)) = self.handlers.get(order.handler.0) else { return Ok(Ruling::pass(asked)) };
        let Role::Before { door, .. } = &handler.role else { return Ok(Ruling::pass(asked)) };
        let facts = self.facts(handler, &order.event, Stance::Hook(*door), order.now, 0);
        let world = StageWorld {
            props: Arc::clone(&self.props),
            edition: Arc::clone(&self.edition),
            shelves: Rc::clone(&self.shelves),
            place: order.event.place().cloned(),
        };
        let subject = match asked {
            Asked::Nothing => return Ok(Ruling::pass(asked)),
            Asked::Message(message) => Subject::Message(Rc::new(RefCell::new(*message))),
            Asked::Download(download) => Subject::Download(Rc::new(RefCell::new(*download))),
        };
        let cell = Rc::new(RefCell::new(Run::new(facts, Rc::new(world), Vec::new())));
        let mut step = self.vm.begin(*function, |lua| bindings::hook_arguments(lua, &subject), Rc::clone(&cell), order.budget);
        loop {
            match step {
                Step::Ended(values) => {
                    let misused = |misuse: Misuse| Fault::Script { message: misuse.to_string(), traceback: String::new() };
                    let verdict = match bindings::verdict(&values).map_err(misused)? {
                        bindings::Verdict::Deny(why) => Verdict::Deny(why),
                        bindings::Verdict::Pass => Verdict::Pass(match subject {
                            Subject::Message(message) => Asked::Message(Box::new(message.borrow().clone())),
                            Subject::Download(download) => Asked::Download(Box::new(download.borrow().clone())),
                        }),
                    };
                    let metrics = std::mem::take(&mut cell.borrow_mut().effects.metrics);
                    self.shelves.count(&metrics).map_err(misused)?;
                    return Ok(Ruling { verdict, metrics });
                }
                // Somebody waits, but who sends waits more.
                Step::Paused(suspended) => step = self.vm.resume(suspended, |_| Ok(mlua::MultiValue::new())),
                Step::Waits(suspended) => {
                    self.vm.abandon(suspended);
                    return Err(Fault::Script { message: "nothing may wait in bot.before".to_owned(), traceback: String::new() });
                }
                Step::Failed(fault) => return Err(fault),
            }
        }
    }
}

impl Ruling {
    /// Nobody had anything to say.
    pub(super) fn pass(asked: Asked) -> Self {
        Self { verdict: Verdict::Pass(asked), metrics: BTreeMap::new() }
    }
}
