//! What people are told about certificates: when one is late, in a week and a day before its end, and when it ended.

use std::fmt::Write;

use jiff::{SignedDuration, Timestamp};

use super::attempts::{Attempts, Outcome};
use super::renewal::{due_at, lifetime};
use super::{FailureKind, Held, HostName, Wanted};
use crate::status::{Finding, Health};

/// A certificate is late when it was due this share of its lifetime ago: a day and a half of 90 days. Before that, the
/// usual retries are at work.
const LATE_SHARE: i32 = 60;
const WEEK: SignedDuration = SignedDuration::from_hours(7 * 24);
const DAY: SignedDuration = SignedDuration::from_hours(24);

/// How bad it is, the least first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// A third of its lifetime or less is left, and renewing does not work.
    Late,
    /// Seven days are left.
    Week,
    /// One day is left.
    Day,
    /// It ended, or there never was one: browsers refuse the site.
    Ended,
}

/// One thing that people must know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// Which certificate.
    pub id: String,
    /// How bad it is. With the id it makes the key of an alarm, so that each level is told once.
    pub level: Level,
    /// In one line.
    pub title: String,
    /// What the last try said, and what to do.
    pub text: String,
}

/// A certificate for which the last try failed, also while an older one is good.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failing {
    /// Which.
    pub id: String,
    /// What it is to name first.
    pub name: String,
    /// What kind of failure.
    pub kind: FailureKind,
    /// What was said, for the operator.
    pub says: String,
    /// When.
    pub failed_at: Timestamp,
    /// When it is tried next, if nothing changes.
    pub next_at: Timestamp,
}

impl Failing {
    /// For everybody.
    #[must_use]
    pub fn told(&self) -> String {
        format!("Renewing that of {} failed: {}; next try {}.", self.name, self.kind.says(), moment(self.next_at))
    }

    /// For the operator.
    #[must_use]
    pub fn told_whole(&self) -> String {
        format!("{}: renewal failed: {}; next try {}", self.id, self.says, moment(self.next_at))
    }
}

/// The certificates for which the last try failed, in the order in which they are wanted.
#[must_use]
pub fn failing(wanted: &[Wanted], held: &[Held], attempts: &Attempts, now: Timestamp) -> Vec<Failing> {
    let look = |wanted: &Wanted| {
        let failures = attempts.failures(wanted);
        let last = failures.last()?;
        let Outcome::Failed { kind, says, .. } = &last.outcome else { return None };
        let held = held.iter().find(|held| held.id == wanted.id && names_all(wanted, held));
        // One that a person asked for is tried again when it is due.
        let due_at = held.map_or(now, due_at).max(now);
        let next_at = attempts.hold(wanted, now, false).map_or(due_at, |hold| hold.until.max(due_at));
        let name = wanted.names.first().map_or("", HostName::as_str).to_owned();
        Some(Failing { id: wanted.id.clone(), name, kind: *kind, says: says.clone(), failed_at: last.at, next_at })
    };
    wanted.iter().filter_map(look).collect()
}

/// What is wrong, the worst first; empty when all is well.
#[must_use]
pub fn notices(wanted: &[Wanted], held: &[Held], attempts: &Attempts, now: Timestamp) -> Vec<Notice> {
    let look = |wanted: &Wanted| {
        let held = held.iter().find(|held| held.id == wanted.id);
        let level = level(wanted, held, attempts, now)?;
        let title = title(wanted, held, level, now);
        Some(Notice { id: wanted.id.clone(), level, title, text: text(wanted, attempts) })
    };
    let mut notices: Vec<Notice> = wanted.iter().filter_map(look).collect();
    notices.sort_by_key(|notice| std::cmp::Reverse(notice.level));
    notices
}

/// The same for the status page. `impossible` are names that need DNS, which is not set up.
#[must_use]
pub fn finding(
    wanted: &[Wanted],
    held: &[Held],
    attempts: &Attempts,
    impossible: &[HostName],
    now: Timestamp,
) -> Finding {
    let notices = notices(wanted, held, attempts, now);
    let failing = failing(wanted, held, attempts, now);
    let with_failure = |says: String| failing.first().map_or(says.clone(), |one| format!("{says} {}", one.told()));
    if let Some(worst) = notices.first() {
        let health = if worst.level == Level::Ended { Health::Down } else { Health::Degraded };
        let mend = Some(worst.text.clone());
        return Finding { health, says: with_failure(worst.title.clone()), latency_ms: None, mend };
    }
    if let Some(name) = impossible.first() {
        let says = format!("There is no certificate for {name}, which needs DNS.");
        let mend = "set certificates.dns_hook or certificates.dns_server, or take the name out".to_owned();
        return Finding { health: Health::Degraded, says, latency_ms: None, mend: Some(mend) };
    }
    let ends = held.iter().filter(|held| wanted.iter().any(|wanted| wanted.id == held.id)).map(|held| held.not_after);
    let says = match ends.min() {
        Some(end) => format!("The next certificate ends in {}.", span(end.duration_since(now))),
        None => "No certificate is wanted.".to_owned(),
    };
    Finding { health: Health::Up, says: with_failure(says), latency_ms: None, mend: None }
}

fn names_all(wanted: &Wanted, held: &Held) -> bool {
    wanted.names.iter().all(|name| held.names.contains(name))
}

fn level(wanted: &Wanted, held: Option<&Held>, attempts: &Attempts, now: Timestamp) -> Option<Level> {
    let Some(held) = held.filter(|held| names_all(wanted, held)) else {
        // The first try is still to come, or on its way.
        return (!attempts.failures(wanted).is_empty()).then_some(Level::Ended);
    };
    let left = held.not_after.duration_since(now);
    let lifetime = lifetime(held);
    // A certificate of six days lives through its last week from the start: its levels are shares.
    if left <= SignedDuration::ZERO {
        return Some(Level::Ended);
    }
    if left <= DAY.min(lifetime / 10) {
        return Some(Level::Day);
    }
    if left <= WEEK.min(lifetime / 4) {
        return Some(Level::Week);
    }
    let late_since = due_at(held).checked_add(lifetime / LATE_SHARE).unwrap_or(Timestamp::MAX);
    (left <= lifetime / 3 && late_since <= now).then_some(Level::Late)
}

fn title(wanted: &Wanted, held: Option<&Held>, level: Level, now: Timestamp) -> String {
    let name = wanted.names.first().map_or("", HostName::as_str);
    match held {
        Some(held) if level == Level::Ended && held.not_after <= now => {
            let ago = span(now.duration_since(held.not_after));
            format!("The certificate of {name} ended {ago} ago: browsers refuse the site now.")
        }
        Some(held) if level != Level::Ended => {
            format!(
                "The certificate of {name} ends in {} and could not be renewed.",
                span(held.not_after.duration_since(now))
            )
        }
        _ => format!("There is no certificate for {name} yet: browsers refuse the site."),
    }
}

fn text(wanted: &Wanted, attempts: &Attempts) -> String {
    let mut text = String::new();
    let failures = attempts.failures(wanted);
    if let Some(Outcome::Failed { says, .. }) = failures.last().map(|attempt| &attempt.outcome) {
        let times = if failures.len() == 1 { "time" } else { "times" };
        // Writing into a string does not fail.
        let _ = write!(text, "Tried {} {times}; the last one said: {says}. ", failures.len());
    }
    text.push_str("Look with `bt certificates`, mend what it names, then `bt certificates renew`.");
    text
}

fn moment(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d %H:%M UTC").to_string()
}

/// In the unit that people think in.
fn span(of: SignedDuration) -> String {
    let (number, unit) = match of.as_hours() {
        hours if hours >= 48 => (hours / 24, "days"),
        hours if hours >= 2 => (hours, "hours"),
        _ => (of.as_mins().max(0), "minutes"),
    };
    format!("{number} {unit}")
}

#[cfg(test)]
mod tests {
    use super::super::attempts::Attempt;
    use super::super::{Challenge, FailureKind};
    use super::*;

    fn start() -> Timestamp {
        "2026-11-22T00:00:00Z".parse().unwrap()
    }

    fn after(hours: i64) -> Timestamp {
        start().checked_add(SignedDuration::from_hours(hours)).unwrap()
    }

    fn wanted() -> Wanted {
        Wanted { id: "bt.edu".into(), names: vec!["bt.edu".parse().unwrap()], challenge: Challenge::Http01 }
    }

    fn held(hours: i64) -> Held {
        let names = wanted().names;
        Held {
            id: "bt.edu".into(),
            names,
            not_before: start(),
            not_after: after(hours),
            serial: "03".into(),
            window: None,
        }
    }

    /// The levels that are seen hour by hour, with the hours left at which each began.
    fn levels(lifetime_hours: i64) -> Vec<(i64, Level)> {
        let mut seen: Vec<(i64, Level)> = Vec::new();
        for hour in 0..=lifetime_hours {
            let notices = notices(&[wanted()], &[held(lifetime_hours)], &Attempts::default(), after(hour));
            if let Some(notice) = notices.first().filter(|notice| seen.last().is_none_or(|last| last.1 != notice.level))
            {
                seen.push((lifetime_hours - hour, notice.level));
            }
        }
        seen
    }

    #[test]
    fn each_level_comes_at_its_time_for_long_and_short_lives() {
        let ninety = levels(90 * 24);
        assert!((28 * 24..=30 * 24).contains(&ninety[0].0), "{ninety:?}");
        assert_eq!(ninety[0].1, Level::Late);
        assert_eq!(ninety[1..], [(7 * 24, Level::Week), (24, Level::Day), (0, Level::Ended)]);
        assert_eq!(levels(160)[1..], [(40, Level::Week), (16, Level::Day), (0, Level::Ended)]);
    }

    #[test]
    fn what_is_said_names_the_trouble_and_what_to_do() {
        let mut attempts = Attempts::default();
        let says = "bt.edu: the authority got 404 from http://bt.edu/".to_owned();
        let outcome = Outcome::Failed { kind: FailureKind::Validation, says, not_before: None };
        let names = wanted().names;
        attempts.push(Attempt { id: "bt.edu".into(), names, at: after(80 * 24), outcome, is_past: false });
        let finding = finding(&[wanted()], &[held(90 * 24)], &attempts, &[], after(84 * 24));
        assert_eq!(finding.health, Health::Degraded);
        let says = "The certificate of bt.edu ends in 6 days and could not be renewed. Renewing that of bt.edu failed: \
                    the authority could not see that the name is ours; next try 2027-02-14 00:00 UTC.";
        assert_eq!(finding.says, says, "no address of anybody in it");
        let mend = finding.mend.unwrap();
        assert!(mend.starts_with("Tried 1 time; the last one said: bt.edu: the authority got 404"), "{mend}");
        let none = super::finding(&[wanted()], &[], &attempts, &[], after(84 * 24));
        assert_eq!(none.health, Health::Down);
        assert!(none.says.starts_with("There is no certificate for bt.edu yet: browsers refuse the site."));
        let ended = super::finding(&[wanted()], &[held(90 * 24)], &attempts, &[], after(90 * 24 + 5));
        assert!(ended.says.starts_with("The certificate of bt.edu ended 5 hours ago: browsers refuse the site now."));
    }

    #[test]
    fn a_failed_renewal_is_seen_while_the_old_one_is_good() {
        let mut attempts = Attempts::default();
        let says = "bt.edu: the authority got 404 from http://bt.edu/".to_owned();
        let outcome = Outcome::Failed { kind: FailureKind::Validation, says, not_before: None };
        let (names, at) = (wanted().names, after(61 * 24));
        attempts.push(Attempt { id: "bt.edu".into(), names, at, outcome, is_past: false });
        let finding = finding(&[wanted()], &[held(90 * 24)], &attempts, &[], at);
        assert_eq!(finding.health, Health::Up, "it is tried again long before anybody notices");
        let says = "The next certificate ends in 29 days. Renewing that of bt.edu failed: the authority could not see that \
                    the name is ours; next try 2027-01-22 00:02 UTC.";
        assert_eq!(finding.says, says);
        let failing = failing(&[wanted()], &[held(90 * 24)], &attempts, at);
        assert!(failing[0].told_whole().starts_with("bt.edu: renewal failed: bt.edu: the authority got 404 from"));
        attempts.begin_anew();
        assert_eq!(super::failing(&[wanted()], &[held(90 * 24)], &attempts, at), []);
    }

    #[test]
    fn all_well_and_names_that_need_dns() {
        let none = Attempts::default();
        let well = finding(&[wanted()], &[held(90 * 24)], &none, &[], after(24));
        assert_eq!((well.health, well.says.as_str()), (Health::Up, "The next certificate ends in 89 days."));
        assert_eq!(finding(&[wanted()], &[], &none, &[], start()).health, Health::Up, "the first try is on its way");
        let wildcard = ["*.bt.edu".parse().unwrap()];
        let degraded = finding(&[wanted()], &[held(90 * 24)], &none, &wildcard, after(24));
        assert_eq!(degraded.says, "There is no certificate for *.bt.edu, which needs DNS.");
    }
}
