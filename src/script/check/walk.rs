//! Goes through a tree: which names are known where, in what kind of function one is, and what is changed that will not last.

use std::collections::HashMap;

use full_moon::ast::luau::{ConstAssignment, ConstFunction};
use full_moon::ast::{
    Assignment, Ast, Block, CompoundAssignment, Expression, FunctionBody, FunctionCall, FunctionDeclaration, GenericFor, Index,
    LocalAssignment, LocalFunction, NumericFor, Parameter, Prefix, Suffix, Var, VarExpression,
};
use full_moon::node::Node;
use full_moon::tokenizer::TokenReference;
use full_moon::visitors::Visitor;

use super::Finding;
use super::api::Api;
use super::literal;
use super::needs::Needs;
use super::scope::Scopes;
use super::syntax::{name, place};
use crate::script::fold::nearest;
use crate::script::manifest::Manifest;

/// The globals of Luau that scripts have.
const GLOBALS: [&str; 30] = [
    "_G",
    "_VERSION",
    "assert",
    "bit32",
    "buffer",
    "coroutine",
    "debug",
    "error",
    "getmetatable",
    "ipairs",
    "math",
    "next",
    "os",
    "pairs",
    "pcall",
    "print",
    "rawequal",
    "rawget",
    "rawlen",
    "rawset",
    "require",
    "select",
    "setmetatable",
    "string",
    "table",
    "tonumber",
    "tostring",
    "type",
    "typeof",
    "utf8",
];
/// Functions of `table` that change their first argument.
const CHANGING: [&str; 6] = ["insert", "remove", "sort", "clear", "move", "freeze"];

/// What a function is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// Told of an event.
    Listener,
    /// Asked before something happens.
    Hook,
    Other,
}

/// A function that is about to be entered.
pub(super) struct Entered {
    pub(super) role: Role,
    /// The types of its parameters, as far as they are known.
    pub(super) parameters: Vec<&'static str>,
}

/// All findings of a tree.
pub(super) fn walk(tree: &Ast, manifest: Option<&Manifest>, api: &Api) -> Vec<Finding> {
    let nothing = Manifest::default();
    let mut walk = Walk {
        api,
        manifest: manifest.unwrap_or(&nothing),
        findings: Vec::new(),
        scopes: Scopes::default(),
        functions: Vec::new(),
        entered: HashMap::new(),
        needs: Needs::default(),
    };
    walk.visit_ast(tree);
    let Walk { mut findings, needs, .. } = walk;
    // What a manifest that cannot be read asks for is not known.
    if let Some(manifest) = manifest {
        findings.extend(needs.findings(manifest));
    }
    findings
}

/// Where one is in a tree, and what has been found.
pub(super) struct Walk<'a> {
    pub(super) api: &'a Api,
    pub(super) manifest: &'a Manifest,
    pub(super) findings: Vec<Finding>,
    pub(super) scopes: Scopes,
    /// The functions that one is in, the innermost last.
    functions: Vec<Role>,
    /// By the byte at which its parameters begin.
    entered: HashMap<usize, Entered>,
    pub(super) needs: Needs,
}

impl Walk<'_> {
    /// Whether one is in a hook, or in a function inside of one.
    pub(super) fn is_in_hook(&self) -> bool {
        self.functions.contains(&Role::Hook)
    }

    /// Says what a function is for, before it is gone into.
    pub(super) fn expect(&mut self, function: &Expression, entered: Entered) {
        if let Expression::Function(function) = function
            && let Some(at) = body_at(function.body())
        {
            self.entered.insert(at, entered);
        }
    }

    /// The type of an expression, as far as the API says it.
    pub(super) fn type_of(&self, expression: &Expression) -> Option<&'static str> {
        match expression {
            Expression::Var(Var::Name(token)) => self.scopes.find(&name(token))?.luau,
            Expression::Var(Var::Expression(variable)) => self.type_of_path(variable.prefix(), variable.suffixes()),
            Expression::FunctionCall(call) => self.type_of_path(call.prefix(), call.suffixes()),
            Expression::Parentheses { expression, .. } => self.type_of(expression),
            _ => None,
        }
    }

    fn type_of_path<'b>(&self, prefix: &Prefix, suffixes: impl Iterator<Item = &'b Suffix>) -> Option<&'static str> {
        let mut receiver = super::call::Receiver::of(self, prefix);
        for suffix in suffixes {
            receiver = receiver.step(self, suffix);
        }
        receiver.luau()
    }

    fn declare(&mut self, token: &TokenReference, luau: Option<&'static str>) {
        let is_of_file = self.functions.is_empty();
        self.scopes.declare(name(token), luau, is_of_file);
    }

    /// A variable gets a new value, or a field of it does.
    fn change(&mut self, token: &TokenReference, is_field: bool) {
        let text = name(token);
        match self.scopes.find(&text) {
            Some(local) if local.is_of_file && !self.functions.is_empty() && !is_field => {
                let finding = Finding::warning(
                    place(token),
                    format!("{text} is changed here, and begins anew with every start and every dialog that goes on"),
                );
                self.findings.push(finding.helped(Some("keep it in bot.store".to_owned())));
            }
            Some(local) if local.is_of_file && !self.functions.is_empty() && local.luau.is_none() => {
                let finding = Finding::warning(place(token), format!("what is put into {text} here is gone with the next start"));
                self.findings.push(finding.helped(Some("keep it in bot.store".to_owned())));
            }
            Some(_) => {}
            None if self.api.has_global(&text) || GLOBALS.contains(&text.as_str()) => {
                self.findings.push(Finding::error(place(token), format!("{text} cannot be changed")));
            }
            None if is_field => {}
            None => {
                let finding = Finding::warning(place(token), format!("{text} becomes a global"));
                self.findings.push(finding.helped(Some(format!("write local {text}"))));
                // Told once; from here on it is there.
                self.scopes.declare_global(text);
            }
        }
    }

    fn change_variable(&mut self, variable: &Var) {
        match variable {
            Var::Name(token) => self.change(token, false),
            Var::Expression(variable) => {
                if let Some(root) = literal::root(variable.prefix()) {
                    self.change(root, true);
                }
            }
            _ => {}
        }
    }

    /// Whether a name that is read is known.
    fn read(&mut self, token: &TokenReference) {
        let text = name(token);
        if self.scopes.find(&text).is_some() || self.api.has_global(&text) || GLOBALS.contains(&text.as_str()) {
            return;
        }
        let known = GLOBALS.into_iter().chain(self.api.paths().filter_map(|path| path.split('.').next())).chain(self.scopes.names());
        let help = nearest(&text, known).map(|meant| format!("did you mean {meant}?"));
        self.findings.push(Finding::warning(place(token), format!("nothing is called {text}")).helped(help));
        self.scopes.declare_global(text);
    }
}

fn body_at(body: &FunctionBody) -> Option<usize> {
    body.parameters_parentheses().tokens().0.start_position().map(|start| start.bytes())
}

impl Visitor for Walk<'_> {
    fn visit_block(&mut self, _: &Block) {
        self.scopes.begin();
    }

    fn visit_block_end(&mut self, _: &Block) {
        self.scopes.end();
    }

    fn visit_function_body(&mut self, body: &FunctionBody) {
        let entered = body_at(body).and_then(|at| self.entered.remove(&at));
        let entered = entered.unwrap_or(Entered { role: Role::Other, parameters: Vec::new() });
        self.functions.push(entered.role);
        self.scopes.begin();
        for (at, parameter) in body.parameters().iter().enumerate() {
            if let Parameter::Name(token) = parameter {
                self.declare(token, entered.parameters.get(at).copied().filter(|luau| !luau.is_empty()));
            }
        }
    }

    fn visit_function_body_end(&mut self, _: &FunctionBody) {
        self.scopes.end();
        self.functions.pop();
    }

    fn visit_local_assignment_end(&mut self, node: &LocalAssignment) {
        let types: Vec<Option<&'static str>> = node.expressions().iter().map(|expression| self.type_of(expression)).collect();
        for (at, token) in node.names().iter().enumerate() {
            self.declare(token, types.get(at).copied().flatten());
        }
    }

    fn visit_const_assignment_end(&mut self, node: &ConstAssignment) {
        for token in node.names() {
            self.declare(token, None);
        }
    }

    fn visit_local_function(&mut self, node: &LocalFunction) {
        self.declare(node.name(), None);
    }

    fn visit_const_function(&mut self, node: &ConstFunction) {
        self.declare(node.name(), None);
    }

    fn visit_function_declaration(&mut self, node: &FunctionDeclaration) {
        let names = node.name().names();
        if let Some(first) = names.iter().next() {
            let is_field = names.len() > 1 || node.name().method_name().is_some();
            self.change(first, is_field);
        }
        if node.name().method_name().is_some()
            && let Some(at) = body_at(node.body())
        {
            self.entered.insert(at, Entered { role: Role::Other, parameters: Vec::new() });
        }
    }

    fn visit_generic_for(&mut self, node: &GenericFor) {
        self.scopes.begin();
        let items = node.expressions().iter().next().and_then(|items| self.type_of(items)).and_then(item_type);
        for (at, token) in node.names().iter().enumerate() {
            self.declare(token, if at == 1 { items } else { None });
        }
    }

    fn visit_generic_for_end(&mut self, _: &GenericFor) {
        self.scopes.end();
    }

    fn visit_numeric_for(&mut self, node: &NumericFor) {
        self.scopes.begin();
        self.declare(node.index_variable(), None);
    }

    fn visit_numeric_for_end(&mut self, _: &NumericFor) {
        self.scopes.end();
    }

    fn visit_assignment(&mut self, node: &Assignment) {
        node.variables().iter().for_each(|variable| self.change_variable(variable));
    }

    fn visit_compound_assignment(&mut self, node: &CompoundAssignment) {
        self.change_variable(node.lhs());
    }

    fn visit_function_call(&mut self, node: &FunctionCall) {
        if let Some(token) = literal::root(node.prefix()) {
            self.needs.has_modules |= name(token) == "require";
            self.read(token);
        }
        self.look_at_path(node.prefix(), node.suffixes());
        self.look_at_table_functions(node);
    }

    fn visit_var_expression(&mut self, node: &VarExpression) {
        if let Some(token) = literal::root(node.prefix()) {
            self.read(token);
        }
        self.look_at_path(node.prefix(), node.suffixes());
    }

    fn visit_expression(&mut self, node: &Expression) {
        if let Expression::Var(Var::Name(token)) = node {
            self.read(token);
        }
    }
}

impl Walk<'_> {
    /// `table.insert(list, …)` and its like change what the first argument names.
    fn look_at_table_functions(&mut self, node: &FunctionCall) {
        let mut suffixes = node.suffixes();
        let is_table = literal::root(node.prefix()).is_some_and(|token| name(token) == "table") && self.scopes.find("table").is_none();
        if let (true, Some(Suffix::Index(Index::Dot { name: function, .. })), Some(Suffix::Call(call))) =
            (is_table, suffixes.next(), suffixes.next())
            && CHANGING.contains(&name(function).as_str())
            && let Some(Expression::Var(changed)) = super::call::arguments(call).first()
        {
            let root = match changed {
                Var::Name(token) => Some(token),
                Var::Expression(variable) => literal::root(variable.prefix()),
                _ => None,
            };
            if let Some(root) = root {
                self.change(root, true);
            }
        }
    }
}

/// What the items of a list type are: of `{ Message }` a `Message`.
fn item_type(luau: &'static str) -> Option<&'static str> {
    let inside = luau.trim_end_matches('?').strip_prefix('{')?.strip_suffix('}')?.trim();
    (!inside.contains([':', ','])).then_some(inside)
}
