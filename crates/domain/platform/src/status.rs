//! How the house is: the state of each part, 90 days of it, and incidents that people wrote down.
//!
//! The nouns are here; the rules are [`history`] (a look becomes history), [`overall`] (all of it in one sentence),
//! [`incidents`] (what people write) and [`thresholds`] (from when on a thing is degraded or down).

pub mod history;
pub mod incidents;
pub mod overall;
pub mod thresholds;

use std::fmt;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// What can be up or down.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// The only door.
    Edge,
    /// The site's pages.
    Web,
    /// GraphQL and REST.
    Api,
    /// Postgres.
    Database,
    /// Redis, when there is one.
    Cache,
    /// Where log lines are searched.
    Logs,
    /// The last nightly update.
    NightlyUpdate,
    /// The newest backup.
    Backup,
    /// The newest proof that a backup can be restored.
    Drill,
    /// TLS certificates.
    Certificates,
    /// Room on the disk.
    Disk,
}

impl Part {
    /// All of them, in the order of the page.
    pub const ALL: [Self; 11] = [
        Self::Edge,
        Self::Web,
        Self::Api,
        Self::Database,
        Self::Cache,
        Self::Logs,
        Self::NightlyUpdate,
        Self::Backup,
        Self::Drill,
        Self::Certificates,
        Self::Disk,
    ];

    /// Whether visitors notice at once when it does not work. The rest works behind the scenes.
    #[must_use]
    pub fn is_for_visitors(self) -> bool {
        matches!(self, Self::Edge | Self::Web | Self::Api | Self::Database)
    }

    /// For programs: keys of alarms, labels of metrics. The same word as in JSON.
    #[must_use]
    pub fn slug(self) -> &'static str {
        match self {
            Self::Edge => "edge",
            Self::Web => "web",
            Self::Api => "api",
            Self::Database => "database",
            Self::Cache => "cache",
            Self::Logs => "logs",
            Self::NightlyUpdate => "nightly_update",
            Self::Backup => "backup",
            Self::Drill => "drill",
            Self::Certificates => "certificates",
            Self::Disk => "disk",
        }
    }

    /// For people.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::Edge => "Front door",
            Self::Web => "Site",
            Self::Api => "API",
            Self::Database => "Database",
            Self::Cache => "Cache",
            Self::Logs => "Log search",
            Self::NightlyUpdate => "Nightly update",
            Self::Backup => "Backup",
            Self::Drill => "Restore drill",
            Self::Certificates => "Certificates",
            Self::Disk => "Disk",
        }
    }
}

/// How well a part does, best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Health {
    /// As it should be.
    Up,
    /// It is not set up here, which is no fault.
    Absent,
    /// Not known yet, or no longer.
    Unknown,
    /// It works, slowly or in part, or will soon not.
    Degraded,
    /// It does not work.
    Down,
}

impl fmt::Display for Health {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Up => "up",
            Self::Absent => "not set up",
            Self::Unknown => "unknown",
            Self::Degraded => "degraded",
            Self::Down => "down",
        })
    }
}

/// What a look at a part found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// How well it does.
    pub health: Health,
    /// One sentence that everybody may read: no address, no path, no secret.
    pub says: String,
    /// How long it took to answer, where that means something.
    pub latency_ms: Option<u64>,
    /// For the operator, when something is wrong: the command that mends it. Not shown on the page.
    ///
    /// The same words for the same trouble: when they become others while the trouble lasts, people are told again,
    /// since there is something else to do.
    #[serde(default)]
    pub mend: Option<String>,
}

/// A part as the page shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartState {
    /// Which.
    pub part: Part,
    /// How it is now.
    pub finding: Finding,
    /// Since when its health is what it is.
    pub since: Timestamp,
    /// One entry a day, oldest first, at most [`HISTORY_DAYS`].
    pub days: Vec<Day>,
}

/// How many days are kept.
pub const HISTORY_DAYS: usize = 90;

/// How a part was on one day, in seconds that were looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Day {
    /// In the campus's time zone.
    pub day: Date,
    /// Seconds in which it was up.
    pub up: u32,
    /// Seconds in which it was degraded.
    pub degraded: u32,
    /// Seconds in which it was down.
    pub down: u32,
}

/// Something that people tell the visitors, written by hand.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Incident {
    /// Counts from 1.
    pub number: u32,
    /// In one line.
    pub title: String,
    /// Which parts it touches.
    pub parts: Vec<Part>,
    /// When it began.
    pub opened_at: Timestamp,
    /// When it was over; `None` while it lasts.
    pub resolved_at: Option<Timestamp>,
    /// What was said since, oldest first.
    pub updates: Vec<IncidentUpdate>,
}

/// A word on an incident.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IncidentUpdate {
    /// When.
    pub at: Timestamp,
    /// In a sentence or two.
    pub text: String,
}

/// The whole state, as it is kept in a file and shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatusReport {
    /// When it was made.
    pub at: Timestamp,
    /// All parts, in the order of the page.
    pub parts: Vec<PartState>,
    /// Newest first.
    pub incidents: Vec<Incident>,
}
