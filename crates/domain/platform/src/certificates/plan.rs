//! What to do now: from what is wanted and what is there to what is asked for.

use jiff::{SignedDuration, Timestamp};

use super::attempts::{Attempts, Hold};
use super::renewal::due_at;
use super::{Held, Wanted};

/// How long an ended certificate that nobody wants lies there, for a person who changed the names by mistake.
const UNWANTED_KEPT: SignedDuration = SignedDuration::from_hours(30 * 24);

/// What to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// To be asked for now, the most urgent first.
    pub now: Vec<Due>,
    /// Wanted, but must wait.
    pub waiting: Vec<(Due, Hold)>,
    /// To be removed: nobody wants them, and they ended long ago.
    pub forgotten: Vec<String>,
    /// When the next thing is due, if nothing changes.
    pub next_at: Timestamp,
}

/// A certificate that must be asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Due {
    /// Which.
    pub wanted: Wanted,
    /// Why.
    pub why: Why,
}

/// Why a certificate is asked for, the most urgent first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Why {
    /// There is none.
    Missing,
    /// It has ended.
    Ended,
    /// It does not name all.
    NamesChanged,
    /// A person asked.
    Asked,
    /// It is time.
    Due,
}

impl Why {
    /// In half a sentence.
    #[must_use]
    pub fn says(self) -> &'static str {
        match self {
            Self::Missing => "there is none",
            Self::Ended => "it has ended",
            Self::NamesChanged => "it does not name all hosts",
            Self::Asked => "somebody asked for it",
            Self::Due => "it is time to renew it",
        }
    }
}

/// The plan. `asked` are the ids that a person wants renewed at once.
#[must_use]
pub fn plan(wanted: &[Wanted], held: &[Held], attempts: &Attempts, asked: &[String], now: Timestamp) -> Plan {
    let mut plan = Plan { now: Vec::new(), waiting: Vec::new(), forgotten: Vec::new(), next_at: Timestamp::MAX };
    for wanted in wanted {
        let held = held.iter().find(|held| held.id == wanted.id);
        let is_asked = asked.contains(&wanted.id);
        let Some(why) = why(wanted, held, is_asked, now) else {
            plan.next_at = plan.next_at.min(held.map_or(now, due_at));
            continue;
        };
        let due = Due { wanted: wanted.clone(), why };
        match attempts.hold(wanted, now, is_asked) {
            Some(hold) => {
                plan.next_at = plan.next_at.min(hold.until);
                plan.waiting.push((due, hold));
            }
            None => plan.now.push(due),
        }
    }
    plan.now.sort_by_key(|due| due.why);
    let is_forgotten = |held: &&Held| {
        !wanted.iter().any(|wanted| wanted.id == held.id) && now.duration_since(held.not_after) > UNWANTED_KEPT
    };
    plan.forgotten = held.iter().filter(is_forgotten).map(|held| held.id.clone()).collect();
    plan
}

fn why(wanted: &Wanted, held: Option<&Held>, is_asked: bool, now: Timestamp) -> Option<Why> {
    let Some(held) = held else { return Some(Why::Missing) };
    if held.not_after <= now {
        return Some(Why::Ended);
    }
    // One that names more than is wanted is good until it is due.
    if !wanted.names.iter().all(|name| held.names.contains(name)) {
        return Some(Why::NamesChanged);
    }
    if is_asked {
        return Some(Why::Asked);
    }
    (due_at(held) <= now).then_some(Why::Due)
}

#[cfg(test)]
mod tests {
    use super::super::attempts::{Attempt, Outcome};
    use super::super::{Challenge, FailureKind, HostName};
    use super::*;

    fn now() -> Timestamp {
        "2026-11-22T00:00:00Z".parse().unwrap()
    }

    fn days(days: i64) -> Timestamp {
        now().checked_add(SignedDuration::from_hours(24 * days)).unwrap()
    }

    fn names(texts: &[&str]) -> Vec<HostName> {
        texts.iter().map(|text| text.parse().unwrap()).collect()
    }

    fn wanted(hosts: &[&str]) -> Wanted {
        Wanted { id: hosts[0].to_owned(), names: names(hosts), challenge: Challenge::Http01 }
    }

    fn held(hosts: &[&str], from: i64, to: i64) -> Held {
        let (not_before, not_after) = (days(from), days(to));
        Held { id: hosts[0].into(), names: names(hosts), not_before, not_after, serial: "03".into(), window: None }
    }

    #[test]
    fn the_most_urgent_comes_first_and_good_ones_are_left_alone() {
        let wish = [
            wanted(&["due.edu"]),
            wanted(&["good.edu"]),
            wanted(&["wider.edu", "www.wider.edu"]),
            wanted(&["new.edu"]),
            wanted(&["over.edu"]),
        ];
        let there = [
            held(&["due.edu"], -60, 30),
            held(&["good.edu", "more.edu"], -30, 60),
            held(&["wider.edu"], -1, 89),
            held(&["over.edu"], -91, -1),
            held(&["unwanted.edu"], -130, -40),
            held(&["unwanted-but-fresh.edu"], -10, -1),
        ];
        let plan = plan(&wish, &there, &Attempts::default(), &[], now());
        let order: Vec<(&str, Why)> = plan.now.iter().map(|due| (due.wanted.id.as_str(), due.why)).collect();
        let expected = [
            ("new.edu", Why::Missing),
            ("over.edu", Why::Ended),
            ("wider.edu", Why::NamesChanged),
            ("due.edu", Why::Due),
        ];
        assert_eq!(order, expected);
        assert_eq!(plan.forgotten, ["unwanted.edu"]);
        assert!((days(28)..=days(30)).contains(&plan.next_at), "good.edu is due then");
    }

    #[test]
    fn what_failed_waits_and_is_looked_at_again_in_time() {
        let wish = [wanted(&["bt.edu"])];
        let mut attempts = Attempts::default();
        let outcome = Outcome::Failed { kind: FailureKind::Unreachable, says: String::new(), not_before: None };
        attempts.push(Attempt { id: "bt.edu".into(), names: names(&["bt.edu"]), at: now(), outcome, is_past: false });
        let waiting = plan(&wish, &[], &attempts, &[], now());
        assert!(waiting.now.is_empty());
        assert_eq!(waiting.waiting[0].1.until, waiting.next_at);
        assert_eq!(waiting.next_at.duration_since(now()).as_mins(), 2);
        assert_eq!(plan(&wish, &[], &attempts, &["bt.edu".into()], now()).now.len(), 1, "a person asked");
    }
}
