//! Parts of the day, offered as choices of when a class meets.

use jiff::civil::{Time, time};

use crate::meeting::TimeRange;

/// A part of the day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DayPart {
    /// The word in addresses.
    pub slug: &'static str,
    /// For people.
    pub title: &'static str,
    start: Time,
    end: Time,
}

/// The parts that are offered. Berkeley's classes begin between 8 and 19 o'clock; lectures that begin at 12:00 or 17:00
/// are afternoon and evening.
pub const DAY_PARTS: [DayPart; 3] = [
    DayPart { slug: "morning", title: "Morning, done by noon", start: Time::MIN, end: time(12, 0, 0, 0) },
    DayPart { slug: "afternoon", title: "Afternoon, noon to 5 pm", start: time(12, 0, 0, 0), end: time(17, 0, 0, 0) },
    DayPart { slug: "evening", title: "Evening, from 5 pm", start: time(17, 0, 0, 0), end: Time::MAX },
];

impl DayPart {
    /// From when to when.
    #[must_use]
    pub fn range(self) -> TimeRange {
        TimeRange::between(self.start, self.end)
    }

    /// The part of a word.
    #[must_use]
    pub fn from_slug(slug: &str) -> Option<Self> {
        DAY_PARTS.into_iter().find(|part| part.slug == slug)
    }
}
