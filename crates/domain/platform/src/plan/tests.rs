//! The plan against the model: what an operator does, what goes wrong, and random histories of both.

use jiff::SignedDuration;
use proptest::prelude::*;

use crate::plan::memory::Memory;
use crate::plan::world::{Habit, World, order, wished};

const OLD: &str = "aaaaaaaa";
const NEW: &str = "bbbbbbbb";
const WEB: &str = "web@production";

fn web() -> World {
    World::new(vec![wished(WEB, OLD, 0, 1, &[])])
}

/// A house as it is on a machine.
fn whole() -> World {
    let before = [WEB, "api@production"];
    World::new(vec![
        wished("edge", OLD, 0, 1, &[]),
        wished(WEB, OLD, 0, 1, &[]),
        wished("api@production", OLD, 0, 2, &[]),
        wished("backup", OLD, 0, 1, &before),
        wished("web@staging", OLD, 0, 1, &before),
        wished("api@staging", OLD, 0, 1, &before),
    ])
}

fn running(world: &World) -> Vec<(String, u64, bool)> {
    world.running(WEB)
}

fn one(release: &str) -> Vec<(String, u64, bool)> {
    vec![(release.to_owned(), 0, true)]
}

/// Nothing to do, nothing to remember, nothing under way.
fn assert_calm(world: &World) {
    let plan = world.plan();
    assert!(plan.steps.is_empty(), "{:#?}", plan.steps);
    assert!(!plan.is_moving);
    assert_eq!(plan.memory, world.memory);
}

#[test]
fn a_cold_start_brings_production_first_then_the_rest_and_is_calm_then() {
    let mut world = whole();
    world.run(30);
    let started: Vec<String> = world.starts.iter().map(|(_, order)| purpose(order)).collect();
    let expected = ["edge", WEB, "api@production", "api@production", "backup", "web@staging", "api@staging"];
    assert_eq!(started, expected);
    let (first, later) = (world.starts[0].0, world.starts[4].0);
    assert!(later.duration_since(first) >= SignedDuration::from_secs(1), "staging waits until production is ready");
    assert_calm(&world);
}

fn purpose(order: &crate::runtime::Order) -> String {
    match &order.purpose {
        crate::runtime::Purpose::Service(name) => name.to_string(),
        crate::runtime::Purpose::Job(name) => name.to_string(),
    }
}

#[test]
fn twenty_environments_start_a_few_at_a_time_and_all_get_there() {
    let names: Vec<String> = (0..20).map(|number| format!("web@fix-{number}")).collect();
    let mut world = World::new(names.iter().map(|name| wished(name, OLD, 0, 1, &[])).collect());
    let starting = |world: &World| {
        let count = |name: &String| world.running(name).iter().filter(|(_, _, is_ready)| !is_ready).count();
        names.iter().map(count).sum::<usize>()
    };
    for _ in 0..100 {
        world.pass(SignedDuration::from_millis(200));
        world.look(usize::MAX);
        assert!(starting(&world) <= 4);
    }
    assert!(names.iter().all(|name| world.running(name) == one(OLD)));
    assert_eq!(purpose(&world.starts[0].1), "web@fix-0");
    assert_calm(&world);
}

#[test]
fn staging_waits_for_a_broken_production_only_for_a_while() {
    let mut world = whole();
    world.habit(OLD, Habit::Silent);
    world.run(25);
    assert!(world.running("web@staging").is_empty());
    world.run(10);
    assert_eq!(world.running("web@staging").len(), 1);
}

#[test]
fn a_new_release_comes_beside_the_old_one_which_then_leaves() {
    let mut world = web();
    world.run(10);
    let old = world.ids(WEB);
    world.wish(WEB, NEW, 0);
    let (mut were_both_routed, mut left_at, mut asked_at) = (false, None, None);
    for _ in 0..50 {
        world.pass(SignedDuration::from_millis(200));
        world.look(usize::MAX);
        were_both_routed |= world.routed.len() == 2;
        if were_both_routed && !world.routed.contains(&old[0]) {
            left_at.get_or_insert(world.now);
        }
        let known = world.memory.instances.get(&old[0]);
        asked_at = asked_at.or(known.and_then(|known| known.asked_at));
    }
    assert!(were_both_routed);
    let moment = asked_at.unwrap().duration_since(left_at.unwrap());
    assert!(moment >= SignedDuration::from_secs(2), "asked to stop {moment} after it left the table");
    assert_eq!(running(&world), one(NEW));
    assert_calm(&world);
}

#[test]
fn a_restart_that_was_asked_for_is_a_replacement_too_and_two_replicas_go_one_by_one() {
    let mut world = World::new(vec![wished(WEB, OLD, 0, 2, &[])]);
    world.run(10);
    world.wish(WEB, OLD, 1);
    for _ in 0..100 {
        world.pass(SignedDuration::from_millis(200));
        world.look(usize::MAX);
        let ready = running(&world).iter().filter(|(_, _, is_ready)| *is_ready).count();
        assert!(ready >= 2, "{:?}", running(&world));
    }
    assert_eq!(running(&world), [(OLD.to_owned(), 1, true), (OLD.to_owned(), 1, true)]);
    assert_calm(&world);
}

#[test]
fn a_bad_release_never_takes_the_old_one_away_and_is_given_up() {
    for habit in [Habit::CrashesEarly, Habit::CrashesLate, Habit::Silent, Habit::NotReady] {
        let mut world = web();
        world.run(10);
        world.habit(NEW, habit);
        world.wish(WEB, NEW, 0);
        for _ in 0..5 * 120 {
            world.pass(SignedDuration::from_millis(200));
            world.look(usize::MAX);
            // One that gets ready before it crashes has replaced the old one once, which then comes back.
            let is_served = running(&world).iter().any(|(_, _, is_ready)| *is_ready);
            assert!(is_served || habit == Habit::CrashesLate, "{habit:?}");
        }
        assert_eq!(running(&world), one(OLD), "{habit:?}");
        let tries = world.starts.iter().filter(|(_, order)| order.release.as_str() == NEW).count();
        assert_eq!(tries, 5, "{habit:?}");
        assert_calm(&world);
        world.wish(WEB, OLD, 0);
        world.run(5);
        assert_calm(&world);
    }
}

#[test]
fn one_that_gets_ready_and_crashes_costs_one_short_outage_only() {
    let mut world = web();
    world.run(10);
    world.habit(NEW, Habit::CrashesLate);
    world.wish(WEB, NEW, 0);
    let mut empty = 0;
    for _ in 0..5 * 120 {
        world.pass(SignedDuration::from_millis(200));
        world.look(usize::MAX);
        empty += i32::from(!running(&world).iter().any(|(_, _, is_ready)| *is_ready));
    }
    assert!(empty <= 10, "no ready one at {empty} looks, five a second");
}

#[test]
fn a_given_up_release_is_tried_again_after_a_long_pause_and_at_once_after_another_wish() {
    let mut world = web();
    world.run(10);
    world.habit(NEW, Habit::CrashesEarly);
    world.wish(WEB, NEW, 0);
    world.run(120);
    world.habit(NEW, Habit::Good);
    world.run(300);
    assert_eq!(running(&world), one(OLD), "not before ten minutes");
    world.run(300);
    assert_eq!(running(&world), one(NEW));
    world.habit(OLD, Habit::CrashesEarly);
    world.wish(WEB, OLD, 1);
    world.run(120);
    world.habit(OLD, Habit::Good);
    world.wish(WEB, OLD, 2);
    world.run(10);
    assert_eq!(running(&world), [(OLD.to_owned(), 2, true)]);
}

#[test]
fn a_crash_is_mended_at_once_and_a_loop_of_crashes_slower_and_slower() {
    let mut world = web();
    world.run(20);
    world.kill(0);
    world.look(usize::MAX);
    assert_eq!(world.starts.len(), 2, "no pause after the first crash");
    world.run(20);
    world.habit(OLD, Habit::CrashesEarly);
    world.kill(0);
    world.starts.clear();
    world.run(3600);
    // 1, 2, 4 … 60 seconds, and 60 from there on.
    assert!((60..=70).contains(&world.starts.len()), "{}", world.starts.len());
    world.habit(OLD, Habit::Good);
    world.run(61);
    assert_eq!(running(&world), one(OLD));
    world.run(10);
    assert_eq!(world.memory.services[&WEB.parse().unwrap()].attempts, []);
}

#[test]
fn a_silent_one_is_replaced_and_one_without_a_database_may_wait_for_it() {
    let mut world = web();
    world.run(20);
    world.wedge(0);
    world.run(15);
    assert_eq!(world.starts.len(), 1, "not yet");
    assert!(world.routed.is_empty(), "requests do not go to a silent one for long");
    world.run(10);
    assert_eq!(world.routed.len(), 1, "a new one serves");
    world.run(35);
    assert_eq!(running(&world), one(OLD), "the silent one did not even end when it was asked, and is gone");
    assert_calm(&world);

    let mut world = web();
    world.habit(OLD, Habit::NotReady);
    world.run(240);
    assert_eq!(world.starts.len(), 1, "a new one would miss the database too");
}

#[test]
fn what_ignores_sigterm_is_killed_after_its_time() {
    let mut world = web();
    world.habit(OLD, Habit::Stubborn);
    world.run(10);
    world.wish(WEB, NEW, 0);
    world.run(30);
    assert_eq!(running(&world).len(), 2, "it may finish what it has");
    world.run(10);
    assert_eq!(running(&world), one(NEW));
}

#[test]
fn what_nobody_wishes_is_drained_and_stopped() {
    let mut world = whole();
    world.run(20);
    world.desired.services.retain(|wished| !wished.name.to_string().ends_with("@staging"));
    world.run(5);
    assert!(world.running("web@staging").is_empty() && world.running("api@staging").is_empty());
    assert_eq!(world.running(WEB).len(), 1);
    assert_calm(&world);
}

#[test]
fn a_table_that_cannot_be_put_stops_nothing() {
    let mut world = web();
    world.run(10);
    let old = world.ids(WEB);
    world.wish(WEB, NEW, 0);
    world.is_table_stuck = true;
    world.run(120);
    assert!(world.ids(WEB).contains(&old[0]), "the edge still sends requests to it");
    world.is_table_stuck = false;
    world.run(10);
    assert_eq!(running(&world), one(NEW));
}

#[test]
fn a_release_that_is_not_here_leaves_what_runs_and_mends_it() {
    let mut world = web();
    world.run(20);
    world.desired.services[0].order = None;
    world.run(20);
    assert_eq!(world.starts.len(), 1);
    assert_calm(&world);
    world.kill(0);
    world.run(5);
    assert_eq!(running(&world), one(OLD), "by what it last did well by");
}

#[test]
fn two_of_the_same_become_one_without_an_empty_table() {
    let mut world = web();
    for _ in 0..3 {
        world.spawn(order(WEB, OLD, 0));
    }
    world.run(20);
    assert_eq!(running(&world), one(OLD));
    assert!(world.starts.is_empty());
    assert_calm(&world);
}

#[test]
fn a_memory_that_was_lost_does_no_harm() {
    let mut world = whole();
    world.run(20);
    world.memory = Memory::default();
    let starts = world.starts.len();
    world.run(20);
    assert_eq!(world.starts.len(), starts);
    assert_calm(&world);
}

#[test]
fn the_memory_is_written_and_read_again() {
    let mut world = whole();
    world.habit(NEW, Habit::CrashesLate);
    world.run(20);
    world.wish(WEB, NEW, 1);
    world.run(7);
    let text = serde_json::to_string(&world.memory).unwrap();
    assert_eq!(serde_json::from_str::<Memory>(&text).unwrap(), world.memory);
    assert!(text.contains("failed_at"), "{text}");
}

/// What may happen.
#[derive(Clone, Debug)]
enum Event {
    Pass(u16),
    Wish(usize, bool, u64),
    Kill(usize),
    Wedge(usize),
    Habit(bool, Habit),
    /// The supervisor comes to so many of its steps only.
    Crash(usize),
    LoseMemory,
    Duplicate(usize, bool),
    StickTable(bool),
    Switch(bool),
}

fn events() -> impl Strategy<Value = Vec<Event>> {
    let habit = prop::sample::select(vec![
        Habit::Good,
        Habit::Good,
        Habit::Stubborn,
        Habit::CrashesEarly,
        Habit::CrashesLate,
        Habit::Silent,
        Habit::NotReady,
    ]);
    let event = prop_oneof![
        10 => (1..60_u16).prop_map(Event::Pass),
        4 => (0..6_usize, any::<bool>(), 0..3_u64).prop_map(|(n, is_new, nonce)| Event::Wish(n, is_new, nonce)),
        3 => (0..8_usize).prop_map(Event::Kill),
        2 => (0..8_usize).prop_map(Event::Wedge),
        2 => (any::<bool>(), habit).prop_map(|(is_new, habit)| Event::Habit(is_new, habit)),
        2 => (0..4_usize).prop_map(Event::Crash),
        1 => Just(Event::LoseMemory),
        1 => (0..6_usize, any::<bool>()).prop_map(|(n, is_new)| Event::Duplicate(n, is_new)),
        1 => any::<bool>().prop_map(Event::StickTable),
        1 => any::<bool>().prop_map(Event::Switch),
    ];
    prop::collection::vec(event, 1..40)
}

const SERVICES: [&str; 6] = ["edge", WEB, "api@production", "backup", "web@staging", "api@staging"];

fn release(is_new: bool) -> &'static str {
    if is_new { NEW } else { OLD }
}

fn happen(world: &mut World, event: Event) {
    match event {
        Event::Pass(looks) => {
            for _ in 0..looks {
                world.pass(SignedDuration::from_millis(200));
                world.look(usize::MAX);
            }
        }
        Event::Wish(n, is_new, nonce) => {
            if world.desired.services.iter().any(|wished| wished.name.to_string() == SERVICES[n]) {
                world.wish(SERVICES[n], release(is_new), nonce);
            }
        }
        Event::Kill(n) => world.kill(n),
        Event::Wedge(n) => world.wedge(n),
        Event::Habit(is_new, habit) => world.habit(release(is_new), habit),
        Event::Crash(most) => drop(world.look(most)),
        Event::LoseMemory => world.memory = Memory::default(),
        Event::Duplicate(n, is_new) => drop(world.spawn(order(SERVICES[n], release(is_new), 0))),
        Event::StickTable(is_stuck) => world.is_table_stuck = is_stuck,
        Event::Switch(is_on) => {
            world.desired.services.retain(|wished| !wished.name.to_string().ends_with("@staging"));
            if is_on {
                world.desired.services.push(wished("web@staging", OLD, 0, 1, &[WEB]));
                world.desired.services.push(wished("api@staging", OLD, 0, 1, &[WEB]));
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    /// The model itself complains of a plan that takes the last ready one away, starts too many or too early.
    #[test]
    fn any_history_ends_in_what_is_wished_and_in_calm(history in events()) {
        let mut world = whole();
        for event in history {
            happen(&mut world, event);
        }
        world.habits.clear();
        world.is_table_stuck = false;
        // Longer than the pause after giving up, and what comes after it.
        let end = world.now + SignedDuration::from_mins(13);
        let mut pause = SignedDuration::from_secs(1);
        while world.now < end {
            world.pass(pause);
            let is_moving = world.look(usize::MAX).is_moving;
            pause = SignedDuration::from_secs(if is_moving { 1 } else { 5 });
        }
        for wished in world.desired.services.clone() {
            let name = wished.name.to_string();
            let order = wished.order.unwrap();
            let expected = vec![(order.release.to_string(), order.nonce, true); wished.replicas as usize];
            prop_assert_eq!(world.running(&name), expected, "{}", name);
        }
        let names: Vec<String> = world.desired.services.iter().map(|wished| wished.name.to_string()).collect();
        for name in SERVICES.iter().filter(|name| !names.iter().any(|wished| wished == *name)) {
            prop_assert!(world.running(name).is_empty(), "{}", name);
        }
        assert_calm(&world);
    }
}
