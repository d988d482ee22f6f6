//! What the value of a key may be: how it is read from a file, a variable or a flag, and how it is written.

use std::ffi::OsStr;
use std::fmt;
use std::net::SocketAddr;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};
use std::time::Duration;

use toml::de::DeValue;
use tracing_subscriber::EnvFilter;

use super::super::output::count;
use crate::model::ConversationId;
use crate::model::limits::Limit;
use crate::query::{read_span, span_text};

/// A kind of value.
pub(in crate::cli) trait Kind {
    /// The value as commands use it.
    type Value;

    /// What a value has to be, as the end of a sentence.
    fn expected(&self) -> String;

    /// The value that a variable or a flag means by this text, which is not empty.
    fn read_text(&self, text: &OsStr) -> Option<Self::Value>;

    /// The value that stands so in a file.
    fn read_toml(&self, value: &DeValue<'_>, base: &Base<'_>) -> Option<Self::Value>;

    /// The value as a file has it, `None` where there is no value.
    fn to_toml(&self, value: &Self::Value) -> Option<toml::Value>;
}

/// What paths in a file are relative to.
pub(in crate::cli) struct Base<'a> {
    /// The folder of the file.
    pub(super) folder: &'a Path,
    /// The folder that `~` stands for.
    pub(super) home: Option<&'a Path>,
}

/// Text within a limit.
pub(in crate::cli) struct Text(pub(super) &'static Limit);

impl Text {
    fn checked(&self, text: &str) -> Option<String> {
        self.0.check(text.len()).is_ok().then(|| text.to_owned())
    }
}

impl Kind for Text {
    type Value = String;

    fn expected(&self) -> String {
        format!("a text of {} to {} bytes", count(self.0.min), count(self.0.max))
    }

    fn read_text(&self, text: &OsStr) -> Option<String> {
        self.checked(text.to_str()?)
    }

    fn read_toml(&self, value: &DeValue<'_>, _: &Base<'_>) -> Option<String> {
        self.checked(value.as_str()?)
    }

    fn to_toml(&self, text: &String) -> Option<toml::Value> {
        Some(text.as_str().into())
    }
}

/// Several texts within a limit each; a variable separates them by commas.
pub(in crate::cli) struct Texts(pub(super) Text);

impl Kind for Texts {
    type Value = Vec<String>;

    fn expected(&self) -> String {
        format!("a list, each of them {}", self.0.expected())
    }

    fn read_text(&self, text: &OsStr) -> Option<Vec<String>> {
        let parts = text.to_str()?.split(',').map(str::trim).filter(|part| !part.is_empty());
        parts.map(|part| self.0.checked(part)).collect()
    }

    fn read_toml(&self, value: &DeValue<'_>, base: &Base<'_>) -> Option<Vec<String>> {
        value.as_array()?.iter().map(|part| self.0.read_toml(part.get_ref(), base)).collect()
    }

    fn to_toml(&self, texts: &Vec<String>) -> Option<toml::Value> {
        Some(texts.clone().into())
    }
}

/// The path of a file or folder. In a file `~` is the user's folder, and a relative path goes on from the folder of the file.
pub(in crate::cli) struct Location;

impl Kind for Location {
    type Value = PathBuf;

    fn expected(&self) -> String {
        "a path".to_owned()
    }

    fn read_text(&self, text: &OsStr) -> Option<PathBuf> {
        Some(text.into())
    }

    fn read_toml(&self, value: &DeValue<'_>, base: &Base<'_>) -> Option<PathBuf> {
        let text = value.as_str().filter(|text| !text.is_empty())?;
        match Path::new(text).strip_prefix("~") {
            Ok(rest) if rest.as_os_str().is_empty() => Some(base.home?.to_owned()),
            Ok(rest) => Some(base.home?.join(rest)),
            Err(_) => Some(base.folder.join(text)),
        }
    }

    fn to_toml(&self, path: &PathBuf) -> Option<toml::Value> {
        Some(path.to_string_lossy().into_owned().into())
    }
}

/// A whole number within a range.
pub(in crate::cli) struct Whole {
    /// What is counted; empty where the key says it.
    pub(super) unit: &'static str,
    pub(super) range: RangeInclusive<u64>,
}

impl Kind for Whole {
    type Value = u64;

    fn expected(&self) -> String {
        let of = if self.unit.is_empty() { String::new() } else { format!(" of {}", self.unit) };
        format!("a whole number{of} from {} to {}", count(*self.range.start()), count(*self.range.end()))
    }

    fn read_text(&self, text: &OsStr) -> Option<u64> {
        text.to_str()?.trim().parse().ok().filter(|number| self.range.contains(number))
    }

    fn read_toml(&self, value: &DeValue<'_>, _: &Base<'_>) -> Option<u64> {
        let number = value.as_integer()?;
        u64::from_str_radix(number.as_str(), number.radix()).ok().filter(|number| self.range.contains(number))
    }

    fn to_toml(&self, number: &u64) -> Option<toml::Value> {
        i64::try_from(*number).ok().map(toml::Value::from)
    }
}

/// Yes or no.
pub(in crate::cli) struct YesNo;

impl Kind for YesNo {
    type Value = bool;

    fn expected(&self) -> String {
        "true or false".to_owned()
    }

    fn read_text(&self, text: &OsStr) -> Option<bool> {
        match text.to_str()?.trim() {
            "true" | "yes" | "1" => Some(true),
            "false" | "no" | "0" => Some(false),
            _ => None,
        }
    }

    fn read_toml(&self, value: &DeValue<'_>, _: &Base<'_>) -> Option<bool> {
        value.as_bool()
    }

    fn to_toml(&self, yes: &bool) -> Option<toml::Value> {
        Some((*yes).into())
    }
}

/// A length of time in whole seconds, written with its unit.
pub(in crate::cli) struct Span {
    /// In seconds.
    pub(super) range: RangeInclusive<u64>,
}

impl Span {
    fn read(&self, text: &str) -> Option<Duration> {
        // A number alone would leave the unit to be guessed.
        let has_unit = text.contains(|c: char| c.is_alphabetic());
        let seconds = read_span(text).ok().filter(|seconds| has_unit && self.range.contains(seconds))?;
        Some(Duration::from_secs(seconds))
    }
}

impl Kind for Span {
    type Value = Duration;

    fn expected(&self) -> String {
        format!("a length of time such as \"90s\" or \"2m\" from {} to {}", span_text(*self.range.start()), span_text(*self.range.end()))
    }

    fn read_text(&self, text: &OsStr) -> Option<Duration> {
        self.read(text.to_str()?)
    }

    fn read_toml(&self, value: &DeValue<'_>, _: &Base<'_>) -> Option<Duration> {
        self.read(value.as_str()?)
    }

    fn to_toml(&self, span: &Duration) -> Option<toml::Value> {
        Some(span_text(span.as_secs()).into())
    }
}

/// One of a few words, each of which means a value.
pub(in crate::cli) struct Choice<T: 'static>(pub(super) &'static [(&'static str, T)]);

impl<T: Copy> Choice<T> {
    fn named(&self, word: &str) -> Option<T> {
        self.0.iter().find(|(known, _)| *known == word).map(|&(_, value)| value)
    }
}

impl<T: Copy + PartialEq + fmt::Debug> Kind for Choice<T> {
    type Value = T;

    fn expected(&self) -> String {
        let words: Vec<_> = self.0.iter().map(|(word, _)| format!("\"{word}\"")).collect();
        words.join(" or ")
    }

    fn read_text(&self, text: &OsStr) -> Option<T> {
        self.named(text.to_str()?.trim())
    }

    fn read_toml(&self, value: &DeValue<'_>, _: &Base<'_>) -> Option<T> {
        self.named(value.as_str()?)
    }

    fn to_toml(&self, value: &T) -> Option<toml::Value> {
        self.0.iter().find(|(_, meant)| meant == value).map(|&(word, _)| word.into())
    }
}

/// What to log.
pub(in crate::cli) struct LogFilter;

impl LogFilter {
    fn checked(&self, text: &str) -> Option<String> {
        EnvFilter::try_new(text).ok().map(|_| text.to_owned())
    }
}

impl Kind for LogFilter {
    type Value = String;

    fn expected(&self) -> String {
        "a level such as \"info\", or levels of parts such as \"mynah=debug\"".to_owned()
    }

    fn read_text(&self, text: &OsStr) -> Option<String> {
        self.checked(text.to_str()?)
    }

    fn read_toml(&self, value: &DeValue<'_>, _: &Base<'_>) -> Option<String> {
        self.checked(value.as_str().filter(|text| !text.is_empty())?)
    }

    fn to_toml(&self, filter: &String) -> Option<toml::Value> {
        Some(filter.as_str().into())
    }
}

/// An address at which something listens.
pub(in crate::cli) struct Address;

impl Kind for Address {
    type Value = SocketAddr;

    fn expected(&self) -> String {
        "an address and a port such as \"127.0.0.1:8080\"".to_owned()
    }

    fn read_text(&self, text: &OsStr) -> Option<SocketAddr> {
        text.to_str()?.trim().parse().ok()
    }

    fn read_toml(&self, value: &DeValue<'_>, _: &Base<'_>) -> Option<SocketAddr> {
        value.as_str()?.parse().ok()
    }

    fn to_toml(&self, address: &SocketAddr) -> Option<toml::Value> {
        Some(address.to_string().into())
    }
}

/// A conversation by its whole name.
pub(in crate::cli) struct Chat;

impl Kind for Chat {
    type Value = ConversationId;

    fn expected(&self) -> String {
        "a conversation, c2c:ID or group:ID".to_owned()
    }

    fn read_text(&self, text: &OsStr) -> Option<ConversationId> {
        text.to_str()?.trim().parse().ok()
    }

    fn read_toml(&self, value: &DeValue<'_>, _: &Base<'_>) -> Option<ConversationId> {
        value.as_str()?.parse().ok()
    }

    fn to_toml(&self, conversation: &ConversationId) -> Option<toml::Value> {
        Some(conversation.to_string().into())
    }
}

/// A value that may be missing.
pub(in crate::cli) struct Maybe<K>(pub(super) K);

impl<K: Kind> Kind for Maybe<K> {
    type Value = Option<K::Value>;

    fn expected(&self) -> String {
        self.0.expected()
    }

    fn read_text(&self, text: &OsStr) -> Option<Self::Value> {
        self.0.read_text(text).map(Some)
    }

    fn read_toml(&self, value: &DeValue<'_>, base: &Base<'_>) -> Option<Self::Value> {
        self.0.read_toml(value, base).map(Some)
    }

    fn to_toml(&self, value: &Self::Value) -> Option<toml::Value> {
        self.0.to_toml(value.as_ref()?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::limits;

    /// What `kind` makes of a value in a file, of a text elsewhere, and how it writes either.
    #[track_caller]
    fn check<K: Kind>(kind: &K, toml: &str, text: &str, written: Option<&str>) {
        let base = Base { folder: Path::new("/etc/mynah"), home: Some(Path::new("/home/me")) };
        let value = DeValue::parse(toml).unwrap();
        let of_file = kind.read_toml(value.get_ref(), &base).and_then(|value| kind.to_toml(&value));
        assert_eq!(of_file.map(|value| value.to_string()).as_deref(), written, "{toml}");
        let of_text = kind.read_text(OsStr::new(text)).and_then(|value| kind.to_toml(&value));
        assert_eq!(of_text.map(|value| value.to_string()).as_deref(), written, "{text}");
    }

    #[test]
    fn a_value_reads_the_same_from_a_file_and_from_a_text() {
        check(&Text(&limits::USER_ID), "'me, 1'", "me, 1", Some("\"me, 1\""));
        check(&Texts(Text(&limits::USER_ID)), "['a', 'b c']", " a ,b c,", Some("[\"a\", \"b c\"]"));
        check(&Whole { unit: "MiB", range: 1..=9_000 }, "1_024", "1024", Some("1024"));
        check(&YesNo, "true", "yes", Some("true"));
        check(&Span { range: 1..=900 }, "'1m 30s'", "90 seconds", Some("\"1m 30s\""));
        check(&Choice(&[("one", 1), ("two", 2)]), "'two'", "two", Some("\"two\""));
        check(&LogFilter, "'mynah=debug'", "mynah=debug", Some("\"mynah=debug\""));
        check(&Address, "'[::1]:80'", "[::1]:80", Some("\"[::1]:80\""));
        check(&Chat, "'group:ops'", "group:ops", Some("\"group:ops\""));
        check(&Maybe(YesNo), "false", "0", Some("false"));
    }

    #[test]
    fn a_value_of_the_wrong_kind_or_out_of_range_is_none() {
        check(&Text(&limits::USER_ID), "''", &"x".repeat(257), None);
        check(&Texts(Text(&limits::USER_ID)), "['a', 1]", &"x".repeat(257), None);
        check(&Whole { unit: "MiB", range: 64..=9_000 }, "63", "9001", None);
        check(&Whole { unit: "MiB", range: 64..=9_000 }, "-64", "64 MiB", None);
        check(&YesNo, "'yes'", "ja", None);
        check(&Span { range: 1..=900 }, "60", "60", None);
        check(&Span { range: 1..=900 }, "'16m'", "0s", None);
        check(&Choice(&[("one", 1)]), "'One'", "1", None);
        check(&LogFilter, "''", "mynah=loud", None);
        check(&Address, "80", "localhost", None);
        check(&Chat, "'ops'", "ops", None);
        check(&Maybe(YesNo), "1", "2", None);
    }

    #[test]
    fn a_path_in_a_file_goes_on_from_its_folder_or_from_the_users() {
        let check = |text: &str, expected: Option<&str>, home: Option<&str>| {
            let base = Base { folder: Path::new("/etc/mynah"), home: home.map(Path::new) };
            let read = Location.read_toml(&DeValue::String(text.into()), &base);
            assert_eq!(read.as_deref(), expected.map(Path::new), "{text}");
        };
        check("archive", Some("/etc/mynah/archive"), None);
        check("/var/archive", Some("/var/archive"), None);
        check("~/archive", Some("/home/me/archive"), Some("/home/me"));
        check("~", Some("/home/me"), Some("/home/me"));
        check("~me", Some("/etc/mynah/~me"), Some("/home/me"));
        check("~/archive", None, None);
        check("", None, Some("/home/me"));
        assert_eq!(Location.read_text(OsStr::new("archive")), Some(PathBuf::from("archive")));
    }
}
