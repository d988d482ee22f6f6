//! Times as objects.

use super::*;

#[test]
fn times_are_shifted_and_compared() {
    check(
        "return (m.time + \"2h\").unix - m.time.unix, (m.time - \"1m\").unix - m.time.unix, (m.time + 5).unix - m.time.unix",
        "7200 -60 5",
    );
    check(
        "return bot.now() - m.time, m.time < bot.now(), m.time <= m.time, m.time > bot.now(), m.time == m.time, m.time ~= bot.now()",
        "60 true true false true true",
    );
    check("return (\"2h\" + m.time) - m.time", "7200");
}

#[test]
fn times_are_written_for_people() {
    check("return m.time:format(\"%Y/%m\"), tostring(m.time), `{m.time}`", "2024/03 2024-03-05 12:00:00 2024-03-05 12:00:00");
    check("return (bot.now() + \"2h\"):friendly()", "in 2 h");
}

#[test]
fn a_time_that_is_none_is_an_error_of_the_script() {
    check_error("return m.time + \"soon\"", "\"soon\" is no length of time");
    check_error("return m.time:format(5)", "time:format: argument 1 (pattern): a text expected, got a number");
    check_error("return m.time.year", "Time has no year; known are unix, format, friendly");
}
