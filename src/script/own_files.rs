//! The folder of files of a script: which places in it a path can name, and that none of them is elsewhere.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use crate::fetch::safe_name;

/// The most folders on the way to a file.
const DEPTH: usize = 16;
/// The longest path that a script can name, bytes.
const LONGEST: usize = 1_024;

/// The place of a file below `root` that a script names with `/`. Each part is made a safe name; no link is followed, so that nothing leads out.
///
/// # Errors
/// Why it is none. The path is not in it: it may be made of what people wrote.
pub(super) fn find(root: &Path, named: &str) -> Result<PathBuf, String> {
    walk(root, named, |_| Ok(()))
}

/// As [`find`], its folders made.
///
/// # Errors
/// As for [`find`], and what the system says when there is no room.
pub(super) fn place(root: &Path, named: &str) -> Result<PathBuf, String> {
    let failed = |error| format!("no room for the file: {error}");
    fs::create_dir_all(root).map_err(failed)?;
    walk(root, named, |folder| fs::create_dir(folder).or_else(|error| if folder.is_dir() { Ok(()) } else { Err(error) }).map_err(failed))
}

fn walk(root: &Path, named: &str, missing: impl Fn(&Path) -> Result<(), String>) -> Result<PathBuf, String> {
    let wrong = |why: &str| format!("this is no path in the script's folder of files: {why}");
    if named.is_empty() || named.len() > LONGEST {
        return Err(wrong("1 to 1,024 bytes are"));
    }
    let parts: Vec<&str> = named.split('/').collect();
    if parts.len() > DEPTH {
        return Err(wrong("16 parts are the most"));
    }
    if parts.iter().any(|part| part.is_empty() || part.chars().all(|letter| letter == '.') || part.contains(['\\', '\0'])) {
        return Err(wrong("it may not begin or end with /, nor contain . or .. or a backslash"));
    }
    let mut place = root.to_owned();
    for (at, part) in parts.iter().enumerate() {
        place.push(safe_name(part));
        let is_last = at + 1 == parts.len();
        match fs::symlink_metadata(&place) {
            Ok(found) if found.is_symlink() => return Err(wrong("a link is in its way")),
            Ok(found) if found.is_dir() == is_last => {
                return Err(wrong(if is_last { "there is a folder of this name" } else { "a file is in its way" }));
            }
            Ok(_) => {}
            Err(error) if error.kind() == ErrorKind::NotFound && is_last => {}
            Err(error) if error.kind() == ErrorKind::NotFound => missing(&place)?,
            Err(error) => return Err(format!("the script's folder of files cannot be read: {error}")),
        }
    }
    Ok(place)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_path_of_a_script_leads_out_of_its_folder() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("bot");
        fs::create_dir_all(root.join("in")).unwrap();
        #[cfg(unix)]
        {
            std::os::unix::fs::symlink(folder.path(), root.join("out")).unwrap();
            std::os::unix::fs::symlink(folder.path().join("other"), root.join("link")).unwrap();
        }
        for wrong in [
            "",
            "/etc/passwd",
            "../x",
            "in/../../x",
            "./x",
            "in//x",
            "a/",
            "...",
            "a\\b",
            "a\0b",
            "out/x",
            "out",
            "link",
            "in",
            &"x/".repeat(20),
            &"x".repeat(2_000),
        ] {
            assert!(place(&root, wrong).is_err() && find(&root, wrong).is_err(), "{wrong:?}");
        }
        assert_eq!(find(&root, "2024/03/a b.pdf").unwrap(), root.join("2024/03/a b.pdf"));
        assert!(!root.join("2024").exists(), "looking makes nothing");
        assert_eq!(place(&root, "2024/03/a b.pdf").unwrap(), root.join("2024/03/a b.pdf"));
        assert_eq!(place(&root, "in/CON\u{202e}").unwrap(), root.join("in/_CON"));
        fs::write(root.join("in/file"), "x").unwrap();
        assert!(place(&root, "in/file/x").is_err() && place(&root, "in/file").is_ok());
    }
}
