//! Why nothing fits: a smallest set of wishes that cannot be had together. Without any one of them the others can.

use std::fmt;

use catalog::course::{CourseCode, UnitCount};
use catalog::ids::CourseId;
use catalog::meeting::time_in_words;
use jiff::civil::Time;

use super::BLAME_STEPS_MAX;
use super::choices::{Problem, against};
use super::feasible::{Answer, Held, fits};
use super::wish::{SeatsWanted, Wish};

/// Wishes that cannot be had together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Impossible {
    /// The wishes: courses first.
    pub because: Vec<Constraint>,
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

/// Gives up one wish after the other, preferences before courses, and keeps only those without which all would fit.
/// What is left cannot be had together, and everything in it is needed for that. When no course is required, it is said
/// why the first one does not fit even alone.
pub(super) fn explain(problem: &Problem, wish: &Wish) -> Impossible {
    let mut held = Held::all(problem);
    if !held.courses.contains(&true) {
        held.courses.iter_mut().take(1).for_each(|first| *first = true);
    }
    let mut steps = BLAME_STEPS_MAX;
    let mut because = Vec::new();
    let mut is_minimal = true;
    for constraint in constraints(problem, &held, wish) {
        let without = given_up(&held, problem, &constraint);
        match fits(problem, &without, &mut steps) {
            Answer::No => held = without,
            Answer::Yes => because.push(constraint),
            Answer::Unknown => {
                because.push(constraint);
                is_minimal = false;
            }
        }
    }
    because.sort_by_key(|constraint| match constraint {
        Constraint::Course { course, .. } => place_of(problem, *course).unwrap_or(usize::MAX),
        _ => usize::MAX,
    });
    Impossible { because, is_minimal }
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
