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

use super::options::{Chosen, KINDS, Refused};
use super::show;
use crate::account_menu::ALERTS;
use crate::form::Form;
use crate::pages::sign_in;
use crate::pages::sign_in::wish::Wish;
use crate::visit::Visit;

pub(super) async fn change(visit: Visit, body: Bytes) -> Result<Response, HttpError> {
    let store = &*visit.app.ports.alerts;
    let form = Form::parse(&body)?;
    let next = return_path(form.field("next").unwrap_or(ALERTS)).to_owned();
    let Some(person) = visit.person() else {
        let back = if form.field("action") == Some("follow") { Wish::Follow.at(&next) } else { next };
        return Ok(sign_in::needed(&visit, &back));
    };
    match form.field("action") {
        Some("follow") => {
            let new = NewWatch { watched: watched(&visit, &form)?, kinds: Kinds::ALL, pace: Pace::AtOnce };
            follow(&visit, store, person.id, &new).await?;
        }
        Some("change") => {
            if let Some(refused) = otherwise(&visit, store, person.id, &form).await? {
                return show(&visit, Some(&refused)).await;
            }
        }
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

/// What a form names, if it can be followed now.
fn watched(visit: &Visit, form: &Form) -> Result<Watched, HttpError> {
    let missing = || HttpError::new(StatusCode::NOT_FOUND, "That class is not in the catalog, so it is not followed.");
    let watched = Watched { term: form.read("term")?, course: CourseId(form.read("course")?), section: section(form)? };
    visit.snapshot.course_by_id(watched.course).ok_or_else(missing)?;
    visit.snapshot.term(watched.term).ok_or_else(missing)?;
    expect_followable(visit, watched).map_err(|why| HttpError::new(StatusCode::UNPROCESSABLE_ENTITY, why))?;
    Ok(watched)
}

fn section(form: &Form) -> Result<Option<SectionId>, HttpError> {
    match form.field("section").map(str::trim) {
        None | Some("") => Ok(None),
        Some(_) => Ok(Some(SectionId(form.read("section")?))),
    }
}

/// Whether something will be heard of it: of a term that is not over, and a section that its course has. Else why not.
fn expect_followable(visit: &Visit, watched: Watched) -> Result<(), String> {
    let term = watched.term.title();
    if visit.snapshot.term(watched.term).is_some_and(|entry| entry.term.end < visit.today()) {
        return Err(format!("{term} is over: nothing happens to its classes any more, so they are not followed."));
    }
    let Some(section) = watched.section else { return Ok(()) };
    let index = visit.snapshot.section_by_key(SectionKey { term: watched.term, id: section });
    let is_of_course = index.is_some_and(|index| {
        Some(visit.snapshot.section(index).course()) == visit.snapshot.course_by_id(watched.course)
    });
    if is_of_course {
        return Ok(());
    }
    Err(format!(
        "That course has no section with the class number {section} in {term}. Choose one of those that it has."
    ))
}

async fn follow(visit: &Visit, store: &dyn AlertStore, person: PersonId, new: &NewWatch) -> Result<(), HttpError> {
    // What can be seen now is no news: it counts as told, and what comes next is told.
    let now = seen(&visit.snapshot, new.watched, visit.today());
    let told = now.map(|(_, seen)| told_at_first(&seen)).unwrap_or_default();
    store.watch(person, new, &told, visit.at()).await.map_err(|error| refused(&error))
}

/// Other kinds, another pace, or another section of the same course. What cannot be is refused with the form as it was
/// chosen.
async fn otherwise(
    visit: &Visit,
    store: &dyn AlertStore,
    person: PersonId,
    form: &Form,
) -> Result<Option<Refused>, HttpError> {
    let id = WatchId(form.read("watch")?);
    let watches = store.watches(person).await.map_err(|error| refused(&error))?;
    let Some(held) = watches.into_iter().find(|watch: &Watch| watch.id == id) else {
        return Err(HttpError::new(
            StatusCode::NOT_FOUND,
            "You do not follow that class any more, so nothing changed.",
        ));
    };
    let [seats, waitlist, changes, grades] = KINDS.map(|(name, _)| form.field(name).is_some());
    let pace = form.field("pace").map(Pace::from_slug);
    let chosen = Chosen {
        kinds: Kinds { seats, waitlist, changes, grades },
        pace: pace.flatten().unwrap_or(held.pace),
        section: section(form)?,
    };
    let watched = Watched { section: chosen.section, ..held.watched };
    if let Err(why) = check(visit, &held, watched, chosen.kinds, pace) {
        return Ok(Some(Refused { watch: id, why, chosen }));
    }
    // The new one first: when it is refused, the old one stays.
    follow(visit, store, person, &NewWatch { watched, kinds: chosen.kinds, pace: chosen.pace }).await?;
    if watched != held.watched {
        store.unwatch(person, id).await.map_err(|error| refused(&error))?;
    }
    Ok(None)
}

/// Why a change cannot be. What is followed already may be followed on: a section that is cancelled for now is in no
/// catalog, and the grades of a term come when it is over.
fn check(
    visit: &Visit,
    held: &Watch,
    watched: Watched,
    kinds: Kinds,
    pace: Option<Option<Pace>>,
) -> Result<(), String> {
    if kinds.is_empty() {
        return Err(
            "Nothing is ticked, so there would be nothing to tell. Tick something, or choose “Stop”.".to_owned()
        );
    }
    if pace == Some(None) {
        return Err("The form does not say how soon you want to hear. Choose at once, or each morning.".to_owned());
    }
    if watched == held.watched { Ok(()) } else { expect_followable(visit, watched) }
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
