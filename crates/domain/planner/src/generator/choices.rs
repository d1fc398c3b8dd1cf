//! What there is to choose from: for each course the ways to take it, a lecture with one section of each kind that it
//! asks for.

use std::collections::HashMap;

use catalog::class::OfferingStatus;
use catalog::course::CourseCode;
use catalog::finals::FinalSlot;
use catalog::ids::CourseId;
use catalog::seats::Availability;
use catalog::section::SectionKey;
use catalog::snapshot::{SectionIndex, SectionView, Snapshot};
use jiff::civil::Time;

use super::grid::{Grid, share};
use super::wish::{SeatsWanted, Wish, WishedCourse};
use super::{ALTERNATIVES_MAX, CHOICES_MAX};
use crate::exams;
use crate::picked::{Slot, secondaries_of, units_of};

/// What a choice may go against, as bits: each is a wish that can be given up by itself.
pub(super) mod against {
    pub(in super::super) const NOT_BEFORE: u64 = 1;
    pub(in super::super) const NOT_AFTER: u64 = 1 << 1;
    pub(in super::super) const SEATS: u64 = 1 << 2;
    pub(in super::super) const PINS: u64 = 1 << 3;
    const FREE_DAY: u32 = 4;
    const BUSY: u32 = 12;

    pub(in super::super) const fn free_day(day: u8) -> u64 {
        1 << (FREE_DAY + day as u32)
    }

    /// There are at most 50 of them.
    pub(in super::super) const fn busy(place: usize) -> u64 {
        1_u64.wrapping_shl(BUSY + place as u32)
    }
}

/// The days of a week.
pub(super) const DAYS: usize = 7;

/// A wish with everything to choose from.
pub(super) struct Problem {
    pub(super) courses: Vec<Course>,
    /// Words of a set of pieces, without and with exams.
    pub(super) class_words: usize,
    pub(super) words: usize,
    /// Whether some course has more choices than are looked at.
    pub(super) is_cut: bool,
    /// In hundredths.
    pub(super) max_units: Option<u32>,
}

/// A course with the ways to take it.
pub(super) struct Course {
    pub(super) id: CourseId,
    pub(super) code: CourseCode,
    pub(super) is_required: bool,
    pub(super) is_offered: bool,
    /// The sections that are settled, as labels.
    pub(super) pins: Vec<String>,
    pub(super) choices: Vec<Choice>,
    /// The sets of pieces of the choices, one after the other.
    sets: Vec<u64>,
    words: usize,
}

impl Course {
    pub(super) fn set(&self, choice: usize) -> &[u64] {
        &self.sets[choice * self.words..(choice + 1) * self.words]
    }
}

/// A way to take a course.
pub(super) struct Choice {
    /// Lecture first.
    pub(super) sections: Vec<SectionIndex>,
    /// Others at the same times.
    pub(super) alternatives: Vec<Vec<SectionIndex>>,
    /// What it goes against.
    pub(super) against: u64,
    /// The least units, in hundredths.
    pub(super) units: u32,
    /// Day, first and last minute of each meeting, counted by five minutes.
    pub(super) times: Vec<(u8, u16, u16)>,
    pub(super) days: DayTimes,
    /// Sections without a free seat for anyone.
    pub(super) full: u32,
    /// The fewest free seats for anyone of its sections; `None` when nothing is known.
    pub(super) fewest_seats: Option<i32>,
}

impl Choice {
    /// Joins one that is at the same times: the one with more free seats stands for both.
    fn join(&mut self, mut other: Self) {
        if other.fewest_seats.unwrap_or(0) > self.fewest_seats.unwrap_or(0) {
            std::mem::swap(self, &mut other);
        }
        self.alternatives.push(other.sections);
        self.alternatives.append(&mut other.alternatives);
        self.alternatives.truncate(ALTERNATIVES_MAX);
    }
}

/// What is on each day, in minutes since midnight.
#[derive(Clone, Copy)]
pub(super) struct DayTimes {
    pub(super) first: [u16; DAYS],
    pub(super) last: [u16; DAYS],
    /// Minutes of class, those at once counted twice.
    pub(super) minutes: [u16; DAYS],
}

impl DayTimes {
    pub(super) const EMPTY: Self = Self { first: [u16::MAX; DAYS], last: [0; DAYS], minutes: [0; DAYS] };

    pub(super) fn add(&mut self, day: usize, first: u16, last: u16) {
        self.first[day] = self.first[day].min(first);
        self.last[day] = self.last[day].max(last);
        self.minutes[day] = self.minutes[day].saturating_add(last.saturating_sub(first));
    }

    pub(super) fn with(&self, other: &Self) -> Self {
        let mut both = *self;
        for day in 0..DAYS {
            both.first[day] = both.first[day].min(other.first[day]);
            both.last[day] = both.last[day].max(other.last[day]);
            both.minutes[day] = both.minutes[day].saturating_add(other.minutes[day]);
        }
        both
    }
}

/// A section with what the search wants to know of it.
struct Candidate<'a> {
    section: SectionView<'a>,
    slots: Vec<Slot>,
    set: Vec<u64>,
    against: u64,
    seats: Option<i32>,
}

impl Candidate<'_> {
    /// Sections of one kind that are equal in this are one choice.
    fn likeness(&self, pins: &[SectionKey]) -> (Vec<u64>, u64, bool) {
        (self.set.clone(), self.against, pins.contains(&self.section.key()))
    }
}

/// What makes two choices of a course alike: the pieces of the week, what they go against, and the units.
type Likeness = (Vec<u64>, u64, u32);

impl Problem {
    pub(super) fn of(snapshot: &Snapshot, wish: &Wish) -> Self {
        let sections: Vec<SectionView<'_>> = wish.courses.iter().flat_map(|one| offered(snapshot, wish, one)).collect();
        let slots: Vec<Slot> = sections.iter().flat_map(|section| Slot::of_section(*section)).collect();
        let exams: Vec<FinalSlot> =
            sections.iter().filter_map(|section| exams::of_section(snapshot, *section)).collect();
        let grid = Grid::of(&slots, if wish.may_clash_exams { &[] } else { &exams });
        let mut is_cut = false;
        let courses = wish.courses.iter().filter_map(|wished| {
            let code = snapshot.course(snapshot.course_by_id(wished.course)?).course.code.clone();
            let mut builder =
                Builder { snapshot, wish, wished, grid: &grid, found: HashMap::new(), choices: Vec::new() };
            let (course, cut) = builder.build(code);
            is_cut |= cut;
            Some(course)
        });
        let courses = courses.collect();
        let max_units = wish.max_units.map(|units| u32::from(units.0));
        Self { courses, class_words: grid.class_words, words: grid.words, is_cut, max_units }
    }
}

/// The visible sections of a wished course in the term.
fn offered<'a>(snapshot: &'a Snapshot, wish: &Wish, wished: &WishedCourse) -> Vec<SectionView<'a>> {
    let course = snapshot.course_by_id(wished.course);
    let offering = course.and_then(|course| snapshot.offering(wish.term, course));
    offering.map(|offering| snapshot.sections_in(offering).collect()).unwrap_or_default()
}

/// Puts the choices of a course together.
struct Builder<'a> {
    snapshot: &'a Snapshot,
    wish: &'a Wish,
    wished: &'a WishedCourse,
    grid: &'a Grid,
    /// Places of choices by what makes them alike.
    found: HashMap<Likeness, usize>,
    choices: Vec<(Choice, Vec<u64>)>,
}

impl<'a> Builder<'a> {
    /// The course, and whether there are more choices than are looked at.
    fn build(&mut self, code: CourseCode) -> (Course, bool) {
        let sections = offered(self.snapshot, self.wish, self.wished);
        let mut is_cut = false;
        for primary in sections.iter().filter(|section| section.is_primary()) {
            let kinds = secondaries_of(self.snapshot, *primary);
            let mut kinds: Vec<Vec<Vec<Candidate<'_>>>> =
                kinds.into_iter().map(|(_, sections)| self.alike(sections)).collect();
            kinds.insert(0, self.alike(vec![*primary]));
            is_cut |= !self.combine(&kinds, &mut Vec::new());
        }
        let mut sets = Vec::with_capacity(self.choices.len() * self.grid.words);
        let mut choices = Vec::with_capacity(self.choices.len());
        for (choice, set) in self.choices.drain(..) {
            sets.extend(set);
            choices.push(choice);
        }
        let course = Course {
            id: self.wished.course,
            code,
            is_required: self.wished.is_required,
            is_offered: !sections.is_empty(),
            pins: self.pin_labels(),
            choices,
            sets,
            words: self.grid.words,
        };
        (course, is_cut)
    }

    fn pin_labels(&self) -> Vec<String> {
        let label = |key: &SectionKey| {
            let section = self.snapshot.section_by_key(*key).map(|index| self.snapshot.section(index));
            section.map_or_else(|| format!("section {}", key.id), SectionView::label)
        };
        self.wished.pins.iter().map(label).collect()
    }

    /// Sections of one kind, those alike together: with free seats first, and those that go against nothing before.
    fn alike(&self, sections: Vec<SectionView<'a>>) -> Vec<Vec<Candidate<'a>>> {
        let mut groups: Vec<Vec<Candidate<'_>>> = Vec::new();
        let mut places = HashMap::new();
        for section in sections {
            let candidate = self.candidate(section);
            let likeness = candidate.likeness(&self.wished.pins);
            let place = *places.entry(likeness).or_insert_with(|| {
                groups.push(Vec::new());
                groups.len() - 1
            });
            groups[place].push(candidate);
        }
        for group in &mut groups {
            group.sort_by_key(|candidate| std::cmp::Reverse(candidate.seats.unwrap_or(0)));
        }
        groups.sort_by_key(|group| group[0].against != 0);
        groups
    }

    fn candidate(&self, section: SectionView<'a>) -> Candidate<'a> {
        let slots: Vec<Slot> = Slot::of_section(section).collect();
        let exam = exams::of_section(self.snapshot, section).filter(|_| !self.wish.may_clash_exams);
        let mut set = vec![0; self.grid.words];
        for slot in &slots {
            self.grid.mark(slot, &mut set);
        }
        if let Some(exam) = &exam {
            self.grid.mark_exam(exam, &mut set);
        }
        let against = against_times(self.wish, &slots) | against_seats(self.wish.seats, section);
        Candidate { section, slots, set, against, seats: seats_for_anyone(section) }
    }

    /// All ways to choose one of each kind that does not clash within itself; `false` when there are more than are
    /// looked at.
    fn combine(&mut self, kinds: &[Vec<Vec<Candidate<'a>>>], chosen: &mut Vec<usize>) -> bool {
        let Some(groups) = kinds.get(chosen.len()) else { return self.take(kinds, chosen) };
        for (place, group) in groups.iter().enumerate() {
            let fits = |(kind, at): (usize, &usize)| !share(&kinds[kind][*at][0].set, &group[0].set);
            if chosen.iter().enumerate().all(fits) {
                chosen.push(place);
                let goes_on = self.combine(kinds, chosen);
                chosen.pop();
                if !goes_on {
                    return false;
                }
            }
        }
        true
    }

    fn take(&mut self, kinds: &[Vec<Vec<Candidate<'a>>>], chosen: &[usize]) -> bool {
        let groups: Vec<&Vec<Candidate<'a>>> = kinds.iter().zip(chosen).map(|(kind, at)| &kind[*at]).collect();
        let (choice, set) = self.choice(&groups);
        let likeness = (set.clone(), choice.against, choice.units);
        if let Some(place) = self.found.get(&likeness) {
            self.choices[*place].0.join(choice);
            return true;
        }
        if self.choices.len() == CHOICES_MAX {
            return false;
        }
        self.found.insert(likeness, self.choices.len());
        self.choices.push((choice, set));
        true
    }

    fn choice(&self, groups: &[&Vec<Candidate<'a>>]) -> (Choice, Vec<u64>) {
        let heads: Vec<&Candidate<'a>> = groups.iter().map(|group| &group[0]).collect();
        let mut set = vec![0; self.grid.words];
        let (mut against, mut days, mut times) = (0, DayTimes::EMPTY, Vec::new());
        for head in &heads {
            set.iter_mut().zip(&head.set).for_each(|(all, one)| *all |= one);
            against |= head.against;
            for slot in &head.slots {
                let (first, last) = (by_five(slot.time.start(), false), by_five(slot.time.end(), true));
                for day in (0..7_u8).filter(|day| slot.days.contains(*day)) {
                    days.add(usize::from(day), first, last);
                    times.push((day, first, last));
                }
            }
        }
        if !self.holds_pins(&heads) {
            against |= self::against::PINS;
        }
        let sections: Vec<SectionIndex> = heads.iter().map(|head| head.section.index()).collect();
        let primary = heads[0].section;
        let units = units_of(self.snapshot, primary.course(), Some(primary)).map_or(0, |(least, _)| u32::from(least.0));
        let full = heads.iter().filter(|head| head.seats == Some(0)).count();
        let fewest_seats = heads.iter().filter_map(|head| head.seats).min();
        let full = u32::try_from(full).unwrap_or(u32::MAX);
        let alternatives = alternatives_of(groups, &sections);
        (Choice { sections, alternatives, against, units, times, days, full, fewest_seats }, set)
    }

    /// Of every kind of which sections are settled one of those must be there; a settled section that is gone never is.
    fn holds_pins(&self, heads: &[&Candidate<'a>]) -> bool {
        self.wished.pins.iter().all(|pin| {
            let Some(index) = self.snapshot.section_by_key(*pin) else { return false };
            let kind = &self.snapshot.section(index).component().code;
            heads
                .iter()
                .any(|head| head.section.component().code == *kind && self.wished.pins.contains(&head.section.key()))
        })
    }
}

/// One section exchanged at a time for one that is alike.
fn alternatives_of(groups: &[&Vec<Candidate<'_>>], sections: &[SectionIndex]) -> Vec<Vec<SectionIndex>> {
    let mut alternatives = Vec::new();
    for (place, group) in groups.iter().enumerate() {
        for other in group.iter().skip(1).take(ALTERNATIVES_MAX.saturating_sub(alternatives.len())) {
            let mut exchanged = sections.to_vec();
            exchanged[place] = other.section.index();
            alternatives.push(exchanged);
        }
    }
    alternatives
}

fn against_times(wish: &Wish, slots: &[Slot]) -> u64 {
    let mut bits = 0;
    for slot in slots {
        if wish.not_before.is_some_and(|time| slot.time.start() < time) {
            bits |= against::NOT_BEFORE;
        }
        if wish.not_after.is_some_and(|time| slot.time.end() > time) {
            bits |= against::NOT_AFTER;
        }
        for day in (0..7_u8).filter(|day| slot.days.contains(*day) && wish.free_days.contains(*day)) {
            bits |= against::free_day(day);
        }
        for (place, busy) in wish.busy.iter().enumerate() {
            let taken = Slot { days: busy.days, time: busy.time, dates: None };
            if slot.shared_with(&taken).is_some() {
                bits |= against::busy(place);
            }
        }
    }
    bits
}

/// A section that takes nobody any more has no seat, whatever its counts say.
fn against_seats(wanted: SeatsWanted, section: SectionView<'_>) -> u64 {
    if wanted != SeatsWanted::Any && section.status() == OfferingStatus::StopFurtherEnrollment {
        return against::SEATS;
    }
    let is_enough = match (wanted, section.availability()) {
        (SeatsWanted::Any, _) | (_, None) => true,
        (SeatsWanted::Free, Some(availability)) => availability != Availability::Full,
        (SeatsWanted::FreeToAnyone, Some(availability)) => availability == Availability::OpenToAnyone,
    };
    if is_enough { 0 } else { against::SEATS }
}

/// Free seats that are kept for no group.
fn seats_for_anyone(section: SectionView<'_>) -> Option<i32> {
    let counts = section.counts()?.counts;
    Some(counts.open_seats() - counts.reserved_seats(section.reservations()))
}

/// Minutes since midnight, by five: the SIS ends classes at 10:59, which is 11:00.
fn by_five(time: Time, up: bool) -> u16 {
    let minutes = u16::from(time.hour().unsigned_abs()) * 60 + u16::from(time.minute().unsigned_abs());
    let past = u16::from(time.second() > 0);
    if up { (minutes + past).div_ceil(5) * 5 } else { minutes / 5 * 5 }
}
