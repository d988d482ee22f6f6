//! Names of files that come from elsewhere, made fit for a folder of this machine.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::FetchError;
use super::part::ROOM_FOR_SUFFIXES;

/// What a name becomes of which nothing is left.
const NAMELESS: &str = "file";

/// Endings up to this length are kept when a name is cut.
const EXTENSION_BYTES: usize = 32;

/// Makes a name out of one that somebody else chose, such that it names a file inside of the folder it is joined to, on every system.
///
/// Only what stands behind the last separator counts. What steers a terminal or turns the direction of writing is left out, as are dots
/// and blanks at either end; what Windows takes for something else is replaced. The result has at most 238 bytes, keeps its ending when it is
/// cut, and is `file` where nothing is left. A name that is fit already stays as it is.
pub fn safe_name(wanted: &str) -> String {
    let last = wanted.rsplit(['/', '\\']).find(|part| !part.is_empty()).unwrap_or_default();
    let visible = last.chars().filter(|&letter| !is_invisible(letter));
    let plain: String = visible.map(|letter| if "<>:\"|?*".contains(letter) { '_' } else { letter }).collect();
    let trimmed = plain.trim_matches(is_edge);
    let name = match trimmed {
        "" => NAMELESS.to_owned(),
        device if is_device(device) => format!("_{device}"),
        name => name.to_owned(),
    };
    shortened(&name, ROOM_FOR_SUFFIXES)
}

fn is_edge(letter: char) -> bool {
    letter == '.' || letter.is_whitespace()
}

/// Control characters, marks that turn the direction of writing, and what has no width but for joining letters.
fn is_invisible(letter: char) -> bool {
    letter.is_control()
        || matches!(letter, '\u{61c}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

/// Whether Windows opens a device by this name, whatever its ending.
fn is_device(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or_default().trim_end().to_uppercase();
    let numbered = || stem.strip_prefix("COM").or_else(|| stem.strip_prefix("LPT"));
    let is_number = |rest: &str| matches!(rest.chars().collect::<Vec<_>>()[..], ['0'..='9' | '¹' | '²' | '³']);
    matches!(&*stem, "CON" | "PRN" | "AUX" | "NUL" | "CONIN$" | "CONOUT$") || numbered().is_some_and(is_number)
}

/// The name before its ending, and the ending with its dot.
fn split(name: &str) -> (&str, &str) {
    match name.rfind('.') {
        Some(dot) if dot > 0 && name.len() - dot <= EXTENSION_BYTES => name.split_at(dot),
        _ => (name, ""),
    }
}

/// Cuts the name before its ending such that both together have at most `limit` bytes.
fn shortened(name: &str, limit: usize) -> String {
    if name.len() <= limit {
        return name.to_owned();
    }
    let (stem, extension) = split(name);
    let stem = &stem[..stem.floor_char_boundary(limit.saturating_sub(extension.len()))];
    format!("{}{extension}", stem.trim_end_matches(is_edge))
}

/// A name in a folder that is claimed by an empty file, so that nobody else gets it. Without [`NameClaim::keep`] an empty file is removed
/// again when this is dropped.
#[derive(Debug)]
pub struct NameClaim {
    path: PathBuf,
    is_kept: bool,
}

impl NameClaim {
    /// The path, as a target for fetching.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Leaves the file where it is, whatever it holds, and returns its path.
    pub fn keep(mut self) -> PathBuf {
        self.is_kept = true;
        std::mem::take(&mut self.path)
    }
}

impl Drop for NameClaim {
    fn drop(&mut self) {
        if !self.is_kept && fs::symlink_metadata(&self.path).is_ok_and(|file| file.is_file() && file.len() == 0) {
            // An empty file that stays is in nobody's way but that of its name.
            let _ = fs::remove_file(&self.path);
        }
    }
}

/// Claims a name in a folder that nobody has: the safe form of `wanted`, or that with a number, as in `photo (2).jpg`. Blocks for as long as
/// creating a file takes.
///
/// # Errors
/// `FetchError::Io`: the folder is not there or cannot be written, or ten thousand such names are taken.
pub fn unused_name(folder: &Path, wanted: &str) -> Result<NameClaim, FetchError> {
    let name = safe_name(wanted);
    let (stem, extension) = split(&name);
    for number in 1..=10_000 {
        let path = match number {
            1 => folder.join(&name),
            _ => {
                let ending = format!(" ({number}){extension}");
                let stem = &stem[..stem.floor_char_boundary(ROOM_FOR_SUFFIXES.saturating_sub(ending.len()))];
                folder.join(format!("{stem}{ending}"))
            }
        };
        match fs::OpenOptions::new().write(true).create_new(true).open(&path) {
            Ok(_) => return Ok(NameClaim { path, is_kept: false }),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(FetchError::io("create", &path)(error)),
        }
    }
    Err(FetchError::io("find an unused name in", folder)(io::ErrorKind::AlreadyExists.into()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn check(wanted: &str, expected: &str) {
        assert_eq!(safe_name(wanted), expected, "{wanted:?}");
    }

    #[test]
    fn a_name_from_elsewhere_is_a_plain_file_name_afterwards() {
        check("photo.jpg", "photo.jpg");
        check("Grüße 你好 👩‍👩‍👧.txt", "Grüße 你好 👩‍👩‍👧.txt");
        check("../../etc/passwd", "passwd");
        check("/etc/passwd", "passwd");
        check("..\\..\\windows\\system.ini", "system.ini");
        check("C:\\autoexec.bat", "autoexec.bat");
        check("C:autoexec.bat", "C_autoexec.bat");
        check("notes.txt:hidden", "notes.txt_hidden");
        check("folder/", "folder");
        check("a\0b\nc\u{1b}[31m.txt", "abc[31m.txt");
        check("invoice\u{202e}fdp.exe", "invoicefdp.exe");
        check(" .bashrc. ", "bashrc");
        for nothing in ["", ".", "..", "...", "/", "a/..", "\u{202e}", " \t", "\0"] {
            check(nothing, "file");
        }
    }

    #[test]
    fn no_name_opens_a_device_of_windows() {
        for device in ["CON", "nul", "Com1.txt", "LPT9", "COM²", "aux.tar.gz", "CON .txt", "conin$", " NUL. "] {
            let name = safe_name(device);
            assert!(name.starts_with('_') && !is_device(&name), "{device:?} became {name:?}");
        }
        check("console.txt", "console.txt");
        check("COM10", "COM10");
    }

    #[test]
    fn an_overlong_name_is_cut_between_letters_and_keeps_its_ending() {
        let name = safe_name(&format!("{}.jpeg", "猫".repeat(300)));
        assert!(name.len() <= ROOM_FOR_SUFFIXES && name.len() > ROOM_FOR_SUFFIXES - 3 && name.ends_with("猫.jpeg"), "{name}");
        let name = safe_name(&format!("a.{}", "b".repeat(300)));
        assert_eq!(name.len(), ROOM_FOR_SUFFIXES);
    }

    #[test]
    fn an_unused_name_is_given_out_once() {
        let folder = tempfile::tempdir().unwrap();
        let names: Vec<_> = (0..3).map(|_| unused_name(folder.path(), "../a.tar.gz").unwrap()).collect();
        let paths: Vec<_> = names.iter().map(|name| name.path().strip_prefix(folder.path()).unwrap().to_str().unwrap()).collect();
        assert_eq!(paths, ["a.tar.gz", "a.tar (2).gz", "a.tar (3).gz"]);
        fs::write(names[1].path(), "fetched").unwrap();
        drop(names);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "an empty claim goes, a file stays");
        let kept = unused_name(folder.path(), "b").unwrap().keep();
        assert!(kept.exists());
    }

    proptest! {
        #[test]
        fn any_name_stays_in_the_folder_and_is_safe_already_the_second_time(
            wanted in prop_oneof![
                any::<String>(),
                "[./\\\\: a\u{202e}\0CONM1²]{0,12}",
                "(CON|nul|com1)?[. ]{0,3}[a猫. ]{200,300}[. ]{0,3}(\\.[a-z ]{0,40})?",
            ]
        ) {
            let name = safe_name(&wanted);
            let folder = Path::new("/some/folder");
            let path = folder.join(&name);
            prop_assert_eq!(path.parent(), Some(folder));
            prop_assert_eq!(path.file_name(), Some(name.as_ref()));
            prop_assert!(name.len() <= ROOM_FOR_SUFFIXES && !name.is_empty() && !is_device(&name));
            prop_assert!(!name.starts_with(is_edge) && !name.ends_with(is_edge));
            prop_assert_eq!(safe_name(&name), name);
        }
    }
}
