//! `mynah bot console`: talking with bots at a terminal, where nothing comes of it.

mod command;

use std::io::{self, IsTerminal as _};
use std::path::PathBuf;

use serde_json::json;

use crate::cli::context::Context;
use crate::cli::failure::Failure;
use crate::cli::input::{Input, Printer};
use crate::cli::output::{self, harmless};
use crate::cli::{scripts, show};
use crate::query::time_text;
use crate::script::{self, Bundle, Deed, Effect, Said};

use command::Command;

/// Who somebody is at first.
const YOU: &str = "you";
/// Lines of a log that are shown.
const LINES: usize = 20;

/// Talk with the bots in the terminal, where nobody else hears it
///
/// You are somebody who talks with the account, alone or in a group; what you type is said, what the bots say and do appears. Everything is in
/// memory and in a folder that is thrown away: neither the archive nor the hub is touched, and other machines are not asked. The scripts are
/// granted what their heads ask for, and configured as the configuration says. The clock is that of the machine, and can be set on. What
/// standard input says is said line by line where that is no terminal.
#[derive(clap::Args)]
#[command(after_help = format!("\
While talking:
{}
Examples:
  mynah bot console
  mynah bot console ~/scripts --script reminder
  printf 'remind 2h stretch\\n!advance 2h\\n' | mynah bot console", command::help()))]
pub(super) struct Console {
    /// The folder of the scripts [default: scripts.folder of the configuration]
    #[arg(value_name = "DIR", value_hint = clap::ValueHint::AnyPath)]
    folder: Option<PathBuf>,

    /// Only this script
    #[arg(long, value_name = "NAME")]
    script: Option<String>,
}

impl Console {
    pub(super) fn run(self, context: &mut Context) -> Result<(), Failure> {
        let folder = scripts::folder(context, self.folder.as_deref());
        let options = scripts::options(context)?;
        // What cannot work is told before anything is begun.
        let bundles = self.bundles(&folder)?;
        let is_dialog = io::stdin().is_terminal() && context.out.is_terminal() && !context.out.is_json();
        let (input, printer) = if is_dialog { Input::dialog()? } else { (Input::lines()?, None) };
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(Failure::Runtime)?;
        runtime.block_on(async {
            let town = script::Console::open(&options).await?;
            let mut talk = Talk { console: &self, folder, town, context, printer, who: YOU.to_owned(), group: None };
            talk.load(bundles).await?;
            talk.note("!help lists the commands")?;
            talk.go_on(input).await?;
            Ok(talk.town.close().await?)
        })
    }

    /// The scripts that are meant, as they are now.
    fn bundles(&self, folder: &std::path::Path) -> Result<Vec<Bundle>, Failure> {
        let found = scripts::at(folder)?.into_iter().map(|(bundle, _)| bundle);
        let Some(wanted) = &self.script else { return Ok(found.collect()) };
        let bundles: Vec<Bundle> = found.filter(|bundle| bundle.name() == wanted).collect();
        match bundles.is_empty() {
            true => Err(Failure::NoScript { script: wanted.clone(), folder: folder.to_owned() }),
            false => Ok(bundles),
        }
    }
}

/// Somebody at the terminal.
struct Talk<'a> {
    console: &'a Console,
    folder: PathBuf,
    town: script::Console,
    context: &'a mut Context,
    /// What prints above the line that is typed.
    printer: Option<Printer>,
    who: String,
    group: Option<String>,
}

impl Talk<'_> {
    /// Talks until the input ends. What is typed waits until the line before it is dealt with.
    async fn go_on(&mut self, mut input: Input) -> Result<(), Failure> {
        loop {
            let prompt = format!("{}@{}> ", harmless(&self.who), harmless(self.group.as_deref().unwrap_or("bot")));
            tokio::select! {
                line = input.next(&prompt) => {
                    let Some(line) = line? else { return Ok(()) };
                    match Command::read(&line) {
                        Ok(Command::Quit) => return Ok(()),
                        Ok(command) => match self.carry_out(command).await {
                            Err(Failure::Script(error)) => self.failure(&error.to_string())?,
                            done => done?,
                        },
                        Err(error) => self.failure(&error.to_string())?,
                    }
                    self.show_all()?;
                }
                Some((script, said)) = self.town.next() => self.show(&script, &said)?,
            }
        }
    }

    async fn carry_out(&mut self, command: Command) -> Result<(), Failure> {
        match command {
            Command::Nothing | Command::Quit => Ok(()),
            Command::Say(text) => Ok(self.town.say(&self.who, self.group.as_deref(), &text).await?),
            Command::Reload => match self.console.bundles(&self.folder) {
                Ok(bundles) => self.load(bundles).await,
                Err(failure) => self.failure(&failure.told()),
            },
            Command::As(name) => {
                self.who = name;
                Ok(())
            }
            Command::In(group) => {
                self.group = group;
                Ok(())
            }
            Command::Store(script) => self.store(script).await,
            Command::Timers => self.timers().await,
            Command::Log(script) => self.log(script).await,
            Command::Advance(by) => {
                self.town.advance(by).await?;
                // What happened on the way comes before what time it is then.
                self.show_all()?;
                let now = time_text(self.town.now(), &self.context.zone);
                self.note(&format!("it is {now}"))
            }
            Command::Help => self.note(&command::help()),
        }
    }

    async fn load(&mut self, bundles: Vec<Bundle>) -> Result<(), Failure> {
        let loaded = self.town.load(bundles).await?;
        self.show_all()?;
        let told = if loaded.is_empty() { "nothing new".to_owned() } else { format!("loaded: {}", loaded.join(", ")) };
        self.note(&told)
    }

    /// The script that is meant, or all of them.
    fn meant(&self, script: Option<String>) -> Vec<String> {
        script.map_or_else(|| self.town.scripts(), |script| vec![script])
    }

    async fn store(&mut self, script: Option<String>) -> Result<(), Failure> {
        for script in self.meant(script) {
            for (of, key, value) in self.town.stored(&script).await? {
                if self.context.out.is_json() {
                    self.json(&json!({"script": script, "of": of, "key": key, "value": value}))?;
                } else {
                    let of = of.map_or_else(String::new, |of| format!(" of {of}"));
                    self.line(&harmless(&format!("{script}  {key}{of} = {}", value.to_json())))?;
                }
            }
        }
        Ok(())
    }

    async fn timers(&mut self) -> Result<(), Failure> {
        for (script, name, due, data) in self.town.timers().await? {
            if self.context.out.is_json() {
                self.json(&json!({"script": script, "timer": name, "due": due, "data": data}))?;
            } else {
                let due = time_text(due, &self.context.zone);
                let data = if data.is_nil() { String::new() } else { format!("  {}", data.to_json()) };
                self.line(&harmless(&format!("{due}  {script}  {name}{data}")))?;
            }
        }
        Ok(())
    }

    async fn log(&mut self, script: Option<String>) -> Result<(), Failure> {
        for script in self.meant(script) {
            for line in self.town.log(&script, LINES).await? {
                self.show(&script, &Said::Logged(line))?;
            }
        }
        Ok(())
    }

    /// Shows what has happened.
    fn show_all(&mut self) -> Result<(), Failure> {
        while let Some((script, said)) = self.town.take() {
            self.show(&script, &said)?;
        }
        Ok(())
    }

    fn show(&mut self, script: &str, said: &Said) -> Result<(), Failure> {
        let is_json = self.context.out.is_json();
        match said {
            Said::Logged(line) if is_json => self.json(&scripts::json(script, line)),
            Said::Logged(line) => {
                let text = scripts::line(script, line, self.context.out.styles, &self.context.zone);
                self.line(&text)
            }
            Said::Did(Deed::Did(effect)) if is_json => {
                let mut object = json!(effect);
                object["script"] = json!(script);
                self.json(&object)
            }
            Said::Did(Deed::Did(Effect::Say { conversation, text })) => {
                let name = self.context.out.styles.name;
                let here = self.group.clone().unwrap_or_else(|| format!("c2c:{}", self.who));
                let place = if *conversation == here { String::new() } else { format!("{name}{}{name:#}  ", show::one_line(conversation)) };
                let text = harmless(text).replace('\n', "\n  ");
                self.line(&format!("{place}{name}{}{name:#}  {text}", show::one_line(script)))
            }
            Said::Did(Deed::Did(effect)) => {
                let faint = self.context.out.styles.faint;
                let told = harmless(&effect.told(&self.context.zone));
                self.line(&format!("{faint}{}: {told}{faint:#}", show::one_line(script)))
            }
            // Failures are in the log, and what went well has its effects.
            Said::Did(_) => Ok(()),
        }
    }

    fn line(&mut self, text: &str) -> Result<(), Failure> {
        match &mut self.printer {
            Some(printer) => printer.print(format!("{text}\n")).map_err(Failure::Terminal),
            None => {
                self.context.out.line(text)?;
                Ok(self.context.out.finish()?)
            }
        }
    }

    fn json(&mut self, object: &serde_json::Value) -> Result<(), Failure> {
        self.context.out.json(object)?;
        Ok(self.context.out.finish()?)
    }

    /// A remark, which no bot makes.
    fn note(&mut self, text: &str) -> Result<(), Failure> {
        let faint = self.context.out.styles.faint;
        match self.printer {
            Some(_) => text.lines().try_for_each(|line| self.line(&format!("{faint}{}{faint:#}", harmless(line)))),
            None => {
                output::note(text);
                Ok(())
            }
        }
    }

    fn failure(&mut self, text: &str) -> Result<(), Failure> {
        match self.printer {
            Some(_) => self.line(&harmless(text)),
            None => {
                output::error(text);
                Ok(())
            }
        }
    }
}
