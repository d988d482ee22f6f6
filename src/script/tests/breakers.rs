//! How much a script may say where.

use super::theatre::{Theatre, with};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_many_conversations_make_a_script_say_in_one_is_bounded_there_and_the_owner_hears_of_it_once() {
    let mut theatre = Theatre::closed(&[(
        "alarm",
        r#"
        --!mynah conversations = ["c2c:ops"]
        bot.on("receive", function(m) bot.send("c2c:ops", m.text) end)"#,
    )]);
    theatre.options = theatre.options.clone().owner(with("boss"));
    theatre.open().await;
    let mut last = String::new();
    for number in 0..40 {
        last = theatre.tell(["ana", "ben", "cyd", "dan"][number % 4], &number.to_string()).await;
    }
    theatre.heard(&last).await;
    theatre.idle().await;
    let said = theatre.said_to("ops").len();
    assert!((20..=24).contains(&said), "twenty, and what was under way: {said}");
    for _ in 0..20 {
        theatre.wait(3).await;
    }
    assert_eq!(theatre.said_to("ops").len(), 40, "nothing is lost");
    let told = theatre.said_to("boss");
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].starts_with("alarm has said 20 messages in 60 s in c2c:ops"), "{told:?}");
    assert!(theatre.log("alarm").contains(&told[0]));
}
