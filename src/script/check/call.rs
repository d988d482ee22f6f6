//! Calls of the API, and reading from it: whether there is such a thing, and whether it takes what it is given.

use full_moon::ast::{Call, Expression, FunctionArgs, Index, Prefix, Suffix};
use full_moon::tokenizer::TokenReference;

use super::Finding;
use super::api::{Function, Kind};
use super::literal;
use super::syntax::{name, place};
use super::walk::{Entered, Role, Walk};
use crate::script::command;
use crate::script::fold::nearest;
use crate::script::schedule::Schedule;
use crate::script::when;

/// What a path leads to, step by step.
#[derive(Clone, Debug)]
pub(super) enum Receiver {
    /// A global table or function of the API, by its path.
    Path(String),
    /// A value of this Luau type.
    Value(&'static str),
    /// Something that is not known.
    Other,
}

impl Receiver {
    pub(super) fn of(walk: &Walk<'_>, prefix: &Prefix) -> Self {
        match prefix {
            Prefix::Name(token) => {
                let text = name(token);
                match walk.scopes.find(&text) {
                    Some(local) => local.luau.map_or(Self::Other, Self::Value),
                    None if walk.api.has_global(&text) => Self::Path(text),
                    None => Self::Other,
                }
            }
            Prefix::Expression(expression) => walk.type_of(expression).map_or(Self::Other, Self::Value),
            _ => Self::Other,
        }
    }

    pub(super) fn step(self, walk: &Walk<'_>, suffix: &Suffix) -> Self {
        let luau = match (suffix, &self) {
            (Suffix::Index(Index::Dot { name: token, .. }), Self::Path(path)) => {
                let path = format!("{path}.{}", name(token));
                return walk.api.value(&path).map_or(Self::Path(path), Self::Value);
            }
            (Suffix::Index(Index::Dot { name: token, .. }), Self::Value(luau)) => {
                let text = name(token);
                let key = || walk.api.table(luau)?.keys.iter().find(|(known, _)| *known == text).map(|(_, luau)| *luau);
                walk.api.kind(luau).and_then(|kind| kind.field(&text)).or_else(key)
            }
            (Suffix::Call(Call::AnonymousCall(_)), Self::Path(path)) => walk.api.function(path).map(|function| function.returns),
            (Suffix::Call(Call::MethodCall(call)), Self::Value(luau)) => {
                walk.api.kind(luau).and_then(|kind| kind.method(&name(call.name()))).map(|method| method.returns)
            }
            _ => None,
        };
        luau.map_or(Self::Other, Self::Value)
    }

    pub(super) fn luau(&self) -> Option<&'static str> {
        match self {
            Self::Value(luau) => Some(luau),
            _ => None,
        }
    }
}

/// The arguments of a call.
pub(super) fn arguments(call: &Call) -> Vec<&Expression> {
    let args = match call {
        Call::AnonymousCall(args) => args,
        Call::MethodCall(method) => method.args(),
        _ => return Vec::new(),
    };
    match args {
        FunctionArgs::Parentheses { arguments, .. } => arguments.iter().collect(),
        _ => Vec::new(),
    }
}

/// The one argument of a call without brackets: its type, and its text where it is one.
fn bare_argument(call: &Call) -> Option<(&'static str, Option<String>)> {
    let args = match call {
        Call::AnonymousCall(args) => &**args,
        Call::MethodCall(method) => method.args(),
        _ => return None,
    };
    match args {
        FunctionArgs::String(token) => Some(("string", literal::string(token))),
        FunctionArgs::TableConstructor(_) => Some(("table", None)),
        _ => None,
    }
}

impl Walk<'_> {
    /// Follows a path from its beginning, and looks at each step.
    pub(super) fn look_at_path<'b>(&mut self, prefix: &Prefix, suffixes: impl Iterator<Item = &'b Suffix>) {
        let mut receiver = Receiver::of(self, prefix);
        for suffix in suffixes {
            match (suffix, &receiver) {
                (Suffix::Index(Index::Dot { name: token, .. }), Receiver::Path(path)) => self.look_at_member(path.clone(), token),
                (Suffix::Index(Index::Dot { name: token, .. }), Receiver::Value(luau)) => {
                    if let Some(kind) = self.api.kind(luau).cloned()
                        && !kind.members().any(|known| known == name(token))
                    {
                        self.unknown_member(&kind, token);
                    }
                }
                (Suffix::Call(call @ Call::AnonymousCall(_)), Receiver::Path(path)) => {
                    if let Some(function) = self.api.function(path).cloned() {
                        self.look_at_call(&function, call, place(suffix));
                    }
                }
                (Suffix::Call(call @ Call::MethodCall(method)), Receiver::Value(luau)) => {
                    if let Some(kind) = self.api.kind(luau).cloned() {
                        match kind.method(&name(method.name())) {
                            Some(function) => self.look_at_call(&function.clone(), call, place(method.name())),
                            None => self.unknown_member(&kind, method.name()),
                        }
                    }
                }
                _ => {}
            }
            receiver = receiver.step(self, suffix);
        }
    }

    fn look_at_member(&mut self, table: String, token: &TokenReference) {
        let path = format!("{table}.{}", name(token));
        if self.api.function(&path).is_some() || self.api.value(&path).is_some() || self.api.is_table(&path) || !self.api.is_table(&table) {
            return;
        }
        let known = self.api.paths().filter_map(|known| known.strip_prefix(&*table)?.strip_prefix('.')?.split('.').next());
        let help = nearest(&name(token), known).map(|meant| format!("did you mean {table}.{meant}?"));
        self.findings.push(Finding::error(place(token), format!("there is no {path}")).helped(help));
    }

    fn unknown_member(&mut self, kind: &Kind, token: &TokenReference) {
        let help = nearest(&name(token), kind.members()).map(|meant| format!("did you mean {meant}?"));
        self.findings.push(Finding::error(place(token), format!("a {} has no {}", kind.name, name(token))).helped(help));
    }

    /// A call of a function of the API.
    fn look_at_call(&mut self, function: &Function, call: &Call, at: (usize, usize)) {
        let given = arguments(call);
        if self.is_in_hook() && !function.in_hooks {
            let why = if function.waits { "which waits, " } else { "" };
            let finding = Finding::error(at, format!("{}, {why}is not available in bot.before", function.path));
            self.findings.push(finding.helped(Some("move it to bot.on".to_owned())));
        }
        if !function.is_overloaded {
            self.look_at_count(function, call, &given, at);
            for (expression, (argument, luau)) in given.iter().zip(&function.arguments) {
                self.look_at_value(function.path, argument, luau, expression);
            }
        }
        match function.path {
            "bot.on" | "bot.before" | "bot.command" | "bot.webhook" => self.look_at_registering(function.path, &given),
            _ => self.look_at_text(function, call, &given, at),
        }
    }

    fn look_at_count(&mut self, function: &Function, call: &Call, given: &[&Expression], at: (usize, usize)) {
        let (least, most) = function.counts();
        let count = if bare_argument(call).is_some() { 1 } else { given.len() };
        let is_open = given.last().is_some_and(|last| literal::is_open(last));
        let names = function.arguments.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", ");
        let takes = |number: usize| if number == 1 { "1 argument".to_owned() } else { format!("{number} arguments") };
        if count < least && !is_open {
            let finding = Finding::error(at, format!("{} needs {}, {count} given", function.path, takes(least)));
            self.findings.push(finding.helped(Some(format!("{}({names})", function.path))));
        } else if let Some(most) = most.filter(|&most| count > most) {
            let finding = Finding::error(at, format!("{} takes {}, {count} given", function.path, takes(most)));
            self.findings.push(finding.helped(Some(format!("{}({names})", function.path))));
        }
    }

    /// A value that is written out, against the type of its argument.
    fn look_at_value(&mut self, path: &str, argument: &str, luau: &str, expression: &Expression) {
        if let Some(found) = literal::type_of(expression)
            && !literal::fits(found, luau, self.api)
        {
            self.findings.push(Finding::error(place(expression), format!("{path}: {argument}: {luau} is expected, not a {found}")));
        }
        if let Expression::TableConstructor(table) = expression
            && let Some(known) = self.api.table(luau).cloned()
        {
            for (key, value) in literal::keys(table) {
                let text = name(key);
                match known.keys.iter().find(|(known, _)| *known == text) {
                    Some((_, luau)) => self.look_at_key(path, &text, luau, value),
                    None => {
                        let help = nearest(&text, known.keys.iter().map(|(name, _)| *name)).map(|meant| format!("did you mean {meant}?"));
                        self.findings.push(Finding::error(place(key), format!("{path}: {argument} has no key {text}")).helped(help));
                    }
                }
            }
        }
    }

    fn look_at_key(&mut self, path: &str, key: &str, luau: &str, value: &Expression) {
        if let Some(found) = literal::type_of(value)
            && !literal::fits(found, luau, self.api)
        {
            self.findings.push(Finding::error(place(value), format!("{path}: {key}: {luau} is expected, not a {found}")));
        }
        if key == "files" && path != "bot.on" && path != "bot.before" {
            self.needs.note("files", place(value));
        }
        let Some(text) = literal::text(value) else { return };
        let wrong = match key {
            "cooldown" | "stale" | "timeout" | "deadline" => when::duration(&text).err().map(|error| error.to_string()),
            "regex" | "match" => regex::Regex::new(&text).err().map(|error| error.to_string()),
            "zone" | "tz" => when::zone(&text).err().map(|error| error.to_string()),
            _ => None,
        };
        self.findings.extend(wrong.map(|why| Finding::error(place(value), format!("{path}: {key}: {}", one_line(&why)))));
    }

    /// `bot.on` and its like: names, options, and what the handler is.
    fn look_at_registering(&mut self, path: &str, given: &[&Expression]) {
        let Some(handler) = given.last().filter(|_| given.len() >= 2) else { return };
        let first = literal::text(given[0]);
        let (role, parameters, options) = match path {
            "bot.on" => {
                let events = &self.api.events;
                let known = first.as_ref().and_then(|word| events.iter().find(|(known, _)| known == word));
                if let (Some(word), None) = (&first, known) {
                    let help = nearest(word, events.iter().map(|(word, _)| *word)).map(|meant| format!("did you mean {meant:?}?"));
                    self.findings.push(Finding::error(place(given[0]), format!("bot.on: there is no event {word:?}")).helped(help));
                }
                (Role::Listener, vec![known.map_or("", |(_, luau)| luau), "Hit"], "Filter")
            }
            "bot.before" => {
                let doors = ["send", "receive", "download"];
                if let Some(word) = first.as_ref().filter(|word| !doors.contains(&word.as_str())) {
                    let help = Some("there are \"send\", \"receive\" and \"download\"".to_owned());
                    self.findings.push(Finding::error(place(given[0]), format!("bot.before: there is no {word:?}")).helped(help));
                }
                (Role::Hook, vec![if first.as_deref() == Some("download") { "Download" } else { "Message" }], "BeforeOptions")
            }
            "bot.command" => {
                if let Some(Err(error)) = first.as_deref().map(command::parse) {
                    self.findings.push(Finding::error(place(given[0]), error.to_string()));
                }
                (Role::Listener, vec!["Message"], "CommandOptions")
            }
            _ => (Role::Listener, vec!["WebhookCall"], "WebhookOptions"),
        };
        if let Some(found) = literal::type_of(handler).filter(|found| *found != "function") {
            self.findings
                .push(Finding::error(place(*handler), format!("{path}: the last argument is the handler, a function, not a {found}")));
        }
        if given.len() == 3 {
            self.look_at_value(path, "options", options, given[1]);
        }
        self.expect(handler, Entered { role, parameters });
    }

    /// Texts that mean something, and what calls need the manifest for.
    fn look_at_text(&mut self, function: &Function, call: &Call, given: &[&Expression], at: (usize, usize)) {
        let first = given.first().and_then(|first| literal::text(first)).or_else(|| bare_argument(call)?.1);
        let wrong = match function.path {
            "bot.timer.every" => first.as_deref().and_then(|text| Schedule::parse(text, Some("UTC")).err()).map(|error| error.to_string()),
            "bot.timer.after" => first.as_deref().and_then(|text| when::duration(text).err()).map(|error| error.to_string()),
            "re.new" => first.as_deref().and_then(|text| regex::Regex::new(text).err()).map(|error| error.to_string()),
            _ => None,
        };
        self.findings.extend(wrong.map(|why| Finding::error(at, format!("{}: {}", function.path, one_line(&why)))));
        let manifest = self.manifest;
        match (function.path.split(['.', ':']).next_back().unwrap_or_default(), function.path) {
            (_, "bot.send" | "bot.history") => match &first {
                Some(chat) => self.needs.conversation(chat, manifest, at),
                None => self.needs.note("conversations", at),
            },
            (_, "bot.search") | ("forward", _) => self.needs.note("conversations", at),
            (_, "http.get" | "http.post" | "http.request") => {
                let fault = match &first {
                    Some(url) => self.needs.address(url, manifest, at),
                    None => {
                        self.needs.note("http", at);
                        None
                    }
                };
                self.findings.extend(fault);
            }
            (_, "secret") => match &first {
                Some(name) => self.needs.secret(name, manifest, at),
                None => self.needs.note("secrets", at),
            },
            ("save", _) => self.needs.note("files", at),
            _ => {}
        }
    }
}

fn one_line(text: &str) -> String {
    text.lines().map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join(" ")
}
