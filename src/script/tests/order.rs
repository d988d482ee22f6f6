//! One conversation in order, one event at a time; conversations, and scripts, do not wait for each other.

use super::theatre::{Theatre, with};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_conversation_is_answered_in_its_order_however_fast_it_is_spoken() {
    let mut theatre = Theatre::of(&[(
        "echo",
        r#"
        --!mynah send = "100000/min"
        bot.on("receive", function(m) m:reply(m.text) end)"#,
    )])
    .await;
    let mut last = String::new();
    for number in 0..100 {
        last = theatre.tell("ana", &number.to_string()).await;
        theatre.tell("ben", &number.to_string()).await;
    }
    theatre.heard(&last).await;
    theatre.idle().await;
    let numbers: Vec<String> = (0..100).map(|number| number.to_string()).collect();
    assert_eq!(theatre.said_to("ana"), numbers);
    assert_eq!(theatre.said_to("ben"), numbers);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_waits_for_a_lock_holds_up_nobody_else() {
    // Ana's runs take turns for the lock; the second one of a conversation begins when the first has ended.
    let mut theatre = Theatre::of(&[(
        "locks",
        r#"
        bot.on("receive", function(m)
          bot.lock("one", function()
            local n = bot.store:get("n") or 0
            bot.search { query = "nothing", chat = m.chat.id }
            bot.store:set("n", n + 1)
          end)
        end)
        bot.command("count", {}, function(m) m:reply(tostring(bot.store:get("n"))) end)"#,
    )])
    .await;
    for person in ["ana", "ben", "cyd", "dan"] {
        for _ in 0..5 {
            theatre.tell(person, "x").await;
        }
    }
    let last = theatre.tell("ana", "x").await;
    theatre.heard(&last).await;
    theatre.idle().await;
    theatre.say("ana", "count").await;
    assert_eq!(
        theatre.said_to("ana"),
        ["22"],
        "no turn was lost, that of the message with the command neither: {:#?}",
        theatre.log("locks")
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_script_hears_what_it_asked_for_and_a_thousand_of_them_do_not_mind() {
    let sources: Vec<(String, String)> = (0..1_000)
        .map(|number| {
            let source = format!("bot.on('receive', {{ words = {{ 'word{number}' }} }}, function(m) m:reply('{number}') end)");
            (format!("bot{number}"), source)
        })
        .collect();
    let scripts: Vec<(&str, &str)> = sources.iter().map(|(name, source)| (name.as_str(), source.as_str())).collect();
    let mut theatre = Theatre::of(&scripts).await;
    theatre.say("ana", "word7 and word998").await;
    let mut said = theatre.said_to("ana");
    said.sort();
    assert_eq!(said, ["7", "998"]);
    assert_eq!(theatre.talk(&with("ana")).len(), 3);
}
