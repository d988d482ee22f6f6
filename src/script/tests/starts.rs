//! What waits when the host is started, and cannot be read or goes on.

use super::theatre::Theatre;
use crate::script::host::ScriptError;
use crate::store::{ScriptKey, ScriptKeyOwned, ScriptRows};

const BOT: &str = "bot.command('hi', {}, function(m) m:reply('hi') end)";

#[track_caller]
fn why(error: &ScriptError, what: &str) {
    let text = error.to_string();
    assert!(text.contains(what) && text.contains("unreadable row"), "{text}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn work_that_waits_and_cannot_be_read_stops_the_start_and_is_named() {
    let key = |key: ScriptKey<'_>| -> ScriptKeyOwned { key.into_owned() };
    for (damaged, what) in [
        (key(ScriptKey::Timer { script: "bot", id: "x" }), "its timers cannot be read"),
        (key(ScriptKey::Inbox { script: "bot", no: 1 }), "its inbox cannot be read"),
        (key(ScriptKey::Dialog { script: "bot", id: "x" }), "what it keeps cannot be read"),
        (key(ScriptKey::Act { no: 1 }), "cannot read what scripts have still to do to messages"),
    ] {
        let mut theatre = Theatre::of(&[("bot", BOT)]).await;
        theatre.keep_row(damaged, b"{").await;
        why(&theatre.try_to_open().await.unwrap_err(), what);
    }
}

const ASKS: &str = r#"
    --!mynah conversations = ["c2c:ben"]
    bot.command("go", {}, function(m)
      m:ask("sure?", { timeout = "1h" })
      bot.send("c2c:ben", "one")
    end)"#;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_dialog_of_an_older_version_keeps_what_was_granted_to_it_and_its_source_goes_with_it() {
    let mut theatre = Theatre::closed(&[("asks", ASKS)]);
    let grants = theatre.grant(&[("asks", ASKS)]);
    theatre.open().await;
    theatre.say("ana", "go").await;
    theatre.say("cyd", "go").await;
    let newer = ASKS.replace("one", "two");
    theatre.load("asks", &newer).await.unwrap();
    theatre.grant(&[("asks", &newer)]);
    theatre.crash_and_open().await;
    theatre.say("ana", "yes").await;
    assert_eq!(theatre.said_to("ben"), ["one"], "{:#?}", theatre.log("asks"));
    assert_eq!(theatre.rows(ScriptRows::Sources), 1);
    std::fs::write(&grants, "").unwrap();
    theatre.crash_and_open().await;
    theatre.say("cyd", "yes").await;
    assert_eq!(theatre.said_to("ben"), ["one"], "nothing is granted any more");
    assert_eq!(theatre.rows(ScriptRows::Sources), 0);
    theatre.say("ana", "go").await;
    assert_eq!(theatre.rows(ScriptRows::Sources), 1);
    theatre.host().unload("asks").await;
    assert_eq!(theatre.rows(ScriptRows::Sources), 1, "it may come back, and then the question is still open");
}
