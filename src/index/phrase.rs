//! Documents in which terms follow each other.

use std::rc::Rc;

use tantivy::{DocId, TERMINATED};

use super::bm25::Bm25;
use super::docs::Docs;
use super::union::Union;

/// Documents with a term of each place, at the distances that the places have.
pub(super) struct Phrase {
    /// The fewest candidates first.
    places: Vec<Place>,
    positions: Vec<u32>,
    others: Vec<u32>,
    scoring: Option<Rc<Bm25>>,
}

struct Place {
    /// How far from the first place.
    offset: u32,
    terms: Union,
}

impl Phrase {
    pub(super) fn new(places: Vec<(u32, Union)>, scoring: Option<Rc<Bm25>>) -> Self {
        let mut places: Vec<Place> = places.into_iter().map(|(offset, terms)| Place { offset, terms }).collect();
        places.sort_by_key(|place| place.terms.cost());
        let mut phrase = Self { places, positions: Vec::new(), others: Vec::new(), scoring };
        phrase.agree();
        phrase
    }

    fn agree(&mut self) -> DocId {
        let Some((lead, rest)) = self.places.split_first_mut() else { return TERMINATED };
        let mut doc = lead.terms.doc();
        'again: loop {
            for place in &mut *rest {
                let found = place.terms.seek(doc);
                if found != doc {
                    doc = lead.terms.seek(found);
                    continue 'again;
                }
            }
            return doc;
        }
    }
}

impl Docs for Phrase {
    fn doc(&self) -> DocId {
        self.places.first().map_or(TERMINATED, |place| place.terms.doc())
    }

    fn advance(&mut self) -> DocId {
        let doc = self.doc();
        if doc == TERMINATED { TERMINATED } else { self.seek(doc + 1) }
    }

    fn seek(&mut self, target: DocId) -> DocId {
        if let Some(lead) = self.places.first_mut() {
            lead.terms.seek(target);
        }
        self.agree()
    }

    fn cost(&self) -> u64 {
        self.places.first().map_or(0, |place| place.terms.cost())
    }

    fn matches(&mut self) -> bool {
        // Every place counts its positions from the last one's end, so that nothing is subtracted.
        let last = self.places.iter().map(|place| place.offset).max().unwrap_or(0);
        let Some((lead, rest)) = self.places.split_first_mut() else { return false };
        lead.terms.positions(last - lead.offset, &mut self.positions);
        for place in rest {
            place.terms.positions(last - place.offset, &mut self.others);
            let others = &self.others;
            self.positions.retain(|position| others.binary_search(position).is_ok());
            if self.positions.is_empty() {
                return false;
            }
        }
        true
    }

    fn check_cost(&self) -> u8 {
        1
    }

    fn score(&mut self) -> f32 {
        // The check has left the positions where the phrase is.
        self.scoring.as_ref().map_or(0.0, |scoring| scoring.score(self.doc(), self.positions.len() as u32))
    }
}
