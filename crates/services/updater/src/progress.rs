//! How a run tells where it is.

use catalog::fetched::RecordKind;
use catalog::ports::FetchWatch;
use catalog::run::StepReport;
use catalog::term::TermId;

/// Told of a run's progress; draws bars or writes log lines.
pub trait Progress: FetchWatch {
    /// Records of a kind are about to be fetched; `expected` is how many were known before, 0 when none.
    fn fetching(&self, kind: RecordKind, term: Option<TermId>, expected: usize);
    /// Everything is fetched and compared; the database is being written.
    fn publishing(&self);
    /// A step ended.
    fn ended(&self, step: &StepReport);
}

/// Tells nobody.
#[derive(Clone, Copy, Debug, Default)]
pub struct Silent;

impl FetchWatch for Silent {
    fn arrived(&self, _kind: RecordKind, _term: Option<TermId>, _records: usize) {}
}

impl Progress for Silent {
    fn fetching(&self, _kind: RecordKind, _term: Option<TermId>, _expected: usize) {}
    fn publishing(&self) {}
    fn ended(&self, _step: &StepReport) {}
}
