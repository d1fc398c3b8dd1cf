//! What both sources have in common: a campus with terms, courses and, term by term, an offering with its counts.

use std::sync::Arc;

use catalog::fetched::Origin;
use catalog::seats::Counts;
use catalog::term::TermId;
use jiff::Timestamp;
use jiff::civil::Date;

use crate::faults::SeatsOf;
use crate::json::Json;
use crate::snapshots::TermSnapshots;

/// A source of records. Everything is a function of the moment.
pub(crate) trait Campus: Send + Sync {
    fn origin(&self) -> Origin;
    /// The terms that the Terms API knows, oldest first.
    fn terms(&self, moment: Timestamp) -> Vec<TermFacts>;
    /// The courses that the Course API knows.
    fn courses(&self, moment: Timestamp) -> Arc<CourseBook>;
    /// A term's classes and sections; `None` while the term is not published.
    fn offering(&self, term: TermId, moment: Timestamp) -> Option<Arc<Offering>>;
    /// The sections whose counts changed after one moment and up to another.
    fn changed(&self, term: TermId, after: Timestamp, until: Timestamp) -> Changed;
    /// What the registrar announced of the terms' calendars, as the operator imports it; empty unless the campus makes it
    /// up.
    fn announced(&self, moment: Timestamp) -> String;
    /// Grade exports, by file name; none unless the campus makes them.
    fn grade_files(&self, moment: Timestamp) -> Vec<String>;
    fn grade_file(&self, name: &str, moment: Timestamp) -> Option<String>;
    /// The moments that were captured; none for a campus that always moves.
    fn snapshots(&self) -> Vec<TermSnapshots>;
}

/// Which sections' counts changed.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Changed {
    /// All: there was nothing before.
    All,
    /// These, by id, sorted.
    Some(Vec<u32>),
}

impl Changed {
    pub(crate) fn contains(&self, section: u32) -> bool {
        match self {
            Self::All => true,
            Self::Some(ids) => ids.binary_search(&section).is_ok(),
        }
    }
}

/// A term as the Terms API tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TermFacts {
    pub(crate) id: TermId,
    pub(crate) begin: Date,
    pub(crate) end: Date,
    pub(crate) enrollment_begin: Date,
    /// From here on anybody may enroll.
    pub(crate) adjustment_start: Date,
    pub(crate) sessions: Vec<SessionFacts>,
}

/// A session of a term.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SessionFacts {
    pub(crate) id: &'static str,
    pub(crate) name: &'static str,
    pub(crate) begin: Date,
    pub(crate) end: Date,
    pub(crate) weeks: u32,
}

/// The two shapes of a course that are spoken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CourseVersion {
    V4,
    V5,
}

/// All courses, with what they can be asked for by.
pub(crate) struct CourseBook {
    pub(crate) entries: Vec<CourseEntry>,
    pub(crate) text: Arc<dyn CourseText>,
}

/// What a course can be asked for by.
#[derive(Clone, Debug)]
pub(crate) struct CourseEntry {
    /// Which record of the text.
    pub(crate) record: u32,
    /// The letters of the subject.
    pub(crate) subject: Arc<str>,
    /// The number as people write it.
    pub(crate) number: Arc<str>,
    pub(crate) course_id: u32,
    pub(crate) status: &'static str,
}

/// Writes courses.
pub(crate) trait CourseText: Send + Sync {
    fn write_course(&self, record: u32, version: CourseVersion, json: &mut Json);
}

/// A term's classes and sections without their counts: these do not change with the moment.
pub(crate) struct TermPlan {
    pub(crate) sections: Vec<SectionEntry>,
    pub(crate) classes: Vec<ClassEntry>,
    pub(crate) text: Box<dyn TermText>,
}

/// What a section can be asked for by.
#[derive(Clone, Debug)]
pub(crate) struct SectionEntry {
    pub(crate) id: u32,
    /// Its class, as an index into the plan.
    pub(crate) class: u32,
    pub(crate) number: Arc<str>,
    pub(crate) component: Arc<str>,
    pub(crate) is_primary: bool,
    pub(crate) is_printed: bool,
    /// The SIS's code.
    pub(crate) status: char,
}

/// What a class can be asked for by.
#[derive(Clone, Debug)]
pub(crate) struct ClassEntry {
    /// The letters of the subject.
    pub(crate) subject: Arc<str>,
    /// The catalog number as people write it.
    pub(crate) course_number: Arc<str>,
    pub(crate) course_id: u32,
    pub(crate) number: Arc<str>,
    pub(crate) session: Arc<str>,
    pub(crate) is_printed: bool,
    /// The SIS's code.
    pub(crate) status: char,
}

/// Writes a term's records; `index` is that of the plan.
pub(crate) trait TermText: Send + Sync {
    fn write_section(&self, index: u32, counts: Counts, json: &mut Json);
    fn write_class(&self, index: u32, counts: Counts, json: &mut Json);
    /// The section's seats alone, as the enrollment endpoints give them.
    fn write_seats(&self, index: u32, counts: Counts, json: &mut Json);
}

/// A term's plan with the counts of one moment.
pub(crate) struct Offering {
    /// The moment for which the counts hold; `None` when they hold for the moment that was asked for.
    pub(crate) as_of: Option<Timestamp>,
    pub(crate) plan: Arc<TermPlan>,
    /// The sections that there are at that moment, in the plan's order.
    pub(crate) sections: Vec<(u32, Counts)>,
    /// The classes with at least one of them, and the sum over their primary sections.
    pub(crate) classes: Vec<(u32, Counts)>,
}

impl Offering {
    pub(crate) fn new(as_of: Option<Timestamp>, plan: Arc<TermPlan>, sections: Vec<(u32, Counts)>) -> Self {
        let mut sums: Vec<Option<Counts>> = vec![None; plan.classes.len()];
        for (index, counts) in &sections {
            let section = &plan.sections[*index as usize];
            let sum = sums[section.class as usize].get_or_insert_default();
            if section.is_primary {
                sum.enrolled += counts.enrolled;
                sum.max_enroll += counts.max_enroll;
                sum.waitlisted += counts.waitlisted;
                sum.max_waitlist += counts.max_waitlist;
                sum.is_open = match (sum.is_open, counts.is_open) {
                    (Some(before), Some(now)) => Some(before || now),
                    (before, now) => before.or(now),
                };
            }
        }
        let classes = (0..).zip(sums).filter_map(|(index, sum)| Some((index, sum?))).collect();
        Self { as_of, plan, sections, classes }
    }

    /// The same with a part of the sections only, and the classes that are left with any.
    pub(crate) fn keeping(&self, keep: impl Fn(&SectionEntry) -> bool) -> Self {
        let kept = self.sections.iter().filter(|(index, _)| keep(&self.plan.sections[*index as usize]));
        Self::new(self.as_of, Arc::clone(&self.plan), kept.copied().collect())
    }

    /// The same with other seats of one section.
    pub(crate) fn with_seats(&self, seats: SeatsOf) -> Self {
        let is_it = |index: u32| self.plan.sections[index as usize].id == seats.section_id;
        let sections = self
            .sections
            .iter()
            .map(|(index, counts)| (*index, if is_it(*index) { seats.of(*counts) } else { *counts }));
        Self::new(self.as_of, Arc::clone(&self.plan), sections.collect())
    }

    pub(crate) fn section(&self, id: u32) -> Option<(u32, Counts)> {
        self.sections.iter().find(|(index, _)| self.plan.sections[*index as usize].id == id).copied()
    }
}

/// Writes the fields of an enrollment status; the caller may add more.
pub(crate) fn write_counts(counts: Counts, json: &mut Json) {
    if let Some(is_open) = counts.is_open {
        let (code, description) = if is_open { ("O", "Open") } else { ("C", "Closed") };
        json.descriptor_at("status", code, description);
    }
    json.number_at("enrolledCount", counts.enrolled);
    json.number_at("waitlistedCount", counts.waitlisted);
    json.number_at("minEnroll", 0);
    json.number_at("maxEnroll", counts.max_enroll);
    json.number_at("maxWaitlist", counts.max_waitlist);
}
