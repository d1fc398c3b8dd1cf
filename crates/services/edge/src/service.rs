//! The edge as a whole: what it needs, how it is built, and how it runs until it is told to stop.

use std::collections::HashMap;
use std::net::{SocketAddr, TcpListener};
use std::os::fd::OwnedFd;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use admission::connections::ConnectionLimits;
use admission::passwords::Passwords;
use admission::proxy_protocol::ProxyProtocol;
use clock::Clock;
use httpkit::limits::RateLimits;
use platform::ports::{RouteStore, StatusStore};
use tls::acceptor::Acceptor;
use tokio::net::TcpSocket;
use tokio::sync::oneshot;
use tokio_util::sync::CancellationToken;

use crate::access_log::AccessLog;
use crate::admin;
use crate::bans::Bans;
use crate::config::Config;
use crate::pages::Pages;
use crate::routes::follow_routes;
use crate::upstream::health::Health;
use crate::upstream::probe::probe_upstreams;
use crate::worker::Worker;

/// Answers a certificate authority's token; `None` for one that nobody knows.
pub type AnswersToken = dyn Fn(&str) -> Option<String> + Send + Sync;

/// What the edge needs of the world.
pub struct Ports {
    /// Where the route table is kept.
    pub routes: Arc<dyn RouteStore>,
    /// How the house is, for `/status`.
    pub status: Arc<dyn StatusStore>,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// Takes TLS connections; `None` when there is no listener for them.
    pub tls: Option<Acceptor>,
    /// What a certificate authority asks for by plain http: the text that belongs to a token.
    pub challenges: Arc<AnswersToken>,
    /// Who may come in.
    pub admission: Admission,
    /// Takes a line for each request; `None` for none.
    pub access_log: Option<AccessLog>,
    /// The figures in Prometheus's text form.
    pub render_metrics: Arc<dyn Fn() -> String + Send + Sync>,
}

/// Who may come in.
pub struct Admission {
    /// Connections at once.
    pub connections: Arc<ConnectionLimits>,
    /// Who is out, and who is about to be.
    pub bans: Arc<Bans>,
    /// How often a client may ask.
    pub limits: RateLimits,
    /// Who may see protected routes.
    pub passwords: Arc<Passwords>,
    /// Proxies before us that say at the start of a connection for whom it is.
    pub proxy_protocol: ProxyProtocol,
}

/// Where clients come in.
#[derive(Debug)]
pub struct Listeners {
    /// Plain http.
    pub http: TcpListener,
    /// https, when there are certificates.
    pub https: Option<TcpListener>,
    /// `/healthz`, `/readyz` and `/metrics`; on loopback only.
    pub admin: Option<TcpListener>,
}

/// The edge, ready to run.
pub struct Edge {
    config: Config,
    ports: Ports,
}

/// Why the edge does not run.
#[derive(Debug, thiserror::Error)]
#[error("cannot {what}")]
pub struct StartError {
    what: &'static str,
    #[source]
    cause: std::io::Error,
}

/// How the edge ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Served {
    /// Connections that were still busy when the drain's time was up, and were cut.
    pub cut: usize,
}

/// What all threads share.
pub(crate) struct Shared {
    pub(crate) config: Config,
    pub(crate) ports: Ports,
    pub(crate) has_https: bool,
    /// The edge is to end.
    pub(crate) shutdown: CancellationToken,
    pub(crate) pages: Pages,
    health: Mutex<HashMap<SocketAddr, Arc<Health>>>,
}

/// Builds the edge.
#[must_use]
pub fn build(config: Config, ports: Ports) -> Edge {
    Edge { config, ports }
}

impl Edge {
    /// Serves until `shutdown`, then drains. Begins with the last known table.
    ///
    /// # Errors
    /// When a listener or a thread cannot be used.
    pub async fn run(self, listeners: Listeners, shutdown: CancellationToken) -> Result<Served, StartError> {
        let has_https = listeners.https.is_some() && self.ports.tls.is_some();
        for listener in std::iter::once(&listeners.http).chain(&listeners.https) {
            limit_send_buffer(listener, self.config.client.send_buffer_bytes)?;
        }
        let (config, ports, health) = (self.config, self.ports, Mutex::default());
        let pages = Pages::new(config.site_name.clone(), config.time_zone.clone());
        let shared = Arc::new(Shared { pages, config, ports, has_https, shutdown, health });
        let workers = Worker::team(&shared, thread_count(&shared.config));
        let following = CancellationToken::new();
        let _stop_following = following.clone().drop_guard();
        let known = follow_routes(workers.clone(), following.clone()).await;
        let mut ended = Vec::new();
        for (number, worker) in workers.iter().enumerate() {
            ended.push(start(number, worker.clone(), &listeners)?);
        }
        tokio::spawn(probe_upstreams(workers.clone(), following.clone()));
        if let Some(listener) = listeners.admin {
            let state = admin::State { shared: shared.clone(), known };
            tokio::spawn(admin::serve(tokio_listener(listener)?, state, following.clone()));
        }
        let mut served = Served::default();
        for end in ended {
            served.cut += end.await.unwrap_or_default();
        }
        Ok(served)
    }
}

/// Connections take it over from their listener.
fn limit_send_buffer(listener: &TcpListener, bytes: u32) -> Result<(), StartError> {
    let fail = |cause| StartError { what: "set the size of a listener's buffers", cause };
    let same = std::net::TcpStream::from(OwnedFd::from(listener.try_clone().map_err(fail)?));
    TcpSocket::from_std_stream(same).set_send_buffer_size(bytes).map_err(fail)
}

fn thread_count(config: &Config) -> usize {
    match config.threads {
        0 => thread::available_parallelism().map_or(1, std::num::NonZeroUsize::get),
        count => count,
    }
}

/// After how many steps of tasks the system is asked for news of sockets. Many more than the runtime's 61: with hundreds
/// of busy connections the whole batch is worked off before the next question, as others that forward do it.
const EVENT_INTERVAL: u32 = 511;

/// Starts a thread with a runtime of its own: a request never wakes another thread.
fn start(number: usize, worker: Arc<Worker>, listeners: &Listeners) -> Result<oneshot::Receiver<usize>, StartError> {
    let fail = |what: &'static str| move |cause: std::io::Error| StartError { what, cause };
    let http = listeners.http.try_clone().map_err(fail("share the listener of http"))?;
    let https = listeners.https.as_ref().map(TcpListener::try_clone).transpose();
    let https = https.map_err(fail("share the listener of https"))?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().event_interval(EVENT_INTERVAL).build();
    let runtime = runtime.map_err(fail("make a runtime"))?;
    let (end, ended) = oneshot::channel();
    let serve = move || {
        let cut = runtime.block_on(worker.serve(http, https));
        let _ = end.send(cut);
    };
    thread::Builder::new().name(format!("edge-{number}")).spawn(serve).map_err(fail("start a thread"))?;
    Ok(ended)
}

fn tokio_listener(listener: TcpListener) -> Result<tokio::net::TcpListener, StartError> {
    let adopted = listener.set_nonblocking(true).and_then(|()| tokio::net::TcpListener::from_std(listener));
    adopted.map_err(|cause| StartError { what: "listen for health checks", cause })
}

impl Shared {
    /// What is known of an upstream's health, by all threads.
    pub(crate) fn health(&self, address: SocketAddr) -> Arc<Health> {
        let mut known = self.health.lock().unwrap_or_else(PoisonError::into_inner);
        // What nobody else holds has left the table.
        known.retain(|_, health| Arc::strong_count(health) > 1);
        known.entry(address).or_insert_with(|| Arc::new(Health::new())).clone()
    }
}
