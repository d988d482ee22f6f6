//! Names of files as strangers write them, made into names below a tree.

/// The deepest folder of a tree.
pub(super) const DEPTH: usize = 64;

/// A name with `/` between its parts, without empty ones and `.`; `None` where it leads elsewhere, or to nothing.
pub(in crate::formats) fn clean(path: &str) -> Option<String> {
    let has_drive = path.as_bytes().get(1) == Some(&b':') && path.as_bytes()[0].is_ascii_alphabetic();
    if path.starts_with(['/', '\\']) || has_drive || path.contains('\0') {
        return None;
    }
    let mut clean = String::with_capacity(path.len());
    for (depth, part) in path.split(['/', '\\']).filter(|part| !part.is_empty() && *part != ".").enumerate() {
        if part == ".." || depth >= DEPTH {
            return None;
        }
        if !clean.is_empty() {
            clean.push('/');
        }
        clean.push_str(part);
    }
    (!clean.is_empty()).then_some(clean)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_leads_elsewhere_is_none() {
        for bad in ["../x", "a/../../x", "/etc/passwd", "\\x", "c:\\x", "C:x", "..", ".", "", "./", "a\0b", "a/..\\b", &"d/".repeat(65)] {
            assert_eq!(clean(bad), None, "{bad:?}");
        }
        assert_eq!(clean("./photos//a.jpg").as_deref(), Some("photos/a.jpg"));
        assert_eq!(clean("photos\\a.jpg").as_deref(), Some("photos/a.jpg"));
        assert_eq!(clean("a..b/...").as_deref(), Some("a..b/..."));
    }
}
