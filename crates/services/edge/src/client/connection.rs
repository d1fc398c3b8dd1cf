//! Serves one connection of a client: finds out what it speaks, and answers until it ends.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Poll, Waker};
use std::time::Duration;

use futures_util::FutureExt as _;
use http::{Request, Response};
use httpkit::client::ClientAddress;
use hyper::body::Incoming;
use hyper::server::conn::{http1, http2};
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use platform::bans::Offence;
use tls::acceptor::TlsError;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::client::context::Client;
use crate::client::fault::Fault;
use crate::client::guard::{Guard, HeadLimits};
use crate::client::io::ClientIo;
use crate::client::simple;
use crate::client::state::{ConnectionState, Order};
use crate::config::ClientLimits;
use crate::figures;
use crate::request::asked::address_text;
use crate::request::exchange::answer;
use crate::request::followed::Followed;
use crate::worker::{Seat, Worker};

/// The beginning of HTTP/2 without TLS, for clients that know that we speak it.
const H2_START: &[u8] = b"PRI ";

/// The first byte of a TLS handshake.
const TLS_START: u8 = 0x16;

/// Hyper reads heads of this size more than the guard lets through, so that the guard's answer is given.
const SPARE_BYTES: usize = 8 * 1024;

/// So many headers hyper takes without being told.
const HYPER_HEADERS: usize = 100;

/// What HTTP/2 may keep of an answer that a client does not take. Far below hyper's 400 KiB: times 128 streams.
const H2_SEND_BYTES: usize = 64 * 1024;

/// How long a refused client's last bytes are awaited, so that it reads our answer.
const LAST_WORDS: Duration = Duration::from_secs(2);

/// What a connection speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Speaks {
    Http1,
    Http2,
    /// Nothing that fits the port.
    Wrong(Fault),
}

/// Serves a connection to its end.
pub(crate) async fn serve(worker: Arc<Worker>, seat: Seat, mut stream: TcpStream, peer: SocketAddr, is_tls: bool) {
    // Answers are small and written whole.
    let _ = stream.set_nodelay(true);
    let admission = &worker.shared.ports.admission;
    let peer = match admission.proxy_protocol.client(&mut stream, peer).await {
        Ok(peer) => peer,
        Err(error) => {
            figures::refused("proxy_protocol");
            return tracing::warn!(%error, %peer, "a connection was closed");
        }
    };
    let address = ClientAddress(peer.ip().to_canonical());
    let Ok(permit) = admission.connections.admit(address) else { return };
    let limit = worker.shared.config.client.handshake_timeout;
    let shutdown = worker.shared.shutdown.clone();
    let speaks = tokio::select! {
        biased;
        speaks = timeout(limit, first_bytes(&stream, is_tls)) => speaks,
        // Who has said nothing yet is not waited for.
        () = shutdown.cancelled() => return,
    };
    let Ok(Some(speaks)) = speaks else { return };
    let client = Client {
        address,
        address_text: address_text(address.0),
        is_tls,
        is_trusted: worker.shared.config.trusted_proxies.trusts(address.0),
        state: seat.state.clone(),
        worker,
        _seat: seat,
        _permit: permit,
        tls_version: None,
    };
    match (speaks, is_tls) {
        // Boxed: a future has room for all that it may become, and most connections become none of these.
        (Speaks::Wrong(fault), _) => Box::pin(refuse(&client, stream, fault)).await,
        (_, true) => Box::pin(serve_tls(client, stream)).await,
        (Speaks::Http1, false) => serve_http1(Arc::new(client), stream).await,
        (Speaks::Http2, false) => Box::pin(serve_http2(Arc::new(client), stream)).await,
    }
}

/// Looks at the first bytes without taking them. `None` when none come.
async fn first_bytes(stream: &TcpStream, is_tls: bool) -> Option<Speaks> {
    let mut start = [0; H2_START.len()];
    let size = stream.peek(&mut start).await.ok()?;
    let start = &start[..size];
    Some(match (start.first()?, is_tls) {
        (&TLS_START, false) => Speaks::Wrong(Fault::TlsOnPlainPort),
        (first, true) if first.is_ascii_alphabetic() => Speaks::Wrong(Fault::PlainOnTlsPort),
        (_, false) if start == H2_START => Speaks::Http2,
        _ => Speaks::Http1,
    })
}

/// Says in plain text what is wrong. A browser that spoke TLS cannot show it; whoever tries with curl can.
async fn refuse(client: &Client, mut stream: TcpStream, fault: Fault) {
    figures::refused(fault.reason());
    let words = async {
        stream.write_all(&fault.answer()).await?;
        stream.shutdown().await?;
        let mut bin = [0; 1024];
        while stream.read(&mut bin).await? > 0 {}
        Ok::<(), std::io::Error>(())
    };
    let _ = timeout(LAST_WORDS, words).await;
    client.worker.shared.ports.admission.bans.note(client.address, Offence::HostileInput);
}

async fn serve_tls(mut client: Client, stream: TcpStream) {
    let Some(acceptor) = client.worker.shared.ports.tls.clone() else { return };
    match acceptor.accept(stream).await {
        Ok(stream) => {
            figures::handshake(stream.version());
            client.tls_version = Some(stream.version());
            let client = Arc::new(client);
            if stream.is_http_2() {
                Box::pin(serve_http2(client, stream)).await;
            } else {
                Box::pin(serve_http1(client, stream)).await;
            }
        }
        Err(error) => {
            figures::handshake(error.kind());
            if matches!(error, TlsError::NotTls) {
                client.worker.shared.ports.admission.bans.note(client.address, Offence::HostileInput);
            }
            tracing::debug!(%error, "no TLS connection came about");
        }
    }
}

async fn serve_http1<S>(client: Arc<Client>, stream: S)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let limits = &client.worker.shared.config.client;
    let head = HeadLimits { head_bytes: limits.head_bytes, headers: limits.headers, uri_bytes: limits.uri_bytes };
    let state = client.state.clone();
    let io = ClientIo::new(stream, Some(Guard::new(head)), state.clone());
    if let Some(Some(io)) = until_cut(&state, pin!(simple::serve(&client, io))).await {
        Box::pin(serve_by_hyper(&client, io)).await;
    }
    if state.was_hostile() {
        client.worker.shared.ports.admission.bans.note(client.address, Offence::HostileInput);
    }
}

async fn serve_by_hyper<S>(client: &Arc<Client>, io: ClientIo<S>)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let builder = http1_builder(&client.worker.shared.config.client);
    let asking = client.clone();
    let service = service_fn(move |request| asked_by_hyper(asking.clone(), request));
    let connection = builder.serve_connection(TokioIo::new(io), service).with_upgrades();
    let mut connection = pin!(connection);
    drive(&client.state, connection.as_mut(), |connection| connection.graceful_shutdown()).await;
}

fn http1_builder(limits: &ClientLimits) -> http1::Builder {
    let mut builder = http1::Builder::new();
    builder
        .header_read_timeout(None)
        .max_header_size(limits.head_bytes + SPARE_BYTES)
        .max_buf_size((limits.head_bytes + SPARE_BYTES).max(64 * 1024));
    // Hyper's own limit is quicker than one that is set.
    if limits.headers >= HYPER_HEADERS {
        builder.max_headers(limits.headers + 1);
    }
    builder
}

async fn serve_http2<S>(client: Arc<Client>, stream: S)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let limits = &client.worker.shared.config.client;
    let state = client.state.clone();
    let io = ClientIo::new(stream, None, state.clone());
    let builder = http2_builder(limits);
    let service = service_fn(move |request| asked_by_hyper(client.clone(), request));
    let connection = builder.serve_connection(TokioIo::new(io), service);
    let mut connection = pin!(connection);
    drive(&state, connection.as_mut(), |connection| connection.graceful_shutdown()).await;
}

fn http2_builder(limits: &ClientLimits) -> http2::Builder<TokioExecutor> {
    let mut builder = http2::Builder::new(TokioExecutor::new());
    builder
        .timer(TokioTimer::new())
        .max_concurrent_streams(limits.h2_streams)
        .max_pending_accept_reset_streams(limits.h2_pending_resets)
        .max_local_error_reset_streams(limits.h2_error_resets)
        .max_header_list_size(u32::try_from(limits.head_bytes).unwrap_or(u32::MAX))
        .max_send_buf_size(H2_SEND_BYTES)
        .keep_alive_interval(limits.h2_ping_interval)
        .keep_alive_timeout(limits.h2_ping_timeout);
    builder
}

fn asked_by_hyper(
    client: Arc<Client>,
    request: Request<Incoming>,
) -> impl Future<Output = Result<Response<Followed>, Infallible>> {
    let (parts, body) = request.into_parts();
    answer(client, parts, Some(body)).map(Ok)
}

/// `None` when the connection must end at once.
async fn until_cut<T>(state: &ConnectionState, mut served: Pin<&mut impl Future<Output = T>>) -> Option<T> {
    // A task's waker stays the same until an order has used it: telling it at each step is not free.
    let mut told: Option<(Order, Waker)> = None;
    std::future::poll_fn(|cx| {
        let is_told = |(order, waker): &(Order, Waker)| *order == state.order() && waker.will_wake(cx.waker());
        if !told.as_ref().is_some_and(is_told) {
            told = Some((state.poll_order(cx), cx.waker().clone()));
        }
        match state.order() {
            Order::Cut => Poll::Ready(None),
            _ => served.as_mut().poll(cx).map(Some),
        }
    })
    .await
}

/// Lets a connection go on until it ends, or until it must.
async fn drive<C, E>(state: &Arc<ConnectionState>, mut connection: Pin<&mut C>, finish: impl Fn(Pin<&mut C>))
where
    C: Future<Output = Result<(), E>>,
    E: std::error::Error,
{
    let mut is_finishing = false;
    std::future::poll_fn(|cx| {
        match state.poll_order(cx) {
            Order::Cut => return Poll::Ready(()),
            Order::Finish if !is_finishing => {
                is_finishing = true;
                finish(connection.as_mut());
            }
            _ => {}
        }
        connection.as_mut().poll(cx).map(|ended| {
            if let Err(error) = ended {
                tracing::debug!(%error, "a connection ended early");
            }
        })
    })
    .await;
}
