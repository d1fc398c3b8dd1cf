//! Forwards a request: to the least loaded upstream, to another one when that fails, or after a moment when none is
//! there.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use http::header::CONTENT_LENGTH;
use http::{Method, Response, StatusCode};
use hyper::body::{Body as _, Incoming};
use tokio::time::{Instant, timeout, timeout_at};

use crate::config::UpstreamLimits;
use crate::request::asked::Asked;
use crate::request::body::{AnswerBody, BodyFault, ClientBody, Progress};
use crate::request::followed::Record;
use crate::request::forwarding::{BodyLine, Told, head};
use crate::request::refusal::Refusal;
use crate::upstream::answer::Framing;
use crate::upstream::connection::{Answered, Connection, ExchangeError};
use crate::upstream::incoming::{Home, UpstreamBody};
use crate::upstream::pool::{Load, Pool};
use crate::upstream::watch::TooLate;
use crate::worker::Worker;

/// Forwards a request that stays a request.
pub(crate) async fn forward(
    record: &mut Record,
    pool: &Arc<Pool>,
    incoming: Option<Incoming>,
) -> Result<Response<AnswerBody>, Refusal> {
    let asked = &record.asked;
    let worker = asked.client.worker.clone();
    let limits = &worker.shared.config.client;
    let body_limit =
        if limits.body_bytes_by_prefix.is_empty() { limits.body_bytes } else { limits.body_limit(asked.path()) };
    let length = incoming.as_ref().map_or(Some(0), |incoming| incoming.size_hint().exact());
    if length.is_some_and(|length| length > body_limit) {
        return Err(Refusal::BodyTooLarge(body_limit));
    }
    let progress = Progress { span: limits.body_progress, bytes: limits.body_progress_bytes };
    let mut body = incoming.map(|incoming| ClientBody::new(incoming, body_limit, progress));
    body = body.filter(|body| !body.is_empty());
    let line = match length {
        _ if body.is_none() && !has_length(asked) => BodyLine::None,
        Some(length) => BodyLine::Length(length),
        None => BodyLine::Chunked,
    };
    let head = written(asked, line, false)?;
    record.received = body.as_mut().map(ClientBody::received);
    let mut trial = Trial { record, pool, head, body, is_chunked: line == BodyLine::Chunked, body_limit };
    trial.run(&worker.shared.config.upstream).await
}

/// A `Content-Length: 0` is passed on: some ask for it with POST.
fn has_length(asked: &Asked) -> bool {
    asked.parts.headers.contains_key(CONTENT_LENGTH)
}

/// The head as an upstream gets it.
pub(crate) fn written(asked: &Asked, line: BodyLine, is_upgrade: bool) -> Result<Vec<u8>, Refusal> {
    let host = asked.host_text()?;
    Ok(asked.with_address_text(|client| {
        let told = Told { client, scheme: asked.scheme(), host, request_id: asked.id_text().as_bytes() };
        head(&asked.parts, &told, line, is_upgrade)
    }))
}

/// The trying of one request.
struct Trial<'a> {
    record: &'a mut Record,
    pool: &'a Arc<Pool>,
    head: Vec<u8>,
    body: Option<ClientBody>,
    is_chunked: bool,
    body_limit: u64,
}

/// What became of one try.
enum Tried {
    Answered(Answered, Load),
    /// Nothing was done there; another may be tried, or the same once more.
    Again {
        same: bool,
    },
    Failed(Refusal),
}

impl Trial<'_> {
    async fn run(&mut self, limits: &UpstreamLimits) -> Result<Response<AnswerBody>, Refusal> {
        let mut tried: Vec<SocketAddr> = Vec::new();
        let mut hold = Hold::new(limits.hold);
        loop {
            let Some(load) = self.pool.choose(&tried) else {
                // Everybody was tried once: what failed a moment ago may be back when its turn comes.
                Box::pin(hold.wait(self.pool, limits, !tried.is_empty())).await?;
                tried.clear();
                continue;
            };
            self.record.tries += 1;
            let address = load.0.address;
            match self.try_one(load, limits).await {
                Tried::Answered(answered, load) => return Ok(self.response(answered, load)),
                Tried::Failed(refusal) => return Err(refusal),
                Tried::Again { same } => {
                    self.pool.figures.retries.increment(1);
                    if !same {
                        tried.push(address);
                    }
                }
            }
        }
    }

    async fn try_one(&mut self, load: Load, limits: &UpstreamLimits) -> Tried {
        let upstream = load.0.clone();
        let connection = match upstream.take_kept(&self.record.asked.client.worker.ticks, limits) {
            Some(connection) => connection,
            None => match Box::pin(open(self.pool, &load, &self.record.asked.client.worker)).await {
                Ok(connection) => connection,
                Err(_) => return Tried::Again { same: false },
            },
        };
        let was_reused = connection.is_reused;
        let has_body = self.body.is_some();
        match self.exchange(connection, limits).await {
            Ok(Ok(answered)) => {
                upstream.health.note_success();
                self.record.note_upstream(&upstream);
                Tried::Answered(answered, load)
            }
            Ok(Err(ExchangeError::Client(fault))) => Tried::Failed(self.client_fault(fault)),
            Ok(Err(error)) => {
                let nothing_came = matches!(error, ExchangeError::NoAnswer(_));
                if was_reused && nothing_came {
                    upstream.forget_kept();
                } else {
                    self.pool.figures.failures.increment(1);
                    upstream.health.note_failure(limits);
                    tracing::warn!(%error, instance = %upstream.instance, "an upstream failed");
                }
                let may_repeat =
                    !has_body && is_idempotent(&self.record.asked.parts.method) && self.record.tries < limits.tries;
                if nothing_came && may_repeat {
                    return Tried::Again { same: was_reused };
                }
                Tried::Failed(self.down(StatusCode::BAD_GATEWAY))
            }
            Err(_) => {
                self.pool.figures.timeouts.increment(1);
                upstream.health.note_slow(limits);
                tracing::warn!(instance = %upstream.instance, "an upstream did not answer in time");
                Tried::Failed(self.down(StatusCode::GATEWAY_TIMEOUT))
            }
        }
    }

    /// The outer error: it took too long.
    async fn exchange(
        &mut self,
        connection: Connection,
        limits: &UpstreamLimits,
    ) -> Result<Result<Answered, ExchangeError>, TooLate> {
        let is_head_request = self.record.asked.parts.method == Method::HEAD;
        match self.body.take() {
            None => {
                let watches = &self.record.asked.client.worker.watches;
                let watch = connection.watch.clone().unwrap_or_else(|| watches.add());
                let asking = connection.ask(&self.head, is_head_request);
                watches.within(limits.response_timeout, &watch, asking).await
            }
            Some(body) => {
                // The client's pace is limited by its progress, the upstream's from the end of the body on.
                let limit = limits.response_timeout;
                let asking = connection.ask_with_body(self.head.clone(), body, self.is_chunked, limit);
                Box::pin(asking).await.map_err(|_| TooLate)
            }
        }
    }

    fn client_fault(&self, fault: BodyFault) -> Refusal {
        match fault {
            BodyFault::TooLarge => Refusal::BodyTooLarge(self.body_limit),
            BodyFault::TooSlow => Refusal::BodyTooSlow,
            BodyFault::Broken => Refusal::BadRequest("the body broke off, or its framing is wrong"),
        }
    }

    fn down(&self, status: StatusCode) -> Refusal {
        Refusal::Down { service: self.pool.service.clone(), status }
    }

    fn response(&self, answered: Answered, load: Load) -> Response<AnswerBody> {
        let Answered { mut head, mut connection, sending } = answered;
        let worker = &self.record.asked.client.worker;
        let home = || Home { ticks: worker.ticks.clone(), shared: worker.shared.clone() };
        let whole = match head.framing {
            Framing::Length(length) if sending.is_none() && connection.buffer.len() as u64 == length => {
                let bytes = std::mem::take(&mut connection.buffer).freeze();
                if head.may_keep && connection.write.is_some() {
                    connection.is_reused = true;
                    load.0.keep(connection, &worker.ticks, &worker.shared.config.upstream);
                }
                AnswerBody::Whole(bytes)
            }
            _ => {
                let body = UpstreamBody::new(connection, head.framing, head.may_keep, sending, load, home());
                AnswerBody::Upstream(Box::new(body))
            }
        };
        if head.framing == Framing::Chunked {
            head.headers.remove(CONTENT_LENGTH);
        }
        let mut response = Response::new(whole);
        *response.status_mut() = head.status;
        *response.headers_mut() = head.headers;
        response
    }
}

/// Opens a connection; who cannot be reached is left out for a moment.
pub(crate) async fn open(pool: &Pool, load: &Load, worker: &Worker) -> io::Result<Connection> {
    let upstream = &load.0;
    let limits = &worker.shared.config.upstream;
    let opened = Connection::open(upstream.address, limits.connect_timeout, Some(worker.watches.add())).await;
    match &opened {
        Ok(_) => pool.figures.connections.increment(1),
        Err(error) => {
            pool.figures.failures.increment(1);
            upstream.health.note_failure(limits);
            tracing::warn!(%error, instance = %upstream.instance, "an upstream cannot be reached");
        }
    }
    opened
}

/// Methods that may be sent twice (RFC 9110, 9.2.2).
fn is_idempotent(method: &Method) -> bool {
    matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS | Method::PUT | Method::DELETE)
}

/// How long a request waits for an upstream in all.
pub(crate) struct Hold {
    limit: Duration,
    until: Option<Instant>,
}

/// While an upstream is left out, nobody tells when its time is over: it is looked at so often.
const LOOK_AGAIN: Duration = Duration::from_millis(50);

impl Hold {
    pub(crate) const fn new(limit: Duration) -> Self {
        Self { limit, until: None }
    }

    /// Waits until something may have changed. Who has tried already sees why it failed.
    pub(crate) async fn wait(&mut self, pool: &Pool, limits: &UpstreamLimits, has_tried: bool) -> Result<(), Refusal> {
        let down = || Refusal::Down { service: pool.service.clone(), status: StatusCode::SERVICE_UNAVAILABLE };
        let until = match self.until {
            Some(until) => until,
            None => {
                pool.figures.held.increment(1);
                *self.until.insert(deadline(self.limit))
            }
        };
        let Some(_place) = pool.wait(limits.hold_queue) else { return Err(down()) };
        let changed = pool.changed.notified();
        tokio::pin!(changed);
        changed.as_mut().enable();
        if pool.has_usable() && !has_tried {
            return Ok(());
        }
        let look = timeout(LOOK_AGAIN, changed);
        timeout_at(until, look).await.map_err(|_| down()).map(|_| ())
    }
}

#[expect(clippy::disallowed_methods, reason = "a deadline of the runtime's timers, which tests may pause")]
fn deadline(limit: Duration) -> Instant {
    Instant::now() + limit
}
