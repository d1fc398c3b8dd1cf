//! What a list of courses may be asked for, and how it becomes the engine's criteria.

use std::collections::BTreeSet;

use catalog::filter::sort::Sort;
use catalog::filter::{Criteria, FILTER_CATEGORIES};
use catalog::meeting::{Days, TimeRange};
use catalog::playlist::Category;
use catalog::search::QUERY_CHARS_MAX;
use catalog::term::TermId;
use jiff::civil::Time;

use super::list::{CURSOR, LIMIT};
use super::named;
use super::view::section::DAYS;
use crate::rest::ask::Ask;
use crate::rest::parameter::{Kind, Parameter};
use crate::rest::problem::{Fault, Problem, shortened};

/// The longest name of a choice in an address.
const SLUG_CHARS_MAX: usize = 100;

const SLUG: Kind = Kind::Text { chars_max: SLUG_CHARS_MAX };

/// All parameters of the list.
pub(super) const PARAMETERS: &[Parameter] = &[
    Parameter::query(
        "q",
        Kind::Text { chars_max: QUERY_CHARS_MAX },
        "What a student would type: a code in any spelling, words of a title, an instructor, a class number.",
    ),
    Parameter::query(
        "term",
        Kind::Term,
        "Courses offered in this term, as `fall-2026` or `2268`; the current one when left out.",
    ),
    Parameter::query(
        "any_term",
        Kind::Flag,
        "`true`: all courses, whether or not they are offered in some term. What is asked of sections then counts for \
         nothing.",
    ),
    Parameter::list("subject", Kind::Text { chars_max: 60 }, "Subject areas in any spelling: `COMPSCI`, `cs`."),
    Parameter::list("university", SLUG, "University requirements, by slug; a course must be in all of them."),
    Parameter::list("ls", SLUG, "L&S breadths of the term, by slug; a course must be in all of them."),
    Parameter::list("engineering", SLUG, "College of Engineering requirements, by slug; in all of them."),
    Parameter::list("haas", SLUG, "Haas breadths, by slug; in all of them."),
    Parameter::list("units", SLUG, "Units, by slug such as `4-units`; in any of them."),
    Parameter::list("level", SLUG, "Levels, by slug such as `lower-division`; in any of them."),
    Parameter::list("department", SLUG, "Departments, by slug such as `computer-science`; in any of them."),
    Parameter::query("open", Kind::Flag, "`true`: only with a free seat, reserved or not."),
    Parameter::query("open_to_anyone", Kind::Flag, "`true`: only with a free seat that is kept for no group."),
    Parameter::list("day", Kind::OneOf(&DAYS), "Only with all meetings on these days."),
    Parameter::query("from", Kind::Time, "Only with all meetings at or after this time of day."),
    Parameter::query("until", Kind::Time, "Only with all meetings over by this time of day."),
    Parameter::list("mode", SLUG, "Instruction modes, by slug such as `in-person-instruction`; in any of them."),
    Parameter::list("instructor", SLUG, "Instructors, by slug such as `ada-lovelace`; taught by any of them."),
    Parameter::query("has_grades", Kind::Flag, "`true`: only courses of which grades are known."),
    Parameter::list(
        "busy",
        Kind::Weekly,
        "When you are busy already, as `MoWeFr-13:00-14:00`: only what fits beside it.",
    ),
    Parameter::query(
        "sort",
        Kind::OneOf(&["relevance", "grade", "open", "enrolled", "department", "number"]),
        "The order: best match (the default), average grade, free seats, least enrolled, subject area, number. What is \
         not known comes last.",
    ),
    Parameter::query("facets", Kind::Flag, "`true`: also what each further choice would find."),
    LIMIT,
    CURSOR,
];

/// What is asked for.
pub(super) fn read(ask: &Ask) -> Result<Criteria, Problem> {
    let term = if ask.flag("any_term") == Some(true) { None } else { named::term_or_current(ask)? };
    let is_set = |name: &str| ask.flag(name) == Some(true);
    let slugs = |name: &str| ask.texts(name).map(str::to_owned).collect::<BTreeSet<String>>();
    let busy: Vec<(Days, TimeRange)> = ask.weekly("busy").collect();
    let mut criteria = Criteria {
        query: ask.text("q").unwrap_or_default().chars().filter(|c| !c.is_control()).collect(),
        term,
        open_seats: is_set("open"),
        open_to_anyone: is_set("open_to_anyone"),
        days: days(ask),
        window: window(ask)?,
        instruction_modes: slugs("mode"),
        instructors: slugs("instructor"),
        has_grades: is_set("has_grades"),
        only_fitting: !busy.is_empty(),
        busy,
        sort: ask.text("sort").and_then(Sort::from_slug).unwrap_or_default(),
        ..Criteria::default()
    };
    for category in FILTER_CATEGORIES {
        let chosen = slugs(category.slug());
        if !chosen.is_empty() {
            criteria.chosen.insert(category, chosen);
        }
    }
    for subject in ask.texts("subject") {
        criteria.chosen.entry(Category::Department).or_default().insert(department(ask, subject)?);
    }
    known(ask, &criteria)?;
    Ok(criteria)
}

fn days(ask: &Ask) -> Days {
    let chosen: Vec<&str> = ask.texts("day").collect();
    Days::from_flags(DAYS.map(|day| chosen.contains(&day)))
}

fn window(ask: &Ask) -> Result<Option<TimeRange>, Problem> {
    let (from, until) = (ask.time("from"), ask.time("until"));
    if from.is_none() && until.is_none() {
        return Ok(None);
    }
    let window = TimeRange::new(from.unwrap_or(Time::MIN), until.unwrap_or(Time::MAX));
    let fault = || Fault::new("until", "`until` lies before `from`.");
    window.map(Some).ok_or_else(|| Problem::invalid(vec![fault()]))
}

/// The department filter of a subject area.
fn department(ask: &Ask, subject: &str) -> Result<String, Problem> {
    let unknown = || Problem::not_found(format!("There is no subject area {}.", shortened(subject)));
    let entry = ask.snapshot.subjects_called(subject).into_iter().next().ok_or_else(unknown)?;
    let mut departments = ask.snapshot.playlists(Category::Department, None);
    let department = departments.find(|playlist| playlist.key.name == entry.subject.name);
    department.map(|playlist| playlist.slug.clone()).ok_or_else(unknown)
}

/// A filter that does not exist would find nothing, and nobody would know why: it is an error.
fn known(ask: &Ask, criteria: &Criteria) -> Result<(), Problem> {
    if let Some(slug) = criteria.instructors.iter().find(|slug| ask.snapshot.instructor_by_slug(slug).is_none()) {
        let slug = shortened(slug);
        return Err(Problem::not_found(format!(
            "There is no instructor `{slug}`: /api/v1/instructors lists them all."
        )));
    }
    for (category, slugs) in &criteria.chosen {
        let mut unknown = slugs
            .iter()
            .filter(|slug| !ask.snapshot.playlists(*category, criteria.term).any(|playlist| playlist.slug == **slug));
        if let Some(slug) = unknown.next() {
            let there = criteria.term.map_or_else(|| "any term".to_owned(), TermId::title);
            let slug = shortened(slug);
            return Err(Problem::not_found(format!(
                "There is no {category} filter `{slug}` in {there}: /api/v1/playlists?category={category} lists them all."
            )));
        }
    }
    Ok(())
}
