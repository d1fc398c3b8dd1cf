//! How the certificates are, read from disk: it is right also when no keeper runs, which is what it must tell.

use jiff::Timestamp;
use platform::certificates::Held;
use platform::certificates::findings::{Failing, Level, Notice, failing, finding, notices};
use platform::certificates::plan::{Plan, plan};
use platform::certificates::renewal::due_at;
use platform::status::{Finding, Health};
use tls::certificate::Certificate;
use tls::folder::{CertificateFolder, FolderError, Stored};
use tls::local_authority::LocalAuthority;

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
    /// Those for which the last try failed, also while an older one is good.
    pub failing: Vec<Failing>,
    /// Files that cannot be served, each in a sentence.
    pub unusable: Vec<String>,
    /// What this machine made by itself, where no authority is asked; `None` while there is none.
    pub local: Option<Certificate>,
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
    let as_held = |(id, one): &(String, Certificate)| notes.held(id, one);
    let usable: Vec<Held> = stored.certificates.iter().map(as_held).collect();
    let served: Vec<Held> = usable.iter().cloned().chain(stored.last_good.iter().map(as_held)).collect();
    let (wanted, attempts) = (notes.wanted(), &notes.attempts);
    let local = if notes.authority.is_none() { made_here(folder) } else { None };
    let found = match &notes.authority {
        Some(_) => finding(&wanted, &served, attempts, &notes.impossible, now),
        None => finding_of_local(local.as_ref(), now),
    };
    Ok(Report {
        finding: with_unusable(found, &stored),
        notices: notices(&wanted, &served, attempts, now),
        failing: failing(&wanted, &served, attempts, now),
        plan: plan(&wanted, &usable, attempts, &folder.asked()?, now),
        held: served.into_iter().map(|held| (due_at(&held), held)).map(|(due, held)| (held, due)).collect(),
        local,
        unusable: stored.unusable.iter().map(with_cause).collect(),
        authority: notes.authority,
    })
}

fn made_here(folder: &CertificateFolder) -> Option<Certificate> {
    LocalAuthority::made_last(&folder.local()).unwrap_or_else(|error| {
        tracing::warn!(%error, "the certificate of this machine cannot be read");
        None
    })
}

fn finding_of_local(local: Option<&Certificate>, now: Timestamp) -> Finding {
    let Some(local) = local else {
        let says = "Certificates are made on this machine.".to_owned();
        return Finding { health: Health::Absent, says, latency_ms: None, mend: None };
    };
    let day = local.not_after().strftime("%Y-%m-%d");
    if local.not_after() <= now {
        let says = format!("The certificate that this machine made ended on {day}: browsers refuse it now.");
        return Finding::degraded(says, "bt restart edge");
    }
    let says = format!("Made on this machine; the one that is served ends on {day}, and is made anew before.");
    Finding { health: Health::Up, says, latency_ms: None, mend: None }
}

/// A broken file is told of unless something worse is.
fn with_unusable(found: Finding, stored: &Stored) -> Finding {
    if stored.unusable.is_empty() || found.health >= Health::Degraded {
        return found;
    }
    let says = match stored.last_good.first() {
        Some((id, _)) => {
            format!("The file of the certificate {id} is broken; the last good one is served in its place.")
        }
        None => "The file of a certificate is broken, and is not served.".to_owned(),
    };
    Finding::degraded(
        says,
        "`bt certificates` names the file: put a right one there, key and chain in one, or remove it",
    )
}

fn with_cause(error: &FolderError) -> String {
    match std::error::Error::source(error) {
        Some(cause) => format!("{error}: {cause}"),
        None => error.to_string(),
    }
}
