//! The corner of the header: the way in, or who is in and the ways from there.

use accounts::person::Role;
use design::theme::return_path;
use maud::{Markup, html};

use crate::address;
use crate::config::SignIn;
use crate::frame::Surroundings;
use crate::service::App;
use crate::visitor::Visitor;

/// Where one signs in.
pub(crate) const SIGN_IN: &str = "/sign-in";
/// Where one signs out; posted to.
pub(crate) const SIGN_OUT: &str = "/sign-out";
/// What somebody set about themselves.
pub(crate) const PROFILE: &str = "/profile";
/// What somebody follows.
pub(crate) const ALERTS: &str = "/alerts";
/// What somebody saved.
pub(crate) const SAVED: &str = "/saved";
/// What people reported; for staff.
pub(crate) const REPORTS: &str = "/reports";

/// Where to sign in, and to come back from.
pub(crate) fn sign_in_address(next: &str) -> String {
    let next = return_path(next);
    if next == "/" || next.starts_with(SIGN_IN) {
        return SIGN_IN.to_owned();
    }
    address::with_query(SIGN_IN, &[("next".to_owned(), next.to_owned())])
}

/// Nothing where nobody can sign in.
pub(crate) fn menu(app: &App, surroundings: &Surroundings) -> Markup {
    match (&surroundings.visitor, &app.ports.sign_in) {
        (Visitor::Person(signed_in), _) => {
            let person = &signed_in.person;
            let name = if person.first_name.is_blank() { person.username() } else { person.first_name.as_str() };
            let initial: String = name.trim().chars().take(1).flat_map(char::to_uppercase).collect();
            html! {
                details.account {
                    summary { span.account-initial aria-hidden="true" { (initial) } span.account-name { (name) } }
                    div.account-menu {
                        ul {
                            li { a href=(SAVED) { "Saved classes" } }
                            li { a href=(ALERTS) { "Alerts" } }
                            li { a href=(PROFILE) { "Profile" } }
                            @if person.role == Role::Staff { li { a href=(REPORTS) { "Reports" } } }
                        }
                        form method="post" action=(SIGN_OUT) { button type="submit" { "Sign out" } }
                    }
                }
            }
        }
        (_, SignIn::Off) => html! {},
        (Visitor::Unknown, _) => html! { a.account-link href=(PROFILE) { "Profile" } },
        (Visitor::Nobody, _) => html! {
            a.account-link href=(sign_in_address(&surroundings.path)) rel="nofollow" { "Sign in" }
        },
    }
}
