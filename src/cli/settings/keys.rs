//! The table of all keys. Whatever reads, prints or explains the configuration does it from here.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use clap::ValueHint;

use super::kinds::{Address, Chat, Choice, Kind, Location, LogFilter, Maybe, Span, Text, Texts, Whole, YesNo};
use super::layers::{Layers, Places, Setting};
use super::scripts::OfScripts;
use crate::Durability;
use crate::model::limits;

/// What is known of a key whatever its kind.
pub(in crate::cli) struct About {
    /// As in the file, with a dot behind the table.
    pub(in crate::cli) name: &'static str,
    /// One line that fits beside the name, without a dot at its end.
    pub(in crate::cli) help: &'static str,
    /// The flag of the same name, where there is one.
    pub(super) flag: Option<Flag>,
}

/// How a flag takes its value.
pub(super) struct Flag {
    pub(super) value_name: &'static str,
    pub(super) hint: ValueHint,
}

/// A key with values of kind `K`.
pub(in crate::cli) struct Key<K: Kind> {
    pub(super) about: About,
    pub(super) kind: K,
    pub(super) default: Fallback<K::Value>,
}

/// What is in force where nobody says anything.
pub(super) enum Fallback<T> {
    /// Always the same.
    Fixed(fn() -> T),
    /// It depends on who runs the program, and where.
    Found {
        find: fn(&Places) -> T,
        /// In words.
        told: &'static str,
        /// What a file could say instead, as TOML.
        instead: &'static str,
    },
}

/// How messages leave and arrive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::cli) enum TransportKind {
    /// Through a hub in this process, or in a folder that the processes of this machine share.
    Loopback,
}

/// Whose limits on sending hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::cli) enum SendLimits {
    /// Those that the service has.
    Service,
    /// Only those of the archive.
    None,
}

const DAY: u64 = 86_400;
const GIB: u64 = 1_024;

/// Every key is a line of `settings!`, in the order in which they are shown; those without a table come first, as TOML wants it.
macro_rules! settings {
    ($($field:ident: $kind:ty = $key:expr;)+) => {
        /// All keys.
        pub(in crate::cli) struct Keys {
            $(pub(super) $field: Key<$kind>,)+
        }

        pub(in crate::cli) static KEYS: Keys = Keys { $($field: $key,)+ };

        impl Keys {
            /// All keys in their order.
            pub(in crate::cli) fn all(&self) -> Vec<&dyn AnyKey> {
                vec![$(&self.$field,)+]
            }
        }

        /// What is in force for each key, and who said so.
        pub(in crate::cli) struct Settings {
            /// The file that was read, where there is one.
            pub(in crate::cli) file: Option<Arc<Path>>,
            /// What the file says for single scripts.
            pub(in crate::cli) of_scripts: OfScripts,
            $(pub(in crate::cli) $field: Setting<<$kind as Kind>::Value>,)+
        }

        impl Settings {
            pub(super) fn read(layers: &mut Layers<'_>) -> Self {
                let file = layers.file.as_ref().map(|(path, _)| Arc::clone(path));
                Self { file, of_scripts: OfScripts::default(), $($field: layers.setting(&KEYS.$field),)+ }
            }

            /// All settings in the order of the keys.
            pub(in crate::cli) fn shown(&self) -> Vec<Shown> {
                vec![$(KEYS.$field.shown(&self.$field),)+]
            }
        }
    };
}

const fn about(name: &'static str, help: &'static str) -> About {
    About { name, help, flag: None }
}

const fn flagged(name: &'static str, help: &'static str, value_name: &'static str, hint: ValueHint) -> About {
    About { name, help, flag: Some(Flag { value_name, hint }) }
}

settings! {
    store: Maybe<Location> = Key {
        about: flagged("store", "The archive's folder", "DIR", ValueHint::DirPath),
        kind: Maybe(Location),
        default: Fallback::Found { find: |places| places.data("mynah"), told: "mynah in the user's data folder", instead: "\"~/messages\"" },
    };
    account: Maybe<Text> = Key {
        about: flagged("account", "The user whose archive this is; kept in it, so it is given once", "USER", ValueHint::Username),
        kind: Maybe(Text(&limits::USER_ID)),
        default: Fallback::Found { find: |_| None, told: "the one that the archive has", instead: "\"alice\"" },
    };
    durability: Choice<Durability> = Key {
        about: about("durability", "When a write counts as done: on the disk, or with the system already"),
        kind: Choice(&[("synced", Durability::Synced), ("buffered", Durability::Buffered)]),
        default: Fallback::Fixed(|| Durability::Synced),
    };
    memory: Whole = Key {
        about: about("memory", "Memory for caches and buffers"),
        kind: Whole { unit: "MiB", range: 64..=1_024 * GIB },
        default: Fallback::Fixed(|| 256),
    };
    log: LogFilter = Key {
        about: about("log", "What to tell on standard error of what goes on inside"),
        kind: LogFilter,
        default: Fallback::Fixed(|| "warn".to_owned()),
    };
    transport_kind: Choice<TransportKind> = Key {
        about: about("transport.kind", "How messages leave and arrive"),
        kind: Choice(&[("loopback", TransportKind::Loopback)]),
        default: Fallback::Fixed(|| TransportKind::Loopback),
    };
    transport_hub: Maybe<Location> = Key {
        about: about("transport.hub", "The folder of the hub that the processes of this machine share"),
        kind: Maybe(Location),
        default: Fallback::Found {
            find: |places| places.data("mynah-hub"),
            told: "mynah-hub in the user's data folder",
            instead: "\"~/hub\"",
        },
    };
    transport_groups: Texts = Key {
        about: about("transport.groups", "The groups that the account belongs to"),
        kind: Texts(Text(&limits::CONVERSATION_ID)),
        default: Fallback::Fixed(Vec::new),
    };
    send_deadline: Span = Key {
        about: about("send.deadline", "How long sending a message is tried"),
        kind: Span { range: 1..=7 * DAY },
        default: Fallback::Fixed(|| Duration::from_secs(120)),
    };
    send_limits: Choice<SendLimits> = Key {
        about: about("send.limits", "Whose limits on the size and the rate of what is sent hold"),
        kind: Choice(&[("service", SendLimits::Service), ("none", SendLimits::None)]),
        default: Fallback::Fixed(|| SendLimits::Service),
    };
    recall_window: Span = Key {
        about: about("recall.window", "How long after sending it a message can be recalled"),
        kind: Span { range: 0..=7 * DAY },
        default: Fallback::Fixed(|| Duration::from_secs(120)),
    };
    download_folder: Location = Key {
        about: about("download.folder", "Where downloaded files go"),
        kind: Location,
        default: Fallback::Found { find: |_| PathBuf::from("."), told: "the current folder", instead: "\"~/Downloads\"" },
    };
    download_max: Whole = Key {
        about: about("download.max", "How large a downloaded file may be"),
        kind: Whole { unit: "MiB", range: 1..=1_024 * GIB },
        default: Fallback::Fixed(|| 100),
    };
    download_parallel: Whole = Key {
        about: about("download.parallel", "How many files are downloaded at once"),
        kind: Whole { unit: "", range: 1..=64 },
        default: Fallback::Fixed(|| 4),
    };
    download_private_addresses: YesNo = Key {
        about: about("download.private_addresses", "Whether messages may have us fetch from this machine and its network"),
        kind: YesNo,
        default: Fallback::Fixed(|| false),
    };
    download_file_urls: YesNo = Key {
        about: about("download.file_urls", "Whether messages may have us copy files of this machine (file:)"),
        kind: YesNo,
        default: Fallback::Fixed(|| false),
    };
    download_cache: Whole = Key {
        about: about("download.cache", "How much of downloaded files is kept for another time; 0 is nothing"),
        kind: Whole { unit: "MiB", range: 0..=1_024 * GIB },
        default: Fallback::Fixed(|| 256),
    };
    scripts_folder: Location = Key {
        about: about("scripts.folder", "Where the scripts are that `mynah run` has at work"),
        kind: Location,
        default: Fallback::Found { find: |_| PathBuf::from("scripts"), told: "scripts in the current folder", instead: "\"~/scripts\"" },
    };
    scripts_data: Maybe<Location> = Key {
        about: about("scripts.data", "Where scripts keep their files and logs"),
        kind: Maybe(Location),
        default: Fallback::Found { find: |_| None, told: "scripts in the archive's folder", instead: "\"~/bots\"" },
    };
    scripts_grants: Maybe<Location> = Key {
        about: about("scripts.grants", "The file in which `mynah grant` keeps what scripts may do"),
        kind: Maybe(Location),
        default: Fallback::Found { find: |_| None, told: "grants.toml among the data of scripts", instead: "\"~/grants.toml\"" },
    };
    scripts_secrets: Maybe<Location> = Key {
        about: about("scripts.secrets", "The file with the secrets that scripts may use"),
        kind: Maybe(Location),
        default: Fallback::Found { find: |_| None, told: "none", instead: "\"~/secrets.toml\"" },
    };
    scripts_listen: Maybe<Address> = Key {
        about: about("scripts.listen", "Where the webhooks of scripts listen"),
        kind: Maybe(Address),
        default: Fallback::Found { find: |_| None, told: "nowhere", instead: "\"127.0.0.1:8080\"" },
    };
    scripts_owner: Maybe<Chat> = Key {
        about: about("scripts.owner", "The conversation that is told when a script needs somebody"),
        kind: Maybe(Chat),
        default: Fallback::Found { find: |_| None, told: "nobody", instead: "\"c2c:alice\"" },
    };
}

/// A key, its kind aside.
pub(in crate::cli) trait AnyKey: Sync {
    /// Name, help and flag.
    fn about(&self) -> &About;

    /// What a value has to be.
    fn expected(&self) -> String;

    /// The default as a person reads it.
    fn default_text(&self) -> String;

    /// The default as a file has it, or a likely value where no file can have it.
    fn example(&self) -> String;
}

impl<K: Kind + Sync> AnyKey for Key<K> {
    fn about(&self) -> &About {
        &self.about
    }

    fn expected(&self) -> String {
        self.kind.expected()
    }

    fn default_text(&self) -> String {
        match &self.default {
            Fallback::Fixed(value) => self.written(&value()),
            Fallback::Found { told, .. } => (*told).to_owned(),
        }
    }

    fn example(&self) -> String {
        match &self.default {
            Fallback::Fixed(value) => self.written(&value()),
            Fallback::Found { instead, .. } => (*instead).to_owned(),
        }
    }
}

impl<K: Kind> Key<K> {
    fn written(&self, value: &K::Value) -> String {
        self.kind.to_toml(value).map(|value| value.to_string()).unwrap_or_default()
    }

    fn shown(&self, setting: &Setting<K::Value>) -> Shown {
        Shown { name: self.about.name, value: self.kind.to_toml(&setting.value), source: setting.source.clone() }
    }
}

impl<T> Fallback<T> {
    pub(super) fn find(&self, places: &Places) -> T {
        match self {
            Self::Fixed(value) => value(),
            Self::Found { find, .. } => find(places),
        }
    }
}

/// A setting as it is shown.
pub(in crate::cli) struct Shown {
    /// The name of its key.
    pub(in crate::cli) name: &'static str,
    /// What is in force, as a file has it.
    pub(in crate::cli) value: Option<toml::Value>,
    /// Who said so.
    pub(in crate::cli) source: super::Source,
}

impl About {
    /// The variable of this key.
    pub(in crate::cli) fn variable(&self) -> String {
        format!("MYNAH_{}", self.name.to_uppercase().replace('.', "_"))
    }

    /// The table that it stands in, empty for none, and its name there.
    pub(in crate::cli) fn place(&self) -> (&'static str, &'static str) {
        self.name.rsplit_once('.').unwrap_or(("", self.name))
    }
}

/// The known name that is most like an unknown one: of its own table, or the same word in another.
pub(super) fn similar(unknown: &str) -> Option<&'static str> {
    let (table, word) = unknown.rsplit_once('.').unwrap_or(("", unknown));
    let keys = KEYS.all();
    let places = keys.iter().map(|key| (key.about().name, key.about().place()));
    let tables = keys.iter().map(|key| key.about().place().0).filter(|table| !table.is_empty()).map(|table| (table, ("", table)));
    let near = places.chain(tables).filter_map(|(name, (its_table, its_word))| {
        let likeness = strsim::jaro(word, its_word);
        let is_here = its_table == table;
        (likeness > if is_here { 0.7 } else { 0.9 }).then_some((is_here, likeness, name))
    });
    near.max_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1))).map(|(_, _, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_like_one_of_its_own_table_or_the_same_word_elsewhere() {
        for (unknown, expected) in [
            ("memry", Some("memory")),
            ("downlod", Some("download")),
            ("download.paralel", Some("download.parallel")),
            ("groups", Some("transport.groups")),
            ("transport.store", Some("store")),
            ("download.private_adresses", Some("download.private_addresses")),
            ("download.colour", None),
            ("password", None),
        ] {
            assert_eq!(similar(unknown), expected, "{unknown}");
        }
    }

    #[test]
    fn keys_come_without_a_table_first_and_each_table_once_and_fit_on_a_line() {
        let mut tables: Vec<_> = KEYS.all().iter().map(|key| key.about().place().0).collect();
        tables.dedup();
        assert_eq!(tables, ["", "transport", "send", "recall", "download", "scripts"]);
        for key in KEYS.all() {
            assert!(key.about().help.len() <= 70, "{}", key.about().name);
            assert!(key.about().flag.is_none() || key.about().place().0.is_empty(), "a flag has the name of its key");
        }
    }

    #[test]
    fn the_readme_has_a_row_for_every_key_and_no_other() {
        let readme = include_str!("../../../README.md");
        let table = readme.split("| key | value | default | |\n").nth(1).unwrap();
        let rows: Vec<_> = table.lines().skip(1).take_while(|line| line.starts_with('|')).collect();
        let expected: Vec<_> = KEYS.all().iter().map(|key| row(*key)).collect();
        assert_eq!(rows, expected, "\n{}\n", expected.join("\n"));
    }

    fn row(key: &dyn AnyKey) -> String {
        let About { name, help, .. } = key.about();
        format!("| `{name}` | {} | {} | {help} |", key.expected(), key.default_text())
    }
}
