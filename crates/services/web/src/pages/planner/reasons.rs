//! Why a proposal stands where it does: the first by what it is like, every other one by what tells it from the first.

use catalog::meeting::TimeRange;
use catalog::section::SectionKey;
use catalog::snapshot::{SectionView, Snapshot};
use design::numbers::counted;
use jiff::civil::Time;
use planner::generator::{Features, Proposal};

use super::words;

/// The most differences that are told of a proposal: more are no short line.
const DIFFERENCES_MAX: usize = 3;

/// The first class of the week and the end of the last: `9:00 am–3:59 pm`.
pub(super) fn hours(features: &Features) -> Option<String> {
    TimeRange::new(features.earliest_start?, features.latest_end?).map(|hours| hours.to_string())
}

/// Why each proposal stands where it does, the best first. No two lines are the same: where the numbers are, a section
/// with its times tells one from the other.
pub(super) fn lines(snapshot: &Snapshot, proposals: &[Proposal]) -> Vec<String> {
    let Some(best) = proposals.first() else { return Vec::new() };
    let told: Vec<Vec<String>> = proposals.iter().map(|one| differences(&best.features, &one.features)).collect();
    let line = |(at, own): (usize, &Proposal)| {
        if at == 0 {
            return of_best(best);
        }
        let alike = told[..at].iter().position(|other| *other == told[at]);
        let section = alike.and_then(|alike| own_section(snapshot, &proposals[alike], own));
        match (alike, section) {
            (Some(0), Some(section)) => format!("As good as No. 1 in every number, but {section}"),
            (Some(0), None) => "As good as No. 1 in every number".to_owned(),
            (Some(other), Some(section)) => {
                format!("Against No. 1: {} · unlike No. {}, {section}", told[at].join(" · "), other + 1)
            }
            _ => format!("Against No. 1: {}", told[at].join(" · ")),
        }
    };
    proposals.iter().enumerate().map(line).collect()
}

/// What speaks for the best, in numbers.
fn of_best(best: &Proposal) -> String {
    let features = &best.features;
    let mut words = Vec::new();
    words.extend(hours(features));
    words.push(match features.free_weekdays {
        0 => "no weekday free".to_owned(),
        1 => "one weekday free".to_owned(),
        count => format!("{count} weekdays free"),
    });
    words.push(format!("{} between classes in all", words::hours(features.idle_minutes)));
    if features.full_sections > 0 {
        words.push(format!("{} without a free seat", counted(features.full_sections, "section", "sections")));
    } else if let Some(seats) = features.fewest_seats.and_then(|seats| u32::try_from(seats).ok()) {
        words.push(format!("at least {} free everywhere", counted(seats, "seat", "seats")));
    }
    words.push(words::units(&features.units));
    let merits: Vec<&str> = best.merits.iter().skip(1).map(|merit| merit.title()).collect();
    if !merits.is_empty() {
        words.push(format!("also the {}", merits.join(", the ")));
    }
    words.join(" · ")
}

/// What tells a week from the best in numbers, the weightiest first.
fn differences(best: &Features, own: &Features) -> Vec<String> {
    let mut words = Vec::new();
    words.extend(days(best, own));
    words.extend(moved("starts", best.earliest_start, own.earliest_start));
    words.extend(moved("ends", best.latest_end, own.latest_end));
    words.extend(more_or_less(best.idle_minutes, own.idle_minutes).map(|(minutes, more)| {
        format!("{} {} between classes", words::hours(minutes), if more { "more" } else { "less" })
    }));
    words.extend(more_or_less(best.full_sections, own.full_sections).map(|(count, more)| {
        let sections = if count == 1 { "section" } else { "sections" };
        format!("{count} {} {sections} without a free seat", if more { "more" } else { "fewer" })
    }));
    if best.units != own.units {
        words.push(format!("{} instead of {}", words::units(&own.units), best.units));
    }
    if best.full_sections == own.full_sections && best.fewest_seats != own.fewest_seats {
        let seats =
            |seats: Option<i32>| seats.map_or_else(|| "an unknown number of".to_owned(), |seats| seats.to_string());
        words.push(format!(
            "{} free seats where there are fewest, not {}",
            seats(own.fewest_seats),
            seats(best.fewest_seats)
        ));
    }
    words.truncate(DIFFERENCES_MAX);
    words
}

fn days(best: &Features, own: &Features) -> Option<String> {
    let (best_free, own_free) = (u32::from(best.free_weekdays), u32::from(own.free_weekdays));
    match more_or_less(best_free, own_free) {
        Some((count, more)) => {
            let days = if count == 1 { "weekday" } else { "weekdays" };
            Some(format!("{count} {days} {} free", if more { "more" } else { "fewer" }))
        }
        None if best.days != own.days => Some(format!("{} instead of {}", own.days.short(), best.days.short())),
        None => None,
    }
}

/// `starts 30 min earlier`.
fn moved(what: &str, best: Option<Time>, own: Option<Time>) -> Option<String> {
    let (minutes, later) = more_or_less(minutes(best?), minutes(own?))?;
    Some(format!("{what} {} {}", words::hours(minutes), if later { "later" } else { "earlier" }))
}

/// Minutes since midnight, by five: classes that end at 10:59 end at eleven.
fn minutes(time: Time) -> u32 {
    let minutes = u32::from(time.hour().unsigned_abs()) * 60 + u32::from(time.minute().unsigned_abs());
    minutes.div_ceil(5) * 5
}

/// By how much the second differs, and whether it is more; `None` when they are the same.
fn more_or_less(best: u32, own: u32) -> Option<(u32, bool)> {
    (best != own).then(|| (best.abs_diff(own), own > best))
}

/// The first section that another one has not, with its times: `COMPSCI 61A DIS 102 meets M 2:00–2:59 pm`.
fn own_section(snapshot: &Snapshot, other: &Proposal, own: &Proposal) -> Option<String> {
    let sections = |proposal: &Proposal| -> Vec<SectionKey> {
        proposal.courses.iter().flat_map(|course| course.sections.clone()).collect()
    };
    let known = sections(other);
    let key = sections(own).into_iter().find(|key| !known.contains(key))?;
    let section = snapshot.section(snapshot.section_by_key(key)?);
    let code = crate::words::code(snapshot.course(section.course()));
    Some(format!("{code} {} {}", section.label(), meets(section)))
}

fn meets(section: SectionView<'_>) -> String {
    let mut times: Vec<String> = section.meetings().map(crate::words::when).collect();
    times.dedup();
    if times.is_empty() { "has no set time".to_owned() } else { format!("meets {}", times.join("; ")) }
}

#[cfg(test)]
mod tests {
    use catalog::meeting::Days;
    use jiff::civil::time;
    use planner::picked::UnitSum;

    use super::*;

    fn best() -> Features {
        Features {
            earliest_start: Some(time(9, 30, 0, 0)),
            latest_end: Some(time(15, 59, 0, 0)),
            days: Days::from_sis("MoWeFr").unwrap(),
            free_weekdays: 2,
            idle_minutes: 60,
            class_minutes: 600,
            full_sections: 0,
            fewest_seats: Some(16),
            units: UnitSum { least: 800, most: 800, unknown: 0 },
            average_grade: None,
        }
    }

    #[test]
    fn each_difference_is_told_against_the_best() {
        for (own, told) in [
            (Features { earliest_start: Some(time(9, 0, 0, 0)), ..best() }, "starts 30 min earlier"),
            (Features { latest_end: Some(time(17, 29, 0, 0)), ..best() }, "ends 1 h 30 min later"),
            (Features { days: Days::from_sis("MoFr").unwrap(), free_weekdays: 3, ..best() }, "1 weekday more free"),
            (Features { days: Days::from_sis("TuWeTh").unwrap(), ..best() }, "TuWTh instead of MWF"),
            (Features { idle_minutes: 15, ..best() }, "45 min less between classes"),
            (Features { full_sections: 2, fewest_seats: Some(0), ..best() }, "2 more sections without a free seat"),
            (Features { fewest_seats: Some(4), ..best() }, "4 free seats where there are fewest, not 16"),
            (Features { units: UnitSum { least: 400, most: 400, unknown: 0 }, ..best() }, "4 units instead of 8"),
        ] {
            assert_eq!(differences(&best(), &own), [told]);
        }
        assert!(differences(&best(), &best()).is_empty());
    }
}
