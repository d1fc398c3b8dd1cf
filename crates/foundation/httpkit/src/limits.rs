//! How often a client may ask: a bucket per client that fills up again at a steady rate.
//!
//! Each answer says how much is left, by the fields `RateLimit-Policy` and `RateLimit` of the IETF's draft
//! (draft-ietf-httpapi-ratelimit-headers-10); who asks too often gets 429 with `Retry-After`.

mod buckets;

use std::fmt;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use clock::Clock;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use metrics::Counter;

use crate::around::{Around, AroundLayer};
use crate::client::{ClientAddress, ClientGroup};
use crate::error::HttpError;
use crate::limits::buckets::{Buckets, Verdict};

const POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");
const LIMIT: HeaderName = HeaderName::from_static("ratelimit");

/// The type of the problem document of a 429, as the draft registers it.
const QUOTA_EXCEEDED: &str = "https://iana.org/assignments/http-problem-types#quota-exceeded";

/// How often each client may ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RateLimitConfig {
    /// Requests per minute in the long run; 0 lets everybody ask as often as they like.
    pub requests_per_minute: u32,
    /// Requests at once, after a while of silence.
    pub burst: u32,
    /// Clients that are told apart at the same time. Further ones are not limited: nobody is shut out for the number of
    /// others, and memory stays bounded.
    pub client_limit: usize,
}

impl Default for RateLimitConfig {
    fn default() -> Self {
        // A script that reads a whole catalog course by course is welcome; a loop without a pause is not.
        Self { requests_per_minute: 1200, burst: 300, client_limit: 100_000 }
    }
}

/// The buckets of all clients. Clones share them.
#[derive(Clone)]
pub struct RateLimits {
    /// `None` when nobody is limited.
    active: Option<Arc<Active>>,
}

struct Active {
    name: &'static str,
    buckets: Buckets,
    clock: Arc<dyn Clock>,
    policy: HeaderValue,
    refused: Counter,
}

impl RateLimits {
    /// Full buckets for everybody. `name` stands in the answers' fields and in the figures, such as `api`.
    #[must_use]
    pub fn new(name: &'static str, config: RateLimitConfig, clock: Arc<dyn Clock>) -> Self {
        let (Some(per_minute), Some(burst)) =
            (NonZeroU32::new(config.requests_per_minute), NonZeroU32::new(config.burst))
        else {
            return Self { active: None };
        };
        let buckets = Buckets::new(Duration::from_secs(60) / per_minute.get(), burst, config.client_limit);
        let window = seconds_up(buckets.time_to_fill());
        let policy = HeaderValue::try_from(format!("\"{name}\";q={burst};w={window}"));
        Self {
            active: Some(Arc::new(Active {
                name,
                buckets,
                clock,
                policy: policy.unwrap_or(HeaderValue::from_static("")),
                refused: metrics::counter!("http_rate_limited_total", "limit" => name),
            })),
        }
    }

    /// Takes a request out of the client's bucket; `None` when nobody is limited. For listeners that have no routes.
    #[must_use]
    pub fn take_one(&self, client: ClientGroup) -> Option<Quota> {
        let active = self.active.as_ref()?;
        let verdict = active.buckets.take_one(client, active.clock.now());
        if verdict.wait.is_some() {
            active.refused.increment(1);
        }
        Some(Quota { name: active.name, policy: active.policy.clone(), verdict })
    }

    /// The routes, limited.
    pub fn around<S: Clone + Send + Sync + 'static>(&self, router: Router<S>) -> Router<S> {
        match &self.active {
            Some(active) => router.layer(AroundLayer(active.clone())),
            None => router,
        }
    }
}

/// What a client has left after a request.
#[derive(Clone, Debug)]
pub struct Quota {
    name: &'static str,
    policy: HeaderValue,
    verdict: Verdict,
}

impl Quota {
    /// How long to wait, in whole seconds, when the request is one too many.
    #[must_use]
    pub fn wait(&self) -> Option<Duration> {
        self.verdict.wait.map(|wait| Duration::from_secs(seconds_up(wait)))
    }

    /// Says what is left, beside what services further inside say of their own limits.
    pub fn write_to(&self, headers: &mut HeaderMap) {
        headers.append(POLICY, self.policy.clone());
        let (left, time) = (self.verdict.left, seconds_up(self.verdict.full_again_in));
        if let Ok(left) = HeaderValue::try_from(format!("\"{}\";r={left};t={time}", self.name)) {
            headers.append(LIMIT, left);
        }
    }
}

impl fmt::Debug for RateLimits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let policy = self.active.as_ref().map(|active| &active.policy);
        f.debug_struct("RateLimits").field("policy", &policy).finish_non_exhaustive()
    }
}

impl Around for Arc<Active> {
    type Noted = Verdict;

    fn before(&self, request: &Request) -> Result<Verdict, Box<Response>> {
        let address = request.extensions().get::<ClientAddress>();
        let group = address.map_or(ClientGroup::UNKNOWN, |address| address.group());
        let verdict = self.buckets.take_one(group, self.clock.now());
        let Some(wait) = verdict.wait else { return Ok(verdict) };
        self.refused.increment(1);
        let mut refusal = refusal(self.name, wait);
        self.after(verdict, &mut refusal);
        Err(Box::new(refusal))
    }

    /// Every answer says what is left.
    fn after(&self, verdict: Verdict, response: &mut Response) {
        let headers = response.headers_mut();
        headers.remove(POLICY);
        headers.remove(LIMIT);
        Quota { name: self.name, policy: self.policy.clone(), verdict }.write_to(headers);
    }
}

fn refusal(name: &'static str, wait: Duration) -> Response {
    let seconds = seconds_up(wait);
    let plural = if seconds == 1 { "" } else { "s" };
    HttpError::new(StatusCode::TOO_MANY_REQUESTS, format!("Too many requests. Try again in {seconds} second{plural}."))
        .with_type(QUOTA_EXCEEDED)
        .with_member("violated-policies", serde_json::json!([name]))
        .retry_after(Duration::from_secs(seconds))
        .into_response()
}

/// Whole seconds, rounded up: who waits that long has waited long enough.
fn seconds_up(duration: Duration) -> u64 {
    duration.as_secs() + u64::from(duration.subsec_nanos() > 0)
}
