//! Scripts that fail: what is repeated, set aside, quarantined, and taken up again.

use super::theatre::Theatre;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_event_that_cannot_be_dealt_with_is_set_aside_and_can_be_tried_again() {
    let mut theatre = Theatre::of(&[(
        "weak",
        r#"
        bot.on("receive", { words = { "bad" } }, function(m) error("cannot") end)
        bot.command("ping", {}, function(m) m:reply("pong") end)"#,
    )])
    .await;
    theatre.say("ana", "bad").await;
    theatre.say("ana", "ping").await;
    assert_eq!(theatre.said_to("ana"), ["pong"], "the events behind it go on");
    let log = theatre.log("weak").join("\n");
    assert!(log.contains("failed, dead letter 1:") && log.contains("cannot"), "{log}");
    theatre.load("weak", r#"bot.on("receive", { words = { "bad" } }, function(m) m:reply("better") end)"#).await.unwrap();
    assert!(theatre.host().retry_dead("weak", 1).await.unwrap());
    theatre.idle().await;
    assert_eq!(theatre.said_to("ana"), ["pong", "better"]);
    assert!(!theatre.host().retry_dead("weak", 1).await.unwrap(), "it was taken up");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_script_that_fails_all_the_time_rests_until_a_probe_goes_well() {
    let mut theatre = Theatre::of(&[
        ("weak", r#"bot.on("receive", function(m) if m.text == "bad" then error("no") end m:reply("weak") end)"#),
        ("good", r#"bot.on("receive", function(m) m:reply("good") end)"#),
    ])
    .await;
    for _ in 0..10 {
        theatre.say("ana", "bad").await;
    }
    theatre.say("ben", "fine").await;
    assert_eq!(theatre.said_to("ben"), ["good"], "one rests, the other does not");
    theatre.wait(60).await;
    let mut said = theatre.said_to("ben");
    said.sort();
    assert_eq!(said, ["good", "weak"], "the probe went well, and nothing was lost");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_command_that_is_given_wrong_is_explained_without_the_script() {
    let mut theatre =
        Theatre::of(&[("strict", r#"bot.command("add <n:int>", { help = "adds" }, function(m, a) m:reply("added") end)"#)]).await;
    theatre.say("ana", "add many").await;
    let said = theatre.said_to("ana");
    assert_eq!(said.len(), 1);
    assert!(said[0].contains("Usage: add <n>"), "{said:?}");
}
