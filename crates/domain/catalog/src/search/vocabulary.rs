//! Words in order, each with the places where it occurs.

use std::collections::HashMap;

use super::fuzzy::{TYPOS_MAX, letters_of, typo_distance};
use crate::fold::words;

/// The words.
#[derive(Debug, Default)]
pub(super) struct Vocabulary {
    /// In alphabetical order.
    words: Vec<Word>,
    /// The words again by length: a typo changes it by little.
    by_length: Vec<Shape>,
}

#[derive(Debug)]
struct Word {
    text: Box<str>,
    places: Box<[u32]>,
}

/// What can be seen of a word at a glance.
#[derive(Debug)]
struct Shape {
    length: usize,
    /// Which letters occur, to pass quickly over words that cannot be a typo of another.
    letters: u32,
    word: u32,
}

impl Vocabulary {
    /// The words that begin with `start`, with their places.
    pub(super) fn beginning_with<'a>(&'a self, start: &'a str) -> impl Iterator<Item = (&'a str, &'a [u32])> {
        let first = self.words.partition_point(|word| *word.text < *start);
        let words = self.words[first..].iter().take_while(move |word| word.text.starts_with(start));
        words.map(|word| (&*word.text, &*word.places))
    }

    /// The places of words that could be meant by a mistyped `token`, with the number of typos.
    pub(super) fn similar_to<'a>(&'a self, token: &'a str) -> impl Iterator<Item = (u32, &'a [u32])> {
        let letters = letters_of(token);
        let shortest = token.len().saturating_sub(TYPOS_MAX);
        let first = self.by_length.partition_point(|shape| shape.length < shortest);
        let near = self.by_length[first..].iter().take_while(move |shape| shape.length <= token.len() + TYPOS_MAX);
        near.filter_map(move |shape| {
            let word = &self.words[shape.word as usize];
            let typos = typo_distance(token, letters, &word.text, shape.letters)?;
            Some((typos, &*word.places))
        })
    }
}

/// Takes words in, place by place in ascending order.
#[derive(Default)]
pub(super) struct VocabularyBuilder(HashMap<String, Vec<u32>>);

impl VocabularyBuilder {
    /// Adds each word of a text.
    pub(super) fn add_words(&mut self, text: &str, place: u32) {
        for word in words(text) {
            self.add(&word, place);
        }
    }

    /// Adds a text as one word.
    pub(super) fn add(&mut self, word: &str, place: u32) {
        match self.0.get_mut(word) {
            Some(places) if places.last() == Some(&place) => {}
            Some(places) => places.push(place),
            None => {
                self.0.insert(word.to_owned(), vec![place]);
            }
        }
    }

    pub(super) fn finish(self) -> Vocabulary {
        let boxed = |(text, places): (String, Vec<u32>)| Word { text: text.into(), places: places.into() };
        let mut words: Vec<Word> = self.0.into_iter().map(boxed).collect();
        words.sort_unstable_by(|a, b| a.text.cmp(&b.text));
        let shape = |(place, word): (u32, &Word)| Shape {
            length: word.text.len(),
            letters: letters_of(&word.text),
            word: place,
        };
        let mut by_length: Vec<Shape> = (0..).zip(&words).map(shape).collect();
        by_length.sort_by_key(|shape| shape.length);
        Vocabulary { words, by_length }
    }
}
