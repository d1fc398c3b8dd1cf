//! A schedule as its owner opens it: with everything that follows from what is in it.

use axum::response::Response;
use catalog::ids::CourseId;
use catalog::section::SectionKey;
use catalog::snapshot::Snapshot;
use planner::conflicts::{self, Findings};
use planner::edit::tried;
use planner::plan::Plan;
use planner::schedule::{Owner, Schedule, ScheduleId};
use planner::week::Week;

use super::drawn::Drawn;
use super::words::failed;
use super::{PLANNER, drawn, words};
use crate::visit::Visit;

/// A schedule, looked over.
pub(super) struct Opened<'a> {
    pub(super) snapshot: &'a Snapshot,
    pub(super) schedule: Schedule,
    pub(super) plan: Plan,
    pub(super) week: Week,
    pub(super) findings: Findings,
    pub(super) colours: Vec<u8>,
    /// Sections that are in the plan only to be looked at: the schedule does not have them.
    pub(super) tried: Vec<SectionKey>,
}

impl<'a> Opened<'a> {
    /// Looks a schedule over.
    pub(super) fn of(snapshot: &'a Snapshot, schedule: Schedule) -> Self {
        let plan = Plan::from(&schedule);
        Self::with(snapshot, schedule, plan)
    }

    /// Looks over what the schedule would be with another section of a course; `None` when it cannot have that one.
    pub(super) fn trying(&self, course: CourseId, section: SectionKey) -> Option<Self> {
        let plan = tried(self.snapshot, &self.schedule, course, section)?;
        Some(Self::with(self.snapshot, self.schedule.clone(), plan))
    }

    fn with(snapshot: &'a Snapshot, schedule: Schedule, plan: Plan) -> Self {
        let (week, findings) = (Week::of(snapshot, &plan), conflicts::find(snapshot, &plan));
        let (colours, held) = (drawn::colours(&schedule), Plan::from(&schedule));
        let tried = plan.sections().filter(|key| !held.sections().any(|held| held == *key)).collect();
        Self { snapshot, schedule, plan, week, findings, colours, tried }
    }

    /// As the component draws it.
    pub(super) fn drawn(&self, size: drawn::Size) -> design::week::Week {
        let Self { snapshot, plan, week, findings, colours, tried, .. } = self;
        Drawn { snapshot, plan, week, findings, colours, tried }.week(size)
    }

    /// Where it is edited.
    pub(super) fn address(&self) -> String {
        address(self.schedule.id)
    }
}

/// Where a schedule is edited.
pub(super) fn address(id: ScheduleId) -> String {
    format!("{PLANNER}/{id}")
}

/// The schedule of an address, when it is the visitor's own; else the page that says that there is none. Nobody learns
/// whether somebody else has one of that id.
pub(super) async fn own(visit: &Visit, id: &str) -> Result<(Owner, Schedule), Response> {
    let owner = visit.owner().await.map_err(|error| words::nobody_to_ask(visit, &error))?;
    let (Some(owner), Ok(id)) = (owner, id.parse::<ScheduleId>()) else { return Err(words::no_such_schedule(visit)) };
    let found = visit.app.ports.schedules.schedule(id, Some(owner)).await.map_err(failed(visit))?;
    let own = found.filter(|schedule| schedule.owner == owner).ok_or_else(|| words::no_such_schedule(visit))?;
    Ok((owner, own))
}
