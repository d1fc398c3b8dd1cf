//! The way out: of this browser, or of all of them.

use axum::response::{IntoResponse, Redirect, Response};
use http::header::SET_COOKIE;
use httpkit::error::HttpError;

use super::not_done;
use crate::account_menu::PROFILE;
use crate::visit::Visit;
use crate::visitor::{session_cookie, session_token};

/// Ends the session of this browser.
pub(super) async fn here(visit: Visit) -> Result<Response, HttpError> {
    if let Some(token) = session_token(&visit.app, &visit.headers) {
        visit.app.ports.sessions.close(token.hash()).await.map_err(not_done)?;
    }
    Ok(gone(&visit, "/sign-in?done=out"))
}

/// Ends all sessions of whoever is signed in.
pub(super) async fn everywhere(visit: Visit) -> Result<Response, HttpError> {
    let Some(person) = visit.person() else { return Ok(super::needed(&visit, PROFILE)) };
    visit.app.ports.sessions.close_all(person.id).await.map_err(not_done)?;
    Ok(gone(&visit, "/sign-in?done=everywhere"))
}

/// Away, without the cookie.
pub(crate) fn gone(visit: &Visit, to: &str) -> Response {
    let clear = session_cookie(&visit.app).clear();
    ([(SET_COOKIE, clear)], Redirect::to(to)).into_response()
}
