//! What scripts say in their heads.

use proptest::prelude::*;

use super::*;

const WHOLE: &str = r#"-- Tells of outages.
--!strict

--[[ A longer
--!mynah name = "not-read"
comment. ]]
--!mynah name = "alert"
--!mynah version = "1.2.0"
--!mynah send = "30/min"            # amounts
--!mynah http = [
--!mynah   "api.example.org",
--!mynah   "*.example.com:8443",
--!mynah ]
--!mynah why.http = "weather"
--!mynah conversations = ["group:ops", "c2c:*"]
--!mynah files = "100MB"
--!mynah secrets = ["gh"]
--!mynah private_hosts = ["10.0.0.5:8080"]
--!mynah bots = true
--!mynah memory = "64MiB"
--!mynah zone = "Europe/Vienna"
--!mynah prefix = "/"
--!mynah stale = "5m"
--!mynah config.keywords = { type = "list", default = ["outage"], help = "what is looked for" }
--!mynah config.notify = { type = "chat" }
--!mynah config.level = { choices = ["low", "high"], optional = true }
--!mynah config.most = 3

local x = 1
--!mynah version = "not read"
"#;

#[test]
fn a_whole_manifest_is_read() {
    let manifest = Manifest::read(WHOLE, "file").unwrap();
    assert_eq!((manifest.name.as_str(), manifest.version.as_deref()), ("alert", Some("1.2.0")));
    assert_eq!(manifest.send, Some(Rate { count: 30, seconds: 60 }));
    assert_eq!(manifest.http.iter().map(Host::to_string).collect::<Vec<_>>(), ["api.example.org", "*.example.com:8443"]);
    assert_eq!(manifest.conversations.iter().map(Place::to_string).collect::<Vec<_>>(), ["group:ops", "c2c:*"]);
    assert_eq!((manifest.files, manifest.memory), (Some(100_000_000), Some(64 << 20)));
    assert_eq!((manifest.zone.as_deref(), manifest.prefix.as_deref(), manifest.bots), (Some("Europe/Vienna"), Some("/"), true));
    assert_eq!(manifest.stale, Some(Duration::from_secs(300)));
    assert_eq!(manifest.why["http"], "weather");
    assert_eq!(manifest.config["level"].kind, ConfigKind::Choice(vec!["low".to_owned(), "high".to_owned()]));
}

#[test]
fn a_file_without_a_manifest_is_called_as_it_is() {
    let manifest = Manifest::read("bot.command(\"ping\", {}, function() end)", "ping").unwrap();
    assert_eq!(manifest, Manifest { name: "ping".to_owned(), ..Manifest::default() });
}

#[track_caller]
fn refuse(source: &str, line: u32, why: &str) {
    let error = Manifest::read(source, "file").unwrap_err();
    assert!(error.line == line && error.why.contains(why), "{source}: {error}");
}

#[test]
fn a_fault_is_told_with_its_line() {
    refuse("-- hello\n--!mynah nane = \"x\"", 2, "nane: there is no such key; there are name, ");
    refuse("--!mynah nane = \"x\"", 1, "did you mean name?");
    refuse("--!mynah version = \"1\"\n--!mynah name = \"Über\"", 2, "is no name");
    refuse("--!mynah version = \"1\"\n\n--!mynah http = [\n--!mynah send = 3", 4, "");
    refuse("--!mynah version = \"1\"\n--!mynah send = \"30\"", 2, "send: \"30\" is no rate");
    refuse("--!mynah send = \"0/s\"", 1, "is no rate");
    refuse("--!mynah http = \"x.org\"", 1, "a list such as [\"…\"] was expected, not text");
    refuse("--!mynah http = [\"https://x.org/\"]", 1, "leave out the scheme");
    refuse("--!mynah http = [\"*\"]", 1, "is no host");
    refuse("--!mynah http = [\"*.org\"]", 1, "two parts or more");
    refuse("--!mynah conversations = [\"ops\"]", 1, "is no conversation");
    refuse("--!mynah files = 3", 1, "an amount such as");
    refuse("--!mynah memory = \"1TB\"", 1, "is no amount");
    refuse("--!mynah memory = \"1MB\"", 1, "can be asked for");
    refuse("--!mynah zone = \"Vienna\"", 1, "is no time zone");
    refuse("--!mynah why.http = \"x\"", 1, "no http");
    refuse("--!mynah why.bots = \"x\"", 1, "needs no reason");
    refuse("--!mynah config.a = { type = \"strin\" }", 1, "did you mean \"string\"?");
    refuse("--!mynah config.a = { typ = \"string\" }", 1, "did you mean type?");
    refuse("--!mynah config.a = { type = \"choice\" }", 1, "needs its choices");
    refuse("--!mynah config.a = { type = \"integer\", default = 1.5 }", 1, "default: a whole number was expected");
}

#[test]
fn values_that_are_set_go_before_defaults() {
    let manifest = Manifest::read(WHOLE, "file").unwrap();
    let set: Table = "notify = \"group:ops\"\nmost = 5".parse().unwrap();
    let values = manifest.values(&set).unwrap();
    let expected = [
        ("keywords", Data::List(vec![Data::from("outage")])),
        ("level", Data::Nil),
        ("most", Data::Number(5.0)),
        ("notify", Data::from("group:ops")),
    ];
    assert_eq!(values, Data::map(expected));
    assert_eq!(manifest.chats_set(&set).len(), 1);
}

#[test]
fn all_wrong_values_are_told_at_once() {
    let manifest = Manifest::read(WHOLE, "file").unwrap();
    let set: Table = "keyword = 1\nlevel = \"mid\"\nmost = true\nkeywords = [1]".parse().unwrap();
    let told = manifest.values(&set).unwrap_err().to_string();
    for why in [
        "config.keyword: alert has no such key; did you mean keywords?",
        "config.level: \"mid\" is none of low, high",
        "config.most: a number was expected",
        "config.keywords: text in quotes was expected",
        "config.notify is not set",
    ] {
        assert!(told.contains(why), "{told}");
    }
}

#[test]
fn a_host_takes_itself_or_what_is_below_it() {
    let takes = |host: &str, name: &str, port: u16| Host::parse(host).unwrap().takes(name, port);
    assert!(takes("API.example.org", "api.example.org", 443) && takes("api.example.org", "api.example.org.", 80));
    assert!(!takes("api.example.org", "api.example.org", 8080) && takes("api.example.org:8080", "api.example.org", 8080));
    assert!(takes("*.example.org", "a.b.example.org", 443));
    assert!(!takes("*.example.org", "example.org", 443) && !takes("*.example.org", "evilexample.org", 443));
    assert!(takes("[::1]:80", "[::1]", 80));
}

#[test]
fn rates_and_sizes_are_typed() {
    assert!(Rate::parse("60/min").unwrap().is_within(Rate::parse("1/s").unwrap()));
    assert!(!Rate::parse("61/min").unwrap().is_within(Rate::parse("1/s").unwrap()));
    assert_eq!(Rate::parse("1000/h").unwrap().to_string(), "1000/h");
    for (text, bytes) in [("1KB", 1_000), ("1KiB", 1_024), ("1.5 MB", 1_500_000), ("2gb", 2_000_000_000), ("7B", 7)] {
        assert_eq!(size(text), Ok(bytes));
    }
    for text in ["", "MB", "5", "-1MB", "1TB", "é", "infMB", "1e300GB"] {
        assert!(size(text).is_err(), "{text}");
    }
}

proptest! {
    #[test]
    fn no_head_makes_reading_panic(lines in proptest::collection::vec("(--!mynah |-- |--\\[\\[|\\]\\]|)(name|http|config\\.a|why|send|files)?( = )?(\"[a-z/0-9.*]{0,8}\"|\\[|\\]|\\{ type = \"list\" \\}|true|\\PC{0,6})", 0..6)) {
        let _ = Manifest::read(&lines.join("\n"), "file");
    }

    #[test]
    fn no_text_is_a_host_by_accident(text in "[a-z.*:0-9\\[\\]-]{0,12}|\\PC{0,8}") {
        if let Ok(host) = Host::parse(&text) {
            prop_assert_eq!(Host::parse(&host.to_string()), Ok(host));
        }
        let _ = size(&text);
        let _ = Rate::parse(&text);
    }
}
