//! Timers: durable, on time or late, once.

use super::theatre::Theatre;

const REMIND: &str = r#"
bot.command("in <when:duration>", {}, function(m, a)
  m:reply(bot.timer.after(a.when, "due", { chat = m.chat.id }))
end)
bot.command("drop <id>", {}, function(m, a) m:reply(tostring(bot.timer.cancel(a.id))) end)
bot.on("timer", "due", function(t) bot.send(t.data.chat, `due, {t.late} s late`) end)
"#;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_timer_fires_once_also_late_and_over_a_crash() {
    let mut theatre = Theatre::of(&[("remind", REMIND)]).await;
    theatre.say("ana", "in 1h").await;
    theatre.wait(3_599).await;
    assert_eq!(theatre.said_to("ana").len(), 1);
    theatre.crash().await;
    theatre.now.fetch_add(61, std::sync::atomic::Ordering::SeqCst);
    theatre.open().await;
    theatre.idle().await;
    theatre.wait(7_200).await;
    theatre.crash_and_open().await;
    theatre.idle().await;
    assert_eq!(theatre.said_to("ana")[1..], ["due, 60 s late"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_timer_that_is_cancelled_does_not_fire() {
    let mut theatre = Theatre::of(&[("remind", REMIND)]).await;
    theatre.say("ana", "in 1h").await;
    let id = theatre.said_to("ana")[0].clone();
    theatre.say("ana", &format!("drop {id}")).await;
    theatre.say("ana", &format!("drop {id}")).await;
    theatre.wait(7_200).await;
    assert_eq!(theatre.said_to("ana")[1..], ["true", "false"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_comes_again_and_again_is_one_timer_and_says_how_much_was_missed() {
    let mut theatre = Theatre::of(&[(
        "daily",
        r#"
        --!mynah conversations = ["c2c:ana"]
        bot.on("start", function() bot.timer.every("daily 10:00", "morning", { }) end)
        bot.on("timer", "morning", function(t) bot.send("c2c:ana", `good morning, {t.missed} missed`) end)"#,
    )])
    .await;
    theatre.crash_and_open().await;
    theatre.idle().await;
    theatre.wait(3_600).await;
    assert_eq!(theatre.said_to("ana"), ["good morning, 0 missed"], "two starts made one timer");
    theatre.crash().await;
    theatre.now.fetch_add(3 * 86_400, std::sync::atomic::Ordering::SeqCst);
    theatre.open().await;
    theatre.idle().await;
    assert_eq!(theatre.said_to("ana")[1..], ["good morning, 2 missed"]);
    theatre.wait(86_400).await;
    assert_eq!(theatre.said_to("ana").len(), 3);
}
