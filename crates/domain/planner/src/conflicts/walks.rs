//! Ways between classes that follow each other closely.

use catalog::meeting::{Days, TimeRange};
use catalog::snapshot::{SectionView, Snapshot};
use jiff::civil::{Date, Time};

use super::{Finding, Findings};
use crate::buildings::{self, Building};
use crate::picked::{PickedPlan, SectionName, common_dates, days_within};

/// From this pause on a class does not follow another closely.
pub(super) const CLOSE_MINUTES: i64 = 15;

/// Classes begin ten minutes after the listed time ("Berkeley time"): these are for walking, too.
pub(super) const GRACE_MINUTES: u16 = 10;

struct Stay<'a> {
    section: SectionView<'a>,
    building: &'static Building,
    days: Days,
    time: TimeRange,
    dates: Option<(Date, Date)>,
}

/// Tells of every two classes of which the second begins soon after the first and too far away. Of buildings that are
/// not known nothing is said.
pub(super) fn short_walks(snapshot: &Snapshot, picked: &PickedPlan<'_>, findings: &mut Findings) {
    let mut stays: Vec<Stay<'_>> = picked.sections.iter().flat_map(|one| stays_of(one.section)).collect();
    stays.sort_by_key(|stay| stay.time.start());
    for from in &stays {
        for to in stays.iter().filter(|to| to.building.name != from.building.name) {
            let gap = minutes_between(from.time.end(), to.time.start());
            let Some(gap_minutes) = u16::try_from(gap).ok().filter(|_| gap < CLOSE_MINUTES) else { continue };
            let walk_minutes = buildings::minutes_between(from.building.place, to.building.place);
            let Some(dates) = common_dates(from.dates, to.dates) else { continue };
            let days = days_within(Days::from_bits(from.days.bits() & to.days.bits()), dates);
            if days.is_empty() || walk_minutes <= gap_minutes + GRACE_MINUTES {
                continue;
            }
            findings.push(Finding::ShortWalk {
                from: SectionName::of(snapshot, from.section),
                from_building: from.building.name,
                to: SectionName::of(snapshot, to.section),
                to_building: to.building.name,
                days,
                gap_minutes,
                walk_minutes,
            });
        }
    }
}

fn stays_of(section: SectionView<'_>) -> impl Iterator<Item = Stay<'_>> {
    section.meetings().filter_map(move |meeting| {
        let building = buildings::of_location(meeting.location()?)?;
        let dates = meeting.dates().or_else(|| section.dates());
        Some(Stay { section, building, days: meeting.days(), time: meeting.time()?, dates })
    })
}

/// Minutes from one time to another, negative when it is before. The SIS ends classes a minute early (10:59): that
/// minute is in it.
fn minutes_between(end: Time, start: Time) -> i64 {
    let seconds = |time: Time| i64::from(time.hour()) * 3600 + i64::from(time.minute()) * 60 + i64::from(time.second());
    (seconds(start) - seconds(end)).div_euclid(60)
}
