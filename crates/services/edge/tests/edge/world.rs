//! An edge with real listeners, upstreams that are told what to do, and a client that sends any bytes.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use admission::connections::{ConnectionLimitConfig, ConnectionLimits};
use admission::passwords::{PasswordConfig, Passwords};
use admission::proxy_protocol::ProxyProtocol;
use async_trait::async_trait;
use bytes::Bytes;
use clock::SystemClock;
use edge::bans::{BanConfig, Bans};
use edge::config::Config;
use edge::service::{Admission, Listeners, Ports, Served, build};
use http::{Request, Response, StatusCode};
use http_body_util::{BodyExt as _, Either, Full, StreamBody};
use httpkit::client::Network;
use httpkit::limits::{RateLimitConfig, RateLimits};
use hyper::body::{Frame, Incoming};
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use platform::alarm::Alarm;
use platform::bans::{BanList, BanStore};
use platform::names::{Environment, InstanceId, ServiceKind, ServiceName};
use platform::ports::{PortError, RouteStore, StatusStore};
use platform::routes::{
    HostAction, HostPattern, HostRoutes, PathRoute, Pool, Protection, RouteTable, Target, Upstream,
};
use platform::status::{Incident, StatusReport};
use tls::acceptor::{Acceptor, AcceptorConfig};
use tls::certificates::Certificates;
use tls::interim::self_signed;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

/// The site's name in these tests.
pub(crate) const HOST: &str = "bt.example";

/// What `/large` answers: far more than all buffers on the way hold.
pub(crate) const LARGE_BYTES: usize = 16 * 1024 * 1024;

/// Longer than anything here may take.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

/// Everything that the edge reads of the world.
#[derive(Default)]
pub(crate) struct Memory {
    table: Mutex<(u64, RouteTable)>,
}

impl Memory {
    pub(crate) fn set(&self, change: impl FnOnce(&mut RouteTable)) {
        let mut table = self.table.lock().unwrap();
        change(&mut table.1);
        table.0 += 1;
    }
}

#[async_trait]
impl RouteStore for Memory {
    async fn put_routes(&self, table: &RouteTable) -> Result<(), PortError> {
        self.set(|old| *old = table.clone());
        Ok(())
    }

    async fn routes_since(&self, seen: Option<u64>) -> Result<Option<(u64, RouteTable)>, PortError> {
        let table = self.table.lock().unwrap();
        Ok((seen != Some(table.0)).then(|| table.clone()))
    }
}

#[async_trait]
impl BanStore for Memory {
    async fn bans_since(&self, seen: Option<u64>) -> Result<Option<(u64, BanList)>, PortError> {
        Ok(seen.is_none().then(|| (1, BanList::default())))
    }

    async fn change_bans(&self, change: &(dyn for<'a> Fn(&'a mut BanList) + Sync)) -> Result<BanList, PortError> {
        let mut list = BanList::default();
        change(&mut list);
        Ok(list)
    }
}

#[async_trait]
impl StatusStore for Memory {
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

/// A running edge.
pub(crate) struct World {
    pub(crate) address: SocketAddr,
    pub(crate) admin: SocketAddr,
    pub(crate) https: SocketAddr,
    /// What a client must trust.
    pub(crate) certificate: Vec<u8>,
    pub(crate) memory: Arc<Memory>,
    pub(crate) shutdown: CancellationToken,
    pub(crate) running: JoinHandle<Served>,
}

pub(crate) fn web() -> ServiceName {
    ServiceName::of(ServiceKind::Web, Environment::production())
}

/// Networks that this machine speaks to itself from.
pub(crate) fn this_machine() -> Vec<Network> {
    vec!["127.0.0.0/8".parse().unwrap()]
}

/// One thread and short times, so that tests can count and need not wait.
pub(crate) fn config() -> Config {
    let mut config = Config { threads: 1, redirect_to_https: false, ..Config::default() };
    config.routes_poll = Duration::from_millis(5);
    config.upstream.probe_interval = Duration::from_millis(20);
    config
}

fn listener() -> std::net::TcpListener {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap()
}

fn ports(memory: &Arc<Memory>, tls: Acceptor) -> Ports {
    let clock = Arc::new(SystemClock);
    let no_limit = RateLimitConfig { requests_per_minute: 0, ..RateLimitConfig::default() };
    let (bans, _keeper) = Bans::new(BanConfig::default(), memory.clone(), clock.clone());
    Ports {
        routes: memory.clone(),
        status: memory.clone(),
        clock: clock.clone(),
        tls: Some(tls),
        challenges: Arc::new(|token| (token == "known").then(|| "proof".to_owned())),
        admission: Admission {
            connections: ConnectionLimits::new(ConnectionLimitConfig { per_client: 4_096, ..Default::default() }),
            bans,
            limits: RateLimits::new("edge", no_limit, clock.clone()),
            passwords: Arc::new(Passwords::new(BTreeMap::new(), PasswordConfig::default(), clock)),
            proxy_protocol: ProxyProtocol::default(),
        },
        access_log: None,
        render_metrics: Arc::new(|| "edge_up 1\n".to_owned()),
    }
}

impl World {
    /// An edge that sends everything to these.
    pub(crate) async fn with(upstreams: &[&Server]) -> Self {
        Self::start(config(), upstreams).await
    }

    pub(crate) async fn start(config: Config, upstreams: &[&Server]) -> Self {
        Self::admitting(config, upstreams, |_| {}).await
    }

    /// An edge with its own word on who may come in.
    pub(crate) async fn admitting(config: Config, upstreams: &[&Server], admit: impl FnOnce(&mut Admission)) -> Self {
        let memory = Arc::new(Memory::default());
        memory.set(|table| {
            table.hosts.push(host());
            let www = HostPattern::Exact(format!("www.{HOST}"));
            let action = HostAction::RedirectTo(HOST.to_owned());
            table.hosts.push(HostRoutes { host: www, environment: None, action });
            table.hosts.push(previews());
            table.pools.insert(web(), pool(upstreams));
        });
        let (http, https, admin) = (listener(), listener(), listener());
        let https_address = https.local_addr().unwrap();
        let certificates = Certificates::new();
        let certificate = self_signed(&[HOST.to_owned()], clock::Clock::now(&SystemClock)).unwrap();
        certificates.replace(vec![certificate.clone()]);
        let tls = Acceptor::new(&certificates, &AcceptorConfig::default()).unwrap();
        let (address, admin_address) = (http.local_addr().unwrap(), admin.local_addr().unwrap());
        let mut ports = ports(&memory, tls);
        admit(&mut ports.admission);
        let edge = build(config, ports);
        let shutdown = CancellationToken::new();
        let listeners = Listeners { http, https: Some(https), admin: Some(admin) };
        let stop = shutdown.clone();
        let running = tokio::spawn(async move { edge.run(listeners, stop).await.unwrap() });
        let certificate = certificate.der().to_vec();
        Self { address, admin: admin_address, https: https_address, certificate, memory, shutdown, running }
    }

    /// Puts a path under protection.
    pub(crate) fn protect(&self, prefix: &str, protection: Protection) {
        let route = PathRoute { prefix: prefix.to_owned(), target: Target::Pool(web()), protection: Some(protection) };
        self.memory.set(|table| {
            for host in &mut table.hosts {
                if let HostAction::Routes(routes) = &mut host.action {
                    routes.push(route.clone());
                }
            }
        });
    }

    /// Other upstreams from now on.
    pub(crate) fn use_upstreams(&self, upstreams: &[&Server]) {
        let pool = pool(upstreams);
        self.memory.set(|table| drop(table.pools.insert(web(), pool)));
    }

    /// Sends bytes and reads until the edge closes.
    pub(crate) async fn say(&self, bytes: impl AsRef<[u8]>) -> String {
        say(self.address, bytes.as_ref()).await
    }

    /// Asks for a path and reads the whole answer.
    pub(crate) async fn get(&self, path: &str) -> String {
        self.say(format!("GET {path} HTTP/1.1\r\nHost: {HOST}\r\nConnection: close\r\n\r\n")).await
    }

    /// The same at another host.
    pub(crate) async fn get_at(&self, host: &str, path: &str) -> String {
        self.say(format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n")).await
    }

    pub(crate) async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.unwrap()
    }
}

pub(crate) async fn say(address: SocketAddr, bytes: &[u8]) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    // A refusal may come before everything is sent.
    let _ = stream.write_all(bytes).await;
    let mut answer = Vec::new();
    let read = tokio::time::timeout(PATIENCE, stream.read_to_end(&mut answer)).await;
    read.expect("the edge neither answers nor closes").unwrap();
    String::from_utf8_lossy(&answer).into_owned()
}

/// Reads one answer that has a length or chunks, from a connection that stays open.
pub(crate) async fn read_until(stream: &mut TcpStream, end: &str) -> String {
    let mut seen = Vec::new();
    while !String::from_utf8_lossy(&seen).contains(end) {
        let more = tokio::time::timeout(PATIENCE, stream.read_u8()).await;
        seen.push(
            more.expect("nothing more comes")
                .unwrap_or_else(|_| panic!("closed after {:?}", String::from_utf8_lossy(&seen))),
        );
    }
    String::from_utf8(seen).unwrap()
}

pub(crate) fn status(answer: &str) -> u16 {
    answer.split(' ').nth(1).and_then(|word| word.parse().ok()).unwrap_or_else(|| panic!("no status in {answer:?}"))
}

fn host() -> HostRoutes {
    let route = |prefix: &str, target| PathRoute { prefix: prefix.to_owned(), target, protection: None };
    let routes = vec![
        route("/", Target::Pool(web())),
        route("/status", Target::Status),
        route("/kibana", Target::Later { what: "The explorer of the logs".to_owned() }),
        route("/metrics", Target::Nobody),
    ];
    HostRoutes {
        host: HostPattern::Exact(HOST.to_owned()),
        environment: Some(Environment::production()),
        action: HostAction::Routes(routes),
    }
}

fn previews() -> HostRoutes {
    let target = Target::Later { what: "The preview of this branch".to_owned() };
    let action = HostAction::Routes(vec![PathRoute { prefix: "/".to_owned(), target, protection: None }]);
    HostRoutes { host: HostPattern::Previews(HOST.to_owned()), environment: None, action }
}

fn pool(upstreams: &[&Server]) -> Pool {
    let upstream = |server: &&Server| Upstream { instance: server.instance.clone(), address: server.address };
    Pool { upstreams: upstreams.iter().map(upstream).collect() }
}

/// A server behind the edge.
pub(crate) struct Server {
    pub(crate) instance: InstanceId,
    pub(crate) address: SocketAddr,
    pub(crate) told: Arc<Told>,
    accepting: JoinHandle<()>,
}

/// What it is told, and what it has seen.
#[derive(Default)]
pub(crate) struct Told {
    pub(crate) name: String,
    pub(crate) requests: AtomicUsize,
    pub(crate) connections: AtomicUsize,
    pub(crate) is_unready: AtomicBool,
    /// `/slow` answers when this is told.
    pub(crate) go_on: Notify,
    /// A request for `/slow` has arrived.
    pub(crate) arrived: Notify,
    /// A request for `/slow` is answered, or given up.
    pub(crate) left: Notify,
    tasks: Mutex<Vec<JoinHandle<()>>>,
}

/// Tells when work on `/slow` is over.
struct Leaving(Arc<Told>);

impl Drop for Leaving {
    fn drop(&mut self) {
        self.0.left.notify_one();
    }
}

impl Server {
    pub(crate) async fn start(name: &str) -> Self {
        Self::at("127.0.0.1:0".parse().unwrap(), name).await
    }

    pub(crate) async fn at(address: SocketAddr, name: &str) -> Self {
        let listener = TcpListener::bind(address).await.unwrap();
        let address = listener.local_addr().unwrap();
        let told = Arc::new(Told { name: name.to_owned(), ..Told::default() });
        let accepting = tokio::spawn(accept(listener, told.clone()));
        Self { instance: InstanceId(format!("web@production.{name}")), address, told, accepting }
    }

    pub(crate) fn requests(&self) -> usize {
        self.told.requests.load(Ordering::Relaxed)
    }

    /// As `kill -9` does it: everything breaks at once.
    pub(crate) async fn kill(self) -> SocketAddr {
        self.accepting.abort();
        let _ = self.accepting.await;
        let tasks = std::mem::take(&mut *self.told.tasks.lock().unwrap());
        for task in tasks {
            task.abort();
            let _ = task.await;
        }
        self.address
    }
}

async fn accept(listener: TcpListener, told: Arc<Told>) {
    loop {
        let (stream, _) = listener.accept().await.unwrap();
        told.connections.fetch_add(1, Ordering::Relaxed);
        let answering = told.clone();
        let task = tokio::spawn(async move {
            let service = service_fn(move |request| serve(answering.clone(), request));
            let connection = hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service);
            let _ = connection.with_upgrades().await;
        });
        told.tasks.lock().unwrap().push(task);
    }
}

type Answer = Either<Full<Bytes>, http_body_util::combinators::UnsyncBoxBody<Bytes, hyper::Error>>;

fn text(status: StatusCode, text: impl Into<Bytes>) -> Response<Answer> {
    let mut response = Response::new(Either::Left(Full::new(text.into())));
    *response.status_mut() = status;
    response.headers_mut().insert("server", "secret/1.0".parse().unwrap());
    response
}

async fn serve(told: Arc<Told>, mut request: Request<Incoming>) -> Result<Response<Answer>, Infallible> {
    if request.uri().path() == "/readyz" {
        let unready = told.is_unready.load(Ordering::Relaxed);
        return Ok(text(if unready { StatusCode::SERVICE_UNAVAILABLE } else { StatusCode::OK }, "state\n"));
    }
    told.requests.fetch_add(1, Ordering::Relaxed);
    Ok(match request.uri().path() {
        "/echo" => {
            let body = request.into_body();
            let mut response = Response::new(Either::Right(body.boxed_unsync()));
            response.headers_mut().insert("trailer", "x-sum".parse().unwrap());
            response
        }
        "/seen" => text(StatusCode::OK, format!("{} {}\n{:#?}\n", request.method(), request.uri(), request.headers())),
        "/slow" => {
            let _leaving = Leaving(told.clone());
            told.arrived.notify_one();
            told.go_on.notified().await;
            text(StatusCode::OK, format!("slow {}", told.name))
        }
        "/large" => text(StatusCode::OK, vec![b'x'; LARGE_BYTES]),
        "/empty" => text(StatusCode::NO_CONTENT, ""),
        "/drips" => {
            let parts =
                futures_util::stream::iter((0..3).map(|part| Ok(Frame::data(Bytes::from(format!("part {part}\n"))))));
            Response::new(Either::Right(StreamBody::new(parts).boxed_unsync()))
        }
        "/events" => events(told, 2),
        "/half" => events(told, 1),
        "/break" => panic!("the service broke"),
        "/ws" => upgrade(&mut request),
        _ => text(StatusCode::OK, format!("hello from {}", told.name)),
    })
}

/// Two events, the second one when it is told to go on. Breaks after the good ones.
fn events(told: Arc<Told>, good: u32) -> Response<Answer> {
    let parts = futures_util::stream::unfold(1, move |number| {
        let told = told.clone();
        async move {
            if number == 2 {
                told.go_on.notified().await;
            }
            assert!(number <= good || number > 2, "the service broke");
            let event = Frame::data(Bytes::from(format!("event {number}\n")));
            (number < 3).then_some((Ok(event), number + 1))
        }
    });
    let mut response = Response::new(Either::Right(StreamBody::new(parts).boxed_unsync()));
    response.headers_mut().insert("content-type", "text/event-stream".parse().unwrap());
    response
}

fn upgrade(request: &mut Request<Incoming>) -> Response<Answer> {
    let upgraded = hyper::upgrade::on(request);
    tokio::spawn(async move {
        let mut stream = TokioIo::new(upgraded.await.unwrap());
        let mut word = [0; 4];
        while stream.read_exact(&mut word).await.is_ok() {
            word.make_ascii_uppercase();
            stream.write_all(&word).await.unwrap();
        }
    });
    let mut response = text(StatusCode::SWITCHING_PROTOCOLS, "");
    response.headers_mut().insert("connection", "upgrade".parse().unwrap());
    response.headers_mut().insert("upgrade", "websocket".parse().unwrap());
    response
}
