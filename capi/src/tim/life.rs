//! Beginning and end: initialising, logging in, version, time.

use std::ffi::{CStr, c_char, c_int, c_void};
use std::path::PathBuf;

use engine::transport::loopback::Hub;
use serde_json::Value;

use crate::answer::{CommCallback, Reply, UserData};
use crate::codes::{INTERNAL, TIM_ERR_JSON, TIM_ERR_PARAM, TIM_SUCC, TOO_MANY_CALLS};
use crate::desk::desk;
use crate::guard::guard;
use crate::library::{Carrier, Setup, library};
use crate::{json, log, text};

/// The version of the API that this stands in for is the newest one; the number is our own.
const VERSION: &CStr = match CStr::from_bytes_with_nul(concat!(env!("CARGO_PKG_VERSION"), "\0").as_bytes()) {
    Ok(version) => version,
    Err(_) => c"",
};

/// Begins. `json_sdk_config` is an `SdkConfig` object; NULL and "" are the defaults.
///
/// # Safety
/// `json_sdk_config` is NULL or a text that ends with a NUL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMInit(sdk_app_id: u64, json_sdk_config: *const c_char) -> c_int {
    guard("TIMInit", INTERNAL, || {
        // SAFETY: the caller's promise.
        let config = unsafe { text::given(json_sdk_config) }.unwrap_or_default();
        match setup(sdk_app_id, &config) {
            Ok((setup, log)) => {
                if let Some(folder) = log
                    && let Err(error) = log::open_file(&folder)
                {
                    tracing::warn!(%error, "the log file cannot be written");
                }
                library().open(setup);
                TIM_SUCC
            }
            Err(code) => code,
        }
    })
}

/// Reads an `SdkConfig`: the setup, and the folder for the log if one is given.
fn setup(app: u64, config: &str) -> Result<(Setup, Option<PathBuf>), i32> {
    let config = if config.is_empty() { Value::Null } else { json::value(config)? };
    if !(config.is_null() || config.is_object()) {
        return Err(TIM_ERR_JSON);
    }
    let path = config["sdk_config_config_file_path"].as_str().filter(|path| !path.is_empty()).unwrap_or(".");
    let path = PathBuf::from(path);
    let carrier = match &config["mynah_transport"] {
        Value::Null => Carrier::Folder(path.join(app.to_string()).join("hub")),
        Value::String(word) if word == "loopback" => Carrier::Folder(path.join(app.to_string()).join("hub")),
        Value::String(word) if word == "memory" => Carrier::Memory(Hub::new()),
        Value::Object(transport) => match transport.get("loopback").and_then(Value::as_str) {
            Some(folder) => Carrier::Folder(PathBuf::from(folder)),
            None => return Err(TIM_ERR_JSON),
        },
        _ => return Err(TIM_ERR_JSON),
    };
    let groups = config["mynah_groups"].as_array().map(Vec::as_slice).unwrap_or_default();
    let groups = groups.iter().filter_map(Value::as_str).map(str::to_owned).collect();
    let log = config["sdk_config_log_file_path"].as_str().filter(|path| !path.is_empty()).map(PathBuf::from);
    Ok((Setup { app, path, carrier, groups, tells_readers: true }, log))
}

/// Ends. No callback comes behind it.
#[unsafe(no_mangle)]
pub extern "C" fn TIMUninit() -> c_int {
    guard("TIMUninit", INTERNAL, || {
        library().close();
        TIM_SUCC
    })
}

/// The version, a text of the library's own that stays.
#[unsafe(no_mangle)]
pub extern "C" fn TIMGetSDKVersion() -> *const c_char {
    VERSION.as_ptr()
}

/// Logs in. The signature is not looked at: the transport decides who may use an account.
///
/// # Safety
/// `user_id` and `user_sig` are NULL or texts that end with a NUL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMLogin(user_id: *const c_char, user_sig: *const c_char, cb: CommCallback, user_data: *const c_void) -> c_int {
    guard("TIMLogin", INTERNAL, || {
        // SAFETY: the caller's promise.
        let (user, signature) = unsafe { (text::needed(user_id), text::needed(user_sig)) };
        let user = match (user, signature) {
            (Ok(user), Ok(_)) => user.into_owned(),
            (Err(code), _) | (_, Err(code)) => return code,
        };
        let Some(ticket) = desk().admit() else { return TOO_MANY_CALLS };
        library().log_in(user, Reply::new(cb, UserData(user_data), "", ticket));
        TIM_SUCC
    })
}

/// Logs out.
#[unsafe(no_mangle)]
pub extern "C" fn TIMLogout(cb: CommCallback, user_data: *const c_void) -> c_int {
    guard("TIMLogout", INTERNAL, || {
        let Some(ticket) = desk().admit() else { return TOO_MANY_CALLS };
        library().log_out(Reply::new(cb, UserData(user_data), "", ticket));
        TIM_SUCC
    })
}

/// Whether somebody is logged in: `TIMLoginStatus`.
#[unsafe(no_mangle)]
pub extern "C" fn TIMGetLoginStatus() -> c_int {
    guard("TIMGetLoginStatus", 3, || library().status() as c_int)
}

/// Writes the id of who is logged in into a buffer of at least 128 bytes, with a NUL at its end. "" when nobody is.
///
/// # Safety
/// `user_id_buffer` is NULL or has room for 128 bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMGetLoginUserID(user_id_buffer: *mut c_char) -> c_int {
    guard("TIMGetLoginUserID", INTERNAL, || {
        if user_id_buffer.is_null() {
            return TIM_ERR_PARAM;
        }
        let user = text::out(&library().ask(|account| account.user.clone()).unwrap_or_default());
        let bytes = user.as_bytes_with_nul();
        // SAFETY: the caller promises room for 128 bytes; a user id has at most 96 and the NUL.
        unsafe { user_id_buffer.cast::<u8>().copy_from_nonoverlapping(bytes.as_ptr(), bytes.len()) };
        TIM_SUCC
    })
}

/// The other side's clock, Unix seconds; this machine's while nobody is logged in.
#[unsafe(no_mangle)]
pub extern "C" fn TIMGetServerTime() -> u64 {
    guard("TIMGetServerTime", 0, || library().ask(|account| account.now()).unwrap_or_else(|| engine::session::Clock::system().now()))
}
