//! A file that belongs to a message of another program, which may be there or not.

use serde_json::{Map, Value};

use super::Content;

/// What a file is to people.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::formats) enum FileKind {
    Image,
    Sound,
    Video,
    #[default]
    File,
}

impl FileKind {
    /// What a MIME type or else a name says; [`FileKind::File`] where neither does.
    pub(in crate::formats) fn of(mime: &str, name: &str) -> Self {
        match mime.split('/').next().unwrap_or_default() {
            "image" => return Self::Image,
            "audio" => return Self::Sound,
            "video" => return Self::Video,
            _ => {}
        }
        let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending).to_ascii_lowercase();
        match ending.as_str() {
            "jpg" | "jpeg" | "png" | "gif" | "webp" | "heic" | "bmp" | "avif" => Self::Image,
            "mp3" | "ogg" | "oga" | "opus" | "m4a" | "aac" | "amr" | "wav" | "flac" => Self::Sound,
            "mp4" | "mov" | "webm" | "3gp" | "mkv" | "avi" | "m4v" => Self::Video,
            _ => Self::File,
        }
    }
}

/// A file of a message. What the source does not say is empty or `None`.
#[derive(Default)]
pub(in crate::formats) struct Attachment {
    pub(in crate::formats) kind: FileKind,
    /// The name that people see.
    pub(in crate::formats) name: String,
    /// MIME type.
    pub(in crate::formats) mime: String,
    /// Bytes.
    pub(in crate::formats) size: Option<u64>,
    /// Web address.
    pub(in crate::formats) url: String,
    /// Where it lies in the tree, if it is there.
    pub(in crate::formats) path: String,
    /// What the source says in the place of a file that is not there.
    pub(in crate::formats) place: String,
    /// The file itself, where the source holds it.
    pub(in crate::formats) bytes: Option<Vec<u8>>,
    /// Pixels.
    pub(in crate::formats) width: Option<u64>,
    /// Pixels.
    pub(in crate::formats) height: Option<u64>,
    /// Seconds.
    pub(in crate::formats) seconds: Option<u64>,
}

impl Attachment {
    /// The content, where it is there.
    pub(super) fn content(&self, has_file: impl Fn(&str) -> Option<u64>) -> Option<Content> {
        match &self.bytes {
            Some(bytes) => Some(Content::Bytes(bytes.clone())),
            None if self.path.is_empty() => None,
            None => has_file(&self.path).map(|_| Content::Path(self.path.clone())),
        }
    }

    /// The element of the message API, with the project's own keys for what it has none for.
    pub(super) fn element(self, has_file: impl Fn(&str) -> Option<u64>) -> Value {
        let mut element = Map::new();
        let mut set = |key: &str, value: Value| drop(element.insert(key.to_owned(), value));
        let there = if self.path.is_empty() { None } else { has_file(&self.path) };
        let size = there.or(self.bytes.as_ref().map(|bytes| bytes.len() as u64)).or(self.size);
        let (kind, size_key, url_key) = match self.kind {
            FileKind::Image => (1, "image_elem_orig_pic_size", "image_elem_orig_url"),
            FileKind::Sound => (2, "sound_elem_file_size", "sound_elem_url"),
            FileKind::Video => (9, "video_elem_video_size", "video_elem_video_url"),
            FileKind::File => (4, "file_elem_file_size", "file_elem_url"),
        };
        set("elem_type", kind.into());
        if let Some(size) = size {
            set(size_key, size.into());
        }
        if !self.url.is_empty() {
            set(url_key, self.url.into());
        }
        let sides = match self.kind {
            FileKind::Image => Some(("image_elem_orig_pic_width", "image_elem_orig_pic_height")),
            FileKind::Video => Some(("video_elem_image_width", "video_elem_image_height")),
            FileKind::Sound | FileKind::File => None,
        };
        if let (Some((width_key, height_key)), Some(width), Some(height)) = (sides, self.width, self.height) {
            set(width_key, width.into());
            set(height_key, height.into());
        }
        match (self.kind, self.seconds) {
            (FileKind::Sound, Some(seconds)) => set("sound_elem_file_time", seconds.into()),
            (FileKind::Video, Some(seconds)) => set("video_elem_video_duration", seconds.into()),
            _ => {}
        }
        if !self.name.is_empty() {
            set(if self.kind == FileKind::File { "file_elem_file_name" } else { "mynah_file_name" }, self.name.into());
        }
        if !self.mime.is_empty() {
            set("mynah_file_type", self.mime.into());
        }
        let place = if self.place.is_empty() { self.path } else { self.place };
        if there.is_none() && self.bytes.is_none() && !place.is_empty() {
            set("mynah_file_place", place.into());
        }
        Value::Object(element)
    }
}
