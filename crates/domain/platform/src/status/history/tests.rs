//! History, held against days on which clocks change, clocks that jump, and looks by chance.

use proptest::prelude::*;

use super::*;

fn berkeley() -> TimeZone {
    TimeZone::get("America/Los_Angeles").unwrap()
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn found(health: Health) -> Findings {
    Findings::from([(Part::Web, Finding { health, ..Finding::up("as said") })])
}

/// Looks every ten seconds from one moment to another.
fn watch(mut report: Option<StatusReport>, health: Health, from: &str, to: &str) -> StatusReport {
    let (mut now, to) = (at(from), at(to));
    while now <= to {
        report = Some(fold(report.as_ref(), &found(health), Vec::new(), now, &berkeley()));
        now += 10.seconds();
    }
    report.unwrap()
}

fn web(report: &StatusReport) -> &PartState {
    report.parts.iter().find(|state| state.part == Part::Web).unwrap()
}

fn days(report: &StatusReport) -> Vec<(String, u32, u32, u32)> {
    web(report).days.iter().map(|day| (day.day.to_string(), day.up, day.degraded, day.down)).collect()
}

#[test]
fn an_hour_is_counted_and_since_tells_the_last_change() {
    let report = watch(None, Health::Up, "2026-11-22T20:00:00Z", "2026-11-22T20:30:00Z");
    let report = watch(Some(report), Health::Down, "2026-11-22T20:30:10Z", "2026-11-22T21:00:00Z");
    assert_eq!(days(&report), [("2026-11-22".to_owned(), 1_810, 0, 1_790)]);
    assert_eq!(web(&report).since, at("2026-11-22T20:30:10Z"));
    let share = web(&report).share_working().unwrap();
    assert!((share - 1_810.0 / 3_600.0).abs() < 1e-9);
    assert_eq!(report.parts.len(), Part::ALL.len());
    let absent = report.parts.iter().find(|state| state.part == Part::Cache).unwrap();
    assert_eq!((absent.finding.health, absent.days[0].known_seconds()), (Health::Absent, 0));
}

#[test]
fn midnight_is_the_campus_s_midnight() {
    let report = watch(None, Health::Up, "2026-11-23T07:59:55Z", "2026-11-23T08:00:05Z");
    assert_eq!(days(&report), [("2026-11-22".to_owned(), 5, 0, 0), ("2026-11-23".to_owned(), 5, 0, 0)]);
}

#[test]
fn the_days_on_which_the_clocks_change_have_23_and_25_hours() {
    let autumn = watch(None, Health::Up, "2026-11-01T07:00:00Z", "2026-11-02T08:00:00Z");
    let spring = watch(None, Health::Up, "2027-03-14T08:00:00Z", "2027-03-15T07:00:00Z");
    for (report, day, hours) in [(autumn, "2026-11-01", 25), (spring, "2027-03-14", 23)] {
        let first = web(&report).days[0];
        assert_eq!((first.day.to_string(), first.up), (day.to_owned(), hours * 3_600));
        assert_eq!(first.length_seconds(&berkeley()), hours * 3_600);
    }
}

#[test]
fn what_nobody_watched_is_in_no_column() {
    let report = watch(None, Health::Up, "2026-11-20T20:00:00Z", "2026-11-20T20:10:00Z");
    let report = watch(Some(report), Health::Up, "2026-11-22T20:00:00Z", "2026-11-22T20:10:00Z");
    let whole = days(&report);
    assert_eq!(whole[0], ("2026-11-20".to_owned(), 600, 0, 0));
    assert_eq!(whole[1], ("2026-11-21".to_owned(), 0, 0, 0));
    assert_eq!(whole[2], ("2026-11-22".to_owned(), 600, 0, 0));
    assert_eq!(web(&report).days[1].worst(), None);
    assert_eq!(web(&report).days[1].share_working(), None);
}

#[test]
fn an_unknown_stretch_is_not_up() {
    let report = watch(None, Health::Unknown, "2026-11-22T20:00:00Z", "2026-11-22T20:10:00Z");
    assert_eq!(web(&report).days[0].known_seconds(), 0);
}

#[test]
fn ninety_days_are_kept() {
    let mut report = None;
    for day in 0..200 {
        let now = at("2026-11-22T20:00:00Z") + (day * 24).hours();
        report = Some(fold(report.as_ref(), &found(Health::Up), Vec::new(), now, &berkeley()));
    }
    let report = report.unwrap();
    assert_eq!(web(&report).days.len(), HISTORY_DAYS);
    let last = report.at.to_zoned(berkeley()).date();
    assert_eq!(web(&report).days.last().unwrap().day, last);
}

#[test]
fn a_machine_that_wakes_in_1970_keeps_its_history() {
    let report = watch(None, Health::Up, "2026-11-22T20:00:00Z", "2026-11-22T20:10:00Z");
    let before = web(&report).days.clone();
    let report = watch(Some(report), Health::Up, "1970-01-01T00:00:00Z", "1970-01-01T00:10:00Z");
    assert_eq!(web(&report).days, before);
    let report = watch(Some(report), Health::Up, "2026-11-22T20:20:00Z", "2026-11-22T20:30:00Z");
    assert_eq!(days(&report), [("2026-11-22".to_owned(), 1_200, 0, 0)]);
}

#[test]
fn a_report_is_stale_after_a_minute() {
    let report = watch(None, Health::Up, "2026-11-22T20:00:00Z", "2026-11-22T20:00:00Z");
    assert!(!report.is_stale(at("2026-11-22T20:01:00Z")));
    assert!(report.is_stale(at("2026-11-22T20:01:01Z")));
}

fn a_health() -> impl Strategy<Value = Health> {
    prop::sample::select(vec![Health::Up, Health::Absent, Health::Unknown, Health::Degraded, Health::Down])
}

proptest! {
    #[test]
    fn the_seconds_of_a_day_never_exceed_its_length(
        start in 0_i64..31_000_000,
        steps in prop::collection::vec((-90_000_i64..90_000, 0_i64..70, a_health()), 1..60),
    ) {
        let mut now = at("2026-01-02T00:00:00Z") + start.seconds();
        let mut report: Option<StatusReport> = None;
        for (index, (jump, step, health)) in steps.into_iter().enumerate() {
            // Mostly small steps, and now and then a clock that jumps either way.
            now += (if index % 7 == 6 { jump } else { step }).seconds();
            let next = fold(report.as_ref(), &found(health), Vec::new(), now, &berkeley());
            let state = web(&next);
            prop_assert!(state.days.len() <= HISTORY_DAYS);
            prop_assert!(state.since <= now);
            for pair in state.days.windows(2) {
                prop_assert_eq!(pair[0].day.tomorrow().unwrap(), pair[1].day);
            }
            for day in &state.days {
                prop_assert!(day.known_seconds() <= day.length_seconds(&berkeley()), "{:?}", day);
            }
            let again = fold(Some(&next), &found(health), Vec::new(), now, &berkeley());
            prop_assert_eq!(&again, &next);
            report = Some(next);
        }
    }

    #[test]
    fn no_second_is_lost_or_counted_twice_while_somebody_watches(
        start in 0_i64..31_000_000,
        steps in prop::collection::vec((0_i64..60_000, a_health()), 1..200),
    ) {
        let mut now = at("2026-01-02T00:00:00Z") + start.seconds();
        let first = now;
        let mut report = fold(None, &found(Health::Up), Vec::new(), now, &berkeley());
        let mut unknown = 0;
        for (milliseconds, health) in steps {
            let (before, was) = (now, web(&report).finding.health);
            now += milliseconds.milliseconds();
            if matches!(was, Health::Absent | Health::Unknown) {
                unknown += now.as_second() - before.as_second();
            }
            report = fold(Some(&report), &found(health), Vec::new(), now, &berkeley());
        }
        let known: i64 = web(&report).days.iter().map(|day| i64::from(day.known_seconds())).sum();
        prop_assert_eq!(known + unknown, now.as_second() - first.as_second());
    }
}
