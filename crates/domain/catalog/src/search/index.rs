//! What a search looks things up in: words of titles, names of subjects, instructors and CCNs, sorted and folded.

use std::collections::{BTreeMap, HashMap};

use super::fuzzy::{letters_of, typo_distance};
use crate::course_set::CourseIndex;
use crate::fold::{folded, squeezed, words};
use crate::nickname::nicknames;
use crate::section::SectionId;
use crate::snapshot::sections::SectionTables;
use crate::snapshot::{CourseEntry, SubjectEntry};
use crate::term::TermId;

/// The tables of a snapshot's search.
#[derive(Debug, Default)]
pub struct SearchIndex {
    /// Titles, folded, by place.
    pub(super) titles: Vec<Box<str>>,
    /// Numbers in lower case by place: `c8`.
    pub(super) numbers: Vec<Box<str>>,
    /// Words of titles → places of courses.
    pub(super) title_words: Vocabulary,
    /// Words of a subject's names and nicknames → places in the list of subjects.
    pub(super) subject_words: Vocabulary,
    /// Whole names of subjects, written together, sorted: `eleng`, `electricalengineering`, `ee`.
    pub(super) subject_names: Vec<SubjectName>,
    /// Words of instructors' names → places in `teaching`.
    pub(super) instructor_words: Vocabulary,
    /// Which courses an instructor teaches in which term.
    pub(super) teaching: Vec<Vec<(TermId, CourseIndex)>>,
    /// CCNs → terms and courses.
    pub(super) ccns: HashMap<SectionId, Vec<(TermId, CourseIndex)>>,
}

/// A way to name a subject.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct SubjectName {
    /// Folded and written together.
    pub(super) name: Box<str>,
    /// Whether it is a nickname, which ranks behind a code, abbreviation or full name.
    pub(super) is_nickname: bool,
    /// The place in the list of subjects.
    pub(super) subject: u32,
}

impl SearchIndex {
    pub(crate) fn build(courses: &[CourseEntry], subjects: &[SubjectEntry], sections: &SectionTables) -> Self {
        let mut index = Self::default();
        let mut title_words = VocabularyBuilder::default();
        for (place, entry) in (0..).zip(courses) {
            index.titles.push(folded(&entry.course.title).into());
            index.numbers.push(entry.course.code.number.as_str().to_ascii_lowercase().into());
            title_words.add(&entry.course.title, place);
        }
        index.title_words = title_words.finish();
        index.add_subjects(subjects);
        index.add_sections(sections);
        index
    }

    fn add_subjects(&mut self, subjects: &[SubjectEntry]) {
        let mut subject_words = VocabularyBuilder::default();
        for (place, entry) in (0..).zip(subjects) {
            let subject = &entry.subject;
            for name in [subject.code.as_str(), &subject.abbreviation, &subject.name] {
                subject_words.add(name, place);
                self.add_subject_name(squeezed(name), false, place);
            }
            for nickname in nicknames().iter().filter(|nickname| nickname.subject == subject.code.as_str()) {
                subject_words.add(nickname.name, place);
                self.add_subject_name(nickname.squeezed.clone(), true, place);
            }
        }
        self.subject_names.sort();
        self.subject_names.dedup_by(|later, earlier| later.name == earlier.name && later.subject == earlier.subject);
        self.subject_words = subject_words.finish();
    }

    fn add_subject_name(&mut self, name: String, is_nickname: bool, subject: u32) {
        if !name.is_empty() {
            self.subject_names.push(SubjectName { name: name.into(), is_nickname, subject });
        }
    }

    fn add_sections(&mut self, tables: &SectionTables) {
        let people = self.add_people(tables);
        for section in tables.views() {
            let here = (section.term(), section.course());
            self.ccns.entry(section.id()).or_default().push(here);
            for place in tables.teaching_of(section) {
                let taught = &mut self.teaching[people[*place as usize] as usize];
                if taught.last() != Some(&here) {
                    taught.push(here);
                }
            }
        }
    }

    /// Makes room for everyone who teaches. Gives, for each instructor of the tables, the person's place: one person
    /// may teach in several roles.
    fn add_people(&mut self, tables: &SectionTables) -> Vec<u32> {
        let mut people: HashMap<(&str, &str), u32> = HashMap::new();
        let mut instructor_words = VocabularyBuilder::default();
        let mut places = Vec::with_capacity(tables.instructors.len());
        for instructor in &tables.instructors {
            let name = (instructor.family_name.as_str(), instructor.given_name.as_str());
            let next = u32::try_from(people.len()).unwrap_or(u32::MAX);
            places.push(*people.entry(name).or_insert_with(|| {
                instructor_words.add(name.0, next);
                instructor_words.add(name.1, next);
                next
            }));
        }
        self.teaching = vec![Vec::new(); people.len()];
        self.instructor_words = instructor_words.finish();
        places
    }
}

/// Words in order, each with the places where it occurs.
#[derive(Debug, Default)]
pub(super) struct Vocabulary(Vec<Word>);

#[derive(Debug)]
struct Word {
    text: Box<str>,
    /// Which letters occur, to pass quickly over words that cannot be a typo of another.
    letters: u32,
    places: Vec<u32>,
}

impl Vocabulary {
    /// The places of words that begin with `start`, and whether the word is exactly that.
    pub(super) fn beginning_with<'a>(&'a self, start: &'a str) -> impl Iterator<Item = (bool, &'a [u32])> {
        let first = self.0.partition_point(|word| *word.text < *start);
        let words = self.0[first..].iter().take_while(move |word| word.text.starts_with(start));
        words.map(move |word| (word.text.len() == start.len(), word.places.as_slice()))
    }

    /// The places of words that could be meant by a mistyped `token`, with the number of typos.
    pub(super) fn similar_to<'a>(&'a self, token: &'a str) -> impl Iterator<Item = (u32, &'a [u32])> {
        let letters = letters_of(token);
        self.0.iter().filter_map(move |word| {
            let typos = typo_distance(token, letters, &word.text, word.letters)?;
            Some((typos, word.places.as_slice()))
        })
    }
}

#[derive(Default)]
struct VocabularyBuilder(BTreeMap<String, Vec<u32>>);

impl VocabularyBuilder {
    fn add(&mut self, text: &str, place: u32) {
        for word in words(text) {
            let places = self.0.entry(word).or_default();
            if places.last() != Some(&place) {
                places.push(place);
            }
        }
    }

    fn finish(self) -> Vocabulary {
        let words = self.0.into_iter();
        Vocabulary(words.map(|(text, places)| Word { letters: letters_of(&text), text: text.into(), places }).collect())
    }
}
