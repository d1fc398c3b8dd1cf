//! What is noted of a request, when its answer's last byte is sent or the client has gone.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use clock::Stopwatch;
use http::header::{REFERER, USER_AGENT};
use http::{Response, StatusCode, Version};
use hyper::body::{Body, Frame, SizeHint};
use jiff::Timestamp;
use platform::names::{Environment, InstanceId};

use crate::access_log::Entry;
use crate::client::state::{ActiveRequest, AnswerPace};
use crate::request::asked::Asked;
use crate::request::body::AnswerBody;
use crate::request::table::{CompiledRoute, CompiledTarget};
use crate::upstream::pool::Upstream;

/// What is known of a request while it is answered. It is written down when this is dropped.
pub(crate) struct Record {
    pub(crate) asked: Asked,
    watch: Stopwatch,
    at: Timestamp,
    _active: ActiveRequest,
    pub(crate) route: Option<Arc<CompiledRoute>>,
    /// Whether browsers are told to come by https only.
    pub(crate) is_strict: bool,
    /// How often it was sent to an upstream.
    pub(crate) tries: u32,
    /// Why the edge itself refused.
    pub(crate) refused: Option<&'static str>,
    /// Who answered, and after how long.
    upstream: Option<(InstanceId, Duration)>,
    /// What came of the request's body.
    pub(crate) received: Option<Arc<AtomicU64>>,
    /// `None` until the answer has begun.
    status: Option<StatusCode>,
    bytes: u64,
}

impl Record {
    /// Boxed: it is handed on with the answer, and is large.
    pub(crate) fn begin(asked: Asked, active: ActiveRequest) -> Box<Self> {
        let at = asked.client.worker.shared.ports.clock.now();
        Box::new(Self {
            asked,
            watch: Stopwatch::start(),
            at,
            _active: active,
            route: None,
            is_strict: false,
            tries: 0,
            refused: None,
            upstream: None,
            received: None,
            status: None,
            bytes: 0,
        })
    }

    /// An upstream's answer has begun.
    pub(crate) fn note_upstream(&mut self, upstream: &Upstream) {
        if self.asked.client.worker.shared.ports.access_log.is_some() {
            self.upstream = Some((upstream.instance.clone(), self.watch.elapsed()));
        }
    }

    /// Follows the answer to its end.
    pub(crate) fn follow(mut self: Box<Self>, response: Response<AnswerBody>) -> Response<Followed> {
        self.status = Some(response.status());
        let shares_connection = self.asked.parts.version == Version::HTTP_2;
        let pace = shares_connection.then(|| self.asked.client.state.follow_answer());
        if let Some(pace) = &pace {
            pace.note_waiting();
        }
        response.map(|body| Followed { body, record: self, pace, offered: 0 })
    }

    fn write(&self, took: Duration) {
        let (asked, parts) = (&self.asked, &self.asked.parts);
        let Some(log) = &asked.client.worker.shared.ports.access_log else { return };
        let service = self.route.as_ref().map(|route| match &route.target {
            CompiledTarget::Pool(pool) => pool.service.kind.as_str(),
            CompiledTarget::Status | CompiledTarget::Nobody | CompiledTarget::Later(_) => "edge",
        });
        let environment = self.route.as_ref().and_then(|route| route.environment.as_ref());
        log.write(&Entry {
            at: self.at,
            client: asked.address.0,
            method: &parts.method,
            version: parts.version,
            host: asked.host_text().ok(),
            uri: &parts.uri,
            status: self.status,
            request_bytes: self.received.as_ref().map_or(0, |received| received.load(Ordering::Relaxed)),
            bytes: self.bytes,
            duration: took,
            upstream_duration: self.upstream.as_ref().map(|(_, took)| *took),
            upstream: self.upstream.as_ref().map(|(instance, _)| instance.0.as_str()),
            tries: self.tries,
            environment: environment.map(Environment::as_str),
            service,
            tls: asked.client.tls_version,
            request_id: asked.id_text(),
            refused: self.refused,
            referer: parts.headers.get(REFERER),
            user_agent: parts.headers.get(USER_AGENT),
        });
    }
}

impl Drop for Record {
    fn drop(&mut self) {
        let took = self.watch.elapsed();
        if let (Some(route), Some(status)) = (&self.route, self.status) {
            route.figures.note(status, took);
        }
        self.write(took);
    }
}

/// A body whose end is noted.
pub(crate) struct Followed {
    body: AnswerBody,
    record: Box<Record>,
    /// `None` for answers that have a connection of their own, which tells the same.
    pace: Option<AnswerPace>,
    /// The size of the part that was given last.
    offered: u64,
}

impl Followed {
    /// All of it, when it is there at once; then nothing is left.
    pub(crate) fn take_whole(&mut self) -> Option<Bytes> {
        let AnswerBody::Whole(bytes) = &mut self.body else { return None };
        self.record.bytes += bytes.len() as u64;
        Some(std::mem::take(bytes))
    }
}

impl Body for Followed {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        let followed = &mut *self;
        if let Some(pace) = &followed.pace {
            pace.note_taken(followed.offered);
        }
        let polled = Pin::new(&mut followed.body).poll_frame(cx);
        if let Poll::Ready(Some(Ok(frame))) = &polled {
            followed.offered = frame.data_ref().map_or(0, |data| data.len() as u64);
            followed.record.bytes += followed.offered;
            if let Some(pace) = &followed.pace {
                pace.note_waiting();
            }
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
