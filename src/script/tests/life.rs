//! How versions of a script end.

use std::sync::{Arc, Mutex, mpsc};

use super::theatre::Theatre;
use crate::script::op::Answer;
use crate::script::outside::FakeHttp;
use crate::store::lock;

fn version(name: &str) -> String {
    format!(
        r#"
        --!mynah conversations = ["c2c:ana"]
        bot.on("start", function() bot.send("c2c:ana", "{name} starts") end)
        bot.on("stop", function(s) bot.store:set("left", "{name}") bot.send("c2c:ana", `{name} ends: {{s.reason}}`) end)
        bot.command("who", {{}}, function(m) m:reply(`{name} after {{bot.store:get("left")}}`) end)"#
    )
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_version_hears_that_it_ends_and_that_is_written_before_the_next_one_hears_anything() {
    let mut theatre = Theatre::of(&[("bot", &version("one"))]).await;
    theatre.idle().await;
    theatre.load("bot", &version("two")).await.unwrap();
    theatre.say("ana", "who").await;
    theatre.host().unload("bot").await;
    assert_eq!(
        theatre.said_to("ana"),
        ["one starts", "one ends: replaced", "two starts", "two after one", "two ends: removed"],
        "{:#?}",
        theatre.log("bot")
    );
    theatre.load("bot", &version("three")).await.unwrap();
    theatre.idle().await;
    theatre.host().stop().await;
    assert_eq!(theatre.said_to("ana")[5..], ["three starts", "three ends: host"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_version_that_takes_too_long_to_end_holds_up_the_next_one_no_longer_than_its_time() {
    let (open, gate) = mpsc::channel::<()>();
    let gate = Mutex::new(gate);
    let slow = r#"
        --!mynah conversations = ["c2c:ana"]
        --!mynah http = ["example.org"]
        bot.on("stop", function() http.get("https://example.org/") bot.send("c2c:ana", "gone") end)"#;
    let mut theatre = Theatre::closed(&[("bot", slow)]);
    theatre.options.fake_http = Some(FakeHttp(Arc::new(move |_| {
        let _ = lock(&gate).recv();
        Answer::Failed { why: "nobody is there".to_owned() }
    })));
    theatre.open().await;
    theatre.load("bot", &version("two")).await.unwrap();
    let id = theatre.tell("ana", "who").await;
    theatre.heard(&id).await;
    assert_eq!(theatre.said_to("ana"), [""; 0], "the old version has its time");
    theatre.now.fetch_add(5, std::sync::atomic::Ordering::SeqCst);
    theatre.host().tick();
    theatre.until(|theatre| theatre.said_to("ana").len() == 2).await;
    open.send(()).unwrap();
    theatre.idle().await;
    let mut said = theatre.said_to("ana");
    said.sort();
    assert_eq!(said, ["gone", "two after nil", "two starts"], "what it wanted is written all the same");
}
