//! Taking turns: what was begun later ends later, as far as callers see it.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::oneshot;

/// Who came last, of each line.
struct Last {
    number: u64,
    ended: oneshot::Receiver<()>,
}

/// Lines, each with a name. A line that nobody stands in does not exist.
pub(crate) struct Turns<K> {
    lines: Arc<Mutex<Lines<K>>>,
}

struct Lines<K> {
    next: u64,
    last: HashMap<K, Last>,
}

impl<K> Default for Turns<K> {
    fn default() -> Self {
        Self { lines: Arc::new(Mutex::new(Lines { next: 0, last: HashMap::new() })) }
    }
}

impl<K: Clone + Eq + Hash> Turns<K> {
    /// A place at the end of a line.
    pub(crate) fn join(&self, line: &K) -> Turn<K> {
        let (end, ended) = oneshot::channel();
        let mut lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        let number = lines.next;
        lines.next += 1;
        let before = lines.last.insert(line.clone(), Last { number, ended }).map(|last| last.ended);
        Turn { lines: Arc::clone(&self.lines), line: line.clone(), number, before, _end: end }
    }
}

/// A place in a line. Dropping it makes room for the next one.
pub(crate) struct Turn<K: Eq + Hash> {
    lines: Arc<Mutex<Lines<K>>>,
    line: K,
    number: u64,
    before: Option<oneshot::Receiver<()>>,
    /// Whoever waits for it learns when it is dropped.
    _end: oneshot::Sender<()>,
}

impl<K: Eq + Hash> Turn<K> {
    /// Waits until everybody in front has gone.
    pub(crate) async fn come(&mut self) {
        if let Some(before) = &mut self.before {
            // Nothing is ever sent: whoever stood in front is gone.
            let _ = before.await;
            self.before = None;
        }
    }
}

impl<K: Eq + Hash> Drop for Turn<K> {
    fn drop(&mut self) {
        let mut lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        if lines.last.get(&self.line).is_some_and(|last| last.number == self.number) {
            lines.last.remove(&self.line);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_turn_comes_when_those_in_front_have_gone_and_lines_do_not_wait_for_each_other() {
        let turns = Turns::default();
        let (mut first, mut second, mut other) = (turns.join(&"a"), turns.join(&"a"), turns.join(&"b"));
        other.come().await;
        first.come().await;
        let waits = tokio::spawn(async move {
            second.come().await;
            second
        });
        assert!(!waits.is_finished());
        drop(first);
        let second = waits.await.unwrap();
        assert_eq!(turns.lines.lock().unwrap().last.len(), 2);
        drop((second, other));
        assert!(turns.lines.lock().unwrap().last.is_empty(), "a line that nobody stands in does not exist");
    }
}
