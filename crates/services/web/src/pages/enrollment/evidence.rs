//! “Will I get in?”: what happened in past terms, as counts. When the course was full, how many seats came free after
//! that, how far the waiting list moved. No probability is made of it: nobody knows one.

use std::collections::BTreeMap;

use catalog::course_set::CourseIndex;
use catalog::enrollment_series::day_number;
use catalog::seats::{Counts, EnrollmentRun, SeatRollup};
use catalog::section::SectionId;
use catalog::switches::Source;
use catalog::term::{Phases, Term};
use design::chips::{Tag, tags};
use design::layout;
use design::numbers::thousands;
use design::table::{Column, Table, table};
use jiff::Timestamp;
use jiff::civil::Date;
use maud::{Markup, html};

use super::NO_HISTORY;
use super::PAST_OF;
use super::in_time::{day, in_time};
use super::selection::Shown;
use crate::address;
use crate::pages::compare::Wanted;
use crate::switched_off;
use crate::visit::Visit;
use crate::words;

/// Past terms that are told: each is a read of the database, and what lies further back says little about the next.
const TERMS_SHOWN: usize = 6;

/// What became of the seats of a course in a term.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Outcome {
    /// When no seat was left for the first time.
    full_at: Option<Timestamp>,
    /// Seats that somebody gave up after that.
    given_up: u32,
    /// Seats that were added after that.
    added: u32,
    /// The longest that the waiting list was.
    waiting_most: u32,
    /// By how many the waiting list got shorter, all times together.
    moved: u32,
    /// How it stood at the last observation.
    end: SeatRollup,
}

impl Outcome {
    /// Goes through the history moment by moment; `None` without any.
    fn of(runs: &[EnrollmentRun]) -> Option<Self> {
        let mut changes: BTreeMap<Timestamp, Vec<(SectionId, Counts)>> = BTreeMap::new();
        for run in runs {
            changes.entry(run.first_seen).or_default().push((run.section, run.counts));
        }
        let mut standing: BTreeMap<SectionId, Counts> = BTreeMap::new();
        let mut outcome = Self::default();
        for (at, changed) in changes {
            for (section, counts) in changed {
                outcome.take(standing.insert(section, counts), &counts);
            }
            let sum = SeatRollup::of(standing.values().copied())?;
            outcome.waiting_most = outcome.waiting_most.max(words::at_least_0(sum.waitlisted));
            outcome.end = sum;
            if outcome.full_at.is_none() && sum.max_enroll > 0 && sum.open_seats == 0 {
                outcome.full_at = Some(at);
            }
        }
        (!standing.is_empty()).then_some(outcome)
    }

    /// Counts how a section's numbers changed.
    fn take(&mut self, before: Option<Counts>, now: &Counts) {
        let less = |before: i32, now: i32| words::at_least_0(before).saturating_sub(words::at_least_0(now));
        let before_or_new = before.unwrap_or_default();
        self.moved = self.moved.saturating_add(less(before_or_new.waitlisted, now.waitlisted));
        if self.full_at.is_some() {
            self.given_up = self.given_up.saturating_add(less(before_or_new.enrolled, now.enrolled));
            self.added = self.added.saturating_add(less(now.max_enroll, before_or_new.max_enroll));
        }
    }
}

pub(super) async fn section(visit: &Visit, wanted: &Wanted, shown: &[Shown], asked: Option<&str>) -> Markup {
    let mut courses: Vec<CourseIndex> = Vec::new();
    for course in shown.iter().filter_map(|shown| shown.course) {
        if !courses.contains(&course) {
            courses.push(course);
        }
    }
    let code_of = |course: CourseIndex| visit.snapshot.course(course).course.code.to_string();
    let chosen = courses.iter().copied().find(|course| Some(code_of(*course).as_str()) == asked);
    let Some(course) = chosen.or_else(|| courses.first().copied()) else { return html! {} };
    if switched_off::is_off(&visit.snapshot, Source::Enrollment) {
        return html! {};
    }
    let entry = visit.snapshot.course(course);
    let choices: Vec<Tag> = courses
        .iter()
        .map(|other| Tag {
            label: words::code(visit.snapshot.course(*other)),
            href: (*other != course).then(|| format!("{}#past", wanted.with_settings(&[(PAST_OF, &code_of(*other))]))),
        })
        .collect();
    let rows = rows(visit, course).await;
    let body = html! {
        div.stack {
            @if choices.len() > 1 { (tags("Courses whose past is shown", &choices)) }
            @match rows {
                Ok(rows) if rows.is_empty() => p { "No past term of " (words::code(entry)) " was observed while it was on." },
                Ok(rows) => (told(rows)),
                Err(why) => p { (why) },
            }
        }
    };
    layout::section("past", &format!("What happened in past terms of {}", words::code(entry)), None, &body)
}

/// A row for each past term, newest first.
async fn rows(visit: &Visit, course: CourseIndex) -> Result<Vec<Vec<Markup>>, &'static str> {
    let today = visit.today();
    let terms = visit.snapshot.terms_of(course).filter(|entry| entry.term.begin <= today).take(TERMS_SHOWN);
    let mut rows = Vec::new();
    for entry in terms {
        let Some(offering) = entry.offering(course) else { continue };
        let primaries = visit.snapshot.sections_in(offering).filter(|section| section.is_primary());
        let ids: Vec<SectionId> = primaries.map(|section| section.id()).collect();
        let runs = visit.history(entry.term.id, &ids).await.ok_or(NO_HISTORY)?;
        if let Some(outcome) = Outcome::of(&in_time(&runs, &entry.term, visit.now.time_zone())) {
            let href = address::course(Some(entry.term.id), &visit.snapshot.course(course).course.code);
            let full_on = outcome.full_at.map(|at| day(at, visit.now.time_zone()));
            let full_on = full_on.map(|day| when(visit.snapshot.calendar().phases(entry.term.id), day));
            rows.push(row(&entry.term, &href, &outcome, full_on, entry.term.end >= today));
        }
    }
    Ok(rows)
}

fn row(term: &Term, href: &str, outcome: &Outcome, full_on: Option<String>, goes_on: bool) -> Vec<Markup> {
    let count = |count: i32| thousands(words::at_least_0(count));
    let after = |count: u32| outcome.full_at.map_or_else(|| "–".to_owned(), |_| thousands(count));
    vec![
        html! { a href=(href) { (term.id.title()) } @if goes_on { ", so far" } },
        html! { @match full_on { Some(day) => (day), None => "never" } },
        html! { (after(outcome.given_up)) },
        html! { (after(outcome.added)) },
        html! { (thousands(outcome.waiting_most)) },
        html! { (thousands(outcome.moved)) },
        html! { (count(outcome.end.waitlisted)) },
        html! { (count(outcome.end.enrolled)) " of " (count(outcome.end.max_enroll)) },
    ]
}

/// `Jul 20, 2016, day 94, in phase 2`; without phases only the date.
fn when(phases: Option<&Phases>, date: Date) -> String {
    let written = date.strftime("%b %-d, %Y").to_string();
    match phases {
        Some(phases) => {
            let day = day_number(phases.phase1_start, date);
            format!(
                "{written}: {}{}",
                if day > 0 { format!("day {day}, ") } else { String::new() },
                phase_of(phases, date)
            )
        }
        None => written,
    }
}

fn phase_of(phases: &Phases, date: Date) -> &'static str {
    match date {
        _ if date < phases.phase1_start => "before phase 1",
        _ if date <= phases.phase1_end => "in phase 1",
        _ if date < phases.phase2_start => "between the phases",
        _ if date <= phases.phase2_end => "in phase 2",
        _ if date < phases.adjustment_start => "after phase 2",
        _ => "in adjustment",
    }
}

fn told(rows: Vec<Vec<Markup>>) -> Markup {
    let mut columns = vec![Column::text("Term"), Column::text("Full for the first time")];
    columns.extend(
        ["Seats given up after", "Seats added after", "Most waiting", "List got shorter by", "Waiting at the end"]
            .map(Column::number),
    );
    columns.push(Column::text("Taken at the end"));
    let caption = "All primary sections together, as counted at the time.".to_owned();
    html! {
        (table(&Table { caption, columns, rows, ..Table::default() }))
        p.as-of {
            "These are counts, not a forecast: seats, teachers and demand differ from term to term. A seat that is given up \
             may be reserved for others. The waiting list gets shorter when people get in and when they leave it; the counts \
             do not tell which. What came and went between two observations is not seen. \
             Terms that were not observed while they were on are left out."
        }
    }
}

#[cfg(test)]
mod tests {
    use catalog::academic_calendar::AcademicCalendar;

    use super::*;

    fn run(section: u32, from: &str, counts: [i32; 3]) -> EnrollmentRun {
        let [enrolled, max_enroll, waitlisted] = counts;
        let at: Timestamp = from.parse().unwrap();
        let counts = Counts { is_open: None, enrolled, max_enroll, waitlisted, max_waitlist: 50 };
        EnrollmentRun { section: SectionId(section), first_seen: at, last_seen: at, counts }
    }

    #[test]
    fn what_came_free_is_counted_from_the_moment_when_it_was_full() {
        let runs = [
            run(1, "2016-04-18T09:00:00Z", [8, 10, 0]),
            run(1, "2016-04-19T09:00:00Z", [6, 10, 0]),
            run(1, "2016-04-20T09:00:00Z", [10, 10, 0]),
            run(1, "2016-04-21T09:00:00Z", [10, 10, 7]),
            run(1, "2016-04-22T09:00:00Z", [7, 10, 7]),
            run(1, "2016-04-23T09:00:00Z", [10, 10, 4]),
            run(1, "2016-04-24T09:00:00Z", [12, 12, 2]),
        ];
        let outcome = Outcome::of(&runs).unwrap();
        assert_eq!(outcome.full_at, Some("2016-04-20T09:00:00Z".parse().unwrap()));
        assert_eq!((outcome.given_up, outcome.added), (3, 2), "the two who left before it was full are not counted");
        assert_eq!((outcome.waiting_most, outcome.moved, outcome.end.waitlisted), (7, 5, 2));
    }

    #[test]
    fn a_course_is_full_only_when_each_of_its_sections_is() {
        let runs = [run(1, "2016-04-18T09:00:00Z", [12, 10, 0]), run(2, "2016-04-18T09:00:00Z", [8, 10, 0])];
        assert_eq!(Outcome::of(&runs).unwrap().full_at, None);
        assert_eq!(Outcome::of(&[]), None);
        assert_eq!(Outcome::of(&[run(1, "2016-04-18T09:00:00Z", [-1, 0, 0])]).unwrap().full_at, None);
    }

    #[test]
    fn the_phase_of_a_day_is_the_term_s_own() {
        let calendar = AcademicCalendar::default();
        let phases = calendar.phases("fall-2016".parse().unwrap()).unwrap();
        let told = |date: &str| phase_of(phases, date.parse().unwrap());
        assert_eq!(
            ["2016-04-01", "2016-04-18", "2016-07-15", "2016-07-16", "2016-07-18", "2016-08-14", "2016-08-15"]
                .map(told),
            [
                "before phase 1",
                "in phase 1",
                "in phase 1",
                "between the phases",
                "in phase 2",
                "in phase 2",
                "in adjustment"
            ]
        );
    }
}
