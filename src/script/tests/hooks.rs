//! Before something happens: seen, changed, refused, in order and in time.

use std::time::Duration;

use super::theatre::{Theatre, with};
use crate::model::Message;

async fn send(theatre: &Theatre, text: &str) -> Result<String, String> {
    let sending = theatre.session().send(&with("ana"), Message::text("", 0, text)).await.unwrap();
    sending.outcome().await.map(|sent| sent.summary()).map_err(|failure| failure.to_string())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn hooks_see_what_is_sent_one_after_the_other_and_may_change_or_refuse_it() {
    let theatre = Theatre::of(&[
        ("last", r#"bot.before("send", { priority = 1 }, function(m) m.text = m.text .. "!" end)"#),
        (
            "first",
            r#"bot.before("send", { priority = 9 }, function(m)
            if m.text:find("secret") then return bot.deny("that is a secret") end
            m.text = m.text:upper()
          end)"#,
        ),
    ])
    .await;
    assert_eq!(send(&theatre, "hello").await.unwrap(), "HELLO!");
    assert!(send(&theatre, "a secret").await.unwrap_err().contains("that is a secret"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hook_that_fails_lets_pass_or_refuses_as_the_script_asked_for() {
    let theatre = Theatre::of(&[("open", r#"bot.before("send", { on_error = "allow" }, function(m) error("oh") end)"#)]).await;
    assert_eq!(send(&theatre, "hello").await.unwrap(), "hello");
    let theatre = Theatre::of(&[("closed", r#"bot.before("send", { on_error = "deny" }, function(m) while true do end end)"#)]).await;
    let refused = send(&theatre, "hello").await.unwrap_err();
    assert!(refused.contains("the hook of closed failed"), "{refused}");
    let log = theatre.log("closed").join("\n");
    assert!(log.contains("what it was asked about is refused") && log.contains("20 ms"), "{log}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_waits_in_a_hook_and_the_error_says_where_to_put_it() {
    let theatre =
        Theatre::of(&[("slow", r#"bot.before("send", { on_error = "deny" }, function(m) bot.search { query = "x" } end)"#)]).await;
    assert!(send(&theatre, "hello").await.is_err());
    let log = theatre.log("slow").join("\n");
    assert!(log.contains(r#"bot.search is not available in bot.before("send"): move it to bot.on"#), "{log}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_bots_say_goes_through_the_hooks_of_others() {
    let mut theatre = Theatre::of(&[
        ("ping", r#"bot.command("ping", {}, function(m) m:reply("pong 4111") end)"#),
        ("redact", r#"bot.before("send", {}, function(m) m.text = m.text:gsub('%d+', 'X') end)"#),
    ])
    .await;
    theatre.say("ana", "ping").await;
    assert_eq!(theatre.said_to("ana"), ["pong X"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_comes_in_can_be_changed_or_turned_away() {
    let mut theatre = Theatre::of(&[(
        "door",
        r#"
        bot.before("receive", {}, function(m)
          if m.text == "spam" then return bot.deny("spam") end
          m.text = m.text .. " (seen)"
        end)"#,
    )])
    .await;
    theatre.tell("ana", "spam").await;
    theatre.say("ana", "hello").await;
    assert_eq!(theatre.talk(&with("ana")), ["ana: hello (seen)"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_hooks_of_a_script_that_fails_all_the_time_are_passed_over_until_a_probe_goes_well() {
    let hook = r#"function(m) if m.text == "bad" then error("no") end m.text = m.text .. "!" end)"#;
    let open = format!(r#"bot.before("send", {{ on_error = "allow" }}, {hook}"#);
    let closed = format!(r#"bot.before("send", {{ on_error = "deny", words = {{ "guarded" }} }}, {hook}"#);
    let mut theatre = Theatre::closed(&[("weak", &format!("{open}\n{closed}"))]);
    // What a busy machine does not answer in time would not count.
    theatre.options.hook_grace = Duration::from_secs(30);
    theatre.open().await;
    let logged = |text: &'static str| move |theatre: &Theatre| theatre.log("weak").iter().any(|line| line.contains(text));
    for _ in 0..10 {
        assert_eq!(send(&theatre, "bad").await.unwrap(), "bad");
    }
    theatre.until(logged("has failed too often and rests")).await;
    assert_eq!(send(&theatre, "hello").await.unwrap(), "hello", "it is passed over");
    assert_eq!(send(&theatre, "guarded").await.unwrap(), "guarded!", "nothing slips past a hook that has to see it");
    theatre.wait(60).await;
    assert_eq!(send(&theatre, "hello").await.unwrap(), "hello!", "the probe");
    theatre.until(logged("the quarantine is over")).await;
    assert_eq!(send(&theatre, "hello").await.unwrap(), "hello!");
    let told = theatre.log("weak").iter().filter(|line| line.contains("too often")).count();
    assert_eq!(told, 1);
}
