//! Something that should be done again and again: backups, drills.

use std::sync::Arc;

use async_trait::async_trait;
use clock::Clock;
use jiff::Timestamp;
use platform::ports::Probe;
use platform::status::thresholds::{Ages, age};
use platform::status::{Finding, Part};

use crate::probes::asking::{Ask, Asking};

/// When a thing was done last.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Last {
    /// When it last went well; `None` when it never did.
    pub done_at: Option<Timestamp>,
    /// That it went wrong since, in a sentence that everybody may read: `The newest backup could not be restored.`
    pub failed: Option<String>,
}

/// Judges by when a thing was done last, and how it went.
pub struct DoneLately {
    part: Part,
    asking: Asking<Option<Last>>,
    done: &'static str,
    ages: Ages,
    mend: String,
    clock: Arc<dyn Clock>,
}

impl DoneLately {
    /// `done` begins the sentence: `The newest backup`. The question answers `None` when this is not set up here.
    #[must_use]
    pub fn new(
        part: Part,
        done: &'static str,
        ages: Ages,
        mend: impl Into<String>,
        clock: Arc<dyn Clock>,
        question: Ask<Option<Last>>,
    ) -> Self {
        Self { part, asking: Asking::new(part, question), done, ages, mend: mend.into(), clock }
    }

    /// The newest backup, taken every night.
    #[must_use]
    pub fn backup(clock: Arc<dyn Clock>, question: Ask<Option<Last>>) -> Self {
        Self::new(Part::Backup, "The newest backup", Ages::NIGHTLY, "bt backup now", clock, question)
    }

    /// The newest proof that a backup can be restored, made every night.
    #[must_use]
    pub fn drill(clock: Arc<dyn Clock>, question: Ask<Option<Last>>) -> Self {
        Self::new(Part::Drill, "The newest restore drill", Ages::NIGHTLY, "bt backup drill", clock, question)
    }
}

#[async_trait]
impl Probe for DoneLately {
    fn part(&self) -> Part {
        self.part
    }

    async fn look(&self) -> Finding {
        match self.asking.answer().await {
            None => Finding::unknown("When it was done last cannot be read."),
            Some((None, _)) => Finding::absent(),
            Some((Some(Last { failed: Some(says), .. }), _)) => Finding::down(says, &self.mend),
            Some((Some(Last { done_at, failed: None }), _)) => {
                age(self.done, done_at, self.clock.now(), self.ages, &self.mend)
            }
        }
    }
}
