//! What `TIMSetConfig` says, as far as it means something here. It may be said before `TIMInit`, and outlives `TIMUninit`.

use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::Value;

use crate::log;

/// The settings of the process.
pub(crate) struct Config {
    receipts: AtomicBool,
}

static CONFIG: Config = Config { receipts: AtomicBool::new(true) };

/// The settings of this process.
pub(crate) fn config() -> &'static Config {
    &CONFIG
}

impl Config {
    /// Whether read receipts are told, to the peers from the next login on, and by them.
    pub(crate) fn has_receipts(&self) -> bool {
        self.receipts.load(Ordering::Relaxed)
    }

    /// Takes the keys of a `SetConfig` object that mean something here. Values of another kind are passed over.
    pub(crate) fn take(&self, settings: &Value) {
        let level = |key| settings[key].as_u64().and_then(log::Level::from_number);
        if let Some(level) = level("set_config_log_level") {
            log::set_file_level(level);
        }
        if let Some(level) = level("set_config_callback_log_level") {
            log::set_callback_level(level);
        }
        if let Some(is_on) = settings["set_config_is_log_output_console"].as_bool() {
            log::set_console(is_on);
        }
        if let Some(receipts) = settings["set_config_user_config"]["user_config_is_read_receipt"].as_bool() {
            self.receipts.store(receipts, Ordering::Relaxed);
        }
    }
}
