//! The certificates of the house: the one that ends first, by its own measure, counts.

use std::sync::Arc;

use async_trait::async_trait;
use clock::Clock;
use jiff::Timestamp;
use platform::ports::Probe;
use platform::status::overall::worst;
use platform::status::thresholds::certificate;
use platform::status::{Finding, Part};

use crate::probes::asking::{Ask, Asking};

/// From when to when a certificate is valid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Validity {
    /// The host, or the first of several.
    pub host: String,
    /// The beginning.
    pub not_before: Timestamp,
    /// The end.
    pub not_after: Timestamp,
}

/// Judges how long the certificates are still valid.
pub struct Certificates {
    asking: Asking<Vec<Validity>>,
    clock: Arc<dyn Clock>,
}

impl Certificates {
    /// The question answers with all certificates that are served; none at all: TLS is not set up here.
    #[must_use]
    pub fn new(clock: Arc<dyn Clock>, question: Ask<Vec<Validity>>) -> Self {
        Self { asking: Asking::new(Part::Certificates, question), clock }
    }
}

#[async_trait]
impl Probe for Certificates {
    fn part(&self) -> Part {
        Part::Certificates
    }

    async fn look(&self) -> Finding {
        let Some((mut all, _)) = self.asking.answer().await else {
            return Finding::unknown("The certificates cannot be read.");
        };
        all.sort_by_key(|one| one.not_after);
        let now = self.clock.now();
        worst(all.iter().map(|one| certificate(&one.host, one.not_before, one.not_after, now)))
    }
}
