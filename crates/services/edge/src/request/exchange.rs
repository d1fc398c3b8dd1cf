//! One request, from its head to the last byte of its answer: who may ask, who answers, and what is noted of it.

use std::sync::Arc;

use admission::passwords::NotAdmitted;
use http::header::{AUTHORIZATION, CONNECTION, EXPECT};
use http::request::Parts;
use http::{HeaderValue, Method, Response, StatusCode, Version};
use hyper::body::{Body as _, Incoming};
use platform::bans::Offence;

use crate::client::context::Client;
use crate::compress::SMALLEST_BYTES;
use crate::request::answers;
use crate::request::asked::Asked;
use crate::request::body::AnswerBody;
use crate::request::dressing::dress;
use crate::request::followed::{Followed, Record};
use crate::request::forward::forward;
use crate::request::host::Host;
use crate::request::path::{PathVerdict, judge};
use crate::request::refusal::Refusal;
use crate::request::table::{CompiledAction, CompiledHost, CompiledRoute, CompiledTable, CompiledTarget};
use crate::request::upgrade;

/// Where a certificate authority asks (RFC 8555): by plain http, at every host.
const CHALLENGE_PREFIX: &str = "/.well-known/acme-challenge/";

/// Answers a request; without a body, when it is known to have none. Errors are answers too. What is rare is boxed: the
/// future of each request is moved and kept whole.
pub(crate) async fn answer(client: Arc<Client>, parts: Parts, body: Option<Incoming>) -> Response<Followed> {
    let active = client.state.begin_request();
    let mut record = Record::begin(Asked::new(client, parts), active);
    let answered = match decide(&mut record).await {
        Ok(Decided::Forward(route)) => match &route.target {
            CompiledTarget::Pool(pool) if upgrade::is_asked_for(&record.asked.parts) => {
                Box::pin(upgrade::forward(&mut record, pool)).await
            }
            CompiledTarget::Pool(pool) => forward(&mut record, pool, body).await,
            CompiledTarget::Status => Ok(Box::pin(answers::status(&record.asked)).await),
            CompiledTarget::Nobody => Err(Refusal::NotFound),
            CompiledTarget::Later(what) => Err(Refusal::Later(what.to_string())),
        },
        Ok(Decided::Answered(response)) => Ok(response),
        Err(refusal) => Err(refusal),
    };
    let mut response = answered.unwrap_or_else(|refusal| {
        note_refusal(&record.asked, &refusal);
        record.refused = Some(refusal.reason());
        let mut response = answers::refusal(&record.asked, &refusal);
        // Who sends what cannot be understood may mean something else by the next bytes too.
        if matches!(refusal, Refusal::BadRequest(_)) && record.asked.parts.version <= Version::HTTP_11 {
            response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
        }
        response
    });
    let asked = &record.asked;
    if response.body().size_hint().upper().is_none_or(|size| size >= SMALLEST_BYTES) {
        response = Box::pin(answers::packed(asked, response)).await;
    }
    if asked.parts.method == Method::HEAD && matches!(response.body(), AnswerBody::Whole(_)) {
        answers::without_body(&mut response);
    }
    if response.status() == StatusCode::NOT_FOUND {
        asked.client.worker.shared.ports.admission.bans.note(asked.address, Offence::NotFound);
    }
    dress(response.status(), response.headers_mut(), asked.id.header(), record.is_strict);
    asked.client.state.note_answering();
    record.follow(response)
}

/// What is to be done.
enum Decided {
    Forward(Arc<CompiledRoute>),
    Answered(Response<AnswerBody>),
}

async fn decide(record: &mut Record) -> Result<Decided, Refusal> {
    let asked = &mut record.asked;
    let table = asked.client.worker.table();
    if let Some(response) = challenge(asked) {
        return Ok(Decided::Answered(response));
    }
    check_form(asked)?;
    let name = asked.host()?;
    let host = name.as_ref().map_or_else(|| table.without_host(), |name| table.host(name));
    let host = host.ok_or(Refusal::WrongHost)?;
    check_client(asked)?;
    if let Some(response) = redirect(asked, host, name.as_ref())? {
        return Ok(Decided::Answered(response));
    }
    record.is_strict = is_strict(asked, host, name.as_ref());
    if let Some(response) = answers::sheet(asked) {
        return Ok(Decided::Answered(response));
    }
    let route = host.route(asked.path()).ok_or(Refusal::NotFound)?;
    record.route = Some(route.clone());
    check_open(&table, route)?;
    protect(asked, route).await?;
    Ok(Decided::Forward(route.clone()))
}

/// HTTP/1 was checked byte by byte already; this holds for HTTP/2 too.
fn check_form(asked: &Asked) -> Result<(), Refusal> {
    let limits = &asked.client.worker.shared.config.client;
    let (parts, uri) = (&asked.parts, &asked.parts.uri);
    if matches!(parts.method, Method::CONNECT | Method::TRACE) {
        return Err(Refusal::Method);
    }
    if uri.path_and_query().is_some_and(|address| address.as_str().len() > limits.uri_bytes) {
        return Err(Refusal::UriTooLong);
    }
    if parts.headers.len() > limits.headers {
        return Err(Refusal::TooManyHeaders);
    }
    if uri.scheme_str().is_some_and(|scheme| scheme != "http" && scheme != "https") {
        return Err(Refusal::BadRequest("the address has a scheme that is not spoken here"));
    }
    let expects = parts.headers.get(EXPECT);
    if expects.is_some_and(|what| !what.as_bytes().eq_ignore_ascii_case(b"100-continue")) {
        return Err(Refusal::Expectation);
    }
    Ok(())
}

/// Bans and limits.
fn check_client(asked: &Asked) -> Result<(), Refusal> {
    let admission = &asked.client.worker.shared.ports.admission;
    if let Some(banned) = admission.bans.find(asked.address) {
        return Err(Refusal::Banned(banned.wait));
    }
    let quota = admission.limits.take_one(asked.address.group());
    match quota.and_then(|quota| quota.wait()) {
        Some(wait) => Err(Refusal::TooOften(wait)),
        None => Ok(()),
    }
}

fn challenge(asked: &Asked) -> Option<Response<AnswerBody>> {
    let token = asked.path().strip_prefix(CHALLENGE_PREFIX)?;
    if asked.client.is_tls {
        return None;
    }
    let answer = (asked.client.worker.shared.ports.challenges)(token)?;
    Some(answers::plain(StatusCode::OK, answer))
}

/// To the right host, the right scheme and the right spelling of the path, in this order.
fn redirect(asked: &Asked, host: &CompiledHost, name: Option<&Host>) -> Result<Option<Response<AnswerBody>>, Refusal> {
    let config = &asked.client.worker.shared.config;
    let verdict = judge(asked.path());
    if let PathVerdict::Refused(fault) = verdict {
        return Err(Refusal::BadPath(fault));
    }
    let https_is_due =
        host.is_named && !asked.is_secure && config.redirect_to_https && asked.client.worker.shared.has_https;
    let to = match (&host.action, name) {
        (CompiledAction::RedirectTo(other), _) => Some(&**other),
        (CompiledAction::Routes(_), Some(name)) if https_is_due => Some(name.as_str()),
        _ => None,
    };
    let query = asked.parts.uri.query().map(|query| format!("?{query}")).unwrap_or_default();
    if let Some(to) = to {
        let is_https = asked.is_secure || (config.redirect_to_https && asked.client.worker.shared.has_https);
        let port = match (is_https, config.https_port) {
            (true, port) if port != 443 => format!(":{port}"),
            (true, _) => String::new(),
            (false, _) => port_of(asked.host_text().unwrap_or_default()),
        };
        let scheme = if is_https { "https" } else { "http" };
        return Ok(Some(answers::redirect(&format!("{scheme}://{to}{port}{}{query}", asked.path()))));
    }
    match verdict {
        PathVerdict::Elsewhere(path) => Ok(Some(answers::redirect(&format!("{path}{query}")))),
        _ => Ok(None),
    }
}

/// The port that a client wrote, with its colon.
fn port_of(host: &[u8]) -> String {
    let text = std::str::from_utf8(host).unwrap_or_default();
    let port =
        text.rsplit_once(':').map(|(_, port)| port).filter(|port| port.bytes().all(|byte| byte.is_ascii_digit()));
    port.map(|port| format!(":{port}")).unwrap_or_default()
}

fn is_strict(asked: &Asked, host: &CompiledHost, name: Option<&Host>) -> bool {
    let config = &asked.client.worker.shared.config;
    asked.is_secure && config.strict_transport && host.is_named && name.is_some_and(Host::is_public)
}

/// While the site is closed, only the status page is open.
fn check_open(table: &CompiledTable, route: &CompiledRoute) -> Result<(), Refusal> {
    match (&table.maintenance, &route.target) {
        (Some(maintenance), CompiledTarget::Pool(_) | CompiledTarget::Later(_)) => {
            Err(Refusal::Maintenance(maintenance.reason.clone()))
        }
        _ => Ok(()),
    }
}

/// Holds back who may not come in.
async fn protect(asked: &mut Asked, route: &CompiledRoute) -> Result<(), Refusal> {
    let allowed = route.guarded.networks.as_ref().is_some_and(|networks| networks.allows(asked.address.0));
    if !allowed {
        return Err(Refusal::WrongNetwork);
    }
    let Some(list) = &route.guarded.passwords else { return Ok(()) };
    let passwords = &asked.client.worker.shared.ports.admission.passwords;
    let given = asked.parts.headers.get(AUTHORIZATION);
    let admitted = Box::pin(passwords.admit(list, given, asked.address.group())).await;
    match admitted {
        Ok(_) => {
            // It was for us.
            asked.parts.headers.remove(AUTHORIZATION);
            Ok(())
        }
        Err(why) => Err(unadmitted(asked, list, &why)),
    }
}

fn unadmitted(asked: &Asked, list: &str, why: &NotAdmitted) -> Refusal {
    // Who goes on trying while locked out is no person who has forgotten a password.
    if matches!(why, NotAdmitted::Wrong | NotAdmitted::LockedOut { .. }) {
        asked.client.worker.shared.ports.admission.bans.note(asked.address, Offence::WrongPassword);
    }
    match why {
        NotAdmitted::LockedOut { wait } => Refusal::LockedOut(*wait),
        NotAdmitted::Busy => Refusal::PasswordsBusy(why.to_string()),
        NotAdmitted::NoSuchList(_) => {
            tracing::error!(%why, "a protected route names a list of passwords that is not configured");
            Refusal::Ours
        }
        NotAdmitted::NoCredentials | NotAdmitted::Unreadable => {
            Refusal::Unauthorized { list: list.to_owned(), was_wrong: false }
        }
        NotAdmitted::Wrong => Refusal::Unauthorized { list: list.to_owned(), was_wrong: true },
    }
}

fn note_refusal(asked: &Asked, refusal: &Refusal) {
    crate::figures::refused(refusal.reason());
    let offence = match refusal {
        Refusal::TooOften(_) => Offence::TooManyRequests,
        Refusal::BadRequest(_) | Refusal::BadPath(_) => Offence::HostileInput,
        _ => return,
    };
    asked.client.worker.shared.ports.admission.bans.note(asked.address, offence);
}
