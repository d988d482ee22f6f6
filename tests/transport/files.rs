//! Promises about files: they arrive as they were.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use mynah::transport::{Progress, Transport, TransportError};

use super::World;

/// So many bytes that do not repeat soon.
pub(super) fn bytes(count: usize) -> Vec<u8> {
    (0..count as u32).map(|at| (at.wrapping_mul(2_654_435_761) >> 13) as u8).collect()
}

/// A file of these bytes, in a folder that goes with it.
pub(super) fn file(content: &[u8]) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("picture.png");
    std::fs::write(&path, content).unwrap();
    (folder, path)
}

/// What was told of a transfer, in order.
type Notes = Arc<Mutex<Vec<(u64, u64)>>>;

/// Progress that is noted.
pub(super) fn noted() -> (Progress, Notes) {
    let told = Notes::default();
    let notes = told.clone();
    (Progress::new(move |current, total| notes.lock().unwrap().push((current, total))), told)
}

/// All that comes from byte `offset` on, and the size that was told.
pub(super) async fn get(end: &impl Transport, address: &str, offset: u64) -> Result<(u64, Vec<u8>), TransportError> {
    let mut stream = end.get(address, offset).await?;
    let mut all = Vec::new();
    while let Some(piece) = std::future::poll_fn(|context| stream.bytes.as_mut().poll_next(context)).await {
        let piece = piece?;
        assert!(!piece.is_empty());
        all.extend(piece);
    }
    Ok((stream.size, all))
}

pub(crate) async fn a_file_arrives_as_it_was_from_any_byte_on(world: &impl World) {
    let (alice, bob) = (world.end("alice"), world.end("bob"));
    for count in [0, 1, 700_001] {
        let content = bytes(count);
        let (_folder, path) = file(&content);
        let media = alice.put(&path, Progress::none()).await.unwrap();
        assert_eq!(media.size, count as u64);
        for offset in [0, 1, count / 2, count, count + 1] {
            let (size, rest) = get(&bob, &media.address, offset as u64).await.unwrap();
            assert_eq!(size, count as u64);
            assert!(rest == content[offset.min(count)..], "{} bytes from {offset}", rest.len());
        }
    }
}

pub(crate) async fn progress_is_told_repeatedly_and_once_at_the_end(world: &impl World) {
    let alice = world.end("alice");
    let (_folder, path) = file(&bytes(1_000_000));
    let (progress, told) = noted();
    alice.put(&path, progress).await.unwrap();
    let told = told.lock().unwrap();
    assert!(told.len() > 2 && told.is_sorted(), "{told:?}");
    assert_eq!(told.iter().filter(|(current, total)| current == total).count(), 1, "{told:?}");
    assert_eq!(told.last(), Some(&(1_000_000, 1_000_000)));
    assert!(told.iter().all(|&(_, total)| total == 1_000_000));
}

pub(crate) async fn a_file_that_is_there_is_not_carried_again(world: &impl World) {
    let (_folder, path) = file(&bytes(600_000));
    let first = world.end("alice").put(&path, Progress::none()).await.unwrap();
    let (_other, copy) = file(&bytes(600_000));
    let (progress, told) = noted();
    assert_eq!(world.end("bob").put(&copy, progress).await.unwrap(), first);
    assert_eq!(*told.lock().unwrap(), [(600_000, 600_000)]);
}

pub(crate) async fn an_unknown_address_is_named_so(world: &impl World) {
    let alice = world.end("alice");
    let nowhere = format!("media:{}", "ab".repeat(32));
    for address in [nowhere.as_str(), "media:", "media:../../etc/passwd", "https://example.org/x", ""] {
        let found = get(&alice, address, 0).await;
        assert!(matches!(found, Err(TransportError::UnknownMedia)), "{address}: {found:?}");
    }
}

pub(crate) async fn a_file_that_cannot_be_read_is_named(world: &impl World) {
    let alice = world.end("alice");
    let folder = tempfile::tempdir().unwrap();
    for path in [folder.path().join("none.png"), folder.path().to_owned()] {
        let failed = alice.put(Path::new(&path), Progress::none()).await;
        assert!(matches!(&failed, Err(TransportError::File { path: named, .. }) if *named == path), "{failed:?}");
    }
}
