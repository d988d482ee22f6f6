//! Bots that answer each other come to an end.

use super::theatre::Theatre;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_script_never_hears_itself_and_two_that_answer_each_other_fall_silent() {
    let echo = r#"
        --!mynah bots = true
        bot.on("sent", { bots = true }, function(m) m:reply(bot.name) end)
        bot.command("go", {}, function(m) m:reply("go " .. bot.name) end)"#;
    let mut theatre = Theatre::of(&[("one", echo), ("two", echo)]).await;
    theatre.say("ana", "go").await;
    // What is said leaves, is heard of, and may be answered: until nothing comes any more.
    let mut said = Vec::new();
    loop {
        theatre.session().idle().await;
        theatre.idle().await;
        said.push(theatre.said_to("ana").len());
        if let [.., before, now] = said[..]
            && before == now
        {
            break;
        }
        assert!(said.len() < 50, "they never fall silent: {said:?}");
    }
    let said = said.pop().unwrap();
    assert!((4..=30).contains(&said), "{said} messages");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_says_too_much_has_to_wait_and_loses_nothing() {
    let mut theatre = Theatre::of(&[("chatty", r#"bot.on("receive", function(m) m:reply(m.text) end)"#)]).await;
    let mut last = String::new();
    for number in 0..30 {
        last = theatre.tell("ana", &number.to_string()).await;
    }
    theatre.heard(&last).await;
    theatre.idle().await;
    assert_eq!(theatre.said_to("ana").len(), 20, "twenty in a minute");
    theatre.wait(60).await;
    assert_eq!(theatre.said_to("ana").len(), 30);
}
