//! The scan finds the texts that are searched, and agrees with the reader of elements.

use proptest::collection::vec;
use proptest::prelude::*;

use super::*;
use crate::model::Element;
use crate::model::element::tests::{any_element, any_json};

#[track_caller]
fn check_searched(json: &str, expected: &[(ElementType, &str)]) {
    let mut found = Vec::new();
    searched_texts(json, |kind, text| found.push((kind, text.to_owned())));
    assert_eq!(found.iter().map(|(kind, text)| (*kind, &**text)).collect::<Vec<_>>(), expected, "{json}");
}

#[test]
fn the_searched_texts_are_these_and_no_others() {
    use ElementType::{Custom, File, Image, Location, Merge, Sound, Text, Video};
    check_searched(r#"[{"text_elem_content":"a \" b"},{"elem_type":0,"text_elem_content":""}]"#, &[(Text, "a \" b")]);
    check_searched(r#"[{"custom_elem_desc":"d","custom_elem_data":"no","custom_elem_ext":"no","elem_type":3}]"#, &[(Custom, "d")]);
    check_searched(r#"[{"elem_type":4,"file_elem_file_name":"n","file_elem_file_path":"/p","file_elem_url":"no"}]"#, &[(File, "n")]);
    check_searched(
        r#"[{"elem_type":4,"file_elem_file_path":"C:\\x\\p.pdf"},{"elem_type":4,"file_elem_file_path":"/a/b/"}]"#,
        &[(File, "p.pdf"), (File, "b")],
    );
    check_searched(
        r#"[{"elem_type":4,"mynah_file_name":"own","file_elem_file_path":"/p"},{"elem_type":4,"file_elem_file_name":"n","mynah_file_name":"no"}]"#,
        &[(File, "own"), (File, "n")],
    );
    check_searched(
        r#"[{"elem_type":1,"mynah_file_name":"i"},{"elem_type":2,"mynah_file_name":"s"},{"elem_type":9,"mynah_file_name":"v"},{"mynah_file_name":"no"}]"#,
        &[(Image, "i"), (Sound, "s"), (Video, "v")],
    );
    check_searched(r#"[{"elem_type":7,"location_elem_desc":"here"}]"#, &[(Location, "here")]);
    check_searched(
        r#"[{"elem_type":12,"merge_elem_abstract_array":["a","",3,"b"],"merge_elem_title":"t","merge_elem_compatible_text":"no",
            "merge_elem_message_array":[{"message_elem_array":[{"text_elem_content":"no"}]}]}]"#,
        &[(Merge, "t"), (Merge, "a"), (Merge, "b")],
    );
    check_searched(
        r#"[{"elem_type":1,"image_elem_orig_path":"no","text_elem_content":"no"},{"elem_type":99,"text_elem_content":"no"}]"#,
        &[],
    );
    check_searched(r#"[{"elem_\u0074ype":0,"text_elem_content":"\u4f60"},null,7,"no",["no"]]"#, &[(Text, "你")]);
    check_searched(r#"{"text_elem_content":"no"}"#, &[]);
    check_searched(r#"[{"text_elem_content":"before"},{"text_elem_content":]"#, &[(Text, "before")]);
}

#[test]
fn a_scan_gives_the_types_too() {
    let types = scan_elements(r#"[{"elem_type":1},{},{"elem_type":12},{"elem_type":99},3]"#, |_, _| {}).unwrap();
    assert_eq!(types, TypeSet::from_iter([ElementType::Image, ElementType::Text, ElementType::Merge]));
    assert_eq!(scan_elements("null", |_, _| {}).unwrap(), TypeSet::EMPTY);
    assert!(scan_elements("[] x", |_, _| {}).is_err());
}

/// What a scan should find, from the elements as they are read one by one.
fn searched_in(elements: &[Element]) -> Vec<(ElementType, String)> {
    let mut found = Vec::new();
    for element in elements {
        let texts = match element {
            Element::Text(text) => vec![text.content.clone()],
            Element::Custom(custom) => vec![custom.desc.clone()],
            Element::File(file) if file.file_name.is_empty() && own_name(&file.other).is_empty() => {
                vec![file.file_path.split(['/', '\\']).rfind(|part| !part.is_empty()).unwrap_or("").to_owned()]
            }
            Element::File(file) if file.file_name.is_empty() => vec![own_name(&file.other)],
            Element::File(file) => vec![file.file_name.clone()],
            Element::Image(image) => vec![own_name(&image.other)],
            Element::Sound(sound) => vec![own_name(&sound.other)],
            Element::Video(video) => vec![own_name(&video.other)],
            Element::Location(location) => vec![location.desc.clone()],
            Element::Merge(merge) => [vec![merge.title.clone()], merge.abstract_array.clone()].concat(),
            _ => vec![],
        };
        found.extend(texts.into_iter().filter(|text| !text.is_empty()).filter_map(|text| Some((element.kind()?, text))));
    }
    found
}

fn own_name(other: &serde_json::Map<String, serde_json::Value>) -> String {
    other.get("mynah_file_name").and_then(serde_json::Value::as_str).unwrap_or_default().to_owned()
}

/// Holds the scan of any text against the reader of elements.
fn scan_agrees(json: &str) -> Result<(), TestCaseError> {
    let mut found = Vec::new();
    let scanned = scan_elements(json, |kind, text| found.push((kind, text.to_owned())));
    match Element::read_list(json) {
        Ok(elements) => {
            prop_assert_eq!(scanned.unwrap(), elements.iter().filter_map(Element::kind).collect::<TypeSet>());
            prop_assert_eq!(found, searched_in(&elements));
        }
        Err(_) => prop_assert!(scanned.is_err()),
    }
    Ok(())
}

proptest! {
    #[test]
    fn a_scan_finds_what_the_reader_of_elements_reads(elements in vec(prop_oneof![9 => any_element(), 1 => any_json()], 0..4)) {
        scan_agrees(&format!("[{}]", elements.join(", ")))?;
    }

    #[test]
    fn a_scan_stops_where_the_reader_of_elements_stops(element in any_element(), cut in any::<prop::sample::Index>()) {
        let json = format!("[{element}]");
        let cut = cut.index(json.len());
        if let Some(broken) = json.get(..cut) {
            scan_agrees(broken)?;
            scan_agrees(&format!("{broken}]"))?;
        }
    }

    #[test]
    fn no_text_makes_a_scan_panic(text in any::<String>(), json in "[\\[\\]{}\",:0-9a-z\\\\ ]{0,40}") {
        scan_agrees(&text)?;
        scan_agrees(&json)?;
    }
}
