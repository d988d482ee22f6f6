//! Scripts that attack the host itself: each is refused aloud or does no harm, and the bot beside them goes on.

use super::theatre::Theatre;

/// Name, what its handler does, and what its log has to say; empty: it may do it, and it does no harm.
const ATTACKS: &[(&str, &str, &str)] = &[
    ("store-flood", "for i = 1, 1e9 do bot.store:set('k' .. i, i) end", "one run has at most 10000 values"),
    (
        "store-bytes",
        "local s = ('x'):rep(60000) for i = 1, 1e9 do bot.store:set('k' .. i % 9, s) end",
        "one run has at most 4194304 bytes kept",
    ),
    ("store-huge", "bot.store:set('k', ('x'):rep(1e7))", "store:set"),
    ("store-deep", "local t = {} for i = 1, 1e4 do t = { t } end bot.store:set('k', t)", "store:set"),
    ("store-circle", "local t = {} t.t = t bot.store:set('k', t)", "store:set"),
    ("store-function", "bot.store:set('k', { f = print })", "store:set"),
    ("store-key", "bot.store:set(('k'):rep(1e6), 1)", "store:set"),
    ("send-flood", "while true do m:reply('x') end", "one run has at most 100 messages"),
    ("send-huge", "m:reply(('x'):rep(1e7))", ""),
    ("send-elsewhere", "bot.send('c2c:eve', 'psst')", "conversations"),
    ("timer-flood", "while true do bot.timer.after('1h', 't', {}) end", "one run has at most 1000 timers"),
    ("timer-past", "bot.timer.at(bot.now() + '-10000d', 't', {})", ""),
    ("metric-flood", "for i = 1, 1e9 do bot.metric('m' .. i, 1) end", "one run has at most 100 metrics"),
    ("log-flood", "for i = 1, 1e9 do log.info(('x'):rep(100000)) end", "stopped after"),
    ("search-flood", "while true do bot.search { query = 'x', chat = m.chat.id } end", "stopped after"),
    ("path-escape", "bot.send(m.chat, { files = { '../../../etc/passwd' } })", "path"),
    ("path-absolute", "bot.send(m.chat, { files = { '/etc/passwd' } })", "path"),
    ("http-private", "http.get('http://127.0.0.1/')", "http"),
    ("http-file", "http.get('file:///etc/passwd')", "http"),
    ("secret-steal", "m:reply(tostring(secret 'gh')) m:reply(json.encode({ s = secret 'gh' }))", "secret"),
    ("meta-message", "getmetatable(m).__index = function() return 'own' end", ""),
    ("meta-string", "getmetatable('').__index = { upper = function() return 'own' end }", ""),
    ("api-change", "bot.send = function() end", ""),
    ("api-rawset", "rawset(bot, 'send', function() end)", ""),
    ("error-object", "error(setmetatable({}, { __tostring = function() while true do end end }))", ""),
    ("error-huge", "error(('x'):rep(1e7))", ""),
    ("coroutine-reply", "coroutine.wrap(function() m:reply('in') error('out') end)()", "out"),
    (
        "coroutine-escape",
        "local co = coroutine.create(function() bot.search { query = 'x', chat = m.chat.id } end) coroutine.resume(co) coroutine.resume(co)",
        "",
    ),
    ("coroutine-yield", "coroutine.yield('nobody')", ""),
    ("lock-twice", "bot.lock('a', function() bot.lock('a', function() end) end)", "holds"),
    ("lock-for-ever", "bot.lock('a', function() while true do end end)", "stopped after"),
    ("ask-in-lock", "bot.lock('a', function() m:ask('well?', {}) end)", "lock"),
    ("edit-foreign", "m:edit('mine now')", ""),
    ("register-late", "for i = 1, 1e6 do bot.on('receive', function() end) end", ""),
    ("pattern-bomb", "re.new('(a{1000}){1000}')", ""),
    ("json-bomb", "json.decode(('['):rep(1e6))", ""),
];

const GOOD: &str = "bot.command('ping', {}, function(m) m:reply('pong') end)\nbot.on('receive', { words = { 'attack' } }, function(m) m:reply('here') end)";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_attack_on_the_host_is_refused_or_harmless_and_the_neighbour_goes_on() {
    let sources: Vec<(String, String)> = ATTACKS
        .iter()
        .map(|(name, code, _)| ((*name).to_owned(), format!("bot.on('receive', {{ words = {{ 'attack' }} }}, function(m) {code} end)")))
        .collect();
    let mut scripts: Vec<(&str, &str)> = sources.iter().map(|(name, source)| (name.as_str(), source.as_str())).collect();
    scripts.push(("good", GOOD));
    let mut theatre = Theatre::of(&scripts).await;
    theatre.say("ana", "attack").await;
    theatre.say("ana", "ping").await;
    let said = theatre.said_to("ana");
    assert!(said.contains(&"here".to_owned()) && said.contains(&"pong".to_owned()), "{said:?}");
    assert!(!said.iter().any(|text| text.contains("own") || text == "psst" || text == "in"), "{said:?}");
    for (name, _, expected) in ATTACKS {
        let log = theatre.log(name).join("\n");
        assert!(log.contains(expected), "{name} has to say {expected:?}: {log:.500}");
    }
    theatre.crash_and_open().await;
    theatre.say("ana", "ping").await;
    assert_eq!(theatre.said_to("ana").iter().filter(|text| *text == "pong").count(), 2, "also after a restart");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn hostile_scripts_in_the_host_leave_the_neighbour_at_work() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/hostile");
    let mut sources = vec![("good".to_owned(), GOOD.to_owned())];
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "luau") {
            let code = std::fs::read_to_string(&path).unwrap();
            let source = format!("bot.on('receive', {{ words = {{ 'attack' }} }}, function(m) do {code}\nend end)");
            sources.push((path.file_stem().unwrap().to_string_lossy().into_owned(), source));
        }
    }
    assert!(sources.len() > 70, "they are all there");
    let mut theatre = Theatre::closed(&sources.iter().map(|(name, source)| (name.as_str(), source.as_str())).collect::<Vec<_>>());
    // What takes 300 ms takes 100, so that so many of them end in time.
    theatre.options.limits.cpu = std::time::Duration::from_millis(100);
    theatre.open().await;
    let id = theatre.tell("ana", "attack").await;
    theatre.heard(&id).await;
    theatre.tell("ben", "ping").await;
    theatre.idle().await;
    assert_eq!(theatre.said_to("ana"), ["here"]);
    assert_eq!(theatre.said_to("ben"), ["pong"]);
}
