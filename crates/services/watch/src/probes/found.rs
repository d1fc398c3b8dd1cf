//! Something of which a rule of the domain says how it is already: backups, drills.

use async_trait::async_trait;
use platform::ports::Probe;
use platform::status::{Finding, Part};

use crate::probes::asking::{Ask, Asking};

/// Passes on what is found.
pub struct Found {
    part: Part,
    asking: Asking<Finding>,
}

impl Found {
    /// The question reads what the rule needs, and answers with what the rule says, as
    /// [`platform::backups::findings::backup`] does.
    #[must_use]
    pub fn new(part: Part, question: Ask<Finding>) -> Self {
        Self { part, asking: Asking::new(part, question) }
    }
}

#[async_trait]
impl Probe for Found {
    fn part(&self) -> Part {
        self.part
    }

    async fn look(&self) -> Finding {
        match self.asking.answer().await {
            Some((finding, _)) => finding,
            None => Finding::unknown("How it stands cannot be read."),
        }
    }
}
