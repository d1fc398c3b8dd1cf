//! How often an authority may be asked: what was tried, and when the next try is due.
//!
//! Let's Encrypt's limits, from which these keep a distance so that a person can still try by hand: 5 failed validations
//! an hour for a name, 5 certificates a week with exactly the same names, 300 orders in three hours.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::{FailureKind, HostName, Wanted};

/// Of five an hour.
const FAILED_VALIDATIONS_LIMIT: usize = 4;
const VALIDATIONS_SPAN: SignedDuration = SignedDuration::from_hours(1);
/// Of five a week.
const DUPLICATES_LIMIT: usize = 4;
const DUPLICATES_SPAN: SignedDuration = SignedDuration::from_hours(7 * 24);
/// Of three hundred in three hours.
const ORDERS_LIMIT: usize = 100;
const ORDERS_SPAN: SignedDuration = SignedDuration::from_hours(3);
/// After the first failure, and three times as long after each further one: 2, 6, 18, 54 minutes.
const FIRST_WAIT: SignedDuration = SignedDuration::from_mins(2);
const WAIT_FACTOR: i32 = 3;
/// A certificate that is due at two thirds has 60 to 120 tries left at this pace.
const LONGEST_WAIT: SignedDuration = SignedDuration::from_hours(6);
/// An authority that is away costs it nothing to be asked, and may be back soon.
const LONGEST_WAIT_UNREACHABLE: SignedDuration = SignedDuration::from_hours(1);
/// When it says that it was asked too often, and not until when.
const RATE_LIMITED_WAIT: SignedDuration = SignedDuration::from_hours(3);
/// An authority that wants to be left alone for longer than this is not believed.
const LONGEST_RETRY_AFTER: SignedDuration = SignedDuration::from_hours(7 * 24);
/// What is remembered: more than a week of the busiest house.
const KEPT: usize = 500;

/// One try.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attempt {
    /// Which certificate.
    pub id: String,
    /// What it was to name.
    pub names: Vec<HostName>,
    /// When it was over.
    pub at: Timestamp,
    /// How it went.
    pub outcome: Outcome,
    /// It was made with other settings: how it failed says nothing of the next one. It counts for the authority's limits.
    #[serde(default)]
    pub is_past: bool,
}

/// How a try went.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// A certificate came.
    Issued,
    /// None came.
    Failed {
        /// What kind of failure.
        kind: FailureKind,
        /// What was said.
        says: String,
        /// The authority wishes not to be asked before.
        not_before: Option<Timestamp>,
    },
}

/// Why a certificate must wait.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hold {
    /// Until when.
    pub until: Timestamp,
    /// In half a sentence.
    pub why: &'static str,
}

/// What was tried in the last week.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Attempts {
    all: Vec<Attempt>,
}

impl Attempts {
    /// Remembers one, and forgets what is older than a week.
    pub fn push(&mut self, attempt: Attempt) {
        let oldest = attempt.at.checked_sub(DUPLICATES_SPAN).unwrap_or(Timestamp::MIN);
        self.all.push(attempt);
        self.all.retain(|attempt| attempt.at >= oldest);
        let surplus = self.all.len().saturating_sub(KEPT);
        self.all.drain(..surplus);
    }

    /// The settings are other ones now: what failed before is tried again at once.
    pub fn begin_anew(&mut self) {
        for attempt in &mut self.all {
            attempt.is_past = true;
        }
    }

    /// The failures since the last success of a certificate with the same names and settings, oldest first.
    #[must_use]
    pub fn failures(&self, wanted: &Wanted) -> Vec<&Attempt> {
        let same = self.all.iter().rev().filter(|attempt| attempt.id == wanted.id && attempt.names == wanted.names);
        let is_failure = |attempt: &&Attempt| attempt.outcome != Outcome::Issued && !attempt.is_past;
        let mut failures: Vec<&Attempt> = same.take_while(is_failure).collect();
        failures.reverse();
        failures
    }

    /// Until when a certificate must wait, and why; `None` when it may be asked for now. With `at_once`, which a person
    /// asked for, only the authority's own limits count.
    #[must_use]
    pub fn hold(&self, wanted: &Wanted, now: Timestamp, at_once: bool) -> Option<Hold> {
        let own = if at_once { Vec::new() } else { vec![self.after_failures(wanted), self.as_told(wanted)] };
        let limits = [self.after_validations(wanted, now), self.after_duplicates(wanted, now), self.after_orders(now)];
        let holds = own.into_iter().chain(limits).flatten().filter(|hold| hold.until > now);
        holds.max_by_key(|hold| hold.until)
    }

    fn after_failures(&self, wanted: &Wanted) -> Option<Hold> {
        let failures = self.failures(wanted);
        let last = failures.last()?;
        let is_unreachable = matches!(last.outcome, Outcome::Failed { kind: FailureKind::Unreachable, .. });
        let longest = if is_unreachable { LONGEST_WAIT_UNREACHABLE } else { LONGEST_WAIT };
        let mut wait = FIRST_WAIT;
        for _ in 1..failures.len() {
            wait = (wait * WAIT_FACTOR).min(longest);
        }
        Some(Hold { until: later(last.at, wait), why: "the last try failed" })
    }

    fn as_told(&self, wanted: &Wanted) -> Option<Hold> {
        let failures = self.failures(wanted);
        let last = failures.last()?;
        let Outcome::Failed { kind, not_before, .. } = &last.outcome else { return None };
        let limited = (*kind == FailureKind::RateLimited).then(|| later(last.at, RATE_LIMITED_WAIT));
        let told = not_before.map(|moment| moment.min(later(last.at, LONGEST_RETRY_AFTER))).or(limited)?;
        Some(Hold { until: told, why: "the authority asked us to wait" })
    }

    fn after_validations(&self, wanted: &Wanted, now: Timestamp) -> Option<Hold> {
        let is_counted = |attempt: &&Attempt| {
            matches!(attempt.outcome, Outcome::Failed { kind: FailureKind::Validation, .. })
                && attempt.names.iter().any(|name| wanted.names.contains(name))
        };
        let why = "four validations an hour may fail, and they did";
        self.full(now, VALIDATIONS_SPAN, FAILED_VALIDATIONS_LIMIT, why, is_counted)
    }

    fn after_duplicates(&self, wanted: &Wanted, now: Timestamp) -> Option<Hold> {
        let is_counted = |attempt: &&Attempt| attempt.outcome == Outcome::Issued && attempt.names == wanted.names;
        let why = "four certificates with these names were issued within a week";
        self.full(now, DUPLICATES_SPAN, DUPLICATES_LIMIT, why, is_counted)
    }

    fn after_orders(&self, now: Timestamp) -> Option<Hold> {
        let why = "a hundred certificates were asked for within three hours";
        self.full(now, ORDERS_SPAN, ORDERS_LIMIT, why, |_| true)
    }

    /// When so many of a kind lie within the span up to now: until the first of them does not any more.
    fn full(
        &self,
        now: Timestamp,
        span: SignedDuration,
        limit: usize,
        why: &'static str,
        is_counted: impl Fn(&&Attempt) -> bool,
    ) -> Option<Hold> {
        let recent = self.all.iter().filter(is_counted).filter(|attempt| later(attempt.at, span) > now);
        let recent: Vec<Timestamp> = recent.map(|attempt| attempt.at).collect();
        let first_that_counts = recent.len().checked_sub(limit)?;
        recent.get(first_that_counts).map(|&at| Hold { until: later(at, span), why })
    }
}

fn later(than: Timestamp, by: SignedDuration) -> Timestamp {
    than.checked_add(by).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::Challenge;
    use super::*;

    fn wanted(name: &str) -> Wanted {
        Wanted { id: name.to_owned(), names: vec![name.parse().unwrap()], challenge: Challenge::Http01 }
    }

    fn start() -> Timestamp {
        "2026-11-22T00:00:00Z".parse().unwrap()
    }

    fn attempt(wanted: &Wanted, at: Timestamp, outcome: Outcome) -> Attempt {
        Attempt { id: wanted.id.clone(), names: wanted.names.clone(), at, outcome, is_past: false }
    }

    fn failed(kind: FailureKind) -> Outcome {
        Outcome::Failed { kind, says: "no".into(), not_before: None }
    }

    /// Tries as soon as it may, and says at which minutes it tried.
    fn minutes(kind: FailureKind, tries: usize) -> Vec<i64> {
        let (wanted, mut attempts, mut now) = (wanted("bt.edu"), Attempts::default(), start());
        let mut minutes = Vec::new();
        for _ in 0..tries {
            if let Some(hold) = attempts.hold(&wanted, now, false) {
                now = hold.until;
            }
            minutes.push(now.duration_since(start()).as_mins());
            attempts.push(attempt(&wanted, now, failed(kind)));
        }
        minutes
    }

    #[test]
    fn failures_are_followed_by_longer_and_longer_waits() {
        assert_eq!(minutes(FailureKind::Refused, 8), [0, 2, 8, 26, 80, 242, 602, 962]);
        assert_eq!(minutes(FailureKind::Unreachable, 7), [0, 2, 8, 26, 80, 140, 200]);
        assert_eq!(minutes(FailureKind::RateLimited, 3), [0, 180, 360]);
    }

    #[test]
    fn a_success_or_other_names_begin_anew() {
        let (one, mut attempts) = (wanted("bt.edu"), Attempts::default());
        attempts.push(attempt(&one, start(), failed(FailureKind::Here)));
        assert!(attempts.hold(&one, start(), false).is_some());
        assert!(attempts.hold(&one, start(), true).is_none(), "a person asked");
        let wider = Wanted { names: vec!["bt.edu".parse().unwrap(), "www.bt.edu".parse().unwrap()], ..one.clone() };
        assert_eq!(attempts.hold(&wider, start(), false), None);
        attempts.push(attempt(&one, start(), Outcome::Issued));
        assert_eq!(attempts.hold(&one, start(), false), None);
    }

    #[test]
    fn other_settings_end_the_wait_and_the_authoritys_limits_stay() {
        let (one, mut attempts) = (wanted("bt.edu"), Attempts::default());
        for _ in 0..3 {
            attempts.push(attempt(&one, start(), failed(FailureKind::Validation)));
        }
        assert!(attempts.hold(&one, start(), false).is_some());
        attempts.begin_anew();
        assert_eq!((attempts.hold(&one, start(), false), attempts.failures(&one).len()), (None, 0));
        attempts.push(attempt(&one, start(), failed(FailureKind::Validation)));
        assert_eq!(attempts.failures(&one).len(), 1, "counted from here on");
        let hold = attempts.hold(&one, start(), true).unwrap();
        assert_eq!(hold.until, later(start(), VALIDATIONS_SPAN), "four validations an hour, whatever is set");
    }

    #[test]
    fn the_authoritys_own_wish_counts_but_not_for_ever() {
        let (one, mut attempts) = (wanted("bt.edu"), Attempts::default());
        let told = |not_before| Outcome::Failed { kind: FailureKind::RateLimited, says: "no".into(), not_before };
        let day = later(start(), SignedDuration::from_hours(24));
        attempts.push(attempt(&one, start(), told(Some(day))));
        let hold = attempts.hold(&one, start(), false).unwrap();
        assert_eq!((hold.until, hold.why), (day, "the authority asked us to wait"));
        attempts.push(attempt(&one, start(), told(Some(Timestamp::MAX))));
        assert_eq!(attempts.hold(&one, start(), false).unwrap().until, later(start(), LONGEST_RETRY_AFTER));
    }

    #[test]
    fn a_fifth_certificate_a_week_with_the_same_names_waits_also_when_a_person_asks() {
        let (one, mut attempts) = (wanted("bt.edu"), Attempts::default());
        for hour in 0..4 {
            let at = later(start(), SignedDuration::from_hours(hour));
            assert_eq!(attempts.hold(&one, at, true), None, "{hour}");
            attempts.push(attempt(&one, at, Outcome::Issued));
        }
        let hold = attempts.hold(&one, later(start(), SignedDuration::from_hours(5)), true).unwrap();
        assert_eq!(hold.until, later(start(), SignedDuration::from_hours(7 * 24)));
        assert_eq!(attempts.hold(&wanted("other.edu"), start(), true), None);
    }

    proptest! {
        /// Whatever happens, no window of an hour has five failed validations of a name.
        #[test]
        fn validations_never_reach_the_limit(waits in proptest::collection::vec(0_i64..40, 1..60), by_hand: bool) {
            let (one, mut attempts, mut now) = (wanted("bt.edu"), Attempts::default(), start());
            let mut tries: Vec<Timestamp> = Vec::new();
            for wait in waits {
                now = later(now, SignedDuration::from_mins(wait));
                if attempts.hold(&one, now, by_hand).is_none() {
                    attempts.push(attempt(&one, now, failed(FailureKind::Validation)));
                    tries.push(now);
                }
            }
            for window in tries.windows(5) {
                prop_assert!(window[4].duration_since(window[0]) >= VALIDATIONS_SPAN);
            }
        }
    }
}
