//! Disks that are full or cannot be written, and many threads that want the disk at once. The disks are small ones in memory,
//! which only the superuser can mount; without that these stories are not told, and say so.

use std::path::Path;
use std::process::Command;

use mynah::archive::{ArchiveError, SearchRequest};
use mynah::query::Expr;
use mynah::{Archive, StoreError};

use crate::archive::{assert_clean, found, fresh, history, ops, options, said};

/// A disk in memory that is unmounted when it goes.
pub(crate) struct SmallDisk(tempfile::TempDir);

impl SmallDisk {
    pub(crate) fn mount(mib: u32) -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let disk = Self(folder);
        let mounted = disk.run(&["mount", "-t", "tmpfs", "-o", &format!("size={mib}m"), "mynah-test"]);
        if !mounted {
            eprintln!("skipped: mounting a disk in memory takes the superuser");
        }
        mounted.then_some(disk)
    }

    pub(crate) fn run(&self, command: &[&str]) -> bool {
        let status = Command::new(command[0]).args(&command[1..]).arg(self.0.path()).stderr(std::process::Stdio::null()).status();
        status.is_ok_and(|status| status.success())
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = self.run(&["umount", "-l"]);
    }
}

#[test]
fn a_full_disk_is_named_and_costs_nothing_that_was_acknowledged() {
    let Some(disk) = SmallDisk::mount(24) else { return };
    let root = disk.path().join("archive");
    let archive = options().open(&root).unwrap();
    let mut acknowledged = 0;
    let error = loop {
        // Of no pattern, so that it takes the room that it seems to take.
        let text: String =
            (0..2_000_u64).map(|n| format!("{:x}", (acknowledged * 2_000 + n).wrapping_mul(0x9e37_79b9_7f4a_7c15))).collect();
        match archive.import(&ops(), vec![said("alice", acknowledged + 1, &format!("cat {text}"))]) {
            Ok(_) => acknowledged += 1,
            Err(error) => break error,
        }
        assert!(acknowledged < 10_000, "the disk never got full");
    };
    let is_named = matches!(&error, ArchiveError::Store(StoreError::Full { .. } | StoreError::Poisoned));
    assert!(is_named, "{error}: {error:?}");
    assert_eq!(history(&archive, &ops()).len() as u64, acknowledged, "what was acknowledged can be read");
    let again = archive.import(&ops(), vec![said("alice", 1, "more")]);
    assert!(matches!(again, Err(ArchiveError::Store(StoreError::Poisoned))), "{again:?}");
    // Comes to an end, whatever it says.
    if let Ok(answer) = archive.search(&SearchRequest { count: true, ..SearchRequest::new(Expr::word("cat")) }) {
        assert!(!answer.coverage.complete || answer.total == Some(acknowledged));
    }
    drop(archive);
    assert!(disk.run(&["mount", "-o", "remount,size=200m"]));
    let archive = options().open(&root).unwrap();
    assert!(archive.wait_until_reindexed());
    assert!(history(&archive, &ops()).len() as u64 >= acknowledged);
    assert_eq!(found(&archive, Expr::word("cat")).len(), history(&archive, &ops()).len());
    assert_clean(&archive);
}

#[test]
fn a_disk_that_cannot_be_written_is_named_and_can_be_read() {
    let Some(disk) = SmallDisk::mount(64) else { return };
    let root = disk.path().join("archive");
    let archive = options().open(&root).unwrap();
    archive.import(&ops(), vec![said("alice", 1, "cat")]).unwrap();
    assert!(archive.wait_until_indexed());
    drop(archive);
    assert!(disk.run(&["mount", "-o", "remount,ro"]));
    let error = match options().open(&root) {
        Ok(_) => panic!("a disk that cannot be written was opened for writing"),
        Err(error) => error,
    };
    assert!(error.to_string().contains("ead-only file system"), "{error}");
    let reader = options().open_reader(&root).unwrap();
    assert_eq!(history(&reader, &ops()), ["cat"]);
    assert_eq!(found(&reader, Expr::word("cat")), ["cat"]);
    let new = Archive::open(disk.path().join("new"));
    assert!(matches!(new, Err(ArchiveError::Store(StoreError::Io { .. }))));
}

#[test]
fn many_threads_save_at_once_and_every_message_is_there_after_reopening() {
    let (folder, archive) = fresh();
    std::thread::scope(|scope| {
        for thread in 0..8_u64 {
            let archive = &archive;
            scope.spawn(move || {
                for number in 0..25 {
                    archive.save(&ops(), said("alice", 1 + thread, &format!("{thread} {number}"))).unwrap();
                }
            });
        }
    });
    let copied = tempfile::tempdir().unwrap();
    // As it is on the disk at this moment, without closing.
    super::copy(&folder.path().join("archive"), copied.path());
    let again = options().open(copied.path()).unwrap();
    let texts = history(&again, &ops());
    assert_eq!(texts.len(), 200);
    for thread in 0..8 {
        let own: Vec<&String> = texts.iter().filter(|text| text.starts_with(&format!("{thread} "))).collect();
        assert!(own.is_sorted_by_key(|text| text[2..].parse::<u32>().unwrap()), "a thread's messages stand in the order it saved them");
    }
    assert!(again.wait_until_reindexed());
    assert_clean(&again);
}
