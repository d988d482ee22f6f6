//! Runs a search: plans it once, walks the segments in the order asked for, counts what is to be counted.

use std::sync::Arc;

use super::build::{Shared, Statistics, Want};
use super::plan::{Plan, plan};
use super::segment::Segment;
use super::tally::{Tally, count};
use super::{Answer, Context, Hit, HitPosition, IndexError, Request};
use super::{newest, oldest, relevance};
use crate::model::MessageKey;
use crate::query::Sort;

/// Everything that a walk over the segments needs.
pub(super) struct Search<'a> {
    pub(super) segments: &'a [Arc<Segment>],
    pub(super) plan: &'a Plan,
    pub(super) shared: &'a Shared<'a>,
    /// The most hits to find, one more than asked for, so that it is known whether there are more.
    pub(super) limit: usize,
    /// Only hits after this one count.
    pub(super) after: Option<HitPosition>,
}

pub(super) fn search(segments: &[Arc<Segment>], request: &Request<'_>, context: &dyn Context) -> Result<Answer, IndexError> {
    let plan = plan(&request.expr, segments, context)?;
    let mut answer = Answer::default();
    if request.limit > 0 {
        let statistics = (request.sort == Sort::Relevance).then(|| Statistics::of(segments));
        let shared = Shared::new(context, plan.keywords(), statistics);
        let after = request.after.filter(|after| after.sort == request.sort);
        let search = Search { segments, plan: &plan, shared: &shared, limit: request.limit.saturating_add(1), after };
        let mut hits: Vec<(MessageKey, f32)> = match request.sort {
            Sort::Newest => newest::walk(&search)?,
            Sort::Oldest => oldest::walk(&search)?,
            Sort::Relevance => relevance::walk(&search)?,
        };
        shared.finish()?;
        let more = hits.len() > request.limit;
        hits.truncate(request.limit);
        let position = |key, score| HitPosition { sort: request.sort, key, score };
        answer.hits = hits.into_iter().map(|(key, score)| Hit { key, score, position: position(key, score) }).collect();
        answer.next = answer.hits.last().filter(|_| more).map(|hit| hit.position);
    }
    if request.tallies() || request.count {
        let shared = Shared::new(context, plan.keywords(), None);
        let search = Search { segments, plan: &plan, shared: &shared, limit: usize::MAX, after: None };
        if request.tallies() {
            Tally::of(&search, request)?.into_answer(&mut answer)?;
        } else {
            answer.total = Some(count(&search)?);
        }
        shared.finish()?;
    }
    Ok(answer)
}

impl Search<'_> {
    /// What a walk that stops early looks at.
    pub(super) fn want(&self) -> Want {
        Want::Some(self.limit)
    }
}
