//! Filters: which courses of a term are shown, in which order, and how many each further choice would show.
//!
//! The rule of the site since its beginning: a course must be in **all** chosen playlists of a requirement category
//! (university, ls, engineering, haas), in **any** chosen one of the other categories, and satisfy **every** category.
//! What is asked of sections (seats, days, times, instruction mode, instructor, fitting a week) must hold for **one and
//! the same** primary section of the course. Sections belong to a term: without a term nothing is asked of them.

mod fit;
mod resolved;
mod section_filters;
pub mod sort;
mod tally;

use std::collections::{BTreeMap, BTreeSet};

use self::resolved::Resolved;
use self::sort::Sort;
use crate::course_set::CourseIndex;
use crate::day_part::DAY_PARTS;
use crate::meeting::{Days, TimeRange};
use crate::playlist::Category;
use crate::search::matches;
use crate::snapshot::Snapshot;
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

/// Instructors that are offered as choices at most, those of most courses; chosen ones are always among them.
pub const INSTRUCTORS_OFFERED_MAX: usize = 20;

/// What is asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Criteria {
    /// What was typed.
    pub query: String,
    /// Courses offered in this term; `None`: in any term or none.
    pub term: Option<TermId>,
    /// The chosen playlists of each category, by slug.
    pub chosen: BTreeMap<Category, BTreeSet<String>>,
    /// Only with a free seat, reserved or not.
    pub open_seats: bool,
    /// Only with a free seat that is kept for no group.
    pub open_to_anyone: bool,
    /// Only with all meetings on these days; none asks for nothing. What is not arranged is on no day.
    pub days: Days,
    /// Only with all meetings within this stretch of the day. What is not arranged is in none.
    pub window: Option<TimeRange>,
    /// Only in one of these instruction modes, by slug (`in-person-instruction`).
    pub instruction_modes: BTreeSet<String>,
    /// Only taught by one of these, by slug (`ada-lovelace`).
    pub instructors: BTreeSet<String>,
    /// Only courses of which grades are known.
    pub has_grades: bool,
    /// When somebody is busy already, week by week.
    pub busy: Vec<(Days, TimeRange)>,
    /// Only what can be attended beside `busy`: no meeting of the primary section collides, and of each kind of
    /// secondary section that hangs on it at least one does not either.
    pub only_fitting: bool,
    /// In which order.
    pub sort: Sort,
}

/// What was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found<'a> {
    /// The courses, in the wanted order.
    pub courses: Vec<CourseIndex>,
    /// What each further choice would show.
    pub facets: Facets<'a>,
    /// Chosen playlists that do not exist (in this term); they are ignored.
    pub unknown: Vec<(Category, String)>,
}

/// Counts beside the filters: how many courses there would be with the choice made. Where one choice takes the place
/// of another (seats, part of the day, mode, instructor, units, level, department) each is counted by itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facets<'a> {
    /// Categories with their choices, in the site's order; a category without playlists is left out.
    pub categories: Vec<(Category, Vec<Choice<'a>>)>,
    /// With free seats, reserved or not.
    pub open_seats: usize,
    /// With free seats for anyone.
    pub open_to_anyone: usize,
    /// With each day among the wanted ones, Monday first.
    pub days: [usize; 7],
    /// In each of [`DAY_PARTS`].
    pub day_parts: [usize; DAY_PARTS.len()],
    /// Instruction modes of the term, by name.
    pub instruction_modes: Vec<Choice<'a>>,
    /// Instructors of the most courses, at most [`INSTRUCTORS_OFFERED_MAX`], and the chosen ones.
    pub instructors: Vec<Choice<'a>>,
    /// With grades.
    pub has_grades: usize,
    /// Fitting beside the busy times; `None` when none are given.
    pub fitting: Option<usize>,
    /// How many each term with offerings would show, newest first. Instructors, modes and breadths are the other term's
    /// own.
    pub terms: Vec<(TermId, usize)>,
}

/// A choice of a filter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice<'a> {
    /// Its name in addresses.
    pub slug: &'a str,
    /// Its name for people.
    pub name: &'a str,
    /// How many courses there would be with it chosen: on top of the chosen ones where all are needed, else by itself.
    pub count: usize,
    /// Whether it is chosen.
    pub is_chosen: bool,
}

/// Finds the courses that satisfy the criteria, and counts what each further choice would show.
#[must_use]
pub fn find<'a>(snapshot: &'a Snapshot, criteria: &Criteria) -> Found<'a> {
    let matches = matches(snapshot, &criteria.query);
    let here = Resolved::of(snapshot, criteria, &matches, criteria.term);
    let facets = Facets { terms: term_counts(&here, &matches), ..here.facets() };
    let courses = criteria.sort.order(snapshot, here.entry, here.shown(), &matches.into_ranks(criteria.term));
    Found { courses, facets, unknown: here.into_unknown() }
}

/// Only the courses that satisfy the criteria, in the wanted order: what [`find`] gives, for those who need no counts.
#[must_use]
pub fn list(snapshot: &Snapshot, criteria: &Criteria) -> Vec<CourseIndex> {
    let matches = matches(snapshot, &criteria.query);
    let here = Resolved::of(snapshot, criteria, &matches, criteria.term);
    criteria.sort.order(snapshot, here.entry, here.shown(), &matches.into_ranks(criteria.term))
}

/// What the same criteria find in each term.
fn term_counts(here: &Resolved<'_, '_>, matches: &crate::search::rank::Matches) -> Vec<(TermId, usize)> {
    let terms = here.snapshot.terms().iter().filter(|entry| !entry.offerings.is_empty()).map(|entry| entry.term.id);
    let count = |term: TermId| match here.criteria.term {
        Some(same) if same == term => here.shown().count(),
        _ => Resolved::of(here.snapshot, here.criteria, matches, Some(term)).shown().count(),
    };
    terms.map(|term| (term, count(term))).collect()
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

#[cfg(test)]
mod tests;
