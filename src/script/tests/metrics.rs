//! What scripts count.

use super::theatre::{Theatre, with};
use crate::model::Message;
use crate::script::look::Look;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn hooks_count_too_and_a_script_counts_under_a_thousand_names_and_no_more() {
    let mut theatre = Theatre::of(&[(
        "counts",
        r#"
        bot.before("send", {}, function(m) bot.metric("looked") end)
        bot.on("receive", function(m) for n = 1, 100 do bot.metric(m.text .. n) end end)"#,
    )])
    .await;
    theatre.session().send(&with("ana"), Message::text("", 0, "by hand")).await.unwrap().outcome().await.unwrap();
    for number in 0..10 {
        theatre.say("ana", &format!("n{number}-")).await;
    }
    theatre.say("ana", "n0-").await;
    let log = theatre.log("counts").join("\n");
    assert!(log.contains("the script has counted under 901 names, the limit is 1000"), "{log}");
    theatre.wait(5).await;
    let state = Look::at(theatre.session().archive()).states().unwrap().remove(0).1;
    assert_eq!((state.metrics.len(), state.metrics["looked"], state.metrics["n0-7"], state.failures), (901, 1.0, 2.0, 1));
}
