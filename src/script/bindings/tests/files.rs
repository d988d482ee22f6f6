//! Files of messages.

use super::*;
use crate::model::{Body, Element, FileElement, ImageElement, Message};
use crate::script::op::{Answer, Op};

fn with_files() -> Message {
    let file = FileElement { file_name: "../../plan.pdf".to_owned(), file_size: 9, ..Default::default() };
    let image = ImageElement { format: 3, orig_pic_size: 5, ..Default::default() };
    let mut said = message("ana", "");
    said.body = Body::of_elements(&[Element::text("look"), file.into(), image.into()]);
    said
}

#[test]
fn files_show_what_the_message_says_of_them() {
    let mut bot = Bot::of(
        r#"bot.on("receive", function(m)
            local out = {}
            for i, f in m.files do out[i] = `{f.name} {f.size} {f.mime} {f.kind} {#f.id}` end
            return table.concat(out, ", "), m.files[1].id == m.files[1].id, m.files[1].id == m.files[2].id
        end)"#,
    );
    assert_eq!(bot.hear("receive#1", with_files()).text(), "plan.pdf 9 application/pdf file 13, image.png 5 image/png image 13 true false");
}

#[test]
fn a_file_is_saved_and_read() {
    let mut bot = Bot::of(
        r#"bot.on("receive", function(m)
            local saved = m.files[2]:save("2024/a.png")
            return saved.path, m.files[1]:text(), m.files[1]:bytes(10)
        end)"#,
    );
    bot.answers.extend([
        Answer::Data(Data::map([("path", "2024/a.png".into()), ("size", 5_u64.into()), ("hash", "h".into())])),
        Answer::Data("words".into()),
        Answer::Data(Data::Bytes(vec![0, 255])),
    ]);
    let said = with_files();
    let text = bot.hear("receive#1", said.clone());
    let mlua::Value::String(bytes) = &text.result.as_ref().unwrap()[2] else { panic!("bytes are a string") };
    assert_eq!(&*bytes.as_bytes(), &[0, 255]);
    let id = said.id_text();
    let read = |limit| Op::Read { message: id.clone(), element: 1, limit };
    assert_eq!(bot.asked, [Op::Save { message: id.clone(), element: 2, path: "2024/a.png".to_owned() }, read(1 << 20), read(10)]);
}

#[test]
fn what_is_no_text_is_not_given_as_text() {
    let mut bot = Bot::of("bot.on(\"receive\", function(m) return m.files[1]:text() end)");
    bot.answers.push_back(Answer::Data(Data::Bytes(vec![255])));
    assert_eq!(bot.hear("receive#1", with_files()).text(), "nil the file is no UTF-8");
    let mut bot = Bot::of("bot.on(\"receive\", function(m)\nm.files[1]:bytes(1e9)\nend)");
    let error = bot.hear("receive#1", with_files()).error();
    assert!(error.contains("f:bytes: argument 1 (max): a whole number from 1 to 8388608 expected"), "{error}");
}
