//! What was given to the committer and is not on the disk yet: so much of it, and no more.

/// Commits before no new runs begin.
const COMMITS: usize = 4_096;
/// Bytes of them. What is under way when it is reached is written all the same.
const BYTES: usize = 64 << 20;

/// Commits that are not on the disk yet, and their bytes.
#[derive(Debug, Default)]
pub(super) struct Unwritten {
    commits: usize,
    bytes: usize,
}

impl Unwritten {
    pub(super) fn add(&mut self, bytes: usize) {
        self.commits += 1;
        self.bytes += bytes;
    }

    /// Notes that so many, of so many bytes, are on the disk.
    pub(super) fn take(&mut self, commits: usize, bytes: usize) {
        self.commits = self.commits.saturating_sub(commits);
        self.bytes = self.bytes.saturating_sub(bytes);
    }

    pub(super) fn is_empty(&self) -> bool {
        self.commits == 0
    }

    /// Whether runs may begin.
    pub(super) fn has_room(&self) -> bool {
        self.commits < COMMITS && self.bytes < BYTES
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_small_commits_and_few_large_ones_leave_no_room_until_they_are_written() {
        let mut unwritten = Unwritten::default();
        (0..COMMITS).for_each(|_| unwritten.add(1));
        assert!(!unwritten.has_room());
        unwritten.take(1, 1);
        assert!(unwritten.has_room());
        unwritten.add(BYTES);
        assert!(!unwritten.has_room());
        unwritten.take(COMMITS, BYTES + COMMITS - 1);
        assert!(unwritten.is_empty() && unwritten.has_room());
    }
}
