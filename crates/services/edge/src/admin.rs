//! `/healthz`, `/readyz` and `/metrics`: on a listener of their own, which only this machine reaches.

use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use bytes::Bytes;
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use http::{HeaderValue, Request, Response, StatusCode};
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;

use crate::service::Shared;

/// What is asked about.
#[derive(Clone)]
pub(crate) struct State {
    pub(crate) shared: Arc<Shared>,
    /// Whether a route table was ever read.
    pub(crate) known: Arc<AtomicBool>,
}

/// Answers until the edge has ended, the drain included.
pub(crate) async fn serve(listener: TcpListener, state: State, ended: CancellationToken) {
    loop {
        tokio::select! {
            () = ended.cancelled() => return,
            accepted = listener.accept() => match accepted {
                Ok((stream, peer)) if peer.ip().to_canonical().is_loopback() => {
                    tokio::spawn(serve_one(stream, state.clone()));
                }
                Ok(_) => {}
                Err(error) => tracing::warn!(%error, "a connection of the health checks could not be accepted"),
            },
        }
    }
}

async fn serve_one(stream: TcpStream, state: State) {
    let service = service_fn(move |request| {
        let response = answer(&state, &request);
        async move { Ok::<_, Infallible>(response) }
    });
    let connection = http1::Builder::new().timer(TokioTimer::new()).serve_connection(TokioIo::new(stream), service);
    if let Err(error) = connection.await {
        tracing::debug!(%error, "a connection of the health checks ended early");
    }
}

fn answer(state: &State, request: &Request<Incoming>) -> Response<Full<Bytes>> {
    match request.uri().path() {
        "/healthz" => text(StatusCode::OK, "alive\n".to_owned()),
        "/readyz" if state.shared.shutdown.is_cancelled() => {
            text(StatusCode::SERVICE_UNAVAILABLE, "not ready\nthe edge is about to end\n".to_owned())
        }
        "/readyz" if !state.known.load(Ordering::Relaxed) => {
            let says = "not ready\nno route table could be read yet; it comes from `bt up`\n";
            text(StatusCode::SERVICE_UNAVAILABLE, says.to_owned())
        }
        "/readyz" => text(StatusCode::OK, "ready\n".to_owned()),
        "/metrics" => text(StatusCode::OK, (state.shared.ports.render_metrics)()),
        _ => text(StatusCode::NOT_FOUND, "there are /healthz, /readyz and /metrics\n".to_owned()),
    }
}

fn text(status: StatusCode, body: String) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(Bytes::from(body)));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
