//! One of somebody's sessions ends.

use accounts::session::SessionId;
use axum::extract::Path;
use axum::response::{IntoResponse, Redirect, Response};
use http::StatusCode;
use httpkit::error::HttpError;

use crate::account_menu::PROFILE;
use crate::pages::sign_in;
use crate::visit::Visit;

pub(super) async fn end(visit: Visit, Path(id): Path<u64>) -> Result<Response, HttpError> {
    let Some(signed_in) = visit.signed_in() else { return Ok(sign_in::needed(&visit, PROFILE)) };
    let id = SessionId(id);
    let ended = visit.app.ports.sessions.close_one(signed_in.person.id, id).await;
    if !ended.map_err(sign_in::not_done)? {
        return Err(HttpError::new(StatusCode::NOT_FOUND, "You are not signed in there any more."));
    }
    if id == signed_in.session.id {
        return Ok(sign_in::out::gone(&visit, "/sign-in?done=out"));
    }
    Ok(Redirect::to("/profile?done=session").into_response())
}
