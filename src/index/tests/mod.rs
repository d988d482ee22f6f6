//! The index as a whole, held against a shelf of messages that is searched by looking at every one of them.

mod contains;
mod damage;
mod paging;
mod random;
mod removal;
mod shelf;
mod words;
