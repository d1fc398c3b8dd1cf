//! What the published catalog says of something that is followed.

use std::collections::BTreeMap;

use catalog::class::OfferingStatus;
use catalog::meeting::TimeRange;
use catalog::seats::Availability;
use catalog::section::SectionId;
use catalog::snapshot::{SectionView, Snapshot};
use catalog::switches::Source;
use jiff::Timestamp;
use jiff::civil::{Date, Time};

use super::told::{Facts, Graded};
use super::watch::Watched;

/// The most characters of times, rooms or instructors. A section with a dozen instructors stays readable.
const FACT_CHARS_MAX: usize = 240;

/// What is followed, in words and as an address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// `COMPSCI 61A`.
    pub course: String,
    /// `Fall 2026`.
    pub term: String,
    /// The path of its page on the site.
    pub path: String,
}

/// What there is to see at one moment. What is not known is `None`, and nothing is made of it: a source that is off or
/// late is never taken for a class that ended.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Seen {
    /// The visible sections.
    pub sections: Option<BTreeMap<SectionId, SeenSection>>,
    /// The grades of the course.
    pub grades: Option<Graded>,
}

/// A visible section.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SeenSection {
    /// `LEC 001`.
    pub label: String,
    /// Whether it is a lecture rather than what hangs on one.
    pub is_primary: bool,
    /// When, where, by whom.
    pub facts: Facts,
    /// How full it is; `None` when that is not known.
    pub seats: Option<SeenSeats>,
}

/// How full a section is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SeenSeats {
    /// For whom there is a seat.
    pub availability: Availability,
    /// Free seats, reserved or not.
    pub open_seats: i32,
    /// How many of those are kept for groups.
    pub reserved_seats: i32,
    /// How many are waiting.
    pub waiting: i32,
    /// Places on the waiting list.
    pub max_waitlist: i32,
    /// When the source said so.
    pub as_of: Timestamp,
}

/// Looks. `None` when the course left the catalog, or the term is not in it.
#[must_use]
pub fn seen(snapshot: &Snapshot, watched: Watched, today: Date) -> Option<(Place, Seen)> {
    let course = snapshot.course_by_id(watched.course)?;
    let entry = snapshot.course(course);
    let code = &entry.course.code;
    let place = Place {
        course: format!("{} {}", entry.course.subject_abbreviation, code.number),
        term: watched.term.title(),
        path: format!("/catalog/{}/{}/{}", watched.term.slug(), code.subject, code.number),
    };
    let term = snapshot.term(watched.term)?;
    // A term that is over changes no more; its grades come later. One without any offering was not read yet.
    let is_looked_at = today <= term.term.end && !term.offerings.is_empty();
    let sections = is_looked_at.then(|| {
        let views = term.offering(course).into_iter().flat_map(|offering| snapshot.sections_in(offering));
        let followed = views.filter(|view| watched.section.is_none_or(|section| section == view.id()));
        followed.map(|view| (view.id(), section(view))).collect()
    });
    let has_grades = !snapshot.switches().is_off(Source::Grades);
    let grades = has_grades.then(|| {
        let entries = snapshot.gradebook().of_courses(snapshot.codes_graded_together(course));
        Graded { newest: entries.iter().map(|graded| graded.term).max() }
    });
    Some((place, Seen { sections, grades }))
}

fn section(view: SectionView<'_>) -> SeenSection {
    let is_stopped = view.status() == OfferingStatus::StopFurtherEnrollment;
    let seats = view.counts().zip(view.availability()).map(|(observed, availability)| SeenSeats {
        // A free seat that nobody can have is none.
        availability: if is_stopped { Availability::Full } else { availability },
        open_seats: observed.counts.open_seats(),
        reserved_seats: observed.counts.reserved_seats(view.reservations()),
        waiting: observed.counts.waitlisted.max(0),
        max_waitlist: observed.counts.max_waitlist,
        as_of: observed.seen_at,
    });
    let times = view.meetings().map(|meeting| match meeting.time() {
        Some(time) if !meeting.days().is_empty() => format!("{} {}", meeting.days().short(), range(time)),
        _ => "time not set".to_owned(),
    });
    let rooms = view.meetings().map(|meeting| meeting.location().unwrap_or("room not set").to_owned());
    let instructors = view.instructors().into_iter().map(catalog::meeting::Instructor::full_name);
    let facts = Facts {
        times: listed(times, "; "),
        rooms: listed(rooms, "; "),
        instructors: listed(instructors, ", "),
        is_stopped,
    };
    SeenSection { label: view.label(), is_primary: view.is_primary(), facts, seats }
}

/// Each once, in order, cut where it would be too long.
fn listed(items: impl Iterator<Item = String>, between: &str) -> String {
    let mut once: Vec<String> = Vec::new();
    for item in items {
        if !once.contains(&item) {
            once.push(item);
        }
    }
    once.join(between).chars().take(FACT_CHARS_MAX).collect()
}

fn range(range: TimeRange) -> String {
    format!("{}–{}", time_of_day(range.start()), time_of_day(range.end()))
}

/// `2:05 pm`.
fn time_of_day(time: Time) -> String {
    time.strftime("%-I:%M %P").to_string()
}
