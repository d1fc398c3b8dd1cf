//! In which seasons a course was offered, as counts: `in 9 of the last 10 falls`. Never a promise.

use std::collections::BTreeSet;

use crate::term::{Semester, TermId};

/// Terms of a season that are counted at most: what was a decade ago says little.
pub const TERMS_COUNTED_MAX: usize = 10;

/// How often a course was offered in a season.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SeasonCount {
    /// The season.
    pub semester: Semester,
    /// In how many of the terms.
    pub offered: usize,
    /// Terms of which something is known, the newest ones, at most [`TERMS_COUNTED_MAX`]; at least one.
    pub of: usize,
    /// Whether for some of them only grades are known, in which small classes are left out: it may have been more.
    pub at_least: bool,
}

/// A term of which something is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct KnownTerm {
    /// The term.
    pub term: TermId,
    /// Whether its grades are known and its classes are not.
    pub by_grades_only: bool,
}

/// Counts season by season, in the order of the year; a season without any known term is left out. `offered` are the
/// terms with a class or with grades of the course.
#[must_use]
pub fn seasons(known: &BTreeSet<KnownTerm>, offered: &BTreeSet<TermId>) -> Vec<SeasonCount> {
    let count = |semester: Semester| {
        let newest_first = known.iter().rev().filter(|known| known.term.semester() == semester);
        let counted: Vec<&KnownTerm> = newest_first.take(TERMS_COUNTED_MAX).collect();
        let missing = |known: &&&KnownTerm| !offered.contains(&known.term);
        SeasonCount {
            semester,
            offered: counted.len() - counted.iter().filter(missing).count(),
            of: counted.len(),
            at_least: counted.iter().filter(missing).any(|known| known.by_grades_only),
        }
    };
    Semester::ALL.into_iter().map(count).filter(|count| count.of > 0).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn known(terms: &[&str]) -> BTreeSet<KnownTerm> {
        terms.iter().map(|term| KnownTerm { term: term.parse().unwrap(), by_grades_only: false }).collect()
    }

    fn terms(terms: &[&str]) -> BTreeSet<TermId> {
        terms.iter().map(|term| term.parse().unwrap()).collect()
    }

    #[test]
    fn each_season_is_counted_by_itself() {
        let known = known(&["fall-2024", "spring-2025", "summer-2025", "fall-2025", "spring-2026", "fall-2026"]);
        let counts = seasons(&known, &terms(&["fall-2024", "fall-2026", "spring-2026"]));
        let told: Vec<(&str, usize, usize)> =
            counts.iter().map(|count| (count.semester.slug(), count.offered, count.of)).collect();
        assert_eq!(told, [("spring", 1, 2), ("summer", 0, 1), ("fall", 2, 3)]);
        assert!(counts.iter().all(|count| !count.at_least));
    }

    #[test]
    fn what_is_known_from_grades_alone_may_have_been_more() {
        let mut known = known(&["fall-2024", "fall-2025"]);
        known.insert(KnownTerm { term: "fall-2023".parse().unwrap(), by_grades_only: true });
        let all = terms(&["fall-2023", "fall-2024", "fall-2025"]);
        assert!(!seasons(&known, &all)[0].at_least, "nothing is missing");
        assert!(!seasons(&known, &terms(&["fall-2023"]))[0].at_least, "classes of the missing ones are known");
        assert!(seasons(&known, &terms(&["fall-2025"]))[0].at_least);
    }

    #[test]
    fn only_the_newest_terms_count() {
        let years: Vec<String> = (2005..=2026).map(|year| format!("fall-{year}")).collect();
        let years: Vec<&str> = years.iter().map(String::as_str).collect();
        let counts = seasons(&known(&years), &terms(&years[..5]));
        assert_eq!((counts[0].offered, counts[0].of), (0, TERMS_COUNTED_MAX));
    }

    proptest! {
        #[test]
        fn a_course_is_never_offered_more_often_than_there_were_terms(
            known in proptest::collection::btree_set((200_u16..280, any::<bool>()), 0..40),
            offered in proptest::collection::btree_set(200_u16..280, 0..40),
        ) {
            let term = |tens: u16, digit: u16| TermId::try_from(tens * 10 + digit).unwrap();
            let known: BTreeSet<KnownTerm> = known
                .into_iter()
                .map(|(tens, by_grades_only)| KnownTerm { term: term(tens, 8), by_grades_only })
                .collect();
            let offered: BTreeSet<TermId> = offered.into_iter().map(|tens| term(tens, 8)).collect();
            for count in seasons(&known, &offered) {
                prop_assert!(count.offered <= count.of && count.of <= TERMS_COUNTED_MAX && count.of > 0);
                prop_assert!(!count.at_least || count.offered < count.of);
            }
        }
    }
}
