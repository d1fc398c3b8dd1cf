//! The planner: schedules of a term, drawn as weeks. Every edit is a form, so all of it works without script; what is
//! planned without signing in is kept for whoever comes back with the same browser.

mod add;
mod calendar;
mod change;
mod compare;
mod courses;
mod drawn;
mod editor;
mod free_time;
mod from_course;
mod generate;
mod history;
mod list;
mod once;
mod opened;
mod preview;
mod proposals;
mod reasons;
mod section_table;
mod shared;
mod sharing;
mod trouble;
mod wish;
mod words;

use std::sync::Arc;

use axum::Router;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use design::assets::{PLANNER_SCRIPT, PLANNER_STYLESHEET};
use http::header::SET_COOKIE;
use httpkit::cache::CachePolicy;

use crate::frame::{self, Content};
use crate::service::App;
use crate::visit::Visit;
use crate::visitor::Editor;

pub(crate) use self::from_course::add_button;

/// Where all of it lies.
pub(crate) const PLANNER: &str = "/planner";

/// The routes of the planner, of what its links open, and of the calendars.
pub(super) fn routes() -> Router<Arc<App>> {
    Router::new()
        .route(PLANNER, get(list::list).post(list::create))
        .route(compare::PATH, get(compare::compare))
        .route(from_course::PATH, get(from_course::question).post(from_course::add))
        .route("/planner/{schedule}/generate", get(generate::generate))
        .route("/planner/{schedule}", get(editor::editor).post(change::change))
        .route("/planner/{schedule}/delete", get(list::confirm).post(list::delete))
        .route("/planner/{schedule}/duplicate", post(list::duplicate))
        .route("/planner/{schedule}/history", get(history::history).post(history::go_back))
        .route("/planner/{schedule}/share", get(sharing::sharing).post(sharing::change))
        .route("/planner/{schedule}/calendar.ics", get(calendar::download))
        .route("/calendar/{link}", get(calendar::feed))
        .route("/s/{link}", get(shared::shared).post(shared::keep))
}

/// A page of the planner: kept by nobody, since it is somebody's own, be they signed in or not.
fn page(visit: &Visit, content: Content) -> Response {
    let content = Content {
        current_nav: Some(PLANNER),
        stylesheets: vec![PLANNER_STYLESHEET],
        scripts: vec![PLANNER_SCRIPT],
        ..content
    };
    frame::page(&visit.app, &visit.surroundings, content).with_cache(CachePolicy::NoStore).into_response()
}

/// Whose plans to change, or the page that says that nobody can be asked.
async fn editor_of(visit: &Visit) -> Result<Editor, Response> {
    visit.editor().await.map_err(|error| words::nobody_to_ask(visit, &error))
}

/// The answer with the cookie of a guest who began just now.
fn with_cookie(editor: Editor, mut answer: Response) -> Response {
    if let Some(cookie) = editor.set_cookie {
        answer.headers_mut().append(SET_COOKIE, cookie);
    }
    answer
}
