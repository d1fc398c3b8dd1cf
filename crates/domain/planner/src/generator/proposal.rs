//! Weeks that fit, and what speaks for each.

use std::cmp::Reverse;

use catalog::course::CourseCode;
use catalog::ids::CourseId;
use catalog::meeting::Days;
use catalog::section::SectionKey;
use catalog::snapshot::{SectionIndex, Snapshot};
use jiff::civil::Time;

use super::choices::{Choice, DAYS, DayTimes, Problem};
use super::search::{Found, idle_minutes};
use super::wish::Wish;
use crate::picked::{UnitSum, units_of};
use crate::plan::{Plan, PlanTooLarge, PlannedCourse};

/// A week that fits.
#[derive(Clone, Debug, PartialEq)]
pub struct Proposal {
    /// The courses in it, as wished.
    pub courses: Vec<ProposedCourse>,
    /// Optional courses that are not in it.
    pub left_out: Vec<CourseId>,
    /// What it is like.
    pub features: Features,
    /// Its cost in minutes of discomfort: the lower, the better. See [`super::Weights`].
    pub cost: u32,
    /// In what it is the best of those proposed, and the only one.
    pub merits: Vec<Merit>,
    /// What tells it from all others proposed: no two say the same.
    pub distinction: Distinction,
    /// Whether no other one proposed is as good in everything and better in something.
    pub is_unbeaten: bool,
}

/// A course of a proposal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProposedCourse {
    /// Which course.
    pub course: CourseId,
    /// Its code.
    pub code: CourseCode,
    /// The sections, lecture first.
    pub sections: Vec<SectionKey>,
    /// Other sections at the same times, at most [`super::ALTERNATIVES_MAX`] ways.
    pub alternatives: Vec<Vec<SectionKey>>,
}

/// What tells a proposal from all others proposed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Distinction {
    /// It alone is the best in this.
    Best(Merit),
    /// No other has its classes on just these days, within just these hours.
    Hours {
        /// The days with classes.
        days: Days,
        /// When the earliest class begins; `None` when nothing has a time.
        earliest_start: Option<Time>,
        /// When the latest class ends.
        latest_end: Option<Time>,
    },
    /// Of those that neither of these tells apart, no other has all of this.
    Choices(Vec<Difference>),
}

/// What a proposal has of a course and others have not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// Which course.
    pub course: CourseId,
    /// Those of its sections that some others have not; none when the course is left out, which others have.
    pub sections: Vec<SectionKey>,
}

/// What a week is like, in numbers.
#[derive(Clone, Debug, PartialEq)]
pub struct Features {
    /// When the earliest class of the week begins; `None` when nothing has a time.
    pub earliest_start: Option<Time>,
    /// When the latest class of the week ends.
    pub latest_end: Option<Time>,
    /// Days with classes.
    pub days: Days,
    /// Days from Monday to Friday without.
    pub free_weekdays: u8,
    /// Minutes between classes, by five, all days together.
    pub idle_minutes: u32,
    /// Minutes in class, by five.
    pub class_minutes: u32,
    /// Sections without a free seat for anyone.
    pub full_sections: u32,
    /// The fewest free seats for anyone in one of its sections; `None` when nothing is known.
    pub fewest_seats: Option<i32>,
    /// Units.
    pub units: UnitSum,
    /// The mean of the courses' average grades, in points; `None` when none is known.
    pub average_grade: Option<f64>,
}

/// What a week can be the best in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Merit {
    /// Its earliest class begins the latest.
    LatestStart,
    /// Its latest class ends the earliest.
    EarliestEnd,
    /// The most days are free.
    MostFreeDays,
    /// The fewest minutes between classes.
    FewestIdleMinutes,
    /// The most free seats where there are fewest.
    MostSeats,
    /// The most optional courses.
    MostCourses,
}

impl Merit {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::LatestStart,
        Self::EarliestEnd,
        Self::MostFreeDays,
        Self::FewestIdleMinutes,
        Self::MostSeats,
        Self::MostCourses,
    ];

    /// In words, of the best: `latest start`.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::LatestStart => "latest start",
            Self::EarliestEnd => "earliest end",
            Self::MostFreeDays => "most free days",
            Self::FewestIdleMinutes => "fewest minutes between classes",
            Self::MostSeats => "most free seats",
            Self::MostCourses => "most courses",
        }
    }

    /// How good a week is in it: the more, the better. `None` when that is not known: then it may be the best.
    fn of(self, proposal: &Proposal) -> Option<i64> {
        let features = &proposal.features;
        let minutes = |time: Time| i64::from(time.hour()) * 60 + i64::from(time.minute());
        match self {
            Self::LatestStart => features.earliest_start.map(minutes),
            Self::EarliestEnd => features.latest_end.map(|end| -minutes(end)),
            Self::MostFreeDays => Some(i64::from(features.free_weekdays)),
            Self::FewestIdleMinutes => Some(-i64::from(features.idle_minutes)),
            Self::MostSeats => features.fewest_seats.map(i64::from),
            Self::MostCourses => i64::try_from(proposal.courses.len()).ok(),
        }
    }
}

impl Proposal {
    /// As a plan, with the times that are taken.
    ///
    /// # Errors
    /// Never for a proposal of that wish: it is within the limits of a plan.
    pub fn plan(&self, wish: &Wish) -> Result<Plan, PlanTooLarge> {
        let courses = self.courses.iter();
        let courses = courses.map(|one| PlannedCourse { course: one.course, sections: one.sections.clone() });
        Plan::new(wish.term, courses.collect(), wish.busy.clone())
    }

    fn hours(&self) -> Distinction {
        let Features { days, earliest_start, latest_end, .. } = self.features;
        Distinction::Hours { days, earliest_start, latest_end }
    }

    fn sections_of(&self, course: CourseId) -> &[SectionKey] {
        self.courses.iter().find(|one| one.course == course).map_or(&[], |one| &one.sections)
    }

    /// As few courses as it takes to tell it from all of those, with what it has of each: course by course the one that
    /// tells it from most of those left.
    fn differences(&self, all: &[&Self]) -> Vec<Difference> {
        let differs = |other: &Self, course| other.sections_of(course) != self.sections_of(course);
        let courses = || self.courses.iter().map(|one| one.course).chain(self.left_out.iter().copied());
        let mut left: Vec<&Self> = all.iter().copied().filter(|other| courses().any(|at| differs(other, at))).collect();
        let mut differences = Vec::new();
        let told_apart = |left: &[&Self], course| left.iter().filter(|other| differs(other, course)).count();
        while let Some(course) = courses().min_by_key(|at| Reverse(told_apart(&left, *at))).filter(|_| !left.is_empty())
        {
            let (others, same): (Vec<&Self>, Vec<&Self>) = left.into_iter().partition(|other| differs(other, course));
            left = same;
            let is_shared = |key: &SectionKey| others.iter().all(|other| other.sections_of(course).contains(key));
            let own = self.sections_of(course);
            let sections: Vec<SectionKey> = own.iter().copied().filter(|key| !is_shared(key)).collect();
            let sections = if sections.is_empty() { own.to_vec() } else { sections };
            differences.push(Difference { course, sections });
        }
        differences
    }
}

/// Everything there is to say about what was found.
pub(super) fn describe(snapshot: &Snapshot, problem: &Problem, wish: &Wish, found: Vec<Found>) -> Vec<Proposal> {
    debug_assert_eq!(problem.courses.len(), wish.courses.len());
    let mut proposals: Vec<Proposal> = found.into_iter().map(|one| of_found(snapshot, problem, one)).collect();
    let merits: Vec<Vec<Option<i64>>> =
        proposals.iter().map(|proposal| Merit::ALL.map(|merit| merit.of(proposal)).to_vec()).collect();
    for (proposal, own) in proposals.iter_mut().zip(&merits) {
        proposal.is_unbeaten = !merits.iter().any(|other| beats(other, own));
        for ((at, merit), own) in Merit::ALL.into_iter().enumerate().zip(own) {
            let may_be_as_good = |other: &&Vec<Option<i64>>| other[at].is_none() || other[at] >= *own;
            if own.is_some() && merits.len() > 1 && merits.iter().filter(may_be_as_good).count() == 1 {
                proposal.merits.push(merit);
            }
        }
    }
    let distinctions = distinctions(&proposals);
    for (proposal, distinction) in proposals.iter_mut().zip(distinctions) {
        proposal.distinction = distinction;
    }
    proposals
}

/// What tells each from all others: the plainest thing that does.
fn distinctions(proposals: &[Proposal]) -> Vec<Distinction> {
    let is_alone = |own: &Proposal| proposals.iter().filter(|other| other.hours() == own.hours()).count() == 1;
    let alike: Vec<&Proposal> = proposals.iter().filter(|one| one.merits.is_empty() && !is_alone(one)).collect();
    let of = |own: &Proposal| match own.merits.first() {
        Some(merit) => Distinction::Best(*merit),
        None if is_alone(own) => own.hours(),
        None => Distinction::Choices(own.differences(&alike)),
    };
    proposals.iter().map(of).collect()
}

/// Whether one is as good in everything and better in something.
fn beats(one: &[Option<i64>], other: &[Option<i64>]) -> bool {
    let best = |value: Option<i64>| value.unwrap_or(i64::MAX);
    let pairs = || one.iter().zip(other).map(|(one, other)| (best(*one), best(*other)));
    pairs().all(|(one, other)| one >= other) && pairs().any(|(one, other)| one > other)
}

fn of_found(snapshot: &Snapshot, problem: &Problem, (cost, picks): Found) -> Proposal {
    let (mut courses, mut left_out, mut chosen) = (Vec::new(), Vec::new(), Vec::new());
    for (course, pick) in problem.courses.iter().zip(&picks) {
        let Some(at) = pick else {
            left_out.push(course.id);
            continue;
        };
        let choice = &course.choices[usize::from(*at)];
        let keys = |sections: &Vec<SectionIndex>| sections.iter().map(|at| snapshot.section(*at).key()).collect();
        courses.push(ProposedCourse {
            course: course.id,
            code: course.code.clone(),
            sections: keys(&choice.sections),
            alternatives: choice.alternatives.iter().map(keys).collect(),
        });
        chosen.push(choice);
    }
    let features = features(snapshot, &chosen);
    let distinction = Distinction::Choices(Vec::new());
    Proposal { courses, left_out, features, cost, merits: Vec::new(), distinction, is_unbeaten: true }
}

fn features(snapshot: &Snapshot, chosen: &[&Choice]) -> Features {
    let days = chosen.iter().fold(DayTimes::EMPTY, |days, choice| days.with(&choice.days));
    let is_on = |day: &usize| days.first[*day] != u16::MAX;
    let mut units = UnitSum::default();
    let mut grades = Vec::new();
    for choice in chosen {
        let section = choice.sections.first().map(|at| snapshot.section(*at));
        if let Some(section) = section {
            units.add(units_of(snapshot, section.course(), Some(section)));
            grades.extend(snapshot.course(section.course()).grades.and_then(|grades| grades.average));
        }
    }
    let meetings = || chosen.iter().flat_map(|choice| &choice.sections).flat_map(|at| arranged(snapshot, *at));
    let bits = (0..DAYS).filter(is_on).fold(0_u8, |bits, day| bits | 1 << day);
    let graded = u32::try_from(grades.len()).unwrap_or(u32::MAX);
    Features {
        earliest_start: meetings().map(|(start, _)| start).min(),
        latest_end: meetings().map(|(_, end)| end).max(),
        days: Days::from_bits(bits),
        free_weekdays: u8::try_from((0..5).filter(|day| !is_on(day)).count()).unwrap_or(0),
        idle_minutes: idle_minutes(chosen.iter().copied()),
        class_minutes: days.minutes.iter().map(|minutes| u32::from(*minutes)).sum(),
        full_sections: chosen.iter().map(|choice| choice.full).sum(),
        fewest_seats: chosen.iter().filter_map(|choice| choice.fewest_seats).min(),
        units,
        average_grade: (graded > 0).then(|| grades.iter().sum::<f64>() / f64::from(graded)),
    }
}

/// Beginnings and ends of a section's meetings, exactly.
fn arranged(snapshot: &Snapshot, section: SectionIndex) -> impl Iterator<Item = (Time, Time)> {
    let slots = crate::picked::Slot::of_section(snapshot.section(section));
    slots.map(|slot| (slot.time.start(), slot.time.end()))
}
