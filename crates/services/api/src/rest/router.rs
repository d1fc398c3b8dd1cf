//! The routes, made from the table of endpoints.

use std::sync::{Arc, OnceLock};

use answers::answer::Answer;
use answers::draft::Draft;
use answers::key::KeyBuilder;
use axum::Router;
use axum::extract::rejection::RawPathParamsRejection;
use axum::extract::{OriginalUri, RawPathParams, RawQuery, Request};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use clock::Stopwatch;
use http::header::{CACHE_CONTROL, LINK};
use http::{HeaderMap, HeaderValue, Method};
use httpkit::cache::CachePolicy;

use super::answer::{CACHE_POLICY, Outcome};
use super::ask::Ask;
use super::endpoint::{Doing, Endpoint, all};
use super::problem::Problem;
use crate::service::App;
use crate::visit::Visit;

/// The routes of all endpoints. Those of 2021 end in a slash and are found without it too.
pub(crate) fn routes() -> Router<Arc<App>> {
    let mut router = Router::new();
    for endpoint in all() {
        let spellings = [Some(endpoint.path), endpoint.path.strip_suffix('/')];
        for path in spellings.into_iter().flatten() {
            let answer = move |visit: Visit, uri: OriginalUri, parts: Parts, query: RawQuery, request: Request| {
                let query = query.0.unwrap_or_default();
                async move {
                    let ask = asked(endpoint, visit, uri.path(), parts, &query);
                    respond(endpoint, ask, request.method(), request.headers()).await
                }
            };
            router = router.route(path, get(answer));
        }
    }
    router
}

type Parts = Result<RawPathParams, RawPathParamsRejection>;

fn asked(endpoint: &Endpoint, visit: Visit, path: &str, parts: Parts, query: &str) -> Result<Ask, Problem> {
    let parts = parts.map_err(|_| Problem::unreadable("The path has bytes in it that are no UTF-8."))?;
    Ask::read(endpoint, visit, path, &parts, query)
}

async fn respond(endpoint: &Endpoint, ask: Result<Ask, Problem>, method: &Method, headers: &HeaderMap) -> Response {
    let kept = match &ask {
        Ok(ask) => kept(endpoint, ask).await,
        Err(problem) => Err(problem.clone()),
    };
    let (answer, link) = match kept {
        Ok(kept) => kept,
        Err(problem) => return problem.into_response(),
    };
    let mut response = answer.respond(method, headers, CachePolicy::Private).await;
    if !response.status().is_client_error() {
        response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static(CACHE_POLICY));
    }
    if let Some(link) = link {
        response.headers_mut().insert(LINK, link);
    }
    response
}

/// The answer, from where answers are kept or made now, and its `Link` header.
async fn kept(endpoint: &Endpoint, ask: &Ask) -> Result<(Arc<Answer>, Option<HeaderValue>), Problem> {
    let answers = &ask.visit.app.answers;
    let key = key(endpoint, ask);
    let next: OnceLock<Option<String>> = OnceLock::new();
    let published_at = ask.snapshot.state().map(|state| state.published_at);
    let making = async {
        let made = make(endpoint, ask).await?;
        // Nobody else sets it.
        let _ = next.set(made.next);
        let draft = Draft::json(made.json);
        Ok(match published_at {
            Some(at) => draft.last_modified(at),
            None => draft,
        })
    };
    let answer = answers.get_or_make(&key.clone().finish(), making).await?;
    if !endpoint.has_pages() {
        return Ok((answer, None));
    }
    // A kept answer is its bytes alone: the address of the next page is kept beside it.
    let linking = async {
        let next = match next.get() {
            Some(next) => next.clone(),
            None => make(endpoint, ask).await?.next,
        };
        let link = next.map(|next| format!("<{next}>; rel=\"next\"")).unwrap_or_default();
        Ok::<_, Problem>(Draft::new(HeaderValue::from_static("text/plain"), link))
    };
    let link = answers.get_or_make(&key.text("link").finish(), linking).await?.plain();
    let link = link.filter(|link| !link.is_empty()).and_then(|link| HeaderValue::from_maybe_shared(link).ok());
    Ok((answer, link))
}

fn key(endpoint: &Endpoint, ask: &Ask) -> KeyBuilder {
    let switches = ask.snapshot.switches().iter().map(|off| off.source.slug()).collect::<Vec<_>>().join(",");
    ask.visit.key("rest").text(endpoint.name).text(&ask.path).text(&ask.normalised()).text(&switches)
}

/// Makes an answer. A slow one is logged by its endpoint alone: what was asked may be a person's name.
pub(crate) async fn make(endpoint: &Endpoint, ask: &Ask) -> Outcome {
    let watch = Stopwatch::start();
    let made = match endpoint.doing {
        Doing::Memory(make) => make(ask),
        Doing::History(make) => make(ask).await,
    };
    let took = watch.elapsed();
    if took >= ask.visit.app.config.slow_operation {
        let duration_ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
        tracing::warn!(operation = endpoint.name, duration_ms, "an answer was slow to be made");
    }
    made
}
