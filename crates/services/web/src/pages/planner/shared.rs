//! A schedule behind a link: for everybody who has the link, without saying whose it is unless that was wished.

use axum::body::Bytes;
use axum::extract::Path;
use axum::response::{IntoResponse, Redirect, Response, Result};
use design::action::{Emphasis, submit_button};
use design::heading::{PageHeading, page_heading};
use design::week::week;
use http::StatusCode;
use maud::html;
use planner::link::{LinkId, LinkUse, Linked, Original};

use super::opened::{self, Opened};
use super::words::failed;
use super::{drawn, once, section_table, words};
use crate::form::Form;
use crate::frame::Content;
use crate::visit::Visit;

pub(super) async fn shared(visit: Visit, Path(link): Path<String>) -> Result<Response> {
    let id: LinkId = link.parse().map_err(|_| words::no_such_link(&visit))?;
    let linked = visit.app.ports.schedules.schedule_by_link(id, LinkUse::Share).await.map_err(failed(&visit))?;
    Ok(page(&visit, id, linked.ok_or_else(|| words::no_such_link(&visit))?))
}

fn page(visit: &Visit, id: LinkId, linked: Linked) -> Response {
    let snapshot = visit.snapshot.clone();
    let whose =
        linked.owner_name.map(|name| format!("{name}’s schedule")).unwrap_or_else(|| "A shared schedule".to_owned());
    let opened = Opened::of(&snapshot, linked.schedule);
    let title = format!("{}, {}", opened.schedule.name, opened.schedule.term.title());
    let content = Content {
        title,
        description: format!("{whose}: {}.", words::units(&opened.week.units)),
        status: StatusCode::OK,
        no_index: true,
        main: html! {
            (page_heading(&PageHeading {
                eyebrow: Some(format!("{whose} · {}", opened.schedule.term.title())),
                lead: Some(html! { (words::units(&opened.week.units)) }),
                aside: Some(html! {
                    form action={ "/s/" (id) } method="post" {
                        (once::field(visit))
                        (submit_button("Make it my own", Emphasis::Primary))
                    }
                }),
                ..PageHeading::new(opened.schedule.name.as_str())
            }))
            div.stack {
                h2.unseen { "The week" }
                (week(&opened.drawn(drawn::Size::Full)))
                (words::findings(&opened.findings))
                (section_table::sections(&opened))
            }
        },
        ..Content::default()
    };
    super::page(visit, content)
}

/// Makes a copy for whoever looks.
pub(super) async fn keep(visit: Visit, Path(link): Path<String>, body: Bytes) -> Result<Response> {
    let id: LinkId = link.parse().map_err(|_| words::no_such_link(&visit))?;
    let key = once::key(&Form::parse(&body)?);
    let editor = super::editor_of(&visit).await?;
    let made = visit.app.ports.schedules.duplicate(Original::Link(id), editor.owner, key, visit.at()).await;
    let made = made.map_err(failed(&visit))?;
    Ok(super::with_cookie(editor, Redirect::to(&opened::address(made.id)).into_response()))
}
