//! The best weeks: branch and bound over the courses, those with the fewest choices first.
//!
//! What a week costs can only grow while courses are added, but for idle minutes: a class may fill a gap. Of those at
//! least as many stay as the classes still to come cannot fill.

use std::collections::BTreeSet;

use super::STEPS_MAX;
use super::choices::{Choice, Course, DAYS, DayTimes, Problem};
use super::grid::share;
use super::wish::{Weights, Wish};

/// The choice for each course, by place; `None` for an optional one that is left out.
pub(super) type Picks = Vec<Option<u16>>;

/// A week with its cost.
pub(super) type Found = (u32, Picks);

/// Ten and five o'clock: what lies before and after costs.
const COMFORT: (u16, u16) = (10 * 60, 17 * 60);

/// A part of the steps is for looking here and there, so that an early choice that turns out bad does not take them all.
const SPREAD_STEPS: u32 = STEPS_MAX / 4;

/// At least so many steps for each branch when looking here and there: enough to get to the bottom of it once.
const BRANCH_STEPS_MIN: u32 = 400;

/// The best weeks, best first, and whether everything was looked at.
pub(super) fn best(problem: &Problem, wish: &Wish) -> (Vec<Found>, bool) {
    let mut search = Search::new(problem, wish);
    let start = search.start();
    let mut spread = SPREAD_STEPS;
    search.is_whole = true;
    search.descend(0, &start, &mut spread, true);
    if !search.is_whole {
        search.is_whole = true;
        let mut left = STEPS_MAX - SPREAD_STEPS;
        search.descend(0, &start, &mut left, false);
    }
    let is_whole = search.is_whole;
    (search.found.into_iter().collect(), is_whole)
}

/// What has been chosen so far.
#[derive(Clone, Copy)]
struct State {
    days: DayTimes,
    units: u32,
    /// For full sections and courses left out.
    extra: u32,
}

/// A course to choose for, with the choices that go against nothing.
struct Level<'a> {
    course: &'a Course,
    place: usize,
    choices: Vec<u16>,
}

/// What the courses from a level on can do at most, and cost at least.
#[derive(Clone, Copy)]
struct Rest {
    minutes: [u16; DAYS],
    extra: u32,
    units: u32,
}

struct Search<'a> {
    levels: Vec<Level<'a>>,
    rests: Vec<Rest>,
    weights: Weights,
    max_units: u32,
    count: usize,
    words: usize,
    /// What is taken, level by level.
    taken: Vec<u64>,
    picks: Picks,
    /// Ways to go on, level by level: kept so that none is allocated anew.
    branches: Vec<Vec<(u32, Option<u16>)>>,
    found: BTreeSet<Found>,
    is_whole: bool,
}

impl<'a> Search<'a> {
    fn new(problem: &'a Problem, wish: &Wish) -> Self {
        let weights = wish.preference.weights();
        let levels = problem.courses.iter().enumerate().map(|(place, course)| {
            let fitting = course.choices.iter().enumerate().filter(|(_, choice)| choice.against == 0);
            let choices = fitting.filter_map(|(at, _)| u16::try_from(at).ok()).collect();
            Level { course, place, choices }
        });
        let mut levels: Vec<Level<'_>> = levels.collect();
        levels.sort_by_key(|level| (!level.course.is_required, level.choices.len()));
        let mut rests = vec![Rest { minutes: [0; DAYS], extra: 0, units: 0 }];
        for level in levels.iter().rev() {
            let before = rests.last().copied().unwrap_or(Rest { minutes: [0; DAYS], extra: 0, units: 0 });
            rests.push(level.added_to(before, &weights));
        }
        rests.reverse();
        let depth = levels.len();
        Self {
            rests,
            weights,
            max_units: problem.max_units.unwrap_or(u32::MAX),
            count: wish.count,
            words: problem.words,
            taken: vec![0; problem.words * (depth + 1)],
            picks: vec![None; depth],
            branches: vec![Vec::new(); depth],
            levels,
            found: BTreeSet::new(),
            is_whole: true,
        }
    }

    const fn start(&self) -> State {
        State { days: DayTimes::EMPTY, units: 0, extra: 0 }
    }

    /// Looks at everything below, as far as the steps go.
    fn descend(&mut self, depth: usize, state: &State, steps: &mut u32, is_spread: bool) {
        if depth == self.levels.len() {
            self.arrive(state);
            return;
        }
        let mut branches = std::mem::take(&mut self.branches[depth]);
        self.branch(depth, state, steps, &mut branches);
        for (at, (bound, pick)) in branches.iter().enumerate() {
            if self.is_beaten(*bound) {
                break;
            }
            if *steps == 0 {
                self.is_whole = false;
                break;
            }
            let is_last = at + 1 == branches.len();
            let share = if is_spread && !is_last { (*steps / 2).max(BRANCH_STEPS_MIN).min(*steps) } else { *steps };
            let mut left = share;
            self.take(depth, *pick);
            let next = self.after(depth, state, *pick);
            self.descend(depth + 1, &next, &mut left, is_spread);
            *steps -= share - left;
        }
        self.branches[depth] = branches;
    }

    /// The ways to go on from here, the most promising first.
    fn branch(&mut self, depth: usize, state: &State, steps: &mut u32, branches: &mut Vec<(u32, Option<u16>)>) {
        branches.clear();
        let level = &self.levels[depth];
        let taken = &self.taken[depth * self.words..(depth + 1) * self.words];
        for at in &level.choices {
            if *steps == 0 {
                self.is_whole = false;
                break;
            }
            *steps -= 1;
            if share(taken, level.course.set(usize::from(*at))) {
                continue;
            }
            let next = self.after(depth, state, Some(*at));
            let bound = self.bound(&next, depth + 1);
            if next.units.saturating_add(self.rests[depth + 1].units) <= self.max_units && !self.is_beaten(bound) {
                branches.push((bound, Some(*at)));
            }
        }
        if !level.course.is_required {
            let bound = self.bound(&self.after(depth, state, None), depth + 1);
            branches.push((bound, None));
        }
        branches.sort_unstable();
    }

    fn take(&mut self, depth: usize, pick: Option<u16>) {
        let (before, after) = self.taken.split_at_mut((depth + 1) * self.words);
        let (taken, next) = (&before[depth * self.words..], &mut after[..self.words]);
        next.copy_from_slice(taken);
        if let Some(at) = pick {
            let set = self.levels[depth].course.set(usize::from(at));
            next.iter_mut().zip(set).for_each(|(all, one)| *all |= one);
        }
        self.picks[self.levels[depth].place] = pick;
    }

    fn after(&self, depth: usize, state: &State, pick: Option<u16>) -> State {
        let Some(at) = pick else { return State { extra: state.extra + self.weights.left_out, ..*state } };
        let choice = &self.levels[depth].course.choices[usize::from(at)];
        State {
            days: state.days.with(&choice.days),
            units: state.units + choice.units,
            extra: state.extra + choice.full * self.weights.full_section,
        }
    }

    /// No week that goes on from here costs less.
    fn bound(&self, state: &State, depth: usize) -> u32 {
        let rest = &self.rests[depth];
        let mut idle = 0;
        for day in 0..DAYS {
            let filled = state.days.minutes[day].saturating_add(rest.minutes[day]);
            let span = state.days.last[day].saturating_sub(state.days.first[day]);
            idle += u32::from(span.saturating_sub(filled));
        }
        cost_of_days(&state.days, &self.weights) + idle * self.weights.idle_minute + state.extra + rest.extra
    }

    /// Whether what costs at least so much would not be among the best.
    fn is_beaten(&self, bound: u32) -> bool {
        self.found.len() >= self.count && self.found.last().is_some_and(|(worst, _)| bound >= *worst)
    }

    fn arrive(&mut self, state: &State) {
        let places = self.levels.iter().map(|level| (level.place, level.course));
        let mut chosen: Vec<(usize, &Choice)> = Vec::with_capacity(self.levels.len());
        for (place, course) in places {
            chosen.extend(self.picks[place].map(|at| (place, &course.choices[usize::from(at)])));
        }
        let idle = idle_minutes(chosen.iter().map(|(_, choice)| *choice));
        let cost = cost_of_days(&state.days, &self.weights) + idle * self.weights.idle_minute + state.extra;
        if !chosen.is_empty() && !self.is_beaten(cost) {
            self.found.insert((cost, self.picks.clone()));
            if self.found.len() > self.count {
                self.found.pop_last();
            }
        }
    }
}

impl Level<'_> {
    /// What the courses from this one on can do at most, and cost at least.
    fn added_to(&self, rest: Rest, weights: &Weights) -> Rest {
        let choices = || self.choices.iter().map(|at| &self.course.choices[usize::from(*at)]);
        let mut minutes = rest.minutes;
        for (day, minutes) in minutes.iter_mut().enumerate() {
            let most = choices().map(|choice| choice.days.minutes[day]).max().unwrap_or(0);
            *minutes = minutes.saturating_add(most);
        }
        if !self.course.is_required {
            return Rest { minutes, ..rest };
        }
        let extra = choices().map(|choice| choice.full * weights.full_section).min().unwrap_or(0);
        let units = choices().map(|choice| choice.units).min().unwrap_or(0);
        Rest { minutes, extra: rest.extra + extra, units: rest.units + units }
    }
}

/// What the days cost by their beginnings and ends.
fn cost_of_days(days: &DayTimes, weights: &Weights) -> u32 {
    let mut cost = 0;
    for day in (0..DAYS).filter(|day| days.first[*day] != u16::MAX) {
        cost += weights.day;
        cost += u32::from(COMFORT.0.saturating_sub(days.first[day])) * weights.early_minute;
        cost += u32::from(days.last[day].saturating_sub(COMFORT.1)) * weights.late_minute;
    }
    cost
}

/// Minutes between the first class of a day and the last in which there is none, all days together.
pub(super) fn idle_minutes<'a>(choices: impl Iterator<Item = &'a Choice>) -> u32 {
    let mut times: Vec<(u8, u16, u16)> = choices.flat_map(|choice| choice.times.iter().copied()).collect();
    times.sort_unstable();
    let mut idle = 0;
    let mut until: Option<(u8, u16)> = None;
    for (day, first, last) in times {
        match until {
            Some((known, end)) if known == day => {
                idle += u32::from(first.saturating_sub(end));
                until = Some((day, end.max(last)));
            }
            _ => until = Some((day, last)),
        }
    }
    idle
}
