//! A schedule as plain values: which sections of which courses, and which times are taken. All rules of the planner go
//! by this, be it stored, drafted in an address or made by the generator.

use catalog::ids::CourseId;
use catalog::meeting::{Days, TimeRange};
use catalog::section::SectionKey;
use catalog::term::TermId;

use crate::schedule::{SECONDARIES_MAX, SELECTIONS_MAX, Schedule, TIME_BLOCKS_MAX};

/// The most sections of a course: a lecture, and as many others as a schedule holds.
pub const SECTIONS_MAX: usize = 1 + SECONDARIES_MAX;

/// What somebody thinks of taking in a term.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    term: TermId,
    courses: Vec<PlannedCourse>,
    busy: Vec<Busy>,
}

/// A course of a plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlannedCourse {
    /// Which course.
    pub course: CourseId,
    /// The sections chosen, lecture first; none while undecided.
    pub sections: Vec<SectionKey>,
}

/// A time that is taken every week by something else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Busy {
    /// What it is called: `Lunch`.
    pub name: String,
    /// On which days.
    pub days: Days,
    /// From when to when, campus time.
    pub time: TimeRange,
}

/// Why something is no plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PlanTooLarge {
    /// Too many courses.
    #[error("a plan holds at most {SELECTIONS_MAX} courses, and {0} were given")]
    Courses(usize),
    /// Too many sections of one course.
    #[error("a plan holds at most {SECTIONS_MAX} sections of a course, and {0} were given")]
    Sections(usize),
    /// Too many blocks of time.
    #[error("a plan holds at most {TIME_BLOCKS_MAX} blocks of time, and {0} were given")]
    Busy(usize),
}

impl Plan {
    /// A plan.
    ///
    /// # Errors
    /// When there is more in it than a schedule may hold.
    pub fn new(term: TermId, courses: Vec<PlannedCourse>, busy: Vec<Busy>) -> Result<Self, PlanTooLarge> {
        if courses.len() > SELECTIONS_MAX {
            return Err(PlanTooLarge::Courses(courses.len()));
        }
        if let Some(course) = courses.iter().find(|course| course.sections.len() > SECTIONS_MAX) {
            return Err(PlanTooLarge::Sections(course.sections.len()));
        }
        if busy.len() > TIME_BLOCKS_MAX {
            return Err(PlanTooLarge::Busy(busy.len()));
        }
        Ok(Self { term, courses, busy })
    }

    /// For which term.
    #[must_use]
    pub const fn term(&self) -> TermId {
        self.term
    }

    /// The courses in it, in the order given.
    #[must_use]
    pub fn courses(&self) -> &[PlannedCourse] {
        &self.courses
    }

    /// All sections chosen, course by course.
    pub fn sections(&self) -> impl Iterator<Item = SectionKey> {
        self.courses.iter().flat_map(|course| &course.sections).copied()
    }

    /// The same without the times that are taken.
    #[must_use]
    pub fn without_busy(self) -> Self {
        Self { busy: Vec::new(), ..self }
    }

    /// The times that are taken.
    #[must_use]
    pub fn busy(&self) -> &[Busy] {
        &self.busy
    }
}

impl From<&Schedule> for Plan {
    /// A stored schedule as a plan: it was held to the same limits when it was made.
    fn from(schedule: &Schedule) -> Self {
        let courses = schedule.selections.iter().map(|selection| PlannedCourse {
            course: selection.course,
            sections: selection.primary.into_iter().chain(selection.secondary.iter().copied()).collect(),
        });
        let busy = schedule.time_blocks.iter().map(|block| Busy {
            name: block.name.as_str().to_owned(),
            days: block.days,
            time: block.time,
        });
        Self { term: schedule.term, courses: courses.collect(), busy: busy.collect() }
    }
}
