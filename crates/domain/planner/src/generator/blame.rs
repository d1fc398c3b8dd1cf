//! Why nothing fits: smallest sets of wishes that cannot be had together, which have no wish in common; and whether
//! giving up a single wish is enough.

use std::fmt;

use catalog::course::{CourseCode, UnitCount};
use catalog::ids::CourseId;
use catalog::meeting::time_in_words;
use jiff::civil::Time;

use super::choices::{Problem, against};
use super::feasible::{Answer, Held, fits};
use super::wish::{SeatsWanted, Wish};
use super::{BLAME_STEPS_MAX, CONTRADICTIONS_MAX};

/// Wishes that cannot be had together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Impossible {
    /// The wishes: courses first. They alone make it impossible; there may be more that cannot be had together.
    pub because: Vec<Constraint>,
    /// Further sets of wishes that cannot be had together either, with none in common: with `because` at most
    /// [`CONTRADICTIONS_MAX`].
    pub others: Vec<Vec<Constraint>>,
    /// The wishes of which each is known to be enough to give up: everything else that was wished fits then. None when
    /// there is more than one contradiction.
    pub remedies: Vec<Constraint>,
    /// Whether giving up any one of them is known to be enough for the others to fit. Otherwise the search for a smaller
    /// set reached its limit: they cannot be had together, and perhaps fewer cannot either.
    pub is_minimal: bool,
}

/// One wish.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Constraint {
    /// A required course.
    Course {
        /// Its number.
        course: CourseId,
        /// Its code.
        code: CourseCode,
        /// Whether anything of it is offered in the term.
        is_offered: bool,
    },
    /// Sections of a course that are settled.
    Pins {
        /// The course's number.
        course: CourseId,
        /// Its code.
        code: CourseCode,
        /// The sections: `LEC 001`.
        sections: Vec<String>,
    },
    /// No class before a time.
    NotBefore(Time),
    /// No class after a time.
    NotAfter(Time),
    /// A day without classes; 0 is Monday.
    FreeDay(u8),
    /// A time that is taken.
    Busy {
        /// Its place in the wish.
        place: usize,
        /// What it is called.
        name: String,
    },
    /// Free seats.
    Seats(SeatsWanted),
    /// No more units.
    MaxUnits(UnitCount),
    /// No two final exams at the same time.
    Exams,
}

impl fmt::Display for Constraint {
    /// Some words for a list: `COMPSCI 61A`, `no class before 10:00 am`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const DAYS: [&str; 7] = ["Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays", "Saturdays", "Sundays"];
        match self {
            Self::Course { code, is_offered: true, .. } => write!(f, "{code}"),
            Self::Course { code, is_offered: false, .. } => write!(f, "{code}, which is not offered in this term"),
            Self::Pins { code, sections, .. } => write!(f, "{} of {code}", sections.join(" and ")),
            Self::NotBefore(time) => write!(f, "no class before {}", time_in_words(*time)),
            Self::NotAfter(time) => write!(f, "no class after {}", time_in_words(*time)),
            Self::FreeDay(day) => write!(f, "{} free", DAYS.get(usize::from(*day)).unwrap_or(&"a day")),
            Self::Busy { name, .. } => write!(f, "time for {name}"),
            Self::Seats(SeatsWanted::FreeToAnyone) => f.write_str("only sections with seats that are not reserved"),
            Self::Seats(_) => f.write_str("only sections with free seats"),
            Self::MaxUnits(units) => write!(f, "at most {units} units"),
            Self::Exams => f.write_str("no two final exams at the same time"),
        }
    }
}

/// A smallest set of wishes that cannot be had together, what else cannot, and what is enough to give up. When no course
/// is required, it is said why the first one does not fit even alone.
pub(super) fn explain(problem: &Problem, wish: &Wish) -> Impossible {
    let mut held = Held::all(problem);
    if !held.courses.contains(&true) {
        held.courses.iter_mut().take(1).for_each(|first| *first = true);
    }
    let all = constraints(problem, &held, wish);
    let mut steps = BLAME_STEPS_MAX;
    let (because, is_minimal) = smallest(problem, &held, &all, &mut steps);
    let others = others(problem, &held, &all, &because, &mut steps);
    let remedies = if others.is_empty() { remedies(problem, &held, &because, &mut steps) } else { Vec::new() };
    Impossible { because, others, remedies, is_minimal }
}

/// Gives up one wish after the other, preferences before courses, and keeps only those without which all would fit.
/// What is left cannot be had together, and everything in it is needed for that; `false` when the steps did not suffice
/// to know.
fn smallest(problem: &Problem, held: &Held, wishes: &[Constraint], steps: &mut u32) -> (Vec<Constraint>, bool) {
    let mut held = held.clone();
    let mut because = Vec::new();
    let mut is_minimal = true;
    for constraint in wishes {
        let without = given_up(&held, problem, constraint);
        match fits(problem, &without, steps) {
            Answer::No => held = without,
            Answer::Yes => because.push(constraint.clone()),
            Answer::Unknown => {
                because.push(constraint.clone());
                is_minimal = false;
            }
        }
    }
    because.sort_by_key(|constraint| match constraint {
        Constraint::Course { course, .. } => place_of(problem, *course).unwrap_or(usize::MAX),
        _ => usize::MAX,
    });
    (because, is_minimal)
}

/// What cannot be had together even when everything that was blamed before is given up.
fn others(
    problem: &Problem,
    held: &Held,
    wishes: &[Constraint],
    first: &[Constraint],
    steps: &mut u32,
) -> Vec<Vec<Constraint>> {
    let mut others: Vec<Vec<Constraint>> = Vec::new();
    let (mut held, mut wishes, mut blamed) = (held.clone(), wishes.to_vec(), first.to_vec());
    while others.len() + 1 < CONTRADICTIONS_MAX {
        held = blamed.iter().fold(held, |held, constraint| given_up(&held, problem, constraint));
        wishes.retain(|constraint| !blamed.contains(constraint) && is_held(problem, &held, constraint));
        if fits(problem, &held, steps) != Answer::No {
            break;
        }
        (blamed, _) = smallest(problem, &held, &wishes, steps);
        others.push(blamed.clone());
    }
    others
}

/// Of the blamed wishes those that are enough to give up one at a time. To give up the only course is no remedy.
fn remedies(problem: &Problem, held: &Held, because: &[Constraint], steps: &mut u32) -> Vec<Constraint> {
    let mut remedies = Vec::new();
    for constraint in because {
        let without = given_up(held, problem, constraint);
        if without.courses.contains(&true) && fits(problem, &without, steps) == Answer::Yes {
            remedies.push(constraint.clone());
        }
    }
    remedies
}

/// Whether the course that a wish is about is still held to.
fn is_held(problem: &Problem, held: &Held, constraint: &Constraint) -> bool {
    match constraint {
        Constraint::Course { course, .. } | Constraint::Pins { course, .. } => {
            place_of(problem, *course).is_some_and(|place| held.courses[place])
        }
        _ => true,
    }
}

/// All wishes, in the order in which they are given up: what is left when nothing else is to blame are courses.
fn constraints(problem: &Problem, held: &Held, wish: &Wish) -> Vec<Constraint> {
    let mut all = Vec::new();
    all.extend(wish.not_before.map(Constraint::NotBefore));
    all.extend(wish.not_after.map(Constraint::NotAfter));
    all.extend((0..7_u8).filter(|day| wish.free_days.contains(*day)).map(Constraint::FreeDay));
    all.extend((wish.seats != SeatsWanted::Any).then_some(Constraint::Seats(wish.seats)));
    let busy = wish.busy.iter().enumerate();
    all.extend(busy.map(|(place, busy)| Constraint::Busy { place, name: busy.name.clone() }));
    all.extend(wish.max_units.map(Constraint::MaxUnits));
    all.extend((!wish.may_clash_exams).then_some(Constraint::Exams));
    let required =
        || problem.courses.iter().zip(&held.courses).filter(|(_, is_held)| **is_held).map(|(course, _)| course);
    all.extend(required().filter(|course| !course.pins.is_empty()).map(|course| Constraint::Pins {
        course: course.id,
        code: course.code.clone(),
        sections: course.pins.clone(),
    }));
    all.extend(required().rev().map(|course| Constraint::Course {
        course: course.id,
        code: course.code.clone(),
        is_offered: course.is_offered,
    }));
    all
}

/// What is held to without one wish more.
fn given_up(held: &Held, problem: &Problem, constraint: &Constraint) -> Held {
    let mut without = held.clone();
    match constraint {
        Constraint::Course { course, .. } => {
            if let Some(place) = place_of(problem, *course) {
                without.courses[place] = false;
            }
        }
        Constraint::Pins { course, .. } => {
            if let Some(place) = place_of(problem, *course) {
                without.pins[place] = false;
            }
        }
        Constraint::NotBefore(_) => without.against &= !against::NOT_BEFORE,
        Constraint::NotAfter(_) => without.against &= !against::NOT_AFTER,
        Constraint::FreeDay(day) => without.against &= !against::free_day(*day),
        Constraint::Busy { place, .. } => without.against &= !against::busy(*place),
        Constraint::Seats(_) => without.against &= !against::SEATS,
        Constraint::MaxUnits(_) => without.units = false,
        Constraint::Exams => without.exams = false,
    }
    without
}

fn place_of(problem: &Problem, id: CourseId) -> Option<usize> {
    problem.courses.iter().position(|course| course.id == id)
}

#[cfg(test)]
mod tests {
    use catalog::ids::CourseId;
    use catalog::snapshot::Snapshot;

    use super::*;
    use crate::generator::{Outcome, generate};
    use crate::sample::{Sample, term};

    /// Two pairs of lectures at the same times, and one at a time of its own.
    fn campus() -> Snapshot {
        let lecture =
            |sample: Sample, code, id, time| sample.course(code, 4).section("LEC 001", id).meets("MoWe", time);
        let at_ten = lecture(lecture(Sample::new(), "MATH 1", 1, "10:00-10:59"), "MATH 2", 2, "10:00-10:59");
        let at_two = lecture(lecture(at_ten, "HISTORY 1", 3, "14:00-14:59"), "HISTORY 2", 4, "14:00-14:59");
        lecture(at_two, "PHYSICS 1", 5, "08:00-08:59").build()
    }

    fn why(wish: Wish) -> Impossible {
        match generate(&campus(), &Wish { may_clash_exams: true, ..wish }).unwrap() {
            Outcome::Impossible(impossible) => impossible,
            other => panic!("{other:?}"),
        }
    }

    fn wish(courses: &[u64]) -> Wish {
        Wish::of(term(), courses.iter().map(|id| CourseId(*id)))
    }

    fn said(list: &[Constraint]) -> Vec<String> {
        list.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn contradictions_that_have_nothing_in_common_are_all_named() {
        let late = Wish { not_before: Some(jiff::civil::time(9, 0, 0, 0)), ..wish(&[1, 2, 3, 4, 5]) };
        let why = why(late);
        let mut all: Vec<Vec<String>> = why.others.iter().map(|set| said(set)).collect();
        all.push(said(&why.because));
        all.sort();
        assert_eq!(
            all,
            [vec!["HISTORY 1", "HISTORY 2"], vec!["MATH 1", "MATH 2"], vec!["PHYSICS 1", "no class before 9:00 am"]]
        );
        assert_eq!(said(&why.remedies), [""; 0], "one wish given up mends one of three");
    }

    #[test]
    fn what_is_enough_to_give_up_is_told() {
        let pair = why(wish(&[1, 2, 5]));
        assert_eq!(
            (said(&pair.because), said(&pair.remedies)),
            (vec!["MATH 1".to_owned(), "MATH 2".to_owned()], said(&pair.because))
        );
        assert!(pair.others.is_empty());
        let alone = why(Wish { not_before: Some(jiff::civil::time(9, 0, 0, 0)), ..wish(&[5]) });
        assert_eq!(said(&alone.because), ["PHYSICS 1", "no class before 9:00 am"]);
        assert_eq!(said(&alone.remedies), ["no class before 9:00 am"], "to leave the only course out is no remedy");
    }

    #[test]
    fn a_contradiction_that_shares_a_course_with_another_is_not_taken_for_the_only_one() {
        let early = Wish { not_before: Some(jiff::civil::time(11, 0, 0, 0)), ..wish(&[1, 2]) };
        let why = why(early);
        assert!(why.others.is_empty(), "{why:?}");
        assert_eq!(said(&why.remedies), [""; 0], "without any one of them something else does not fit: {why:?}");
    }
}
