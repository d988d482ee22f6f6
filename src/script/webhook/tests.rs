//! Calls, let in and refused: most of them without a network, some over a real one.

use std::net::Ipv4Addr;

use futures_util::FutureExt as _;
use futures_util::stream;
use http_body_util::{BodyExt as _, StreamBody};
use hyper::body::Frame;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use super::*;
use crate::script::outside::Secrets;

const HERE: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 4_000);
/// What a service signs `{"n":1}` with, for the secret `hush`.
const SIGNATURE: &str = "sha256=";

fn doors() -> Doors {
    let variables = [("MYNAH_SECRET_GH".into(), "hush".into())];
    let doors = Doors::new(Secrets::read(None, variables.into_iter()).unwrap());
    let paths = [("/build", Some("gh")), ("open", None), ("unset", Some("nobody")), ("a b", Some("gh"))];
    doors.put("ci", paths.map(|(path, secret)| (path.to_owned(), secret.map(str::to_owned))));
    doors
}

type Asked = std::future::Ready<Result<WebhookAnswer, ()>>;

/// A desk behind which somebody answers with what the call says.
fn desk() -> Desk<impl Fn(String, WebhookCall) -> Asked> {
    let ask = |script: String, call: WebhookCall| {
        let said = format!("{script} {} {} {:?} {:?} {}", call.path, call.method, call.query, call.headers, call.body.to_json());
        std::future::ready(Ok(WebhookAnswer::Done(said.into())))
    };
    Desk { ask, doors: doors() }
}

fn request(path: &str, headers: &[(&str, &str)], body: &str) -> Request<Full<Bytes>> {
    let mut request = Request::post(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.body(Full::from(body.to_owned())).unwrap()
}

async fn text_of(reply: Reply) -> (u16, String) {
    let status = reply.status().as_u16();
    (status, String::from_utf8(reply.into_body().collect().await.unwrap().to_bytes().into()).unwrap())
}

#[track_caller]
fn answered(request: Request<Full<Bytes>>, caller: SocketAddr) -> (u16, String) {
    let desk = desk();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    runtime.block_on(async { text_of(desk.answer(request, caller).await).await })
}

#[track_caller]
fn check(path: &str, headers: &[(&str, &str)], expected: u16) {
    let (status, text) = answered(request(path, headers, "{}"), HERE);
    assert_eq!(status, expected, "{path} {headers:?}: {text}");
}

#[test]
fn who_knows_the_secret_is_let_in_and_nobody_else() {
    check("/hook/ci/build", &[("X-Mynah-Secret", "hush")], 200);
    check("/hook/ci/build", &[("Authorization", "Bearer hush")], 200);
    check("/hook/ci/build", &[("authorization", "bearer hush")], 200);
    for wrong in [
        &[][..],
        &[("X-Mynah-Secret", "hus")],
        &[("X-Mynah-Secret", "")],
        &[("Authorization", "Basic hush")],
        &[("Authorization", "Bearer")],
        &[("X-Hub-Signature-256", "sha256=")],
        &[("X-Hub-Signature-256", "sha1=00")],
        &[("X-Mynah-Secret", "hush"), ("X-Hub-Signature-256", "sha256=00")],
    ] {
        check("/hook/ci/build", wrong, 401);
    }
}

#[test]
fn a_body_that_is_signed_with_the_secret_is_let_in_and_a_changed_one_is_not() {
    use hmac::{Hmac, KeyInit as _, Mac as _};
    let mac = Hmac::<sha2::Sha256>::new_from_slice(b"hush").unwrap().chain_update(r#"{"n":1}"#).finalize().into_bytes();
    let signature = mac.iter().fold(SIGNATURE.to_owned(), |text, byte| format!("{text}{byte:02x}"));
    let with = |body| answered(request("/hook/ci/build", &[("X-Hub-Signature-256", &signature)], body), HERE).0;
    assert_eq!((with(r#"{"n":1}"#), with(r#"{"n":2}"#)), (200, 401));
}

#[test]
fn what_is_no_webhook_is_not_found() {
    for path in ["/", "/hook", "/hook/ci", "/hook/ci/", "/hook/ci/other", "/hook/other/build", "/build", "/hook//build", "/hook/ci/build/x"]
    {
        check(path, &[("X-Mynah-Secret", "hush")], 404);
    }
    let mut asked = request("/hook/ci/build", &[("X-Mynah-Secret", "hush")], "");
    *asked.method_mut() = hyper::Method::GET;
    assert_eq!(answered(asked, HERE).0, 405);
}

#[test]
fn a_webhook_without_a_secret_is_for_this_machine_alone() {
    check("/hook/ci/open", &[], 200);
    for (caller, status) in [("[::ffff:127.0.0.1]:1", 200), ("10.1.2.3:1", 403), ("[2a00::1]:1", 403)] {
        assert_eq!(answered(request("/hook/ci/open", &[], ""), caller.parse().unwrap()).0, status, "{caller}");
    }
    check("/hook/ci/unset", &[("X-Mynah-Secret", "")], 503);
    let doors = doors();
    doors.put("ci", []);
    assert!(doors.let_in(request("/hook/ci/open", &[], ""), HERE).now_or_never().unwrap().is_err(), "its script is gone");
}

#[test]
fn the_script_sees_the_call_and_not_what_proves_who_called() {
    let headers = [("X-Mynah-Secret", "hush"), ("Authorization", "hush"), ("Cookie", "hush"), ("X-A", "1"), ("X-A", "2")];
    let (_, said) = answered(request("/hook/ci/a%20b?x=1&y=a+b%26&z", &headers, "漢"), HERE);
    assert_eq!(said, r#"ci a b POST {"x": "1", "y": "a b&", "z": ""} {"x-a": "1, 2"} "漢""#);
}

#[test]
fn scripts_that_call_each_other_come_to_an_end() {
    let secret = ("X-Mynah-Secret", "hush");
    check("/hook/ci/build", &[secret, ("X-Mynah-Hops", "3")], 200);
    for hops in ["4", "99999999999", "-1", "x"] {
        check("/hook/ci/build", &[secret, ("X-Mynah-Hops", hops)], 508);
    }
}

#[test]
fn a_body_that_is_too_large_is_refused() {
    let with = |bytes: usize| answered(request("/hook/ci/build", &[("X-Mynah-Secret", "hush")], &"x".repeat(bytes)), HERE).0;
    assert_eq!((with(1 << 20), with((1 << 20) + 1)), (200, 413));
}

#[tokio::test(start_paused = true)]
async fn a_body_that_does_not_come_is_not_waited_for() {
    let never = StreamBody::new(stream::pending::<Result<Frame<Bytes>, std::io::Error>>());
    let request = Request::post("/hook/ci/build").header("X-Mynah-Secret", "hush").body(never).unwrap();
    assert_eq!(desk().answer(request, HERE).await.status(), 408);
}

#[tokio::test(start_paused = true)]
async fn a_caller_is_told_what_became_of_the_call() {
    let secret = [("X-Mynah-Secret", "hush")];
    for (answer, status) in [
        (Some(Ok(WebhookAnswer::Done(Data::Nil))), 204),
        (Some(Ok(WebhookAnswer::Unknown)), 404),
        (Some(Ok(WebhookAnswer::Failed)), 500),
        (Some(Ok(WebhookAnswer::Busy)), 429),
        (Some(Err(())), 503),
        (None, 202),
    ] {
        let ask = |_, _| {
            let answer = answer.clone();
            async { if let Some(answer) = answer { answer } else { std::future::pending().await } }
        };
        let reply = Desk { ask, doors: doors() }.answer(request("/hook/ci/build", &secret, ""), HERE).await;
        assert_eq!(reply.status().as_u16(), status);
        assert_eq!(reply.headers().contains_key(RETRY_AFTER), matches!(status, 429 | 503));
    }
}

#[tokio::test]
async fn a_script_chooses_status_body_and_headers() {
    let headers = Data::map([("x-a", "1".into()), ("content-length", "99".into()), ("bad name", "x".into()), ("x-b", "a\nb".into())]);
    let answer = Data::map([("status", Data::Number(418.0)), ("body", Data::Bytes(vec![b'h', b'i'])), ("headers", headers)]);
    let given = reply(&answer);
    let names: Vec<&str> = given.headers().keys().map(HeaderName::as_str).collect();
    assert_eq!(names, ["x-a"]);
    assert_eq!(text_of(given).await, (418, "hi".to_owned()));
    for odd in [Data::Number(101.0), Data::Number(-5.0), Data::Number(1e9), "x".into()] {
        assert_eq!(reply(&Data::map([("status", odd)])).status(), 200);
    }
}

/// Sends bytes and reads all that comes back.
async fn exchange(address: SocketAddr, bytes: &str) -> String {
    let mut connection = TcpStream::connect(address).await.unwrap();
    connection.write_all(bytes.as_bytes()).await.unwrap();
    let mut said = Vec::new();
    connection.read_to_end(&mut said).await.unwrap();
    String::from_utf8(said).unwrap()
}

async fn listening() -> Listener {
    let desk = desk();
    Listener::bind("127.0.0.1:0".parse().unwrap(), desk.ask, desk.doors).await.unwrap()
}

#[tokio::test]
async fn a_call_over_the_network_is_answered_and_its_connection_closed() {
    let listener = listening().await;
    let call = "POST /hook/ci/build HTTP/1.1\r\nHost: x\r\nX-Mynah-Secret: hush\r\nContent-Length: 2\r\n\r\nhi";
    let said = exchange(listener.address(), call).await;
    assert!(said.starts_with("HTTP/1.1 200 OK\r\n") && said.ends_with(r#""hi""#), "{said}");
    let said = exchange(listener.address(), &call.replace("hush", "wrong")).await;
    assert!(said.starts_with("HTTP/1.1 401 ") && said.ends_with("the secret is missing or wrong\n"), "{said}");
    let said = exchange(listener.address(), "nonsense\r\n\r\n").await;
    assert!(said.starts_with("HTTP/1.1 400 "), "{said}");
    let said = exchange(listener.address(), &format!("POST /hook/ci/build HTTP/1.1\r\nX-Long: {}\r\n\r\n", "x".repeat(40_000))).await;
    assert!(said.starts_with("HTTP/1.1 431 "), "{said}");
    listener.close().await;
    assert!(TcpStream::connect(listener.address()).await.is_err());
}

#[tokio::test]
async fn who_comes_when_there_is_no_room_is_told_to_come_again() {
    let listener = listening().await;
    let mut held = Vec::new();
    for _ in 0..CONNECTIONS {
        held.push(TcpStream::connect(listener.address()).await.unwrap());
    }
    let mut late = TcpStream::connect(listener.address()).await.unwrap();
    let mut said = String::new();
    late.read_to_string(&mut said).await.unwrap();
    assert!(said.starts_with("HTTP/1.1 503 "), "{said}");
    drop(held);
    let call = "POST /hook/ci/open HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n";
    while !exchange(listener.address(), call).await.starts_with("HTTP/1.1 200 ") {
        tokio::task::yield_now().await;
    }
}
