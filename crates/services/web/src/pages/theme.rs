//! The choice of light or dark: kept in a cookie, then back to where the reader was.

use std::sync::Arc;

use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use design::theme::{Theme, return_path};
use http::StatusCode;
use http::header::SET_COOKIE;
use httpkit::error::HttpError;

use crate::form::Form;
use crate::service::App;

/// The longest form that is read, in bytes: a theme and an address.
const FORM_BYTES_MAX: usize = 8 * 1024;

pub(super) async fn choose(State(app): State<Arc<App>>, body: String) -> Result<Response, HttpError> {
    if body.len() > FORM_BYTES_MAX {
        return Err(HttpError::new(StatusCode::BAD_REQUEST, "The form is longer than this page ever sends."));
    }
    let form = Form::parse(body.as_bytes())?;
    let Some(theme) = Theme::from_name(form.field("theme").unwrap_or_default()) else {
        let message = "The form names no colours: choose system, light or dark.";
        return Err(HttpError::new(StatusCode::BAD_REQUEST, message));
    };
    let wanted = form.field("return_to").unwrap_or_default();
    let cookie = theme.set_cookie(app.config.secure_cookies);
    Ok(([(SET_COOKIE, cookie)], Redirect::to(return_path(wanted))).into_response())
}
