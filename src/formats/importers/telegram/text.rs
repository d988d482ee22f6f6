//! What people wrote, as Telegram has it: a string, or pieces of which some have a meaning of their own.

use std::fmt;

use serde::Deserialize;
use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use crate::formats::lenient::text;

/// A text, or a list of pieces.
#[derive(Default)]
pub(super) enum Text {
    Whole(String),
    Pieces(Vec<Piece>),
    #[default]
    None,
}

/// A part of a text. One without marks has its text only.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Marked {
    #[serde(rename = "type", deserialize_with = "text")]
    kind: String,
    #[serde(deserialize_with = "text")]
    text: String,
    /// Where a link with a text of its own leads.
    #[serde(deserialize_with = "text")]
    href: String,
    /// Whom a mention without a user name means.
    #[serde(deserialize_with = "text")]
    user_id: String,
}

pub(super) struct Piece(Marked);

impl Piece {
    fn plain(text: impl ToString) -> Self {
        Self(Marked { text: text.to_string(), ..Marked::default() })
    }
}

impl Text {
    /// As people read it. Where a link leads stands behind its text.
    pub(super) fn shown(self) -> String {
        let pieces = match self {
            Self::Whole(text) => return text,
            Self::Pieces(pieces) => pieces,
            Self::None => return String::new(),
        };
        let mut shown = String::new();
        for Piece(Marked { text, href, .. }) in pieces {
            shown.push_str(&text);
            if !href.is_empty() && href.trim_end_matches('/') != text.trim_end_matches('/') {
                shown.push_str(" (");
                shown.push_str(&href);
                shown.push(')');
            }
        }
        shown
    }

    /// The people it names who have no user name in it, by their ids.
    pub(super) fn mentions(&self) -> Vec<String> {
        let Self::Pieces(pieces) = self else { return Vec::new() };
        let named = pieces.iter().filter(|Piece(marked)| marked.kind == "mention_name" && !marked.user_id.is_empty());
        named.map(|Piece(marked)| user(marked.user_id.clone())).collect()
    }

    pub(super) fn is_empty(&self) -> bool {
        match self {
            Self::Whole(text) => text.is_empty(),
            Self::Pieces(pieces) => pieces.is_empty(),
            Self::None => true,
        }
    }
}

/// The id of a person. Exports before 2021 and some values of later ones have the bare number of it.
pub(super) fn user(id: String) -> String {
    if !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_digit()) { format!("user{id}") } else { id }
}

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TextVisitor)
    }
}

struct TextVisitor;

impl<'de> Visitor<'de> for TextVisitor {
    type Value = Text;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text or pieces of one")
    }

    fn visit_str<E>(self, text: &str) -> Result<Text, E> {
        Ok(Text::Whole(text.to_owned()))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Text, E> {
        Ok(Text::Whole(number.to_string()))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Text, E> {
        Ok(Text::Whole(number.to_string()))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Text, E> {
        Ok(Text::Whole(number.to_string()))
    }

    fn visit_bool<E>(self, truth: bool) -> Result<Text, E> {
        Ok(Text::Whole(truth.to_string()))
    }

    fn visit_unit<E>(self) -> Result<Text, E> {
        Ok(Text::None)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Text, A::Error> {
        let mut pieces = Vec::new();
        while let Some(piece) = items.next_element()? {
            pieces.push(piece);
        }
        Ok(Text::Pieces(pieces))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Text, A::Error> {
        Ok(Text::Pieces(vec![PieceVisitor.visit_map(map)?]))
    }
}

impl<'de> Deserialize<'de> for Piece {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(PieceVisitor)
    }
}

struct PieceVisitor;

impl<'de> Visitor<'de> for PieceVisitor {
    type Value = Piece;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a piece of text")
    }

    fn visit_str<E>(self, text: &str) -> Result<Piece, E> {
        Ok(Piece::plain(text))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Piece, A::Error> {
        Marked::deserialize(MapAccessDeserializer::new(map)).map(Piece)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Piece, A::Error> {
        while items.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Piece(Marked::default()))
    }

    fn visit_unit<E>(self) -> Result<Piece, E> {
        Ok(Piece(Marked::default()))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Piece, E> {
        Ok(Piece::plain(number))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Piece, E> {
        Ok(Piece::plain(number))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Piece, E> {
        Ok(Piece::plain(number))
    }

    fn visit_bool<E>(self, truth: bool) -> Result<Piece, E> {
        Ok(Piece::plain(truth))
    }
}
