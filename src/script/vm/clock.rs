//! Time and chance as scripts see them: both are the run's, so that a run which is repeated sees the same.

use mlua::{Lua, MultiValue, Table, Value};

use super::state::{current_run, state};

/// Puts the functions into the table of the host.
pub(super) fn install(lua: &Lua, host: &Table) -> mlua::Result<()> {
    host.raw_set("now", lua.create_function(|lua, ()| Ok(current_run(lua)?.borrow().facts.now as f64))?)?;
    host.raw_set("clock", lua.create_function(clock)?)?;
    host.raw_set("random", lua.create_function(random)?)?;
    host.raw_set("randomseed", lua.create_function(seed)?)
}

/// Seconds since the run began, as far as it knows: time passes where it waits.
fn clock(lua: &Lua, (): ()) -> mlua::Result<f64> {
    let now = current_run(lua)?.borrow().facts.now;
    Ok(now.saturating_sub(state(lua)?.began_at.get()) as f64)
}

/// `random()`, `random(most)`, `random(least, most)`.
fn random(lua: &Lua, bounds: MultiValue) -> mlua::Result<f64> {
    let run = current_run(lua)?;
    let mut run = run.borrow_mut();
    let bound = |place: usize| {
        let bound = match &bounds[place] {
            Value::Integer(number) => Some(*number as f64),
            Value::Number(number) => Some(*number),
            _ => None,
        };
        let bound = bound.filter(|number| number.abs() <= 9_007_199_254_740_992.0);
        bound
            .map(|number| number.floor() as i64)
            .ok_or_else(|| mlua::Error::runtime(format!("math.random: argument {}: a whole number expected", place + 1)))
    };
    let (least, most) = match bounds.len() {
        0 => return Ok(run.rng().f64()),
        1 => (1, bound(0)?),
        2 => (bound(0)?, bound(1)?),
        more => return Err(mlua::Error::runtime(format!("math.random: at most 2 arguments, got {more}"))),
    };
    match least <= most {
        true => Ok(run.rng().i64(least..=most) as f64),
        false => Err(mlua::Error::runtime(format!("math.random: there is no number from {least} to {most}"))),
    }
}

fn seed(lua: &Lua, seed: f64) -> mlua::Result<()> {
    current_run(lua)?.borrow_mut().rng().seed(seed.to_bits());
    Ok(())
}
