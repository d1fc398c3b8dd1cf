//! A report in words and numbers, for the terminal and the log.

use std::fmt::Write as _;

use catalog::run::{RunReport, StepOutcome, StepReport};

/// The whole report, a line per step, the outcome last.
#[must_use]
pub fn report(report: &RunReport) -> String {
    let mut text = String::new();
    for line in report.steps.iter().map(step) {
        text.push_str(&line);
        text.push('\n');
    }
    text.push_str(&outcome(report));
    text
}

/// One step: `class fall-2016: 18,363 read; 12 added, 3 changed, 1 retired; published in 2.1 s`.
#[must_use]
pub fn step(report: &StepReport) -> String {
    let tally = &report.tally;
    let mut text = report.step.slug().to_owned();
    if let Some(term) = report.term {
        let _ = write!(text, " {}", term.slug());
    }
    let _ = write!(
        text,
        ": {} read, {} known before; {} added, {} changed, {} retired",
        grouped(tally.fetched),
        grouped(tally.known),
        grouped(tally.added),
        grouped(tally.changed),
        grouped(tally.retired),
    );
    if tally.quarantined > 0 {
        let _ = write!(text, ", {} in quarantine", grouped(tally.quarantined));
    }
    let ending = match &report.outcome {
        StepOutcome::Published => "published".to_owned(),
        StepOutcome::Unchanged => "nothing to change".to_owned(),
        StepOutcome::DryRun => "dry run, nothing published".to_owned(),
        StepOutcome::Refused(reason) => format!("REFUSED, yesterday's data stays: {reason}"),
        StepOutcome::Failed(reason) => format!("FAILED, yesterday's data stays: {reason}"),
    };
    let _ = write!(text, "; {ending} ({:.1} s)", report.duration.as_secs_f64());
    text
}

fn outcome(report: &RunReport) -> String {
    let version = report
        .version
        .map_or_else(|| "nothing was published".to_owned(), |version| format!("version {} is published", version.0));
    format!("{}: {version}", report.outcome.slug())
}

/// `11291` as `11,291`.
#[must_use]
pub fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (position, digit) in digits.chars().enumerate() {
        if position > 0 && (digits.len() - position).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped_by_thousands() {
        let texts: Vec<String> = [0, 999, 1000, 11_291, 1_083_516].into_iter().map(grouped).collect();
        assert_eq!(texts, ["0", "999", "1,000", "11,291", "1,083,516"]);
    }
}
