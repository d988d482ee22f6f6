//! Scripts that do harm, and others that work beside them on the same stage.

use super::theatre::Theatre;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_script_that_never_ends_is_stopped_and_the_others_answer_meanwhile() {
    let mut theatre = Theatre::closed(&[
        ("loops", "bot.on('receive', function(m) while true do pcall(function() while true do end end) end end)"),
        ("eats", "bot.on('receive', function(m) local t = {} while true do t[#t + 1] = `{#t}` .. ('x'):rep(1e6) end end)"),
        ("good", "bot.on('receive', function(m) m:reply('good') end)"),
    ]);
    theatre.options = theatre.options.clone().stages(1);
    theatre.open().await;
    theatre.say("ana", "hello").await;
    theatre.say("ana", "again").await;
    assert_eq!(theatre.said_to("ana"), ["good", "good"]);
    let log = theatre.log("loops").join("\n");
    assert!(log.contains("stopped after 300 ms of computing"), "{log}");
    let log = theatre.log("eats").join("\n");
    assert!(log.contains("MiB of memory"), "{log}");
}
