//! What people are told: once each, whatever the sinks and the process do.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use platform::alarm::event::Event;
use platform::ports::AlarmSink;
use platform::status::{Health, Part};
use watch::test_fire::test_fire;

use crate::house::{House, Postbox, Refusal};

#[tokio::test(start_paused = true)]
async fn a_part_that_goes_down_and_comes_back_makes_two_messages_in_each_sink() {
    let mut house = House::new(&[Part::Api], &["mail", "webhook"]);
    house.probes[0].is_down();
    house.start();
    house.settle().await;
    house.rounds(10).await;
    house.probes[0].is_up();
    house.rounds(10).await;
    for sink in &house.sinks {
        assert_eq!(sink.titles(), ["API: down", "Over: API: down"]);
    }
    assert!(house.store.alarms().is_empty());
    house.stop().await;
}

#[tokio::test(start_paused = true)]
async fn a_sink_that_refuses_gets_it_later_and_the_other_one_only_once() {
    for refusal in [Refusal::Says, Refusal::Hangs, Refusal::Panics] {
        let mut house = House::new(&[Part::Api], &["mail", "webhook"]);
        house.sinks[0].refuses(Some(refusal));
        house.probes[0].is_down();
        house.start();
        house.settle().await;
        house.rounds(60).await;
        let tries = house.sinks[0].tries.load(Ordering::SeqCst);
        assert!((3..=12).contains(&tries), "the waits grow: {tries} tries in ten minutes");
        assert_eq!(house.sinks[1].titles(), ["API: down"]);
        house.sinks[0].refuses(None);
        house.rounds(70).await;
        assert_eq!(house.sinks[0].titles(), ["API: down"]);
        house.stop().await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_restart_sends_what_was_not_taken_and_nothing_twice() {
    let mut house = House::new(&[Part::Api], &["mail", "webhook"]);
    house.sinks[0].refuses(Some(Refusal::Says));
    house.probes[0].is_down();
    house.start();
    house.settle().await;
    house.rounds(4).await;
    house.kill().await;
    house.start();
    house.settle().await;
    house.rounds(4).await;
    house.sinks[0].refuses(None);
    house.stop().await;
    house.start();
    house.settle().await;
    house.rounds(10).await;
    for sink in &house.sinks {
        assert_eq!(sink.titles(), ["API: down"]);
    }
    house.probes[0].is_up();
    house.rounds(10).await;
    house.stop().await;
    for sink in &house.sinks {
        assert_eq!(sink.titles(), ["API: down", "Over: API: down"]);
    }
}

#[tokio::test(start_paused = true)]
async fn a_sink_that_is_no_longer_there_is_forgotten() {
    let mut house = House::new(&[Part::Api], &["mail"]);
    house.sinks[0].refuses(Some(Refusal::Says));
    house.probes[0].is_down();
    house.start();
    house.settle().await;
    house.rounds(4).await;
    house.stop().await;
    assert_eq!(house.store.alarms().len(), 2, "the trouble, and the message on its way");
    house.sinks = vec![Postbox::new("webhook")];
    house.start();
    house.settle().await;
    house.rounds(4).await;
    assert_eq!(house.store.alarms().len(), 1);
    assert!(house.sinks[0].titles().is_empty(), "people were told of it by the old sink, or will not be");
    house.stop().await;
}

#[tokio::test(start_paused = true)]
async fn a_message_that_nobody_takes_for_a_day_is_given_up() {
    let mut house = House::new(&[Part::Api], &["mail"]);
    house.sinks[0].refuses(Some(Refusal::Says));
    house.start();
    house.settle().await;
    let drill = "drill".parse().unwrap();
    house.events().tell(Event::job_failed(&drill, "exit code 1"));
    house.events().tell(Event::job_succeeded(&drill));
    house.settle().await;
    assert_eq!(house.store.alarms().len(), 2, "two messages on their way");
    house.rounds(6 * 60 * 25).await;
    assert!(house.store.alarms().is_empty());
    house.stop().await;
}

#[tokio::test(start_paused = true)]
async fn an_event_is_told_at_once() {
    let mut house = House::new(&[], &["mail"]);
    house.start();
    house.settle().await;
    let service = "api@production".parse().unwrap();
    house.events().tell(Event::serves(&service));
    house.events().tell(Event::given_up(&service, "exit code 1"));
    house.events().tell(Event::given_up(&service, "exit code 1"));
    house.settle().await;
    let told = house.sinks[0].titles();
    assert_eq!(told, ["api@production does not stay up and is not started any more: exit code 1"]);
    house.stop().await;
}

#[tokio::test(start_paused = true)]
async fn nobody_is_told_while_somebody_works_on_the_house_and_of_what_lasts_afterwards() {
    let mut house = House::new(&[Part::Api, Part::Web], &["mail"]);
    house.store.maintenance(true);
    house.start();
    house.settle().await;
    house.probes.iter().for_each(|probe| probe.is_down());
    house.events().tell(Event::given_up(&"api@production".parse().unwrap(), "exit code 1"));
    house.rounds(30).await;
    assert!(house.sinks[0].titles().is_empty());
    assert_eq!(house.finding(Part::Api).health, Health::Down, "the status page tells the truth");
    let sinks = vec![Arc::clone(&house.sinks[0]) as Arc<dyn AlarmSink>];
    test_fire(&sinks, &house.clock, Duration::from_secs(30)).await;
    house.probes[1].is_up();
    house.rounds(10).await;
    house.store.maintenance(false);
    house.rounds(2).await;
    let told = house.sinks[0].titles();
    let lasting = ["API: down", "api@production does not stay up and is not started any more: exit code 1"];
    assert_eq!(told[0], "This is a test of the alarms", "a test is heard all the time");
    assert_eq!(told[1..], lasting, "of the site, which is up again, nobody hears");
    house.stop().await;
}

#[tokio::test(start_paused = true)]
async fn a_trouble_from_before_that_ends_during_the_work_is_told_to_be_over_afterwards() {
    let mut house = House::new(&[Part::Api], &["mail"]);
    house.probes[0].is_down();
    house.start();
    house.settle().await;
    house.rounds(5).await;
    house.store.maintenance(true);
    house.probes[0].is_up();
    house.rounds(30).await;
    assert_eq!(house.sinks[0].titles(), ["API: down"]);
    house.store.maintenance(false);
    house.rounds(2).await;
    assert_eq!(house.sinks[0].titles(), ["API: down", "Over: API: down"]);
    house.stop().await;
}

#[tokio::test(start_paused = true)]
async fn a_thousand_troubles_make_few_messages() {
    let mut house = House::new(&[Part::Api], &["mail"]);
    house.start();
    house.settle().await;
    for number in 0..1_000 {
        let job = format!("job-{number}").parse().unwrap();
        house.events().tell(Event::job_failed(&job, "exit code 1"));
    }
    house.rounds(3).await;
    assert_eq!(house.sinks[0].titles().len(), 11);
    house.stop().await;
}

#[tokio::test(start_paused = true)]
async fn the_way_of_an_alarm_can_be_tried() {
    let house = House::new(&[], &["mail", "webhook", "pager"]);
    house.sinks[1].refuses(Some(Refusal::Says));
    house.sinks[2].refuses(Some(Refusal::Hangs));
    let sinks: Vec<Arc<dyn AlarmSink>> =
        house.sinks.iter().map(|sink| Arc::clone(sink) as Arc<dyn AlarmSink>).collect();
    let fired = test_fire(&sinks, &house.clock, Duration::from_secs(30)).await;
    let told: Vec<String> = fired
        .iter()
        .map(|one| {
            format!("{}: {}", one.sink, one.taken.as_ref().map_or_else(ToString::to_string, |()| "taken".to_owned()))
        })
        .collect();
    let expected = ["mail: taken", "webhook: 451 try again", "pager: it did not take the alarm within 30 seconds"];
    assert_eq!(told, expected);
    assert_eq!(house.sinks[0].titles(), ["This is a test of the alarms"]);
}
