//! The library's log: what the engine says of itself goes to the callback that was set, and to a file where one was asked for.
//!
//! Only lines of this library are taken, since it promises that none of them holds what people wrote; lines of the crates that it uses are
//! left to whoever else listens.

use std::fmt::{self, Write as _};
use std::fs::{self, File, OpenOptions};
use std::io::Write as _;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicUsize, Ordering};
use std::sync::{Mutex, Once, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use tracing::field::{Field, Visit};
use tracing::level_filters::LevelFilter;
use tracing::span::{Attributes, Id, Record};
use tracing::subscriber::Interest;
use tracing::{Event, Metadata, Subscriber};

use crate::desk::desk;
use crate::listeners::listeners;
use crate::text;

/// How the targets of this library's lines begin: the engine and the door have one name.
const TARGET: &str = "mynah";
/// Lines that may wait for the callback; more are dropped, and counted.
const MOST: usize = 1_024;
/// A log file of this size is put aside when it is opened.
const FILE_BYTES: u64 = 10 << 20;

/// `TIMLogLevel`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub(crate) enum Level {
    Off = 0,
    Test = 1,
    Verbose = 2,
    Debug = 3,
    Info = 4,
    Warn = 5,
    Error = 6,
    Assert = 7,
}

impl Level {
    pub(crate) fn from_number(number: u64) -> Option<Self> {
        [Self::Off, Self::Test, Self::Verbose, Self::Debug, Self::Info, Self::Warn, Self::Error, Self::Assert]
            .into_iter()
            .find(|level| *level as u64 == number)
    }

    fn of(level: tracing::Level) -> Self {
        match level {
            tracing::Level::ERROR => Self::Error,
            tracing::Level::WARN => Self::Warn,
            tracing::Level::INFO => Self::Info,
            tracing::Level::DEBUG => Self::Debug,
            tracing::Level::TRACE => Self::Verbose,
        }
    }

    /// What has to be made for one who wants this level.
    fn filter(number: u8) -> LevelFilter {
        match number {
            0 | 7.. => LevelFilter::OFF,
            1 | 2 => LevelFilter::TRACE,
            3 => LevelFilter::DEBUG,
            4 => LevelFilter::INFO,
            5 => LevelFilter::WARN,
            6 => LevelFilter::ERROR,
        }
    }

    fn word(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Test | Self::Verbose => "trace",
            Self::Debug => "debug",
            Self::Info => "info",
            Self::Warn => "warn",
            Self::Error | Self::Assert => "error",
        }
    }
}

/// Where lines go, and which.
struct Log {
    callback_level: AtomicU8,
    file_level: AtomicU8,
    has_console: AtomicBool,
    has_file: AtomicBool,
    file: Mutex<Option<File>>,
    /// Lines that wait for the callback.
    waiting: AtomicUsize,
    dropped: AtomicUsize,
}

static LOG: Log = Log {
    callback_level: AtomicU8::new(Level::Info as u8),
    file_level: AtomicU8::new(Level::Info as u8),
    has_console: AtomicBool::new(false),
    has_file: AtomicBool::new(false),
    file: Mutex::new(None),
    waiting: AtomicUsize::new(0),
    dropped: AtomicUsize::new(0),
};

static LISTENING: Once = Once::new();

/// Begins to listen to the lines of the process, unless somebody else does.
pub(crate) fn listen() {
    LISTENING.call_once(|| {
        // A program that has a subscriber of its own keeps it.
        let _ = tracing::subscriber::set_global_default(Listener);
    });
    tracing::callsite::rebuild_interest_cache();
}

/// Sets from which level on the callback is called.
pub(crate) fn set_callback_level(level: Level) {
    LOG.callback_level.store(level as u8, Ordering::Relaxed);
    listen();
}

/// Sets from which level on lines are written into the file and on the console.
pub(crate) fn set_file_level(level: Level) {
    LOG.file_level.store(level as u8, Ordering::Relaxed);
    listen();
}

/// Sets whether lines are written to standard error.
pub(crate) fn set_console(is_on: bool) {
    LOG.has_console.store(is_on, Ordering::Relaxed);
    listen();
}

/// Writes lines to a file in `folder` from now on. One that has grown large is put aside, in the place of the one that was put aside before.
pub(crate) fn open_file(folder: &Path) -> std::io::Result<()> {
    fs::create_dir_all(folder)?;
    let path = folder.join("mynah.log");
    if fs::metadata(&path).is_ok_and(|facts| facts.len() > FILE_BYTES) {
        fs::rename(&path, folder.join("mynah.old.log"))?;
    }
    let file = OpenOptions::new().create(true).append(true).open(path)?;
    *LOG.file.lock().unwrap_or_else(PoisonError::into_inner) = Some(file);
    LOG.has_file.store(true, Ordering::Relaxed);
    listen();
    Ok(())
}

impl Log {
    fn for_callback(&self) -> LevelFilter {
        if listeners().log.is_set() { Level::filter(self.callback_level.load(Ordering::Relaxed)) } else { LevelFilter::OFF }
    }

    fn for_file(&self) -> LevelFilter {
        let is_wanted = self.has_file.load(Ordering::Relaxed) || self.has_console.load(Ordering::Relaxed);
        if is_wanted { Level::filter(self.file_level.load(Ordering::Relaxed)) } else { LevelFilter::OFF }
    }

    fn write(&self, level: Level, line: &str) {
        let seconds = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
        let line = format!("{seconds} {} {line}\n", level.word());
        if self.has_console.load(Ordering::Relaxed) {
            // Nobody is left to be told that standard error is closed.
            let _ = std::io::stderr().write_all(line.as_bytes());
        }
        if let Some(file) = &mut *self.file.lock().unwrap_or_else(PoisonError::into_inner) {
            // Nor that the log cannot be written.
            let _ = file.write_all(line.as_bytes());
        }
    }

    fn tell(&'static self, level: Level, line: String) {
        if self.waiting.fetch_update(Ordering::AcqRel, Ordering::Relaxed, |count| (count < MOST).then_some(count + 1)).is_err() {
            self.dropped.fetch_add(1, Ordering::Relaxed);
            return;
        }
        let era = desk().era_of_lines();
        desk().post(move || {
            self.waiting.fetch_sub(1, Ordering::AcqRel);
            let Some((callback, user_data)) = listeners().log.get().filter(|_| desk().wants(era)) else { return };
            let call = |level: Level, line: &str| {
                // The callback before may have ended the library, or taken this one back.
                if !desk().wants(era) || !listeners().log.is_set() {
                    return;
                }
                let line = text::out(line);
                // SAFETY: the caller set a function of this type; the text lives until it returns.
                unsafe { callback(level as i32, line.as_ptr(), user_data.0) };
            };
            let dropped = self.dropped.swap(0, Ordering::Relaxed);
            if dropped > 0 {
                call(Level::Warn, &format!("{dropped} lines of the log were dropped, since they came faster than they were called back"));
            }
            call(level, &line);
        });
    }
}

/// The subscriber. It has no spans.
struct Listener;

impl Subscriber for Listener {
    fn register_callsite(&self, metadata: &'static Metadata<'static>) -> Interest {
        // What is wanted can change while a call site lives.
        if metadata.is_event() && metadata.target().starts_with(TARGET) { Interest::sometimes() } else { Interest::never() }
    }

    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        let wanted = LOG.for_callback().max(LOG.for_file());
        metadata.is_event() && metadata.target().starts_with(TARGET) && *metadata.level() <= wanted
    }

    fn max_level_hint(&self) -> Option<LevelFilter> {
        Some(LOG.for_callback().max(LOG.for_file()))
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        let level = *event.metadata().level();
        let mut line = Line::default();
        event.record(&mut line);
        let line = line.finish();
        if level <= LOG.for_file() {
            LOG.write(Level::of(level), &line);
        }
        if level <= LOG.for_callback() {
            LOG.tell(Level::of(level), line);
        }
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

/// A line that is put together: the message first, then the fields.
#[derive(Default)]
struct Line {
    message: String,
    fields: String,
}

impl Line {
    fn finish(self) -> String {
        self.message + &self.fields
    }
}

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        // Writing to a String cannot fail.
        let _ = match field.name() {
            "message" => write!(self.message, "{value:?}"),
            name => write!(self.fields, " {name}={value:?}"),
        };
    }
}
