//! Who issues the certificates of this house, and for which names: out of the settings.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;
use std::time::Duration;

use acme::config::{AcmeConfig, ExternalAccount};
use acme::dns_update::{DnsUpdate, DnsUpdateConfig};
use acme::issuer::AcmeIssuer;
use anyhow::Context;
use certificates::keeper::{Config, Hosts, Keeper, Ports};
use platform::certificates::grouping::Means;
use platform::certificates::{Challenge, DnsWriter, HostName, Issuer};
use processes::dns_hook::{DnsHook, DnsHookConfig};
use secrecy::ExposeSecret;
use tls::certificates::Certificates;
use tls::challenges::Challenges;
use tls::folder::CertificateFolder;
use tokio::sync::watch;

use crate::world::World;

/// How long a second edge may serve an old certificate.
const LOOK_EVERY: Duration = Duration::from_secs(2);

/// What the edge serves by, and who keeps it.
pub(crate) struct Certifying {
    pub(crate) served: Certificates,
    pub(crate) challenges: Challenges,
    pub(crate) keeper: Keeper,
    /// Hosts of previews come and go by it.
    pub(crate) hosts: watch::Sender<Hosts>,
}

impl World {
    /// Where certificates, keys and proofs lie.
    pub(crate) fn certificate_folder(&self) -> anyhow::Result<CertificateFolder> {
        Ok(CertificateFolder::open(&self.data_dir().join("certificates"))?)
    }

    /// What lies there is served when this returns.
    pub(crate) fn certifying(&self) -> anyhow::Result<Certifying> {
        let folder = self.certificate_folder()?;
        let challenges = Challenges::open(&folder.challenges())?;
        let served = Certificates::answering(challenges.clone());
        let (hosts, following) = watch::channel(Hosts { fixed: self.certified_hosts()?, passing: Vec::new() });
        let dns = self.dns_writer()?;
        let means = Means { usual: self.settings.certificates_challenge, has_dns: dns.is_some() };
        let issuer = self.issuer(&folder, &challenges, dns)?;
        let ports = Ports {
            clock: Arc::clone(&self.clock),
            issuer,
            folder,
            challenges: challenges.clone(),
            served: served.clone(),
            hosts: following,
        };
        let keeper = Keeper::new(Config { means, settings: self.mark_of_orders(), look_every: LOOK_EVERY }, ports)?;
        Ok(Certifying { served, challenges, keeper, hosts })
    }

    /// The hosts that need a certificate whatever comes.
    fn certified_hosts(&self) -> anyhow::Result<Vec<HostName>> {
        let Some(domain) = &self.settings.domain else {
            // Each by its name: a wildcard right below a top domain is refused by careful clients.
            let names = self.settings.staging.then_some("staging.localhost").into_iter().chain(["localhost"]);
            return Ok(names.filter_map(|name| name.parse().ok()).collect());
        };
        let mut names = vec![domain.to_string(), format!("www.{domain}")];
        names.extend(self.settings.staging.then(|| format!("staging.{domain}")));
        names.extend(self.settings.certificates_wildcard.then(|| format!("*.{domain}")));
        names.iter().map(|name| name.parse().context("domain")).collect()
    }

    /// Without a public domain there is nobody to ask: a local authority serves.
    fn issuer(
        &self,
        folder: &CertificateFolder,
        challenges: &Challenges,
        dns: Option<Arc<dyn DnsWriter>>,
    ) -> anyhow::Result<Option<Arc<dyn Issuer>>> {
        if self.settings.domain.is_none() {
            return Ok(None);
        }
        let config = self.acme_config()?;
        let clock = Arc::clone(&self.clock);
        Ok(Some(Arc::new(AcmeIssuer::new(config, &folder.issuer(), challenges.clone(), dns, clock)?)))
    }

    /// Of all that an order is made with: another one when any of it changes. The secrets are in it as everything else, and
    /// cannot be read out of it.
    fn mark_of_orders(&self) -> String {
        let settings = &self.settings;
        let mut hasher = DefaultHasher::new();
        let words = [
            format!("{:?} {:?}", settings.domain, settings.certificates_directory.value),
            format!("{:?} {:?}", settings.certificates_challenge, settings.certificates_wildcard),
            format!("{:?} {:?}", settings.certificates_agree_to_terms, settings.certificates_trial_first),
            format!("{:?} {:?}", settings.certificates_profile, settings.certificates_contact),
            format!("{:?} {:?}", settings.certificates_extra_root, settings.certificates_dns_hook),
            format!("{:?} {:?}", settings.certificates_dns_server, settings.certificates_dns_zone),
            format!("{:?} {:?}", settings.certificates_dns_key_name, settings.certificates_eab_id),
        ];
        words.hash(&mut hasher);
        for secret in [&settings.certificates_dns_key, &settings.certificates_eab_key] {
            secret.as_ref().map(|secret| secret.0.expose_secret()).hash(&mut hasher);
        }
        format!("{:016x}", hasher.finish())
    }

    fn acme_config(&self) -> anyhow::Result<AcmeConfig> {
        let settings = &self.settings;
        let directory = settings.certificates_directory.value.clone();
        let trial_directory = directory.staging().filter(|_| settings.certificates_trial_first);
        let external_account = match (&settings.certificates_eab_id, &settings.certificates_eab_key) {
            (Some(key_id), Some(key)) => Some(ExternalAccount { key_id: key_id.clone(), hmac_key: key.0.clone() }),
            (None, None) => None,
            _ => anyhow::bail!("of certificates.eab_id and certificates.eab_key, set both or none"),
        };
        Ok(AcmeConfig {
            trial_directory,
            agrees_to_terms: settings.certificates_agree_to_terms,
            contacts: settings.certificates_contact.iter().cloned().collect(),
            profile: (settings.certificates_profile != "classic").then(|| settings.certificates_profile.clone()),
            external_account,
            root_certificate: settings.certificates_extra_root.as_ref().map(|file| self.folder.join(file)),
            ..AcmeConfig::new(directory)
        })
    }

    /// Who writes records for dns-01: the hook, or dynamic updates; `None` when neither is set.
    fn dns_writer(&self) -> anyhow::Result<Option<Arc<dyn DnsWriter>>> {
        let settings = &self.settings;
        if let Some(hook) = &settings.certificates_dns_hook {
            return Ok(Some(Arc::new(DnsHook::new(DnsHookConfig::new(self.folder.join(hook))))));
        }
        let Some(server) = settings.certificates_dns_server else {
            let wants = settings.certificates_challenge == Challenge::Dns01 || settings.certificates_wildcard;
            anyhow::ensure!(!wants, "dns-01 needs certificates.dns_hook, or certificates.dns_server and its key");
            return Ok(None);
        };
        let zone = settings.certificates_dns_zone.as_ref().or(settings.domain.as_ref());
        let zone = zone.context("certificates.dns_zone is not set, nor a domain")?.to_string();
        let (Some(name), Some(key)) = (&settings.certificates_dns_key_name, &settings.certificates_dns_key) else {
            anyhow::bail!("certificates.dns_server needs certificates.dns_key_name and certificates.dns_key");
        };
        let config = DnsUpdateConfig::new(server, zone, name.clone(), key.0.clone());
        Ok(Some(Arc::new(DnsUpdate::new(config, Arc::clone(&self.clock))?)))
    }
}
