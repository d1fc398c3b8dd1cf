//! Whether anything fits at all, when some of the wishes are held to. The course with the fewest ways left is settled
//! first: what cannot be had shows early.

use super::FIT_STEPS_MAX;
use super::choices::{Choice, Course, Problem, against};
use super::grid::share;

/// Which wishes are held to.
#[derive(Clone, Debug)]
pub(super) struct Held {
    /// What choices must not go against, but pins.
    pub(super) against: u64,
    /// The courses that must be there, and those whose pins are held to, by place.
    pub(super) courses: Vec<bool>,
    pub(super) pins: Vec<bool>,
    pub(super) units: bool,
    pub(super) exams: bool,
}

impl Held {
    /// Everything that was wished.
    pub(super) fn all(problem: &Problem) -> Self {
        let required = problem.courses.iter().map(|course| course.is_required).collect();
        let pins = vec![true; problem.courses.len()];
        Self { against: !against::PINS, courses: required, pins, units: true, exams: true }
    }

    fn allows(&self, place: usize, choice: &Choice) -> bool {
        let pins = if self.pins[place] { against::PINS } else { 0 };
        choice.against & (self.against | pins) == 0
    }
}

/// Whether something fits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Answer {
    Yes,
    No,
    /// The limit of steps came first.
    Unknown,
}

/// Whether all required courses fit with all that was wished.
pub(super) fn first_fit(problem: &Problem) -> Answer {
    let mut steps = FIT_STEPS_MAX;
    fits(problem, &Held::all(problem), &mut steps)
}

/// Whether the required courses that are held to fit with the wishes that are. Takes its steps from those left.
pub(super) fn fits(problem: &Problem, held: &Held, steps: &mut u32) -> Answer {
    let words = if held.exams { problem.words } else { problem.class_words };
    let max_units = problem.max_units.filter(|_| held.units);
    let places: Vec<usize> = (0..problem.courses.len()).filter(|place| held.courses[*place]).collect();
    let open = places.iter().map(|place| {
        let course = &problem.courses[*place];
        let choices = course.choices.iter().enumerate().filter(|(_, choice)| held.allows(*place, choice));
        (course, choices.map(|(at, _)| at).collect())
    });
    let mut search = Search { words, max_units, steps };
    search.settle(open.collect(), 0)
}

/// A course with the choices that are left of it.
type Open<'a> = (&'a Course, Vec<usize>);

struct Search<'a> {
    words: usize,
    max_units: Option<u32>,
    steps: &'a mut u32,
}

impl Search<'_> {
    fn settle(&mut self, mut open: Vec<Open<'_>>, units: u32) -> Answer {
        if self.exceeds(&open, units) {
            return Answer::No;
        }
        let Some(narrowest) = (0..open.len()).min_by_key(|at| open[*at].1.len()) else { return Answer::Yes };
        let (course, choices) = open.swap_remove(narrowest);
        for choice in choices {
            let Some(left) = self.left_beside(&open, &course.set(choice)[..self.words]) else {
                if *self.steps == 0 {
                    return Answer::Unknown;
                }
                continue;
            };
            match self.settle(left, units + course.choices[choice].units) {
                Answer::No => {}
                answer => return answer,
            }
        }
        Answer::No
    }

    /// Whether the units are too many, whatever is chosen.
    fn exceeds(&self, open: &[Open<'_>], units: u32) -> bool {
        let least = |(course, choices): &Open<'_>| choices.iter().map(|at| course.choices[*at].units).min();
        self.max_units.is_some_and(|most| units + open.iter().filter_map(least).sum::<u32>() > most)
    }

    /// The choices left of the open courses beside a set of pieces; `None` when a course has none left, or the steps are
    /// used up.
    fn left_beside<'a>(&mut self, open: &[Open<'a>], set: &[u64]) -> Option<Vec<Open<'a>>> {
        let mut left = Vec::with_capacity(open.len());
        for (course, choices) in open {
            let looked_at = u32::try_from(choices.len()).unwrap_or(u32::MAX).max(1);
            *self.steps = self.steps.saturating_sub(looked_at);
            if *self.steps == 0 {
                return None;
            }
            let beside = |at: &usize| !share(&course.set(*at)[..self.words], set);
            let choices: Vec<usize> = choices.iter().copied().filter(beside).collect();
            if choices.is_empty() {
                return None;
            }
            left.push((*course, choices));
        }
        *self.steps = self.steps.saturating_sub(1);
        (*self.steps > 0).then_some(left)
    }
}
