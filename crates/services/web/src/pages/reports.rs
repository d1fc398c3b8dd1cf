//! What people reported, for those who run the site.

use accounts::feedback::Report;
use accounts::person::Role;
use axum::response::{IntoResponse, Response};
use design::empty::empty_state;
use design::heading::{PageHeading, page_heading};
use design::theme::return_path;
use http::StatusCode;
use httpkit::error::HttpError;
use maud::{Markup, html};

use crate::account_menu::REPORTS;
use crate::frame::{self, Content};
use crate::moment;
use crate::pages::sign_in;
use crate::visit::Visit;

/// How many are shown, the newest first. Whoever wants all asks the database.
const SHOWN_MAX: usize = 200;

pub(super) async fn reports(visit: Visit) -> Result<Response, HttpError> {
    let Some(person) = visit.person() else { return Ok(sign_in::needed(&visit, REPORTS)) };
    if person.role != Role::Staff {
        let message = "This page is for the people who run the site. Whoever operates it makes somebody staff.";
        return Err(HttpError::new(StatusCode::FORBIDDEN, message));
    }
    let reports = visit.app.ports.feedback.reports(SHOWN_MAX).await.map_err(sign_in::not_done)?;
    let content = Content {
        title: "Reports".to_owned(),
        description: "What people reported.".to_owned(),
        no_index: true,
        main: html! {
            (page_heading(&PageHeading {
                lead: Some(html! { "What people reported, the newest first. Answer where somebody left a way to reach them." }),
                ..PageHeading::new("Reports")
            }))
            @if reports.is_empty() {
                (empty_state("Nothing was reported yet", html! { p { "What is sent by the form for mistakes is here then." } }, &html! {}))
            } @else {
                ul.saved-list { @for kept in &reports { (row(&visit, &kept.report)) } }
            }
        },
        ..Content::default()
    };
    Ok(frame::page(&visit.app, &visit.surroundings, content).into_response())
}

fn row(visit: &Visit, report: &Report) -> Markup {
    let page = report.page.as_str();
    html! {
        li.saved-row {
            div.saved-main {
                @for line in report.text.as_str().lines() { p { (line) } }
                p.facts {
                    span { (moment::in_words(report.at, &visit.now)) }
                    // Whoever reports says which page it was: nothing leads off this site.
                    @if !page.is_empty() && return_path(page) == page { span { a href=(page) { (page) } } }
                    @else if !page.is_empty() { span { (page) } }
                    span { @if let Some(contact) = &report.contact { "Answer to " (contact) } @else { "No answer wished" } }
                }
            }
        }
    }
}
