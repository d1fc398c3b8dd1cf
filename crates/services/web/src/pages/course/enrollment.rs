//! How the course filled: the one thing that is read from the database while the page is made.

use std::collections::BTreeMap;

use catalog::academic_calendar::AcademicCalendar;
use catalog::seats::{Counts, EnrollmentRun, SeatRollup};
use catalog::section::SectionId;
use catalog::snapshot::SectionView;
use catalog::switches::Source;
use catalog::term::{Term, TermId};
use design::chart::enrollment::{EnrollmentCurve, EnrollmentStep, Marker, enrollment_curve};
use design::chips::{Tag, tags};
use design::layout;
use design::notice::{Notice, NoticeKind, notice};
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use maud::{Markup, html};

use super::Looked;
use crate::address;
use crate::pages::enrollment as comparison;
use crate::pages::enrollment::selection::SeatSelection;
use crate::switched_off;
use crate::visit::Visit;
use crate::words;

/// Primary sections that can be looked at one by one; a course with more has only the sum.
const SECTIONS_TO_CHOOSE_MAX: usize = 12;

/// The parameter that names one section by its class number.
const SECTION: &str = "section";

pub(super) async fn section(visit: &Visit, looked: &Looked<'_>) -> Markup {
    let (Some(offering), Some(term)) = (looked.offering, looked.term) else { return html! {} };
    let primaries: Vec<SectionView<'_>> =
        looked.snapshot.sections_in(offering).filter(|section| section.is_primary()).collect();
    if primaries.is_empty() {
        return html! {};
    }
    // The history is not in the snapshot: it is not even asked for.
    if let Some(word) = switched_off::instead(looked.snapshot, Source::Enrollment, &visit.now) {
        return framed(&word);
    }
    let wanted = visit.parameter(SECTION).and_then(|ccn| ccn.parse().ok()).map(SectionId);
    let chosen = primaries.iter().copied().find(|section| Some(section.id()) == wanted);
    let ids: Vec<SectionId> =
        chosen.map_or_else(|| primaries.iter().map(|section| section.id()).collect(), |section| vec![section.id()]);
    let body = match visit.history(term, &ids).await {
        Some(runs) => drawing(visit, looked, term, chosen, &runs),
        None => notice(&Notice {
            kind: NoticeKind::Warning,
            title: "The history of enrollment is not available right now.".to_owned(),
            body: html! { "Everything else on this page comes from memory. Try again in a minute." },
        }),
    };
    let selection = SeatSelection { course: looked.entry.course.code.clone(), term, section: None };
    let compared = html! {
        p { a href=(comparison::address_of(&[selection])) { "Compare with other terms and courses" } }
    };
    framed(&html! { (choices(looked, &primaries, chosen)) (body) (compared) })
}

fn framed(content: &Markup) -> Markup {
    layout::section("enrollment", "How it filled", None, &html! { div.stack { (content) } })
}

/// Links to the sum and to each section, when there is more than one.
fn choices(looked: &Looked<'_>, primaries: &[SectionView<'_>], chosen: Option<SectionView<'_>>) -> Markup {
    if primaries.len() < 2 || primaries.len() > SECTIONS_TO_CHOOSE_MAX {
        return html! {};
    }
    let page = address::course(looked.term, &looked.entry.course.code);
    let mut list = vec![Tag { label: "All together".to_owned(), href: chosen.map(|_| format!("{page}#enrollment")) }];
    list.extend(primaries.iter().map(|section| {
        let is_chosen = chosen.is_some_and(|chosen| chosen.id() == section.id());
        let query = [(SECTION.to_owned(), section.id().to_string())];
        let href = format!("{}#enrollment", address::with_query(&page, &query));
        Tag { label: section.label(), href: (!is_chosen).then_some(href) }
    }));
    tags("Sections whose enrollment is shown", &list)
}

fn drawing(
    visit: &Visit,
    looked: &Looked<'_>,
    term: TermId,
    chosen: Option<SectionView<'_>>,
    runs: &[EnrollmentRun],
) -> Markup {
    let zone = visit.now.time_zone();
    let steps = steps(runs, zone);
    let until = runs.iter().map(|run| run.last_seen).max();
    let (Some(until), false) = (until, steps.is_empty()) else {
        return html! { p { "No counts have been recorded for this term." } };
    };
    let whose = chosen.map_or_else(|| "all primary sections".to_owned(), SectionView::label);
    enrollment_curve(&EnrollmentCurve {
        id: "enrollment-curve".to_owned(),
        title: format!("Enrollment of {} in {}, {whose}", words::code(looked.entry), term.title()),
        description: String::new(),
        steps,
        until: zone.to_datetime(until),
        markers: looked
            .snapshot
            .term(term)
            .map(|entry| markers(looked.snapshot.calendar(), &entry.term))
            .unwrap_or_default(),
    })
}

/// The sum over the sections at each moment at which one of them changed. A section that was last seen before others
/// went on counts on as it stood: it vanished from the source, its students did not.
fn steps(runs: &[EnrollmentRun], zone: &TimeZone) -> Vec<EnrollmentStep> {
    let mut changes: BTreeMap<Timestamp, Vec<(SectionId, Counts)>> = BTreeMap::new();
    for run in runs {
        changes.entry(run.first_seen).or_default().push((run.section, run.counts));
    }
    let mut now: BTreeMap<SectionId, Counts> = BTreeMap::new();
    let mut steps = Vec::with_capacity(changes.len());
    for (at, changed) in changes {
        now.extend(changed);
        let sum = SeatRollup::of(now.values().copied()).unwrap_or_default();
        steps.push(EnrollmentStep {
            from: zone.to_datetime(at),
            enrolled: words::at_least_0(sum.enrolled),
            waitlisted: words::at_least_0(sum.waitlisted),
            capacity: words::at_least_0(sum.max_enroll),
        });
    }
    steps
}

/// Enrollment phases, where they are known, else the first day of enrollment by the SIS; and the term's first day.
fn markers(calendar: &AcademicCalendar, term: &Term) -> Vec<Marker> {
    let mut days = match calendar.phases(term.id) {
        Some(phases) => vec![
            ("Phase 1", phases.phase1_start),
            ("Phase 2", phases.phase2_start),
            ("Adjustment", phases.adjustment_start),
        ],
        None => term.enrollment_begin.map(|day| ("Enrollment begins", day)).into_iter().collect(),
    };
    days.push(("Term begins", term.begin));
    days.sort_by_key(|(_, day)| *day);
    days.into_iter().map(|(label, day)| Marker { at: DateTime::from(day), label: label.to_owned() }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(section: u32, from: &str, enrolled: i32) -> EnrollmentRun {
        let at: Timestamp = from.parse().unwrap();
        let counts = Counts { is_open: None, enrolled, max_enroll: 10, waitlisted: 1, max_waitlist: 5 };
        EnrollmentRun { section: SectionId(section), first_seen: at, last_seen: at, counts }
    }

    #[test]
    fn sections_are_added_up_at_every_change_of_any() {
        let runs = [
            run(1, "2026-04-20T09:00:00Z", 3),
            run(1, "2026-04-22T09:00:00Z", 5),
            run(2, "2026-04-21T09:00:00Z", -1),
            run(2, "2026-04-22T09:00:00Z", 4),
        ];
        let sums: Vec<(u32, u32, u32)> =
            steps(&runs, &TimeZone::UTC).iter().map(|step| (step.enrolled, step.capacity, step.waitlisted)).collect();
        assert_eq!(sums, [(3, 10, 1), (3, 20, 2), (9, 20, 2)]);
    }

    #[test]
    fn known_phases_are_marked_in_order_of_time() {
        let mut term = Term {
            id: "fall-2021".parse().unwrap(),
            begin: jiff::civil::date(2021, 8, 18),
            end: jiff::civil::date(2021, 12, 17),
            enrollment_begin: Some(jiff::civil::date(2021, 4, 25)),
            sessions: Vec::new(),
        };
        let labels = |term: &Term| -> Vec<String> {
            markers(&AcademicCalendar::default(), term).into_iter().map(|marker| marker.label).collect()
        };
        assert_eq!(labels(&term), ["Phase 1", "Phase 2", "Adjustment", "Term begins"]);
        term.id = "fall-2031".parse().unwrap();
        assert_eq!(labels(&term), ["Enrollment begins", "Term begins"], "what the SIS tells of any term");
    }
}
