//! Reading what is asked for from the address. What cannot be understood is ignored, and the page says so.

use std::collections::BTreeSet;

use catalog::course::CourseCode;
use catalog::course_set::CourseIndex;
use catalog::day_part::DayPart;
use catalog::filter::sort::Sort;
use catalog::filter::{Criteria, FILTER_CATEGORIES};
use catalog::meeting::Days;
use catalog::playlist::Category;
use catalog::search::QUERY_CHARS_MAX;
use catalog::snapshot::Snapshot;
use catalog::term::TermId;
use jiff::civil::Date;

use crate::address::{self, ANY_TERM, ANYONE, DAY, GRADES, INSTRUCTOR, MODE, ONLY, OPEN, OPENED, PART, YES};
use crate::pages::sign_in::wish::WISH;

/// The most characters of a name or value that a notice repeats.
const REPEATED_CHARS_MAX: usize = 40;

/// The most notices on a page.
const NOTICES_MAX: usize = 5;

/// The most filters that are read of an address: more than a page offers would only cost time.
const CHOICES_MAX: usize = 40;

/// Parameters that other sites add to links, to be passed over in silence.
const ADDED_BY_OTHERS: [&str; 5] = ["utm_", "fbclid", "gclid", "ref", "mc_"];

/// What an address asks for.
#[derive(Debug, PartialEq)]
pub(super) struct Asked {
    pub(super) criteria: Criteria,
    /// The wanted page of the list, from 1.
    pub(super) page: usize,
    /// The course that is opened beside the list.
    pub(super) opened: Option<(CourseIndex, CourseCode)>,
    /// Whether only that is asked for: the rest is on the page already.
    pub(super) only_opened: bool,
    /// What was ignored, in words.
    pub(super) notices: Vec<String>,
}

impl Asked {
    pub(super) fn read(snapshot: &Snapshot, parameters: &[(String, String)], today: Date) -> Self {
        let criteria = Criteria { term: snapshot.default_term(today), ..Criteria::default() };
        let mut asked = Self { criteria, page: 1, opened: None, only_opened: false, notices: Vec::new() };
        for (name, value) in parameters {
            let value = value.trim();
            if !value.is_empty() {
                asked.take(snapshot, name, value);
            }
        }
        asked
    }

    /// Takes out choices that turned out not to exist, and says so.
    pub(super) fn forget_unknown(&mut self, unknown: &[(Category, String)]) {
        for (category, slug) in unknown {
            if let Some(chosen) = self.criteria.chosen.get_mut(category) {
                chosen.remove(slug);
            }
            let term = self.criteria.term.map_or_else(|| "any term".to_owned(), TermId::title);
            self.note(format!("“{}” is no {category} filter in {term}.", shortened(slug)));
        }
        self.criteria.chosen.retain(|_, chosen| !chosen.is_empty());
    }

    fn take(&mut self, snapshot: &Snapshot, name: &str, value: &str) {
        match name {
            "q" => self.take_query(value),
            "term" => self.take_term(snapshot, value),
            OPENED => self.take_opened(snapshot, value),
            ONLY => self.only_opened = true,
            // What somebody came back for from the sign-in is for the opened course.
            WISH => {}
            OPEN | DAY | PART | MODE | INSTRUCTOR | GRADES => self.take_filter(snapshot, name, value),
            "sort" => match Sort::from_slug(value) {
                Some(sort) => self.criteria.sort = sort,
                None => self.note(format!("“{}” is no order of courses.", shortened(value))),
            },
            "page" => match value.parse() {
                Ok(page) => self.page = page,
                Err(_) => self.note(format!("“{}” is no page number.", shortened(value))),
            },
            _ => match name.parse::<Category>().ok().filter(|category| FILTER_CATEGORIES.contains(category)) {
                Some(category) => self.take_choice(category, value),
                None if ADDED_BY_OTHERS.iter().any(|start| name.starts_with(start)) => {}
                None => self.note(format!("there is no filter called “{}”.", shortened(name))),
            },
        }
    }

    /// The address of the list with other criteria; what is opened stays open.
    pub(super) fn address(&self, criteria: &Criteria, page: usize) -> String {
        address::catalog_opened(criteria, page, self.opened.as_ref().map(|(_, code)| code))
    }

    fn take_opened(&mut self, snapshot: &Snapshot, value: &str) {
        let short = value.chars().count() <= REPEATED_CHARS_MAX;
        let parts = value.rsplit_once(' ').filter(|_| short);
        match parts.and_then(|(subject, number)| snapshot.find_course(subject, number)) {
            Some(course) => self.opened = Some((course, snapshot.course(course).course.code.clone())),
            None => self.note(format!("there is no course “{}”.", shortened(value))),
        }
    }

    fn take_filter(&mut self, snapshot: &Snapshot, name: &str, value: &str) {
        let day = || Days::NAMES.iter().position(|day| day.eq_ignore_ascii_case(value));
        match name {
            OPEN if value == YES => self.criteria.open_seats = true,
            OPEN if value == ANYONE => self.criteria.open_to_anyone = true,
            GRADES if value == YES => self.criteria.has_grades = true,
            DAY if day().is_some() => {
                let bit = day().map_or(0, |day| 1 << day);
                self.criteria.days = Days::from_bits(self.criteria.days.bits() | bit);
            }
            PART if DayPart::from_slug(value).is_some() => {
                self.criteria.window = DayPart::from_slug(value).map(DayPart::range);
            }
            MODE if value.chars().count() <= REPEATED_CHARS_MAX => self.take_one_more(name, value),
            INSTRUCTOR if snapshot.instructor_by_slug(value).is_some() => self.take_one_more(name, value),
            _ => self.note(format!("“{}” is no choice of the filter “{name}”.", shortened(value))),
        }
    }

    fn take_one_more(&mut self, name: &str, value: &str) {
        let criteria = &mut self.criteria;
        let chosen = if name == MODE { &mut criteria.instruction_modes } else { &mut criteria.instructors };
        if chosen.len() < CHOICES_MAX {
            chosen.insert(value.to_owned());
        }
    }

    fn take_query(&mut self, value: &str) {
        self.criteria.query = value.chars().filter(|c| !c.is_control()).take(QUERY_CHARS_MAX).collect();
        if value.chars().count() > QUERY_CHARS_MAX {
            self.note(format!("everything after the first {QUERY_CHARS_MAX} characters of the search."));
        }
    }

    fn take_term(&mut self, snapshot: &Snapshot, value: &str) {
        if value == ANY_TERM {
            self.criteria.term = None;
            return;
        }
        let term = value.parse::<TermId>().ok().filter(|term| snapshot.term(*term).is_some());
        match term {
            Some(term) => self.criteria.term = Some(term),
            None => self.note(format!("“{}” is no term that we know.", shortened(value))),
        }
    }

    fn take_choice(&mut self, category: Category, value: &str) {
        let chosen: usize = self.criteria.chosen.values().map(BTreeSet::len).sum();
        if chosen < CHOICES_MAX {
            self.criteria.chosen.entry(category).or_default().insert(value.to_owned());
        } else {
            self.note(format!("more than {CHOICES_MAX} filters."));
        }
    }

    fn note(&mut self, notice: String) {
        if self.notices.len() < NOTICES_MAX && !self.notices.contains(&notice) {
            self.notices.push(notice);
        }
    }
}

fn shortened(text: &str) -> String {
    let mut short: String = text.chars().filter(|c| !c.is_control()).take(REPEATED_CHARS_MAX).collect();
    if text.chars().count() > REPEATED_CHARS_MAX {
        short.push('…');
    }
    short
}
