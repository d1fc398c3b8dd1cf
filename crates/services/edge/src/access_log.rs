//! One JSON line for each request, written beside the way of the request.
//!
//! | member | what |
//! |---|---|
//! | `at` | when the request was read, UTC |
//! | `client` | who asked: the address behind trusted proxies |
//! | `method`, `version` | as sent; `HTTP/1.1`, `HTTP/2.0` |
//! | `host` | as sent, at most 255 bytes |
//! | `path` | as sent, at most 2,048 bytes |
//! | `query` | at most 1,024 bytes; the values of secrets (`token`, `code`, `key`, `password`, …) are `***` |
//! | `status` | of the answer; 0 when the client left before it began |
//! | `request_bytes`, `bytes` | of the two bodies, as they went over the line |
//! | `duration_ms` | from the head of the request to the last byte of the answer |
//! | `upstream_ms` | until the upstream's answer began |
//! | `upstream` | the instance, such as `web@production.4`; absent when the edge answered itself |
//! | `tries` | how many upstreams were asked, when it was more than one |
//! | `environment`, `service` | where the request went |
//! | `tls` | the version of TLS |
//! | `request_id` | the number that pages and services know the request by |
//! | `refused` | why the edge itself refused, in a word |
//! | `referer`, `user_agent` | at most 512 bytes; the referer without its query |
//!
//! What is not known is absent. Cut texts end with `…`. Nothing here can hold up a request: when the writer does not
//! keep up, lines are dropped, counted, and the next line says how many (`{"at": …, "dropped_lines": 12}`).

mod line;
mod redact;
mod writer;

use std::io::Write;
use std::net::IpAddr;
use std::time::Duration;

use http::{HeaderValue, Method, StatusCode, Uri, Version};
use jiff::Timestamp;

use crate::access_log::writer::Queue;

pub use crate::access_log::writer::Writer;

/// Lines that wait to be written: two seconds of a busy evening, and 10 MB at the usual length.
pub const QUEUE_LINES: usize = 16_384;

/// What is known of a request.
#[derive(Clone, Debug)]
pub struct Entry<'a> {
    /// When its head was read.
    pub at: Timestamp,
    /// Who asked.
    pub client: IpAddr,
    /// Its method.
    pub method: &'a Method,
    /// Its version.
    pub version: Version,
    /// Its host.
    pub host: Option<&'a [u8]>,
    /// Its address.
    pub uri: &'a Uri,
    /// The answer's status; `None` when the client left before it began.
    pub status: Option<StatusCode>,
    /// Bytes of the request's body.
    pub request_bytes: u64,
    /// Bytes of the answer's body.
    pub bytes: u64,
    /// Until the last byte of the answer.
    pub duration: Duration,
    /// Until the upstream's answer began.
    pub upstream_duration: Option<Duration>,
    /// The upstream's instance.
    pub upstream: Option<&'a str>,
    /// How many upstreams were asked.
    pub tries: u32,
    /// Whose answer it is.
    pub environment: Option<&'a str>,
    /// Which service.
    pub service: Option<&'a str>,
    /// The version of TLS.
    pub tls: Option<&'a str>,
    /// The number of the request.
    pub request_id: &'a str,
    /// Why the edge refused, in a word: `banned`, `limit`, `password`.
    pub refused: Option<&'a str>,
    /// Where the client came from.
    pub referer: Option<&'a HeaderValue>,
    /// What the client says to be.
    pub user_agent: Option<&'a HeaderValue>,
}

/// Takes lines. Clones write to the same place.
#[derive(Clone, Debug)]
pub struct AccessLog(Queue);

impl AccessLog {
    /// A log that writes to `target`, such as a file opened for appending, from a thread of its own. The writer ends,
    /// with everything written, once it is told to and all clones of the log are gone.
    ///
    /// # Errors
    /// When no thread can be started.
    pub fn start(target: impl Write + Send + 'static, queue_lines: usize) -> std::io::Result<(Self, Writer)> {
        let (queue, writer) = writer::start(Box::new(target), queue_lines)?;
        Ok((Self(queue), writer))
    }

    /// Puts a line into the queue. Never waits: a line that finds no place is dropped and counted.
    pub fn write(&self, entry: &Entry<'_>) {
        self.0.put(line::of(entry));
    }

    /// Lines that found no place so far.
    #[must_use]
    pub fn dropped(&self) -> u64 {
        self.0.dropped()
    }
}

#[cfg(test)]
#[path = "access_log/tests.rs"]
mod tests;
