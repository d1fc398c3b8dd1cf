//! Schedules of jobs: when each is due, what was missed, and what may not run at the same time.
//!
//! A schedule is cron text of five fields, read in a time zone. A fixed time of day that a spring night skips comes right
//! after the gap (02:00 is 03:00 on that day), and one that an autumn night has twice is taken the first time: once on
//! each day of the year. What comes every so many minutes goes on through both nights by the real time.

mod jobs;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::fmt;

use croner::Cron;
use croner::parser::{CronParser, Seconds, Year};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::names::{InstanceId, JobName};

pub use crate::schedule::jobs::{JobPlan, due, plan_jobs};

/// When something is due, again and again.
#[derive(Clone, Debug)]
pub struct Schedule {
    text: String,
    cron: Cron,
    zone: TimeZone,
}

/// Why a text is no schedule.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{text}` is no schedule: {why}; expected cron's five fields (minute, hour, day of the month, month, day of the \
     week), such as `0 2 * * *` for 02:00 each day or `*/15 * * * *` for every 15 minutes"
)]
pub struct InvalidSchedule {
    /// What was written.
    pub text: String,
    /// What is wrong with it.
    pub why: String,
}

/// What is made up for when moments were missed, because the machine was off or the job could not run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CatchUp {
    /// All that was missed, by one run, as soon as possible.
    #[default]
    Once,
    /// Nothing: the next moment is soon enough.
    Skip,
    /// As [`CatchUp::Once`]; and a job that was not known before has missed its last moment.
    FromTheFirst,
}

/// A schedule must have a moment within these days: the 29th of February comes every four years, or after eight.
const HORIZON: SignedDuration = SignedDuration::from_hours(24 * 366 * 8);

/// How far back one looks for the last moment, in steps.
const LOOK_BACK: [SignedDuration; 5] = [
    SignedDuration::from_hours(1),
    SignedDuration::from_hours(25),
    SignedDuration::from_hours(24 * 32),
    SignedDuration::from_hours(24 * 366),
    HORIZON,
];

impl Schedule {
    /// Reads cron text, for a time zone.
    ///
    /// # Errors
    /// When it is no cron text, or a day that never comes.
    pub fn new(text: &str, zone: TimeZone) -> Result<Self, InvalidSchedule> {
        let refuse = |why: String| InvalidSchedule { text: text.to_owned(), why };
        let parser = CronParser::builder().seconds(Seconds::Disallowed).year(Year::Disallowed).build();
        let cron = parser.parse(text).map_err(|error| refuse(error.to_string()))?;
        let schedule = Self { text: text.trim().to_owned(), cron, zone };
        match schedule.next(Timestamp::UNIX_EPOCH) {
            Some(first) if first.duration_since(Timestamp::UNIX_EPOCH) <= HORIZON => Ok(schedule),
            _ => Err(refuse("such a day never comes".to_owned())),
        }
    }

    /// The first moment after this one; `None` at the end of time.
    #[must_use]
    pub fn next(&self, after: Timestamp) -> Option<Timestamp> {
        let after = after.to_zoned(self.zone.clone());
        let next = self.cron.find_next_occurrence(&after, false).ok()?;
        Some(next.timestamp())
    }

    /// The last moment that is not after this one; `None` when there was none in eight years.
    #[must_use]
    pub fn last(&self, before: Timestamp) -> Option<Timestamp> {
        // Walked forwards, so that it says the same as `next` in the nights when the clock changes.
        let starts = LOOK_BACK.into_iter().filter_map(|back| before.checked_sub(back).ok());
        let mut found = starts.filter_map(|start| self.next(start).filter(|moment| *moment <= before)).next()?;
        while let Some(moment) = self.next(found).filter(|moment| *moment <= before) {
            found = moment;
        }
        Some(found)
    }
}

impl PartialEq for Schedule {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text && self.zone == other.zone
    }
}

impl Eq for Schedule {}

impl fmt::Display for Schedule {
    /// As it was written, with the zone.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("{} {}", self.text, self.zone.iana_name().unwrap_or("local time")))
    }
}

/// What is known of all jobs.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RunBook {
    /// By job.
    pub jobs: BTreeMap<JobName, JobRuns>,
}

/// What is known of one job.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct JobRuns {
    /// Moments up to here are done with: it is due at the next one. At first, when the job became known.
    pub done_until: Timestamp,
    /// The first moment after those; worked out anew when either changes. `None` when there is no further one.
    #[serde(default)]
    pub due_at: Option<Timestamp>,
    /// The schedule that it was worked out by.
    #[serde(default)]
    pub schedule: String,
    /// The run that goes on.
    #[serde(default)]
    pub running: Option<RunningJob>,
    /// The last run that ended.
    #[serde(default)]
    pub last: Option<Run>,
    /// When a run last ended well.
    #[serde(default)]
    pub succeeded_at: Option<Timestamp>,
}

/// A run that goes on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunningJob {
    /// The moment of the schedule that it is for.
    pub scheduled_for: Timestamp,
    /// When it was started.
    pub started_at: Timestamp,
    /// Its process; `None` for the moment between the decision and the start.
    pub instance: Option<InstanceId>,
    /// When it was asked to stop, because it took too long.
    #[serde(default)]
    pub asked_at: Option<Timestamp>,
    /// When it was last made to stop at once.
    #[serde(default)]
    pub killed_at: Option<Timestamp>,
}

/// A run that ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Run {
    /// The moment of the schedule that it was for.
    pub scheduled_for: Timestamp,
    /// When it was started.
    pub started_at: Timestamp,
    /// When it ended.
    pub ended_at: Timestamp,
    /// How.
    pub outcome: Outcome,
    /// Its process, whose log tells more; `None` when it could not be started.
    pub instance: Option<InstanceId>,
}

/// How a run ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It did what it should.
    Fine,
    /// It did not; in words: `exit code 1`, `stopped after 7200 s, which is its limit`.
    Failed(String),
    /// Nobody saw it end; in words. It may have done all it should.
    Unknown(String),
}
