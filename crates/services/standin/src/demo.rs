//! The demo campus: made up from a seed, with Berkeley's codes and nobody's names. It moves with the clock.

pub(crate) mod calendar;
mod catalog;
mod course_text;
mod drawing;
mod figures;
mod grades;
mod known;
mod names;
mod plan;
mod seats;
mod subjects;
mod term_text;
mod words;

use std::sync::{Arc, Mutex, PoisonError};

use ::catalog::fetched::Origin;
use ::catalog::seats::Counts;
use ::catalog::term::TermId;
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

use crate::campus::{
    Campus, Changed, ClassEntry, CourseBook, CourseEntry, Offering, SectionEntry, TermFacts, TermPlan,
};
use crate::config::{DEMO_COURSES_MAX, DEMO_COURSES_MIN};
use crate::demo::calendar::{TermDates, announced, dates_of, known_terms};
use crate::demo::catalog::Catalog;
use crate::demo::course_text::CourseTexts;
use crate::demo::plan::{DemoTerm, Students, three_digits};
use crate::demo::seats::{Progress, STEP_SECONDS, part_of};
use crate::demo::term_text::TermTexts;
use crate::error::StandinError;
use crate::snapshots::TermSnapshots;

/// Terms kept ready: about 5 MB each.
const TERMS_KEPT: usize = 4;
/// Offerings kept ready: half a megabyte each.
const OFFERINGS_KEPT: usize = 4;

/// The campus.
pub(crate) struct DemoCampus {
    catalog: Arc<Catalog>,
    zone: TimeZone,
    terms: Mutex<Vec<Arc<PlannedTerm>>>,
    offerings: Mutex<Vec<(TermId, i64, Arc<Offering>)>>,
    /// The courses as of a year.
    book: Mutex<Option<(i16, Arc<CourseBook>)>>,
}

/// A term that was made.
struct PlannedTerm {
    dates: TermDates,
    term: Arc<DemoTerm>,
    plan: Arc<TermPlan>,
}

impl DemoCampus {
    /// A campus of about so many active courses.
    pub(crate) fn build(seed: u64, courses: usize, zone: TimeZone) -> Result<Self, StandinError> {
        if !(DEMO_COURSES_MIN..=DEMO_COURSES_MAX).contains(&courses) {
            return Err(StandinError::Size { courses });
        }
        Ok(Self {
            catalog: Arc::new(Catalog::build(seed, courses)),
            zone,
            terms: Mutex::new(Vec::new()),
            offerings: Mutex::new(Vec::new()),
            book: Mutex::new(None),
        })
    }

    fn local(&self, moment: Timestamp) -> DateTime {
        self.zone.to_datetime(moment)
    }

    /// The dates of a term that is known and published at a moment.
    fn published(&self, term: TermId, moment: Timestamp) -> Option<TermDates> {
        let today = self.local(moment).date();
        let dates = dates_of(term);
        (known_terms(today).contains(&term) && dates.published <= today).then_some(dates)
    }

    fn planned(&self, dates: TermDates) -> Arc<PlannedTerm> {
        let mut kept = self.terms.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(planned) = kept.iter().find(|planned| planned.dates.id == dates.id) {
            return Arc::clone(planned);
        }
        let planned = Arc::new(PlannedTerm::new(&self.catalog, dates));
        kept.insert(0, Arc::clone(&planned));
        kept.truncate(TERMS_KEPT);
        planned
    }

    /// The counts of a term at a moment, by section.
    fn counts(&self, planned: &PlannedTerm, moment: Timestamp) -> Vec<(u32, Counts)> {
        counts(&planned.term, &Progress::at(&planned.dates, self.local(stepped(moment))))
    }
}

/// A moment on the grid on which counts move.
fn stepped(moment: Timestamp) -> Timestamp {
    let seconds = moment.as_second();
    Timestamp::from_second(seconds - seconds.rem_euclid(STEP_SECONDS)).unwrap_or(moment)
}

/// The counts of all sections when a term has come so far.
fn counts(term: &DemoTerm, progress: &Progress) -> Vec<(u32, Counts)> {
    let mut all: Vec<(u32, Counts)> = Vec::with_capacity(term.sections.len());
    for (index, section) in (0..).zip(&term.sections) {
        let (max_enroll, max_waitlist) = (i32::from(section.max_enroll), i32::from(section.max_waitlist));
        let status = term.classes[section.class as usize].status;
        let mut counts = match section.students {
            Students::Wish(wish) => wish.counts(progress, max_enroll, max_waitlist),
            Students::Part { primary, from, to } => {
                let enrolled = part_of(all[primary as usize].1.enrolled, from, to);
                Counts { is_open: Some(enrolled < max_enroll), enrolled, max_enroll, waitlisted: 0, max_waitlist }
            }
        };
        if status == 'X' {
            counts = Counts { is_open: Some(false), enrolled: 0, waitlisted: 0, ..counts };
        }
        if status == 'S' {
            counts.is_open = Some(false);
        }
        all.push((index, counts));
    }
    all
}

impl PlannedTerm {
    fn new(catalog: &Arc<Catalog>, dates: TermDates) -> Self {
        let term = Arc::new(plan::plan(catalog, dates.id));
        let sessions = dates.sessions();
        let class = |class: &plan::DemoClass| {
            let course = &catalog.courses[class.course as usize];
            ClassEntry {
                subject: course.facts().letters().into(),
                course_number: Arc::clone(&course.number),
                course_id: course.course_id,
                number: three_digits(class.number),
                session: sessions[usize::from(class.session)].id.into(),
                is_printed: class.is_printed,
                status: class.status,
            }
        };
        let section = |section: &plan::DemoSection| {
            let class = &term.classes[section.class as usize];
            SectionEntry {
                id: section.id,
                class: section.class,
                number: three_digits(section.number),
                component: section.component.names().0.into(),
                is_primary: matches!(section.students, Students::Wish(_)),
                is_printed: class.is_printed,
                status: class.status,
            }
        };
        let classes = term.classes.iter().map(class).collect();
        let sections = term.sections.iter().map(section).collect();
        let text = Box::new(TermTexts::new(Arc::clone(catalog), Arc::clone(&term), dates));
        let plan = Arc::new(TermPlan { sections, classes, text });
        Self { dates, term, plan }
    }
}

impl Campus for DemoCampus {
    fn origin(&self) -> Origin {
        Origin::Demo
    }

    fn terms(&self, moment: Timestamp) -> Vec<TermFacts> {
        known_terms(self.local(moment).date()).into_iter().map(|term| dates_of(term).facts()).collect()
    }

    fn courses(&self, moment: Timestamp) -> Arc<CourseBook> {
        let year = self.local(moment).year();
        let mut kept = self.book.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, book)) = kept.as_ref().filter(|(of, _)| *of == year) {
            return Arc::clone(book);
        }
        let book = Arc::new(book_of(&self.catalog, year));
        *kept = Some((year, Arc::clone(&book)));
        book
    }

    fn offering(&self, term: TermId, moment: Timestamp) -> Option<Arc<Offering>> {
        let dates = self.published(term, moment)?;
        let step = stepped(moment).as_second();
        let mut kept = self.offerings.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, _, offering)) = kept.iter().find(|(id, at, _)| *id == term && *at == step) {
            return Some(Arc::clone(offering));
        }
        let planned = self.planned(dates);
        let counts = self.counts(&planned, moment);
        let offering = Arc::new(Offering::new(None, Arc::clone(&planned.plan), counts));
        kept.insert(0, (term, step, Arc::clone(&offering)));
        kept.truncate(OFFERINGS_KEPT);
        Some(offering)
    }

    /// Compares the two ends: between them counts may have moved and come back, but hardly ever do.
    fn changed(&self, term: TermId, after: Timestamp, until: Timestamp) -> Changed {
        let Some(dates) = self.published(term, until) else { return Changed::Some(Vec::new()) };
        if after < until && self.local(after).date() < dates.published {
            return Changed::All;
        }
        let planned = self.planned(dates);
        let (before, now) = (self.counts(&planned, after.min(until)), self.counts(&planned, until));
        let moved = before.iter().zip(&now).filter(|(before, now)| before != now);
        Changed::Some(moved.map(|(_, (index, _))| planned.term.sections[*index as usize].id).collect())
    }

    fn announced(&self, moment: Timestamp) -> String {
        announced(self.local(moment).date())
    }

    fn grade_files(&self, moment: Timestamp) -> Vec<String> {
        grades::files(self.local(moment).date())
    }

    fn grade_file(&self, name: &str, moment: Timestamp) -> Option<String> {
        let (dates, audience) = grades::of_file(name, self.local(moment).date())?;
        let planned = self.planned(dates);
        let end = counts(&planned.term, &Progress::at(&dates, dates.end.at(23, 59, 0, 0)));
        grades::export(&self.catalog, &planned.term, &end, audience)
    }

    fn snapshots(&self) -> Vec<TermSnapshots> {
        Vec::new()
    }
}

/// The courses as the Course API knows them in a year: future ones are not told.
fn book_of(catalog: &Arc<Catalog>, year: i16) -> CourseBook {
    let entry = |(record, course): (u32, &catalog::Course)| CourseEntry {
        record,
        subject: course.facts().letters().into(),
        number: Arc::clone(&course.number),
        course_id: course.course_id,
        status: if course.is_active_in(year) { "ACTIVE" } else { "INACTIVE" },
    };
    let begun = (0..).zip(&catalog.courses).filter(|(_, course)| course.first_year <= year);
    let entries = begun.map(entry).collect();
    CourseBook { entries, text: Arc::new(CourseTexts::new(Arc::clone(catalog), year)) }
}
