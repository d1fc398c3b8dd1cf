//! The last runs of each job: when, how long, what changed, and in words what was refused or failed.

use std::time::Duration;

use catalog::ports::{StoreError, with_causes};
use catalog::published::LastRuns;
use catalog::run::{Job, LedgerEntry, RunOutcome, Step, StepOutcome, StepReport, Tally};
use design::layout;
use design::numbers::{counted, thousands};
use design::table::{Column, Table, table};
use jiff::Timestamp;
use maud::{Markup, html};

use super::name;
use crate::moment;
use crate::visit::Visit;
use crate::words;

/// The section. Without the ledger the page stands all the same.
pub(super) fn section(visit: &Visit, runs: Result<LastRuns, StoreError>) -> Markup {
    let content = match runs {
        Ok(runs) => told(visit, &runs),
        Err(error) => {
            tracing::warn!(error = with_causes(&error), "the last runs cannot be read; the page comes without them");
            html! { p { "The list of the last updates cannot be read at the moment. What stands above holds." } }
        }
    };
    layout::section("runs", "The last updates", None, &content)
}

fn told(visit: &Visit, runs: &LastRuns) -> Markup {
    let of = |job: Job| runs.entries.iter().filter(move |entry| Job::of(&entry.request) == Some(job));
    html! {
        p.as-of {
            "As of " time datetime=(runs.read_at) { (moment::in_words(runs.read_at, &visit.now)) }
            ". All times are the campus's (" (visit.now.strftime("%Z").to_string()) ")."
        }
        @if runs.entries.is_empty() { p { "Nothing has been updated yet." } }
        @for job in Job::ALL {
            @let rows: Vec<Vec<Markup>> = of(job).map(|entry| row(visit, entry)).collect();
            @if !rows.is_empty() {
                (table(&Table { caption: caption(job).to_owned(), columns: columns(), rows, ..Table::default() }))
            }
        }
    }
}

const fn caption(job: Job) -> &'static str {
    match job {
        Job::Nightly => "Every night: everything",
        Job::Seats => "Between the nights: seats and waitlists",
        Job::ByHand => "By hand",
    }
}

fn columns() -> Vec<Column> {
    ["Began", "Took", "What changed", "How it ended"].map(Column::text).into()
}

fn row(visit: &Visit, entry: &LedgerEntry) -> Vec<Markup> {
    let steps = entry.report.as_ref().map_or(&[][..], |report| &report.steps);
    let length = entry.report.as_ref().map(|report| took(entry.started_at, report.ended_at));
    vec![
        html! { time datetime=(entry.started_at) { (moment::in_words(entry.started_at, &visit.now)) } },
        html! { (length.as_deref().unwrap_or("–")) },
        changed(steps),
        html! {
            (ending(entry.outcome))
            @for step in steps { @if let Some(trouble) = trouble(step) { p.fault { (trouble) } } }
        },
    ]
}

const fn ending(outcome: RunOutcome) -> &'static str {
    match outcome {
        RunOutcome::Running => "It is under way.",
        RunOutcome::Succeeded => "All of it was accepted.",
        RunOutcome::Incomplete => "Not all of it was accepted; there the older data stays.",
        RunOutcome::Failed => "Nothing was published: the older data stays.",
        RunOutcome::DryRun => "It was a trial.",
        RunOutcome::Abandoned => "It was interrupted: nothing of it is half published.",
    }
}

/// `Seats, Fall 2026: refused, too few sections with counts …`.
fn trouble(step: &StepReport) -> Option<String> {
    let (what, reason) = match &step.outcome {
        StepOutcome::Refused(reason) => ("refused", reason),
        StepOutcome::Failed(reason) => ("could not be read", reason),
        StepOutcome::Published | StepOutcome::Unchanged | StepOutcome::DryRun => return None,
    };
    let term = step.term.map(|term| format!(", {}", term.title())).unwrap_or_default();
    Some(format!("{}{term}: {what}, {reason}", name(step.step)))
}

/// What was published of each step, over all terms.
fn changed(steps: &[StepReport]) -> Markup {
    let of = |step: Step| {
        let is_it = |report: &&StepReport| report.step == step && report.outcome == StepOutcome::Published;
        steps.iter().filter(is_it).fold(Tally::default(), |sum, report| Tally {
            added: sum.added + report.tally.added,
            changed: sum.changed + report.tally.changed,
            retired: sum.retired + report.tally.retired,
            ..sum
        })
    };
    let told = |step: Step| Some(format!("{}: {}", name(step), counts(of(step))?));
    let lines: Vec<String> = Step::ALL.into_iter().filter_map(told).collect();
    let left_out: usize = steps.iter().map(|report| report.tally.quarantined).sum();
    html! {
        @if lines.is_empty() { "Nothing" }
        @for (place, line) in lines.iter().enumerate() { @if place > 0 { br; } (line) }
        @if left_out > 0 {
            p.soft { "Left out, because nobody could understand it: " (counted(words::counted(left_out), "record", "records")) }
        }
    }
}

/// `12 new, 3 changed, 1 gone`; `None` when nothing changed.
fn counts(tally: Tally) -> Option<String> {
    let parts = [(tally.added, "new"), (tally.changed, "changed"), (tally.retired, "gone")];
    let told = parts.into_iter().filter(|(count, _)| *count > 0);
    let told: Vec<String> = told.map(|(count, word)| format!("{} {word}", thousands(words::counted(count)))).collect();
    (!told.is_empty()).then(|| told.join(", "))
}

fn took(began: Timestamp, ended: Timestamp) -> String {
    let length = Duration::try_from(ended.duration_since(began)).unwrap_or_default();
    let number = |count: u64| u32::try_from(count).unwrap_or(u32::MAX);
    match length.as_secs() {
        0 => "Less than a second".to_owned(),
        seconds @ 1..90 => counted(number(seconds), "second", "seconds"),
        seconds => counted(number((seconds + 30) / 60), "minute", "minutes"),
    }
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;

    use super::*;

    #[test]
    fn a_length_is_told_in_the_unit_that_people_use() {
        let began: Timestamp = "2026-09-01T10:00:00Z".parse().unwrap();
        let told = |millis| took(began, began + SignedDuration::from_millis(millis));
        assert_eq!([told(-5), told(400)], ["Less than a second", "Less than a second"]);
        assert_eq!([told(1_999), told(89_000)], ["1 second", "89 seconds"]);
        assert_eq!([told(90_000), told(3_600_000)], ["2 minutes", "60 minutes"]);
    }

    #[test]
    fn what_changed_is_counted_in_words() {
        let tally = Tally { added: 1_200, retired: 1, ..Tally::default() };
        assert_eq!(counts(tally).as_deref(), Some("1,200 new, 1 gone"));
        assert_eq!(counts(Tally { fetched: 9, ..Tally::default() }), None);
    }
}
