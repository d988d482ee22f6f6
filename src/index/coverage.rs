//! What a commit says it covers. Written into the commit itself, so that documents and coverage never part.

use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::xxh3_64;

use super::IndexError;

/// How far the index has come.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Coverage {
    /// Every journal entry up to and including this one is in the index.
    pub journal: u64,
    /// Set while the index is being filled from the store: then messages older than the journal may be missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rebuilding: Option<Rebuild>,
}

impl Coverage {
    /// Whether every message that the journal covers can be found.
    pub fn is_complete(&self) -> bool {
        self.rebuilding.is_none()
    }

    /// The payload of a commit: the coverage and its checksum, because a flipped digit here would hide messages.
    pub(super) fn to_payload(&self) -> Result<String, IndexError> {
        let text = serde_json::to_string(self).map_err(|error| IndexError::Io(error.into()))?;
        Ok(format!("{:016x}{text}", xxh3_64(text.as_bytes())))
    }

    pub(super) fn from_payload(payload: Option<&str>) -> Result<Self, IndexError> {
        let Some(payload) = payload else { return Ok(Self::default()) };
        let damaged = || IndexError::damaged("meta.json", "the coverage does not match its checksum");
        let (sum, text) = payload.split_at_checked(16).ok_or_else(damaged)?;
        if u64::from_str_radix(sum, 16) != Ok(xxh3_64(text.as_bytes())) {
            return Err(damaged());
        }
        serde_json::from_str(text).map_err(|_| damaged())
    }
}

/// A scan of the store that fills the index.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rebuild {
    /// Where the scan goes on: bytes that only the one who scans understands.
    #[serde(with = "hex")]
    pub next: Vec<u8>,
}

mod hex {
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub(super) fn serialize<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>())
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u8>, D::Error> {
        let text = String::deserialize(deserializer)?;
        let pairs = text.as_bytes().chunks(2);
        pairs
            .map(|pair| {
                let pair = std::str::from_utf8(pair).map_err(D::Error::custom)?;
                u8::from_str_radix(pair, 16).map_err(D::Error::custom)
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_coverage_comes_back_as_it_was_committed() {
        for coverage in [Coverage::default(), Coverage { journal: u64::MAX, rebuilding: Some(Rebuild { next: vec![0, 1, 255] }) }] {
            let payload = coverage.to_payload().unwrap();
            assert_eq!(Coverage::from_payload(Some(&payload)).unwrap(), coverage);
        }
    }

    #[test]
    fn a_flipped_digit_in_a_payload_is_found() {
        let payload = Coverage { journal: 1234, rebuilding: None }.to_payload().unwrap();
        for position in 0..payload.len() {
            let mut bytes = payload.clone().into_bytes();
            bytes[position] ^= 1;
            let damaged = String::from_utf8(bytes).unwrap();
            assert!(Coverage::from_payload(Some(&damaged)).is_err(), "byte {position}");
        }
    }
}
