//! Addresses of the site, and the state they carry.

use std::collections::BTreeSet;

use catalog::course::CourseCode;
use catalog::course_set::CourseIndex;
use catalog::day_part::DAY_PARTS;
use catalog::filter::sort::Sort;
use catalog::filter::{Criteria, FILTER_CATEGORIES};
use catalog::meeting::Days;
use catalog::playlist::Category;
use catalog::snapshot::Snapshot;
use catalog::term::TermId;

/// The list of courses.
pub(crate) const CATALOG: &str = "/catalog";
/// Where the word for "in any term, or in none" stands instead of a term.
pub(crate) const ANY_TERM: &str = "any";
/// Names of parameters.
pub(crate) const OPEN: &str = "open";
pub(crate) const DAY: &str = "day";
pub(crate) const PART: &str = "part";
pub(crate) const MODE: &str = "mode";
pub(crate) const INSTRUCTOR: &str = "instructor";
pub(crate) const GRADES: &str = "grades";
/// The course that is opened beside the list.
pub(crate) const OPENED: &str = "course";
/// Asks for a part of a page alone.
pub(crate) const ONLY: &str = "only";
/// Values of parameters.
pub(crate) const YES: &str = "1";
pub(crate) const ANYONE: &str = "anyone";

/// A course in a term; without a term, what all its terms have in common.
pub(crate) fn course(term: Option<TermId>, code: &CourseCode) -> String {
    let term = term.map_or_else(|| ANY_TERM.to_owned(), TermId::slug);
    format!("{CATALOG}/{term}/{}/{}", code.subject, code.number)
}

/// A course in the newest term that has it; without one, by what all terms have in common.
pub(crate) fn course_where_newest(snapshot: &Snapshot, place: CourseIndex) -> String {
    let newest = snapshot.terms_of(place).next().map(|entry| entry.term.id);
    course(newest, &snapshot.course(place).course.code)
}

/// Somebody who teaches, by the name in addresses.
pub(crate) fn instructor(slug: &str) -> String {
    format!("/instructors/{slug}")
}

/// The courses of a subject in a term.
pub(crate) fn subject(term: Option<TermId>, abbreviation: &str) -> String {
    catalog(&Criteria { query: abbreviation.to_owned(), term, ..Criteria::default() }, 1)
}

/// The courses that satisfy the criteria.
pub(crate) fn catalog(criteria: &Criteria, page: usize) -> String {
    with_query(CATALOG, &catalog_parameters(criteria, page))
}

/// The same with a course opened beside the list.
pub(crate) fn catalog_opened(criteria: &Criteria, page: usize, opened: Option<&CourseCode>) -> String {
    let mut parameters = catalog_parameters(criteria, page);
    parameters.extend(opened.map(|code| (OPENED.to_owned(), code.to_string())));
    with_query(CATALOG, &parameters)
}

/// The same criteria with a playlist chosen in addition.
pub(crate) fn with_choice(criteria: &Criteria, category: Category, slug: &str) -> Criteria {
    let mut more = criteria.clone();
    more.chosen.entry(category).or_default().insert(slug.to_owned());
    more
}

/// The same criteria without one of the chosen playlists.
pub(crate) fn without_choice(criteria: &Criteria, category: Category, slug: &str) -> Criteria {
    let mut fewer = criteria.clone();
    fewer.chosen.entry(category).and_modify(|slugs: &mut BTreeSet<String>| {
        slugs.remove(slug);
    });
    fewer
}

/// The criteria as parameters, the defaults left out, in an order that never changes.
pub(crate) fn catalog_parameters(criteria: &Criteria, page: usize) -> Vec<(String, String)> {
    let mut parameters = Vec::new();
    let mut add = |name: &str, value: String| parameters.push((name.to_owned(), value));
    if !criteria.query.is_empty() {
        add("q", criteria.query.clone());
    }
    add("term", criteria.term.map_or_else(|| ANY_TERM.to_owned(), TermId::slug));
    add_section_parameters(criteria, &mut add);
    if criteria.has_grades {
        add(GRADES, YES.to_owned());
    }
    for category in FILTER_CATEGORIES {
        for slug in criteria.chosen.get(&category).into_iter().flatten() {
            add(category.slug(), slug.clone());
        }
    }
    if criteria.sort != Sort::default() {
        add("sort", criteria.sort.slug().to_owned());
    }
    if page > 1 {
        add("page", page.to_string());
    }
    parameters
}

fn add_section_parameters(criteria: &Criteria, add: &mut impl FnMut(&str, String)) {
    if criteria.open_seats {
        add(OPEN, YES.to_owned());
    }
    if criteria.open_to_anyone {
        add(OPEN, ANYONE.to_owned());
    }
    for (_, name) in (0..).zip(Days::NAMES).filter(|(day, _)| criteria.days.contains(*day)) {
        add(DAY, name.to_lowercase());
    }
    if let Some(part) = DAY_PARTS.iter().find(|part| criteria.window == Some(part.range())) {
        add(PART, part.slug.to_owned());
    }
    for mode in &criteria.instruction_modes {
        add(MODE, mode.clone());
    }
    for instructor in &criteria.instructors {
        add(INSTRUCTOR, instructor.clone());
    }
}

/// A path with parameters.
pub(crate) fn with_query(path: &str, parameters: &[(String, String)]) -> String {
    if parameters.is_empty() {
        return path.to_owned();
    }
    let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(parameters).finish();
    format!("{path}?{query}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_says_everything_and_nothing_twice() {
        let mut criteria = Criteria { query: "l & s 1".to_owned(), ..Criteria::default() };
        assert_eq!(catalog(&criteria, 1), "/catalog?q=l+%26+s+1&term=any");
        criteria.term = "fall-2026".parse().ok();
        criteria.open_seats = true;
        criteria.sort = Sort::AverageGrade;
        let more = with_choice(&criteria, Category::University, "american-cultures");
        let expected = "/catalog?q=l+%26+s+1&term=fall-2026&open=1&university=american-cultures&sort=grade&page=2";
        assert_eq!(catalog(&more, 2), expected);
        assert_eq!(
            catalog(&without_choice(&more, Category::University, "american-cultures"), 1),
            catalog(&criteria, 1)
        );
    }

    #[test]
    fn whatever_is_typed_stays_one_parameter() {
        let address = with_query("/a", &[("q".to_owned(), "a&b=c#d é\"<".to_owned())]);
        assert_eq!(address, "/a?q=a%26b%3Dc%23d+%C3%A9%22%3C");
    }
}
