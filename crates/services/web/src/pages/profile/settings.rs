//! What somebody studies, and what they want to be told.

use accounts::settings::{Major, SettingsChange};
use axum::body::Bytes;
use axum::response::{IntoResponse, Redirect, Response};
use httpkit::error::HttpError;

use super::{Refused, show};
use crate::account_menu::PROFILE;
use crate::form::Form;
use crate::pages::sign_in;
use crate::visit::Visit;

pub(super) async fn change(visit: Visit, body: Bytes) -> Result<Response, HttpError> {
    let form = Form::parse(&body)?;
    let Some(person) = visit.person() else { return Ok(sign_in::needed_for(&visit, PROFILE, &form)) };
    let mut change = SettingsChange::default();
    if let Some(typed) = form.field("major") {
        match Major::parse(typed.trim()) {
            Ok(major) => change.major = Some(major),
            Err(why) => {
                let major = Some((typed.to_owned(), format!("That was not saved: {why}.")));
                return Ok(show(&visit, Refused { major, ..Refused::default() }).await);
            }
        }
    }
    // A box that is not ticked is not sent: the form says by a field of its own that it has boxes.
    if form.field("notifications").is_some() {
        let ticked = |name: &str| Some(form.field(name).is_some());
        change.class_update = ticked("class_update");
        change.grade_update = ticked("grade_update");
        change.enrollment_opening = ticked("enrollment_opening");
        change.berkeleytime_update = ticked("berkeleytime_update");
    }
    visit.app.ports.accounts.change_settings(person.id, &change).await.map_err(sign_in::not_done)?;
    Ok(Redirect::to("/profile?done=settings").into_response())
}
