//! A look becomes history: since when each part is as it is, and how many seconds of each day it was so.

use std::collections::BTreeMap;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

use crate::status::{Day, Finding, HISTORY_DAYS, Health, Incident, Part, PartState, StatusReport};

/// A report older than this says nothing of now, and what lies between two looks further apart is unknown: six looks
/// were missed, so whoever looks was not there.
pub const STALE_AFTER_SECONDS: i64 = 60;

/// 2026-01-01, when this program was not yet there: an earlier now is a machine that has not asked for the time yet
/// after its start, and must not drop the history as lying in the future.
const BEFORE_THIS_PROGRAM: i64 = 1_767_225_600;

/// What one round of looks found.
pub type Findings = BTreeMap<Part, Finding>;

/// The next report. A part that was not looked at is not set up here.
///
/// The seconds since the last report count for what was found then: it was so until now. When the clock was set back,
/// nothing counts, and when nobody looked for a while, that while is in no column.
#[must_use]
pub fn fold(
    old: Option<&StatusReport>,
    findings: &Findings,
    incidents: Vec<Incident>,
    now: Timestamp,
    zone: &TimeZone,
) -> StatusReport {
    let span = old.and_then(|report| watched(report.at, now));
    let part = |part: Part| {
        let found = findings.get(&part).cloned().unwrap_or_else(Finding::absent);
        let state = old.and_then(|report| report.parts.iter().find(|state| state.part == part));
        next(part, state, found, span, now, zone)
    };
    StatusReport { at: now, parts: Part::ALL.into_iter().map(part).collect(), incidents }
}

/// The time between two looks, when somebody watched all the while.
fn watched(from: Timestamp, to: Timestamp) -> Option<(Timestamp, Timestamp)> {
    let seconds = to.as_second() - from.as_second();
    if to.as_second() < BEFORE_THIS_PROGRAM {
        return None;
    }
    (0..=STALE_AFTER_SECONDS).contains(&seconds).then_some((from, to))
}

fn next(
    part: Part,
    old: Option<&PartState>,
    finding: Finding,
    span: Option<(Timestamp, Timestamp)>,
    now: Timestamp,
    zone: &TimeZone,
) -> PartState {
    let mut days = old.map(|state| state.days.clone()).unwrap_or_default();
    let mut since = now;
    if let Some(old) = old {
        if let Some((from, to)) = span {
            add(&mut days, old.finding.health, from, to, zone);
        }
        if old.finding.health == finding.health {
            since = old.since.min(now);
        }
    }
    if now.as_second() >= BEFORE_THIS_PROGRAM {
        roll(&mut days, now.to_zoned(zone.clone()).date());
    }
    PartState { part, finding, since, days }
}

/// Adds the seconds of a stretch to the days that it touches.
fn add(days: &mut Vec<Day>, health: Health, from: Timestamp, to: Timestamp, zone: &TimeZone) {
    let mut at = from.as_second();
    while at < to.as_second() {
        let Ok(moment) = Timestamp::from_second(at) else { return };
        let date = moment.to_zoned(zone.clone()).date();
        let Some(end) = end_of(date, zone) else { return };
        let until = end.min(to.as_second());
        let entry = entry_of(days, date);
        entry.add(health, u32::try_from(until - at).unwrap_or(0), entry.length_seconds(zone));
        at = until.max(at + 1);
    }
}

/// Where a day is in the list; it is put there when it is not.
fn entry_of(days: &mut Vec<Day>, date: Date) -> &mut Day {
    let place = match days.binary_search_by_key(&date, |day| day.day) {
        Ok(place) => place,
        Err(place) => {
            days.insert(place, Day::empty(date));
            place
        }
    };
    &mut days[place]
}

/// One entry for each day up to today, without holes, and no more than are kept. What lies after today was written
/// under a wrong clock.
fn roll(days: &mut Vec<Day>, today: Date) {
    days.retain(|day| day.day <= today);
    days.sort_by_key(|day| day.day);
    days.dedup_by_key(|day| day.day);
    let first = today.saturating_sub(i64::try_from(HISTORY_DAYS - 1).unwrap_or(i64::MAX).days());
    days.retain(|day| day.day >= first);
    let mut date = days.first().map_or(today, |day| day.day);
    let mut whole = Vec::with_capacity(HISTORY_DAYS);
    let mut kept = days.iter().copied().peekable();
    while date <= today && whole.len() < HISTORY_DAYS {
        whole.push(kept.next_if(|day| day.day == date).unwrap_or_else(|| Day::empty(date)));
        let Ok(tomorrow) = date.tomorrow() else { break };
        date = tomorrow;
    }
    *days = whole;
}

/// The second at which a day ends.
fn end_of(date: Date, zone: &TimeZone) -> Option<i64> {
    let tomorrow = date.tomorrow().ok()?.to_zoned(zone.clone()).ok()?;
    Some(tomorrow.timestamp().as_second())
}

/// Seconds of a day on which no clock is changed.
const USUAL_DAY_SECONDS: u32 = 86_400;

impl Day {
    /// A day of which nothing is known.
    #[must_use]
    pub fn empty(day: Date) -> Self {
        Self { day, up: 0, degraded: 0, down: 0 }
    }

    /// Seconds that were looked at.
    #[must_use]
    pub fn known_seconds(&self) -> u32 {
        self.up.saturating_add(self.degraded).saturating_add(self.down)
    }

    /// How long the day is: 23 and 25 hours on the two days on which the clocks change.
    #[must_use]
    pub fn length_seconds(&self, zone: &TimeZone) -> u32 {
        let start = self.day.to_zoned(zone.clone()).map(|start| start.timestamp().as_second());
        let (Ok(start), Some(end)) = (start, end_of(self.day, zone)) else { return USUAL_DAY_SECONDS };
        u32::try_from(end - start).unwrap_or(USUAL_DAY_SECONDS)
    }

    /// Of the seconds that were looked at, the share in which it worked, well or slowly; `None` when nobody looked.
    #[must_use]
    pub fn share_working(&self) -> Option<f64> {
        let known = self.known_seconds();
        (known > 0).then(|| f64::from(known - self.down.min(known)) / f64::from(known))
    }

    /// The worst that was seen on that day; `None` when nobody looked.
    #[must_use]
    pub fn worst(&self) -> Option<Health> {
        let seen = [(self.down, Health::Down), (self.degraded, Health::Degraded), (self.up, Health::Up)];
        seen.into_iter().find(|(seconds, _)| *seconds > 0).map(|(_, health)| health)
    }

    fn add(&mut self, health: Health, seconds: u32, length_seconds: u32) {
        // A clock that was set back makes the same hour pass twice.
        let seconds = seconds.min(length_seconds.saturating_sub(self.known_seconds()));
        match health {
            Health::Up => self.up += seconds,
            Health::Degraded => self.degraded += seconds,
            Health::Down => self.down += seconds,
            Health::Absent | Health::Unknown => {}
        }
    }
}

impl StatusReport {
    /// Whether it is too old to say how the house is now.
    #[must_use]
    pub fn is_stale(&self, now: Timestamp) -> bool {
        now.as_second() - self.at.as_second() > STALE_AFTER_SECONDS
    }
}

impl PartState {
    /// Of all seconds that were looked at in the days that are kept, the share in which it worked; `None` when nobody
    /// looked.
    #[must_use]
    pub fn share_working(&self) -> Option<f64> {
        let known: u64 = self.days.iter().map(|day| u64::from(day.known_seconds())).sum();
        let down: u64 = self.days.iter().map(|day| u64::from(day.down)).sum();
        (known > 0).then(|| (known - down.min(known)) as f64 / known as f64)
    }
}

#[cfg(test)]
mod tests;
