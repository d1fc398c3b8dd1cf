//! What somebody wishes of a week.

use catalog::course::{CourseCode, UnitCount};
use catalog::ids::CourseId;
use catalog::meeting::Days;
use catalog::section::SectionKey;
use catalog::snapshot::Snapshot;
use catalog::term::TermId;
use jiff::civil::Time;

use crate::picked::are_one;
use crate::plan::{Busy, SECTIONS_MAX};
use crate::schedule::TIME_BLOCKS_MAX;

/// The most courses of a wish: twice what a full load with alternatives has.
pub const COURSES_MAX: usize = 16;

/// The most proposals that are made.
pub const PROPOSALS_MAX: usize = 50;

/// How many proposals are made when nobody says.
pub const PROPOSALS_USUAL: usize = 10;

/// What somebody wishes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wish {
    /// For which term.
    pub term: TermId,
    /// The courses, required and optional.
    pub courses: Vec<WishedCourse>,
    /// Times that are taken.
    pub busy: Vec<Busy>,
    /// No class begins before.
    pub not_before: Option<Time>,
    /// No class ends after.
    pub not_after: Option<Time>,
    /// Days without any class.
    pub free_days: Days,
    /// Which seats there must be.
    pub seats: SeatsWanted,
    /// No more units than these; a course that can be taken for a range counts with the least.
    pub max_units: Option<UnitCount>,
    /// Whether two final exams may be at the same time.
    pub may_clash_exams: bool,
    /// What makes one week better than another.
    pub preference: Preference,
    /// How many proposals are wanted, at most [`PROPOSALS_MAX`].
    pub count: usize,
}

/// A course that somebody wants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WishedCourse {
    /// Which course.
    pub course: CourseId,
    /// Whether it must be there; otherwise it is there if it fits.
    pub is_required: bool,
    /// Sections that are settled: this lecture, this lab. Of several of one kind one is enough.
    pub pins: Vec<SectionKey>,
}

/// Which seats there must be. A section of which the source gave no counts passes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SeatsWanted {
    /// None: full sections are proposed, too.
    #[default]
    Any,
    /// A free seat, be it kept for a group.
    Free,
    /// A free seat that is kept for no group.
    FreeToAnyone,
}

/// What makes one week better than another.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Preference {
    /// A little of everything.
    #[default]
    Balanced,
    /// Few idle minutes between classes.
    Compact,
    /// Few days on campus.
    FewDays,
    /// No early mornings.
    LateMornings,
    /// Done early.
    FreeEvenings,
    /// Sections with free seats.
    Seats,
}

/// What a week costs, in minutes of discomfort.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Weights {
    /// For each idle minute between classes.
    pub idle_minute: u32,
    /// For each day with a class.
    pub day: u32,
    /// For each minute that a day begins before ten.
    pub early_minute: u32,
    /// For each minute that a day ends after five.
    pub late_minute: u32,
    /// For each section without a free seat for anyone.
    pub full_section: u32,
    /// For each optional course that is left out: more than everything else together.
    pub left_out: u32,
}

impl Preference {
    /// All of them, in the order in which they are offered.
    pub const ALL: [Self; 6] =
        [Self::Balanced, Self::Compact, Self::FewDays, Self::LateMornings, Self::FreeEvenings, Self::Seats];

    /// The word in addresses.
    #[must_use]
    pub const fn slug(self) -> &'static str {
        match self {
            Self::Balanced => "balanced",
            Self::Compact => "compact",
            Self::FewDays => "few-days",
            Self::LateMornings => "late-mornings",
            Self::FreeEvenings => "free-evenings",
            Self::Seats => "seats",
        }
    }

    /// The preference of a word.
    #[must_use]
    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|preference| preference.slug() == slug)
    }

    /// What it makes of a week's cost.
    #[must_use]
    pub const fn weights(self) -> Weights {
        let usual = Weights {
            idle_minute: 1,
            day: 60,
            early_minute: 1,
            late_minute: 1,
            full_section: 120,
            left_out: 1_000_000,
        };
        match self {
            Self::Balanced => usual,
            Self::Compact => Weights { idle_minute: 5, ..usual },
            Self::FewDays => Weights { day: 600, ..usual },
            Self::LateMornings => Weights { early_minute: 5, ..usual },
            Self::FreeEvenings => Weights { late_minute: 5, ..usual },
            Self::Seats => Weights { full_section: 1_200, ..usual },
        }
    }
}

/// Why a wish cannot be looked at.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidWish {
    /// There is no course in it.
    #[error("name at least one course")]
    NoCourses,
    /// Too many courses.
    #[error("at most {COURSES_MAX} courses can be combined, and {0} were given: leave some out")]
    TooManyCourses(usize),
    /// Too many settled sections of a course.
    #[error("at most {SECTIONS_MAX} sections of a course can be settled, and {0} were given")]
    TooManyPins(usize),
    /// Too many times that are taken.
    #[error("at most {TIME_BLOCKS_MAX} blocks of time can be kept free, and {0} were given")]
    TooManyBusy(usize),
    /// A number of proposals that there cannot be.
    #[error("between 1 and {PROPOSALS_MAX} proposals can be made, and {0} were asked for")]
    Count(usize),
    /// The catalog has no such course.
    #[error("there is no course {0}")]
    NoSuchCourse(CourseId),
    /// The same course twice, be it under another code.
    #[error("{0} and {1} are the same course: leave one of them out")]
    CourseTwice(CourseCode, CourseCode),
}

impl Wish {
    /// Some courses, all required, and nothing else.
    #[must_use]
    pub fn of(term: TermId, courses: impl IntoIterator<Item = CourseId>) -> Self {
        let wished = |course| WishedCourse { course, is_required: true, pins: Vec::new() };
        Self {
            term,
            courses: courses.into_iter().map(wished).collect(),
            busy: Vec::new(),
            not_before: None,
            not_after: None,
            free_days: Days::NONE,
            seats: SeatsWanted::Any,
            max_units: None,
            may_clash_exams: false,
            preference: Preference::Balanced,
            count: PROPOSALS_USUAL,
        }
    }

    pub(super) fn check(&self, snapshot: &Snapshot) -> Result<(), InvalidWish> {
        match self.courses.len() {
            0 => return Err(InvalidWish::NoCourses),
            count if count > COURSES_MAX => return Err(InvalidWish::TooManyCourses(count)),
            _ => {}
        }
        if let Some(wished) = self.courses.iter().find(|wished| wished.pins.len() > SECTIONS_MAX) {
            return Err(InvalidWish::TooManyPins(wished.pins.len()));
        }
        if self.busy.len() > TIME_BLOCKS_MAX {
            return Err(InvalidWish::TooManyBusy(self.busy.len()));
        }
        if !(1..=PROPOSALS_MAX).contains(&self.count) {
            return Err(InvalidWish::Count(self.count));
        }
        let mut places = Vec::with_capacity(self.courses.len());
        for wished in &self.courses {
            let place = snapshot.course_by_id(wished.course).ok_or(InvalidWish::NoSuchCourse(wished.course))?;
            let entry = snapshot.course(place);
            let same = |known: &&_| are_one(snapshot, **known, place);
            if let Some(known) = places.iter().find(same) {
                let known = snapshot.course(*known).course.code.clone();
                return Err(InvalidWish::CourseTwice(known, entry.course.code.clone()));
            }
            places.push(place);
        }
        Ok(())
    }
}
