//! `mynah completions`: what makes a shell complete commands and options.

use std::io::Write as _;

use clap::CommandFactory as _;
use clap_complete::Shell;

use super::context::Context;
use super::failure::Failure;

/// Print completions for a shell
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  mynah completions bash > ~/.local/share/bash-completion/completions/mynah
  mynah completions zsh > ~/.zfunc/_mynah
  mynah completions fish > ~/.config/fish/completions/mynah.fish")]
pub(super) struct Completions {
    /// The shell
    shell: Shell,
}

impl Completions {
    pub(super) fn run(self, context: &mut Context) -> Result<(), Failure> {
        // Into memory first, because the generator knows no way to report that nobody reads it.
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut super::Arguments::command(), "mynah", &mut script);
        Ok(context.out.raw().write_all(&script)?)
    }
}
