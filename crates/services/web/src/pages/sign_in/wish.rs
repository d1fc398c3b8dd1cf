//! What somebody wanted who was led to the sign-in for it. The address to come back to says it, and the page there has the
//! button ready; pressing it is theirs, since following a link changes nothing.

use design::notice::{Notice, NoticeKind, notice};
use maud::{Markup, html};

use crate::account_menu::sign_in_address;
use crate::address::{self, ONLY};
use crate::visit::Visit;

/// The parameter of an address that says it.
pub(crate) const WISH: &str = "wish";
/// The id of the word about it, to which the button refers.
const SAID: &str = "wish";

/// What was wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wish {
    /// To keep a class on the list of saved ones.
    Save,
    /// To hear of a class.
    Follow,
}

impl Wish {
    const ALL: [Self; 2] = [Self::Save, Self::Follow];

    const fn slug(self) -> &'static str {
        match self {
            Self::Save => "save",
            Self::Follow => "alert",
        }
    }

    /// The way in, and back to the page that is looked at.
    pub(crate) fn way_in(self, visit: &Visit) -> String {
        sign_in_address(&self.at(&here(visit)))
    }

    /// A page of the site, to be come back to with the wish.
    pub(crate) fn at(self, path: &str) -> String {
        let path = path.split('#').next().unwrap_or_default();
        let between = if path.contains('?') { '&' } else { '?' };
        format!("{path}{between}{WISH}={}", self.slug())
    }

    /// Whether somebody who is signed in by now came back to the page for this.
    pub(crate) fn is_of(self, visit: &Visit) -> bool {
        visit.person().is_some() && of(visit) == Some(self)
    }

    /// What to press for it.
    pub(crate) fn word(self, code: &str) -> Markup {
        let body = match self {
            Self::Save => format!("Press “Save” once more to keep {code}."),
            Self::Follow => format!("Press “Alert me” once more to hear of {code}."),
        };
        let said = Notice { kind: NoticeKind::Info, title: "You are signed in.".to_owned(), body: html! { (body) } };
        html! { div id=(SAID) { (notice(&said)) } }
    }
}

fn of(visit: &Visit) -> Option<Wish> {
    let slug = visit.parameter(WISH)?;
    Wish::ALL.into_iter().find(|wish| wish.slug() == slug)
}

/// A button for which one has to be signed in.
pub(crate) struct Button {
    pub(crate) markup: Markup,
    /// What its reader came back for, if it is this button and there is something left to press.
    pub(crate) wished: Option<Wish>,
}

impl Button {
    /// One that nobody came back for.
    pub(crate) const fn new(markup: Markup) -> Self {
        Self { markup, wished: None }
    }

    /// The `aria-describedby` of a button that is ready to be pressed.
    pub(crate) fn described_by(is_ready: bool) -> Option<&'static str> {
        is_ready.then_some(SAID)
    }
}

/// The page that is looked at, by an address to come back to: the whole page, and no wish that was heard already.
pub(crate) fn here(visit: &Visit) -> String {
    let path = &visit.surroundings.path;
    let is_passing = |(name, _): &(String, String)| matches!(name.as_str(), WISH | ONLY);
    if !visit.parameters.iter().any(is_passing) {
        return path.clone();
    }
    let lasting: Vec<(String, String)> =
        visit.parameters.iter().filter(|parameter| !is_passing(parameter)).cloned().collect();
    address::with_query(path.split('?').next().unwrap_or_default(), &lasting)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wish_stands_at_the_end_of_the_query() {
        assert_eq!(Wish::Save.at("/catalog/fall-2026/COMPSCI/61A"), "/catalog/fall-2026/COMPSCI/61A?wish=save");
        assert_eq!(Wish::Follow.at("/catalog?course=COMPSCI+61A#top"), "/catalog?course=COMPSCI+61A&wish=alert");
    }
}
