//! The numbers that calls return and callbacks carry, as far as the door itself gives them out. The rest is
//! [`SessionError::code`](engine::session::SessionError::code).

/// The library is not initialised: where there is no callback to say so.
pub(crate) const TIM_ERR_SDKUNINIT: i32 = -1;
/// Nobody is logged in: where there is no callback to say so.
pub(crate) const TIM_ERR_NOTLOGIN: i32 = -2;
/// The call was taken; its callback comes.
pub(crate) const TIM_SUCC: i32 = 0;
/// A text is no JSON, is JSON of another kind, or has nothing in it.
pub(crate) const TIM_ERR_JSON: i32 = -3;
/// A text that is needed is NULL or empty, or the conversation's type is neither 1 nor 2.
pub(crate) const TIM_ERR_PARAM: i32 = -4;

/// `TIMInit` has not been called.
pub(crate) const NOT_INITIALIZED: i32 = 6013;
/// Nobody is logged in.
pub(crate) const NOT_LOGGED_IN: i32 = 6014;
/// An argument cannot be used; the text says which.
pub(crate) const INVALID_PARAMETERS: i32 = 6017;
/// A user id that none can have: too long, or with characters that do not print.
pub(crate) const INVALID_USER: i32 = 7003;
/// It was under way when the library, or the login, ended.
pub(crate) const INTERRUPTED: i32 = 7009;
/// The library has failed.
pub(crate) const INTERNAL: i32 = 7012;
/// More calls wait than the library takes.
pub(crate) const TOO_MANY_CALLS: i32 = 9507;
/// The local database cannot be written.
pub(crate) const DATABASE: i32 = 7010;
/// A login is under way, or done.
pub(crate) const LOGIN_IN_PROCESS: i32 = 7501;
/// A receive option that does not exist.
pub(crate) const UNKNOWN_OPTION: i32 = 114_011;
