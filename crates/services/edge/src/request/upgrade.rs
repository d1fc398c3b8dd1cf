//! Another protocol over the same connection, such as WebSocket: the two streams are joined once both sides agreed.

use std::sync::Arc;
use std::time::Duration;

use http::header::{CONNECTION, UPGRADE};
use http::request::Parts;
use http::{HeaderValue, Response, StatusCode, Version};
use hyper::upgrade::OnUpgrade;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::time::timeout;

use crate::client::context::Client;
use crate::request::body::AnswerBody;
use crate::request::followed::Record;
use crate::request::forward::{Hold, open, written};
use crate::request::forwarding::{BodyLine, asks_for_upgrade};
use crate::request::refusal::Refusal;
use crate::upstream::answer::{AnswerHead, Framing};
use crate::upstream::connection::{Answered, Connection, ExchangeError};
use crate::upstream::incoming::{Home, UpstreamBody};
use crate::upstream::pool::{Load, Pool};

/// What is carried at a time in each direction.
const COPY_BYTES: usize = 16 * 1024;

/// Whether a request asks for another protocol in a way that we pass on. HTTP/2 has no such thing (RFC 9113, 8.6), and
/// `h2c` is none of a service's business.
pub(crate) fn is_asked_for(parts: &Parts) -> bool {
    let protocol = parts.headers.get(UPGRADE).map(HeaderValue::as_bytes).unwrap_or_default();
    parts.version == Version::HTTP_11
        && asks_for_upgrade(&parts.headers)
        && protocol.eq_ignore_ascii_case(b"websocket")
        && parts.extensions.get::<OnUpgrade>().is_some()
}

/// Forwards it, on a connection of its own, and joins the streams when the upstream agrees.
pub(crate) async fn forward(record: &mut Record, pool: &Arc<Pool>) -> Result<Response<AnswerBody>, Refusal> {
    let asked = &mut record.asked;
    let client = asked.client.clone();
    let limits = &client.worker.shared.config.upstream;
    let head = written(asked, BodyLine::None, true)?;
    let (connection, load) = connect(pool, &client).await?;
    let answered = timeout(limits.response_timeout, connection.ask(&head, false)).await;
    let down = |status: StatusCode| Refusal::Down { service: pool.service.clone(), status };
    let answered = answered.map_err(|_| down(StatusCode::GATEWAY_TIMEOUT))?;
    let answered = answered.map_err(|_: ExchangeError| down(StatusCode::BAD_GATEWAY))?;
    let Answered { head, connection, .. } = answered;
    if head.framing != Framing::Upgrade {
        let home = Home { ticks: client.worker.ticks.clone(), shared: client.worker.shared.clone() };
        let body = UpstreamBody::new(connection, head.framing, false, None, load, home);
        return Ok(respond(head, AnswerBody::Upstream(Box::new(body))));
    }
    let Some(ours) = asked.parts.extensions.remove::<OnUpgrade>() else { return Err(Refusal::Ours) };
    // The client may speak the other protocol from its answer on; nobody judges that by the rules of HTTP.
    client.state.set_free();
    tokio::spawn(join(ours, connection, load, client));
    let mut response = respond(head, AnswerBody::empty());
    response.headers_mut().insert(CONNECTION, HeaderValue::from_static("upgrade"));
    Ok(response)
}

async fn connect(pool: &Arc<Pool>, client: &Client) -> Result<(Connection, Load), Refusal> {
    let limits = &client.worker.shared.config.upstream;
    let mut hold = Hold::new(limits.hold);
    let mut tried = Vec::new();
    loop {
        let Some(load) = pool.choose(&tried) else {
            hold.wait(pool, limits, !tried.is_empty()).await?;
            tried.clear();
            continue;
        };
        match open(pool, &load, &client.worker).await {
            Ok(connection) => return Ok((connection, load)),
            Err(_) => tried.push(load.0.address),
        }
    }
}

fn respond(head: AnswerHead, body: AnswerBody) -> Response<AnswerBody> {
    let mut response = Response::new(body);
    *response.status_mut() = head.status;
    *response.headers_mut() = head.headers;
    response
}

async fn join(ours: OnUpgrade, connection: Connection, _load: Load, client: Arc<Client>) {
    let Ok(upgraded) = ours.await else { return };
    let Connection { read, write: Some(mut write), buffer, .. } = connection else { return };
    let (from_client, mut to_client) = tokio::io::split(TokioIo::new(upgraded));
    // What the upstream said right behind its head.
    if to_client.write_all(&buffer).await.is_err() {
        return;
    }
    let idle = client.worker.shared.config.client.upgrade_idle_timeout;
    let shutdown = client.worker.shared.shutdown.clone();
    tokio::select! {
        () = carry_both(from_client, to_client, read, &mut write, idle) => {}
        () = shutdown.cancelled() => {}
    }
}

async fn carry_both(
    from_client: impl AsyncRead + Unpin,
    to_client: impl AsyncWrite + Unpin,
    from_upstream: impl AsyncRead + Unpin,
    to_upstream: impl AsyncWrite + Unpin,
    idle: Duration,
) {
    let last = std::sync::atomic::AtomicU64::new(0);
    let up = carry(from_client, to_upstream, &last);
    let down = carry(from_upstream, to_client, &last);
    let silence = async {
        let mut seen = last.load(std::sync::atomic::Ordering::Relaxed);
        loop {
            tokio::time::sleep(idle).await;
            let now = last.load(std::sync::atomic::Ordering::Relaxed);
            if now == seen {
                return;
            }
            seen = now;
        }
    };
    tokio::select! {
        _ = async { tokio::join!(up, down) } => {}
        () = silence => {}
    }
}

/// Carries one direction to its end, and tells the other side of that end.
async fn carry(mut from: impl AsyncRead + Unpin, mut to: impl AsyncWrite + Unpin, last: &std::sync::atomic::AtomicU64) {
    let mut buffer = vec![0; COPY_BYTES];
    while let Ok(size) = from.read(&mut buffer).await {
        last.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        if size == 0 || to.write_all(&buffer[..size]).await.is_err() || to.flush().await.is_err() {
            break;
        }
    }
    let _ = to.shutdown().await;
}
