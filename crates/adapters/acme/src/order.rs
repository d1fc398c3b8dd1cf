//! One order from beginning to end: ask, prove, wait, fetch. Each step is written down before it is done.

use std::time::Duration;

use clock::Stopwatch;
use instant_acme::{
    Account, AuthorizationHandle, AuthorizationStatus, CertificateIdentifier, ChallengeType, Error, Identifier,
    NewOrder, Order, OrderStatus,
};
use platform::certificates::{Challenge, FailureKind, IssueFailure, Issued, KeyPem, Wanted};
use rcgen::{CertificateParams, DistinguishedName, KeyPair};
use tls::certificate::{Certificate, CertificateError, PublicCertificate};

use crate::config::Directory;
use crate::failure::{here, of, plain, words};
use crate::issuer::again;
use crate::order_note::{OrderFile, OrderNote};
use crate::proofs::Proofs;
use crate::transport::Transport;

/// How often an open order is looked at when the authority names no pace: first soon, then less often.
const FIRST_LOOK: Duration = Duration::from_millis(250);
const LONGEST_LOOK: Duration = Duration::from_secs(10);

/// What an order is made with.
pub(crate) struct Ordering<'a> {
    pub(crate) account: &'a Account,
    pub(crate) directory: &'a Directory,
    pub(crate) transport: &'a Transport,
    pub(crate) proofs: &'a Proofs,
    pub(crate) profile: Option<&'a str>,
    pub(crate) limit: Duration,
    pub(crate) file: OrderFile,
}

/// The order did not end well, but the account may be the reason.
pub(crate) enum Trouble {
    /// The authority does not know the account.
    UnknownAccount,
    /// Anything else.
    Failure(IssueFailure),
}

impl From<IssueFailure> for Trouble {
    fn from(failure: IssueFailure) -> Self {
        Self::Failure(failure)
    }
}

impl Ordering<'_> {
    /// Goes on with the order that was cut short, or makes a new one.
    pub(crate) async fn run(&self, wanted: &Wanted, replaces: Option<&PublicCertificate>) -> Result<Issued, Trouble> {
        if let Some(issued) = self.resume(wanted, replaces).await? {
            return Ok(issued);
        }
        let (mut order, mut note) = self.begin(wanted, replaces).await?;
        Ok(self.finish(&mut order, &mut note, wanted).await?)
    }

    async fn resume(
        &self,
        wanted: &Wanted,
        replaces: Option<&PublicCertificate>,
    ) -> Result<Option<Issued>, IssueFailure> {
        let Some(mut note) = self.file.read()? else { return Ok(None) };
        if !note.is_for(wanted) {
            return self.discard(&note).await;
        }
        let found = again!(self.account.order(note.url.clone()).await);
        let mut order = match found {
            Ok(order) => order,
            Err(Error::Api(problem)) => {
                tracing::info!(
                    id = wanted.id,
                    says = words(&problem),
                    "the order that was cut short is gone; a new one is made"
                );
                return self.discard(&note).await;
            }
            Err(error) => return Err(self.failed("cannot look at the order that was cut short", error)),
        };
        if order.state().status == OrderStatus::Invalid {
            return self.discard(&note).await;
        }
        let issued = match self.finish(&mut order, &mut note, wanted).await {
            Ok(issued) => issued,
            // The authority may have looked while nobody answered: that says nothing about a new order.
            Err(failure) if matches!(failure.kind, FailureKind::Validation | FailureKind::Refused) => {
                tracing::info!(
                    id = wanted.id,
                    says = failure.says,
                    "the order that was cut short cannot go on; a new one is made"
                );
                return self.discard(&note).await;
            }
            Err(failure) => return Err(failure),
        };
        // An order that ended well is written down still: its certificate may be the one that is to be replaced.
        let read = PublicCertificate::from_pem(&issued.chain_pem).map_err(unusable)?;
        let is_fresh = replaces.is_none_or(|old| *old != read && old.not_after() < read.not_after());
        if is_fresh {
            tracing::info!(id = wanted.id, "an order that was cut short was brought to its end");
            return Ok(Some(issued));
        }
        self.file.remove()?;
        Ok(None)
    }

    async fn discard(&self, note: &OrderNote) -> Result<Option<Issued>, IssueFailure> {
        self.proofs.take_away(&note.proofs).await;
        self.file.remove()?;
        Ok(None)
    }

    async fn begin(
        &self,
        wanted: &Wanted,
        replaces: Option<&PublicCertificate>,
    ) -> Result<(Order, OrderNote), Trouble> {
        let key = KeyPair::generate().map_err(|error| here("cannot make a key", error))?;
        let names: Vec<Identifier> = wanted.names.iter().map(|name| Identifier::Dns(name.to_string())).collect();
        let replaced = replaces.and_then(identifier);
        let mut made = self.ask(&names, replaced.clone()).await;
        // That it is a renewal is a courtesy: an authority that does not know the old one gives a new one all the same.
        if replaced.is_some() && made.as_ref().is_err_and(is_about_replacing) {
            made = self.ask(&names, None).await;
        }
        let order = match made {
            Ok(order) => order,
            Err(error) if crate::failure::is_unknown_account(&error) => return Err(Trouble::UnknownAccount),
            Err(error) => return Err(self.failed("cannot order a certificate", error).into()),
        };
        let note = OrderNote::new(wanted, order.url(), &KeyPem::new(key.serialize_pem()));
        self.file.write(&note)?;
        Ok((order, note))
    }

    async fn ask(&self, names: &[Identifier], replaces: Option<CertificateIdentifier<'_>>) -> Result<Order, Error> {
        again!({
            let mut new = NewOrder::new(names);
            if let Some(profile) = self.profile {
                new = new.profile(profile);
            }
            if let Some(replaces) = replaces.clone() {
                new = new.replaces(replaces);
            }
            self.account.new_order(&new).await
        })
    }

    async fn finish(&self, order: &mut Order, note: &mut OrderNote, wanted: &Wanted) -> Result<Issued, IssueFailure> {
        let is_open = order.state().status == OrderStatus::Pending;
        let proven = if is_open { self.prove(order, note).await } else { Ok(()) };
        if !note.proofs.is_empty() {
            note.proofs = self.proofs.take_away(&note.proofs).await;
            self.file.write(note)?;
        }
        if let Err(failure) = proven {
            // An order that cannot be proven stays so: the next try begins anew.
            if failure.kind != FailureKind::Unreachable {
                self.file.remove()?;
            }
            return Err(failure);
        }
        if order.state().status == OrderStatus::Ready {
            let request = signing_request(wanted, &note.key())?;
            let asked = again!(order.finalize_csr(&request).await);
            asked.map_err(|error| self.failed("the authority did not take the request", error))?;
        }
        self.wait(order, &[OrderStatus::Valid]).await?;
        let fetched = again!(order.certificate().await);
        let chain_pem = fetched.map_err(|error| self.failed("cannot fetch the certificate", error))?;
        let chain_pem = chain_pem.ok_or_else(|| plain(FailureKind::Unreachable, "the certificate is not ready yet"))?;
        let issued = Issued { chain_pem, key: note.key() };
        check(&issued, wanted)?;
        Ok(issued)
    }

    async fn prove(&self, order: &mut Order, note: &mut OrderNote) -> Result<(), IssueFailure> {
        let fetched = again!(fetch_authorizations(order).await);
        fetched.map_err(|error| self.failed("cannot ask what is to be proven", error))?;
        let mut all = order.authorizations();
        while let Some(authorization) = all.next().await {
            let mut authorization =
                authorization.map_err(|error| self.failed("cannot ask what is to be proven", error))?;
            self.put_up(&mut authorization, note).await?;
        }
        // All are up before the first is looked at: one record in DNS may hide another for a while.
        let mut all = order.authorizations();
        while let Some(authorization) = all.next().await {
            let mut authorization =
                authorization.map_err(|error| self.failed("cannot say that the proof is up", error))?;
            if authorization.status != AuthorizationStatus::Pending {
                continue;
            }
            if let Some(mut challenge) = authorization.challenge(kind(note.challenge)) {
                let told = again!(challenge.set_ready().await);
                told.map_err(|error| self.failed("cannot say that the proof is up", error))?;
            }
        }
        self.wait(order, &[OrderStatus::Ready, OrderStatus::Valid]).await
    }

    async fn put_up<'h>(
        &self,
        authorization: &'h mut AuthorizationHandle<'h>,
        note: &mut OrderNote,
    ) -> Result<(), IssueFailure> {
        match authorization.status {
            // It was proven not long ago.
            AuthorizationStatus::Valid => return Ok(()),
            AuthorizationStatus::Pending => {}
            other => {
                let says =
                    format!("the authority does not believe in {} any more ({other:?})", authorization.identifier());
                return Err(plain(FailureKind::Refused, says));
            }
        }
        let Identifier::Dns(host) = authorization.identifier().identifier.clone() else {
            return Err(plain(FailureKind::Refused, "the authority wants a proof for something that is no host"));
        };
        let Some(challenge) = authorization.challenge(kind(note.challenge)) else {
            let says = format!("{host}: the authority does not offer {}", note.challenge);
            return Err(plain(FailureKind::Refused, says));
        };
        let answer = challenge.key_authorization();
        let proof = Proofs::plan(note.challenge, &host, &challenge.token, &answer);
        // One that was put up before the order was cut short is still there.
        if !note.proofs.contains(&proof) {
            note.proofs.push(proof.clone());
            self.file.write(note)?;
        }
        self.proofs.put(&proof, &answer).await
    }

    /// Looks at the order until it is where we want it.
    async fn wait(&self, order: &mut Order, until: &[OrderStatus]) -> Result<(), IssueFailure> {
        let watch = Stopwatch::start();
        let mut pause = FIRST_LOOK;
        loop {
            match order.state().status {
                status if until.contains(&status) => return Ok(()),
                OrderStatus::Invalid => return Err(self.why_invalid(order).await),
                _ => {}
            }
            if watch.elapsed() > self.limit {
                let says = format!("{} did not decide within {} s", self.directory, self.limit.as_secs());
                return Err(plain(FailureKind::Unreachable, says));
            }
            let told = self.transport.retry_after().filter(|told| !told.is_zero()).unwrap_or(pause);
            tokio::time::sleep(told.clamp(FIRST_LOOK, LONGEST_LOOK)).await;
            pause = (pause * 2).min(LONGEST_LOOK);
            let looked = again!(order.refresh().await.map(|_| ()));
            looked.map_err(|error| self.failed("cannot look at the order", error))?;
        }
    }

    /// What the authority saw, for each host that it did not believe in.
    async fn why_invalid(&self, order: &mut Order) -> IssueFailure {
        let mut reasons: Vec<String> = Vec::new();
        let mut all = order.authorizations();
        while let Some(Ok(mut authorization)) = all.next().await {
            let looked = again!(authorization.refresh().await.map(|_| ()));
            if looked.is_err() {
                continue;
            }
            let host = authorization.identifier().to_string();
            let failed = authorization.challenges.iter().filter_map(|challenge| challenge.error.as_ref());
            reasons.extend(failed.map(|problem| format!("{host}: {}", words(problem))));
        }
        if let Some(problem) = order.state().error.as_ref().filter(|_| reasons.is_empty()) {
            reasons.push(words(problem));
        }
        let says = format!("the authority could not see that the names are ours: {}", reasons.join("; "));
        plain(FailureKind::Validation, says)
    }

    fn failed(&self, tried: &str, error: Error) -> IssueFailure {
        of(&format!("{}: {tried}", self.directory), error, self.transport.retry_after())
    }
}

async fn fetch_authorizations(order: &mut Order) -> Result<(), Error> {
    let mut all = order.authorizations();
    while let Some(one) = all.next().await {
        one?;
    }
    Ok(())
}

fn kind(challenge: Challenge) -> ChallengeType {
    match challenge {
        Challenge::Http01 => ChallengeType::Http01,
        Challenge::TlsAlpn01 => ChallengeType::TlsAlpn01,
        Challenge::Dns01 => ChallengeType::Dns01,
    }
}

/// How an authority calls a certificate of its own; `None` for one that says nothing about its authority.
pub(crate) fn identifier(certificate: &PublicCertificate) -> Option<CertificateIdentifier<'static>> {
    let quoted = serde_json::to_string(certificate.renewal_id()?).ok()?;
    serde_json::from_str::<CertificateIdentifier<'_>>(&quoted).ok().map(CertificateIdentifier::into_owned)
}

fn is_about_replacing(error: &Error) -> bool {
    match error {
        Error::Api(problem) => {
            let kind = problem.r#type.as_deref().unwrap_or_default();
            [":alreadyReplaced", ":malformed", ":conflict", ":unauthorized"].iter().any(|end| kind.ends_with(end))
        }
        Error::Unsupported(_) => true,
        // "replaces field mismatch": it took the order and ignored the word.
        Error::Other(cause) => cause.to_string().starts_with("replaces field mismatch"),
        _ => false,
    }
}

fn signing_request(wanted: &Wanted, key: &KeyPem) -> Result<Vec<u8>, IssueFailure> {
    let key = KeyPair::from_pem(key.expose()).map_err(|error| here("cannot read the key of an order", error))?;
    let names: Vec<String> = wanted.names.iter().map(ToString::to_string).collect();
    let mut params = CertificateParams::new(names).map_err(|error| here("cannot make a request", error))?;
    params.distinguished_name = DistinguishedName::new();
    let request = params.serialize_request(&key).map_err(|error| here("cannot make a request", error))?;
    Ok(request.der().to_vec())
}

fn unusable(error: CertificateError) -> IssueFailure {
    let says = format!("what the authority sent cannot be used: {error}");
    IssueFailure { kind: FailureKind::Refused, says, retry_after: None, cause: Some(Box::new(error)) }
}

/// What came is not served unseen.
fn check(issued: &Issued, wanted: &Wanted) -> Result<(), IssueFailure> {
    let certificate = Certificate::from_pem(&issued.chain_pem, issued.key.expose()).map_err(unusable)?;
    let missing = wanted.names.iter().find(|name| !certificate.names().iter().any(|named| named == name.as_str()));
    match missing {
        Some(name) => Err(plain(FailureKind::Refused, format!("the authority's certificate does not name {name}"))),
        None => Ok(()),
    }
}
