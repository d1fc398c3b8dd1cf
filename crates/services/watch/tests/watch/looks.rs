//! What the report says: of parts that work, hang and break.

use std::sync::atomic::Ordering;
use std::time::Duration;

use platform::status::{Health, Part};
use watch::incidents;

use crate::house::{Does, House};

#[tokio::test(start_paused = true)]
async fn every_ten_seconds_the_report_says_how_each_part_is() {
    let mut house = House::new(&[Part::Web, Part::Api], &[]);
    house.start();
    house.settle().await;
    house.rounds(6).await;
    let report = house.store.report();
    assert_eq!(report.at.to_string(), "2026-11-22T20:01:00Z");
    assert_eq!(report.overall().says, "Everything works.");
    let web = &report.parts[1];
    assert_eq!((web.part, web.finding.health, web.days[0].up), (Part::Web, Health::Up, 60));
    assert_eq!(house.finding(Part::Cache).health, Health::Absent);
    assert_eq!(house.probes[0].looks.load(Ordering::SeqCst), 7);
    house.stop().await;
}

#[tokio::test(start_paused = true)]
async fn a_probe_that_hangs_is_degraded_in_words_and_holds_up_nobody() {
    let mut house = House::new(&[Part::Web, Part::Api], &[]);
    house.probes[0].does(Does::Hangs);
    house.start();
    house.settle().await;
    house.pass(Duration::from_secs(5)).await;
    let found = house.finding(Part::Web);
    assert_eq!((found.health, found.says.as_str()), (Health::Degraded, "It did not answer within 5 seconds."));
    assert_eq!(house.finding(Part::Api).health, Health::Up);
    house.probes[0].is_up();
    house.rounds(2).await;
    assert_eq!(house.finding(Part::Web).health, Health::Up);
    house.stop().await;
}

#[tokio::test(start_paused = true)]
async fn a_probe_that_breaks_is_unknown_and_the_watch_goes_on() {
    let mut house = House::new(&[Part::Web, Part::Api], &[]);
    house.probes[0].does(Does::Panics);
    house.start();
    house.settle().await;
    house.rounds(3).await;
    let found = house.finding(Part::Web);
    assert_eq!((found.health, found.says.as_str()), (Health::Unknown, "The look at it broke."));
    assert!(found.mend.is_some());
    assert_eq!(house.store.report().at.to_string(), "2026-11-22T20:00:30Z");
    house.stop().await;
}

#[tokio::test(start_paused = true)]
async fn several_probes_of_one_part_make_one_state_the_worst() {
    let mut house = House::new(&[Part::Web, Part::Web], &[]);
    house.probes[1].is_down();
    house.start();
    house.settle().await;
    assert_eq!(house.finding(Part::Web).health, Health::Down);
    house.stop().await;
}

#[tokio::test(start_paused = true)]
async fn the_history_goes_on_after_a_restart_and_a_gap_is_not_counted() {
    let mut house = House::new(&[Part::Web], &[]);
    house.start();
    house.settle().await;
    house.rounds(6).await;
    house.stop().await;
    house.pass(Duration::from_secs(3_600)).await;
    house.start();
    house.settle().await;
    house.rounds(6).await;
    assert_eq!(house.store.report().parts[1].days[0].up, 120);
    house.stop().await;
}

#[tokio::test(start_paused = true)]
async fn a_store_that_takes_nothing_does_not_end_the_watch() {
    let mut house = House::new(&[Part::Web], &["mail"]);
    *house.store.is_broken.lock().unwrap() = true;
    house.probes[0].is_down();
    house.start();
    house.settle().await;
    house.rounds(3).await;
    assert_eq!(house.sinks[0].wait_for(1).await, ["Site: down"]);
    *house.store.is_broken.lock().unwrap() = false;
    house.rounds(1).await;
    assert_eq!(house.finding(Part::Web).health, Health::Down);
    assert_eq!(house.store.alarms().len(), 1);
    house.stop().await;
}

#[tokio::test(start_paused = true)]
async fn what_people_write_is_in_the_report() {
    let mut house = House::new(&[Part::Web], &[]);
    house.start();
    house.settle().await;
    let now = house.store.report().at;
    let number = incidents::open(&*house.store, "The site is slow", &[Part::Web], "We look.", now).await.unwrap();
    incidents::update(&*house.store, number, "A disk.", now).await.unwrap();
    let refused = incidents::resolve(&*house.store, 7, "x", now).await.unwrap_err();
    assert_eq!(refused.to_string(), "there is no incident 7; `bt incident list` shows them");
    house.rounds(1).await;
    let report = house.store.report();
    assert_eq!((report.incidents.len(), report.incidents[0].updates.len()), (1, 2));
    house.stop().await;
}
