//! The program: commands, what they print, what they exit with. Everything that it can do, the library below it does.

mod aside;
mod backup;
mod bot;
mod bots;
mod chat;
mod check;
mod clear;
mod compact;
mod completions;
mod config;
mod context;
mod conversations;
mod dead;
mod delete;
mod download;
mod edit;
mod export;
mod failure;
mod find;
mod grant;
mod happening;
mod history;
mod import;
mod input;
mod interrupt;
mod locate;
mod minus;
mod output;
mod progress;
mod purge;
mod read;
mod recall;
mod receipts;
mod reindex;
mod replay;
mod restore;
mod run;
mod scripts;
mod search;
mod send;
mod session;
mod settings;
mod show;
mod stats;
mod tail;
mod test;
mod values;
mod why;

use std::panic::{self, AssertUnwindSafe};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{CommandFactory as _, Parser};

use context::Context;
use failure::Failure;
use output::Output;
use settings::{Flags, Settings};

/// Keeps every conversation in a log and finds any message in it at once.
#[derive(Parser)]
#[command(
    name = "mynah",
    version,
    propagate_version = true,
    arg_required_else_help = true,
    after_help = "\
Conversations are written c2c:ID or group:ID, or just ID where only one has it.
Times are Unix seconds, RFC 3339, dates (2024-03-01, 2024-03), \"yesterday\", \"3 days ago\".
Exit codes: 0 done (also when nothing was found), 1 failed, 2 wrong use, 130 interrupted.

Examples:
  mynah import chat.jsonl.gz
  mynah search deploy from:alice after:2024-03-01
  mynah search --contains plo --count
  mynah history group:ops --limit 50
  mynah export -o everything.jsonl
  mynah send bob see you at nine
  mynah chat group:ops
  mynah bot new hello && mynah run

MYNAH_LOG=debug shows on standard error what goes on inside."
)]
struct Arguments {
    /// The configuration file; `mynah config` shows what it says [variable: MYNAH_CONFIG]
    #[arg(long, value_name = "FILE", global = true)]
    config: Option<PathBuf>,

    #[command(flatten)]
    flags: Flags,

    /// Print one JSON object a line, and nothing else on standard output
    #[arg(long, global = true)]
    json: bool,

    #[command(subcommand)]
    command: Command,
}

/// Every command is a file of its own in this room, and a line here.
macro_rules! commands {
    ($($name:ident = $arguments:path),+ $(,)?) => {
        #[derive(clap::Subcommand)]
        enum Command {
            $($name($arguments)),+
        }

        impl Command {
            fn run(self, context: &mut Context) -> Result<(), Failure> {
                match self {
                    $(Self::$name(command) => command.run(context)),+
                }
            }
        }
    };
}

commands! {
    Import = import::Import,
    Search = search::Search,
    History = history::History,
    Find = find::Find,
    Locate = locate::Locate,
    Conversations = conversations::Conversations,
    Chat = chat::Chat,
    Send = send::Send,
    Tail = tail::Tail,
    Recall = recall::Recall,
    Receipts = receipts::Receipts,
    Download = download::Download,
    Run = run::Run,
    Bots = bots::Bots,
    Bot = bot::Bot,
    Test = test::Test,
    Grant = grant::Grant,
    Dead = dead::Dead,
    Why = why::Why,
    Replay = replay::Replay,
    Read = read::Read,
    Edit = edit::Edit,
    Delete = delete::Delete,
    Purge = purge::Purge,
    Clear = clear::Clear,
    Export = export::Export,
    Stats = stats::Stats,
    Check = check::Check,
    Reindex = reindex::Reindex,
    Compact = compact::Compact,
    Backup = backup::Backup,
    Restore = restore::Restore,
    Config = config::Config,
    Completions = completions::Completions,
}

impl Command {
    /// Whether it works without settings, and so also where the configuration is wrong.
    fn needs_settings(&self) -> bool {
        match self {
            Self::Completions(_) => false,
            Self::Config(config) => config.needs_settings(),
            _ => true,
        }
    }
}

/// Runs the program with the arguments of the process.
pub fn main() -> ExitCode {
    let given = minus::marked(&Arguments::command(), std::env::args_os());
    let arguments = match Arguments::try_parse_from(given) {
        Ok(arguments) => arguments,
        Err(error) => {
            // Help goes to standard output, and nobody may be there to read it.
            let _ = error.print();
            return if error.use_stderr() { ExitCode::from(2) } else { ExitCode::SUCCESS };
        }
    };
    // The text of a panic may hold what people wrote; where it happened says enough.
    panic::set_hook(Box::new(|panic| {
        let place = panic.location().map_or_else(String::new, |place| format!(" at {}:{}", place.file(), place.line()));
        output::error(&format!("a fault in the program{place}; nothing that was acknowledged is lost, please report it"));
    }));
    let Ok(result) = panic::catch_unwind(AssertUnwindSafe(|| run(arguments))) else { return ExitCode::FAILURE };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        // Who read the output has seen enough.
        Err(failure) if failure.is_broken_pipe() => ExitCode::SUCCESS,
        Err(failure) => {
            output::error(&failure.told());
            ExitCode::from(failure.exit_code())
        }
    }
}

fn run(arguments: Arguments) -> Result<(), Failure> {
    let settings = match arguments.command.needs_settings() {
        true => Settings::of_process(arguments.config, &arguments.flags)?,
        false => Settings::defaults(),
    };
    log(&settings.log.value);
    let mut context = Context::new(settings, Output::new(arguments.json));
    arguments.command.run(&mut context)?;
    Ok(context.out.finish()?)
}

/// Sends what the library remarks, as far as the filter lets it, to standard error.
fn log(filter: &str) {
    use tracing_subscriber::EnvFilter;
    let is_coloured = anstream::AutoStream::choice(&std::io::stderr()) != anstream::ColorChoice::Never;
    let remarks = tracing_subscriber::fmt().with_env_filter(EnvFilter::new(filter)).with_writer(std::io::stderr);
    remarks.with_ansi(is_coloured).without_time().init();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_arguments_of_every_command_fit_together() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn the_help_of_every_command_has_examples() {
        for command in Arguments::command().get_subcommands() {
            let help = command.get_after_help().map(ToString::to_string).unwrap_or_default();
            assert!(help.contains(&format!("mynah {}", command.get_name())), "{}", command.get_name());
            assert!(command.get_about().is_some(), "{}", command.get_name());
        }
    }
}
