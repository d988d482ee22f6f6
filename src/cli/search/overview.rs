//! What a search counts besides its hits: by conversation, by facets, over time.

use std::io;

use serde_json::{Map, Value, json};

use crate::Bar;
use crate::archive::SearchAnswer;
use crate::cli::context::Context;
use crate::cli::output::{count, harmless};
use crate::query::{Interval, TimeZone, time_text};

/// Columns of the longest bar.
const WIDTH: u64 = 50;

/// The members of the summary. The keys of the timeline are the first seconds of its bars.
pub(super) fn json(answer: &SearchAnswer, group: bool, facets: bool, timeline: bool) -> Map<String, Value> {
    let mut members = Map::new();
    if group {
        let counts = answer.conversations.iter().map(|(id, count, _)| (id.to_string(), Value::from(*count)));
        members.insert("conversations".to_owned(), Value::Object(counts.collect()));
    }
    if facets {
        let conversations: Map<_, _> = answer.facet_conversations.iter().map(|(id, count)| (id.to_string(), Value::from(*count))).collect();
        let senders: Map<_, _> = answer.facet_senders.iter().map(|(sender, count)| (sender.clone(), Value::from(*count))).collect();
        let types: Map<_, _> = answer.facet_types.iter().map(|(kind, count)| (kind.to_string(), Value::from(*count))).collect();
        members.insert("facets".to_owned(), json!({"conversations": conversations, "senders": senders, "types": types}));
    }
    if timeline {
        let bars = answer.timeline.iter().map(|bar| (bar.start.to_string(), Value::from(bar.count)));
        members.insert("timeline".to_owned(), Value::Object(bars.collect()));
    }
    members
}

/// Prints what was counted, for people.
pub(super) fn print(answer: &SearchAnswer, interval: Option<Interval>, context: &mut Context) -> io::Result<()> {
    counts(answer.conversations.iter().map(|(id, count, _)| (id.to_string(), *count)), context)?;
    facet("conversations", answer.facet_conversations.iter().map(|(id, count)| (id.to_string(), *count)), context)?;
    facet("senders", answer.facet_senders.iter().cloned(), context)?;
    facet("types", answer.facet_types.iter().map(|(kind, count)| (kind.to_string(), *count)), context)?;
    if let Some(interval) = interval {
        let zone = context.zone.clone();
        timeline(&answer.timeline, interval, &zone, context)?;
    }
    Ok(())
}

fn facet(title: &str, entries: impl Iterator<Item = (String, u64)>, context: &mut Context) -> io::Result<()> {
    let mut entries = entries.peekable();
    if entries.peek().is_some() {
        let faint = context.out.styles.faint;
        context.out.line(format_args!("{faint}{title}{faint:#}"))?;
    }
    counts(entries, context)
}

fn counts(entries: impl Iterator<Item = (String, u64)>, context: &mut Context) -> io::Result<()> {
    let name = context.out.styles.name;
    for (entry, number) in entries {
        context.out.line(format_args!("{:>10}  {name}{}{name:#}", count(number).to_string(), harmless(&entry)))?;
    }
    Ok(())
}

/// A line a bar that has matches: on a terminal drawn, else with a tab for programs.
fn timeline(bars: &[Bar], interval: Interval, zone: &TimeZone, context: &mut Context) -> io::Result<()> {
    let most = bars.iter().map(|bar| bar.count).max().unwrap_or(1);
    for bar in bars {
        let label = label(bar.start, interval, zone);
        if context.out.is_terminal() {
            let found = context.out.styles.found;
            let columns = drawn(bar.count, most);
            context.out.line(format_args!("{label}  {found}{columns}{found:#} {}", count(bar.count)))?;
        } else {
            context.out.line(format_args!("{label}\t{}", bar.count))?;
        }
    }
    Ok(())
}

/// A bar in eighths of a column; what has matches shows at least one of them.
fn drawn(number: u64, most: u64) -> String {
    const EIGHTHS: [&str; 8] = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];
    let eighths = (u128::from(number) * u128::from(WIDTH * 8) / u128::from(most.max(1))).max(1) as usize;
    "█".repeat(eighths / 8) + EIGHTHS[eighths % 8]
}

/// The part of the bar's beginning that its interval leaves to say.
fn label(start: u64, interval: Interval, zone: &TimeZone) -> String {
    let text = time_text(start, zone);
    let characters = match interval {
        Interval::Year => 4,
        Interval::Month => 7,
        Interval::Day => 10,
        Interval::Hour => 16,
    };
    text.get(..characters).unwrap_or(&text).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_are_in_proportion_and_never_empty() {
        assert_eq!(drawn(100, 100), "█".repeat(50));
        assert_eq!(drawn(50, 100), "█".repeat(25));
        assert_eq!(drawn(1, 1_000_000), "▏");
        assert_eq!(drawn(u64::MAX, u64::MAX).chars().count(), 50);
    }

    #[test]
    fn a_bar_is_named_by_what_its_interval_leaves_to_say() {
        let check = |interval, expected: &str| assert_eq!(label(1_709_290_800, interval, &TimeZone::UTC), expected);
        check(Interval::Hour, "2024-03-01 11:00");
        check(Interval::Day, "2024-03-01");
        check(Interval::Month, "2024-03");
        check(Interval::Year, "2024");
    }
}
