//! Sending: letters are made of what waits, and handed to the mail server one by one.
//!
//! A letter is taken out with a lease and settled afterwards. Who dies in between leaves it to the next after the lease;
//! it is sent again then under the same `Message-ID`, by which mail programs know it.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use accounts::alerts::{
    AlertMail, Letter, MailError, MessageAround, OUTAGE_PAUSE, Outcome, digest_moment, message, retry_after,
};
use accounts::line::Line;
use accounts::report_mail::{ReportOutcome, TakenReport};
use accounts::session::SessionToken;
use accounts::sign_in::is_sample;
use catalog::ports::{StoreError, with_causes};
use jiff::Timestamp;
use tokio_util::sync::CancellationToken;

use crate::service::Notifier;

/// How often it is tried to note that a letter was taken, and how long is waited in between: a database that restarts is
/// back within that, and nobody gets the letter twice.
const SETTLE_TRIES: usize = 10;
const SETTLE_PAUSE: Duration = Duration::from_secs(1);

/// What is known of the way to the mail server.
#[derive(Debug, Default)]
pub(crate) struct Way {
    /// While the server cannot be reached: when to try again.
    closed_until: Option<Timestamp>,
}

/// Sends what waits, unless the server was away a moment ago.
pub(crate) async fn send_what_waits(notifier: &mut Notifier, mail: &dyn AlertMail, shutdown: &CancellationToken) {
    let now = notifier.ports.clock.now();
    let morning = digest_moment(now, &notifier.config.zone);
    if let Err(error) = notifier.ports.outbox.bundle(now, morning).await {
        tracing::warn!(error = with_causes(&error), "letters could not be made; it is tried again");
        return;
    }
    if notifier.way.closed_until.is_some_and(|until| now < until) {
        return;
    }
    let round = Round { notifier, mail, shutdown, is_away: AtomicBool::new(false), is_reached: AtomicBool::new(false) };
    let senders = (0..round.notifier.config.senders.max(1)).map(|_| round.send());
    for sent in futures_util::future::join_all(senders).await {
        if let Err(error) = sent {
            tracing::warn!(error = with_causes(&error), "letters could not be taken out; it is tried again");
        }
    }
    let (is_away, is_reached) = (round.is_away.into_inner(), round.is_reached.into_inner());
    let way = &mut notifier.way;
    if is_away {
        way.closed_until = notifier.ports.clock.now().checked_add(OUTAGE_PAUSE).ok();
    } else if is_reached && way.closed_until.take().is_some() {
        tracing::info!("the mail server takes letters again");
    }
}

struct Round<'a> {
    notifier: &'a Notifier,
    mail: &'a dyn AlertMail,
    shutdown: &'a CancellationToken,
    is_away: AtomicBool,
    is_reached: AtomicBool,
}

impl Round<'_> {
    /// Sends letter by letter until there is none, the server is away, or the shutdown comes.
    async fn send(&self) -> Result<(), StoreError> {
        let Notifier { config, ports, .. } = self.notifier;
        while !self.shutdown.is_cancelled() && !self.is_away.load(Ordering::Relaxed) {
            let token = SessionToken::new((ports.chance)());
            let now = ports.clock.now();
            let letter = ports.outbox.take_letter(now, config.lease, token.hash()).await?;
            let Some(letter) = letter else { return Ok(()) };
            let outcome = self.hand_in(&letter, &token).await;
            until_noted(self.notifier, self.shutdown, Became::Letter(&letter, &outcome)).await;
        }
        Ok(())
    }

    async fn hand_in(&self, letter: &Letter, token: &SessionToken) -> Outcome {
        let config = &self.notifier.config;
        if is_sample(&letter.to) && !config.mails_sample_people {
            return Outcome::Refused(Line::fitted("made-up people get no mail"));
        }
        let around = MessageAround {
            site_name: &config.site_name,
            public_url: &config.public_url,
            zone: &config.zone,
            unsubscribe: token,
        };
        let sent = self.mail.send(&message(letter, &around)).await;
        let now = self.notifier.ports.clock.now();
        match sent {
            Ok(()) => {
                self.is_reached.store(true, Ordering::Relaxed);
                metrics::counter!("alert_letters_total", "outcome" => "sent").increment(1);
                Outcome::Sent
            }
            Err(error @ MailError::Unreachable(_)) => {
                let was_away = self.is_away.swap(true, Ordering::Relaxed);
                if !was_away && self.notifier.way.closed_until.is_none() {
                    let error = with_causes(&error);
                    tracing::warn!(error, "letters wait: the mail server cannot be reached");
                }
                Outcome::Later(now.checked_add(OUTAGE_PAUSE).unwrap_or(now))
            }
            Err(error @ MailError::NotNow(_)) => {
                let (letter_id, error) = (letter.id.0, with_causes(&error));
                tracing::info!(letter_id, attempt = letter.attempt, error, "a letter was not taken for now");
                metrics::counter!("alert_letters_total", "outcome" => "later").increment(1);
                retry_after(letter, now).map_or(Outcome::GivenUp, Outcome::Later)
            }
            Err(MailError::Never(said)) => {
                tracing::info!(letter_id = letter.id.0, "a letter was refused for good");
                metrics::counter!("alert_letters_total", "outcome" => "refused").increment(1);
                Outcome::Refused(said)
            }
        }
    }
}

/// What became of something that was handed to the mail server.
#[derive(Clone, Copy)]
pub(crate) enum Became<'a> {
    Letter(&'a Letter, &'a Outcome),
    Report(&'a TakenReport, &'a ReportOutcome),
}

/// Notes it, even if the database is away for a moment.
pub(crate) async fn until_noted(notifier: &Notifier, shutdown: &CancellationToken, became: Became<'_>) {
    let ports = &notifier.ports;
    for _ in 0..SETTLE_TRIES {
        let now = ports.clock.now();
        let (what, key, noted) = match became {
            Became::Letter(letter, outcome) => {
                ("letter", letter.id.0, ports.outbox.settle_letter(letter, outcome, now).await)
            }
            Became::Report(taken, outcome) => {
                ("report", taken.id.0, ports.reports.settle_report(taken, outcome, now).await)
            }
        };
        let Err(error) = noted else { return };
        let error = with_causes(&error);
        tracing::warn!(what, key, error, "it could not be noted what became of a mail");
        tokio::select! {
            () = shutdown.cancelled() => return,
            () = tokio::time::sleep(SETTLE_PAUSE) => {}
        }
    }
}
