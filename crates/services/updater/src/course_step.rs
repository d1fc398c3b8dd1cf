//! The course step: the catalog's courses, and those that only a class names.

use std::collections::HashSet;

use catalog::course::{Course, CourseCode};
use catalog::diff;
use catalog::run::{Step, Tally};
use catalog::stored::Held;

use crate::fetch::CourseFetch;
use crate::tonight::{StepMark, Tonight, sum, tally_of};

/// Compares the courses and puts their changes into the publication. `taught` are the courses of terms that have not
/// ended, tonight's classes included.
pub(crate) fn take(tonight: &mut Tonight<'_>, fetch: &mut CourseFetch, taught: &HashSet<CourseCode>) {
    let Some(fetched) = fetch.fetched.take() else { return };
    let mark = StepMark { step: Step::Course, term: None, watch: fetch.watch };
    let known = active(&fetch.held).count();
    match fetched {
        Err(error) => tonight.failed(mark, &error, Tally { known, ..Tally::default() }),
        Ok(fetched) => {
            let numbers = Tally {
                known,
                fetched: fetched.records.len(),
                requests: fetched.requests,
                quarantined: fetched.faults.len(),
                ..Tally::default()
            };
            tonight.faults.extend(fetched.faults.iter().cloned());
            if let Err(reason) = tonight.check("courses", known, fetched.records.len()) {
                return tonight.refused(mark, reason, numbers);
            }
            let delta = diff::courses(&fetch.held, &fetched, taught);
            let tally = sum(numbers, tally_of(&delta));
            tonight.publication.courses = delta;
            tonight.accepted(mark, fetched.as_of, tally);
        }
    }
}

/// Adds courses that classes name and nothing lists: a retired one comes back as it was, an unknown one is listed by
/// what the class says of it.
pub(crate) fn add_unlisted(tonight: &mut Tonight<'_>, held: &[Held<Course>], unlisted: Vec<Course>) {
    let delta = &mut tonight.publication.courses;
    let mut seen: HashSet<CourseCode> =
        delta.added.iter().chain(&delta.changed).map(|course| course.code.clone()).collect();
    for course in unlisted {
        if !seen.insert(course.code.clone()) {
            continue;
        }
        match held.iter().find(|old| old.value.code == course.code) {
            Some(old) => delta.changed.push(old.value.clone()),
            None => delta.added.push(course),
        }
    }
}

/// The codes that are listed once the publication is out.
pub(crate) fn listed(tonight: &Tonight<'_>, held: &[Held<Course>]) -> HashSet<CourseCode> {
    let after = tonight.publication.courses.after(held, |course| course.code.clone());
    after.into_iter().map(|course| course.code.clone()).collect()
}

fn active(held: &[Held<Course>]) -> impl Iterator<Item = &Course> {
    held.iter().filter(|course| !course.is_retired).map(|course| &course.value)
}
