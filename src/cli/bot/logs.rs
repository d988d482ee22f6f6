//! `mynah bot logs`: what a script has logged, and what its host says of it.

use std::io::{self, Write as _};
use std::pin::pin;
use std::time::Duration;

use crate::cli::context::Context;
use crate::cli::failure::Failure;
use crate::cli::scripts;
use crate::cli::session::interrupted;
use crate::script::{LogLine, LogReader};

/// How often a log is looked at for new lines.
const LOOK_EVERY: Duration = Duration::from_millis(200);

/// Show the log of a script
///
/// What the script logs, and what its host says of it: versions, failures, rests. What people wrote is in it only where the script logs it.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  mynah bot logs hello
  mynah bot logs hello -f
  mynah bot logs hello -n 1000 --json | jq -r 'select(.level == \"error\") | .message'")]
pub(super) struct Logs {
    /// The script
    #[arg(value_name = "NAME")]
    script: String,

    /// Go on with what comes, until Ctrl-C
    #[arg(short, long)]
    follow: bool,

    /// At most so many lines of what is there
    #[arg(short = 'n', long = "lines", value_name = "N", default_value_t = 50)]
    lines: usize,
}

impl Logs {
    pub(super) fn run(self, context: &mut Context) -> Result<(), Failure> {
        let data = scripts::data(context)?;
        let mut reader = LogReader::open(&data, &self.script).ok_or_else(|| Failure::NoLog { script: self.script.clone() })?;
        let unreadable = |source| Failure::File { act: "read the log of", path: self.script.clone().into(), source };
        let newest = reader.newest(self.lines).map_err(unreadable)?;
        self.print(&newest, context)?;
        if !self.follow {
            return Ok(());
        }
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(Failure::Runtime)?;
        runtime.block_on(async {
            let mut end = pin!(interrupted());
            loop {
                match self.print(&reader.more().map_err(unreadable)?, context) {
                    Err(error) if error.kind() == io::ErrorKind::BrokenPipe => return Ok(()),
                    printed => printed?,
                }
                tokio::select! {
                    biased;
                    () = &mut end => return Ok(()),
                    () = tokio::time::sleep(LOOK_EVERY) => {}
                }
            }
        })
    }

    fn print(&self, lines: &[LogLine], context: &mut Context) -> io::Result<()> {
        for line in lines {
            match context.out.is_json() {
                true => context.out.json(&scripts::json(&self.script, line))?,
                false => {
                    let text = scripts::line(&self.script, line, context.out.styles, &context.zone);
                    context.out.line(text)?;
                }
            }
        }
        context.out.raw().flush()
    }
}
