//! What a person who talks sees: what others say, what became of what was said. In a dialog it appears above the line that is typed.

use anstyle::Style;

use crate::cli::failure::Failure;
use crate::cli::happening;
use crate::cli::input::Printer;
use crate::cli::output::{self, Output, harmless};
use crate::cli::show;
use crate::model::{ConversationId, Message};
use crate::query::{TimeZone, time_text};
use crate::session::{Event, SendFailure, Told};
use crate::transport::Connection;

/// Where a talk is shown.
pub(super) struct Screen<'a> {
    out: &'a mut Output,
    /// What prints in a dialog.
    printer: Option<Printer>,
    zone: &'a TimeZone,
}

impl<'a> Screen<'a> {
    pub(super) fn new(out: &'a mut Output, printer: Option<Printer>, zone: &'a TimeZone) -> Self {
        Self { out, printer, zone }
    }

    /// Whether programs read it.
    pub(super) fn is_json(&self) -> bool {
        self.out.is_json()
    }

    /// One line, or several, of the talk.
    pub(super) fn line(&mut self, text: &str) -> Result<(), Failure> {
        match &mut self.printer {
            Some(printer) => printer.print(format!("{text}\n")).map_err(Failure::Terminal),
            None => {
                self.out.line(text)?;
                Ok(self.out.finish()?)
            }
        }
    }

    fn json(&mut self, told: &Told) -> Result<(), Failure> {
        if let Some(object) = happening::json(told) {
            self.out.json(&object)?;
            self.out.finish()?;
        }
        Ok(())
    }

    /// A remark, which is not part of the talk.
    pub(super) fn note(&mut self, text: &str) -> Result<(), Failure> {
        let faint = self.out.styles.faint;
        match self.printer {
            Some(_) => text.lines().try_for_each(|line| self.line(&format!("{faint}{}{faint:#}", harmless(line)))),
            None => {
                output::note(text);
                Ok(())
            }
        }
    }

    /// Says that something did not work.
    pub(super) fn failure(&mut self, text: &str) -> Result<(), Failure> {
        match self.printer {
            Some(_) => self.line(&harmless(text)),
            None => {
                output::error(text);
                Ok(())
            }
        }
    }

    /// Shows what happened to somebody who talks in `here`.
    pub(super) fn event(&mut self, told: &Told, here: Option<&ConversationId>) -> Result<(), Failure> {
        if self.out.is_json() {
            return self.json(told);
        }
        match self.told(&told.event, here) {
            Some(line) => self.line(&line),
            None => Ok(()),
        }
    }

    fn told(&self, event: &Event, here: Option<&ConversationId>) -> Option<String> {
        let said = |message, mark| Some(self.said(message, here, mark));
        match event {
            Event::Received(message) => said(message, ""),
            Event::Online(message) => said(message, "  (kept nowhere)"),
            Event::Sent(message) => said(message, "  ✓"),
            Event::Failed(message) => said(message, "  (not sent)"),
            Event::Cancelled(message) => said(message, "  (called back before it was sent)"),
            Event::Edited(message) => said(message, "  (edited)"),
            Event::Recalled(message) => said(message, ""),
            Event::PeerRead { conversation, up_to } => {
                let (name, peer) = (self.out.styles.name, show::one_line(conversation.id()));
                Some(format!("{}  {name}{peer}{name:#} has read everything up to here  ✓✓", self.clock(*up_to)))
            }
            Event::Connection(Connection::Connected) => self.remark("connected"),
            Event::Connection(Connection::Connecting) => self.remark("connecting …"),
            Event::Connection(Connection::Disconnected) => {
                self.remark("not connected; what you say leaves when there is a connection again")
            }
            Event::Deaf => self.remark("what others say can no longer be kept; free disk space or mend the disk, and begin again"),
            Event::Missed(_) => self.remark("some messages for who is there only came too fast"),
            _ => None,
        }
    }

    /// A message as it is said: when, where if not here, by whom, what.
    fn said(&self, message: &Message, here: Option<&ConversationId>, mark: &str) -> String {
        let name = self.out.styles.name;
        let elsewhere = message.conversation.as_ref().filter(|conversation| Some(*conversation) != here);
        let place = elsewhere.map_or_else(String::new, |place| format!("  {name}{}{name:#}", show::one_line(&place.to_string())));
        let said = show::summary(message).replace('\n', "\n          ");
        format!("{}{place}  {name}{}{name:#}  {said}{mark}", self.clock(message.server_time), show::one_line(&message.sender_name()))
    }

    /// What was said a second ago and is still on its way.
    pub(super) fn sending(&mut self) -> Result<(), Failure> {
        self.note("sending …")
    }

    /// What was said has left.
    pub(super) fn sent(&mut self, message: &Message, here: Option<&ConversationId>) -> Result<(), Failure> {
        // The journal tells programs of it.
        if self.out.is_json() { Ok(()) } else { self.line(&self.said(message, here, "  ✓")) }
    }

    /// What was said has not left, and why.
    pub(super) fn not_sent(&mut self, failure: SendFailure, here: Option<&ConversationId>) -> Result<(), Failure> {
        let text = Failure::NotSent(failure.clone()).told();
        if self.out.is_json() {
            return self.failure(&text);
        }
        self.line(&self.said(&failure.message, here, "  (not sent)"))?;
        self.failure(&text)
    }

    /// Messages that were asked for, with their ids.
    pub(super) fn messages(&mut self, messages: Vec<Message>, here: Option<&ConversationId>) -> Result<(), Failure> {
        for message in messages {
            if self.out.is_json() {
                self.out.json(&happening::shown(&message))?;
                self.out.finish()?;
                continue;
            }
            let faint = self.out.styles.faint;
            let line = self.said(&message, here, &format!("  {faint}{}{faint:#}", show::one_line(&message.id_text())));
            self.line(&line)?;
        }
        Ok(())
    }

    fn remark(&self, text: &str) -> Option<String> {
        let faint: Style = self.out.styles.faint;
        Some(format!("{faint}{text}{faint:#}"))
    }

    /// The time of day: of older messages the day is part of it.
    fn clock(&self, second: u64) -> String {
        let faint = self.out.styles.faint;
        let time = time_text(second, self.zone);
        let now = time_text(crate::session::Clock::system().now(), self.zone);
        let shown = match (time.split_once(' '), now.split_once(' ')) {
            (Some((day, clock)), Some((today, _))) if day == today => clock,
            _ => &time,
        };
        format!("{faint}{shown}{faint:#}")
    }
}
