//! `mynah search`: messages by words, by parts of words, by who, where, when and what.

mod overview;

use serde_json::{Map, Value, json};

use super::context::{self, Context};
use super::failure::Failure;
use super::show::{self, Heading};
use super::values::{self, TypeParser};
use super::{minus, output};
use crate::FacetSpec;
use crate::archive::{Archive, Coverage, Hit, SearchAnswer, SearchRequest};
use crate::model::{ConversationRef, ElementType};
use crate::query::{Expr, Filter, Interval, Note, Reading, Sort, TimeSpan, explain, parse};

/// Find messages
///
/// Words are read as a query: all of them have to be there, in any order. The whole query may stand between one pair of
/// quotes of the shell.
#[derive(clap::Args)]
#[command(after_help = "\
Queries:
  deploy server           both words             from:alice              said by alice
  '\"out of memory\"'       one after the other    in:group:ops            in this conversation
  pre*                    words that begin so    before:2024-03-01       also after: on:
  -draft                  without this word      has:image               also sound file video link …
  'red OR (green blue)'   one of them            has:reaction            also reply thread edit forward
  in-thread:plan          of this thread         is:unread               also recalled self

Examples:
  mynah search deploy -draft from:alice
  mynah search --contains 'C++' '->' --any
  mynah search deploy --since 2024-01-01 --timeline month
  mynah search deploy --group
  mynah search invoice --type file --limit 100 --json")]
pub(super) struct Search {
    /// What to find
    #[arg(value_name = "WORDS", required_unless_present_any = ["conversations", "from", "since", "until", "types"])]
    words: Vec<String>,

    /// Find each of WORDS anywhere in a text, inside words too, exactly as it is written but for capitals
    #[arg(long)]
    contains: bool,

    /// One of WORDS is enough
    #[arg(long)]
    any: bool,

    /// Only in this conversation; several: in one of them
    #[arg(long = "in", value_name = "C", value_parser = values::conversation)]
    conversations: Vec<ConversationRef>,

    /// Only from this user, by id or by the name that people see; several: from one of them
    #[arg(long, value_name = "USER")]
    from: Vec<String>,

    /// Only messages of this time and later ones
    #[arg(long, value_name = "T", value_parser = values::time)]
    since: Option<TimeSpan>,

    /// Only messages of this time and earlier ones
    #[arg(long, value_name = "T", value_parser = values::time)]
    until: Option<TimeSpan>,

    /// Only messages with an element of this type; several: of one of them
    #[arg(long = "type", value_name = "T", value_delimiter = ',', value_parser = TypeParser)]
    types: Vec<ElementType>,

    /// The order of the messages
    #[arg(long, value_enum, default_value_t = By::Newest)]
    sort: By,

    /// The most messages to show [default: 20, none with --group, --facets or --timeline]
    #[arg(long, value_name = "N")]
    limit: Option<usize>,

    /// Go on where another page ended
    #[arg(long, value_name = "X", allow_hyphen_values = true)]
    cursor: Option<String>,

    /// Count by conversation
    #[arg(long)]
    group: bool,

    /// Only count
    #[arg(long, conflicts_with_all = ["limit", "cursor"])]
    count: bool,

    /// Count by conversation, by sender and by type
    #[arg(long)]
    facets: bool,

    /// Count by time
    #[arg(long, value_enum, value_name = "INTERVAL")]
    timeline: Option<Every>,

    /// Say how the query was understood
    #[arg(long)]
    explain: bool,
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum By {
    Newest,
    Oldest,
    Relevance,
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum Every {
    Hour,
    Day,
    Month,
    Year,
}

impl Every {
    fn interval(self) -> Interval {
        match self {
            Self::Hour => Interval::Hour,
            Self::Day => Interval::Day,
            Self::Month => Interval::Month,
            Self::Year => Interval::Year,
        }
    }
}

/// The most entries of one facet.
const TOP: usize = 20;

impl Search {
    pub(super) fn run(self, context: &mut Context) -> Result<(), Failure> {
        let archive = context.open_reader()?;
        let (expr, notes) = self.expr(&archive)?;
        let explanation = self.explain.then(|| explain(&expr, &context.zone));
        notes.iter().for_each(|note| output::note(&note.to_string()));
        if let (Some(explanation), false) = (&explanation, context.out.is_json()) {
            context.out.line(explanation)?;
        }
        let answer = archive.search(&self.request(expr, context))?;
        note_coverage(&archive, answer.coverage)?;
        match context.out.is_json() {
            true => self.print_json(&answer, explanation, context),
            false => self.print(&archive, &answer, context),
        }
    }

    fn expr(&self, archive: &Archive) -> Result<(Expr, Vec<Note>), Failure> {
        let (words, notes) = self.words();
        let mut conversations = Vec::with_capacity(self.conversations.len());
        for which in &self.conversations {
            let which = context::meant(archive, which)?.map_or_else(|| which.clone(), |id| (&id).into());
            conversations.push(Expr::Filter(Filter::Conversation(which)));
        }
        let from = self.from.iter().map(Expr::said_by).collect();
        let types = self.types.iter().copied().map(Expr::has).collect();
        let any_of = |parts: Vec<Expr>| if parts.is_empty() { Expr::All } else { Expr::or(parts) };
        let time = match (self.since, self.until) {
            (None, None) => Expr::All,
            (since, until) => Expr::Filter(Filter::Time { from: since.map(|span| span.from), until: until.map(|span| span.until) }),
        };
        Ok((Expr::and([words, any_of(conversations), any_of(from), any_of(types), time]), notes))
    }

    fn words(&self) -> (Expr, Vec<Note>) {
        let reading = Reading::local();
        let words: Vec<&str> = self.words.iter().map(|word| minus::unmarked(word)).collect();
        let joined = |parts: Vec<Expr>| if self.any { Expr::or(parts) } else { Expr::and(parts) };
        match (words.is_empty(), self.contains, self.any) {
            (true, _, _) => (Expr::All, Vec::new()),
            (false, true, _) => (joined(words.into_iter().map(Expr::contains).collect()), Vec::new()),
            (false, false, true) => {
                let (parts, notes): (Vec<_>, Vec<_>) =
                    words.into_iter().map(|word| parse(word, &reading)).map(|parsed| (parsed.expr, parsed.notes)).unzip();
                (joined(parts), notes.concat())
            }
            (false, false, false) => {
                let parsed = parse(&words.join(" "), &reading);
                (parsed.expr, parsed.notes)
            }
        }
    }

    fn request(&self, expr: Expr, context: &Context) -> SearchRequest {
        let is_overview = self.count || self.group || self.facets || self.timeline.is_some();
        SearchRequest {
            sort: match self.sort {
                By::Newest => Sort::Newest,
                By::Oldest => Sort::Oldest,
                By::Relevance => Sort::Relevance,
            },
            limit: self.limit.unwrap_or(if is_overview { 0 } else { 20 }),
            cursor: self.cursor.clone(),
            count: true,
            by_conversation: self.group,
            facets: self.facets.then_some(FacetSpec { conversations: true, senders: true, types: true, top: TOP }),
            timeline: self.timeline.map(|every| (every.interval(), context.zone.clone())),
            ..SearchRequest::new(expr)
        }
    }

    /// A line a hit in the shape of `schemas/hit.schema.json`, then one of `schemas/search-summary.schema.json`.
    fn print_json(&self, answer: &SearchAnswer, explanation: Option<String>, context: &mut Context) -> Result<(), Failure> {
        for hit in &answer.hits {
            context.out.json(&json!({
                "message": hit.message,
                "snippet": hit.snippet,
                "highlights": highlighted_characters(hit),
                "score": hit.score,
            }))?;
        }
        let mut summary = Map::new();
        summary.insert("total".to_owned(), answer.total.unwrap_or_default().into());
        summary.insert("complete".to_owned(), answer.coverage.complete.into());
        summary.insert("next".to_owned(), answer.next.clone().into());
        summary.extend(overview::json(answer, self.group, self.facets, self.timeline.is_some()));
        summary.extend(explanation.map(|explanation| ("explanation".to_owned(), Value::from(explanation))));
        Ok(context.out.json(&summary)?)
    }

    fn print(&self, archive: &Archive, answer: &SearchAnswer, context: &mut Context) -> Result<(), Failure> {
        let total = answer.total.unwrap_or_default();
        if self.count {
            context.out.line(total)?;
        }
        for hit in &answer.hits {
            show::hit(&mut context.out, hit, &Heading::of(archive, &hit.message), &context.zone)?;
        }
        overview::print(answer, self.timeline.map(Every::interval), context)?;
        if !self.count {
            let faint = context.out.styles.faint;
            let shown = match answer.hits.len() as u64 {
                0 => output::counted(total, "message"),
                hits if hits == total => output::counted(total, "message"),
                hits => format!("{} of {}", output::count(hits), output::counted(total, "message")),
            };
            let next = answer.next.as_ref().map(|next| format!(", go on with --cursor {next}")).unwrap_or_default();
            context.out.line(format_args!("{faint}{shown}{next}{faint:#}"))?;
        }
        Ok(())
    }
}

/// Remarks that messages may be missing, where they may.
pub(super) fn note_coverage(archive: &Archive, coverage: Coverage) -> Result<(), Failure> {
    if !coverage.complete {
        output::note(match archive.stats()?.index_complete {
            true => {
                "the index is behind, the newest messages may be missing; the process that writes brings it up, or else the next \
                 command that writes"
            }
            false => "the index is not complete, messages may be missing; once no other process writes, `mynah reindex` completes it",
        });
    }
    Ok(())
}

/// What was found in the snippet: from which character, and before which.
fn highlighted_characters(hit: &Hit) -> Vec<[usize; 2]> {
    let characters_before = |byte: usize| hit.snippet.get(..byte).map_or(0, |before| before.chars().count());
    hit.highlights.iter().map(|range| [characters_before(range.start), characters_before(range.end)]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Message;

    #[test]
    fn highlights_are_counted_in_characters() {
        let hit =
            Hit { message: Message::text("a", 1, ""), snippet: "é😀 deploy é".to_owned(), highlights: vec![7..13, 14..16], score: 0.0 };
        assert_eq!(highlighted_characters(&hit), [[3, 9], [10, 11]]);
    }
}
