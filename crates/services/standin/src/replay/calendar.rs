//! The three captured terms' dates, from the university's calendar and the Terms API of that time.

use catalog::term::TermId;
use jiff::ToSpan;
use jiff::civil::{Date, date};

use crate::campus::{SessionFacts, TermFacts};

/// Oldest first: Fall 2016, Spring 2017, Fall 2017.
pub(crate) fn terms() -> Vec<TermFacts> {
    [
        term(2168, date(2016, 8, 17), date(2016, 12, 16), date(2016, 3, 28), date(2016, 8, 15)),
        term(2172, date(2017, 1, 10), date(2017, 5, 12), date(2016, 10, 3), date(2017, 1, 9)),
        term(2178, date(2017, 8, 16), date(2017, 12, 15), date(2017, 4, 18), date(2017, 8, 15)),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Instruction lies between the first week and the finals' week.
fn term(id: u16, begin: Date, end: Date, enrollment_begin: Date, adjustment_start: Date) -> Option<TermFacts> {
    let session = SessionFacts {
        id: "1",
        name: "Regular Academic Session",
        begin: begin.saturating_add(7.days()),
        end: end.saturating_sub(7.days()),
        weeks: 15,
    };
    let id = TermId::try_from(id).ok()?;
    Some(TermFacts { id, begin, end, enrollment_begin, adjustment_start, sessions: vec![session] })
}
