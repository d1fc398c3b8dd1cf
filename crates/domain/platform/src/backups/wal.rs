//! The database's journal (WAL): positions in it, and the names of its files as Postgres makes them.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::names::{InvalidName, as_strings};

/// The size of a journal file. `initdb`'s default, and the only size that the embedded Postgres is set up with.
pub const SEGMENT_BYTES: u64 = 16 << 20;
/// Files for each of the 4 GiB that the middle part of their name counts.
const SEGMENTS_PER_LOG: u64 = (1 << 32) / SEGMENT_BYTES;

/// A position in the journal, in bytes from its beginning. Written as Postgres does: `0/1A2B3C4D`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Lsn(pub u64);

impl fmt::Display for Lsn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("{:X}/{:X}", self.0 >> 32, self.0 & 0xFFFF_FFFF))
    }
}

impl FromStr for Lsn {
    type Err = InvalidName;

    fn from_str(text: &str) -> Result<Self, InvalidName> {
        let number = |text: &str| {
            let is_number = (1..=8).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_hexdigit());
            is_number.then(|| u64::from_str_radix(text, 16).ok()).flatten()
        };
        let parts = text.split_once('/').and_then(|(high, low)| Some((number(high)?, number(low)?)));
        let expected = "two hexadecimal numbers such as 0/1A2B3C4D";
        parts.map(|(high, low)| Self(high << 32 | low)).ok_or_else(|| InvalidName {
            text: text.to_owned(),
            what: "a position in the journal",
            expected,
        })
    }
}

as_strings!(Lsn: InvalidName);

/// A file of the journal: one stretch of [`SEGMENT_BYTES`] on one timeline.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Segment {
    /// Which history of the database: each restore begins a new one.
    pub timeline: u32,
    /// Which stretch, counted from 0.
    pub number: u64,
}

impl Segment {
    /// The file in which the byte at a position lies.
    #[must_use]
    pub fn holding(timeline: u32, position: Lsn) -> Self {
        Self { timeline, number: position.0 / SEGMENT_BYTES }
    }

    /// The file in which what ends at a position lies.
    #[must_use]
    pub fn ending_at(timeline: u32, end: Lsn) -> Self {
        Self::holding(timeline, Lsn(end.0.saturating_sub(1)))
    }

    /// The one after it on the same timeline.
    #[must_use]
    pub fn next(self) -> Self {
        Self { number: self.number + 1, ..self }
    }
}

impl fmt::Display for Segment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (log, rest) = (self.number / SEGMENTS_PER_LOG, self.number % SEGMENTS_PER_LOG);
        f.pad(&format!("{:08X}{log:08X}{rest:08X}", self.timeline))
    }
}

/// A file that Postgres archives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum WalFile {
    /// How a timeline came to be: `00000002.history`. Small, and never removed.
    History(u32),
    /// The journal itself.
    Segment(Segment),
    /// A note on a base backup: `000000010000000000000002.00000028.backup`.
    Label(Segment),
    /// The last file of a timeline that was left: `….partial`.
    Partial(Segment),
}

impl WalFile {
    /// The segment that it is, or belongs to.
    #[must_use]
    pub fn segment(self) -> Option<Segment> {
        match self {
            Self::History(_) => None,
            Self::Segment(segment) | Self::Label(segment) | Self::Partial(segment) => Some(segment),
        }
    }

    /// The segment, when it is one that recovery reads.
    #[must_use]
    pub fn whole_segment(self) -> Option<Segment> {
        if let Self::Segment(segment) = self { Some(segment) } else { None }
    }
}

impl FromStr for WalFile {
    type Err = InvalidName;

    fn from_str(text: &str) -> Result<Self, InvalidName> {
        let (name, ending) = text.split_once('.').map_or((text, None), |(name, ending)| (name, Some(ending)));
        let file = match ending {
            None => segment(name).map(Self::Segment),
            Some("history") if name.len() == 8 => hexadecimal(name).map(Self::History),
            Some("partial") => segment(name).map(Self::Partial),
            Some(ending) => {
                let offset = ending.strip_suffix(".backup").filter(|offset| offset.len() == 8);
                offset.and_then(hexadecimal).and_then(|_| segment(name)).map(Self::Label)
            }
        };
        let expected = "a name that Postgres makes, such as 00000001000000000000002A";
        file.ok_or_else(|| InvalidName { text: text.to_owned(), what: "a journal file", expected })
    }
}

fn segment(name: &str) -> Option<Segment> {
    if name.len() != 24 || !name.is_ascii() {
        return None;
    }
    let timeline = hexadecimal(&name[..8])?;
    let (log, rest) = (u64::from(hexadecimal(&name[8..16])?), u64::from(hexadecimal(&name[16..])?));
    (timeline > 0 && rest < SEGMENTS_PER_LOG).then_some(Segment { timeline, number: log * SEGMENTS_PER_LOG + rest })
}

fn hexadecimal(text: &str) -> Option<u32> {
    let is_number = text.bytes().all(|byte| byte.is_ascii_digit() || (b'A'..=b'F').contains(&byte));
    is_number.then(|| u32::from_str_radix(text, 16).ok()).flatten()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_position_is_read_as_it_is_written(bytes: u64) {
            prop_assert_eq!(Lsn(bytes).to_string().parse::<Lsn>().unwrap(), Lsn(bytes));
        }

        #[test]
        fn a_segment_is_read_as_it_is_written(timeline in 1..u32::MAX, number in 0..u64::MAX / SEGMENT_BYTES) {
            let segment = Segment { timeline, number };
            prop_assert_eq!(segment.to_string().parse::<WalFile>().unwrap(), WalFile::Segment(segment));
        }
    }

    #[test]
    fn a_segment_is_named_as_postgres_names_it() {
        // SELECT pg_walfile_name('1/2A00BEEF') on timeline 1.
        let segment = Segment::holding(1, "1/2A00BEEF".parse().unwrap());
        assert_eq!(segment.to_string(), "00000001000000010000002A");
        let boundary: Lsn = "1/2A000000".parse().unwrap();
        assert_eq!(Segment::ending_at(1, boundary).to_string(), "000000010000000100000029");
        let last = Segment { timeline: 1, number: SEGMENTS_PER_LOG - 1 };
        assert_eq!(last.to_string(), "0000000100000000000000FF");
        assert_eq!(last.next().to_string(), "000000010000000100000000");
    }

    #[test]
    fn each_kind_of_file_is_known() {
        let segment = Segment { timeline: 1, number: 2 };
        let known = [
            ("00000002.history", WalFile::History(2)),
            ("000000010000000000000002.00000028.backup", WalFile::Label(segment)),
            ("000000010000000000000002.partial", WalFile::Partial(segment)),
        ];
        for (name, file) in known {
            assert_eq!(name.parse::<WalFile>().unwrap(), file);
        }
        for bad in [
            "",
            "x",
            "000000010000000000000100",
            "000000000000000000000002",
            "00000001000000000000000a",
            "000000010000000000000002.part",
            "../00000001",
            "2.history",
            "000000010000000000000002.+0000028.backup",
        ] {
            assert!(bad.parse::<WalFile>().is_err(), "{bad}");
        }
    }
}
