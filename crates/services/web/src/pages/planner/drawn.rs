//! A plan's week as the component draws it.

use catalog::section::SectionKey;
use catalog::snapshot::Snapshot;
use design::week::{Block, Day, Week};
use planner::colours::assigned;
use planner::conflicts::{Finding, Findings};
use planner::picked::SectionName;
use planner::plan::Plan;
use planner::schedule::Schedule;
use planner::week::{self, What};

use crate::address;
use crate::words::DAY_NAMES;

/// How a week is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Size {
    /// To read.
    Full,
    /// To tell schedules apart.
    Small,
}

/// The colours of a schedule's courses, in their order.
pub(super) fn colours(schedule: &Schedule) -> Vec<u8> {
    let stored: Vec<Option<u8>> = schedule.selections.iter().map(|selection| selection.colour).collect();
    assigned(&stored)
}

/// A plan with everything that is drawn of it.
pub(super) struct Drawn<'a> {
    pub(super) snapshot: &'a Snapshot,
    pub(super) plan: &'a Plan,
    pub(super) week: &'a week::Week,
    pub(super) findings: &'a Findings,
    /// The colours of its courses.
    pub(super) colours: &'a [u8],
    /// Sections that are not chosen, only looked at.
    pub(super) tried: &'a [SectionKey],
}

impl Drawn<'_> {
    /// The week.
    pub(super) fn week(&self, size: Size) -> Week {
        let days = self.week.days.iter().zip(DAY_NAMES).take(self.week.day_count());
        Week {
            first_hour: u16::from(self.week.hours.0),
            hours: u16::from(self.week.hours.1 - self.week.hours.0),
            days: days.map(|(blocks, name)| self.day(blocks, name)).collect(),
            is_small: size == Size::Small,
        }
    }

    fn day(&self, blocks: &[week::Block], name: &str) -> Day {
        Day { name: name.to_owned(), blocks: blocks.iter().map(|block| self.block(block)).collect() }
    }

    fn block(&self, block: &week::Block) -> Block {
        let common = Block {
            at: block.row,
            slots: block.rows,
            lane: block.lane,
            lanes: block.lanes,
            time: block.time.to_string(),
            ..Block::default()
        };
        match &block.what {
            What::Busy { name, .. } => Block { title: name.clone(), ..common },
            What::Section { place, section } => {
                let course = self.snapshot.course_by_id(section.course);
                let title =
                    course.map_or_else(|| section.code.to_string(), |at| crate::words::code(self.snapshot.course(at)));
                let halves = block
                    .dates
                    .filter(|_| self.is_part_of_term(block))
                    .map(|(first, last)| format!("{} to {}", first.strftime("%b %-d"), last.strftime("%b %-d")));
                let is_preview = self.tried.contains(&section.key);
                let not_yet = is_preview.then(|| "Not chosen yet".to_owned());
                let details = [Some(section.label.clone()), not_yet, block.location.clone(), halves];
                Block {
                    colour: self.colours.get(*place).copied(),
                    title,
                    details: details.into_iter().flatten().collect(),
                    href: Some(address::course(Some(self.plan.term()), &section.code)),
                    conflict: self.conflict_of(section),
                    is_preview,
                    ..common
                }
            }
        }
    }

    /// Whether a block's dates leave out a part of the term that others of the plan have.
    fn is_part_of_term(&self, block: &week::Block) -> bool {
        let Some((first, last)) = block.dates else { return false };
        let Some(term) = self.snapshot.term(self.plan.term()) else { return false };
        let (begin, end) = (term.term.begin, term.term.end);
        /// Instruction begins after the term and ends before its finals: by less than this nobody needs to be told.
        const USUAL_DAYS: i32 = 35;
        let days = |from, to: jiff::civil::Date| to.since(from).map_or(0, |span| span.get_days());
        days(begin, first) > USUAL_DAYS || days(last, end) > USUAL_DAYS
    }

    /// What a section collides with, in words.
    fn conflict_of(&self, section: &SectionName) -> Option<String> {
        let with: Vec<String> = self.findings.list.iter().filter_map(|finding| against(finding, section)).collect();
        (!with.is_empty()).then(|| format!("Conflicts with {}", with.join(", ")))
    }
}

fn against(finding: &Finding, section: &SectionName) -> Option<String> {
    match finding {
        Finding::MeetingClash { one, other, .. } if one.key == section.key => Some(other.to_string()),
        Finding::MeetingClash { one, other, .. } if other.key == section.key => Some(one.to_string()),
        Finding::BlockClash { section: other, block, .. } if other.key == section.key => Some(block.clone()),
        _ => None,
    }
}
