//! The filter of `bot.on` and `bot.before`: a table of conditions that are looked at before the script is.

use super::arguments::{Argument, Options};
use super::docs::{Key, Record, key};
use crate::script::filter::Filter;
use crate::script::handler::FilterSpec;
use crate::script::op::Misuse;

/// The conditions; options of hooks have them too.
pub(super) const KEYS: [Key; 13] = [
    key(
        "words",
        "(string | { string })?",
        "One of these words is in the text: whole words, ignoring case. The handler gets it as `hit.word`.",
    ),
    key("regex", "string?", "The text matches this pattern (the syntax of `re`). The handler gets the groups as `hit.captures`."),
    key("files", "(string | { string })?", "One of its files has one of these MIME types; `\"image/*\"` takes all images."),
    key(
        "types",
        "(string | { string })?",
        "It has one of these elements: `text`, `image`, `sound`, `file`, `video`, `face`, `location`, `custom`, `merged`, `tips`.",
    ),
    key(
        "chat",
        "(ChatLike | { ChatLike })?",
        "It is in one of these conversations: `\"group:ops\"`, `\"c2c:ana\"`, `\"group:*\"`, `\"c2c:*\"`.",
    ),
    key("from", "(string | User | { string | User })?", "One of these people said it."),
    key("mentions", "\"me\"?", "It mentions the account."),
    key("mentions_me", "boolean?", "`true`: it mentions the account; `false`: it does not."),
    key("bots", "boolean?", "`true`: messages of other bots too."),
    key("timer", "string?", "For `timer`: only timers of this name."),
    key("progress", "boolean?", "For `download`: `true` tells of progress too, not only of the end."),
    key("cooldown", "Duration?", "After one run, none in the same conversation for so long."),
    key("stale", "Duration?", "What is older than this is passed over."),
];

pub(super) static FILTER: Record = Record {
    name: "Filter",
    doc: "Which events a handler wants. Everything that is given has to hold; what is not given does not matter.",
    keys: &KEYS,
};

/// Reads a filter, and whether it can be one.
pub(super) fn read(options: &Options) -> Result<FilterSpec, Misuse> {
    let texts = |name: &str| options.read(name, |list| list.list(Argument::text));
    let mentions = options.read("mentions", |given| given.choice(&[("me", true)]))?;
    let spec = FilterSpec {
        words: texts("words")?,
        regex: options.read("regex", Argument::pattern)?,
        files: texts("files")?,
        types: texts("types")?,
        chat: options.read("chat", |list| list.list(Argument::chat))?,
        from: options.read("from", |list| list.list(Argument::user))?,
        mentions_me: options.read("mentions_me", Argument::boolean)?.or(mentions),
        bots: options.read("bots", Argument::boolean)?.unwrap_or(false),
        timer: options.read("timer", Argument::text)?,
        progress: options.read("progress", Argument::boolean)?.unwrap_or(false),
        cooldown: options.read("cooldown", Argument::duration)?,
        stale: options.read("stale", Argument::duration)?,
    };
    Filter::compile(&spec).map_err(|wrong| options.bad(wrong))?;
    Ok(spec)
}
