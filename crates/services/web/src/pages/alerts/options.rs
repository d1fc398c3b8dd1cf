//! The form of a watch: of what to hear, how soon, and of which section. What was refused is shown in it as it was chosen.

use accounts::alerts::{Kinds, Pace, Watch, WatchId};
use catalog::section::SectionId;
use design::notice::{Notice, NoticeKind, notice};
use maud::{Markup, html};

use crate::account_menu::ALERTS;
use crate::visit::Visit;

/// The boxes to tick: name and label.
pub(super) const KINDS: [(&str, &str); 4] = [
    ("seats", "A seat opens"),
    ("waitlist", "The waitlist moves"),
    ("changes", "Time, room or instructor changes, or it is cancelled"),
    ("grades", "New grades"),
];

/// How soon: pace and label.
const PACES: [(Pace, &str); 2] = [(Pace::AtOnce, "At once"), (Pace::Digest, "In one mail each morning at 7")];

/// A change that was not made.
pub(super) struct Refused {
    pub(super) watch: WatchId,
    pub(super) why: String,
    pub(super) chosen: Chosen,
}

/// What is ticked and chosen in the form.
#[derive(Clone, Copy)]
pub(super) struct Chosen {
    pub(super) kinds: Kinds,
    pub(super) pace: Pace,
    pub(super) section: Option<SectionId>,
}

impl Chosen {
    pub(super) fn of(watch: &Watch) -> Self {
        Self { kinds: watch.kinds, pace: watch.pace, section: watch.watched.section }
    }
}

/// The form, folded away unless it was refused.
pub(super) fn options(visit: &Visit, watch: &Watch, refused: Option<&Refused>) -> Markup {
    let chosen = refused.map_or_else(|| Chosen::of(watch), |refused| refused.chosen);
    let id = |name: &str| format!("watch-{}-{name}", watch.id);
    let Kinds { seats, waitlist, changes, grades } = chosen.kinds;
    html! {
        details.folded open[refused.is_some()] {
            summary { "Change" }
            @if let Some(refused) = refused {
                (notice(&Notice {
                    kind: NoticeKind::Error,
                    title: "Nothing was changed.".to_owned(),
                    body: html! { (refused.why) },
                }))
            }
            form.form-stack method="post" action=(ALERTS) {
                input type="hidden" name="watch" value=(watch.id);
                fieldset.switches {
                    legend { "Tell me when" }
                    @for ((name, label), is_on) in KINDS.iter().zip([seats, waitlist, changes, grades]) {
                        div.switch {
                            input type="checkbox" id=(id(name)) name=(name) value="1" checked[is_on];
                            label for=(id(name)) { (label) }
                        }
                    }
                }
                fieldset.switches {
                    legend { "How soon" }
                    @for (pace, label) in PACES {
                        div.switch {
                            input type="radio" id=(id(pace.slug())) name="pace" value=(pace.slug()) checked[pace == chosen.pace];
                            label for=(id(pace.slug())) { (label) }
                        }
                    }
                }
                (sections(visit, watch, chosen.section, &id("section")))
                button.button type="submit" name="action" value="change" { "Save" }
            }
        }
    }
}

/// The sections of its course to choose from, as far as the catalog has them.
fn sections(visit: &Visit, watch: &Watch, chosen: Option<SectionId>, id: &str) -> Markup {
    let snapshot = &visit.snapshot;
    let course = snapshot.course_by_id(watch.watched.course);
    let Some(offering) = course.and_then(|course| snapshot.offering(watch.watched.term, course)) else {
        return html! {
            @if let Some(section) = watch.watched.section { input type="hidden" name="section" value=(section.0); }
        };
    };
    let is_listed = |section| snapshot.sections_in(offering).any(|view| view.id() == section);
    let unlisted = watch.watched.section.filter(|section| !is_listed(*section));
    html! {
        div.field {
            label for=(id) { "Which section" }
            select id=(id) name="section" {
                option value="" selected[chosen.is_none()] { "All of them" }
                @if let Some(section) = unlisted {
                    option value=(section.0) selected[chosen == unlisted] { "Class number " (section) ", not offered now" }
                }
                @for view in snapshot.sections_in(offering) {
                    option value=(view.id().0) selected[chosen == Some(view.id())] { (view.label()) " · " (view.id()) }
                }
            }
        }
    }
}
