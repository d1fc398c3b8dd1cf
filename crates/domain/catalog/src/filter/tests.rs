//! Filters, counts and orders, held against a naive scan.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::{Criteria, Sort, find, page};
use crate::course::CourseCode;
use crate::course_set::CourseIndex;
use crate::fold::slug;
use crate::playlist::Category;
use crate::sample::{Sample, campus, term_id};
use crate::snapshot::Snapshot;

const FALL: &str = "fall-2026";

fn with_playlists() -> Snapshot {
    campus()
        .playlist(Category::University, "American Cultures", None, &["HISTORY 7A", "COMPSCI 61A"])
        .playlist(Category::University, "American History", None, &["HISTORY 7A"])
        .playlist(Category::Ls, "Arts and Literature", Some(FALL), &["GERMAN 1"])
        .playlist(Category::Ls, "Arts and Literature", Some("spring-2027"), &["DATA C8"])
        .playlist(Category::Units, "4 Units", None, &["COMPSCI 61A", "COMPSCI 61B", "MATH 54"])
        .playlist(Category::Units, "0.5 Units", None, &["GERMAN 1"])
        .playlist(Category::Units, "1 Unit", None, &[])
        .playlist(Category::Level, "Upper Division", None, &[])
        .playlist(Category::Level, "Freshman Seminar", None, &[])
        .playlist(Category::Level, "Lower Division", None, &["COMPSCI 61A", "COMPSCI 61B", "MATH 54", "GERMAN 1"])
        .playlist(Category::Department, "Mathematics", None, &["MATH 54", "MATH 110", "MATH N110"])
        .grades(FALL, "MATH 54", "1", &["Ann Sample"], [10, 0, 0])
        .grades(FALL, "COMPSCI 61B", "1", &["Ann Sample"], [0, 10, 0])
        .build()
}

fn criteria(term: Option<&str>, chosen: &[(Category, &str)]) -> Criteria {
    let mut by_category: BTreeMap<Category, BTreeSet<String>> = BTreeMap::new();
    for (category, slug) in chosen {
        by_category.entry(*category).or_default().insert((*slug).to_owned());
    }
    Criteria { term: term.map(term_id), chosen: by_category, ..Criteria::default() }
}

fn codes(snapshot: &Snapshot, courses: &[CourseIndex]) -> Vec<String> {
    courses.iter().map(|course| snapshot.course(*course).course.code.to_string()).collect()
}

fn found(snapshot: &Snapshot, criteria: &Criteria) -> Vec<String> {
    codes(snapshot, &find(snapshot, criteria).courses)
}

#[test]
fn requirements_must_all_hold_and_other_choices_any() {
    let snapshot = with_playlists();
    let both = [(Category::University, "american-cultures"), (Category::University, "american-history")];
    assert_eq!(found(&snapshot, &criteria(None, &both)), ["HISTORY 7A"]);
    let either = [(Category::Units, "4-units"), (Category::Units, "0-5-units")];
    assert_eq!(found(&snapshot, &criteria(Some(FALL), &either)), ["COMPSCI 61A", "COMPSCI 61B", "GERMAN 1", "MATH 54"]);
    let across = [(Category::Units, "4-units"), (Category::Department, "mathematics")];
    assert_eq!(found(&snapshot, &criteria(Some(FALL), &across)), ["MATH 54"]);
}

#[test]
fn breadths_are_the_terms_own() {
    let snapshot = with_playlists();
    let chosen = [(Category::Ls, "arts-and-literature")];
    assert_eq!(found(&snapshot, &criteria(Some(FALL), &chosen)), ["GERMAN 1"]);
    assert_eq!(found(&snapshot, &criteria(Some("spring-2027"), &chosen)), ["DATA C8"]);
}

#[test]
fn choices_that_do_not_exist_are_ignored_and_told() {
    let snapshot = with_playlists();
    let chosen = [(Category::University, "telepathy"), (Category::Department, "mathematics")];
    let result = find(&snapshot, &criteria(Some(FALL), &chosen));
    assert_eq!(codes(&snapshot, &result.courses), ["MATH 54"]);
    assert_eq!(result.unknown, [(Category::University, "telepathy".to_owned())]);
}

#[test]
fn units_and_levels_are_listed_as_people_look_for_them() {
    let snapshot = with_playlists();
    let names =
        |category| -> Vec<String> { snapshot.playlists(category, None).map(|entry| entry.key.name.clone()).collect() };
    assert_eq!(names(Category::Units), ["0.5 Units", "1 Unit", "4 Units"]);
    assert_eq!(names(Category::Level), ["Lower Division", "Upper Division", "Freshman Seminar"]);
}

#[test]
fn open_seats_need_a_term() {
    let snapshot = with_playlists();
    let open = Criteria { open_seats: true, ..criteria(Some(FALL), &[]) };
    assert_eq!(found(&snapshot, &open), ["COMPSCI 61A", "MATH 54"]);
    let anywhere = Criteria { open_seats: true, ..criteria(None, &[]) };
    assert_eq!(found(&snapshot, &anywhere).len(), snapshot.courses().len());
    assert_eq!(find(&snapshot, &open).facets.open_seats, 2);
}

#[test]
fn every_order_puts_the_unknown_last() {
    let snapshot = with_playlists();
    let by = |sort| found(&snapshot, &Criteria { sort, ..criteria(Some(FALL), &[]) });
    assert_eq!(by(Sort::Relevance), ["COMPSCI 61A", "COMPSCI 61B", "GERMAN 1", "MATH 54"]);
    assert_eq!(by(Sort::AverageGrade), ["MATH 54", "COMPSCI 61B", "COMPSCI 61A", "GERMAN 1"]);
    assert_eq!(by(Sort::OpenSeats), ["COMPSCI 61A", "MATH 54", "COMPSCI 61B", "GERMAN 1"]);
    assert_eq!(by(Sort::PercentEnrolled), ["MATH 54", "COMPSCI 61A", "COMPSCI 61B", "GERMAN 1"]);
    assert_eq!(by(Sort::Number), ["GERMAN 1", "MATH 54", "COMPSCI 61A", "COMPSCI 61B"]);
}

#[test]
fn each_term_says_how_many_it_would_show() {
    let snapshot = with_playlists();
    let cs = Criteria { query: "61b".to_owned(), ..criteria(Some(FALL), &[]) };
    let terms = find(&snapshot, &cs).facets.terms;
    assert_eq!(terms, [(term_id("spring-2027"), 1), (term_id(FALL), 1)]);
    let instructor = Criteria { query: "wanderer".to_owned(), ..criteria(Some(FALL), &[]) };
    assert_eq!(find(&snapshot, &instructor).facets.terms, [(term_id("spring-2027"), 1), (term_id(FALL), 0)]);
}

#[test]
fn pages_are_cut_and_numbers_past_the_end_give_the_last() {
    let rows: Vec<u32> = (0..101).collect();
    assert_eq!(page(&rows, 1, 50).rows.len(), 50);
    assert_eq!(page(&rows, 3, 50).rows, [100]);
    assert_eq!(page(&rows, 0, 50).number, 1);
    assert_eq!(page(&rows, usize::MAX, 50).number, 3);
    assert_eq!(page::<u32>(&[], 7, 50).count, 1);
}

/// A random catalog, and random criteria over it, as plain data that a naive scan can read.
#[derive(Clone, Debug)]
struct World {
    /// For each of the courses `MATH 1`, `MATH 2`, …: offered in fall, and its seats there.
    courses: Vec<(bool, Option<(i32, i32)>)>,
    /// For each category two playlists, as the courses in them.
    playlists: Vec<[BTreeSet<usize>; 2]>,
    /// For each category, which of the two are chosen.
    chosen: Vec<[bool; 2]>,
    open_seats: bool,
    in_fall: bool,
}

const CATEGORIES: [Category; 4] = [Category::University, Category::Haas, Category::Units, Category::Department];

fn world() -> impl Strategy<Value = World> {
    let seats = prop::option::of((0..40_i32, 0..40_i32));
    let set = || prop::collection::btree_set(0_usize..70, 0..50);
    (
        prop::collection::vec((any::<bool>(), seats), 1..70),
        prop::collection::vec([set(), set()], 4),
        prop::collection::vec(any::<[bool; 2]>(), 4),
        any::<bool>(),
        any::<bool>(),
    )
        .prop_map(|(courses, playlists, chosen, open_seats, in_fall)| World {
            courses,
            playlists,
            chosen,
            open_seats,
            in_fall,
        })
}

impl World {
    fn snapshot(&self) -> Snapshot {
        let mut sample = Sample::default().term(FALL, None);
        for (at, (offered, seats)) in self.courses.iter().enumerate() {
            let name = name(at);
            sample = sample.course(&name, "Mathematics", "Calculus");
            if *offered {
                sample = sample.section(FALL, &name, "001", "LEC 001", u32::try_from(at).unwrap());
                if let Some((enrolled, max)) = seats {
                    sample = sample.seats(*enrolled, *max);
                }
            }
        }
        for (category, lists) in CATEGORIES.iter().zip(&self.playlists) {
            for (list, members) in ["one", "two"].iter().zip(lists) {
                let members: Vec<String> = members.iter().map(|at| name(*at)).collect();
                let members: Vec<&str> = members.iter().map(String::as_str).collect();
                sample = sample.playlist(*category, list, None, &members);
            }
        }
        sample.build()
    }

    fn criteria(&self) -> Criteria {
        let mut chosen = Vec::new();
        for (category, picks) in CATEGORIES.iter().zip(&self.chosen) {
            chosen.extend(
                ["one", "two"].iter().zip(picks).filter(|(_, pick)| **pick).map(|(list, _)| (*category, *list)),
            );
        }
        Criteria { open_seats: self.open_seats, ..criteria(self.in_fall.then_some(FALL), &chosen) }
    }

    /// Whether a course is to be shown, by the rule as it is written down.
    fn shows(&self, at: usize, chosen: &[[bool; 2]]) -> bool {
        let (offered, seats) = self.courses[at];
        let open = seats.is_some_and(|(enrolled, max)| max > enrolled);
        let in_term = !self.in_fall || (offered && (!self.open_seats || open));
        in_term
            && CATEGORIES.iter().zip(&self.playlists).zip(chosen).all(|((category, lists), picks)| {
                let mut picked = lists.iter().zip(picks).filter(|(_, pick)| **pick).map(|(list, _)| list.contains(&at));
                if category.needs_all() {
                    picked.all(|is_in| is_in)
                } else {
                    *picks == [false; 2] || picked.any(|is_in| is_in)
                }
            })
    }
}

fn name(at: usize) -> String {
    format!("MATH {}", at + 1)
}

proptest! {
    #[test]
    fn filters_and_counts_agree_with_a_naive_scan(world in world()) {
        let snapshot = world.snapshot();
        let result = find(&snapshot, &world.criteria());
        let naive: Vec<String> =
            (0..world.courses.len()).filter(|at| world.shows(*at, &world.chosen)).map(name).collect();
        prop_assert_eq!(codes(&snapshot, &result.courses), naive);

        for (which, category) in CATEGORIES.iter().enumerate() {
            let choices = &result.facets.categories.iter().find(|(of, _)| of == category).unwrap().1;
            for (list, choice) in choices.iter().enumerate() {
                let mut chosen = world.chosen.clone();
                if !category.needs_all() {
                    chosen[which] = [false; 2];
                }
                chosen[which][list] = true;
                let count = (0..world.courses.len()).filter(|at| world.shows(*at, &chosen)).count();
                prop_assert_eq!(choice.count, count, "{} {}", category, &choice.slug);
                prop_assert_eq!(choice.is_chosen, world.chosen[which][list]);
            }
        }
    }

    #[test]
    fn slugs_are_safe_in_addresses(name in ".{0,40}") {
        let slug = slug(&name);
        prop_assert!(!slug.contains(['/', '&', '?', '#', ' ', '<', '"', '.']));
    }
}

#[test]
fn a_playlist_may_name_courses_that_are_not_held() {
    let snapshot = campus().playlist(Category::University, "Ghosts", None, &["PHANTOM 1", "MATH 54"]).build();
    let result = found(&snapshot, &criteria(None, &[(Category::University, "ghosts")]));
    let expected: Vec<String> = [CourseCode::parse("MATH 54").unwrap()].iter().map(ToString::to_string).collect();
    assert_eq!(result, expected);
}
