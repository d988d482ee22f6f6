//! What a run wants happens once, wherever the host is cut off.

use super::theatre::Theatre;
use crate::script::committer::{Fuse, Grouping};

/// Answers, counts, sets a timer that answers too, asks a question: everything that a run can want.
const BUSY: &str = r#"
bot.command("go <what:text>", {}, function(m, a)
  local n = bot.store:incr("runs")
  m.from.store:set("last", a.what)
  bot.timer.after("10s", "later", { chat = m.chat.id, n = n })
  m:reply(`run {n}: {a.what}`)
  local answer = m:ask(`sure about {a.what}?`, { timeout = "1h" })
  m:reply(answer and `so be it, {answer.text}` or "never mind")
end)
bot.on("timer", "later", function(t)
  bot.store:incr("timers")
  bot.send(t.data.chat, `timer {t.data.n}`)
end)
"#;

/// What has to stand in the conversation, wherever the host was cut off.
const WHOLE: [&str; 10] = [
    "ana: go one",
    "bot: run 1: one",
    "bot: sure about one?",
    "bot: timer 1",
    "ana: yes",
    "bot: so be it, yes",
    "ana: go two",
    "bot: run 2: two",
    "bot: sure about two?",
    "bot: timer 2",
];

const STEPS: [&str; 5] = ["go one", "+11", "yes", "go two", "+11"];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn everything_happens_once_wherever_the_writing_is_cut_off() {
    let mut cuts = 0;
    for writes in 0.. {
        let mut was_cut = false;
        for fuse in [Fuse::before(writes), Fuse::behind(writes)] {
            let mut theatre = Theatre::closed(&[("busy", BUSY)]);
            theatre.options = theatre.options.clone().grouping(Grouping::Alone);
            let mut theatre = theatre.with_fuse(fuse.clone());
            theatre.open().await;
            for step in STEPS {
                take(&mut theatre, step).await;
            }
            was_cut |= fuse.is_burnt();
            let talk = theatre.talk(&super::theatre::with("ana"));
            assert_eq!(talk, WHOLE, "cut at write {writes}, {fuse:?}: {:#?}", theatre.log("busy"));
            theatre.crash().await;
        }
        if !was_cut {
            break;
        }
        cuts += 1;
    }
    assert!(cuts > 5, "only {cuts} writes were cut off");
}

/// Takes a step, and where the host is cut off meanwhile, starts it again.
async fn take(theatre: &mut Theatre, step: &str) {
    // Messages of one second have no order of their own.
    theatre.now.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
    match step.strip_prefix('+') {
        Some(seconds) => {
            theatre.now.fetch_add(seconds.parse().unwrap(), std::sync::atomic::Ordering::SeqCst);
            theatre.host().tick();
        }
        None => {
            let id = theatre.tell("ana", step).await;
            theatre.heard(&id).await;
        }
    }
    if theatre.host().idle().await.is_err() {
        theatre.options.fuse = None;
        theatre.crash_and_open().await;
        theatre.idle().await;
    }
    // What is said is said before the clock goes on.
    theatre.session().idle().await;
    theatre.idle().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_not_cut_off_is_not_done_again_at_the_next_start() {
    let mut theatre = Theatre::of(&[("busy", BUSY)]).await;
    for step in STEPS {
        take(&mut theatre, step).await;
    }
    let before = theatre.talk(&super::theatre::with("ana"));
    assert_eq!(before, WHOLE);
    for _ in 0..3 {
        theatre.crash_and_open().await;
        theatre.idle().await;
    }
    assert_eq!(theatre.talk(&super::theatre::with("ana")), before);
}
