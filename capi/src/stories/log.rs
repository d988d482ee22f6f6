//! The log.

use super::stage::*;
use crate::tim::config::TIMSetConfig;
use crate::tim::life::TIMInit;
use crate::tim::setters::TIMSetLogCallback;

#[test]
fn lines_of_the_library_come_to_the_callback_and_into_the_file_from_their_level_on() {
    let stage = Stage::dark();
    let lines = Mailbox::new();
    TIMSetLogCallback(Some(logged), lines.user_data());
    let config = serde_json::json!({ "sdk_config_config_file_path": stage.folder.path(), "sdk_config_log_file_path": stage.folder.path() });
    // SAFETY: the texts end with a NUL.
    unsafe {
        assert_eq!(TIMSetConfig(c"{\"set_config_callback_log_level\": 5}".as_ptr(), None, std::ptr::null()), 0);
        assert_eq!(TIMInit(APP, c(&config.to_string()).as_ptr()), 0);
    }
    tracing::info!("too small for the callback");
    tracing::warn!(count = 7, "something is odd");
    tracing::error!(target: "another_crate", "not ours");
    let line = lines.next();
    assert_eq!((line.code, line.desc.as_str()), (5, "something is odd count=7"));
    crate::desk::desk().drain();
    assert!(lines.so_far().is_empty());
    let file = std::fs::read_to_string(stage.folder.path().join("mynah.log")).unwrap();
    assert!(file.contains(" warn something is odd count=7\n") && !file.contains("not ours"), "{file}");
}
