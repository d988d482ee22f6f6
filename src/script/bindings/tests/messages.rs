//! Messages in a script's hands, and what is said.

use super::*;
use crate::model::{Element, Message};
use crate::script::op::{Answer, Op};
use crate::script::run::Act;

#[test]
fn a_message_shows_what_it_is() {
    check("return m.id, m.text, m.chat.id, m.chat.kind, m.from.id, m.is_mine", "ana-1709640000-7 hello group:general group ana false");
    check("return m.chat.title, m.from.name", "title of group:general title of c2c:ana");
    check("return m.time.unix, m.reply_to, #m.mentions, #m.files, m.types[1], m.custom", "1709640000 nil 0 0 text nil");
    check("return m == m, m.chat == 1, typeof(m), typeof(m.time)", "true false Message Time");
    check("return tostring(m)", "message(ana-1709640000-7)");
    check("return m:link()", "mynah://m/ana-1709640000-7");
}

#[test]
fn a_message_shows_what_stands_in_its_body() {
    let mut said = message("ana", "hello");
    said.body = crate::model::Body::of_elements(&[Element::text("a"), Element::custom("data", ""), Element::text("b")]);
    said.body.set("message_group_at_user_array", Some(serde_json::json!(["bo", "cy"]))).unwrap();
    said.body.set("message_cloud_custom_str", Some(r#"{"messageReply":{"messageID":"m1"}}"#.into())).unwrap();
    said.body.set("message_sender_profile", Some(serde_json::json!({"user_profile_nick_name": "Ana"}))).unwrap();
    let mut bot =
        Bot::of(r#"bot.on("receive", function(m) return m.text, m.custom, table.concat(m.mentions, "+"), m.reply_to, m.from.name end)"#);
    assert_eq!(bot.hear("receive#1", said).text(), "a\nb data bo+cy m1 Ana");
}

#[test]
fn a_field_that_is_not_there_is_an_error_that_names_those_that_are() {
    check_error("return m.txt", "Message has no txt; known are id, text, time, chat, from");
    check_error("return m.chat.name", "Chat has no name; known are id, title, kind, store");
    check_error("return m[1]", "Message has no number");
    check_error("m.text = \"x\"", "Message.text can be set in bot.before only");
    check_error("m.files = {}", "Message.files cannot be set");
    check_error("m.chat.title = \"x\"", "Chat.title cannot be set");
}

#[test]
fn nothing_is_behind_an_object() {
    check("return getmetatable(m), getmetatable(m.time), getmetatable(bot.store), getmetatable(bot.config)", "false false false false");
    check("return (pcall(setmetatable, m, {}))", "false");
}

#[test]
fn an_answer_goes_where_the_message_came_from_and_names_it() {
    let mut bot = Bot::of(r#"bot.on("receive", function(m) return m:reply("pong") end)"#);
    let heard = bot.hear("receive#1", message("ana", "ping"));
    assert_eq!(heard.said(), ["group:general <- pong"]);
    let said = heard.effects(|effects| effects.sends[0].clone());
    assert_eq!(heard.text(), said.id_text(), "the id is known at once");
    assert!(said.body.as_json().contains("ana-1709640000-7"), "{}", said.body.as_json());
}

#[test]
fn whatever_can_be_said_is_said() {
    let mut bot = Bot::of(
        r#"bot.on("receive", function(m)
            bot.send("group:ops", "text")
            bot.send(m.chat, 5)
            bot.send(m.from, { text = "table", files = { "a.png" }, mentions = { "bo", m.from }, custom = { a = 1 }, reply_to = m })
        end)"#,
    );
    let heard = bot.hear("receive#1", message("ana", "ping"));
    assert_eq!(heard.said(), ["group:ops <- text", "group:general <- 5", "c2c:ana <- table|a.png"]);
}

#[test]
fn what_cannot_be_said_is_named() {
    check_error("bot.send(\"group:ops\", nil)", "bot.send: argument 2 (message): text or a table expected, got nil");
    check_error("bot.send(nil, \"x\")", "bot.send: argument 1 (chat): a conversation such as");
    check_error("bot.send(m, \"x\")", "bot.send: argument 1 (chat): a conversation expected, got a message");
    check_error(
        "m:reply({ txt = \"x\" })",
        "m:reply: argument 1 (message): there is no \"txt\"; known are text, files, reply_to, mentions, custom",
    );
    check_error("m:reply({})", "m:reply: argument 1 (message): there is nothing to say");
    check_error("m:reply({ text = \"a\", files = { 1 } })", "m:reply: argument 1 (message).files[1]: a text expected, got a number");
    check_error(
        "m:reply({ text = \"a\", files = { a = 1 } })",
        "m:reply: argument 1 (message).files: a list expected, got a table with names",
    );
    check_error("m.reply(\"x\")", "m:reply: call it with a colon");
    check_error("m.reply(m.chat, \"x\")", "m:reply: call it with a colon");
    check_error("m:reply(\"\\255\")", "it is not UTF-8");
}

#[test]
fn misuse_is_a_text_that_a_script_can_catch() {
    check(
        "local ok, err = pcall(bot.send, 1)\nreturn ok, type(err), err",
        "false string bot.send: argument 1 (chat): a conversation such as \"group:ops\", m.chat or m.from expected, got a number",
    );
    let caught = returned("local ok, err = pcall(function() bot.send(1) end)\nreturn err");
    assert!(
        caught.ends_with(":2: bot.send: argument 1 (chat): a conversation such as \"group:ops\", m.chat or m.from expected, got a number"),
        "{caught}"
    );
}

#[test]
fn what_is_done_to_messages_is_done_after_the_run() {
    let mut bot = Bot::of(
        r#"bot.on("receive", function(m)
            m:recall()
            m:mark_read()
            m:forward("group:ops")
        end)"#,
    );
    let said = message("ana", "ping");
    bot.memory.messages.borrow_mut().insert(said.id_text(), said.clone());
    let heard = bot.hear("receive#1", said.clone());
    assert_eq!(heard.said(), ["group:ops <- ping"]);
    let acts = heard.effects(|effects| effects.acts.clone());
    assert_eq!(acts, [Act::Recall { id: said.id_text() }, Act::MarkRead { chat: "group:general".to_owned() }]);
}

#[test]
fn only_own_messages_can_be_edited() {
    check_error("m:edit(\"x\")", "m:edit: only messages of the account can be edited");
    let mut bot = Bot::of(r#"bot.on("sent", function(m) m:edit("done") end)"#);
    let own = Message { is_from_self: Some(true), ..message("me", "working") };
    let heard = bot.hear("sent#1", own.clone());
    assert_eq!(heard.effects(|effects| effects.acts.clone()), [Act::Edit { id: own.id_text(), text: "done".to_owned() }]);
}

#[test]
fn a_question_waits_for_its_answer() {
    let mut bot = Bot::of(
        r#"bot.on("receive", function(m)
            local answer = m:ask("Which day?", { match = "^(mon|tue)", timeout = "5m" })
            m:reply(if answer then "on " .. answer.text else "never mind")
        end)"#,
    );
    bot.answers.push_back(Answer::Messages { messages: vec![message("ana", "mon").to_json()], next: None });
    assert_eq!(bot.hear("receive#1", message("ana", "book")).said(), ["group:general <- Which day?", "group:general <- on mon"]);
    let Op::Ask { pattern, timeout_s, from, .. } = &bot.asked[0] else { panic!("it asked") };
    assert_eq!((pattern.as_deref(), *timeout_s, from.as_deref()), (Some("^(mon|tue)"), 300, Some("ana")));

    bot.answers.push_back(Answer::Messages { messages: vec![], next: None });
    assert_eq!(bot.hear("receive#1", message("ana", "book")).said()[1], "group:general <- never mind");
}

#[test]
fn a_question_that_cannot_be_answered_is_refused() {
    check_error("m:ask(\"?\", { match = \"(\" })", "m:ask: argument 2 (options).match: the pattern cannot be read");
    check_error("m:ask(\"?\", { timeout = \"60d\" })", "timeout is from a second to 30 days");
    check_error("m:ask(\"?\", { timeout = \"soon\" })", "m:ask: argument 2 (options).timeout: \"soon\" is no length of time");
    check_error("m:ask()", "m:ask: argument 1 (question): text or a table expected, got nil");
}
