//! One instructor: what they taught, term by term, and how they graded it, beside how everybody did.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Extension;
use axum::extract::Path;
use axum::response::{IntoResponse, Redirect, Response};
use catalog::course::CourseCode;
use catalog::course_set::CourseIndex;
use catalog::fold::slug;
use catalog::grade::{Distribution, GRADES, LETTER_COUNT, letter_of};
use catalog::snapshot::gradebook::total;
use catalog::snapshot::{GradeEntry, Snapshot};
use catalog::switches::Source;
use catalog::term::TermId;
use design::breadcrumb::{Crumb, breadcrumb};
use design::chart::grades::{GradeHistogram, GradeSeries, grade_histogram};
use design::grade::grade_badge;
use design::heading::{PageHeading, page_heading};
use design::layout;
use design::numbers::{counted, thousands};
use design::search::{SearchField, SearchSize, search_form};
use design::table::{Column, Table, table};
use http::StatusCode;
use maud::{Markup, html};

use super::PATH;
use super::people::{People, PeopleKept, Person};
use crate::address;
use crate::frame::{self, Content};
use crate::moment;
use crate::pages::grades;
use crate::pages::grades::selection::GradeSelection;
use crate::switched_off;
use crate::visit::Visit;
use crate::words;

/// The most characters of a name in an address that are looked up.
const NAME_CHARS_MAX: usize = 120;
/// Names that are offered when nobody is called so.
const SIMILAR_SHOWN: usize = 12;
/// Terms that stand open; the others are folded.
const TERMS_SHOWN: usize = 6;
/// The shortest word of a name by which similar ones are found.
const WORD_CHARS_MIN: usize = 3;

pub(super) async fn instructor(
    visit: Visit,
    Path(name): Path<String>,
    Extension(kept): Extension<Arc<PeopleKept>>,
) -> Response {
    let people = kept.of(&visit.snapshot);
    let short: String = name.chars().take(NAME_CHARS_MAX).collect();
    let wanted = slug(&short);
    let Some(person) = people.called(&wanted) else { return missing(&visit, &people, &short) };
    if wanted != name {
        return Redirect::permanent(&address::instructor(&wanted)).into_response();
    }
    page(&visit, person)
}

fn page(visit: &Visit, person: &Person) -> Response {
    let snapshot = &*visit.snapshot;
    let taught = snapshot.instructor_by_slug(&person.slug).map(|place| snapshot.taught_by(place)).unwrap_or_default();
    let content = Content {
        title: format!("{}, instructor", person.name),
        description: format!("What {} taught at UC Berkeley, and how it was graded.", person.name),
        canonical: Some(address::instructor(&person.slug)),
        status: StatusCode::OK,
        main: html! {
            (breadcrumb(&[
                Crumb { label: "Instructors".to_owned(), href: Some(PATH.to_owned()) },
                Crumb { label: person.name.clone(), href: None },
            ]))
            (page_heading(&PageHeading { lead: Some(lead(taught)), ..PageHeading::new(&person.name) }))
            p.as-of { "The sources give names only: two people of one name are one here." }
            (taught_section(snapshot, taught))
            (graded_section(visit, person))
        },
        ..Content::default()
    };
    frame::page(&visit.app, &visit.surroundings, content).into_response()
}

fn lead(taught: &[(TermId, CourseIndex)]) -> Markup {
    let mut courses: Vec<CourseIndex> = taught.iter().map(|(_, course)| *course).collect();
    courses.sort_unstable();
    courses.dedup();
    let mut terms: Vec<TermId> = taught.iter().map(|(term, _)| *term).collect();
    terms.dedup();
    html! {
        @if courses.is_empty() { "In none of the terms that we hold; known from grades." }
        @else {
            (counted(words::counted(courses.len()), "course", "courses")) " in "
            (counted(words::counted(terms.len()), "term", "terms")) " that we hold"
        }
    }
}

fn taught_section(snapshot: &Snapshot, taught: &[(TermId, CourseIndex)]) -> Markup {
    let mut terms: Vec<(TermId, Vec<CourseIndex>)> = Vec::new();
    for (term, course) in taught {
        match terms.last_mut().filter(|(last, _)| last == term) {
            Some((_, courses)) => courses.push(*course),
            None => terms.push((*term, vec![*course])),
        }
    }
    let older = if terms.len() > TERMS_SHOWN { terms.split_off(TERMS_SHOWN) } else { Vec::new() };
    let list = |terms: &[(TermId, Vec<CourseIndex>)]| {
        html! {
            dl.definitions {
                @for (term, courses) in terms {
                    div {
                        dt { (term.title()) }
                        dd {
                            @for course in courses {
                                @let entry = snapshot.course(*course);
                                p { a href=(address::course(Some(*term), &entry.course.code)) { (words::code(entry)) } " " (entry.course.title) }
                            }
                        }
                    }
                }
            }
        }
    };
    html! {
        @if !terms.is_empty() {
            (layout::section("taught", "Taught", None, &html! {
                (list(&terms))
                @if !older.is_empty() { (layout::folded(&counted(words::counted(older.len()), "earlier term", "earlier terms"), &list(&older))) }
            }))
        }
    }
}

/// What they graded of one course, and what everybody did.
struct Graded<'a> {
    code: &'a CourseCode,
    course: Option<CourseIndex>,
    theirs: Distribution,
    everybody: Distribution,
    terms: usize,
}

fn graded_of<'a>(snapshot: &'a Snapshot, person: &Person) -> Vec<Graded<'a>> {
    let mut by_course: BTreeMap<&CourseCode, Vec<&GradeEntry>> = BTreeMap::new();
    for place in &person.graded {
        let entry = snapshot.grade(*place);
        by_course.entry(&entry.code).or_default().push(entry);
    }
    by_course
        .into_iter()
        .map(|(code, entries)| {
            let mut terms: Vec<TermId> = entries.iter().map(|entry| entry.term).collect();
            terms.sort_unstable();
            terms.dedup();
            let course = snapshot.place(code);
            let everybody = match course {
                Some(course) => total(snapshot.gradebook().of_courses(snapshot.codes_graded_together(course))),
                None => total(snapshot.gradebook().of_course(code)),
            };
            Graded { code, course, theirs: total(entries), everybody, terms: terms.len() }
        })
        .collect()
}

fn graded_section(visit: &Visit, person: &Person) -> Markup {
    if let Some(word) = switched_off::instead(&visit.snapshot, Source::Grades, &visit.now) {
        return layout::section("grades", "How they graded", None, &word);
    }
    let graded = graded_of(&visit.snapshot, person);
    let imported = visit.snapshot.grades_imported_at().map(|at| {
        html! { p.as-of { "Grades imported " (moment::in_words(at, &visit.now)) } }
    });
    let body = if graded.is_empty() {
        html! { p { "No grades under this name are on record. Small sections are left out to protect students." } }
    } else {
        html! { div.stack { (histogram(&graded)) (breakdown(&visit.snapshot, person, &graded)) } }
    };
    layout::section("grades", "How they graded", imported.as_ref(), &body)
}

fn histogram(graded: &[Graded<'_>]) -> Markup {
    let sum = |of: fn(&Graded<'_>) -> Distribution| {
        let mut sum = Distribution::default();
        for each in graded {
            sum.add(&of(each));
        }
        sum
    };
    let (theirs, everybody) = (sum(|each| each.theirs), sum(|each| each.everybody));
    let series = |name: &str, sum: Distribution| GradeSeries { name: name.to_owned(), counts: sum.0.to_vec() };
    grade_histogram(&GradeHistogram {
        id: "instructor-grades".to_owned(),
        title: "All their courses together".to_owned(),
        description: String::new(),
        grades: GRADES.map(str::to_owned).into(),
        gap_before: Some(LETTER_COUNT),
        series: vec![series("This name", theirs), series("Everybody, same courses", everybody)],
    })
}

fn breakdown(snapshot: &Snapshot, person: &Person, graded: &[Graded<'_>]) -> Markup {
    let row = |each: &Graded<'_>| {
        let title = each.course.map_or_else(|| each.code.to_string(), |course| words::code(snapshot.course(course)));
        let difference = each.theirs.average().zip(each.everybody.average()).map(|(theirs, all)| signed(theirs - all));
        vec![
            html! {
                @match each.course {
                    Some(course) => a href=(address::course_where_newest(snapshot, course)) { (title) },
                    None => (title),
                }
            },
            average(&each.theirs),
            average(&each.everybody),
            html! { (difference.unwrap_or_else(|| "–".to_owned())) },
            html! { (thousands(each.theirs.total())) },
            html! { (each.terms) },
            html! { @if each.course.is_some() { a href=(compared(each.code, &person.slug)) { "Compare" span.unseen { " " (title) } } } },
        ]
    };
    let mut columns = vec![Column::text("Course"), Column::text("This name"), Column::text("Everybody")];
    columns.extend(["Difference", "Grades", "Terms"].map(Column::number));
    columns.push(Column::text("Side by side"));
    table(&Table {
        caption: "Average by course, beside that of everybody who graded it.".to_owned(),
        columns,
        rows: graded.iter().map(row).collect(),
        ..Table::default()
    })
}

fn average(distribution: &Distribution) -> Markup {
    html! {
        @match distribution.average() {
            Some(average) => (grade_badge(letter_of(average), Some(average))),
            None => "no letters",
        }
    }
}

/// `+0.12`, `−0.05`, `0.00`.
fn signed(difference: f64) -> String {
    let text = format!("{difference:+.2}");
    match text.as_str() {
        "+0.00" | "-0.00" => "0.00".to_owned(),
        _ => text.replace('-', "\u{2212}"),
    }
}

/// The comparison of their grades of a course with everybody's.
fn compared(code: &CourseCode, instructor: &str) -> String {
    let all = GradeSelection { course: code.clone(), instructor: None, term: None };
    let theirs = GradeSelection { instructor: Some(instructor.to_owned()), ..all.clone() };
    grades::address_of([&theirs, &all])
}

/// Nobody is called so: those whose names share a word.
fn missing(visit: &Visit, people: &People, name: &str) -> Response {
    let wanted = slug(name);
    let words: Vec<&str> = wanted.split('-').filter(|word| word.chars().count() >= WORD_CHARS_MIN).collect();
    let similar = people.all().iter().filter(|person| person.slug.split('-').any(|part| words.contains(&part)));
    let similar: Vec<&Person> = similar.take(SIMILAR_SHOWN).collect();
    let title = "Nobody of that name teaches here";
    let field = SearchField {
        id: "find-instructor".to_owned(),
        action: PATH.to_owned(),
        name: "q".to_owned(),
        label: "Search instructors".to_owned(),
        placeholder: "A given or a family name".to_owned(),
        value: wanted.replace('-', " "),
        size: SearchSize::Large,
        ..SearchField::default()
    };
    let lead = html! { "The schedule of classes may write the name differently, or it may have changed. Search for a part of it." };
    let content = Content {
        title: title.to_owned(),
        description: title.to_owned(),
        status: StatusCode::NOT_FOUND,
        main: html! {
            (page_heading(&PageHeading { lead: Some(lead), ..PageHeading::new(title) }))
            (search_form(&field))
            @if !similar.is_empty() {
                (layout::section("similar", "Similar names", None, &html! {
                    ul.columns-of-links { @for person in similar { li { a href=(address::instructor(&person.slug)) { (person.family_first()) } } } }
                }))
            }
        },
        ..Content::default()
    };
    frame::page(&visit.app, &visit.surroundings, content).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn differences_have_a_sign_that_can_be_seen() {
        assert_eq!([0.12, -0.051, 0.001, -0.001].map(signed), ["+0.12", "\u{2212}0.05", "0.00", "0.00"]);
    }
}
