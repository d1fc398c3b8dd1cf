//! A selection of seats as it stands in an address: `COMPSCI.61A.fall-2026` for all primary sections together,
//! `COMPSCI.61A.fall-2026.20001` for the section of that class number.

use std::fmt;

use catalog::course::CourseCode;
use catalog::course_set::CourseIndex;
use catalog::enrollment_series::{DayPoint, Divisor, PhaseDays, Series};
use catalog::section::SectionId;
use catalog::snapshot::{Offering, SectionView};
use catalog::switches::Source;
use catalog::term::TermId;

use super::NO_HISTORY;
use super::in_time::{in_time, watched};
use crate::address;
use crate::pages::compare::{ALL, course_of, parts};
use crate::switched_off;
use crate::visit::Visit;
use crate::words;

/// Whose seats.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SeatSelection {
    pub(crate) course: CourseCode,
    pub(crate) term: TermId,
    /// `None` for all primary sections together.
    pub(crate) section: Option<SectionId>,
}

impl fmt::Display for SeatSelection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.course.subject, self.course.number, self.term.slug())?;
        self.section.map_or(Ok(()), |section| write!(f, ".{section}"))
    }
}

/// A selection looked up.
pub(super) struct Shown {
    pub(super) course: Option<CourseIndex>,
    /// `COMPSCI 61A`; what the address says when that is no course.
    pub(super) title: String,
    /// The course in that term.
    pub(super) href: Option<String>,
    /// `Fall 2026, LEC 001`.
    pub(super) detail: String,
    /// How it filled; why nothing is known of it.
    pub(super) watched: Result<Watched, String>,
}

/// How something filled.
pub(super) struct Watched {
    pub(super) series: Series,
    /// By number of the day; `None` when the phases of its term are not known.
    pub(super) phases: Option<PhaseDays>,
    /// The number of the term's first day.
    pub(super) term_begins: i32,
}

impl Watched {
    /// The counts at the end of a day.
    pub(super) fn on(&self, day: i32) -> Option<&DayPoint> {
        let first = self.series.days.first()?.day;
        self.series.days.get(usize::try_from(day - first).ok()?)
    }
}

impl Shown {
    /// What this is, on one line.
    pub(super) fn name(&self) -> String {
        format!("{}, {}", self.title, self.detail)
    }

    fn unknown(title: &str, why: &str) -> Self {
        Self { course: None, title: title.to_owned(), href: None, detail: String::new(), watched: Err(why.to_owned()) }
    }
}

/// Looks a selection up, and reads how it filled. Whatever is wrong with it is said in words.
pub(super) async fn look_up(visit: &Visit, text: &str) -> Shown {
    let snapshot = &visit.snapshot;
    let parts = parts(text);
    let (course, rest) = course_of(snapshot, &parts);
    let Some(course) = course else {
        return Shown::unknown(text, "We know no course of that name. Change it, or remove it.");
    };
    let code = &snapshot.course(course).course.code;
    let title = words::code(snapshot.course(course));
    let newest = || snapshot.terms_of(course).next().map(|entry| entry.term.id);
    let term = match rest.first().copied().filter(|part| !part.is_empty()) {
        None => newest(),
        Some(part) => match part.parse::<TermId>() {
            Ok(term) => Some(term),
            Err(_) => {
                return Shown {
                    course: Some(course),
                    ..Shown::unknown(&title, &format!("“{part}” is no term. Change it, or remove it."))
                };
            }
        },
    };
    let Some(term) = term else {
        return Shown {
            course: Some(course),
            ..Shown::unknown(&title, "None of the terms that we know has a class of it.")
        };
    };
    let named = rest.get(1).copied().filter(|part| !part.is_empty() && *part != ALL);
    let section = named.and_then(|ccn| ccn.parse().ok()).map(SectionId);
    let mut shown = Shown {
        course: Some(course),
        href: Some(address::course(Some(term), code)),
        detail: format!(
            "{}, {}",
            term.title(),
            named.map_or_else(|| "all primary sections".to_owned(), |ccn| format!("class number {ccn}"))
        ),
        ..Shown::unknown(&title, "")
    };
    let Some(offering) = snapshot.offering(term, course) else {
        shown.href = Some(address::course_where_newest(snapshot, course));
        shown.watched = Err(format!("It has no classes in {}.", term.title()));
        return shown;
    };
    let sections = chosen(visit, offering, section);
    if named.is_some() && (section.is_none() || sections.is_empty()) {
        shown.watched = Err(format!("It has no section of that class number in {}.", term.title()));
        return shown;
    }
    if let (Some(_), [only]) = (section, sections.as_slice()) {
        shown.detail = format!("{}, {}", term.title(), only.label());
    }
    let ids: Vec<SectionId> = sections.iter().map(|section| section.id()).collect();
    shown.watched = read(visit, term, &ids, section.is_some()).await;
    shown
}

/// The sections that count: the one that is named, or all primary ones.
fn chosen<'a>(visit: &'a Visit, offering: &Offering, section: Option<SectionId>) -> Vec<SectionView<'a>> {
    let counts = |each: &SectionView<'_>| section.map_or_else(|| each.is_primary(), |wanted| each.id() == wanted);
    visit.snapshot.sections_in(offering).filter(counts).collect()
}

async fn read(visit: &Visit, term: TermId, ids: &[SectionId], is_one: bool) -> Result<Watched, String> {
    // The history is not in the snapshot: it is not even asked for.
    if switched_off::is_off(&visit.snapshot, Source::Enrollment) {
        return Err("Seats and enrollment are not shown.".to_owned());
    }
    let Some(runs) = visit.history(term, ids).await else { return Err(NO_HISTORY.to_owned()) };
    let divisor = if is_one { Divisor::LatestCap } else { Divisor::CapOfTheDay };
    let entry = visit.snapshot.term(term).ok_or_else(|| format!("We do not know {}.", term.title()))?;
    if runs.is_empty() {
        return Err("No counts have been recorded.".to_owned());
    }
    let zone = visit.now.time_zone();
    let counted = in_time(&runs, &entry.term, zone);
    watched(&counted, &entry.term, visit.snapshot.calendar().phases(term), divisor, zone)
        .ok_or_else(|| "It was counted only when the term was over.".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_selection_names_course_term_and_perhaps_a_section() {
        let course = CourseCode::parse("EL ENG 16A").or_else(|_| CourseCode::parse("ELENG 16A")).unwrap();
        let mut selection = SeatSelection { course, term: "fall-2026".parse().unwrap(), section: None };
        assert_eq!(selection.to_string(), "ELENG.16A.fall-2026");
        selection.section = Some(SectionId(20_001));
        assert_eq!(selection.to_string(), "ELENG.16A.fall-2026.20001");
    }
}
