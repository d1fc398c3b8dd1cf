//! The ledger of nightly runs: what was asked, fetched, changed, refused, and how it ended.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use jiff::Timestamp;

use crate::fetched::Origin;
use crate::stored::CatalogVersion;
use crate::term::TermId;

/// A step of a run, in the order in which they are taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Step {
    /// Terms; part of every run.
    Term,
    /// The catalog's courses.
    Course,
    /// Classes and sections of a term.
    Class,
    /// Counts of a term's sections.
    Enrollment,
    /// Playlists, computed from what the other steps left.
    Playlist,
}

impl Step {
    /// All, in order.
    pub const ALL: [Self; 5] = [Self::Term, Self::Course, Self::Class, Self::Enrollment, Self::Playlist];

    /// The word on the command line.
    #[must_use]
    pub const fn slug(self) -> &'static str {
        match self {
            Self::Term => "term",
            Self::Course => "course",
            Self::Class => "class",
            Self::Enrollment => "enrollment",
            Self::Playlist => "playlist",
        }
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.slug())
    }
}

impl FromStr for Step {
    type Err = UnknownStep;

    fn from_str(text: &str) -> Result<Self, UnknownStep> {
        Self::ALL.into_iter().find(|step| step.slug() == text).ok_or_else(|| UnknownStep(text.to_owned()))
    }
}

/// A word that names no step.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no step of an update: choose from term, course, class, enrollment, playlist")]
pub struct UnknownStep(pub String);

/// A run's number, from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RunId(pub i64);

/// What a run was asked to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunRequest {
    /// Which steps.
    pub steps: Vec<Step>,
    /// Who asked: `schedule`, `command line`, `first start`.
    pub asked_by: String,
    /// Whether nothing is to be published.
    pub is_dry_run: bool,
    /// Whether a person has looked at a short fetch and accepts it.
    pub accepts_short: bool,
}

/// Who asks for runs.
pub const ASKED_BY_SCHEDULE: &str = "schedule";
/// The first load of an empty database.
pub const ASKED_BY_FIRST_START: &str = "first start";
/// A person.
pub const ASKED_BY_COMMAND_LINE: &str = "command line";

/// The jobs that keep the catalog current, as people are told of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Job {
    /// Everything, each night; the first load as well.
    Nightly,
    /// Seats alone, between the nights.
    Seats,
    /// What a person asked for.
    ByHand,
}

impl Job {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Nightly, Self::Seats, Self::ByHand];

    /// Whose run it is. Trials and the past that a demo campus is given are nobody's.
    #[must_use]
    pub fn of(request: &RunRequest) -> Option<Self> {
        match &*request.asked_by {
            _ if request.is_dry_run => None,
            ASKED_BY_SCHEDULE if request.steps == [Step::Enrollment] => Some(Self::Seats),
            ASKED_BY_SCHEDULE | ASKED_BY_FIRST_START => Some(Self::Nightly),
            ASKED_BY_COMMAND_LINE => Some(Self::ByHand),
            _ => None,
        }
    }
}

/// How many lines of the ledger are looked at for the newest of each job. A month, at a run every fifteen minutes.
pub const LEDGER_LOOKED_AT: usize = 3_000;

/// The newest `each` of each job, in the order of the ledger.
#[must_use]
pub fn newest_of_each(ledger: Vec<LedgerEntry>, each: usize) -> Vec<LedgerEntry> {
    let mut counts = [0_usize; Job::ALL.len()];
    let mut newest = ledger;
    newest.retain(|entry| {
        let Some(job) = Job::of(&entry.request) else { return false };
        let count = &mut counts[job as usize];
        *count += 1;
        *count <= each
    });
    newest
}

/// How a step ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StepOutcome {
    /// Its changes were published.
    Published,
    /// There was nothing to change.
    Unchanged,
    /// A guard refused it: yesterday's data stays. The sentence says why.
    Refused(String),
    /// It could not be fetched: yesterday's data stays. The sentence says why.
    Failed(String),
    /// It would have been published, but for `--dry-run`.
    DryRun,
}

impl StepOutcome {
    /// One word for tables and metrics.
    #[must_use]
    pub const fn slug(&self) -> &'static str {
        match self {
            Self::Published => "published",
            Self::Unchanged => "unchanged",
            Self::Refused(_) => "refused",
            Self::Failed(_) => "failed",
            Self::DryRun => "dry-run",
        }
    }

    /// The sentence of a refusal or failure.
    #[must_use]
    pub fn reason(&self) -> Option<&str> {
        match self {
            Self::Refused(reason) | Self::Failed(reason) => Some(reason),
            Self::Published | Self::Unchanged | Self::DryRun => None,
        }
    }
}

/// What a step did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StepReport {
    /// Which step.
    pub step: Step,
    /// For which term, when the step goes term by term.
    pub term: Option<TermId>,
    /// How it ended.
    pub outcome: StepOutcome,
    /// How long it took.
    pub duration: Duration,
    /// The numbers.
    pub tally: Tally,
}

/// The numbers of a step.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Requests made, retries included.
    pub requests: u32,
    /// Records held before and not retired.
    pub known: usize,
    /// Records read.
    pub fetched: usize,
    /// Records added.
    pub added: usize,
    /// Records changed.
    pub changed: usize,
    /// Records retired.
    pub retired: usize,
    /// Records put into quarantine.
    pub quarantined: usize,
}

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RunOutcome {
    /// It is still going on.
    Running,
    /// Every step was published or had nothing to change.
    Succeeded,
    /// Some step was refused or failed; the others were published.
    Incomplete,
    /// Nothing was published.
    Failed,
    /// It was a dry run.
    DryRun,
    /// Its process died before it could report: what it had not published is lost, and nothing is half published.
    Abandoned,
}

impl RunOutcome {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::Running, Self::Succeeded, Self::Incomplete, Self::Failed, Self::DryRun, Self::Abandoned];

    /// One word for tables and metrics.
    #[must_use]
    pub const fn slug(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Succeeded => "succeeded",
            Self::Incomplete => "incomplete",
            Self::Failed => "failed",
            Self::DryRun => "dry-run",
            Self::Abandoned => "abandoned",
        }
    }

    /// The outcome of a word.
    #[must_use]
    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|outcome| outcome.slug() == slug)
    }
}

/// What a finished run leaves in the ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunReport {
    /// How it ended.
    pub outcome: RunOutcome,
    /// When it ended.
    pub ended_at: Timestamp,
    /// Where the data came from, when anything was fetched.
    pub origin: Option<Origin>,
    /// The version it published, if any.
    pub version: Option<CatalogVersion>,
    /// Step by step, in order.
    pub steps: Vec<StepReport>,
}

/// A line of the ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LedgerEntry {
    /// Its number.
    pub id: RunId,
    /// What was asked.
    pub request: RunRequest,
    /// When it began.
    pub started_at: Timestamp,
    /// What it did; `None` while running or when its process died.
    pub report: Option<RunReport>,
    /// How it stands: `Running` or `Abandoned` without a report.
    pub outcome: RunOutcome,
}
