//! Something that answers HTTP: the edge itself, and site and API through it, by host.

use async_trait::async_trait;
use platform::ports::Probe;
use platform::status::thresholds::answered_with;
use platform::status::{Finding, Part};

use crate::probes::asking::{Ask, Asking};

/// Asks for a page and judges its status and how long it took.
pub struct HttpAnswers {
    part: Part,
    asking: Asking<u16>,
    mend: String,
}

impl HttpAnswers {
    /// `question` answers with the HTTP status; no answer at all is an error. `mend` is the command for the operator.
    #[must_use]
    pub fn new(part: Part, mend: impl Into<String>, question: Ask<u16>) -> Self {
        Self { part, asking: Asking::new(part, question), mend: mend.into() }
    }
}

#[async_trait]
impl Probe for HttpAnswers {
    fn part(&self) -> Part {
        self.part
    }

    async fn look(&self) -> Finding {
        match self.asking.answer().await {
            Some((status, latency_ms)) => answered_with(status, latency_ms, &self.mend),
            None => Finding::down("It does not answer.", &self.mend),
        }
    }
}
