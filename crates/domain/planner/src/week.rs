//! The week of a plan as it is drawn: blocks on a grid of quarter hours, side by side where they overlap, and a list of
//! everything that has no place in it.

use std::fmt;

use catalog::course_set::CourseIndex;
use catalog::ids::CourseId;
use catalog::meeting::TimeRange;
use catalog::snapshot::Snapshot;
use jiff::civil::{Date, Time};

use crate::picked::{Gone, Picked, PickedPlan, SectionName, Slot, UnitSum, are_one, units_of};
use crate::plan::Plan;

/// The height of a row of the grid.
pub const ROW_MINUTES: u16 = 15;

/// Rows of an hour.
const HOUR_ROWS: u16 = 60 / ROW_MINUTES;

/// The hours that are drawn at least: most classes lie within.
const USUAL_HOURS: (u8, u8) = (8, 18);

/// A week.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Week {
    /// The blocks of each day, Monday first, by time.
    pub days: [Vec<Block>; 7],
    /// The first hour that is drawn and the one before which the drawing ends: 8 and 18 is ten hours.
    pub hours: (u8, u8),
    /// Units in sum.
    pub units: UnitSum,
    /// Meetings and sections without a time.
    pub not_arranged: Vec<NotArranged>,
    /// Courses of which nothing is chosen yet.
    pub undecided: Vec<CourseId>,
    /// What is gone or elsewhere since it was chosen.
    pub gone: Vec<Gone>,
}

/// Something in the week.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    /// What it is.
    pub what: What,
    /// From when to when, exactly.
    pub time: TimeRange,
    /// First and last day, when it does not go on for the whole term.
    pub dates: Option<(Date, Date)>,
    /// Where: `Dwinelle 223`.
    pub location: Option<String>,
    /// The first row, counted from the first hour that is drawn.
    pub row: u16,
    /// How many rows, at least one.
    pub rows: u16,
    /// Its column among those that it shares the time with, from 0.
    pub lane: u8,
    /// How many columns those are.
    pub lanes: u8,
}

/// What a block stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// A meeting of a section.
    Section {
        /// The place of its course in the plan.
        place: usize,
        /// Which section.
        section: SectionName,
    },
    /// A time that is taken.
    Busy {
        /// Its place in the plan.
        place: usize,
        /// What it is called.
        name: String,
    },
}

/// A section that meets at no known time, or one of its meetings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotArranged {
    /// The place of its course in the plan.
    pub place: usize,
    /// Which section.
    pub section: SectionName,
    /// Where, when that is known.
    pub location: Option<String>,
}

impl Week {
    /// The week of a plan.
    #[must_use]
    pub fn of(snapshot: &Snapshot, plan: &Plan) -> Self {
        let picked = PickedPlan::of(snapshot, plan);
        let mut week = Self {
            days: Default::default(),
            hours: USUAL_HOURS,
            units: units(snapshot, plan, &picked),
            not_arranged: Vec::new(),
            undecided: undecided(snapshot, plan),
            gone: Vec::new(),
        };
        for section in &picked.sections {
            week.place_section(snapshot, section);
        }
        for (place, busy) in plan.busy().iter().enumerate() {
            let what = What::Busy { place, name: busy.name.clone() };
            week.place_slot(&Slot { days: busy.days, time: busy.time, dates: None }, &what, None);
        }
        week.gone = picked.gone;
        week.arrange();
        week
    }

    /// Whether anything is on a day; 0 is Monday.
    #[must_use]
    pub fn has_day(&self, day: usize) -> bool {
        self.days.get(day).is_some_and(|blocks| !blocks.is_empty())
    }

    /// How many days are drawn from Monday on: five, and the weekend as far as something is on it.
    #[must_use]
    pub fn day_count(&self) -> usize {
        match (self.has_day(5), self.has_day(6)) {
            (_, true) => 7,
            (true, false) => 6,
            (false, false) => 5,
        }
    }

    /// How many rows are drawn.
    #[must_use]
    pub fn row_count(&self) -> u16 {
        u16::from(self.hours.1 - self.hours.0) * HOUR_ROWS
    }

    fn place_section(&mut self, snapshot: &Snapshot, picked: &Picked<'_>) {
        let name = SectionName::of(snapshot, picked.section);
        let what = What::Section { place: picked.place, section: name.clone() };
        let meetings = picked.section.meetings();
        if meetings.len() == 0 {
            self.not_arranged.push(NotArranged { place: picked.place, section: name, location: None });
            return;
        }
        for meeting in meetings {
            let location = meeting.location().map(str::to_owned);
            let dates = meeting.dates().or_else(|| picked.section.dates());
            match meeting.time().filter(|_| !meeting.days().is_empty()) {
                Some(time) => self.place_slot(&Slot { days: meeting.days(), time, dates }, &what, location),
                None => {
                    let lacking = NotArranged { place: picked.place, section: name.clone(), location };
                    if !self.not_arranged.contains(&lacking) {
                        self.not_arranged.push(lacking);
                    }
                }
            }
        }
    }

    fn place_slot(&mut self, slot: &Slot, what: &What, location: Option<String>) {
        let first = row_before(slot.time.start());
        let rows = row_after(slot.time.end()).saturating_sub(first).max(1);
        for day in (0..7_u8).filter(|day| slot.days.contains(*day)) {
            self.days[usize::from(day)].push(Block {
                what: what.clone(),
                time: slot.time,
                dates: slot.dates,
                location: location.clone(),
                row: first,
                rows,
                lane: 0,
                lanes: 1,
            });
        }
    }

    /// Sorts the blocks, finds the hours that are drawn, and gives columns to what overlaps.
    fn arrange(&mut self) {
        let blocks = || self.days.iter().flatten();
        let first = blocks().map(|block| block.row / HOUR_ROWS).min().unwrap_or(u16::MAX);
        let last = blocks().map(|block| (block.row + block.rows).div_ceil(HOUR_ROWS)).max().unwrap_or(0);
        let hour = |rows: u16, usual: u8| u8::try_from(rows).unwrap_or(usual);
        self.hours = (hour(first, USUAL_HOURS.0).min(USUAL_HOURS.0), hour(last, USUAL_HOURS.1).max(USUAL_HOURS.1));
        let above = u16::from(self.hours.0) * HOUR_ROWS;
        for day in &mut self.days {
            day.sort_by_key(|block| (block.row, std::cmp::Reverse(block.rows)));
            for block in &mut *day {
                block.row -= above;
            }
            give_lanes(day);
        }
    }
}

/// The first free column for each block; all blocks that hang together have as many columns as the fullest moment.
fn give_lanes(blocks: &mut [Block]) {
    let mut begin = 0;
    while begin < blocks.len() {
        let mut ends: Vec<u16> = Vec::new();
        let mut until = 0;
        let mut next = begin;
        while let Some(block) = blocks.get_mut(next).filter(|block| next == begin || block.row < until) {
            let end = block.row + block.rows;
            let lane = ends.iter().position(|lane_end| *lane_end <= block.row).unwrap_or(ends.len());
            match ends.get_mut(lane) {
                Some(lane_end) => *lane_end = end,
                None => ends.push(end),
            }
            block.lane = u8::try_from(lane).unwrap_or(u8::MAX);
            until = until.max(end);
            next += 1;
        }
        let lanes = u8::try_from(ends.len()).unwrap_or(u8::MAX);
        for block in &mut blocks[begin..next] {
            block.lanes = lanes;
        }
        begin = next;
    }
}

/// The row in which a time lies, from midnight.
fn row_before(time: Time) -> u16 {
    minutes(time) / ROW_MINUTES
}

/// The row before which something that ends then ends: 10:59 is 11:00.
fn row_after(time: Time) -> u16 {
    let seconds = u32::from(minutes(time)) * 60 + u32::from(time.second().unsigned_abs());
    u16::try_from(seconds.div_ceil(u32::from(ROW_MINUTES) * 60)).unwrap_or(u16::MAX)
}

fn minutes(time: Time) -> u16 {
    u16::from(time.hour().unsigned_abs()) * 60 + u16::from(time.minute().unsigned_abs())
}

/// The sum of the courses, each once, be it under two codes.
fn units(snapshot: &Snapshot, plan: &Plan, picked: &PickedPlan<'_>) -> UnitSum {
    let mut sum = UnitSum::default();
    let mut counted: Vec<CourseIndex> = Vec::new();
    for (place, planned) in plan.courses().iter().enumerate() {
        let course = snapshot.course_by_id(planned.course);
        if let Some(course) = course.filter(|course| !counted.iter().any(|known| are_one(snapshot, *known, *course))) {
            counted.push(course);
            let mut sections = picked.of_course(place);
            let section = sections.clone().find(|section| section.is_primary()).or_else(|| sections.next());
            sum.add(units_of(snapshot, course, section));
        }
    }
    sum
}

fn undecided(snapshot: &Snapshot, plan: &Plan) -> Vec<CourseId> {
    let is_open = |course| snapshot.course_by_id(course).is_some_and(|at| snapshot.offering(plan.term(), at).is_some());
    let empty = plan.courses().iter().filter(|planned| planned.sections.is_empty());
    empty.map(|planned| planned.course).filter(|course| is_open(*course)).collect()
}

impl fmt::Display for What {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Section { section, .. } => section.fmt(f),
            Self::Busy { name, .. } => f.write_str(name),
        }
    }
}

#[cfg(test)]
mod tests;
