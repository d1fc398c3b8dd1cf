//! Puts up what an authority looks for, and takes it away.

use std::sync::Arc;

use instant_acme::KeyAuthorization;
use platform::certificates::{Challenge, DnsWriter, FailureKind, IssueFailure};
use tls::challenges::Challenges;

use crate::failure::{here, plain};
use crate::order_note::Proof;

/// Where proofs are put.
#[derive(Clone)]
pub(crate) struct Proofs {
    pub(crate) challenges: Challenges,
    pub(crate) dns: Option<Arc<dyn DnsWriter>>,
}

impl Proofs {
    /// What will be put up for a host.
    pub(crate) fn plan(challenge: Challenge, host: &str, token: &str, answer: &KeyAuthorization) -> Proof {
        match challenge {
            Challenge::Http01 => Proof::Http { token: token.to_owned() },
            Challenge::TlsAlpn01 => Proof::Tls { name: host.to_owned() },
            Challenge::Dns01 => Proof::Txt { name: format!("_acme-challenge.{host}"), value: answer.dns_value() },
        }
    }

    pub(crate) async fn put(&self, proof: &Proof, answer: &KeyAuthorization) -> Result<(), IssueFailure> {
        let kept = match proof {
            Proof::Http { token } => self.challenges.put_http(token, answer.as_str()),
            Proof::Tls { name } => self.challenges.put_tls(name, answer.digest().as_ref()),
            Proof::Txt { name, value } => {
                let put = self.dns()?.put_txt(name, value).await;
                return put
                    .map_err(|error| here(format!("cannot put the record {name} into DNS: {}", told(&error)), error));
            }
        };
        kept.map_err(|error| here(format!("cannot put up a proof: {error}"), error))
    }

    /// Takes all away. What cannot be is logged: it hinders nobody, and the next order tries again.
    pub(crate) async fn take_away(&self, proofs: &[Proof]) -> Vec<Proof> {
        let mut left = Vec::new();
        for proof in proofs {
            let taken = match proof {
                Proof::Http { token } => self.challenges.remove_http(token).map_err(|error| error.to_string()),
                Proof::Tls { name } => self.challenges.remove_tls(name).map_err(|error| error.to_string()),
                Proof::Txt { name, value } => match &self.dns {
                    Some(dns) => dns.remove_txt(name, value).await.map_err(|error| told(&error)),
                    None => Err("DNS is not set up any more".to_owned()),
                },
            };
            if let Err(error) = taken {
                tracing::warn!(?proof, error, "a proof for the certificate authority could not be taken away");
                left.push(proof.clone());
            }
        }
        left
    }

    fn dns(&self) -> Result<&Arc<dyn DnsWriter>, IssueFailure> {
        let none = || {
            plain(
                FailureKind::Here,
                "DNS is not set up: set certificates.dns_hook or certificates.dns_server, which a wildcard needs",
            )
        };
        self.dns.as_ref().ok_or_else(none)
    }
}

fn told(error: &platform::ports::PortError) -> String {
    match &error.cause {
        Some(cause) => format!("{error}: {cause}"),
        None => error.to_string(),
    }
}
