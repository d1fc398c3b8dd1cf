//! The first step of adding something: which course. A search, and a list of what it found; each of it a link.

use catalog::course_set::CourseIndex;
use catalog::filter::{Criteria, list};
use catalog::fold::squeezed;
use catalog::snapshot::{CourseEntry, Snapshot};
use design::search::{SearchField, SearchSize, search_form};
use maud::{Markup, html};

use super::{CHANGE, Wanted};
use crate::visit::Visit;
use crate::words;

/// The parameter of the search.
pub(super) const FIND: &str = "find";
/// The parameter of the course that was chosen.
pub(crate) const COURSE: &str = "course";
/// The most characters of a search or a course that are read.
const TYPED_CHARS_MAX: usize = 80;
/// Courses that are offered.
const FOUND_SHOWN: usize = 8;

/// What the search means.
pub(crate) struct Picker<'a> {
    typed: String,
    /// The one course that is meant.
    pub(crate) course: Option<CourseIndex>,
    found: Vec<CourseIndex>,
    snapshot: &'a Snapshot,
}

/// Which courses are worth offering.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Offer {
    /// Those of which grades are known.
    Graded,
    /// All.
    Every,
}

impl<'a> Picker<'a> {
    /// Reads what was typed or chosen.
    pub(crate) fn of(visit: &'a Visit, offer: Offer) -> Self {
        let snapshot = &*visit.snapshot;
        let short = |text: &str| text.chars().filter(|c| !c.is_control()).take(TYPED_CHARS_MAX).collect::<String>();
        let chosen = visit.parameter(COURSE).map(short);
        let typed = visit.parameter(FIND).map(short).or_else(|| chosen.clone()).unwrap_or_default();
        let course = chosen.as_deref().and_then(|code| named(snapshot, code));
        let mut picker = Self { typed, course, found: Vec::new(), snapshot };
        if picker.course.is_none() && !picker.typed.is_empty() {
            picker.search(offer);
        }
        picker
    }

    fn search(&mut self, offer: Offer) {
        let criteria =
            Criteria { query: self.typed.clone(), has_grades: offer == Offer::Graded, ..Criteria::default() };
        self.found = list(self.snapshot, &criteria);
        self.found.truncate(FOUND_SHOWN);
        let wanted = squeezed(&self.typed);
        let is_meant = |course: &CourseIndex| {
            let entry = self.snapshot.course(*course);
            squeezed(&words::code(entry)) == wanted || squeezed(&entry.course.code.to_string()) == wanted
        };
        self.course = named(self.snapshot, &self.typed)
            .filter(|course| self.found.contains(course))
            .or_else(|| self.found.first().copied().filter(is_meant));
    }

    /// The search with what it found.
    pub(crate) fn show(&self, wanted: &Wanted, action: &str, label: &str) -> Markup {
        let change = wanted.change.map(|place| (place + 1).to_string());
        let more: Vec<(&str, &str)> = change.iter().map(|place| (CHANGE, place.as_str())).collect();
        let field = SearchField {
            id: "find-course".to_owned(),
            action: format!("{action}#add"),
            name: FIND.to_owned(),
            label: label.to_owned(),
            placeholder: "cs 61a, linear algebra…".to_owned(),
            value: self.typed.clone(),
            hidden: wanted.parameters(&wanted.selections, &more),
            size: SearchSize::Small,
            ..SearchField::default()
        };
        html! {
            div.stack.hero-search {
                (search_form(&field))
                @if !self.found.is_empty() {
                    ul.columns-of-links {
                        @for course in &self.found {
                            @let entry = self.snapshot.course(*course);
                            li { a href=(href(wanted, &more, entry)) { (words::code(entry)) } " " (entry.course.title) }
                        }
                    }
                } @else if !self.typed.is_empty() {
                    p { "Nothing matches “" (self.typed) "”. Try a code such as cs 61a, or words of a title." }
                }
            }
        }
    }
}

fn href(wanted: &Wanted, more: &[(&str, &str)], entry: &CourseEntry) -> String {
    let code = entry.course.code.to_string();
    let mut more = more.to_vec();
    more.push((COURSE, &code));
    format!("{}#add", wanted.address(&wanted.selections, &more))
}

/// The course of a code in any spelling.
fn named(snapshot: &Snapshot, code: &str) -> Option<CourseIndex> {
    let (subject, number) = code.trim().rsplit_once([' ', '.'])?;
    snapshot.find_course(subject, number)
}
