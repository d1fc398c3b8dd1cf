//! What makes a click too many harmless: a form that makes something carries a key, and makes one of it.

use maud::{Markup, html};
use planner::form_key::FormKey;

use crate::form::Form;
use crate::visit::Visit;

/// The field of the key.
const KEY: &str = "key";

/// The key of a form that is shown just now.
pub(super) fn field(visit: &Visit) -> Markup {
    html! { input type="hidden" name=(KEY) value=(FormKey::drawn((visit.app.ports.chance)())); }
}

/// The key that a form brings; one without is made as often as it is sent.
pub(super) fn key(form: &Form) -> Option<FormKey> {
    form.field(KEY).and_then(|key| key.parse().ok())
}
