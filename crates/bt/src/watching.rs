//! Who looks at what, and who is told: the probes and sinks of the watch, out of the settings.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use cache::tier::RedisTier;
use mail::smtp::{Security, SmtpConfig};
use mail::webhook::Webhook;
use platform::alarm::event::Event;
use platform::names::{Environment, JobName, ServiceName};
use platform::ports::{AlarmSink, PortError, Probe};
use platform::schedule::{Outcome, Run};
use platform::status::Part;
use platform::status::thresholds::Room;
use platform::view::GivenUp;
use processes::listeners::Listeners;
use secrecy::ExposeSecret;
use supervisor::Observer;
use watch::events::Events;
use watch::probes::answers::HttpAnswers;
use watch::probes::ask;
use watch::probes::certificates::{Certificates, Certified};
use watch::probes::disk::Disk;
use watch::probes::night::NightlyUpdate;
use watch::probes::ping::Ping;
use watch::probes::seldom::{A_MINUTE, Seldom};
use watch::service::{Ports, Watch};

use crate::world::{Base, World};

/// The names of the edge's listeners.
pub(crate) struct Listener;

impl Listener {
    pub(crate) const HTTP: &str = "http";
    pub(crate) const HTTPS: &str = "https";
    /// Health and figures, for this machine only.
    pub(crate) const ADMIN: &str = "admin";
    pub(crate) const ANY_LOCAL_PORT: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 0);
}

/// How long one look over HTTP may take.
const LOOK_LIMIT: Duration = Duration::from_secs(4);

impl World {
    /// The watch over the whole house, and where to tell it what happened.
    pub(crate) async fn watching(&self, base: &Base, listeners: &Listeners) -> anyhow::Result<(Watch, Events)> {
        let ports = Ports {
            probes: self.probes(base, listeners)?,
            store: Arc::new(self.files()),
            wishes: Arc::new(self.files()),
            sinks: self.alarm_sinks()?,
            clock: Arc::clone(&self.clock),
            zone: self.settings.campus_time_zone.0.clone(),
        };
        let watch = watch::service::build(watch::config::Config::default(), ports);
        let events = watch.events();
        Ok((watch, events))
    }

    fn probes(&self, base: &Base, listeners: &Listeners) -> anyhow::Result<Vec<Arc<dyn Probe>>> {
        let mut probes: Vec<Arc<dyn Probe>> = Vec::new();
        if let Some(visitor) = Visitor::new(self, listeners)? {
            probes.push(visitor.asks(Part::Edge, "/status.json", "bt restart edge"));
            probes.push(visitor.asks(Part::Web, "/robots.txt", "bt restart web@production"));
            probes.push(visitor.asks(Part::Api, "/api/v1/status", "bt restart api@production"));
        }
        let database = base.database.clone();
        probes.push(Arc::new(Ping::needed(
            Part::Database,
            "bt doctor",
            ask(move || {
                let database = database.clone();
                async move { asked("the database", database.schema_state().await.map(drop)) }
            }),
        )));
        probes.extend(self.cache_probe()?);
        probes.extend(self.backup_probes());
        let night = NightlyUpdate::new(base.store(), Arc::clone(&self.clock));
        probes.push(Arc::new(Seldom::new(Arc::new(night), A_MINUTE, Arc::clone(&self.clock))));
        let certificates = self.certificate_probe()?;
        probes.push(Arc::new(Seldom::new(Arc::new(certificates), A_MINUTE, Arc::clone(&self.clock))));
        let data_dir = self.data_dir();
        probes.push(Arc::new(Disk::new(ask(move || {
            let room = rustix::fs::statvfs(&data_dir);
            async move { asked("the disk", room.map(|room| room_of(&room))) }
        }))));
        Ok(probes)
    }

    fn cache_probe(&self) -> anyhow::Result<Option<Arc<dyn Probe>>> {
        let Some(config) = self.redis_config() else { return Ok(None) };
        let tier = Arc::new(RedisTier::start(&config).context("cache.url")?);
        let question = ask(move || {
            let tier = Arc::clone(&tier);
            // Whoever asks waits no longer than its own limit.
            async move {
                tier.connected().await;
                Ok(())
            }
        });
        Ok(Some(Arc::new(Ping::wanted(Part::Cache, "bt doctor", question))))
    }

    /// Reads from disk, so that it is right also when no keeper runs, which is what it must tell.
    fn certificate_probe(&self) -> anyhow::Result<Certificates> {
        let (folder, clock) = (self.certificate_folder()?, Arc::clone(&self.clock));
        Ok(Certificates::new(ask(move || {
            let read = certificates::status::report(&folder, clock.now());
            let certified = read.map(|report| Certified { level: report.worst(), finding: report.finding });
            std::future::ready(asked("the folder of the certificates", certified))
        })))
    }

    /// Everybody who gets alarms.
    pub(crate) fn alarm_sinks(&self) -> anyhow::Result<Vec<Arc<dyn AlarmSink>>> {
        let mut sinks: Vec<Arc<dyn AlarmSink>> = Vec::new();
        if let Some(config) = self.smtp_config()? {
            for sink in mail::smtp::build(&config).context("alarms.mail_to")? {
                sinks.push(Arc::new(sink));
            }
        }
        if let Some(address) = &self.settings.alarms_webhook {
            sinks.push(Arc::new(Webhook::new(address.0.clone()).context("alarms.webhook")?));
        }
        Ok(sinks)
    }

    /// The mail server, and who gets alarms by it; `None` when nobody does.
    fn smtp_config(&self) -> anyhow::Result<Option<SmtpConfig>> {
        let Some(to) = &self.settings.alarms_mail_to else { return Ok(None) };
        let to = to.split(',').map(|address| address.trim().to_owned()).filter(|address| !address.is_empty());
        let server = self.mail_server(to.collect())?;
        server.context("alarms.mail_to is set and mail.smtp_url is not: no mail can be sent").map(Some)
    }

    /// The mail server, for mail to these; `None` when none is set.
    pub(crate) fn mail_server(&self, to: Vec<String>) -> anyhow::Result<Option<SmtpConfig>> {
        let Some(url) = &self.settings.mail_smtp_url else { return Ok(None) };
        let wrong =
            "mail.smtp_url is no address of a mail server: expected smtps://USER:PASSWORD@HOST or smtp://HOST:25";
        let url = reqwest::Url::parse(url.0.expose_secret()).ok().context(wrong)?;
        let host = url.host_str().context(wrong)?;
        let mut config = SmtpConfig::new(host, self.settings.mail_from.clone(), to);
        (config.security, config.port) = match url.scheme() {
            "smtps" => (Security::Tls, url.port().unwrap_or(465)),
            "smtp+starttls" => (Security::StartTls, url.port().unwrap_or(587)),
            "smtp" => (Security::Plain, url.port().unwrap_or(25)),
            _ => anyhow::bail!(wrong),
        };
        if let Some(password) = url.password() {
            let decoded = |text: &str| percent_decoded(text);
            config.login = Some((decoded(url.username()), decoded(password).into()));
        }
        Ok(Some(config))
    }
}

/// `%40` is `@`, in names and passwords within addresses.
fn percent_decoded(text: &str) -> String {
    percent_encoding::percent_decode_str(text).decode_utf8_lossy().into_owned()
}

fn asked<T, E>(whom: &str, answer: Result<T, E>) -> Result<T, PortError>
where
    E: std::error::Error + Send + Sync + 'static,
{
    answer.map_err(|error| PortError::new(format!("{whom} does not answer"), error))
}

fn room_of(room: &rustix::fs::StatVfs) -> Room {
    Room {
        free_bytes: room.f_bavail.saturating_mul(room.f_frsize),
        all_bytes: room.f_blocks.saturating_mul(room.f_frsize),
        free_files: room.f_favail,
        all_files: room.f_files,
    }
}

/// Comes to the site as visitors do: through the edge, by name.
struct Visitor {
    client: reqwest::Client,
    site: String,
}

impl Visitor {
    fn new(world: &World, listeners: &Listeners) -> anyhow::Result<Option<Self>> {
        let Some(http) = listeners.address(Listener::HTTP).map(reachable) else { return Ok(None) };
        let https = listeners.address(Listener::HTTPS).map(reachable);
        // On a connection of its own each time, as somebody comes who was not here before.
        let mut client = reqwest::Client::builder()
            .timeout(LOOK_LIMIT)
            .redirect(reqwest::redirect::Policy::none())
            .pool_max_idle_per_host(0);
        let site = match (&world.settings.domain, https) {
            // The name leads elsewhere or nowhere from here; whether its certificate is right is another probe's matter.
            (Some(domain), Some(https)) => {
                client = client.resolve(domain.as_str(), https).danger_accept_invalid_certs(true);
                format!("https://{domain}:{}", https.port())
            }
            (Some(domain), None) => {
                client = client.resolve(domain.as_str(), http);
                format!("http://{domain}:{}", http.port())
            }
            (None, _) => format!("http://{http}"),
        };
        let client = client.build().context("no HTTP client can be made")?;
        Ok(Some(Self { client, site }))
    }

    fn asks(&self, part: Part, path: &str, mend: &str) -> Arc<dyn Probe> {
        let (client, address) = (self.client.clone(), format!("{}{path}", self.site));
        let question = ask(move || {
            let sent = client.get(&address).send();
            async move { asked("the site", sent.await.map(|answer| answer.status().as_u16())) }
        });
        Arc::new(HttpAnswers::new(part, mend, question))
    }
}

/// Where this machine itself reaches what listens everywhere.
pub(crate) fn reachable(address: SocketAddr) -> SocketAddr {
    match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => SocketAddr::new(Ipv4Addr::LOCALHOST.into(), address.port()),
        IpAddr::V6(ip) if ip.is_unspecified() => SocketAddr::new(Ipv6Addr::LOCALHOST.into(), address.port()),
        _ => address,
    }
}

/// Tells the watch what the supervisor saw.
pub(crate) struct Telling(pub(crate) Events);

impl Observer for Telling {
    fn job_ended(&self, job: &JobName, run: &Run) {
        match &run.outcome {
            Outcome::Fine => self.0.tell(Event::job_succeeded(job)),
            Outcome::Failed(how) => self.0.tell(Event::job_failed(job, how)),
            // It may have done all it should: the probes of what it makes see whether it did.
            Outcome::Unknown(_) => {}
        }
    }

    fn gave_up(&self, service: &ServiceName, given_up: &GivenUp) {
        // What people look at before it is theirs is nobody's alarm at night.
        if service.environment.as_ref().is_none_or(Environment::is_production) {
            self.0.tell(if given_up.is_served {
                Event::not_deployed(service, &given_up.release, &given_up.why)
            } else {
                Event::given_up(service, &given_up.why)
            });
        }
    }

    fn recovered(&self, service: &ServiceName) {
        self.0.tell(Event::serves(service));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_in_addresses_may_have_any_sign() {
        assert_eq!(percent_decoded("a%40b+c%2Bd"), "a@b+c+d");
    }

    #[test]
    fn what_listens_everywhere_is_reached_here() {
        assert_eq!(reachable("0.0.0.0:80".parse().unwrap()), "127.0.0.1:80".parse().unwrap());
        assert_eq!(reachable("[::]:80".parse().unwrap()), "[::1]:80".parse().unwrap());
        assert_eq!(reachable("192.0.2.1:80".parse().unwrap()), "192.0.2.1:80".parse().unwrap());
    }
}
