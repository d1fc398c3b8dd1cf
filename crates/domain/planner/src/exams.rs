//! Final exams of a plan's lectures.

use catalog::finals::{FinalSlot, slot};
use catalog::snapshot::{SectionView, Snapshot};

/// The SIS's letter of a written final exam in finals week.
const WRITTEN: &str = "Y";

/// When the final exam of a lecture is; `None` for a secondary section, for a class without a written one, and when the
/// registrar's rules of the term are not known or give none.
#[must_use]
pub fn of_section(snapshot: &Snapshot, section: SectionView<'_>) -> Option<FinalSlot> {
    let letter = section.class().class.as_ref().and_then(|facts| facts.final_exam.as_deref());
    if !section.is_primary() || letter.is_some_and(|letter| letter != WRITTEN) {
        return None;
    }
    let meetings = section.meetings().map(|meeting| (meeting.days(), meeting.time()));
    slot(section.term(), &snapshot.course(section.course()).course.code, meetings)
}
