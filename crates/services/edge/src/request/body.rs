//! Bodies: what comes from a client, within its limits, and what goes back to it.

use std::future::{Future as _, poll_fn};
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use hyper::body::{Body, Frame, Incoming, SizeHint};
use tokio::time::Sleep;

use crate::upstream::incoming::UpstreamBody;

/// What is wrong with a client's body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BodyFault {
    /// It is larger than it may be.
    TooLarge,
    /// It comes too slowly.
    TooSlow,
    /// It broke off, or its framing is wrong.
    Broken,
}

/// How slowly a body may come.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Progress {
    pub(crate) span: Duration,
    pub(crate) bytes: u64,
}

/// The body of a request.
pub(crate) struct ClientBody {
    incoming: Incoming,
    /// How much more may come.
    left: u64,
    progress: Progress,
    /// What came in this span.
    in_span: u64,
    /// What came in all, for the access log.
    received: Option<Arc<AtomicU64>>,
    span: Option<Pin<Box<Sleep>>>,
}

impl ClientBody {
    pub(crate) fn new(incoming: Incoming, limit: u64, progress: Progress) -> Self {
        Self { incoming, left: limit, progress, in_span: 0, received: None, span: None }
    }

    /// What came so far; it may be read when the body is gone.
    pub(crate) fn received(&mut self) -> Arc<AtomicU64> {
        self.received.get_or_insert_default().clone()
    }

    /// Whether there is nothing in it.
    pub(crate) fn is_empty(&self) -> bool {
        self.incoming.is_end_stream()
    }

    /// The next part; `None` at the end.
    pub(crate) async fn frame(&mut self) -> Option<Result<Frame<Bytes>, BodyFault>> {
        poll_fn(|cx| self.poll_frame(cx)).await
    }

    fn poll_frame(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, BodyFault>>> {
        match Pin::new(&mut self.incoming).poll_frame(cx) {
            Poll::Ready(Some(Ok(frame))) => {
                let size = frame.data_ref().map_or(0, |data| data.len() as u64);
                self.in_span += size;
                if let Some(received) = &self.received {
                    received.fetch_add(size, Ordering::Relaxed);
                }
                let Some(left) = self.left.checked_sub(size) else {
                    return Poll::Ready(Some(Err(BodyFault::TooLarge)));
                };
                self.left = left;
                Poll::Ready(Some(Ok(frame)))
            }
            Poll::Ready(Some(Err(_))) => Poll::Ready(Some(Err(BodyFault::Broken))),
            Poll::Ready(None) => Poll::Ready(None),
            Poll::Pending => {
                ready!(self.poll_span(cx));
                Poll::Ready(Some(Err(BodyFault::TooSlow)))
            }
        }
    }

    /// Ready when a span went by with too little in it.
    fn poll_span(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        loop {
            let length = self.progress.span;
            let span = self.span.get_or_insert_with(|| Box::pin(tokio::time::sleep(length)));
            ready!(span.as_mut().poll(cx));
            if self.in_span < self.progress.bytes {
                return Poll::Ready(());
            }
            self.in_span = 0;
            self.span = None;
        }
    }
}

/// The body of an answer.
pub(crate) enum AnswerBody {
    /// All of it, at once.
    Whole(Bytes),
    /// As it comes from an upstream.
    Upstream(Box<UpstreamBody>),
    /// As something of ours makes it, such as compression.
    Made(Pin<Box<dyn Body<Data = Bytes, Error = io::Error> + Send>>),
}

impl AnswerBody {
    pub(crate) const fn empty() -> Self {
        Self::Whole(Bytes::new())
    }
}

impl Body for AnswerBody {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        match &mut *self {
            Self::Whole(bytes) if bytes.is_empty() => Poll::Ready(None),
            Self::Whole(bytes) => Poll::Ready(Some(Ok(Frame::data(std::mem::take(bytes))))),
            Self::Upstream(body) => Pin::new(&mut **body).poll_frame(cx),
            Self::Made(body) => body.as_mut().poll_frame(cx),
        }
    }

    fn is_end_stream(&self) -> bool {
        match self {
            Self::Whole(bytes) => bytes.is_empty(),
            Self::Upstream(body) => body.is_end_stream(),
            Self::Made(body) => body.is_end_stream(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Self::Whole(bytes) => SizeHint::with_exact(bytes.len() as u64),
            Self::Upstream(body) => body.size_hint(),
            Self::Made(body) => body.size_hint(),
        }
    }
}
