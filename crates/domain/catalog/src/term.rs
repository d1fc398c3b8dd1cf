//! Terms: a semester of a year, with its sessions and its enrollment phases.
//!
//! A term is known by the id that the SIS gives it: four digits, the century's digit dropped, two
//! digits of the year, then 2 spring, 5 summer, 8 fall. Fall 2016 is `2168`.

use std::fmt;
use std::str::FromStr;

use jiff::civil::Date;

/// The season of a term. Ordered as in a calendar year.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Semester {
    /// January to May.
    Spring,
    /// May to August, in several sessions.
    Summer,
    /// August to December.
    Fall,
}

impl Semester {
    /// All of them, in the order of the year.
    pub const ALL: [Self; 3] = [Self::Spring, Self::Summer, Self::Fall];

    /// `Fall`.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Spring => "Spring",
            Self::Summer => "Summer",
            Self::Fall => "Fall",
        }
    }

    /// `fall`: as written in addresses and in grade exports.
    #[must_use]
    pub const fn slug(self) -> &'static str {
        match self {
            Self::Spring => "spring",
            Self::Summer => "summer",
            Self::Fall => "fall",
        }
    }

    const fn digit(self) -> u16 {
        match self {
            Self::Spring => 2,
            Self::Summer => 5,
            Self::Fall => 8,
        }
    }
}

/// A term's id in the SIS, such as `2168` (Fall 2016). Ids sort in time.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TermId(u16);

/// A text or number that is no term id.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no term: expected an SIS id such as 2168, or a name such as fall-2016")]
pub struct InvalidTerm(pub String);

impl TermId {
    /// The term of a season and a four-digit year from 1900 to 2899.
    ///
    /// # Errors
    /// [`InvalidTerm`] for a year outside that range.
    pub fn new(semester: Semester, year: i16) -> Result<Self, InvalidTerm> {
        let year = u16::try_from(year).ok().filter(|year| (1900..2900).contains(year));
        let year = year.ok_or_else(|| InvalidTerm(format!("{} of that year", semester.slug())))?;
        let century = if year < 2000 { 1000 } else { 2000 + (year / 100 - 20) * 1000 };
        Ok(Self(century + year % 100 * 10 + semester.digit()))
    }

    /// The number as the SIS writes it.
    #[must_use]
    pub const fn number(self) -> u16 {
        self.0
    }

    /// The calendar year, such as 2016.
    #[must_use]
    pub const fn year(self) -> i16 {
        let century = self.0 / 1000;
        ((century + 18) * 100 + self.0 / 10 % 100).cast_signed()
    }

    /// The season.
    #[must_use]
    pub const fn semester(self) -> Semester {
        match self.0 % 10 {
            2 => Semester::Spring,
            5 => Semester::Summer,
            _ => Semester::Fall,
        }
    }

    /// `Fall 2016`.
    #[must_use]
    pub fn title(self) -> String {
        format!("{} {}", self.semester().title(), self.year())
    }

    /// `fall-2016`: as written in addresses.
    #[must_use]
    pub fn slug(self) -> String {
        format!("{}-{}", self.semester().slug(), self.year())
    }
}

impl TryFrom<u16> for TermId {
    type Error = InvalidTerm;

    fn try_from(number: u16) -> Result<Self, InvalidTerm> {
        let century = number / 1000;
        if matches!(number % 10, 2 | 5 | 8) && matches!(century, 1..=9) {
            Ok(Self(number))
        } else {
            Err(InvalidTerm(number.to_string()))
        }
    }
}

impl FromStr for TermId {
    type Err = InvalidTerm;

    /// Reads `2168`, `fall-2016`, `Fall 2016` and the SIS's own `2016 Fall`.
    fn from_str(text: &str) -> Result<Self, InvalidTerm> {
        let invalid = || InvalidTerm(text.to_owned());
        if let Ok(number) = text.parse::<u16>() {
            return Self::try_from(number).map_err(|_| invalid());
        }
        let (first, second) = text.trim().split_once(['-', ' ', '_']).ok_or_else(invalid)?;
        let (name, year) =
            if first.starts_with(|c: char| c.is_ascii_digit()) { (second, first) } else { (first, second) };
        let name = name.to_ascii_lowercase();
        let semester = Semester::ALL.into_iter().find(|s| s.slug() == name).ok_or_else(invalid)?;
        Self::new(semester, year.parse().map_err(|_| invalid())?).map_err(|_| invalid())
    }
}

impl fmt::Display for TermId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

impl fmt::Debug for TermId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TermId({} {})", self.0, self.slug())
    }
}

/// The SIS's id of the one session of a fall or spring.
pub const REGULAR_SESSION: &str = "1";

/// A part of a term with dates of its own: `1` is the regular session; summer has `6W1`, `6W2`, `8W`, `10W`, `3W`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// The SIS's id of the session, unique within its term.
    pub id: String,
    /// Its name, such as `Regular Academic Session`.
    pub name: String,
    /// First day.
    pub begin: Date,
    /// Last day, finals included.
    pub end: Date,
}

/// The stages in which students may enroll. All dates are days in the campus's time zone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Phases {
    /// First appointments.
    pub phase1_start: Date,
    /// Last day of phase 1.
    pub phase1_end: Date,
    /// Second appointments.
    pub phase2_start: Date,
    /// Last day of phase 2.
    pub phase2_end: Date,
    /// The adjustment period: anyone may enroll from here on.
    pub adjustment_start: Date,
}

/// A term as the campus publishes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Term {
    /// Its id.
    pub id: TermId,
    /// First day.
    pub begin: Date,
    /// Last day, finals included.
    pub end: Date,
    /// First day on which enrollment was or will be possible, when the SIS says so.
    pub enrollment_begin: Option<Date>,
    /// Its sessions, by id.
    pub sessions: Vec<Session>,
}

impl Term {
    /// Whether `today` lies in the term.
    #[must_use]
    pub fn contains(&self, today: Date) -> bool {
        self.begin <= today && today <= self.end
    }
}
