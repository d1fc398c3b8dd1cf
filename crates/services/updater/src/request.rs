//! What a run is asked to do.

use catalog::run::{RunRequest, Step};
use catalog::term::TermId;

/// Which terms a run goes through.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TermChoice {
    /// Terms that have not ended: the current one and the coming ones.
    Coming,
    /// Every term that the source knows, [`crate::config::UpdaterConfig::terms_back`] back.
    All,
    /// Exactly these.
    These(Vec<TermId>),
}

/// What a run is asked to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UpdateRequest {
    /// Which steps, besides the terms, which are part of every run. Empty: all.
    pub steps: Vec<Step>,
    /// Which terms.
    pub terms: TermChoice,
    /// Whether nothing is to be published.
    pub is_dry_run: bool,
    /// Whether a person has looked at a short fetch and accepts it.
    pub accepts_short: bool,
    /// Who asks: `schedule`, `command line`, `first start`.
    pub asked_by: String,
}

impl UpdateRequest {
    /// All steps for the coming terms, published.
    #[must_use]
    pub fn everything(asked_by: &str) -> Self {
        Self {
            steps: Vec::new(),
            terms: TermChoice::Coming,
            is_dry_run: false,
            accepts_short: false,
            asked_by: asked_by.to_owned(),
        }
    }

    /// Whether a step is to be taken.
    #[must_use]
    pub fn takes(&self, step: Step) -> bool {
        self.steps.is_empty() || self.steps.contains(&step)
    }

    /// The request as the ledger keeps it.
    #[must_use]
    pub fn for_ledger(&self) -> RunRequest {
        RunRequest {
            steps: Step::ALL.into_iter().filter(|step| *step == Step::Term || self.takes(*step)).collect(),
            asked_by: self.asked_by.clone(),
            is_dry_run: self.is_dry_run,
            accepts_short: self.accepts_short,
        }
    }
}
