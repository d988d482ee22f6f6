//! What only the benchmarks see of the inside: how long a call of a handler takes by itself, and a look of all filters at a message.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::hint::black_box;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Instant;

use super::bindings::{self, Setup};
use super::data::Data;
use super::event::{Event, EventKind, Source, What, named::Named};
use super::filter::{Filter, MatchContext, Matcher};
use super::handler::FilterSpec;
use super::run::{Facts, Nothing, Run, Stance};
use super::vm::{Alarm, Limits, Program, RunCell, Step, Vm};
use super::when;
use crate::model::{ConversationId, Message};
use crate::store::JournalNo;

fn event(text: &str) -> Option<Arc<Event>> {
    let conversation = ConversationId::group("ops").ok()?;
    let message = Message::text("ana", 1_700_000_000, text).in_conversation(&conversation);
    let what = What::Message(Arc::new(message));
    Some(Arc::new(Event {
        source: Source::Journal(JournalNo(1)),
        kind: EventKind::Receive,
        at: 1_700_000_000,
        conversation: Some(Named(conversation)),
        what,
    }))
}

fn run(event: &Arc<Event>, stance: Stance) -> RunCell {
    let facts = Facts { script: "bench".into(), label: "receive".into(), stance, event: Arc::clone(event), now: 1_700_000_000, hops: 0 };
    Rc::new(RefCell::new(Run::new(facts, Rc::new(Nothing), Vec::new())))
}

/// Nanoseconds of a call of an empty handler without arguments, with a message, and of one that reads the message's text; the medians of nine
/// turns of `calls` calls each.
///
/// # Errors
/// When no machine can be made.
pub fn calls(calls: u32) -> Result<[f64; 3], String> {
    let registered = Rc::new(RefCell::new(Vec::new()));
    let setup = Setup {
        name: "bench".into(),
        version: None,
        config: Data::Map(BTreeMap::new()),
        zone: when::Zone::UTC,
        registered: Rc::clone(&registered),
        tests: None,
        log: Rc::new(|_, _, _| {}),
    };
    let source = "bot.on('receive', function(m) end) bot.on('receive', function(m) local text = m.text end)";
    let program = Program { name: "bench".into(), entry: "bench".to_owned(), files: BTreeMap::from([("bench".to_owned(), source.into())]) };
    let alarm = Alarm::new(Arc::new(AtomicBool::new(false))).map_err(|error| error.to_string())?;
    let event = event("is the deploy done?").ok_or("no conversation")?;
    let limits = Limits::default();
    let mut vm = Vm::load(&program, &limits, &alarm, &|lua| bindings::install(lua, &setup), run(&event, Stance::Load))
        .map_err(|fault| fault.to_string())?;
    let functions: Vec<_> = registered.borrow().iter().map(|(_, function)| *function).collect();
    let [empty, reading] = functions[..] else { return Err("two handlers were registered".to_owned()) };
    let mut turn = |function, has_message: bool| -> Result<f64, String> {
        let began = Instant::now();
        for _ in 0..calls {
            let arguments = |lua: &mlua::Lua| match has_message {
                true => bindings::event_arguments(lua, &event, None, None),
                false => Ok(mlua::MultiValue::new()),
            };
            if let Step::Failed(fault) = vm.begin(function, arguments, run(&event, Stance::Listener), limits.cpu) {
                return Err(fault.to_string());
            }
        }
        Ok(began.elapsed().as_nanos() as f64 / f64::from(calls))
    };
    let mut turns = [const { Vec::new() }; 3];
    for _ in 0..9 {
        turns[0].push(turn(empty, false)?);
        turns[1].push(turn(empty, true)?);
        turns[2].push(turn(reading, true)?);
    }
    Ok(turns.map(median))
}

/// Nanoseconds that the filters of `scripts` scripts, none of which matches, take for one message, by the script; the median of nine turns.
///
/// # Errors
/// When a filter cannot be made.
pub fn filters(scripts: usize, messages: u32) -> Result<f64, String> {
    let filters: Vec<Filter> = (0..scripts)
        .map(|number| {
            Filter::compile(&FilterSpec {
                words: Some(vec![format!("outage{number}"), format!("incident{number}")]),
                ..FilterSpec::default()
            })
        })
        .collect::<Result<_, _>>()
        .map_err(|misuse| misuse.to_string())?;
    let matcher = Matcher::new(filters.iter().enumerate().map(|(number, filter)| (number, EventKind::Receive, filter)));
    let event = event("is the deploy of the new version to the second cluster done, or do we wait for the database again?")
        .ok_or("no conversation")?;
    let context = MatchContext { account: "me" };
    let turns = (0..9).map(|_| {
        let began = Instant::now();
        for _ in 0..messages {
            black_box(matcher.matches(black_box(&event), &context));
        }
        began.elapsed().as_nanos() as f64 / f64::from(messages) / scripts as f64
    });
    Ok(median(turns.collect()))
}

fn median(mut numbers: Vec<f64>) -> f64 {
    numbers.sort_by(f64::total_cmp);
    numbers.get(numbers.len() / 2).copied().unwrap_or_default()
}
