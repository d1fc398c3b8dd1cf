//! The button on a course's page by which it is followed.

use accounts::alerts::Watch;
use catalog::ids::CourseId;
use catalog::ports::with_causes;
use catalog::term::TermId;
use maud::html;

use crate::account_menu::ALERTS;
use crate::config::SignIn;
use crate::pages::sign_in::wish::{Button, Wish, here};
use crate::visit::Visit;

/// Follows the course in a term, or leads to what is followed. Whoever is not signed in is led to the sign-in, and
/// comes back to it ready to be pressed; where nobody can sign in, and where the term is over, there is nothing.
pub(crate) async fn watch_button(visit: &Visit, course: CourseId, term: Option<TermId>) -> Option<Button> {
    let term = term?;
    if visit.snapshot.term(term)?.term.end < visit.today() {
        return None;
    }
    let Some(person) = visit.person() else {
        let way_in = Wish::Follow.way_in(visit);
        let link = || Button::new(html! { a.button.button-small href=(way_in) rel="nofollow" { "Alert me" } });
        return (!matches!(visit.app.ports.sign_in, SignIn::Off)).then(link);
    };
    let watches = match visit.app.ports.alerts.watches(person.id).await {
        Ok(watches) => watches,
        Err(error) => {
            let error = with_causes(&error);
            tracing::warn!(error, "what somebody follows cannot be read; the page comes without its button");
            return None;
        }
    };
    let is_it = |watch: &Watch| (watch.watched.course, watch.watched.term) == (course, term);
    if watches.iter().any(is_it) {
        return Some(Button::new(html! {
            a.button.button-small.save-on href=(ALERTS) { "Alerts on" span.unseen { ": change what you are told" } }
        }));
    }
    let is_ready = Wish::Follow.is_of(visit);
    let markup = html! {
        form.save method="post" action=(ALERTS) {
            input type="hidden" name="course" value=(course);
            input type="hidden" name="term" value=(term.slug());
            input type="hidden" name="next" value=(here(visit));
            button.button.button-small type="submit" name="action" value="follow" autofocus[is_ready]
                aria-describedby=[Button::described_by(is_ready)] {
                "Alert me" span.unseen { " when a seat opens or something changes" }
            }
        }
    };
    Some(Button { markup, wished: is_ready.then_some(Wish::Follow) })
}
