//! What was fetched before is not transferred again.

use std::fs;
use std::path::Path;

use mynah::fetch::{CacheOptions, FetchOptions, FetchOrder};

use super::server::{Asked, Server, Step, answer, whole};
use super::{Desk, content, options};

/// A server whose file has had one version only.
async fn constant() -> Server {
    Server::tell(|asked| vec![version(asked, "\"1\"", &content(10_000))]).await
}

fn version(asked: &Asked, etag: &str, content: &[u8]) -> Step {
    match asked.header("if-none-match") {
        Some(known) if known == etag => answer("304 Not Modified", &[("ETag", etag)], b""),
        _ => whole(content, etag),
    }
}

fn desk(server: &Server, cache: &Path) -> Desk {
    let cache = CacheOptions { folder: cache.to_owned(), max_bytes: 1 << 20 };
    Desk::with(FetchOptions { cache: Some(cache), ..options(server.address) })
}

#[tokio::test]
async fn a_file_that_did_not_change_comes_from_the_cache() {
    let (server, cache) = (constant().await, tempfile::tempdir().unwrap());
    for round in 0..3 {
        let desk = desk(&server, cache.path());
        let fetched = desk.fetch_from(&server).await.unwrap();
        assert_eq!(fetched.from_cache, round > 0);
        desk.assert_fetched(&content(10_000));
        assert_eq!(server.asked()[round].header("if-none-match"), (round > 0).then_some("\"1\""));
    }
}

#[tokio::test]
async fn a_file_that_changed_is_transferred_and_kept() {
    let cache = tempfile::tempdir().unwrap();
    let changing = |asked: &Asked| vec![version(asked, ["\"1\"", "\"2\"", "\"2\""][asked.number], &content(10_000 + asked.number.min(1)))];
    let server = Server::tell(changing).await;
    for (length, from_cache) in [(10_000, false), (10_001, false), (10_001, true)] {
        let desk = desk(&server, cache.path());
        assert_eq!(desk.fetch_from(&server).await.unwrap().from_cache, from_cache);
        desk.assert_fetched(&content(length));
    }
}

#[tokio::test]
async fn a_damaged_file_of_the_cache_is_transferred_again() {
    let (server, cache) = (constant().await, tempfile::tempdir().unwrap());
    let first = desk(&server, cache.path());
    let hash = first.fetch_from(&server).await.unwrap().hash.to_string();
    drop(first);
    let kept = cache.path().join("content").join(&hash[..2]).join(&hash[2..]);
    let mut bytes = fs::read(&kept).unwrap();
    bytes[5_000] ^= 1;
    fs::write(&kept, bytes).unwrap();
    let desk = desk(&server, cache.path());
    assert!(!desk.fetch_from(&server).await.unwrap().from_cache);
    desk.assert_fetched(&content(10_000));
    assert_eq!(server.asked().iter().map(|asked| asked.header("if-none-match").is_some()).collect::<Vec<_>>(), [false, true, false]);
    assert!(desk.fetch_from(&server).await.unwrap().from_cache, "it is kept again");
}

#[tokio::test]
async fn a_known_content_is_not_asked_for() {
    let (server, cache) = (constant().await, tempfile::tempdir().unwrap());
    let desk = desk(&server, cache.path());
    let hash = desk.fetch_from(&server).await.unwrap().hash;
    let elsewhere = FetchOrder::url(server.url("/elsewhere"), desk.target());
    let fetched = desk.fetch(FetchOrder { expect_hash: Some(hash), ..elsewhere }).await.unwrap();
    assert!(fetched.from_cache && server.asked().len() == 1);
    desk.assert_fetched(&content(10_000));
}

#[tokio::test]
async fn what_must_not_be_stored_is_not_kept() {
    let server = Server::tell(|_| vec![answer("200 OK", &[("ETag", "\"1\""), ("Cache-Control", "private, No-Store")], b"secret")]).await;
    let cache = tempfile::tempdir().unwrap();
    let desk = desk(&server, cache.path());
    for _ in 0..2 {
        assert!(!desk.fetch_from(&server).await.unwrap().from_cache);
    }
    assert!(super::names(&cache.path().join("sources")).is_empty());
}
