//! What can be attended beside a week that is partly taken.

use crate::bits::Bits;
use crate::meeting::{Days, TimeRange};
use crate::snapshot::primaries::Primaries;
use crate::snapshot::{SectionView, Snapshot};

/// Of some primary sections those that fit, with at least one of each kind of secondary section that hangs on them.
pub(super) fn fitting(
    snapshot: &Snapshot,
    primaries: &Primaries,
    candidates: &Bits,
    busy: &[(Days, TimeRange)],
) -> Bits {
    let fits = |place: &usize| {
        let section = snapshot.section(primaries.sections[*place]);
        is_free(section, busy) && secondaries_fit(snapshot, section, busy)
    };
    Bits::of(primaries.count(), candidates.iter().filter(fits))
}

/// Whether no meeting collides. What is not arranged collides with nothing.
fn is_free(section: SectionView<'_>, busy: &[(Days, TimeRange)]) -> bool {
    section.meetings().all(|meeting| {
        let Some(time) = meeting.time() else { return true };
        let days = meeting.days().bits();
        !busy.iter().any(|(busy_days, busy_time)| busy_days.bits() & days != 0 && busy_time.collides_with(time))
    })
}

fn secondaries_fit(snapshot: &Snapshot, primary: SectionView<'_>, busy: &[(Days, TimeRange)]) -> bool {
    let class = primary.class();
    if class.section_count() == 1 {
        return true;
    }
    let siblings = snapshot.sections_of_class(class);
    let is_primary_here = |id| siblings.clone().any(|section| section.is_primary() && section.id() == id);
    let hangs_on = |section: &SectionView<'_>| {
        let on = section.primary_section();
        !section.is_primary() && on.is_none_or(|id| id == primary.id() || !is_primary_here(id))
    };
    let mut kinds: Vec<(&str, bool)> = Vec::new();
    for section in siblings.clone().filter(hangs_on) {
        let kind = section.component().code.as_str();
        let place = kinds.iter().position(|(known, _)| *known == kind);
        let place = place.unwrap_or_else(|| {
            kinds.push((kind, false));
            kinds.len() - 1
        });
        kinds[place].1 = kinds[place].1 || is_free(section, busy);
    }
    kinds.iter().all(|(_, fits)| *fits)
}
