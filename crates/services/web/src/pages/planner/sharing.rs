//! The links of a schedule: to share it, and to follow it in a calendar. None exists until its owner makes it.

use axum::body::Bytes;
use axum::extract::Path;
use axum::response::{IntoResponse, Redirect, Response, Result};
use design::action::{Emphasis, link_button, submit_button};
use design::heading::{PageHeading, page_heading};
use design::layout;
use http::StatusCode;
use httpkit::error::HttpError;
use maud::{Markup, html};
use planner::link::{BUSY, Link, LinkKind};
use planner::schedule::Schedule;

use super::calendar::CLASSES_ONLY;
use super::words::failed;
use super::{once, opened};
use crate::form::Form;
use crate::frame::Content;
use crate::moment;
use crate::visit::Visit;

pub(super) async fn sharing(visit: Visit, Path(id): Path<String>) -> Result<Response> {
    let (owner, schedule) = opened::own(&visit, &id).await?;
    let links = visit.app.ports.schedules.links(schedule.id, owner).await.map_err(failed(&visit))?;
    let address = opened::address(schedule.id);
    let (calendars, shares): (Vec<&Link>, Vec<&Link>) = links.iter().partition(|link| link.kind == LinkKind::Calendar);
    let content = Content {
        title: format!("Share {}", schedule.name),
        status: StatusCode::OK,
        no_index: true,
        main: html! {
            (page_heading(&PageHeading {
                eyebrow: Some(schedule.term.title()),
                lead: Some(html! { "Nobody else sees this schedule unless you give them a link." }),
                ..PageHeading::new(&format!("Share “{}”", schedule.name))
            }))
            (share_section(&visit, &schedule, &shares))
            (calendar_section(&visit, &schedule, &calendars))
            p.button-row { (link_button("Back to the schedule", &address, Emphasis::Secondary)) }
        },
        ..Content::default()
    };
    Ok(super::page(&visit, content))
}

fn share_section(visit: &Visit, schedule: &Schedule, links: &[&Link]) -> Markup {
    let address = &opened::address(schedule.id);
    layout::section(
        "share",
        "A link to share",
        None,
        &html! {
            div.stack {
                p { "Whoever has it sees the schedule as it is at that time and can make a copy. Your advisor needs no account." }
                @if !schedule.time_blocks.is_empty() {
                    p { "Of the times that you keep free they see when they are, and not what for: each is called “" (BUSY) "” there." }
                }
                (list(visit, address, links))
                form.stack action={ (address) "/share" } method="post" {
                    (once::field(visit))
                    input type="hidden" name="do" value="share";
                    @if visit.person().is_some() {
                        label { input type="checkbox" name="name" value="1"; " Show my name on it" }
                    }
                    p { (submit_button("Make a link", Emphasis::Primary)) }
                }
            }
        },
    )
}

fn calendar_section(visit: &Visit, schedule: &Schedule, links: &[&Link]) -> Markup {
    let address = &opened::address(schedule.id);
    let file = format!("{address}/calendar.ics");
    layout::section(
        "calendar",
        "In your calendar",
        None,
        &html! {
            div.stack {
                p {
                    "A calendar that follows: your calendar program asks this site again and again, so a new room or a new time \
                     arrives by itself. It knows term dates, holidays and final exams. In your program, add a calendar "
                    em { "by address" } " or " em { "from URL" } "."
                }
                @if !schedule.time_blocks.is_empty() {
                    p {
                        "The times that you keep free are in it with their names, so give the address to your own calendar alone. If \
                         you have them in another calendar already, put "
                        code { (CLASSES_ONLY) } " at the end of the address, or "
                        a href={ (file) (CLASSES_ONLY) } { "download the classes alone" } "."
                    }
                }
                (list(visit, address, links))
                form.button-row action={ (address) "/share" } method="post" {
                    (once::field(visit))
                    input type="hidden" name="do" value="calendar";
                    (submit_button("Make a calendar address", Emphasis::Primary))
                    (link_button("Download once (.ics)", &file, Emphasis::Secondary))
                }
            }
        },
    )
}

fn list(visit: &Visit, address: &str, links: &[&Link]) -> Markup {
    html! {
        @if !links.is_empty() {
            ul.links {
                @for link in links {
                    @let to = whole_address(visit, link);
                    li {
                        p.address { a href=(to) { (to) } button.copy type="button" data-copy=(to) { "Copy" span.unseen { " the address" } } }
                        p.planned-note {
                            "Made " (moment::in_words(link.created_at, &visit.now))
                            @if link.kind.shows_name() { ", shows your name" }
                            @else if link.kind != LinkKind::Calendar { ", shows no name" }
                        }
                        form action={ (address) "/share" } method="post" {
                            input type="hidden" name="do" value="revoke";
                            input type="hidden" name="link" value=(link.id);
                            (submit_button("Revoke", Emphasis::Quiet))
                        }
                    }
                }
            }
        }
    }
}

/// The address that is given away: where people know the site, or else where its owner looks at it just now.
fn whole_address(visit: &Visit, link: &Link) -> String {
    let path = match link.kind {
        LinkKind::Calendar => format!("/calendar/{}.ics", link.id),
        LinkKind::Share { .. } => format!("/s/{}", link.id),
    };
    let site = visit.app.config.public_url.clone().or_else(|| visit.asked_at());
    site.map_or_else(|| path.clone(), |site| format!("{site}{path}"))
}

pub(super) async fn change(visit: Visit, Path(id): Path<String>, body: Bytes) -> Result<Response> {
    let (owner, schedule) = opened::own(&visit, &id).await?;
    let form = Form::parse(&body)?;
    let schedules = &visit.app.ports.schedules;
    let key = once::key(&form);
    let make = async |kind| schedules.make_link(schedule.id, owner, kind, key, visit.at()).await.map(|_| ());
    let done = match form.field("do").unwrap_or_default() {
        "share" => make(LinkKind::Share { shows_name: form.field("name").is_some() }).await,
        "calendar" => make(LinkKind::Calendar).await,
        "revoke" => schedules.revoke_link(form.read("link")?, owner).await,
        _ => {
            let message = "The form says nothing that can be done with links.";
            return Err(HttpError::new(StatusCode::BAD_REQUEST, message).into());
        }
    };
    done.map_err(failed(&visit))?;
    Ok(Redirect::to(&format!("{}/share", opened::address(schedule.id))).into_response())
}
