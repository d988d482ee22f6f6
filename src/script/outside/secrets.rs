//! Secrets that scripts may use and never read: from a file of the operator's, and from the environment.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// What names of environment variables begin with that hold a secret: `MYNAH_SECRET_GH` holds `gh`.
const VARIABLE: &str = "MYNAH_SECRET_";

/// Why secrets cannot be read. Texts name files and lines, never what is in them.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SecretsError {
    /// The file cannot be read.
    #[error("could not read {}: {source}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: std::io::Error,
    },
    /// The file is not of the form that it should be.
    #[error("{}, line {line}: a secret is written as NAME = \"TEXT\"", path.display())]
    Form {
        /// The file.
        path: PathBuf,
        /// The first line that is wrong, from 1.
        line: usize,
    },
    /// A secret has no text.
    #[error("{}: the secret {name} is no text, or empty", path.display())]
    NoText {
        /// The file.
        path: PathBuf,
        /// Its name.
        name: String,
    },
}

/// Secrets by their names. Cheap to clone. Case and the difference between `-` and `_` do not count in a name, as variables cannot have it.
#[derive(Clone, Default)]
pub(in crate::script) struct Secrets(Arc<BTreeMap<String, String>>);

/// Says which there are, never what they are.
impl fmt::Debug for Secrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

impl Secrets {
    /// Reads a file of lines `NAME = "TEXT"` (TOML), and the environment, which goes before it.
    ///
    /// Warns of a file that others than its owner can read.
    ///
    /// # Errors
    /// [`SecretsError`].
    pub(in crate::script) fn read(
        file: Option<&Path>,
        environment: impl Iterator<Item = (OsString, OsString)>,
    ) -> Result<Self, SecretsError> {
        let mut secrets = BTreeMap::new();
        if let Some(path) = file {
            let text = std::fs::read_to_string(path).map_err(|source| SecretsError::Unreadable { path: path.to_owned(), source })?;
            warn_of_readers(path);
            for (name, value) in table(path, &text)? {
                let toml::Value::String(secret) = value else { return Err(SecretsError::NoText { path: path.to_owned(), name }) };
                if secret.is_empty() {
                    return Err(SecretsError::NoText { path: path.to_owned(), name });
                }
                secrets.insert(plain(&name), secret);
            }
        }
        for (name, secret) in environment {
            let name = name.to_str().and_then(|name| name.strip_prefix(VARIABLE)).filter(|name| !name.is_empty());
            if let (Some(name), Ok(secret)) = (name, secret.into_string())
                && !secret.is_empty()
            {
                secrets.insert(plain(name), secret);
            }
        }
        Ok(Self(Arc::new(secrets)))
    }

    /// The text of a secret, to be sent to where it belongs and nowhere else.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0.get(&plain(name)).map(String::as_str)
    }

    /// Whether there is a secret of this name.
    pub(in crate::script) fn has(&self, name: &str) -> bool {
        self.0.contains_key(&plain(name))
    }

    /// Whether what somebody gives is the secret. How long that takes tells nothing of it.
    pub(in crate::script) fn is(&self, name: &str, given: &[u8]) -> bool {
        // Marks of the same length are compared, so that no byte and no length of the secret shows.
        let mark = |text: &[u8]| keyed(name.as_bytes()).map(|hmac| hmac.chain_update(text));
        let secret = self.get(name).and_then(|secret| mark(secret.as_bytes()));
        secret.zip(mark(given)).is_some_and(|(secret, given)| secret.verify(&given.finalize().into_bytes()).is_ok())
    }

    /// Whether a signature, HMAC-SHA256 in hexadecimal digits, was made of `content` with the secret.
    pub(in crate::script) fn has_signed(&self, name: &str, content: &[u8], signature: &str) -> bool {
        let signed = self.get(name).and_then(|secret| keyed(secret.as_bytes())).map(|hmac| hmac.chain_update(content));
        signed.zip(bytes_of(signature)).is_some_and(|(hmac, signature)| hmac.verify_slice(&signature).is_ok())
    }
}

fn keyed(key: &[u8]) -> Option<Hmac<Sha256>> {
    // Keys of every length are taken.
    Hmac::new_from_slice(key).ok()
}

fn plain(name: &str) -> String {
    name.to_lowercase().replace('-', "_")
}

fn bytes_of(digits: &str) -> Option<Vec<u8>> {
    if !digits.len().is_multiple_of(2) || !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
        return None;
    }
    (0..digits.len()).step_by(2).map(|at| u8::from_str_radix(&digits[at..at + 2], 16).ok()).collect()
}

/// The entries of a file. What the reader says of a wrong one would quote it, so only the line is told.
fn table(path: &Path, text: &str) -> Result<toml::Table, SecretsError> {
    text.parse::<toml::Table>().map_err(|error| {
        let at = error.span().map_or(0, |span| span.start).min(text.len());
        let line = 1 + text.as_bytes()[..at].iter().filter(|byte| **byte == b'\n').count();
        SecretsError::Form { path: path.to_owned(), line }
    })
}

#[cfg(unix)]
fn warn_of_readers(path: &Path) {
    use std::os::unix::fs::PermissionsExt as _;
    if std::fs::metadata(path).is_ok_and(|found| found.permissions().mode() & 0o077 != 0) {
        tracing::warn!(path = %path.display(), "others can read the file of secrets; `chmod 600` makes it its owner's alone");
    }
}

#[cfg(not(unix))]
fn warn_of_readers(_: &Path) {}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, environment: &[(&str, &str)]) -> Result<Secrets, SecretsError> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secrets.toml");
        std::fs::write(&path, text).unwrap();
        Secrets::read(Some(&path), environment.iter().map(|(name, value)| ((*name).into(), (*value).into())))
    }

    #[test]
    fn a_secret_is_in_the_file_or_in_the_environment_which_goes_first() {
        let secrets =
            read("gh = \"one\"\n\"my-key\" = \"two\"\n", &[("MYNAH_SECRET_GH", "three"), ("MYNAH_SECRET_X", ""), ("PATH", "x")]).unwrap();
        assert_eq!((secrets.get("gh"), secrets.get("MY_KEY"), secrets.get("my-key")), (Some("three"), Some("two"), Some("two")));
        assert!(!secrets.has("x") && !secrets.has("path"));
    }

    #[test]
    fn no_secret_is_shown_in_debug_or_in_an_error() {
        let secrets = read("gh = \"hush\"\n", &[]).unwrap();
        assert_eq!(format!("{secrets:?}"), r#"{"gh"}"#);
        for (text, line) in [
            ("a = \"b\"\ngh = hush\n", "line 2"),
            ("gh = \"hush", "line 1"),
            ("hush", "line 1"),
            ("gh = \"hush\"\ngh = \"hush\"", "line 2"),
        ] {
            let error = read(text, &[]).unwrap_err();
            let said = format!("{error} {error:?}");
            assert!(error.to_string().contains(line) && !said.contains("hush"), "{said}");
        }
        for text in ["gh = 5", "gh = \"\"", "[gh]\nhush = \"x\""] {
            let error = read(text, &[]).unwrap_err();
            assert!(matches!(&error, SecretsError::NoText { name, .. } if name == "gh"), "{error}");
        }
        assert!(matches!(Secrets::read(Some(Path::new("/nowhere/at/all")), std::iter::empty()), Err(SecretsError::Unreadable { .. })));
    }

    #[test]
    fn only_the_secret_itself_is_the_secret() {
        let secrets = read("gh = \"hush\"", &[]).unwrap();
        assert!(secrets.is("gh", b"hush"));
        for wrong in [b"hus".as_slice(), b"hush!", b"", b"HUSH"] {
            assert!(!secrets.is("gh", wrong));
        }
        assert!(!secrets.is("other", b"hush") && !secrets.is("other", b""));
    }

    #[test]
    fn a_signature_is_of_this_content_with_this_secret() {
        // The example in the documentation of the service that sends such signatures.
        let secrets = read("gh = \"It's a Secret to Everybody\"", &[]).unwrap();
        let signature = "757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17";
        assert!(secrets.has_signed("gh", b"Hello, World!", signature));
        assert!(secrets.has_signed("gh", b"Hello, World!", &signature.to_uppercase()));
        assert!(!secrets.has_signed("gh", b"Hello, World?", signature));
        for wrong in ["", "75", "é7", &signature[2..], "zz"] {
            assert!(!secrets.has_signed("gh", b"Hello, World!", wrong), "{wrong}");
        }
    }
}
