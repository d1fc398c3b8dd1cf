//! The words and signs of a text, with their places.

use std::ops::Range;

use crate::fold::folded;

/// What a piece of a text is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Letters, digits or both; an apostrophe inside, and a point between digits, belong to it. Folded.
    Word(String),
    /// A sign that is no word: `,`, `-`, `/`, …
    Sign(char),
}

/// A piece of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Token {
    pub(super) kind: Kind,
    pub(super) place: Range<usize>,
}

impl Token {
    pub(super) fn word(&self) -> Option<&str> {
        match &self.kind {
            Kind::Word(word) => Some(word),
            Kind::Sign(_) => None,
        }
    }

    pub(super) fn is_sign(&self, sign: char) -> bool {
        self.kind == Kind::Sign(sign)
    }
}

/// Takes a text apart. Spaces are left out, but for the end of a line, which is a sign.
pub(super) fn tokens(text: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut chars = text.char_indices().peekable();
    while let Some((start, c)) = chars.next() {
        if !c.is_alphanumeric() {
            if !c.is_whitespace() || c == '\n' {
                let sign = if matches!(c, '–' | '—' | '‐' | '‑') { '-' } else { c };
                tokens.push(Token { kind: Kind::Sign(sign), place: start..start + c.len_utf8() });
            }
            continue;
        }
        let (mut end, mut last) = (start + c.len_utf8(), c);
        while let Some((at, next)) = chars.peek().copied() {
            let after = || text[at + next.len_utf8()..].chars().next();
            let joins = match next {
                '\'' | '’' => after().is_some_and(char::is_alphabetic),
                '.' => last.is_ascii_digit() && after().is_some_and(|c| c.is_ascii_digit()),
                _ => next.is_alphanumeric(),
            };
            if !joins {
                break;
            }
            (end, last) = (at + next.len_utf8(), next);
            chars.next();
        }
        let mut word = folded(&text[start..end]);
        word.retain(|c| c != '\'' && c != '’');
        tokens.push(Token { kind: Kind::Word(word), place: start..end });
    }
    tokens
}
