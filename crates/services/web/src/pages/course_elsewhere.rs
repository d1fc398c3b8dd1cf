//! Shorter addresses: a term, a term's subject, and the addresses of the site before (`/catalog/COMPSCI/61A`).

use axum::extract::Path;
use axum::response::{IntoResponse, Redirect, Response};
use catalog::filter::Criteria;
use catalog::term::TermId;
use httpkit::error::HttpError;

use crate::address;
use crate::visit::Visit;

/// `/catalog/fall-2026`: the list of that term.
pub(super) async fn term(visit: Visit, Path(term): Path<String>) -> Response {
    match known_term(&visit, &term) {
        Some(term) => {
            let criteria = Criteria { term: Some(term), ..Criteria::default() };
            Redirect::temporary(&address::catalog(&criteria, 1)).into_response()
        }
        None => HttpError::not_found().into_response(),
    }
}

/// `/catalog/fall-2026/COMPSCI`: that subject's courses; `/catalog/COMPSCI/61A`: the course where it is newest.
pub(super) async fn subject(visit: Visit, Path((first, second)): Path<(String, String)>) -> Response {
    let snapshot = &visit.snapshot;
    if let Some(term) = known_term(&visit, &first) {
        return match snapshot.subjects_called(&second).first() {
            Some(entry) => {
                Redirect::temporary(&address::subject(Some(term), &entry.subject.abbreviation)).into_response()
            }
            None => HttpError::not_found().into_response(),
        };
    }
    let Some(course) = snapshot.find_course(&first, &second) else { return HttpError::not_found().into_response() };
    let default = snapshot.default_term(visit.today());
    let offered = default.filter(|term| snapshot.offering(*term, course).is_some());
    let newest = || snapshot.terms_of(course).next().map(|entry| entry.term.id);
    let code = &snapshot.course(course).course.code;
    Redirect::temporary(&address::course(offered.or_else(newest), code)).into_response()
}

fn known_term(visit: &Visit, text: &str) -> Option<TermId> {
    text.parse().ok().filter(|term| visit.snapshot.term(*term).is_some())
}
