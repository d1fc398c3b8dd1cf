//! Building a snapshot: sorting, grouping and rolling up what the store gave.

use std::cmp::Ordering;
use std::collections::HashMap;
use std::iter::Peekable;

use super::gradebook::{self, GradeBook, GradeSummary};
use super::{ClassEntry, CourseEntry, Offering, PlaylistEntry, SectionEntry, Snapshot, SubjectEntry, TermEntry};
use crate::class::{Class, ClassKey};
use crate::course::{Course, CourseCode};
use crate::course_set::{CourseIndex, CourseSet};
use crate::data::{CatalogData, ObservedCounts};
use crate::fold::slug;
use crate::playlist::{Category, Playlist};
use crate::search::index::SearchIndex;
use crate::seats::{SeatReservation, SeatRollup};
use crate::section::{Section, SectionId};
use crate::stored::Held;
use crate::subject::Subject;
use crate::term::{Term, TermId};

impl Snapshot {
    /// Builds the snapshot of what the store holds. Sections of courses that it does not hold are left out.
    #[must_use]
    pub fn build(data: CatalogData) -> Self {
        let mut courses = sorted_courses(data.courses);
        let gradebook = GradeBook::build(data.grades);
        let seats = SeatTable { counts: data.counts, reservations: data.reservations };
        let terms = terms(data.terms, data.classes, data.sections, seats, &courses);
        link_cross_listed(&mut courses);
        count_popularity(&mut courses, &terms, &gradebook);
        let subjects = subjects(&courses);
        let mut snapshot = Self {
            state: data.state,
            playlists: playlists(data.playlists, &courses),
            index: SearchIndex::build(&courses, &subjects, &terms),
            courses,
            terms,
            subjects,
            gradebook,
            sources: data.sources,
            grades_imported_at: data.grades_imported_at,
        };
        snapshot.roll_up_grades();
        snapshot
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
    }
}

fn sorted_courses(courses: Vec<Held<Course>>) -> Vec<CourseEntry> {
    let mut courses: Vec<CourseEntry> = courses
        .into_iter()
        .map(|held| CourseEntry {
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

fn place_in(courses: &[CourseEntry], code: &CourseCode) -> Option<CourseIndex> {
    let at = courses.binary_search_by(|entry| entry.course.code.cmp(code)).ok()?;
    u32::try_from(at).ok().map(CourseIndex)
}

/// Current seats by section, to be taken out one by one.
struct SeatTable {
    counts: HashMap<(TermId, SectionId), ObservedCounts>,
    reservations: HashMap<(TermId, SectionId), Vec<SeatReservation>>,
}

fn terms(
    terms: Vec<Term>,
    classes: Vec<Class>,
    mut sections: Vec<Section>,
    mut seats: SeatTable,
    courses: &[CourseEntry],
) -> Vec<TermEntry> {
    sections.retain(Section::is_visible);
    sections.sort_by(|a, b| a.class.cmp(&b.class).then_with(|| in_class_order(a, b)));
    let mut classes: HashMap<ClassKey, Class> = classes.into_iter().map(|class| (class.key.clone(), class)).collect();
    let mut offerings: HashMap<TermId, Vec<Offering>> = HashMap::new();
    let mut sections = sections.into_iter().peekable();
    while let Some((term, offering)) = next_offering(&mut sections, &mut classes, &mut seats, courses) {
        offerings.entry(term).or_default().extend(offering);
    }
    let mut terms: Vec<TermEntry> = terms
        .into_iter()
        .map(|term| term_entry(offerings.remove(&term.id).unwrap_or_default(), term, courses.len()))
        .collect();
    terms.sort_by_key(|entry| std::cmp::Reverse(entry.term.id));
    terms
}

fn term_entry(offerings: Vec<Offering>, term: Term, course_count: usize) -> TermEntry {
    let has_open_seat = |offering: &&Offering| offering.seats.is_some_and(|seats| seats.open_seats > 0);
    TermEntry {
        term,
        offered: CourseSet::of(course_count, offerings.iter().map(|offering| offering.course)),
        with_open_seats: CourseSet::of(
            course_count,
            offerings.iter().filter(has_open_seat).map(|offering| offering.course),
        ),
        offerings,
    }
}

/// Takes the sections of the next course and term; the offering is `None` when the catalog does not have the course.
fn next_offering(
    sections: &mut Peekable<impl Iterator<Item = Section>>,
    classes: &mut HashMap<ClassKey, Class>,
    seats: &mut SeatTable,
    courses: &[CourseEntry],
) -> Option<(TermId, Option<Offering>)> {
    let first = sections.peek()?.class.clone();
    let course = place_in(courses, &first.course);
    // All keys of an offering share the texts of the course's own code: a term has thousands of them.
    let code = course.map_or_else(|| first.course.clone(), |course| courses[course.place()].course.code.clone());
    let mut taken: Vec<ClassEntry> = Vec::new();
    let same = |section: &Section| section.class.term == first.term && section.class.course == first.course;
    while let Some(mut section) = sections.next_if(same) {
        if taken.last().is_none_or(|class| class.key != section.class) {
            let class = classes.remove(&section.class);
            let key = ClassKey { course: code.clone(), ..section.class.clone() };
            taken.push(ClassEntry {
                class: class.map(|class| Class { key: key.clone(), ..class }),
                key,
                sections: Vec::new(),
            });
        }
        let Some(class) = taken.last_mut() else { continue };
        section.class = class.key.clone();
        let at = (first.term, section.id);
        class.sections.push(SectionEntry {
            counts: seats.counts.remove(&at),
            reservations: seats.reservations.remove(&at).unwrap_or_default(),
            section,
        });
    }
    let primaries = taken.iter().flat_map(|class| &class.sections).filter(|entry| entry.section.is_primary);
    let seats = SeatRollup::of(primaries.filter_map(|entry| entry.counts.map(|observed| observed.counts)));
    Some((first.term, course.map(|course| Offering { course, seats, classes: taken })))
}

/// The order of sections within a class: primary, lectures, discussions, labs, others; number 999 last of all.
fn in_class_order(a: &Section, b: &Section) -> Ordering {
    let rank = |section: &Section| {
        let component = match section.component.code.as_str() {
            "LEC" => 0,
            "DIS" => 1,
            "LAB" => 2,
            _ => 3,
        };
        (section.number == "999", !section.is_primary, component)
    };
    let by_kind = rank(a).cmp(&rank(b)).then_with(|| a.component.code.cmp(&b.component.code));
    by_kind.then_with(|| a.number.cmp(&b.number)).then_with(|| a.id.cmp(&b.id))
}

/// Links courses both ways: the SIS often names a cross-listing on one side only.
fn link_cross_listed(courses: &mut [CourseEntry]) {
    let mut links: Vec<(CourseIndex, CourseIndex)> = Vec::new();
    for (here, entry) in places(courses.len()).zip(&*courses) {
        let others = entry.course.cross_listed.iter().filter_map(|code| place_in(courses, code));
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

fn playlists(playlists: Vec<Playlist>, courses: &[CourseEntry]) -> Vec<PlaylistEntry> {
    let mut entries: Vec<PlaylistEntry> = playlists
        .into_iter()
        .map(|playlist| PlaylistEntry {
            slug: slug(&playlist.key.name),
            courses: CourseSet::of(courses.len(), playlist.courses.iter().filter_map(|code| place_in(courses, code))),
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
