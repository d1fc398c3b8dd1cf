//! What is wrong with a plan, and what to look at: each finding with everything that is needed to say it in words.

mod finding;
mod walks;

use catalog::course::CourseCode;
use catalog::meeting::TimeRange;
use catalog::snapshot::{SectionView, Snapshot};

use crate::exams;
use crate::picked::{Picked, PickedPlan, SectionName, Slot, are_one, hangs_on, secondaries_of};
use crate::plan::{Busy, Plan};

pub use self::finding::{Finding, Findings, Severity};

/// The most findings that are told: whoever puts fifty courses on top of each other needs no longer list.
pub const FINDINGS_MAX: usize = 200;

/// Looks a plan over. Clashes come first, then what is incomplete, then hints.
#[must_use]
pub fn find(snapshot: &Snapshot, plan: &Plan) -> Findings {
    let picked = PickedPlan::of(snapshot, plan);
    let mut findings = Findings { list: Vec::new(), is_whole: true };
    meeting_clashes(snapshot, &picked, &mut findings);
    block_clashes(snapshot, &picked, plan.busy(), &mut findings);
    exam_clashes(snapshot, plan, &picked, &mut findings);
    repeated_courses(snapshot, plan, &mut findings);
    for gone in &picked.gone {
        findings.push(Finding::Gone(gone.clone()));
    }
    for place in 0..plan.courses().len() {
        incomplete_course(snapshot, plan, &picked, place, &mut findings);
    }
    walks::short_walks(snapshot, &picked, &mut findings);
    findings.list.sort_by_key(Finding::severity);
    findings
}

impl Findings {
    fn push(&mut self, finding: Finding) {
        if self.list.len() < FINDINGS_MAX {
            self.list.push(finding);
        } else {
            self.is_whole = false;
        }
    }

    const fn is_full(&self) -> bool {
        self.list.len() == FINDINGS_MAX && !self.is_whole
    }
}

/// Meetings against meetings, each pair of sections told once.
fn meeting_clashes(snapshot: &Snapshot, picked: &PickedPlan<'_>, findings: &mut Findings) {
    let slots: Vec<Vec<Slot>> = picked.sections.iter().map(|one| Slot::of_section(one.section).collect()).collect();
    for (at, one) in picked.sections.iter().enumerate() {
        for (later, other) in picked.sections.iter().enumerate().skip(at + 1) {
            let pairs = slots[at].iter().flat_map(|slot| slots[later].iter().map(move |with| slot.shared_with(with)));
            if let Some(shared) = pairs.flatten().next() {
                findings.push(Finding::MeetingClash {
                    one: SectionName::of(snapshot, one.section),
                    other: SectionName::of(snapshot, other.section),
                    days: shared.days,
                    time: shared.time,
                    dates: shared.dates,
                });
            }
            if findings.is_full() {
                return;
            }
        }
    }
}

fn block_clashes(snapshot: &Snapshot, picked: &PickedPlan<'_>, busy: &[Busy], findings: &mut Findings) {
    for Picked { section, .. } in &picked.sections {
        for block in busy {
            let taken = Slot { days: block.days, time: block.time, dates: None };
            if let Some(shared) = Slot::of_section(*section).find_map(|slot| slot.shared_with(&taken)) {
                findings.push(Finding::BlockClash {
                    section: SectionName::of(snapshot, *section),
                    block: block.name.clone(),
                    days: shared.days,
                    time: shared.time,
                });
            }
        }
    }
}

fn exam_clashes(snapshot: &Snapshot, plan: &Plan, picked: &PickedPlan<'_>, findings: &mut Findings) {
    let with_exam = picked.sections.iter().filter_map(|one| Some((one, exams::of_section(snapshot, one.section)?)));
    let exams: Vec<_> = with_exam.collect();
    let (days, is_expected) = (snapshot.term_days(plan.term()), exams::are_expected(snapshot, plan.term()));
    for (at, (one, slot)) in exams.iter().enumerate() {
        for (other, with) in exams.iter().skip(at + 1).filter(|(other, _)| other.place != one.place) {
            let (start, end) = (slot.start.max(with.start), slot.end.min(with.end));
            let Some(time) = TimeRange::new(start, end).filter(|_| start < end && slot.day == with.day) else {
                continue;
            };
            findings.push(Finding::ExamClash {
                one: SectionName::of(snapshot, one.section),
                other: SectionName::of(snapshot, other.section),
                day: slot.day,
                time,
                date: days.as_ref().and_then(|days| days.final_date(slot.day)),
                is_expected,
            });
        }
    }
}

/// The same course twice, be it under another code.
fn repeated_courses(snapshot: &Snapshot, plan: &Plan, findings: &mut Findings) {
    let places: Vec<_> = plan.courses().iter().filter_map(|planned| snapshot.course_by_id(planned.course)).collect();
    for (at, one) in places.iter().enumerate() {
        for other in &places[at + 1..] {
            if are_one(snapshot, *one, *other) {
                let code = |course| -> CourseCode { snapshot.course(course).course.code.clone() };
                findings.push(Finding::CourseTwice { one: code(*one), other: code(*other) });
            }
        }
    }
}

fn incomplete_course(snapshot: &Snapshot, plan: &Plan, picked: &PickedPlan<'_>, place: usize, findings: &mut Findings) {
    let planned = &plan.courses()[place];
    let Some(course) = snapshot.course_by_id(planned.course) else { return };
    if planned.sections.is_empty() {
        if snapshot.offering(plan.term(), course).is_some() {
            findings
                .push(Finding::Undecided { course: planned.course, code: snapshot.course(course).course.code.clone() });
        }
        return;
    }
    let chosen: Vec<SectionView<'_>> = picked.of_course(place).collect();
    let name = |section| SectionName::of(snapshot, section);
    for primary in chosen.iter().filter(|section| section.is_primary()) {
        for (component, choices) in secondaries_of(snapshot, *primary) {
            let is_chosen = |section: &SectionView<'_>| chosen.iter().any(|one| one.index() == section.index());
            if !choices.iter().any(is_chosen) {
                let (component, choices) = (component.clone(), choices.len());
                findings.push(Finding::MissingSecondary { primary: name(*primary), component, choices });
            }
        }
    }
    for secondary in chosen.iter().filter(|section| !section.is_primary()) {
        let mut primaries = chosen.iter().filter(|section| section.is_primary()).peekable();
        if primaries.peek().is_none() {
            findings.push(Finding::NoPrimary { secondary: name(*secondary) });
        } else if let Some(primary) = primaries.clone().next()
            && !primaries.any(|primary| hangs_on(snapshot, *secondary, *primary))
        {
            let hangs_on = own_primary(snapshot, *secondary).map(name);
            findings.push(Finding::OtherPrimary { secondary: name(*secondary), hangs_on, chosen: name(*primary) });
        }
    }
}

/// The lecture that a secondary section belongs to, when that is known.
fn own_primary<'a>(snapshot: &'a Snapshot, secondary: SectionView<'a>) -> Option<SectionView<'a>> {
    let mut siblings = snapshot.sections_of_class(secondary.class());
    siblings.find(|section| section.is_primary() && secondary.primary_section().is_none_or(|id| id == section.id()))
}

#[cfg(test)]
mod tests;
