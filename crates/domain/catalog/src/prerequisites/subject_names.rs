//! Every way in which a text may name a subject area, by its first word.

use std::collections::{HashMap, HashSet};

use super::tokens::Token;
use crate::fold::{squeezed, words};
use crate::nickname::nicknames;
use crate::subject::{Subject, SubjectCode, SubjectTable};

/// Names up to this length count only with a capital letter: `are`, `me` and `as` are words, `ARE 100` is a course.
const PLAIN_NAME_CHARS_MAX: usize = 3;

/// Words of a name that may be left out or written as signs.
const JOINING: [&str; 2] = ["and", "the"];

/// The names of the subjects of a catalog.
#[derive(Debug, Default)]
pub struct SubjectNames {
    by_first_word: HashMap<Box<str>, Vec<Name>>,
}

#[derive(Debug, PartialEq, Eq)]
struct Name {
    /// The words after the first.
    rest: Vec<Box<str>>,
    subject: SubjectCode,
}

/// A name found in a text.
#[derive(Debug)]
pub(super) struct Named<'a> {
    /// How many tokens it takes.
    pub(super) length: usize,
    /// The subjects that it may stand for, best first.
    pub(super) subjects: Vec<&'a SubjectCode>,
}

impl SubjectNames {
    /// The names of these subjects: code, abbreviation, full name, every known spelling, and nicknames.
    #[must_use]
    pub fn of<'s>(subjects: impl Iterator<Item = &'s Subject> + Clone) -> Self {
        let mut names = Self::default();
        for subject in subjects.clone() {
            names.add(subject.code.as_str(), &subject.code);
            names.add(&subject.abbreviation, &subject.code);
            names.add(&subject.name, &subject.code);
        }
        let codes: HashSet<&SubjectCode> = subjects.map(|subject| &subject.code).collect();
        let known = |code: &SubjectCode| codes.contains(code);
        for (name, code) in SubjectTable::known().names() {
            if known(code) {
                names.add(name, code);
            }
        }
        for nickname in nicknames() {
            if let Some(code) = SubjectCode::parse(nickname.subject).ok().filter(known) {
                names.add(nickname.name, &code);
                names.add(&nickname.squeezed, &code);
            }
        }
        names
    }

    fn add(&mut self, name: &str, subject: &SubjectCode) {
        let mut words = words(name).into_iter().filter(|word| !JOINING.contains(&word.as_str()));
        let Some(first) = words.next() else { return };
        let name = Name { rest: words.map(Into::into).collect(), subject: subject.clone() };
        let known = self.by_first_word.entry(first.into()).or_default();
        if !known.contains(&name) {
            known.push(name);
        }
    }

    /// The longest name that begins where these tokens do.
    pub(super) fn at_start_of<'a>(&'a self, text: &str, tokens: &[Token]) -> Option<Named<'a>> {
        let first = tokens.first()?;
        let mut best: Option<Named<'a>> = None;
        for name in self.by_first_word.get(first.word()?)? {
            let Some(length) = name.length_in(tokens) else { continue };
            if name.is_plain_word(first) && !text[first.place.clone()].starts_with(char::is_uppercase) {
                continue;
            }
            match &mut best {
                Some(known) if known.length > length => {}
                Some(known) if known.length == length => known.subjects.push(&name.subject),
                _ => best = Some(Named { length, subjects: vec![&name.subject] }),
            }
        }
        best
    }

    /// The subjects that one word stands for: `cs` of `CS267`.
    pub(super) fn of_word(&self, word: &str) -> impl Iterator<Item = &SubjectCode> {
        let word = squeezed(word);
        let names = self.by_first_word.get(word.as_str()).map(Vec::as_slice).unwrap_or_default();
        names.iter().filter(|name| name.rest.is_empty()).map(|name| &name.subject)
    }
}

impl Name {
    /// How many tokens the name takes when it stands at their beginning. Commas, ampersands and joining words may stand
    /// between its words.
    fn length_in(&self, tokens: &[Token]) -> Option<usize> {
        let mut length = 1;
        for wanted in &self.rest {
            let is_between = |token: &Token| {
                token.is_sign(',') || token.is_sign('&') || token.word().is_some_and(|word| JOINING.contains(&word))
            };
            length += tokens[length..].iter().take_while(|token| is_between(token)).count();
            let word = tokens.get(length)?.word()?;
            if *word != **wanted {
                return None;
            }
            length += 1;
        }
        Some(length)
    }

    fn is_plain_word(&self, first: &Token) -> bool {
        self.rest.is_empty() && first.word().is_some_and(|word| word.len() <= PLAIN_NAME_CHARS_MAX)
    }
}
