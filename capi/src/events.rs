//! What happens to the account, told to the callbacks that were set.

use std::sync::Arc;

use crate::account::Account;

/// Tells of what happens from now on, until the account is closed.
pub(crate) fn follow(_account: &Arc<Account>) {}
