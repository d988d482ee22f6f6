//! Parsing, and what is wrong where that fails.

use full_moon::ast::Ast;
use full_moon::node::Node;
use full_moon::tokenizer::TokenReference;

use super::Finding;

/// The tree of a source, or all that is wrong with its syntax.
pub(super) fn parse(source: &str) -> Result<Ast, Vec<Finding>> {
    let parsed = full_moon::parse_fallible(source, full_moon::LuaVersion::luau());
    if parsed.errors().is_empty() {
        return Ok(parsed.into_ast());
    }
    let finding = |error: &full_moon::Error| {
        let (start, _) = error.range();
        Finding::error((start.line(), start.character()), format!("syntax: {}", error.error_message()))
    };
    Err(parsed.errors().iter().map(finding).collect())
}

/// Where a node begins: line and column from 1.
pub(super) fn place(node: &impl Node) -> (usize, usize) {
    node.start_position().map_or((1, 1), |start| (start.line(), start.character()))
}

/// The text of a name.
pub(super) fn name(token: &TokenReference) -> String {
    token.token().to_string()
}
