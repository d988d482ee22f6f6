//! Prints messages as they could have been said, one a line: several languages, all element types, always the same for one seed.
//!
//!     cargo run --example generate -- 400 7 > messages.jsonl
//!
//! The first number is how many (400), the second the seed (1).

use std::io::{self, BufWriter, Write as _};

use mynah::model::{ConversationId, Element, LimitError, Message};
use serde_json::{Value, json};

/// People, what they talk in, and what about.
struct Scene {
    group: Option<&'static str>,
    people: &'static [&'static str],
    sentences: &'static [&'static str],
    /// What stands for `{}` in a sentence.
    things: &'static [&'static str],
}

const SCENES: &[Scene] = &[
    Scene {
        group: Some("ops"),
        people: &["alice", "bob", "carol", "dave"],
        sentences: &[
            "the deploy of {} is done",
            "{} is slow again, has anyone looked at the logs?",
            "rolled {} back, PLT-3699 has the details",
            "who is on call for {} tonight?",
            "please review https://example.org/pull/42 before {} goes out",
            "lgtm 👍",
            "ok",
        ],
        things: &["the gateway", "billing", "the search cluster", "v2.4.1", "staging"],
    },
    Scene {
        group: Some("项目组"),
        people: &["小明", "小红", "老王"],
        sentences: &["{}今天上线了吗？", "我们明天下午讨论{}", "{}的测试已经通过了", "好的，收到", "请大家看一下{}的文档"],
        things: &["搜索功能", "新版本", "支付系统", "数据库迁移"],
    },
    Scene {
        group: Some("旅行"),
        people: &["はると", "さくら", "ゆい"],
        sentences: &["{}の予約が取れました", "{}は何時に集合ですか", "写真を送りますね 📷", "{}、楽しみです！", "了解です"],
        things: &["新幹線", "温泉", "京都のホテル", "夕食"],
    },
    Scene {
        group: Some("동아리"),
        people: &["민준", "서연", "지우"],
        sentences: &["{} 언제 시작해요?", "오늘 {} 정말 재미있었어요", "{} 자료 공유합니다", "네, 알겠습니다"],
        things: &["회의", "연습", "발표", "저녁 모임"],
    },
    Scene {
        group: Some("Familie"),
        people: &["Jürgen", "Änne", "Großmutter"],
        sentences: &["Wer bringt {} mit?", "{} ist schon im Ofen", "Schöne Grüße aus {}", "Bis später!"],
        things: &["den Kuchen", "Apfelstrudel", "München", "die Käsespätzle"],
    },
    Scene {
        group: Some("дача"),
        people: &["Аня", "Миша"],
        sentences: &["{} уже выросли?", "Привезу {} в субботу", "Хорошо, договорились"],
        things: &["помидоры", "инструменты", "яблоки"],
    },
    Scene {
        group: None,
        people: &["سارة"],
        sentences: &["هل وصلت {}؟", "شكرا جزيلا", "نلتقي غدا في {}"],
        things: &["الرسالة", "المكتب", "المحطة"],
    },
    Scene {
        group: None,
        people: &["bob@example.org"],
        sentences: &[
            "did you get {}? I sent it to you@example.org",
            "let's talk about {} tomorrow",
            "in C++ it's `a->b`, see {}",
            "thanks :)",
        ],
        things: &["the invoice", "the contract", "my notes", "the #roadmap"],
    },
];

/// The account whose archive it is.
const ACCOUNT: &str = "me";
/// Monday, 1 January 2024, 08:00 UTC.
const START: u64 = 1_704_096_000;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let count: u64 = arguments.next().map_or(Ok(400), |count| count.parse())?;
    let seed: u64 = arguments.next().map_or(Ok(1), |seed| seed.parse())?;
    let mut out = BufWriter::new(io::stdout().lock());
    for message in messages(count, seed) {
        writeln!(out, "{}", message?.to_json())?;
    }
    Ok(out.flush()?)
}

/// That many messages, in the order of their times.
pub(crate) fn messages(count: u64, seed: u64) -> impl Iterator<Item = Result<Message, LimitError>> {
    let mut dice = Dice(seed);
    let mut time = START;
    (0..count).map(move |number| {
        // Talk comes in bursts.
        time += if dice.one_in(12) { 1_800 + dice.below(40_000) } else { 5 + dice.below(180) };
        message(&mut dice, number, time)
    })
}

fn message(dice: &mut Dice, number: u64, time: u64) -> Result<Message, LimitError> {
    let scene = dice.pick(SCENES);
    let person = *dice.pick(scene.people);
    let sender = if dice.one_in(5) { ACCOUNT } else { person };
    let conversation = match scene.group {
        Some(group) => ConversationId::group(group)?,
        None => ConversationId::c2c(person)?,
    };
    let thing = *dice.pick(scene.things);
    let sentence = dice.pick(scene.sentences).replace("{}", thing);
    // Every fourth message takes its turn through all types, the others are talk.
    let elements = if number % 4 == 3 { special(dice, number / 4, thing, sender, sentence) } else { vec![Element::text(sentence)] };
    let mut message = Message::new(sender, time, mynah::model::Body::of_elements(&elements)).in_conversation(&conversation);
    message.is_from_self = Some(sender == ACCOUNT);
    message.is_read = Some(!dice.one_in(8));
    // An id that a client would make.
    message.rand = dice.below(u64::from(u32::MAX)) as u32 | 1;
    Ok(message)
}

/// Elements of each of the types in turn.
fn special(dice: &mut Dice, number: u64, thing: &str, sender: &str, sentence: String) -> Vec<Element> {
    match number % 13 {
        0 => vec![Element::text(sentence), Element::face(dice.below(80) as i64, "smile")],
        1 => vec![Element::image(format!("photos/{}.jpg", dice.below(9_000))), Element::text(thing)],
        2 => vec![Element::sound("voice.m4a", 3 + dice.below(50) as u32)],
        3 => vec![Element::custom(json!({"vote": dice.below(5)}).to_string(), format!("poll: {thing}"))],
        4 => vec![Element::file(format!("{thing}.pdf"), 20_000 + dice.below(900_000) as u32)],
        5 => vec![Element::video("clip.mp4", 4 + dice.below(60) as u32, "clip.jpg")],
        6 => vec![Element::face(dice.below(80) as i64, "wave")],
        7 => vec![Element::location(thing, 48.137 + dice.below(100) as f64 / 1_000.0, 11.575)],
        8 => vec![Element::merge(format!("what was said about {thing}"), vec![format!("{sender}: {sentence}")], "a bundle", Vec::new())],
        9 => vec![notice(json!({
            "elem_type": 5, "group_tips_elem_tip_type": 1, "group_tips_elem_op_user": sender,
            "group_tips_elem_group_id": "ops", "group_tips_elem_user_array": ["erin"],
        }))],
        10 => vec![notice(json!({
            "elem_type": 8, "group_report_elem_report_type": 1, "group_report_elem_group_id": "ops",
            "group_report_elem_op_user": sender, "group_report_elem_msg": sentence,
        }))],
        11 => vec![notice(json!({
            "elem_type": 10, "friend_change_elem_change_type": 1, "friend_change_elem_friend_add_identifier_array": ["erin"],
        }))],
        _ => vec![notice(json!({
            "elem_type": 11, "profile_change_elem_change_type": 1, "profile_change_elem_from_identifier": sender,
            "profile_change_elem_user_profile_item": {"user_profile_item_nick_name": thing},
        }))],
    }
}

/// An element that only a service makes.
fn notice(element: Value) -> Element {
    Element::from_value(element).unwrap_or_else(|| Element::text(""))
}

/// Numbers that look random and are the same for one seed (SplitMix64).
struct Dice(u64);

impl Dice {
    fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, bound: u64) -> u64 {
        self.roll() % bound
    }

    fn one_in(&mut self, sides: u64) -> bool {
        self.below(sides) == 0
    }

    fn pick<'a, T>(&mut self, things: &'a [T]) -> &'a T {
        &things[self.below(things.len() as u64) as usize]
    }
}
