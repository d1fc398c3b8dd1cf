//! Final exams of a plan's lectures.

use catalog::finals::FinalSlot;
use catalog::snapshot::{SectionView, Snapshot};
use catalog::term::TermId;
use catalog::term_days::Basis;

/// The SIS's letter of a written final exam in finals week.
const WRITTEN: &str = "Y";

/// Whether dates and times of a term's exams are expected rather than announced.
#[must_use]
pub fn are_expected(snapshot: &Snapshot, term: TermId) -> bool {
    let days = snapshot.term_days(term).map(|days| days.basis);
    [days, snapshot.calendar().exam_basis(term)].contains(&Some(Basis::Expected))
}

/// When the final exam of a lecture is; `None` for a secondary section, for a class without a written one, and when the
/// registrar's rules of the term are not known or give none.
#[must_use]
pub fn of_section(snapshot: &Snapshot, section: SectionView<'_>) -> Option<FinalSlot> {
    let letter = section.class().class.as_ref().and_then(|facts| facts.final_exam.as_deref());
    if !section.is_primary() || letter.is_some_and(|letter| letter != WRITTEN) {
        return None;
    }
    let meetings = section.meetings().map(|meeting| (meeting.days(), meeting.time()));
    snapshot.calendar().exam(section.term(), &snapshot.course(section.course()).course.code, meetings)
}
