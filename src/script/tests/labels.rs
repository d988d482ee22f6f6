//! Work that waits for a handler, while the script is edited.

use super::theatre::Theatre;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_waits_finds_its_handler_also_where_another_one_was_put_before_it() {
    let weak = "bot.on('receive', { words = { 'bad' } }, function(m) error('cannot') end)";
    let mut theatre = Theatre::of(&[("weak", weak)]).await;
    theatre.say("ana", "bad").await;
    let edited = "bot.on('receive', { words = { 'other' } }, function(m) m:reply('wrong') end)
        bot.on('receive', { words = { 'bad' }, cooldown = '1s' }, function(m) m:reply('better') end)";
    theatre.load("weak", edited).await.unwrap();
    assert!(theatre.host().retry_dead("weak", 1).await.unwrap());
    theatre.idle().await;
    assert_eq!(theatre.said_to("ana"), ["better"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_waits_for_a_handler_that_is_gone_becomes_a_dead_letter_that_says_so() {
    let mut theatre = Theatre::of(&[("weak", "bot.on('receive', { words = { 'bad' } }, function(m) error('cannot') end)")]).await;
    theatre.say("ana", "bad").await;
    theatre.load("weak", "bot.on('receive', { words = { 'good' } }, function(m) m:reply('wrong') end)").await.unwrap();
    assert!(theatre.host().retry_dead("weak", 1).await.unwrap());
    theatre.idle().await;
    assert_eq!(theatre.said_to("ana"), [""; 0]);
    let log = theatre.log("weak").join("\n");
    assert!(log.contains("dead letter 2: the script has no handler receive#") && log.contains("any more"), "{log}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_waits_for_one_of_several_equal_handlers_never_goes_to_another_one() {
    let (fails, answers) =
        ("bot.on('receive', function(m) error('cannot') end)\n", "bot.on('receive', function(m) m:reply('wrong') end)\n");
    let mut theatre = Theatre::of(&[("weak", &fails.repeat(2))]).await;
    theatre.say("ana", "bad").await;
    theatre.load("weak", &format!("{answers}{}", fails.repeat(2))).await.unwrap();
    assert!(theatre.host().retry_dead("weak", 1).await.unwrap() && theatre.host().retry_dead("weak", 2).await.unwrap());
    theatre.idle().await;
    assert_eq!(theatre.said_to("ana"), [""; 0]);
    let log = theatre.log("weak").join("\n");
    assert!(log.contains("the script has no handler receive.1of2 any more") && log.contains("no handler receive.2of2 any more"), "{log}");
}
