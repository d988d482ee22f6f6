//! The API cannot be changed.

use super::*;

#[test]
fn nothing_of_the_api_can_be_changed() {
    for place in ["bot.x", "bot.send", "bot.timer.at", "bot.config.x", "http.get", "log.info", "json.encode", "re.new"] {
        check_error(&format!("{place} = 1"), "readonly");
        check_error(&format!("rawset({}, \"x\", 1)", place.rsplit_once('.').unwrap().0), "readonly");
    }
    check_error("bot.store.x = 1", "Store.x cannot be set");
}

#[test]
fn a_configuration_is_read_and_not_changed() {
    let config = Data::map([("keywords", Data::List(vec!["a".into()])), ("notify", Data::Nil)]);
    let source = "bot.on(\"receive\", function(m)\nreturn bot.config.keywords[1], bot.config.notify\nend)";
    let mut bot = Bot::with(source, config.clone()).unwrap();
    assert_eq!(bot.hear("receive#1", message("ana", "x")).text(), "a nil");
    let mut bot = Bot::with("bot.on(\"receive\", function(m)\nbot.config.keywords[1] = 2\nend)", config.clone()).unwrap();
    assert!(bot.hear("receive#1", message("ana", "x")).error().contains("readonly"));
    let error = Bot::with("print(bot.config.keyword)", config).err().unwrap().to_string();
    assert!(error.contains("main:1: bot.config has no keyword; known are keywords, notify"), "{error}");
}
