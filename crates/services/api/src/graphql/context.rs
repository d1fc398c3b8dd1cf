//! What an answer is made from: one snapshot, one day, one reader.

use accounts::person::Person;
use catalog::course_set::CourseIndex;
use catalog::ids::CourseId;
use catalog::run::Step;
use catalog::seats::SeatRollup;
use catalog::snapshot::{SectionView, Snapshot, TermEntry};
use jiff::Timestamp;
use jiff::civil::Date;
use planner::schedule::Schedule;

use crate::graphql::limits::Limits;

/// Somebody signed in, with everything that is theirs.
#[derive(Debug)]
pub(crate) struct Viewer {
    pub(crate) person: Person,
    pub(crate) saved: Vec<CourseId>,
    pub(crate) schedules: Vec<Schedule>,
}

/// What every field may use.
pub(crate) struct Context<'a> {
    pub(crate) snapshot: &'a Snapshot,
    pub(crate) limits: &'a Limits,
    /// The term in which people enroll now.
    pub(crate) term: Option<&'a TermEntry>,
    /// Who asks; read only when the operation asks for something of a person.
    pub(crate) viewer: Option<Viewer>,
    /// As of when the seats of that term hold, ready to be written.
    seats_as_of: String,
    published_at: Timestamp,
}

impl<'a> Context<'a> {
    pub(crate) fn new(snapshot: &'a Snapshot, limits: &'a Limits, today: Date) -> Self {
        let term = snapshot.default_term(today).and_then(|term| snapshot.term(term));
        let published_at = snapshot.state().map_or(Timestamp::UNIX_EPOCH, |state| state.published_at);
        let term_id = term.map(|entry| entry.term.id);
        let as_of = snapshot.as_of(Step::Enrollment, term_id).or_else(|| snapshot.as_of(Step::Class, term_id));
        let seats_as_of = moment_text(as_of.unwrap_or(published_at));
        Self { snapshot, limits, term, viewer: None, seats_as_of, published_at }
    }

    pub(crate) fn with_viewer(self, viewer: Option<Viewer>) -> Self {
        Self { viewer, ..self }
    }

    /// How full a course is in the current term.
    pub(crate) fn seats(&self, course: CourseIndex) -> Option<SeatRollup> {
        self.term?.offering(course)?.seats
    }

    /// As of when a course's seats hold.
    pub(crate) fn seats_as_of(&self) -> &str {
        &self.seats_as_of
    }

    /// As of when a section's seats hold.
    pub(crate) fn section_as_of(&self, section: SectionView<'_>) -> Timestamp {
        let observed = section.counts().map(|counts| counts.seen_at);
        observed.or_else(|| self.snapshot.as_of(Step::Class, Some(section.term()))).unwrap_or(self.published_at)
    }
}

/// `2026-09-01T09:00:00+00:00`, as clients of 2021 read it.
pub(crate) fn moment_text(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%S+00:00").to_string()
}
