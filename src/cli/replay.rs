//! `mynah replay`: what a script would have done about what was really said, and what another version of it would have done instead.

use std::io::{self, Write as _};
use std::path::PathBuf;
use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::context::{self, Context};
use super::failure::Failure;
use super::output::{self, harmless};
use super::{scripts, show, values};
use crate::model::ConversationRef;
use crate::query::{Reading, TimeError, read_span, time_text};
use crate::script::{Beginning, Bundle, Deed, ReplayOptions, ReplayReport, Scene, replay};

/// Tell what a script would have done about what was really said
///
/// The messages of the archive are heard again, the oldest first, by the clock of then; timers that the script sets are due on the way. What
/// it would do is told and nothing is done: it works on an archive of its own, which is thrown away. It begins with nothing kept, and is
/// granted what its head asks for. Search, history and find see what was said by then; other machines are not asked, files are had as far as
/// the archive keeps them. A question that it asks is answered by what was really said in that conversation within its time. Messages are
/// heard as they are now: with their newest text, and not if they were taken back.
///
/// With --against both versions hear the same, and only what one does and the other does not is told; it exits with 1 where they differ.
/// It works while another process writes the archive.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  mynah replay reminder --last 7d
  mynah replay scripts/poll.luau --last 1d --conversation group:ops
  mynah replay poll --against poll_new.luau
  mynah replay poll --last 30d --json | jq -r '.effects[]? | select(.effect == \"say\") | .text'")]
pub(super) struct Replay {
    /// The script: its name, or its file
    #[arg(value_name = "SCRIPT")]
    script: String,

    /// How far back: 12h, 7d, 4 weeks
    #[arg(long, value_name = "TIME", value_parser = span, default_value = "7d")]
    last: u64,

    /// Only what was said in this conversation
    #[arg(long, value_name = "C", value_parser = values::conversation)]
    conversation: Option<ConversationRef>,

    /// Another version, to be compared with
    #[arg(long, value_name = "FILE", value_hint = clap::ValueHint::AnyPath)]
    against: Option<PathBuf>,

    /// Begin with the values that the script keeps now
    #[arg(long)]
    kept: bool,
}

fn span(text: &str) -> Result<u64, TimeError> {
    read_span(text)
}

impl Replay {
    pub(super) fn run(self, context: &mut Context) -> Result<(), Failure> {
        let mut versions = vec![scripts::named(context, &self.script)?];
        versions.extend(self.against.as_deref().map(Bundle::read).transpose()?);
        let is_compared = versions.len() > 1;
        let options = scripts::options(context)?;
        let archive = Arc::new(context.open_reader()?);
        let conversation = match &self.conversation {
            Some(which) => Some(context::to_change(&archive, which)?),
            None => None,
        };
        let until = Reading::local().now_seconds();
        let beginning = if self.kept { Beginning::Present } else { Beginning::Nothing };
        let wanted = ReplayOptions { from: until.saturating_sub(self.last), until, conversation, beginning };
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(Failure::Runtime)?;
        let mut differing = 0;
        let each = |scene: &Scene| -> Result<(), Failure> {
            if is_compared {
                let (before, after) = (scene.only_of(0, 1), scene.only_of(1, 0));
                if !before.is_empty() || !after.is_empty() {
                    differing += 1;
                    tell(scene, &[("- ", "only", &before), ("+ ", "only_against", &after)], context)?;
                }
            } else if let Some(deeds) = scene.deeds.first().filter(|deeds| deeds.iter().any(is_telling)) {
                tell(scene, &[("", "effects", deeds)], context)?;
            }
            Ok(())
        };
        let reports = match runtime.block_on(replay(archive, &options, &wanted, versions, each)) {
            // Nobody reads it any more.
            Err(failure) if failure.is_broken_pipe() => return Ok(()),
            reports => reports?,
        };
        for (report, name) in reports.iter().zip(["", "against"]) {
            summary(report, name, context)?;
        }
        if differing > 0 { Err(Failure::Differing { scenes: differing }) } else { Ok(()) }
    }
}

/// Whether it is an effect or a failure, and not only that something ran.
fn is_telling(deed: &Deed) -> bool {
    !matches!(deed, Deed::Ran(run) if run.fault.is_none())
}

/// What happened, and what came of it by groups: the mark before their lines, their name in JSON, and what is in them.
fn tell(scene: &Scene, groups: &[(&str, &str, &Vec<Deed>)], context: &mut Context) -> io::Result<()> {
    if context.out.is_json() {
        let mut object = json!({"at": scene.at, "message": scene.message.as_ref().map(crate::model::Message::id_text)});
        object["conversation"] = json!(scene.message.as_ref().and_then(|message| message.conversation.as_ref()).map(ToString::to_string));
        for (_, name, deeds) in groups {
            object[*name] = deeds.iter().filter_map(json_of).collect();
        }
        return context.out.json(&object);
    }
    let output::Styles { name, faint, found } = context.out.styles;
    let time = time_text(scene.at, &context.zone);
    let what = match &scene.message {
        Some(message) => {
            let place = message.conversation.as_ref().map_or_else(String::new, ToString::to_string);
            format!("{}  {name}{}{name:#}  {}", show::one_line(&place), show::one_line(&message.sender_name()), show::summary(message))
        }
        None => "something was due".to_owned(),
    };
    context.out.line(format_args!("{faint}{time}{faint:#}  {}", what.replace('\n', "\n  ")))?;
    for (mark, _, deeds) in groups {
        for deed in deeds.iter().filter(|deed| is_telling(deed)) {
            match deed {
                Deed::Did(effect) => {
                    let told = harmless(&effect.told(&context.zone)).replace('\n', "\n    ");
                    context.out.line(format_args!("  {mark}would {told}"))?;
                }
                Deed::Ran(run) => {
                    let fault = harmless(run.fault.as_deref().unwrap_or_default()).replace('\n', "\n    ");
                    context.out.line(format_args!("  {mark}{found}{}{found:#} failed: {fault}", harmless(&run.label)))?;
                }
            }
        }
    }
    context.out.raw().flush()
}

fn json_of(deed: &Deed) -> Option<Value> {
    match deed {
        Deed::Did(effect) => serde_json::to_value(effect).ok(),
        Deed::Ran(run) => run.fault.as_ref().map(|fault| json!({"effect": "fail", "handler": run.label, "fault": fault})),
    }
}

fn summary(report: &ReplayReport, name: &str, context: &mut Context) -> io::Result<()> {
    let ReplayReport { events, matched, runs, failed, effects, cpu } = report;
    if context.out.is_json() {
        let by_kind: Map<String, Value> = effects.iter().map(|(kind, count)| ((*kind).to_owned(), json!(count))).collect();
        let version = if name.is_empty() { "script" } else { name };
        return context.out.json(&json!({"summary": {
            "version": version, "events": events, "matched": matched, "runs": runs, "failed": failed, "effects": by_kind,
            "cpu_us": u64::try_from(cpu.as_micros()).unwrap_or(u64::MAX),
        }}));
    }
    let did: Vec<String> = effects.iter().map(|(kind, count)| format!("{kind} {}", output::count(*count))).collect();
    let did = if did.is_empty() { "nothing to do".to_owned() } else { did.join(", ") };
    let name = if name.is_empty() { String::new() } else { format!("{name}: ") };
    let heard = format!("{name}{} heard, {} matched", output::counted(*events, "message"), output::count(*matched));
    output::note(&format!("{heard}; {}, {} failed; {did}; cpu {cpu:?}", output::counted(*runs, "run"), output::count(*failed)));
    Ok(())
}
