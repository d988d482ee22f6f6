//! A folder that opens in a browser, without a server and without the network: a list of conversations, pages of each, the media files.

mod frame;
mod links;
mod list;
mod message;

use std::fs;
use std::path::PathBuf;

use maud::html;

use self::links::Links;
use self::list::Listed;
use self::message::{Context, talk};
use super::draft::write_whole;
use super::heading::Heading;
use super::media::Media;
use super::page::Page;
use super::shown::Shown;
use super::{ExportError, ExportFormat, Exporter, Files, Job, Output, Shape, name, when};
use crate::archive::Archive;
use crate::model::Message;
use crate::query::TimeZone;

pub(super) const FORMAT: ExportFormat = ExportFormat {
    name: "html",
    about: "a folder of pages that opens in a browser, with pictures and all files",
    shape: Shape::Folder,
    begin: |job| Ok(Box::new(Site::begin(job)?)),
};

/// The folder with the pages of the conversations, in the folder of the export.
const CHATS: &str = "chats";
/// The folder with the media files, beside that of the pages.
const MEDIA: &str = "media";
/// The page with the list of conversations.
const INDEX: &str = "index.html";

struct Site<'a> {
    archive: &'a Archive,
    zone: TimeZone,
    is_sifted: bool,
    folder: PathBuf,
    media: Media<'a>,
    chat: Option<Chat>,
    list: Vec<Listed>,
}

/// The conversation whose messages come in.
struct Chat {
    heading: Heading,
    /// The stem of the names of its pages.
    stem: String,
    page: Page,
    links: Links,
    listed: Listed,
}

impl<'a> Site<'a> {
    fn begin(job: Job<'a>) -> Result<Self, ExportError> {
        let Output::Folder(folder) = job.output else { return Err(ExportError::NeedsFolder { format: FORMAT.name }) };
        let chats = folder.join(CHATS);
        fs::create_dir(&chats).map_err(ExportError::file("create", &chats))?;
        let media = Media::new(job.archive, folder.join(MEDIA));
        Ok(Self { archive: job.archive, zone: job.zone, is_sifted: job.is_sifted, folder, media, chat: None, list: Vec::new() })
    }

    /// Writes the page that is gathered; `has_later`: another one follows.
    fn write_page(&mut self, chat: &mut Chat, has_later: bool) -> Result<(), ExportError> {
        let (Some(first), Some(last)) = (chat.page.first(), chat.page.last()) else { return Ok(()) };
        let span = (first.time, last.time);
        chat.links.begin_page(first.place);
        let number = chat.links.pages();
        let talks = chat.page.take();
        chat.links.note(&talks);
        let mut context = Context {
            archive: self.archive,
            heading: &chat.heading,
            stem: &chat.stem,
            zone: &self.zone,
            links: &chat.links,
            media: &mut self.media,
        };
        let mut days = Vec::new();
        let (mut day, mut talked) = (String::new(), Vec::new());
        let mut before: Option<Shown> = None;
        for each in talks {
            let its_day = when::day(each.message.time, &self.zone);
            if its_day != day {
                if !talked.is_empty() {
                    days.push((std::mem::replace(&mut day, its_day), std::mem::take(&mut talked)));
                } else {
                    day = its_day;
                }
                before = None;
            }
            talked.push(talk(&each, before.as_ref(), &mut context)?);
            before = each.answers.is_empty().then_some(each.message);
        }
        days.push((day, talked));
        let body = html! {
            @for (day, talked) in &days {
                section.day data-group {
                    h2 { span { (day) } }
                    @for one in talked { (one) }
                }
            }
        };
        let page = frame::Chat { heading: &chat.heading, stem: &chat.stem, number, has_later, span, zone: &self.zone };
        let path = self.folder.join(CHATS).join(links::file(&chat.stem, number));
        write_whole(&path, page.document(&body).into_string().as_bytes())
    }

    /// Writes what is gathered of the conversation under way, and lists it.
    fn close(&mut self) -> Result<(), ExportError> {
        let Some(mut chat) = self.chat.take() else { return Ok(()) };
        self.write_page(&mut chat, false)?;
        chat.listed.pages = chat.links.pages();
        self.list.push(chat.listed);
        Ok(())
    }
}

impl Exporter for Site<'_> {
    fn begin(&mut self, conversation: Heading) -> Result<(), ExportError> {
        self.close()?;
        let stem = name::of_conversation(self.list.len() + 1, conversation.name());
        let listed = Listed::new(&conversation, &stem);
        self.chat = Some(Chat { heading: conversation, stem, page: Page::default(), links: Links::new(self.is_sifted), listed });
        Ok(())
    }

    fn message(&mut self, message: &Message) -> Result<(), ExportError> {
        let Some(mut chat) = self.chat.take() else { return Ok(()) };
        if chat.page.is_full() {
            self.write_page(&mut chat, true)?;
        }
        let shown = Shown::of(message, &chat.heading);
        chat.listed.count(shown.time);
        chat.page.push(shown);
        self.chat = Some(chat);
        Ok(())
    }

    fn finish(&mut self) -> Result<Files, ExportError> {
        self.close()?;
        let page = list::document(&self.list, &self.zone);
        write_whole(&self.folder.join(INDEX), page.into_string().as_bytes())?;
        Ok(self.media.files())
    }
}
