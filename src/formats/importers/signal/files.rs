//! Where the files of a plaintext export lie: below `files`, under names made of their hashes.

use rustc_hash::FxHashMap;

use super::frame::{Pointer, hex};
use crate::formats::imported::{Attachment, FileKind};
use crate::formats::importers::Export;

/// The files of an export.
pub(super) struct Files {
    folder: String,
    /// By name without an ending.
    by_name: FxHashMap<String, String>,
    /// Those of which there is only one of this size.
    by_size: FxHashMap<u64, Option<String>>,
}

impl Files {
    /// Of the export whose frames lie at `path`.
    pub(super) fn of(export: &Export<'_>, path: &str) -> Self {
        let folder = path.rsplit_once('/').map_or(String::new(), |(folder, _)| format!("{folder}/"));
        let mut files = Self { by_name: FxHashMap::default(), by_size: FxHashMap::default(), folder };
        let below = format!("{}files/", files.folder);
        for entry in export.tree.entries().iter().filter(|entry| entry.path.starts_with(&below)) {
            let name = entry.path.rsplit('/').next().unwrap_or_default();
            let stem = name.split('.').next().unwrap_or_default();
            files.by_name.insert(stem.to_ascii_lowercase(), entry.path.to_string());
            let only = !files.by_size.contains_key(&entry.size);
            files.by_size.insert(entry.size, only.then(|| entry.path.to_string()));
        }
        files
    }

    /// The attachment that a pointer stands for, and whether its file was found by its size alone.
    pub(super) fn attachment(&self, pointer: &Pointer, export: &Export<'_>) -> (Attachment, bool) {
        let mime = pointer.content_type.clone().unwrap_or_default();
        let name = pointer.file_name.clone().unwrap_or_default();
        let size = if pointer.size > 0 { pointer.size } else { pointer.locator_info.size };
        let hashes: Vec<String> =
            [&pointer.locator_info.plaintext_hash, &pointer.digest].into_iter().flatten().map(|hash| hex(hash)).collect();
        let named = [&pointer.path, &pointer.relative_path].into_iter().flatten().map(|path| format!("{}{path}", self.folder));
        let placed = hashes
            .iter()
            .filter(|hash| hash.len() > 2 && hash.is_ascii())
            .map(|hash| format!("{}files/{}/{hash}", self.folder, &hash[..2]));
        let at_place = || named.chain(placed).find(|path| export.tree.size(path).is_some());
        let by_name = hashes.iter().find_map(|hash| self.by_name.get(hash)).cloned().or_else(at_place);
        // Some versions name files by a hash that has their key in it; a size that one file alone has tells as much.
        let by_size = || if size > 0 { self.by_size.get(&size).cloned().flatten() } else { None };
        let (path, is_by_size) = match by_name {
            Some(path) => (Some(path), false),
            None => by_size().map_or((None, false), |path| (Some(path), true)),
        };
        let attachment = Attachment {
            kind: FileKind::of(&mime, &name),
            mime,
            size: (size > 0).then_some(size),
            place: if path.is_none() { hashes.first().cloned().unwrap_or_default() } else { String::new() },
            path: path.unwrap_or_default(),
            width: (pointer.width > 0).then_some(pointer.width),
            height: (pointer.height > 0).then_some(pointer.height),
            name,
            ..Attachment::default()
        };
        (attachment, is_by_size)
    }
}
