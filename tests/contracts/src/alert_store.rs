//! The contract of alerts: what people follow, what they are told, and letters, each to one taker at a time.

use accounts::alerts::{
    Alert, Delivery, Detail, Facts, Graded, Headline, Kind, Kinds, LETTERS_PER_HOUR_MAX, Letter, NewWatch, Notice,
    Outcome, Pace, Path, Told, ToldSeats, ToldSection, WATCHES_MAX, Watch, Watched, Why, Wish,
};
use accounts::alerts::{AlertError, LOG_DAYS};
use accounts::line::Line;
use accounts::person::PersonId;
use accounts::settings::SettingsChange;
use catalog::ids::CourseId;
use catalog::seats::Availability;
use catalog::section::SectionId;
use jiff::{SignedDuration, Timestamp};

use crate::catalog_store::samples::{fall, noon};
use crate::people::{World, course, hash, more_courses, signed_in};

/// The cases.
macro_rules! contract {
    ($start:path) => {
        contract_over! { $start;
            cases::what_is_followed_comes_back_as_it_was_told,
            cases::following_again_changes_kinds_and_keeps_what_was_told,
            cases::nobody_sees_or_ends_the_watches_of_others,
            cases::what_cannot_be_followed_says_why,
            cases::saved_courses_are_followed_as_long_as_both_hold,
            cases::of_two_who_tell_at_once_one_does,
            cases::a_letter_goes_to_one_taker_and_comes_back_after_its_lease,
            cases::what_became_of_a_letter_is_in_the_log,
            cases::a_digest_waits_for_its_moment,
            cases::too_many_letters_wait_and_go_together,
            cases::a_link_ends_all_mail_and_letters_that_wait,
            cases::while_mail_is_off_news_is_in_the_log_alone,
            cases::a_notice_goes_once_to_everybody_who_wished_for_it,
            cases::old_alerts_are_forgotten,
        }
    };
}

mod in_memory {
    contract!(crate::people::in_memory);
}

mod over_postgres {
    contract!(crate::people::over_postgres);
}

pub(crate) fn told(free: bool) -> Told {
    let section = ToldSection {
        label: "LEC 001".to_owned(),
        takes_place: true,
        facts: Facts {
            times: "MWF 1:00 pm–1:59 pm".to_owned(),
            rooms: "O'Brien \"Hall\" 1".to_owned(),
            instructors: "Ana Núñez".to_owned(),
            is_stopped: false,
        },
        seats: Some(ToldSeats {
            availability: if free { Availability::OpenToAnyone } else { Availability::ReservedOnly },
            waiting: 7,
            is_list_full: true,
        }),
    };
    let gone = ToldSection { takes_place: false, seats: None, ..section.clone() };
    let sections = [(SectionId(10001), section), (SectionId(u32::MAX), gone)].into();
    Told { sections: Some(sections), grades: Some(Graded { newest: Some(fall()) }) }
}

pub(crate) fn alert(text: &str) -> Alert {
    Alert {
        kind: Kind::Seat,
        headline: Headline::fitted(text),
        detail: Detail::fitted("1 seat is free."),
        path: Path::fitted("/catalog/fall-2026/MATH/1A"),
        as_of: Some(noon(3)),
    }
}

pub(crate) fn new(course: CourseId, section: Option<u32>, pace: Pace) -> NewWatch {
    let watched = Watched { term: fall(), course, section: section.map(SectionId) };
    NewWatch { watched, kinds: Kinds { waitlist: false, ..Kinds::ALL }, pace }
}

mod cases {
    use super::*;

    const LEASE: SignedDuration = SignedDuration::from_mins(5);

    async fn watches(world: &impl World, person: PersonId) -> Vec<Watch> {
        world.alerts().watches(person).await.unwrap()
    }

    /// Somebody follows a course, and this is told.
    async fn told_person(world: &impl World, name: &str, pace: Pace, texts: &[&str], at: Timestamp) -> PersonId {
        let person = signed_in(world, name).await.id;
        let math = course(world, "MATH 1A").await;
        world.alerts().watch(person, &new(math, None, pace), &told(false), noon(2)).await.unwrap();
        tell(world, person, texts, at).await;
        person
    }

    async fn tell(world: &impl World, person: PersonId, texts: &[&str], at: Timestamp) {
        let watch = watches(world, person).await.remove(0);
        let alerts: Vec<Alert> = texts.iter().map(|text| alert(text)).collect();
        assert!(world.outbox().tell(&watch, &told(true), &alerts, at).await.unwrap());
    }

    async fn take(world: &impl World, now: Timestamp, token: u8) -> Option<Letter> {
        world.outbox().take_letter(now, LEASE, hash(token)).await.unwrap()
    }

    async fn log(world: &impl World, person: PersonId) -> Vec<(String, Delivery)> {
        let log = world.alerts().alert_log(person, 100).await.unwrap();
        log.into_iter().map(|logged| (logged.alert.headline.to_string(), logged.delivery)).collect()
    }

    pub(super) async fn what_is_followed_comes_back_as_it_was_told(world: &impl World) {
        let oski = signed_in(world, "oski").await.id;
        let math = course(world, "MATH 1A").await;
        let alerts = world.alerts();
        alerts.watch(oski, &new(math, None, Pace::AtOnce), &told(false), noon(2)).await.unwrap();
        alerts.watch(oski, &new(math, Some(10002), Pace::Digest), &Told::default(), noon(3)).await.unwrap();
        let held = watches(world, oski).await;
        assert_eq!(held.len(), 2);
        let (section, whole) = (&held[0], &held[1]);
        assert_eq!((section.watched.section, section.pace), (Some(SectionId(10002)), Pace::Digest));
        assert_eq!((&section.told, section.leaves_out.len()), (&Some(Told::default()), 0));
        assert_eq!(whole.told, Some(told(false)));
        assert_eq!((whole.why, whole.since, whole.person), (Why::Chosen, noon(2), oski));
        assert_eq!(whole.leaves_out, [SectionId(10002)], "what is followed by itself is told there alone");
        assert!(whole.kinds.seats && !whole.kinds.waitlist);
        let outbox = world.outbox();
        let first = outbox.watches_after(None, 1).await.unwrap();
        assert_eq!(first, std::slice::from_ref(whole));
        let behind = outbox.watches_after(Some(first[0].id), 9).await.unwrap();
        assert_eq!(behind, std::slice::from_ref(section));
    }

    pub(super) async fn following_again_changes_kinds_and_keeps_what_was_told(world: &impl World) {
        let oski = told_person(world, "oski", Pace::AtOnce, &["a"], noon(3)).await;
        let before = watches(world, oski).await.remove(0);
        let again = NewWatch { kinds: Kinds::ALL, pace: Pace::Digest, watched: before.watched };
        world.alerts().watch(oski, &again, &Told::default(), noon(4)).await.unwrap();
        let after = watches(world, oski).await;
        assert_eq!(after.len(), 1);
        assert_eq!((after[0].kinds, after[0].pace, after[0].since), (Kinds::ALL, Pace::Digest, noon(2)));
        assert_eq!(after[0].told, Some(told(true)));
        let stale = world.outbox().tell(&before, &told(false), &[alert("b")], noon(4)).await.unwrap();
        assert!(!stale, "who looked before the change tells nothing");
        assert_eq!(log(world, oski).await.len(), 1);
    }

    pub(super) async fn nobody_sees_or_ends_the_watches_of_others(world: &impl World) {
        let oski = told_person(world, "oski", Pace::AtOnce, &["a"], noon(3)).await;
        let other = signed_in(world, "other").await.id;
        let own = watches(world, oski).await.remove(0).id;
        assert_eq!(watches(world, other).await, []);
        assert_eq!(log(world, other).await, []);
        assert!(!world.alerts().unwatch(other, own).await.unwrap());
        assert!(world.alerts().unwatch(oski, own).await.unwrap());
        assert!(!world.alerts().unwatch(oski, own).await.unwrap());
        assert_eq!(log(world, oski).await.len(), 1, "what was told stays");
    }

    pub(super) async fn what_cannot_be_followed_says_why(world: &impl World) {
        let oski = signed_in(world, "oski").await.id;
        let math = course(world, "MATH 1A").await;
        let follow = async |person, course, section| {
            world.alerts().watch(person, &new(course, section, Pace::AtOnce), &told(false), noon(2)).await
        };
        let error = follow(PersonId(u64::MAX), math, None).await.unwrap_err();
        assert!(matches!(error, AlertError::NoSuchPerson(_)), "{error:?}");
        let error = follow(oski, CourseId(9_999), None).await.unwrap_err();
        assert!(matches!(error, AlertError::NoSuchCourse(_)), "{error:?}");
        for section in (1..).take(WATCHES_MAX) {
            follow(oski, math, Some(section)).await.unwrap();
        }
        let error = follow(oski, math, None).await.unwrap_err();
        assert!(matches!(error, AlertError::TooManyWatches), "{error:?}");
        follow(oski, math, Some(1)).await.unwrap();
        assert_eq!(watches(world, oski).await.len(), WATCHES_MAX);
    }

    pub(super) async fn saved_courses_are_followed_as_long_as_both_hold(world: &impl World) {
        let (oski, other) = (signed_in(world, "oski").await.id, signed_in(world, "other").await.id);
        let more = more_courses(world, 2).await;
        for person in [oski, other] {
            world.accounts().save_course(person, more[0], noon(3)).await.unwrap();
            world.accounts().save_course(person, more[1], noon(3)).await.unwrap();
        }
        let wishes = SettingsChange { class_update: Some(true), ..SettingsChange::default() };
        world.accounts().change_settings(oski, &wishes).await.unwrap();
        world.alerts().watch(oski, &new(more[1], None, Pace::Digest), &told(false), noon(3)).await.unwrap();
        let outbox = world.outbox();
        for _ in 0..2 {
            outbox.follow_saved(fall(), noon(4)).await.unwrap();
        }
        assert_eq!(watches(world, other).await, [], "who wants nothing follows nothing");
        let held = watches(world, oski).await;
        assert_eq!(held.iter().map(|watch| watch.why).collect::<Vec<_>>(), [Why::Saved, Why::Chosen]);
        assert_eq!(held[0].told, None);
        assert_eq!(held[0].kinds, Kinds { seats: true, changes: true, ..Kinds::default() });

        let wishes = SettingsChange { grade_update: Some(true), class_update: Some(false), ..wishes };
        world.accounts().change_settings(oski, &wishes).await.unwrap();
        outbox.follow_saved(fall(), noon(5)).await.unwrap();
        let held = watches(world, oski).await;
        assert_eq!(held[0].kinds, Kinds { grades: true, ..Kinds::default() });
        world.accounts().remove_course(oski, more[0]).await.unwrap();
        outbox.follow_saved(fall(), noon(5)).await.unwrap();
        assert_eq!(watches(world, oski).await.len(), 1, "what was chosen stays");
    }

    pub(super) async fn of_two_who_tell_at_once_one_does(world: &impl World) {
        let oski = told_person(world, "oski", Pace::AtOnce, &[], noon(3)).await;
        let watch = watches(world, oski).await.remove(0);
        let (now, news) = (told(true), [alert("a"), alert("b")]);
        let outbox = world.outbox();
        let (one, other) =
            tokio::join!(outbox.tell(&watch, &now, &news, noon(4)), outbox.tell(&watch, &now, &news, noon(4)));
        assert!(one.unwrap() != other.unwrap());
        let headlines: Vec<String> = log(world, oski).await.into_iter().map(|(headline, _)| headline).collect();
        assert_eq!(headlines, ["b", "a"], "the newest first, each once");
    }

    pub(super) async fn a_letter_goes_to_one_taker_and_comes_back_after_its_lease(world: &impl World) {
        let oski = told_person(world, "oski", Pace::AtOnce, &["a", "b"], noon(3)).await;
        let outbox = world.outbox();
        assert!(take(world, noon(3), 1).await.is_none(), "nothing is bundled yet");
        assert_eq!(outbox.bundle(noon(3), noon(1)).await.unwrap(), 1);
        assert_eq!(outbox.bundle(noon(3), noon(1)).await.unwrap(), 0);
        let (one, other) = tokio::join!(take(world, noon(3), 1), take(world, noon(3), 2));
        let letter = one.or(other).expect("one of them has it");
        assert_eq!((letter.person, letter.attempt, letter.is_digest), (oski, 1, false));
        assert_eq!(letter.to.as_str(), "oski@berkeley.edu");
        assert_eq!(letter.alerts, [alert("a"), alert("b")]);
        assert!(take(world, noon(3), 3).await.is_none());
        let again = take(world, noon(3) + LEASE, 4).await.expect("its taker died");
        assert_eq!((again.id, again.attempt), (letter.id, 2));
        assert!(!outbox.settle_letter(&letter, &Outcome::Sent, noon(4)).await.unwrap(), "it is another's now");
        let later = Outcome::Later(noon(5));
        assert!(outbox.settle_letter(&again, &later, noon(4)).await.unwrap());
        assert!(take(world, noon(4), 5).await.is_none());
        let third = take(world, noon(5), 6).await.unwrap();
        assert_eq!(third.attempt, 3);
        assert!(outbox.settle_letter(&third, &Outcome::Sent, noon(5)).await.unwrap());
        assert!(take(world, noon(20), 7).await.is_none());
    }

    pub(super) async fn what_became_of_a_letter_is_in_the_log(world: &impl World) {
        let said = Line::fitted("550 no such user");
        let ends = [
            (Outcome::Sent, Delivery::Sent(noon(5))),
            (Outcome::Refused(said.clone()), Delivery::Refused(said)),
            (Outcome::GivenUp, Delivery::GivenUp),
            (Outcome::Later(noon(20)), Delivery::Waiting),
        ];
        for (index, (outcome, delivery)) in (1..).zip(ends) {
            let person = told_person(world, &format!("person{index}"), Pace::AtOnce, &["a"], noon(3)).await;
            assert_eq!(log(world, person).await, [("a".to_owned(), Delivery::Waiting)]);
            world.outbox().bundle(noon(4), noon(1)).await.unwrap();
            let letter = take(world, noon(4), index).await.unwrap();
            assert_eq!(log(world, person).await, [("a".to_owned(), Delivery::Waiting)]);
            assert!(world.outbox().settle_letter(&letter, &outcome, noon(5)).await.unwrap());
            assert_eq!(log(world, person).await, [("a".to_owned(), delivery)]);
        }
    }

    pub(super) async fn a_digest_waits_for_its_moment(world: &impl World) {
        let oski = told_person(world, "oski", Pace::Digest, &["before"], noon(3)).await;
        tell(world, oski, &["after"], noon(5)).await;
        let outbox = world.outbox();
        assert_eq!(outbox.bundle(noon(5), noon(2)).await.unwrap(), 0);
        assert_eq!(outbox.bundle(noon(6), noon(4)).await.unwrap(), 1);
        let letter = take(world, noon(6), 1).await.unwrap();
        assert_eq!((letter.is_digest, letter.alerts), (true, vec![alert("before")]));
        assert_eq!(outbox.bundle(noon(6), noon(4)).await.unwrap(), 0);
        assert_eq!(outbox.bundle(noon(7), noon(7)).await.unwrap(), 1);
    }

    pub(super) async fn too_many_letters_wait_and_go_together(world: &impl World) {
        let oski = told_person(world, "oski", Pace::AtOnce, &[], noon(3)).await;
        let outbox = world.outbox();
        for _ in 0..LETTERS_PER_HOUR_MAX {
            tell(world, oski, &["a"], noon(3)).await;
            assert_eq!(outbox.bundle(noon(3), noon(1)).await.unwrap(), 1);
        }
        tell(world, oski, &["b"], noon(3)).await;
        tell(world, oski, &["c"], noon(3)).await;
        assert_eq!(outbox.bundle(noon(3), noon(1)).await.unwrap(), 0);
        let later = noon(3) + SignedDuration::from_hours(1);
        assert_eq!(outbox.bundle(later, noon(1)).await.unwrap(), 1);
        let mut last = None;
        for token in (1..).take(LETTERS_PER_HOUR_MAX + 1) {
            last = take(world, later, token).await;
        }
        assert_eq!(last.unwrap().alerts, [alert("b"), alert("c")]);
    }

    pub(super) async fn a_link_ends_all_mail_and_letters_that_wait(world: &impl World) {
        let oski = told_person(world, "oski", Pace::AtOnce, &["a"], noon(3)).await;
        let (alerts, outbox) = (world.alerts(), world.outbox());
        outbox.bundle(noon(3), noon(1)).await.unwrap();
        let letter = take(world, noon(3), 1).await.unwrap();
        outbox.settle_letter(&letter, &Outcome::Later(noon(9)), noon(3)).await.unwrap();
        assert!(!alerts.is_unsubscribe_link(hash(9)).await.unwrap());
        assert!(!alerts.unsubscribe(hash(9), noon(4)).await.unwrap());
        assert!(alerts.is_unsubscribe_link(hash(1)).await.unwrap());
        for day in [4, 5] {
            assert!(alerts.unsubscribe(hash(1), noon(day)).await.unwrap());
        }
        assert_eq!(alerts.mail_off_since(oski).await.unwrap(), Some(noon(4)));
        assert!(take(world, noon(9), 2).await.is_none());
    }

    pub(super) async fn while_mail_is_off_news_is_in_the_log_alone(world: &impl World) {
        let oski = told_person(world, "oski", Pace::AtOnce, &["a"], noon(3)).await;
        let (alerts, outbox) = (world.alerts(), world.outbox());
        outbox.bundle(noon(3), noon(1)).await.unwrap();
        alerts.set_mail(oski, false, noon(4)).await.unwrap();
        tell(world, oski, &["b"], noon(6)).await;
        assert_eq!(outbox.bundle(noon(6), noon(6)).await.unwrap(), 0);
        let expected = [("b".to_owned(), Delivery::MailOff), ("a".to_owned(), Delivery::MailOff)];
        assert_eq!(log(world, oski).await, expected);
        alerts.set_mail(oski, true, noon(7)).await.unwrap();
        assert_eq!(alerts.mail_off_since(oski).await.unwrap(), None);
        assert_eq!(outbox.bundle(noon(7), noon(7)).await.unwrap(), 0, "what was muted stays so");
        tell(world, oski, &["c"], noon(7)).await;
        assert_eq!(outbox.bundle(noon(7), noon(7)).await.unwrap(), 1);
    }

    pub(super) async fn a_notice_goes_once_to_everybody_who_wished_for_it(world: &impl World) {
        let mut people = Vec::new();
        let wishes = [(Some(true), None), (None, Some(true)), (Some(true), Some(true)), (None, None)];
        for (index, (enrollment_opening, berkeleytime_update)) in wishes.into_iter().enumerate() {
            let person = signed_in(world, &format!("person{index}")).await.id;
            let wish = SettingsChange { enrollment_opening, berkeleytime_update, ..SettingsChange::default() };
            world.accounts().change_settings(person, &wish).await.unwrap();
            people.push(person);
        }
        world.alerts().set_mail(people[2], false, noon(2)).await.unwrap();
        let outbox = world.outbox();
        let notice = |name: &str, wish| Notice { name: Line::fitted(name), wish, alert: alert(name) };
        let opening = notice("enrollment", Wish::EnrollmentOpening);
        let (one, other) = tokio::join!(outbox.announce(&opening, noon(3)), outbox.announce(&opening, noon(3)));
        assert_eq!(one.unwrap() + other.unwrap(), 2, "of two who tell it at once one does");
        assert_eq!(outbox.announce(&notice("news", Wish::SiteNews), noon(4)).await.unwrap(), 2);
        assert_eq!(outbox.announce(&opening, noon(5)).await.unwrap(), 0);
        assert_eq!(outbox.bundle(noon(5), noon(5)).await.unwrap(), 2, "not to whoever turned mail off");
        let told = |name: &str, delivery| (name.to_owned(), delivery);
        assert_eq!(log(world, people[0]).await, [told("enrollment", Delivery::Waiting)]);
        assert_eq!(log(world, people[1]).await, [told("news", Delivery::Waiting)]);
        let muted = [told("news", Delivery::MailOff), told("enrollment", Delivery::MailOff)];
        assert_eq!(log(world, people[2]).await, muted);
        assert_eq!(log(world, people[3]).await, []);
        let letter = take(world, noon(5), 1).await.unwrap();
        assert_eq!((letter.alerts.len(), letter.is_digest), (1, false));
    }

    pub(super) async fn old_alerts_are_forgotten(world: &impl World) {
        let oski = told_person(world, "oski", Pace::AtOnce, &["a"], noon(3)).await;
        world.outbox().bundle(noon(3), noon(1)).await.unwrap();
        take(world, noon(3), 1).await.unwrap();
        let age = SignedDuration::from_hours(i64::from(LOG_DAYS) * 24);
        assert_eq!(world.outbox().sweep_alerts(noon(3) + age).await.unwrap(), 0);
        let later = noon(3) + age + SignedDuration::from_secs(1);
        assert_eq!(world.outbox().sweep_alerts(later).await.unwrap(), 1);
        assert_eq!(log(world, oski).await, []);
        assert!(!world.alerts().is_unsubscribe_link(hash(1)).await.unwrap());
    }
}
