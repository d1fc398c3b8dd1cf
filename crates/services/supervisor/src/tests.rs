//! The supervisor against a model of a machine.

mod leaving;
mod machine;
mod trouble;

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::SignedDuration;
use jiff::tz::TimeZone;
use platform::compose::Hosts;
use platform::desired::{Build, House, JobSettings, ServiceSettings};
use platform::names::{Environment, ServiceKind};
use platform::runtime::ResourceLimits;
use platform::schedule::{CatchUp, Schedule};
use platform::view::{ServiceView, SupervisorView};

use self::machine::Machine;
use crate::config::{Config, Leaving, Pace};
use crate::service::{Next, Supervisor, build};

const OLD: &str = "aaaaaaaa";
const NEW: &str = "bbbbbbbb";
const WEB: &str = "web@production";
const NOON: &str = "2026-11-22T20:00:00Z";

fn config() -> Config {
    let environments = vec![Environment::production(), Environment::staging()];
    let house = House {
        own: Build { release: OLD.parse().unwrap(), program: "/releases/aaaaaaaa/bt".into() },
        environments: environments.clone(),
        services: ServiceKind::ALL.into_iter().map(unlimited).collect(),
        jobs: vec![
            job("nightly", "0 2 * * *", &["update"]),
            job("enrollments", "*/15 * * * *", &["update", "enrollment"]),
        ],
        arguments: Vec::new(),
        surroundings: BTreeMap::new(),
    };
    let hosts = Hosts { domain: None, environments, operators: "operators".to_owned(), protections: BTreeMap::new() };
    let listens = BTreeMap::from([("http".to_owned(), "127.0.0.1:8080".parse().unwrap())]);
    Config { house, hosts, process: 1, listens, pace: Pace::default(), leaving: Leaving::default() }
}

fn unlimited(kind: ServiceKind) -> (ServiceKind, ServiceSettings) {
    (kind, ServiceSettings::of(kind, ResourceLimits::default()))
}

fn job(name: &str, schedule: &str, command: &[&str]) -> JobSettings {
    JobSettings {
        name: name.parse().unwrap(),
        schedule: Schedule::new(schedule, TimeZone::get("America/Los_Angeles").unwrap()).unwrap(),
        catch_up: CatchUp::Once,
        arguments: command.iter().map(|word| (*word).to_owned()).collect(),
        limit: SignedDuration::from_hours(2),
        limits: ResourceLimits::default(),
        never_beside: if name == "nightly" { vec!["enrollments".parse().unwrap()] } else { Vec::new() },
    }
}

/// Lets so many seconds pass, looking as often as the loop would, and after each look something is checked.
async fn run_and(supervisor: &mut Supervisor, machine: &Machine, seconds: u64, mut check: impl FnMut(&Machine)) {
    let mut left = Duration::from_secs(seconds);
    while !left.is_zero() {
        let pause = match supervisor.tick().await {
            Next::Soon => Duration::from_millis(200),
            Next::Later => Duration::from_secs(1),
        };
        check(machine);
        let pause = pause.min(left);
        machine.pass(pause);
        left -= pause;
    }
}

async fn run(supervisor: &mut Supervisor, machine: &Machine, seconds: u64) {
    run_and(supervisor, machine, seconds, |_| ()).await;
}

async fn begun() -> (Machine, Supervisor) {
    let machine = Machine::new(NOON);
    let mut supervisor = build(config(), machine.ports());
    run(&mut supervisor, &machine, 20).await;
    (machine, supervisor)
}

fn view(machine: &Machine) -> SupervisorView {
    machine.state().view.clone().unwrap()
}

fn service(machine: &Machine, name: &str) -> ServiceView {
    let view = view(machine);
    view.services.into_iter().find(|service| service.service.to_string() == name).unwrap()
}

/// How many run: web and api twice, and three of the house.
const SERVICES: usize = 7;

fn whole(web_nonce: u64) -> Vec<String> {
    let mut whole: Vec<String> = ["api@production", "api@staging", "backup", "edge", "notifier", "web@staging"]
        .iter()
        .map(|name| format!("{name} {OLD} 0"))
        .chain([format!("{WEB} {OLD} {web_nonce}")])
        .collect();
    whole.sort();
    whole
}

#[tokio::test]
async fn a_cold_start_ends_in_the_whole_house_and_a_table_that_leads_to_it() {
    let (machine, _supervisor) = begun().await;
    assert_eq!(machine.running(), whole(0));
    for name in [WEB, "api@production", "web@staging", "api@staging"] {
        assert!(machine.is_served(name), "{name}");
    }
    let view = view(&machine);
    assert!(view.services.iter().all(|service| service.is_settled), "{:#?}", view.services);
    assert_eq!(view.unkept_limits.len(), 1);
    assert_eq!(view.listens, config().listens);
    assert!(view.jobs.iter().all(|job| job.next_at.is_some()));
    let first: Vec<String> = machine.state().log.iter().take(3).cloned().collect();
    assert_eq!(first, ["start edge", "start web@production", "start api@production"]);
}

#[tokio::test]
async fn a_calm_house_is_asked_seldom_and_one_that_moves_at_each_look() {
    let (machine, mut supervisor) = begun().await;
    let asked = |machine: &Machine| machine.state().calls.get("readiness").copied().unwrap_or_default();
    let before = asked(&machine);
    run(&mut supervisor, &machine, 30).await;
    let calm = asked(&machine) - before;
    assert!((SERVICES * 9..=SERVICES * 11).contains(&calm), "each service every three seconds: {calm}");
    machine.state().wishes.restarts.insert(WEB.parse().unwrap(), 1);
    let before = asked(&machine);
    run(&mut supervisor, &machine, 3).await;
    assert!(asked(&machine) - before > SERVICES * 4, "a replacement waits for nothing");
}

#[tokio::test]
async fn twenty_restarts_under_visitors_leave_nobody_before_a_closed_door() {
    let (machine, mut supervisor) = begun().await;
    for nonce in 1..=20 {
        machine.state().wishes.restarts.insert(WEB.parse().unwrap(), nonce);
        run_and(&mut supervisor, &machine, 15, |machine| assert!(machine.is_served(WEB))).await;
        let web = service(&machine, WEB);
        assert!(web.is_settled && web.nonce == nonce, "{web:?}");
    }
    assert_eq!(machine.running(), whole(20));
    assert_eq!(service(&machine, WEB).restarts, 0, "what was asked for is no crash");
}

#[tokio::test]
async fn the_view_says_in_words_what_is_under_way() {
    let machine = Machine::new(NOON);
    let mut supervisor = build(config(), machine.ports());
    let _next = supervisor.tick().await;
    machine.pass(Duration::from_millis(500));
    let _next = supervisor.tick().await;
    assert_eq!(service(&machine, WEB).says, "0 of 1 ready; loading the catalog");
    let staging = service(&machine, "web@staging").says;
    assert_eq!(staging, "0 of 1 ready; waits until web@production and api@production are ready");
    run(&mut supervisor, &machine, 20).await;
    assert_eq!(service(&machine, WEB).says, "1 of 1 ready");
    machine.state().wishes.restarts.insert(WEB.parse().unwrap(), 1);
    let mut said = Vec::new();
    run_and(&mut supervisor, &machine, 15, |machine| {
        let says = service(machine, WEB).says;
        if said.last() != Some(&says) {
            said.push(says);
        }
    })
    .await;
    let expected = [
        "1 of 1 ready",
        "1 of 1 ready; a new one starts beside the old one",
        "2 of 1 ready; the old one leaves",
        "1 of 1 ready; the old one leaves",
        "1 of 1 ready",
    ];
    assert_eq!(said, expected);
    let view = view(&machine);
    let text = serde_json::to_string(&view).unwrap();
    assert_eq!(serde_json::from_str::<SupervisorView>(&text).unwrap(), view);
}

#[tokio::test]
async fn staging_gets_another_release_while_production_keeps_its_own() {
    let (machine, mut supervisor) = begun().await;
    machine.state().wishes.releases.insert(Environment::staging(), NEW.parse().unwrap());
    run(&mut supervisor, &machine, 15).await;
    let running = machine.running();
    assert!(running.contains(&format!("web@staging {NEW} 0")) && running.contains(&format!("{WEB} {OLD} 0")));
    assert_eq!(running.len(), SERVICES);
}

#[tokio::test]
async fn calm_costs_a_look_a_second_and_a_view_every_five() {
    let (machine, mut supervisor) = begun().await;
    run(&mut supervisor, &machine, 30).await;
    machine.state().calls.clear();
    run(&mut supervisor, &machine, 60).await;
    let calls = machine.state().calls.clone();
    assert_eq!(calls.get("look"), Some(&60), "{calls:?}");
    assert_eq!(calls.get("put_routes"), None);
    assert_eq!(calls.get("put_remembered"), None);
    assert!((11..=13).contains(&calls["put_view"]), "{calls:?}");
}

#[tokio::test]
async fn jobs_run_by_the_clock_of_the_campus_through_both_changes() {
    for (from, nights) in
        [("2027-03-13T20:00:00Z", "2027-03-14T10:00:00Z"), ("2026-10-31T19:00:00Z", "2026-11-01T10:00:00Z")]
    {
        let machine = Machine::new(from);
        let mut supervisor = build(config(), machine.ports());
        run(&mut supervisor, &machine, 30).await;
        let mut nightly = Vec::new();
        for _ in 0..24 * 60 {
            let _next = supervisor.tick().await;
            let view = view(&machine);
            let last = view.jobs.iter().find(|job| job.job.as_str() == "nightly").and_then(|job| job.last.clone());
            if let Some(run) = last.filter(|run| !nightly.contains(run)) {
                nightly.push(run);
            }
            machine.pass(Duration::from_secs(60));
        }
        assert_eq!(nightly.len(), 1, "{nightly:?}");
        assert_eq!(nightly[0].scheduled_for, nights.parse().unwrap());
        let heard = machine.state().heard.clone();
        let enrollments = heard.iter().filter(|told| told.starts_with("enrollments: Fine")).count();
        assert!((94..=96).contains(&enrollments), "four in each real hour: {enrollments}");
    }
}
