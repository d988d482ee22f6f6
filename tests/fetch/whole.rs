//! What is fetched is whole.

use std::fs;
use std::sync::Arc;

use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

use super::server::{Server, Step, answer, whole};
use super::{Desk, Told, content};

#[tokio::test]
async fn a_file_is_fetched_with_its_hash_and_nothing_else_stays() {
    let bytes = content(3_000_007);
    let server = Server::tell({
        let bytes = bytes.clone();
        move |_| vec![whole(&bytes, "\"1\"")]
    })
    .await;
    let desk = Desk::new(&server);
    let fetched = desk.fetch_from(&server).await.unwrap();
    desk.assert_fetched(&bytes);
    assert_eq!((fetched.path, fetched.bytes, fetched.from_cache), (desk.target(), 3_000_007, false));
    assert_eq!(fetched.hash.to_string(), blake3_of(&bytes));
    let asked = &server.asked()[0];
    assert_eq!(asked.header("accept-encoding"), Some("identity"));
    assert!(asked.header("range").is_none() && asked.header("referer").is_none() && asked.header("cookie").is_none());
}

fn blake3_of(bytes: &[u8]) -> String {
    blake3::hash(bytes).to_hex().to_string()
}

#[tokio::test]
async fn progress_rises_and_the_end_is_told_once() {
    let server = Server::tell(move |_| vec![whole(&content(3_000_007), "\"1\"")]).await;
    let (desk, told) = (Desk::new(&server), Told::default());
    let progress = |current, total| told.note(current, total);
    desk.fetcher.fetch(desk.order(&server), progress, CancellationToken::new()).await.unwrap();
    let told = told.all();
    assert!(told.is_sorted() && told.iter().all(|&(_, total)| total == 3_000_007), "{told:?}");
    assert_eq!(told.iter().filter(|(current, total)| current == total).count(), 1, "{told:?}");
    assert!(told.len() > 3, "it is told repeatedly: {told:?}");
}

#[tokio::test]
async fn a_file_of_unknown_length_is_fetched() {
    let bytes = content(1_000_000);
    let server = Server::tell({
        let bytes = bytes.clone();
        move |_| {
            let mut steps = vec![answer("200 OK", &[("Transfer-Encoding", "chunked")], b"")];
            steps.extend(bytes.chunks(100_000).map(|chunk| {
                let mut framed = format!("{:x}\r\n", chunk.len()).into_bytes();
                framed.extend_from_slice(chunk);
                framed.extend_from_slice(b"\r\n");
                Step::Send(framed)
            }));
            steps.push(Step::Send(b"0\r\n\r\n".to_vec()));
            steps
        }
    })
    .await;
    let (desk, told) = (Desk::new(&server), Told::default());
    let progress = |current, total| told.note(current, total);
    desk.fetcher.fetch(desk.order(&server), progress, CancellationToken::new()).await.unwrap();
    desk.assert_fetched(&bytes);
    let told = told.all();
    let (end, before) = told.split_last().unwrap();
    assert_eq!(*end, (1_000_000, 1_000_000));
    assert!(!before.is_empty() && before.iter().all(|&(_, total)| total == 0), "{told:?}");
}

#[tokio::test]
async fn an_empty_file_is_a_file() {
    let server = Server::tell(|_| vec![whole(b"", "\"1\"")]).await;
    let desk = Desk::new(&server);
    desk.fetch_from(&server).await.unwrap();
    desk.assert_fetched(b"");
}

#[tokio::test]
async fn nothing_is_under_the_final_name_before_all_of_it_is_there() {
    let bytes = content(1_000_000);
    let permits = Arc::new(Semaphore::new(0));
    let server = Server::tell({
        let (bytes, permits) = (bytes.clone(), Arc::clone(&permits));
        move |_| {
            let mut sent = bytes.clone();
            let rest = sent.split_off(900_000);
            let head = answer("200 OK", &[("Content-Length", "1000000")], &sent);
            vec![head, Step::Await(Arc::clone(&permits)), Step::Send(rest)]
        }
    })
    .await;
    let desk = Desk::new(&server);
    fs::write(desk.target(), "what was there before").unwrap();
    let progress = |current: u64, total: u64| {
        if current < total {
            assert_eq!(fs::read(desk.target()).unwrap(), b"what was there before");
            permits.add_permits(1);
        }
    };
    desk.fetcher.fetch(desk.order(&server), progress, CancellationToken::new()).await.unwrap();
    desk.assert_fetched(&bytes);
}
