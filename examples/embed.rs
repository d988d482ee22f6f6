//! Embeds the archive: open, import, search, page through history, watch the journal. Works in a folder that it removes again.
//!
//! Run it with `cargo run --example embed`.

use std::error::Error;
use std::time::Duration;

use mynah::archive::{ArchiveOptions, HistoryRequest, Hit, Order, SearchRequest, Start};
use mynah::model::{ConversationId, Message};
use mynah::query::{self, Expr, Reading, TimeZone};
use mynah::{Archive, ChangeKind};

/// 1 March 2024, 9:00 in UTC.
const MORNING: u64 = 1_709_283_600;

fn main() -> Result<(), Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("archive");
    let ops = ConversationId::group("ops")?;
    let talk = [
        ("alice", "who deploys tonight?"),
        ("bob", "I do, the deploy window is 22:00"),
        ("chen", "部署之前请先备份"),
        ("alice", "draft of the deploy notes: PLT-3699"),
        ("bob", "backup is running"),
    ];

    let archive = ArchiveOptions::new().account("bob").open(&path)?;
    // Made before anything is written, so that it sees everything; its place is kept in the archive.
    archive.journal_reader("example")?;
    let report = archive.import(&ops, messages(&talk))?;
    println!("imported {} new messages", report.new);
    let report = archive.import(&ops, messages(&talk))?;
    println!("imported the same again: {} new, {} known", report.new, report.known);

    // What a person types never fails; what was perhaps meant otherwise is in the notes.
    let parsed = query::parse("deploy* -draft in:ops", &Reading::utc(MORNING + 3_600));
    println!("\nsearch: {}", parsed.expr);
    for hit in archive.search(&SearchRequest::new(parsed.expr))?.hits {
        println!("  {}", marked(&hit));
    }
    // A keyword is found inside words and in any script; the same conditions can be made in code.
    for keyword in ["plo", "备", "-36"] {
        let expr = Expr::contains(keyword) & Expr::conversation(&ops);
        let answer = archive.search(&SearchRequest { limit: 2, count: true, ..SearchRequest::new(expr) })?;
        println!("contains {keyword}: {} in all, the newest: {}", answer.total.unwrap_or_default(), marked(&answer.hits[0]));
    }

    println!("\nhistory, two a page:");
    let mut request = HistoryRequest { order: Order::OldestFirst, limit: 2, ..HistoryRequest::default() };
    loop {
        let page = archive.history(&ops, &request)?;
        for message in &page.messages {
            println!("  {}", line(message));
        }
        let Some(next) = page.next else { break };
        println!("  -- next page from {next}");
        request.start = Start::Beyond(next.0);
    }

    println!("\nwatching the journal while another thread writes:");
    std::thread::scope(|scope| {
        let writer = scope.spawn(|| -> Result<(), mynah::archive::ArchiveError> {
            let message = archive.save(&ops, Message::text("alice", MORNING + 600, "deploy is done"))?;
            archive.edit_text(&message.id_text(), "deploy is done, all green")?;
            archive.delete(&ops, &[&message.id_text()])?;
            Ok(())
        });
        // Five messages were imported, then one is written, edited and deleted.
        watch(&archive, 8)?;
        writer.join().map_err(|_| "the writer panicked")??;
        Ok::<(), Box<dyn Error>>(())
    })?;
    drop(archive);

    let archive = Archive::open(&path)?;
    archive.import(&ops, messages(&[("chen", "good night")]))?;
    println!("\nopened again; the reader goes on where it was:");
    watch(&archive, 1)
}

/// Messages of one text each, a minute apart.
fn messages(talk: &[(&str, &str)]) -> Vec<Message> {
    talk.iter().zip((MORNING..).step_by(60)).map(|((sender, text), time)| Message::text(sender, time, text)).collect()
}

/// Prints the next `count` changes of the journal and notes each as passed, so that it does not come again.
fn watch(archive: &Archive, count: usize) -> Result<(), Box<dyn Error>> {
    let mut reader = archive.journal_reader("example")?;
    let mut seen = 0;
    while seen < count && archive.wait_for_change(reader.passed(), Duration::from_secs(60)) {
        for change in reader.read(100)? {
            let message = archive.message_at(change.key)?.filter(|_| change.kind != ChangeKind::Deleted);
            println!("  {:>2} {:?}: {}", change.no.0, change.kind, message.as_ref().map(line).unwrap_or_default());
            reader.pass(change.no)?;
            seen += 1;
        }
    }
    Ok(())
}

fn line(message: &Message) -> String {
    format!("{} {}: {}", query::time_text(message.server_time, &TimeZone::UTC), message.sender, message.texts().join(" "))
}

/// The snippet of a hit with what was found in brackets.
fn marked(hit: &Hit) -> String {
    let mut text = hit.snippet.clone();
    for found in hit.highlights.iter().rev() {
        text.insert(found.end, ']');
        text.insert(found.start, '[');
    }
    text
}
