//! Schedules through the two nights of the year when the clock changes, and jobs that are missed, late or in the way.

use jiff::SignedDuration;
use jiff::tz::TimeZone;
use proptest::prelude::*;

use super::*;
use crate::desired::DesiredJob;
use crate::plan::Step;
use crate::runtime::{Ended, Order, Purpose, ResourceLimits, Seen, Stop};

fn campus() -> TimeZone {
    TimeZone::get("America/Los_Angeles").unwrap()
}

fn schedule(text: &str) -> Schedule {
    Schedule::new(text, campus()).unwrap()
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn local(moment: Timestamp) -> String {
    moment.to_zoned(campus()).strftime("%m-%d %H:%M %Z").to_string()
}

fn moments(text: &str, from: &str, count: usize) -> Vec<String> {
    let schedule = schedule(text);
    let moments = std::iter::successors(schedule.next(at(from)), |moment| schedule.next(*moment));
    moments.take(count).map(local).collect()
}

#[test]
fn two_o_clock_comes_once_in_the_spring_night_that_has_none() {
    let nights = moments("0 2 * * *", "2027-03-13T00:00:00-08:00", 4);
    assert_eq!(nights, ["03-13 02:00 PST", "03-14 03:00 PDT", "03-15 02:00 PDT", "03-16 02:00 PDT"]);
}

#[test]
fn two_o_clock_and_half_past_one_come_once_in_the_autumn_night() {
    let nights = moments("0 2 * * *", "2026-10-31T12:00:00-07:00", 2);
    assert_eq!(nights, ["11-01 02:00 PST", "11-02 02:00 PST"]);
    let nights = moments("30 1 * * *", "2026-10-31T12:00:00-07:00", 2);
    assert_eq!(nights, ["11-01 01:30 PDT", "11-02 01:30 PST"]);
}

#[test]
fn a_quarter_of_an_hour_is_one_in_both_nights() {
    for from in ["2027-03-14T00:00:00-08:00", "2026-11-01T00:00:00-07:00"] {
        let schedule = schedule("*/15 * * * *");
        let mut moment = at(from);
        for _ in 0..24 {
            let next = schedule.next(moment).unwrap();
            assert_eq!(next.duration_since(moment), SignedDuration::from_mins(15), "after {}", local(moment));
            moment = next;
        }
    }
}

#[test]
fn what_is_no_schedule_is_refused_with_an_example() {
    let expected = [
        ("", "empty"),
        ("* * *", "five fields"),
        ("0 0 2 * * *", "five fields"),
        ("61 * * * *", "61 * * * *"),
        ("0 0 30 2 *", "never comes"),
        ("at two", "0 2 * * *"),
    ];
    for (text, told) in expected {
        let refused = Schedule::new(text, campus()).unwrap_err().to_string();
        assert!(refused.contains(told), "{text}: {refused}");
    }
    assert!(Schedule::new("0 0 29 2 *", campus()).is_ok(), "leap days come");
}

proptest! {
    #[test]
    fn the_last_moment_is_the_one_whose_next_is_to_come(
        seconds in 1_790_000_000_i64..1_830_000_000,
        text in prop::sample::select(vec!["0 2 * * *", "30 1 * * *", "*/15 * * * *", "0 4 * * 0", "5 3 1 * *", "0 * * * *"]),
    ) {
        let (schedule, now) = (schedule(text), Timestamp::from_second(seconds).unwrap());
        let last = schedule.last(now).unwrap();
        let next = schedule.next(now).unwrap();
        prop_assert!(last <= now && now < next);
        prop_assert_eq!(schedule.next(last), Some(next));
        prop_assert_eq!(schedule.last(last), Some(last));
    }
}

fn job(name: &str, text: &str, never_beside: &[&str]) -> DesiredJob {
    let name: JobName = name.parse().unwrap();
    let order = Order {
        purpose: Purpose::Job(name.clone()),
        release: "aaaaaaaa".parse().unwrap(),
        program: "bt".into(),
        arguments: vec![name.to_string()],
        environment: BTreeMap::new(),
        limits: ResourceLimits::default(),
        nonce: 0,
        takes_listeners: false,
    };
    let never_beside = never_beside.iter().map(|name| name.parse().unwrap()).collect();
    let limit = SignedDuration::from_mins(40);
    DesiredJob { name, schedule: schedule(text), catch_up: CatchUp::Once, order, limit, never_beside }
}

/// A house with jobs only: processes run until the test ends them.
struct Jobs {
    jobs: Vec<DesiredJob>,
    now: Timestamp,
    book: RunBook,
    seen: Vec<Seen>,
    started: Vec<String>,
    ended: Vec<(JobName, Run)>,
    stops: Vec<Stop>,
}

impl Jobs {
    fn new(jobs: Vec<DesiredJob>, now: &str) -> Self {
        let now = at(now);
        let (book, seen) = (RunBook::default(), Vec::new());
        Self { jobs, now, book, seen, started: Vec::new(), ended: Vec::new(), stops: Vec::new() }
    }

    fn look(&mut self) -> JobPlan {
        let plan = plan_jobs(&self.jobs, &self.seen, &self.book, None, self.now);
        self.book = plan.book.clone();
        self.ended.extend(plan.ended.clone());
        for step in &plan.steps {
            match step {
                Step::Start { order, .. } => self.start(order),
                Step::Stop { how, .. } => self.stops.push(*how),
                Step::Forget { instance } => self.seen.retain(|one| one.instance != *instance),
            }
        }
        plan
    }

    fn start(&mut self, order: &Order) {
        let Purpose::Job(name) = &order.purpose else { panic!("{order:?}") };
        let instance = InstanceId(format!("{name}.{}", self.started.len()));
        self.started.push(format!("{name} {}", local(self.now)));
        self.book.started(name, instance.clone());
        self.seen.push(Seen {
            instance,
            order: order.clone(),
            process: 1,
            started_at: self.now,
            address: None,
            memory_bytes: 0,
            cpu_ms: 0,
            ended: None,
        });
    }

    fn end_all(&mut self, code: Option<i32>, how: &str) {
        for one in &mut self.seen {
            one.ended = Some(Ended { at: self.now, code, how: how.to_owned() });
        }
    }

    /// Looks each minute; runs end well after a minute.
    fn pass(&mut self, minutes: i64) {
        for _ in 0..minutes {
            self.now += SignedDuration::from_mins(1);
            self.look();
            self.end_all(Some(0), "exit code 0");
        }
    }

    fn forward(&mut self, by: SignedDuration) {
        self.now += by;
        self.look();
    }
}

const DAY: i64 = 24 * 60;

#[test]
fn the_nightly_job_runs_exactly_once_on_each_day_of_both_changes() {
    for (from, expected) in [
        ("2027-03-13T12:00:00-08:00", ["nightly 03-14 03:00 PDT", "nightly 03-15 02:00 PDT"]),
        ("2026-10-31T12:00:00-07:00", ["nightly 11-01 02:00 PST", "nightly 11-02 02:00 PST"]),
    ] {
        let mut house = Jobs::new(vec![job("nightly", "0 2 * * *", &[])], from);
        house.pass(2 * DAY);
        assert_eq!(house.started, expected);
        assert!(house.ended.iter().all(|(_, run)| run.outcome == Outcome::Fine), "{:?}", house.ended);
    }
}

#[test]
fn enrollments_run_four_times_in_each_real_hour_of_both_nights() {
    for from in ["2027-03-14T00:00:00-08:00", "2026-11-01T00:00:00-07:00"] {
        let mut house = Jobs::new(vec![job("enrollments", "*/15 * * * *", &[])], from);
        house.pass(6 * 60);
        assert_eq!(house.started.len(), 24, "{:?}", house.started);
    }
}

#[test]
fn a_new_job_makes_up_for_nothing_and_a_missed_week_is_made_up_for_once() {
    let mut house = Jobs::new(vec![job("nightly", "0 2 * * *", &[])], "2026-11-10T12:00:00-08:00");
    house.forward(SignedDuration::ZERO);
    assert!(house.started.is_empty(), "{:?}", house.started);
    house.forward(SignedDuration::from_hours(24 * 7));
    house.end_all(Some(0), "exit code 0");
    house.pass(10);
    assert_eq!(house.started, ["nightly 11-17 12:00 PST"]);
    assert_eq!(local(house.ended[0].1.scheduled_for), "11-17 02:00 PST");
}

#[test]
fn a_new_job_that_is_wanted_from_the_first_runs_once_what_must_come_before_it_is_done() {
    let mut backup = job("backup", "30 3 * * *", &["nightly"]);
    backup.catch_up = CatchUp::FromTheFirst;
    let mut house = Jobs::new(vec![job("nightly", "0 2 * * *", &[]), backup], "2026-11-10T12:00:00-08:00");
    // The first load of a new house.
    house.book.jobs.insert("nightly".parse().unwrap(), JobRuns::new(at("2026-11-08T12:00:00-08:00")));
    let waits = house.look().waits;
    assert_eq!(house.started, ["nightly 11-10 12:00 PST"]);
    assert_eq!(waits[&"backup".parse().unwrap()], "nightly is running");
    house.end_all(Some(0), "exit code 0");
    house.pass(DAY);
    assert_eq!(house.started[1..], ["backup 11-10 12:01 PST", "nightly 11-11 02:00 PST", "backup 11-11 03:30 PST"]);
}

#[test]
fn what_is_not_made_up_for_waits_for_its_next_moment() {
    let mut drill = job("drill", "0 4 * * *", &[]);
    drill.catch_up = CatchUp::Skip;
    let mut house = Jobs::new(vec![drill], "2026-11-10T12:00:00-08:00");
    house.forward(SignedDuration::ZERO);
    house.forward(SignedDuration::from_hours(24 * 7));
    house.pass(DAY);
    assert_eq!(house.started, ["drill 11-18 04:00 PST"]);
}

#[test]
fn one_run_at_a_time_and_what_excludes_each_other_waits_in_order() {
    let jobs = vec![job("nightly", "0 2 * * *", &["enrollments"]), job("enrollments", "*/15 * * * *", &[])];
    let mut house = Jobs::new(jobs, "2026-11-10T01:59:00-08:00");
    house.forward(SignedDuration::ZERO);
    house.forward(SignedDuration::from_mins(1));
    assert_eq!(house.started, ["nightly 11-10 02:00 PST"], "both are due; the first in the list goes first");
    for _ in 0..35 {
        house.now += SignedDuration::from_mins(1);
        let waits = house.look().waits;
        assert_eq!(waits[&"enrollments".parse().unwrap()], "nightly is running");
    }
    house.end_all(Some(0), "exit code 0");
    house.forward(SignedDuration::from_mins(1));
    house.forward(SignedDuration::from_mins(1));
    assert_eq!(house.started[1..], ["enrollments 11-10 02:36 PST".to_owned()], "three missed ones are one");
}

#[test]
fn what_takes_too_long_is_asked_then_ended_and_has_failed() {
    let mut house = Jobs::new(vec![job("nightly", "0 2 * * *", &[])], "2026-11-10T01:59:00-08:00");
    house.forward(SignedDuration::ZERO);
    house.forward(SignedDuration::from_mins(1));
    house.forward(SignedDuration::from_mins(40));
    assert!(house.stops.is_empty());
    house.forward(SignedDuration::from_secs(1));
    house.forward(SignedDuration::from_secs(1));
    assert_eq!(house.stops, [Stop::Gently]);
    house.forward(SignedDuration::from_secs(30));
    house.forward(SignedDuration::from_secs(1));
    assert_eq!(house.stops, [Stop::Gently, Stop::Now]);
    house.end_all(None, "signal 9");
    house.forward(SignedDuration::from_secs(1));
    let Outcome::Failed(why) = &house.ended[0].1.outcome else { panic!("{:?}", house.ended) };
    assert!(why.contains("which is its limit"), "{why}");
}

#[test]
fn a_run_that_an_earlier_supervisor_started_is_taken_over_even_without_a_memory() {
    let mut house = Jobs::new(vec![job("nightly", "0 2 * * *", &[])], "2026-11-10T01:59:00-08:00");
    house.forward(SignedDuration::ZERO);
    house.forward(SignedDuration::from_mins(1));
    house.book = RunBook::default();
    house.forward(SignedDuration::from_mins(5));
    assert_eq!(house.started.len(), 1, "{:?}", house.started);
    house.end_all(None, "ended while the supervisor was away");
    house.forward(SignedDuration::from_mins(1));
    assert!(matches!(house.ended[0].1.outcome, Outcome::Unknown(_)), "{:?}", house.ended);
    assert_eq!(house.ended.len(), 1);
}

#[test]
fn a_run_that_nobody_saw_end_is_made_up_for_once() {
    let mut house = Jobs::new(vec![job("nightly", "0 2 * * *", &[])], "2026-11-10T01:59:00-08:00");
    house.forward(SignedDuration::ZERO);
    house.forward(SignedDuration::from_mins(1));
    for _ in 0..5 {
        house.end_all(None, "ended while the supervisor was away");
        house.forward(SignedDuration::from_mins(1));
        house.forward(SignedDuration::from_mins(1));
    }
    assert_eq!(house.started, ["nightly 11-10 02:00 PST", "nightly 11-10 02:01 PST"]);
}

#[test]
fn a_run_that_ended_with_the_house_is_due_again() {
    let mut house = Jobs::new(vec![job("nightly", "0 2 * * *", &[])], "2026-11-10T01:59:00-08:00");
    house.forward(SignedDuration::ZERO);
    house.forward(SignedDuration::from_mins(1));
    house.end_all(None, "signal 15");
    let plan = plan_jobs(&house.jobs, &house.seen, &house.book, Some("the house is being stopped"), house.now);
    house.book = plan.book;
    house.book.interrupted(&"nightly".parse().unwrap());
    house.seen.clear();
    house.forward(SignedDuration::from_mins(30));
    assert_eq!(house.started.len(), 2, "{:?}", house.started);
}

#[test]
fn a_supervisor_that_ends_between_decision_and_start_leaves_the_job_due() {
    let mut house = Jobs::new(vec![job("nightly", "0 2 * * *", &[])], "2026-11-10T01:59:00-08:00");
    house.forward(SignedDuration::ZERO);
    house.now += SignedDuration::from_mins(1);
    house.book = plan_jobs(&house.jobs, &[], &house.book, None, house.now).book;
    house.forward(SignedDuration::from_secs(10));
    house.forward(SignedDuration::from_secs(10));
    assert_eq!(house.started, ["nightly 11-10 02:00 PST"]);
    assert!(house.ended.is_empty(), "{:?}", house.ended);
}

#[test]
fn a_job_that_cannot_be_started_has_failed_until_its_next_moment() {
    let mut house = Jobs::new(vec![job("nightly", "0 2 * * *", &[])], "2026-11-10T01:59:00-08:00");
    house.forward(SignedDuration::ZERO);
    house.now += SignedDuration::from_mins(1);
    house.book = plan_jobs(&house.jobs, &[], &house.book, None, house.now).book;
    let name: JobName = "nightly".parse().unwrap();
    let run = house.book.start_failed(&name, "no room".to_owned(), house.now).unwrap();
    assert_eq!(run.outcome, Outcome::Failed("no room".to_owned()));
    house.pass(60);
    assert!(house.started.is_empty(), "{:?}", house.started);
}

#[test]
fn a_held_job_waits_and_says_why() {
    let mut house = Jobs::new(vec![job("nightly", "0 2 * * *", &[])], "2026-11-10T01:59:00-08:00");
    house.forward(SignedDuration::ZERO);
    house.now += SignedDuration::from_mins(1);
    let plan = plan_jobs(&house.jobs, &[], &house.book, Some("the site is starting"), house.now);
    assert!(plan.steps.is_empty());
    assert_eq!(plan.waits[&"nightly".parse().unwrap()], "the site is starting");
    house.forward(SignedDuration::from_mins(3));
    assert_eq!(house.started.len(), 1);
}

#[test]
fn a_clock_that_was_years_ahead_does_not_silence_a_job() {
    let mut house = Jobs::new(vec![job("nightly", "0 2 * * *", &[])], "2029-11-10T01:59:00-08:00");
    house.forward(SignedDuration::ZERO);
    house.now = at("2026-11-10T12:00:00-08:00");
    house.pass(DAY);
    assert_eq!(house.started, ["nightly 11-11 02:00 PST"]);
}

#[test]
fn the_book_is_written_and_read_again() {
    let mut house = Jobs::new(vec![job("nightly", "0 2 * * *", &[])], "2026-11-10T12:00:00-08:00");
    house.pass(2 * DAY);
    let text = serde_json::to_string(&house.book).unwrap();
    assert_eq!(serde_json::from_str::<RunBook>(&text).unwrap(), house.book);
}
