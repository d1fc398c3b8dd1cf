//! Every limit of the edge, by name.

use std::collections::BTreeMap;
use std::time::Duration;

use admission::forwarded::TrustedProxies;
use catalog::campus;
use jiff::tz::TimeZone;

use crate::request::table::begins_with;

/// Limits, time-outs and manners.
#[derive(Clone, Debug)]
pub struct Config {
    /// The site's name, on the pages that the edge makes itself.
    pub site_name: String,
    /// In which the status page tells times and days.
    pub time_zone: TimeZone,
    /// Threads that serve, each with its own connections and its own pools. 0: as many as the machine has cores.
    pub threads: usize,
    /// Whether plain requests to named hosts are sent to https.
    pub redirect_to_https: bool,
    /// The port of https as visitors see it, for those redirects.
    pub https_port: u16,
    /// Whether browsers are told to come by https only. Only for names, never for addresses or `localhost`.
    pub strict_transport: bool,
    /// Proxies before us that are believed when they say for whom they ask.
    pub trusted_proxies: TrustedProxies,
    /// What clients may do.
    pub client: ClientLimits,
    /// How upstreams are treated.
    pub upstream: UpstreamLimits,
    /// How long requests in flight may go on after the shutdown began.
    pub drain: Duration,
    /// How often the route table is looked at.
    pub routes_poll: Duration,
}

/// What clients may do.
#[derive(Clone, Debug)]
pub struct ClientLimits {
    /// The largest head of a request, in bytes.
    pub head_bytes: usize,
    /// Headers in a request.
    pub headers: usize,
    /// The longest address (path and query), in bytes.
    pub uri_bytes: usize,
    /// The largest body of a request, in bytes.
    pub body_bytes: u64,
    /// Path prefixes whose bodies have another limit, in bytes. The longest prefix counts.
    pub body_bytes_by_prefix: BTreeMap<String, u64>,
    /// How long a client may take to send a head, from its first byte.
    pub head_timeout: Duration,
    /// How long a connection may stay open without a request.
    pub idle_timeout: Duration,
    /// How long a client may take for a TLS handshake, or for the line of the PROXY protocol.
    pub handshake_timeout: Duration,
    /// In each such span, a client that sends a body must send [`Self::body_progress_bytes`].
    pub body_progress: Duration,
    /// The least that a client must send of a body in each span of [`Self::body_progress`].
    pub body_progress_bytes: u64,
    /// How long a client may take none of the bytes that wait for it.
    pub write_timeout: Duration,
    /// In each such span, a client for which bytes wait must take [`Self::answer_progress_bytes`].
    pub answer_progress: Duration,
    /// The least that a client must take of what waits for it in each span of [`Self::answer_progress`].
    pub answer_progress_bytes: u64,
    /// What the kernel keeps of answers that a client does not take, for each connection. Without it, that grows to some
    /// megabytes, and how slowly they are taken is seen once in many minutes.
    pub send_buffer_bytes: u32,
    /// HTTP/2: requests at the same time on one connection.
    pub h2_streams: u32,
    /// HTTP/2: how many streams a client may open and reset before anybody looked at them.
    pub h2_pending_resets: usize,
    /// HTTP/2: how many streams may end by the client's own errors.
    pub h2_error_resets: usize,
    /// HTTP/2: how often a quiet connection is asked whether it lives.
    pub h2_ping_interval: Duration,
    /// HTTP/2: how long the answer to that may take.
    pub h2_ping_timeout: Duration,
    /// How long an upgraded connection (a WebSocket) may be silent in both directions.
    pub upgrade_idle_timeout: Duration,
}

/// How upstreams are treated.
#[derive(Clone, Debug)]
pub struct UpstreamLimits {
    /// How long a connection to an upstream may take: it is on this machine.
    pub connect_timeout: Duration,
    /// How long an answer may take to begin.
    pub response_timeout: Duration,
    /// How long an answer that has begun may pause.
    pub body_idle_timeout: Duration,
    /// How long an unused connection is kept. Shorter than the 10 s after which our services close theirs.
    pub keep_idle: Duration,
    /// Unused connections that each thread keeps for each upstream.
    pub keep_connections: usize,
    /// How long a request waits while nothing is ready.
    pub hold: Duration,
    /// Requests that wait so at the same time, for each service and thread; further ones are refused at once.
    pub hold_queue: usize,
    /// How often a request is tried, the first time included.
    pub tries: u32,
    /// How long an upstream is left out after its first failure; doubled at each further one.
    pub ejection: Duration,
    /// The longest that it is left out for.
    pub ejection_limit: Duration,
    /// Answers in a row that did not begin in time, until an upstream is left out.
    pub slow_answers: u32,
    /// How often each upstream is asked whether it is ready.
    pub probe_interval: Duration,
    /// How long that may take.
    pub probe_timeout: Duration,
}

impl ClientLimits {
    /// The largest body of a request to that path.
    pub(crate) fn body_limit(&self, path: &str) -> u64 {
        let of_path =
            self.body_bytes_by_prefix.iter().filter(|(prefix, _)| begins_with(path, prefix.trim_end_matches('/')));
        of_path.max_by_key(|(prefix, _)| prefix.len()).map_or(self.body_bytes, |(_, limit)| *limit)
    }
}

impl Default for Config {
    fn default() -> Self {
        Self {
            site_name: "Berkeleytime".to_owned(),
            time_zone: campus::time_zone(),
            threads: 0,
            redirect_to_https: true,
            https_port: 443,
            strict_transport: true,
            trusted_proxies: TrustedProxies::default(),
            client: ClientLimits::default(),
            upstream: UpstreamLimits::default(),
            // Longer than the drain of the services behind (20 s), so that theirs decides.
            drain: Duration::from_secs(25),
            routes_poll: Duration::from_millis(250),
        }
    }
}

impl Default for ClientLimits {
    fn default() -> Self {
        Self {
            head_bytes: 16 * 1024,
            headers: 96,
            // As the services have it: beyond this, a GraphQL query belongs into a body.
            uri_bytes: 8 * 1024,
            body_bytes: 10 * 1024 * 1024,
            body_bytes_by_prefix: BTreeMap::new(),
            head_timeout: Duration::from_secs(10),
            idle_timeout: Duration::from_secs(75),
            handshake_timeout: Duration::from_secs(10),
            body_progress: Duration::from_secs(10),
            // 100 bytes a second: a telephone at the edge of its network does ten times as much.
            body_progress_bytes: 1_000,
            // The kernel tells of what was taken in steps of up to 120 KB, so one who takes a steady 1 KiB a second, which
            // a telephone at the edge of its network does, is silent for two minutes.
            write_timeout: Duration::from_secs(180),
            // 100 bytes a second, as with bodies.
            answer_progress: Duration::from_secs(180),
            answer_progress_bytes: 18_000,
            // Some 4 MB a second to the other end of the continent, and more to everybody who is nearer.
            send_buffer_bytes: 256 * 1024,
            h2_streams: 128,
            h2_pending_resets: 20,
            h2_error_resets: 64,
            h2_ping_interval: Duration::from_secs(20),
            h2_ping_timeout: Duration::from_secs(10),
            upgrade_idle_timeout: Duration::from_secs(300),
        }
    }
}

impl Default for UpstreamLimits {
    fn default() -> Self {
        Self {
            connect_timeout: Duration::from_secs(1),
            // A little longer than the 20 s after which our services give up themselves, so that their page is shown.
            response_timeout: Duration::from_secs(25),
            body_idle_timeout: Duration::from_secs(30),
            keep_idle: Duration::from_secs(5),
            keep_connections: 128,
            hold: Duration::from_secs(5),
            hold_queue: 512,
            tries: 3,
            ejection: Duration::from_millis(250),
            ejection_limit: Duration::from_secs(10),
            slow_answers: 5,
            // Failures of requests are noticed at once by themselves; this is for what nobody asks.
            probe_interval: Duration::from_secs(1),
            probe_timeout: Duration::from_secs(1),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bodies_have_the_limit_of_their_longest_prefix() {
        let by_prefix = [("/api", 5), ("/api/upload/", 7)].map(|(prefix, limit)| (prefix.to_owned(), limit));
        let limits = ClientLimits { body_bytes: 3, body_bytes_by_prefix: by_prefix.into(), ..ClientLimits::default() };
        for (path, limit) in [("/", 3), ("/apix", 3), ("/api/x", 5), ("/api/upload", 7), ("/api/upload/x", 7)] {
            assert_eq!(limits.body_limit(path), limit, "{path}");
        }
    }
}
