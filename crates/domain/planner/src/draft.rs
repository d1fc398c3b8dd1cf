//! What somebody wants a schedule to be: for a new one, or as a change of one that is there.

use accounts::line::Line;
use catalog::ids::CourseId;
use catalog::meeting::{Days, TimeRange};
use catalog::section::SectionKey;
use catalog::term::TermId;
use jiff::Timestamp;
use jiff::civil::Time;

use crate::form_key::{FormKey, is_repeat};
use crate::history::{ChangeNote, Content, VersionNumber};
use crate::schedule::{
    COLOURS, Owner, SECONDARIES_MAX, SELECTIONS_MAX, Schedule, ScheduleName, Selection, TIME_BLOCKS_MAX,
    TOTAL_UNITS_CHARS_MAX, TimeBlock, TotalUnits,
};

/// Why a draft cannot become a schedule.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidDraft {
    /// Too many courses.
    #[error("{0} courses in one schedule: at most {SELECTIONS_MAX}")]
    TooManySelections(usize),
    /// Too many sections of one course.
    #[error("{0} secondary sections of one course: at most {SECONDARIES_MAX}")]
    TooManySecondaries(usize),
    /// Too many time blocks.
    #[error("{0} time blocks in one schedule: at most {TIME_BLOCKS_MAX}")]
    TooManyTimeBlocks(usize),
    /// A block of time whose end is before its beginning.
    #[error("the time block `{0}` ends before it begins")]
    EndsBeforeItBegins(ScheduleName),
    /// A colour that no page has.
    #[error("there is no colour {0}: there are {COLOURS}, numbered from 0")]
    NoSuchColour(u8),
}

/// What is to become of something that may stay as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Change<T> {
    /// It stays as it is; where there is nothing yet, it is nothing.
    #[default]
    Keep,
    /// It becomes this.
    Set(T),
}

impl<T: Clone + Default> Change<T> {
    fn over(&self, stored: Option<&T>) -> T {
        match self {
            Self::Keep => stored.cloned().unwrap_or_default(),
            Self::Set(new) => new.clone(),
        }
    }
}

/// A new schedule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScheduleDraft {
    /// What it is called; `None` for the next number: `Schedule 3`.
    pub name: Option<ScheduleName>,
    /// For which term.
    pub term: TermId,
    /// Whether whoever has its id can see it.
    pub is_public: bool,
    /// How many units it makes; `None` for `0`. See [`total_units`].
    pub total_units: Option<TotalUnits>,
    /// The courses in it.
    pub selections: SelectionList,
    /// Times to keep free.
    pub time_blocks: TimeBlockList,
    /// The key of the form that asks for it: sent twice, it makes one. `None` makes one each time.
    pub key: Option<FormKey>,
}

impl ScheduleDraft {
    /// An empty private one.
    #[must_use]
    pub fn new(term: TermId) -> Self {
        let (selections, time_blocks) = (SelectionList::default(), TimeBlockList::default());
        Self { name: None, term, is_public: false, total_units: None, selections, time_blocks, key: None }
    }

    /// Whether a schedule that has the draft's key is what the same form has made for somebody a moment ago.
    #[must_use]
    pub fn has_made(&self, made: &Schedule, owner: Owner, at: Timestamp) -> bool {
        let is_named_so = self.name.as_ref().is_none_or(|name| *name == made.name);
        made.owner == owner && made.term == self.term && is_named_so && is_repeat(made.created_at, at)
    }
}

/// What a schedule is called when its owner has `count` others and did not say: `Schedule 3` of 2.
#[must_use]
pub fn default_name(count: usize) -> ScheduleName {
    ScheduleName::fitted(&format!("Schedule {}", count + 1))
}

/// What a schedule is called that is made like another.
#[must_use]
pub fn copy_name(original: &ScheduleName) -> ScheduleName {
    ScheduleName::fitted(&format!("Copy of {original}"))
}

/// The units of a schedule that nobody has said anything about.
#[must_use]
pub fn default_total_units() -> TotalUnits {
    TotalUnits::fitted("0")
}

/// A client's text about units. One that is too long or unprintable is silently as if it was not given: clients of
/// 2021 rely on that.
#[must_use]
pub fn total_units(text: &str) -> Option<TotalUnits> {
    Line::<TOTAL_UNITS_CHARS_MAX>::parse(text).ok()
}

/// A change of a schedule. What is `None` stays; a list that is given replaces the stored one. The term never changes.
/// What it does to the content makes a version; who may see the schedule does not.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ScheduleChange {
    /// What it is called.
    pub name: Option<ScheduleName>,
    /// Whether whoever has its id can see it.
    pub is_public: Option<bool>,
    /// How many units it makes. See [`total_units`].
    pub total_units: Option<TotalUnits>,
    /// The courses in it.
    pub selections: Option<SelectionList>,
    /// Times to keep free.
    pub time_blocks: Option<TimeBlockList>,
    /// What it does, in words for the owner.
    pub note: ChangeNote,
    /// What version it was made from: when the schedule is another by now, nothing changes. `None` changes whatever is
    /// there.
    pub expects: Option<VersionNumber>,
}

impl ScheduleDraft {
    /// A private one of a term like what is in another.
    #[must_use]
    pub fn like(content: &Content, term: TermId) -> Self {
        Self {
            name: Some(content.name.clone()),
            total_units: Some(content.total_units.clone()),
            selections: SelectionList::of(&content.picks),
            time_blocks: TimeBlockList::of(&content.time_blocks),
            ..Self::new(term)
        }
    }
}

impl ScheduleChange {
    /// One that makes the content what it was once.
    #[must_use]
    pub fn restoring(content: &Content) -> Self {
        Self {
            name: Some(content.name.clone()),
            total_units: Some(content.total_units.clone()),
            selections: Some(SelectionList::of(&content.picks)),
            time_blocks: Some(TimeBlockList::of(&content.time_blocks)),
            ..Self::default()
        }
    }
}

/// A course that somebody wants in a schedule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SelectionDraft {
    /// Which course.
    pub course: CourseId,
    /// The lecture or its like; `Set(None)` for undecided.
    pub primary: Change<Option<SectionKey>>,
    /// Discussions, labs and their like; an empty list clears.
    pub secondary: Change<Vec<SectionKey>>,
    /// In which colour it is drawn; `Set(None)` leaves that to the page.
    pub colour: Change<Option<u8>>,
}

/// Courses for a schedule: each once, and not too many.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SelectionList(Vec<SelectionDraft>);

impl SelectionList {
    /// Of two drafts of one course the last counts, at the place of the first; a section named twice counts once.
    ///
    /// # Errors
    /// When there are too many courses, or too many sections of one, or a colour that is none.
    pub fn new(drafts: Vec<SelectionDraft>) -> Result<Self, InvalidDraft> {
        let mut list: Vec<SelectionDraft> = Vec::new();
        for mut draft in drafts {
            if let Change::Set(Some(colour)) = draft.colour
                && colour >= COLOURS
            {
                return Err(InvalidDraft::NoSuchColour(colour));
            }
            if let Change::Set(secondary) = &mut draft.secondary {
                keep_first_of_each(secondary);
                if secondary.len() > SECONDARIES_MAX {
                    return Err(InvalidDraft::TooManySecondaries(secondary.len()));
                }
            }
            put(&mut list, draft, |one, other| one.course == other.course);
            if list.len() > SELECTIONS_MAX {
                return Err(InvalidDraft::TooManySelections(list.len()));
            }
        }
        Ok(Self(list))
    }

    /// What was stored once, as it was: it was within the limits then.
    #[must_use]
    pub fn of(picks: &[Pick]) -> Self {
        Self(picks.iter().map(Pick::draft).collect())
    }

    /// The courses in order.
    #[must_use]
    pub fn drafts(&self) -> &[SelectionDraft] {
        &self.0
    }

    /// What is to be stored, given what is: the draft's own sections, and the stored ones where it keeps them.
    #[must_use]
    pub fn over(&self, stored: &[Selection]) -> Vec<Pick> {
        let pick = |draft: &SelectionDraft| {
            let held = stored.iter().find(|held| held.course == draft.course);
            Pick {
                course: draft.course,
                primary: draft.primary.over(held.map(|held| &held.primary)),
                secondary: draft.secondary.over(held.map(|held| &held.secondary)),
                colour: draft.colour.over(held.map(|held| &held.colour)),
            }
        };
        self.0.iter().map(pick).collect()
    }
}

/// A course with the sections chosen, before it has a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pick {
    /// Which course.
    pub course: CourseId,
    /// The lecture or its like.
    pub primary: Option<SectionKey>,
    /// Discussions, labs and their like.
    pub secondary: Vec<SectionKey>,
    /// In which colour it is drawn.
    pub colour: Option<u8>,
}

impl Pick {
    /// What somebody chose, without its key.
    #[must_use]
    pub fn of(selection: &Selection) -> Self {
        let Selection { id: _, course, primary, secondary, colour } = selection;
        Self { course: *course, primary: *primary, secondary: secondary.clone(), colour: *colour }
    }

    /// A draft that sets all of it.
    #[must_use]
    pub fn draft(&self) -> SelectionDraft {
        SelectionDraft {
            course: self.course,
            primary: Change::Set(self.primary),
            secondary: Change::Set(self.secondary.clone()),
            colour: Change::Set(self.colour),
        }
    }

    /// All its sections.
    pub fn sections(&self) -> impl Iterator<Item = SectionKey> {
        self.primary.iter().chain(&self.secondary).copied()
    }
}

/// A time that somebody wants to keep free, to the second.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TimeBlockDraft {
    name: ScheduleName,
    time: TimeRange,
    days: Days,
}

impl TimeBlockDraft {
    /// What a block is, without its key.
    #[must_use]
    pub fn of(block: &TimeBlock) -> Self {
        Self { name: block.name.clone(), time: block.time, days: block.days }
    }

    /// A block; fractions of a second are dropped.
    ///
    /// # Errors
    /// When it ends before it begins.
    pub fn new(name: ScheduleName, start: Time, end: Time, days: Days) -> Result<Self, InvalidDraft> {
        let whole = |time: Time| time.with().subsec_nanosecond(0).build().unwrap_or(time);
        match TimeRange::new(whole(start), whole(end)) {
            Some(time) => Ok(Self { name, time, days }),
            None => Err(InvalidDraft::EndsBeforeItBegins(name)),
        }
    }

    /// What it is called.
    #[must_use]
    pub const fn name(&self) -> &ScheduleName {
        &self.name
    }

    /// From when to when, campus time.
    #[must_use]
    pub const fn time(&self) -> TimeRange {
        self.time
    }

    /// On which days.
    #[must_use]
    pub const fn days(&self) -> Days {
        self.days
    }
}

/// Time blocks for a schedule: each name once, and not too many.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TimeBlockList(Vec<TimeBlockDraft>);

impl TimeBlockList {
    /// Of two blocks of one name the last counts, at the place of the first.
    ///
    /// # Errors
    /// When there are too many.
    pub fn new(drafts: Vec<TimeBlockDraft>) -> Result<Self, InvalidDraft> {
        let mut list: Vec<TimeBlockDraft> = Vec::new();
        for draft in drafts {
            put(&mut list, draft, |one, other| one.name == other.name);
            if list.len() > TIME_BLOCKS_MAX {
                return Err(InvalidDraft::TooManyTimeBlocks(list.len()));
            }
        }
        Ok(Self(list))
    }

    /// What was stored once, as it was: it was within the limits then.
    #[must_use]
    pub fn of(blocks: &[TimeBlockDraft]) -> Self {
        Self(blocks.to_vec())
    }

    /// The blocks in order.
    #[must_use]
    pub fn drafts(&self) -> &[TimeBlockDraft] {
        &self.0
    }
}

fn put<T>(list: &mut Vec<T>, new: T, is_same: impl Fn(&T, &T) -> bool) {
    match list.iter_mut().find(|held| is_same(held, &new)) {
        Some(held) => *held = new,
        None => list.push(new),
    }
}

fn keep_first_of_each(sections: &mut Vec<SectionKey>) {
    let mut seen: Vec<SectionKey> = Vec::with_capacity(sections.len().min(SECONDARIES_MAX));
    for section in &*sections {
        if !seen.contains(section) {
            seen.push(*section);
        }
        // One more than may be is enough to refuse it: a list of a million is not gone through.
        if seen.len() > SECONDARIES_MAX {
            break;
        }
    }
    *sections = seen;
}

#[cfg(test)]
mod tests {
    use catalog::section::SectionId;
    use jiff::civil::time;

    use super::*;
    use crate::schedule::SelectionId;

    fn section(id: u32) -> SectionKey {
        SectionKey { term: "fall-2026".parse().unwrap(), id: SectionId(id) }
    }

    fn whole(course: u64, primary: u32, secondary: &[u32]) -> SelectionDraft {
        SelectionDraft {
            course: CourseId(course),
            primary: Change::Set(Some(section(primary))),
            secondary: Change::Set(secondary.iter().map(|id| section(*id)).collect()),
            colour: Change::Keep,
        }
    }

    fn kept(course: u64) -> SelectionDraft {
        let course = CourseId(course);
        SelectionDraft { course, primary: Change::Keep, secondary: Change::Keep, colour: Change::Keep }
    }

    #[test]
    fn of_two_drafts_of_one_course_the_last_counts() {
        let list = SelectionList::new(vec![whole(1, 10, &[]), whole(2, 20, &[]), whole(1, 11, &[12, 12, 13])]).unwrap();
        assert_eq!(list.drafts(), [whole(1, 11, &[12, 13]), whole(2, 20, &[])]);
    }

    #[test]
    fn what_a_draft_keeps_is_what_is_stored() {
        let stored = [Selection {
            id: SelectionId(7),
            course: CourseId(1),
            primary: Some(section(10)),
            secondary: vec![section(11)],
            colour: Some(3),
        }];
        let picked = |draft: SelectionDraft| SelectionList::new(vec![draft]).unwrap().over(&stored).remove(0);
        let (primary, secondary) = (Some(section(10)), vec![section(11)]);
        assert_eq!(picked(kept(1)), Pick { course: CourseId(1), primary, secondary, colour: Some(3) });
        assert_eq!(picked(kept(2)), Pick { course: CourseId(2), primary: None, secondary: Vec::new(), colour: None });
        let plain = SelectionDraft { colour: Change::Set(None), ..kept(1) };
        assert_eq!(picked(plain).colour, None);
        let cleared = SelectionDraft { secondary: Change::Set(Vec::new()), ..kept(1) };
        assert_eq!(picked(cleared).secondary, [], "an empty list clears");
        let undecided = SelectionDraft { primary: Change::Set(None), ..kept(1) };
        assert_eq!(picked(undecided).primary, None);
    }

    #[test]
    fn too_much_is_refused() {
        let courses = |count: u64| SelectionList::new((0..count).map(kept).collect());
        assert!(courses(50).is_ok());
        assert_eq!(courses(51), Err(InvalidDraft::TooManySelections(51)));
        let sections: Vec<u32> = (0..21).collect();
        assert!(SelectionList::new(vec![whole(1, 1, &sections[..20])]).is_ok());
        assert_eq!(SelectionList::new(vec![whole(1, 1, &sections)]), Err(InvalidDraft::TooManySecondaries(21)));
        let painted =
            |colour| SelectionList::new(vec![SelectionDraft { colour: Change::Set(Some(colour)), ..kept(1) }]);
        assert!(painted(7).is_ok());
        assert_eq!(painted(8), Err(InvalidDraft::NoSuchColour(8)));
        let blocks = |count: usize| TimeBlockList::new((0..count).map(|number| block(&number.to_string())).collect());
        assert!(blocks(50).is_ok());
        assert_eq!(blocks(51), Err(InvalidDraft::TooManyTimeBlocks(51)));
    }

    fn block(name: &str) -> TimeBlockDraft {
        let (name, days) = (ScheduleName::parse(name).unwrap(), Days::from_sis("Mo").unwrap());
        TimeBlockDraft::new(name, time(9, 0, 0, 0), time(10, 0, 0, 0), days).unwrap()
    }

    #[test]
    fn a_block_of_time_runs_forward_and_to_the_second() {
        let name = || ScheduleName::parse("Lunch").unwrap();
        let block = TimeBlockDraft::new(name(), time(9, 0, 1, 5), time(9, 0, 1, 3), Days::NONE).unwrap();
        assert_eq!((block.time().start(), block.time().end()), (time(9, 0, 1, 0), time(9, 0, 1, 0)));
        let error = TimeBlockDraft::new(name(), time(9, 0, 2, 0), time(9, 0, 1, 0), Days::NONE).unwrap_err();
        assert_eq!(error.to_string(), "the time block `Lunch` ends before it begins");
    }

    #[test]
    fn units_in_too_many_words_are_as_if_not_given() {
        assert_eq!(total_units("9 - 12").map(|units| units.to_string()), Some("9 - 12".to_owned()));
        assert_eq!(total_units("nine, perhaps more"), None);
        assert_eq!(total_units("9\n"), None);
        assert_eq!(default_name(2).as_str(), "Schedule 3");
    }
}
