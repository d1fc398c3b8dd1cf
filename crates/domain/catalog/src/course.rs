//! Courses: what the catalog describes, independent of any term.

use std::cmp::Ordering;
use std::fmt;
use std::sync::Arc;

use jiff::civil::Date;

use crate::subject::{InvalidSubject, SubjectCode};

/// A catalog number such as `61A`, `C8`, `N1AC`, `197`: an optional prefix of letters, digits, an
/// optional suffix of letters. Sorted by the digits, then the prefix, then the suffix.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct CatalogNumber(Arc<str>);

/// The most characters of a catalog number.
pub const CATALOG_NUMBER_LENGTH_MAX: usize = 10;

/// A text that is no catalog number.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no catalog number: expected letters and digits such as 61A or C8, at least one digit")]
pub struct InvalidCatalogNumber(pub String);

impl CatalogNumber {
    /// Reads a number in any case, spaces around it ignored.
    ///
    /// # Errors
    /// [`InvalidCatalogNumber`] for anything but 1 to 10 ASCII letters and digits with at least one digit. A point may
    /// stand inside: the School of Law has numbers such as `270.65`.
    pub fn parse(text: &str) -> Result<Self, InvalidCatalogNumber> {
        let number = text.trim().to_ascii_uppercase();
        let fits = (1..=CATALOG_NUMBER_LENGTH_MAX).contains(&number.len());
        let plain = number.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'.');
        let digits = number.bytes().any(|b| b.is_ascii_digit());
        if fits && plain && digits { Ok(Self(number.into())) } else { Err(InvalidCatalogNumber(text.to_owned())) }
    }

    /// As people write it: `C8`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The letters before the digits: `C` of `C8`.
    #[must_use]
    pub fn prefix(&self) -> &str {
        self.split().0
    }

    /// The first run of digits as a number: 61 of `61A`.
    #[must_use]
    pub fn digits(&self) -> u32 {
        self.split().1.parse().unwrap_or(u32::MAX)
    }

    /// Everything after the digits: `A` of `61A`.
    #[must_use]
    pub fn suffix(&self) -> &str {
        self.split().2
    }

    fn split(&self) -> (&str, &str, &str) {
        let start = self.0.find(|c: char| c.is_ascii_digit()).unwrap_or(0);
        let rest = &self.0[start..];
        let length = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
        (&self.0[..start], &rest[..length], &rest[length..])
    }
}

impl Ord for CatalogNumber {
    fn cmp(&self, other: &Self) -> Ordering {
        let ((prefix, _, suffix), (other_prefix, _, other_suffix)) = (self.split(), other.split());
        let by_parts = (self.digits(), prefix, suffix).cmp(&(other.digits(), other_prefix, other_suffix));
        by_parts.then_with(|| self.0.cmp(&other.0))
    }
}

impl PartialOrd for CatalogNumber {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for CatalogNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for CatalogNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A course's identity for people: a subject area and a number, `COMPSCI 61A`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CourseCode {
    /// The subject area.
    pub subject: SubjectCode,
    /// The number in it.
    pub number: CatalogNumber,
}

/// A text that is no course code.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidCourseCode {
    /// There is no space between a subject and a number.
    #[error("`{0}` is no course code: expected a subject area, a space and a number, such as COMPSCI 61A")]
    Shape(String),
    /// The subject part cannot be read.
    #[error(transparent)]
    Subject(#[from] InvalidSubject),
    /// The number part cannot be read.
    #[error(transparent)]
    Number(#[from] InvalidCatalogNumber),
}

impl CourseCode {
    /// Puts the two halves together.
    ///
    /// # Errors
    /// When either half cannot be read.
    pub fn new(subject: &str, number: &str) -> Result<Self, InvalidCourseCode> {
        Ok(Self { subject: SubjectCode::parse(subject)?, number: CatalogNumber::parse(number)? })
    }

    /// Reads `COMPSCI 61A`, also `EL ENG 16A`: the last word is the number.
    ///
    /// # Errors
    /// When there is no space in it, or a half cannot be read.
    pub fn parse(text: &str) -> Result<Self, InvalidCourseCode> {
        let (subject, number) =
            text.trim().rsplit_once(' ').ok_or_else(|| InvalidCourseCode::Shape(text.to_owned()))?;
        Self::new(subject, number)
    }
}

impl fmt::Display for CourseCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.subject, self.number)
    }
}

impl fmt::Debug for CourseCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

/// An amount of academic units in hundredths, so that 0.5 and 1.25 are exact.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UnitCount(pub u16);

impl UnitCount {
    /// From a decimal number, rounded to hundredths.
    ///
    /// # Errors
    /// `None` for a negative, infinite or larger number than 99.
    #[must_use]
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the range is checked first")]
    pub fn from_decimal(units: f64) -> Option<Self> {
        (0.0..=99.0).contains(&units).then(|| Self((units * 100.0).round() as u16))
    }

    /// As a decimal number.
    #[must_use]
    pub fn decimal(self) -> f64 {
        f64::from(self.0) / 100.0
    }
}

impl fmt::Display for UnitCount {
    /// `4`, `0.5`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.decimal())
    }
}

/// What a course is worth.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Units {
    /// Always the same.
    Fixed(UnitCount),
    /// Anything from the first to the second.
    Range(UnitCount, UnitCount),
    /// One of these, ascending.
    AnyOf(Vec<UnitCount>),
}

impl Units {
    /// Whether a student can take the course for exactly `count` units.
    #[must_use]
    pub fn allow(&self, count: UnitCount) -> bool {
        match self {
            Self::Fixed(units) => *units == count,
            Self::Range(low, high) => (*low..=*high).contains(&count),
            Self::AnyOf(choices) => choices.contains(&count),
        }
    }

    /// The least.
    #[must_use]
    pub fn minimum(&self) -> UnitCount {
        match self {
            Self::Fixed(units) => *units,
            Self::Range(low, _) => *low,
            Self::AnyOf(choices) => choices.iter().min().copied().unwrap_or_default(),
        }
    }

    /// The most.
    #[must_use]
    pub fn maximum(&self) -> UnitCount {
        match self {
            Self::Fixed(units) => *units,
            Self::Range(_, high) => *high,
            Self::AnyOf(choices) => choices.iter().max().copied().unwrap_or_default(),
        }
    }
}

impl fmt::Display for Units {
    /// `4`, `1–4`, `3 or 4`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Fixed(units) => write!(f, "{units}"),
            Self::Range(low, high) => write!(f, "{low}–{high}"),
            Self::AnyOf(choices) => {
                let words: Vec<String> = choices.iter().map(ToString::to_string).collect();
                f.write_str(&words.join(" or "))
            }
        }
    }
}

/// A course as the catalog describes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Course {
    /// Its identity.
    pub code: CourseCode,
    /// The SIS's id of the course (`cs-course-id`), shared by cross-listed courses and not unique over history.
    pub cs_course_id: Option<String>,
    /// How its subject area is written in front of a number: `EL ENG`.
    pub subject_abbreviation: String,
    /// The subject area in full: `Electrical Engineering`.
    pub subject_name: String,
    /// Title.
    pub title: String,
    /// Description, empty when the catalog has none.
    pub description: String,
    /// What it is worth; `None` when the SIS does not say.
    pub units: Option<Units>,
    /// What must be taken before, as text.
    pub prerequisites: Option<String>,
    /// The same course under other codes, sorted, without itself. Codes that no course has are kept: they may come later.
    pub cross_listed: Vec<CourseCode>,
    /// Who it is for: `UGRD`, `GRAD`, `LAW`, `UCBX`, as in the SIS.
    pub academic_career: Option<String>,
    /// How it is graded, as in the SIS.
    pub grading_basis: Option<String>,
    /// Whether it ends in a final exam: the SIS's `Y`, `N`, `A`, `C`, `L`.
    pub final_exam: Option<String>,
    /// First day of this version of the course.
    pub from_date: Option<Date>,
}
