//! What scripts do to messages: in order, until it is done, and no loops of it.

use super::theatre::{Theatre, with};
use crate::store::ScriptRows;

/// Says something that timers then edit.
const EDITOR: &str = r#"
bot.command("go", {}, function(m)
  bot.store:set("id", m:reply("zero"))
  for seconds, text in { "one", "two", "three" } do bot.timer.after(seconds, "edit", text) end
end)
bot.on("timer", "edit", function(t) bot.find(bot.store:get("id")):edit(t.data) end)
bot.on("timer", "recall", function(t) bot.find(bot.store:get("id")):recall() end)
"#;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_done_to_messages_waits_for_the_other_side_in_order_and_over_a_crash() {
    let mut theatre = Theatre::of(&[("editor", EDITOR)]).await;
    theatre.say("ana", "go").await;
    theatre.session().idle().await;
    theatre.line(false);
    theatre.wait(1).await;
    // Longer than anybody waits who gives up.
    for _ in 0..20 {
        theatre.wait(301).await;
    }
    assert_eq!((theatre.said_to("ana"), theatre.rows(ScriptRows::Acts)), (vec!["zero".to_owned()], 3));
    theatre.crash_and_open().await;
    theatre.idle().await;
    assert_eq!((theatre.said_to("ana"), theatre.rows(ScriptRows::Acts)), (vec!["zero".to_owned()], 3));
    theatre.line(true);
    theatre.wait(301).await;
    assert_eq!((theatre.said_to("ana"), theatre.rows(ScriptRows::Acts)), (vec!["three".to_owned()], 0), "{:#?}", theatre.log("editor"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_the_other_side_refuses_is_in_the_log_and_holds_up_nothing_behind_it() {
    let mut theatre = Theatre::of(&[(
        "clumsy",
        r#"
        --!mynah conversations = ["c2c:ana"]
        bot.command("go", {}, function(m)
          local id = m:reply("here")
          bot.timer.after("1s", "again", { id = id })
        end)
        bot.command("foreign", {}, function(m) m:recall() end)
        bot.on("timer", "again", function(t)
          local m = bot.find(t.data.id)
          m:edit("there")
        end)"#,
    )])
    .await;
    theatre.say("ana", "go").await;
    theatre.say("ana", "foreign").await;
    theatre.wait(1).await;
    assert_eq!(theatre.said_to("ana"), ["there"]);
    let log = theatre.log("clumsy").join("\n");
    assert!(log.contains("m:recall was not done: "), "{log}");
    assert_eq!(theatre.rows(ScriptRows::Acts), 0);
}

/// Edits whatever of the account is edited, and counts it.
const MEDDLER: &str = r#"
    --!mynah bots = true
    --!mynah conversations = ["c2c:*"]
    bot.on("edit", { bots = true }, function(m) bot.store:incr("heard") m:edit(m.text .. " by " .. bot.name) end)
    bot.on("recall", { bots = true }, function(m) bot.store:incr("recalled") end)
    bot.command("begin <id>", {}, function(m, a) bot.find(a.id):edit("x") end)
    bot.command("back <id>", {}, function(m, a) bot.find(a.id):recall() end)
    bot.command("count", {}, function(m) m:reply(`{bot.store:get("heard")} {bot.store:get("recalled")}`) end)
"#;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_script_does_not_hear_its_own_edits_and_two_that_edit_each_others_come_to_an_end() {
    let mut theatre = Theatre::of(&[
        ("one", &MEDDLER.replace("count", "one").replace("begin", "first").replace("back", "last")),
        ("two", &MEDDLER.replace("count", "two")),
    ])
    .await;
    let message = crate::model::Message::text("", 0, "by hand");
    let id = theatre.session().send(&with("ana"), message).await.unwrap().outcome().await.unwrap().id_text();
    theatre.say("ana", &format!("first {id}")).await;
    theatre.say("ana", "one").await;
    theatre.say("ana", "two").await;
    let said = theatre.said_to("ana");
    assert_eq!(said[0], "x by two by one by two", "four hops: {said:?}");
    assert_eq!(said[1..], ["1 nil", "2 nil"], "nobody heard itself");
    theatre.say("ana", &format!("last {id}")).await;
    theatre.say("ana", "one").await;
    theatre.say("ana", "two").await;
    assert_eq!(theatre.said_to("ana")[3..], ["1 nil", "2 1"]);
    theatre.crash_and_open().await;
    theatre.idle().await;
    theatre.say("ana", "one").await;
    assert_eq!(theatre.said_to("ana")[5..], ["1 nil"]);
}
