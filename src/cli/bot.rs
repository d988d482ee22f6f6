//! `mynah bot`: what one does with a single script.

mod check;
mod console;
mod forget;
mod logs;
mod new;

use clap::Subcommand;

use super::context::Context;
use super::failure::Failure;

/// Make a script, check it, talk with it, read its log, forget it
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  mynah bot new hello
  mynah bot check scripts/hello.luau
  mynah bot console
  mynah bot logs hello -f")]
pub(super) struct Bot {
    #[command(subcommand)]
    act: Act,
}

#[derive(Subcommand)]
enum Act {
    New(new::New),
    Check(check::Check),
    Console(console::Console),
    Forget(forget::Forget),
    Logs(logs::Logs),
}

impl Bot {
    pub(super) fn run(self, context: &mut Context) -> Result<(), Failure> {
        match self.act {
            Act::New(new) => new.run(context),
            Act::Check(check) => check.run(context),
            Act::Console(console) => console.run(context),
            Act::Forget(forget) => forget.run(context),
            Act::Logs(logs) => logs.run(context),
        }
    }
}
