//! How scripts run: what whoever starts them has chosen.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use super::ScriptError;
use crate::model::ConversationId;
use crate::script::committer::Grouping;
use crate::script::deed::DeedEar;
use crate::script::grant::Grants;
use crate::script::log::LogEar;
use crate::script::outside::{FakeHttp, Past};
use crate::script::vm::Limits;

/// How scripts run.
#[derive(Clone)]
pub struct ScriptOptions {
    pub(in crate::script) data: Option<PathBuf>,
    pub(in crate::script) stages: usize,
    pub(in crate::script) grouping: Grouping,
    pub(in crate::script) limits: Limits,
    pub(in crate::script) owner: Option<ConversationId>,
    pub(in crate::script) grants: Option<PathBuf>,
    pub(in crate::script) granted: Grants,
    pub(in crate::script) settings: BTreeMap<String, toml::Table>,
    pub(in crate::script) secrets: Option<PathBuf>,
    pub(in crate::script) listen: Option<SocketAddr>,
    pub(in crate::script) trusts_all: bool,
    pub(in crate::script) is_dry: bool,
    pub(in crate::script) ear: Option<LogEar>,
    pub(in crate::script) deed_ear: Option<DeedEar>,
    pub(in crate::script) past: Option<Past>,
    pub(in crate::script) fake_http: Option<FakeHttp>,
    pub(in crate::script) hook_grace: Duration,
    #[cfg(test)]
    pub(in crate::script) fuse: Option<crate::script::committer::Fuse>,
}

impl Default for ScriptOptions {
    fn default() -> Self {
        let processors = std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
        Self {
            data: None,
            stages: processors.clamp(1, 4),
            grouping: Grouping::default(),
            limits: Limits::default(),
            owner: None,
            grants: None,
            granted: Grants::default(),
            settings: BTreeMap::new(),
            secrets: None,
            listen: None,
            trusts_all: false,
            is_dry: false,
            ear: None,
            deed_ear: None,
            past: None,
            fake_http: None,
            hook_grace: crate::script::hooks::GRACE,
            #[cfg(test)]
            fuse: None,
        }
    }
}

impl ScriptOptions {
    /// The defaults: a thread for each processor, up to four; nothing granted but hearing and answering; no webhooks.
    pub fn new() -> Self {
        Self::default()
    }

    /// Where scripts keep their files and logs; the folder `scripts` in that of the archive unless said otherwise.
    pub fn data(mut self, folder: impl Into<PathBuf>) -> Self {
        self.data = Some(folder.into());
        self
    }

    /// Threads on which scripts run; at least one.
    pub fn stages(mut self, stages: usize) -> Self {
        self.stages = stages.max(1);
        self
    }

    /// Whether runs share a write.
    pub fn grouping(mut self, grouping: Grouping) -> Self {
        self.grouping = grouping;
        self
    }

    /// Who is told when a script needs somebody.
    pub fn owner(mut self, conversation: ConversationId) -> Self {
        self.owner = Some(conversation);
        self
    }

    /// The file that says what scripts may do.
    pub fn grants(mut self, file: impl Into<PathBuf>) -> Self {
        self.grants = Some(file.into());
        self
    }

    /// Grants of the configuration: the tables of `[grants]`, by the names of scripts. They go before those of the file.
    ///
    /// # Errors
    /// [`ScriptError::Settings`]: what is wrong with them.
    pub fn granted(mut self, grants: &toml::Value) -> Result<Self, ScriptError> {
        self.granted = Grants::from_value(grants).map_err(|error| ScriptError::Settings(error.to_string()))?;
        Ok(self)
    }

    /// Grants every script what its manifest asks for. For tests, and for who writes all scripts himself.
    pub fn trust_all(mut self) -> Self {
        self.trusts_all = true;
        self
    }

    /// Values for the configuration of a script.
    pub fn configure(mut self, script: &str, values: toml::Table) -> Self {
        self.settings.insert(script.to_owned(), values);
        self
    }

    /// The file with the secrets that scripts may use.
    pub fn secrets(mut self, file: impl Into<PathBuf>) -> Self {
        self.secrets = Some(file.into());
        self
    }

    /// Has every line of every script's log told as it is noted: what the scripts say, and what the host says of them.
    pub fn hear_log(mut self, ear: LogEar) -> Self {
        self.ear = Some(ear);
        self
    }

    /// Has everything told that scripts do, when it is written. Not in a dry run, which writes nothing.
    pub fn hear_deeds(mut self, ear: DeedEar) -> Self {
        self.deed_ear = Some(ear);
        self
    }

    /// Has what runs want only told, as lines of their logs that are kept nowhere. Nothing is written or sent, no other machine is asked, no file is
    /// saved, hooks are not asked and webhooks not heard. What scripts keep, and how far they have read, is in memory until the host ends. Over a session
    /// that only looks ([`SessionOptions::login_to`](crate::session::SessionOptions::login_to)) nobody notices;
    /// [`ScriptHost::tick`](super::ScriptHost::tick) has it read on.
    pub fn dry(mut self) -> Self {
        self.is_dry = true;
        self
    }

    /// Where webhooks listen.
    pub fn listen(mut self, address: SocketAddr) -> Self {
        self.listen = Some(address);
        self
    }
}
