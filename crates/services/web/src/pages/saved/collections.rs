//! Collections are made, named, filled and removed.

use accounts::collection::{CollectionId, CollectionName};
use accounts::person::PersonId;
use accounts::ports::CollectionError;
use axum::body::Bytes;
use axum::extract::Path;
use axum::response::{IntoResponse, Redirect, Response};
use catalog::ids::CourseId;
use http::StatusCode;
use httpkit::error::HttpError;

use super::{Refused, show};
use crate::account_menu::SAVED;
use crate::form::Form;
use crate::pages::sign_in;
use crate::visit::Visit;

/// Makes one.
pub(super) async fn create(visit: Visit, body: Bytes) -> Result<Response, HttpError> {
    let form = Form::parse(&body)?;
    let Some(person) = visit.person() else { return Ok(sign_in::needed_for(&visit, SAVED, &form)) };
    let typed = form.field("name").unwrap_or_default();
    let name = match CollectionName::parse(typed) {
        Ok(name) => name,
        Err(why) => return Ok(again(&visit, typed, &why.to_string()).await),
    };
    match visit.app.ports.collections.create_collection(person.id, &name, visit.at()).await {
        Ok(made) => Ok(to(made.id)),
        Err(error @ (CollectionError::NameTaken(_) | CollectionError::TooManyCollections)) => {
            Ok(again(&visit, typed, &error.to_string()).await)
        }
        Err(error) => Err(refused(error)),
    }
}

/// Changes one.
pub(super) async fn change(visit: Visit, Path(id): Path<u64>, body: Bytes) -> Result<Response, HttpError> {
    let form = Form::parse(&body)?;
    let Some(person) = visit.person() else { return Ok(sign_in::needed_for(&visit, SAVED, &form)) };
    let (person, id) = (person.id, CollectionId(id));
    match form.field("action") {
        Some("rename") => rename(&visit, person, id, form.field("name").unwrap_or_default()).await,
        Some("remove") => {
            let removed = visit.app.ports.collections.remove_collection(person, id).await;
            removed.map_err(refused)?;
            Ok(Redirect::to(SAVED).into_response())
        }
        Some(action @ ("add" | "take")) => {
            let (course, collections) = (CourseId(form.read("course")?), &visit.app.ports.collections);
            let done = match action {
                "add" => collections.add_to_collection(person, id, course, visit.at()).await,
                _ => collections.take_from_collection(person, id, course).await,
            };
            done.map_err(refused)?;
            Ok(to(id))
        }
        _ => Err(HttpError::new(StatusCode::BAD_REQUEST, "The form does not say what to do with the collection.")),
    }
}

async fn rename(visit: &Visit, person: PersonId, id: CollectionId, typed: &str) -> Result<Response, HttpError> {
    let name = CollectionName::parse(typed)
        .map_err(|why| HttpError::new(StatusCode::UNPROCESSABLE_ENTITY, format!("The name was not changed: {why}.")))?;
    visit.app.ports.collections.rename_collection(person, id, &name).await.map_err(refused)?;
    Ok(to(id))
}

async fn again(visit: &Visit, typed: &str, why: &str) -> Response {
    let mut letters = why.chars();
    let first: String = letters.next().into_iter().flat_map(char::to_uppercase).collect();
    show(visit, Some(Refused { typed: typed.to_owned(), why: format!("{first}{}.", letters.as_str()) })).await
}

fn to(id: CollectionId) -> Response {
    Redirect::to(&format!("{SAVED}#collection-{id}")).into_response()
}

fn refused(error: CollectionError) -> HttpError {
    let status = match &error {
        CollectionError::NoSuchCollection | CollectionError::NoSuchCourse(_) => StatusCode::NOT_FOUND,
        CollectionError::NameTaken(_) | CollectionError::TooManyCollections | CollectionError::TooManyCourses => {
            StatusCode::CONFLICT
        }
        CollectionError::NoSuchPerson(_) | CollectionError::Store(_) => return sign_in::not_done(error),
    };
    HttpError::new(status, format!("Nothing was changed: {error}."))
}
