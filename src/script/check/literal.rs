//! What an expression is known to be without running it.

use full_moon::ast::{Expression, Field, Prefix, Suffix, TableConstructor, Var};
use full_moon::tokenizer::{TokenReference, TokenType};

use super::api::{Api, alternatives};
use super::syntax::name;

/// The type of an expression that says it itself, as Luau calls it.
pub(super) fn type_of(expression: &Expression) -> Option<&'static str> {
    Some(match expression {
        Expression::Function(_) => "function",
        Expression::TableConstructor(_) => "table",
        Expression::Number(_) => "number",
        Expression::String(_) | Expression::InterpolatedString(_) => "string",
        Expression::Symbol(token) => match name(token).as_str() {
            "true" | "false" => "boolean",
            "nil" => "nil",
            _ => return None,
        },
        Expression::Parentheses { expression, .. } => return type_of(expression),
        _ => return None,
    })
}

/// Whether a value of a literal's type can be what a Luau type says. What is not known can.
pub(super) fn fits(found: &str, luau: &str, api: &Api) -> bool {
    if found == "nil" && super::api::may_be_nil(luau) {
        return true;
    }
    alternatives(luau).any(|one| match one {
        "string" | "number" | "boolean" | "nil" => one == found,
        // Types of objects are made by the host only.
        one if api.kinds.iter().any(|kind| kind.name == one) => false,
        one if api.tables.iter().any(|table| table.name == one) => found == "table",
        one if one.starts_with('"') => found == "string",
        one if one.starts_with('{') => found == "table",
        one if one.contains("->") => found == "function",
        _ => true,
    })
}

/// The text of a string without escapes.
pub(super) fn text(expression: &Expression) -> Option<String> {
    match expression {
        Expression::String(token) => string(token),
        _ => None,
    }
}

/// The text of a token that is a string without escapes.
pub(super) fn string(token: &TokenReference) -> Option<String> {
    match token.token().token_type() {
        TokenType::StringLiteral { literal, .. } if !literal.contains('\\') => Some(literal.to_string()),
        _ => None,
    }
}

/// The keys of a table that are written as names, with their values.
pub(super) fn keys(table: &TableConstructor) -> impl Iterator<Item = (&TokenReference, &Expression)> {
    table.fields().iter().filter_map(|field| match field {
        Field::NameKey { key, value, .. } => Some((key, &**value)),
        _ => None,
    })
}

/// The name that a variable or call begins with.
pub(super) fn root(prefix: &Prefix) -> Option<&TokenReference> {
    match prefix {
        Prefix::Name(token) => Some(token),
        _ => None,
    }
}

/// Whether how many values come at the end is not known: a call, or `...`.
pub(super) fn is_open(expression: &Expression) -> bool {
    match expression {
        Expression::FunctionCall(_) => true,
        Expression::Symbol(token) => name(token) == "...",
        Expression::Var(Var::Expression(variable)) => matches!(variable.suffixes().last(), Some(Suffix::Call(_))),
        _ => false,
    }
}
