//! Files in messages, from one account to another.

use std::fs;
use std::time::Duration;

use mynah::model::{Body, Element, Message, Status};
use mynah::session::{DownloadRequest, Event, Part};
use mynah::transport::loopback::{Loss, Weather};

use super::stage::{Side, Stage, c2c};

/// A file of `size` bytes that are all different enough.
fn file(stage: &Stage, name: &str, size: usize) -> String {
    let path = stage.folder.path().join(name);
    let content: Vec<u8> = (0..size).map(|at| (at * 31 % 251) as u8).collect();
    fs::write(&path, content).unwrap();
    path.to_str().unwrap().to_owned()
}

async fn send(side: &Side, elements: &[Element]) -> Message {
    side.session.send(&c2c("bob"), Message::new("", 0, Body::of_elements(elements))).await.unwrap().await.unwrap()
}

#[tokio::test(start_paused = true)]
async fn what_is_sent_as_a_file_is_the_same_file_on_the_other_side() {
    let stage = Stage::new();
    let (alice, mut bob) = (stage.login("alice").await, stage.login("bob").await);
    let (picture, plan, video) = (file(&stage, "a.png", 70_000), file(&stage, "plan.pdf", 300_000), file(&stage, "v.mp4", 500_000));
    let elements = [
        Element::image(picture.as_str()),
        Element::file(plan.as_str(), 0),
        Element::sound(picture.as_str(), 3),
        Element::video(video.as_str(), 9, picture.as_str()),
    ];
    let sent = send(&alice, &elements).await;
    let heard = bob.hears().await;
    assert_eq!(heard.id_text(), sent.id_text());
    let into = stage.folder.path().join("into");
    fs::create_dir(&into).unwrap();
    let parts = [
        (0, Part::Main, &picture),
        (0, Part::Thumbnail, &picture),
        (0, Part::Large, &picture),
        (1, Part::Main, &plan),
        (2, Part::Main, &picture),
        (3, Part::Main, &video),
        (3, Part::Thumbnail, &picture),
    ];
    for (element, part, source) in parts {
        let request = DownloadRequest::of(&heard, element, part).unwrap().to_folder(&into);
        let fetched = bob.session.download(request).await.unwrap();
        assert_eq!(fs::read(&fetched.path).unwrap(), fs::read(source).unwrap(), "{element} {part:?}");
        assert_eq!(fetched.path.parent(), Some(into.as_path()));
    }
    assert!(into.join("plan.pdf").exists(), "under the name that the message gives it");
    let again = DownloadRequest::of(&heard, 1, Part::Main).unwrap().to_folder(&into);
    fs::write(into.join("plan.pdf"), "edited meanwhile").unwrap();
    assert_eq!(bob.session.download(again.clone()).await.unwrap().path, into.join("plan (2).pdf"));
    assert_eq!(fs::read(into.join("plan.pdf")).unwrap(), b"edited meanwhile", "nobody's file is replaced");
    bob.session.download(again.to_file(into.join("plan.pdf"))).await.unwrap();
    assert_eq!(fs::read(into.join("plan.pdf")).unwrap(), fs::read(&plan).unwrap(), "but where it was asked for");
    assert_eq!(DownloadRequest::of(&heard, 9, Part::Main).err().unwrap().code(), 6017);
}

#[tokio::test(start_paused = true)]
async fn a_file_is_sent_as_it_was_when_it_was_given() {
    let stage = Stage::new();
    let (alice, mut bob) = (stage.login("alice").await, stage.login("bob").await);
    stage.hub.set_weather("alice", Weather::offline());
    let plan = file(&stage, "plan.txt", 1_000);
    let before = fs::read(&plan).unwrap();
    let message = Message::new("", 0, Body::of_elements(&[Element::file(plan.as_str(), 0)]));
    let sending = alice.session.send(&c2c("bob"), message).await.unwrap();
    while alice.find(sending.id()).is_none() {
        tokio::task::yield_now().await;
    }
    fs::write(&plan, "changed").unwrap();
    alice.crash().await;
    stage.hub.set_weather("alice", Weather::default());
    let _alice = stage.login("alice").await;
    let heard = bob.hears().await;
    let to = stage.folder.path().join("got");
    bob.session.download(DownloadRequest::of(&heard, 0, Part::Main).unwrap().to_file(&to)).await.unwrap();
    assert_eq!(fs::read(to).unwrap(), before);
}

#[tokio::test(start_paused = true)]
async fn an_upload_tells_how_far_it_is_and_can_be_cancelled() {
    let stage = Stage::new();
    let mut alice = stage.login("alice").await;
    stage.hub.set_weather("alice", Weather { upload_bytes_per_s: Some(100_000), ..Weather::default() });
    let plan = file(&stage, "plan.pdf", 1_000_000);
    let message = Message::new("", 0, Body::of_elements(&[Element::text("see"), Element::file(plan.as_str(), 0)]));
    let sending = alice.session.send(&c2c("bob"), message.clone()).await.unwrap();
    let far = |event| match event {
        Event::Upload { element, current, total, .. } if current > 200_000 => Some((element, current, total)),
        _ => None,
    };
    let (element, current, total) = alice.until(far).await;
    assert!(element == 1 && current < total && total == 1_000_000);
    assert_eq!(alice.session.cancel(sending.id()).await.unwrap().status, Some(Status::Cancelled));
    let again = alice.session.send(&c2c("bob"), message).await.unwrap();
    let done = |event| match event {
        Event::Upload { current, total, .. } if current == total => Some(total),
        _ => None,
    };
    assert_eq!(alice.until(done).await, 1_000_000);
    assert_eq!(again.await.unwrap().status, Some(Status::Sent));
}

#[tokio::test(start_paused = true)]
async fn a_download_over_a_bad_line_goes_on_where_it_stopped() {
    let stage = Stage::new();
    let (alice, mut bob) = (stage.login("alice").await, stage.login("bob").await);
    let plan = file(&stage, "plan.pdf", 400_000);
    send(&alice, &[Element::file(plan.as_str(), 0)]).await;
    let heard = bob.hears().await;
    stage.hub.set_weather("bob", Weather { lose_answers: Loss::Next(2), ..Weather::default() });
    let to = stage.folder.path().join("got.pdf");
    let fetched = bob.session.download(DownloadRequest::of(&heard, 0, Part::Main).unwrap().to_file(&to)).await.unwrap();
    assert_eq!((fetched.bytes, fs::read(&to).unwrap()), (400_000, fs::read(&plan).unwrap()));
    let progress = |event| match event {
        Event::Download { current, total, .. } if current == total => Some(current),
        _ => None,
    };
    assert_eq!(bob.until(progress).await, 400_000);
}

#[tokio::test(start_paused = true)]
async fn a_cancelled_download_leaves_nothing_under_the_final_name() {
    let stage = Stage::new();
    let (alice, mut bob) = (stage.login("alice").await, stage.login("bob").await);
    let plan = file(&stage, "plan.pdf", 1_000_000);
    send(&alice, &[Element::file(plan.as_str(), 0)]).await;
    let heard = bob.hears().await;
    stage.hub.set_weather("bob", Weather { download_bytes_per_s: Some(100_000), ..Weather::default() });
    let to = stage.folder.path().join("got.pdf");
    let mut download = bob.session.download(DownloadRequest::of(&heard, 0, Part::Main).unwrap().to_file(&to));
    tokio::time::timeout(Duration::from_secs(3), download.outcome()).await.unwrap_err();
    download.cancel();
    assert_eq!(download.await.unwrap_err().code(), 6222);
    assert!(!to.exists());
}

#[tokio::test(start_paused = true)]
async fn a_name_in_a_message_never_leaves_the_chosen_folder() {
    let stage = Stage::new();
    let (alice, mut bob) = (stage.login("alice").await, stage.login("bob").await);
    let plan = file(&stage, "plan.pdf", 10);
    let Element::File(mut named) = Element::file(plan.as_str(), 0) else { unreachable!() };
    named.file_name = "../../../escaped.txt".to_owned();
    send(&alice, &[Element::File(named)]).await;
    let heard = bob.hears().await;
    let into = stage.folder.path().join("into");
    fs::create_dir(&into).unwrap();
    let fetched = bob.session.download(DownloadRequest::of(&heard, 0, Part::Main).unwrap().to_folder(&into)).await.unwrap();
    assert_eq!(fetched.path.parent(), Some(into.as_path()));
}
