//! Runs the C program of this folder, compiled with the address and undefined-behaviour sanitizers: a test for each of its phases.
//! What is lost at the end of a phase is found by the leak sanitizer, in the library too.

use std::path::PathBuf;
use std::process::Command;
use std::sync::OnceLock;

use crate::library::{compile, compiler, files, package, scratch, succeed};
use crate::schemas;

/// The program with sanitizers.
fn sanitized() -> &'static PathBuf {
    static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
    PROGRAM.get_or_init(|| {
        let mut compiler = compiler("cc", "gnu11");
        compiler.args(["-fsanitize=address,undefined", "-fno-sanitize-recover=all", "-fno-omit-frame-pointer"]);
        compile(compiler, "phases-sanitized", &sources())
    })
}

/// The files of the program.
pub fn sources() -> Vec<PathBuf> {
    files(&package().join("tests/phases"), "c")
}

/// Runs one phase. Answers that it notes are held against the schemas.
#[track_caller]
fn run(phase: &str) {
    let answers = scratch("answers").join(phase);
    std::fs::write(&answers, "").expect("a file can be written");
    let printed = succeed(Command::new(sanitized()).arg(phase).env("MYNAH_ANSWERS", &answers).env("ASAN_OPTIONS", "detect_leaks=1"));
    assert_eq!(printed, format!("ok {phase}\n"));
    schemas::check(&answers);
}

macro_rules! phases {
    ($($phase:ident)*) => {
        $(
            #[test]
            fn $phase() {
                run(stringify!($phase));
            }
        )*

        #[test]
        fn every_phase_of_the_program_is_run() {
            let printed = succeed(Command::new(sanitized()).arg("--list"));
            assert_eq!(printed.lines().collect::<Vec<_>>(), [$(stringify!($phase)),*]);
        }
    };
}

phases! {
    a_text_that_is_needed_is_refused_when_it_is_null_or_empty
    a_conversation_type_other_than_1_and_2_is_refused
    json_that_is_broken_or_of_another_kind_is_refused
    a_bad_argument_is_told_before_bad_json
    before_the_library_is_started_callbacks_say_so
    before_a_login_callbacks_say_so
    after_a_logout_callbacks_say_so
    the_state_of_the_login_can_be_asked
    a_callback_may_be_null
    user_data_comes_back_untouched_on_one_thread_of_the_library
    calls_of_one_function_are_answered_in_their_order
    ten_thousand_calls_of_eight_threads_are_each_answered_once
    more_calls_than_fit_are_refused
    calls_in_a_callback_work
    the_library_can_be_ended_in_a_callback
    no_callback_comes_after_the_end
    what_is_pending_at_the_end_is_answered
    the_library_can_be_started_again
    messages_survive_kill_dash_nine_once_they_are_answered
    huge_texts_come_back_whole
    texts_that_are_not_utf8_do_no_harm
    json_is_read_as_leniently_as_clients_write_it
    json_is_answered_compactly
    a_message_has_all_its_keys
    elements_have_all_their_keys
    a_sent_message_is_answered_as_it_is
    the_id_is_in_the_buffer_before_the_call_returns
    what_cannot_be_sent_is_refused
    a_recalled_message_stays_in_history
    a_message_can_be_changed
    imported_messages_keep_their_time_and_come_once
    an_import_with_an_empty_object_takes_nothing
    history_is_paged_in_both_directions
    history_of_a_group_begins_at_a_seq
    history_can_be_cut_by_time_and_type
    messages_are_found_by_their_ids
    messages_are_found_by_their_locators
    deleted_messages_leave_history_and_can_be_found
    lists_are_deleted_up_to_fifty_once_a_second
    search_finds_inside_words_in_one_conversation_and_in_all
    own_notes_stay_with_a_message
    receive_options_are_kept
    conversations_come_change_and_go
    a_batch_is_answered_user_by_user
    bundles_can_be_opened
    files_are_downloaded
    every_message_goes_back_into_every_function
    what_known_clients_do_works
    two_processes_talk
}
