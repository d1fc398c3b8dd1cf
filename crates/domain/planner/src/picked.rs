//! The sections of a plan looked up in the catalog: where each is now, and which are gone or elsewhere.

use std::fmt;

use catalog::course::{CourseCode, UnitCount};
use catalog::course_set::CourseIndex;
use catalog::ids::CourseId;
use catalog::meeting::{Days, TimeRange};
use catalog::section::{Component, SectionKey};
use catalog::snapshot::{SectionView, Snapshot};
use jiff::civil::Date;

use crate::plan::{Plan, PlannedCourse};

/// A section by all its names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SectionName {
    /// The number of the course whose section it is.
    pub course: CourseId,
    /// That course's code.
    pub code: CourseCode,
    /// Its identity.
    pub key: SectionKey,
    /// `LEC 001`.
    pub label: String,
}

impl SectionName {
    /// The names of a section.
    #[must_use]
    pub fn of(snapshot: &Snapshot, section: SectionView<'_>) -> Self {
        let entry = snapshot.course(section.course());
        Self { course: entry.id, code: entry.course.code.clone(), key: section.key(), label: section.label() }
    }
}

impl fmt::Display for SectionName {
    /// `COMPSCI 61A LEC 001`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.code, self.label)
    }
}

/// A section of a plan that the catalog has.
#[derive(Clone, Copy, Debug)]
pub struct Picked<'a> {
    /// The place of its course in the plan.
    pub place: usize,
    /// The section.
    pub section: SectionView<'a>,
}

/// What became of something in a plan that is not where the plan has it. Nothing is ever left out silently.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Gone {
    /// The catalog has no such course.
    Course {
        /// Its number.
        course: CourseId,
    },
    /// The course is not offered in the plan's term, or no longer.
    NotOffered {
        /// Its number.
        course: CourseId,
        /// Its code.
        code: CourseCode,
    },
    /// The section is no longer offered: cancelled, withdrawn, or not printed any more.
    Section {
        /// Of which course, as the plan has it.
        course: CourseId,
        /// That course's code, when the catalog knows it.
        code: Option<CourseCode>,
        /// Which section.
        section: SectionKey,
    },
    /// The section is now another course's. It is still in the week.
    Moved {
        /// Of which course, as the plan has it.
        from: CourseId,
        /// What it is now.
        section: SectionName,
    },
    /// The section is of another term than the plan; it is not in the week.
    OtherTerm {
        /// Of which course, as the plan has it.
        course: CourseId,
        /// Which section.
        section: SectionKey,
    },
}

impl fmt::Display for Gone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Course { .. } => write!(f, "a course of this schedule is no longer in the catalog"),
            Self::NotOffered { code, .. } => write!(f, "{code} is not offered in this term"),
            Self::Section { code: Some(code), section, .. } => {
                write!(f, "section {} of {code} is no longer offered", section.id)
            }
            Self::Section { code: None, section, .. } => write!(f, "section {} is no longer offered", section.id),
            Self::Moved { section, .. } => write!(f, "section {} is now {section}", section.key.id),
            Self::OtherTerm { section, .. } => {
                write!(f, "section {} is of {}, another term", section.id, section.term.title())
            }
        }
    }
}

/// A plan looked up.
#[derive(Debug)]
pub struct PickedPlan<'a> {
    /// The sections that there are, course by course as planned, each once.
    pub sections: Vec<Picked<'a>>,
    /// What is gone or elsewhere.
    pub gone: Vec<Gone>,
}

impl<'a> PickedPlan<'a> {
    /// Looks a plan up.
    #[must_use]
    pub fn of(snapshot: &'a Snapshot, plan: &Plan) -> Self {
        let mut picked = Self { sections: Vec::new(), gone: Vec::new() };
        for (place, planned) in plan.courses().iter().enumerate() {
            let Some(course) = snapshot.course_by_id(planned.course) else {
                picked.gone.push(Gone::Course { course: planned.course });
                continue;
            };
            if planned.sections.is_empty() && snapshot.offering(plan.term(), course).is_none() {
                let code = snapshot.course(course).course.code.clone();
                picked.gone.push(Gone::NotOffered { course: planned.course, code });
            }
            picked.add(snapshot, plan, place, planned, course);
        }
        picked
    }

    fn add(&mut self, snapshot: &'a Snapshot, plan: &Plan, place: usize, planned: &PlannedCourse, at: CourseIndex) {
        for key in &planned.sections {
            if key.term != plan.term() {
                self.gone.push(Gone::OtherTerm { course: planned.course, section: *key });
                continue;
            }
            let Some(index) = snapshot.section_by_key(*key) else {
                let code = Some(snapshot.course(at).course.code.clone());
                self.gone.push(Gone::Section { course: planned.course, code, section: *key });
                continue;
            };
            let section = snapshot.section(index);
            if section.course() != at {
                self.gone.push(Gone::Moved { from: planned.course, section: SectionName::of(snapshot, section) });
            }
            if !self.sections.iter().any(|known| known.section.index() == index) {
                self.sections.push(Picked { place, section });
            }
        }
    }

    /// The sections chosen of the course at a place of the plan.
    pub fn of_course(&self, place: usize) -> impl Iterator<Item = SectionView<'a>> + Clone {
        self.sections.iter().filter(move |picked| picked.place == place).map(|picked| picked.section)
    }
}

/// One weekly stretch of time with the days on which it holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Slot {
    pub(crate) days: Days,
    pub(crate) time: TimeRange,
    /// First and last day; `None` for the whole term.
    pub(crate) dates: Option<(Date, Date)>,
}

/// What two slots have in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Shared {
    pub(crate) days: Days,
    pub(crate) time: TimeRange,
    pub(crate) dates: Option<(Date, Date)>,
}

impl Slot {
    /// The arranged meetings of a section: those with days and a time longer than a moment.
    pub(crate) fn of_section(section: SectionView<'_>) -> impl Iterator<Item = Self> {
        section.meetings().filter_map(move |meeting| {
            let (days, time) = (meeting.days(), meeting.time()?);
            let dates = meeting.dates().or_else(|| section.dates());
            (!days.is_empty() && time.start() < time.end()).then_some(Self { days, time, dates })
        })
    }

    /// When both are at once; `None` when never: half-term classes of different halves do not meet.
    pub(crate) fn shared_with(&self, other: &Self) -> Option<Shared> {
        let dates = common_dates(self.dates, other.dates)?;
        let days = days_within(Days::from_bits(self.days.bits() & other.days.bits()), dates);
        let start = self.time.start().max(other.time.start());
        let end = self.time.end().min(other.time.end());
        let time = TimeRange::new(start, end).filter(|_| start < end)?;
        (!days.is_empty()).then_some(Shared { days, time, dates })
    }
}

/// The dates that two stretches have in common; `None` when there are none, `Some(None)` when neither is bounded.
#[expect(clippy::option_option, reason = "no common day and no bound are different things")]
pub(crate) fn common_dates(one: Option<(Date, Date)>, other: Option<(Date, Date)>) -> Option<Option<(Date, Date)>> {
    let (Some((first, last)), Some((other_first, other_last))) = (one, other) else { return Some(one.or(other)) };
    let (first, last) = (first.max(other_first), last.min(other_last));
    (first <= last).then_some(Some((first, last)))
}

/// Of some days of the week those that occur between two dates.
pub(crate) fn days_within(days: Days, dates: Option<(Date, Date)>) -> Days {
    /// From a week on, every day of the week occurs.
    const WEEK: usize = 7;
    let Some((first, last)) = dates else { return days };
    let mut bits = 0_u8;
    for date in first.series(jiff::Span::new().days(1)).take_while(|date| *date <= last).take(WEEK) {
        bits |= 1 << date.weekday().to_monday_zero_offset();
    }
    Days::from_bits(days.bits() & bits)
}

/// How many units something makes, in hundredths; ranges stay ranges.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct UnitSum {
    /// The least.
    pub least: u32,
    /// The most.
    pub most: u32,
    /// Of how many courses the units are not known: they are not in the sum.
    pub unknown: usize,
}

impl UnitSum {
    /// Adds a course that can be taken for so many units, from the least to the most.
    pub fn add(&mut self, units: Option<(UnitCount, UnitCount)>) {
        match units {
            Some((least, most)) => {
                self.least = self.least.saturating_add(u32::from(least.0));
                self.most = self.most.saturating_add(u32::from(most.0));
            }
            None => self.unknown += 1,
        }
    }
}

impl fmt::Display for UnitSum {
    /// `12`, `9–12`, `8.5`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let decimal = |hundredths: u32| f64::from(hundredths) / 100.0;
        if self.least == self.most {
            write!(f, "{}", decimal(self.least))
        } else {
            write!(f, "{}–{}", decimal(self.least), decimal(self.most))
        }
    }
}

/// Whether two courses are one: the same, or cross-listed, which is one class under two codes.
pub(crate) fn are_one(snapshot: &Snapshot, one: CourseIndex, other: CourseIndex) -> bool {
    let lists = |one, other: &CourseIndex| snapshot.course(one).cross_listed.contains(other);
    one == other || lists(one, &other) || lists(other, &one)
}

/// How many units a course can be taken for: as its class says, else as the catalog does.
pub(crate) fn units_of(
    snapshot: &Snapshot,
    course: CourseIndex,
    section: Option<SectionView<'_>>,
) -> Option<(UnitCount, UnitCount)> {
    let of_class = section.and_then(|section| section.class().class.as_ref()).and_then(|facts| facts.units);
    let of_course = || {
        let units = snapshot.course(course).course.units.as_ref()?;
        Some((units.minimum(), units.maximum()))
    };
    of_class.or_else(of_course)
}

/// The kinds of secondary sections that a lecture asks for, each with what there is to choose from. The same rule as the
/// catalog's filter has: a section that names no lecture, or one that is not there, goes with any.
pub(crate) fn secondaries_of<'a>(
    snapshot: &'a Snapshot,
    primary: SectionView<'a>,
) -> Vec<(&'a Component, Vec<SectionView<'a>>)> {
    let siblings = snapshot.sections_of_class(primary.class());
    let mut kinds: Vec<(&Component, Vec<SectionView<'_>>)> = Vec::new();
    for section in siblings.filter(|section| hangs_on(snapshot, *section, primary)) {
        match kinds.iter_mut().find(|(kind, _)| kind.code == section.component().code) {
            Some((_, sections)) => sections.push(section),
            None => kinds.push((section.component(), vec![section])),
        }
    }
    kinds
}

/// Whether a secondary section goes with a lecture of its class.
pub(crate) fn hangs_on(snapshot: &Snapshot, section: SectionView<'_>, primary: SectionView<'_>) -> bool {
    let is_primary_here =
        |id| snapshot.sections_of_class(section.class()).any(|other| other.is_primary() && other.id() == id);
    let same_class = section.class().key == primary.class().key;
    same_class
        && !section.is_primary()
        && section.primary_section().is_none_or(|id| id == primary.id() || !is_primary_here(id))
}
