//! Telling us about a mistake. What was written is never lost: whatever goes wrong, it comes back in the form.

use std::sync::Arc;

use accounts::feedback::{REPORT_CHARS_MAX, REPORT_CONTACT_CHARS_MAX, REPORT_PAGE_CHARS_MAX, Report, ReportText};
use accounts::line::Line;
use accounts::ports::FeedbackError;
use axum::body::Bytes;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use axum::{Extension, Router};
use catalog::ports::with_causes;
use design::action::{Emphasis, link_button, submit_button};
use design::form::{TextField, text_field, trap_field};
use design::heading::{PageHeading, page_heading};
use design::notice::{Notice, NoticeKind, notice};
use http::StatusCode;
use httpkit::client::ClientAddress;
use httpkit::error::HttpError;
use httpkit::limits::{RateLimitConfig, RateLimits};
use maud::{Markup, html};

use crate::address::{CATALOG, with_query};
use crate::form::Form;
use crate::frame::{self, Content};
use crate::service::App;
use crate::visit::Visit;

/// The page.
pub(crate) const PATH: &str = "/bugs";

/// The fields of the form.
const TEXT: &str = "text";
const CONTACT: &str = "contact";
const PAGE: &str = "page";
/// A field that people do not see. Its name is one that programs like to fill in.
const TRAP: &str = "website";
/// The parameter of the page after a report was kept.
const SENT: &str = "sent";

/// Reports of one client: five at once, then one in half a minute. Somebody who walks through a list of mistakes is not
/// stopped; a program is, long before the limit that all share.
const PER_CLIENT: RateLimitConfig = RateLimitConfig { requests_per_minute: 2, burst: 5, client_limit: 10_000 };

/// The form for a mistake on a page, by the page's path with its query. A long query is left out.
pub(crate) fn address(page: &str) -> String {
    let path = page.split('?').next().unwrap_or_default();
    if page == "/" || path == PATH {
        return PATH.to_owned();
    }
    let page = if page.chars().count() <= REPORT_PAGE_CHARS_MAX { page } else { path };
    with_query(PATH, &[(PAGE.to_owned(), page.to_owned())])
}

pub(super) fn routes(app: &Arc<App>) -> Router<Arc<App>> {
    let limits = RateLimits::new("reports", PER_CLIENT, Arc::clone(&app.ports.clock));
    Router::new().route(PATH, get(form).post(send)).layer(Extension(limits))
}

/// What somebody wrote, as they wrote it.
#[derive(Default)]
struct Written {
    text: String,
    contact: String,
    page: String,
}

/// What is wrong with it.
#[derive(Default)]
struct Faults {
    text: Option<String>,
    contact: Option<String>,
    /// Why it was not kept, though nothing is wrong with it.
    not_kept: Option<String>,
}

async fn form(visit: Visit) -> Response {
    if visit.parameter(SENT).is_some() {
        return thanks(&visit);
    }
    let written = Written { page: visit.parameter(PAGE).unwrap_or_default().to_owned(), ..Written::default() };
    page(&visit, &written, &Faults::default(), StatusCode::OK)
}

async fn send(
    visit: Visit,
    client: Option<Extension<ClientAddress>>,
    Extension(limits): Extension<RateLimits>,
    body: Bytes,
) -> Result<Response, HttpError> {
    let form = Form::parse(&body)?;
    let field = |name: &str| form.field(name).unwrap_or_default().to_owned();
    let written = Written { text: field(TEXT), contact: field(CONTACT), page: field(PAGE) };
    if !field(TRAP).trim().is_empty() {
        // A program is told what a person would be told, and learns nothing.
        return Ok(kept());
    }
    let report = match read(&visit, &written) {
        Ok(report) => report,
        Err(faults) => return Ok(page(&visit, &written, &faults, StatusCode::UNPROCESSABLE_ENTITY)),
    };
    let wait = client.and_then(|Extension(client)| limits.take_one(client.group())?.wait());
    if let Some(wait) = wait {
        let why = format!("That were many reports in a short time. Send this one again in {} seconds.", wait.as_secs());
        let faults = Faults { not_kept: Some(why), ..Faults::default() };
        return Ok(page(&visit, &written, &faults, StatusCode::TOO_MANY_REQUESTS));
    }
    match visit.app.ports.feedback.keep(&report).await {
        Ok(id) => {
            tracing::info!(report = %id, "somebody reported a mistake");
            Ok(kept())
        }
        Err(error) => Ok(not_kept(&visit, &written, &error)),
    }
}

fn read(visit: &Visit, written: &Written) -> Result<Report, Faults> {
    let mut faults = Faults::default();
    let text = ReportText::parse(&written.text)
        .map_err(|error| faults.text = Some(crate::words::sentence(&error.to_string())));
    let contact = Line::parse(written.contact.trim());
    let contact = contact.map_err(|error| faults.contact = Some(crate::words::sentence(&error.to_string())));
    let (Ok(text), Ok(contact)) = (text, contact) else { return Err(faults) };
    Ok(Report {
        page: Line::fitted(&written.page),
        text,
        contact: Some(contact).filter(|contact| !contact.is_blank()),
        person: visit.person().map(|person| person.id),
        at: visit.at(),
        release: Line::fitted(env!("CARGO_PKG_VERSION")),
    })
}

fn kept() -> Response {
    Redirect::to(&with_query(PATH, &[(SENT.to_owned(), "1".to_owned())])).into_response()
}

fn not_kept(visit: &Visit, written: &Written, error: &FeedbackError) -> Response {
    let (why, status) = match error {
        FeedbackError::TooManyReports => (crate::words::sentence(&error.to_string()), StatusCode::TOO_MANY_REQUESTS),
        FeedbackError::Store(_) => {
            tracing::error!(error = %with_causes(error), "a report could not be kept");
            let why = "The database did not take the report. What you wrote is still here: send it again in a minute.";
            (why.to_owned(), StatusCode::SERVICE_UNAVAILABLE)
        }
    };
    page(visit, written, &Faults { not_kept: Some(why), ..Faults::default() }, status)
}

fn page(visit: &Visit, written: &Written, faults: &Faults, status: StatusCode) -> Response {
    let lead = html! { "A wrong room, a missing section, a page that is hard to use: tell us, and somebody of the team reads it." };
    let content = Content {
        title: "Report a mistake".to_owned(),
        description: "Tell the team what is wrong with a page.".to_owned(),
        canonical: Some(PATH.to_owned()),
        status,
        no_index: true,
        main: html! {
            (page_heading(&PageHeading { lead: Some(lead), ..PageHeading::new("Report a mistake") }))
            form.form-stack method="post" action=(PATH) {
                @if let Some(why) = &faults.not_kept {
                    (notice(&Notice { kind: NoticeKind::Error, title: "Not sent yet.".to_owned(), body: html! { (why) } }))
                }
                (fields(visit, written, faults))
                p.button-row { (submit_button("Send the report", Emphasis::Primary)) }
            }
        },
        ..Content::default()
    };
    frame::page(&visit.app, &visit.surroundings, content).into_response()
}

fn fields(visit: &Visit, written: &Written, faults: &Faults) -> Markup {
    let text = TextField {
        id: "report-text".to_owned(),
        name: TEXT.to_owned(),
        label: "What went wrong, and what did you expect?".to_owned(),
        note: format!("At most {REPORT_CHARS_MAX} characters. Please write nothing about other people."),
        value: written.text.clone(),
        max_chars: REPORT_CHARS_MAX,
        is_long: true,
        required: true,
        fault: faults.text.clone(),
        ..TextField::default()
    };
    let contact = TextField {
        id: "report-contact".to_owned(),
        name: CONTACT.to_owned(),
        label: "How can we reach you? (optional)".to_owned(),
        note: "Only if you want an answer: an address or a number.".to_owned(),
        value: written.contact.clone(),
        max_chars: REPORT_CONTACT_CHARS_MAX,
        autocomplete: "email".to_owned(),
        fault: faults.contact.clone(),
        ..TextField::default()
    };
    let page = TextField {
        id: "report-page".to_owned(),
        name: PAGE.to_owned(),
        label: "On which page? (optional)".to_owned(),
        value: written.page.clone(),
        max_chars: REPORT_PAGE_CHARS_MAX,
        ..TextField::default()
    };
    html! {
        (text_field(&text))
        (text_field(&page))
        (text_field(&contact))
        (trap_field(TRAP))
        p.field-note {
            "We keep what you write here, when, and the release of the site; the team gets it by mail. "
            @if visit.person().is_some() { "Because you are signed in, we also keep that it came from you, until you delete your account." }
        }
    }
}

fn thanks(visit: &Visit) -> Response {
    let content = Content {
        title: "Thank you".to_owned(),
        description: "The report was kept.".to_owned(),
        status: StatusCode::OK,
        no_index: true,
        main: html! {
            (page_heading(&PageHeading {
                lead: Some(html! { "Your report was kept. Somebody of the team reads it; answers take a few days." }),
                ..PageHeading::new("Thank you")
            }))
            p.button-row {
                (link_button("Back to the catalog", CATALOG, Emphasis::Primary))
                (link_button("Report something else", PATH, Emphasis::Secondary))
            }
        },
        ..Content::default()
    };
    frame::page(&visit.app, &visit.surroundings, content).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_link_carries_the_page_and_never_too_much() {
        assert_eq!(address("/catalog?q=cs&term=any"), "/bugs?page=%2Fcatalog%3Fq%3Dcs%26term%3Dany");
        assert_eq!(address(&format!("/catalog?q={}", "a".repeat(600))), "/bugs?page=%2Fcatalog");
        assert_eq!(["/", "/bugs", "/bugs?page=%2Fcatalog"].map(address), [PATH, PATH, PATH]);
    }
}
