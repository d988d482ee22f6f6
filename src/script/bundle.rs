//! A script as it lies in the folder: one file `NAME.luau`, or a folder `NAME/` with `init.luau` and what it requires. Its tests lie beside it.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// The most bytes of one file.
pub(super) const FILE_BYTES: u64 = 256 << 10;
/// The most files of one script.
const FILES: usize = 200;
/// The longest name.
const NAME: usize = 64;

/// The hash of all files of a script, tests not included.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ContentHash(pub(super) [u8; 32]);

impl fmt::Display for ContentHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for ContentHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

/// Why a script cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BundleError {
    /// It cannot be read from the disk.
    #[error("cannot read {path}: {why}")]
    Unreadable {
        /// Which file or folder.
        path: PathBuf,
        /// What the system says.
        why: String,
    },
    /// It is not text.
    #[error("{path} is not UTF-8")]
    NotText {
        /// Which file.
        path: PathBuf,
    },
    /// It is too large.
    #[error("{path} is {bytes} bytes, the limit is {limit}")]
    TooLarge {
        /// Which file.
        path: PathBuf,
        /// Its size.
        bytes: u64,
        /// The most that is taken.
        limit: u64,
    },
    /// There are too many files.
    #[error("{path} has more than {limit} files")]
    TooMany {
        /// Which folder.
        path: PathBuf,
        /// The most that are taken.
        limit: usize,
    },
    /// Folders lie too deep inside each other.
    #[error("{path} lies more than {limit} folders deep")]
    TooDeep {
        /// Which folder.
        path: PathBuf,
        /// The most that are taken.
        limit: usize,
    },
    /// The name is none.
    #[error("{name:?} is no name for a script: 1 to 64 of a-z, 0-9, - and _ are, beginning with a letter or digit")]
    Name {
        /// The name.
        name: String,
    },
    /// Two scripts have one name.
    #[error("{name} is there twice, as a file and as a folder")]
    Twice {
        /// The name.
        name: String,
    },
    /// There is no such script.
    #[error("there is no script at {path}")]
    Missing {
        /// Where.
        path: PathBuf,
    },
}

/// A script's files.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bundle {
    pub(super) name: Arc<str>,
    /// The file that is run, without its extension.
    pub(super) entry: String,
    /// Sources by their paths inside the script's folder, without extension.
    pub(super) files: BTreeMap<String, Arc<str>>,
    /// Sources of tests.
    #[serde(skip)]
    pub(super) tests: BTreeMap<String, Arc<str>>,
}

impl Bundle {
    /// A script of one file.
    pub fn of_source(name: &str, source: &str) -> Self {
        let files = BTreeMap::from([(name.to_owned(), source.into())]);
        Self { name: name.into(), entry: name.to_owned(), files, tests: BTreeMap::new() }
    }

    /// What the script is called.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whether it is a folder of files.
    pub fn is_folder(&self) -> bool {
        self.entry == "init"
    }

    /// The source of the file that is run.
    pub fn source(&self) -> &str {
        self.files.get(&self.entry).map_or("", |source| source)
    }

    /// What the script is, as a number: another content has another one.
    pub fn hash(&self) -> ContentHash {
        let mut hasher = blake3::Hasher::new();
        for (path, source) in &self.files {
            for part in [path.as_bytes(), source.as_bytes()] {
                hasher.update(&(part.len() as u64).to_le_bytes());
                hasher.update(part);
            }
        }
        ContentHash(*hasher.finalize().as_bytes())
    }

    /// Reads the script at `path`: a file, or a folder with `init.luau`.
    ///
    /// # Errors
    /// [`BundleError`]: which file, and why not.
    pub fn read(path: &Path) -> Result<Self, BundleError> {
        let stem = path.file_stem().unwrap_or_default().to_string_lossy();
        let name = if path.is_dir() { path.file_name().unwrap_or_default().to_string_lossy() } else { stem };
        check_name(&name)?;
        if path.is_dir() { Self::read_folder(path, &name) } else { Self::read_file(path, &name) }
    }

    fn read_file(path: &Path, name: &str) -> Result<Self, BundleError> {
        let files = BTreeMap::from([(name.to_owned(), read(path)?)]);
        let mut tests = BTreeMap::new();
        for extension in EXTENSIONS {
            let beside = path.with_file_name(format!("{name}{TEST}.{extension}"));
            if beside.is_file() {
                tests.insert(format!("{name}{TEST}"), read(&beside)?);
            }
        }
        Ok(Self { name: name.into(), entry: name.to_owned(), files, tests })
    }

    fn read_folder(folder: &Path, name: &str) -> Result<Self, BundleError> {
        let mut bundle = Self { name: name.into(), entry: "init".to_owned(), files: BTreeMap::new(), tests: BTreeMap::new() };
        bundle.gather(folder, "", DEPTH)?;
        if bundle.files.contains_key("init") { Ok(bundle) } else { Err(BundleError::Missing { path: folder.join("init.luau") }) }
    }

    /// Links to other folders are not followed: what a script can `require` lies in its own folder, and no circle is walked.
    fn gather(&mut self, folder: &Path, prefix: &str, levels: usize) -> Result<(), BundleError> {
        for path in entries(folder)? {
            let Some(name) = path.file_name().and_then(|name| name.to_str()) else { continue };
            if path.is_dir() {
                let is_own = !path.is_symlink() && !name.starts_with('.');
                match levels.checked_sub(1) {
                    Some(levels) if is_own => self.gather(&path, &format!("{prefix}{name}/"), levels)?,
                    None if is_own => return Err(BundleError::TooDeep { path, limit: DEPTH }),
                    _ => {}
                }
            } else if let Some(stem) = stem_of_source(name) {
                let kept = if stem.ends_with(TEST) { &mut self.tests } else { &mut self.files };
                kept.insert(format!("{prefix}{stem}"), read(&path)?);
            }
            if self.files.len() + self.tests.len() > FILES {
                return Err(BundleError::TooMany { path: folder.to_owned(), limit: FILES });
            }
        }
        Ok(())
    }
}

/// Folders inside each other in the folder of a script.
const DEPTH: usize = 16;

/// What the name of a file of tests ends with.
const TEST: &str = "_test";
const EXTENSIONS: [&str; 2] = ["luau", "lua"];

/// Every script of a folder, in the order of their names: its files, or why it cannot be read.
///
/// # Errors
/// [`BundleError::Unreadable`] when the folder itself cannot be read.
pub fn read_scripts(folder: &Path) -> Result<BTreeMap<String, Result<Bundle, BundleError>>, BundleError> {
    let mut scripts = BTreeMap::new();
    for path in entries(folder)? {
        let Some(file_name) = path.file_name().and_then(|name| name.to_str()) else { continue };
        let name = if path.is_dir() {
            // Other folders may lie there too.
            if !EXTENSIONS.iter().any(|extension| path.join(format!("init.{extension}")).is_file()) {
                continue;
            }
            file_name
        } else {
            match stem_of_source(file_name) {
                Some(stem) if !stem.ends_with(TEST) => stem,
                _ => continue,
            }
        };
        let read = if scripts.contains_key(name) { Err(BundleError::Twice { name: name.to_owned() }) } else { Bundle::read(&path) };
        scripts.insert(name.to_owned(), read);
    }
    Ok(scripts)
}

/// The name of a source without its extension. Definitions for editors are no sources, and what begins with a dot or underscore is hidden.
fn stem_of_source(name: &str) -> Option<&str> {
    let (stem, extension) = name.rsplit_once('.')?;
    let is_source = EXTENSIONS.contains(&extension) && !stem.ends_with(".d") && !stem.starts_with(['.', '_']) && stem != "mynah";
    is_source.then_some(stem)
}

/// Checks the name of a script.
///
/// # Errors
/// [`BundleError::Name`].
pub fn check_name(name: &str) -> Result<(), BundleError> {
    let is_plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let begins = name.bytes().next().is_some_and(is_plain);
    let is_name = begins && name.len() <= NAME && name.bytes().all(|byte| is_plain(byte) || byte == b'-' || byte == b'_');
    if is_name { Ok(()) } else { Err(BundleError::Name { name: name.to_owned() }) }
}

fn entries(folder: &Path) -> Result<Vec<PathBuf>, BundleError> {
    let unreadable = |error: std::io::Error| BundleError::Unreadable { path: folder.to_owned(), why: error.to_string() };
    let entries = std::fs::read_dir(folder).map_err(unreadable)?;
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.map(|entry| entry.path())).collect::<Result<_, _>>().map_err(unreadable)?;
    paths.sort();
    Ok(paths)
}

fn read(path: &Path) -> Result<Arc<str>, BundleError> {
    use std::io::Read as _;
    let unreadable = |error: std::io::Error| BundleError::Unreadable { path: path.to_owned(), why: error.to_string() };
    let metadata = std::fs::metadata(path).map_err(unreadable)?;
    // To open a pipe waits for whoever writes into it.
    if !metadata.is_file() {
        return Err(BundleError::Unreadable { path: path.to_owned(), why: "it is no file".to_owned() });
    }
    let file = std::fs::File::open(path).map_err(unreadable)?;
    let bytes = metadata.len();
    if bytes > FILE_BYTES {
        return Err(BundleError::TooLarge { path: path.to_owned(), bytes, limit: FILE_BYTES });
    }
    let mut source = Vec::new();
    // It may grow while it is read.
    file.take(FILE_BYTES).read_to_end(&mut source).map_err(unreadable)?;
    String::from_utf8(source).map(Into::into).map_err(|_| BundleError::NotText { path: path.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_inside_a_script_are_not_followed_and_a_pipe_is_no_source() {
        let folder = folder(&[("tree/init.luau", "-- tree"), ("tree/lib/leaf.luau", "-- leaf")]);
        for name in ["a", "b"] {
            std::os::unix::fs::symlink(".", folder.path().join("tree/lib").join(name)).unwrap();
        }
        let bundle = Bundle::read(&folder.path().join("tree")).unwrap();
        assert_eq!(bundle.files.len(), 2);
        rustix::fs::mknodat(rustix::fs::CWD, folder.path().join("pipe.luau"), rustix::fs::FileType::Fifo, 0o600.into(), 0).unwrap();
        assert!(matches!(read_scripts(folder.path()).unwrap()["pipe"], Err(BundleError::Unreadable { .. })));
    }

    fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for (path, content) in files {
            let path = folder.path().join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, content).unwrap();
        }
        folder
    }

    #[test]
    fn a_folder_holds_scripts_of_one_file_and_of_several() {
        let folder = folder(&[
            ("ping.luau", "-- ping"),
            ("ping_test.luau", "-- its test"),
            ("old.lua", "-- old"),
            ("shop/init.luau", "-- shop"),
            ("shop/lib/price.luau", "-- price"),
            ("shop/lib/price_test.luau", "-- test"),
            ("mynah.d.luau", "-- for editors"),
            ("README.md", "no script"),
            ("pictures/cat.png", "no script"),
        ]);
        let scripts = read_scripts(folder.path()).unwrap();
        assert_eq!(scripts.keys().collect::<Vec<_>>(), ["old", "ping", "shop"]);
        let shop = scripts["shop"].as_ref().unwrap();
        assert_eq!(shop.files.keys().collect::<Vec<_>>(), ["init", "lib/price"]);
        assert_eq!(shop.tests.keys().collect::<Vec<_>>(), ["lib/price_test"]);
        assert_eq!(scripts["ping"].as_ref().unwrap().tests.len(), 1);
    }

    #[test]
    fn another_content_has_another_hash_and_tests_do_not_count() {
        let one = Bundle::of_source("a", "x");
        let mut tested = one.clone();
        tested.tests.insert("a_test".to_owned(), "y".into());
        assert_eq!(one.hash(), tested.hash());
        assert_ne!(one.hash(), Bundle::of_source("a", "y").hash());
        assert_ne!(one.hash(), Bundle::of_source("ax", "").hash());
    }

    #[test]
    fn what_is_no_script_says_why() {
        let folder = folder(&[("Ping.luau", ""), ("big.luau", &"x".repeat(300 << 10)), ("two.luau", ""), ("two/init.luau", "")]);
        std::fs::write(folder.path().join("bytes.luau"), [0xff, 0xfe]).unwrap();
        let scripts = read_scripts(folder.path()).unwrap();
        let text = |name: &str| scripts[name].as_ref().unwrap_err().to_string();
        assert!(text("Ping").contains("is no name for a script"), "{}", text("Ping"));
        assert!(text("big").contains("307200 bytes, the limit is 262144"), "{}", text("big"));
        assert!(text("bytes").contains("is not UTF-8"), "{}", text("bytes"));
        assert!(text("two").contains("is there twice"), "{}", text("two"));
        assert!(Bundle::read(&folder.path().join("none.luau")).is_err());
    }
}
