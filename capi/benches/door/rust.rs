//! The Rust side: the same messages, the same questions, by the engine's own API. Answers are written as JSON, which is what the C program
//! gets too.

use std::error::Error;
use std::fmt::Write as _;
use std::path::Path;
use std::time::Instant;

use engine::archive::{ArchiveOptions, ImportOptions};
use engine::model::{ConversationId, Locator, Message};
use engine::query::tim::{HistoryParam, SearchParam};
use engine::{Archive, Durability};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

const CONVERSATIONS: u64 = 10;
const FIRST_TIME: u64 = 1_600_000_000;
/// How many single messages share a sync, as many as the C program has in flight.
const TOGETHER: u64 = 1_024;

/// Does everything and prints a line a subject.
pub fn run(folder: &Path, messages: u64, calls: u64) -> Result<()> {
    import(&open(folder, "one")?, "import-1", messages, 1)?;
    import(&open(folder, "hundred")?, "import-100", messages, 100)?;
    let archive = open(folder, "thousand")?;
    import(&archive, "import-1000", messages, 1_000)?;
    reads(&archive, calls as usize)
}

fn open(folder: &Path, user: &str) -> Result<Archive> {
    Ok(ArchiveOptions::new().account(user).open(folder.join(user))?)
}

fn conversation(number: u64) -> Result<ConversationId> {
    Ok(ConversationId::c2c(&format!("peer{}", number % CONVERSATIONS))?)
}

fn write_message(to: &mut String, number: u64) {
    let (peer, time) = (number % CONVERSATIONS, FIRST_TIME + number);
    let word = if number.is_multiple_of(1_000) { "needle" } else { "message" };
    // Writing to a String cannot fail.
    let _ = write!(
        to,
        "{{\"message_sender\":\"peer{peer}\",\"message_client_time\":{time},\"message_server_time\":{time},\"message_elem_array\":\
         [{{\"elem_type\":0,\"text_elem_content\":\"{word} {number} of those that were said\"}}]}}"
    );
}

fn import(archive: &Archive, name: &str, messages: u64, batch: u64) -> Result<()> {
    let begin = Instant::now();
    for done in (0..messages).step_by(batch as usize) {
        let turn = done / batch;
        let numbers =
            (0..batch).map(|at| done / (batch * CONVERSATIONS) * (batch * CONVERSATIONS) + at * CONVERSATIONS + turn % CONVERSATIONS);
        let parsed = numbers.map(|number| {
            let mut json = String::with_capacity(300);
            write_message(&mut json, number);
            Message::from_json(&json)
        });
        let parsed = parsed.collect::<std::result::Result<Vec<_>, _>>()?;
        let options = ImportOptions { conversation: Some(conversation(turn)?), strict: true, ..ImportOptions::default() };
        archive.import_batch(parsed, options, Durability::Buffered)?;
        if batch > 1 || (done + 1) % TOGETHER == 0 {
            archive.sync()?;
        }
    }
    archive.sync()?;
    println!("{name} {:.3}", begin.elapsed().as_secs_f64() * 1e6 / messages as f64);
    Ok(())
}

/// Messages as a list of JSON.
fn list(messages: &[Message]) -> String {
    let mut out = String::from("[");
    for message in messages {
        if out.len() > 1 {
            out.push(',');
        }
        message.write_json(&mut out);
    }
    out.push(']');
    out
}

/// Prints the median and the 99th percentile.
fn report(name: &str, mut times: Vec<f64>) {
    times.sort_by(f64::total_cmp);
    println!("{name} {:.3} {:.3}", times[times.len() / 2], times[times.len() * 99 / 100]);
}

/// What a call gave, and how many microseconds it took.
fn timed<T>(call: impl FnOnce() -> Result<T>) -> Result<(T, f64)> {
    let begin = Instant::now();
    let given = std::hint::black_box(call()?);
    Ok((given, begin.elapsed().as_secs_f64() * 1e6))
}

/// Makes the same kind of call a number of times.
fn each(name: &str, calls: usize, mut call: impl FnMut(usize) -> Result<usize>) -> Result<()> {
    let times = (0..calls).map(|number| Ok(timed(|| call(number))?.1)).collect::<Result<_>>()?;
    report(name, times);
    Ok(())
}

fn page(archive: &Archive, turn: u64, size: u32, before: &str) -> Result<Vec<Message>> {
    let param = HistoryParam::from_json(&format!("{{\"msg_getmsglist_param_count\":{size},\"msg_getmsglist_param_last_msg\":{before}}}"))?;
    Ok(archive.history_for(&conversation(turn)?, &param)?)
}

/// Walks back through the conversations, page by page.
fn pages(archive: &Archive, name: &str, size: u32, calls: usize) -> Result<()> {
    let (mut before, mut turn) = (String::from("{}"), 0);
    let mut times = Vec::with_capacity(calls);
    for _ in 0..calls {
        let ((messages, _), time) = timed(|| {
            let messages = page(archive, turn, size, &before)?;
            let json = list(&messages);
            Ok((messages, json))
        })?;
        times.push(time);
        match messages.last() {
            Some(last) => {
                before.clear();
                last.write_json(&mut before);
            }
            None => {
                before = String::from("{}");
                turn += 1;
            }
        }
    }
    report(name, times);
    Ok(())
}

fn reads(archive: &Archive, calls: usize) -> Result<()> {
    pages(archive, "page-20", 20, calls)?;
    pages(archive, "page-50", 50, calls)?;

    let first = conversation(0)?;
    let param = HistoryParam::from_json(&format!("{{\"msg_getmsglist_param_count\":{calls}}}"))?;
    let messages = archive.history_for(&first, &param)?;
    let ids: Vec<_> = messages.iter().map(Message::id_text).collect();
    each("find", calls, |call| Ok(list(&archive.find(&[&ids[call]])?).len()))?;
    each("locate", calls, |call| {
        let message = &messages[call];
        let locator = Locator { time: message.server_time, seq: message.seq, rand: message.rand, is_self: false };
        Ok(list(&archive.locate(&first, &[locator])?).len())
    })?;
    each("search", calls, |call| {
        let json = format!(
            "{{\"msg_search_param_keyword_array\":[\"needle\"],\"msg_search_param_conv_type\":1,\"msg_search_param_conv_id\":\"peer{}\",\
             \"msg_search_param_page_size\":20}}",
            call as u64 % CONVERSATIONS
        );
        let result = archive.search_for(&SearchParam::from_json(&json)?)?;
        Ok(result.items.iter().map(|item| list(&item.messages).len()).sum())
    })?;
    each("delete", calls, |call| Ok(archive.delete(&first, &[&ids[call]])?))
}
