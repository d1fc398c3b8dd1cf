//! `GET /api/v1/courses`

use catalog::day_part::DAY_PARTS;
use catalog::filter::{Choice, Facets, find, list};
use catalog::playlist::Category;
use catalog::term::TermId;
use schemars::JsonSchema;
use serde::Serialize;

use super::criteria::{self, PARAMETERS};
use super::document::{List, Part};
use super::list::page;
use super::view::course::CourseLine;
use super::view::section::DAYS;
use crate::rest::answer::Outcome;
use crate::rest::ask::Ask;
use crate::rest::endpoint::{Doing, Endpoint, Group};

pub(super) static ENDPOINT: Endpoint = Endpoint {
    name: "list_courses",
    path: "/api/v1/courses",
    group: Group::Courses,
    summary: "Courses by search and filters",
    about: "Without `q` in natural order. A course must be in all chosen playlists of `university`, `ls`, `engineering` \
            and `haas`, in any chosen one of every other category, and satisfy everything else that is asked. Instructors \
            and class numbers are looked up in the term that is asked for.",
    parameters: PARAMETERS,
    shape: |schemas| schemas.subschema_for::<List<'static, CourseLine<'static>, Beside<'static>>>(),
    example: |_| Some("/api/v1/courses?q=a&limit=1".to_owned()),
    doing: Doing::Memory(courses),
};

/// What stands beside the rows.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "CourseListExtras")]
struct Beside<'a> {
    /// The term in which courses were looked for, as `fall-2026`; `null` for any term or none.
    term: Option<String>,
    /// What each further choice would find; only when asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    facets: Option<FacetsView<'a>>,
}

/// How many courses each further choice would find.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Facets")]
struct FacetsView<'a> {
    categories: Vec<CategoryView<'a>>,
    /// With a free seat, reserved or not.
    open: usize,
    /// With a free seat that is kept for no group.
    open_to_anyone: usize,
    /// With each day among the wanted ones.
    days: Vec<DayCount>,
    /// In each part of the day.
    day_parts: Vec<DayPartCount>,
    modes: Vec<ChoiceView<'a>>,
    /// Those of the most courses, and the chosen ones.
    instructors: Vec<ChoiceView<'a>>,
    has_grades: usize,
    /// What fits beside the busy times; `null` when none are given.
    fitting: Option<usize>,
    /// What each term would show, newest first.
    terms: Vec<TermCount>,
}

/// The choices of a category of playlists.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "FacetCategory")]
struct CategoryView<'a> {
    category: &'static str,
    choices: Vec<ChoiceView<'a>>,
}

/// A further choice.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "FacetChoice")]
struct ChoiceView<'a> {
    slug: &'a str,
    name: &'a str,
    /// How many courses there would be.
    count: usize,
    is_chosen: bool,
}

/// A day with how many courses there would be.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "FacetDay")]
struct DayCount {
    day: &'static str,
    count: usize,
}

/// A part of the day with how many courses there would be.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "FacetDayPart")]
struct DayPartCount {
    /// `morning`, `afternoon` or `evening`.
    part: &'static str,
    /// What it means, as `Morning, done by noon`.
    name: &'static str,
    count: usize,
}

/// A term with how many courses it would show.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "FacetTerm")]
struct TermCount {
    term: String,
    count: usize,
}

fn courses(ask: &Ask) -> Outcome {
    let criteria = criteria::read(ask)?;
    let term = criteria.term;
    let (found, facets) = if ask.flag("facets") == Some(true) {
        let found = find(&ask.snapshot, &criteria);
        (found.courses, Some(FacetsView::of(found.facets)))
    } else {
        (list(&ask.snapshot, &criteria), None)
    };
    let mut parts = vec![Part::Courses, Part::Playlists, Part::Grades];
    parts.extend(term.into_iter().flat_map(|term| [Part::Classes(term), Part::Seats(term)]));
    page(
        ask,
        &parts,
        &found,
        |course| ask.snapshot.course(*course).id.0,
        |course| CourseLine::of(&ask.snapshot, *course, term),
        Beside { term: term.map(TermId::slug), facets },
    )
}

impl<'a> FacetsView<'a> {
    fn of(facets: Facets<'a>) -> Self {
        let choices = |choices: Vec<Choice<'a>>| choices.into_iter().map(ChoiceView::of).collect();
        let category = |(category, of): (Category, Vec<Choice<'a>>)| CategoryView {
            category: category.slug(),
            choices: choices(of),
        };
        let day_parts = DAY_PARTS.iter().zip(facets.day_parts);
        Self {
            categories: facets.categories.into_iter().map(category).collect(),
            open: facets.open_seats,
            open_to_anyone: facets.open_to_anyone,
            days: DAYS.into_iter().zip(facets.days).map(|(day, count)| DayCount { day, count }).collect(),
            day_parts: day_parts
                .map(|(part, count)| DayPartCount { part: part.slug, name: part.title, count })
                .collect(),
            modes: choices(facets.instruction_modes),
            instructors: choices(facets.instructors),
            has_grades: facets.has_grades,
            fitting: facets.fitting,
            terms: facets.terms.into_iter().map(|(term, count)| TermCount { term: term.slug(), count }).collect(),
        }
    }
}

impl<'a> ChoiceView<'a> {
    fn of(choice: Choice<'a>) -> Self {
        Self { slug: choice.slug, name: choice.name, count: choice.count, is_chosen: choice.is_chosen }
    }
}
