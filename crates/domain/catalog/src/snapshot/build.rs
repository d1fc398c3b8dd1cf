//! Building a snapshot: sorting, grouping and rolling up what the store gave.

use std::collections::HashMap;

use super::gradebook::{self, GradeBook, GradeSummary};
use super::order::Orders;
use super::past_offerings::known_terms;
use super::prerequisites::PrerequisiteIndex;
use super::primaries::Primaries;
use super::sections::SectionTables;
use super::sections_build::{Built, SectionTablesBuilder};
use super::{CourseEntry, Offering, PlaylistEntry, PlaylistIndex, Snapshot, SubjectEntry, TermEntry};
use crate::academic_calendar::AcademicCalendar;
use crate::course::{Course, CourseCode};
use crate::course_set::{CourseIndex, CourseSet};
use crate::data::{CatalogData, TermData};
use crate::fold::slug;
use crate::ids::{CourseId, Numbered, PlaylistId};
use crate::playlist::{Category, Playlist};
use crate::run::Step;
use crate::search::index::SearchIndex;
use crate::stored::Held;
use crate::subject::Subject;
use crate::switches::{Source, Switches};
use crate::term::{Term, TermId};

/// A snapshot that is being built, term by term: of the data of one term nothing is left when the next is added.
pub struct SnapshotBuilder {
    /// What all terms share, without what was taken out of it.
    shared: CatalogData,
    courses: Vec<CourseEntry>,
    places: Places,
    gradebook: GradeBook,
    sections: SectionTablesBuilder,
}

impl SnapshotBuilder {
    /// Begins with what all terms share. What terms have of their own is left out: it comes by
    /// [`SnapshotBuilder::add_term`].
    #[must_use]
    pub fn new(mut shared: CatalogData) -> Self {
        leave_out_switched_off(&mut shared);
        let courses = sorted_courses(std::mem::take(&mut shared.courses));
        let places = Places::of(&courses);
        let gradebook = GradeBook::build(std::mem::take(&mut shared.grades), |code| places.find(code));
        let sections = SectionTablesBuilder::new(&shared.terms);
        Self { shared, courses, places, gradebook, sections }
    }

    /// Adds what a term has of its own; terms come newest first. Sections of courses and terms that the store does not
    /// hold are left out.
    pub fn add_term(&mut self, mut term: TermData) {
        leave_out_switched_off_in(&mut term, &self.shared.switches);
        self.sections.add_term(term, |code| self.places.find(code));
    }

    /// The snapshot.
    #[must_use]
    pub fn finish(self) -> Snapshot {
        let Self { shared: data, mut courses, places, gradebook, sections } = self;
        let Built { tables, offerings } = sections.finish();
        let terms = terms(data.terms, offerings, &tables, courses.len());
        let playlists = playlists(data.playlists, &places, courses.len());
        link_cross_listed(&mut courses, &places);
        count_popularity(&mut courses, &terms, &gradebook);
        let subjects = subjects(&courses);
        let mut snapshot = Snapshot {
            state: data.state,
            courses_by_id: by_id(courses.iter().map(|entry| entry.id), CourseIndex),
            playlists_by_id: by_id(playlists.iter().map(|entry| entry.id), PlaylistIndex),
            playlists,
            index: SearchIndex::build(&courses, &subjects, &tables),
            orders: Orders::default(),
            with_grades: CourseSet::none(courses.len()),
            by_abbreviation: by_abbreviation(&courses),
            prerequisites: PrerequisiteIndex::build(&courses, &subjects, |code| places.find(code)),
            known_terms: known_terms(&terms, &gradebook),
            courses,
            terms,
            sections: tables,
            subjects,
            gradebook,
            sources: data.sources,
            grades_imported_at: data.grades_imported_at,
            switches: data.switches,
            calendar: AcademicCalendar::new(data.announced),
        };
        snapshot.roll_up_grades();
        snapshot
    }
}

impl Snapshot {
    /// Builds the snapshot of what the store holds. Sections of courses and terms that it does not hold are left out.
    #[must_use]
    pub fn build(data: CatalogData) -> Self {
        let (shared, terms) = data.by_term();
        let mut building = SnapshotBuilder::new(shared);
        terms.into_iter().for_each(|term| building.add_term(term));
        building.finish()
    }

    fn roll_up_grades(&mut self) {
        let summaries: Vec<Option<GradeSummary>> = places(self.courses.len())
            .map(|course| {
                let codes = self.codes_graded_together(course);
                let entries = codes.into_iter().flat_map(|code| self.gradebook.of_course(code));
                GradeSummary::of(gradebook::total(entries))
            })
            .collect();
        for (entry, summary) in self.courses.iter_mut().zip(summaries) {
            entry.grades = summary;
        }
        let graded = places(self.courses.len()).zip(&self.courses).filter(|(_, entry)| entry.grades.is_some());
        self.with_grades = CourseSet::of(self.courses.len(), graded.map(|(place, _)| place));
        self.orders = Orders::of(&self.courses);
    }
}

/// Data of a source that is off is not in the snapshot at all: no page and no API can show it by mistake.
fn leave_out_switched_off(data: &mut CatalogData) {
    if data.switches.is_off(Source::Grades) {
        data.grades = Vec::new();
        data.grades_imported_at = None;
    }
    if data.switches.is_off(Source::Enrollment) {
        data.sources.retain(|source| source.step != Step::Enrollment);
    }
    if data.switches.is_off(Source::Descriptions) {
        data.courses.iter_mut().for_each(|course| course.value.value.description = String::new());
    }
}

fn leave_out_switched_off_in(term: &mut TermData, switches: &Switches) {
    if switches.is_off(Source::Enrollment) {
        term.counts = HashMap::new();
        term.reservations = HashMap::new();
    }
    if switches.is_off(Source::Descriptions) {
        term.classes.iter_mut().for_each(|class| class.description = None);
    }
}

/// Numbers with the places at which they were given, in order of the numbers.
fn by_id<I: Ord, P: Ord>(ids: impl Iterator<Item = I>, place: impl Fn(u32) -> P) -> Vec<(I, P)> {
    let mut placed: Vec<(I, P)> = ids.zip((0..).map(place)).collect();
    placed.sort_unstable();
    placed
}

fn by_abbreviation(courses: &[CourseEntry]) -> HashMap<Box<str>, CourseSet> {
    let mut sets: HashMap<Box<str>, CourseSet> = HashMap::new();
    for (place, entry) in places(courses.len()).zip(courses) {
        let abbreviation = entry.course.subject_abbreviation.as_str();
        match sets.get_mut(abbreviation) {
            Some(set) => set.insert(place),
            None => drop(sets.insert(abbreviation.into(), CourseSet::of(courses.len(), [place]))),
        }
    }
    sets
}

fn sorted_courses(courses: Vec<Numbered<CourseId, Held<Course>>>) -> Vec<CourseEntry> {
    let mut courses: Vec<CourseEntry> = courses
        .into_iter()
        .map(|Numbered { id, value: held }| CourseEntry {
            id,
            course: held.value,
            is_retired: held.is_retired,
            grades: None,
            cross_listed: Vec::new(),
            popularity: 0,
        })
        .collect();
    courses.sort_by(|a, b| a.course.code.cmp(&b.course.code));
    courses.dedup_by(|a, b| a.course.code == b.course.code);
    courses
}

fn places(count: usize) -> impl Iterator<Item = CourseIndex> {
    (0..u32::try_from(count).unwrap_or(u32::MAX)).map(CourseIndex)
}

/// Where the courses lie. By hash: comparing codes on the way through the order takes ten times as long.
struct Places(HashMap<CourseCode, CourseIndex>);

impl Places {
    fn of(courses: &[CourseEntry]) -> Self {
        Self(courses.iter().map(|entry| entry.course.code.clone()).zip(places(courses.len())).collect())
    }

    fn find(&self, code: &CourseCode) -> Option<CourseIndex> {
        self.0.get(code).copied()
    }
}

fn terms(
    terms: Vec<Term>,
    mut offerings: HashMap<TermId, Vec<Offering>>,
    tables: &SectionTables,
    course_count: usize,
) -> Vec<TermEntry> {
    let mut terms: Vec<TermEntry> = terms
        .into_iter()
        .map(|term| term_entry(offerings.remove(&term.id).unwrap_or_default(), term, tables, course_count))
        .collect();
    terms.sort_by_key(|entry| std::cmp::Reverse(entry.term.id));
    terms
}

fn term_entry(offerings: Vec<Offering>, term: Term, tables: &SectionTables, course_count: usize) -> TermEntry {
    let first = offerings.first().map_or(0, |offering| offering.sections.start);
    let end = offerings.last().map_or(0, |offering| offering.sections.end);
    let primaries = Primaries::build(tables, first..end, course_count);
    TermEntry {
        term,
        offered: CourseSet::of(course_count, offerings.iter().map(|offering| offering.course)),
        with_open_seats: primaries.courses_of(&primaries.free),
        with_seats_for_anyone: primaries.courses_of(&primaries.free_for_anyone),
        primaries,
        offerings,
    }
}

/// Links courses both ways: the SIS often names a cross-listing on one side only.
fn link_cross_listed(courses: &mut [CourseEntry], known: &Places) {
    let mut links: Vec<(CourseIndex, CourseIndex)> = Vec::new();
    for (here, entry) in places(courses.len()).zip(&*courses) {
        let others = entry.course.cross_listed.iter().filter_map(|code| known.find(code));
        for other in others.filter(|other| *other != here) {
            links.extend([(here, other), (other, here)]);
        }
    }
    links.sort_unstable();
    links.dedup();
    for (here, other) in links {
        courses[here.place()].cross_listed.push(other);
    }
}

fn count_popularity(courses: &mut [CourseEntry], terms: &[TermEntry], gradebook: &GradeBook) {
    for entry in &mut *courses {
        let graded = gradebook::total(gradebook.of_course(&entry.course.code));
        entry.popularity = graded.total();
    }
    for offering in terms.iter().flat_map(|term| &term.offerings) {
        let enrolled = offering.seats.map_or(0, |seats| u32::try_from(seats.enrolled).unwrap_or(0));
        let popularity = &mut courses[offering.course.place()].popularity;
        *popularity = popularity.saturating_add(enrolled);
    }
}

fn subjects(courses: &[CourseEntry]) -> Vec<SubjectEntry> {
    let mut subjects: Vec<SubjectEntry> = Vec::new();
    for (here, entry) in places(courses.len()).zip(courses) {
        let code = &entry.course.code.subject;
        match subjects.last_mut().filter(|subject| subject.subject.code == *code) {
            Some(subject) => {
                subject.count += 1;
                if subject.subject.name.is_empty() {
                    subject.subject.name.clone_from(&entry.course.subject_name);
                }
            }
            None => subjects.push(SubjectEntry {
                subject: Subject {
                    code: code.clone(),
                    abbreviation: entry.course.subject_abbreviation.clone(),
                    name: entry.course.subject_name.clone(),
                },
                first: here,
                count: 1,
            }),
        }
    }
    subjects
}

fn playlists(
    playlists: Vec<Numbered<PlaylistId, Playlist>>,
    places: &Places,
    course_count: usize,
) -> Vec<PlaylistEntry> {
    let mut entries: Vec<PlaylistEntry> = playlists
        .into_iter()
        .map(|Numbered { id, value: playlist }| PlaylistEntry {
            id,
            slug: slug(&playlist.key.name),
            courses: CourseSet::of(course_count, playlist.courses.iter().filter_map(|code| places.find(code))),
            key: playlist.key,
        })
        .collect();
    entries.sort_by(|a, b| as_people_look(a).cmp(&as_people_look(b)).then_with(|| a.key.cmp(&b.key)));
    entries
}

/// Units by their number, the four divisions before the special levels, everything else by name.
fn as_people_look(entry: &PlaylistEntry) -> (Category, u32) {
    const DIVISIONS: [&str; 4] = ["lower", "upper", "graduate", "professional"];
    let place = match entry.key.category {
        Category::Units => {
            let number = entry.key.name.split(|c: char| c != '.' && !c.is_ascii_digit()).next().unwrap_or_default();
            let (whole, part) = number.split_once('.').unwrap_or((number, "0"));
            whole.parse::<u32>().unwrap_or(u32::MAX / 100).saturating_mul(10) + u32::from(part != "0")
        }
        Category::Level => {
            let place = DIVISIONS.iter().position(|division| entry.slug.starts_with(division));
            u32::try_from(place.unwrap_or(DIVISIONS.len())).unwrap_or(u32::MAX)
        }
        _ => 0,
    };
    (entry.key.category, place)
}
