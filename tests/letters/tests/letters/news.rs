//! What is told, as the mail says it.

use accounts::alerts::{Delivery, Pace, SiteNews};
use accounts::settings::SettingsChange;
use catalog::class::OfferingStatus;
use catalog::meeting::TimeRange;
use catalog::section::Section;
use jiff::civil::{date, time};
use kit::smtp::Taken;

use crate::world::{World, at, enrollment_begins, grades, header, moved, reserved, round};

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
    let room = |section: &mut Section| {
        section.meetings[0].location = Some("Wheeler 150".to_owned());
        section.meetings[0].instructors.clear();
    };
    world.publish(moved(at("2026-09-01T21:30:00Z"), room)).await;
    round(&mut notifier).await;
    let cancelled = |section: &mut Section| section.status = OfferingStatus::Cancelled;
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

#[tokio::test]
async fn a_waitlist_that_moves_is_told_by_halves_and_when_it_has_room() {
    let world = World::start().await;
    world.follower("oski", Pace::AtOnce).await;
    let mut notifier = world.notifier();
    round(&mut notifier).await;
    for (minute, waiting) in [(15, 30), (30, 20), (45, 15), (60, 50), (75, 49)] {
        world.counts(minute, [100, 100, waiting]).await;
        round(&mut notifier).await;
    }
    let mails = world.server.taken();
    let expected =
        ["COMPSCI 61A LEC 001: the waitlist is down from 40 to 20", "COMPSCI 61A LEC 001: the waitlist has room again"];
    assert_eq!(subjects(&mails), expected);
    assert!(mails[0].data.contains("No seat is free; 20 students are waiting."), "{}", mails[0].data);
}

#[tokio::test]
async fn every_change_of_a_section_says_what_it_was_and_what_it_is() {
    let world = World::start().await;
    world.follower("oski", Pace::AtOnce).await;
    let mut notifier = world.notifier();
    round(&mut notifier).await;
    let later =
        |section: &mut Section| section.meetings[0].time = TimeRange::new(time(15, 0, 0, 0), time(15, 59, 0, 0));
    world.publish(moved(at("2026-09-01T21:30:00Z"), later)).await;
    round(&mut notifier).await;
    let stopped = |section: &mut Section| {
        later(section);
        section.meetings[0].instructors[0].family_name = "Turing".to_owned();
        section.status = OfferingStatus::StopFurtherEnrollment;
    };
    world.publish(moved(at("2026-09-01T21:45:00Z"), stopped)).await;
    round(&mut notifier).await;
    let mails = world.server.taken();
    let expected =
        ["COMPSCI 61A LEC 001: changed (time)", "COMPSCI 61A LEC 001: changed (instructor, no further enrollment)"];
    assert_eq!(subjects(&mails), expected);
    let told = |mail: &Taken| {
        mail.data.replace("=\n", "").replace("=E2=80=93", "–").replace("=C3=BA", "ú").replace("=C3=B1", "ñ")
    };
    let (first, second) = (told(&mails[0]), told(&mails[1]));
    assert!(first.contains("Time: MWF 3:00 pm–3:59 pm, was MWF 1:00 pm–1:59 pm."), "{first}");
    assert!(second.contains("Instructor: Ana Turing, was Ana O'Brien-Núñez. Nobody can enroll any more."), "{second}");
}

#[tokio::test]
async fn grades_of_a_class_that_is_followed_are_told_once() {
    let world = World::start().await;
    world.follower("oski", Pace::AtOnce).await;
    let mut notifier = world.notifier();
    round(&mut notifier).await;
    for (term, minute) in [("spring-2026", 20), ("spring-2026", 25), ("fall-2025", 30)] {
        let moment = at("2026-09-01T21:00:00Z") + jiff::SignedDuration::from_mins(minute);
        world.store.import_grades(&[grades(term)], moment).await.unwrap();
        world.counts(minute, [100, 100, 40]).await;
        round(&mut notifier).await;
    }
    assert_eq!(
        subjects(&world.server.taken()),
        ["COMPSCI 61A: grades of Spring 2026 are here"],
        "older ones are no news"
    );
}

#[tokio::test]
async fn what_concerns_everybody_is_told_to_those_who_wished_for_it_once() {
    let world = World::start().await;
    let wish = |enrollment, news| SettingsChange {
        enrollment_opening: Some(enrollment),
        berkeleytime_update: Some(news),
        ..SettingsChange::default()
    };
    for (name, enrollment, news) in [("ana", true, false), ("ben", false, true), ("cleo", false, false)] {
        let person = world.person(name).await;
        world.accounts.change_settings(person, &wish(enrollment, news)).await.unwrap();
    }
    world.publish(enrollment_begins(at("2026-09-01T21:05:00Z"), date(2026, 10, 13))).await;
    let news =
        SiteNews { date: date(2026, 10, 12), title: "Compare".to_owned(), changes: vec!["Side by side.".to_owned()] };
    for _ in 0..2 {
        let mut notifier = world.notifier_with(Some(world.mail()), |config| config.site_news = Some(news.clone()));
        for moment in ["2026-10-12T06:59:00Z", "2026-10-12T13:59:00Z", "2026-10-12T14:00:00Z", "2026-10-13T14:00:00Z"] {
            world.clock.set(at(moment));
            round(&mut notifier).await;
        }
    }
    let mut mails = world.server.taken();
    mails.sort_by(|one, other| one.to.cmp(&other.to));
    let expected = ["Enrollment for Spring 2027 opens on Tuesday, Oct 13", "New on Berkeleytime: Compare"];
    assert_eq!(subjects(&mails), expected, "{mails:?}");
    assert!(
        mails[0].data.contains("https://bt.example.edu/catalog?term=3Dspring-2027")
            || mails[0].data.contains("https://bt.example.edu/catalog?term=spring-2027"),
        "{}",
        mails[0].data
    );
    assert!(header(&mails[1], "List-Unsubscribe").starts_with("<https://"), "it ends like any other");
}
