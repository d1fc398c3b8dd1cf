//! What becomes of letters when the mail server, or the process, does not do what it should.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use accounts::alerts::{AlertMail, Delivery, MailError, Message, Pace};
use accounts::session::SessionToken;
use async_trait::async_trait;
use clock::Clock;
use database::config::DatabaseConfig;
use database::connect::Database;
use kit::postgres::TestPostgres;
use kit::smtp::{Manner, SmtpServer};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use crate::world::{World, header, round};

/// A world in which a seat has just opened for so many.
async fn opened(followers: usize) -> World {
    let world = World::start().await;
    for number in 0..followers {
        world.follower(&format!("oski{number}"), Pace::AtOnce).await;
    }
    round(&mut world.notifier()).await;
    world.counts(15, [99, 100, 40]).await;
    world
}

/// The way to a server that goes away after some letters.
struct GoesAway {
    mail: Arc<dyn AlertMail>,
    server: Arc<SmtpServer>,
    letters_left: AtomicUsize,
}

#[async_trait]
impl AlertMail for GoesAway {
    async fn send(&self, message: &Message) -> Result<(), MailError> {
        if self.letters_left.load(Ordering::Relaxed) == 0 {
            self.server.behave(Manner::Drops("EHLO"));
        } else {
            self.letters_left.fetch_sub(1, Ordering::Relaxed);
        }
        self.mail.send(message).await
    }
}

#[tokio::test]
async fn an_outage_in_the_middle_delays_and_loses_nothing() {
    let world = opened(5).await;
    let letters_left = AtomicUsize::new(2);
    let way = GoesAway { mail: world.mail(), server: world.server.clone(), letters_left };
    let mut notifier = world.notifier_with(Some(Arc::new(way)), |_| {});
    for _ in 0..4 {
        round(&mut notifier).await;
    }
    assert_eq!(world.server.taken().len(), 2);
    assert_eq!(world.server.connections(), 3, "while it is away it is left alone");
    // Ten days are longer than any one letter is tried.
    for _ in 0..240 {
        world.later(60);
        round(&mut notifier).await;
    }
    assert_eq!(world.server.taken().len(), 2);
    world.server.behave(Manner::Takes);
    world.later(1);
    round(&mut world.notifier()).await;
    let mut to: Vec<String> = world.server.taken().into_iter().flat_map(|mail| mail.to).collect();
    to.sort();
    assert_eq!(to, (0..5).map(|number| format!("oski{number}@berkeley.edu")).collect::<Vec<_>>(), "each once");
}

#[tokio::test]
async fn who_is_refused_for_now_is_tried_later_and_who_is_refused_for_good_is_told() {
    let world = opened(1).await;
    let oski = world.person("oski0").await;
    let mut notifier = world.notifier();
    world.server.behave(Manner::Refuses("RCPT", "451 try again oski0@berkeley.edu"));
    round(&mut notifier).await;
    round(&mut notifier).await;
    assert_eq!(world.server.connections(), 1);
    world.later(1);
    round(&mut notifier).await;
    world.later(1);
    round(&mut notifier).await;
    assert_eq!(world.server.connections(), 2, "the second wait is longer");
    world.later(1);
    world.server.behave(Manner::Refuses("RCPT", "550 oski0@berkeley.edu is unknown"));
    round(&mut notifier).await;
    let log = world.log(oski).await;
    let Delivery::Refused(said) = &log[0].1 else { panic!("{log:?}") };
    assert!(said.as_str().contains("the address is unknown"), "{said}");
    world.server.behave(Manner::Takes);
    world.later(60);
    round(&mut notifier).await;
    assert_eq!(world.server.taken(), []);
}

#[tokio::test]
async fn a_letter_that_is_refused_for_now_for_days_is_given_up_and_says_so() {
    let world = opened(1).await;
    let oski = world.person("oski0").await;
    let mut notifier = world.notifier();
    world.server.behave(Manner::Refuses("RCPT", "451 try again"));
    for _ in 0..130 {
        round(&mut notifier).await;
        world.later(60);
    }
    assert_eq!(world.log(oski).await[0].1, Delivery::GivenUp);
    assert!(world.server.connections() < 135);
}

#[tokio::test]
async fn a_refused_login_is_nobody_s_fault_and_waits() {
    let world = opened(2).await;
    let mut notifier = world.notifier();
    world.server.behave(Manner::Refuses("MAIL", "530 authentication required"));
    round(&mut notifier).await;
    assert_eq!(world.server.connections(), 1);
    world.server.behave(Manner::Takes);
    world.later(1);
    round(&mut notifier).await;
    assert_eq!(world.server.taken().len(), 2);
}

#[tokio::test]
async fn a_server_that_takes_a_letter_and_never_says_so_gets_it_again_under_the_same_name() {
    let world = opened(1).await;
    let mut notifier = world.notifier();
    world.server.behave(Manner::Hangs("."));
    round(&mut notifier).await;
    world.server.behave(Manner::Takes);
    world.later(1);
    round(&mut notifier).await;
    let mails = world.server.taken();
    let ids: Vec<String> = mails.iter().map(|mail| header(mail, "Message-ID")).collect();
    assert_eq!(ids.len(), 2);
    assert_eq!(ids[0], ids[1]);
    assert!(ids[0].ends_with("@example.edu>"), "{}", ids[0]);
}

/// Mail that is on its way for ever, for a process that is killed meanwhile.
struct Stuck(Arc<Notify>);

#[async_trait]
impl AlertMail for Stuck {
    async fn send(&self, _: &Message) -> Result<(), MailError> {
        self.0.notify_one();
        std::future::pending().await
    }
}

async fn killed_while_sending(world: &World) {
    let is_sending = Arc::new(Notify::new());
    let mut dying = world.notifier_with(Some(Arc::new(Stuck(is_sending.clone()))), |_| {});
    let task = tokio::spawn(async move { dying.round(&CancellationToken::new()).await });
    is_sending.notified().await;
    task.abort();
    drop(task.await);
    let mut next = world.notifier();
    round(&mut next).await;
    assert_eq!(world.server.taken(), [], "it may still be on its way");
    world.later(5);
    round(&mut next).await;
    round(&mut next).await;
    assert_eq!(world.server.taken().len(), 1);
}

#[tokio::test]
async fn a_process_that_is_killed_while_it_sends_leaves_the_letter_to_the_next() {
    killed_while_sending(&opened(1).await).await;
}

#[tokio::test]
async fn the_same_over_postgres() {
    let server = TestPostgres::new_database().await;
    let database = Arc::new(Database::connect(&DatabaseConfig::new(server.url())).await.unwrap());
    database.migrate().await.unwrap();
    let world = World::over(database.clone(), database).await;
    world.follower("oski", Pace::AtOnce).await;
    round(&mut world.notifier()).await;
    world.counts(15, [99, 100, 40]).await;
    killed_while_sending(&world).await;
    world.counts(30, [100, 100, 40]).await;
    round(&mut world.notifier()).await;
    world.counts(45, [99, 100, 40]).await;
    let (mut one, mut other) = (world.notifier(), world.notifier());
    tokio::join!(round(&mut one), round(&mut other));
    assert_eq!(world.server.taken().len(), 2, "of two notifiers at once one tells and one sends");
}

#[tokio::test]
async fn the_button_in_the_mail_program_ends_the_mail() {
    let world = opened(1).await;
    let oski = world.person("oski0").await;
    let mut notifier = world.notifier();
    round(&mut notifier).await;
    let [mail] = world.server.taken().try_into().unwrap();
    assert_eq!(header(&mail, "List-Unsubscribe-Post"), "List-Unsubscribe=One-Click");
    assert_eq!(header(&mail, "Auto-Submitted"), "auto-generated");
    let link = header(&mail, "List-Unsubscribe");
    let token = link.strip_prefix("<https://bt.example.edu/unsubscribe?token=").and_then(|rest| rest.strip_suffix('>'));
    let token = SessionToken::parse(token.unwrap_or_else(|| panic!("{link}"))).unwrap();
    assert!(world.alerts.unsubscribe(token.hash(), world.clock.now()).await.unwrap());
    world.counts(30, [100, 100, 40]).await;
    round(&mut notifier).await;
    world.counts(45, [90, 100, 40]).await;
    round(&mut notifier).await;
    assert_eq!(world.server.taken().len(), 1);
    assert_eq!(world.log(oski).await[0].1, Delivery::MailOff, "and the site shows it still");
}

#[tokio::test]
async fn without_a_mail_server_news_waits_and_made_up_people_get_none() {
    let world = opened(1).await;
    let sample = world.follower("ana+sample", Pace::AtOnce).await;
    round(&mut world.notifier_with(None, |_| {})).await;
    let oski = world.person("oski0").await;
    assert_eq!(world.log(oski).await[0].1, Delivery::Waiting);
    world.counts(30, [100, 100, 40]).await;
    round(&mut world.notifier()).await;
    world.counts(45, [99, 100, 40]).await;
    round(&mut world.notifier()).await;
    assert!(world.server.taken().iter().all(|mail| mail.to == ["oski0@berkeley.edu"]));
    assert!(matches!(world.log(sample).await[0].1, Delivery::Refused(_)));
    world.counts(60, [100, 100, 40]).await;
    let mut loopback = world.notifier_with(Some(world.mail()), |config| config.mails_sample_people = true);
    round(&mut loopback).await;
    world.counts(75, [99, 100, 40]).await;
    round(&mut loopback).await;
    assert!(world.server.taken().iter().any(|mail| mail.to == ["ana+sample@berkeley.edu"]));
}
