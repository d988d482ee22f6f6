//! New versions take over between two events; one that is broken does not.

use super::theatre::Theatre;

fn answers(text: &str) -> String {
    format!("bot.command('hi', {{}}, function(m) m:reply('{text}') end)")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_new_version_answers_and_a_broken_one_leaves_the_old_one_at_work() {
    let mut theatre = Theatre::of(&[("hi", &answers("one"))]).await;
    theatre.say("ana", "hi").await;
    theatre.load("hi", &answers("two")).await.unwrap();
    theatre.say("ana", "hi").await;
    for broken in ["bot.command('hi',", "error('top')", "while true do end", "bot.on('nothing', function() end)", "bot.nothing()"] {
        let error = theatre.load("hi", broken).await.unwrap_err().to_string();
        assert!(error.contains("hi cannot be loaded"), "{error}");
    }
    theatre.say("ana", "hi").await;
    assert_eq!(theatre.said_to("ana"), ["one", "two", "two"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_event_is_lost_or_doubled_while_versions_change() {
    let mut theatre = Theatre::of(&[("hi", "--!mynah send = '100000/min'\nbot.on('receive', function(m) m:reply(m.text) end)")]).await;
    let mut last = String::new();
    for number in 0..40 {
        last = theatre.tell("ana", &number.to_string()).await;
        if number % 10 == 5 {
            let source = format!("--!mynah send = '100000/min'\n-- {number}\nbot.on('receive', function(m) m:reply(m.text) end)");
            theatre.load("hi", &source).await.unwrap();
        }
    }
    theatre.heard(&last).await;
    theatre.idle().await;
    let numbers: Vec<String> = (0..40).map(|number| number.to_string()).collect();
    assert_eq!(theatre.said_to("ana"), numbers);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_script_that_leaves_and_comes_back_has_its_values_and_hears_what_it_has_missed() {
    let source = "bot.command('n', {}, function(m) m:reply(tostring(bot.store:incr('n'))) end)";
    let mut theatre = Theatre::of(&[("n", source)]).await;
    theatre.say("ana", "n").await;
    theatre.host().unload("n").await;
    theatre.say("ana", "n").await;
    theatre.load("n", source).await.unwrap();
    theatre.say("ana", "n").await;
    assert_eq!(theatre.said_to("ana"), ["1", "2", "3"]);
}
