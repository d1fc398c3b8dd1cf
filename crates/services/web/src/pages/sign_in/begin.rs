//! The button: to the provider, or in as one of the made-up people.

use accounts::sign_in::{ATTEMPT_AGE_MAX, Attempt, Beginning, IdentityProvider, SamplePerson, SignInError};
use axum::body::Bytes;
use axum::response::{IntoResponse, Response};
use catalog::ports::with_causes;
use design::action::{Emphasis, link_button};
use design::heading::{PageHeading, page_heading};
use design::theme::return_path;
use http::header::{REFRESH, SET_COOKIE};
use http::{HeaderValue, StatusCode};
use httpkit::error::HttpError;
use maud::html;

use super::callback;
use crate::config::{SignIn, redirect_uri};
use crate::form::Form;
use crate::frame::{self, Content};
use crate::visit::Visit;
use crate::visitor::{attempt_cookie, has_sample_sign_in, length};

pub(super) async fn begin(visit: Visit, body: Bytes) -> Result<Response, HttpError> {
    let form = Form::parse(&body)?;
    let next = return_path(form.field("next").unwrap_or("/")).to_owned();
    match &visit.app.ports.sign_in {
        SignIn::Provider { provider, own_url } => {
            Ok(to_provider(&visit, &**provider, &redirect_uri(own_url), &next).await)
        }
        SignIn::Sample if has_sample_sign_in(&visit.app, &visit.surroundings.current) => {
            let chosen = form.field("sample").and_then(SamplePerson::from_slug);
            let Some(person) = chosen else {
                let message = "The form names nobody: choose one of the sample people.";
                return Err(HttpError::new(StatusCode::BAD_REQUEST, message));
            };
            as_sample(&visit, person, &next).await
        }
        SignIn::Sample | SignIn::Off => {
            Err(HttpError::new(StatusCode::NOT_FOUND, "Nobody can sign in here yet: no sign-in provider is set."))
        }
    }
}

async fn as_sample(visit: &Visit, sample: SamplePerson, next: &str) -> Result<Response, HttpError> {
    let identity = sample.identity().map_err(super::not_done)?;
    let accounts = &visit.app.ports.accounts;
    let person = accounts.sign_in(&identity, visit.at()).await.map_err(super::not_done)?.person;
    if person.role != sample.role() {
        accounts.set_role(person.username(), sample.role()).await.map_err(super::not_done)?;
    }
    callback::come_in(visit, person.id, next).await.map_err(super::not_done)
}

async fn to_provider(visit: &Visit, provider: &dyn IdentityProvider, redirect_uri: &str, next: &str) -> Response {
    let chance = &visit.app.ports.chance;
    let attempt = Attempt::new([chance(), chance(), chance()], next);
    let beginning = Beginning {
        redirect_uri,
        state: attempt.state(),
        nonce: attempt.nonce(),
        code_challenge: &attempt.code_challenge(),
    };
    let kept = attempt_cookie(&visit.app).set(&attempt.reveal(), length(ATTEMPT_AGE_MAX));
    match (provider.begin(&beginning).await, kept) {
        (Ok(address), Some(kept)) => on_the_way(visit, provider.name(), &address, kept),
        (Ok(_), None) => callback::failed(visit, next, &SignInError::Expired),
        (Err(error), _) => {
            tracing::warn!(error = with_causes(&error), "a sign-in could not begin");
            callback::failed(visit, next, &error)
        }
    }
}

/// The browser leaves by itself at once. It is no redirect: the policy that lets forms go nowhere but here counts
/// redirects of a form as the form's own.
fn on_the_way(visit: &Visit, name: &str, address: &str, kept: HeaderValue) -> Response {
    let content = Content {
        title: format!("On the way to {name}"),
        description: "Signing in.".to_owned(),
        status: StatusCode::OK,
        no_index: true,
        has_search: true,
        main: html! {
            div.narrow {
                (page_heading(&PageHeading {
                    lead: Some(html! { "You come back here by yourself." }),
                    ..PageHeading::new(&format!("On the way to {name}"))
                }))
                div.button-row { (link_button(&format!("Go to {name}"), address, Emphasis::Primary)) }
            }
        },
        ..Content::default()
    };
    let page = frame::page(&visit.app, &visit.surroundings, content);
    let mut response = page.with_cache(httpkit::cache::CachePolicy::NoStore).into_response();
    let headers = response.headers_mut();
    headers.append(SET_COOKIE, kept);
    if let Ok(refresh) = HeaderValue::try_from(format!("0;url={address}")) {
        headers.insert(REFRESH, refresh);
    }
    response
}
