//! Links to a schedule: whoever has one sees the schedule, and nothing of whose it is unless that was wished.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use uuid::Uuid;

use crate::schedule::{Schedule, ScheduleId, ScheduleName};

/// What others see of a time that somebody keeps free: when it is, and not what for.
pub const BUSY: &str = "Busy";

/// The most links of one schedule that are not revoked.
pub const LINKS_MAX: usize = 10;

/// A link's key: random, and shown to the owner alone. Whoever knows it was given it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LinkId(pub Uuid);

/// A text that is no link's key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("that is no link to a schedule: it may have been cut off when it was copied")]
pub struct InvalidLinkId;

impl FromStr for LinkId {
    type Err = InvalidLinkId;

    fn from_str(text: &str) -> Result<Self, InvalidLinkId> {
        Uuid::parse_str(text).map(Self).map_err(|_| InvalidLinkId)
    }
}

impl fmt::Display for LinkId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Hidden, since who reads a log with it could follow the link.
impl fmt::Debug for LinkId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LinkId(hidden)")
    }
}

/// What a link opens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkKind {
    /// A page with the schedule.
    Share {
        /// Whether it says whose schedule it is.
        shows_name: bool,
    },
    /// A calendar that programs read again and again.
    Calendar,
}

/// For what a link is followed: one made for the one opens nothing for the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkUse {
    /// To show the page, or to make a schedule of one's own of it.
    Share,
    /// To read the calendar.
    Calendar,
}

impl LinkUse {
    /// The schedule as it is seen. On a page that is shared, times kept free say when they are, and not what for; each
    /// still has a name of its own: [`BUSY`], `Busy 2`. A calendar is its owner's own, and has their names.
    #[must_use]
    pub fn shown(self, mut schedule: Schedule) -> Schedule {
        if self == Self::Share {
            for (block, number) in schedule.time_blocks.iter_mut().zip(1..) {
                block.name = match number {
                    1 => ScheduleName::fitted(BUSY),
                    number => ScheduleName::fitted(&format!("{BUSY} {number}")),
                };
            }
        }
        schedule
    }
}

impl LinkKind {
    /// For what it may be followed.
    #[must_use]
    pub const fn link_use(self) -> LinkUse {
        match self {
            Self::Share { .. } => LinkUse::Share,
            Self::Calendar => LinkUse::Calendar,
        }
    }

    /// Whether it says whose schedule it is.
    #[must_use]
    pub const fn shows_name(self) -> bool {
        matches!(self, Self::Share { shows_name: true })
    }
}

/// A link that was not revoked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// The key.
    pub id: LinkId,
    /// To which schedule.
    pub schedule: ScheduleId,
    /// What it opens.
    pub kind: LinkKind,
    /// When it was made.
    pub created_at: Timestamp,
}

/// What a link shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Linked {
    /// The schedule as it is now, and as it is seen by the link: see [`LinkUse::shown`]. Its owner's key in it is not for
    /// whoever follows the link.
    pub schedule: Schedule,
    /// The owner's first and last name, when the link shows it; a guest has none.
    pub owner_name: Option<String>,
}

/// What somebody makes a schedule of their own of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Original {
    /// One of their own, or a public one.
    Schedule(ScheduleId),
    /// The one behind a link to share.
    Link(LinkId),
}
