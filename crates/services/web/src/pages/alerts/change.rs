//! A class is followed, otherwise, or no longer; mail is turned off or on.

use accounts::alerts::{
    AlertError, AlertStore, Kinds, NewWatch, Pace, WATCHES_MAX, Watch, WatchId, Watched, seen, told_at_first,
};
use accounts::person::PersonId;
use axum::body::Bytes;
use axum::response::{IntoResponse, Redirect, Response};
use catalog::ids::CourseId;
use catalog::section::{SectionId, SectionKey};
use design::theme::return_path;
use http::StatusCode;
use httpkit::error::HttpError;

use super::KINDS;
use crate::account_menu::ALERTS;
use crate::form::Form;
use crate::pages::sign_in;
use crate::visit::Visit;

pub(super) async fn change(visit: Visit, body: Bytes) -> Result<Response, HttpError> {
    let store = &*visit.app.ports.alerts;
    let form = Form::parse(&body)?;
    let next = return_path(form.field("next").unwrap_or(ALERTS)).to_owned();
    let Some(person) = visit.person() else { return Ok(sign_in::needed(&visit, &next)) };
    match form.field("action") {
        Some("follow") => {
            let new = NewWatch { watched: watched(&visit, &form)?, kinds: Kinds::ALL, pace: Pace::AtOnce };
            follow(&visit, store, person.id, &new).await?;
        }
        Some("change") => otherwise(&visit, store, person.id, &form).await?,
        Some("end") => {
            let watch = WatchId(form.read("watch")?);
            store.unwatch(person.id, watch).await.map_err(|error| refused(&error))?;
        }
        _ => {
            let message = "The form does not say whether to follow, to change or to end.";
            return Err(HttpError::new(StatusCode::BAD_REQUEST, message));
        }
    }
    Ok(Redirect::to(&next).into_response())
}

pub(super) async fn mail(visit: Visit, body: Bytes) -> Result<Response, HttpError> {
    let store = &*visit.app.ports.alerts;
    let form = Form::parse(&body)?;
    let Some(person) = visit.person() else { return Ok(sign_in::needed(&visit, ALERTS)) };
    let is_on = form.read::<u8>("on")? == 1;
    store.set_mail(person.id, is_on, visit.at()).await.map_err(|error| refused(&error))?;
    Ok(Redirect::to("/alerts#mail").into_response())
}

/// What a form names, if the catalog has it.
fn watched(visit: &Visit, form: &Form) -> Result<Watched, HttpError> {
    let missing = || HttpError::new(StatusCode::NOT_FOUND, "That class is not in the catalog, so it is not followed.");
    let course = CourseId(form.read("course")?);
    let term = form.read("term")?;
    let section = match form.field("section").map(str::trim) {
        None | Some("") => None,
        Some(_) => Some(SectionId(form.read("section")?)),
    };
    let place = visit.snapshot.course_by_id(course).ok_or_else(missing)?;
    visit.snapshot.term(term).ok_or_else(missing)?;
    if let Some(section) = section {
        let index = visit.snapshot.section_by_key(SectionKey { term, id: section });
        let is_of_course = index.is_some_and(|index| visit.snapshot.section(index).course() == place);
        // One that is cancelled for now is in no catalog, and may be followed on.
        if index.is_some() && !is_of_course {
            return Err(missing());
        }
    }
    Ok(Watched { term, course, section })
}

async fn follow(visit: &Visit, store: &dyn AlertStore, person: PersonId, new: &NewWatch) -> Result<(), HttpError> {
    // What can be seen now is no news: it counts as told, and what comes next is told.
    let now = seen(&visit.snapshot, new.watched, visit.today());
    let told = now.map(|(_, seen)| told_at_first(&seen)).unwrap_or_default();
    store.watch(person, new, &told, visit.at()).await.map_err(|error| refused(&error))
}

/// Other kinds, another pace, or another section of the same course.
async fn otherwise(visit: &Visit, store: &dyn AlertStore, person: PersonId, form: &Form) -> Result<(), HttpError> {
    let id = WatchId(form.read("watch")?);
    let watches = store.watches(person).await.map_err(|error| refused(&error))?;
    let Some(held) = watches.into_iter().find(|watch: &Watch| watch.id == id) else {
        return Err(HttpError::new(
            StatusCode::NOT_FOUND,
            "You do not follow that class any more, so nothing changed.",
        ));
    };
    let ticked = KINDS.map(|(name, _)| form.field(name).is_some());
    let [seats, waitlist, changes, grades] = ticked;
    let kinds = Kinds { seats, waitlist, changes, grades };
    if kinds.is_empty() {
        let message =
            "Nothing is ticked, so there would be nothing to tell. Go back and tick something, or choose “Stop”.";
        return Err(HttpError::new(StatusCode::UNPROCESSABLE_ENTITY, message));
    }
    let pace = form.field("pace").and_then(Pace::from_slug).unwrap_or(held.pace);
    let asked = watched(visit, form)?;
    let watched = Watched { section: asked.section, ..held.watched };
    // The new one first: when it is refused, the old one stays.
    follow(visit, store, person, &NewWatch { watched, kinds, pace }).await?;
    if watched != held.watched {
        store.unwatch(person, id).await.map_err(|error| refused(&error))?;
    }
    Ok(())
}

fn refused(error: &AlertError) -> HttpError {
    match error {
        AlertError::NoSuchCourse(_) => {
            HttpError::new(StatusCode::NOT_FOUND, "That course is not in the catalog, so it is not followed.")
        }
        AlertError::TooManyWatches => {
            let message =
                format!("You follow {WATCHES_MAX} classes already. End one under Alerts, then follow this one.");
            HttpError::new(StatusCode::CONFLICT, message)
        }
        AlertError::NoSuchPerson(_) | AlertError::Store(_) => sign_in::accounts_away(),
    }
}
