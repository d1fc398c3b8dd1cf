//! What came of a wish: the weeks that fit, each told from the others, with its sections and what speaks for it; or what
//! cannot be had together.

use catalog::ids::CourseId;
use catalog::section::SectionKey;
use catalog::snapshot::Snapshot;
use design::action::{Emphasis, link_button, submit_button};
use design::empty::empty_state;
use design::notice::{Notice, NoticeKind, notice};
use design::numbers::counted;
use design::week::week;
use maud::{Markup, html};
use planner::conflicts::{self, Finding, Severity};
use planner::edit::choices;
use planner::generator::{Constraint, Difference, Distinction, Impossible, InvalidWish, Outcome, Proposal, Wish};
use planner::plan::{Plan, PlannedCourse};
use planner::week::Week;

use super::drawn::{self, Drawn};
use super::editor::edit_fields;
use super::opened::Opened;
use super::reasons;
use crate::words::code;

/// The answer to a wish; `None` when nothing was wished.
pub(super) fn answer(opened: &Opened<'_>, wish: &Wish, outcome: Option<&Result<Outcome, InvalidWish>>) -> Markup {
    match outcome {
        None => empty_state(
            "Nothing to combine yet",
            html! { p { "Add the courses that you want to the schedule; here you get the weeks in which they fit." } },
            &html! { (link_button("Back to the schedule", &opened.address(), Emphasis::Primary)) },
        ),
        Some(Err(invalid)) => notice(&Notice {
            kind: NoticeKind::Error,
            title: "That cannot be looked for.".to_owned(),
            body: html! { (crate::words::sentence(&invalid.to_string())) },
        }),
        Some(Ok(Outcome::Impossible(impossible))) => nothing_fits(opened, wish, impossible),
        Some(Ok(Outcome::Undecided)) => notice(&Notice {
            kind: NoticeKind::Warning,
            title: "No answer within the limit.".to_owned(),
            body: html! { "There are too many ways to combine these courses. Settle a section or two, or leave a course out." },
        }),
        Some(Ok(Outcome::Found { proposals, is_best })) => found(opened, wish, proposals, *is_best),
    }
}

fn nothing_fits(opened: &Opened<'_>, wish: &Wish, impossible: &Impossible) -> Markup {
    let body = html! {
        (contradiction(opened, wish, "These cannot be had together:", &impossible.because))
        @for other in &impossible.others {
            (contradiction(opened, wish, "Neither can these be had together:", other))
        }
        p { (way_out(impossible)) }
    };
    empty_state("Nothing fits", body, &html! {})
}

/// Wishes that cannot be had together, and what collides whatever is chosen.
fn contradiction(opened: &Opened<'_>, wish: &Wish, title: &str, wishes: &[Constraint]) -> Markup {
    html! {
        p { (title) }
        ul { @for one in wishes { li { (one) } } }
        @for clash in unavoidable(opened, wish, wishes) { p { (clash) "." } }
    }
}

/// What to give up, as far as that is known.
fn way_out(impossible: &Impossible) -> String {
    let remedies: Vec<String> = impossible.remedies.iter().map(ToString::to_string).collect();
    match (remedies.as_slice(), impossible.others.len()) {
        ([only], _) => format!("Without this one everything else fits: {only}."),
        ([all @ .., last], _) => {
            format!("Without any one of these everything else fits: {} or {last}.", all.join(", "))
        }
        ([], 0) => "This alone makes it impossible; there may be more that cannot be had together.".to_owned(),
        ([], _) => "Each of these alone makes it impossible; there may be more that cannot be had together.".to_owned(),
    }
}

/// What collides of the courses that offer one lecture only: there is nothing else to choose.
fn unavoidable(opened: &Opened<'_>, wish: &Wish, wishes: &[Constraint]) -> Vec<Finding> {
    let only_lecture = |constraint: &Constraint| {
        let Constraint::Course { course, .. } = *constraint else { return None };
        let lectures = choices(opened.snapshot, &opened.schedule, opened.snapshot.course_by_id(course)?);
        let [lecture] = &lectures[..] else { return None };
        Some(PlannedCourse { course, sections: vec![lecture.primary.key()] })
    };
    let courses = wishes.iter().filter_map(only_lecture).collect();
    let Ok(plan) = Plan::new(wish.term, courses, wish.busy.clone()) else { return Vec::new() };
    let mut clashes = conflicts::find(opened.snapshot, &plan).list;
    clashes.retain(|finding| match finding {
        Finding::ExamClash { .. } => !wish.may_clash_exams,
        finding => finding.severity() == Severity::Clash,
    });
    clashes
}

fn found(opened: &Opened<'_>, wish: &Wish, proposals: &[Proposal], is_best: bool) -> Markup {
    let count = counted(crate::words::counted(proposals.len()), "schedule", "schedules");
    html! {
        h2 { (count) @if !is_best { ", and there may be better ones" } }
        div.candidates {
            @for ((proposal, reason), number) in proposals.iter().zip(&reasons::lines(opened.snapshot, proposals)).zip(1..) {
                (candidate(opened, wish, proposal, reason, number))
            }
        }
    }
}

fn candidate(opened: &Opened<'_>, wish: &Wish, proposal: &Proposal, reason: &str, number: usize) -> Markup {
    let Ok(plan) = proposal.plan(wish) else { return html! {} };
    let snapshot = opened.snapshot;
    let laid = Week::of(snapshot, &plan);
    let findings = conflicts::find(snapshot, &plan);
    let colour =
        |course| opened.schedule.selections.iter().position(|held| held.course == course).map(|at| opened.colours[at]);
    let colours: Vec<u8> = proposal.courses.iter().map(|one| colour(one.course).unwrap_or(0)).collect();
    let (plan, laid, findings) = (&plan, &laid, &findings);
    let drawn = Drawn { snapshot, plan, week: laid, findings, colours: &colours, tried: &[] }.week(drawn::Size::Small);
    html! {
        article.candidate {
            h3 { "No. " (number) ": " (headline(snapshot, proposal)) }
            p.planned-note { (reason) }
            (week(&drawn))
            (sections(snapshot, proposal))
            form action=(opened.address()) method="post" {
                (edit_fields(opened, "take"))
                @for course in &proposal.courses {
                    @for section in &course.sections {
                        input type="hidden" name="pick" value={ (course.course) "-" (section.id.0) };
                    }
                }
                (submit_button("Take this one", Emphasis::Secondary))
            }
        }
    }
}

/// What tells it from all others proposed.
fn headline(snapshot: &Snapshot, proposal: &Proposal) -> String {
    match &proposal.distinction {
        Distinction::Best(merit) => format!("the {}", merit.title()),
        Distinction::Hours { days, .. } if days.is_empty() => "no class at a set time".to_owned(),
        Distinction::Hours { days, .. } => {
            let hours = reasons::hours(&proposal.features);
            hours.map_or_else(|| days.short(), |hours| format!("{} {hours}", days.short()))
        }
        Distinction::Choices(differences) => {
            let one = |difference: &Difference| {
                let code = code_of(snapshot, difference.course);
                match labels(snapshot, &difference.sections) {
                    labels if labels.is_empty() => format!("without {code}"),
                    labels => format!("{code} {labels}"),
                }
            };
            differences.iter().map(one).collect::<Vec<_>>().join(", ")
        }
    }
}

/// The sections of each course, those that meet at the same times, and what is left out.
fn sections(snapshot: &Snapshot, proposal: &Proposal) -> Markup {
    html! {
        ul.planned-sections {
            @for course in &proposal.courses {
                @let is_other = |key: &SectionKey| !course.sections.contains(key);
                @let others: Vec<String> = course.alternatives.iter()
                    .map(|keys| labels(snapshot, &keys.iter().copied().filter(is_other).collect::<Vec<_>>())).collect();
                li {
                    strong { (code_of(snapshot, course.course)) } " " (labels(snapshot, &course.sections))
                    @if !others.is_empty() { span.planned-note { " or at the same times " (others.join("; ")) } }
                }
            }
            @for course in &proposal.left_out { li.planned-note { "Without " (code_of(snapshot, *course)) } }
        }
    }
}

/// `LEC 001, DIS 102`.
fn labels(snapshot: &Snapshot, sections: &[SectionKey]) -> String {
    let label = |key: &SectionKey| snapshot.section_by_key(*key).map(|index| snapshot.section(index).label());
    sections.iter().filter_map(label).collect::<Vec<_>>().join(", ")
}

fn code_of(snapshot: &Snapshot, course: CourseId) -> String {
    snapshot.course_by_id(course).map_or_else(|| "a course that is gone".to_owned(), |at| code(snapshot.course(at)))
}
