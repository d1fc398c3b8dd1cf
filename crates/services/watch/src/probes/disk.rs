//! Room on the disk of the data directory.

use async_trait::async_trait;
use platform::ports::Probe;
use platform::status::thresholds::{Room, disk};
use platform::status::{Finding, Part};

use crate::probes::asking::{Ask, Asking};

/// What the operator does about a full disk.
const MEND: &str = "see what is big (`du -xh --max-depth=2 <data dir> | sort -h | tail`), then the runbook: disk full";

/// Judges what is free.
pub struct Disk(Asking<Room>);

impl Disk {
    /// The question answers with what is free where the data lies.
    #[must_use]
    pub fn new(question: Ask<Room>) -> Self {
        Self(Asking::new(Part::Disk, question))
    }
}

#[async_trait]
impl Probe for Disk {
    fn part(&self) -> Part {
        Part::Disk
    }

    async fn look(&self) -> Finding {
        match self.0.answer().await {
            Some((room, _)) => disk(room, MEND),
            None => Finding::unknown("How much is free cannot be read."),
        }
    }
}
