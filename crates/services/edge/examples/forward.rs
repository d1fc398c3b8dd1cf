//! An edge that forwards everything to one address, for measurements:
//! `cargo run --release -p edge --example forward -- 127.0.0.1:8080 127.0.0.1:9000 [THREADS]`.

use std::collections::BTreeMap;
use std::net::TcpListener;
use std::sync::Arc;

use admission::connections::{ConnectionLimitConfig, ConnectionLimits};
use admission::passwords::{PasswordConfig, Passwords};
use admission::proxy_protocol::ProxyProtocol;
use async_trait::async_trait;
use clock::SystemClock;
use edge::bans::{BanConfig, Bans};
use edge::config::Config;
use edge::service::{Admission, Listeners, Ports, build};
use httpkit::limits::{RateLimitConfig, RateLimits};
use platform::alarm::Alarm;
use platform::bans::{BanList, BanStore};
use platform::names::{Environment, InstanceId, ServiceKind, ServiceName};
use platform::ports::{PortError, RouteStore, StatusStore};
use platform::routes::{HostAction, HostPattern, HostRoutes, PathRoute, Pool, RouteTable, Target, Upstream};
use platform::status::{Incident, StatusReport};
use tls::acceptor::{Acceptor, AcceptorConfig};
use tls::certificates::Certificates;
use tls::interim::self_signed;
use tokio_util::sync::CancellationToken;

/// As `bt` has it.
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

/// One table for ever, and nothing else.
struct Fixed(RouteTable);

#[async_trait]
impl RouteStore for Fixed {
    async fn put_routes(&self, _: &RouteTable) -> Result<(), PortError> {
        Ok(())
    }

    async fn routes_since(&self, seen: Option<u64>) -> Result<Option<(u64, RouteTable)>, PortError> {
        Ok(seen.is_none().then(|| (1, self.0.clone())))
    }
}

#[async_trait]
impl BanStore for Fixed {
    async fn bans_since(&self, _: Option<u64>) -> Result<Option<(u64, BanList)>, PortError> {
        Ok(None)
    }

    async fn change_bans(&self, _: &(dyn for<'a> Fn(&'a mut BanList) + Sync)) -> Result<BanList, PortError> {
        Ok(BanList::default())
    }
}

#[async_trait]
impl StatusStore for Fixed {
    async fn put_status(&self, _: &StatusReport) -> Result<(), PortError> {
        Ok(())
    }

    async fn status(&self) -> Result<Option<StatusReport>, PortError> {
        Ok(None)
    }

    async fn incidents(&self) -> Result<Vec<Incident>, PortError> {
        Ok(Vec::new())
    }

    async fn change_incidents(
        &self,
        _: &(dyn for<'a> Fn(&'a mut Vec<Incident>) + Sync),
    ) -> Result<Vec<Incident>, PortError> {
        Ok(Vec::new())
    }

    async fn open_alarms(&self) -> Result<Vec<Alarm>, PortError> {
        Ok(Vec::new())
    }

    async fn put_open_alarms(&self, _: &[Alarm]) -> Result<(), PortError> {
        Ok(())
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [http, https, upstream, rest @ ..] = &arguments[..] else {
        return Err("usage: forward HTTP HTTPS UPSTREAM [THREADS]".into());
    };
    let threads = rest.first().map_or(Ok(0), |text| text.parse())?;
    let store = Arc::new(Fixed(table(upstream.parse()?)));
    let config = Config { threads, redirect_to_https: false, ..Config::default() };
    let listeners = Listeners { http: TcpListener::bind(http)?, https: Some(TcpListener::bind(https)?), admin: None };
    build(config, ports(&store)?).run(listeners, CancellationToken::new()).await?;
    Ok(())
}

fn table(address: std::net::SocketAddr) -> RouteTable {
    let web = ServiceName::of(ServiceKind::Web, Environment::production());
    let route = PathRoute { prefix: "/".to_owned(), target: Target::Pool(web.clone()), protection: None };
    let host = HostRoutes {
        host: HostPattern::Any,
        environment: Some(Environment::production()),
        action: HostAction::Routes(vec![route]),
    };
    let upstream = Upstream { instance: InstanceId("web@production.1".to_owned()), address };
    let pools = BTreeMap::from([(web, Pool { upstreams: vec![upstream] })]);
    RouteTable { hosts: vec![host], pools, maintenance: None }
}

fn ports(store: &Arc<Fixed>) -> Result<Ports, Box<dyn std::error::Error>> {
    let clock = Arc::new(SystemClock);
    let certificates = Certificates::new();
    certificates.replace(vec![self_signed(&["localhost".to_owned()], clock::Clock::now(&*clock))?]);
    let acceptor = Acceptor::new(&certificates, &AcceptorConfig::default())?;
    let (bans, _keeper) = Bans::new(BanConfig::default(), store.clone(), clock.clone());
    let no_limit = RateLimitConfig { requests_per_minute: 0, ..RateLimitConfig::default() };
    let connections = ConnectionLimitConfig { per_client: 4_096, ..ConnectionLimitConfig::default() };
    Ok(Ports {
        routes: store.clone(),
        status: store.clone(),
        clock: clock.clone(),
        tls: Some(acceptor),
        challenges: Arc::new(|_| None),
        admission: Admission {
            connections: ConnectionLimits::new(connections),
            bans,
            limits: RateLimits::new("edge", no_limit, clock.clone()),
            passwords: Arc::new(Passwords::new(BTreeMap::new(), PasswordConfig::default(), clock)),
            proxy_protocol: ProxyProtocol::default(),
        },
        access_log: None,
        render_metrics: Arc::new(String::new),
    })
}
