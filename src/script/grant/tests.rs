//! What may be done without a grant, with one, and after a change.

use proptest::prelude::*;

use super::*;
use crate::script::op::Content;

fn manifest() -> Manifest {
    let source = r#"
--!mynah http = ["api.example.org", "*.example.com"]
--!mynah private_hosts = ["10.0.0.5:8080"]
--!mynah conversations = ["group:*"]
--!mynah send = "60/min"
--!mynah files = "10MB"
--!mynah secrets = ["gh"]
--!mynah why.http = "weather"
"#;
    Manifest::read(source, "weather").unwrap()
}

fn here() -> ConversationId {
    "c2c:ana".parse().unwrap()
}

fn send(to: &str) -> Op {
    Op::Send { to: to.to_owned(), content: Content::default() }
}

fn get(url: &str, auth: Option<&str>) -> Op {
    let request = HttpRequest {
        method: "GET".to_owned(),
        url: url.to_owned(),
        headers: Vec::new(),
        body: None,
        auth: auth.map(str::to_owned),
        timeout_ms: 1,
        limit: 1,
    };
    Op::Http(Box::new(request))
}

fn search(chat: Option<&str>) -> Op {
    let none = || None::<String>;
    let chat = chat.map(str::to_owned);
    Op::Search {
        query: String::new(),
        chat,
        from: none(),
        after: none(),
        before: none(),
        has: none(),
        limit: 1,
        next: none(),
        order: none(),
        facets: false,
        timeline: None,
    }
}

#[track_caller]
fn refuse(granted: &Granted, op: &Op, why: &str) {
    assert_eq!(granted.permit(op, Some(&here())).unwrap_err().to_string(), why);
}

#[test]
fn without_a_manifest_a_script_hears_and_answers() {
    let manifest = Manifest { name: "ping".to_owned(), ..Manifest::default() };
    let granted = Granted::new(&manifest, "1", &Grants::default(), Vec::new());
    assert_eq!(granted.decision(), Decision::NotNeeded);
    for op in [send("c2c:ana"), search(Some("c2c:ana")), Op::TimerList { name: None }, Op::Find { id: "1".to_owned() }] {
        assert_eq!(granted.permit(&op, Some(&here())), Ok(()));
    }
    refuse(&granted, &send("group:ops"), "bot.send in group:ops: the manifest lacks conversations = [\"group:ops\"]");
    refuse(&granted, &search(None), "bot.search in all conversations: the manifest lacks conversations = [\"c2c:*\", \"group:*\"]");
    refuse(
        &granted,
        &get("https://api.example.org/x", None),
        "http.get to api.example.org: the manifest lacks http = [\"api.example.org\"]",
    );
    refuse(&granted, &Op::Save { message: String::new(), element: 0, path: String::new() }, "f:save: the manifest lacks files = true");
    let with_file = Op::Send { to: "c2c:ana".to_owned(), content: Content { files: vec!["a".to_owned()], ..Content::default() } };
    refuse(&granted, &with_file, "bot.send: the manifest lacks files = true");
    assert!(granted.permit(&send("c2c:ana"), None).is_err(), "without an event there is nothing to answer to");
}

#[test]
fn a_conversation_that_the_operator_has_named_needs_no_grant() {
    let manifest = Manifest { name: "alert".to_owned(), ..Manifest::default() };
    let granted = Granted::new(&manifest, "1", &Grants::default(), vec![Place::parse("group:ops").unwrap()]);
    assert_eq!(granted.permit(&send("group:ops"), None), Ok(()));
}

#[test]
fn what_is_asked_for_waits_for_the_operator() {
    let granted = Granted::new(&manifest(), "1", &Grants::default(), Vec::new());
    assert_eq!(granted.decision(), Decision::Pending);
    let ask = "is asked for but not granted: run \"mynah grant weather\"";
    refuse(&granted, &send("group:ops"), &format!("bot.send in group:ops: conversations {ask}"));
    refuse(&granted, &get("https://a.example.com/", None), &format!("http.get to a.example.com: http {ask}"));
    assert_eq!((granted.send_rate(), granted.files()), (None, None));
}

#[test]
fn a_grant_holds_for_the_content_that_it_was_given_to() {
    let mut grants = Grants::default();
    grants.grant("weather", Grant::all_of(&manifest(), "1"));
    let granted = Granted::new(&manifest(), "1", &grants, Vec::new());
    assert_eq!(granted.decision(), Decision::Granted);
    for op in [send("group:ops"), get("https://API.example.org/", Some("gh")), get("http://10.0.0.5:8080/x", None)] {
        assert_eq!(granted.permit(&op, Some(&here())), Ok(()));
    }
    assert_eq!(granted.host("10.0.0.5", 8080), Some(Network::Private));
    assert_eq!(granted.host("a.example.com", 443), Some(Network::Public));
    assert_eq!(granted.host("10.0.0.5", 80), None);
    assert_eq!((granted.send_rate().map(|rate| rate.to_string()), granted.files()), (Some("60/min".to_owned()), Some(10_000_000)));
    refuse(
        &granted,
        &get("https://api.example.org/", Some("aws")),
        "http.get with the secret \"aws\": the manifest lacks secrets = [\"aws\"]",
    );
    refuse(&granted, &send("c2c:bo"), "bot.send in c2c:bo: the manifest lacks conversations = [\"c2c:bo\"]");

    let changed = Granted::new(&manifest(), "2", &grants, Vec::new());
    assert_eq!(changed.decision(), Decision::Changed);
    refuse(&changed, &send("group:ops"), "bot.send in group:ops: the script has changed since it was granted: run \"mynah grant weather\"");
}

#[test]
fn the_configuration_can_grant_less_and_to_any_version() {
    let grants =
        Grants::read("[grants.weather]\nany_version = true\nhttp = [\"api.example.org\", \"other.org\"]\nsend = \"10/min\"\nfiles = true")
            .unwrap();
    let granted = Granted::new(&manifest(), "7", &grants, Vec::new());
    assert_eq!(granted.permit(&get("https://api.example.org/", None), None), Ok(()));
    assert!(granted.permit(&get("https://a.example.com/", None), None).is_err(), "asked for, not granted");
    assert!(granted.permit(&get("https://other.org/", None), None).is_err(), "granted, not asked for");
    assert_eq!((granted.send_rate().map(|rate| rate.to_string()), granted.files()), (Some("10/min".to_owned()), Some(10_000_000)));
}

#[test]
fn grants_read_back_as_they_were_written() {
    let mut grants = Grants::default();
    grants.grant("weather", Grant::all_of(&manifest(), "ab12"));
    grants.grant("other-1", Grant { any_version: true, files: Some(u64::MAX), memory: Some(64 << 20), ..Grant::default() });
    assert_eq!(Grants::read(&grants.to_toml()).unwrap(), grants, "{}", grants.to_toml());
    assert!(grants.revoke("weather") && !grants.revoke("weather"));
    for (toml, why) in [
        ("[grants.a]\nhtp = []", "grants.a.htp: there is no such key"),
        ("[grants.a]\nhttp = 1", "grants.a.http: a list"),
        ("grants = 1", "grants is no table"),
        ("[grants", "grants: "),
    ] {
        assert!(Grants::read(toml).unwrap_err().to_string().contains(why), "{toml}");
    }
}

#[test]
fn what_is_asked_for_is_told_with_its_reason() {
    let requests = requests(&manifest());
    let told: Vec<_> = requests.iter().map(|request| (request.what, request.amount.as_str())).collect();
    let expected = [
        ("http", "api.example.org, *.example.com"),
        ("private_hosts", "10.0.0.5:8080"),
        ("conversations", "group:*"),
        ("send", "60/min"),
        ("files", "10MB"),
        ("secrets", "gh"),
    ];
    assert_eq!(told, expected);
    assert_eq!(requests[0].why.as_deref(), Some("weather"));
}

#[test]
fn an_address_that_could_be_read_in_two_ways_is_refused() {
    for url in [
        "api.example.org",
        "ftp://api.example.org",
        "https://api.example.org@evil.org/",
        "https://evil.org\\@api.example.org/",
        "https://api.exam\nple.org/",
        "https://api.example.org:0/",
        "https://api.example.org:x/",
        "https://äpi.example.org/",
        "https://api%2eexample.org/",
        "https:///x",
        "https://",
    ] {
        assert!(Address::parse(url).is_err(), "{url}");
    }
    let address = Address::parse("HTTPS://Api.Example.ORG.:443/a?b#c").unwrap();
    assert_eq!((address.host.as_str(), address.port, address.to_string().as_str()), ("api.example.org", 443, "api.example.org"));
    assert_eq!(Address::parse("http://[::1]:8080").unwrap().to_string(), "[::1]:8080");
}

proptest! {
    #[test]
    fn no_address_panics(url in "(https?://)?[a-z.:@/\\[\\]%0-9-]{0,16}|\\PC{0,10}") {
        let _ = Address::parse(&url);
    }
}
