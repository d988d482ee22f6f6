//! One write for many tasks: what comes while a write is under way goes into the next one together. Knows nothing of what is written.

use std::future::Future;
use std::sync::{Arc, Mutex};

use tokio::sync::oneshot::{self, error::TryRecvError};

use super::SessionError;
use crate::archive::ArchiveError;
use crate::store::lock;

/// What became of each of somebody's items.
type Answer<R> = Result<Vec<R>, Arc<SessionError>>;

/// Where tasks meet to write. What waits is bounded by whoever makes the items.
pub(super) struct Together<T, R> {
    waiting: Mutex<Vec<Share<T, R>>>,
    /// Held by who writes, for all that waited when it began.
    turn: tokio::sync::Mutex<()>,
}

/// What one task wants written.
struct Share<T, R> {
    items: Vec<T>,
    answer: oneshot::Sender<Answer<R>>,
}

impl<T, R> Default for Together<T, R> {
    fn default() -> Self {
        Self { waiting: Mutex::default(), turn: tokio::sync::Mutex::default() }
    }
}

impl<T, R> Together<T, R> {
    /// Has these items written, alone or with those of others, and returns what became of each. `write` is given items in the order in which
    /// they came and answers in that order; everybody's is the same.
    pub(super) async fn write<F>(&self, items: Vec<T>, write: impl FnOnce(Vec<T>) -> F) -> Answer<R>
    where
        F: Future<Output = Result<Vec<R>, ArchiveError>>,
    {
        let (answer, mut answered) = oneshot::channel();
        lock(&self.waiting).push(Share { items, answer });
        let _turn = self.turn.lock().await;
        // Whoever had a turn since the items were put there has taken them along.
        let answered = match answered.try_recv() {
            Err(TryRecvError::Empty) => {
                self.write_all(write).await;
                answered.try_recv()
            }
            answered => answered,
        };
        // Who is dropped while it writes for all answers nobody. That happens only when the runtime ends.
        answered.unwrap_or_else(|_| Err(Arc::new(SessionError::Ended)))
    }

    /// Writes what waits, and tells everybody what became of theirs.
    async fn write_all<F>(&self, write: impl FnOnce(Vec<T>) -> F)
    where
        F: Future<Output = Result<Vec<R>, ArchiveError>>,
    {
        let shares = std::mem::take(&mut *lock(&self.waiting));
        let mut items = Vec::new();
        let mut askers = Vec::with_capacity(shares.len());
        for share in shares {
            askers.push((share.items.len(), share.answer));
            items.extend(share.items);
        }
        let mut written = write(items).await.map(Vec::into_iter).map_err(|error| Arc::new(SessionError::from(error)));
        for (count, asker) in askers {
            let answer = match &mut written {
                Ok(answers) => Ok(answers.by_ref().take(count).collect()),
                Err(error) => Err(Arc::clone(error)),
            };
            // Who no longer waits does not want to know.
            let _ = asker.send(answer);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_comes_while_a_write_is_under_way_goes_into_the_next_one_together() {
        let together = Together::default();
        let (open, gate) = oneshot::channel::<()>();
        let written = Mutex::new(Vec::new());
        let write = async |items: Vec<u32>| {
            lock(&written).push(items.clone());
            Ok(items.into_iter().map(|item| item * 10).collect())
        };
        let first = together.write(vec![1], async |items| {
            let _ = gate.await;
            write(items).await
        });
        let others = async {
            let others =
                tokio::join!(together.write(vec![2, 3], write), together.write(vec![], write), together.write(vec![4], write), async {
                    let _ = open.send(());
                });
            (others.0, others.1, others.2)
        };
        let (first, others) = tokio::join!(first, others);
        let answers = [first, others.0, others.1, others.2].map(Result::unwrap);
        assert_eq!(answers, [vec![10], vec![20, 30], vec![], vec![40]]);
        assert_eq!(*lock(&written), [vec![1], vec![2, 3, 4]]);
    }

    #[tokio::test]
    async fn a_write_that_fails_fails_for_all_who_have_a_share_in_it() {
        let together = Together::<u32, u32>::default();
        let (open, gate) = oneshot::channel::<()>();
        let first = together.write(vec![1], async |_| {
            let _ = gate.await;
            Ok(vec![1])
        });
        let fail = async |_| Err(ArchiveError::UnknownMessage { id: "x".to_owned() });
        let (first, second, third, ()) = tokio::join!(first, together.write(vec![2], fail), together.write(vec![3], fail), async {
            let _ = open.send(());
        });
        assert_eq!(first.unwrap(), [1]);
        assert!(Arc::ptr_eq(&second.unwrap_err(), &third.unwrap_err()));
    }
}
