//! The reference page of the API.

use std::fmt::Write as _;

use super::api;
use super::docs::{Call, Key, Namespace, ObjectDoc, Place, Record};
use super::event::EVENTS;

const HEAD: &str = "\
# The API of scripts

Made from the source of the bindings, as `mynah.d.luau` (for luau-lsp) and `mynah.lua` (for LuaLS) are, which editors read.

A script is one file of [Luau](https://luau.org). At its top level it registers what it wants to hear; it is loaded anew when the file changes.

```lua
bot.command(\"remind <when:time> <what:text>\", { help = \"remind 2h stretch\" }, function(m, a)
    bot.timer.at(a.when, \"due\", { chat = m.chat.id, what = a.what })
    m:reply(`OK, {a.when:friendly()}.`)
end)

bot.on(\"timer\", \"due\", function(t)
    bot.send(t.data.chat, t.data.what)
end)
```

* **One run, one write.** What a handler says, keeps and sets is written at once when it ends. If it fails, or the machine does, nothing of it has happened, and it runs again.
* **Waiting looks like calling.** Functions that wait (`http.get`, `bot.search`, `m:ask` …) simply return; other conversations go on meanwhile.
* **State is in `bot.store`**, not in variables outside of the handler: those are gone with the next version, and a dialog that goes on begins its handler anew.
* **Mistakes are raised** and name the function and the argument. What can fail although it was right to ask returns `nil` and why.
* **Ids are texts, times are objects, lengths of time are texts** such as `\"15m\"`, or numbers of seconds.
";

const WORDS: &str = "
## Times, lengths of time, schedules, commands

**A length of time** is `90s`, `15m`, `2h30m`, `1d`, `2 weeks`, `1.5h`, or a number of seconds. `m` is minutes. Months and years have no fixed length.

**A time** is read in the script's time zone (`zone = \"Europe/Vienna\"` in the manifest, else the machine's) and lies ahead:

| text | what it means |
|---|---|
| `2h`, `in 2h` | so long from now |
| `9:00` | the next time that the clock shows this |
| `fri 9:00`, `next monday` | the next such day |
| `tomorrow 8:30`, `tonight` | that day |
| `2026-12-01 10:00` | that minute in the zone |
| `2026-12-01T10:00:00Z` | that second |

**A schedule** of `bot.timer.every` is a length of time, `hourly`, `9:00` or `daily 9:00`, `weekdays 9:00`, `mon,fri 9:00`, `monthly 1 9:00`, or cron with five or six fields: `0 9 * * 1-5`.

**A command** is its name and its arguments: `<name>` has to be given, `[name]` may be left out and stands at the end. A type stands behind a colon; without one it is a word.

| type | what is given | what the handler gets |
|---|---|---|
| `word` | one word, or several in quotes | string |
| `text` | everything that is left | string |
| `int`, `number` | a number | number |
| `duration` | a length of time | number of seconds |
| `time` | a time | Time |
| `user` | a user id, with or without `@` | string |
| `on\\|off` | one of these words | string |

A command is the beginning of a message, with or without `/` or `!` before it, ignoring case; its name has one word or several.
";

/// The reference page, `scripts/REFERENCE.md`.
pub fn reference() -> String {
    let api = api();
    let mut out = HEAD.to_owned();
    out.push_str("\n## Events\n\n| event | the handler gets | |\n|---|---|---|\n");
    for event in EVENTS {
        let _ = writeln!(out, "| `{}` | {} | {} |", event.word, code(event.arguments), event.doc);
    }
    out.push_str("\n`bot.before` has `send` and `receive`, whose handlers get a `Message`, and `download`, whose handlers get a `Download`. `bot.webhook` gets a `WebhookCall`.\n");
    out.push_str(WORDS);
    for namespace in &api.namespaces {
        section(&mut out, namespace);
    }
    out.push_str("\n## Global functions\n");
    for call in &api.globals {
        function(&mut out, call);
    }
    out.push_str("\n# Objects\n\nReading a field that an object does not have is an error that names those it has.\n");
    for object in &api.objects {
        object_section(&mut out, object);
    }
    out.push_str("\n# Tables\n\nA key that is not known is an error that names those that are. A type that ends in `?` can be left out.\n");
    for record in &api.records {
        record_section(&mut out, record);
    }
    out
}

fn section(out: &mut String, namespace: &Namespace) {
    let _ = writeln!(out, "\n## {}\n\n{}", namespace.path, namespace.doc);
    keys(out, namespace.values);
    for call in namespace.calls {
        function(out, call);
    }
}

fn function(out: &mut String, call: &Call) {
    let names: Vec<&str> = call.arguments.iter().map(|argument| argument.name).collect();
    let _ = writeln!(out, "\n### {}({})\n\n{}", call.path, names.join(", "), call.line);
    if !call.more.is_empty() {
        let _ = writeln!(out, "\n{}", call.more);
    }
    if !call.arguments.is_empty() {
        out.push('\n');
        for argument in call.arguments {
            let _ = writeln!(out, "* `{}`: `{}`. {}", argument.name, argument.luau, argument.doc);
        }
    }
    if !call.returns.is_empty() {
        let _ = writeln!(out, "\nReturns `{}`.", call.returns.trim_start_matches('(').trim_end_matches(')'));
    }
    let mut notes = Vec::new();
    if call.waits {
        notes.push("Waits.");
    }
    if call.place != Place::Anywhere {
        notes.push(call.place.sentence());
    }
    if !notes.is_empty() {
        let _ = writeln!(out, "\n*{}*", notes.join(" "));
    }
    if !call.example.is_empty() {
        let _ = writeln!(out, "\n```lua\n{}\n```", call.example);
    }
}

fn object_section(out: &mut String, object: &ObjectDoc) {
    let _ = writeln!(out, "\n## {}\n\n{}", object.name, object.doc);
    keys(out, &object.fields);
    for call in object.methods {
        function(out, call);
    }
}

fn record_section(out: &mut String, record: &Record) {
    let _ = writeln!(out, "\n## {}\n\n{}", record.name, record.doc);
    keys(out, record.keys);
}

fn keys(out: &mut String, keys: &[Key]) {
    if keys.is_empty() {
        return;
    }
    out.push_str("\n| | type | |\n|---|---|---|\n");
    for Key { name, luau, doc } in keys {
        let _ = writeln!(out, "| `{name}` | {} | {} |", code(luau), doc.replace('|', "\\|"));
    }
}

/// As code in a cell of a table.
fn code(text: &str) -> String {
    if text.is_empty() { "nothing".to_owned() } else { format!("`{}`", text.replace('|', "\\|")) }
}
