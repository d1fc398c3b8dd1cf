//! `bt serve edge`: the only door, by itself or under the supervisor, which hands over the listeners.

use std::collections::BTreeMap;
use std::net::TcpListener;
use std::path::Path;
use std::sync::Arc;

use admission::connections::{ConnectionLimitConfig, ConnectionLimits};
use admission::forwarded::TrustedProxies;
use admission::passwords::{PasswordConfig, PasswordFileError, Passwords};
use admission::proxy_protocol::ProxyProtocol;
use anyhow::Context;
use catalog::ports::with_causes;
use edge::access_log::AccessLog;
use edge::bans::{BanConfig, BanKeeper, Bans};
use edge::config::{ClientLimits, Config, UpstreamLimits};
use edge::service::{Admission, Listeners, Ports};
use httpkit::limits::{RateLimitConfig, RateLimits};
use platform::bans::{BanCounts, BanPolicy};
use telemetry::numbers::Numbers;
use tls::acceptor::{Acceptor, AcceptorConfig};
use tls::certificates::Certificates;

use crate::command_line::Placement;
use crate::commands::{announce, serve};
use crate::door::Ending;
use crate::settings::Settings;
use crate::watching::Listener;
use crate::world::World;

/// Lines of the access log that wait to be written; beyond it they are dropped and counted. Some 4 MB.
const ACCESS_LOG_QUEUE: usize = 16_384;
const MIB: u64 = 1024 * 1024;
const KIB: usize = 1024;
const SECONDS_A_MINUTE: u32 = 60;

pub(super) async fn run(world: &World, placement: &Placement) -> anyhow::Result<Ending> {
    let numbers = Numbers::begin()?;
    tokio::spawn(serve::tidy(numbers.clone(), world.shutdown.clone()));
    let listeners = listeners(world, placement)?;
    if let Some(admin) = &listeners.admin {
        announce::write(placement, admin.local_addr()?)?;
    }
    let certifying = world.certifying()?;
    let (admission, keeper) = admission(world);
    for trouble in admission.passwords.troubles().iter().filter(|trouble| is_worth_a_word(world, trouble)) {
        tracing::error!(error = with_causes(trouble), "not everybody with a password is let in");
    }
    // One line of JSON for each request, beside the lines of the log itself on stderr.
    let (access_log, writer) = AccessLog::start(std::io::stdout(), ACCESS_LOG_QUEUE).context("the access log")?;
    let files = Arc::new(world.files());
    let challenges = certifying.challenges.clone();
    let ports = Ports {
        routes: files.clone(),
        status: files,
        clock: Arc::clone(&world.clock),
        tls: listeners.https.as_ref().map(|_| acceptor(&certifying.served)).transpose()?,
        challenges: Arc::new(move |token| challenges.http_answer(token)),
        admission,
        access_log: Some(access_log),
        render_metrics: Arc::new(move || numbers.render()),
    };
    if placement.announce.is_none() {
        world.screen.print(&format!("serving at {}", serve::told(listeners.http.local_addr()?)));
    }
    let shutdown = world.shutdown.clone();
    let banning = tokio::spawn(keep_bans(keeper, shutdown.clone()));
    // Its sender lives as long as the edge; previews will come by it.
    let _hosts = certifying.hosts;
    let keeping = tokio::spawn(certifying.keeper.run(shutdown.clone()));
    let served = edge::service::build(config(world), ports).run(listeners, shutdown).await;
    // Both end with the shutdown; bans that were just made are kept before.
    let _ = tokio::join!(banning, keeping);
    // Its last lines, on a thread that may wait.
    let _ = tokio::task::spawn_blocking(move || writer.end()).await;
    served?;
    Ok(Ending::Fine)
}

/// Where nobody was named yet, nobody is let in, which is no trouble.
fn is_worth_a_word(world: &World, trouble: &PasswordFileError) -> bool {
    let operators = world.operators_file();
    let is_of_nobody = |path: &Path| *path == *operators && world.settings.edge_operators.is_none() && !path.exists();
    !matches!(trouble, PasswordFileError::Unreadable { path, .. } if is_of_nobody(path))
}

async fn keep_bans(keeper: BanKeeper, shutdown: tokio_util::sync::CancellationToken) {
    keeper.run(shutdown).await;
}

fn acceptor(certificates: &Certificates) -> anyhow::Result<Acceptor> {
    Ok(Acceptor::new(certificates, &AcceptorConfig::default())?)
}

/// Handed over by the supervisor, or bound here.
fn listeners(world: &World, placement: &Placement) -> anyhow::Result<Listeners> {
    if placement.announce.is_some() {
        let mut handed: BTreeMap<String, TcpListener> = processes::listeners::take_from_stdin()?.into_iter().collect();
        let http = handed.remove(Listener::HTTP).context("the supervisor handed over no listener for http")?;
        let (https, admin) = (handed.remove(Listener::HTTPS), handed.remove(Listener::ADMIN));
        return Ok(Listeners { http, https, admin });
    }
    let bound = |address: std::net::SocketAddr| {
        let listener = TcpListener::bind(address).with_context(|| format!("cannot listen on {address}"))?;
        listener.set_nonblocking(true)?;
        anyhow::Ok(listener)
    };
    let https = world.settings.edge_https_listen.0.map(bound).transpose()?;
    Ok(Listeners { http: bound(world.settings.listen)?, https, admin: Some(bound(Listener::ANY_LOCAL_PORT)?) })
}

fn config(world: &World) -> Config {
    let settings = &world.settings;
    let (client, upstream) = (ClientLimits::default(), UpstreamLimits::default());
    let has_name = settings.domain.is_some();
    let https = settings.edge_https_listen.0;
    Config {
        site_name: settings.site_name.clone(),
        time_zone: settings.campus_time_zone.0.clone(),
        threads: 0,
        // Without a name of its own the site may be visited by http too: its certificate is of nobody's authority.
        redirect_to_https: has_name && https.is_some(),
        https_port: https.map_or(443, |address| address.port()),
        strict_transport: has_name,
        trusted_proxies: TrustedProxies {
            networks: settings.trusted_proxies.list.clone(),
            header: settings.trusted_header,
        },
        client: ClientLimits {
            body_bytes: settings.edge_body_mib.get() * MIB,
            head_bytes: settings.edge_head_kib.small() as usize * KIB,
            ..client
        },
        upstream: UpstreamLimits { hold: settings.edge_hold_seconds.get(), ..upstream },
        ..Config::default()
    }
}

fn ban_config(settings: &Settings) -> BanConfig {
    let never = settings.trusted_proxies.list.iter().chain(&settings.bans_never.list);
    let policy = BanPolicy::counting(BanCounts {
        wrong_passwords: settings.bans_wrong_passwords.small(),
        hostile_requests: settings.bans_hostile_requests.small(),
        missing_pages: settings.bans_missing_pages.small(),
        refused_requests: settings.bans_refused_requests.small(),
    });
    let policy = BanPolicy {
        first_seconds: settings.bans_first_minutes.small() * SECONDS_A_MINUTE,
        longest_seconds: settings.bans_longest_hours.small() * 60 * SECONDS_A_MINUTE,
        ..policy
    };
    BanConfig { policy, exempt: never.copied().collect(), ..BanConfig::default() }
}

fn admission(world: &World) -> (Admission, BanKeeper) {
    let settings = &world.settings;
    let proxies = settings.trusted_proxies.list.clone();
    let (bans, keeper) = Bans::new(ban_config(settings), Arc::new(world.files()), Arc::clone(&world.clock));
    let rate = RateLimitConfig {
        requests_per_minute: settings.edge_requests_per_minute.small(),
        burst: settings.edge_burst.small(),
        ..RateLimitConfig::default()
    };
    let passwords = Passwords::new(world.password_files(), PasswordConfig::default(), Arc::clone(&world.clock));
    let most = |count: u64| usize::try_from(count).unwrap_or(usize::MAX);
    let connections = ConnectionLimitConfig {
        overall: most(settings.edge_connections.get()),
        per_client: settings.edge_connections_per_client.small(),
        exempt: proxies.clone(),
    };
    let trusted = if settings.edge_proxy_protocol { proxies } else { Vec::new() };
    let admission = Admission {
        connections: ConnectionLimits::new(connections),
        bans,
        limits: RateLimits::new("edge", rate, Arc::clone(&world.clock)),
        passwords: Arc::new(passwords),
        proxy_protocol: ProxyProtocol { trusted, ..ProxyProtocol::default() },
    };
    (admission, keeper)
}
