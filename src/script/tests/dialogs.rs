//! Questions and their answers.

use super::theatre::Theatre;

const PAGES: &str = r#"
bot.command("pages", {}, function(m)
  local page = 1
  while page do
    m:reply(`page {page}`)
    local more = m:ask("more?", { match = "^more$", timeout = "2m" })
    page = more and page + 1 or nil
  end
  m:reply("that was all")
end)
bot.command("other", {}, function(m) m:reply("another") end)
"#;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_dialog_goes_on_after_a_crash_and_ends_when_nobody_answers() {
    let mut theatre = Theatre::of(&[("pages", PAGES)]).await;
    theatre.say("ana", "pages").await;
    theatre.crash_and_open().await;
    theatre.say("ana", "More").await;
    theatre.crash_and_open().await;
    assert_eq!(theatre.said_to("ana"), ["page 1", "more?", "page 2", "more?"]);
    theatre.wait(121).await;
    assert_eq!(theatre.said_to("ana")[4..], ["that was all"]);
    theatre.say("ana", "more").await;
    assert_eq!(theatre.said_to("ana").len(), 5, "the dialog is over");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_a_fitting_answer_of_the_one_who_was_asked_counts_and_everything_else_goes_its_way() {
    let mut theatre = Theatre::of(&[("pages", PAGES)]).await;
    theatre.say("ana", "pages").await;
    theatre.say("ana", "other").await;
    theatre.say("ben", "more").await;
    theatre.say("ana", "more").await;
    assert_eq!(theatre.said_to("ana"), ["page 1", "more?", "another", "page 2", "more?"]);
    assert_eq!(theatre.said_to("ben"), [""; 0]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_dialog_ends_on_the_version_with_which_it_began() {
    let mut theatre = Theatre::of(&[("pages", PAGES)]).await;
    theatre.say("ana", "pages").await;
    theatre.load("pages", &PAGES.replace("page {page}", "Seite {page}")).await.unwrap();
    theatre.say("ana", "more").await;
    theatre.crash_and_open().await;
    theatre.say("ana", "more").await;
    assert_eq!(
        theatre.said_to("ana"),
        ["page 1", "more?", "page 2", "more?", "page 3", "more?"],
        "also after a restart: {:#?}",
        theatre.log("pages")
    );
    theatre.say("ben", "pages").await;
    assert_eq!(theatre.said_to("ben"), ["Seite 1", "more?"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_dialog_that_cannot_be_repeated_ends_and_says_why() {
    let mut theatre = Theatre::of(&[(
        "fickle",
        r#"
        local runs = 0
        bot.command("go", {}, function(m)
          runs += 1
          if runs > 1 then bot.store:get("x") end
          m:reply("hm")
          m:ask("well?", {})
          m:reply("never")
        end)"#,
    )])
    .await;
    theatre.say("ana", "go").await;
    theatre.say("ana", "yes").await;
    assert_eq!(theatre.said_to("ana"), ["hm", "well?"]);
    let log = theatre.log("fickle").join("\n");
    assert!(log.contains("the dialog cannot go on: where it called bot.send before, it now calls store:get"), "{log}");
    theatre.say("ana", "go").await;
    assert_eq!(theatre.said_to("ana").len(), 4, "the conversation is not stuck");
}
