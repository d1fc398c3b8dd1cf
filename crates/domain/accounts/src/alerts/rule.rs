//! What there is to tell: a pure rule over what was last told and what is seen now.

use std::collections::BTreeMap;

use catalog::seats::Availability;
use catalog::section::SectionId;

use super::news::News;
use super::seen::{Seen, SeenSeats, SeenSection};
use super::told::{Told, ToldSeats, ToldSection};
use super::watch::Watch;

/// What follows from a look.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Due {
    /// What to tell.
    pub news: Vec<News>,
    /// What is told from then on; equal to what was told when nothing is new.
    pub told: Told,
}

/// Compares what was last told with what is seen. The first look tells nothing: from there on what changes is told.
/// What the owner does not want to hear of counts as told.
#[must_use]
pub fn due(watch: &Watch, seen: &Seen) -> Due {
    let mut told = watch.told.clone().unwrap_or_default();
    let mut news = Vec::new();
    if let Some(sections) = &seen.sections {
        match &mut told.sections {
            Some(told) => compare(told, sections, &mut news),
            none => *none = Some(sections.iter().map(|(id, now)| (*id, as_seen(now))).collect()),
        }
    }
    if let Some(now) = seen.grades {
        if let (Some(before), Some(newest)) = (told.grades, now.newest)
            && before.newest.is_none_or(|before| before < newest)
        {
            news.push(News::Graded { term: newest });
        }
        // Grades that vanish for a day and come back are no news.
        told.grades = Some(told.grades.filter(|before| before.newest >= now.newest).unwrap_or(now));
    }
    let is_whole_course = watch.watched.section.is_none();
    news.retain(|news| is_wanted(watch, is_whole_course, news, seen));
    Due { news, told }
}

/// What counts as told from the moment on at which somebody begins to follow something.
#[must_use]
pub fn told_at_first(seen: &Seen) -> Told {
    let sections =
        |sections: &BTreeMap<SectionId, SeenSection>| sections.iter().map(|(id, now)| (*id, as_seen(now))).collect();
    Told { sections: seen.sections.as_ref().map(sections), grades: seen.grades }
}

fn compare(
    told: &mut BTreeMap<SectionId, ToldSection>,
    sections: &BTreeMap<SectionId, SeenSection>,
    news: &mut Vec<News>,
) {
    for (id, now) in sections {
        section(*id, now, told.get_mut(id), news);
        let entry = told.entry(*id).or_insert_with(|| as_seen(now));
        entry.label.clone_from(&now.label);
    }
    for (id, before) in told.iter_mut().filter(|(id, _)| !sections.contains_key(id)) {
        if std::mem::take(&mut before.takes_place) {
            news.push(News::Cancelled { section: *id, label: before.label.clone() });
        }
    }
}

fn is_wanted(watch: &Watch, is_whole_course: bool, news: &News, seen: &Seen) -> bool {
    let kinds = watch.kinds;
    if news.section().is_some_and(|section| watch.leaves_out.contains(&section)) {
        return false;
    }
    // Who follows a whole course wants a seat in a lecture; each of fifty discussions would be noise.
    let is_secondary = |id: SectionId| {
        let section = seen.sections.as_ref().and_then(|sections| sections.get(&id));
        section.is_some_and(|section| !section.is_primary)
    };
    match news {
        News::SeatOpened { section, .. } => kinds.seats && !(is_whole_course && is_secondary(*section)),
        News::WaitlistMoved { section, .. } | News::WaitlistHasRoom { section, .. } => {
            kinds.waitlist && !(is_whole_course && is_secondary(*section))
        }
        News::Changed { .. } | News::Cancelled { .. } | News::BackAgain { .. } | News::Added { .. } => kinds.changes,
        News::Graded { .. } => kinds.grades,
    }
}

fn as_seen(now: &SeenSection) -> ToldSection {
    ToldSection {
        label: now.label.clone(),
        takes_place: true,
        facts: now.facts.clone(),
        seats: now.seats.map(seats_as_seen),
    }
}

fn seats_as_seen(now: SeenSeats) -> ToldSeats {
    ToldSeats { availability: now.availability, waiting: now.waiting, is_list_full: is_list_full(now) }
}

/// A section without a list has none that could have room.
const fn is_list_full(now: SeenSeats) -> bool {
    now.max_waitlist > 0 && now.waiting >= now.max_waitlist
}

fn section(id: SectionId, now: &SeenSection, before: Option<&mut ToldSection>, news: &mut Vec<News>) {
    let label = || now.label.clone();
    let Some(before) = before else {
        news.push(News::Added { section: id, label: label(), facts: now.facts.clone(), seats: now.seats });
        return;
    };
    if !before.takes_place {
        news.push(News::BackAgain { section: id, label: label(), facts: now.facts.clone(), seats: now.seats });
        *before = as_seen(now);
        return;
    }
    if before.facts != now.facts {
        let was = std::mem::replace(&mut before.facts, now.facts.clone());
        news.push(News::Changed { section: id, label: label(), was, now: now.facts.clone() });
    }
    let Some(now_seats) = now.seats else { return };
    match &mut before.seats {
        Some(told) => news.extend(seats(id, &now.label, told, now_seats)),
        none => *none = Some(seats_as_seen(now_seats)),
    }
}

/// A rise is told; a fall is noted, and so the next rise is told again.
fn seats(section: SectionId, label: &str, told: &mut ToldSeats, now: SeenSeats) -> Option<News> {
    let before = *told;
    let label = || label.to_owned();
    told.availability = now.availability;
    told.is_list_full = is_list_full(now);
    // A list that grows makes the next fall news; one that shrinks a little does not count as told yet.
    told.waiting = before.waiting.max(now.waiting);
    if now.availability > before.availability {
        told.waiting = now.waiting;
        return Some(News::SeatOpened { section, label: label(), seats: now });
    }
    if now.availability != Availability::Full {
        told.waiting = now.waiting;
        return None;
    }
    if before.is_list_full && !told.is_list_full {
        told.waiting = now.waiting;
        return Some(News::WaitlistHasRoom { section, label: label(), seats: now });
    }
    // By half: who stands in line hears it a handful of times, not at every step.
    if now.waiting < told.waiting && now.waiting.saturating_mul(2) <= told.waiting {
        told.waiting = now.waiting;
        return Some(News::WaitlistMoved { section, label: label(), was: before.waiting, seats: now });
    }
    None
}
