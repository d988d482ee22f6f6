//! `mynah grant`: what scripts may do.

use std::io::{self, BufRead as _, IsTerminal as _, Write as _};

use serde_json::{Value, json};

use super::context::Context;
use super::failure::Failure;
use super::output::{self, harmless};
use super::scripts;
use crate::script::{Asked, Bundle, Decision, Reply, Request, read_scripts};

/// Grant a script what it asks for
///
/// Shows what the script asks for in its manifest, how much of it and why, and asks. What is granted holds for the script as it is: when its
/// content changes, it is asked for again. Without a grant a script hears and answers, no more. Where nobody can be asked, a table
/// [grants.NAME] in the configuration says what is granted, and goes before this.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  mynah grant --list
  mynah grant weather
  mynah grant weather --yes
  mynah grant weather --revoke")]
pub(super) struct Grant {
    /// The script, by its name or its path
    #[arg(value_name = "NAME", required_unless_present = "list")]
    script: Option<String>,

    /// Show what all scripts ask for
    #[arg(long, conflicts_with_all = ["script", "revoke", "yes"])]
    list: bool,

    /// Take back what was granted
    #[arg(long)]
    revoke: bool,

    /// Grant it without asking
    #[arg(long, conflicts_with = "revoke")]
    yes: bool,
}

impl Grant {
    pub(super) fn run(self, context: &mut Context) -> Result<(), Failure> {
        match &self.script {
            Some(script) if self.revoke => revoke(script, context),
            Some(script) => self.grant(script, context),
            None => list(context),
        }
    }

    fn grant(&self, script: &str, context: &mut Context) -> Result<(), Failure> {
        let bundle = scripts::named(context, script)?;
        let mut grants = scripts::grants(context)?;
        let (asked, decision) = grants.asked(&bundle)?;
        if context.out.is_json() && !self.yes {
            return Ok(context.out.json(&as_json(bundle.name(), decision, &asked))?);
        }
        if matches!(decision, Decision::NotNeeded | Decision::Granted) {
            let how = if decision == Decision::NotNeeded { "asks for nothing" } else { "was granted what it asks for" };
            let text = format!("{} {how}", bundle.name());
            return Ok(context.out.result(&as_json(bundle.name(), decision, &asked), text)?);
        }
        if grants.is_configured(bundle.name()) {
            output::note(&format!("[grants.{}] in the configuration goes before what is granted here", bundle.name()));
        }
        if !self.yes {
            if !(io::stdin().is_terminal() && io::stderr().is_terminal()) {
                print(&bundle, decision, &asked, context)?;
                return Err(Failure::GrantNotAsked);
            }
            if !is_wanted(&bundle, decision, &asked)? {
                output::note("nothing was granted");
                return Ok(());
            }
        }
        grants.grant(&bundle)?;
        let (asked, decision) = grants.asked(&bundle)?;
        context.out.result(&as_json(bundle.name(), decision, &asked), format_args!("{} was granted what it asks for", bundle.name()))?;
        reload(bundle.name(), context)
    }
}

fn revoke(script: &str, context: &mut Context) -> Result<(), Failure> {
    let is_revoked = scripts::grants(context)?.revoke(script)?;
    let text = if is_revoked { "what was granted is taken back" } else { "nothing was granted here" };
    context.out.result(&json!({"script": script, "revoked": is_revoked}), format_args!("{script}: {text}"))?;
    if is_revoked { reload(script, context) } else { Ok(()) }
}

fn list(context: &mut Context) -> Result<(), Failure> {
    let grants = scripts::grants(context)?;
    for (script, found) in read_scripts(&scripts::folder(context, None))? {
        match found.map_err(Failure::from).and_then(|bundle| Ok((grants.asked(&bundle)?, bundle))) {
            Ok(((asked, decision), bundle)) if context.out.is_json() => context.out.json(&as_json(bundle.name(), decision, &asked))?,
            Ok(((asked, decision), bundle)) => print(&bundle, decision, &asked, context)?,
            Err(failure) => output::note(&format!("{script}: {failure}")),
        }
    }
    Ok(())
}

/// Has scripts that run learn of it.
fn reload(script: &str, context: &Context) -> Result<(), Failure> {
    match scripts::ask(context, &Request::Reload { script: Some(script.to_owned()) })? {
        Some(Reply::Failed(why)) => Err(Failure::Host { why }),
        Some(Reply::Done) => {
            output::note("the scripts that run know of it");
            Ok(())
        }
        Some(Reply::Nothing) | None => Ok(()),
    }
}

fn print(bundle: &Bundle, decision: Decision, asked: &[Asked], context: &mut Context) -> Result<(), Failure> {
    let name = context.out.styles.name;
    context.out.line(format_args!("{name}{}{name:#}  {}", bundle.name(), in_words(decision)))?;
    for line in lines(asked) {
        context.out.line(line)?;
    }
    Ok(())
}

fn lines(asked: &[Asked]) -> Vec<String> {
    let width = asked.iter().map(|asked| asked.what.len()).max().unwrap_or_default();
    let line = |asked: &Asked| {
        let why = asked.why.as_ref().map_or_else(String::new, |why| format!("  ({})", harmless(why)));
        format!("  {:width$}  {}{why}", asked.what, harmless(&asked.amount))
    };
    asked.iter().map(line).collect()
}

fn in_words(decision: Decision) -> &'static str {
    match decision {
        Decision::NotNeeded => "asks for nothing",
        Decision::Pending => "asks for",
        Decision::Changed => "has changed since it was granted, and asks for",
        Decision::Granted => "was granted",
    }
}

/// The shape of `schemas/grant.schema.json`.
fn as_json(script: &str, decision: Decision, asked: &[Asked]) -> Value {
    let decision = match decision {
        Decision::NotNeeded => "not-needed",
        Decision::Pending => "pending",
        Decision::Changed => "changed",
        Decision::Granted => "granted",
    };
    let asked: Vec<_> = asked.iter().map(|asked| json!({"what": asked.what, "amount": asked.amount, "why": asked.why})).collect();
    json!({"script": script, "decision": decision, "asked": asked})
}

/// Asks on the terminal.
fn is_wanted(bundle: &Bundle, decision: Decision, asked: &[Asked]) -> Result<bool, Failure> {
    let terminal = |source| Failure::File { act: "ask on", path: "the terminal".into(), source };
    let question = format!("{} {}\n{}\nGrant it? [y/N] ", bundle.name(), in_words(decision), lines(asked).join("\n"));
    let mut stderr = io::stderr();
    write!(stderr, "{question}").and_then(|()| stderr.flush()).map_err(terminal)?;
    let mut answer = String::new();
    io::stdin().lock().read_line(&mut answer).map_err(terminal)?;
    Ok(matches!(answer.trim().to_lowercase().as_str(), "y" | "yes"))
}
