//! What was interrupted goes on, if it is sure to be the same file.

use std::fs;
use std::sync::Arc;

use mynah::fetch::{FetchError, FetchOrder};
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

use super::server::{Asked, Server, Step, answer, as_asked, whole};
use super::{Desk, Told, content, names, options};

const LENGTH: usize = 3_000_000;
/// How much the first answer brings of it.
const FIRST: usize = 2_000_000;

/// The first answer breaks off; `rest` tells the others.
async fn breaking_off(etag: &'static str, rest: impl Fn(&Asked) -> Vec<Step> + Send + Sync + 'static) -> Server {
    Server::tell(move |asked| match asked.number {
        0 => vec![as_asked(asked, &content(LENGTH), etag, FIRST)],
        _ => rest(asked),
    })
    .await
}

fn good(asked: &Asked) -> Vec<Step> {
    vec![as_asked(asked, &content(LENGTH), "\"1\"", LENGTH)]
}

#[tokio::test]
async fn a_transfer_that_breaks_off_goes_on_where_it_ended() {
    let server = breaking_off("\"1\"", good).await;
    let (desk, told) = (Desk::new(&server), Told::default());
    let progress = |current, total| told.note(current, total);
    desk.fetcher.fetch(desk.order(&server), progress, CancellationToken::new()).await.unwrap();
    desk.assert_fetched(&content(LENGTH));
    let second = &server.asked()[1];
    assert_eq!((second.offset(), second.header("if-range")), (Some(FIRST), Some("\"1\"")));
    assert!(told.all().is_sorted(), "{:?}", told.all());
}

#[tokio::test]
async fn a_server_that_always_breaks_off_but_brings_something_gets_to_the_end() {
    let bytes = content(20 << 20);
    let server = Server::tell({
        let bytes = bytes.clone();
        move |asked| vec![as_asked(asked, &bytes, "\"1\"", 3 << 19)]
    })
    .await;
    let desk = Desk::new(&server);
    desk.fetch_from(&server).await.unwrap();
    desk.assert_fetched(&bytes);
    assert_eq!(server.asked().len(), 14);
}

/// The first answer brings a part and waits for ever, until something ends the call.
async fn stalling() -> Server {
    Server::tell(|asked| match asked.number {
        0 => vec![as_asked(asked, &content(LENGTH), "\"1\"", FIRST), Step::Await(Arc::new(Semaphore::new(0)))],
        _ => good(asked),
    })
    .await
}

#[tokio::test]
async fn a_cancelled_transfer_goes_on_in_a_later_call() {
    let server = stalling().await;
    let (desk, cancel) = (Desk::new(&server), CancellationToken::new());
    let progress = |current: u64, _| {
        if current > 1 << 20 {
            cancel.cancel()
        }
    };
    let error = desk.fetcher.fetch(desk.order(&server), progress, cancel.clone()).await.unwrap_err();
    assert!(matches!(error, FetchError::Cancelled), "{error}");
    assert_eq!(desk.names(), [".target.bin.mynah-part", ".target.bin.mynah-part.json"]);
    desk.fetch_from(&server).await.unwrap();
    desk.assert_fetched(&content(LENGTH));
    let from = server.asked()[1].offset().unwrap();
    assert!((1 << 20..=FIRST).contains(&from), "went on from {from}");
}

#[tokio::test]
async fn a_call_that_is_cancelled_before_it_begins_asks_nobody() {
    let server = stalling().await;
    let (desk, cancel) = (Desk::new(&server), CancellationToken::new());
    cancel.cancel();
    let error = desk.fetcher.fetch(desk.order(&server), |_, _| (), cancel).await.unwrap_err();
    assert!(matches!(error, FetchError::Cancelled), "{error}");
    assert!(server.asked().is_empty() && desk.names().is_empty());
}

#[tokio::test]
async fn a_transfer_of_a_process_that_was_killed_goes_on_from_what_it_noted() {
    let server = stalling().await;
    let (desk, cancel) = (Desk::new(&server), CancellationToken::new());
    let after = tempfile::tempdir().unwrap();
    // The folder as it is in the middle of a transfer is what a killed process leaves.
    let progress = |current: u64, _| {
        let part = ".target.bin.mynah-part";
        let note = ".target.bin.mynah-part.json";
        if current > 1 << 20 && fs::copy(desk.folder.path().join(note), after.path().join(note)).is_ok() {
            fs::copy(desk.folder.path().join(part), after.path().join(part)).unwrap();
            cancel.cancel();
        }
    };
    desk.fetcher.fetch(desk.order(&server), progress, cancel.clone()).await.unwrap_err();
    let order = FetchOrder::url(server.url("/file"), after.path().join("target.bin"));
    Desk::new(&server).fetch(order).await.unwrap();
    assert!(fs::read(after.path().join("target.bin")).unwrap() == content(LENGTH));
    assert_eq!(names(after.path()), ["target.bin"]);
    let from = server.asked()[1].offset().unwrap();
    assert!((1 << 20..FIRST).contains(&from), "went on from {from}");
}

/// Fetches until the first answer breaks off, and leaves its part.
async fn interrupted(server: &Server) -> Desk {
    let desk = Desk::with(mynah::fetch::FetchOptions { attempts: 1, ..options(server.address) });
    let error = desk.fetch_from(server).await.unwrap_err();
    assert!(matches!(error, FetchError::Broken { .. }), "{error}");
    desk
}

#[tokio::test]
async fn a_part_that_is_not_as_it_was_written_is_not_gone_on_with() {
    let server = breaking_off("\"1\"", good).await;
    let desk = interrupted(&server).await;
    let part = desk.folder.path().join(".target.bin.mynah-part");
    let mut bytes = fs::read(&part).unwrap();
    assert_eq!(bytes.len(), FIRST);
    bytes[7] ^= 1;
    fs::write(&part, bytes).unwrap();
    desk.fetch_from(&server).await.unwrap();
    desk.assert_fetched(&content(LENGTH));
    assert_eq!(server.asked()[1].offset(), None);
}

#[tokio::test]
async fn a_part_of_another_address_is_not_gone_on_with() {
    let server = breaking_off("\"1\"", good).await;
    let desk = interrupted(&server).await;
    desk.fetch(FetchOrder::url(server.url("/another"), desk.target())).await.unwrap();
    desk.assert_fetched(&content(LENGTH));
    assert_eq!(server.asked()[1].offset(), None);
}

#[tokio::test]
async fn a_part_that_is_complete_already_gets_its_name() {
    let server = breaking_off("\"1\"", |_| vec![answer("416 Range Not Satisfiable", &[("Content-Range", "bytes */2000000")], b"")]).await;
    let desk = interrupted(&server).await;
    // As a process leaves it that was killed between the last byte and the renaming.
    let note = desk.folder.path().join(".target.bin.mynah-part.json");
    fs::write(&note, fs::read_to_string(&note).unwrap().replace("3000000", "2000000")).unwrap();
    desk.fetch_from(&server).await.unwrap();
    desk.assert_fetched(&content(LENGTH)[..FIRST]);
}

#[tokio::test]
async fn a_part_that_the_server_knows_nothing_behind_of_starts_over() {
    let server = breaking_off("\"1\"", |asked| match asked.offset() {
        Some(_) => vec![answer("416 Range Not Satisfiable", &[("Content-Range", "bytes */1000")], b"")],
        None => vec![whole(&content(1_000), "\"2\"")],
    })
    .await;
    let desk = Desk::new(&server);
    desk.fetch_from(&server).await.unwrap();
    desk.assert_fetched(&content(1_000));
}

#[tokio::test]
async fn a_server_without_ranges_is_asked_for_all_of_it_again() {
    let server = breaking_off("\"1\"", |_| vec![whole(&content(LENGTH), "\"1\"")]).await;
    let (desk, told) = (Desk::new(&server), Told::default());
    let progress = |current, total| told.note(current, total);
    desk.fetcher.fetch(desk.order(&server), progress, CancellationToken::new()).await.unwrap();
    desk.assert_fetched(&content(LENGTH));
    assert!(told.all().iter().skip(1).any(|&(current, _)| current == 0), "starting over is told: {:?}", told.all());
}

#[tokio::test]
async fn a_file_that_changed_between_two_parts_is_fetched_anew() {
    let changed: Vec<u8> = content(LENGTH).into_iter().rev().collect();
    let server = breaking_off("\"1\"", {
        let changed = changed.clone();
        move |asked| vec![as_asked(asked, &changed, "\"2\"", LENGTH)]
    })
    .await;
    let desk = Desk::new(&server);
    desk.fetch_from(&server).await.unwrap();
    desk.assert_fetched(&changed);
}

/// A server that sends such a range whenever it is asked for one.
async fn misfit(headers: &'static [(&'static str, &'static str)], is_mended: bool) -> Result<Desk, FetchError> {
    let server = breaking_off("\"1\"", move |asked| match asked.offset() {
        Some(from) => vec![answer("206 Partial Content", headers, &content(LENGTH)[from..])],
        None if is_mended => vec![whole(&content(LENGTH), "\"1\"")],
        None => vec![as_asked(asked, &content(LENGTH), "\"1\"", FIRST)],
    })
    .await;
    let desk = Desk::new(&server);
    let result = desk.fetch_from(&server).await;
    if result.is_err() {
        assert!(desk.names().is_empty(), "{:?}", desk.names());
    }
    result.map(|_| desk)
}

#[tokio::test]
async fn parts_that_do_not_belong_together_are_never_joined() {
    let misfits: [&[(&str, &str)]; 6] = [
        &[("ETag", "\"2\""), ("Content-Range", "bytes 2000000-2999999/3000000")],
        &[("ETag", "\"1\""), ("Content-Range", "bytes 1999999-2999999/3000000")],
        &[("ETag", "\"1\""), ("Content-Range", "bytes 2000000-2999999/3000001")],
        &[("ETag", "\"1\""), ("Content-Range", "nonsense")],
        &[("ETag", "\"1\"")],
        &[("ETag", "W/\"1\""), ("Content-Range", "bytes 2000000-2999999/3000000")],
    ];
    for headers in misfits {
        misfit(headers, true).await.unwrap().assert_fetched(&content(LENGTH));
        let error = misfit(headers, false).await.map(|_| ()).unwrap_err();
        assert!(matches!(error, FetchError::Inconsistent { .. }), "{headers:?}: {error}");
    }
}

#[tokio::test]
async fn a_file_without_a_strong_validator_starts_over_and_leaves_no_part() {
    let server = breaking_off("W/\"1\"", |asked| {
        assert_eq!(asked.offset(), None);
        vec![whole(&content(LENGTH), "W/\"1\"")]
    })
    .await;
    let desk = interrupted(&server).await;
    assert!(desk.names().is_empty(), "{:?}", desk.names());
    desk.fetch_from(&server).await.unwrap();
    desk.assert_fetched(&content(LENGTH));
}

#[tokio::test]
async fn the_time_of_the_last_change_is_a_validator_too() {
    const THEN: &str = "Wed, 21 Oct 2015 07:28:00 GMT";
    let server = Server::tell(|asked| {
        let bytes = content(LENGTH);
        let dates = [("Last-Modified", THEN), ("Date", "Wed, 21 Oct 2015 08:00:00 GMT")];
        match asked.offset() {
            None => vec![answer("200 OK", &[dates[0], dates[1], ("Content-Length", "3000000")], &bytes[..FIRST])],
            Some(from) => {
                let range = format!("bytes {from}-2999999/3000000");
                vec![answer("206 Partial Content", &[dates[0], dates[1], ("Content-Range", &range)], &bytes[from..])]
            }
        }
    })
    .await;
    let desk = Desk::new(&server);
    desk.fetch_from(&server).await.unwrap();
    desk.assert_fetched(&content(LENGTH));
    assert_eq!(server.asked()[1].header("if-range"), Some(THEN));
}

#[tokio::test]
async fn a_known_hash_lets_a_transfer_go_on_without_a_validator_and_decides() {
    let server = Server::tell(|asked| {
        let bytes = content(LENGTH);
        match (asked.number, asked.offset()) {
            (0, _) => vec![answer("200 OK", &[("Content-Length", "3000000")], &bytes[..FIRST])],
            // Of another file.
            (_, Some(_)) => {
                vec![answer("206 Partial Content", &[("Content-Range", "bytes 2000000-2999999/3000000")], &bytes[..LENGTH - FIRST])]
            }
            (_, None) => vec![answer("200 OK", &[("Content-Length", "3000000")], &bytes)],
        }
    })
    .await;
    let desk = Desk::new(&server);
    let hash = mynah::MediaHash(*blake3::hash(&content(LENGTH)).as_bytes());
    desk.fetch(FetchOrder { expect_hash: Some(hash), ..desk.order(&server) }).await.unwrap();
    desk.assert_fetched(&content(LENGTH));
    assert_eq!(server.asked().iter().map(Asked::offset).collect::<Vec<_>>(), [None, Some(FIRST), None]);
}
