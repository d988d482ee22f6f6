//! Which mailbox a file belongs to, and what that is called.

use crate::formats::tree::Tree;

/// The folders of a Maildir in which mails lie.
const MAILDIR: &[&str] = &["cur", "new"];

/// The folder of the mailbox, for a mail that lies in `folder`.
pub(super) fn folder(folder: &str) -> &str {
    let (outer, inner) = folder.rsplit_once('/').unwrap_or(("", folder));
    if MAILDIR.contains(&inner) { outer } else { folder }
}

/// Whether a file is one that its program has not finished, or a part of another one: `tmp` of a Maildir, `.partial.emlx` beside the whole.
pub(super) fn is_unfinished(tree: &Tree, path: &str) -> bool {
    if let Some(start) = path.strip_suffix(".partial.emlx") {
        return tree.size(&format!("{start}.emlx")).is_some();
    }
    let Some((folder, _)) = path.rsplit_once('/') else { return false };
    let (outer, inner) = folder.rsplit_once('/').map_or(("", folder), |(outer, inner)| (outer, inner));
    inner == "tmp"
        && MAILDIR.iter().any(|beside| {
            let beside = if outer.is_empty() { format!("{beside}/") } else { format!("{outer}/{beside}/") };
            let at = tree.entries().partition_point(|entry| *entry.path < *beside);
            tree.entries().get(at).is_some_and(|entry| entry.path.starts_with(&beside))
        })
}

/// What a mailbox is called: its path below what was named, without the endings and folders that programs add.
pub(super) fn name(tree: &Tree, unit: &str) -> String {
    let mut parts: Vec<&str> = unit.split('/').filter(|part| !part.is_empty()).collect();
    let outside = tree.name().replace('\\', "/");
    if parts.is_empty() {
        let mut outer: Vec<&str> = outside.split('/').filter(|part| !part.is_empty() && *part != ".").collect();
        if tree.is_one_file() && outer.len() > 1 {
            outer.pop();
        }
        if outer.len() > 1 && outer.last().is_some_and(|last| MAILDIR.contains(last)) {
            outer.pop();
        }
        parts.extend(outer.pop());
    }
    // Apple Mail: `INBOX.mbox/…/Data/Messages`, or `INBOX.mbox/mbox`.
    if let Some(at) = parts.iter().rposition(|part| part.ends_with(".mbox"))
        && at + 1 < parts.len()
    {
        parts.truncate(at + 1);
    }
    let parts: Vec<String> = parts.into_iter().map(plain).collect();
    parts.join("/")
}

/// A part of a path without endings; folders of Maildirs have their path in their name: `.Lists.rust`.
fn plain(part: &str) -> String {
    let mut part = part;
    for ending in [".gz", ".bz2", ".xz", ".zst", ".zip", ".tgz", ".tar"] {
        part = part.strip_suffix(ending).unwrap_or(part);
    }
    for ending in [".mbox", ".mbx", ".eml", ".emlx", ".sbd", ".txt"] {
        part = part.strip_suffix(ending).filter(|rest| !rest.is_empty()).unwrap_or(part);
    }
    match part.strip_prefix('.') {
        Some(maildir) if !maildir.is_empty() && !maildir.starts_with('.') => maildir.replace('.', "/"),
        _ => part.to_owned(),
    }
}
