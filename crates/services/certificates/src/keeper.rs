//! The loop. Every edge process runs one; who has the lock asks the authority, the others read what it wrote.

use std::sync::Arc;
use std::time::Duration;

use clock::Clock;
use jiff::{SignedDuration, Timestamp};
use platform::certificates::attempts::{Attempt, Outcome};
use platform::certificates::grouping::{Means, group};
use platform::certificates::plan::{Due, Plan, plan};
use platform::certificates::{FailureKind, Held, HostName, IssueFailure, Issuer, Wanted};
use tls::certificate::Certificate;
use tls::certificates::Certificates;
use tls::challenges::Challenges;
use tls::folder::{CertificateFolder, FolderError, Lead};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use crate::notes::{Advice, Notes, WantedNote};
use crate::served;

/// An authority's advice is asked for no more often, and no more seldom, than this (RFC 9773, 4.3.3).
const ADVICE_SOONEST: SignedDuration = SignedDuration::from_hours(1);
const ADVICE_LATEST: SignedDuration = SignedDuration::from_hours(24);
/// After a failure to ask, and where the authority gives none.
const ADVICE_RETRY: SignedDuration = SignedDuration::from_hours(6);
/// What is served is made anew so often even when nothing changed: certificates of our own come to their ends too.
const SERVED_ANEW: SignedDuration = SignedDuration::from_hours(6);

/// How the keeper works.
#[derive(Clone, Debug)]
pub struct Config {
    /// How names are proven.
    pub means: Means,
    /// A mark of all settings that an order is made with, which is another one when one of them changes.
    pub settings: String,
    /// How often the folder and the lock are looked at. Two seconds: how long the second edge serves the old certificate.
    pub look_every: Duration,
}

/// What the keeper is given.
pub struct Ports {
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// The authority; `None` where there is no public domain.
    pub issuer: Option<Arc<dyn Issuer>>,
    /// Where certificates lie.
    pub folder: CertificateFolder,
    /// Where proofs lie.
    pub challenges: Challenges,
    /// What is served.
    pub served: Certificates,
    /// The hosts of the house, which change with its previews.
    pub hosts: watch::Receiver<Hosts>,
}

/// The hosts of the house.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Hosts {
    /// Of the configuration: the domain, `www.`, `staging.`, `*.`.
    pub fixed: Vec<HostName>,
    /// Of previews, which come and go.
    pub passing: Vec<HostName>,
}

/// Keeps certificates.
pub struct Keeper {
    config: Config,
    ports: Ports,
    lead: Option<Lead>,
    /// What was served last, and when it was made.
    seen: Option<(u64, Hosts, Timestamp)>,
}

impl Keeper {
    /// A keeper. What lies on disk is served when this returns.
    ///
    /// # Errors
    /// When the folder cannot be read.
    pub fn new(config: Config, ports: Ports) -> Result<Self, FolderError> {
        let mut keeper = Self { config, ports, lead: None, seen: None };
        keeper.serve()?;
        Ok(keeper)
    }

    /// Keeps them until it is told to stop. An order that is under way is left as it is; the next keeper goes on with it.
    pub async fn run(mut self, shutdown: CancellationToken) {
        loop {
            let step = async {
                if let Err(error) = self.round().await {
                    tracing::error!(error = %error, "the folder of the certificates cannot be used");
                }
                let mut hosts = self.ports.hosts.clone();
                hosts.mark_unchanged();
                tokio::select! {
                    () = tokio::time::sleep(self.config.look_every) => {}
                    Ok(()) = hosts.changed() => {}
                }
            };
            if shutdown.run_until_cancelled(step).await.is_none() {
                return;
            }
        }
    }

    /// One look at everything, and at most one order for each certificate that is due.
    ///
    /// # Errors
    /// When the folder cannot be used.
    pub async fn round(&mut self) -> Result<(), FolderError> {
        self.serve()?;
        let Some(issuer) = self.ports.issuer.clone() else { return Ok(()) };
        if self.lead.is_none() {
            self.lead = self.ports.folder.try_lead()?;
            let Some(_) = &self.lead else { return Ok(()) };
            tracing::info!("this process keeps the certificates");
            self.clean();
            self.compare_settings()?;
        }
        let mut notes = self.note_wishes(&issuer)?;
        self.ask_advice(&issuer, &mut notes).await?;
        let asked = self.ports.folder.asked()?;
        let plan = self.plan(&notes, &asked)?;
        for due in plan.now {
            self.obtain(&issuer, due, &mut notes).await?;
        }
        for id in plan.forgotten {
            tracing::info!(id, "a certificate that nobody wants ended long ago, and is removed");
            self.ports.folder.remove(&id)?;
        }
        self.serve()
    }

    fn plan(&self, notes: &Notes, asked: &[String]) -> Result<Plan, FolderError> {
        Ok(plan(&notes.wanted(), &self.held(notes)?, &notes.attempts, asked, self.ports.clock.now()))
    }

    /// Loads what lies on disk when it changed, and serves it.
    fn serve(&mut self) -> Result<(), FolderError> {
        let now = self.ports.clock.now();
        let hosts = self.ports.hosts.borrow().clone();
        let mark = self.ports.folder.mark()?;
        let is_known = self.seen.as_ref().is_some_and(|(seen_mark, seen_hosts, at)| {
            *seen_mark == mark && *seen_hosts == hosts && now.duration_since(*at) < SERVED_ANEW
        });
        if is_known {
            return Ok(());
        }
        let mut certificates = self.load_and_remember()?;
        let wanted = group(&hosts.fixed, &hosts.passing, self.config.means).wanted;
        let place = |id: &str| wanted.iter().position(|wanted| wanted.id == id).unwrap_or(usize::MAX);
        certificates.sort_by_key(|(id, _)| place(id));
        for (id, certificate) in &certificates {
            let ends_at = certificate.not_after().as_second();
            #[expect(clippy::cast_precision_loss, reason = "seconds since 1970 are exact in a double for ever")]
            metrics::gauge!("certificate_ends_at_seconds", "certificate" => id.clone()).set(ends_at as f64);
        }
        let all: Vec<HostName> = hosts.fixed.iter().chain(&hosts.passing).cloned().collect();
        let stored: Vec<Certificate> = certificates.into_iter().map(|(_, certificate)| certificate).collect();
        let list = served::list(stored, &all, &self.ports.folder, now);
        tracing::info!(certificates = list.len(), "certificates are served");
        self.ports.served.replace(list);
        self.seen = Some((mark, hosts, now));
        Ok(())
    }

    /// What lies on disk; in the place of each broken file, the last good one of it.
    fn load_and_remember(&self) -> Result<Vec<(String, Certificate)>, FolderError> {
        if let Err(error) = self.ports.folder.remember_good() {
            tracing::warn!(error = %error, "no copies of good certificates can be kept");
        }
        let stored = self.ports.folder.load()?;
        for unusable in &stored.unusable {
            let cause = std::error::Error::source(unusable).map(ToString::to_string);
            tracing::error!(error = %unusable, cause, "a certificate cannot be served");
        }
        for (id, good) in &stored.last_good {
            tracing::error!(id, ends_at = %good.not_after(), "the last good one is served in the place of a broken file");
        }
        Ok(stored.certificates.into_iter().chain(stored.last_good).collect())
    }

    /// Settings that changed may have mended what failed.
    fn compare_settings(&self) -> Result<(), FolderError> {
        let mut notes = Notes::read(&self.ports.folder)?;
        if notes.settings.as_ref() == Some(&self.config.settings) {
            return Ok(());
        }
        if notes.settings.is_some() {
            tracing::info!("the settings of the certificates changed: what failed before is tried again now");
            notes.attempts.begin_anew();
        }
        notes.settings = Some(self.config.settings.clone());
        notes.write(&self.ports.folder)
    }

    /// What an order would take the place of. A broken file counts as none, so that it is replaced.
    fn held(&self, notes: &Notes) -> Result<Vec<Held>, FolderError> {
        let stored = self.ports.folder.load()?;
        Ok(stored.certificates.iter().map(|(id, certificate)| notes.held(id, certificate)).collect())
    }

    fn note_wishes(&self, issuer: &Arc<dyn Issuer>) -> Result<Notes, FolderError> {
        let mut notes = Notes::read(&self.ports.folder)?;
        let hosts = self.ports.hosts.borrow().clone();
        let grouped = group(&hosts.fixed, &hosts.passing, self.config.means);
        let before = notes.clone();
        notes.authority = Some(issuer.authority());
        notes.wanted = grouped.wanted.iter().map(WantedNote::from).collect();
        notes.impossible = grouped.impossible;
        if notes != before {
            for name in &notes.impossible {
                tracing::warn!(%name, "no certificate is possible: it needs DNS, which is not set up");
            }
            notes.write(&self.ports.folder)?;
        }
        Ok(notes)
    }

    /// Asks the authority when it wishes the certificates renewed: it may be in a hurry, after a mistake of its own.
    async fn ask_advice(&self, issuer: &Arc<dyn Issuer>, notes: &mut Notes) -> Result<(), FolderError> {
        let now = self.ports.clock.now();
        let held = self.held(notes)?;
        let wanted = notes.wanted();
        let before = notes.clone();
        for held in held.iter().filter(|held| wanted.iter().any(|wanted| wanted.id == held.id)) {
            let known = notes.advice.get(&held.serial).copied();
            if known.is_some_and(|advice| advice.ask_again_at > now) {
                continue;
            }
            let Some(chain_pem) = self.ports.folder.chain_pem(&held.id)? else { continue };
            let advised = match issuer.renewal_advice(&chain_pem).await {
                Ok(Some(advice)) => {
                    let pause = SignedDuration::try_from(advice.ask_again_after).unwrap_or(ADVICE_LATEST);
                    let pause = pause.clamp(ADVICE_SOONEST, ADVICE_LATEST);
                    if known.is_none_or(|known| known.window != Some(advice.window)) {
                        let (start, end) = (advice.window.start, advice.window.end);
                        tracing::info!(id = held.id, %start, %end, explained_at = advice.explained_at, "the authority says when to renew");
                    }
                    Advice { window: Some(advice.window), ask_again_at: later(now, pause) }
                }
                Ok(None) => Advice { window: None, ask_again_at: later(now, ADVICE_RETRY) },
                Err(failure) => {
                    tracing::warn!(id = held.id, error = %failure, "the authority could not be asked when to renew");
                    let window = known.and_then(|known| known.window);
                    Advice { window, ask_again_at: later(now, ADVICE_RETRY) }
                }
            };
            notes.advice.insert(held.serial.clone(), advised);
        }
        notes.advice.retain(|serial, _| held.iter().any(|held| held.serial == *serial));
        if *notes == before { Ok(()) } else { notes.write(&self.ports.folder) }
    }

    async fn obtain(&mut self, issuer: &Arc<dyn Issuer>, due: Due, notes: &mut Notes) -> Result<(), FolderError> {
        let Due { wanted, why } = due;
        let names: Vec<&str> = wanted.names.iter().map(HostName::as_str).collect();
        tracing::info!(id = wanted.id, ?names, because = why.says(), "a certificate is asked for");
        let replaces = self.ports.folder.chain_pem(&wanted.id)?;
        let issued = issuer.issue(&wanted, replaces.as_deref()).await;
        let now = self.ports.clock.now();
        let outcome = match issued {
            Ok(issued) => match self.ports.folder.store(&wanted.id, &issued.chain_pem, issued.key.expose()) {
                Ok(stored) => {
                    tracing::info!(id = wanted.id, ends_at = %stored.not_after(), "a certificate was issued");
                    Outcome::Issued
                }
                Err(error) => Outcome::Failed {
                    kind: FailureKind::Here,
                    says: format!("it was issued, but cannot be kept: {error}"),
                    not_before: None,
                },
            },
            Err(failure) => failed(failure, now),
        };
        self.remember(&wanted, outcome, now, notes)?;
        self.ports.folder.answer_asked(&wanted.id)?;
        self.serve()
    }

    fn remember(&self, wanted: &Wanted, outcome: Outcome, at: Timestamp, notes: &mut Notes) -> Result<(), FolderError> {
        let word = if outcome == Outcome::Issued { "issued" } else { "failed" };
        metrics::counter!("certificate_attempts_total", "outcome" => word).increment(1);
        if let Outcome::Failed { says, .. } = &outcome {
            let held = self.ports.folder.load()?.certificates.into_iter().find(|(id, _)| *id == wanted.id);
            let old_ends_at = held.map(|(_, certificate)| certificate.not_after().to_string());
            tracing::error!(id = wanted.id, says, old_ends_at, "no certificate came; the old one stays");
        }
        notes.attempts.push(Attempt {
            id: wanted.id.clone(),
            names: wanted.names.clone(),
            at,
            outcome,
            is_past: false,
        });
        notes.write(&self.ports.folder)
    }

    fn clean(&self) {
        match self.ports.challenges.remove_stale(self.ports.clock.now()) {
            Ok(0) => {}
            Ok(removed) => tracing::info!(removed, "proofs that a killed process left behind were removed"),
            Err(error) => tracing::warn!(error = %error, "old proofs cannot be removed"),
        }
    }
}

fn failed(failure: IssueFailure, now: Timestamp) -> Outcome {
    let wait = failure.retry_after.and_then(|wait| SignedDuration::try_from(wait).ok());
    Outcome::Failed { kind: failure.kind, says: failure.says, not_before: wait.map(|wait| later(now, wait)) }
}

fn later(than: Timestamp, by: SignedDuration) -> Timestamp {
    than.checked_add(by).unwrap_or(Timestamp::MAX)
}
