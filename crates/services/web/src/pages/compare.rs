//! What the pages that compare have in common: the list of selections in the address, and the search for a course to
//! add. Every change is a link or a form that leads to another address.

pub(crate) mod adding;
pub(crate) mod picker;

use catalog::course_set::CourseIndex;
use catalog::snapshot::Snapshot;
use design::chart::series::SERIES_MAX;
use design::compare::CardAction;
use design::notice::{Notice, NoticeKind};
use maud::html;

use crate::address::with_query;
use crate::visit::Visit;

/// The parameter of a selection; it is repeated.
pub(crate) const SELECTION: &str = "s";
/// The parameter that says which selection is being changed, from 1.
pub(crate) const CHANGE: &str = "change";
/// The parameter with which the addresses of the earlier site are led here.
const EARLIER_SITE: &str = "earlier";

/// The most characters of a selection that are read: a course, an instructor's name and a term are shorter.
const SELECTION_CHARS_MAX: usize = 120;

/// The word for "whichever" in a selection.
pub(crate) const ALL: &str = "all";

/// What is compared, as the address names it.
pub(crate) struct Wanted {
    path: &'static str,
    /// The selections, at most [`SERIES_MAX`].
    pub(crate) selections: Vec<String>,
    /// How many more the address names.
    left_out: usize,
    /// Whether the address is one of the earlier site.
    from_earlier_site: bool,
    /// Settings of the view that every link of the page keeps.
    kept: Vec<(String, String)>,
    /// Which place is being changed.
    pub(crate) change: Option<usize>,
}

impl Wanted {
    /// Reads the address. `kept` names the settings that every link of the page keeps.
    pub(crate) fn of(visit: &Visit, path: &'static str, kept: &[&str]) -> Self {
        let given = visit.parameters.iter().filter(|(name, _)| name == SELECTION).map(|(_, value)| value.trim());
        let mut selections: Vec<String> = given
            .filter(|value| !value.is_empty())
            .map(|value| value.chars().filter(|c| !c.is_control()).take(SELECTION_CHARS_MAX).collect())
            .collect();
        let left_out = selections.len().saturating_sub(SERIES_MAX);
        selections.truncate(SERIES_MAX);
        let setting = |name: &&str| {
            Some(((*name).to_owned(), visit.parameter(name)?.chars().take(SELECTION_CHARS_MAX).collect()))
        };
        let change = visit.parameter(CHANGE).and_then(|place| place.parse::<usize>().ok());
        Self {
            path,
            left_out,
            from_earlier_site: visit.parameter(EARLIER_SITE).is_some(),
            kept: kept.iter().filter_map(setting).collect(),
            change: change.and_then(|place| place.checked_sub(1)).filter(|place| *place < selections.len()),
            selections,
        }
    }

    pub(crate) fn is_full(&self) -> bool {
        self.selections.len() >= SERIES_MAX
    }

    /// The page with these selections and further parameters.
    pub(crate) fn address(&self, selections: &[String], more: &[(&str, &str)]) -> String {
        with_query(self.path, &self.parameters(selections, more))
    }

    /// The same page with other settings of the view.
    pub(crate) fn with_settings(&self, settings: &[(&str, &str)]) -> String {
        let mut parameters = self.of_selections(&self.selections);
        parameters.extend(settings.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        with_query(self.path, &parameters)
    }

    /// All parameters of a form or a link.
    pub(crate) fn parameters(&self, selections: &[String], more: &[(&str, &str)]) -> Vec<(String, String)> {
        let mut parameters = self.of_selections(selections);
        parameters.extend(self.kept.iter().cloned());
        parameters.extend(more.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        parameters
    }

    fn of_selections(&self, selections: &[String]) -> Vec<(String, String)> {
        selections.iter().map(|selection| (SELECTION.to_owned(), selection.clone())).collect()
    }

    /// The page after a selection was chosen: added at the end, or in the place that is being changed.
    pub(crate) fn with(&self, selection: String) -> String {
        let mut selections = self.selections.clone();
        match self.change.and_then(|place| selections.get_mut(place)) {
            Some(old) => *old = selection,
            None if !self.is_full() => selections.push(selection),
            None => {}
        }
        self.address(&selections, &[])
    }

    /// What can be done with the selection at a place.
    pub(crate) fn actions(&self, place: usize) -> Vec<CardAction> {
        let number = (place + 1).to_string();
        let action = |label: &str, href: Option<String>| CardAction { label: label.to_owned(), href };
        vec![
            action("Change", Some(format!("{}#add", self.address(&self.selections, &[(CHANGE, &number)])))),
            action("Duplicate", (!self.is_full()).then(|| self.with_copy(place))),
            action("Move up", (place > 0).then(|| self.swapped(place - 1))),
            action("Move down", (place + 1 < self.selections.len()).then(|| self.swapped(place))),
            action("Remove", Some(self.without(place))),
        ]
    }

    fn with_copy(&self, place: usize) -> String {
        let mut selections = self.selections.clone();
        selections.insert(place, selections[place].clone());
        let copy = (place + 2).to_string();
        format!("{}#add", self.address(&selections, &[(CHANGE, &copy)]))
    }

    /// The page with a selection and the next one in each other's place.
    fn swapped(&self, place: usize) -> String {
        let mut selections = self.selections.clone();
        selections.swap(place, place + 1);
        self.address(&selections, &[])
    }

    fn without(&self, place: usize) -> String {
        let mut selections = self.selections.clone();
        selections.remove(place);
        self.address(&selections, &[])
    }

    /// What the address says that this page does not follow.
    pub(crate) fn notices(&self) -> Vec<Notice> {
        let notice = |title: &str, body: String| Notice {
            kind: NoticeKind::Warning,
            title: title.to_owned(),
            body: html! { (body) },
        };
        let mut notices = Vec::new();
        if self.from_earlier_site {
            let body = "It names courses by numbers that only that site knew. Choose them here once more; the address of \
                        this page names them in words, so that it can be kept.";
            notices.push(notice("This link comes from the earlier site.", body.to_owned()));
        }
        if self.left_out > 0 {
            let body =
                format!("the address names {} more than the {SERIES_MAX} that can be told apart.", self.left_out);
            notices.push(notice("Left out:", body));
        }
        notices
    }
}

/// The address to which an address of the earlier site leads.
pub(crate) fn from_earlier_site(path: &str) -> String {
    with_query(path, &[(EARLIER_SITE.to_owned(), "1".to_owned())])
}

/// The parts of a selection. They are joined by full stops, which no part contains; `~` is read too.
pub(crate) fn parts(selection: &str) -> Vec<&str> {
    selection.split(['.', '~']).map(str::trim).collect()
}

/// The course of a selection, from its first parts, and the parts behind it: `COMPSCI.61A.rest` or `COMPSCI 61A.rest`.
pub(crate) fn course_of<'a>(snapshot: &Snapshot, parts: &'a [&'a str]) -> (Option<CourseIndex>, &'a [&'a str]) {
    if let Some((first, rest)) = parts.split_first()
        && let Some((subject, number)) = first.rsplit_once([' ', '+'])
    {
        return (snapshot.find_course(subject, number), rest);
    }
    match parts {
        [subject, number, rest @ ..] => (snapshot.find_course(subject, number), rest),
        _ => (None, &[]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wanted(selections: &[&str]) -> Wanted {
        Wanted {
            path: "/grades",
            selections: selections.iter().map(|each| (*each).to_owned()).collect(),
            left_out: 0,
            from_earlier_site: false,
            kept: vec![("as".to_owned(), "count".to_owned())],
            change: None,
        }
    }

    fn href(wanted: &Wanted, place: usize, label: &str) -> Option<String> {
        wanted.actions(place).into_iter().find(|action| action.label == label).and_then(|action| action.href)
    }

    #[test]
    fn every_change_is_an_address_that_keeps_the_rest() {
        let two = wanted(&["A.1", "B.2"]);
        assert_eq!(href(&two, 0, "Remove").unwrap(), "/grades?s=B.2&as=count");
        assert_eq!(href(&two, 0, "Move down").unwrap(), "/grades?s=B.2&s=A.1&as=count");
        assert_eq!(href(&two, 1, "Move up").unwrap(), "/grades?s=B.2&s=A.1&as=count");
        assert_eq!(href(&two, 0, "Duplicate").unwrap(), "/grades?s=A.1&s=A.1&s=B.2&as=count&change=2#add");
        assert_eq!((href(&two, 0, "Move up"), href(&two, 1, "Move down")), (None, None));
        assert_eq!(two.with("C.3".to_owned()), "/grades?s=A.1&s=B.2&s=C.3&as=count");
        let changing = Wanted { change: Some(0), ..wanted(&["A.1", "B.2"]) };
        assert_eq!(changing.with("C.3".to_owned()), "/grades?s=C.3&s=B.2&as=count");
    }

    #[test]
    fn six_are_enough() {
        let full = wanted(&["A.1"; 6]);
        assert_eq!(href(&full, 0, "Duplicate"), None);
        assert_eq!(full.with("B.2".to_owned()).matches("s=").count(), 7, "six selections and the setting");
    }
}
