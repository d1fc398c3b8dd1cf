//! A server that plays an answer to every request, and remembers what was asked.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::Request;
use axum::http::{HeaderMap, Response, StatusCode};
use catalog::fetched::RecordKind;
use catalog::ports::FetchWatch;
use catalog::term::TermId;
use clock::ManualClock;
use serde_json::{Value, json};
use sis::config::{KeyPair, Keys, SisConfig};
use sis::source::Sis;

/// Fall 2016, the term that most tests ask for.
pub(crate) const TERM: u16 = 2168;

/// When the adapter's clock stands still.
pub(crate) const NOW: &str = "2016-09-01T16:30:00Z";

/// A request as the server saw it.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    pub(crate) path: String,
    pub(crate) query: HashMap<String, String>,
    pub(crate) headers: HeaderMap,
    /// How often this very path and query was asked before.
    pub(crate) repeated: usize,
}

impl Asked {
    pub(crate) fn page(&self) -> usize {
        self.query.get("page-number").map_or(1, |page| page.parse().unwrap())
    }

    pub(crate) fn size(&self) -> usize {
        self.query.get("page-size").map_or(50, |size| size.parse().unwrap())
    }
}

/// What to answer.
pub(crate) enum Reply {
    /// An answer.
    Answer { status: u16, headers: Vec<(&'static str, String)>, body: String },
    /// An answer that stops halfway, the connection with it.
    BreaksOff(String),
    /// None, ever.
    Silence,
}

/// `200` with JSON.
pub(crate) fn json_reply(body: &Value) -> Reply {
    text_reply(200, body.to_string())
}

/// Any text with any status.
pub(crate) fn text_reply(status: u16, body: impl Into<String>) -> Reply {
    Reply::Answer { status, headers: Vec::new(), body: body.into() }
}

/// SIS's 404.
pub(crate) fn not_found() -> Reply {
    let status = json!({"code": "404", "description": "Not Found", "formalDescription": "No data found"});
    text_reply(404, json!({"apiResponse": {"httpStatus": status}}).to_string())
}

impl Reply {
    pub(crate) fn with(mut self, name: &'static str, value: &str) -> Self {
        if let Self::Answer { headers, .. } = &mut self {
            headers.push((name, value.to_owned()));
        }
        self
    }
}

/// The envelope of today.
pub(crate) fn enveloped(collection: &str, records: Vec<Value>) -> Value {
    json!({"apiResponse": {
        "source": "UCB-SIS", "correlationId": "sample", "timeStamp": "2016-09-01T09:00:00Z",
        "httpStatus": {"code": "200", "description": "OK"}, "response": {collection: records}
    }})
}

/// Answers with a page of these records; 404 past the end.
pub(crate) fn page_of(collection: &str, records: &[Value], asked: &Asked) -> Reply {
    let from = (asked.page() - 1) * asked.size();
    if from >= records.len() {
        return not_found();
    }
    let to = (from + asked.size()).min(records.len());
    json_reply(&enveloped(collection, records[from..to].to_vec()))
}

/// The running server.
pub(crate) struct Script {
    pub(crate) base_url: String,
    asked: Arc<Mutex<Vec<Asked>>>,
}

impl Script {
    /// Serves on a free port until the test ends.
    pub(crate) async fn play(answer: impl Fn(&Asked) -> Reply + Send + Sync + 'static) -> Self {
        let asked: Arc<Mutex<Vec<Asked>>> = Arc::default();
        let (seen, answer) = (asked.clone(), Arc::new(answer));
        let router = Router::new().fallback(async move |request: Request| {
            let asked = note(&seen, &request);
            respond(answer(&asked)).await
        });
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base_url = format!("http://{}/sis", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { base_url, asked }
    }

    /// Everything asked so far.
    pub(crate) fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }

    /// The pages asked for so far, sorted.
    pub(crate) fn pages(&self) -> Vec<usize> {
        let mut pages: Vec<usize> = self.asked().iter().map(Asked::page).collect();
        pages.sort_unstable();
        pages
    }

    /// A source that asks this server with small pages and tiny waits.
    pub(crate) fn source(&self) -> Sis {
        self.source_with(|_| {})
    }

    /// The same with other settings.
    pub(crate) fn source_with(&self, change: impl FnOnce(&mut SisConfig)) -> Sis {
        let mut config = quick_config(&self.base_url);
        change(&mut config);
        source(config)
    }
}

/// Settings for tests: pages of four, and no patience.
pub(crate) fn quick_config(base_url: &str) -> SisConfig {
    let pair = |api: &str| KeyPair::new(format!("{api}-id"), format!("{api}-secret"));
    let keys = Keys { courses: pair("courses"), classes: pair("classes"), terms: pair("terms") };
    let mut config = SisConfig::new(base_url, keys);
    config.page_size = 4;
    config.page_size_min = 1;
    config.concurrency = 3;
    config.retries = 3;
    config.backoff.base = Duration::from_micros(100);
    config.backoff.max = Duration::from_millis(1);
    config
}

/// A source with its clock at [`NOW`].
pub(crate) fn source(config: SisConfig) -> Sis {
    // The door does this once for the process; here every test does, and only the first one counts.
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    Sis::new(config, Arc::new(ManualClock::new(NOW.parse().unwrap()))).unwrap()
}

/// Fall 2016.
pub(crate) fn term() -> TermId {
    TermId::try_from(TERM).unwrap()
}

/// Counts what arrives.
#[derive(Default)]
pub(crate) struct Arrivals(AtomicUsize);

impl Arrivals {
    pub(crate) fn count(&self) -> usize {
        self.0.load(Ordering::Relaxed)
    }
}

impl FetchWatch for Arrivals {
    fn arrived(&self, _: RecordKind, _: Option<TermId>, records: usize) {
        self.0.fetch_add(records, Ordering::Relaxed);
    }
}

/// A sample section as SIS writes it.
pub(crate) fn section(id: u32) -> Value {
    json!({
        "id": id,
        "class": class("COMPSCI", "61A", "001"),
        "number": "001",
        "component": {"code": "LEC", "description": "Lecture"},
        "instructionMode": {"code": "P", "description": "In-Person Instruction"},
        "startDate": "2016-08-24", "endDate": "2016-12-09",
        "status": {"code": "A", "description": "Active"},
        "association": {"primary": true, "primaryAssociatedSectionId": id, "primaryAssociatedSectionIds": [id]},
        "enrollmentStatus": {"status": {"code": "O"}, "enrolledCount": 7, "waitlistedCount": 0, "maxEnroll": 65, "maxWaitlist": 2},
        "printInScheduleOfClasses": true,
        "meetings": [meeting()]
    })
}

/// A sample meeting.
pub(crate) fn meeting() -> Value {
    json!({
        "number": 1, "meetsDays": "MoWeFr", "meetsMonday": true, "meetsWednesday": true, "meetsFriday": true,
        "startTime": "14:00:00", "endTime": "14:59:00",
        "location": {"code": "SAMP100", "description": "Sample Hall 100"}, "building": {},
        "assignedInstructors": [{"assignmentNumber": 1, "role": {"code": "PI", "description": "1-TIC"},
            "instructor": {"names": [{"type": {"code": "PRI"}, "familyName": "Sample", "givenName": "Ada", "disclose": true}]},
            "printInScheduleOfClasses": true}],
        "startDate": "2016-08-24", "endDate": "2016-12-09", "meetingTopic": {}
    })
}

/// A sample class, as it stands alone and inside sections.
pub(crate) fn class(subject: &str, number: &str, class: &str) -> Value {
    json!({
        "course": {
            "identifiers": [{"type": "cs-course-id", "id": "900001"}],
            "subjectArea": {"code": subject, "description": "Sample Science"},
            "catalogNumber": {"formatted": number, "number": number}, "title": "A Sample Course"
        },
        "session": {"id": "1", "name": "Regular Academic Session", "term": {"id": TERM.to_string(), "name": "2016 Fall"}},
        "number": class,
        "allowedUnits": {"minimum": 4, "maximum": 4},
        "gradingBasis": {"code": "OPT"}, "status": {"code": "A"}, "finalExam": {"code": "Y"}
    })
}

/// A sample course of the Course API v5.
pub(crate) fn course(subject: &str, number: &str) -> Value {
    json!({
        "identifiers": [{"type": "cms-id", "id": "x"}, {"type": "cs-course-id", "id": "900001"}],
        "subjectArea": {"code": subject, "description": "Sample Science"},
        "catalogNumber": number, "displayName": format!("{subject} {number}"),
        "title": "A Sample Course", "description": "All about samples. ",
        "academicCareer": {"code": "UGRD"}, "gradingBasis": {"code": "letter"}, "finalExam": {"code": "Y"},
        "credit": {"type": "fixed", "value": {"fixed": {"units": 4}}},
        "status": {"code": "ACTIVE"}, "fromDate": "2015-08-20", "toDate": "2099-12-19"
    })
}

fn note(seen: &Mutex<Vec<Asked>>, request: &Request) -> Asked {
    let query = request.uri().query().unwrap_or_default();
    let query: HashMap<String, String> = axum::extract::Query::try_from_uri(request.uri())
        .map(|axum::extract::Query(query)| query)
        .unwrap_or_else(|_| panic!("an unreadable query: {query}"));
    let mut seen = seen.lock().unwrap();
    let path = request.uri().path().to_owned();
    let repeated = seen.iter().filter(|other| other.path == path && other.query == query).count();
    let asked = Asked { path, query, headers: request.headers().clone(), repeated };
    seen.push(asked.clone());
    asked
}

async fn respond(reply: Reply) -> Response<Body> {
    match reply {
        Reply::Answer { status, headers, body } => {
            let mut response = Response::builder().status(StatusCode::from_u16(status).unwrap());
            for (name, value) in headers {
                response = response.header(name, value);
            }
            response.body(Body::from(body)).unwrap()
        }
        Reply::BreaksOff(text) => {
            let half = Bytes::from(text[..text.len() / 2].to_owned());
            let pieces = futures_util::stream::iter([Ok(half), Err(std::io::Error::other("broken on purpose"))]);
            Response::new(Body::from_stream(pieces))
        }
        Reply::Silence => std::future::pending().await,
    }
}
