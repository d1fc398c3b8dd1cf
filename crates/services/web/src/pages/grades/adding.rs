//! Adding a selection, or changing one: a course, then whose grades, then of which term. Each step is an address.

use catalog::course_set::CourseIndex;
use catalog::fold::slug;
use catalog::grade::{Distribution, letter_of};
use catalog::snapshot::gradebook::{GradeEntry, by_instructor, by_term};
use catalog::switches::Source;
use catalog::term::TermId;
use design::numbers::{counted, thousands};
use maud::{Markup, html};

use super::PATH;
use super::selection::{GradeSelection, entries_of, is_by, look_up};
use crate::pages::compare::adding::{self, ADD, form};
use crate::pages::compare::picker::{COURSE, Offer, Picker};
use crate::pages::compare::{ALL, Wanted};
use crate::switched_off;
use crate::visit::Visit;

/// The parameters of the second step.
const BY: &str = "by";
const IN: &str = "in";

/// The most characters of a name in an address that are read.
const NAME_CHARS_MAX: usize = 80;

/// What is chosen so far.
struct Chosen {
    course: CourseIndex,
    instructor: Option<String>,
    term: Option<TermId>,
}

/// The address of the comparison with what was just chosen; `None` while something is left to choose.
pub(super) fn added(visit: &Visit, wanted: &Wanted) -> Option<String> {
    visit.parameter(ADD)?;
    let chosen = chosen(visit, wanted)?;
    let course = visit.snapshot.course(chosen.course).course.code.clone();
    let selection = GradeSelection { course, instructor: chosen.instructor, term: chosen.term };
    Some(wanted.with(selection.to_string()))
}

/// What the address chooses; where it only says what to change, what stands there.
fn chosen(visit: &Visit, wanted: &Wanted) -> Option<Chosen> {
    let picker = Picker::of(visit, Offer::Graded);
    if let Some(course) = picker.course {
        let read = |name: &str| visit.parameter(name).filter(|value| *value != ALL);
        let instructor = read(BY).map(|name| slug(&name.chars().take(NAME_CHARS_MAX).collect::<String>()));
        let term = read(IN).and_then(|term| term.parse().ok());
        return Some(Chosen { course, instructor: instructor.filter(|name| !name.is_empty()), term });
    }
    let is_asked_anew = visit.parameter("find").is_some() || visit.parameter(COURSE).is_some();
    let old = wanted.change.filter(|_| !is_asked_anew)?;
    let shown = look_up(&visit.snapshot, wanted.selections.get(old)?);
    let (course, _) = shown.course?;
    let selection = shown.selection?;
    Some(Chosen { course, instructor: selection.instructor, term: selection.term })
}

pub(super) fn section(visit: &Visit, wanted: &Wanted) -> Markup {
    if switched_off::is_off(&visit.snapshot, Source::Grades) {
        return html! {};
    }
    adding::section(wanted, || match chosen(visit, wanted) {
        Some(chosen) => options(visit, wanted, &chosen),
        None => Picker::of(visit, Offer::Graded).show(wanted, PATH, "Find a course with grades"),
    })
}

/// The second step: whose grades, and of which term.
fn options(visit: &Visit, wanted: &Wanted, chosen: &Chosen) -> Markup {
    let entry = visit.snapshot.course(chosen.course);
    let entries = entries_of(&visit.snapshot, chosen.course);
    let fields = html! {
        (instructors(&entries, chosen))
        (terms(&entries, chosen))
    };
    form(wanted, entry, &fields, "Show this instructor's terms")
}

fn instructors(entries: &[&GradeEntry], chosen: &Chosen) -> Markup {
    let mut names: Vec<(String, String, Distribution)> =
        by_instructor(entries).into_iter().map(|(name, sum)| (slug(&name), name.to_string(), sum)).collect();
    names.sort_by(|a, b| b.2.total().cmp(&a.2.total()).then_with(|| a.0.cmp(&b.0)));
    names.dedup_by(|later, earlier| later.0 == earlier.0);
    let is_chosen = |slug: &String| chosen.instructor.as_ref() == Some(slug);
    html! {
        label {
            span { "Instructor" }
            select name=(BY) {
                option value=(ALL) { "All instructors" }
                @for (slug, name, sum) in &names {
                    option value=(slug) selected[is_chosen(slug)] { (name) " · " (summed(sum)) }
                }
                @if let Some(unknown) = chosen.instructor.as_ref().filter(|wanted| !names.iter().any(|(slug, ..)| slug == *wanted)) {
                    option value=(unknown) selected { (unknown) " · no grades" }
                }
            }
        }
    }
}

fn terms(entries: &[&GradeEntry], chosen: &Chosen) -> Markup {
    let theirs: Vec<&GradeEntry> = entries
        .iter()
        .filter(|entry| chosen.instructor.as_ref().is_none_or(|instructor| is_by(entry, instructor)))
        .copied()
        .collect();
    let terms = by_term(&theirs);
    html! {
        label {
            span { "Term" }
            select name=(IN) {
                option value=(ALL) { "All terms" }
                @for (term, sum) in terms.iter().rev() {
                    option value=(term.slug()) selected[chosen.term == Some(*term)] { (term.title()) " · " (summed(sum)) }
                }
                @if let Some(unknown) = chosen.term.filter(|term| !terms.contains_key(term)) {
                    option value=(unknown.slug()) selected { (unknown.title()) " · no grades" }
                }
            }
        }
    }
}

/// `1,204 grades, B+ 3.31`.
fn summed(sum: &Distribution) -> String {
    match sum.average() {
        Some(average) => {
            format!("{} grades, {} {average:.2}", thousands(sum.total()), letter_of(average))
        }
        None => counted(sum.total(), "grade", "grades"),
    }
}
