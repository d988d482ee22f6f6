//! Names of files that come from elsewhere, made fit for a folder of this machine.

use std::path::{Path, PathBuf};

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
    let stem = cut(stem, limit.saturating_sub(extension.len()));
    format!("{}{extension}", stem.trim_end_matches(is_edge))
}

/// The start of a text, of at most `limit` bytes.
fn cut(text: &str, limit: usize) -> &str {
    let end = (0..=limit.min(text.len())).rev().find(|&end| text.is_char_boundary(end)).unwrap_or(0);
    &text[..end]
}

/// Names for a file in a folder, one after the other: the safe form of `wanted`, then that with a number, as in `photo (2).jpg`, up to 10,000.
pub fn numbered_names(folder: &Path, wanted: &str) -> impl Iterator<Item = PathBuf> {
    let (folder, name) = (folder.to_owned(), safe_name(wanted));
    (1..=10_000).map(move |number| match number {
        1 => folder.join(&name),
        _ => {
            let (stem, extension) = split(&name);
            let ending = format!(" ({number}){extension}");
            folder.join(format!("{}{ending}", cut(stem, ROOM_FOR_SUFFIXES.saturating_sub(ending.len()))))
        }
    })
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
    fn a_name_that_is_taken_gets_a_number_before_its_ending() {
        let names: Vec<PathBuf> = numbered_names(Path::new("in"), "../a.tar.gz").take(3).collect();
        assert_eq!(names, [Path::new("in/a.tar.gz"), Path::new("in/a.tar (2).gz"), Path::new("in/a.tar (3).gz")]);
        let last = numbered_names(Path::new("in"), &"猫".repeat(300)).last().unwrap();
        assert!(last.file_name().is_some_and(|name| name.len() <= ROOM_FOR_SUFFIXES));
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
