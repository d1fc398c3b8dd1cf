//! What a calendar holds, read back by a small reader of the format.

use std::collections::BTreeSet;

use catalog::meeting::Days;
use catalog::snapshot::Snapshot;
use jiff::ToSpan;
use jiff::civil::{Date, DateTime, date};
use jiff::tz::TimeZone;
use proptest::prelude::*;

use super::*;
use crate::sample::{Sample, plan, range};

const DETAILS: CalendarDetails<'static> = CalendarDetails {
    name: "My fall; part 1, maybe",
    id: "7b0e",
    host: "berkeleytime.example",
    url: Some("https://berkeleytime.example/schedule/7b0e"),
    as_of: Timestamp::constant(1_475_312_400, 0),
};

/// Lines without their folds, as name with parameters and value.
fn lines(text: &str) -> Vec<(String, String)> {
    assert!(text.ends_with("\r\n"));
    assert!(text.split("\r\n").all(|line| line.len() <= text::LINE_OCTETS_MAX));
    let unfolded = text.replace("\r\n ", "");
    let lines = unfolded.split_terminator("\r\n").map(|line| line.split_once(':').unwrap());
    lines.map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

/// The lines of each event.
fn events(text: &str) -> Vec<Vec<(String, String)>> {
    let lines = lines(text);
    let mut events = Vec::new();
    for (at, (name, value)) in lines.iter().enumerate() {
        if name == "BEGIN" && value == "VEVENT" {
            let length = lines[at..].iter().position(|line| *line == ("END".into(), "VEVENT".into())).unwrap();
            events.push(lines[at + 1..at + length].to_vec());
        }
    }
    events
}

fn value<'a>(event: &'a [(String, String)], name: &str) -> Option<&'a str> {
    event.iter().find(|(known, _)| known.split(';').next() == Some(name)).map(|(_, value)| value.as_str())
}

fn local(value: &str) -> DateTime {
    DateTime::strptime("%Y%m%dT%H%M%S", value).unwrap()
}

/// The dates on which an event happens, by the letter of the standard.
fn occurrences(event: &[(String, String)]) -> BTreeSet<Date> {
    let start = local(value(event, "DTSTART").unwrap());
    let Some(rule) = value(event, "RRULE") else { return BTreeSet::from([start.date()]) };
    let part = |name: &str| rule.split(';').find_map(|part| part.strip_prefix(name)).unwrap();
    let until = DateTime::strptime("%Y%m%dT%H%M%SZ", part("UNTIL=")).unwrap().to_zoned(TimeZone::UTC).unwrap();
    let until = until.timestamp().to_zoned(TimeZone::get(ZONE).unwrap()).datetime();
    let names = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"];
    let days: Vec<i8> = part("BYDAY=")
        .split(',')
        .map(|day| i8::try_from(names.iter().position(|n| *n == day).unwrap()).unwrap())
        .collect();
    let excluded: Vec<DateTime> =
        event.iter().filter(|(name, _)| name.starts_with("EXDATE")).map(|(_, value)| local(value)).collect();
    let all = start.date().series(1.day()).map(|date| DateTime::from_parts(date, start.time()));
    all.take_while(|at| *at <= until)
        .filter(|at| days.contains(&at.date().weekday().to_monday_zero_offset()) && !excluded.contains(at))
        .map(DateTime::date)
        .collect()
}

fn one_lecture() -> Sample {
    Sample::new().course("COMPSCI 61A", 4).section("LEC 001", 26_000).meets("MoWeFr", "13:00-13:59").at("Wheeler 150")
}

fn calendar(snapshot: &Snapshot) -> String {
    write(snapshot, &plan(&[(1, &[26_000])], vec![]), &DETAILS)
}

#[test]
fn a_lecture_is_every_week_but_holidays_from_the_first_class_to_the_last() {
    let text = calendar(&one_lecture().build());
    let events = events(&text);
    assert_eq!(events.len(), 2, "the lecture and its final exam");
    let lecture = &events[0];
    assert_eq!(value(lecture, "DTSTART"), Some("20160824T130000"), "the first Wednesday of classes");
    assert_eq!(value(lecture, "DTEND"), Some("20160824T135900"));
    assert_eq!(value(lecture, "RRULE"), Some("FREQ=WEEKLY;UNTIL=20161202T210000Z;WKST=SU;BYDAY=MO,WE,FR"));
    let dates = occurrences(lecture);
    assert_eq!((dates.first(), dates.last()), (Some(&date(2016, 8, 24)), Some(&date(2016, 12, 2))));
    for holiday in [date(2016, 9, 5), date(2016, 11, 11), date(2016, 11, 23), date(2016, 11, 25)] {
        assert!(!dates.contains(&holiday), "{holiday}");
    }
    assert_eq!(dates.len(), 44 - 4, "44 such days, four of them without classes");
    assert_eq!(value(lecture, "SUMMARY"), Some("COMPSCI 61A LEC 001"));
    assert_eq!(value(lecture, "LOCATION"), Some("Wheeler 150"));
    assert_eq!(value(lecture, "GEO"), Some("37.87131;-122.25915"));
    assert_eq!(value(lecture, "UID"), Some("21680000026000-m1.7b0e@berkeleytime.example"));
    assert_eq!(value(lecture, "STATUS"), Some("CONFIRMED"));
}

#[test]
fn the_final_exam_is_an_event_of_its_own() {
    let events = events(&calendar(&one_lecture().build()));
    let exam = &events[1];
    assert_eq!(value(exam, "SUMMARY"), Some("Final exam: COMPSCI 61A"));
    assert_eq!((value(exam, "DTSTART"), value(exam, "DTEND")), (Some("20161214T190000"), Some("20161214T220000")));
    assert!(value(exam, "RRULE").is_none());
    assert_eq!(self::events(&calendar(&one_lecture().exam("N").build())).len(), 1);
}

#[test]
fn the_calendar_names_itself_and_the_same_data_gives_the_same_bytes() {
    let text = calendar(&one_lecture().build());
    assert_eq!(text, calendar(&one_lecture().build()));
    let lines = lines(&text);
    let head = |name: &str| value(&lines, name).map(str::to_owned);
    assert_eq!(lines[0], ("BEGIN".into(), "VCALENDAR".into()));
    assert_eq!(lines.last().unwrap(), &("END".into(), "VCALENDAR".into()));
    assert_eq!(head("X-WR-CALNAME").as_deref(), Some(r"My fall\; part 1\, maybe"));
    assert_eq!(head("REFRESH-INTERVAL").as_deref(), Some("PT6H"));
    assert_eq!(head("DTSTAMP").as_deref(), Some("20161001T090000Z"));
    assert_eq!(lines.iter().filter(|(_, value)| value == "VTIMEZONE").count(), 2);
    let newer = CalendarDetails { as_of: Timestamp::constant(1_475_312_460, 0), ..DETAILS };
    let newer = write(&one_lecture().build(), &plan(&[(1, &[26_000])], vec![]), &newer);
    let sequence = |text: &str| value(&events(text)[0], "SEQUENCE").unwrap().parse::<i64>().unwrap();
    assert_eq!(sequence(&newer), sequence(&text) + 1);
    let uid = |text: &str| value(&events(text)[0], "UID").unwrap().to_owned();
    assert_eq!(uid(&newer), uid(&text));
}

/// A plan of one lecture, class 26000, in a term.
fn plan_of(term: &str) -> Plan {
    let term = term.parse().unwrap();
    let sections = vec![catalog::section::SectionKey { term, id: catalog::section::SectionId(26_000) }];
    let course = crate::plan::PlannedCourse { course: catalog::ids::CourseId(1), sections };
    Plan::new(term, vec![course], vec![]).unwrap()
}

fn spring_lecture(days: &str) -> Sample {
    let sample = Sample::of_term("spring-2027", date(2027, 1, 12), date(2027, 5, 14));
    sample.course("COMPSCI 61A", 4).section("LEC 001", 26_000).meets(days, "10:00-10:59")
}

#[test]
fn a_term_that_was_not_announced_has_its_expected_days_and_says_so() {
    let text = write(&spring_lecture("MoWeFr").build(), &plan_of("spring-2027"), &DETAILS);
    let events = events(&text);
    let dates = occurrences(&events[0]);
    assert_eq!((dates.first(), dates.last()), (Some(&date(2027, 1, 20)), Some(&date(2027, 4, 30))));
    assert_eq!(dates.len(), 44 - 4, "not on Presidents' Day, not in the recess");
    for without in [date(2027, 2, 15), date(2027, 3, 22), date(2027, 3, 24), date(2027, 3, 26)] {
        assert!(!dates.contains(&without), "{without}");
    }
    let exam = &events[1];
    assert_eq!(value(exam, "SUMMARY"), Some("Expected final exam: COMPSCI 61A"));
    assert_eq!((value(exam, "DTSTART"), value(exam, "DTEND")), (Some("20270511T150000"), Some("20270511T180000")));
    assert_eq!((value(exam, "STATUS"), value(&events[0], "STATUS")), (Some("TENTATIVE"), Some("CONFIRMED")));
    assert!(value(exam, "DESCRIPTION").unwrap().contains("were not announced yet"));
    let about = value(&lines(&text), "X-WR-CALDESC").unwrap().to_owned();
    assert!(about.contains(r"expected by the university's rules\, not announced yet"), "{about}");
}

#[test]
fn what_the_operator_announced_is_no_longer_expected() {
    let mut sample = spring_lecture("MoWeFr");
    sample.0.announced = catalog::announced::Announced::parse(
        "spring-2027 classes 2027-01-25..2027-05-07\nspring-2027 finals 2027-05-17..2027-05-21\n\
         spring-2027 no-classes 2027-02-15\nspring-2027 exams-as spring-2026",
    )
    .unwrap();
    let text = write(&sample.build(), &plan_of("spring-2027"), &DETAILS);
    let events = events(&text);
    assert_eq!(value(&events[0], "DTSTART"), Some("20270125T100000"));
    assert_eq!(value(&events[1], "SUMMARY"), Some("Final exam: COMPSCI 61A"));
    assert_eq!(value(&events[1], "DTSTART"), Some("20270518T150000"));
    assert!(!text.contains("xpected"));
}

#[test]
fn of_a_term_that_is_not_known_nothing_is_left_out_and_that_is_said() {
    let mut sample = Sample::of_term("fall-2015", date(2015, 8, 19), date(2015, 12, 18));
    sample = sample.course("COMPSCI 61A", 4).section("LEC 001", 26_000).meets("Mo", "13:00-13:59");
    let text = write(&sample.build(), &plan_of("fall-2015"), &DETAILS);
    let events = events(&text);
    assert_eq!(events.len(), 1, "no exam");
    let dates = occurrences(&events[0]);
    assert_eq!((dates.first(), dates.last()), (Some(&date(2015, 8, 24)), Some(&date(2015, 12, 14))));
    assert!(!text.contains("EXDATE"));
    assert!(value(&events[0], "DESCRIPTION").unwrap().contains("Holidays of this term are not known"));
    assert!(value(&lines(&text), "X-WR-CALDESC").unwrap().contains("check the academic calendar"));
}

#[test]
fn half_term_classes_keep_their_dates_and_what_has_no_time_is_named() {
    let snapshot = one_lecture()
        .between("2016-10-17", "2016-12-16")
        .section("DIS 101", 26_001)
        .course("HISTORY 7A", 4)
        .section("LEC 001", 27_000)
        .build();
    let text = write(&snapshot, &plan(&[(1, &[26_000, 26_001, 5]), (2, &[27_000])], vec![]), &DETAILS);
    let dates = occurrences(&events(&text)[0]);
    assert_eq!((dates.first(), dates.last()), (Some(&date(2016, 10, 17)), Some(&date(2016, 12, 2))));
    let about = value(&lines(&text), "DESCRIPTION").unwrap().to_owned();
    assert!(about.contains(r"not in it: COMPSCI 61A DIS 101\, HISTORY 7A LEC 001."), "{about}");
    assert!(about.contains("section 00005 of COMPSCI 61A is no longer offered"), "{about}");
}

#[test]
fn a_meeting_that_happens_once_has_no_rule_and_one_that_never_does_is_no_event() {
    let once = one_lecture().exam("N").between("2016-09-05", "2016-09-08").build();
    let events_once = events(&calendar(&once));
    assert_eq!(value(&events_once[0], "DTSTART"), Some("20160907T130000"), "Monday was a holiday");
    assert!(value(&events_once[0], "RRULE").is_none());
    let never = one_lecture().exam("N").between("2016-09-05", "2016-09-06").build();
    assert_eq!(events(&calendar(&never)).len(), 0);
}

#[test]
fn a_summer_session_has_its_own_dates() {
    let mut sample = Sample::of_term("summer-2026", date(2026, 5, 26), date(2026, 8, 14));
    sample = sample.course("COMPSCI 61A", 4).section("LEC 001", 26_000).meets("MoFr", "13:00-13:59");
    sample.0.terms[0].sessions = vec![catalog::term::Session {
        id: "1".into(),
        name: "Six weeks".into(),
        begin: date(2026, 6, 22),
        end: date(2026, 7, 10),
    }];
    let text = write(&sample.build(), &plan_of("summer-2026"), &DETAILS);
    let dates: Vec<String> = occurrences(&events(&text)[0]).iter().map(ToString::to_string).collect();
    assert_eq!(dates, ["2026-06-22", "2026-06-26", "2026-06-29", "2026-07-06", "2026-07-10"], "not on July 3");
}

#[test]
fn what_is_kept_free_is_in_it_for_the_whole_term_and_on_holidays_too() {
    let busy = vec![crate::sample::busy("Work, or not", "MoFr", "17:00-19:30")];
    let text = write(&one_lecture().exam("N").build(), &plan(&[(1, &[26_000])], busy), &DETAILS);
    let events = events(&text);
    let work = &events[1];
    assert_eq!(value(work, "SUMMARY"), Some(r"Work\, or not"));
    assert_eq!((value(work, "DTSTART"), value(work, "DTEND")), (Some("20160819T170000"), Some("20160819T193000")));
    let dates = occurrences(work);
    assert_eq!((dates.first(), dates.last()), (Some(&date(2016, 8, 19)), Some(&date(2016, 12, 16))), "the term");
    assert!(dates.contains(&date(2016, 9, 5)), "Labor Day is no holiday of every job");
    assert!(value(&lines(&text), "X-WR-CALDESC").unwrap().contains("Times kept free are in it"));
    let classes_only = plan(&[(1, &[26_000])], vec![]);
    assert!(!write(&one_lecture().build(), &classes_only, &DETAILS).contains("kept free"));
}

#[test]
fn times_kept_free_are_told_apart_by_their_names_in_any_script() {
    let named = |name: &str| crate::sample::busy(name, "Mo", "12:00-13:00");
    let busy = vec![named("午餐"), named("工作"), named("Work"), named("Work!")];
    let text = write(&one_lecture().build(), &plan(&[], busy), &DETAILS);
    let uids: BTreeSet<String> = events(&text).iter().map(|event| value(event, "UID").unwrap().to_owned()).collect();
    assert_eq!(uids.len(), 4);
    assert!(uids.contains("free-576f726b.7b0e@berkeleytime.example"), "{uids:?}");
}

#[test]
fn a_time_kept_free_that_takes_no_time_is_no_event() {
    let busy = vec![crate::sample::busy("Nothing", "Mo", "12:00-12:00")];
    assert_eq!(events(&write(&one_lecture().build(), &plan(&[], busy), &DETAILS)).len(), 0);
}

proptest! {
    #[test]
    fn an_event_happens_exactly_on_its_days_between_its_dates_that_are_no_holidays(
        bits in 1_u8..128,
        from in 0_i64..100,
        length in 0_i64..100,
        hour in 0_i8..23,
    ) {
        let first = date(2016, 8, 1).checked_add(from.days()).unwrap();
        let last = first.checked_add(length.days()).unwrap();
        let mut sample = one_lecture().exam("N").between(&first.to_string(), &last.to_string());
        let meeting = &mut sample.last().meetings[0];
        meeting.days = Days::from_bits(bits);
        meeting.time = Some(range(&format!("{hour:02}:10-{hour:02}:59")));
        let snapshot = sample.build();
        let days = snapshot.term_days("fall-2016".parse().unwrap()).unwrap();
        let (begin, end) = days.classes.unwrap();
        let meets = |date: &Date| {
            bits >> date.weekday().to_monday_zero_offset() & 1 == 1
                && begin <= *date && *date <= end
                && !days.holidays.contains(date)
        };
        let expected: BTreeSet<Date> = first.series(1.day()).take_while(|date| *date <= last).filter(meets).collect();
        let found: BTreeSet<Date> = events(&calendar(&snapshot)).iter().flat_map(|event| occurrences(event)).collect();
        prop_assert_eq!(found, expected);
    }
}
