//! Downloads: which a script hears of, and which its hook sees.

use super::theatre::Theatre;
use crate::model::{Body, Element};
use crate::script::op::Answer;
use crate::script::outside::FakeHttp;
use crate::session::{DownloadRequest, Part};

const WATCHES: &str = r#"
    --!mynah conversations = ["c2c:ana"]
    bot.on("download", { files = "image/*", chat = "c2c:ana" }, function(d) bot.send("c2c:ana", "picture " .. d.name) end)
    bot.on("download", { files = "application/pdf" }, function(d) bot.send("c2c:ana", "plan " .. d.name) end)
    bot.on("download", { chat = "c2c:ben" }, function(d) bot.send("c2c:ana", "wrong") end)
    bot.before("download", { files = "application/pdf", chat = "c2c:ana" }, function(d) bot.metric("seen") end)"#;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_download_is_told_to_whom_it_concerns_and_a_failure_of_the_host_is_an_answer() {
    let mut theatre = Theatre::of(&[("watches", WATCHES)]).await;
    theatre.say("ana", "hello").await;
    let folder = tempfile::tempdir().unwrap();
    let files = ["plan.pdf", "cat.png"].map(|name| {
        let path = folder.path().join(name);
        std::fs::write(&path, name).unwrap();
        Element::file(path.to_string_lossy(), 0)
    });
    let id = theatre.tell_body("ana", Body::of_elements(&files)).await;
    theatre.heard(&id).await;
    let message = theatre.session().archive().find(&[&id]).unwrap().remove(0);
    for element in [0, 1] {
        let to = folder.path().join("here");
        std::fs::create_dir_all(&to).unwrap();
        let request = DownloadRequest::of(&message, element, Part::Main).unwrap().to_folder(to);
        theatre.session().download(request).await.unwrap();
        theatre.idle().await;
    }
    assert_eq!(theatre.said_to("ana"), ["plan plan.pdf", "picture cat.png"], "{:#?}", theatre.log("watches"));
    theatre.wait(5).await;
    let state = crate::script::look::Look::at(theatre.session().archive()).states().unwrap().remove(0).1;
    assert_eq!(state.metrics["seen"], 1.0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_panic_of_the_host_while_a_script_waits_is_an_answer() {
    let mut theatre = Theatre::closed(&[(
        "asks",
        r#"
        --!mynah http = ["example.org"]
        bot.command("go", {}, function(m) local answer, why = http.get("https://example.org/") m:reply(tostring(answer) .. ": " .. why) end)"#,
    )]);
    theatre.options.fake_http = Some(FakeHttp(std::sync::Arc::new(|_| -> Answer { panic!("a story") })));
    theatre.open().await;
    theatre.say("ana", "go").await;
    assert_eq!(theatre.said_to("ana"), ["nil: the host failed here; see its log"]);
}
