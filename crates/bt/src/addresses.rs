//! Where the site and its environments are reached, out of the settings alone: what a request says of its host is
//! anybody's word.

use platform::compose::LOCAL;
use platform::names::Environment;

use crate::settings::Settings;

/// The port that an address over TLS does not name.
const HTTPS_PORT: u16 = 443;

impl Settings {
    /// Where people know the site, without a slash at its end.
    pub(crate) fn public_url(&self) -> Option<String> {
        if let Some(url) = &self.site_public_url {
            return Some(url.0.trim_end_matches('/').to_owned());
        }
        // Whoever comes to a domain by http is led to TLS by the edge.
        let (domain, https) = (self.domain.as_ref()?, self.edge_https_listen.0?);
        let port = if https.port() == HTTPS_PORT { String::new() } else { format!(":{}", https.port()) };
        Some(format!("https://{domain}{port}"))
    }

    /// Where an environment is reached, without a slash at its end: production where people know the site, any other
    /// below the domain, as the edge serves it. `None` when nobody can tell.
    pub(crate) fn own_url(&self, environment: &Environment) -> Option<String> {
        let public = self.public_url()?;
        if environment.is_production() {
            return Some(public);
        }
        let mut url = reqwest::Url::parse(&public).ok()?;
        let domain = match &self.domain {
            Some(domain) => domain.to_string(),
            None if url.host_str() == Some(LOCAL) => LOCAL.to_owned(),
            None => return None,
        };
        url.set_host(Some(&environment.host(&domain))).ok()?;
        Some(url.origin().ascii_serialization())
    }

    /// The environments that this house runs, production first.
    pub(crate) fn environments(&self) -> Vec<Environment> {
        let staging = self.staging.then(Environment::staging);
        std::iter::once(Environment::production()).chain(staging).collect()
    }
}

#[cfg(test)]
mod tests {
    use crate::settings::Sources;

    use super::*;

    fn addresses(set: &[(&str, &str)]) -> [Option<String>; 3] {
        let flag = |(name, value): &(&str, &str)| ("--set".to_owned(), (*name).to_owned(), (*value).to_owned());
        let sources = Sources { flags: set.iter().map(flag).collect(), ..Sources::default() };
        let (settings, _) = Settings::read(&sources).unwrap();
        ["production", "staging", "fix-42"].map(|name| settings.own_url(&name.parse().unwrap()))
    }

    fn known(urls: [&str; 3]) -> [Option<String>; 3] {
        urls.map(|url| Some(url.to_owned()))
    }

    #[test]
    fn each_environment_is_reached_at_an_address_of_its_own() {
        let expected = known(["https://bt.example", "https://staging.bt.example", "https://fix-42.bt.example"]);
        assert_eq!(addresses(&[("site.public_url", "https://bt.example/"), ("domain", "bt.example")]), expected);
        assert_eq!(addresses(&[("domain", "bt.example"), ("edge.https_listen", "0.0.0.0:443")]), expected);
        let expected =
            known(["http://localhost:8080", "http://staging.localhost:8080", "http://fix-42.localhost:8080"]);
        assert_eq!(addresses(&[("site.public_url", "http://localhost:8080")]), expected);
        let [production, staging, _] = addresses(&[("domain", "bt.example"), ("edge.https_listen", "127.0.0.1:8443")]);
        assert_eq!(production.as_deref(), Some("https://bt.example:8443"));
        assert_eq!(staging.as_deref(), Some("https://staging.bt.example:8443"));
    }

    #[test]
    fn an_address_that_nobody_told_is_not_made_up() {
        assert_eq!(addresses(&[]), [None, None, None]);
        assert_eq!(addresses(&[("domain", "bt.example"), ("edge.https_listen", "never")]), [None, None, None]);
        let elsewhere = addresses(&[("site.public_url", "https://bt.example")]);
        assert_eq!(
            elsewhere,
            [Some("https://bt.example".to_owned()), None, None],
            "the edge knows no staging.bt.example"
        );
    }
}
