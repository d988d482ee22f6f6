//! The switches of Luau that have to stand before the first machine is made. Its builds start with mended faults switched off.

use std::sync::OnceLock;

use mlua::Lua;

use super::fault::Fault;

/// Without these, four lines of a script can end the process (`table.move` beyond a table's array part), run for ever in native code, or change
/// what is frozen. The list belongs to the version of mlua in Cargo.toml and is read again with each new one.
const FLAGS: [&str; 7] = [
    "LuauFastpcallInterrupt",
    "LuauFrozenMetaButterfly",
    "LuauSandboxFreezesVectorMetatable",
    "LuauTableArrayAdjustCheck",
    "LuauTableArrayShrinkOrder",
    "LuauTableMoveTimeoutFix",
    "LuauTableRobustOom",
];

/// Sets them, once in a process.
///
/// # Errors
/// [`Fault::Flag`] when this Luau does not know one: then nothing is run.
pub(super) fn set() -> Result<(), Fault> {
    static SET: OnceLock<Result<(), Fault>> = OnceLock::new();
    SET.get_or_init(|| FLAGS.into_iter().try_for_each(set_one)).clone()
}

fn set_one(name: &'static str) -> Result<(), Fault> {
    Lua::set_fflag(name, true).map_err(|()| Fault::Flag { name })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_luau_knows_every_switch_that_keeps_it_safe() {
        assert_eq!(set().err().map(|fault| fault.to_string()), None);
    }

    #[test]
    fn a_switch_that_is_gone_is_an_error_and_not_a_silence() {
        assert!(matches!(set_one("LuauNoSuchSwitch"), Err(Fault::Flag { name: "LuauNoSuchSwitch" })));
    }
}
