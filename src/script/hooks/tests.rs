//! The time that hooks have, on stages that are played and by a clock that stands.

use std::sync::Mutex;
use std::sync::mpsc::{TryRecvError, channel};

use super::*;
use crate::script::handler::FilterSpec;
use crate::script::stage::Order;

/// What a stage does when it is asked.
#[derive(Clone, Copy)]
enum Plays {
    Redacts,
    ComputesForEver,
    AnswersNobody,
}

fn stage(plays: Plays) -> Prompter {
    let (orders, taken) = channel();
    tokio::spawn(async move {
        let mut unanswered = Vec::new();
        loop {
            match taken.try_recv() {
                Ok(Order::Hook(mut order)) => match plays {
                    Plays::Redacts => {
                        if let Asked::Message(message) = &mut order.asked {
                            message.body = Message::text("", 0, "redacted").body;
                        }
                        assert!(order.ruling.send(Ok(Ruling { verdict: Verdict::Pass(order.asked), metrics: BTreeMap::new() })).is_ok());
                    }
                    Plays::ComputesForEver => {
                        tokio::time::sleep(order.budget).await;
                        let _ = order.ruling.send(Err(Fault::Deadline { limit: order.budget, traceback: String::new() }));
                    }
                    Plays::AnswersNobody => unanswered.push(order),
                },
                Ok(_) => {}
                Err(TryRecvError::Empty) => tokio::time::sleep(Duration::from_millis(1)).await,
                Err(TryRecvError::Disconnected) => return,
            }
        }
    });
    Prompter::to(orders)
}

fn hook(script: &str, priority: i32, deadline_ms: u64, on_error: OnError, plays: Plays) -> Hook {
    Hook {
        script: script.into(),
        version: VersionNo(1),
        handler: HandlerNo(0),
        label: "before send".to_owned(),
        door: Door::Send,
        filter: Filter::compile(&FilterSpec::default()).unwrap(),
        priority,
        deadline: Duration::from_millis(deadline_ms),
        on_error,
        rests_until: 0,
        stage: stage(plays),
    }
}

/// Sends a message past these hooks. Returns what is left of it, and how each hook has done.
async fn send(hooks: Vec<Hook>) -> (Result<String, String>, Vec<(String, Went)>) {
    let folder = tempfile::tempdir().unwrap();
    let told = Arc::new(Mutex::new(Vec::new()));
    let hears = Arc::clone(&told);
    let tell = move |news| {
        if let HookNews::Asked { script, went, .. } = news {
            hears.lock().unwrap().push((script.to_string(), went));
        }
    };
    let log = Arc::new(LogBook::new(folder.path().to_owned()));
    let table = HookTable::new("bot".into(), log, Clock::new(|| 1_700_470_800), GRACE, Box::new(tell));
    table.put(hooks);
    let mut message = Message::text("bot", 0, "4111");
    let sent = table.before_send(&mut message, None).await.map(|()| message.summary()).map_err(|denied| denied.reason);
    let told = told.lock().unwrap().clone();
    (sent, told)
}

#[tokio::test(start_paused = true)]
async fn hooks_at_the_front_that_never_end_do_not_keep_the_one_behind_them_from_its_work() {
    for plays in [Plays::ComputesForEver, Plays::AnswersNobody] {
        let mut hooks: Vec<Hook> = (0..5).map(|_| hook("greedy", 9, 100, OnError::Allow, plays)).collect();
        hooks.push(hook("redactor", 0, 20, OnError::Deny, Plays::Redacts));
        let (sent, told) = send(hooks).await;
        assert_eq!(sent, Ok("redacted".to_owned()));
        assert_eq!(told.last(), Some(&("redactor".to_owned(), Went::Well)));
    }
}

#[tokio::test(start_paused = true)]
async fn a_script_is_blamed_for_a_deadline_that_it_has_had_and_not_for_one_that_others_have_shortened() {
    let greedy = |deadline_ms| hook("greedy", 9, deadline_ms, OnError::Allow, Plays::ComputesForEver);
    let redactor = || hook("redactor", 0, 20, OnError::Deny, Plays::Redacts);
    let went = async |hooks: Vec<Hook>| send(hooks).await.1[0].1;
    assert_eq!(went(vec![greedy(100)]).await, Went::Wrong, "alone it has all the time");
    assert_eq!(went(vec![greedy(20), redactor()]).await, Went::Wrong);
    assert_eq!(went(vec![greedy(100), redactor()]).await, Went::Unanswered);
    assert_eq!(went(vec![hook("busy", 9, 20, OnError::Allow, Plays::AnswersNobody)]).await, Went::Unanswered);
}
