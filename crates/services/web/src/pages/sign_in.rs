//! The way in: what signing in means here, and the button. The way out.

mod begin;
mod callback;
pub(crate) mod out;
pub(crate) mod wish;

use std::error::Error;
use std::sync::Arc;

use accounts::ports::{AccountError, CollectionError};
use accounts::sign_in::SamplePerson;
use axum::Router;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use catalog::ports::with_causes;
use design::action::{Emphasis, link_button, submit_button};
use design::heading::{PageHeading, page_heading};
use design::notice::{Notice, NoticeKind, notice};
use design::theme::return_path;
use http::StatusCode;
use httpkit::error::HttpError;
use httpkit::limits::{RateLimitConfig, RateLimits};
use maud::{Markup, html};

use crate::account_menu::{PROFILE, SAVED, SIGN_IN, SIGN_OUT, sign_in_address};
use crate::config::{CALLBACK, SignIn};
use crate::form::Form;
use crate::frame::{self, Content};
use crate::service::App;
use crate::visit::Visit;
use crate::visitor::{Visitor, has_sample_sign_in};

/// Tries of one client: there is no password to guess, and a whole dormitory may share an address.
const TRIES: RateLimitConfig = RateLimitConfig { requests_per_minute: 120, burst: 120, client_limit: 100_000 };

pub(super) fn routes(app: &Arc<App>) -> Router<Arc<App>> {
    let tries = RateLimits::new("sign-in", TRIES, Arc::clone(&app.ports.clock));
    let tried = Router::new().route(SIGN_IN, post(begin::begin)).route(CALLBACK, get(callback::callback));
    Router::new()
        .route(SIGN_IN, get(page))
        .route(SIGN_OUT, post(out::here))
        .route("/sign-out/everywhere", post(out::everywhere))
        .merge(tries.around(tried))
}

async fn page(visit: Visit) -> Response {
    let next = return_path(visit.parameter("next").unwrap_or("/")).to_owned();
    let said = match visit.parameter("done") {
        Some("out") => Some("You are signed out of this browser."),
        Some("everywhere") => Some("You are signed out everywhere."),
        Some("deleted") => Some("Your account and everything in it are deleted."),
        _ => None,
    };
    let said = said.map(|said| Notice { kind: NoticeKind::Success, title: "Done.".to_owned(), body: html! { (said) } });
    show(&visit, &next, said, StatusCode::OK)
}

/// The page with a word above it.
fn show(visit: &Visit, next: &str, said: Option<Notice>, status: StatusCode) -> Response {
    let content = Content {
        title: "Sign in".to_owned(),
        description: "Sign in to keep saved classes and schedules on all your devices.".to_owned(),
        status,
        no_index: true,
        has_search: true,
        main: html! {
            div.narrow {
                (page_heading(&PageHeading {
                    lead: Some(html! { "Everything here works without an account. With one, your saved classes and schedules are on all your devices." }),
                    ..PageHeading::new("Sign in")
                }))
                @if let Some(said) = &said { (notice(said)) }
                (way_in(visit, next))
                (promises())
            }
        },
        ..Content::default()
    };
    frame::page(&visit.app, &visit.surroundings, content).into_response()
}

fn way_in(visit: &Visit, next: &str) -> Markup {
    let app = &visit.app;
    if let Some(person) = visit.person() {
        return html! {
            div.panel.stack {
                p { "You are signed in as " strong { (person.email.as_str()) } "." }
                div.button-row {
                    (link_button("Saved classes", SAVED, Emphasis::Primary))
                    (link_button("Profile", PROFILE, Emphasis::Secondary))
                    form method="post" action=(SIGN_OUT) { (submit_button("Sign out", Emphasis::Quiet)) }
                }
            }
        };
    }
    match &app.ports.sign_in {
        SignIn::Provider { provider, .. } => html! {
            form.panel.stack method="post" action=(SIGN_IN) {
                p { "Use your campus account. You sign in at " (provider.name()) ", and we never see your password." }
                div.button-row { (submit_button(&format!("Continue with {}", provider.name()), Emphasis::Primary)) }
                input type="hidden" name="next" value=(next);
            }
        },
        SignIn::Sample if has_sample_sign_in(app, &visit.surroundings.current) => samples(next),
        SignIn::Sample | SignIn::Off => notice(&Notice {
            kind: NoticeKind::Info,
            title: "Nobody can sign in here yet.".to_owned(),
            body: html! { "Whoever runs this site has not named a sign-in provider." },
        }),
    }
}

fn samples(next: &str) -> Markup {
    html! {
        form.panel.stack method="post" action=(SIGN_IN) {
            (notice(&Notice {
                kind: NoticeKind::Demo,
                title: "Sample sign-in.".to_owned(),
                body: html! { "This campus is made up, and so are these people. Anybody can be any of them, without a password: keep nothing here that is yours." },
            }))
            div.button-row {
                @for person in SamplePerson::ALL {
                    button.button type="submit" name="sample" value=(person.slug()) { (person.first_name()) " Sample" }
                }
            }
            input type="hidden" name="next" value=(next);
        }
    }
}

fn promises() -> Markup {
    html! {
        div.prose {
            h2 { "What we keep" }
            ul {
                li { "Your name and address, as your provider tells them." }
                li { "What you save, plan and set here. Nobody else sees it unless you share a schedule." }
                li { "Where you are signed in, so that you can end it." }
            }
            p { "You can download all of it, or delete it for good, in your profile at any time." }
        }
    }
}

/// For pages of one's own: the way in, and back.
pub(crate) fn needed(visit: &Visit, back: &str) -> Response {
    match visit.surroundings.visitor {
        Visitor::Unknown => accounts_away().into_response(),
        _ => Redirect::to(&sign_in_address(back)).into_response(),
    }
}

/// The fields that people type into in forms of their own; the others are chosen.
const TYPED: [&str; 2] = ["name", "major"];

/// For a form of one's own: the way in, and back; with what was typed, which the end of the session must not lose.
pub(crate) fn needed_for(visit: &Visit, back: &str, form: &Form) -> Response {
    ended(visit, back, form).unwrap_or_else(|| needed(visit, back))
}

/// What was typed into a form of one's own while the session ended; `None` when somebody is signed in, or nothing was typed.
pub(crate) fn ended(visit: &Visit, back: &str, form: &Form) -> Option<Response> {
    let fields = TYPED.iter().filter_map(|field| form.field(field)).map(str::trim);
    let typed: Vec<&str> = fields.filter(|text| !text.is_empty()).collect();
    let is_nobody = matches!(visit.surroundings.visitor, Visitor::Nobody);
    if typed.is_empty() || !is_nobody {
        return None;
    }
    let said = Notice {
        kind: NoticeKind::Warning,
        title: "You are signed out by now.".to_owned(),
        body: html! { "Nothing was changed. You had typed: " @for text in typed { strong { (text) } " " } },
    };
    Some(show(visit, return_path(back), Some(said), StatusCode::UNAUTHORIZED))
}

/// What could not be done with somebody's account, for its owner; the cause is for the log. That it is gone is news to
/// whoever deleted it in another tab.
pub(crate) fn not_done<E: Error + 'static>(error: E) -> HttpError {
    let error: &(dyn Error + 'static) = &error;
    let is_gone = matches!(error.downcast_ref(), Some(AccountError::NoSuchPerson(_)))
        || matches!(error.downcast_ref(), Some(CollectionError::NoSuchPerson(_)));
    if is_gone {
        let message = "This account was deleted meanwhile, so nothing was changed. Signing in again begins a new one.";
        return HttpError::new(StatusCode::GONE, message);
    }
    tracing::error!(error = with_causes(error), "something could not be done with an account");
    accounts_away()
}

/// The store of accounts does not answer.
pub(crate) fn accounts_away() -> HttpError {
    let message = "Accounts cannot be reached just now, so nothing was changed. Try again in a minute.";
    HttpError::new(StatusCode::SERVICE_UNAVAILABLE, message).retry_after(std::time::Duration::from_secs(30))
}

#[cfg(test)]
mod tests {
    use accounts::person::PersonId;
    use catalog::ports::StoreError;

    use super::*;

    #[test]
    fn an_account_that_is_gone_is_not_said_to_be_out_of_reach() {
        let gone =
            [not_done(AccountError::NoSuchPerson(PersonId(7))), not_done(CollectionError::NoSuchPerson(PersonId(7)))];
        assert_eq!(gone.map(|error| error.status), [StatusCode::GONE; 2]);
        let broken = || StoreError::Failed { doing: "a secret statement", source: "a secret cause".into() };
        for error in [not_done(AccountError::Store(broken())), not_done(broken())] {
            assert_eq!(error.status, StatusCode::SERVICE_UNAVAILABLE);
            assert!(!error.message.contains("secret"), "{}", error.message);
        }
    }
}
