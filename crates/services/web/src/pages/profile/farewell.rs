//! The end of an account.

use axum::body::Bytes;
use axum::response::Response;
use httpkit::error::HttpError;

use super::{Refused, show};
use crate::account_menu::PROFILE;
use crate::form::Form;
use crate::pages::sign_in;
use crate::visit::Visit;

pub(super) async fn delete(visit: Visit, body: Bytes) -> Result<Response, HttpError> {
    let form = Form::parse(&body)?;
    let Some(person) = visit.person() else { return Ok(sign_in::needed(&visit, PROFILE)) };
    let typed = form.field("confirmation").unwrap_or_default();
    if !typed.trim().eq_ignore_ascii_case(person.username()) {
        let why = format!("Nothing was deleted: type {} to be sure.", person.username());
        let confirmation = Some((typed.to_owned(), why));
        return Ok(show(&visit, Refused { confirmation, ..Refused::default() }).await);
    }
    let deleted = visit.app.ports.accounts.delete_account(person.id).await.map_err(sign_in::not_done)?;
    tracing::info!(
        saved_courses = deleted.saved_courses,
        schedules = deleted.schedules,
        "somebody deleted their account and everything in it"
    );
    Ok(sign_in::out::gone(&visit, "/sign-in?done=deleted"))
}
