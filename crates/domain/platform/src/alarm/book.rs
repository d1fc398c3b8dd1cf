//! The book of troubles: out of looks and events it makes few messages, each once.
//!
//! - A part is told of when it is down for some looks in a row, degraded or unknown for longer, or when it keeps failing
//!   now and then.
//! - It is told of again when it gets worse, when there is something else to do, and once a day while it is down (once a
//!   week while it is degraded).
//! - It is over when all was quiet for a while; the while grows each time it comes back soon.
//! - While somebody works on the house, nobody is told; what still lasts afterwards is told then.
//! - Only so many messages an hour: the rest is held back, summed up in one, and told later if it still lasts.

mod counts;
mod letters;

use std::collections::{BTreeMap, VecDeque};

use jiff::{SignedDuration, Timestamp};

use crate::alarm::book::counts::Count;
use crate::alarm::event::Event;
use crate::alarm::{Alarm, Memory};
use crate::status::history::Findings;
use crate::status::{Finding, Health, Part};

/// How patient the book is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Patience {
    /// Looks in a row that find a part down before people are told. Three: half a minute, longer than a replacement.
    pub down_looks: u32,
    /// Looks in a row that find a part degraded or down before people are told: five minutes.
    pub degraded_looks: u32,
    /// Looks in a row that find nothing good, unknown included, before people are told: half an hour.
    pub unknown_looks: u32,
    /// Looks of the last [`WINDOW_LOOKS`] that find a part down before people are told that it keeps failing.
    pub failing_looks: u32,
    /// How long all must be quiet before a trouble of a part is over, for the first time.
    pub quiet: SignedDuration,
    /// How long that gets at most, after it came back again and again.
    pub quiet_most: SignedDuration,
    /// A trouble that comes back within this time after it was over came back soon.
    pub soon: SignedDuration,
    /// How often people are reminded of what is down.
    pub remind_down: SignedDuration,
    /// How often people are reminded of what is degraded.
    pub remind_degraded: SignedDuration,
    /// Messages in one hour, the summary not counted.
    pub letters_an_hour: usize,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            down_looks: 3,
            degraded_looks: 30,
            unknown_looks: 180,
            failing_looks: 20,
            quiet: SignedDuration::from_mins(1),
            quiet_most: SignedDuration::from_hours(6),
            soon: SignedDuration::from_hours(6),
            remind_down: SignedDuration::from_hours(24),
            remind_degraded: SignedDuration::from_hours(7 * 24),
            letters_an_hour: 10,
        }
    }
}

/// How many looks back it is asked whether a part keeps failing: ten minutes.
pub const WINDOW_LOOKS: u32 = 60;
/// How many troubles are held at once; more are not heard. Parts, jobs and services of all previews are fewer.
pub const TROUBLES_HELD: usize = 200;
/// How often people are told of one trouble because there is something else to do.
pub const ADVICE_TOLD: usize = 4;
/// How much longer a trouble must be quiet each time it came back soon.
const QUIET_GROWS: i32 = 4;
/// The hour of [`Patience::letters_an_hour`].
const HOUR: SignedDuration = SignedDuration::from_hours(1);
/// The key of the message that sums up what is held back.
const SUMMARY_KEY: &str = "summary";
/// What keys of troubles of parts begin with.
const PART_PREFIX: &str = "part:";

/// The troubles that are open, and what was seen lately.
#[derive(Clone, Debug)]
pub struct Book {
    patience: Patience,
    open: BTreeMap<String, Alarm>,
    counts: BTreeMap<Part, Count>,
    /// When troubles were over, and how often they had come back.
    closed: BTreeMap<String, (Timestamp, u32)>,
    /// When messages went out in the last hour.
    sent: VecDeque<Timestamp>,
    summed_up_at: Option<Timestamp>,
    is_silent: bool,
}

impl Book {
    /// A book with the troubles that an earlier one kept.
    #[must_use]
    pub fn new(patience: Patience, kept: impl IntoIterator<Item = Alarm>) -> Self {
        let open: BTreeMap<String, Alarm> = kept.into_iter().map(|alarm| (alarm.key.clone(), alarm)).collect();
        // A watch that is started again and again has no new hour each time.
        let mut sent: Vec<Timestamp> = open.values().filter_map(|trouble| trouble.memory.told_at).collect();
        sent.sort();
        let (counts, closed) = (BTreeMap::new(), BTreeMap::new());
        Self { patience, open, counts, closed, sent: sent.into(), summed_up_at: None, is_silent: false }
    }

    /// The troubles that are open, to be kept.
    #[must_use]
    pub fn kept(&self) -> Vec<Alarm> {
        self.open.values().cloned().collect()
    }

    /// Whether nobody is to be told from now on. Troubles are kept meanwhile; the next look after the silence tells of those
    /// that still last.
    pub fn silence(&mut self, is_silent: bool) {
        self.is_silent = is_silent;
    }

    /// Takes in a round of looks at all parts, and returns the messages that go out now.
    pub fn look(&mut self, findings: &Findings, now: Timestamp) -> Vec<Alarm> {
        for (part, finding) in findings {
            self.take(*part, finding, now);
        }
        for (key, trouble) in &mut self.open {
            let is_watched = |part: &Part| key == &part_key(*part);
            if key.starts_with(PART_PREFIX) && !findings.keys().any(is_watched) {
                trouble.memory.quiet_since.get_or_insert(now);
            }
        }
        self.letters(now)
    }

    /// Takes in an event, and returns the messages that go out now.
    pub fn hear(&mut self, event: &Event, now: Timestamp) -> Vec<Alarm> {
        match event {
            Event::Trouble { key, title, text } => {
                if let Some(trouble) = self.trouble(key, now) {
                    (trouble.title, trouble.text) = (title.clone(), text.clone());
                    trouble.memory.is_news |= trouble.memory.worst.is_none();
                    trouble.memory.worst = Some(Health::Down);
                    trouble.memory.quiet_since = None;
                }
            }
            Event::Over { key } => {
                if let Some(trouble) = self.open.get_mut(key) {
                    trouble.memory.quiet_since.get_or_insert(now);
                }
            }
        }
        self.letters(now)
    }

    fn take(&mut self, part: Part, finding: &Finding, now: Timestamp) {
        let count = self.counts.entry(part).or_default();
        count.take(finding);
        let seen = count.seen(&self.patience);
        let is_steady = count.advice_looks >= self.patience.down_looks;
        let key = part_key(part);
        let is_good = matches!(finding.health, Health::Up | Health::Absent);
        if let Some(trouble) = self.open.get_mut(&key) {
            match is_good {
                true => drop(trouble.memory.quiet_since.get_or_insert(now)),
                false => trouble.memory.quiet_since = None,
            }
        }
        let Some(seen) = seen.filter(|_| !is_good) else { return };
        let Some(trouble) = self.trouble(&key, now) else { return };
        let is_worse = trouble.memory.worst.is_none_or(|worst| seen.health() > worst);
        let has_advice = is_steady && is_other_advice(&trouble.memory, finding);
        (trouble.title, trouble.text) = letters::words_of(part, finding, seen);
        if is_worse {
            trouble.memory.worst = Some(seen.health());
        }
        if is_worse || has_advice {
            trouble.memory.is_news = true;
            trouble.memory.told_mends.extend(finding.mend.clone());
        }
    }

    /// The open trouble of that key, which is opened when there is none; `None` when too many are open.
    fn trouble(&mut self, key: &str, now: Timestamp) -> Option<&mut Alarm> {
        if self.open.len() >= TROUBLES_HELD && !self.open.contains_key(key) {
            return None;
        }
        let soon = self.patience.soon;
        let came_back = match self.closed.remove(key) {
            Some((at, times)) if now.duration_since(at) <= soon => times.saturating_add(1),
            _ => 0,
        };
        let fresh = || Alarm { memory: Memory { came_back, ..Memory::default() }, ..Alarm::new(key, now, "", "") };
        Some(self.open.entry(key.to_owned()).or_insert_with(fresh))
    }

    /// How long a trouble must be quiet.
    fn quiet(&self, trouble: &Alarm) -> SignedDuration {
        let is_part = trouble.key.starts_with(PART_PREFIX);
        if trouble.memory.came_back == 0 && !is_part {
            return SignedDuration::ZERO;
        }
        let times = i32::try_from(trouble.memory.came_back).unwrap_or(i32::MAX).min(8);
        let grown = self.patience.quiet.checked_mul(QUIET_GROWS.pow(u32::try_from(times).unwrap_or(0)));
        grown.map_or(self.patience.quiet_most, |grown| grown.min(self.patience.quiet_most))
    }

    fn letters(&mut self, now: Timestamp) -> Vec<Alarm> {
        self.sent.retain(|at| in_hour(*at, now));
        self.closed.retain(|_, (at, _)| now.duration_since(*at) <= self.patience.soon);
        let mut letters = Vec::new();
        let mut held = Vec::new();
        for key in self.open.keys().cloned().collect::<Vec<_>>() {
            let Some(letter) = self.letter_of(&key, now) else { continue };
            if self.is_silent {
                continue;
            }
            if self.sent.len() >= self.patience.letters_an_hour {
                held.push(letter.title);
                continue;
            }
            self.sent.push_back(now);
            self.note(&key, &letter, now);
            letters.push(letter);
        }
        if !held.is_empty() && self.summed_up_at.is_none_or(|at| !in_hour(at, now)) {
            self.summed_up_at = Some(now);
            letters.push(letters::summary(&held, now));
        }
        letters
    }

    /// What people are to be told of a trouble now. One that is over and was never told ends in silence.
    fn letter_of(&mut self, key: &str, now: Timestamp) -> Option<Alarm> {
        let trouble = self.open.get(key)?;
        let is_over = trouble.memory.quiet_since.is_some_and(|since| now.duration_since(since) >= self.quiet(trouble));
        if is_over {
            if trouble.memory.told_at.is_none() {
                self.close(key, now);
                return None;
            }
            return Some(letters::over(trouble, now));
        }
        if trouble.memory.quiet_since.is_some() {
            return None;
        }
        if trouble.memory.is_news {
            return Some(letters::news(trouble, now));
        }
        let every = match trouble.memory.worst {
            Some(Health::Down) => self.patience.remind_down,
            _ => self.patience.remind_degraded,
        };
        let is_due = trouble.memory.told_at.is_some_and(|at| now.duration_since(at) >= every);
        is_due.then(|| letters::reminder(trouble, now))
    }

    /// That a message went out.
    fn note(&mut self, key: &str, letter: &Alarm, now: Timestamp) {
        if letter.is_over {
            self.close(key, now);
        } else if let Some(trouble) = self.open.get_mut(key) {
            trouble.memory.told_at = Some(now);
            trouble.memory.is_news = false;
        }
    }

    fn close(&mut self, key: &str, now: Timestamp) {
        if let Some(trouble) = self.open.remove(key) {
            self.closed.insert(key.to_owned(), (now, trouble.memory.came_back));
        }
    }
}

/// Whether there is something else to do than what people were told, in a trouble that is no better.
fn is_other_advice(memory: &Memory, finding: &Finding) -> bool {
    let is_no_better = memory.worst.is_none_or(|worst| finding.health >= worst);
    let is_new = finding.mend.as_ref().is_some_and(|mend| !memory.told_mends.contains(mend));
    is_no_better && is_new && memory.told_mends.len() < ADVICE_TOLD
}

fn in_hour(at: Timestamp, now: Timestamp) -> bool {
    now.duration_since(at).abs() < HOUR
}

fn part_key(part: Part) -> String {
    format!("{PART_PREFIX}{}", part.slug())
}

#[cfg(test)]
mod tests;
