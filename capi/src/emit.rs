//! Messages as the API gives them out: with every key that its readers may look for.

use engine::model::Message;

/// One message.
pub(crate) fn message(message: &Message) -> String {
    let mut out = String::with_capacity(1_536);
    write(message, &mut out);
    out
}

/// A list of messages; `[]` when there are none.
pub(crate) fn messages<'a>(messages: impl IntoIterator<Item = &'a Message>) -> String {
    let mut out = String::from("[");
    for message in messages {
        if out.len() > 1 {
            out.push(',');
        }
        write(message, &mut out);
    }
    out.push(']');
    out
}

fn write(message: &Message, out: &mut String) {
    message.write_json(out);
}
