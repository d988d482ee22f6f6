//! What kind of file an element stands for, as a MIME type: by what the element says, or else by the name of the file. No file is looked at.

use super::Element;

/// The MIME type of a file of this name, path or address; `application/octet-stream` where the name does not tell.
pub fn media_type(name: &str) -> &'static str {
    extension(name).and_then(of_extension).unwrap_or("application/octet-stream")
}

impl Element {
    /// The MIME type of the file that it stands for; `None` when it stands for none. It is what the sender says, and may be wrong.
    pub fn media_type(&self) -> Option<&'static str> {
        Some(match self {
            Self::Image(image) => match image.format {
                1 => "image/jpeg",
                2 => "image/gif",
                3 => "image/png",
                4 => "image/bmp",
                _ => of_kind("image/", [image.orig_path.as_str(), &image.orig_url], "image/x-unknown"),
            },
            Self::Sound(sound) => of_kind("audio/", [sound.file_path.as_str(), &sound.url], "audio/x-unknown"),
            Self::Video(video) => {
                let by_type = of_extension(&video.video_type).filter(|mime| mime.starts_with("video/"));
                by_type.unwrap_or_else(|| of_kind("video/", [video.video_path.as_str(), &video.video_url], "video/x-unknown"))
            }
            Self::File(file) => media_type(if file.file_name.is_empty() { &file.file_path } else { &file.file_name }),
            _ => return None,
        })
    }
}

/// The first of the names whose type is of this kind.
fn of_kind(kind: &str, names: [&str; 2], unknown: &'static str) -> &'static str {
    let mut types = names.into_iter().filter_map(|name| extension(name).and_then(of_extension));
    types.find(|mime| mime.starts_with(kind)).unwrap_or(unknown)
}

fn extension(name: &str) -> Option<&str> {
    let name = name.split(['?', '#']).next().unwrap_or(name);
    let last = name.rsplit(['/', '\\']).next().unwrap_or(name);
    last.rsplit_once('.').map(|(_, extension)| extension)
}

fn of_extension(extension: &str) -> Option<&'static str> {
    Some(match extension.to_ascii_lowercase().as_str() {
        "jpg" | "jpeg" | "jpe" | "jfif" => "image/jpeg",
        "png" => "image/png",
        "gif" => "image/gif",
        "bmp" => "image/bmp",
        "webp" => "image/webp",
        "avif" => "image/avif",
        "heic" => "image/heic",
        "heif" => "image/heif",
        "tif" | "tiff" => "image/tiff",
        "svg" => "image/svg+xml",
        "ico" => "image/vnd.microsoft.icon",
        "mp3" => "audio/mpeg",
        "m4a" => "audio/mp4",
        "aac" => "audio/aac",
        "wav" => "audio/wav",
        "ogg" | "oga" => "audio/ogg",
        "opus" => "audio/opus",
        "flac" => "audio/flac",
        "amr" => "audio/amr",
        "silk" => "audio/silk",
        "mid" | "midi" => "audio/midi",
        "mp4" | "m4v" => "video/mp4",
        "mov" => "video/quicktime",
        "avi" => "video/x-msvideo",
        "mkv" => "video/x-matroska",
        "webm" => "video/webm",
        "mpg" | "mpeg" => "video/mpeg",
        "3gp" => "video/3gpp",
        "flv" => "video/x-flv",
        "wmv" => "video/x-ms-wmv",
        "pdf" => "application/pdf",
        "doc" => "application/msword",
        "docx" => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "xls" => "application/vnd.ms-excel",
        "xlsx" => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "ppt" => "application/vnd.ms-powerpoint",
        "pptx" => "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        "odt" => "application/vnd.oasis.opendocument.text",
        "ods" => "application/vnd.oasis.opendocument.spreadsheet",
        "odp" => "application/vnd.oasis.opendocument.presentation",
        "rtf" => "application/rtf",
        "epub" => "application/epub+zip",
        "json" => "application/json",
        "xml" => "application/xml",
        "zip" => "application/zip",
        "gz" | "tgz" => "application/gzip",
        "bz2" => "application/x-bzip2",
        "xz" => "application/x-xz",
        "zst" => "application/zstd",
        "7z" => "application/x-7z-compressed",
        "rar" => "application/vnd.rar",
        "tar" => "application/x-tar",
        "jar" => "application/java-archive",
        "apk" => "application/vnd.android.package-archive",
        "exe" | "msi" | "dll" => "application/vnd.microsoft.portable-executable",
        "wasm" => "application/wasm",
        "txt" | "log" | "text" => "text/plain",
        "md" | "markdown" => "text/markdown",
        "csv" => "text/csv",
        "tsv" => "text/tab-separated-values",
        "htm" | "html" => "text/html",
        "css" => "text/css",
        "js" | "mjs" => "text/javascript",
        "ics" => "text/calendar",
        "vcf" => "text/vcard",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_has_the_type_of_its_name() {
        for (name, mime) in [
            ("report.PDF", "application/pdf"),
            ("/tmp/a.b/photo.jpeg", "image/jpeg"),
            ("C:\\x\\notes.txt", "text/plain"),
            ("https://example.org/a.png?size=3", "image/png"),
            ("a.b/readme", "application/octet-stream"),
            ("", "application/octet-stream"),
        ] {
            assert_eq!(media_type(name), mime, "{name}");
        }
    }

    #[test]
    fn an_element_has_the_type_of_its_file() {
        assert_eq!(Element::file("/tmp/report.pdf", 1).media_type(), Some("application/pdf"));
        assert_eq!(Element::image("/tmp/picture").media_type(), Some("image/x-unknown"));
        assert_eq!(Element::image("/tmp/picture.webp").media_type(), Some("image/webp"));
        assert_eq!(Element::video("/tmp/v.mp4", 1, "/tmp/v.jpg").media_type(), Some("video/mp4"));
        assert_eq!(Element::text("photo.jpg").media_type(), None);
    }

    #[test]
    fn a_name_of_another_kind_does_not_disguise_an_element() {
        let image = crate::model::ImageElement { orig_path: "a.exe".to_owned(), ..crate::model::ImageElement::default() };
        assert_eq!(Element::from(image).media_type(), Some("image/x-unknown"));
    }
}
