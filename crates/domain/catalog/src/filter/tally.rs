//! Who teaches the most courses of a list.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use super::{Choice, INSTRUCTORS_OFFERED_MAX};
use crate::bits::Bits;
use crate::snapshot::primaries::Primaries;
use crate::snapshot::{InstructorIndex, Snapshot};

/// Instructors with the number of courses that they teach in some primary sections: most courses first, then by name.
/// The chosen ones are always among them.
pub(super) fn instructors<'a>(
    snapshot: &'a Snapshot,
    primaries: &Primaries,
    sections: &Bits,
    chosen: &BTreeSet<String>,
) -> Vec<Choice<'a>> {
    let counts = course_counts(snapshot.instructors().len(), primaries, sections);
    let chosen: Vec<InstructorIndex> = chosen.iter().filter_map(|slug| snapshot.instructor_by_slug(slug)).collect();
    let key = |person: &InstructorIndex| (Reverse(counts[person.place()]), *person);
    let teaching = (0..).map(InstructorIndex).zip(&counts).filter(|(_, count)| **count > 0).map(|(person, _)| person);
    let mut offered: Vec<InstructorIndex> =
        teaching.filter(|person| !snapshot.instructor(*person).slug.is_empty()).collect();
    if offered.len() > INSTRUCTORS_OFFERED_MAX {
        offered.select_nth_unstable_by_key(INSTRUCTORS_OFFERED_MAX, key);
        offered.truncate(INSTRUCTORS_OFFERED_MAX);
    }
    offered.extend(chosen.iter().filter(|person| !offered.contains(person)).copied().collect::<Vec<_>>());
    offered.sort_unstable_by_key(key);
    let choice = |person: InstructorIndex| {
        let entry = snapshot.instructor(person);
        let is_chosen = chosen.contains(&person);
        Choice { slug: &entry.slug, name: &entry.name, count: counts[person.place()] as usize, is_chosen }
    };
    offered.into_iter().map(choice).collect()
}

/// For each instructor the courses, each once: a course's sections lie together.
fn course_counts(people_count: usize, primaries: &Primaries, sections: &Bits) -> Vec<u32> {
    let mut counts = vec![0_u32; people_count];
    let mut last_courses = vec![None; people_count];
    for place in sections.iter() {
        let course = Some(primaries.courses[place]);
        for person in primaries.people_of(place) {
            let last = &mut last_courses[person.place()];
            counts[person.place()] += u32::from(*last != course);
            *last = course;
        }
    }
    counts
}
