//! What a schedule was before, and the way back.

use axum::body::Bytes;
use axum::extract::Path;
use axum::response::{IntoResponse, Redirect, Response, Result};
use design::action::{Emphasis, link_button, submit_button};
use design::heading::{PageHeading, page_heading};
use design::table::{Column, Table, table};
use http::StatusCode;
use maud::{Markup, html};
use planner::history::{VERSIONS_MAX, Version, VersionNumber};

use super::opened;
use super::words::failed;
use crate::form::Form;
use crate::frame::Content;
use crate::moment;
use crate::visit::Visit;

pub(super) async fn history(visit: Visit, Path(id): Path<String>) -> Result<Response> {
    let (owner, schedule) = opened::own(&visit, &id).await?;
    let history = visit.app.ports.schedules.history(schedule.id, owner).await.map_err(failed(&visit))?;
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
                columns: ["When", "What", "Version", "Change"].map(Column::text).into(),
                rows: history.versions.iter().map(|version| row(&visit, &address, version)).collect(),
                ..Table::default()
            }))
            p.button-row { (link_button("Back to the schedule", &address, Emphasis::Secondary)) }
        },
        ..Content::default()
    };
    Ok(super::page(&visit, content))
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

pub(super) async fn go_back(visit: Visit, Path(id): Path<String>, body: Bytes) -> Result<Response> {
    let (owner, schedule) = opened::own(&visit, &id).await?;
    let number = VersionNumber(Form::parse(&body)?.read("to")?);
    let changed = visit.app.ports.schedules.go_back_to(schedule.id, owner, number, visit.at()).await;
    Ok(Redirect::to(&opened::address(changed.map_err(failed(&visit))?.id)).into_response())
}
