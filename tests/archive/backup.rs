//! Backing up while writing, and restoring.

use std::sync::atomic::{AtomicBool, Ordering};

use mynah::archive::ArchiveError;
use mynah::{Archive, StoreError};

use super::{assert_clean, found, fresh, history, ops, options, said, save};

#[test]
fn a_restored_backup_is_the_archive_of_that_moment() {
    let (folder, archive) = fresh();
    let (backup, restored) = (folder.path().join("backup"), folder.path().join("restored"));
    let id = save(&archive, &ops(), said("alice", 1, "before"));
    let hash = archive.attach(&id, &b"a picture"[..]).unwrap();
    archive.backup(&backup).unwrap();
    save(&archive, &ops(), said("alice", 2, "after"));
    Archive::restore(&backup, &restored).unwrap();
    let again = options().open(&restored).unwrap();
    assert_eq!(history(&again, &ops()), ["before"]);
    assert!(again.media(hash).is_ok());
    assert!(again.wait_until_reindexed());
    assert_eq!(found(&again, mynah::query::Expr::word("before")), ["before"]);
    assert_clean(&again);
}

#[test]
fn a_second_backup_into_the_same_folder_copies_little_and_is_the_one_restored() {
    let (folder, archive) = fresh();
    let (backup, restored) = (folder.path().join("backup"), folder.path().join("restored"));
    let text = |n: u64| format!("{:032x}{:032x}", u128::from(n).wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c834), n);
    archive.import(&ops(), (0..20_000).map(|n| said("alice", n, &text(n))).collect()).unwrap();
    archive.backup(&backup).unwrap();
    let first = size(&backup);
    save(&archive, &ops(), said("alice", 30_000, "one more"));
    archive.backup(&backup).unwrap();
    assert!(size(&backup) - first < first / 4, "{first} bytes, then {}", size(&backup));
    Archive::restore(&backup, &restored).unwrap();
    let again = options().open(&restored).unwrap();
    assert_eq!(history(&again, &ops()).len(), 20_001);
    assert_clean(&again);
}

#[test]
fn a_backup_made_while_writing_holds_whole_batches_only() {
    let (folder, archive) = fresh();
    let (backup, restored) = (folder.path().join("backup"), folder.path().join("restored"));
    archive.import(&ops(), vec![said("alice", 0, "first")]).unwrap();
    let done = AtomicBool::new(false);
    let (acknowledged, backed_up) = std::thread::scope(|scope| {
        let writer = scope.spawn(|| {
            for batch in 1.. {
                archive.import(&ops(), (0..10).map(|n| said("alice", batch, &format!("{n}"))).collect()).unwrap();
                if done.load(Ordering::Relaxed) {
                    break;
                }
            }
        });
        let enough = mynah::JournalNo(archive.journal_head().0 + 50);
        archive.wait_for_change(enough, std::time::Duration::from_secs(60));
        let acknowledged = history(&archive, &ops()).len();
        let backed_up = archive.backup(&backup);
        done.store(true, Ordering::Relaxed);
        writer.join().unwrap();
        (acknowledged, backed_up)
    });
    backed_up.unwrap();
    Archive::restore(&backup, &restored).unwrap();
    let again = options().open(&restored).unwrap();
    let messages = history(&again, &ops()).len();
    assert!(messages >= acknowledged, "what was acknowledged before the backup began is in it");
    assert_eq!((messages - 1) % 10, 0);
    assert_clean(&again);
}

#[test]
fn restoring_over_an_archive_is_refused_and_leaves_it_alone() {
    let (folder, archive) = fresh();
    let backup = folder.path().join("backup");
    save(&archive, &ops(), said("alice", 1, "in the backup"));
    archive.backup(&backup).unwrap();
    save(&archive, &ops(), said("alice", 2, "only here"));
    drop(archive);
    let target = folder.path().join("archive");
    assert!(matches!(Archive::restore(&backup, &target), Err(ArchiveError::Store(StoreError::NotEmpty { .. }))));
    assert_eq!(history(&options().open(&target).unwrap(), &ops()), ["in the backup", "only here"]);
}

#[test]
fn restoring_from_nothing_or_from_damage_leaves_no_archive() {
    let (folder, archive) = fresh();
    let (backup, target) = (folder.path().join("backup"), folder.path().join("target"));
    let missing = Archive::restore(folder.path().join("nowhere"), &target);
    assert!(matches!(missing, Err(ArchiveError::Store(StoreError::Missing { .. }))), "{missing:?}");
    assert!(!folder.path().join("nowhere").exists(), "looking for a backup makes no folder");
    archive.import(&ops(), (0..2_000).map(|n| said("alice", n, &format!("message {n}"))).collect()).unwrap();
    archive.backup(&backup).unwrap();
    let tables = files(&backup).into_iter().filter(|path| path.extension().is_some_and(|extension| extension == "sst"));
    let largest = tables.max_by_key(|path| path.metadata().unwrap().len()).unwrap();
    let mut bytes = std::fs::read(&largest).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 0xff;
    std::fs::write(&largest, bytes).unwrap();
    let damaged = Archive::restore(&backup, &target);
    assert!(matches!(damaged, Err(ArchiveError::Store(StoreError::Damaged { .. }))), "{damaged:?}");
    assert!(Archive::open(&target).is_ok_and(|archive| archive.conversations().unwrap().is_empty()), "the target is still free");
}

fn files(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

fn size(folder: &std::path::Path) -> u64 {
    files(folder).iter().map(|path| path.metadata().unwrap().len()).sum()
}
