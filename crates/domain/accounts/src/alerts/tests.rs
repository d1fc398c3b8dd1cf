//! The rule, as histories that are told.

use std::collections::BTreeMap;

use catalog::ids::CourseId;
use catalog::seats::Availability;
use catalog::section::SectionId;
use catalog::term::TermId;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;

use super::*;
use crate::identity::EmailAddress;
use crate::person::PersonId;
use crate::session::SessionToken;

const LECTURE: SectionId = SectionId(20001);
const DISCUSSION: SectionId = SectionId(20101);

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn watch(section: Option<SectionId>) -> Watch {
    Watch {
        id: WatchId(1),
        person: PersonId(1),
        watched: Watched { term: term("fall-2026"), course: CourseId(1), section },
        kinds: Kinds::ALL,
        pace: Pace::AtOnce,
        why: Why::Chosen,
        since: at("2026-04-01T00:00:00Z"),
        told: None,
        revision: 1,
        leaves_out: Vec::new(),
    }
}

fn term(slug: &str) -> TermId {
    slug.parse().unwrap()
}

fn seats(free: i32, reserved: i32, waiting: i32) -> SeenSeats {
    let availability = match free {
        0 => Availability::Full,
        free if free <= reserved => Availability::ReservedOnly,
        _ => Availability::OpenToAnyone,
    };
    SeenSeats {
        availability,
        open_seats: free,
        reserved_seats: reserved,
        waiting,
        max_waitlist: 50,
        as_of: at("2026-04-12T21:05:00Z"),
    }
}

fn facts() -> Facts {
    Facts {
        times: "MWF 1:00 pm–1:59 pm".to_owned(),
        rooms: "Dwinelle 155".to_owned(),
        instructors: "Ada Lovelace".to_owned(),
        is_stopped: false,
    }
}

fn lecture(seats: SeenSeats) -> SeenSection {
    SeenSection { label: "LEC 001".to_owned(), is_primary: true, facts: facts(), seats: Some(seats) }
}

fn seen(sections: impl IntoIterator<Item = (SectionId, SeenSection)>) -> Seen {
    let sections: BTreeMap<_, _> = sections.into_iter().collect();
    Seen { sections: Some(sections), grades: Some(Graded::default()) }
}

/// Looks at one thing after the other, as the notifier does; gives what was told at each look.
fn told_over(watch: &mut Watch, looks: &[Seen]) -> Vec<Vec<News>> {
    let look = |seen: &Seen| {
        let due = due(watch, seen);
        watch.told = Some(due.told);
        due.news
    };
    looks.iter().map(look).collect()
}

fn place() -> Place {
    Place {
        course: "COMPSCI 61A".to_owned(),
        term: "Fall 2026".to_owned(),
        path: "/catalog/fall-2026/COMPSCI/61A".to_owned(),
    }
}

fn headlines(news: &[News]) -> Vec<String> {
    alerts(&place(), news).into_iter().map(|alert| alert.headline.to_string()).collect()
}

#[test]
fn one_seat_is_told_once_and_again_after_it_was_taken() {
    let [full, one] = [seats(0, 0, 9), seats(1, 0, 9)].map(|seats| seen([(LECTURE, lecture(seats))]));
    let looks = [&full, &one, &one, &full, &one].map(Clone::clone);
    let told = told_over(&mut watch(None), &looks);
    let counts: Vec<usize> = told.iter().map(Vec::len).collect();
    assert_eq!(counts, [0, 1, 0, 0, 1]);
    assert_eq!(headlines(&told[1]), ["COMPSCI 61A LEC 001: a seat is open to anyone"]);
}

#[test]
fn a_reserved_seat_is_told_apart_and_one_for_anyone_is_told_after_it() {
    let looks = [seats(0, 0, 0), seats(2, 5, 0), seats(6, 5, 0), seats(2, 5, 0)];
    let told = told_over(&mut watch(None), &looks.map(|seats| seen([(LECTURE, lecture(seats))])));
    assert_eq!(headlines(&told[1]), ["COMPSCI 61A LEC 001: reserved seats are open"]);
    assert_eq!(headlines(&told[2]), ["COMPSCI 61A LEC 001: a seat is open to anyone"], "one of the six");
    let detail = alerts(&place(), &told[2])[0].detail.to_string();
    assert!(detail.starts_with("6 seats are free, 5 of them kept for groups; nobody is waiting."), "{detail}");
    assert!(told[3].is_empty());
}

#[test]
fn a_waitlist_is_told_when_it_halves_and_when_it_takes_people_again() {
    let looks = [50, 49, 26, 25, 24, 30, 15].map(|waiting| seen([(LECTURE, lecture(seats(0, 0, waiting)))]));
    let told = told_over(&mut watch(None), &looks);
    let said: Vec<String> = told.iter().flat_map(|news| headlines(news)).collect();
    let expected = [
        "COMPSCI 61A LEC 001: the waitlist has room again",
        "COMPSCI 61A LEC 001: the waitlist is down from 49 to 24",
        "COMPSCI 61A LEC 001: the waitlist is down from 30 to 15",
    ];
    assert_eq!(said, expected);
}

#[test]
fn what_changed_is_said_with_how_it_was() {
    let mut moved = lecture(seats(0, 0, 0));
    moved.facts.rooms = "Wheeler 150".to_owned();
    moved.facts.instructors = String::new();
    let looks = [lecture(seats(0, 0, 0)), moved.clone(), moved].map(|section| seen([(LECTURE, section)]));
    let told = told_over(&mut watch(None), &looks);
    assert_eq!(headlines(&told[1]), ["COMPSCI 61A LEC 001: changed (room, instructor)"]);
    assert!(told[2].is_empty());
    let place = Place { course: "X 1".to_owned(), term: "Fall 2026".to_owned(), path: "/".to_owned() };
    let detail = alerts(&place, &told[1])[0].detail.to_string();
    let expected = "Room: Wheeler 150, was Dwinelle 155. Instructor: not set, was Ada Lovelace. Fall 2026 · CCN 20001";
    assert_eq!(detail, expected);
}

#[test]
fn cancelled_and_back_again_are_each_told_once() {
    let there = seen([(LECTURE, lecture(seats(0, 0, 0)))]);
    let gone = seen([]);
    let looks = [&there, &gone, &gone, &there, &there].map(Clone::clone);
    let said: Vec<Vec<String>> = told_over(&mut watch(None), &looks).iter().map(|news| headlines(news)).collect();
    assert_eq!(said[1], ["COMPSCI 61A LEC 001: cancelled"]);
    assert_eq!(said[3], ["COMPSCI 61A LEC 001: takes place after all"]);
    assert!(said[0].is_empty() && said[2].is_empty() && said[4].is_empty());
}

#[test]
fn a_source_that_says_nothing_is_no_news_and_takes_nothing_back() {
    let full = seen([(LECTURE, lecture(seats(0, 0, 0)))]);
    let no_counts = seen([(LECTURE, SeenSection { seats: None, ..lecture(seats(0, 0, 0)) })]);
    let open = seen([(LECTURE, lecture(seats(1, 0, 0)))]);
    let looks = [&full, &Seen::default(), &no_counts, &open, &Seen::default(), &open].map(Clone::clone);
    let told = told_over(&mut watch(None), &looks);
    let counts: Vec<usize> = told.iter().map(Vec::len).collect();
    assert_eq!(counts, [0, 0, 0, 1, 0, 0]);
}

#[test]
fn a_discussion_s_seat_is_for_who_follows_it_and_told_nowhere_else() {
    let look = |free| {
        let discussion = SeenSection { label: "DIS 101".to_owned(), is_primary: false, ..lecture(seats(free, 0, 0)) };
        seen([(DISCUSSION, discussion)])
    };
    assert!(told_over(&mut watch(None), &[look(0), look(1)])[1].is_empty());
    assert_eq!(told_over(&mut watch(Some(DISCUSSION)), &[look(0), look(1)])[1].len(), 1);
    let mut course = watch(None);
    course.leaves_out = vec![DISCUSSION];
    assert!(told_over(&mut course, &[look(0), seen([])])[1].is_empty(), "its own watch tells that it was cancelled");
}

#[test]
fn a_new_section_is_told_and_grades_when_a_term_s_come() {
    let before = seen([]);
    let mut after = seen([(LECTURE, lecture(seats(3, 0, 0)))]);
    after.grades = Some(Graded { newest: Some(term("spring-2026")) });
    let told = told_over(&mut watch(None), &[before.clone(), after.clone(), before, after]);
    let expected = ["COMPSCI 61A LEC 001: a new section", "COMPSCI 61A: grades of Spring 2026 are here"];
    assert_eq!(headlines(&told[1]), expected);
    assert_eq!(headlines(&told[3]), ["COMPSCI 61A LEC 001: takes place after all"], "grades are told once");
}

#[test]
fn what_is_not_wanted_counts_as_told() {
    let mut quiet = watch(None);
    quiet.kinds = Kinds { seats: false, ..Kinds::ALL };
    let [full, one] = [seats(0, 0, 0), seats(1, 0, 0)].map(|seats| seen([(LECTURE, lecture(seats))]));
    assert!(told_over(&mut quiet, &[full, one.clone()]).concat().is_empty());
    quiet.kinds = Kinds::ALL;
    assert!(told_over(&mut quiet, &[one]).concat().is_empty());
}

#[test]
fn a_course_that_moves_as_a_whole_is_a_page_and_one_line() {
    let many = |free| {
        let sections = (1..=60).map(|id| (SectionId(id), lecture(seats(free, 0, 0))));
        seen(sections)
    };
    let told = told_over(&mut watch(None), &[many(0), many(1)]);
    let said = headlines(&told[1]);
    assert_eq!(said.len(), ALERTS_PER_LOOK_MAX + 1);
    assert_eq!(said.last().unwrap(), "COMPSCI 61A: 40 more of its sections have news");
}

proptest! {
    #[test]
    fn each_stretch_of_openness_gives_exactly_one_alert(
        history in prop::collection::vec((0..3_i32, 0..3_i32, any::<bool>()), 1..60),
    ) {
        let looks: Vec<Seen> = history.iter().map(|(free, reserved, is_down)| {
            // A process that was down does not look; a source that is off says nothing.
            if *is_down { Seen::default() } else { seen([(LECTURE, lecture(seats(*free, *reserved, 0)))]) }
        }).collect();
        let told: usize = told_over(&mut watch(None), &looks).iter().flatten().count();
        let states: Vec<Availability> = looks.iter().filter_map(|seen| {
            Some(seen.sections.as_ref()?.get(&LECTURE)?.seats?.availability)
        }).collect();
        let rises = states.windows(2).filter(|pair| pair[1] > pair[0]).count();
        prop_assert_eq!(told, rises);
    }

    #[test]
    fn looking_twice_tells_nothing_more(free in 0..3_i32, reserved in 0..3_i32, waiting in 0..60, then in 0..60) {
        let mut watch = watch(None);
        let look = |waiting| seen([(LECTURE, lecture(seats(free, reserved, waiting)))]);
        let told = told_over(&mut watch, &[look(waiting), look(then), look(then)]);
        prop_assert!(told[2].is_empty());
        let told = watch.told.clone();
        prop_assert_eq!(Some(due(&watch, &look(then)).told), told);
    }
}

fn letter(alerts: Vec<Alert>) -> Letter {
    Letter {
        id: LetterId(7),
        person: PersonId(1),
        to: EmailAddress::parse("oski@berkeley.edu").unwrap(),
        is_digest: false,
        created_at: at("2026-04-12T21:06:00Z"),
        attempt: 1,
        alerts,
    }
}

#[test]
fn a_letter_says_what_where_since_when_and_how_to_stop() {
    let zone = TimeZone::get("America/Los_Angeles").unwrap();
    let token = SessionToken::new([1; 32]);
    let [full, one] = [seats(0, 0, 0), seats(1, 0, 4)].map(|seats| seen([(LECTURE, lecture(seats))]));
    let news = told_over(&mut watch(None), &[full, one]).concat();
    let place = Place {
        course: "COMPSCI 61A".to_owned(),
        term: "Fall 2026".to_owned(),
        path: "/catalog/fall-2026/COMPSCI/61A".to_owned(),
    };
    let letter = letter(alerts(&place, &news));
    let around = MessageAround {
        site_name: "Berkeleytime",
        public_url: "https://bt.example.edu",
        zone: &zone,
        unsubscribe: &token,
    };
    let message = message(&letter, &around);
    assert_eq!(message.subject, "COMPSCI 61A LEC 001: a seat is open to anyone");
    assert!(message.text.starts_with(
        "COMPSCI 61A LEC 001: a seat is open to anyone\n1 seat is free; 4 students are waiting. Fall 2026 · CCN 20001\n\
         SIS at 2:05 pm, Apr 12\nhttps://bt.example.edu/catalog/fall-2026/COMPSCI/61A\n"
    ), "{}", message.text);
    let stop = format!("https://bt.example.edu/unsubscribe?token={}", token.reveal());
    assert!(message.text.contains(&stop) && message.html.contains(&stop) && message.unsubscribe == stop);
    assert!(!format!("{message:?} {letter:?}").contains("oski"), "an address is in no log");
    let again = super::message(&Letter { attempt: 2, ..letter }, &around);
    assert_eq!(again.key, message.key, "a repeat is known as one");
}

#[test]
fn the_morning_is_seven_on_the_campus() {
    let zone = TimeZone::get("America/Los_Angeles").unwrap();
    let moment = |now: &str| digest_moment(at(now), &zone).to_string();
    assert_eq!(moment("2026-07-01T13:59:59Z"), "2026-06-30T14:00:00Z");
    assert_eq!(moment("2026-07-01T14:00:00Z"), "2026-07-01T14:00:00Z");
    assert_eq!(moment("2026-12-01T15:30:00Z"), "2026-12-01T15:00:00Z", "in winter an hour later");
}

#[test]
fn a_letter_is_tried_ever_more_seldom_and_for_five_days() {
    let mut letter = letter(Vec::new());
    let now = letter.created_at;
    for (attempt, minutes) in [(1, 1), (2, 2), (6, 32), (7, 60), (1_000, 60)] {
        letter.attempt = attempt;
        assert_eq!(retry_after(&letter, now), Some(now + SignedDuration::from_mins(minutes)), "{attempt}");
    }
    assert_eq!(retry_after(&letter, now + RETRY_FOR), None);
}
