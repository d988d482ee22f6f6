//! Files of messages in the TIM JSON form, one a line: what the peers take from a line, and the thread that reads ahead of them.

use std::borrow::Cow;
use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::mpsc::sync_channel;
use std::thread;

use anyhow::{Context, Result, bail};
use serde::Deserialize;

/// One message with everything that an archive keeps or indexes of it.
#[derive(Clone, Debug)]
pub(crate) struct Message {
    /// The line it stood on, from 1 up: the order of arrival.
    pub(crate) number: u64,
    /// The given id, or one of the form `sender-time-random`.
    pub(crate) id: String,
    /// `c2c:ID` or `group:ID`.
    pub(crate) conversation: String,
    /// Server time, Unix seconds.
    pub(crate) time: u64,
    /// All that is searched, joined by line breaks.
    pub(crate) text: String,
    /// The message as it is stored and given back, with its id.
    pub(crate) json: String,
}

#[derive(Deserialize)]
struct Line<'a> {
    #[serde(borrow)]
    message_conv_id: Cow<'a, str>,
    message_conv_type: u8,
    #[serde(default)]
    message_sender: Cow<'a, str>,
    #[serde(default)]
    message_client_time: u64,
    #[serde(default)]
    message_server_time: u64,
    #[serde(default)]
    message_msg_id: Option<String>,
    message_elem_array: Vec<Element<'a>>,
}

#[derive(Deserialize)]
#[serde(default)]
#[derive(Default)]
struct Element<'a> {
    #[serde(borrow)]
    text_elem_content: Cow<'a, str>,
    custom_elem_desc: String,
    file_elem_file_name: String,
    location_elem_desc: String,
    merge_elem_title: String,
    merge_elem_abstract_array: Vec<String>,
}

impl Message {
    /// Reads a line.
    ///
    /// # Errors
    /// The line is no message; the error names it by its number.
    pub(crate) fn read(number: u64, line: &str) -> Result<Self> {
        let read: Line<'_> = serde_json::from_str(line).with_context(|| format!("line {number} is no message"))?;
        let time = if read.message_server_time > 0 { read.message_server_time } else { read.message_client_time };
        let kind = if read.message_conv_type == 1 { "c2c" } else { "group" };
        let mut text = String::new();
        for element in &read.message_elem_array {
            let single = [
                &*element.text_elem_content,
                &element.custom_elem_desc,
                &element.file_elem_file_name,
                &element.location_elem_desc,
                &element.merge_elem_title,
            ];
            for part in
                single.into_iter().chain(element.merge_elem_abstract_array.iter().map(String::as_str)).filter(|part| !part.is_empty())
            {
                if !text.is_empty() {
                    text.push('\n');
                }
                text.push_str(part);
            }
        }
        let (id, json) = match read.message_msg_id.filter(|id| !id.is_empty()) {
            Some(id) => (id, line.to_owned()),
            None => with_id(number, &read.message_sender, time, line)?,
        };
        let conversation = format!("{kind}:{}", read.message_conv_id);
        Ok(Self { number, id, conversation, time, text, json })
    }
}

/// Makes an id as the real library makes them, and puts it in front of the other keys.
fn with_id(number: u64, sender: &str, time: u64, line: &str) -> Result<(String, String)> {
    // Multiplying by an odd number spreads the line numbers over all 32 bits and never makes two of them equal.
    let random = (number as u32).wrapping_mul(2_654_435_761);
    let id = format!("{sender}-{time}-{random}");
    let rest = line.trim_start().strip_prefix('{').context("a message is an object")?;
    let json = format!("{{\"message_msg_id\":{},{rest}", serde_json::to_string(&id)?);
    Ok((id, json))
}

/// Calls `each` with what `read` makes of the lines of a plain file and their numbers, in batches of `size`. Lines are read on a thread of
/// their own, at most a few batches ahead.
///
/// # Errors
/// The file cannot be read, or `read` or `each` failed.
pub(crate) fn for_each_batch<M: Send>(
    path: &Path,
    size: usize,
    read: impl Fn(u64, &str) -> Result<M> + Send,
    mut each: impl FnMut(Vec<M>) -> Result<()>,
) -> Result<()> {
    let (sender, receiver) = sync_channel::<Result<Vec<M>>>(2);
    let mut lines = BufReader::with_capacity(1 << 20, File::open(path).with_context(|| format!("open {}", path.display()))?);
    thread::scope(|scope| {
        scope.spawn(move || {
            let mut number = 0;
            loop {
                let batch = read_batch(&mut lines, &mut number, size, &read);
                let last = batch.as_ref().map_or(true, Vec::is_empty);
                // A closed channel means that the taker failed and reports that itself.
                if sender.send(batch).is_err() || last {
                    break;
                }
            }
        });
        for batch in receiver {
            let batch = batch?;
            if !batch.is_empty() {
                each(batch)?;
            }
        }
        Ok(())
    })
}

fn read_batch<M>(lines: &mut impl BufRead, number: &mut u64, size: usize, read: impl Fn(u64, &str) -> Result<M>) -> Result<Vec<M>> {
    let mut batch = Vec::with_capacity(size);
    let mut line = String::new();
    while batch.len() < size {
        line.clear();
        if lines.read_line(&mut line)? == 0 {
            break;
        }
        *number += 1;
        let line = line.trim_end();
        if !line.is_empty() {
            batch.push(read(*number, line)?);
        }
    }
    Ok(batch)
}

/// The same lines as a plain file: `path` itself, or a copy without compression in `folder`.
///
/// # Errors
/// The file cannot be read, or the copy not written.
pub(crate) fn plain_file(path: &Path, folder: &Path) -> Result<PathBuf> {
    let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
    let file = || File::open(path).with_context(|| format!("open {}", path.display()));
    let mut reader: Box<dyn Read> = match ending {
        "jsonl" | "json" => return Ok(path.to_owned()),
        "xz" => Box::new(liblzma::read::XzDecoder::new_multi_decoder(file()?)),
        "gz" => Box::new(flate2::read::MultiGzDecoder::new(BufReader::new(file()?))),
        "zst" => Box::new(zstd::Decoder::new(file()?)?),
        _ => bail!("{} ends in neither .jsonl, .jsonl.xz, .jsonl.gz nor .jsonl.zst", path.display()),
    };
    let copy = folder.join("messages.jsonl");
    let mut out = BufWriter::new(File::create(&copy)?);
    std::io::copy(&mut reader, &mut out).with_context(|| format!("decompress {}", path.display()))?;
    out.flush()?;
    Ok(copy)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_without_an_id_gets_one_that_its_json_carries() {
        let line = r#"{"message_conv_id":"ops","message_conv_type":2,"message_sender":"a\"b","message_server_time":7,"message_elem_array":[{"elem_type":0,"text_elem_content":"hello"},{"elem_type":4,"file_elem_file_name":"x.txt"}]}"#;
        let message = Message::read(1, line).unwrap();
        assert_eq!((message.conversation.as_str(), message.time, message.text.as_str()), ("group:ops", 7, "hello\nx.txt"));
        let again = Message::read(1, &message.json).unwrap();
        assert_eq!(again.id, message.id);
        assert_eq!(again.json, message.json);
    }

    #[test]
    fn batches_hold_every_line_in_order() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("m.jsonl");
        let line = |n: u64| format!(r#"{{"message_conv_id":"p","message_conv_type":1,"message_server_time":{n},"message_elem_array":[]}}"#);
        std::fs::write(&path, (1..=25).map(|n| line(n) + "\n").collect::<String>()).unwrap();
        let mut times = Vec::new();
        for_each_batch(&path, 10, Message::read, |batch| {
            times.extend(batch.iter().map(|message| message.time));
            Ok(())
        })
        .unwrap();
        assert_eq!(times, (1..=25).collect::<Vec<_>>());
    }

    #[test]
    fn a_line_that_is_no_message_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("m.jsonl");
        std::fs::write(&path, "{}\n").unwrap();
        let failed = for_each_batch(&path, 10, Message::read, |_| Ok(())).unwrap_err();
        assert_eq!(failed.to_string(), "line 1 is no message");
    }
}
