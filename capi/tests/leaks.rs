//! Valgrind looks at the whole process, the library's own memory too. It is slow, so it sees one phase of each kind of work;
//! the leak sanitizer sees all of them, see `phases`.

use std::process::Command;

use crate::library::{compile, compiler, is_there, skipped, succeed};
use crate::phases::sources;

#[test]
fn valgrind_finds_nothing_wrong_and_nothing_lost() {
    if !is_there("valgrind") {
        return skipped("valgrind", "it is not installed");
    }
    let program = compile(compiler("cc", "gnu11"), "phases", &sources());
    let mut valgrind = Command::new("valgrind");
    valgrind.args(["--quiet", "--error-exitcode=9", "--leak-check=full", "--show-leak-kinds=definite", "--errors-for-leak-kinds=definite"]);
    succeed(valgrind.arg("--fair-sched=yes").arg(program).args([
        "calls_in_a_callback_work",
        "the_library_can_be_ended_in_a_callback",
        "a_recalled_message_stays_in_history",
    ]));
}
