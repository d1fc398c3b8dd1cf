//! Filters: which courses of a term are shown, in which order, and how many each further choice would show.
//!
//! The rule of the site since its beginning: a course must be in **all** chosen playlists of a requirement category
//! (university, ls, engineering, haas), in **any** chosen one of the other categories, and satisfy **every** category.

pub mod sort;

use std::collections::{BTreeMap, BTreeSet};

use self::sort::Sort;
use crate::course_set::{CourseIndex, CourseSet};
use crate::playlist::Category;
use crate::search::search;
use crate::snapshot::{PlaylistEntry, Snapshot};
use crate::term::TermId;

/// The categories that are offered as filters; the term takes the place of the semester playlists.
pub const FILTER_CATEGORIES: [Category; 7] = [
    Category::University,
    Category::Ls,
    Category::Engineering,
    Category::Haas,
    Category::Units,
    Category::Level,
    Category::Department,
];

/// What is asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Criteria {
    /// What was typed.
    pub query: String,
    /// Courses offered in this term; `None`: in any term or none.
    pub term: Option<TermId>,
    /// The chosen playlists of each category, by slug.
    pub chosen: BTreeMap<Category, BTreeSet<String>>,
    /// Only courses with a free seat. Without a term it asks for nothing: seats belong to a term.
    pub open_seats: bool,
    /// In which order.
    pub sort: Sort,
}

/// What was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// The courses, in the wanted order.
    pub courses: Vec<CourseIndex>,
    /// What each further choice would show.
    pub facets: Facets,
    /// Chosen playlists that do not exist (in this term); they are ignored.
    pub unknown: Vec<(Category, String)>,
}

/// Counts beside the filters.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facets {
    /// Categories with their choices, in the site's order; a category without playlists is left out.
    pub categories: Vec<(Category, Vec<Choice>)>,
    /// How many remain with "open seats" ticked.
    pub open_seats: usize,
    /// How many each term with offerings would show, newest first.
    pub terms: Vec<(TermId, usize)>,
}

/// A playlist as a choice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// Its name in addresses.
    pub slug: String,
    /// Its name for people.
    pub name: String,
    /// How many courses there would be with it chosen: on top of the chosen ones where all are needed, else by itself.
    pub count: usize,
    /// Whether it is chosen.
    pub is_chosen: bool,
}

/// A page of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Page<'a, T> {
    /// Its number, from 1.
    pub number: usize,
    /// How many pages there are, at least 1.
    pub count: usize,
    /// What is on it.
    pub rows: &'a [T],
}

/// The page of a list with a number; the last one when there are fewer, the first for 0.
#[must_use]
pub fn page<T>(rows: &[T], number: usize, size: usize) -> Page<'_, T> {
    let size = size.max(1);
    let count = rows.len().div_ceil(size).max(1);
    let number = number.clamp(1, count);
    let start = (number - 1) * size;
    Page { number, count, rows: &rows[start.min(rows.len())..(start + size).min(rows.len())] }
}

/// Finds the courses that satisfy the criteria.
#[must_use]
pub fn find(snapshot: &Snapshot, criteria: &Criteria) -> Found {
    let matches = search(snapshot, &criteria.query, criteria.term);
    let matching = CourseSet::of(snapshot.courses().len(), matches.iter().copied());
    let chosen = Chosen::resolve(snapshot, criteria);
    let shown = chosen.apply(snapshot, &matching, criteria, None);
    let mut courses: Vec<CourseIndex> = matches.into_iter().filter(|course| shown.contains(*course)).collect();
    criteria.sort.apply(snapshot, criteria.term, &mut courses);
    let facets = Facets {
        categories: FILTER_CATEGORIES
            .into_iter()
            .map(|category| (category, choices(snapshot, &chosen, &matching, &shown, criteria, category)))
            .filter(|(_, choices)| !choices.is_empty())
            .collect(),
        open_seats: open_count(snapshot, &shown, criteria),
        terms: term_counts(snapshot, criteria),
    };
    Found { courses, facets, unknown: chosen.unknown }
}

/// The chosen playlists, found in the snapshot.
struct Chosen<'a> {
    by_category: BTreeMap<Category, Vec<&'a PlaylistEntry>>,
    unknown: Vec<(Category, String)>,
}

impl<'a> Chosen<'a> {
    fn resolve(snapshot: &'a Snapshot, criteria: &Criteria) -> Self {
        let mut resolved = Self { by_category: BTreeMap::new(), unknown: Vec::new() };
        for (category, slugs) in &criteria.chosen {
            for slug in slugs {
                match snapshot.playlists(*category, criteria.term).find(|entry| entry.slug == *slug) {
                    Some(entry) => resolved.by_category.entry(*category).or_default().push(entry),
                    None => resolved.unknown.push((*category, slug.clone())),
                }
            }
        }
        resolved
    }

    /// The courses that satisfy everything, but for one category when `without` names it.
    fn apply(
        &self,
        snapshot: &Snapshot,
        matching: &CourseSet,
        criteria: &Criteria,
        without: Option<Category>,
    ) -> CourseSet {
        let mut left = matching.clone();
        if let Some(term) = criteria.term {
            let nothing = CourseSet::none(snapshot.courses().len());
            let entry = snapshot.term(term);
            left.keep(
                entry.map_or(
                    &nothing,
                    |entry| {
                        if criteria.open_seats { &entry.with_open_seats } else { &entry.offered }
                    },
                ),
            );
        }
        for (category, playlists) in self.by_category.iter().filter(|(category, _)| Some(**category) != without) {
            if category.needs_all() {
                playlists.iter().for_each(|playlist| left.keep(&playlist.courses));
            } else {
                let mut any = CourseSet::none(snapshot.courses().len());
                playlists.iter().for_each(|playlist| any.add(&playlist.courses));
                left.keep(&any);
            }
        }
        left
    }

    fn has(&self, category: Category, slug: &str) -> bool {
        self.by_category.get(&category).is_some_and(|chosen| chosen.iter().any(|entry| entry.slug == slug))
    }
}

fn choices(
    snapshot: &Snapshot,
    chosen: &Chosen<'_>,
    matching: &CourseSet,
    shown: &CourseSet,
    criteria: &Criteria,
    category: Category,
) -> Vec<Choice> {
    let alone = (!category.needs_all()).then(|| chosen.apply(snapshot, matching, criteria, Some(category)));
    let base = alone.as_ref().unwrap_or(shown);
    let choice = |entry: &PlaylistEntry| Choice {
        slug: entry.slug.clone(),
        name: entry.key.name.clone(),
        count: base.count_common(&entry.courses),
        is_chosen: chosen.has(category, &entry.slug),
    };
    snapshot.playlists(category, criteria.term).map(choice).collect()
}

fn open_count(snapshot: &Snapshot, shown: &CourseSet, criteria: &Criteria) -> usize {
    let entry = criteria.term.and_then(|term| snapshot.term(term));
    entry.map_or(0, |entry| shown.count_common(&entry.with_open_seats))
}

/// What the same criteria would find in each term. Instructors and breadths are the other term's own.
fn term_counts(snapshot: &Snapshot, criteria: &Criteria) -> Vec<(TermId, usize)> {
    let terms = snapshot.terms().iter().filter(|entry| !entry.offerings.is_empty());
    let count = |term: TermId| {
        let there = Criteria { term: Some(term), ..criteria.clone() };
        let matches = search(snapshot, &there.query, there.term);
        let matching = CourseSet::of(snapshot.courses().len(), matches);
        Chosen::resolve(snapshot, &there).apply(snapshot, &matching, &there, None).count()
    };
    terms.map(|entry| (entry.term.id, count(entry.term.id))).collect()
}

#[cfg(test)]
mod tests;
