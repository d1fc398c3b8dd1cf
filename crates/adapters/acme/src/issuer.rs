//! The issuer: accounts, trials, orders, and the authority's advice.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use async_trait::async_trait;
use clock::Clock;
use instant_acme::Error;
use jiff::Timestamp;
use platform::certificates::{DnsWriter, FailureKind, IssueFailure, Issued, Issuer, RenewalAdvice, Wanted, Window};
use tls::certificate::PublicCertificate;
use tls::challenges::Challenges;
use tls::private_file;

use crate::account;
use crate::config::{AcmeConfig, Directory};
use crate::failure::{here, of, plain};
use crate::order::{Ordering, Trouble, identifier};
use crate::order_note::OrderFile;
use crate::proofs::Proofs;
use crate::transport::Transport;

/// An authority may refuse any nonce. The library tries three times; so many rounds of that fail once in a hundred
/// million requests when every second nonce is refused.
pub(crate) const NONCE_ROUNDS: u32 = 8;

/// Does a request again for as long as the authority only dislikes its nonce.
macro_rules! again {
    ($request:expr) => {{
        let mut rounds = crate::issuer::NONCE_ROUNDS;
        loop {
            match $request {
                Err(error) if rounds > 0 && crate::failure::is_bad_nonce(&error) => rounds -= 1,
                answer => break answer,
            }
        }
    }};
}
pub(crate) use again;

/// Gets certificates by ACME.
pub struct AcmeIssuer {
    config: AcmeConfig,
    /// Accounts and open orders, a folder for each directory.
    folder: PathBuf,
    transport: Transport,
    proofs: Proofs,
}

/// The issuer cannot be set up.
#[derive(Debug, thiserror::Error)]
#[error("cannot set up certificates by ACME")]
pub struct SetupError(#[source] Box<dyn std::error::Error + Send + Sync>);

impl AcmeIssuer {
    /// An issuer that keeps its accounts and orders in `folder`, puts its proofs into `challenges`, and its records into
    /// `dns`. Asks nobody yet. The process must have a provider of cryptography installed.
    ///
    /// # Errors
    /// When the root certificate cannot be read, or the folder not be made.
    pub fn new(
        config: AcmeConfig,
        folder: &Path,
        challenges: Challenges,
        dns: Option<Arc<dyn DnsWriter>>,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, SetupError> {
        private_file::make_folder(folder).map_err(|error| SetupError(Box::new(error)))?;
        let transport = Transport::new(config.root_certificate.as_deref(), config.request_limit, clock);
        let transport = transport.map_err(|error| SetupError(Box::new(error)))?;
        Ok(Self { config, folder: folder.to_owned(), transport, proofs: Proofs { challenges, dns } })
    }

    async fn order(
        &self,
        directory: &Directory,
        wanted: &Wanted,
        replaces: Option<&PublicCertificate>,
    ) -> Result<Issued, IssueFailure> {
        let folder = self.folder_of(directory)?;
        let mut is_second = false;
        loop {
            let account = account::open(&folder, directory, &self.config, &self.transport).await?;
            let ordering = Ordering {
                account: &account,
                directory,
                transport: &self.transport,
                proofs: &self.proofs,
                profile: self.config.profile.as_deref(),
                limit: self.config.order_limit,
                file: OrderFile::new(&folder, &wanted.id),
            };
            match ordering.run(wanted, replaces).await {
                Ok(issued) => return Ok(issued),
                Err(Trouble::Failure(failure)) => return Err(failure),
                Err(Trouble::UnknownAccount) if is_second => {
                    return Err(plain(
                        FailureKind::Refused,
                        format!("{directory} does not know the account that it just made"),
                    ));
                }
                Err(Trouble::UnknownAccount) => {
                    tracing::warn!(%directory, "the authority does not know our account any more; a new one is made");
                    account::put_aside(&folder)?;
                    is_second = true;
                }
            }
        }
    }

    /// Before the first real order with these names, one that costs nothing.
    async fn try_first(&self, wanted: &Wanted) -> Result<(), IssueFailure> {
        let Some(directory) = &self.config.trial_directory else { return Ok(()) };
        let done = self.folder.join(format!("{}.tried.json", wanted.id));
        let names = serde_json::to_string(&(&wanted.names, wanted.challenge)).unwrap_or_default();
        let noted = private_file::read(&done).map_err(|error| here("cannot read the note of a trial", error))?;
        if noted.as_deref() == Some(&names) {
            return Ok(());
        }
        let tried = self.order(directory, wanted, None).await;
        tried.map_err(|failure| IssueFailure { says: format!("the trial failed: {}", failure.says), ..failure })?;
        tracing::info!(id = wanted.id, %directory, "a trial went well; the real order follows");
        private_file::write(&done, &names).map_err(|error| here("cannot write the note of a trial", error))
    }

    fn folder_of(&self, directory: &Directory) -> Result<PathBuf, IssueFailure> {
        let folder = self.folder.join(directory.folder_name());
        private_file::make_folder(&folder).map_err(|error| here("cannot make a folder for the ACME account", error))?;
        Ok(folder)
    }
}

#[async_trait]
impl Issuer for AcmeIssuer {
    fn authority(&self) -> String {
        self.config.directory.to_string()
    }

    async fn issue(&self, wanted: &Wanted, replaces: Option<&str>) -> Result<Issued, IssueFailure> {
        let replaces = replaces.and_then(read_chain);
        let names_all = |old: &PublicCertificate| {
            wanted.names.iter().all(|name| old.names().iter().any(|named| named == name.as_str()))
        };
        // A renewal needs no trial; other names do.
        if !replaces.as_ref().is_some_and(names_all) {
            self.try_first(wanted).await?;
        }
        self.order(&self.config.directory, wanted, replaces.as_ref()).await
    }

    async fn renewal_advice(&self, chain_pem: &str) -> Result<Option<RenewalAdvice>, IssueFailure> {
        let directory = &self.config.directory;
        let Some(certificate) = read_chain(chain_pem) else { return Ok(None) };
        let Some(called) = identifier(&certificate) else { return Ok(None) };
        let folder = self.folder_of(directory)?;
        let account = account::open(&folder, directory, &self.config, &self.transport).await?;
        let tried = format!("{directory}: cannot ask when to renew");
        match account.renewal_info(&called).await {
            Ok((advice, ask_again_after)) => {
                let moment = |seconds| Timestamp::from_second(seconds).ok();
                let window = advice.suggested_window;
                let ends = (moment(window.start.unix_timestamp()), moment(window.end.unix_timestamp()));
                let (Some(start), Some(end)) = ends else { return Ok(None) };
                let window = Window { start, end };
                Ok(Some(RenewalAdvice { window, explained_at: advice.explanation_url, ask_again_after }))
            }
            // It does not give advice, or not about a certificate of another authority.
            Err(Error::Unsupported(_) | Error::Api(_) | Error::Str(_)) => Ok(None),
            Err(error) => Err(of(&tried, error, self.transport.retry_after())),
        }
    }
}

/// The certificate that is to be replaced; `None` for what cannot be read, which is replaced like one that never was.
fn read_chain(chain_pem: &str) -> Option<PublicCertificate> {
    PublicCertificate::from_pem(chain_pem).ok()
}
