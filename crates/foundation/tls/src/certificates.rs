//! The certificates that are served, found by the name that a client asks for, and replaced while connections are open.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;

use crate::acceptor::ACME_PROTOCOL;
use crate::certificate::Certificate;

/// Answers a certificate authority that looks whether a name is ours (TLS-ALPN-01).
pub trait AnswersChallenge: Send + Sync {
    /// The certificate that proves it; `None` when nobody asked for this name.
    fn answer(&self, name: &str) -> Option<Certificate>;
}

/// What is served. Clones share the same certificates.
#[derive(Clone)]
pub struct Certificates(Arc<Shared>);

struct Shared {
    table: RwLock<Arc<Table>>,
    challenges: Option<Box<dyn AnswersChallenge>>,
}

/// Never changed: a new one takes its place.
#[derive(Default)]
struct Table {
    all: Vec<Certificate>,
    exact: HashMap<String, Arc<CertifiedKey>>,
    /// By what follows the `*.`.
    wildcards: HashMap<String, Arc<CertifiedKey>>,
}

impl Default for Certificates {
    fn default() -> Self {
        Self::new()
    }
}

impl Certificates {
    /// None yet: every handshake fails until [`Certificates::replace`]; challenges are not answered.
    #[must_use]
    pub fn new() -> Self {
        Self(Arc::new(Shared { table: RwLock::default(), challenges: None }))
    }

    /// None yet, but challenges are answered.
    #[must_use]
    pub fn answering(challenges: impl AnswersChallenge + 'static) -> Self {
        Self(Arc::new(Shared { table: RwLock::default(), challenges: Some(Box::new(challenges)) }))
    }

    /// From here on these are served; open connections keep theirs. When two name the same host, the earlier of the list
    /// is served; the first of all is served to who asks for no name or for one that none covers.
    pub fn replace(&self, certificates: Vec<Certificate>) {
        let table = Arc::new(Table::new(certificates));
        *self.0.table.write().unwrap_or_else(PoisonError::into_inner) = table;
    }

    /// What is served now, the default first.
    #[must_use]
    pub fn list(&self) -> Vec<Certificate> {
        self.table().all.clone()
    }

    /// The certificate that a client gets who asks for this host.
    #[must_use]
    pub fn find(&self, host: &str) -> Option<Certificate> {
        let table = self.table();
        let found = table.find(Some(host))?;
        table.all.iter().find(|certificate| Arc::ptr_eq(certificate.certified(), &found)).cloned()
    }

    fn table(&self) -> Arc<Table> {
        Arc::clone(&self.0.table.read().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Table {
    fn new(all: Vec<Certificate>) -> Self {
        let mut table = Self { all, ..Self::default() };
        for certificate in &table.all {
            for name in certificate.names() {
                let (map, key) = match name.strip_prefix("*.") {
                    Some(parent) => (&mut table.wildcards, parent),
                    None => (&mut table.exact, name.as_str()),
                };
                map.entry(key.to_owned()).or_insert_with(|| Arc::clone(certificate.certified()));
            }
        }
        table
    }

    fn find(&self, name: Option<&str>) -> Option<Arc<CertifiedKey>> {
        let named = name.and_then(|name| {
            if name.bytes().any(|byte| byte.is_ascii_uppercase()) {
                self.named(&name.to_ascii_lowercase())
            } else {
                self.named(name)
            }
        });
        named.or_else(|| self.all.first().map(Certificate::certified)).cloned()
    }

    fn named(&self, name: &str) -> Option<&Arc<CertifiedKey>> {
        self.exact.get(name).or_else(|| self.wildcards.get(name.split_once('.')?.1))
    }
}

impl ResolvesServerCert for Certificates {
    fn resolve(&self, hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        if asks_for_challenge(&hello) {
            // Without a pending challenge there is no answer, and the handshake fails: never the certificate of the site.
            let answer = self.0.challenges.as_ref()?.answer(hello.server_name()?)?;
            return Some(Arc::clone(answer.certified()));
        }
        self.table().find(hello.server_name())
    }
}

/// RFC 8737: the authority offers this protocol and nothing else.
fn asks_for_challenge(hello: &ClientHello<'_>) -> bool {
    let Some(mut offered) = hello.alpn() else { return false };
    offered.next() == Some(ACME_PROTOCOL) && offered.next().is_none()
}

impl std::fmt::Debug for Certificates {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Certificates").field(&self.table().all).finish()
    }
}
