//! Grades of the snapshot: sections by course, roll-ups over cross-listed courses, and selections of them.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::ops::Range;
use std::sync::Arc;

use crate::course::CourseCode;
use crate::grade::{Distribution, GradeRecord, letter_of};
use crate::section::SectionId;
use crate::term::TermId;

/// All graded sections, by course. Courses that the catalog does not have are here too: a cross-listed one may name them.
#[derive(Debug, Default)]
pub struct GradeBook {
    entries: Vec<GradeEntry>,
    by_course: HashMap<CourseCode, Range<usize>>,
}

/// How one section was graded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GradeEntry {
    /// When.
    pub term: TermId,
    /// The section's number without leading zeros.
    pub section_number: String,
    /// Its CCN, when the export has it.
    pub ccn: Option<SectionId>,
    /// Who taught, in the export's order. Names are shared between entries.
    pub instructors: Vec<Arc<str>>,
    /// How it was graded.
    pub distribution: Distribution,
}

/// Graded sections rolled up.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct GradeSummary {
    /// All of them added together.
    pub distribution: Distribution,
    /// Mean points over the letters; `None` when all were passed or not passed.
    pub average: Option<f64>,
    /// The letter nearest to the average.
    pub letter: Option<&'static str>,
}

impl GradeSummary {
    /// Rolls a distribution up; `None` when nobody was graded.
    #[must_use]
    pub fn of(distribution: Distribution) -> Option<Self> {
        let average = distribution.average();
        (distribution.total() > 0).then(|| Self { distribution, average, letter: average.map(letter_of) })
    }
}

impl GradeBook {
    pub(super) fn build(mut records: Vec<GradeRecord>) -> Self {
        records.sort_by(|a, b| {
            let newest_first = b.term.cmp(&a.term);
            a.course.cmp(&b.course).then(newest_first).then_with(|| a.section_number.cmp(&b.section_number))
        });
        let mut book = Self { entries: Vec::with_capacity(records.len()), by_course: HashMap::new() };
        let mut names: HashSet<Arc<str>> = HashSet::new();
        for record in records {
            let at = book.entries.len();
            book.by_course.entry(record.course).or_insert(at..at).end = at + 1;
            book.entries.push(GradeEntry {
                term: record.term,
                section_number: record.section_number,
                ccn: record.ccn,
                instructors: record.instructors.iter().map(|name| shared(&mut names, name)).collect(),
                distribution: record.distribution,
            });
        }
        book
    }

    /// The graded sections of one course, newest term first.
    #[must_use]
    pub fn of_course(&self, course: &CourseCode) -> &[GradeEntry] {
        self.by_course.get(course).map_or(&[], |range| &self.entries[range.clone()])
    }

    /// The graded sections of some courses (a course and its cross-listed ones), newest term first.
    #[must_use]
    pub fn of_courses<'a>(&self, courses: impl IntoIterator<Item = &'a CourseCode>) -> Vec<&GradeEntry> {
        let mut entries: Vec<&GradeEntry> = courses.into_iter().flat_map(|course| self.of_course(course)).collect();
        entries.sort_by_key(|entry| std::cmp::Reverse(entry.term));
        entries
    }
}

fn shared(names: &mut HashSet<Arc<str>>, name: &str) -> Arc<str> {
    if let Some(known) = names.get(name) {
        return Arc::clone(known);
    }
    let name: Arc<str> = name.into();
    names.insert(Arc::clone(&name));
    name
}

/// Adds distributions up.
#[must_use]
pub fn total<'a>(entries: impl IntoIterator<Item = &'a GradeEntry>) -> Distribution {
    let mut sum = Distribution::default();
    for entry in entries {
        sum.add(&entry.distribution);
    }
    sum
}

/// What each instructor graded, by name. A section with two instructors counts for both.
#[must_use]
pub fn by_instructor(entries: &[&GradeEntry]) -> BTreeMap<Arc<str>, Distribution> {
    let mut sums: BTreeMap<Arc<str>, Distribution> = BTreeMap::new();
    for entry in entries {
        let mut seen: HashSet<&Arc<str>> = HashSet::new();
        for name in entry.instructors.iter().filter(|name| seen.insert(name)) {
            sums.entry(Arc::clone(name)).or_default().add(&entry.distribution);
        }
    }
    sums
}

/// What was graded in each term, by term.
#[must_use]
pub fn by_term(entries: &[&GradeEntry]) -> BTreeMap<TermId, Distribution> {
    let mut sums: BTreeMap<TermId, Distribution> = BTreeMap::new();
    for entry in entries {
        sums.entry(entry.term).or_default().add(&entry.distribution);
    }
    sums
}
