//! How the certificates are, read from disk: it is right also when no keeper runs, which is what it must tell.

use async_trait::async_trait;
use clock::Clock;
use jiff::Timestamp;
use platform::certificates::Held;
use platform::certificates::findings::{Notice, finding, notices};
use platform::certificates::plan::{Plan, plan};
use platform::certificates::renewal::due_at;
use platform::ports::Probe;
use platform::status::{Finding, Health, Part};
use std::sync::Arc;
use tls::folder::{CertificateFolder, FolderError};

use crate::notes::Notes;

/// All that `bt certificates` shows.
#[derive(Clone, Debug)]
pub struct Report {
    /// Which authority is asked; `None` where certificates are only made by ourselves.
    pub authority: Option<String>,
    /// The certificates that are there, with the moment at which each is renewed.
    pub held: Vec<(Held, Timestamp)>,
    /// What is done next, and what waits for what.
    pub plan: Plan,
    /// What people must know, the worst first.
    pub notices: Vec<Notice>,
    /// The same in one sentence.
    pub finding: Finding,
    /// Files that cannot be served, each in a sentence.
    pub unusable: Vec<String>,
}

/// Reads how the certificates are.
///
/// # Errors
/// When the folder cannot be read.
pub fn report(folder: &CertificateFolder, now: Timestamp) -> Result<Report, FolderError> {
    let notes = Notes::read(folder)?;
    let stored = folder.load()?;
    let held: Vec<Held> = stored.certificates.iter().map(|(id, one)| notes.held(id, one)).collect();
    let wanted = notes.wanted();
    let mut finding = finding(&wanted, &held, &notes.attempts, &notes.impossible, now);
    if notes.authority.is_none() {
        let says = "Certificates are made on this machine.".to_owned();
        finding = Finding { health: Health::Absent, says, latency_ms: None, mend: None };
    }
    Ok(Report {
        finding,
        notices: notices(&wanted, &held, &notes.attempts, now),
        plan: plan(&wanted, &held, &notes.attempts, &folder.asked()?, now),
        held: held.into_iter().map(|held| (due_at(&held), held)).map(|(due, held)| (held, due)).collect(),
        authority: notes.authority,
        unusable: stored.unusable.iter().map(ToString::to_string).collect(),
    })
}

/// Looks at the certificates for the status page.
pub struct CertificateProbe {
    /// Where they lie.
    pub folder: CertificateFolder,
    /// The time.
    pub clock: Arc<dyn Clock>,
}

#[async_trait]
impl Probe for CertificateProbe {
    fn part(&self) -> Part {
        Part::Certificates
    }

    async fn look(&self) -> Finding {
        match report(&self.folder, self.clock.now()) {
            Ok(report) => report.finding,
            Err(error) => Finding {
                health: Health::Unknown,
                says: "The certificates cannot be looked at.".to_owned(),
                latency_ms: None,
                mend: Some(error.to_string()),
            },
        }
    }
}
