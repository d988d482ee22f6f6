//! What a message says: the text that scripts see, and that filters and commands look at.

use crate::model::{ElementType, Message, TypeSet, scan_elements};

/// The contents of the text elements, each on lines of its own. Names of files and descriptions are not said.
pub(super) fn text(message: &Message) -> String {
    let mut said = String::new();
    let mut add = |text: &str| {
        if !said.is_empty() {
            said.push('\n');
        }
        said.push_str(text);
    };
    if message.body.types() == TypeSet::from_iter([ElementType::Text]) {
        message.body.for_each_text(add);
    } else if message.body.types().contains(ElementType::Text) {
        // What cannot be read any more ends what is said.
        let _ = scan_elements(message.body.elements_json(), |kind, text| {
            if kind == ElementType::Text {
                add(text);
            }
        });
    }
    said
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Body, Element};

    #[test]
    fn only_texts_are_said() {
        let body = Body::of_elements(&[Element::text("look"), Element::file("/tmp/plan.pdf", 3), Element::text("here")]);
        assert_eq!(text(&Message::new("ana", 1, body)), "look\nhere");
        assert_eq!(text(&Message::text("ana", 1, "a \"b\"\n漢")), "a \"b\"\n漢");
        assert_eq!(text(&Message::new("ana", 1, Body::of_elements(&[Element::custom("x", "words")]))), "");
    }
}
