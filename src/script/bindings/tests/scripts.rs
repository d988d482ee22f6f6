//! Six scripts as bot authors write them.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use super::*;
use crate::model::{Body, Element, FileElement};
use crate::script::bindings::{Subject, Verdict, verdict};
use crate::script::event::{DownloadNews, EventKind, Fired, What};
use crate::script::filter::Hit;
use crate::script::handler::{ArgumentValue, Door};
use crate::script::op::{Answer, Op};
use crate::session::Download;

fn given<const N: usize>(given: [(&str, ArgumentValue); N]) -> BTreeMap<String, ArgumentValue> {
    given.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

fn text(text: &str) -> ArgumentValue {
    ArgumentValue::Text(text.to_owned())
}

#[test]
fn a_ping_is_answered() {
    let mut bot = Bot::of("bot.command(\"ping\", { help = \"check that I am alive\" }, function(m)\n  m:reply(\"pong\")\nend)");
    assert_eq!(bot.hear_with("command ping", message("ana", "ping"), None, Some(&given([]))).said(), ["group:general <- pong"]);
}

#[test]
fn a_reminder_comes_late_and_says_so() {
    let mut bot = Bot::of(
        r#"bot.command("remind <when:time> <what:text>", { help = "remind 2h stretch" }, function(m, a)
            local id = bot.timer.at(a.when, "due", { chat = m.chat.id, ask = m.id, who = m.from.name, what = a.what })
            m:reply(`OK, {a.when:friendly()}. To drop it: forget {id}`)
        end)
        bot.command("forget <id>", function(m, a)
            m:reply(bot.timer.cancel(a.id) and "Dropped." or "I have no such reminder.")
        end)
        bot.on("timer", "due", function(t)
            local note = if t.late > 60 then ` ({t.late // 60} min late, I was off)` else ""
            bot.send(t.data.chat, { text = `{t.data.who}: {t.data.what}{note}`, reply_to = t.data.ask })
        end)"#,
    );
    let arguments = given([("when", ArgumentValue::Time(NOON + 60 + 7_200)), ("what", text("stretch"))]);
    let said = bot.hear_with("command remind", message("ana", "remind 2h stretch"), None, Some(&arguments)).said();
    let row = bot.memory.timers.borrow().values().next().cloned().unwrap();
    assert_eq!(said, [format!("group:general <- OK, in 2 h. To drop it: forget {}", row.id)]);

    let fired = Fired { id: row.id.clone(), name: row.name.clone(), data: row.data.clone(), due: NOON - 3_600, hops: 0, missed: 0 };
    let event = bot.event(EventKind::Timer, What::Timer(fired));
    let said = bot.tell("timer#1", &event, None, None, Vec::new()).said();
    assert_eq!(said, ["group:general <- title of c2c:ana: stretch (61 min late, I was off)"]);

    let drop = given([("id", text(&row.id))]);
    assert_eq!(bot.hear_with("command forget", message("ana", "forget"), None, Some(&drop)).said(), ["group:general <- Dropped."]);
    assert_eq!(
        bot.hear_with("command forget", message("ana", "forget"), None, Some(&drop)).said(),
        ["group:general <- I have no such reminder."]
    );
}

#[test]
fn a_word_raises_an_alert() {
    let config = Data::map([("keywords", Data::List(vec!["outage".into()])), ("notify", "ops".into())]);
    let source = r#"bot.on("receive", { words = bot.config.keywords, cooldown = "15m" }, function(m, hit)
        bot.send(bot.config.notify, `“{hit.word}” in {m.chat.title} by {m.from.name}: {m:link()}`)
    end)"#;
    let mut bot = Bot::with(source, config).unwrap();
    let hit = Hit { word: Some("outage".to_owned()), captures: vec![] };
    let said = bot.hear_with("receive#1", message("ana", "an outage"), Some(&hit), None).said();
    assert_eq!(said, ["group:ops <- “outage” in title of group:general by title of c2c:ana: mynah://m/ana-1709640000-7"]);
}

#[test]
fn a_search_is_read_page_by_page() {
    let mut bot = Bot::of(
        r#"bot.command("find <query:text>", { help = "find from:ana invoice" }, function(m, a)
            local page = bot.search { query = a.query, chat = m.chat.id, limit = 5 }
            if page.total == 0 then
                return m:reply("Nothing found.")
            end
            while page do
                local lines = {}
                for i, hit in page.hits do
                    lines[i] = `{hit.date}  {hit.from}: {hit.snippet}`
                end
                m:reply(table.concat(lines, "\n"))
                local more = page.next and m:ask("Say *more* for the next five.", { match = "^more$", timeout = "2m" })
                page = more and bot.search { next = page.next } or nil
            end
        end)"#,
    );
    let page = |snippet: &str, next: Option<&str>| {
        let hit = Data::map([("date", "d".into()), ("from", "ana".into()), ("snippet", snippet.into())]);
        Answer::Data(Data::map([("total", 2_u64.into()), ("hits", Data::List(vec![hit])), ("next", next.into())]))
    };
    let more = Answer::Messages { messages: vec![message("ana", "more").to_json()], next: None };
    bot.answers.extend([page("one", Some("c1")), more, page("two", None)]);
    let said = bot.hear_with("command find", message("ana", "find x"), None, Some(&given([("query", text("x"))]))).said();
    assert_eq!(said, ["group:general <- d  ana: one", "group:general <- Say *more* for the next five.", "group:general <- d  ana: two"]);
    assert!(matches!(&bot.asked[2], Op::Search { next: Some(next), .. } if next == "c1"));
}

#[test]
fn attachments_are_saved_and_programs_refused() {
    let mut bot = Bot::of(
        r#"bot.before("download", { on_error = "deny" }, function(f)
            if f.size > 50_000_000 or f.name:lower():find("%.exe$") then
                return bot.deny("too large, or a program")
            end
        end)
        bot.on("receive", { files = { "image/*", "application/pdf" } }, function(m)
            for _, f in m.files do
                f:save(`{m.time:format("%Y/%m")}/{f.name}`)
            end
        end)
        bot.on("download", function(f)
            bot.store:incr("bytes", f.size)
            log.info("stored", { path = f.path, size = f.size })
        end)"#,
    );
    let mut decide = |name: &str, size| {
        let download = Download {
            message: None,
            element: 0,
            name: name.to_owned(),
            media_type: String::new(),
            url: String::new(),
            target: "/tmp".into(),
            size,
        };
        let subject = Subject::Download(Rc::new(RefCell::new(download)));
        verdict(&bot.before("before download#1", Door::Download, &subject).result.unwrap()).unwrap()
    };
    assert_eq!(decide("A.EXE", 9), Verdict::Deny("too large, or a program".to_owned()));
    assert_eq!(decide("a.pdf", 50_000_001), Verdict::Deny("too large, or a program".to_owned()));
    assert_eq!(decide("a.pdf", 9), Verdict::Pass);

    let mut said = message("ana", "");
    said.body = Body::of_elements(&[FileElement { file_name: "a.pdf".to_owned(), file_size: 9, ..Default::default() }.into()]);
    bot.answers.push_back(Answer::Failed { why: "it is gone".to_owned() });
    bot.hear("receive#1", said).said();
    assert!(matches!(&bot.asked[0], Op::Save { path, element: 0, .. } if path == "2024/03/a.pdf"));

    let news = DownloadNews { id: None, element: 0, bytes: 10, total: 10, path: Some("2024/03/a.pdf".to_owned()) };
    let event = bot.event(EventKind::Download, What::Download(news));
    bot.tell("download#1", &event, None, None, Vec::new()).said();
    assert_eq!(bot.memory.values.borrow().values().collect::<Vec<_>>(), [&Data::Number(10.0)]);
    assert_eq!(bot.logged.borrow()[0].1, "stored");
}

#[test]
fn card_numbers_are_removed_from_what_is_said() {
    let mut bot = Bot::of(
        r#"local card = re.new([[\b\d(?:[ -]?\d){12,18}\b]])
        local function luhn(s)
            local sum, double = 0, false
            for i = #s, 1, -1 do
                local d = tonumber(s:sub(i, i))
                if d then
                    local v = if double then d * 2 else d
                    sum += if v > 9 then v - 9 else v
                    double = not double
                end
            end
            return sum % 10 == 0
        end
        bot.before("send", { priority = 90, on_error = "deny", deadline = "20ms" }, function(m)
            m.text = card:replace(m.text, function(s)
                return if luhn(s) then "[card number removed]" else s
            end)
        end)"#,
    );
    let draft = Rc::new(RefCell::new(message("me", "")));
    draft.borrow_mut().body = Body::of_elements(&[Element::text("pay 4111 1111 1111 1111"), Element::text("or 1234 5678 9012 3456")]);
    let outcome = bot.before("before send#1", Door::Send, &Subject::Message(Rc::clone(&draft)));
    assert_eq!(verdict(&outcome.result.unwrap()).unwrap(), Verdict::Pass);
    assert_eq!(draft.borrow().texts(), ["pay [card number removed]", "or 1234 5678 9012 3456"]);
}
