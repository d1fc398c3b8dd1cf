//! Switches: a source that the operator turned off, at run time, because its owner demanded that or because it is
//! wrong. The data stays in the store and comes back when the source is turned on again; until then readers show none
//! of it and say so.

use std::fmt;
use std::str::FromStr;

use async_trait::async_trait;
use jiff::Timestamp;

use crate::ports::StoreError;

/// What can be turned off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Source {
    /// How sections were graded, and everything made from it.
    Grades,
    /// How sections fill: counts, reservations, histories.
    Enrollment,
    /// The descriptions of courses and classes.
    Descriptions,
    /// The public API as a whole; the site goes on.
    PublicApi,
}

impl Source {
    /// All of them, in the order in which they are listed.
    pub const ALL: [Self; 4] = [Self::Grades, Self::Enrollment, Self::Descriptions, Self::PublicApi];

    /// `public-api`: as typed, stored, and given by the API.
    #[must_use]
    pub const fn slug(self) -> &'static str {
        match self {
            Self::Grades => "grades",
            Self::Enrollment => "enrollment",
            Self::Descriptions => "descriptions",
            Self::PublicApi => "public-api",
        }
    }

    /// `Public API`: as shown to people.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Grades => "Grades",
            Self::Enrollment => "Enrollment",
            Self::Descriptions => "Descriptions",
            Self::PublicApi => "Public API",
        }
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.slug())
    }
}

/// A word that names nothing that can be turned off.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` cannot be switched: expected grades, enrollment, descriptions or public-api")]
pub struct UnknownSource(pub String);

impl FromStr for Source {
    type Err = UnknownSource;

    fn from_str(text: &str) -> Result<Self, UnknownSource> {
        Self::ALL.into_iter().find(|source| source.slug() == text).ok_or_else(|| UnknownSource(text.to_owned()))
    }
}

/// The most characters of a reason.
pub const REASON_CHARS_MAX: usize = 500;

/// Why a source is off, in one line that everybody may read: 1 to [`REASON_CHARS_MAX`] characters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reason(String);

/// A text that is no reason.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidReason {
    /// There is nothing in it.
    #[error("the reason is empty: say in a line why, visitors will read it")]
    Empty,
    /// There is too much in it.
    #[error("the reason has {0} characters: at most {REASON_CHARS_MAX}")]
    TooLong(usize),
    /// A line break, a tab, or another character that is none.
    #[error("the reason is not one line of plain text: it has a line break, a tab or a control character in it")]
    NotOneLine,
}

impl Reason {
    /// Reads a reason; spaces around it do not count.
    ///
    /// # Errors
    /// When it is empty, too long, or has control characters.
    pub fn parse(text: &str) -> Result<Self, InvalidReason> {
        let text = text.trim();
        let length = text.chars().count();
        match length {
            0 => Err(InvalidReason::Empty),
            _ if length > REASON_CHARS_MAX => Err(InvalidReason::TooLong(length)),
            _ if text.chars().any(char::is_control) => Err(InvalidReason::NotOneLine),
            _ => Ok(Self(text.to_owned())),
        }
    }

    /// The line.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A source that is off.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SwitchedOff {
    /// Which.
    pub source: Source,
    /// Since when.
    pub since: Timestamp,
    /// Why.
    pub reason: Reason,
}

/// What is off. Everything else is on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Switches(Vec<SwitchedOff>);

impl Switches {
    /// Whether a source is off.
    #[must_use]
    pub fn is_off(&self, source: Source) -> bool {
        self.off(source).is_some()
    }

    /// Since when and why a source is off; `None` when it is on.
    #[must_use]
    pub fn off(&self, source: Source) -> Option<&SwitchedOff> {
        self.0.iter().find(|off| off.source == source)
    }

    /// All that is off, in the order of [`Source::ALL`].
    pub fn iter(&self) -> impl Iterator<Item = &SwitchedOff> {
        self.0.iter()
    }

    /// Turns a source off. One that is off already stays off since then, with the new reason. Says whether anything
    /// changed.
    pub fn turn_off(&mut self, source: Source, reason: Reason, at: Timestamp) -> bool {
        match self.0.iter_mut().find(|off| off.source == source) {
            Some(off) if off.reason == reason => false,
            Some(off) => {
                off.reason = reason;
                true
            }
            None => {
                self.0.push(SwitchedOff { source, since: at, reason });
                self.0.sort_by_key(|off| off.source);
                true
            }
        }
    }

    /// Turns a source on. Says whether anything changed.
    pub fn turn_on(&mut self, source: Source) -> bool {
        let before = self.0.len();
        self.0.retain(|off| off.source != source);
        self.0.len() < before
    }
}

impl FromIterator<SwitchedOff> for Switches {
    /// Of two entries of one source the first counts.
    fn from_iter<T: IntoIterator<Item = SwitchedOff>>(all: T) -> Self {
        let mut all: Vec<SwitchedOff> = all.into_iter().collect();
        all.sort_by_key(|off| off.source);
        all.dedup_by_key(|off| off.source);
        Self(all)
    }
}

/// Where switches are kept. A change is a new version of the catalog, when there is one: readers follow it as they
/// follow a publication. A change before the first publication holds from that on.
#[async_trait]
pub trait SwitchBoard: Send + Sync {
    /// What is off now.
    async fn switches(&self) -> Result<Switches, StoreError>;
    /// Turns a source off, or changes the reason of one that is off. Says whether anything changed.
    async fn switch_off(&self, source: Source, reason: &Reason, at: Timestamp) -> Result<bool, StoreError>;
    /// Turns a source on. Says whether anything changed.
    async fn switch_on(&self, source: Source, at: Timestamp) -> Result<bool, StoreError>;
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reason(text: &str) -> Reason {
        Reason::parse(text).unwrap()
    }

    fn moment(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[test]
    fn sources_are_read_by_their_names() {
        for source in Source::ALL {
            assert_eq!(source.slug().parse(), Ok(source));
        }
        let error = "seats".parse::<Source>().unwrap_err().to_string();
        for source in Source::ALL {
            assert!(error.contains(source.slug()), "{error}");
        }
    }

    #[test]
    fn a_reason_is_one_line_of_at_most_500_characters() {
        assert_eq!(reason("  The registrar asked.\n").as_str(), "The registrar asked.");
        assert_eq!(Reason::parse(" \n"), Err(InvalidReason::Empty));
        assert_eq!(Reason::parse("two\nlines"), Err(InvalidReason::NotOneLine));
        assert_eq!(Reason::parse("nul\0"), Err(InvalidReason::NotOneLine));
        assert!(Reason::parse(&"é".repeat(500)).is_ok());
        assert_eq!(Reason::parse(&"é".repeat(501)), Err(InvalidReason::TooLong(501)));
    }

    #[test]
    fn what_is_off_keeps_its_moment_when_the_reason_changes() {
        let mut switches = Switches::default();
        assert!(!switches.is_off(Source::Grades));
        assert!(switches.turn_off(Source::Grades, reason("First."), moment(1)));
        assert!(!switches.turn_off(Source::Grades, reason("First."), moment(2)), "nothing changed");
        assert!(switches.turn_off(Source::Grades, reason("Second."), moment(3)));
        let expected = SwitchedOff { source: Source::Grades, since: moment(1), reason: reason("Second.") };
        assert_eq!(switches.off(Source::Grades), Some(&expected));
        assert!(switches.turn_on(Source::Grades));
        assert!(!switches.turn_on(Source::Grades), "nothing changed");
        assert_eq!(switches, Switches::default());
    }

    #[test]
    fn what_is_off_is_listed_in_the_order_of_the_sources() {
        let mut switches = Switches::default();
        for source in [Source::PublicApi, Source::Grades] {
            switches.turn_off(source, reason("Asked for."), moment(1));
        }
        let listed: Vec<Source> = switches.iter().map(|off| off.source).collect();
        assert_eq!(listed, [Source::Grades, Source::PublicApi]);
        let mut given: Vec<SwitchedOff> = switches.iter().cloned().collect();
        given.reverse();
        assert_eq!(Switches::from_iter(given), switches);
    }
}
