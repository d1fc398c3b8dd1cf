//! Orders of the courses that do not depend on a term, prepared: a list is sorted by comparing numbers.

use std::cmp::Reverse;

use super::CourseEntry;
use crate::course_set::CourseIndex;

/// For each course its key in an order; smaller comes first, equal keys are equal.
#[derive(Debug, Default)]
pub(crate) struct Orders {
    /// Highest average grade first, the unknown last.
    by_grade: Vec<u32>,
    /// Lowest number first, then subject area.
    by_number: Vec<u32>,
}

impl Orders {
    pub(super) fn of(courses: &[CourseEntry]) -> Self {
        let average = |entry: &CourseEntry| entry.grades.and_then(|grades| grades.average);
        // Averages are never negative: their bits have their order.
        let by_grade = keys(courses, |entry| Reverse(average(entry).map(f64::to_bits)));
        let by_number = keys(courses, |entry| (&entry.course.code.number, &entry.course.code.subject));
        Self { by_grade, by_number }
    }

    pub(crate) fn by_grade(&self, course: CourseIndex) -> u32 {
        self.by_grade[course.place()]
    }

    pub(crate) fn by_number(&self, course: CourseIndex) -> u32 {
        self.by_number[course.place()]
    }
}

/// How many distinct smaller keys there are, for each course.
fn keys<'a, K: Ord>(courses: &'a [CourseEntry], key: impl Fn(&'a CourseEntry) -> K) -> Vec<u32> {
    let mut sorted: Vec<(K, usize)> = courses.iter().enumerate().map(|(place, entry)| (key(entry), place)).collect();
    sorted.sort_unstable();
    let mut keys = vec![0; courses.len()];
    let mut next = 0;
    for (at, (key, place)) in sorted.iter().enumerate() {
        let differs = at > 0 && sorted[at - 1].0 != *key;
        next += u32::from(differs);
        keys[*place] = next;
    }
    keys
}
