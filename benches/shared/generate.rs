//! Messages made up from a seed: several languages, word frequencies as in real talk, identifiers, addresses and emoji in between.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use fastrand::Rng;
use serde_json::json;

/// Different words in a language.
const VOCABULARY: usize = 60_000;
const CONVERSATIONS: usize = 300;
const SENDERS: usize = 3_000;
/// 2015-01-01; the messages follow in seconds after it.
const FIRST_TIME: u64 = 1_420_070_400;

/// What a language is made of.
struct Recipe {
    /// How many of a hundred messages are in it.
    share: usize,
    /// Its most frequent words.
    head: &'static str,
    /// What its other words are put together from.
    syllables: &'static str,
    /// What stands between two words.
    blank: &'static str,
}

const RECIPES: [Recipe; 6] = [
    Recipe {
        share: 55,
        head: "the i to a it is that and you of in for on not have this but be with just so do if what can we are as was my there no \
               like all or your about think use get would yes when know one need at from some make now see how will error file code run",
        syllables: "an ber con da de di er fa ge hor in jo ka le lin lo ma men mi ne no on per pla qui re ri sa ser son ta ter ti tor un ver wa ex zo",
        blank: " ",
    },
    Recipe {
        share: 10,
        head: "ich die das ist nicht und der es du ein zu in auf mit wir ja den so was für aber noch mal auch wie dann hab nur schon über",
        syllables: "ab auf bach berg ein ent er fahr gang ge haus keit kom lich mann mög nach ober rück schau sprech stell tag über ver werk zeit zu",
        blank: " ",
    },
    Recipe {
        share: 8,
        head: "и в не на я что с а это как у то по но он мы да так все за нет вот если есть бы уже только меня надо можно",
        syllables: "ба ви го да ен жи за ка ла ло мо на но об по пра ре ро са ст та ти то ус хо че ше ют ял",
        blank: " ",
    },
    Recipe {
        share: 13,
        head: "的 我 是 不 了 你 在 有 好 就 这 个 也 都 说 要 去 吗 我们 什么 没有 可以 知道 现在 今天 消息 一个 怎么 时候 觉得",
        syllables: "天 地 人 心 手 口 日 月 水 火 山 石 田 土 木 金 上 下 左 右 大 小 多 少 前 后 东 西 南 北 学 生 工 作 电 话 时 间 问 题 开 关 进 出 新 旧 高 低 长 短 网 路 文 字",
        blank: "",
    },
    Recipe {
        share: 8,
        head: "の に は て を が で と た し も な です ます ない から こと これ それ する いる ある ね よ 今日 明日 何 人 時 思う",
        syllables: "あ い う え お か き く け こ さ し す せ そ た ち つ て と な に の は ひ ま み め も や ゆ よ ら り る れ ン ス ト ル 会 社 学 校 電 車 時 間 話 見 食 行 来",
        blank: "",
    },
    Recipe {
        share: 6,
        head: "이 그 안 네 저 수 것 좀 더 잘 왜 뭐 다 또 나 지금 오늘 그냥 진짜 이거 그럼 근데 하면 있는 없는 해서 같은 설치 파일 문제",
        syllables: "가 고 구 기 나 너 는 니 다 대 도 동 라 로 를 리 마 만 미 바 보 부 사 서 성 수 시 어 에 요 우 원 의 인 자 장 정 주 지 하 한 해",
        blank: " ",
    },
];

const EMOJI: [&str; 8] = ["😀", "👍", "🎉", "❤️", "😅", "🙏", "👩‍💻", "🇩🇪"];

/// Draws ranks as words fall in talk: the word of rank r about 1 / (r + 2.7) as often as the first.
struct Zipf {
    /// The sum of all weights up to and including each rank.
    up_to: Vec<f64>,
}

impl Zipf {
    fn new(ranks: usize) -> Self {
        let mut sum = 0.0;
        let up_to = (0..ranks).map(|rank| {
            sum += (rank as f64 + 2.7).powf(-1.05);
            sum
        });
        Self { up_to: up_to.collect() }
    }

    fn draw(&self, rng: &mut Rng) -> usize {
        let point = rng.f64() * self.up_to.last().copied().unwrap_or_default();
        self.up_to.partition_point(|&up_to| up_to < point).min(self.up_to.len() - 1)
    }
}

struct Language {
    words: Vec<String>,
    blank: &'static str,
}

impl Language {
    fn new(recipe: &Recipe, rng: &mut Rng) -> Self {
        let mut words: Vec<String> = recipe.head.split_whitespace().map(str::to_owned).collect();
        let syllables: Vec<&str> = recipe.syllables.split_whitespace().collect();
        let (least, most) = if recipe.blank.is_empty() { (2, 3) } else { (2, 4) };
        while words.len() < VOCABULARY {
            words.push((0..rng.usize(least..=most)).map(|_| syllables[rng.usize(..syllables.len())]).collect());
        }
        Self { words, blank: recipe.blank }
    }

    fn sentence(&self, zipf: &Zipf, rng: &mut Rng) -> String {
        let mut text = String::new();
        // Short messages are the most frequent ones, long ones grow rare: about nine words on average.
        let words = 1 + (-(1.0 - rng.f64()).ln() * 8.0) as usize;
        for n in 0..words.min(120) {
            if n > 0 {
                text.push_str(self.blank);
            }
            match rng.usize(..400) {
                0 => text.push_str(&format!(" PLT-{} ", rng.u32(1..5_000))),
                1 => text.push_str(&format!(" https://example.org/{}/{:x} ", rng.u32(1..300), rng.u32(..))),
                2 => text.push_str(&format!(" @user{} ", rng.usize(..SENDERS))),
                3..=6 => text.push_str(EMOJI[rng.usize(..EMOJI.len())]),
                _ => text.push_str(&self.words[zipf.draw(rng)]),
            }
        }
        text.push_str(["", "", "", ".", "?", "!", " :)", "…"][rng.usize(..8)]);
        text
    }
}

/// Writes `count` messages, oldest first. The same seed makes the same file.
pub(crate) fn write(path: &Path, count: u64, seed: u64) -> io::Result<()> {
    let mut rng = Rng::with_seed(seed);
    let languages: Vec<(usize, Language)> = RECIPES.iter().map(|recipe| (recipe.share, Language::new(recipe, &mut rng))).collect();
    let [words, conversations, senders] = [VOCABULARY, CONVERSATIONS, SENDERS].map(Zipf::new);
    let mut out = BufWriter::with_capacity(1 << 20, File::create(path)?);
    let mut time = FIRST_TIME;
    for _ in 0..count {
        time += if rng.u8(..) < 8 { rng.u64(..3_600) } else { rng.u64(..40) };
        let conversation = conversations.draw(&mut rng);
        let sender = senders.draw(&mut rng);
        // Every conversation has one language that most of it is in.
        let mut point = if rng.u8(..) < 230 { conversation * 37 % 100 } else { rng.usize(..100) };
        let language = languages.iter().find_map(|(share, language)| match point.checked_sub(*share) {
            Some(rest) => {
                point = rest;
                None
            }
            None => Some(language),
        });
        let text = language.map(|language| language.sentence(&words, &mut rng)).unwrap_or_default();
        let (kind, id) = if conversation % 4 == 3 { (1, format!("user{conversation}")) } else { (2, format!("group{conversation}")) };
        let message = json!({
            "message_conv_id": id, "message_conv_type": kind, "message_sender": format!("user{sender}"),
            "message_client_time": time, "message_server_time": time,
            "message_elem_array": [{ "elem_type": 0, "text_elem_content": text }],
        });
        writeln!(out, "{message}")?;
    }
    out.flush()
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_same_seed_makes_the_same_messages() {
        let folder = tempfile::tempdir().unwrap();
        let make = |name: &str, seed| {
            let path = folder.path().join(name);
            super::write(&path, 200, seed).unwrap();
            std::fs::read(&path).unwrap()
        };
        assert_eq!(make("a", 1), make("b", 1));
        assert_ne!(make("a", 1), make("c", 2));
    }

    #[test]
    fn the_shares_are_of_a_hundred() {
        assert_eq!(super::RECIPES.iter().map(|recipe| recipe.share).sum::<usize>(), 100);
    }
}
