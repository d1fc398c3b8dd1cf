//! Meetings: when and where a section comes together, and who teaches then.
//!
//! Times are times of day on the campus, never instants: a class at 10:00 stays at 10:00 when the clocks change.

use std::fmt;

use jiff::civil::{Date, Time};

/// A set of days of the week, Monday the lowest bit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Days(u8);

impl Days {
    /// No day.
    pub const NONE: Self = Self(0);
    /// Two-letter names from Monday to Sunday, as the SIS writes them.
    pub const NAMES: [&'static str; 7] = ["Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"];

    /// From seven flags, Monday first.
    #[must_use]
    pub fn from_flags(flags: [bool; 7]) -> Self {
        let mut bits = 0;
        for (day, meets) in flags.into_iter().enumerate() {
            bits |= u8::from(meets) << day;
        }
        Self(bits)
    }

    /// From a mask, Monday the lowest bit; higher bits than Sunday's are dropped.
    #[must_use]
    pub const fn from_bits(bits: u8) -> Self {
        Self(bits & 0b111_1111)
    }

    /// Reads `MoWeFr`.
    #[must_use]
    pub fn from_sis(text: &str) -> Option<Self> {
        let mut bits = 0;
        let mut rest = text.trim();
        while !rest.is_empty() {
            let day = Self::NAMES.iter().position(|name| rest.starts_with(name))?;
            bits |= 1 << day;
            rest = &rest[2..];
        }
        Some(Self(bits))
    }

    /// The mask, Monday the lowest bit.
    #[must_use]
    pub const fn bits(self) -> u8 {
        self.0
    }

    /// Whether it meets on a day; 0 is Monday.
    #[must_use]
    pub const fn contains(self, day: u8) -> bool {
        self.0 >> day & 1 == 1
    }

    /// Whether there is no day in it.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// `MWF`, `TuTh`, `SaSu`: the short form that people use; `Th` and `Tu` keep two letters.
    #[must_use]
    pub fn short(self) -> String {
        const SHORT: [&str; 7] = ["M", "Tu", "W", "Th", "F", "Sa", "Su"];
        (0..7).filter(|day| self.contains(*day)).map(|day| SHORT[usize::from(day)]).collect()
    }
}

/// Who teaches, by the names that the SIS discloses.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Instructor {
    /// Family name, as preferred: `O'Brien-Núñez`.
    pub family_name: String,
    /// Given name, may be empty.
    pub given_name: String,
    /// The SIS's role: `PI` in charge, `TNIC` teaching but not in charge, `APRX` proxy.
    pub role: Option<String>,
}

impl Instructor {
    /// Whether the other has the same name: the same person, perhaps in another role.
    #[must_use]
    pub fn is_named_like(&self, other: &Self) -> bool {
        self.family_name == other.family_name && self.given_name == other.given_name
    }

    /// `Ada Lovelace`.
    #[must_use]
    pub fn full_name(&self) -> String {
        if self.given_name.is_empty() {
            self.family_name.clone()
        } else {
            format!("{} {}", self.given_name, self.family_name)
        }
    }

    /// `LOVELACE A`: as the 2021 site and its clients wrote it.
    #[must_use]
    pub fn short_name(&self) -> String {
        let family = self.family_name.to_uppercase();
        match self.given_name.chars().next() {
            Some(initial) => format!("{family} {}", initial.to_uppercase()),
            None => family,
        }
    }
}

/// One weekly pattern of a section. A section may have several, or none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Meeting {
    /// Its number within the section, from 1.
    pub number: u16,
    /// On which days; none when not arranged.
    pub days: Days,
    /// From when to when on those days; `None` when not arranged (the SIS says 00:00 to 00:00).
    pub time: Option<TimeRange>,
    /// Where, in words: `Dwinelle 223`.
    pub location: Option<String>,
    /// Who teaches in it, in the SIS's order.
    pub instructors: Vec<Instructor>,
    /// First and last day on which the pattern holds.
    pub dates: Option<(Date, Date)>,
}

/// A stretch of a day, campus time. The end is never before the start.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct TimeRange {
    start: Time,
    end: Time,
}

impl TimeRange {
    /// A range; `None` when it would end before it starts.
    #[must_use]
    pub fn new(start: Time, end: Time) -> Option<Self> {
        (start <= end).then_some(Self { start, end })
    }

    /// A range between two times, whichever comes first.
    #[must_use]
    pub fn between(one: Time, other: Time) -> Self {
        Self { start: one.min(other), end: one.max(other) }
    }

    /// Whether the other lies wholly within.
    #[must_use]
    pub fn contains(self, other: Self) -> bool {
        self.start <= other.start && other.end <= self.end
    }

    /// Whether both have more than a moment in common: what ends when the other begins does not collide with it.
    #[must_use]
    pub fn collides_with(self, other: Self) -> bool {
        self.start < other.end && other.start < self.end
    }

    /// The shortest range that holds both.
    #[must_use]
    pub fn stretched_to(self, other: Self) -> Self {
        Self { start: self.start.min(other.start), end: self.end.max(other.end) }
    }

    /// First minute.
    #[must_use]
    pub const fn start(self) -> Time {
        self.start
    }

    /// Last minute.
    #[must_use]
    pub const fn end(self) -> Time {
        self.end
    }
}

impl fmt::Display for TimeRange {
    /// With the half of the day said once where it is the same: `1:00–1:59 pm`, `11:00 am–12:29 pm`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if half_of_day(self.start) == half_of_day(self.end) {
            write!(f, "{}–{}", clock_face(self.start), time_in_words(self.end))
        } else {
            write!(f, "{}–{}", time_in_words(self.start), time_in_words(self.end))
        }
    }
}

/// A time of day as people on the campus say it: `2:05 pm`.
#[must_use]
pub fn time_in_words(time: Time) -> String {
    format!("{} {}", clock_face(time), half_of_day(time))
}

fn clock_face(time: Time) -> String {
    let hour = match time.hour() % 12 {
        0 => 12,
        hour => hour,
    };
    format!("{hour}:{:02}", time.minute())
}

fn half_of_day(time: Time) -> &'static str {
    if time.hour() < 12 { "am" } else { "pm" }
}

#[cfg(test)]
mod tests {
    use jiff::civil::time;

    use super::*;

    #[test]
    fn noon_is_pm_and_midnight_is_am() {
        let range = |from, to| TimeRange::new(from, to).unwrap().to_string();
        assert_eq!(range(time(13, 0, 0, 0), time(13, 59, 0, 0)), "1:00–1:59 pm");
        assert_eq!(range(time(11, 0, 0, 0), time(12, 29, 0, 0)), "11:00 am–12:29 pm");
        assert_eq!(range(time(12, 0, 0, 0), time(12, 59, 0, 0)), "12:00–12:59 pm");
        assert_eq!(time_in_words(time(0, 5, 0, 0)), "12:05 am");
    }
}
