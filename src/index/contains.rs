//! The documents whose texts contain a keyword: which way to find them is cheapest is decided for every segment.
//!
//! Either the terms narrow the documents down (the pieces of the keyword are looked up in the vocabulary), or, where most
//! messages match anyway or other conditions leave few of them, texts are simply looked into one after the other.

use std::cell::RefCell;
use std::rc::Rc;

use tantivy::DocId;
use tantivy::postings::{SegmentPostings, TermInfo};
use tantivy::schema::{Field, IndexRecordOption};

use super::IndexError;
use super::build::{Builder, Want};
use super::docs::{Docs, Set};
use super::keyword::{Keyword, Piece, PiecePlace};
use super::leaves::{Bits, Stretch, Term};
use super::phrase::Phrase;
use super::schema::{MARKS_FIELD, TEXT_FIELD, Tag};
use super::segment::Segment;
use super::texts::Texts;
use super::union::{Union, fill_bits};
use super::vocabulary::Fit;

/// Nanoseconds to fetch a message and look into it, to open the postings of a term, to set the bit of a document.
const LOOK: f64 = 3_000.0;
const OPEN: f64 = 250.0;
const SET: f64 = 2.0;

/// More terms than this are made into bits; fewer are walked together.
const WALKED_TERMS: usize = 16;

/// The terms that a piece of a keyword stands for in a segment.
pub(super) struct Terms {
    numbers: Numbers,
    /// Documents, counted once for each term.
    pub(super) docs: u64,
}

enum Numbers {
    /// A whole term needs no vocabulary.
    One(TermInfo),
    Many(Vec<u32>),
}

impl Terms {
    pub(super) fn find(segment: &Segment, field: Field, text: &str, fit: Fit) -> Result<Option<Self>, IndexError> {
        if fit == Fit::Whole {
            let info = segment.term(&tantivy::schema::Term::from_field_text(field, text))?;
            return Ok(info.map(|info| Self { docs: info.doc_freq.into(), numbers: Numbers::One(info) }));
        }
        let vocabulary = segment.vocabulary(field)?;
        let numbers = vocabulary.find(text.as_bytes(), fit);
        let docs = numbers.iter().map(|&number| u64::from(vocabulary.doc_freq(number))).sum();
        Ok((!numbers.is_empty()).then_some(Self { numbers: Numbers::Many(numbers), docs }))
    }

    pub(super) fn len(&self) -> usize {
        match &self.numbers {
            Numbers::One(_) => 1,
            Numbers::Many(numbers) => numbers.len(),
        }
    }

    /// What it costs to make them into bits.
    fn cost(&self) -> f64 {
        self.len() as f64 * OPEN + self.docs as f64 * SET
    }

    pub(super) fn postings(&self, segment: &Segment, field: Field, option: IndexRecordOption) -> Result<Vec<SegmentPostings>, IndexError> {
        let inverted = segment.inverted(field);
        let read = |info: &TermInfo| inverted.read_postings_from_terminfo(info, option).map_err(IndexError::from);
        match &self.numbers {
            Numbers::One(info) => Ok(vec![read(info)?]),
            Numbers::Many(numbers) => {
                let vocabulary = segment.vocabulary(field)?;
                numbers.iter().map(|&number| read(&vocabulary.info(number))).collect()
            }
        }
    }

    pub(super) fn bits(&self, segment: &Segment, field: Field) -> Result<Rc<[u64]>, IndexError> {
        let inverted = segment.inverted(field);
        match &self.numbers {
            Numbers::One(info) => fill_bits(inverted, std::iter::once(info.clone()), segment.docs()),
            Numbers::Many(numbers) => {
                let vocabulary = segment.vocabulary(field)?;
                fill_bits(inverted, numbers.iter().map(|&number| vocabulary.info(number)), segment.docs())
            }
        }
    }

    /// All their documents; `key` names the bits for a next time.
    pub(super) fn set<'a>(&self, builder: &Builder<'a>, field: Field, key: (usize, usize), score: f32) -> Result<Set<'a>, IndexError> {
        let segment = builder.segment;
        if self.len() > WALKED_TERMS {
            let bits = builder.bits(key, || self.bits(segment, field))?;
            return Ok(Set::some(Bits::new(bits, self.docs.min(segment.docs().into()), score)));
        }
        let mut postings = self.postings(segment, field, IndexRecordOption::Basic)?;
        Ok(match postings.len() {
            1 if score == 0.0 => Set::some(Term::new(postings.remove(0), None)),
            _ => Set::some(Union::new(postings, score)),
        })
    }
}

/// The documents that contain `keyword`, when other conditions leave about `lead` documents.
pub(super) fn contains<'a>(builder: &Builder<'a>, keyword: &'a Keyword, lead: u64) -> Result<Set<'a>, IndexError> {
    let segment = builder.segment;
    let long = builder.tag(Tag::Long as u8)?;
    if keyword.long {
        return look_into(builder, keyword, long, false);
    }
    let lossy = if keyword.lossy { builder.tag(Tag::Lossy as u8)? } else { Set::Everything };
    let lead = lead.min(lossy.cost(segment.docs()));
    if lead == 0 {
        return Ok(Set::Nothing);
    }
    let found = Found::find(segment, keyword)?;
    let Some(found) = found else {
        let set = Set::all(vec![lossy, long]);
        return look_into(builder, keyword, set, false);
    };
    let chance = found.chance(segment.docs());
    let looks = match builder.want() {
        Want::Some(hits) => (hits as f64 / chance).min(lead as f64),
        Want::Everything => lead as f64,
    };
    let decisive = keyword.decisive && !keyword.lossy;
    if looks * LOOK >= found.cost(decisive, lead, builder.want()) {
        let narrowed = found.narrow(builder, keyword)?;
        let set = Set::all(vec![lossy, Set::any(vec![narrowed, long], false)]);
        return look_into(builder, keyword, set, decisive);
    }
    let all = Set::all(vec![lossy, Set::some(Stretch::new(0, segment.docs()))]);
    let patience = if matches!(builder.want(), Want::Everything) { u64::MAX } else { 4 * looks as u64 + 64 };
    let narrower = (!keyword.lossy).then_some((builder.clone(), found));
    let looking = Looking { set: all.into_docs(segment.docs()), keyword, texts: builder.texts(), segment, sure: None, patience, narrower };
    Ok(Set::some(looking))
}

/// Looks into the texts of the documents in `set`, or, where terms decide, of those that are lossy or long.
fn look_into<'a>(builder: &Builder<'a>, keyword: &'a Keyword, set: Set<'a>, decisive: bool) -> Result<Set<'a>, IndexError> {
    let segment = builder.segment;
    let set = match set {
        Set::Nothing => return Ok(Set::Nothing),
        set if decisive && !segment.has_tag(Tag::Lossy)? && !segment.has_tag(Tag::Long)? => return Ok(set),
        set => set.into_docs(segment.docs()),
    };
    let sure = if decisive { Some(builder.doubtful()?) } else { None };
    Ok(Set::some(Looking { set, keyword, texts: builder.texts(), segment, sure, patience: u64::MAX, narrower: None }))
}

/// The terms of all pieces of a keyword.
struct Found {
    pieces: Vec<(Piece, Terms)>,
}

impl Found {
    /// `None` when a piece is in no term.
    fn find(segment: &Segment, keyword: &Keyword) -> Result<Option<Self>, IndexError> {
        let mut pieces = Vec::with_capacity(keyword.pieces.len());
        // The longest pieces are likely in the fewest terms: one that is in none spares looking for the others.
        let mut wanted: Vec<&Piece> = keyword.pieces.iter().collect();
        wanted.sort_by_key(|piece| std::cmp::Reverse(piece.text.len()));
        for piece in wanted {
            match Terms::find(segment, field_of(piece), &piece.text, piece.fit)? {
                Some(terms) => pieces.push((piece.clone(), terms)),
                None => return Ok(None),
            }
        }
        pieces.sort_by_key(|(_, terms)| terms.docs);
        Ok(Some(Self { pieces }))
    }

    /// How likely a message contains the keyword.
    fn chance(&self, docs: DocId) -> f64 {
        let rarest = self.pieces.first().map_or(1.0, |(_, terms)| terms.docs as f64 / f64::from(docs));
        (rarest.min(1.0) * 0.3_f64.powi(self.pieces.len().saturating_sub(1) as i32)).max(1e-9)
    }

    fn cost(&self, decisive: bool, lead: u64, want: Want) -> f64 {
        let Some((_, rarest)) = self.pieces.first() else { return f64::MAX };
        let candidates = rarest.docs.min(lead) as f64;
        let looked_into = match want {
            _ if decisive => 0.0,
            Want::Some(hits) => candidates.min(4.0 * hits as f64),
            Want::Everything => candidates,
        };
        rarest.cost() + looked_into * LOOK
    }

    /// Documents that have the pieces: all of them if the terms are to decide, else those that pay.
    fn narrow<'a>(&self, builder: &Builder<'a>, keyword: &Keyword) -> Result<Set<'a>, IndexError> {
        let segment = builder.segment;
        let (mut places, mut sets) = (Vec::new(), Vec::new());
        let mut candidates = f64::from(segment.docs());
        for (number, (piece, terms)) in self.pieces.iter().enumerate() {
            let share = (terms.docs as f64 / f64::from(segment.docs())).min(1.0);
            let spared = candidates * (1.0 - share) * LOOK;
            // One term is only looked up where other sets have a candidate.
            let cost = if terms.len() == 1 { OPEN + candidates * 20.0 } else { terms.cost() };
            if number > 0 && !keyword.decisive && cost > spared {
                continue;
            }
            candidates *= share;
            match piece.place {
                PiecePlace::Text(offset) if terms.len() <= WALKED_TERMS && keyword.pieces.len() > 1 => {
                    let postings = terms.postings(segment, TEXT_FIELD, IndexRecordOption::WithFreqsAndPositions)?;
                    places.push((offset, Union::new(postings, 0.0)));
                }
                _ => sets.push(terms.set(builder, field_of(piece), (keyword.id, number), 0.0)?),
            }
        }
        match places.len() {
            0 => {}
            1 => sets.extend(places.pop().map(|(_, union)| Set::some(union))),
            _ => sets.push(Set::some(Phrase::new(places, None))),
        }
        Ok(Set::all(sets))
    }
}

fn field_of(piece: &Piece) -> Field {
    match piece.place {
        PiecePlace::Text(_) => TEXT_FIELD,
        PiecePlace::Marks => MARKS_FIELD,
    }
}

/// Documents whose texts are looked into.
struct Looking<'a> {
    set: Box<dyn Docs + 'a>,
    keyword: &'a Keyword,
    texts: &'a RefCell<Texts<'a>>,
    segment: &'a Segment,
    /// Set when terms decide: the documents for which they do not.
    sure: Option<Box<dyn Docs + 'a>>,
    /// How many texts may be looked into before the terms are asked after all: matches may all be old.
    patience: u64,
    narrower: Option<(Builder<'a>, Found)>,
}

impl Looking<'_> {
    /// Goes on with what the terms leave.
    fn narrow(&mut self) {
        self.patience = u64::MAX;
        let Some((builder, found)) = self.narrower.take() else { return };
        let narrowed = builder.recovering(|| {
            let set = Set::any(vec![found.narrow(&builder, self.keyword)?, builder.tag(Tag::Long as u8)?], false);
            let sure = if self.keyword.decisive { Some(builder.doubtful()?) } else { None };
            Ok((set, sure))
        });
        let (set, sure) = narrowed.unwrap_or((Set::Nothing, None));
        (self.set, self.sure) = (set.into_docs(self.segment.docs()), sure);
    }
}

impl Docs for Looking<'_> {
    fn doc(&self) -> DocId {
        self.set.doc()
    }

    fn advance(&mut self) -> DocId {
        if self.patience == 0 {
            let doc = self.set.doc();
            self.narrow();
            return self.set.seek(doc + 1);
        }
        self.set.advance()
    }

    fn seek(&mut self, target: DocId) -> DocId {
        if self.patience == 0 && self.set.doc() < target {
            self.narrow();
        }
        self.set.seek(target)
    }

    fn cost(&self) -> u64 {
        self.set.cost()
    }

    fn matches(&mut self) -> bool {
        if !self.set.matches() {
            return false;
        }
        let doc = self.set.doc();
        if self.sure.as_mut().is_some_and(|doubtful| doubtful.seek(doc) != doc) {
            return true;
        }
        self.patience = self.patience.saturating_sub(1);
        self.texts.borrow_mut().contain(self.segment.columns.key(doc), &self.keyword.folded)
    }

    fn check_cost(&self) -> u8 {
        2
    }
}
