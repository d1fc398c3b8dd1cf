//! The listener: accepts within its limits, and on shutdown lets requests in flight finish.

use std::convert::Infallible;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{HttpService, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use tower::Service;

use crate::client::{Network, client_address};
use crate::config::HttpConfig;
use crate::request_id::{REQUEST_ID, RequestId};
use crate::stack::dress;

/// After a failed accept, mostly for want of file handles: long enough for a connection to end, short enough to notice.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// How a listener ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Served {
    /// Connections that were still busy when the drain's time was up, and were cut.
    pub cut: usize,
}

/// Serves until `shutdown`, then drains.
///
/// HTTP/1.1 only: the edge speaks HTTP/2 with browsers, and the sniffing for HTTP/2 without TLS would wait without a
/// time-out for a client that says nothing.
pub async fn serve(listener: TcpListener, router: Router, shutdown: CancellationToken, config: HttpConfig) -> Served {
    let service = dress(router, &config);
    let trusted: Arc<[Network]> = config.trusted_proxies.clone().into();
    let http1 = http1_builder(&config);
    let graceful = GracefulShutdown::new();
    let seats = Arc::new(Semaphore::new(config.connection_limit));
    let mut connections = JoinSet::new();
    while let Some((stream, peer, seat)) = next_connection(&listener, &shutdown, &seats, &mut connections).await {
        let connection = http1.serve_connection(TokioIo::new(stream), answering(&service, peer, &trusted));
        let watched = graceful.watch(connection);
        connections.spawn(async move {
            if let Err(error) = watched.await {
                tracing::debug!(%error, "a connection ended early");
            }
            drop(seat);
        });
    }
    drop(listener);
    drain(graceful, connections, config.drain).await
}

/// Answers the requests of one connection, each with the address of who asks, and with the number that a trusted proxy
/// gave it.
fn answering(
    router: &Router,
    peer: IpAddr,
    trusted: &Arc<[Network]>,
) -> impl HttpService<Incoming, ResBody = Body, Error = Infallible, Future: Send + 'static> + use<> {
    let (router, trusted) = (router.clone(), trusted.clone());
    let is_believed = trusted.iter().any(|network| network.contains(peer));
    service_fn(move |mut request: hyper::Request<Incoming>| {
        let client = client_address(peer, request.headers(), &trusted);
        request.extensions_mut().insert(client);
        if is_believed && let Some(id) = request.headers().get(&REQUEST_ID).and_then(RequestId::given) {
            request.extensions_mut().insert(id);
        }
        // A router is always ready.
        router.clone().call(request)
    })
}

/// Without hyper's `pipeline_flush`: with it, the refusal of a head that is too long stays in the buffer for ever.
fn http1_builder(config: &HttpConfig) -> http1::Builder {
    let mut builder = http1::Builder::new();
    builder
        .timer(TokioTimer::new())
        .header_read_timeout(config.header_timeout)
        .max_header_size(config.header_limit_bytes);
    builder
}

/// The next connection once there is a seat for it; `None` when the shutdown has begun.
async fn next_connection(
    listener: &TcpListener,
    shutdown: &CancellationToken,
    seats: &Arc<Semaphore>,
    connections: &mut JoinSet<()>,
) -> Option<(TcpStream, IpAddr, OwnedSemaphorePermit)> {
    loop {
        // Ended tasks are collected here, or they would pile up for the life of the process.
        while connections.try_join_next().is_some() {}
        let seat = tokio::select! {
            () = shutdown.cancelled() => return None,
            seat = seats.clone().acquire_owned() => seat.ok()?,
        };
        let accepted = tokio::select! {
            () = shutdown.cancelled() => return None,
            accepted = listener.accept() => accepted,
        };
        match accepted {
            Ok((stream, peer)) => {
                let _ = stream.set_nodelay(true);
                return Some((stream, peer.ip(), seat));
            }
            Err(error) => {
                tracing::warn!(%error, "a connection could not be accepted");
                tokio::time::sleep(ACCEPT_PAUSE).await;
            }
        }
    }
}

async fn drain(graceful: GracefulShutdown, mut connections: JoinSet<()>, limit: Duration) -> Served {
    if tokio::time::timeout(limit, graceful.shutdown()).await.is_ok() {
        return Served { cut: 0 };
    }
    while connections.try_join_next().is_some() {}
    let cut = connections.len();
    tracing::warn!(cut, "connections were still busy at the end of the drain and were cut");
    connections.shutdown().await;
    Served { cut }
}
