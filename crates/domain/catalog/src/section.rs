//! Sections: what a student enrolls in. A lecture is a primary section; its discussions and labs are secondary.

use std::fmt;

use jiff::civil::Date;

use crate::class::{ClassKey, OfferingStatus};
use crate::meeting::{Instructor, Meeting};
use crate::term::TermId;

/// The SIS's section id, which students know as the class number or CCN. Unique within a term.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SectionId(pub u32);

impl fmt::Display for SectionId {
    /// Five digits, zero-padded: `08921`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:05}", self.0)
    }
}

/// A section's identity over all terms: the SIS numbers sections anew in each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SectionKey {
    /// Which term.
    pub term: TermId,
    /// Its id there.
    pub id: SectionId,
}

/// What the term counts for in a section's number: more than any id, and readable, `2168` and `08921` give
/// `21680000008921`.
const TERM_FACTOR: u64 = 10_000_000_000;

impl SectionKey {
    /// As one number, for clients that want one.
    #[must_use]
    pub fn number(self) -> u64 {
        u64::from(self.term.number()) * TERM_FACTOR + u64::from(self.id.0)
    }

    /// The key of such a number; `None` when there is no such term, or the rest is no id.
    #[must_use]
    pub fn from_number(number: u64) -> Option<Self> {
        let term = u16::try_from(number / TERM_FACTOR).ok()?;
        let id = u32::try_from(number % TERM_FACTOR).ok()?;
        Some(Self { term: TermId::try_from(term).ok()?, id: SectionId(id) })
    }
}

/// What kind of section it is, by the SIS's code: `LEC`, `DIS`, `LAB`, `SEM`, `IND`, …
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Component {
    /// The code.
    pub code: String,
    /// In words: `Lecture`.
    pub name: String,
}

/// A property that the SIS attaches to a section, such as a breadth requirement (`GE`) with its value (`AL`).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SectionAttribute {
    /// The attribute's code: `GE` is the L&S breadth.
    pub code: String,
    /// The value's code: `AL`, `BS`, `HS`, `IS`, `PV`, `PS`, `SBS`.
    pub value: String,
    /// The value in words: `Arts & Literature`.
    pub value_name: String,
}

/// A section, without its counts: those change all day, this seldom.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section {
    /// Its id within the term.
    pub id: SectionId,
    /// The class it belongs to, and with it term and course.
    pub class: ClassKey,
    /// Its number within class and component: `001`.
    pub number: String,
    /// Lecture, discussion, …
    pub component: Component,
    /// Whether it is the primary section of its class.
    pub is_primary: bool,
    /// The primary section that it hangs on, for secondary ones; kept as the SIS says it, even if that section is missing.
    pub primary_section: Option<SectionId>,
    /// Whether it takes place.
    pub status: OfferingStatus,
    /// Whether the schedule of classes prints it; what is not printed is kept but not shown.
    pub is_printed: bool,
    /// `In-Person Instruction`, …
    pub instruction_mode: Option<String>,
    /// First and last day.
    pub dates: Option<(Date, Date)>,
    /// All its weekly patterns, by number.
    pub meetings: Vec<Meeting>,
    /// Attributes, sorted.
    pub attributes: Vec<SectionAttribute>,
}

impl Section {
    /// Whether the site shows it: printed and not cancelled.
    #[must_use]
    pub fn is_visible(&self) -> bool {
        self.is_printed && self.status != OfferingStatus::Cancelled
    }

    /// Everyone who teaches in it, each once, in the order of the meetings.
    #[must_use]
    pub fn instructors(&self) -> Vec<&Instructor> {
        let mut seen: Vec<&Instructor> = Vec::new();
        for instructor in self.meetings.iter().flat_map(|meeting| &meeting.instructors) {
            if !seen.iter().any(|other| other.is_named_like(instructor)) {
                seen.push(instructor);
            }
        }
        seen
    }

    /// `LEC 001`.
    #[must_use]
    pub fn label(&self) -> String {
        format!("{} {}", self.component.code, self.number)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_key_is_its_number_and_back(term in 1000_u16..10_000, id in any::<u32>(), number in any::<u64>()) {
            if let Ok(term) = TermId::try_from(term) {
                let key = SectionKey { term, id: SectionId(id) };
                prop_assert_eq!(SectionKey::from_number(key.number()), Some(key));
            }
            prop_assert!(SectionKey::from_number(number).is_none_or(|key| key.number() == number));
        }
    }
}
