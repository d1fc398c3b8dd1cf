//! Enrollment phases by term, from `data/phases.tsv` and what the operator imports. They follow no rule that held for
//! long, so they are announced or not known. Only chart markers depend on them: a term without phases works.

use std::collections::HashMap;
use std::sync::LazyLock;

use jiff::civil::Date;

use crate::term::{Phases, TermId};

static TABLE: LazyLock<HashMap<TermId, Phases>> = LazyLock::new(|| read(include_str!("../data/phases.tsv")));

/// The phases of a term that is in the table.
pub(crate) fn listed(term: TermId) -> Option<&'static Phases> {
    TABLE.get(&term)
}

fn read(text: &str) -> HashMap<TermId, Phases> {
    text.lines().filter(|line| !line.starts_with('#')).filter_map(read_line).collect()
}

fn read_line(line: &str) -> Option<(TermId, Phases)> {
    let mut columns = line.split('\t');
    let term = columns.next()?.parse().ok()?;
    let mut day = || columns.next()?.parse::<Date>().ok();
    let phases = Phases {
        phase1_start: day()?,
        phase1_end: day()?,
        phase2_start: day()?,
        phase2_end: day()?,
        adjustment_start: day()?,
    };
    Some((term, phases))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_table_is_read_and_in_order() {
        let lines = include_str!("../data/phases.tsv").lines().filter(|line| !line.starts_with('#')).count();
        assert_eq!(TABLE.len(), lines);
        for (term, phases) in TABLE.iter() {
            assert!(phases.phase1_start < phases.phase2_start, "{term:?}");
            assert!(phases.phase2_end < phases.adjustment_start, "{term:?}");
        }
        let fall = listed("fall-2021".parse().unwrap()).unwrap();
        assert_eq!(fall.phase2_start.to_string(), "2021-07-19");
    }
}
