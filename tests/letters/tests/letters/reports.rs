//! Reports of mistakes, from the store to the team's mailbox.

use accounts::feedback::{Report, ReportText};
use accounts::line::Line;
use kit::smtp::{Manner, Taken};

use crate::world::{World, header, round};

async fn reported(world: &World, text: &str) {
    let report = Report {
        page: Line::fitted("/catalog"),
        text: ReportText::parse(text).unwrap(),
        contact: Some(Line::fitted("ana@example.org")),
        person: None,
        at: jiff::Timestamp::from_second(1_788_000_000).unwrap(),
        release: Line::fitted("1.2.3"),
    };
    world.feedback.keep(&report).await.unwrap();
}

fn told(mails: &[Taken]) -> Vec<String> {
    mails.iter().map(|mail| mail.data.split_once("\n\n").unwrap().1.lines().next().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn each_report_is_mailed_once_the_oldest_first() {
    let world = World::start().await;
    for text in ["the first", "the second"] {
        reported(&world, text).await;
    }
    for _ in 0..2 {
        round(&mut world.notifier()).await;
        world.later(60);
    }
    let mails = world.server.taken();
    assert_eq!(told(&mails), ["the first", "the second"]);
    assert_eq!(mails[0].to, ["team@example.edu"]);
    assert_eq!(header(&mails[0], "Subject"), "Mistake reported: /catalog");
    assert_eq!(header(&mails[0], "Reply-To"), "ana@example.org");
    assert!(mails[0].data.contains("Page: https://bt.example.edu/catalog"), "{}", mails[0].data);
    assert!(world.feedback.reports(9).await.unwrap().iter().all(|kept| kept.mailed_at.is_some()));
}

#[tokio::test]
async fn an_outage_delays_and_loses_none_and_says_why_they_wait() {
    let world = World::start().await;
    for text in ["one", "two", "three"] {
        reported(&world, text).await;
    }
    world.server.behave(Manner::Drops("EHLO"));
    let mut notifier = world.notifier();
    for _ in 0..48 {
        world.later(60);
        let before = world.server.connections();
        round(&mut notifier).await;
        assert_eq!(world.server.connections(), before + 1, "one attempt tells that it is away");
    }
    let waiting = world.feedback.reports(9).await.unwrap();
    assert!(waiting.iter().all(|kept| kept.mailed_at.is_none() && kept.said.is_some()), "{waiting:?}");
    world.server.behave(Manner::Takes);
    world.later(60);
    round(&mut world.notifier()).await;
    let mut mailed = told(&world.server.taken());
    mailed.sort();
    assert_eq!(mailed, ["one", "three", "two"]);
}

#[tokio::test]
async fn a_wrong_address_is_tried_for_ever_without_hammering_and_goes_when_it_is_mended() {
    let world = World::start().await;
    reported(&world, "broken").await;
    world.server.behave(Manner::Refuses("RCPT", "550 team@example.edu is unknown"));
    let mut notifier = world.notifier();
    for _ in 0..10 * 24 {
        world.later(60);
        round(&mut notifier).await;
        round(&mut notifier).await;
    }
    assert!(world.server.connections() <= 10 * 24);
    let said = world.feedback.reports(1).await.unwrap().remove(0).said.unwrap();
    assert!(said.as_str().contains("the address is unknown"), "{said}");
    world.server.behave(Manner::Takes);
    world.later(60);
    round(&mut notifier).await;
    assert_eq!(told(&world.server.taken()), ["broken"]);
}

#[tokio::test]
async fn of_two_notifiers_at_once_one_sends() {
    let world = World::start().await;
    reported(&world, "broken").await;
    let (mut one, mut other) = (world.notifier(), world.notifier());
    tokio::join!(round(&mut one), round(&mut other));
    assert_eq!(world.server.taken().len(), 1);
}
