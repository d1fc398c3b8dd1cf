//! A course is saved, or taken off the list.

use accounts::ports::{AccountError, SAVED_COURSES_MAX};
use axum::body::Bytes;
use axum::response::{IntoResponse, Redirect, Response};
use catalog::ids::CourseId;
use design::theme::return_path;
use http::StatusCode;
use httpkit::error::HttpError;

use crate::account_menu::SAVED;
use crate::form::Form;
use crate::pages::sign_in;
use crate::pages::sign_in::wish::Wish;
use crate::visit::Visit;

pub(super) async fn change(visit: Visit, body: Bytes) -> Result<Response, HttpError> {
    let form = Form::parse(&body)?;
    let next = return_path(form.field("next").unwrap_or(SAVED)).to_owned();
    let Some(person) = visit.person() else {
        let back = if form.field("action") == Some("save") { Wish::Save.at(&next) } else { next };
        return Ok(sign_in::needed(&visit, &back));
    };
    let course = CourseId(form.read("course")?);
    let accounts = &visit.app.ports.accounts;
    let done = match form.field("action") {
        Some("save") => accounts.save_course(person.id, course, visit.at()).await,
        Some("remove") => accounts.remove_course(person.id, course).await,
        _ => {
            return Err(HttpError::new(StatusCode::BAD_REQUEST, "The form does not say whether to save or to remove."));
        }
    };
    done.map_err(refused)?;
    Ok(Redirect::to(&next).into_response())
}

fn refused(error: AccountError) -> HttpError {
    match error {
        AccountError::NoSuchCourse(_) => {
            HttpError::new(StatusCode::NOT_FOUND, "That course is not in the catalog, so it was not saved.")
        }
        AccountError::TooManySaved => {
            let message = format!("{SAVED_COURSES_MAX} courses are saved already. Remove one, then save this one.");
            HttpError::new(StatusCode::CONFLICT, message)
        }
        error => sign_in::not_done(error),
    }
}
