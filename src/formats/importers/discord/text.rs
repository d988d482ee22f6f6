//! Texts of Discord in which names still stand as numbers: exports without formatted markdown, and old ones.

use std::borrow::Cow;

use super::record::User;

/// The text with `<@1>` as `@name` of whom it mentions, and `<:name:1>` as `:name:`. Numbers of others stay as they are.
pub(super) fn readable<'a>(text: &'a str, mentioned: &[User]) -> Cow<'a, str> {
    let mut shown = String::new();
    let mut copied = 0;
    for (start, _) in text.match_indices('<') {
        // What is marked was passed with the mark before.
        if start < copied {
            continue;
        }
        let Some(length) = text[start..].find('>').filter(|length| *length <= MARK) else { continue };
        if let Some(name) = name(&text[start + 1..start + length], mentioned) {
            shown.push_str(&text[copied..start]);
            shown.push_str(&name);
            copied = start + length + 1;
        }
    }
    if copied == 0 {
        return Cow::Borrowed(text);
    }
    shown.push_str(&text[copied..]);
    Cow::Owned(shown)
}

/// Bytes of a mark: a name of an emoji has 32 characters, a number 20 digits.
const MARK: usize = 160;

/// How what stands between the brackets reads.
fn name(mark: &str, mentioned: &[User]) -> Option<String> {
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if let Some(id) = mark.strip_prefix('@') {
        let id = id.strip_prefix('!').unwrap_or(id);
        return mentioned.iter().find(|user| user.id == id).map(|user| format!("@{}", user.shown()));
    }
    let emoji = mark.strip_prefix('a').unwrap_or(mark).strip_prefix(':')?;
    let (name, id) = emoji.split_once(':')?;
    (is_number(id) && !name.is_empty()).then(|| format!(":{name}:"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_people_and_emoji_become_names() {
        let people: Vec<User> = serde_json::from_str(r#"[{"id":"1","name":"ann"},{"id":"2","name":"bob","nickname":"Bobby"}]"#).unwrap();
        let check = |text: &str, expected: &str| assert_eq!(readable(text, &people), expected, "{text}");
        check("hi <@1> and <@!2>, <@3>!", "hi @ann and @Bobby, <@3>!");
        check("<:party:123> <a:dance:4>", ":party: :dance:");
        check("a < b > c <<@1>> <t:5:R> <", "a < b > c <@ann> <t:5:R> <");
        assert!(matches!(readable("1 < 2", &people), Cow::Borrowed(_)));
    }
}
