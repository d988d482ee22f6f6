//! What scripts keep.

use super::theatre::Theatre;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn values_are_kept_for_the_script_the_conversation_and_the_person() {
    let mut theatre = Theatre::of(&[(
        "keeps",
        r#"
        bot.command("put <what:text>", {}, function(m, a)
          bot.store:set("x", a.what); m.chat.store:set("x", m.chat.id); m.from.store:set("x", m.from.id)
          bot.store:set("list", { 1, 2, { deep = true } })
        end)
        bot.command("get", {}, function(m)
          m:reply(`{bot.store:get("x")} {m.chat.store:get("x")} {m.from.store:get("x")} {bot.store:get("list")[3].deep}`)
        end)"#,
    )])
    .await;
    theatre.say("ana", "put one").await;
    theatre.say("ben", "put two").await;
    theatre.crash_and_open().await;
    theatre.say("ana", "get").await;
    assert_eq!(theatre.said_to("ana"), ["two c2c:ana ana true"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_run_that_fails_has_changed_nothing() {
    let mut theatre = Theatre::of(&[(
        "half",
        r#"
        bot.command("go", {}, function(m)
          bot.store:incr("n"); bot.timer.after("1s", "t", {}); m:reply("half")
          error("no")
        end)
        bot.on("timer", "t", function() bot.store:incr("t") end)
        bot.command("look", {}, function(m) m:reply(`{bot.store:get("n")} {bot.store:get("t")}`) end)"#,
    )])
    .await;
    theatre.say("ana", "go").await;
    theatre.wait(5).await;
    theatre.say("ana", "look").await;
    assert_eq!(theatre.said_to("ana"), ["nil nil"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_count_is_lost_between_runs_that_overlap() {
    let mut theatre = Theatre::of(&[(
        "counts",
        r#"
        bot.on("receive", function(m)
          bot.store:incr("plain")
          bot.store:update("made", function(n) return (n or 0) + 1 end)
          bot.search { query = "x", chat = m.chat.id }
        end)
        bot.command("look", { }, function(m) m:reply(`{bot.store:get("plain")} {bot.store:get("made")}`) end)"#,
    )])
    .await;
    let mut last = String::new();
    for person in ["ana", "ben", "cyd", "dan", "eve"] {
        for _ in 0..10 {
            last = theatre.tell(person, "x").await;
        }
    }
    theatre.heard(&last).await;
    theatre.idle().await;
    theatre.say("fay", "look").await;
    let said = theatre.said_to("fay");
    assert_eq!(said, ["51 51"], "{:#?}", theatre.log("counts"));
}
