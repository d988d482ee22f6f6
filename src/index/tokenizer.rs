//! The lexer, the runs and the senders as tantivy wants to be handed tokens.

use tantivy::tokenizer::{RawTokenizer, Token, TokenStream, Tokenizer, TokenizerManager};

use super::fold::fold_into;
use super::lexer::{Lexeme, Lexer, Purpose};
use super::marks::SEPARATOR;

/// Names in the schema. A change of what a tokenizer does needs a new name, so that old indexes are not read wrongly.
pub(super) const TEXT: &str = "mynah-text-1";
pub(super) const MARKS: &str = "mynah-marks-1";
pub(super) const SENDER: &str = "mynah-sender-1";
pub(super) const NAME: &str = "mynah-name-1";

/// All tokenizers of the schema.
pub(super) fn tokenizers() -> TokenizerManager {
    let manager = TokenizerManager::new();
    manager.register(TEXT, TextTokenizer::default());
    manager.register(MARKS, MarksTokenizer::default());
    manager.register(SENDER, SenderTokenizer::default());
    manager.register(NAME, RawTokenizer::default());
    manager.register("default", SenderTokenizer::default());
    manager
}

/// The form in which senders are compared.
pub(super) fn sender_term(sender: &str) -> String {
    let mut term = String::with_capacity(sender.len());
    fold_into(sender, &mut term);
    term
}

#[derive(Default)]
struct TextTokenizer {
    lexeme: Lexeme,
    token: Token,
}

impl Clone for TextTokenizer {
    fn clone(&self) -> Self {
        Self::default()
    }
}

impl Tokenizer for TextTokenizer {
    type TokenStream<'a> = TextStream<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> TextStream<'a> {
        // Beside a character that is its own token, words of one text may be two apart; those of two texts are more.
        self.token.position_length = 2;
        TextStream { lexer: Lexer::new(text, Purpose::Index), lexeme: &mut self.lexeme, token: &mut self.token }
    }
}

struct TextStream<'a> {
    lexer: Lexer<'a>,
    lexeme: &'a mut Lexeme,
    token: &'a mut Token,
}

impl TokenStream for TextStream<'_> {
    fn advance(&mut self) -> bool {
        let more = self.lexer.advance(self.lexeme);
        if more {
            std::mem::swap(&mut self.token.text, &mut self.lexeme.text);
            self.token.position = self.lexeme.position;
        }
        more
    }

    fn token(&self) -> &Token {
        self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        self.token
    }
}

/// Cuts what [`super::marks::scan`] wrote.
#[derive(Clone, Default)]
struct MarksTokenizer {
    token: Token,
}

impl Tokenizer for MarksTokenizer {
    type TokenStream<'a> = MarksStream<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> MarksStream<'a> {
        self.token.position = 0;
        MarksStream { rest: text, token: &mut self.token }
    }
}

struct MarksStream<'a> {
    rest: &'a str,
    token: &'a mut Token,
}

impl TokenStream for MarksStream<'_> {
    fn advance(&mut self) -> bool {
        let Some((run, rest)) = self.rest.split_once(SEPARATOR) else { return false };
        self.token.text.clear();
        self.token.text.push_str(run);
        self.rest = rest;
        true
    }

    fn token(&self) -> &Token {
        self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        self.token
    }
}

/// The whole sender, case folded.
#[derive(Clone, Default)]
struct SenderTokenizer {
    token: Token,
}

impl Tokenizer for SenderTokenizer {
    type TokenStream<'a> = SenderStream<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> SenderStream<'a> {
        self.token.text.clear();
        self.token.position = 0;
        fold_into(text, &mut self.token.text);
        SenderStream { given: false, token: &mut self.token }
    }
}

struct SenderStream<'a> {
    given: bool,
    token: &'a mut Token,
}

impl TokenStream for SenderStream<'_> {
    fn advance(&mut self) -> bool {
        !std::mem::replace(&mut self.given, true)
    }

    fn token(&self) -> &Token {
        self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        self.token
    }
}
