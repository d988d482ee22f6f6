//! Exports as other programs write them, as large as asked and always the same.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use clap::ValueEnum;
use serde_json::json;

/// What is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Kind {
    Slack,
    Telegram,
    WhatsApp,
    Mbox,
}

impl Kind {
    pub(super) fn all() -> impl Iterator<Item = Self> {
        Self::value_variants().iter().copied()
    }
}

/// An export that was written.
pub(super) struct Written {
    pub(super) path: PathBuf,
    pub(super) messages: u64,
    pub(super) bytes: u64,
}

const PEOPLE: [&str; 8] = ["Anna", "Bob", "小明", "さくら", "민준", "Jürgen", "Ольга", "Zoë"];
const CHANNELS: [&str; 4] = ["general", "ops", "random", "product"];
const SENTENCES: [&str; 12] = [
    "the deploy is done, who looks at the graphs?",
    "see https://example.org/pull/42 before it goes out",
    "我们明天下午讨论新版本",
    "新幹線の予約が取れました",
    "네, 알겠습니다. 오늘 정말 재미있었어요",
    "Wer bringt den Kuchen mit?",
    "Завтра в десять, не опаздывайте",
    "ok",
    "lgtm 👍",
    "can somebody explain why the index is rebuilt after a crash and not before",
    "it was slow again last night, and nobody knows why",
    "thanks a lot, this is what I was looking for",
];

/// Times begin here, 2020-01-01.
const BEGIN: u64 = 1_577_836_800;

/// Writes an export of at least so many bytes into the new `folder`.
pub(super) fn write(kind: Kind, bytes: u64, folder: &Path) -> io::Result<Written> {
    fs::create_dir_all(folder)?;
    let mut chat = Chat { random: fastrand::Rng::with_seed(7), time: BEGIN, number: 0 };
    match kind {
        Kind::Slack => slack(&mut chat, bytes, folder),
        Kind::Telegram => telegram(&mut chat, bytes, folder),
        Kind::WhatsApp => whatsapp(&mut chat, bytes, folder),
        Kind::Mbox => mbox(&mut chat, bytes, folder),
    }
}

/// A talk that goes on.
struct Chat {
    random: fastrand::Rng,
    time: u64,
    number: u64,
}

struct Said {
    number: u64,
    time: u64,
    who: usize,
    text: String,
}

impl Chat {
    fn next(&mut self) -> Said {
        self.number += 1;
        self.time += self.random.u64(1..40);
        let mut text = String::new();
        for _ in 0..self.random.usize(1..4) {
            if !text.is_empty() {
                text.push(' ');
            }
            text.push_str(SENTENCES[self.random.usize(..SENTENCES.len())]);
        }
        // A word of its own, so that the index does not stay as small as the vocabulary.
        text.push_str(&format!(" #{:x}", self.random.u32(..) >> 8));
        Said { number: self.number, time: self.time, who: self.random.usize(..PEOPLE.len()), text }
    }
}

/// Counts what goes through.
struct Counted<W> {
    writer: W,
    bytes: u64,
}

impl<W: Write> Write for Counted<W> {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        let count = self.writer.write(buffer)?;
        self.bytes += count as u64;
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.writer.flush()
    }
}

fn create(path: &Path) -> io::Result<Counted<BufWriter<File>>> {
    Ok(Counted { writer: BufWriter::with_capacity(1 << 20, File::create(path)?), bytes: 0 })
}

fn slack(chat: &mut Chat, bytes: u64, folder: &Path) -> io::Result<Written> {
    let users: Vec<_> = PEOPLE
        .iter()
        .enumerate()
        .map(|(at, name)| json!({"id": format!("U{at}"), "name": name, "profile": {"display_name": name}}))
        .collect();
    let channels: Vec<_> =
        CHANNELS.iter().enumerate().map(|(at, name)| json!({"id": format!("C{at}"), "name": name, "members": []})).collect();
    fs::write(folder.join("users.json"), json!(users).to_string())?;
    fs::write(folder.join("channels.json"), json!(channels).to_string())?;
    let (mut written, mut day) = (0, 0);
    while written < bytes {
        let until = BEGIN + (day + 1) * 86_400;
        let date = jiff::Timestamp::from_second((until - 86_400) as i64).map_err(io::Error::other)?.strftime("%Y-%m-%d").to_string();
        for channel in CHANNELS {
            fs::create_dir_all(folder.join(channel))?;
            let mut file = create(&folder.join(channel).join(format!("{date}.json")))?;
            chat.time = until - 86_400;
            let mut separator = "[\n";
            while chat.time < until - 40 {
                let Said { number, time, who, text } = chat.next();
                let message = json!({
                    "client_msg_id": format!("{number:08x}-0000-4000-8000-000000000000"), "type": "message", "user": format!("U{who}"), "text": text,
                    "ts": format!("{time}.{:06}", number % 1_000_000), "team": "T1",
                    "blocks": [{"type": "rich_text", "block_id": "b", "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": text}]}]}],
                });
                write!(file, "{separator}    {message}")?;
                separator = ",\n";
            }
            file.write_all(b"\n]\n")?;
            file.flush()?;
            written += file.bytes;
        }
        day += 1;
    }
    Ok(Written { path: folder.to_owned(), messages: chat.number, bytes: written })
}

fn telegram(chat: &mut Chat, bytes: u64, folder: &Path) -> io::Result<Written> {
    let path = folder.join("result.json");
    let mut file = create(&path)?;
    file.write_all(b"{\n \"name\": \"The flat\",\n \"type\": \"private_supergroup\",\n \"id\": 1234567890,\n \"messages\": [\n")?;
    while file.bytes < bytes {
        let Said { number, time, who, text } = chat.next();
        let date = jiff::Timestamp::from_second(time as i64).map_err(io::Error::other)?.strftime("%Y-%m-%dT%H:%M:%S").to_string();
        let message = json!({
            "id": number, "type": "message", "date": date, "date_unixtime": time.to_string(), "from": PEOPLE[who], "from_id": format!("user{who}"),
            "text": text, "text_entities": [{"type": "plain", "text": text}],
        });
        let separator = if number == 1 { "" } else { ",\n" };
        write!(file, "{separator}  {message}")?;
    }
    file.write_all(b"\n ]\n}\n")?;
    file.flush()?;
    Ok(Written { path, messages: chat.number, bytes: file.bytes })
}

fn whatsapp(chat: &mut Chat, bytes: u64, folder: &Path) -> io::Result<Written> {
    let path = folder.join("WhatsApp Chat with The flat.txt");
    let mut file = create(&path)?;
    while file.bytes < bytes {
        let Said { time, who, text, number } = chat.next();
        let date = jiff::Timestamp::from_second(time as i64).map_err(io::Error::other)?.strftime("%d/%m/%Y, %H:%M").to_string();
        write!(file, "{date} - {}: {text}", PEOPLE[who])?;
        file.write_all(if number % 9 == 0 { b"\nand a second line\n" } else { b"\n" })?;
    }
    file.flush()?;
    Ok(Written { path, messages: chat.number, bytes: file.bytes })
}

fn mbox(chat: &mut Chat, bytes: u64, folder: &Path) -> io::Result<Written> {
    let path = folder.join("list.mbox");
    let mut file = create(&path)?;
    while file.bytes < bytes {
        let Said { number, time, who, text } = chat.next();
        let date = jiff::Timestamp::from_second(time as i64).map_err(io::Error::other)?;
        let (envelope, date) =
            (date.strftime("%a %b %e %H:%M:%S %Y").to_string(), date.strftime("%a, %d %b %Y %H:%M:%S +0000").to_string());
        write!(file, "From person{who}@example.org {envelope}\nFrom: Person {who} <person{who}@example.org>\nTo: list@example.org\n")?;
        write!(file, "Subject: about {}\nDate: {date}\nMessage-ID: <{number}@example.org>\n", number / 10)?;
        if number % 10 != 0 {
            writeln!(file, "References: <{}@example.org>", number / 10 * 10)?;
        }
        write!(
            file,
            "MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n{text}\n>From here on\n\n"
        )?;
    }
    file.flush()?;
    Ok(Written { path, messages: chat.number, bytes: file.bytes })
}
