//! The way back from the provider: who came, and a session for them.

use accounts::guest::GuestId;
use accounts::person::PersonId;
use accounts::ports::AccountError;
use accounts::session::UserAgent;
use accounts::sign_in::{Attempt, IdentityProvider, Return, SignInError, is_sample};
use axum::response::{IntoResponse, Redirect, Response};
use catalog::ports::with_causes;
use design::notice::{Notice, NoticeKind};
use design::theme::return_path;
use http::StatusCode;
use http::header::{SET_COOKIE, USER_AGENT};
use httpkit::error::HttpError;
use maud::html;

use super::show;
use crate::account_menu::SIGN_IN;
use crate::config::{SignIn, redirect_uri};
use crate::visit::Visit;
use crate::visitor::{self, attempt_cookie, fresh_token, guest_cookie, keep_session, session_token};

pub(super) async fn callback(mut visit: Visit) -> Result<Response, HttpError> {
    // This address holds a code and is good once: no link of the page leads back to it.
    SIGN_IN.clone_into(&mut visit.surroundings.path);
    let SignIn::Provider { provider, own_url } = &visit.app.ports.sign_in else {
        return Err(HttpError::new(StatusCode::NOT_FOUND, "Nobody signs in this way here."));
    };
    let cookie = attempt_cookie(&visit.app);
    let attempt = cookie.value(&visit.headers).and_then(Attempt::parse);
    let is_of_attempt = attempt.as_ref().is_some_and(|attempt| visit.parameter("state") == Some(attempt.state()));
    if !is_of_attempt && visit.person().is_some() {
        // Another tab was quicker, or the reader went back to here: they are in.
        return Ok(Redirect::to("/").into_response());
    }
    let next = attempt.as_ref().map_or("/", |attempt| return_path(attempt.next())).to_owned();
    let came = match attempt {
        Some(attempt) => who_came(&visit, &**provider, &redirect_uri(own_url), &attempt).await,
        None => Err(SignInError::Expired.into()),
    };
    let mut response = match came {
        Ok(person) => come_in(&visit, person, &next).await.map_err(super::not_done)?,
        Err(Refusal::SignIn(error)) => {
            tracing::info!(error = with_causes(&error), "a sign-in was refused");
            failed(&visit, &next, &error)
        }
        Err(Refusal::Account(error)) => {
            return Err(super::not_done(error));
        }
    };
    if is_of_attempt {
        // It is good once, whatever came of it. Another one, begun since in another tab, goes on.
        response.headers_mut().append(SET_COOKIE, cookie.clear());
    }
    Ok(response)
}

enum Refusal {
    SignIn(SignInError),
    Account(AccountError),
}

impl From<SignInError> for Refusal {
    fn from(error: SignInError) -> Self {
        Self::SignIn(error)
    }
}

async fn who_came(
    visit: &Visit,
    provider: &dyn IdentityProvider,
    redirect_uri: &str,
    attempt: &Attempt,
) -> Result<PersonId, Refusal> {
    if visit.parameter("state") != Some(attempt.state()) {
        return Err(SignInError::Untrusted("it did not begin in this browser".to_owned()).into());
    }
    match visit.parameter("error") {
        None => {}
        Some("access_denied" | "interaction_required" | "login_required") => return Err(SignInError::Denied.into()),
        Some(_) => {
            let what = "the provider sent the browser back with an error".to_owned();
            return Err(SignInError::ProviderDown { what, source: None }.into());
        }
    }
    let Some(code) = visit.parameter("code") else {
        return Err(SignInError::Untrusted("it came back without a code".to_owned()).into());
    };
    let returned = Return { redirect_uri, code, nonce: attempt.nonce(), code_verifier: attempt.code_verifier() };
    let identity = provider.finish(&returned).await?;
    if is_sample(&identity.email) {
        return Err(SignInError::NotOfTheCampus.into());
    }
    let signed_in = visit.app.ports.accounts.sign_in(&identity, visit.at()).await.map_err(Refusal::Account)?;
    Ok(signed_in.person.id)
}

/// A new session for somebody who has just proved who they are; the browser's old one ends, whoever's it was. What they
/// planned as a guest is theirs from now on.
pub(super) async fn come_in(visit: &Visit, person: PersonId, next: &str) -> Result<Response, AccountError> {
    let app = &visit.app;
    if let Some(old) = session_token(app, &visit.headers) {
        app.ports.sessions.close(old.hash()).await?;
    }
    let token = fresh_token(app);
    let browser = visit.headers.get(USER_AGENT).and_then(|browser| browser.to_str().ok()).map(UserAgent::fitted);
    app.ports.sessions.open(person, token.hash(), browser.as_ref(), visit.at()).await?;
    let mut response = Redirect::to(next).into_response();
    let headers = response.headers_mut();
    headers.extend(keep_session(app, &token).map(|kept| (SET_COOKIE, kept)));
    if let Some(guest) = visitor::guest(app, &visit.headers, visit.at()).await.ok().flatten()
        && adopts_all(visit, guest, person).await
    {
        headers.append(SET_COOKIE, guest_cookie(app).clear());
    }
    Ok(response)
}

/// Whether nothing is left with the guest. What is left stays under the guest's cookie, and comes along the next time.
async fn adopts_all(visit: &Visit, guest: GuestId, person: PersonId) -> bool {
    match visit.app.ports.schedules.adopt(guest, person, visit.at()).await {
        Ok(adopted) => adopted.left == 0,
        Err(error) => {
            tracing::warn!(error = with_causes(&error), "a guest's schedules could not be taken along; they are kept");
            false
        }
    }
}

/// The page again, with what went wrong and what to do.
pub(super) fn failed(visit: &Visit, next: &str, error: &SignInError) -> Response {
    let (title, body, status) = match error {
        SignInError::Denied => {
            ("You were not signed in.", "The sign-in was declined. If that was not you, try again.", StatusCode::OK)
        }
        SignInError::Expired => (
            "That took too long.",
            "A sign-in is good for ten minutes, once, in the browser where it began. Begin again.",
            StatusCode::BAD_REQUEST,
        ),
        SignInError::NotOfTheCampus => (
            "That is no campus account.",
            "Sign in with your address of berkeley.edu: choose “Use another account” at the provider.",
            StatusCode::FORBIDDEN,
        ),
        SignInError::EmailNotVerified => (
            "Your address is not verified.",
            "Your provider has not verified the address of that account. Verify it there, then come back.",
            StatusCode::FORBIDDEN,
        ),
        SignInError::Untrusted(_) => (
            "That sign-in could not be trusted.",
            "It did not begin in this browser, it was changed on the way, or you began another one since. Nobody was signed in by it. Begin again.",
            StatusCode::BAD_REQUEST,
        ),
        SignInError::ProviderDown { .. } => (
            "The sign-in provider does not answer.",
            "It is not your fault. Try again in a few minutes; everything else works without signing in.",
            StatusCode::SERVICE_UNAVAILABLE,
        ),
    };
    let said = Notice { kind: NoticeKind::Error, title: title.to_owned(), body: html! { (body) } };
    show(visit, next, Some(said), status)
}
