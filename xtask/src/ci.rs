//! `cargo xtask ci`: every check, one after the other, all of them even when one fails, and a line with the sum.

use std::process::Command;

use crate::chore::{cargo, has, listen_to, say};
use crate::licences;

/// How many checks and tests went which way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Sum {
    passed: u64,
    failed: u64,
}

impl Sum {
    fn add(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
    }

    fn of_one(is_fine: bool) -> Self {
        Self { passed: u64::from(is_fine), failed: u64::from(!is_fine) }
    }
}

/// Whether everything passed.
pub(crate) fn run() -> anyhow::Result<bool> {
    let mut sum = Sum::default();
    sum.add(check("format", cargo(&["fmt", "--all", "--", "--check"]))?);
    sum.add(third_party()?);
    let clippy = ["clippy", "--workspace", "--all-targets", "--locked", "--quiet", "--", "--deny", "warnings"];
    sum.add(check("clippy", cargo(&clippy))?);
    // The journeys start the program itself.
    sum.add(check("build", cargo(&["build", "--locked", "--quiet", "--bin", "bt"]))?);
    sum.add(tests()?);
    sum.add(counted("examples in documents", cargo(&["test", "--workspace", "--locked", "--doc", "--quiet"]))?);
    say(&format!("{} passed, {} failed", sum.passed, sum.failed));
    Ok(sum.failed == 0)
}

fn check(name: &str, command: Command) -> anyhow::Result<Sum> {
    say(&format!("== {name}"));
    let is_fine = listen_to(command, |_| {})?;
    Ok(told(name, is_fine))
}

fn told(name: &str, is_fine: bool) -> Sum {
    if !is_fine {
        say(&format!("== {name} FAILED"));
    }
    Sum::of_one(is_fine)
}

/// Licences and sources of third-party code: all of deny.toml where that tool is, else what metadata tells.
fn third_party() -> anyhow::Result<Sum> {
    if has("deny") {
        return check(
            "third-party code",
            cargo(&["deny", "--log-level", "error", "check", "licenses", "bans", "sources"]),
        );
    }
    say("== third-party code (without cargo-deny: licences, sources and bans by cargo metadata)");
    Ok(told("third-party code", licences::run()?))
}

fn tests() -> anyhow::Result<Sum> {
    if has("nextest") {
        let arguments = ["nextest", "run", "--workspace", "--locked", "--no-fail-fast", "--status-level", "slow"];
        counted("tests", cargo(&arguments))
    } else {
        counted(
            "tests (cargo-nextest is not there)",
            cargo(&["test", "--workspace", "--locked", "--no-fail-fast", "--bins", "--lib", "--tests"]),
        )
    }
}

/// Runs tests and counts them. A run that fails without a failed test, as by a compiler error, counts as one failure.
fn counted(name: &str, command: Command) -> anyhow::Result<Sum> {
    say(&format!("== {name}"));
    let mut sum = Sum::default();
    let is_fine = listen_to(command, |line| sum.add(counts(line).unwrap_or_default()))?;
    if !is_fine && sum.failed == 0 {
        sum.add(told(name, false));
    }
    Ok(sum)
}

/// The counts in a summary of nextest (`Summary [ 1.2s] 5 tests run: 4 passed, 1 failed`) or of cargo's own tests
/// (`test result: ok. 4 passed; 1 failed; …`).
fn counts(line: &str) -> Option<Sum> {
    // What nextest shows of a failed test is indented, and has such a line too.
    let counts = match line.strip_prefix("test result:") {
        Some(rest) => rest,
        None => line.trim_start().strip_prefix("Summary [")?.split_once("run:")?.1,
    };
    let count = |word: &str| {
        let parts = counts.split([',', ';', '.']).map(str::trim);
        parts
            .filter_map(|part| part.split_once(' '))
            .find(|(_, rest)| rest.starts_with(word))
            .and_then(|(n, _)| n.parse().ok())
    };
    let failed = ["failed", "timed out", "exec failed"].into_iter().filter_map(count).sum();
    Some(Sum { passed: count("passed").unwrap_or(0), failed })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_counts_are_read_from_both_kinds_of_summary() {
        let nextest = "     Summary [   3.759s] 14/22 tests run: 12 passed (1 slow), 1 failed, 1 timed out, 3 skipped";
        assert_eq!(counts(nextest), Some(Sum { passed: 12, failed: 2 }));
        let cargo =
            "test result: FAILED. 3 passed; 1 failed; 0 ignored; 0 measured; 13 filtered out; finished in 0.08s";
        assert_eq!(counts(cargo), Some(Sum { passed: 3, failed: 1 }));
        assert_eq!(counts(&format!("    {cargo}")), None, "it stands in the summary too");
        assert_eq!(counts("        PASS [   0.006s] ( 1/22) processes a_test"), None);
    }
}
