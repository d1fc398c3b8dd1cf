//! What is told, as the mail says it.

use accounts::alerts::{Delivery, Pace};
use accounts::settings::SettingsChange;
use catalog::class::OfferingStatus;
use kit::smtp::Taken;

use crate::world::{World, at, grades, header, moved, reserved, round};

fn subjects(mails: &[Taken]) -> Vec<String> {
    mails.iter().map(|mail| header(mail, "Subject")).collect()
}

#[tokio::test]
async fn one_seat_in_a_full_class_is_a_letter_and_the_next_one_too() {
    let world = World::start().await;
    let oski = world.follower("oski", Pace::AtOnce).await;
    let mut notifier = world.notifier();
    round(&mut notifier).await;
    assert_eq!(world.server.taken(), []);
    world.counts(15, [99, 100, 40]).await;
    for _ in 0..3 {
        round(&mut notifier).await;
    }
    let [mail] = world.server.taken().try_into().unwrap();
    assert_eq!(mail.to, ["oski@berkeley.edu"]);
    assert_eq!(header(&mail, "Subject"), "COMPSCI 61A LEC 001: a seat is open to anyone");
    assert!(mail.data.contains("SIS at 2:15 pm, Sep 1"), "{}", mail.data);
    assert!(mail.data.contains("CCN 20001") && mail.data.contains("40 students are waiting"), "{}", mail.data);
    world.counts(30, [100, 100, 40]).await;
    round(&mut notifier).await;
    world.counts(45, [98, 100, 40]).await;
    round(&mut notifier).await;
    assert_eq!(world.server.taken().len(), 2, "it was taken and opened again");
    let sent = Delivery::Sent(at("2026-09-01T21:10:00Z"));
    assert_eq!(world.log(oski).await[1], ("COMPSCI 61A LEC 001: a seat is open to anyone".to_owned(), sent));
}

#[tokio::test]
async fn what_happened_while_no_process_ran_is_told_and_nothing_twice() {
    let world = World::start().await;
    world.follower("oski", Pace::AtOnce).await;
    round(&mut world.notifier()).await;
    for (minute, enrolled) in [(15, 99), (30, 100), (45, 97)] {
        world.counts(minute, [enrolled, 100, 40]).await;
    }
    round(&mut world.notifier()).await;
    round(&mut world.notifier()).await;
    assert_eq!(subjects(&world.server.taken()), ["COMPSCI 61A LEC 001: seats are open to anyone"]);
}

#[tokio::test]
async fn reserved_seats_changes_and_a_cancellation_are_told_apart() {
    let world = World::start().await;
    world.follower("oski", Pace::AtOnce).await;
    let mut notifier = world.notifier();
    round(&mut notifier).await;
    world.publish(reserved(at("2026-09-01T21:10:00Z"), 5)).await;
    world.counts(15, [98, 100, 40]).await;
    round(&mut notifier).await;
    let room = |section: &mut catalog::section::Section| {
        section.meetings[0].location = Some("Wheeler 150".to_owned());
        section.meetings[0].instructors.clear();
    };
    world.publish(moved(at("2026-09-01T21:30:00Z"), room)).await;
    round(&mut notifier).await;
    let cancelled = |section: &mut catalog::section::Section| section.status = OfferingStatus::Cancelled;
    world.publish(moved(at("2026-09-01T21:45:00Z"), cancelled)).await;
    round(&mut notifier).await;
    world.publish(moved(at("2026-09-01T22:00:00Z"), |_| {})).await;
    round(&mut notifier).await;
    let mails = world.server.taken();
    let expected = [
        "COMPSCI 61A LEC 001: reserved seats are open",
        "COMPSCI 61A LEC 001: changed (room, instructor)",
        "COMPSCI 61A LEC 001: cancelled",
        "COMPSCI 61A LEC 001: takes place after all",
    ];
    assert_eq!(subjects(&mails), expected);
    assert!(mails[1].data.contains("Room: Wheeler 150, was Sample Hall 1"), "{}", mails[1].data);
}

#[tokio::test]
async fn saved_classes_are_told_of_to_those_who_wish_it() {
    let world = World::start().await;
    let (oski, other) = (world.person("oski").await, world.person("other").await);
    for person in [oski, other] {
        world.accounts.save_course(person, world.course(), at("2026-09-01T21:00:00Z")).await.unwrap();
    }
    let wishes = SettingsChange { class_update: Some(true), grade_update: Some(true), ..SettingsChange::default() };
    world.accounts.change_settings(oski, &wishes).await.unwrap();
    let mut notifier = world.notifier();
    round(&mut notifier).await;
    world.store.import_grades(&[grades("spring-2026")], at("2026-09-01T21:20:00Z")).await.unwrap();
    world.counts(30, [90, 100, 40]).await;
    round(&mut notifier).await;
    let [mail] = world.server.taken().try_into().unwrap();
    assert_eq!(mail.to, ["oski@berkeley.edu"]);
    assert!(header(&mail, "Subject").ends_with(", and 1 more"), "{}", header(&mail, "Subject"));
    assert!(mail.data.contains("grades of Spring 2026 are here"), "{}", mail.data);
    let (none, log) = (world.log(other).await, world.log(oski).await);
    assert_eq!((none.len(), log.len()), (0, 2));
}

#[tokio::test]
async fn a_digest_comes_at_seven_in_the_morning_with_everything() {
    let world = World::start().await;
    world.follower("oski", Pace::Digest).await;
    let mut notifier = world.notifier();
    round(&mut notifier).await;
    for (minute, enrolled) in [(15, 99), (30, 100), (45, 90)] {
        world.counts(minute, [enrolled, 100, 40]).await;
        round(&mut notifier).await;
    }
    world.clock.set(at("2026-09-02T13:59:59Z"));
    round(&mut notifier).await;
    assert_eq!(world.server.taken(), []);
    world.clock.set(at("2026-09-02T14:00:00Z"));
    for _ in 0..2 {
        round(&mut notifier).await;
    }
    let [mail] = world.server.taken().try_into().unwrap();
    assert_eq!(header(&mail, "Subject"), "Berkeleytime: 2 alerts of your classes");
}
