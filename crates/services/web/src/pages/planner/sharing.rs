//! The links of a schedule: to share it, and to follow it in a calendar. None exists until its owner makes it.

use axum::body::Bytes;
use axum::extract::Path;
use axum::response::{IntoResponse, Redirect, Response};
use design::action::{Emphasis, link_button, submit_button};
use design::heading::{PageHeading, page_heading};
use design::layout;
use http::StatusCode;
use httpkit::error::HttpError;
use maud::{Markup, html};
use planner::link::{Link, LinkId, LinkKind};

use super::opened;
use super::words;
use crate::form::Form;
use crate::frame::Content;
use crate::moment;
use crate::visit::Visit;

pub(super) async fn sharing(visit: Visit, Path(id): Path<String>) -> Response {
    let (owner, schedule) = match opened::own(&visit, &id).await {
        Ok(found) => found,
        Err(page) => return page,
    };
    let links = match visit.app.ports.schedules.links(schedule.id, owner).await {
        Ok(links) => links,
        Err(error) => return words::failure(&visit, &error),
    };
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
            (share_section(&visit, &address, &shares))
            (calendar_section(&visit, &address, &calendars))
            p.button-row { (link_button("Back to the schedule", &address, Emphasis::Secondary)) }
        },
        ..Content::default()
    };
    super::page(&visit, content)
}

fn share_section(visit: &Visit, address: &str, links: &[&Link]) -> Markup {
    layout::section(
        "share",
        "A link to share",
        None,
        &html! {
            div.stack {
                p { "Whoever has it sees the schedule as it is at that time and can make a copy. Your advisor needs no account." }
                (list(visit, address, links))
                form.stack action={ (address) "/share" } method="post" {
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

fn calendar_section(visit: &Visit, address: &str, links: &[&Link]) -> Markup {
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
                (list(visit, address, links))
                form.button-row action={ (address) "/share" } method="post" {
                    input type="hidden" name="do" value="calendar";
                    (submit_button("Make a calendar address", Emphasis::Primary))
                    (link_button("Download once (.ics)", &format!("{address}/calendar.ics"), Emphasis::Secondary))
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

/// The address that is given away: whole, where the site knows its own.
fn whole_address(visit: &Visit, link: &Link) -> String {
    let path = match link.kind {
        LinkKind::Calendar => format!("/calendar/{}.ics", link.id),
        LinkKind::Share { .. } => format!("/s/{}", link.id),
    };
    visit.app.config.public_url.as_ref().map_or_else(|| path.clone(), |public| format!("{public}{path}"))
}

pub(super) async fn change(visit: Visit, Path(id): Path<String>, body: Bytes) -> Response {
    let (owner, schedule) = match opened::own(&visit, &id).await {
        Ok(found) => found,
        Err(page) => return page,
    };
    let form = match Form::parse(&body) {
        Ok(form) => form,
        Err(error) => return error.into_response(),
    };
    let schedules = &visit.app.ports.schedules;
    let kind = match form.field("do").unwrap_or_default() {
        "share" => LinkKind::Share { shows_name: form.field("name").is_some() },
        "calendar" => LinkKind::Calendar,
        "revoke" => {
            let link = match form.read::<LinkId>("link") {
                Ok(link) => link,
                Err(error) => return error.into_response(),
            };
            return match schedules.revoke_link(link, owner).await {
                Ok(()) => back(&schedule),
                Err(error) => words::failure(&visit, &error),
            };
        }
        _ => {
            return HttpError::new(StatusCode::BAD_REQUEST, "The form says nothing that can be done with links.")
                .into_response();
        }
    };
    match schedules.make_link(schedule.id, owner, kind, visit.at()).await {
        Ok(_) => back(&schedule),
        Err(error) => words::failure(&visit, &error),
    }
}

fn back(schedule: &planner::schedule::Schedule) -> Response {
    Redirect::to(&format!("{}/share", opened::address(schedule.id))).into_response()
}
