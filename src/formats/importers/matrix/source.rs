//! The events in a file: those of an Element export, of an answer to `/messages`, of an array, or one a line.

use crate::formats::importers::{Export, HEAD, ReadError};
use crate::formats::json::Records;
use crate::formats::lines::Lines;
use crate::formats::{Fault, FormatError};

/// Something in a file.
pub(super) enum Found<'a> {
    /// What the export calls the room.
    Name(String),
    Topic(String),
    /// An event, as JSON, with the line where it begins.
    Event(u64, Result<&'a str, Fault>),
}

/// The wanted places, and which of them are events.
const PLACES: [&str; 6] = ["room_name", "topic", "messages[]", "chunk[]", "events[]", "[]"];

/// Hands out what is in a file, in its order.
///
/// # Errors
/// [`ReadError`] of `take`, and [`FormatError`] where the file is damaged; what was handed out before stands.
pub(super) fn each(export: &Export<'_>, path: &str, mut take: impl FnMut(Found<'_>) -> Result<(), ReadError>) -> Result<(), ReadError> {
    let file = export.shown(path);
    if is_lines(&export.tree.head(path, HEAD)?) {
        let mut lines = Lines::new(export.tree.open(path)?);
        while let Some(line) = lines.next().map_err(|source| FormatError::Read { file: file.clone(), source })? {
            if line.bytes.iter().all(u8::is_ascii_whitespace) {
                continue;
            }
            let json = std::str::from_utf8(line.bytes).map_err(|error| Fault::Encoding { column: error.valid_up_to() + 1 });
            take(Found::Event(line.number, json))?;
        }
        return Ok(());
    }
    let mut records = Records::new(&file, export.tree.open(path)?, &PLACES);
    while let Some(found) = records.next()? {
        match found.place {
            0 | 1 => {
                let text: String = found.parse().unwrap_or_default();
                take(if found.place == 0 { Found::Name(text) } else { Found::Topic(text) })?;
            }
            _ => take(Found::Event(found.line, found.json.as_deref().map_err(Fault::again)))?,
        }
    }
    Ok(())
}

/// Whether the first line of a file is an event by itself.
fn is_lines(head: &[u8]) -> bool {
    let head = head.trim_ascii_start();
    let line = head.split(|byte| *byte == b'\n').next().unwrap_or_default();
    line.starts_with(b"{") && serde_json::from_slice::<serde_json::Value>(line).is_ok_and(|value| value["origin_server_ts"].is_number())
}
