//! The API of scripts: the globals `bot`, `http`, `log`, `secret`, `test`, and the objects that handlers get. Turns what a script says into an
//! [`Op`](super::op::Op) for its run, and answers into values. Each function is described where it is bound (`docs`); the annotation file and
//! the reference page are made from that.

mod annotations;
mod answer;
mod arguments;
mod bot;
mod call;
mod config;
mod content;
pub(super) mod docs;
mod event;
mod file;
mod filter;
mod hook;
mod http;
mod library;
mod log;
mod luals;
mod message;
mod object;
mod place;
mod plain;
mod reference;
mod register;
mod secret;
mod store;
mod story;
mod text;
mod time;
mod timer;
mod webhook;

#[cfg(test)]
pub(super) mod testing;
#[cfg(test)]
mod tests;

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

use mlua::{Lua, Table};

use self::call::Settle;
use self::docs::{Call, EventDoc, Namespace, ObjectDoc, Record};
use super::data::Data;
use super::handler::Handler;
use super::log::Level;
use super::op::Shelf;
use super::vm::{self, FunctionNo};
use super::when::Zone;

pub use annotations::annotations;
pub(super) use answer::answer_values;
pub(super) use call::raised;
pub(super) use event::event_arguments;
pub(super) use hook::{Subject, Verdict, hook_arguments, verdict};
pub use luals::luals;
pub use reference::reference;
pub(super) use register::Test;
pub(super) use story::{StoryCall, story_arguments, story_values};
pub(super) use webhook::response;

/// What the API of one virtual machine is made for.
#[derive(Clone)]
pub(super) struct Setup {
    pub(super) name: Arc<str>,
    pub(super) version: Option<Arc<str>>,
    /// A map with a value, or nil, for each key of the configuration that the manifest declares.
    pub(super) config: Data,
    /// By whose clock times are read and written.
    pub(super) zone: Zone,
    /// Gets every handler that the script registers, in order.
    pub(super) registered: Rc<RefCell<Vec<(Handler, FunctionNo)>>>,
    /// Gets the tests of the script; without it they are passed over.
    pub(super) tests: Option<Rc<RefCell<Tests>>>,
    /// Gets what the script logs: a message, and fields (a map, or nil).
    pub(super) log: Rc<Sink>,
}

/// The tests of a script.
pub(super) type Tests = Vec<Test>;

/// Where log lines go.
pub(super) type Sink = dyn Fn(Level, &str, &Data);

/// What functions of the API find in their virtual machine.
struct Shared {
    setup: Setup,
    settle: Settle,
}

/// What belongs to this virtual machine.
fn shared(lua: &Lua) -> mlua::Result<Rc<Shared>> {
    match lua.app_data_ref::<Rc<Shared>>() {
        Some(shared) => Ok(Rc::clone(&shared)),
        None => Err(mlua::Error::runtime("the API is not installed")),
    }
}

/// The namespaces, each behind the one that it lies in.
static NAMESPACES: [&Namespace; 4] = [&bot::NAMESPACE, &timer::NAMESPACE, &http::NAMESPACE, &log::NAMESPACE];

/// The global functions.
static GLOBALS: [&Call; 3] = [&secret::SECRET, &register::TEST, &log::PRINT];

/// Puts the API into the globals. Afterwards the globals have to be frozen.
///
/// # Errors
/// When there is no memory.
pub(super) fn install(lua: &Lua, setup: &Setup) -> mlua::Result<()> {
    let shared = Rc::new(Shared { setup: setup.clone(), settle: Settle::new(lua)? });
    lua.set_app_data(Rc::clone(&shared));
    vm::convert_objects_with(lua, Rc::new(plain::of_object))?;
    let settle = &shared.settle;
    time::OBJECT.register(lua, settle)?;
    place::CHAT.register(lua, settle)?;
    place::USER.register(lua, settle)?;
    file::OBJECT.register(lua, settle)?;
    message::OBJECT.register(lua, settle)?;
    store::OBJECT.register(lua, settle)?;
    secret::OBJECT.register(lua, settle)?;
    hook::DENIAL.register(lua, settle)?;
    hook::DOWNLOAD.register(lua, settle)?;
    if setup.tests.is_some() {
        story::OBJECT.register(lua, settle)?;
    }
    let globals = lua.globals();
    for namespace in NAMESPACES {
        let table = lua.create_table()?;
        bind(lua, settle, &table, namespace.calls)?;
        put(&globals, namespace.path, &table)?;
    }
    for call in GLOBALS {
        if let Some(function) = settle.bind(lua, call)? {
            globals.raw_set(call.path, function)?;
        }
    }
    let bot: Table = globals.raw_get("bot")?;
    bot.raw_set("name", &*setup.name)?;
    bot.raw_set("version", setup.version.as_deref())?;
    bot.raw_set("config", config::table(lua, &setup.config)?)?;
    bot.raw_set("store", store::Store::value(lua, Shelf::Script)?)?;
    for namespace in NAMESPACES.iter().rev() {
        at(&globals, namespace.path)?.set_readonly(true);
    }
    Ok(())
}

fn bind(lua: &Lua, settle: &Settle, table: &Table, calls: &'static [Call]) -> mlua::Result<()> {
    for call in calls {
        if let Some(function) = settle.bind(lua, call)? {
            table.raw_set(call.path.rsplit('.').next().unwrap_or_default(), function)?;
        }
    }
    Ok(())
}

/// Puts a table where `path` says: `bot`, `bot.timer`.
fn put(globals: &Table, path: &str, table: &Table) -> mlua::Result<()> {
    match path.rsplit_once('.') {
        Some((outer, name)) => at(globals, outer)?.raw_set(name, table),
        None => globals.raw_set(path, table),
    }
}

fn at(globals: &Table, path: &str) -> mlua::Result<Table> {
    path.split('.').try_fold(globals.clone(), |table, name| table.raw_get(name))
}

/// Everything that is described, for the generators and for checks of scripts.
pub(super) struct Api {
    pub(super) namespaces: Vec<&'static Namespace>,
    pub(super) globals: Vec<&'static Call>,
    pub(super) objects: Vec<ObjectDoc>,
    pub(super) records: Vec<&'static Record>,
    pub(super) events: &'static [EventDoc],
}

/// The description of the whole API.
pub(super) fn api() -> Api {
    let mut namespaces = NAMESPACES.to_vec();
    namespaces.extend(library::NAMESPACES);
    Api {
        namespaces,
        globals: GLOBALS.to_vec(),
        events: event::EVENTS,
        objects: vec![
            message::OBJECT.describe(),
            place::CHAT.describe(),
            place::USER.describe(),
            file::OBJECT.describe(),
            time::OBJECT.describe(),
            store::OBJECT.describe(),
            hook::DOWNLOAD.describe(),
            hook::DENIAL.describe(),
            secret::OBJECT.describe(),
            library::regex(),
            story::OBJECT.describe(),
        ],
        records: vec![
            &content::SAID,
            &message::ASK,
            &filter::FILTER,
            &event::HIT,
            &register::BEFORE,
            &register::COMMAND,
            &register::WEBHOOK,
            &event::WEBHOOK,
            &webhook::ANSWER,
            &event::TIMER,
            &event::DOWNLOAD,
            &event::STOP,
            &event::READ,
            &event::MEMBERS,
            &bot::SEARCH,
            &bot::PAGE_OF_HITS,
            &bot::FACETS,
            &bot::COUNT,
            &bot::BAR,
            &bot::HIT,
            &bot::HISTORY,
            &bot::PAGE_OF_HISTORY,
            &timer::EVERY,
            &timer::ROW,
            &store::SCAN,
            &store::PAGE_OF_VALUES,
            &http::GET,
            &http::POST,
            &http::REQUEST,
            &http::RESPONSE,
            &story::SPOKEN,
            &story::ATTACHED,
            &story::EXPECTED,
            &story::SEEN,
        ],
    }
}
