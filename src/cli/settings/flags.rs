//! The keys that are flags of every command too.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};

use clap::{Arg, ArgMatches, Args, Command, Error, FromArgMatches};

use super::keys::KEYS;

/// The values of flags by the names of their keys, without empty ones.
#[derive(Default)]
pub(in crate::cli) struct Flags(BTreeMap<&'static str, OsString>);

impl Flags {
    pub(super) fn get(&self, key: &str) -> Option<&OsStr> {
        self.0.get(key).map(OsString::as_os_str)
    }
}

impl Args for Flags {
    fn augment_args(command: Command) -> Command {
        KEYS.all().into_iter().fold(command, |command, key| {
            let about = key.about();
            let Some(flag) = &about.flag else { return command };
            let help = format!("{} [default: {}] [variable: {}]", about.help, key.default_text(), about.variable());
            let argument = Arg::new(about.name).long(about.name).value_name(flag.value_name).value_hint(flag.hint);
            command.arg(argument.help(help).value_parser(clap::value_parser!(OsString)).global(true))
        })
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl FromArgMatches for Flags {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, Error> {
        let flags = KEYS.all().into_iter().map(|key| key.about()).filter(|about| about.flag.is_some());
        let given = flags.filter_map(|about| Some((about.name, matches.get_one::<OsString>(about.name)?.clone())));
        // As with variables: what is set to nothing is not set.
        Ok(Self(given.filter(|(_, value)| !value.is_empty()).collect()))
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}
