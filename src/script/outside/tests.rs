//! Waiting calls against a real archive, a real hub and a real server on loopback.

use std::net::SocketAddr;
use std::sync::Mutex;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

use super::*;
use crate::archive::ArchiveOptions;
use crate::model::{Body, Element};
use crate::script::filter::Place;
use crate::script::manifest::Host;
use crate::session::{Event, Limits, SessionOptions};
use crate::store::lock;
use crate::transport::loopback::Hub;

/// Where a story takes place: the session of `me`, and what answers for its scripts.
struct Stage {
    folder: tempfile::TempDir,
    hub: Hub,
    session: Arc<Session>,
    outside: Outside,
}

async fn login(hub: &Hub, folder: &tempfile::TempDir, name: &str) -> Arc<Session> {
    let options = SessionOptions::new().archive(ArchiveOptions::new().memory_mib(64)).limits(Limits::none());
    Arc::new(options.login(folder.path().join(name), hub.account(name)).await.unwrap())
}

impl Stage {
    async fn new() -> Self {
        let (folder, hub) = (tempfile::tempdir().unwrap(), Hub::new());
        let session = login(&hub, &folder, "me").await;
        let secrets = Secrets::read(None, [("MYNAH_SECRET_GH".into(), "hush".into())].into_iter()).unwrap();
        let outside = Outside::new(Arc::clone(&session), folder.path().join("files"), secrets, &FetchOptions::default(), None);
        Self { folder, hub, session, outside }
    }

    async fn ask(&self, op: Op, reach: Reach) -> Answer {
        let place = Some(ops());
        let call =
            Call { script: "bot".into(), op, idempotency_key: "key-1".to_owned(), place, zone: Some("UTC".to_owned()), hops: 1, reach };
        self.outside.answer(call).await
    }

    fn save(&self, conversation: &ConversationId, time: u64, text: &str) -> Message {
        self.session.archive().save(conversation, Message::text("alice", time, text)).unwrap()
    }
}

fn ops() -> ConversationId {
    ConversationId::group("ops").unwrap()
}

fn secret_talk() -> ConversationId {
    ConversationId::c2c("bob").unwrap()
}

fn host(named: impl std::fmt::Display) -> Host {
    Host::parse(&named.to_string()).unwrap()
}

fn all() -> Reach {
    Reach { conversations: vec![Place::parse("c2c:*").unwrap(), Place::parse("group:*").unwrap()], ..Reach::default() }
}

#[track_caller]
fn data(answer: Answer) -> Data {
    match answer {
        Answer::Data(data) => data,
        other => panic!("{other:?}"),
    }
}

#[track_caller]
fn why(answer: Answer) -> String {
    match answer {
        Answer::Failed { why } => why,
        other => panic!("{other:?}"),
    }
}

fn search(query: &str) -> Op {
    Op::Search {
        query: query.to_owned(),
        chat: None,
        from: None,
        after: None,
        before: None,
        has: None,
        limit: 2,
        next: None,
        order: None,
        facets: false,
        timeline: None,
    }
}

/// Texts, number of all and next page.
#[track_caller]
fn page(answer: Answer) -> (Vec<String>, f64, Option<String>) {
    let page = data(answer);
    let Some(Data::List(hits)) = page.get("hits") else { panic!("{page:?}") };
    let texts = hits.iter().map(|hit| hit.get("text").and_then(Data::as_str).unwrap().to_owned()).collect();
    (texts, page.get("total").and_then(Data::as_number).unwrap(), page.get("next").and_then(Data::as_str).map(str::to_owned))
}

#[tokio::test]
async fn a_search_counts_all_matches_by_conversation_person_type_and_time_if_it_is_asked_to() {
    let stage = Stage::new().await;
    for time in 1..=5 {
        stage.save(&ops(), 86_400 * 10 + 3_600 * (time / 3), &format!("deploy {time}"));
    }
    let Op::Search { query, chat, from, after, before, has, limit, next, order, .. } = search("deploy") else {
        unreachable!("it is a search")
    };
    let facets = true;
    let op = Op::Search { query, chat, from, after, before, has, limit, next, order, facets, timeline: Some("hour".to_owned()) };
    let page = data(stage.ask(op, Reach::default()).await);
    let counted = |name: &str, count: u64| Data::List(vec![Data::map([("name", name.into()), ("count", count.into())])]);
    let expected = Data::map([("chats", counted("group:ops", 5)), ("people", counted("alice", 5)), ("types", counted("text", 5))]);
    assert_eq!(page.get("facets"), Some(&expected));
    let bar = |time: u64, count: u64| Data::map([("time", time.into()), ("count", count.into())]);
    assert_eq!(page.get("timeline"), Some(&Data::List(vec![bar(864_000, 2), bar(867_600, 3)])));
    let plain = data(stage.ask(search("deploy"), Reach::default()).await);
    assert_eq!((plain.get("facets"), plain.get("timeline")), (Some(&Data::Nil), Some(&Data::Nil)));
}

#[tokio::test]
async fn a_search_goes_on_with_its_next_alone_and_says_what_was_found() {
    let stage = Stage::new().await;
    for time in 1..=5 {
        stage.save(&ops(), 86_400 * time, &format!("deploy {time}"));
    }
    let mut op = search("deploy from:alice");
    let mut texts = Vec::new();
    loop {
        let (found, total, next) = page(stage.ask(op, Reach::default()).await);
        assert_eq!(total, 5.0);
        texts.extend(found);
        let Some(next) = next else { break };
        let Op::Search { query, .. } = search("") else { unreachable!("it is a search") };
        op = Op::Search {
            query,
            chat: None,
            from: None,
            after: None,
            before: None,
            has: None,
            limit: 9,
            next: Some(next),
            order: None,
            facets: false,
            timeline: None,
        };
    }
    assert_eq!(texts, ["deploy 5", "deploy 4", "deploy 3", "deploy 2", "deploy 1"]);
    let hit = data(stage.ask(search("deploy"), Reach::default()).await);
    let Some(Data::List(hits)) = hit.get("hits") else { panic!("{hit:?}") };
    let shown = ["chat", "from", "date", "snippet"].map(|key| hits[0].get(key).and_then(Data::as_str).unwrap());
    assert_eq!(shown, ["group:ops", "alice", "1970-01-06 00:00:00", "deploy 5"]);
}

#[tokio::test]
async fn a_search_is_narrowed_by_what_is_asked_beside_the_query() {
    let stage = Stage::new().await;
    for time in 1..=4 {
        stage.save(&ops(), 86_400 * time, &format!("deploy {time}"));
    }
    let ask = async |change: &dyn Fn(&mut Op)| {
        let mut op = search("deploy");
        change(&mut op);
        stage.ask(op, Reach::default()).await
    };
    let narrowed = ask(&|op| {
        if let Op::Search { after, before, order, .. } = op {
            (*after, *before, *order) = (Some("1970-01-03".to_owned()), Some("1970-01-05".to_owned()), Some("oldest".to_owned()));
        }
    })
    .await;
    assert_eq!(page(narrowed).0, ["deploy 2", "deploy 3"]);
    for wrong in ["order", "has", "next"] {
        let refused = ask(&|op| {
            if let Op::Search { order, has, next, .. } = op {
                let into = match wrong {
                    "order" => order,
                    "has" => has,
                    _ => next,
                };
                *into = Some("x".to_owned());
            }
        })
        .await;
        assert!(why(refused).starts_with(wrong));
    }
}

#[tokio::test]
async fn a_script_finds_only_what_it_may_look_into() {
    let stage = Stage::new().await;
    stage.save(&ops(), 1, "deploy here");
    let hidden = stage.save(&secret_talk(), 2, "deploy there");
    assert_eq!(page(stage.ask(search("deploy"), Reach::default()).await).0, ["deploy here"]);
    assert_eq!(page(stage.ask(search("deploy in:c2c:bob"), Reach::default()).await).1, 0.0, "words of a query widen nothing");
    assert_eq!(page(stage.ask(search("deploy"), all()).await).1, 2.0);
    let talks = Reach { conversations: vec![Place::parse("c2c:*").unwrap()], ..Reach::default() };
    assert_eq!(page(stage.ask(search("deploy"), talks).await).1, 2.0, "and the place of the event");
    let history = |chat: &str| Op::History { chat: chat.to_owned(), limit: 9, next: None };
    for refused in [history("c2c:bob"), Op::Find { id: hidden.id_text() }, Op::Read { message: hidden.id_text(), element: 0, limit: 9 }] {
        assert!(why(stage.ask(refused, Reach::default()).await).contains("conversations = "));
    }
    assert!(matches!(stage.ask(Op::Find { id: hidden.id_text() }, all()).await, Answer::Messages { messages, .. } if messages.len() == 1));
    assert!(matches!(stage.ask(Op::Find { id: "none".to_owned() }, all()).await, Answer::Messages { messages, .. } if messages.is_empty()));
}

#[tokio::test]
async fn history_goes_back_page_by_page() {
    let stage = Stage::new().await;
    for time in 1..=5 {
        stage.save(&ops(), time, &format!("{time}"));
    }
    let (mut texts, mut next) = (Vec::new(), None);
    loop {
        let Answer::Messages { messages, next: more } =
            stage.ask(Op::History { chat: "ops".to_owned(), limit: 2, next }, Reach::default()).await
        else {
            panic!("no messages")
        };
        texts.extend(messages.iter().map(|json| Message::from_json(json).unwrap().texts().concat()));
        if more.is_none() {
            break;
        }
        next = more;
    }
    assert_eq!(texts, ["5", "4", "3", "2", "1"]);
}

#[tokio::test]
async fn a_file_of_a_message_is_saved_in_the_scripts_folder_and_read() {
    let stage = Stage::new().await;
    let alice = login(&stage.hub, &stage.folder, "alice").await;
    let mut heard = stage.session.events();
    let path = stage.folder.path().join("plan.txt");
    std::fs::write(&path, "the plan").unwrap();
    let body = Body::of_elements(&[Element::file(path.to_str().unwrap(), 0)]);
    alice.send(&ConversationId::c2c("me").unwrap(), Message::new("", 0, body)).await.unwrap().outcome().await.unwrap();
    let message = loop {
        if let Event::Received(message) = heard.next().await.unwrap().event {
            break message.id_text();
        }
    };
    let granted = |bytes| Reach { files: Some(bytes), ..all() };
    let save = |named: &str| Op::Save { message: message.clone(), element: 0, path: named.to_owned() };
    for _ in 0..2 {
        let saved = data(stage.ask(save("2024/03/plan.txt"), granted(10)).await);
        assert_eq!(saved.get("path").and_then(Data::as_str), Some("2024/03/plan.txt"));
        assert_eq!(saved.get("size").and_then(Data::as_number), Some(8.0));
    }
    let folder = stage.folder.path().join("files/bot");
    assert_eq!(std::fs::read_to_string(folder.join("2024/03/plan.txt")).unwrap(), "the plan");
    why(stage.ask(save("another.txt"), granted(10)).await);
    assert!(!folder.join("another.txt").exists(), "there is room for one only");
    assert!(why(stage.ask(save("../other/plan.txt"), granted(99)).await).contains("no path"));
    assert!(why(stage.ask(save("plan.txt"), all()).await).contains("files = true"));
    let read = |limit| Op::Read { message: message.clone(), element: 0, limit };
    assert_eq!(data(stage.ask(read(8), all()).await), Data::from("the plan"));
    why(stage.ask(read(7), all()).await);
    why(stage.ask(Op::Read { message: message.clone(), element: 1, limit: 9 }, all()).await);
    let left: Vec<_> = std::fs::read_dir(stage.folder.path().join("files/.reading")).into_iter().flatten().collect();
    assert!(left.is_empty(), "nothing stays of what was read: {left:?}");
}

/// A server that says what it was asked. Ends with its test.
struct Server {
    address: SocketAddr,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Server {
    async fn answering(answer: impl Fn(&str) -> String + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (address, asked) = (listener.local_addr().unwrap(), Arc::<Mutex<Vec<String>>>::default());
        let noted = Arc::clone(&asked);
        tokio::spawn(async move {
            while let Ok((mut connection, _)) = listener.accept().await {
                let (mut request, mut piece) = (String::new(), [0; 4_096]);
                while !is_whole(&request) {
                    match connection.read(&mut piece).await {
                        Ok(count @ 1..) => request.push_str(&String::from_utf8_lossy(&piece[..count])),
                        _ => break,
                    }
                }
                lock(&noted).push(request.clone());
                // Whoever asked may have left.
                let _ = connection.write_all(answer(&request).as_bytes()).await;
            }
        });
        Self { address, asked }
    }

    fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    fn reach(&self) -> Reach {
        Reach { private_hosts: vec![host(self.address)], secrets: vec!["gh".to_owned(), "other".to_owned()], ..Reach::default() }
    }

    fn asked(&self) -> Vec<String> {
        lock(&self.asked).clone()
    }
}

fn is_whole(request: &str) -> bool {
    let Some((head, body)) = request.split_once("\r\n\r\n") else { return false };
    let length = head.lines().find_map(|line| line.to_ascii_lowercase().strip_prefix("content-length: ")?.parse::<usize>().ok());
    body.len() >= length.unwrap_or(0)
}

fn ok(body: &str) -> String {
    format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\nX-A: 1\r\n\r\n{body}", body.len())
}

fn http(method: &str, url: String) -> HttpRequest {
    HttpRequest { method: method.to_owned(), url, headers: Vec::new(), body: None, auth: None, timeout_ms: 20_000, limit: 1_000 }
}

async fn call(stage: &Stage, request: HttpRequest, reach: Reach) -> Answer {
    stage.ask(Op::Http(Box::new(request)), reach).await
}

#[tokio::test]
async fn a_request_carries_the_secret_and_its_key_and_brings_the_answer() {
    let (stage, server) = (Stage::new().await, Server::answering(|_| ok("漢字")).await);
    let answer = data(call(&stage, http("get", server.url("/a")), server.reach()).await);
    assert_eq!((answer.get("status"), answer.get("body")), (Some(&Data::Number(200.0)), Some(&Data::from("漢字"))));
    assert_eq!(answer.get("headers").and_then(|headers| headers.get("x-a")), Some(&Data::from("1")));
    let mut post = http("POST", server.url("/b"));
    post.headers = vec![("X-Mynah-Hops".to_owned(), "0".to_owned()), ("X-B".to_owned(), "2".to_owned())];
    post.body = Some(Data::from("{}"));
    post.auth = Some("gh".to_owned());
    data(call(&stage, post, server.reach()).await);
    let [get, post] = server.asked().try_into().unwrap();
    assert!(get.starts_with("GET /a ") && !get.contains("idempotency-key") && !get.contains("authorization"), "{get}");
    assert!(post.starts_with("POST /b ") && post.ends_with("{}"), "{post}");
    for line in ["idempotency-key: key-1", "authorization: Bearer hush", "x-b: 2", "x-mynah-hops: 2", "accept-encoding: identity"] {
        assert!(post.contains(line), "{line}: {post}");
    }
    assert!(!post.contains("x-mynah-hops: 0"));
}

#[tokio::test]
async fn who_is_not_granted_is_not_asked() {
    let (stage, server) = (Stage::new().await, Server::answering(|_| ok("")).await);
    let nothing = why(call(&stage, http("GET", server.url("/")), Reach::default()).await);
    assert!(nothing.contains("private network"), "{nothing}");
    let public = Reach { hosts: vec![host(server.address)], ..Reach::default() };
    let private = why(call(&stage, http("GET", server.url("/")), public).await);
    assert!(private.contains("private network"), "{private}");
    let named = Reach {
        hosts: vec![host(format_args!("localhost:{}", server.address.port()))],
        private_hosts: vec![host(server.address)],
        ..Reach::default()
    };
    let rebound = why(call(&stage, http("GET", format!("http://localhost:{}/", server.address.port())), named).await);
    assert!(rebound.contains("private network"), "{rebound}");
    let public = why(call(&stage, http("GET", "https://api.example.org/x".to_owned()), Reach::default()).await);
    assert!(public.contains("http = [\"api.example.org\"]"), "{public}");
    for wrong in ["file:///etc/passwd", "ftp://x/", "nothing", "http://me:pw@127.0.0.1/"] {
        why(call(&stage, http("GET", wrong.to_owned()), server.reach()).await);
    }
    let mut unknown = http("GET", server.url("/"));
    unknown.auth = Some("other".to_owned());
    assert!(why(call(&stage, unknown.clone(), server.reach()).await).contains("no secret other"));
    let without = Reach { secrets: Vec::new(), ..server.reach() };
    assert!(why(call(&stage, unknown, without).await).contains("the secret other may not be used"));
    for name in ["Host", "Content-Length", "transfer-encoding", "bad name"] {
        let mut odd = http("GET", server.url("/"));
        odd.headers = vec![(name.to_owned(), "x".to_owned())];
        assert!(why(call(&stage, odd, server.reach()).await).contains(name));
    }
    assert!(server.asked().is_empty());
}

fn redirect(status: &str, to: &str) -> String {
    format!("HTTP/1.1 {status} X\r\nLocation: {to}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
}

#[tokio::test]
async fn a_redirect_leads_only_where_the_script_may_go_and_takes_no_secret_elsewhere() {
    let (stage, other) = (Stage::new().await, Server::answering(|_| ok("there")).await);
    let to = other.url("/there");
    let server = Server::answering(move |asked| redirect(if asked.contains("/keep") { "307" } else { "302" }, &to)).await;
    let mut post = http("POST", server.url("/turn"));
    (post.auth, post.body) = (Some("gh".to_owned()), Some(Data::from("content")));
    why(call(&stage, post.clone(), server.reach()).await);
    assert!(other.asked().is_empty());
    let both = Reach { private_hosts: vec![host(server.address), host(other.address)], ..server.reach() };
    data(call(&stage, post.clone(), both.clone()).await);
    data(call(&stage, HttpRequest { url: server.url("/keep"), ..post }, both).await);
    let [turned, kept] = other.asked().try_into().unwrap();
    assert!(
        turned.starts_with("GET /there ")
            && !turned.contains("content\r\n")
            && kept.starts_with("POST /there ")
            && kept.ends_with("content")
    );
    assert!(!turned.contains("hush") && !kept.contains("hush"));
    let round = Server::answering(|_| redirect("302", "/again")).await;
    assert!(why(call(&stage, http("GET", round.url("/")), round.reach()).await).contains("redirects"));
}

#[tokio::test]
async fn an_answer_that_is_too_large_or_too_late_is_none() {
    let (stage, server) = (Stage::new().await, Server::answering(|_| ok(&"x".repeat(1_001))).await);
    assert!(why(call(&stage, http("GET", server.url("/")), server.reach()).await).contains("more than 1000 bytes"));
    let packed = Server::answering(|_| ok("x").replace("X-A: 1", "Content-Encoding: gzip")).await;
    assert!(why(call(&stage, http("GET", packed.url("/")), packed.reach()).await).contains("encoded"));
    // Takes connections, and never says a word.
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = silent.local_addr().unwrap();
    let reach = Reach { private_hosts: vec![host(address)], ..Reach::default() };
    let hasty = HttpRequest { timeout_ms: 1, ..http("GET", format!("http://{address}/secret?secret")) };
    let late = why(call(&stage, hasty, reach).await);
    assert!(late.contains("within 100 ms") && !late.contains("secret"), "{late}");
}

#[tokio::test]
async fn in_a_test_nobody_is_asked() {
    let mut stage = Stage::new().await;
    stage.outside.fake_http = Some(FakeHttp(Arc::new(|request| Answer::Data(Data::from(request.url.as_str())))));
    let answer = data(call(&stage, http("GET", "https://api.example.org/x".to_owned()), Reach::default()).await);
    assert_eq!(answer, Data::from("https://api.example.org/x"));
}
