//! What a schedule was before, and the way back.

use axum::body::Bytes;
use axum::extract::Path;
use axum::response::{IntoResponse, Redirect, Response};
use design::action::{Emphasis, link_button, submit_button};
use design::heading::{PageHeading, page_heading};
use design::table::{Column, Table, table};
use http::StatusCode;
use maud::{Markup, html};
use planner::history::{VERSIONS_MAX, Version, VersionNumber};

use super::opened;
use super::words;
use crate::form::Form;
use crate::frame::Content;
use crate::moment;
use crate::visit::Visit;

pub(super) async fn history(visit: Visit, Path(id): Path<String>) -> Response {
    let (owner, schedule) = match opened::own(&visit, &id).await {
        Ok(found) => found,
        Err(page) => return page,
    };
    let history = match visit.app.ports.schedules.history(schedule.id, owner).await {
        Ok(history) => history,
        Err(error) => return words::failure(&visit, &error),
    };
    let address = opened::address(schedule.id);
    let content = Content {
        title: format!("History of {}", schedule.name),
        status: StatusCode::OK,
        no_index: true,
        main: html! {
            (page_heading(&PageHeading {
                eyebrow: Some(schedule.term.title()),
                lead: Some(html! { "The last " (VERSIONS_MAX) " versions are kept. Going back is a change too, and can be undone." }),
                ..PageHeading::new(&format!("History of “{}”", schedule.name))
            }))
            (table(&Table {
                caption: "Versions, the newest first".to_owned(),
                caption_unseen: true,
                columns: ["When", "What", "Version", ""].map(Column::text).into(),
                rows: history.versions.iter().map(|version| row(&visit, &address, version)).collect(),
                ..Table::default()
            }))
            p.button-row { (link_button("Back to the schedule", &address, Emphasis::Secondary)) }
        },
        ..Content::default()
    };
    super::page(&visit, content)
}

fn row(visit: &Visit, address: &str, version: &Version) -> Vec<Markup> {
    let go_back = html! {
        @if version.is_current { "This is how it is" } @else {
            form action={ (address) "/history" } method="post" {
                input type="hidden" name="to" value=(version.number);
                (submit_button(&format!("Go back to version {}", version.number), Emphasis::Quiet))
            }
        }
    };
    let what = if version.note.is_blank() { "Changed" } else { version.note.as_str() };
    let when = moment::in_words(version.at, &visit.now);
    vec![html! { time datetime=(version.at) { (when) } }, html! { (what) }, html! { (version.number) }, go_back]
}

pub(super) async fn go_back(visit: Visit, Path(id): Path<String>, body: Bytes) -> Response {
    let (owner, schedule) = match opened::own(&visit, &id).await {
        Ok(found) => found,
        Err(page) => return page,
    };
    let number = match Form::parse(&body).and_then(|form| form.read("to")) {
        Ok(number) => VersionNumber(number),
        Err(error) => return error.into_response(),
    };
    match visit.app.ports.schedules.go_back_to(schedule.id, owner, number, visit.at()).await {
        Ok(changed) => Redirect::to(&opened::address(changed.id)).into_response(),
        Err(error) => words::failure(&visit, &error),
    }
}
