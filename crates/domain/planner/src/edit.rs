//! One step of planning, as a click asks for it, made into the change of a schedule: with what follows from it, and with
//! words for the history.

use catalog::course_set::CourseIndex;
use catalog::ids::CourseId;
use catalog::section::{Component, SectionKey};
use catalog::snapshot::{SectionView, Snapshot};

use crate::colours::assigned;
use crate::conflicts::{Finding, Findings};
use crate::draft::{InvalidDraft, Pick, ScheduleChange, SelectionList, TimeBlockDraft, TimeBlockList, total_units};
use crate::history::{ChangeNote, Content};
use crate::picked::{hangs_on, secondaries_of};
use crate::plan::{Busy, Plan, PlannedCourse};
use crate::schedule::{COLOURS, Schedule, ScheduleName, TimeBlockId};
use crate::week::Week;

/// What somebody asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Edit {
    /// Puts a course in. Where there is only one lecture, or one discussion, it is chosen at once.
    Add(CourseId),
    /// Takes a course out.
    Remove(CourseId),
    /// Chooses a section of a course that is in. A lecture takes the place of the one before, and of its discussions those
    /// that do not go with it; a discussion or lab takes the place of the one of its kind.
    Choose(CourseId, SectionKey),
    /// No longer chooses a section. With a lecture go its discussions and labs.
    Drop(CourseId, SectionKey),
    /// Gives a course another colour.
    Colour(CourseId, u8),
    /// Keeps a time free, under a name that no other one has.
    KeepFree(TimeBlockDraft),
    /// Gives a time back.
    GiveBack(TimeBlockId),
    /// Calls the schedule something else.
    Rename(ScheduleName),
    /// Takes over a whole choice of sections, as the generator makes it; courses keep their colours.
    Take(Vec<(CourseId, Vec<SectionKey>)>),
}

/// Why something cannot be done.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EditError {
    /// The catalog has never had that course, or not in this term.
    #[error("that course is not offered in {0}")]
    NotOffered(String),
    /// The course is not in the schedule: somebody may have taken it out in another tab.
    #[error("that course is not in the schedule any more")]
    NotPlanned,
    /// The section is not one of the course in this term.
    #[error("that section is not offered any more")]
    NoSuchSection,
    /// The time is not kept free: somebody may have given it back in another tab.
    #[error("that time is not kept free any more")]
    NotKeptFree,
    /// Another time is kept free under that name: it would be lost.
    #[error("“{0}” is kept free already: give that back first, or call this one otherwise")]
    KeptAlready(ScheduleName),
    /// There must be a name.
    #[error("a name needs at least one letter")]
    Nameless,
    /// It does not fit into a schedule.
    #[error(transparent)]
    Invalid(#[from] InvalidDraft),
}

/// The change that an edit makes of a schedule.
///
/// # Errors
/// When the edit names what is not there, or there would be too much.
pub fn change(snapshot: &Snapshot, schedule: &Schedule, edit: &Edit) -> Result<ScheduleChange, EditError> {
    let mut content = Content::of(schedule);
    let note = apply(snapshot, schedule, &mut content, edit)?;
    let selections = SelectionList::new(content.picks.iter().map(Pick::draft).collect())?;
    let time_blocks = TimeBlockList::new(content.time_blocks)?;
    Ok(ScheduleChange {
        name: Some(content.name),
        total_units: total_units(&units(snapshot, schedule, &content.picks)),
        selections: Some(selections),
        time_blocks: Some(time_blocks),
        note: ChangeNote::fitted(&note),
        ..ScheduleChange::default()
    })
}

fn apply(snapshot: &Snapshot, schedule: &Schedule, content: &mut Content, edit: &Edit) -> Result<String, EditError> {
    let code = |course: CourseId| {
        snapshot
            .course_by_id(course)
            .map_or_else(|| "a course".to_owned(), |at| snapshot.course(at).course.code.to_string())
    };
    match edit {
        Edit::Add(course) => {
            add(snapshot, schedule, content, *course)?;
            Ok(format!("Added {}", code(*course)))
        }
        Edit::Remove(course) => {
            let before = content.picks.len();
            content.picks.retain(|pick| pick.course != *course);
            if content.picks.len() == before {
                Err(EditError::NotPlanned)
            } else {
                Ok(format!("Removed {}", code(*course)))
            }
        }
        Edit::Choose(course, key) => {
            let section = section_of(snapshot, schedule, *course, *key)?;
            choose(snapshot, planned(content, *course)?, section);
            Ok(format!("{}: chose {}", code(*course), section.label()))
        }
        Edit::Drop(course, key) => {
            drop_section(planned(content, *course)?, *key);
            let label = snapshot.section_by_key(*key).map(|index| snapshot.section(index).label());
            Ok(format!("{}: dropped {}", code(*course), label.unwrap_or_else(|| key.id.to_string())))
        }
        Edit::Colour(course, colour) => {
            planned(content, *course)?.colour = Some(colour % COLOURS);
            Ok(format!("{}: another colour", code(*course)))
        }
        Edit::KeepFree(block) => {
            if content.time_blocks.iter().any(|held| held.name() == block.name()) {
                return Err(EditError::KeptAlready(block.name().clone()));
            }
            content.time_blocks.push(block.clone());
            Ok(format!("Keeps free: {}", block.name()))
        }
        Edit::GiveBack(id) => {
            let name = schedule.time_blocks.iter().find(|block| block.id == *id).map(|block| block.name.clone());
            let name = name.ok_or(EditError::NotKeptFree)?;
            content.time_blocks.retain(|held| *held.name() != name);
            Ok(format!("Gave back: {name}"))
        }
        Edit::Rename(name) if name.is_blank() => Err(EditError::Nameless),
        Edit::Rename(name) => {
            content.name = name.clone();
            Ok(format!("Renamed to {name}"))
        }
        Edit::Take(choice) => {
            take(snapshot, schedule, content, choice)?;
            Ok("Took over a generated schedule".to_owned())
        }
    }
}

fn planned(content: &mut Content, course: CourseId) -> Result<&mut Pick, EditError> {
    content.picks.iter_mut().find(|pick| pick.course == course).ok_or(EditError::NotPlanned)
}

fn section_of<'a>(
    snapshot: &'a Snapshot,
    schedule: &Schedule,
    course: CourseId,
    key: SectionKey,
) -> Result<SectionView<'a>, EditError> {
    let index = snapshot.section_by_key(key).filter(|_| key.term == schedule.term).ok_or(EditError::NoSuchSection)?;
    let section = snapshot.section(index);
    if snapshot.course(section.course()).id == course { Ok(section) } else { Err(EditError::NoSuchSection) }
}

fn add(snapshot: &Snapshot, schedule: &Schedule, content: &mut Content, course: CourseId) -> Result<(), EditError> {
    let not_offered = || EditError::NotOffered(schedule.term.title());
    let at = snapshot.course_by_id(course).ok_or_else(not_offered)?;
    let offering = snapshot.offering(schedule.term, at).ok_or_else(not_offered)?;
    if content.picks.iter().any(|pick| pick.course == course) {
        return Ok(());
    }
    let colours: Vec<Option<u8>> = content.picks.iter().map(|pick| pick.colour).chain([None]).collect();
    let colour = assigned(&colours).last().copied();
    let mut pick = Pick { course, primary: None, secondary: Vec::new(), colour };
    let mut primaries = snapshot.sections_in(offering).filter(|section| section.is_primary());
    if let (Some(only), None) = (primaries.next(), primaries.next()) {
        choose(snapshot, &mut pick, only);
    }
    content.picks.push(pick);
    Ok(())
}

fn choose(snapshot: &Snapshot, pick: &mut Pick, section: SectionView<'_>) {
    let chosen = |key: &SectionKey| snapshot.section_by_key(*key).map(|index| snapshot.section(index));
    if !section.is_primary() {
        let kind = &section.component().code;
        pick.secondary.retain(|key| chosen(key).is_some_and(|held| held.component().code != *kind));
        pick.secondary.push(section.key());
        return;
    }
    pick.primary = Some(section.key());
    pick.secondary.retain(|key| chosen(key).is_some_and(|held| hangs_on(snapshot, held, section)));
    for (kind, sections) in secondaries_of(snapshot, section) {
        let has_one =
            pick.secondary.iter().any(|key| chosen(key).is_some_and(|held| held.component().code == kind.code));
        if let ([only], false) = (sections.as_slice(), has_one) {
            pick.secondary.push(only.key());
        }
    }
}

fn drop_section(pick: &mut Pick, key: SectionKey) {
    if pick.primary == Some(key) {
        pick.primary = None;
        pick.secondary.clear();
    }
    pick.secondary.retain(|held| *held != key);
}

fn take(
    snapshot: &Snapshot,
    schedule: &Schedule,
    content: &mut Content,
    choice: &[(CourseId, Vec<SectionKey>)],
) -> Result<(), EditError> {
    for (course, keys) in choice {
        if !content.picks.iter().any(|pick| pick.course == *course) {
            add(snapshot, schedule, content, *course)?;
        }
        let mut sections = Vec::with_capacity(keys.len());
        for key in keys {
            sections.push(section_of(snapshot, schedule, *course, *key)?);
        }
        let pick = planned(content, *course)?;
        pick.primary = sections.iter().find(|section| section.is_primary()).map(|section| section.key());
        pick.secondary = sections.iter().filter(|section| !section.is_primary()).map(|section| section.key()).collect();
    }
    Ok(())
}

fn units(snapshot: &Snapshot, schedule: &Schedule, picks: &[Pick]) -> String {
    let plan = plan_of(schedule, picks, Vec::new());
    plan.map_or_else(|| "0".to_owned(), |plan| Week::of(snapshot, &plan).units.to_string())
}

/// `None` of what is too large for a plan: the lists of a change refuse it, and say so.
fn plan_of(schedule: &Schedule, picks: &[Pick], busy: Vec<Busy>) -> Option<Plan> {
    let courses = picks.iter().map(|pick| PlannedCourse { course: pick.course, sections: pick.sections().collect() });
    Plan::new(schedule.term, courses.collect(), busy).ok()
}

/// What a schedule would be with a section chosen, to be looked at before; `None` when it cannot be chosen.
#[must_use]
pub fn tried(snapshot: &Snapshot, schedule: &Schedule, course: CourseId, section: SectionKey) -> Option<Plan> {
    let mut content = Content::of(schedule);
    apply(snapshot, schedule, &mut content, &Edit::Choose(course, section)).ok()?;
    plan_of(schedule, &content.picks, Plan::from(schedule).busy().to_vec())
}

/// Whether everything is chosen that a course asks for.
#[must_use]
pub fn is_decided(findings: &Findings, course: CourseId) -> bool {
    findings.list.iter().all(|finding| match finding {
        Finding::Undecided { course: of, .. } => *of != course,
        Finding::MissingSecondary { primary, .. } => primary.course != course,
        _ => true,
    })
}

/// A lecture, or its like, with what goes with it.
#[derive(Debug)]
pub struct Lecture<'a> {
    /// The primary section.
    pub primary: SectionView<'a>,
    /// Its discussions, labs and the like by kind, each with what there is to choose from.
    pub secondaries: Vec<(&'a Component, Vec<SectionView<'a>>)>,
}

/// What a course offers to choose from in the schedule's term.
#[must_use]
pub fn choices<'a>(snapshot: &'a Snapshot, schedule: &Schedule, course: CourseIndex) -> Vec<Lecture<'a>> {
    let Some(offering) = snapshot.offering(schedule.term, course) else { return Vec::new() };
    let primaries = snapshot.sections_in(offering).filter(|section| section.is_primary());
    primaries.map(|primary| Lecture { primary, secondaries: secondaries_of(snapshot, primary) }).collect()
}

#[cfg(test)]
mod tests {
    use jiff::civil::time;

    use super::*;
    use crate::sample::{Sample, key, term};
    use crate::schedule::{Owner, ScheduleId, Selection, SelectionId, TimeBlock};

    fn catalog() -> Snapshot {
        Sample::new()
            .course("COMPSCI 61A", 4)
            .section("LEC 001", 100)
            .meets("MoWe", "10:00-10:59")
            .section("DIS 101", 101)
            .of(100)
            .section("DIS 102", 102)
            .of(100)
            .section("LAB 201", 103)
            .of(100)
            .section_of("002", "LEC 002", 110)
            .meets("MoWe", "12:00-12:59")
            .section_of("002", "DIS 111", 111)
            .of(110)
            .course("HISTORY 7B", 4)
            .section("LEC 001", 200)
            .meets("TuTh", "09:30-10:59")
            .section("DIS 101", 201)
            .of(200)
            .course("MATH 1", 2)
            .build()
    }

    fn schedule() -> Schedule {
        let at = "2026-11-01T00:00:00Z".parse().unwrap();
        Schedule {
            id: ScheduleId(uuid::Uuid::nil()),
            owner: Owner::Person(accounts::person::PersonId(1)),
            name: ScheduleName::fitted("Plan A"),
            term: term(),
            created_at: at,
            modified_at: at,
            total_units: crate::draft::default_total_units(),
            is_public: false,
            version: crate::history::VersionNumber::FIRST,
            selections: Vec::new(),
            time_blocks: Vec::new(),
        }
    }

    /// The schedule after the change, as a store keeps it.
    fn after(schedule: &Schedule, edit: &Edit) -> Schedule {
        let change = change(&catalog(), schedule, edit).unwrap();
        let picks = change.selections.unwrap().over(&schedule.selections);
        let mut next = schedule.clone();
        next.selections = (0..).zip(picks).map(|(id, pick)| selection(id, pick)).collect();
        let blocks = change.time_blocks.unwrap();
        let block = |(id, draft): (u64, &TimeBlockDraft)| TimeBlock {
            id: TimeBlockId(id),
            name: draft.name().clone(),
            time: draft.time(),
            days: draft.days(),
        };
        next.time_blocks = (0..).zip(blocks.drafts()).map(block).collect();
        next.name = change.name.unwrap();
        next.total_units = change.total_units.unwrap();
        next
    }

    fn selection(id: u64, pick: Pick) -> Selection {
        let Pick { course, primary, secondary, colour } = pick;
        Selection { id: SelectionId(id), course, primary, secondary, colour }
    }

    fn chosen(schedule: &Schedule, course: u64) -> Vec<u32> {
        let selection = schedule.selections.iter().find(|selection| selection.course == CourseId(course)).unwrap();
        Pick::of(selection).sections().map(|key| key.id.0).collect()
    }

    #[test]
    fn where_there_is_no_choice_it_is_made_at_once() {
        let planned = after(&schedule(), &Edit::Add(CourseId(2)));
        assert_eq!(chosen(&planned, 2), [200, 201]);
        assert_eq!(planned.total_units.as_str(), "4");
        let planned = after(&planned, &Edit::Add(CourseId(1)));
        assert_eq!(chosen(&planned, 1), [0_u32; 0], "two lectures to choose from");
        assert_eq!(after(&planned, &Edit::Add(CourseId(1))), planned, "once is enough");
        let colours: Vec<_> = planned.selections.iter().map(|selection| selection.colour).collect();
        assert_eq!(colours, [Some(0), Some(1)]);
    }

    #[test]
    fn a_lecture_brings_what_it_must_and_leaves_what_is_another_s() {
        let planned = after(&schedule(), &Edit::Add(CourseId(1)));
        let first = after(&planned, &Edit::Choose(CourseId(1), key(100)));
        assert_eq!(chosen(&first, 1), [100, 103], "the only lab, and none of two discussions");
        let first = after(&first, &Edit::Choose(CourseId(1), key(101)));
        let first = after(&first, &Edit::Choose(CourseId(1), key(102)));
        assert_eq!(chosen(&first, 1), [100, 103, 102], "one discussion takes the place of the other");
        let second = after(&first, &Edit::Choose(CourseId(1), key(110)));
        assert_eq!(chosen(&second, 1), [110, 111]);
        assert_eq!(chosen(&after(&second, &Edit::Drop(CourseId(1), key(110))), 1), [0_u32; 0]);
    }

    #[test]
    fn what_is_not_there_is_refused_in_words() {
        let planned = after(&schedule(), &Edit::Add(CourseId(1)));
        let refused = |edit: &Edit| change(&catalog(), &planned, edit).unwrap_err().to_string();
        assert_eq!(refused(&Edit::Add(CourseId(3))), "that course is not offered in Fall 2016");
        assert_eq!(refused(&Edit::Add(CourseId(99))), "that course is not offered in Fall 2016");
        assert_eq!(refused(&Edit::Remove(CourseId(2))), "that course is not in the schedule any more");
        assert_eq!(refused(&Edit::Choose(CourseId(1), key(200))), "that section is not offered any more");
        assert_eq!(refused(&Edit::GiveBack(TimeBlockId(5))), "that time is not kept free any more");
        assert_eq!(refused(&Edit::Rename(ScheduleName::fitted("  "))), "a name needs at least one letter");
    }

    #[test]
    fn a_second_time_of_one_name_is_refused_and_the_first_stays() {
        let block = |day| {
            let (name, days) = (ScheduleName::fitted("Work"), catalog::meeting::Days::from_sis(day).unwrap());
            Edit::KeepFree(TimeBlockDraft::new(name, time(12, 0, 0, 0), time(13, 0, 0, 0), days).unwrap())
        };
        let planned = after(&schedule(), &block("Mo"));
        let refused = change(&catalog(), &planned, &block("Tu")).unwrap_err();
        assert_eq!(
            refused.to_string(),
            "“Work” is kept free already: give that back first, or call this one otherwise"
        );
        assert_eq!(after(&planned, &Edit::GiveBack(TimeBlockId(0))).time_blocks, []);
    }

    #[test]
    fn what_is_only_tried_is_what_choosing_it_would_make() {
        let lunch = TimeBlock {
            id: TimeBlockId(1),
            name: ScheduleName::fitted("Lunch"),
            time: crate::sample::range("12:00-13:00"),
            days: catalog::meeting::Days::from_sis("Mo").unwrap(),
        };
        let mut planned = after(&schedule(), &Edit::Add(CourseId(1)));
        planned.time_blocks.push(lunch);
        let planned = after(&planned, &Edit::Choose(CourseId(1), key(100)));
        let trying = |section| tried(&catalog(), &planned, CourseId(1), key(section));
        let chosen = Plan::from(&after(&planned, &Edit::Choose(CourseId(1), key(110))));
        assert_eq!(trying(110), Some(chosen), "the other lecture with its discussion, beside lunch");
        assert_eq!(trying(200), None, "another course's");
        assert_eq!(tried(&catalog(), &planned, CourseId(2), key(200)), None, "not planned");
    }

    #[test]
    fn a_generated_choice_is_taken_over_whole() {
        let choice = vec![(CourseId(1), vec![key(100), key(102), key(103)]), (CourseId(2), vec![key(200), key(201)])];
        let planned = after(&schedule(), &Edit::Take(choice));
        assert_eq!((chosen(&planned, 1), chosen(&planned, 2)), (vec![100, 102, 103], vec![200, 201]));
        assert!(is_decided(&crate::conflicts::find(&catalog(), &Plan::from(&planned)), CourseId(1)));
    }
}
