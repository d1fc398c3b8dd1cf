//! Grades of the snapshot: sections by course, roll-ups over cross-listed courses, and selections of them.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::ops::Range;
use std::sync::Arc;

use crate::course::CourseCode;
use crate::course_set::CourseIndex;
use crate::grade::{Distribution, GradeRecord, letter_of};
use crate::ids::{GradeId, Numbered};
use crate::section::SectionId;
use crate::term::TermId;

/// All graded sections, by course. Courses that the catalog does not have are here too: a cross-listed one may name them.
#[derive(Debug, Default)]
pub struct GradeBook {
    entries: Vec<GradeEntry>,
    by_course: HashMap<CourseCode, Range<u32>>,
    by_id: Vec<(GradeId, GradeIndex)>,
}

/// A graded section's place in one snapshot. It means nothing in another snapshot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct GradeIndex(pub u32);

impl GradeIndex {
    /// The place as an index into a slice.
    #[must_use]
    pub const fn place(self) -> usize {
        self.0 as usize
    }
}

/// How one section was graded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GradeEntry {
    /// Its number, the same in every version.
    pub id: GradeId,
    /// Its own course; `None` when the catalog does not have it.
    pub course: Option<CourseIndex>,
    /// The course as the export names it.
    pub code: CourseCode,
    /// The title in the export. Texts and names are shared between entries.
    pub title: Arc<str>,
    /// When.
    pub term: TermId,
    /// The section's number without leading zeros.
    pub section_number: Arc<str>,
    /// Its CCN, when the export has it.
    pub ccn: Option<SectionId>,
    /// Who taught, in the export's order.
    pub instructors: Arc<[Arc<str>]>,
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
    /// `place` says where a course lies.
    pub(super) fn build(
        mut records: Vec<Numbered<GradeId, GradeRecord>>,
        place: impl Fn(&CourseCode) -> Option<CourseIndex>,
    ) -> Self {
        let order = order_of_codes(&records);
        records.sort_by_cached_key(|record| {
            let graded = &record.value;
            (order[&graded.course], Reverse(graded.term), graded.section_number.clone(), record.id)
        });
        let mut book = Self { entries: Vec::with_capacity(records.len()), ..Self::default() };
        let mut texts = Texts::default();
        for Numbered { id, value: record } in records {
            let at = u32::try_from(book.entries.len()).unwrap_or(u32::MAX);
            let course = place(&record.course);
            book.by_course.entry(record.course.clone()).or_insert(at..at).end = at + 1;
            book.by_id.push((id, GradeIndex(at)));
            book.entries.push(GradeEntry {
                id,
                course,
                code: record.course,
                title: texts.shared(&record.title),
                term: record.term,
                section_number: texts.shared(&record.section_number),
                ccn: record.ccn,
                instructors: texts.shared_list(&record.instructors),
                distribution: record.distribution,
            });
        }
        book.by_id.sort_unstable();
        book
    }

    /// All graded sections, course by course; the newest term of each first.
    #[must_use]
    pub fn entries(&self) -> &[GradeEntry] {
        &self.entries
    }

    /// The graded sections of one course, newest term first.
    #[must_use]
    pub fn of_course(&self, course: &CourseCode) -> &[GradeEntry] {
        let range = self.places_of(course);
        &self.entries[range.start as usize..range.end as usize]
    }

    /// The graded sections of some courses (a course and its cross-listed ones), newest term first.
    #[must_use]
    pub fn of_courses<'a>(&self, courses: impl IntoIterator<Item = &'a CourseCode>) -> Vec<&GradeEntry> {
        let mut entries: Vec<&GradeEntry> = courses.into_iter().flat_map(|course| self.of_course(course)).collect();
        entries.sort_by_key(|entry| std::cmp::Reverse(entry.term));
        entries
    }

    pub(super) fn places_of(&self, course: &CourseCode) -> Range<u32> {
        self.by_course.get(course).cloned().unwrap_or_default()
    }

    pub(super) fn by_id(&self, id: GradeId) -> Option<GradeIndex> {
        let at = self.by_id.binary_search_by_key(&id, |(id, _)| *id).ok()?;
        self.by_id.get(at).map(|(_, grade)| *grade)
    }
}

/// Where each code comes in natural order: it is compared once per course instead of once per row.
fn order_of_codes(records: &[Numbered<GradeId, GradeRecord>]) -> HashMap<CourseCode, usize> {
    let codes: HashSet<&CourseCode> = records.iter().map(|record| &record.value.course).collect();
    let mut codes: Vec<&CourseCode> = codes.into_iter().collect();
    codes.sort_unstable();
    codes.into_iter().cloned().zip(0..).collect()
}

/// Equal texts and lists of them once.
#[derive(Default)]
struct Texts {
    texts: HashSet<Arc<str>>,
    lists: HashSet<Arc<[Arc<str>]>>,
}

impl Texts {
    fn shared(&mut self, text: &str) -> Arc<str> {
        if let Some(known) = self.texts.get(text) {
            return Arc::clone(known);
        }
        let text: Arc<str> = text.into();
        self.texts.insert(Arc::clone(&text));
        text
    }

    fn shared_list(&mut self, names: &[String]) -> Arc<[Arc<str>]> {
        let list: Vec<Arc<str>> = names.iter().map(|name| self.shared(name)).collect();
        if let Some(known) = self.lists.get(list.as_slice()) {
            return Arc::clone(known);
        }
        let list: Arc<[Arc<str>]> = list.into();
        self.lists.insert(Arc::clone(&list));
        list
    }
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
