/* The phases of the test, each a sentence that must be true. A phase begins without a library and ends without one. */
#ifndef PHASES_H
#define PHASES_H

#define PHASES(EACH)                                                                                                                                 \
    EACH(a_text_that_is_needed_is_refused_when_it_is_null_or_empty)                                                                                  \
    EACH(a_conversation_type_other_than_1_and_2_is_refused)                                                                                          \
    EACH(json_that_is_broken_or_of_another_kind_is_refused)                                                                                          \
    EACH(a_bad_argument_is_told_before_bad_json)                                                                                                     \
    EACH(before_the_library_is_started_callbacks_say_so)                                                                                             \
    EACH(before_a_login_callbacks_say_so)                                                                                                            \
    EACH(after_a_logout_callbacks_say_so)                                                                                                            \
    EACH(the_state_of_the_login_can_be_asked)                                                                                                        \
    EACH(a_callback_may_be_null)                                                                                                                     \
    EACH(user_data_comes_back_untouched_on_one_thread_of_the_library)                                                                                \
    EACH(calls_of_one_function_are_answered_in_their_order)                                                                                          \
    EACH(ten_thousand_calls_of_eight_threads_are_each_answered_once)                                                                                 \
    EACH(more_calls_than_fit_are_refused)                                                                                                            \
    EACH(calls_in_a_callback_work)                                                                                                                   \
    EACH(the_library_can_be_ended_in_a_callback)                                                                                                     \
    EACH(no_callback_comes_after_the_end)                                                                                                            \
    EACH(what_is_pending_at_the_end_is_answered)                                                                                                     \
    EACH(the_library_can_be_started_again)                                                                                                           \
    EACH(messages_survive_kill_dash_nine_once_they_are_answered)                                                                                     \
    EACH(huge_texts_come_back_whole)                                                                                                                 \
    EACH(texts_that_are_not_utf8_do_no_harm)                                                                                                         \
    EACH(json_is_read_as_leniently_as_clients_write_it)                                                                                              \
    EACH(json_is_answered_compactly)                                                                                                                 \
    EACH(a_message_has_all_its_keys)                                                                                                                 \
    EACH(elements_have_all_their_keys)                                                                                                               \
    EACH(a_sent_message_is_answered_as_it_is)                                                                                                        \
    EACH(the_id_is_in_the_buffer_before_the_call_returns)                                                                                            \
    EACH(what_cannot_be_sent_is_refused)                                                                                                             \
    EACH(a_recalled_message_stays_in_history)                                                                                                        \
    EACH(a_message_can_be_changed)                                                                                                                   \
    EACH(imported_messages_keep_their_time_and_come_once)                                                                                            \
    EACH(an_import_with_an_empty_object_takes_nothing)                                                                                               \
    EACH(history_is_paged_in_both_directions)                                                                                                        \
    EACH(history_of_a_group_begins_at_a_seq)                                                                                                         \
    EACH(history_can_be_cut_by_time_and_type)                                                                                                        \
    EACH(messages_are_found_by_their_ids)                                                                                                            \
    EACH(messages_are_found_by_their_locators)                                                                                                       \
    EACH(deleted_messages_leave_history_and_can_be_found)                                                                                            \
    EACH(lists_are_deleted_up_to_fifty_once_a_second)                                                                                                \
    EACH(search_finds_inside_words_in_one_conversation_and_in_all)                                                                                   \
    EACH(own_notes_stay_with_a_message)                                                                                                              \
    EACH(receive_options_are_kept)                                                                                                                   \
    EACH(conversations_come_change_and_go)                                                                                                           \
    EACH(a_batch_is_answered_user_by_user)                                                                                                           \
    EACH(bundles_can_be_opened)                                                                                                                      \
    EACH(files_are_downloaded)                                                                                                                       \
    EACH(every_message_goes_back_into_every_function)                                                                                                \
    EACH(what_known_clients_do_works)                                                                                                                \
    EACH(two_processes_talk)

#endif
