//! The state of the house in one sentence, and several findings of one part as one.

use crate::status::{Finding, Health, Part, PartState, StatusReport};

/// How the house is, all in all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Overall {
    /// For visitors: what works behind the scenes never makes it worse than degraded.
    pub health: Health,
    /// In one sentence.
    pub says: String,
}

impl StatusReport {
    /// How the house is, all in all.
    #[must_use]
    pub fn overall(&self) -> Overall {
        overall(&self.parts)
    }
}

/// How the house is, by its parts.
#[must_use]
pub fn overall(parts: &[PartState]) -> Overall {
    let found = |is_for_visitors: bool, health: Health| {
        let is_one =
            |state: &&PartState| state.part.is_for_visitors() == is_for_visitors && state.finding.health == health;
        parts.iter().filter(is_one).map(|state| state.part).collect::<Vec<_>>()
    };
    let told = |health, text: String| Overall { health, says: text };
    let down = found(true, Health::Down);
    if !down.is_empty() {
        return told(Health::Down, format!("Not working now: {}.", listed(&down)));
    }
    let degraded = found(true, Health::Degraded);
    if !degraded.is_empty() {
        return told(Health::Degraded, format!("Slow, or working only in part: {}.", listed(&degraded)));
    }
    let unknown = found(true, Health::Unknown);
    if !unknown.is_empty() {
        return told(Health::Unknown, format!("Not known at the moment: {}.", listed(&unknown)));
    }
    let mut behind = found(false, Health::Down);
    behind.extend(found(false, Health::Degraded));
    behind.sort();
    if !behind.is_empty() {
        let text = format!("The site works. Behind the scenes, this needs care: {}.", listed(&behind));
        return told(Health::Degraded, text);
    }
    if parts.iter().all(|state| matches!(state.finding.health, Health::Absent | Health::Unknown)) {
        return told(Health::Unknown, "Not known yet: nobody has looked.".to_owned());
    }
    told(Health::Up, "Everything works.".to_owned())
}

/// Several findings of one part, such as of several hosts, as one: the worst of them, and the longest wait.
#[must_use]
pub fn worst(findings: impl IntoIterator<Item = Finding>) -> Finding {
    let mut all: Vec<Finding> = findings.into_iter().collect();
    let longest = all.iter().filter_map(|finding| finding.latency_ms).max();
    if all.iter().any(|finding| finding.health != Health::Absent) {
        all.retain(|finding| finding.health != Health::Absent);
    }
    // The first of equals, so that the words do not change with chance.
    let mut worst = None;
    for finding in all {
        if worst.as_ref().is_none_or(|worst: &Finding| finding.health > worst.health) {
            worst = Some(finding);
        }
    }
    let worst = worst.unwrap_or_else(Finding::absent);
    Finding { latency_ms: longest, ..worst }
}

fn listed(parts: &[Part]) -> String {
    let names: Vec<&str> = parts.iter().map(|part| part.in_a_sentence()).collect();
    match names.split_last() {
        Some((last, [])) => (*last).to_owned(),
        Some((last, rest)) => format!("{} and {last}", rest.join(", ")),
        None => String::new(),
    }
}

impl Part {
    /// As a noun within a sentence.
    #[must_use]
    pub fn in_a_sentence(self) -> &'static str {
        match self {
            Self::Edge => "the front door",
            Self::Web => "the site",
            Self::Api => "the API",
            Self::Database => "the database",
            Self::Cache => "the cache",
            Self::Logs => "the log search",
            Self::NightlyUpdate => "the nightly update",
            Self::Backup => "the backup",
            Self::Drill => "the restore drill",
            Self::Certificates => "the certificates",
            Self::Disk => "the disk",
        }
    }
}

impl Finding {
    fn plain(health: Health, says: impl Into<String>) -> Self {
        Self { health, says: says.into(), latency_ms: None, mend: None }
    }

    /// As it should be.
    #[must_use]
    pub fn up(says: impl Into<String>) -> Self {
        Self::plain(Health::Up, says)
    }

    /// Not set up here, which is no fault.
    #[must_use]
    pub fn absent() -> Self {
        Self::plain(Health::Absent, "Not set up here.")
    }

    /// Not known; why.
    #[must_use]
    pub fn unknown(says: impl Into<String>) -> Self {
        Self::plain(Health::Unknown, says)
    }

    /// Slow, in part, or soon not; and what mends it.
    #[must_use]
    pub fn degraded(says: impl Into<String>, mend: impl Into<String>) -> Self {
        Self { mend: Some(mend.into()), ..Self::plain(Health::Degraded, says) }
    }

    /// Does not work; and what mends it.
    #[must_use]
    pub fn down(says: impl Into<String>, mend: impl Into<String>) -> Self {
        Self { mend: Some(mend.into()), ..Self::plain(Health::Down, says) }
    }

    /// With the time that the answer took.
    #[must_use]
    pub fn after(self, latency_ms: u64) -> Self {
        Self { latency_ms: Some(latency_ms), ..self }
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;

    type Seen = (Part, Health);

    fn house(found: &[Seen]) -> Vec<PartState> {
        let state = |&(part, health)| PartState {
            part,
            finding: Finding::plain(health, "as said"),
            since: Timestamp::UNIX_EPOCH,
            days: Vec::new(),
        };
        found.iter().map(state).collect()
    }

    #[test]
    fn the_house_is_told_in_one_sentence() {
        let cases: [(&[Seen], Health, &str); 7] = [
            (&[(Part::Web, Health::Up), (Part::Logs, Health::Absent)], Health::Up, "Everything works."),
            (
                &[(Part::Web, Health::Down), (Part::Api, Health::Down), (Part::Disk, Health::Down)],
                Health::Down,
                "Not working now: the site and the API.",
            ),
            (
                &[(Part::Web, Health::Up), (Part::Api, Health::Degraded)],
                Health::Degraded,
                "Slow, or working only in part: the API.",
            ),
            (
                &[(Part::Web, Health::Up), (Part::Database, Health::Unknown)],
                Health::Unknown,
                "Not known at the moment: the database.",
            ),
            (
                &[
                    (Part::Web, Health::Up),
                    (Part::Backup, Health::Degraded),
                    (Part::Drill, Health::Down),
                    (Part::Disk, Health::Down),
                ],
                Health::Degraded,
                "The site works. Behind the scenes, this needs care: the backup, the restore drill and the disk.",
            ),
            (&[(Part::Web, Health::Up), (Part::Drill, Health::Unknown)], Health::Up, "Everything works."),
            (&[(Part::Web, Health::Absent)], Health::Unknown, "Not known yet: nobody has looked."),
        ];
        for (found, health, says) in cases {
            assert_eq!(overall(&house(found)), Overall { health, says: says.to_owned() });
        }
    }

    #[test]
    fn of_several_findings_the_worst_is_told_with_the_longest_wait() {
        let slow = Finding::degraded("staging is slow", "bt doctor").after(2_100);
        let all = [Finding::absent(), Finding::up("production answers").after(3_000), slow];
        let told = worst(all);
        assert_eq!(
            (told.health, told.says.as_str(), told.latency_ms),
            (Health::Degraded, "staging is slow", Some(3_000))
        );
        assert_eq!(worst([Finding::absent(), Finding::up("answers")]).health, Health::Up);
        assert_eq!(worst([]).health, Health::Absent);
    }

    #[test]
    fn the_slug_of_a_part_is_its_word_in_json() {
        for part in Part::ALL {
            assert_eq!(serde_json::to_value(part).unwrap(), part.slug());
        }
    }
}
