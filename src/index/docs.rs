//! Sets of documents of one segment that are walked from the newest to the oldest, and how they are combined.
//!
//! A set has candidates and, where telling whether a candidate is in it is dear (positions, texts of the store), a check that is
//! only made when all other sets have agreed on the candidate.

use tantivy::{DocId, TERMINATED};

use super::leaves::Stretch;

/// A set of documents.
pub(super) trait Docs {
    /// The candidate, or `TERMINATED`.
    fn doc(&self) -> DocId;

    /// Goes to the next candidate.
    fn advance(&mut self) -> DocId;

    /// Goes to the first candidate that is not before `target`; stays when it is there.
    fn seek(&mut self, target: DocId) -> DocId;

    /// How many candidates there may be.
    fn cost(&self) -> u64;

    /// Whether the candidate is in the set. Must be asked before the score, and at most once for a candidate.
    fn matches(&mut self) -> bool {
        true
    }

    /// What the check costs, for the cheapest to go first: 0 nothing, 1 positions, 2 texts.
    fn check_cost(&self) -> u8 {
        0
    }

    /// How well the candidate, which is in the set, matches.
    fn score(&mut self) -> f32 {
        0.0
    }
}

/// A set that may be known without looking.
pub(super) enum Set<'a> {
    /// No document.
    Nothing,
    /// Every document.
    Everything,
    /// Some.
    Some(Box<dyn Docs + 'a>),
}

impl<'a> Set<'a> {
    pub(super) fn some(docs: impl Docs + 'a) -> Self {
        Self::Some(Box::new(docs))
    }

    /// The set as one that can be walked, in a segment of so many documents.
    pub(super) fn into_docs(self, docs: DocId) -> Box<dyn Docs + 'a> {
        match self {
            Self::Nothing => Box::new(Stretch::new(0, 0)),
            Self::Everything => Box::new(Stretch::new(0, docs)),
            Self::Some(set) => set,
        }
    }

    /// How many candidates there may be in a segment of so many documents.
    pub(super) fn cost(&self, docs: DocId) -> u64 {
        match self {
            Self::Nothing => 0,
            Self::Everything => docs.into(),
            Self::Some(set) => set.cost(),
        }
    }

    /// What is in all of `sets`.
    pub(super) fn all(sets: Vec<Self>) -> Self {
        let mut parts = Vec::with_capacity(sets.len());
        for set in sets {
            match set {
                Self::Nothing => return Self::Nothing,
                Self::Everything => {}
                Self::Some(part) => parts.push(part),
            }
        }
        match parts.len() {
            0 => Self::Everything,
            1 => Self::Some(parts.remove(0)),
            _ => Self::some(All::new(parts)),
        }
    }

    /// What is in at least one of `sets`.
    pub(super) fn any(sets: Vec<Self>, scoring: bool) -> Self {
        let mut parts = Vec::with_capacity(sets.len());
        for set in sets {
            match set {
                Self::Nothing => {}
                Self::Everything => return Self::Everything,
                Self::Some(part) => parts.push(part),
            }
        }
        match parts.len() {
            0 => Self::Nothing,
            1 => Self::Some(parts.remove(0)),
            _ => Self::some(Any { matched: vec![false; parts.len()], parts, scoring }),
        }
    }

    /// What is not in `set`.
    pub(super) fn not(set: Self, docs: DocId) -> Self {
        match set {
            Self::Nothing => Self::Everything,
            Self::Everything => Self::Nothing,
            Self::Some(inner) => Self::some(Not { inner, all: Stretch::new(0, docs) }),
        }
    }
}

/// What is in all parts.
struct All<'a> {
    /// The fewest candidates first.
    parts: Vec<Box<dyn Docs + 'a>>,
    /// The parts to check, the cheapest first.
    checks: Vec<usize>,
}

impl<'a> All<'a> {
    fn new(mut parts: Vec<Box<dyn Docs + 'a>>) -> Self {
        parts.sort_by_key(|part| part.cost());
        let mut checks: Vec<usize> = (0..parts.len()).filter(|&at| parts[at].check_cost() > 0).collect();
        checks.sort_by_key(|&at| parts[at].check_cost());
        let mut all = Self { parts, checks };
        all.agree();
        all
    }

    /// Moves all parts to the first candidate, from the first part's on, that is one of all.
    fn agree(&mut self) -> DocId {
        let Some((lead, rest)) = self.parts.split_first_mut() else { return TERMINATED };
        let mut doc = lead.doc();
        'again: loop {
            for part in &mut *rest {
                let found = part.seek(doc);
                if found != doc {
                    doc = lead.seek(found);
                    continue 'again;
                }
            }
            return doc;
        }
    }
}

impl Docs for All<'_> {
    fn doc(&self) -> DocId {
        self.parts[0].doc()
    }

    fn advance(&mut self) -> DocId {
        self.parts[0].advance();
        self.agree()
    }

    fn seek(&mut self, target: DocId) -> DocId {
        self.parts[0].seek(target);
        self.agree()
    }

    fn cost(&self) -> u64 {
        self.parts[0].cost()
    }

    fn matches(&mut self) -> bool {
        self.checks.iter().all(|&at| self.parts[at].matches())
    }

    fn check_cost(&self) -> u8 {
        self.checks.last().map_or(0, |&at| self.parts[at].check_cost())
    }

    fn score(&mut self) -> f32 {
        self.parts.iter_mut().map(|part| part.score()).sum()
    }
}

/// What is in at least one part.
struct Any<'a> {
    parts: Vec<Box<dyn Docs + 'a>>,
    /// Which parts the candidate is in; only kept when scores are asked for.
    matched: Vec<bool>,
    scoring: bool,
}

impl Docs for Any<'_> {
    fn doc(&self) -> DocId {
        self.parts.iter().map(|part| part.doc()).min().unwrap_or(TERMINATED)
    }

    fn advance(&mut self) -> DocId {
        let doc = self.doc();
        if doc == TERMINATED { TERMINATED } else { self.seek(doc + 1) }
    }

    fn seek(&mut self, target: DocId) -> DocId {
        self.parts.iter_mut().map(|part| part.seek(target)).min().unwrap_or(TERMINATED)
    }

    fn cost(&self) -> u64 {
        self.parts.iter().map(|part| part.cost()).sum()
    }

    fn matches(&mut self) -> bool {
        let doc = self.doc();
        if !self.scoring {
            return self.parts.iter_mut().filter(|part| part.doc() == doc).any(|part| part.matches());
        }
        for (part, matched) in self.parts.iter_mut().zip(&mut self.matched) {
            *matched = part.doc() == doc && part.matches();
        }
        self.matched.contains(&true)
    }

    fn check_cost(&self) -> u8 {
        self.parts.iter().map(|part| part.check_cost()).max().unwrap_or(0)
    }

    fn score(&mut self) -> f32 {
        self.parts.iter_mut().zip(&self.matched).filter(|(_, matched)| **matched).map(|(part, _)| part.score()).sum()
    }
}

/// What is not in the inner set.
struct Not<'a> {
    inner: Box<dyn Docs + 'a>,
    all: Stretch,
}

impl Docs for Not<'_> {
    fn doc(&self) -> DocId {
        self.all.doc()
    }

    fn advance(&mut self) -> DocId {
        self.all.advance()
    }

    fn seek(&mut self, target: DocId) -> DocId {
        self.all.seek(target)
    }

    fn cost(&self) -> u64 {
        self.all.cost()
    }

    fn matches(&mut self) -> bool {
        let doc = self.all.doc();
        self.inner.seek(doc) != doc || !self.inner.matches()
    }

    fn check_cost(&self) -> u8 {
        self.inner.check_cost().max(1)
    }
}
