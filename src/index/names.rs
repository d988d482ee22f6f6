//! Names by which messages are found beside their words: of their senders and of their threads. Each is a term, told apart by its first letter.

use tantivy::schema::{IndexRecordOption, Term};
use tantivy::{DocSet, TERMINATED};

use super::IndexError;
use super::fold::fold_into;
use super::schema::NAMES_FIELD;
use super::segment::Segment;
use crate::model::Thread;

/// Bytes of a name that count.
const LONGEST: usize = 512;
/// Stands in a term between the name of a thread and its id. No name has it.
const BETWEEN: char = '\0';

/// The term of who is shown under this name.
pub(super) fn shown_term(name: &str) -> String {
    format!("s{}", folded(name))
}

/// The term of the thread with this id.
pub(super) fn thread_term(id: &str) -> String {
    format!("t{}", counted(id))
}

/// The term of a thread that has a name: for whoever knows the name, it says the id.
pub(super) fn thread_name_term(thread: &Thread) -> String {
    format!("{}{}", beginning(&thread.name), counted(&thread.id))
}

/// The ids of the threads that have this name in a segment: those that one of its messages names so.
pub(super) fn threads_named(segment: &Segment, name: &str) -> Result<Vec<String>, IndexError> {
    let inverted = segment.inverted(NAMES_FIELD);
    let beginning = beginning(name);
    let mut ids = Vec::new();
    let mut terms = inverted.terms().range().ge(&beginning).into_stream()?;
    while terms.advance() {
        let Some(id) = std::str::from_utf8(terms.key()).ok().and_then(|term| term.strip_prefix(&beginning)) else { break };
        let mut postings = inverted.read_postings_from_terminfo(terms.value(), IndexRecordOption::Basic)?;
        // A message that is gone names nothing any more.
        while postings.doc() != TERMINATED {
            if segment.is_alive(postings.doc()) {
                ids.push(id.to_owned());
                break;
            }
            postings.advance();
        }
    }
    Ok(ids)
}

/// A term of this field.
pub(super) fn key(term: &str) -> Term {
    Term::from_field_text(NAMES_FIELD, term)
}

/// With what the terms of threads of this name begin.
fn beginning(name: &str) -> String {
    format!("n{}{BETWEEN}", folded(name))
}

fn folded(name: &str) -> String {
    let mut folded = String::with_capacity(name.len());
    fold_into(counted(name).as_str(), &mut folded);
    folded
}

/// What counts of a name.
fn counted(name: &str) -> String {
    let mut end = name.len().min(LONGEST);
    while !name.is_char_boundary(end) {
        end -= 1;
    }
    name[..end].replace(BETWEEN, " ")
}
