//! Asking for one page, and asking again when that may help.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use catalog::fetched::Origin;
use catalog::ports::SourceError;
use catalog::term::TermId;
use clock::{Clock, Stopwatch};
use jiff::Timestamp;
use reqwest::header::{HeaderMap, RETRY_AFTER};
use reqwest::{Response, StatusCode};

use crate::api::{Api, Page, Question};
use crate::config::SisConfig;
use crate::envelope::{Sealed, Stated, moment, open};
use crate::keys::{ERROR_TEXT_LENGTH_MAX, key_headers, key_owner, without_keys};
use crate::reading::{PageRecords, Record, read_page};

/// The header by which a stand-in says that it is one, and which.
pub(crate) const STANDIN_HEADER: &str = "x-berkeleytime-standin";

/// Asks SIS. One for all requests.
pub(crate) struct Requester {
    pub(crate) client: reqwest::Client,
    pub(crate) config: SisConfig,
    pub(crate) clock: Arc<dyn Clock>,
}

/// A page that was answered.
#[derive(Debug)]
pub(crate) struct PageAnswer<T> {
    /// The records; `None` for a 404, which is how SIS says that there are none (any more).
    pub(crate) records: Option<PageRecords<T>>,
    /// Where the data comes from.
    pub(crate) origin: Origin,
    /// The moment that a stand-in's answer states.
    pub(crate) as_of: Option<Timestamp>,
}

/// Why there is no answer, after all tries.
#[derive(Debug)]
pub(crate) enum PageError {
    /// Status 500 every time: SIS does that when a page is too large, and when it is ill.
    ServerError(SourceError),
    /// Anything else.
    Source(SourceError),
}

impl From<PageError> for SourceError {
    fn from(error: PageError) -> Self {
        match error {
            PageError::ServerError(error) | PageError::Source(error) => error,
        }
    }
}

/// Why one try failed.
#[derive(Debug)]
enum Failure {
    /// The next try may succeed.
    Passing(Passing),
    /// It will not.
    Lasting(SourceError),
}

#[derive(Debug)]
struct Passing {
    /// What happened, as part of a sentence.
    what: String,
    /// The status, when there was an answer.
    status: Option<StatusCode>,
    /// Whether there was an answer that could not be understood.
    is_unreadable: bool,
    /// How long the server wants to be left alone.
    retry_after: Option<Duration>,
}

/// An answer other than success.
struct Refusal {
    status: StatusCode,
    /// What it says, as received.
    why: String,
    retry_after: Option<Duration>,
    /// Whether it is a page for people.
    is_web_page: bool,
}

impl Requester {
    /// Asks for a page, and again after failures that may pass. Each try is counted in `requests`.
    ///
    /// # Errors
    /// [`PageError`] when no try succeeded, or none can.
    pub(crate) async fn page<T: Record>(
        &self,
        question: &Question,
        page: Option<Page>,
        requests: &AtomicU32,
    ) -> Result<PageAnswer<T>, PageError> {
        let api = question.api.name();
        let number = page.map_or(1, |page| page.number);
        let mut attempt = 1;
        loop {
            requests.fetch_add(1, Ordering::Relaxed);
            let failure = match self.attempt(question, page).await {
                Ok(answer) => return Ok(answer),
                Err(Failure::Lasting(error)) => return Err(PageError::Source(error)),
                Err(Failure::Passing(failure)) => failure,
            };
            let asked_to_wait = failure.retry_after.unwrap_or_default();
            if attempt > self.config.retries || asked_to_wait > self.config.retry_after_max {
                return Err(failure.given_up(question.api, page, attempt, asked_to_wait));
            }
            let wait = self.config.backoff.wait(attempt, number).max(asked_to_wait);
            let status = failure.status.map_or(0, |status| status.as_u16());
            tracing::warn!(
                api,
                page = number,
                status,
                attempt,
                wait_ms = wait.as_millis(),
                "SIS did not answer as it should ({}); trying again",
                failure.what
            );
            tokio::time::sleep(wait).await;
            attempt += 1;
        }
    }

    async fn attempt<T: Record>(&self, question: &Question, page: Option<Page>) -> Result<PageAnswer<T>, Failure> {
        let api = question.api;
        let stopwatch = Stopwatch::start();
        let response = self.send(question, page).await;
        let label =
            response.as_ref().map_or_else(|_| "none".to_owned(), |response| response.status().as_str().to_owned());
        metrics::counter!("sis_requests_total", "api" => api.name(), "status" => label).increment(1);
        let response = response?;
        let (status, origin) = (response.status(), origin(&response, api)?);
        let retry_after = self.retry_after(response.headers());
        let body = body(response, api, self.config.page_bytes_max).await?;
        metrics::histogram!("sis_request_seconds", "api" => api.name()).record(stopwatch.elapsed().as_secs_f64());
        if !status.is_success() {
            let stated = stated(&body, api);
            let why = stated.as_ref().map_or_else(|| first_line(&body), |(stated, _)| stated.description.clone());
            let is_web_page = stated.is_none() && body.trim_ascii_start().starts_with(b"<");
            self.refused(api, page, Refusal { status, why, retry_after, is_web_page })?;
            let as_of = stated_moment(stated.and_then(|(_, time)| time).as_deref(), origin, api)?;
            return Ok(PageAnswer { records: None, origin, as_of });
        }
        let records = parse::<T>(body, api, question.term).await?;
        let as_of = stated_moment(records.time_stamp.as_deref(), origin, api)?;
        if let Some(Stated { code, description }) = &records.status
            && let Ok(status) = StatusCode::from_u16(*code)
            && !status.is_success()
        {
            let why = description.clone();
            self.refused(api, page, Refusal { status, why, retry_after, is_web_page: false })?;
            return Ok(PageAnswer { records: None, origin, as_of });
        }
        Ok(PageAnswer { records: Some(records), origin, as_of })
    }

    async fn send(&self, question: &Question, page: Option<Page>) -> Result<Response, Failure> {
        let headers = key_headers(question.api, question.api.keys(&self.config.keys)).map_err(Failure::Lasting)?;
        let url = format!("{}{}", self.config.base_url.trim_end_matches('/'), question.path);
        let mut request = self.client.get(url).headers(headers).query(&question.query);
        if let Some(page) = page {
            request = request.query(&[("page-number", page.number), ("page-size", page.size)]);
        }
        request.send().await.map_err(|error| {
            let what = if error.is_timeout() { "it took too long" } else { "no answer" };
            Failure::Passing(Passing::no_answer(what, error))
        })
    }

    /// What a status other than success means. `Ok` means 404: no data.
    fn refused(&self, api: Api, page: Option<Page>, refusal: Refusal) -> Result<(), Failure> {
        let Refusal { status, why, retry_after, is_web_page } = refusal;
        let api_name = api.name();
        let why = without_keys(&why, api.keys(&self.config.keys));
        let colon = if why.is_empty() { "" } else { ": " };
        let said = format!("HTTP {}{colon}{why}", status.as_u16());
        match status.as_u16() {
            // A 404 in HTML is a web server's, not SIS's: a wrong address must not look like an empty campus.
            404 if !is_web_page => Ok(()),
            401 | 403 => Err(Failure::Lasting(SourceError::Credentials {
                api: api_name,
                message: format!("{said}. Check the app_id and app_key of the {} API", key_owner(api)),
            })),
            408 | 429 | 500..=599 => {
                Err(Failure::Passing(Passing { what: said, status: Some(status), is_unreadable: false, retry_after }))
            }
            300..=399 => Err(Failure::Lasting(SourceError::Unreadable {
                api: api_name,
                message: format!(
                    "{said}: a redirect, which is not followed because the keys go to SIS only; correct the base URL"
                ),
            })),
            _ => Err(Failure::Lasting(SourceError::Unreadable {
                api: api_name,
                message: format!("{said} on {}; check the base URL and the API's version", place(page)),
            })),
        }
    }

    /// `Retry-After`, in seconds or as a date.
    fn retry_after(&self, headers: &HeaderMap) -> Option<Duration> {
        let value = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
        if let Ok(seconds) = value.parse() {
            return Some(Duration::from_secs(seconds));
        }
        let until = jiff::fmt::rfc2822::parse(value).ok()?.timestamp();
        Some(Duration::try_from(until.duration_since(self.clock.now())).unwrap_or_default())
    }
}

impl Passing {
    fn no_answer(what: &str, error: reqwest::Error) -> Self {
        let what = format!("{what}: {}", causes(&error.without_url()));
        Self { what, status: None, is_unreadable: false, retry_after: None }
    }

    fn unreadable(what: String) -> Self {
        Self { what, status: None, is_unreadable: true, retry_after: None }
    }

    fn given_up(self, api: Api, page: Option<Page>, tries: u32, asked_to_wait: Duration) -> PageError {
        let (api, place) = (api.name(), place(page));
        let asked = if asked_to_wait.is_zero() {
            String::new()
        } else {
            format!(", which asked to be left alone for {} s", asked_to_wait.as_secs())
        };
        let tries = if tries == 1 { "1 try".to_owned() } else { format!("{tries} tries") };
        let message = format!("{} on {place}{asked}, after {tries}", self.what);
        if self.is_unreadable {
            return PageError::Source(SourceError::Unreadable { api, message });
        }
        let error = SourceError::Unavailable { api, message };
        if self.status == Some(StatusCode::INTERNAL_SERVER_ERROR) {
            PageError::ServerError(error)
        } else {
            PageError::Source(error)
        }
    }
}

/// Where the data of an answer comes from.
fn origin(response: &Response, api: Api) -> Result<Origin, Failure> {
    let Some(standin) = response.headers().get(STANDIN_HEADER) else { return Ok(Origin::Sis) };
    let origin = standin.to_str().ok().and_then(Origin::from_slug).filter(|origin| *origin != Origin::Sis);
    origin.ok_or_else(|| {
        let message = format!("the stand-in says `{STANDIN_HEADER}: {standin:?}`, expected demo or replay");
        Failure::Lasting(SourceError::Unreadable { api: api.name(), message })
    })
}

/// The moment that a stand-in states; SIS's own time stamps are not relied upon.
fn stated_moment(time_stamp: Option<&str>, origin: Origin, api: Api) -> Result<Option<Timestamp>, Failure> {
    let Some(time_stamp) = time_stamp.filter(|_| origin != Origin::Sis) else { return Ok(None) };
    moment(time_stamp).map(Some).map_err(|text| {
        let message = format!("the stand-in's timeStamp `{text}` is no moment such as 2017-04-12T12:00:00Z");
        Failure::Lasting(SourceError::Unreadable { api: api.name(), message })
    })
}

/// Reads the body up to the limit.
async fn body(mut response: Response, api: Api, bytes_max: usize) -> Result<Vec<u8>, Failure> {
    let mut body = Vec::new();
    loop {
        let chunk = response.chunk().await.map_err(|error| {
            let what = if error.is_timeout() { "it took too long" } else { "the answer broke off" };
            Failure::Passing(Passing::no_answer(what, error))
        })?;
        let Some(chunk) = chunk else { return Ok(body) };
        if body.len() + chunk.len() > bytes_max {
            let message = format!("a page is larger than {bytes_max} bytes; make page_size smaller");
            return Err(Failure::Lasting(SourceError::Unreadable { api: api.name(), message }));
        }
        body.extend_from_slice(&chunk);
    }
}

/// Parses away from the threads that wait for the network: a page takes milliseconds.
async fn parse<T: Record>(body: Vec<u8>, api: Api, term: Option<TermId>) -> Result<PageRecords<T>, Failure> {
    let parsed = tokio::task::spawn_blocking(move || read_page::<T>(&body, api, term)).await;
    let parsed = parsed.map_err(|_| {
        let message = "reading the answer was interrupted".to_owned();
        Failure::Lasting(SourceError::Unreadable { api: api.name(), message })
    })?;
    parsed.map_err(|sealed| {
        let what = match sealed {
            Sealed::Truncated => "the answer breaks off in the middle".to_owned(),
            Sealed::Strange(what) => what,
        };
        Failure::Passing(Passing::unreadable(what))
    })
}

/// What an error's envelope states: the status, and the time stamp.
fn stated(body: &[u8], api: Api) -> Option<(Stated, Option<String>)> {
    let opened = open(std::str::from_utf8(body).ok()?, api).ok()?;
    Some((opened.status?, opened.time_stamp))
}

/// The first line of an error that came without an envelope; nothing of a web page.
fn first_line(body: &[u8]) -> String {
    let text = String::from_utf8_lossy(&body[..body.len().min(4 * ERROR_TEXT_LENGTH_MAX)]);
    let line = text.trim().lines().next().unwrap_or_default();
    if line.starts_with('<') { String::new() } else { line.to_owned() }
}

fn place(page: Option<Page>) -> String {
    page.map_or_else(|| "the only page".to_owned(), |page| format!("page {}", page.number))
}

/// An error with all that caused it, in one line.
fn causes(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        text.push_str(": ");
        text.push_str(&inner.to_string());
        cause = inner.source();
    }
    text
}
