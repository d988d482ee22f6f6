//! The acts that change archives: edits in one go, and single messages that the next search must find.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};

use crate::corpus::Corpus;
use crate::engine::{Edit, Query};
use crate::field::{ARCHIVES, Field};
use crate::messages::Message;
use crate::race::Latency;
use crate::results::{Act, Check, Results};
use crate::samples::Samples;
use crate::say;
use crate::side::Side;

/// Messages that are saved one by one, each followed by a search.
const SAVES: usize = 50;

pub(crate) fn edit(field: &mut Field, samples: &Samples, results: &mut Results) -> Result<()> {
    say("edit");
    // Made of letters alone, so that every tokenizer keeps it whole.
    let mark = "zzeditedzz";
    for (side, archive) in field.archiving(&ARCHIVES) {
        let mut edits: BTreeMap<String, String> = BTreeMap::new();
        for (spot, text) in &samples.edited {
            let id = archive.id_at(spot)?.context("a place of the file has no message")?;
            edits.insert(id, format!("{text} {mark}"));
        }
        let edits: Vec<Edit> = edits.into_iter().map(|(id, text)| Edit { id, text }).collect();
        let start = Instant::now();
        archive.edit(&edits)?;
        let found = archive.count(&Query::Word(mark.into()))?;
        results.edits.insert(side, start.elapsed().as_secs_f64());
        results.check(Check::Edited, side, found == edits.len() as u64);
    }
    Ok(())
}

pub(crate) fn search_after_save(field: &mut Field, corpus: &Corpus, results: &mut Results) -> Result<()> {
    say("save and search");
    let mut taken: BTreeMap<Side, Vec<Duration>> = BTreeMap::new();
    let time = corpus.last_time() + 1;
    for n in 0..SAVES {
        let word = format!("zzsaved{}zz", letters(n));
        let line = serde_json::json!({
            "message_conv_id": "compare", "message_conv_type": 2, "message_sender": "compare",
            "message_client_time": time, "message_server_time": time,
            "message_elem_array": [{ "elem_type": 0, "text_elem_content": format!("a message with {word} in it") }],
        });
        let message = Message::read((corpus.len() + n + 1) as u64, &line.to_string())?;
        for (side, archive) in field.archiving(&ARCHIVES) {
            archive.save(&message)?;
            let start = Instant::now();
            let found = archive.newest(&Query::Word(word.clone()), None)?.bodies.len();
            taken.entry(side).or_default().push(start.elapsed());
            results.check(Check::Saved, side, found == 1);
        }
    }
    let latencies = taken.into_iter().filter_map(|(side, taken)| Some((side, Latency::of(taken)?))).collect();
    results.latencies.insert(Act::SearchAfterSave, latencies);
    Ok(())
}

/// A number written in letters.
fn letters(number: usize) -> String {
    number.to_string().bytes().map(|digit| char::from(digit - b'0' + b'a')).collect()
}
