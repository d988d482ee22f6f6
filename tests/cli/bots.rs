//! Scripts: made, at work, changed while they work, granted what they ask for, looked at.

use std::fs;
use std::time::Instant;

use serde_json::{Value, json};

use super::motion::{Going, PATIENCE, run};
use super::{Desk, Ran};
use crate::schemas::{accepts, schema};

/// A desk with these scripts in its folder.
fn with(scripts: &[(&str, &str)]) -> Desk {
    let desk = Desk::new();
    fs::create_dir(desk.path("scripts")).unwrap();
    scripts.iter().for_each(|(name, source)| write(&desk, name, source));
    desk
}

fn write(desk: &Desk, name: &str, source: &str) {
    // As editors do: a new file in the place of the one before.
    let new = desk.path("scripts").join(format!(".{name}.new"));
    fs::write(&new, source).unwrap();
    fs::rename(new, desk.path("scripts").join(format!("{name}.luau"))).unwrap();
}

/// The scripts at work, with bob as their account.
fn working(desk: &Desk, arguments: &[&str]) -> Going {
    let going = Going::start(desk, "bob", &[&["run", "--json"], arguments].concat());
    going.hears("Ctrl-C ends them");
    going
}

/// Asks until the answer is as it has to become: what runs is written a little after it is told.
fn until(desk: &Desk, arguments: &[&str], holds: impl Fn(&Ran) -> bool) -> Ran {
    let end = Instant::now() + PATIENCE;
    loop {
        let ran = run(desk, "bob", arguments).expect(0);
        if holds(&ran) {
            return ran;
        }
        assert!(Instant::now() < end, "{ran:#?}");
    }
}

fn answering(text: &str) -> String {
    format!("bot.command('ping', {{}}, function(m) m:reply('{text}') end)")
}

/// Alice, who talks with bob.
fn alice(desk: &Desk) -> Going {
    Going::start(desk, "alice", &["chat", "c2c:bob", "--json"])
}

#[test]
fn a_new_bot_answers_a_message_of_another_process() {
    let desk = Desk::new();
    let made = run(&desk, "bob", &["bot", "new", "hello"]).expect(0);
    assert!(made.out.contains("scripts/hello.luau\nscripts/hello_test.luau\n"), "{made:#?}");
    let again = run(&desk, "bob", &["bot", "new", "hello"]).expect(1);
    assert!(again.err.contains("could not make scripts/hello.luau"), "{again:#?}");
    assert!(run(&desk, "bob", &["bot", "new", "../Evil"]).expect(2).err.contains("is no name for a script"));
    run(&desk, "bob", &["bot", "check"]).expect(0);
    let tested = run(&desk, "bob", &["test"]).expect(0);
    assert!(tested.out.contains("passed  hello: whoever asks is greeted") && tested.err.contains("1 test passed"), "{tested:#?}");
    accepts(&schema("test-result"), &run(&desk, "bob", &["test", "--json"]).expect(0).last());

    let bob = working(&desk, &[]);
    let mut person = alice(&desk);
    person.says("hello");
    person.hears("Hello, alice!");
    let states = until(&desk, &["bots", "--json"], |states| !states.out.is_empty());
    accepts(&schema("script-state"), &states.last());
    assert_eq!((&states.last()["script"], &states.last()["state"]), (&json!("hello"), &json!("running")));
    person.end().expect(0);
    bob.interrupt().expect(0);
    let ended = run(&desk, "bob", &["bots"]).expect(0);
    assert!(ended.out.starts_with("hello  stopped") && ended.err.contains("`mynah run` starts them"), "{ended:#?}");
    assert!(!desk.path("bob").join("CONTROL").exists(), "the control door is taken away");
}

#[test]
fn an_edit_works_without_a_restart_and_a_broken_one_leaves_the_version_before() {
    let desk = with(&[("ping", &answering("one"))]);
    let bob = working(&desk, &[]);
    let mut person = alice(&desk);
    person.says("ping");
    person.hears("\"one\"");

    write(&desk, "ping", &answering("two"));
    bob.hears("is at work");
    person.says("ping");
    person.hears("\"two\"");

    write(&desk, "ping", "bot.command('ping', {}, function(m)");
    let line: Value = serde_json::from_str(&bob.hears("\"error\"")).unwrap();
    accepts(&schema("log-line"), &line);
    assert_eq!(line["script"], "ping");
    assert!(line["message"].as_str().unwrap().contains("ping:1:"), "it says where: {line}");
    person.says("ping");
    person.hears("\"two\"");

    write(&desk, "pong", "bot.command('pong', {}, function(m) m:reply('new') end)");
    bob.hears("is at work");
    person.says("pong");
    person.hears("\"new\"");
    fs::remove_file(desk.path("scripts/pong.luau")).unwrap();
    bob.hears("it was taken away");
    person.end().expect(0);
    let told = bob.interrupt().expect(0);
    assert!(!told.out.contains("\"error\""), "the error is shown once: {told:#?}");
}

#[test]
fn the_folder_may_disappear_and_come_back() {
    let desk = with(&[("ping", &answering("one"))]);
    let bob = working(&desk, &[]);
    let mut person = alice(&desk);
    fs::rename(desk.path("scripts"), desk.path("away")).unwrap();
    bob.hears("the scripts go on as they are");
    person.says("ping");
    person.hears("\"one\"");
    fs::rename(desk.path("away"), desk.path("scripts")).unwrap();
    bob.hears("is there again");
    write(&desk, "ping", &answering("two"));
    bob.hears("is at work");
    person.says("ping");
    person.hears("\"two\"");
    person.end().expect(0);
    bob.interrupt().expect(0);
}

#[test]
fn a_script_whose_file_was_away_goes_on_with_its_open_question_until_it_is_forgotten() {
    let source = "bot.command('name', {}, function(m) local a = m:ask('who?', {timeout = '1h'}) m:reply('hello ' .. a.text) end)";
    let desk = with(&[("greet", source)]);
    let bob = working(&desk, &[]);
    let mut person = alice(&desk);
    person.says("name");
    person.hears("\"who?\"");
    let (file, away) = (desk.path("scripts/greet.luau"), desk.path("greet.away"));
    fs::rename(&file, &away).unwrap();
    bob.hears("it was taken away");
    fs::rename(&away, &file).unwrap();
    bob.hears("is at work");
    person.says("Carl");
    person.hears("\"hello Carl\"");
    person.end().expect(0);
    bob.interrupt().expect(0);
    let told = run(&desk, "bob", &["bot", "forget", "greet"]).expect(0);
    assert!(told.out.contains("greet is forgotten"), "{told:#?}");
}

#[test]
fn what_a_script_failed_on_is_looked_at_tried_again_and_forgotten() {
    let desk = with(&[("weak", "bot.on('receive', function(m) error('cannot ' .. m.text) end)")]);
    let bob = working(&desk, &[]);
    for text in ["one", "two", "three"] {
        run(&desk, "alice", &["send", "c2c:bob", text]).expect(0);
        bob.hears("dead letter");
    }
    let letters = until(&desk, &["dead", "list", "--json"], |letters| letters.json().len() == 3);
    assert_eq!(letters.json().iter().map(|letter| letter["no"].clone()).collect::<Vec<_>>(), [1, 2, 3]);
    letters.json().iter().for_each(|letter| accepts(&schema("dead-letter"), letter));
    let shown = run(&desk, "bob", &["dead", "show", "weak", "2"]).expect(0);
    assert!(shown.out.contains("tried 2 times") && shown.out.contains("alice: two") && shown.out.contains("weak:1"), "{shown:#?}");
    assert!(run(&desk, "bob", &["dead", "show", "weak", "9"]).expect(1).err.contains("weak has no dead letter 9"));

    run(&desk, "bob", &["dead", "skip", "weak", "1"]).expect(0);
    write(&desk, "weak", "bot.on('receive', function(m) m:reply('better ' .. m.text) end)");
    bob.hears("is at work");
    assert_eq!(run(&desk, "bob", &["dead", "retry", "weak", "2", "--json"]).expect(0).last(), json!({"retried": 1}));
    let person = Going::start(&desk, "alice", &["tail", "--json", "--since", "0"]);
    person.hears("better two");
    bob.interrupt().expect(0);

    let later = run(&desk, "bob", &["dead", "retry", "weak"]).expect(0);
    assert!(later.out.contains("1 dead letter: each is dealt with when the scripts run again"), "{later:#?}");
    assert_eq!(run(&desk, "bob", &["dead", "list"]).expect(0).out, "");
    let bob = working(&desk, &[]);
    person.hears("better three");
    person.interrupt().expect(0);
    bob.interrupt().expect(0);
}

#[test]
fn a_grant_is_asked_for_given_and_lost_when_the_script_changes() {
    let source = "--!mynah conversations = [\"c2c:carol\"]\n--!mynah why.conversations = \"she wants to know\"\n\
                  bot.command('ping', {}, function(m) bot.send('c2c:carol', 'pinged') m:reply('told') end)";
    let desk = with(&[("tell", source)]);
    let bob = working(&desk, &[]);
    let asked = run(&desk, "bob", &["grant", "tell"]).expect(2);
    assert!(asked.out.contains("conversations  c2c:carol  (she wants to know)") && asked.err.contains("add --yes"), "{asked:#?}");
    let listed = run(&desk, "bob", &["grant", "--list", "--json"]).expect(0);
    accepts(&schema("grant"), &listed.last());
    assert_eq!(listed.last()["decision"], "pending");

    let granted = run(&desk, "bob", &["grant", "tell", "--yes"]).expect(0);
    assert!(granted.err.contains("the scripts that run know of it"), "{granted:#?}");
    let mut person = alice(&desk);
    person.says("ping");
    person.hears("\"told\"");

    write(&desk, "tell", &format!("{source} -- changed"));
    bob.hears("it has changed since it was granted");
    assert_eq!(run(&desk, "bob", &["grant", "--list", "--json"]).expect(0).last()["decision"], "changed");
    run(&desk, "bob", &["grant", "tell", "--yes"]).expect(0);
    assert_eq!(run(&desk, "bob", &["grant", "tell", "--revoke", "--json"]).expect(0).last()["revoked"], true);
    assert_eq!(run(&desk, "bob", &["grant", "--list", "--json"]).expect(0).last()["decision"], "pending");
    person.end().expect(0);
    bob.interrupt().expect(0);
}

#[test]
fn the_configuration_says_what_a_script_is_set_to_and_what_it_may_do() {
    let source = "--!mynah config.word = { type = \"string\", default = \"none\", help = \"what it says\" }\n\
                  --!mynah conversations = [\"c2c:carol\"]\n\
                  bot.command('ping', {}, function(m) bot.send('c2c:carol', 'pinged') m:reply(bot.config.word) end)";
    let desk = with(&[("tell", source)]);
    let configuration = "[scripts]\nfolder = \"scripts\"\n\n[config.tell]\nword = \"set\"\n\n[grants.tell]\nany_version = true\nconversations = [\"c2c:carol\"]\n";
    fs::write(desk.path("mynah.toml"), configuration).unwrap();
    let bob = working(&desk, &["--config", "mynah.toml"]);
    let mut person = alice(&desk);
    person.says("ping");
    person.hears("\"set\"");
    person.end().expect(0);
    bob.interrupt().expect(0);
    fs::write(desk.path("mynah.toml"), "[config]\ntell = 1\n").unwrap();
    let wrong = run(&desk, "bob", &["run", "--config", "mynah.toml"]).expect(2);
    assert!(wrong.err.contains("config.tell has to be a table, written [config.tell]"), "{wrong:#?}");
}

#[test]
fn a_log_is_shown_and_followed() {
    let desk = with(&[("notes", "bot.on('receive', function(m) log.warn('heard', { length = #m.text }) end)")]);
    assert!(run(&desk, "bob", &["bot", "logs", "notes"]).expect(1).err.contains("notes has no log"));
    let bob = working(&desk, &[]);
    let follower = Going::start(&desk, "bob", &["bot", "logs", "notes", "-f"]);
    follower.hears("is at work");
    run(&desk, "alice", &["send", "c2c:bob", "hello"]).expect(0);
    assert!(follower.hears("heard").contains("notes  warn  heard  {\"length\":5}"));
    follower.interrupt().expect(0);
    bob.interrupt().expect(0);
    let newest = run(&desk, "bob", &["bot", "logs", "notes", "-n", "1", "--json"]).expect(0);
    assert_eq!(newest.json().len(), 1);
    accepts(&schema("log-line"), &newest.last());
}

#[test]
fn a_dry_run_tells_what_would_happen_beside_whoever_receives_and_nobody_notices() {
    let desk = with(&[("count", "bot.command('n', {}, function(m) m:reply('n is ' .. bot.store:incr('n')) end)")]);
    assert!(run(&desk, "bob", &["run", "--dry"]).expect(1).err.contains("holds no mynah store"));
    let receiver = Going::start(&desk, "bob", &["tail", "--json"]);
    run(&desk, "alice", &["send", "c2c:bob", "first"]).expect(0);
    receiver.hears("first");
    let looking = working(&desk, &["--dry"]);
    run(&desk, "alice", &["send", "c2c:bob", "n"]).expect(0);
    looking.hears("would say in c2c:alice: n is 1");
    looking.hears("would keep n = 1");
    run(&desk, "alice", &["send", "c2c:bob", "n"]).expect(0);
    looking.hears("would say in c2c:alice: n is 2");
    assert!(!desk.path("bob").join("CONTROL").exists(), "other commands do not take it for scripts at work");
    receiver.interrupt().expect(0);

    run(&desk, "alice", &["send", "c2c:bob", "later"]).expect(0);
    looking.interrupt().expect(0);
    assert_eq!(run(&desk, "bob", &["history", "alice", "--json"]).expect(0).json().len(), 3, "what came last was not received");
    let receiver = Going::start(&desk, "bob", &["tail", "--json"]);
    receiver.hears("later");
    receiver.interrupt().expect(0);
    assert_eq!(run(&desk, "bob", &["history", "alice", "--json"]).expect(0).json().len(), 4, "only what alice said is there");
    assert_eq!(run(&desk, "bob", &["bots", "--json"]).expect(0).out, "");
    assert!(run(&desk, "bob", &["bot", "logs", "count"]).expect(1).err.contains("has no log"));
}

#[test]
fn what_is_wrong_with_a_script_is_found_without_running_it() {
    let desk = with(&[("bad", "bot.replay('x')\nlocal n = 0\nbot.on('receive', function(m) n += 1 end)")]);
    let checked = run(&desk, "bob", &["bot", "check", "scripts/bad.luau"]).expect(1);
    assert!(checked.out.contains("scripts/bad.luau:1:") && checked.err.contains("will not work"), "{checked:#?}");
    let json = run(&desk, "bob", &["bot", "check", "--json"]).expect(1);
    json.json().iter().for_each(|finding| accepts(&schema("finding"), finding));
}

#[test]
fn the_tests_of_the_ready_bots_pass() {
    let desk = Desk::new();
    let scripts = concat!(env!("CARGO_MANIFEST_DIR"), "/scripts");
    let tested = run(&desk, "bob", &["test", scripts]).expect(0);
    for bot in ["ping", "reminder", "poll", "daily-digest", "redactor", "webhook-to-chat"] {
        assert!(tested.out.contains(&format!("passed  {bot}: ")), "{bot}: {tested:#?}");
    }
    assert!(!tested.out.contains("failed"), "{tested:#?}");
}

/// What is said in `group:ops` today, a minute apart, in an archive of bob's.
fn said(desk: &Desk, lines: &[(&str, &str)]) {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs();
    let begin = now - 3_600;
    let message = |(number, (sender, text)): (usize, &(&str, &str))| {
        let head = json!({"message_conv_id": "ops", "message_conv_type": 2});
        super::line(&head, sender, begin + 60 * number as u64, text)
    };
    fs::write(desk.path("said.jsonl"), lines.iter().enumerate().map(message).collect::<String>()).unwrap();
    run(desk, "bob", &["import", "said.jsonl"]).expect(0);
}

#[test]
fn a_replay_tells_what_a_script_would_have_done_about_what_was_said_and_does_nothing() {
    let source = r#"
        bot.on("start", function() bot.timer.every("10m", "tick", {}) end)
        bot.on("timer", "tick", function() bot.metric("ticks") end)
        bot.command("count", {}, function(m) m:reply("count is " .. bot.store:incr("n")) end)
        bot.command("fail", {}, function() error("as it has to") end)
        bot.command("who", {}, function(m)
            local answer = m:ask("who are you?", { from = m.from, timeout = "5m" })
            m:reply(if answer then "hello " .. answer.text else "nobody")
        end)
        bot.command("ask-web", {}, function(m) local _, why = http.get("https://example.org/") m:reply(why) end)
        bot.command("seen", {}, function(m) m:reply("seen " .. bot.search({ chat = m.chat, query = "count" }).total) end)
        bot.command("when", {}, function(m) bot.timer.after("90s", "due", { chat = m.chat.id, at = m.time.unix }) end)
        bot.on("timer", "due", function(t) bot.send(t.data.chat, "due after " .. (bot.now().unix - t.data.at)) end)
    "#;
    let desk = with(&[("story", &format!("--!mynah http = [\"example.org\"]\n--!mynah send = \"1000/min\"\n{source}"))]);
    said(
        &desk,
        &[
            ("alice", "count"),
            ("alice", "who"),
            ("carol", "not me"),
            ("alice", "the bot's friend"),
            ("alice", "who"),
            ("alice", "count"),
            ("alice", "fail"),
            ("alice", "ask-web"),
            ("alice", "seen"),
            ("alice", "when"),
            ("bob", "count"),
            ("alice", "and so on"),
        ],
    );
    // Another process has the archive meanwhile.
    let receiver = Going::start(&desk, "bob", &["tail", "--json"]);
    let played = run(&desk, "bob", &["replay", "story", "--last", "1d", "--json"]).expect(0);
    receiver.interrupt().expect(0);
    let said: Vec<Value> = played.json().into_iter().flat_map(|scene| scene["effects"].as_array().cloned().unwrap_or_default()).collect();
    let mut told: Vec<String> =
        said.iter().filter(|effect| effect["effect"] == "say").map(|effect| effect["text"].as_str().unwrap().to_owned()).collect();
    let web = told.remove(told.iter().position(|text| text.contains("example.org")).unwrap());
    assert!(web.contains("a replay asks no other machine"), "{web}");
    let expected = ["count is 1", "who are you?", "hello the bot's friend", "who are you?", "hello count", "seen 2", "due after 90"]
        .map(str::to_owned);
    assert_eq!(told, expected, "{played:#?}");
    let failed: Vec<&Value> = said.iter().filter(|effect| effect["effect"] == "fail").collect();
    assert!(failed.len() == 1 && failed[0]["fault"].as_str().unwrap().contains("as it has to"), "{failed:#?}");
    let summary = &played.last()["summary"];
    assert_eq!((&summary["events"], &summary["failed"], &summary["effects"]["say"]), (&json!(12), &json!(1), &json!(8)), "{summary:#}");
    let scenes = played.json();
    scenes[..scenes.len() - 1].iter().for_each(|scene| accepts(&schema("replay-scene"), scene));
    accepts(&schema("replay-summary"), &played.last());

    assert_eq!(run(&desk, "bob", &["history", "ops", "--limit", "100", "--json"]).expect(0).json().len(), 12, "nothing was said");
    assert_eq!(run(&desk, "bob", &["bots", "--json"]).expect(0).out, "");
    let people = run(&desk, "bob", &["replay", "story"]).expect(0);
    assert!(people.out.contains("alice  count\n  would say in group:ops: count is 1\n"), "{people:#?}");
    assert!(people.err.contains("12 messages heard, 9 matched"), "{people:#?}");
    let elsewhere = run(&desk, "bob", &["replay", "story", "--conversation", "c2c:nobody"]).expect(1);
    assert!(elsewhere.err.contains("`mynah conversations` lists"), "{elsewhere:#?}");
}

#[test]
fn a_replay_of_two_versions_tells_where_they_differ() {
    let desk = with(&[("ping", &answering("one")), ("new", &format!("{} -- the same but for words", answering("two")))]);
    said(&desk, &[("alice", "ping"), ("alice", "hello"), ("alice", "ping")]);
    let same = run(&desk, "bob", &["replay", "ping", "--against", "scripts/ping.luau"]).expect(0);
    assert_eq!(same.out, "");
    let other = run(&desk, "bob", &["replay", "ping", "--against", "scripts/new.luau"]).expect(1);
    assert_eq!(other.out.matches("  - would say in group:ops: one\n  + would say in group:ops: two\n").count(), 2, "{other:#?}");
    assert!(other.err.contains("the versions differ in 2 places"), "{other:#?}");
    let json = run(&desk, "bob", &["replay", "ping", "--against", "scripts/new.luau", "--json"]).expect(1);
    accepts(&schema("replay-scene"), &json.json()[0]);
    assert_eq!(json.json()[0]["only_against"][0]["text"], "two");
}

#[test]
fn a_console_says_what_bots_say_and_do_and_reloads_what_has_changed() {
    let source = "bot.command('n', {}, function(m) m:reply('n is ' .. bot.store:incr('n')) bot.timer.after('1h', 'due', m.chat.id) end)\n\
                  bot.on('timer', 'due', function(t) bot.send(t.data, 'an hour later') end)\n";
    let desk = with(&[("count", source)]);
    let mut console = Going::start(&desk, "bob", &["bot", "console"]);
    for line in ["n", "!store", "!timers", "!in group:ops", "!as ana", "hello", "n", "!advance 1h"] {
        console.says(line);
    }
    console.hears("count  n is 1");
    console.hears("count: keep n = 1");
    console.hears("count: set the timer \"due\"");
    console.hears("count  n = 1");
    console.hears("count  due  \"c2c:you\"");
    assert!(console.hears("n is 2").starts_with("count  "), "it is where ana is");
    let later = [console.hears("an hour later"), console.hears("an hour later")];
    assert!(later.iter().any(|line| line == "c2c:you  count  an hour later") && later.iter().any(|line| line == "count  an hour later"));

    write(&desk, "count", "bot.command('n', {}, function(m)");
    console.says("!reload");
    console.hears("count:1:");
    console.says("n");
    console.hears("n is 3");
    write(&desk, "count", &source.replace("n is", "now it is"));
    console.says("!reload");
    console.says("n");
    console.hears("now it is 4");
    console.says("!as");
    console.says("!quit");
    let ended = console.end().expect(0);
    assert!(ended.err.contains("loaded: count") && ended.err.contains("it is written !as NAME"), "{ended:#?}");
    assert!(!desk.path("bob").exists() && !desk.path("hub").exists(), "nothing was touched");
    assert!(run(&desk, "bob", &["bot", "console", "--script", "none"]).expect(1).err.contains("there is no script"));
}
