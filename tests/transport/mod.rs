//! What every way of carrying messages promises, checked of each implementation, and the loopback hub's own stories.

mod files;
mod loopback;
mod motion;
mod roaming;
mod stays;
mod world;

pub(crate) use world::World;

/// Makes a test of its own of every promise, for the worlds that `$make` makes.
macro_rules! every_promise_holds {
    ($make:expr) => {
        $crate::transport::every_promise_holds! { $make; motion:
            what_is_published_twice_is_acknowledged_the_same_and_delivered_once,
            a_lost_answer_and_another_try_leave_one_message,
            a_request_that_was_lost_was_not_taken,
            messages_arrive_in_the_order_in_which_they_were_taken,
            group_messages_are_numbered_without_gaps_whoever_publishes_at_the_same_time,
            who_was_away_receives_everything_later,
            what_was_not_confirmed_comes_again_after_reconnecting,
            each_device_receives_everything_behind_what_it_confirmed_itself,
            an_account_hears_itself,
            a_message_to_oneself_is_one_message,
            a_message_to_one_person_keeps_its_number_as_far_as_the_other_can_count_on,
            online_only_messages_reach_who_is_connected_and_are_kept_nowhere,
            the_connection_is_told_when_it_goes_and_when_it_comes,
            a_dropped_call_loses_nothing,
            server_time_never_falls,
            who_is_no_member_is_refused_and_hears_nothing,
        }
        $crate::transport::every_promise_holds! { $make; stays:
            a_message_is_recalled_within_the_window_by_who_said_it,
            an_admin_recalls_what_others_said_at_any_time,
            an_edit_is_numbered_and_comes_from_the_sender_only,
            an_edit_that_is_tried_again_is_the_same_edit,
            a_read_report_reaches_the_peer_and_the_own_devices_once,
            what_a_member_has_read_concerns_its_own_devices_only,
            nobody_takes_the_id_of_what_another_is_about_to_say,
            what_cannot_be_carried_is_refused,
        }
        $crate::transport::every_promise_holds! { $make; roaming:
            pages_walk_the_whole_history_in_both_directions,
            a_walk_is_not_disturbed_by_what_comes_in,
            a_page_keeps_to_its_span_of_time,
            history_shows_messages_as_they_stand_now,
            what_one_account_erases_others_still_find,
        }
        $crate::transport::every_promise_holds! { $make; files:
            a_file_arrives_as_it_was_from_any_byte_on,
            progress_is_told_repeatedly_and_once_at_the_end,
            a_file_that_is_there_is_not_carried_again,
            an_unknown_address_is_named_so,
            a_file_that_cannot_be_read_is_named,
        }
    };
    ($make:expr; $room:ident: $($promise:ident),+ $(,)?) => {
        $(
            #[tokio::test(start_paused = true)]
            async fn $promise() {
                $crate::transport::$room::$promise(&$make).await;
            }
        )+
    };
}

pub(crate) use every_promise_holds;
