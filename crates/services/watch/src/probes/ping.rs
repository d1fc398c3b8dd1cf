//! Something that answers a question without content: `select 1`, `PING`.

use async_trait::async_trait;
use platform::ports::Probe;
use platform::status::thresholds::answered;
use platform::status::{Finding, Health, Part};

use crate::probes::asking::{Ask, Asking};

/// Asks, and judges how long the answer took.
pub struct Ping {
    part: Part,
    asking: Asking<()>,
    mend: String,
    silence: Health,
}

impl Ping {
    /// Of something without which the house does not work, such as the database.
    #[must_use]
    pub fn needed(part: Part, mend: impl Into<String>, question: Ask<()>) -> Self {
        Self { part, asking: Asking::new(part, question), mend: mend.into(), silence: Health::Down }
    }

    /// Of something that only makes the house fast, such as the shared cache: without it, the part is degraded.
    #[must_use]
    pub fn wanted(part: Part, mend: impl Into<String>, question: Ask<()>) -> Self {
        Self { silence: Health::Degraded, ..Self::needed(part, mend, question) }
    }
}

#[async_trait]
impl Probe for Ping {
    fn part(&self) -> Part {
        self.part
    }

    async fn look(&self) -> Finding {
        match self.asking.answer().await {
            Some(((), latency_ms)) => answered(latency_ms, &self.mend),
            None => Finding { health: self.silence, ..Finding::down("It does not answer.", &self.mend) },
        }
    }
}
