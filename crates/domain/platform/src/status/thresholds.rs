//! From when on a thing is degraded or down. Each rule takes what was measured and says it in words.

use jiff::{SignedDuration, Timestamp};

use crate::status::Finding;

/// An answer later than this is slow: people notice.
pub const SLOW_ANSWER_MS: u64 = 2_000;
/// A nightly run older than this has missed a night: a day, and two hours for the run itself.
pub const NIGHT_DEGRADED_HOURS: i64 = 26;
/// A nightly run older than this has missed two nights.
pub const NIGHT_DOWN_HOURS: i64 = 50;
/// Below this share of free room, or below [`DISK_DEGRADED_BYTES`], a disk is degraded.
pub const DISK_DEGRADED_PERCENT: u64 = 10;
/// A restore of the demo database and a night's dumps fit into this.
pub const DISK_DEGRADED_BYTES: u64 = 2 << 30;
/// Below this share of free room, or below [`DISK_DOWN_BYTES`], a disk is as good as full.
pub const DISK_DOWN_PERCENT: u64 = 3;
/// Postgres needs room to end cleanly: some segments of its log, 16 MiB each.
pub const DISK_DOWN_BYTES: u64 = 500 << 20;

/// How something that answers requests does, by how long it took.
#[must_use]
pub fn answered(latency_ms: u64, mend: &str) -> Finding {
    if latency_ms > SLOW_ANSWER_MS {
        return Finding::degraded("It answers slowly.", mend).after(latency_ms);
    }
    Finding::up("It answers.").after(latency_ms)
}

/// An HTTP status of something that should answer well.
#[must_use]
pub fn answered_with(status: u16, latency_ms: u64, mend: &str) -> Finding {
    match status {
        200..=399 => answered(latency_ms, mend),
        // Somebody is there and refuses us: limits or bans, of which visitors may notice nothing.
        400..=499 => Finding::degraded(format!("It answers with an error ({status})."), mend).after(latency_ms),
        _ => Finding::down(format!("It answers with an error ({status})."), mend).after(latency_ms),
    }
}

/// From when on something that is done again and again is late.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ages {
    /// Older than this is degraded.
    pub degraded: SignedDuration,
    /// Older than this is down.
    pub down: SignedDuration,
}

impl Ages {
    /// For what is done once a night.
    pub const NIGHTLY: Self = Self {
        degraded: SignedDuration::from_hours(NIGHT_DEGRADED_HOURS),
        down: SignedDuration::from_hours(NIGHT_DOWN_HOURS),
    };
}

/// How something does that should be done again and again, by when it was done last. `done` is what was done, as the
/// beginning of a sentence: `The last nightly update that succeeded`.
#[must_use]
pub fn age(done: &str, last: Option<Timestamp>, now: Timestamp, ages: Ages, mend: &str) -> Finding {
    let Some(last) = last else {
        return Finding::degraded(format!("{done}: there was none yet."), mend);
    };
    let age = now.duration_since(last);
    let says = format!("{done} was {} ago.", words(age));
    if age > ages.down {
        Finding::down(says, mend)
    } else if age > ages.degraded {
        Finding::degraded(says, mend)
    } else {
        Finding::up(says)
    }
}

/// How a disk does, by what is free and what there is in all. `None` of a count that the file system has not.
#[must_use]
pub fn disk(free: Room, mend: &str) -> Finding {
    let percent = free.percent();
    let says = format!("{percent} % is free, {}.", bytes(free.free_bytes));
    if percent < DISK_DOWN_PERCENT || free.free_bytes < DISK_DOWN_BYTES {
        return Finding::down(format!("Nearly full: {says}"), mend);
    }
    if percent < DISK_DEGRADED_PERCENT || free.free_bytes < DISK_DEGRADED_BYTES {
        return Finding::degraded(format!("Filling up: {says}"), mend);
    }
    Finding::up(says)
}

/// Room of a file system.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Room {
    /// Bytes that may still be written.
    pub free_bytes: u64,
    /// Bytes in all.
    pub all_bytes: u64,
    /// Files that may still be made.
    pub free_files: u64,
    /// Files in all; 0 where the file system does not count them (btrfs).
    pub all_files: u64,
}

impl Room {
    /// The smaller of both shares: a disk without room for one more file is full.
    #[must_use]
    pub fn percent(&self) -> u64 {
        let share = |free: u64, all: u64| match all {
            0 => 100,
            all => u64::try_from(u128::from(free.min(all)) * 100 / u128::from(all)).unwrap_or(100),
        };
        let of_bytes = if self.all_bytes == 0 { 0 } else { share(self.free_bytes, self.all_bytes) };
        of_bytes.min(share(self.free_files, self.all_files))
    }
}

/// A stretch of time in words, in its largest unit: `3 days`, `26 hours`, `less than a minute`.
#[must_use]
pub fn words(stretch: SignedDuration) -> String {
    let seconds = stretch.as_secs().max(0);
    let (count, unit) = match seconds {
        0..60 => return "less than a minute".to_owned(),
        60..7_200 => (seconds / 60, "minute"),
        7_200..172_800 => (seconds / 3_600, "hour"),
        _ => (seconds / 86_400, "day"),
    };
    format!("{count} {unit}{}", if count == 1 { "" } else { "s" })
}

/// A size in words, in units of 1024: `1.5 GiB`.
#[must_use]
pub fn bytes(count: u64) -> String {
    let (unit, size) = if count >= 1 << 30 { ("GiB", 1_u64 << 30) } else { ("MiB", 1 << 20) };
    format!("{:.1} {unit}", count as f64 / size as f64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::status::Health;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn a_slow_answer_is_degraded_and_an_error_is_down() {
        let cases = [
            (200, 2_000, Health::Up),
            (301, 5, Health::Up),
            (200, 2_001, Health::Degraded),
            (429, 5, Health::Degraded),
            (500, 5, Health::Down),
            (503, 5, Health::Down),
            (101, 5, Health::Down),
        ];
        for (status, latency, health) in cases {
            let found = answered_with(status, latency, "bt doctor");
            assert_eq!((found.health, found.latency_ms), (health, Some(latency)), "{status}");
            assert_eq!(found.mend.is_some(), health != Health::Up, "{status}");
        }
    }

    #[test]
    fn a_missed_night_is_degraded_and_two_are_down() {
        let now = at("2026-11-22T12:00:00Z");
        let of = |hours: i64, more: i64| {
            let last = now - SignedDuration::from_hours(hours) - SignedDuration::from_secs(more);
            age("The last nightly update that succeeded", Some(last), now, Ages::NIGHTLY, "bt update")
        };
        for (hours, more, health) in [
            (0, -60, Health::Up),
            (26, 0, Health::Up),
            (26, 1, Health::Degraded),
            (50, 0, Health::Degraded),
            (50, 1, Health::Down),
        ] {
            assert_eq!(of(hours, more).health, health, "{hours} h {more} s");
        }
        assert_eq!(of(26, 1).says, "The last nightly update that succeeded was 26 hours ago.");
        let none = age("The last backup", None, now, Ages::NIGHTLY, "bt backup now");
        assert_eq!((none.health, none.says.as_str()), (Health::Degraded, "The last backup: there was none yet."));
    }

    #[test]
    fn a_disk_is_judged_by_share_by_bytes_and_by_files() {
        const GIB: u64 = 1 << 30;
        let of = |free_bytes, all_bytes, free_files, all_files| {
            disk(Room { free_bytes, all_bytes, free_files, all_files }, "make room").health
        };
        assert_eq!(of(50 * GIB, 100 * GIB, 90, 100), Health::Up);
        assert_eq!(of(9 * GIB, 100 * GIB, 90, 100), Health::Degraded);
        assert_eq!(of(2 * GIB, 100 * GIB, 90, 100), Health::Down);
        assert_eq!(of(2 * GIB - 1, 4 * GIB, 90, 100), Health::Degraded);
        assert_eq!(of(400 << 20, GIB, 90, 100), Health::Down);
        assert_eq!(of(50 * GIB, 100 * GIB, 2, 100), Health::Down, "no files left");
        assert_eq!(of(50 * GIB, 100 * GIB, 0, 0), Health::Up, "files are not counted");
        assert_eq!(of(u64::MAX, u64::MAX, 1, 1), Health::Up);
        assert_eq!(of(0, 0, 0, 0), Health::Down);
    }

    #[test]
    fn stretches_and_sizes_are_told_in_words() {
        let told = [
            (0, "less than a minute"),
            (-5, "less than a minute"),
            (60, "1 minute"),
            (7_199, "119 minutes"),
            (7_200, "2 hours"),
            (172_800, "2 days"),
        ];
        for (seconds, text) in told {
            assert_eq!(words(SignedDuration::from_secs(seconds)), text);
        }
        assert_eq!(bytes(3 << 29), "1.5 GiB");
        assert_eq!(bytes(600 << 20), "600.0 MiB");
    }
}
