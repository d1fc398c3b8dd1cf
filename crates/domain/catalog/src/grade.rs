//! Grades: how a section was graded, and the averages made from it.
//!
//! Points are Berkeley's: A+ and A 4.0, A- 3.7, … D- 0.7, F 0. Passed / not passed count for no average.

use crate::course::CourseCode;
use crate::section::SectionId;
use crate::term::TermId;

/// The 15 columns of a distribution, in order.
pub const GRADES: [&str; 15] = ["A+", "A", "A-", "B+", "B", "B-", "C+", "C", "C-", "D+", "D", "D-", "F", "P", "NP"];

/// How many of [`GRADES`] are letters with points.
pub const LETTER_COUNT: usize = 13;

/// Points of the letters, in the order of [`GRADES`].
pub const POINTS: [f64; LETTER_COUNT] = [4.0, 4.0, 3.7, 3.3, 3.0, 2.7, 2.3, 2.0, 1.7, 1.3, 1.0, 0.7, 0.0];

/// How many students got each of [`GRADES`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Distribution(pub [u32; 15]);

impl Distribution {
    /// Everyone graded with a letter.
    #[must_use]
    pub fn letters(&self) -> u32 {
        self.0[..LETTER_COUNT].iter().sum()
    }

    /// Everyone: letters, passed and not passed.
    #[must_use]
    pub fn total(&self) -> u32 {
        self.0.iter().sum()
    }

    /// Adds another distribution column by column.
    pub fn add(&mut self, other: &Self) {
        for (mine, theirs) in self.0.iter_mut().zip(other.0) {
            *mine += theirs;
        }
    }

    /// Mean points over the letters; `None` without letters.
    #[must_use]
    pub fn average(&self) -> Option<f64> {
        let letters = self.letters();
        let points: f64 = self.0.iter().zip(POINTS).map(|(count, points)| f64::from(*count) * points).sum();
        (letters > 0).then(|| points / f64::from(letters))
    }
}

/// The letter whose points lie nearest to an average. Ties go to the letter that sorts first, so 4.0 is `A`.
#[must_use]
pub fn letter_of(average: f64) -> &'static str {
    let mut best = ("A", f64::INFINITY);
    for (letter, points) in GRADES.iter().zip(POINTS) {
        let distance = (points - average).abs();
        let nearer = distance < best.1 - 1e-9;
        let tied = (distance - best.1).abs() <= 1e-9 && *letter < best.0;
        if nearer || tied {
            best = (letter, distance);
        }
    }
    best.0
}

/// How one section was graded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GradeRecord {
    /// When.
    pub term: TermId,
    /// Which course, as the export names it.
    pub course: CourseCode,
    /// The section's number without leading zeros: `1`.
    pub section_number: String,
    /// The control number in the export; joins a section of that term when it is the SIS's id.
    pub ccn: Option<SectionId>,
    /// The title in the export.
    pub title: String,
    /// Who taught, as the export says: `First Last`, in its order.
    pub instructors: Vec<String>,
    /// How it was graded.
    pub distribution: Distribution,
}
