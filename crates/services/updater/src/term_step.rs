//! The class and enrollment steps of one term.

use std::collections::HashSet;

use catalog::changes::EnrollmentChanges;
use catalog::course::{Course, CourseCode};
use catalog::diff;
use catalog::fetched::{ClassRecord, Fault, Fetched, Identity, SeatsRecord, SectionRecord};
use catalog::playlist_rules::TermEvidence;
use catalog::ports::SourceError;
use catalog::run::{Step, Tally};
use catalog::section::SectionId;
use catalog::stored::{Held, StoredTerm};
use catalog::term::TermId;
use jiff::Timestamp;

use crate::fetch::{TermAnswer, TermFetch};
use crate::tonight::{StepMark, Tonight, sum, tally_of};

/// What a term's step leaves for the steps after it.
#[derive(Default)]
pub(crate) struct TermLeavings {
    /// Courses that classes name and nothing lists.
    pub(crate) unlisted: Vec<Course>,
    /// What its classes and sections say about requirements, when they were accepted.
    pub(crate) evidence: Option<TermEvidence>,
    /// The courses with a visible section, when sections were accepted.
    pub(crate) offered: Option<HashSet<CourseCode>>,
}

/// Compares a term and puts its changes into the publication.
pub(crate) fn take(tonight: &mut Tonight<'_>, fetch: TermFetch, listed: &HashSet<CourseCode>) -> TermLeavings {
    let TermFetch { term, held, answer, watch } = fetch;
    let mark = |step| StepMark { step, term: Some(term), watch };
    match answer {
        TermAnswer::Nothing => TermLeavings::default(),
        TermAnswer::Whole(Ok((classes, sections))) => {
            let Some(leavings) = class_step(tonight, mark(Step::Class), &held, &classes, &sections, listed) else {
                return TermLeavings::default();
            };
            if tonight.request.takes(Step::Enrollment) {
                let usable = usable_sections(&held, tonight, term);
                observe(tonight, mark(Step::Enrollment), &held, &sections, &usable);
            }
            leavings
        }
        TermAnswer::Whole(Err(error)) => {
            fail(tonight, mark(Step::Class), &error, &held);
            TermLeavings::default()
        }
        TermAnswer::Sections(Ok(sections)) => {
            tonight.faults.extend(sections.faults.iter().cloned());
            let usable = usable_sections(&held, tonight, term);
            observe(tonight, mark(Step::Enrollment), &held, &sections, &usable);
            TermLeavings::default()
        }
        TermAnswer::Seats(Ok(seats)) => {
            update(tonight, mark(Step::Enrollment), &held, &seats);
            TermLeavings::default()
        }
        TermAnswer::Sections(Err(error)) | TermAnswer::Seats(Err(error)) => {
            fail(tonight, mark(Step::Enrollment), &error, &held);
            TermLeavings::default()
        }
    }
}

fn fail(tonight: &mut Tonight<'_>, mark: StepMark, error: &SourceError, held: &StoredTerm) {
    let known = if mark.step == Step::Class { active(&held.sections) } else { held.open_runs.len() };
    tonight.failed(mark, error, Tally { known, ..Tally::default() });
}

fn class_step(
    tonight: &mut Tonight<'_>,
    mark: StepMark,
    held: &StoredTerm,
    classes: &Fetched<ClassRecord>,
    sections: &Fetched<SectionRecord>,
    listed: &HashSet<CourseCode>,
) -> Option<TermLeavings> {
    let (known_classes, known_sections) = (active(&held.classes), active(&held.sections));
    let diff = diff::term(held, classes, sections, |code| listed.contains(code));
    let numbers = Tally {
        known: known_classes + known_sections,
        fetched: classes.records.len() + sections.records.len(),
        requests: classes.requests + sections.requests,
        quarantined: classes.faults.len() + sections.faults.len() + diff.orphans.len(),
        ..Tally::default()
    };
    tonight.faults.extend(classes.faults.iter().chain(&sections.faults).chain(&diff.orphans).cloned());
    let usable = sections.records.len() - diff.orphans.len();
    let passed = tonight
        .check("classes", known_classes, classes.records.len())
        .and_then(|()| tonight.check("sections", known_sections, usable));
    if let Err(reason) = passed {
        tonight.refused(mark, reason, numbers);
        return None;
    }
    if numbers.known + numbers.fetched == 0 {
        tonight.nothing_yet(mark, numbers);
        return Some(TermLeavings::default());
    }
    let term = mark.term?;
    let tally = sum(numbers, sum(tally_of(&diff.classes), tally_of(&diff.sections)));
    let orphans: HashSet<SectionId> = diff.orphans.iter().filter_map(section_of).collect();
    let leavings = leavings(term, classes, sections, &orphans, diff.unlisted_courses);
    let changes = tonight.term(term);
    changes.classes = diff.classes;
    changes.sections = diff.sections;
    tonight.accepted(mark, sections.as_of.max(classes.as_of), tally);
    Some(leavings)
}

fn section_of(fault: &Fault) -> Option<SectionId> {
    match fault.identity {
        Some(Identity::Section(id)) => Some(id),
        _ => None,
    }
}

fn leavings(
    term: TermId,
    classes: &Fetched<ClassRecord>,
    sections: &Fetched<SectionRecord>,
    orphans: &HashSet<SectionId>,
    unlisted: Vec<Course>,
) -> TermLeavings {
    let present =
        || sections.records.iter().map(|record| &record.section).filter(|section| !orphans.contains(&section.id));
    let evidence = TermEvidence::gather(term, classes.records.iter().map(|record| &record.class), present());
    let offered =
        present().filter(|section| section.is_visible()).map(|section| section.class.course.clone()).collect();
    TermLeavings { unlisted, evidence: Some(evidence), offered: Some(offered) }
}

/// The sections that exist once the publication is out.
fn usable_sections(held: &StoredTerm, tonight: &mut Tonight<'_>, term: TermId) -> HashSet<SectionId> {
    let after = tonight.term(term).sections.after(&held.sections, |section| section.id);
    after.into_iter().map(|section| section.id).collect()
}

fn observe(
    tonight: &mut Tonight<'_>,
    mark: StepMark,
    held: &StoredTerm,
    sections: &Fetched<SectionRecord>,
    usable: &HashSet<SectionId>,
) {
    let changes = diff::observation(held, sections, |id| usable.contains(&id));
    let seen = changes.opened.len() + changes.extended.len();
    let numbers = Tally { known: held.open_runs.len(), fetched: seen, requests: sections.requests, ..Tally::default() };
    if numbers.known + numbers.fetched == 0 {
        // A term that is not published: an observation of nothing would make every later one compare itself to it.
        return tonight.nothing_yet(mark, numbers);
    }
    match tonight.check("sections with counts", held.open_runs.len(), seen) {
        Err(reason) => tonight.refused(mark, reason, numbers),
        Ok(()) => keep(tonight, mark, held, changes, numbers),
    }
}

fn update(tonight: &mut Tonight<'_>, mark: StepMark, held: &StoredTerm, seats: &Fetched<SeatsRecord>) {
    tonight.faults.extend(seats.faults.iter().cloned());
    let numbers = Tally {
        known: held.open_runs.len(),
        fetched: seats.records.len(),
        requests: seats.requests,
        quarantined: seats.faults.len(),
        ..Tally::default()
    };
    keep(tonight, mark, held, diff::update(held, seats), numbers);
}

/// Puts an observation into the publication, unless it is older than the last one. The same moment once more is
/// accepted when it says the same.
fn keep(tonight: &mut Tonight<'_>, mark: StepMark, held: &StoredTerm, changes: EnrollmentChanges, numbers: Tally) {
    let Some(term) = mark.term else { return };
    let is_repeated = held.observed_at == Some(changes.at) && changes.opened.is_empty() && changes.closed.is_empty();
    if let Some(last) = held.observed_at.filter(|last| *last >= changes.at && !is_repeated) {
        return tonight.refused(mark, out_of_order(changes.at, last), numbers);
    }
    let tally = Tally {
        added: changes.opened.iter().filter(|(id, _)| !held.open_runs.contains_key(id)).count(),
        changed: changes.opened.iter().filter(|(id, _)| held.open_runs.contains_key(id)).count(),
        retired: changes.closed.len(),
        ..numbers
    };
    let at = changes.at;
    tonight.term(term).enrollment = Some(changes);
    tonight.accepted(mark, at, tally);
}

fn out_of_order(at: Timestamp, last: Timestamp) -> String {
    format!(
        "these counts are of {at}, but counts of {last} are already held: check the clocks, or the moment of a replay"
    )
}

fn active<T>(held: &[Held<T>]) -> usize {
    held.iter().filter(|record| !record.is_retired).count()
}
