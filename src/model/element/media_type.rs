//! What kind of file an element stands for, as a MIME type: by what the element says, or else by the name of the file. No file is looked at.

use super::Element;

/// Types by the ends of file names, in the order of these.
const BY_END: [(&str, &str); 72] = [
    ("7z", "application/x-7z-compressed"),
    ("aac", "audio/aac"),
    ("amr", "audio/amr"),
    ("apk", "application/vnd.android.package-archive"),
    ("avi", "video/x-msvideo"),
    ("avif", "image/avif"),
    ("bmp", "image/bmp"),
    ("bz2", "application/x-bzip2"),
    ("c", "text/x-c"),
    ("caf", "audio/x-caf"),
    ("conf", "text/plain"),
    ("css", "text/css"),
    ("csv", "text/csv"),
    ("doc", "application/msword"),
    ("docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    ("eml", "message/rfc822"),
    ("epub", "application/epub+zip"),
    ("exe", "application/vnd.microsoft.portable-executable"),
    ("flac", "audio/flac"),
    ("gif", "image/gif"),
    ("gz", "application/gzip"),
    ("heic", "image/heic"),
    ("heif", "image/heif"),
    ("htm", "text/html"),
    ("html", "text/html"),
    ("ics", "text/calendar"),
    ("ini", "text/plain"),
    ("jar", "application/java-archive"),
    ("jpeg", "image/jpeg"),
    ("jpg", "image/jpeg"),
    ("js", "text/javascript"),
    ("json", "application/json"),
    ("log", "text/plain"),
    ("m4a", "audio/mp4"),
    ("m4v", "video/mp4"),
    ("md", "text/markdown"),
    ("mkv", "video/x-matroska"),
    ("mov", "video/quicktime"),
    ("mp3", "audio/mpeg"),
    ("mp4", "video/mp4"),
    ("mpeg", "video/mpeg"),
    ("odp", "application/vnd.oasis.opendocument.presentation"),
    ("ods", "application/vnd.oasis.opendocument.spreadsheet"),
    ("odt", "application/vnd.oasis.opendocument.text"),
    ("oga", "audio/ogg"),
    ("ogg", "audio/ogg"),
    ("opus", "audio/ogg"),
    ("pdf", "application/pdf"),
    ("png", "image/png"),
    ("ppt", "application/vnd.ms-powerpoint"),
    ("pptx", "application/vnd.openxmlformats-officedocument.presentationml.presentation"),
    ("rar", "application/vnd.rar"),
    ("rtf", "application/rtf"),
    ("sh", "application/x-sh"),
    ("svg", "image/svg+xml"),
    ("tar", "application/x-tar"),
    ("tif", "image/tiff"),
    ("tiff", "image/tiff"),
    ("toml", "application/toml"),
    ("txt", "text/plain"),
    ("vcf", "text/vcard"),
    ("wav", "audio/wav"),
    ("webm", "video/webm"),
    ("webp", "image/webp"),
    ("wmv", "video/x-ms-wmv"),
    ("xls", "application/vnd.ms-excel"),
    ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ("xml", "application/xml"),
    ("xz", "application/x-xz"),
    ("yaml", "application/yaml"),
    ("yml", "application/yaml"),
    ("zip", "application/zip"),
];

/// Of a file of which no more is known.
const UNKNOWN: &str = "application/octet-stream";

/// The MIME type of a file of this name, `application/octet-stream` where the name does not tell.
pub fn media_type(name: &str) -> &'static str {
    by_end(name).unwrap_or(UNKNOWN)
}

fn by_end(name: &str) -> Option<&'static str> {
    let (_, end) = name.rsplit_once('.')?;
    let end = end.to_ascii_lowercase();
    BY_END.binary_search_by_key(&end.as_str(), |(end, _)| end).ok().map(|at| BY_END[at].1)
}

impl Element {
    /// The MIME type of the file that it stands for; `None` when it stands for none. It is what the sender says, and may be wrong.
    pub fn media_type(&self) -> Option<&'static str> {
        let of_kind = |name: &str, kind: &str, unknown| by_end(name).filter(|found| found.starts_with(kind)).unwrap_or(unknown);
        Some(match self {
            Self::Image(image) => match image.format {
                1 => "image/jpeg",
                2 => "image/gif",
                3 => "image/png",
                4 => "image/bmp",
                _ => of_kind(&image.orig_path, "image/", "image/unknown"),
            },
            Self::Sound(sound) => of_kind(&sound.file_path, "audio/", "audio/unknown"),
            Self::Video(video) => of_kind(&format!(".{}", video.video_type), "video/", "video/unknown"),
            Self::File(file) => media_type(&file.file_name),
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{FileElement, ImageElement, SoundElement, VideoElement};

    #[test]
    fn the_table_is_in_order() {
        assert!(BY_END.is_sorted_by(|a, b| a.0 < b.0));
    }

    #[test]
    fn a_name_tells_the_type_by_its_end() {
        for (name, expected) in [
            ("plan.PDF", "application/pdf"),
            ("a.tar.gz", "application/gzip"),
            ("png", UNKNOWN),
            ("", UNKNOWN),
            ("x.", UNKNOWN),
            (".png", "image/png"),
        ] {
            assert_eq!(media_type(name), expected, "{name}");
        }
    }

    #[test]
    fn an_element_is_of_the_kind_that_it_says() {
        let image = |format| Element::from(ImageElement { format, orig_path: "a.webp".to_owned(), ..ImageElement::default() });
        assert_eq!([image(3).media_type(), image(255).media_type()], [Some("image/png"), Some("image/webp")]);
        let disguised = ImageElement { orig_path: "a.exe".to_owned(), ..ImageElement::default() };
        assert_eq!(Element::from(disguised).media_type(), Some("image/unknown"));
        assert_eq!(Element::from(VideoElement { video_type: "mp4".to_owned(), ..VideoElement::default() }).media_type(), Some("video/mp4"));
        assert_eq!(Element::from(SoundElement::default()).media_type(), Some("audio/unknown"));
        assert_eq!(Element::from(FileElement { file_name: "a.txt".to_owned(), ..FileElement::default() }).media_type(), Some("text/plain"));
        assert_eq!(Element::from(crate::model::TextElement::default()).media_type(), None);
    }
}
