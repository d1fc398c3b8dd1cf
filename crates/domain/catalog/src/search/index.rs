//! What a search looks things up in: words of titles, names of subjects, numbers and instructors, sorted and folded.

use std::collections::{BTreeMap, BTreeSet};

use super::vocabulary::{Vocabulary, VocabularyBuilder};
use crate::course::CourseCode;
use crate::course_set::CourseIndex;
use crate::fold::{folded, squeezed};
use crate::nickname::nicknames;
use crate::snapshot::sections::SectionTables;
use crate::snapshot::{CourseEntry, InstructorIndex, SubjectEntry};
use crate::subject::{SubjectCode, SubjectTable};
use crate::term::TermId;

/// The tables of a snapshot's search.
#[derive(Debug, Default)]
pub struct SearchIndex {
    /// Titles, folded, by place.
    pub(super) titles: Vec<Box<str>>,
    /// Numbers in lower case → places of courses.
    pub(super) numbers: Vocabulary,
    /// Numbers without the letters in front, where there are any: `8` of `C8` → places of courses.
    pub(super) numbers_behind_letters: Vocabulary,
    /// Words of titles → places of courses.
    pub(super) title_words: Vocabulary,
    /// Words of a subject's names and nicknames → places in the list of subjects.
    pub(super) subject_words: Vocabulary,
    /// Whole names of subjects, written together, sorted: `eleng`, `electricalengineering`, `ee`.
    pub(super) subject_names: Vec<SubjectName>,
    /// The codes of each subject. Behind the subjects of the list come those that only cross-listings name.
    pub(super) codes: Vec<Vec<Code>>,
    /// Words of instructors' names → places of instructors.
    pub(super) instructor_words: Vocabulary,
    /// Which courses an instructor teaches in which term, newest first.
    pub(super) teaching: Vec<Box<[(TermId, CourseIndex)]>>,
}

/// A way to name a subject.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct SubjectName {
    /// Folded and written together.
    pub(super) name: Box<str>,
    /// Whether it is a nickname, which ranks behind a code, abbreviation or full name.
    pub(super) is_nickname: bool,
    /// The place in the list of codes, and of subjects.
    pub(super) subject: u32,
}

/// A number of a subject, and the course that it leads to.
#[derive(Debug)]
pub(super) struct Code {
    /// In lower case: `c8`.
    pub(super) number: Box<str>,
    pub(super) course: CourseIndex,
    /// Whether the course's own code is another: it is cross-listed under this one.
    pub(super) is_cross_listed: bool,
}

impl SearchIndex {
    pub(crate) fn build(courses: &[CourseEntry], subjects: &[SubjectEntry], sections: &SectionTables) -> Self {
        let mut index = Self::default();
        let mut title_words = VocabularyBuilder::default();
        let mut numbers = VocabularyBuilder::default();
        let mut numbers_behind_letters = VocabularyBuilder::default();
        for (place, entry) in (0..).zip(courses) {
            index.titles.push(folded(&entry.course.title).into());
            title_words.add_words(&entry.course.title, place);
            let number = number_of(&entry.course.code);
            let behind_letters = number.trim_start_matches(|c: char| c.is_ascii_alphabetic());
            if behind_letters != number {
                numbers_behind_letters.add(behind_letters, place);
            }
            numbers.add(&number, place);
        }
        index.title_words = title_words.finish();
        index.numbers = numbers.finish();
        index.numbers_behind_letters = numbers_behind_letters.finish();
        index.add_subjects(subjects);
        index.add_codes(courses, subjects);
        index.subject_names.sort();
        index.subject_names.dedup_by(|later, earlier| later.name == earlier.name && later.subject == earlier.subject);
        index.add_sections(sections);
        index
    }

    /// What an instructor teaches, newest term first.
    pub(crate) fn taught_by(&self, instructor: InstructorIndex) -> &[(TermId, CourseIndex)] {
        &self.teaching[instructor.place()]
    }

    /// Places of subjects one of whose names begins with `start`, and whether it is the whole name.
    pub(crate) fn subjects_beginning_with<'a>(&'a self, start: &'a str) -> impl Iterator<Item = (bool, usize)> {
        let first = self.subject_names.partition_point(|name| *name.name < *start);
        let names = self.subject_names[first..].iter().take_while(move |name| name.name.starts_with(start));
        names.map(move |name| (name.name.len() == start.len(), name.subject as usize))
    }

    /// Instructors in whose names every one of these words is the beginning of a word.
    pub(crate) fn instructors_named(&self, starts: &[String]) -> Vec<InstructorIndex> {
        let named = |start: &String| -> BTreeSet<u32> {
            self.instructor_words.beginning_with(start).flat_map(|(_, people)| people.iter().copied()).collect()
        };
        let all = starts.iter().map(named).reduce(|all, more| &all & &more).unwrap_or_default();
        all.into_iter().map(InstructorIndex).collect()
    }

    fn add_subjects(&mut self, subjects: &[SubjectEntry]) {
        let mut subject_words = VocabularyBuilder::default();
        for (place, entry) in (0..).zip(subjects) {
            let subject = &entry.subject;
            for name in [subject.code.as_str(), &subject.abbreviation, &subject.name] {
                subject_words.add_words(name, place);
            }
            for nickname in nicknames().iter().filter(|nickname| nickname.subject == subject.code.as_str()) {
                subject_words.add_words(nickname.name, place);
            }
            self.add_subject_names(&subject.code, &[&subject.abbreviation, &subject.name], place);
        }
        self.subject_words = subject_words.finish();
    }

    fn add_subject_names(&mut self, code: &SubjectCode, names: &[&str], subject: u32) {
        for name in [code.as_str()].iter().chain(names) {
            self.add_subject_name(squeezed(name), false, subject);
        }
        for nickname in nicknames().iter().filter(|nickname| nickname.subject == code.as_str()) {
            self.add_subject_name(nickname.squeezed.clone(), true, subject);
        }
    }

    fn add_subject_name(&mut self, name: String, is_nickname: bool, subject: u32) {
        if !name.is_empty() {
            self.subject_names.push(SubjectName { name: name.into(), is_nickname, subject });
        }
    }

    /// Every course under its own code, and under the codes of its cross-listings, whichever side names them.
    fn add_codes(&mut self, courses: &[CourseEntry], subjects: &[SubjectEntry]) {
        self.codes.resize_with(subjects.len(), Vec::new);
        let mut places: BTreeMap<SubjectCode, u32> =
            (0..).zip(subjects).map(|(place, entry)| (entry.subject.code.clone(), place)).collect();
        for (course, entry) in (0..).map(CourseIndex).zip(courses) {
            let linked = entry.cross_listed.iter().map(|other| &courses[other.place()].course.code);
            let mut others: Vec<&CourseCode> = entry.course.cross_listed.iter().chain(linked).collect();
            others.sort();
            others.dedup();
            let own = std::iter::once((&entry.course.code, false));
            let others = others.into_iter().filter(|code| **code != entry.course.code).map(|code| (code, true));
            for (code, is_cross_listed) in own.chain(others) {
                let subject = self.subject_place(&mut places, &code.subject);
                let number = number_of(code).into();
                self.codes[subject as usize].push(Code { number, course, is_cross_listed });
            }
        }
    }

    /// The place of a subject in the list of codes; one that no course has of its own is added at the end.
    fn subject_place(&mut self, places: &mut BTreeMap<SubjectCode, u32>, subject: &SubjectCode) -> u32 {
        if let Some(place) = places.get(subject) {
            return *place;
        }
        let place = u32::try_from(self.codes.len()).unwrap_or(u32::MAX);
        self.codes.push(Vec::new());
        places.insert(subject.clone(), place);
        let known = SubjectTable::known().get(subject);
        let names: Vec<&str> = known.iter().flat_map(|known| [known.abbreviation.as_str(), &known.name]).collect();
        self.add_subject_names(subject, &names, place);
        place
    }

    fn add_sections(&mut self, tables: &SectionTables) {
        let mut instructor_words = VocabularyBuilder::default();
        for (place, person) in (0..).zip(&tables.people) {
            instructor_words.add_words(&person.name, place);
        }
        self.instructor_words = instructor_words.finish();
        let mut teaching = vec![Vec::new(); tables.people.len()];
        for section in tables.views() {
            let here = (section.term(), section.course());
            for person in tables.people_of(section) {
                let taught: &mut Vec<(TermId, CourseIndex)> = &mut teaching[person.place()];
                if taught.last() != Some(&here) {
                    taught.push(here);
                }
            }
        }
        self.teaching = teaching.into_iter().map(Vec::into_boxed_slice).collect();
    }
}

fn number_of(code: &CourseCode) -> String {
    code.number.as_str().to_ascii_lowercase()
}
