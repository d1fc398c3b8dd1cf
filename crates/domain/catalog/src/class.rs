//! Classes: a course offered in a term. A class has a primary section and usually secondary ones.

use std::fmt;
use std::sync::Arc;

use crate::course::{CourseCode, UnitCount};
use crate::term::TermId;

/// A class's identity: the course, the session of the term, and a number within both.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ClassKey {
    /// Which term.
    pub term: TermId,
    /// Which course.
    pub course: CourseCode,
    /// The session's id: `1` for the regular one.
    pub session: Arc<str>,
    /// `001`. Three digits at Berkeley; `1` is read as `001`.
    pub number: Arc<str>,
}

impl ClassKey {
    /// Puts a key together; a number of digits is padded to three, as the SIS has done since summer 2016.
    #[must_use]
    pub fn new(term: TermId, course: CourseCode, session: &str, number: &str) -> Self {
        Self { term, course, session: session.into(), number: padded(number).into() }
    }
}

/// A class or section number as the SIS writes it today: `1` becomes `001`, `201A` stays.
#[must_use]
pub fn padded(number: &str) -> String {
    let number = number.trim();
    if number.bytes().all(|b| b.is_ascii_digit()) { format!("{number:0>3}") } else { number.to_owned() }
}

impl fmt::Display for ClassKey {
    /// `fall-2016 COMPSCI 61A 001`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {}", self.term.slug(), self.course, self.number)
    }
}

/// Whether a class or a section takes place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum OfferingStatus {
    /// `A`.
    Active,
    /// `S`: no further enrollment.
    StopFurtherEnrollment,
    /// `X`.
    Cancelled,
    /// `T`: tentative, not published yet.
    Tentative,
}

impl OfferingStatus {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Active, Self::StopFurtherEnrollment, Self::Cancelled, Self::Tentative];

    /// The SIS's letter.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Active => "A",
            Self::StopFurtherEnrollment => "S",
            Self::Cancelled => "X",
            Self::Tentative => "T",
        }
    }

    /// The status of a letter.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.code() == code)
    }
}

/// A class.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Class {
    /// Its identity.
    pub key: ClassKey,
    /// A title of its own, when it differs from the course's (seminars, topics).
    pub title: Option<String>,
    /// A description of its own, when it differs from the course's.
    pub description: Option<String>,
    /// The fewest and the most units a student may take it for.
    pub units: Option<(UnitCount, UnitCount)>,
    /// The SIS's code: `OPT`, `GRD`, `PNP`, `SUS`, …
    pub grading_basis: Option<String>,
    /// The SIS's code of a requirement that this class fulfils: `AC` American Cultures.
    pub requirement_designation: Option<String>,
    /// `In-Person Instruction`, `Web-Based`, …
    pub instruction_mode: Option<String>,
    /// Whether it takes place.
    pub status: OfferingStatus,
    /// The SIS's code: `Y`, `N`, `A`, `C`, `L`.
    pub final_exam: Option<String>,
}
