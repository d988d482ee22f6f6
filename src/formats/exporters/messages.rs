//! The messages as the archive has them, one a line: what import takes, and what makes the same archive again. As a folder with their media files.

use std::fs::File;
use std::io::{BufWriter, Write};

use super::draft::write_whole;
use super::heading::Heading;
use super::media::Media;
use super::{ExportError, ExportFormat, Exporter, Files, Job, Output, Shape};
use crate::formats::TimWriter;
use crate::model::Message;

pub(super) const FORMAT: ExportFormat = ExportFormat {
    name: "messages",
    about: "everything, as import takes it: JSON lines, or a folder of them with the media files",
    shape: Shape::Either,
    begin: |job| Ok(Box::new(Messages::begin(job)?)),
};

/// The file of a folder that has the messages.
const LINES: &str = "messages.jsonl";
/// The folder of a folder that has the media files, each at `ab/cdef…`, the digits of its hash.
const MEDIA: &str = "media";

struct Messages<'a> {
    writer: TimWriter<Box<dyn Write + 'a>>,
    folder: Option<Folder<'a>>,
}

/// What else a folder has.
struct Folder<'a> {
    media: Media<'a>,
    /// The file of the messages, to be made durable.
    file: File,
}

impl<'a> Messages<'a> {
    fn begin(job: Job<'a>) -> Result<Self, ExportError> {
        match job.output {
            Output::Stream(stream) => Ok(Self { writer: TimWriter::new(stream), folder: None }),
            Output::Folder(folder) => {
                let path = folder.join(LINES);
                write_whole(&path, b"")?;
                let open = || File::options().append(true).open(&path);
                let file = open().map_err(ExportError::file("write", &path))?;
                let stream = BufWriter::with_capacity(256 << 10, file.try_clone().map_err(ExportError::file("write", &path))?);
                let media = Media::new(job.archive, folder.join(MEDIA));
                Ok(Self { writer: TimWriter::new(Box::new(stream)), folder: Some(Folder { media, file }) })
            }
        }
    }
}

impl Exporter for Messages<'_> {
    fn begin(&mut self, conversation: Heading) -> Result<(), ExportError> {
        match &conversation.about {
            Some(about) => self.writer.write_about(&conversation.id, about).map_err(ExportError::Stream),
            None => Ok(()),
        }
    }

    fn message(&mut self, message: &Message) -> Result<(), ExportError> {
        if let Some(folder) = &mut self.folder {
            for hash in super::shown::media_of(&message.body) {
                folder.media.place_by_hash(hash)?;
            }
        }
        self.writer.write(message).map_err(ExportError::Stream)
    }

    fn finish(&mut self) -> Result<Files, ExportError> {
        self.writer.flush().map_err(ExportError::Stream)?;
        let Some(folder) = &self.folder else { return Ok(Files::default()) };
        folder.file.sync_all().map_err(ExportError::Stream)?;
        Ok(folder.media.files())
    }
}
