//! Two plans side by side.

use catalog::course::CourseCode;
use catalog::ids::CourseId;
use catalog::meeting::Days;
use catalog::snapshot::Snapshot;
use jiff::civil::Time;

use crate::conflicts::{self, Severity};
use crate::picked::{PickedPlan, SectionName, Slot, UnitSum};
use crate::plan::Plan;
use crate::week::Week;

/// What two plans have in common and what not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comparison {
    /// Courses of the first plan only.
    pub only_first: Vec<ComparedCourse>,
    /// Courses of the second plan only.
    pub only_second: Vec<ComparedCourse>,
    /// Courses of both, in the order of the first.
    pub both: Vec<SharedCourse>,
    /// The first plan in numbers.
    pub first: Figures,
    /// The second plan in numbers.
    pub second: Figures,
}

/// A course of a plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ComparedCourse {
    /// Which course.
    pub course: CourseId,
    /// Its code; `None` when the catalog no longer has it.
    pub code: Option<CourseCode>,
    /// The sections chosen.
    pub sections: Vec<SectionName>,
}

/// A course of both plans.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SharedCourse {
    /// Which course.
    pub course: CourseId,
    /// Its code; `None` when the catalog no longer has it.
    pub code: Option<CourseCode>,
    /// Sections of both.
    pub same: Vec<SectionName>,
    /// Sections of the first plan only.
    pub only_first: Vec<SectionName>,
    /// Sections of the second plan only.
    pub only_second: Vec<SectionName>,
}

/// A plan in numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Figures {
    /// Units.
    pub units: UnitSum,
    /// Courses, each once.
    pub courses: usize,
    /// Minutes in class in a week, as listed; what is at once counts twice.
    pub class_minutes: u32,
    /// Days with classes.
    pub days: Days,
    /// When the earliest class begins.
    pub earliest_start: Option<Time>,
    /// When the latest class ends.
    pub latest_end: Option<Time>,
    /// What cannot be attended as it is.
    pub clashes: usize,
    /// What is missing or gone.
    pub incomplete: usize,
}

/// Compares two plans, also of different terms.
#[must_use]
pub fn compare(snapshot: &Snapshot, first: &Plan, second: &Plan) -> Comparison {
    let (one, other) = (courses(snapshot, first), courses(snapshot, second));
    let is_in = |list: &[ComparedCourse], course: CourseId| list.iter().any(|known| known.course == course);
    let mut both = Vec::new();
    for mine in &one {
        if let Some(theirs) = other.iter().find(|theirs| theirs.course == mine.course) {
            both.push(shared(mine, theirs));
        }
    }
    let only = |list: &[ComparedCourse], others: &[ComparedCourse]| -> Vec<ComparedCourse> {
        list.iter().filter(|course| !is_in(others, course.course)).cloned().collect()
    };
    Comparison {
        only_first: only(&one, &other),
        only_second: only(&other, &one),
        both,
        first: figures(snapshot, first),
        second: figures(snapshot, second),
    }
}

fn shared(mine: &ComparedCourse, theirs: &ComparedCourse) -> SharedCourse {
    let split = |list: &[SectionName], others: &[SectionName]| -> (Vec<SectionName>, Vec<SectionName>) {
        list.iter().cloned().partition(|section| others.iter().any(|other| other.key == section.key))
    };
    let (same, only_first) = split(&mine.sections, &theirs.sections);
    let (_, only_second) = split(&theirs.sections, &mine.sections);
    SharedCourse { course: mine.course, code: mine.code.clone(), same, only_first, only_second }
}

/// The courses of a plan, each once.
fn courses(snapshot: &Snapshot, plan: &Plan) -> Vec<ComparedCourse> {
    let picked = PickedPlan::of(snapshot, plan);
    let mut courses: Vec<ComparedCourse> = Vec::new();
    for (place, planned) in plan.courses().iter().enumerate() {
        let sections = picked.of_course(place).map(|section| SectionName::of(snapshot, section));
        match courses.iter_mut().find(|known| known.course == planned.course) {
            Some(known) => known.sections.extend(sections),
            None => {
                let at = snapshot.course_by_id(planned.course);
                let code = at.map(|at| snapshot.course(at).course.code.clone());
                courses.push(ComparedCourse { course: planned.course, code, sections: sections.collect() });
            }
        }
    }
    courses
}

fn figures(snapshot: &Snapshot, plan: &Plan) -> Figures {
    let picked = PickedPlan::of(snapshot, plan);
    let slots: Vec<Slot> = picked.sections.iter().flat_map(|one| Slot::of_section(one.section)).collect();
    let minutes = |time: Time| u32::from(time.hour().unsigned_abs()) * 60 + u32::from(time.minute().unsigned_abs());
    let length = |slot: &Slot| minutes(slot.time.end()).saturating_sub(minutes(slot.time.start()));
    let findings = conflicts::find(snapshot, plan);
    Figures {
        units: Week::of(snapshot, plan).units,
        courses: courses(snapshot, plan).len(),
        class_minutes: slots.iter().map(|slot| length(slot) * slot.days.bits().count_ones()).sum(),
        days: Days::from_bits(slots.iter().fold(0, |bits, slot| bits | slot.days.bits())),
        earliest_start: slots.iter().map(|slot| slot.time.start()).min(),
        latest_end: slots.iter().map(|slot| slot.time.end()).max(),
        clashes: findings.count(Severity::Clash),
        incomplete: findings.count(Severity::Incomplete),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::{Sample, plan};

    #[test]
    fn what_is_in_one_only_is_told_apart_down_to_the_section() {
        let snapshot = Sample::new()
            .course("COMPSCI 61A", 4)
            .section("LEC 001", 1)
            .meets("MoWeFr", "13:00-14:00")
            .section("DIS 101", 11)
            .meets("Tu", "09:00-10:00")
            .section("DIS 102", 12)
            .meets("Mo", "13:30-14:30")
            .course("MATH 54", 4)
            .section("LEC 001", 21)
            .course("HISTORY 7A", 3)
            .section("LEC 001", 31)
            .build();
        let (first, second) = (plan(&[(1, &[1, 11]), (2, &[21])], vec![]), plan(&[(3, &[31]), (1, &[1, 12])], vec![]));
        let found = compare(&snapshot, &first, &second);
        let codes = |list: &[ComparedCourse]| -> Vec<String> {
            list.iter().filter_map(|course| course.code.as_ref()).map(ToString::to_string).collect()
        };
        assert_eq!(
            (codes(&found.only_first), codes(&found.only_second)),
            (vec!["MATH 54".into()], vec!["HISTORY 7A".into()])
        );
        let labels = |list: &[SectionName]| -> Vec<String> { list.iter().map(|name| name.label.clone()).collect() };
        let both = &found.both[0];
        assert_eq!(labels(&both.same), ["LEC 001"]);
        assert_eq!(
            (labels(&both.only_first), labels(&both.only_second)),
            (vec!["DIS 101".into()], vec!["DIS 102".into()])
        );
        assert_eq!((found.first.units.to_string(), found.second.units.to_string()), ("8".into(), "7".into()));
        assert_eq!((found.first.class_minutes, found.second.class_minutes), (240, 240));
        assert_eq!((found.first.clashes, found.second.clashes), (0, 1));
        assert_eq!(found.first.days, Days::from_sis("MoTuWeFr").unwrap());
    }

    #[test]
    fn a_plan_is_like_itself() {
        let snapshot = Sample::new().course("COMPSCI 61A", 4).section("LEC 001", 1).build();
        let plan = plan(&[(1, &[1]), (77, &[5])], vec![]);
        let found = compare(&snapshot, &plan, &plan);
        assert!(found.only_first.is_empty() && found.only_second.is_empty());
        assert_eq!(found.both.len(), 2);
        assert_eq!(found.first, found.second);
    }
}
