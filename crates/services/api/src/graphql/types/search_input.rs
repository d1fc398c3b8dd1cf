//! What a search is given: words, choices, an order.

use std::collections::BTreeSet;

use apollo_compiler::response::JsonValue;
use catalog::filter::sort::Sort;
use catalog::filter::{Criteria, FILTER_CATEGORIES};
use catalog::meeting::{Days, TimeRange};
use catalog::playlist::Category;
use catalog::search::QUERY_CHARS_MAX;
use catalog::snapshot::Snapshot;
use catalog::term::TermId;
use jiff::civil::Time;
use planner::days;

use crate::graphql::arguments::{Arguments, Refusal};
use crate::graphql::types::course::term_of;

/// Choices of one filter at most.
const CHOICES_MAX: usize = 100;

/// Busy times at most.
const BUSY_MAX: usize = 200;

/// What was given; which choices there are is known by the snapshot alone.
#[derive(Debug)]
pub(crate) struct SearchInput {
    criteria: Criteria,
    term: Option<TermId>,
    is_any_term: bool,
}

impl SearchInput {
    pub(crate) fn read(arguments: &Arguments<'_>) -> Result<Self, Refusal> {
        let query = arguments.text("query")?.unwrap_or_default();
        let sort = arguments.get("sort").and_then(JsonValue::as_str).map_or(Sort::default(), sort);
        let mut input = match arguments.get("filter").and_then(JsonValue::as_object) {
            Some(filter) => Self::of_filter(&Arguments::inside(filter))?,
            None => Self { criteria: Criteria::default(), term: None, is_any_term: false },
        };
        input.criteria.query = query.chars().filter(|c| !c.is_control()).take(QUERY_CHARS_MAX).collect();
        input.criteria.sort = sort;
        Ok(input)
    }

    fn of_filter(filter: &Arguments<'_>) -> Result<Self, Refusal> {
        let is_set = |name: &str| Ok(filter.boolean(name)? == Some(true));
        let busy = busy(filter)?;
        let mut criteria = Criteria {
            open_seats: is_set("openSeats")?,
            open_to_anyone: is_set("openToAnyone")?,
            days: filter.text("days")?.map_or(Ok(Days::NONE), |digits| days_of(&digits))?,
            window: window(filter)?,
            instruction_modes: choices(filter, "instructionModes")?,
            instructors: choices(filter, "instructors")?,
            has_grades: is_set("hasGrades")?,
            only_fitting: !busy.is_empty(),
            busy,
            ..Criteria::default()
        };
        for category in FILTER_CATEGORIES {
            let chosen = choices(filter, category.slug())?;
            if !chosen.is_empty() {
                criteria.chosen.insert(category, chosen);
            }
        }
        let term = filter.get("term").map(term_of).transpose()?;
        Ok(Self { criteria, term, is_any_term: is_set("anyTerm")? })
    }

    /// As the engine wants it. A choice that does not exist would find nothing, and nobody would know why.
    pub(crate) fn criteria(&self, snapshot: &Snapshot, current: Option<TermId>) -> Result<Criteria, Refusal> {
        let term = if self.is_any_term { None } else { self.term.or(current) };
        let criteria = Criteria { term, ..self.criteria.clone() };
        for (category, slugs) in &criteria.chosen {
            for slug in slugs {
                if !snapshot.playlists(*category, term).any(|playlist| playlist.slug == *slug) {
                    return Err(no_choice(*category, slug));
                }
            }
        }
        Ok(criteria)
    }
}

fn no_choice(category: Category, slug: &str) -> Refusal {
    let slug: String = slug.chars().take(40).collect();
    Refusal(format!("`{category}` has no `{slug}` in this term: the facet `{category}` lists what it has."))
}

fn sort(name: &str) -> Sort {
    match name {
        "AVERAGE_GRADE" => Sort::AverageGrade,
        "OPEN_SEATS" => Sort::OpenSeats,
        "PERCENT_ENROLLED" => Sort::PercentEnrolled,
        "DEPARTMENT" => Sort::Department,
        "NUMBER" => Sort::Number,
        _ => Sort::Relevance,
    }
}

fn choices(filter: &Arguments<'_>, name: &str) -> Result<BTreeSet<String>, Refusal> {
    let Some(value) = filter.get(name) else { return Ok(BTreeSet::new()) };
    let chosen: BTreeSet<String> =
        filter.list(value).filter_map(JsonValue::as_str).take(CHOICES_MAX + 1).map(str::to_owned).collect();
    if chosen.len() > CHOICES_MAX {
        return Err(Refusal(format!("`{name}` has more than {CHOICES_MAX} choices.")));
    }
    Ok(chosen)
}

fn days_of(digits: &str) -> Result<Days, Refusal> {
    days::from_digits(digits).map_err(|wrong| Refusal(format!("`days`: {wrong}.")))
}

fn window(filter: &Arguments<'_>) -> Result<Option<TimeRange>, Refusal> {
    let (from, until) = (filter.time("from")?, filter.time("until")?);
    if from.is_none() && until.is_none() {
        return Ok(None);
    }
    range("until", from.unwrap_or(Time::MIN), until.unwrap_or(Time::MAX)).map(Some)
}

fn range(name: &str, start: Time, end: Time) -> Result<TimeRange, Refusal> {
    TimeRange::new(start, end).ok_or_else(|| Refusal(format!("`{name}` lies before the beginning.")))
}

fn busy(filter: &Arguments<'_>) -> Result<Vec<(Days, TimeRange)>, Refusal> {
    let Some(value) = filter.get("busy") else { return Ok(Vec::new()) };
    let mut busy = Vec::new();
    for given in filter.list(value).filter_map(JsonValue::as_object) {
        if busy.len() == BUSY_MAX {
            return Err(Refusal(format!("`busy` has more than {BUSY_MAX} times.")));
        }
        let given = Arguments::inside(given);
        let days = days_of(&given.text("days")?.unwrap_or_default())?;
        let (start, end) = (given.time("startTime")?, given.time("endTime")?);
        busy.push((days, range("endTime", start.unwrap_or(Time::MIN), end.unwrap_or(Time::MAX))?));
    }
    Ok(busy)
}
