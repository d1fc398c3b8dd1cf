//! How the certificates are, read from disk: it is right also when no keeper runs, which is what it must tell.

use jiff::Timestamp;
use platform::certificates::Held;
use platform::certificates::findings::{Level, Notice, finding, notices};
use platform::certificates::plan::{Plan, plan};
use platform::certificates::renewal::due_at;
use platform::status::{Finding, Health};
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

impl Report {
    /// How bad the worst of it is; `None` when all is well, and where nobody but ourselves is asked.
    #[must_use]
    pub fn worst(&self) -> Option<Level> {
        self.authority.as_ref().and_then(|_| self.notices.first()).map(|notice| notice.level)
    }
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
