//! A schedule as its owner opens it: with everything that follows from what is in it.

use axum::response::Response;
use catalog::snapshot::Snapshot;
use planner::conflicts::{self, Findings};
use planner::plan::Plan;
use planner::ports::ScheduleError;
use planner::schedule::{Owner, Schedule, ScheduleId};
use planner::week::Week;

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
}

impl<'a> Opened<'a> {
    /// Looks a schedule over.
    pub(super) fn of(snapshot: &'a Snapshot, schedule: Schedule) -> Self {
        let plan = Plan::from(&schedule);
        let (week, findings) = (Week::of(snapshot, &plan), conflicts::find(snapshot, &plan));
        let colours = drawn::colours(&schedule);
        Self { snapshot, schedule, plan, week, findings, colours }
    }

    /// As the component draws it.
    pub(super) fn drawn(&self, size: drawn::Size) -> design::week::Week {
        drawn::week(self.snapshot, &self.plan, &self.week, &self.findings, &self.colours, size)
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
    let found = find(visit, id, owner).await.map_err(|error| words::failure(visit, &error))?;
    found.map(|schedule| (owner, schedule)).ok_or_else(|| words::no_such_schedule(visit))
}

async fn find(visit: &Visit, id: ScheduleId, owner: Owner) -> Result<Option<Schedule>, ScheduleError> {
    let schedule = visit.app.ports.schedules.schedule(id, Some(owner)).await?;
    Ok(schedule.filter(|schedule| schedule.owner == owner))
}
