//! The files that elements stand for: the local file to be sent, the address to fetch it from.

use std::fs;
use std::path::Path;

use super::SessionError;
#[cfg(feature = "script")]
use crate::MediaHash;
#[cfg(feature = "script")]
use crate::model::Message;
use crate::model::{Body, Element, ElementType, MessageError};

/// Bytes of a picture or a recording that can be sent.
const MAX_SMALL_BYTES: u64 = 28 << 20;
/// Bytes of a file or a video that can be sent.
const MAX_FILE_BYTES: u64 = 100 << 20;

/// Which file of an element.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The file, recording, video or original picture.
    Main,
    /// The snapshot of a video, or a picture as a thumbnail.
    Thumbnail,
    /// A picture in its large size.
    Large,
}

/// One file of an element, with where the element says what of it.
pub(super) struct PartOf<'a> {
    pub(super) part: Part,
    pub(super) path: Option<&'a mut String>,
    pub(super) id: &'a mut String,
    pub(super) url: &'a mut String,
    pub(super) size: Size<'a>,
    /// The name that is shown.
    pub(super) name: Option<&'a mut String>,
    /// What a file without a name is called: a word and an extension.
    called: (&'static str, String),
    max_bytes: u64,
}

/// A size as elements of different types keep it.
pub(super) enum Size<'a> {
    Signed(&'a mut i64),
    Unsigned(&'a mut u64),
}

impl Size<'_> {
    pub(super) fn get(&self) -> u64 {
        match self {
            Self::Signed(size) => u64::try_from(**size).unwrap_or(0),
            Self::Unsigned(size) => **size,
        }
    }

    pub(super) fn set(&mut self, bytes: u64) {
        match self {
            Self::Signed(size) => **size = i64::try_from(bytes).unwrap_or(i64::MAX),
            Self::Unsigned(size) => **size = bytes,
        }
    }
}

/// The files of an element.
pub(super) fn of(element: &mut Element) -> Vec<PartOf<'_>> {
    match element {
        Element::Image(image) => {
            let extension = match image.format {
                1 => "jpg",
                2 => "gif",
                3 => "png",
                4 => "bmp",
                _ => extension_of(&image.orig_path),
            }
            .to_owned();
            let part = |part, path, id, url, size| PartOf {
                part,
                path,
                id,
                url,
                size: Size::Signed(size),
                name: None,
                called: ("image", extension.clone()),
                max_bytes: MAX_SMALL_BYTES,
            };
            vec![
                part(Part::Main, Some(&mut image.orig_path), &mut image.orig_id, &mut image.orig_url, &mut image.orig_pic_size),
                part(Part::Thumbnail, None, &mut image.thumb_id, &mut image.thumb_url, &mut image.thumb_pic_size),
                part(Part::Large, None, &mut image.large_id, &mut image.large_url, &mut image.large_pic_size),
            ]
        }
        Element::Sound(sound) => vec![PartOf {
            part: Part::Main,
            called: ("sound", extension_of(&sound.file_path).to_owned()),
            path: Some(&mut sound.file_path),
            id: &mut sound.file_id,
            url: &mut sound.url,
            size: Size::Signed(&mut sound.file_size),
            name: None,
            max_bytes: MAX_SMALL_BYTES,
        }],
        Element::File(file) => vec![PartOf {
            part: Part::Main,
            called: ("file", extension_of(&file.file_path).to_owned()),
            path: Some(&mut file.file_path),
            id: &mut file.file_id,
            url: &mut file.url,
            size: Size::Signed(&mut file.file_size),
            name: Some(&mut file.file_name),
            max_bytes: MAX_FILE_BYTES,
        }],
        Element::Video(video) => vec![
            PartOf {
                part: Part::Main,
                called: ("video", video.video_type.clone()),
                path: Some(&mut video.video_path),
                id: &mut video.video_id,
                url: &mut video.video_url,
                size: Size::Unsigned(&mut video.video_size),
                name: None,
                max_bytes: MAX_FILE_BYTES,
            },
            PartOf {
                part: Part::Thumbnail,
                called: ("snapshot", video.image_type.clone()),
                path: Some(&mut video.image_path),
                id: &mut video.image_id,
                url: &mut video.image_url,
                size: Size::Unsigned(&mut video.image_size),
                name: None,
                max_bytes: MAX_SMALL_BYTES,
            },
        ],
        _ => Vec::new(),
    }
}

impl PartOf<'_> {
    /// The local file that is to be sent, if there is one.
    pub(super) fn to_send(&self) -> Option<&Path> {
        let path = self.path.as_deref().filter(|path| !path.is_empty())?;
        self.url.is_empty().then(|| Path::new(path))
    }

    /// The name of a file that the message gives none, said at `time`.
    pub(super) fn unnamed(&self, time: u64) -> String {
        match &self.called {
            (word, extension) if extension.is_empty() => format!("{word}-{time}"),
            (word, extension) => format!("{word}-{time}.{extension}"),
        }
    }

    /// The size of the local file, if it can be sent.
    pub(super) fn measure(&self, path: &Path) -> Result<u64, SessionError> {
        let found = fs::metadata(path).map_err(|source| SessionError::File { path: path.to_owned(), source })?;
        if !found.is_file() {
            let source = std::io::Error::from(std::io::ErrorKind::IsADirectory);
            return Err(SessionError::File { path: path.to_owned(), source });
        }
        match found.len() {
            0 => Err(SessionError::EmptyFile { path: path.to_owned() }),
            bytes if bytes > self.max_bytes => Err(SessionError::FileTooLarge { path: path.to_owned(), bytes, limit: self.max_bytes }),
            bytes => Ok(bytes),
        }
    }
}

/// What stands behind the last dot of a path's file name.
fn extension_of(path: &str) -> &str {
    Path::new(path).extension().and_then(|extension| extension.to_str()).unwrap_or_default()
}

/// The hash of the file that an element of a message stands for, where the message names one by its hash. The archive may have it.
#[cfg(feature = "script")]
pub(crate) fn content_of(message: &Message, element: usize) -> Option<MediaHash> {
    let mut found = message.body.elements().into_iter().nth(element)?;
    let file = of(&mut found).into_iter().find(|file| file.part == Part::Main)?;
    MediaHash::from_hex(file.id)
}

/// Whether a body can have files.
pub(super) fn may_have(body: &Body) -> bool {
    let with_files = [ElementType::Image, ElementType::Sound, ElementType::File, ElementType::Video];
    body.types().intersects(with_files.into_iter().collect())
}

/// Replaces the elements of a body; everything else stays.
pub(super) fn replace(body: &mut Body, elements: &[Element]) -> Result<(), MessageError> {
    let value = serde_json::to_value(elements).unwrap_or_default();
    body.set("message_elem_array", Some(value))
}
