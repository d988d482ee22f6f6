//! The engine itself: what passes, what fails and how it says so, and that its worlds are what they promise to be.

use super::*;
use crate::script::bundle::Bundle;

const PING: &str = r#"
bot.command("ping", { help = "check that I am alive" }, function(m)
  m:reply("pong")
end)
"#;

/// The script with these tests in its own file.
async fn played(script: &str, tests: &str) -> TestReport {
    let bundle = Bundle::of_source("story", &format!("{script}\n{tests}"));
    test(&bundle, &TestOptions::new()).await.unwrap()
}

/// Plays one test, which has to pass.
#[track_caller]
fn check(report: &TestReport) {
    assert!(!report.results.is_empty());
    let failed: Vec<&TestResult> = report.failures().collect();
    assert!(failed.is_empty(), "{failed:#?}");
}

/// Why the only test has failed, with its place.
fn failure(report: &TestReport) -> String {
    match &report.results[..] {
        [TestResult { outcome: TestOutcome::Failed { why, at }, .. }] => format!("{}: {why}", at.as_deref().unwrap_or("?")),
        other => panic!("{other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_test_that_is_met_passes_and_one_that_is_not_says_where_and_what_was_said_instead() {
    check(&played(PING, r#"test("answers", function(t) t:say("ana", "ping") t:expect("pong") t:expect_none() end)"#).await);
    let tests = "test('answers', function(t)\n  t:say('ana', 'ping')\n  t:expect('pang')\nend)";
    let why = failure(&played(PING, tests).await);
    assert_eq!(why, "story:8: expected that the script says \"pang\", but the script said \"pong\" in c2c:ana");
    let why = failure(&played(PING, "test('silent', function(t) t:say('ana', 'ping') t:expect_none() end)").await);
    assert!(why.ends_with("expected that the script says nothing, but the script said \"pong\" in c2c:ana"), "{why}");
    let why = failure(&played(PING, "test('silent', function(t) t:say('ana', 'pong') t:expect('x') end)").await);
    assert!(why.ends_with("but the script said nothing"), "{why}");
    let why = failure(&played(PING, "test('broken', function(t) error('by itself') end)").await);
    assert!(why.ends_with("by itself") && why.starts_with("story:6"), "{why}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_not_written_is_gone_after_a_crash_and_nobody_was_told_to_stop() {
    let script = r#"
        local n = 0
        bot.command("count", {}, function(m) n += 1 bot.store:incr("n") m:reply(`{n} of {bot.store:get("n")}`) end)
        bot.on("stop", function() bot.store:set("stopped", true) end)
        bot.command("fail", {}, function(m) bot.store:set("lost", 1) m:reply("never") error("oh") end)
    "#;
    let tests = r#"test("crash", function(t)
        t:say("ana", "count") t:say("ana", "count") t:expect("1 of 1") t:expect("2 of 2")
        t:say("ana", "fail") t:expect_none() assert(t:stored("lost") == nil) assert(#t:dead() == 1)
        t:crash()
        t:say("ana", "count")
        t:start()
        t:expect("1 of 3") t:expect_none()
        assert(t:stored("stopped") == nil)
    end)"#;
    check(&played(script, tests).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_clock_stands_until_it_is_set_and_stops_at_what_is_due() {
    let script = r#"
        bot.command("in <when:duration>", {}, function(m, a) bot.timer.after(a.when, "due", { chat = m.chat.id }) end)
        bot.on("timer", "due", function(t) bot.send(t.data.chat, `{t.late} s late at {bot.now().unix}`) end)
    "#;
    let tests = r#"test("time", function(t)
        local begin = t.now
        t:say("ana", "in 1h") t:say("ana", "in 2h")
        t:expect_none() assert(t.now == begin)
        t:advance("3h")
        t:expect(`0 s late at {begin.unix + 3600}`)
        t:expect(`0 s late at {begin.unix + 7200}`)
        assert(t.now - begin == 10800)
        t:say("ana", "in 1h") t:crash() t:advance("90m") t:start()
        t:expect({ match = "^1800 s late" })
    end)"#;
    check(&played(script, tests).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_account_sends_through_the_hooks_of_the_script() {
    let script = r#"bot.before("send", { on_error = "deny" }, function(m)
        if m.text:find("secret") then return bot.deny("it is secret") end
        m.text = m.text:gsub("cat", "dog")
    end)"#;
    let tests = r#"test("hooks", function(t)
        assert(t:send("a cat") == nil) t:expect_sent("a dog") t:expect_none()
        assert(t:send("a secret cat", "group:ops") == "it is secret") t:expect_denied("secret")
    end)"#;
    check(&played(script, tests).await);
    let why = failure(&played(script, "test('denied', function(t) t:send('a secret') t:expect_sent('a secret') end)").await);
    assert!(why.ends_with("it was refused, \"it is secret\""), "{why}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn people_talk_in_groups_with_files_and_mentions_take_back_and_edit() {
    let script = r#"--!mynah files = "1MB"
        bot.on("receive", { chat = "group:*" }, function(m)
            if #m.mentions > 0 then m:reply("me? " .. m.mentions[1]) end
            for _, f in m.files do
                m:reply(`{f.name} {f.mime} {f:text()}`)
                f:save(f.name)
            end
        end)
        bot.on("download", function(d) bot.store:incr("downloads") end)
        bot.before("download", function(d) if d.size > 1000 then return bot.deny("too large") end end)
        bot.before("receive", { words = "spam" }, function(m) return bot.deny("spam") end)
        bot.on("recall", function(m) bot.send(m.chat, "gone") end)
        bot.on("edit", function(m) bot.send(m.chat, "now " .. m.text) end)
        bot.on("join", function(g) bot.send(g.chat, "hello " .. g.people[1].id) end)
        bot.on("leave", function(g) bot.send(g.chat, "bye " .. g.people[1].id) end)
        bot.on("read", function(r) bot.store:set("read", r.by.id) end)
    "#;
    let tests = r#"test("people", function(t)
        t:say("ana", "you", { chat = "group:ops", mentions = { "me" } })
        t:expect({ text = "me? bot", chat = "group:ops" })
        local id = t:say("ben", "", { chat = "group:ops", files = { { name = "a.txt", content = "hi" } } })
        t:expect("a.txt text/plain hi")
        assert(t:download(id))
        assert(t:stored("downloads") == 3, "for its text, to be saved, by hand")
        local big = t:say("ben", "", { files = { { name = "b.txt", size = 5000 } } })
        local path, why = t:download(big)
        assert(path == nil and why == "too large")
        t:expect_denied()
        local spam = t:say("ben", "spam spam", { chat = "group:ops" })
        t:expect_none() assert(t:find(spam) == nil)
        local said = t:say("ana", "one", { chat = "group:ops" })
        t:edit(said, "two") t:expect("now two")
        t:recall(said) t:expect("gone") assert(t:find(said).is_recalled)
        t:join("eve", "group:ops") t:expect("hello eve")
        t:leave("eve", "group:ops") t:expect("bye eve")
        t:send("hi", "ana") t:read("ana") assert(t:stored("read") == "ana")
    end)"#;
    check(&played(script, tests).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_network_is_what_the_test_says_and_webhooks_are_called() {
    let script = r#"--!mynah http = ["api.example.org"]
        --!mynah conversations = ["group:ops"]
        bot.command("weather", {}, function(m)
            local r, why = http.get("https://api.example.org/now?city=x")
            m:reply(if r then `{r.status} {r.body}` else "failed: " .. why)
        end)
        bot.webhook("deploy", function(call)
            bot.send("group:ops", `deployed {call.json().version}`)
            return { status = 201, body = "thanks" }
        end)
    "#;
    let tests = r#"test("network", function(t)
        t:say("ana", "weather") t:expect({ match = "^failed: the test says no answer" })
        t:http("https://api.example.org/now", { json = { c = 7 } })
        t:say("ana", "weather") t:expect('200 {"c":7}')
        t:http("https://api.example.org/now", { fail = "no line" })
        t:say("ana", "weather") t:expect("failed: no line")
        assert(#t:requests() == 3 and t:requests()[1].method == "GET")
        t:say("ben", "hi", { chat = "group:ops" })
        local answer = t:webhook("deploy", { json = { version = 3 } })
        assert(answer.status == 201 and answer.body == "thanks")
        t:expect({ text = "deployed 3", chat = "group:ops" })
    end)"#;
    check(&played(script, tests).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_broken_reload_leaves_the_version_before_and_values_can_be_set() {
    let script = "--!mynah config.answer = { type = \"string\", default = \"pong\" }\nbot.command('ping', {}, function(m) m:reply(bot.config.answer) end)";
    let tests = r#"test("reload", function(t)
        t:configure({ answer = "pang" })
        t:say("ana", "ping") t:expect("pang")
        local ok, why = t:reload("--!mynah config.answer = 'x'\nbot.command(")
        assert(ok == nil and why:find("story:2"), why)
        t:say("ana", "ping") t:expect("pang")
        assert(t:reload("--!mynah config.answer = 'x'\nbot.command('ping', {}, function(m) m:reply('new ' .. bot.config.answer) end)"))
        t:say("ana", "ping") t:expect("new pang")
    end)
    test("worlds are apart", function(t) t:say("ana", "ping") t:expect("pong") end)"#;
    check(&played(script, tests).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_that_cannot_be_loaded_is_a_failure_and_a_test_that_never_ends_is_stopped() {
    let why = failure(&played("bot.comand('x')", "").await);
    assert!(why.starts_with("story:1: "), "{why}");
    let why = failure(&played(PING, "test('loop', function(t) while true do end end)").await);
    assert!(why.contains("stopped after"), "{why}");
    let why = failure(&played(PING, "test('loose', function(t) bot.send('c2c:ana', 'x') end)").await);
    assert!(why.contains("bot.send is not available"), "{why}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_the_tests_that_are_wanted_are_played() {
    let tests = "test('one', function() end)\ntest('two', function() error('no') end)";
    let bundle = Bundle::of_source("story", tests);
    let report = test(&bundle, &TestOptions::new().only("one")).await.unwrap();
    assert_eq!(report.results.iter().map(|result| (result.name.as_str(), result.line)).collect::<Vec<_>>(), [("one", 1)]);
    assert!(report.is_passed());
}

/// The ready bots of the repository.
fn ready_bots() -> std::collections::BTreeMap<String, Bundle> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("scripts");
    let read = crate::script::bundle::read_scripts(&folder).unwrap();
    read.into_iter().map(|(name, bundle)| (name, bundle.unwrap())).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_ready_bot_passes_its_own_tests() {
    let mut wrong = Vec::new();
    for (name, bundle) in ready_bots() {
        let report = test(&bundle, &TestOptions::new()).await.unwrap();
        if report.results.is_empty() {
            wrong.push(format!("{name} has no tests"));
        }
        wrong.extend(report.failures().map(|failure| format!("{name}: {}: {:?}", failure.name, failure.outcome)));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_ready_bot_has_a_page_and_a_line_in_the_index() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("scripts");
    let index = std::fs::read_to_string(folder.join("README.md")).unwrap();
    let bots = ready_bots();
    assert!(bots.len() >= 13);
    for (name, bundle) in bots {
        let page = std::fs::read_to_string(folder.join(format!("{name}.md"))).unwrap();
        assert!(page.starts_with(&format!("# {name}\n")) && index.contains(&format!("[{name}]({name}.md)")), "{name}");
        let manifest = crate::script::manifest::Manifest::read(bundle.source(), &name).unwrap();
        for key in manifest.config.keys() {
            assert!(page.contains(&format!("`{key}`")), "the page of {name} does not tell of {key}");
        }
        for command in bundle.source().lines().filter_map(|line| line.strip_prefix("bot.command(\"")) {
            let command = command.split([' ', '"']).next().unwrap();
            assert!(page.contains(&format!("`{command}")), "the page of {name} does not tell of {command}");
        }
    }
}
