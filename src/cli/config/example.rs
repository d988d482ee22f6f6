//! The configuration file that says nothing but what is in force anyway, for a person to change.

use super::super::settings::{AnyKey, KEYS};

const HEAD: &str = "\
# The configuration of mynah. Every key stands here with its default; take the # before one away to set it.
# A relative path goes on from the folder of this file, ~ is your own folder.
";

/// The whole file.
pub(super) fn text() -> String {
    let mut text = HEAD.to_owned();
    let mut last_table = "";
    for key in KEYS.all() {
        let (table, name) = key.about().place();
        if table != last_table {
            text += &format!("\n[{table}]\n");
            last_table = table;
        }
        text += &entry(key, name);
    }
    text
}

fn entry(key: &dyn AnyKey, name: &str) -> String {
    let about = key.about();
    // A default that no file can have is told beside what one could say instead.
    let default = match key.default_text() {
        default if default == key.example() => String::new(),
        default => format!("# Default: {default}.\n"),
    };
    format!("\n# {}: {}.\n{default}#{name} = {}\n", about.help, key.expected(), key.example())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_stands_in_the_example_with_its_default() {
        let text = text();
        assert!(text.contains("\n# Memory for caches and buffers: a whole number of MiB from 64 to 1,048,576.\n#memory = 256\n"), "{text}");
        assert!(text.contains("# Default: the current folder.\n#folder = \"~/Downloads\"\n"), "{text}");
        assert_eq!(text.lines().filter(|line| line.starts_with('#') && !line.starts_with("# ")).count(), KEYS.all().len());
    }
}
