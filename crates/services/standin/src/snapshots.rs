//! The moments of which captured data knows the counts.

use catalog::term::TermId;
use jiff::Timestamp;

/// When the counts of a term were captured.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TermSnapshots {
    /// Which term.
    pub term: TermId,
    /// The moments, oldest first.
    pub moments: Vec<Timestamp>,
}
