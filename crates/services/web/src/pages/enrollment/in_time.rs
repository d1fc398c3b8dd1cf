//! What was counted while it still mattered: until the term's last day. Counts go on after that, and tell nothing of
//! how a term filled.

use catalog::enrollment_series::{Divisor, PhaseDays, Series, day_number};
use catalog::seats::EnrollmentRun;
use catalog::term::{Phases, Term};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::selection::Watched;

/// The runs that began before the term was over, none of them longer than the term.
pub(super) fn in_time(runs: &[EnrollmentRun], term: &Term, zone: &TimeZone) -> Vec<EnrollmentRun> {
    let began = runs.iter().filter(|run| day(run.first_seen, zone) <= term.end);
    began.map(|run| EnrollmentRun { last_seen: until_the_end(run, term, zone), ..run.clone() }).collect()
}

/// The day of a moment on the campus.
pub(super) fn day(at: Timestamp, zone: &TimeZone) -> Date {
    at.to_zoned(zone.clone()).date()
}

fn until_the_end(run: &EnrollmentRun, term: &Term, zone: &TimeZone) -> Timestamp {
    let end = term.end.at(23, 59, 59, 0).to_zoned(zone.clone());
    end.map_or(run.last_seen, |end| run.last_seen.min(end.timestamp()))
}

/// The series of what was counted in time, with the days of the phases; `None` when nothing was.
pub(super) fn watched(
    runs: &[EnrollmentRun],
    term: &Term,
    phases: Option<&Phases>,
    divisor: Divisor,
    zone: &TimeZone,
) -> Option<Watched> {
    let first_seen = runs.iter().map(|run| run.first_seen).min()?;
    let day_1 = phases.map_or_else(|| day(first_seen, zone), |phases| phases.phase1_start);
    Some(Watched {
        series: Series::daily(runs, zone, day_1, divisor)?,
        phases: phases.map(PhaseDays::of),
        term_begins: day_number(day_1, term.begin),
    })
}

#[cfg(test)]
mod tests {
    use catalog::seats::Counts;
    use catalog::section::SectionId;

    use super::*;

    #[test]
    fn what_was_counted_after_the_term_is_left_out() {
        let term = Term {
            id: "fall-2016".parse().unwrap(),
            begin: "2016-08-17".parse().unwrap(),
            end: "2016-12-16".parse().unwrap(),
            enrollment_begin: None,
            sessions: Vec::new(),
        };
        let run = |from: &str, until: &str| EnrollmentRun {
            section: SectionId(1),
            first_seen: from.parse().unwrap(),
            last_seen: until.parse().unwrap(),
            counts: Counts::default(),
        };
        let runs = [
            run("2016-04-20T09:00:00Z", "2016-12-10T09:00:00Z"),
            run("2016-12-11T09:00:00Z", "2017-05-01T09:00:00Z"),
            run("2017-05-02T09:00:00Z", "2017-05-02T09:00:00Z"),
        ];
        let kept = in_time(&runs, &term, &catalog::campus::time_zone());
        assert_eq!(kept.len(), 2);
        assert_eq!(
            (kept[0].last_seen, kept[1].last_seen),
            (runs[0].last_seen, "2016-12-17T07:59:59Z".parse().unwrap())
        );
    }
}
