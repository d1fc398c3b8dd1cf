//! Building the tables of sections: one section after the other is taken apart, and its own memory freed.

use std::cmp::{Ordering, Reverse};
use std::collections::{HashMap, HashSet};
use std::ops::Range;
use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::Date;

use super::interner::{Interner, Place};
use super::sections::{
    CountsRow, InstructorEntry, InstructorIndex, MeetingRow, SectionIndex, SectionRow, SectionTables,
};
use super::{ClassEntry, ClassFacts, Offering};
use crate::class::{Class, ClassKey};
use crate::course::CourseCode;
use crate::course_set::CourseIndex;
use crate::data::{ObservedCounts, TermData};
use crate::fold::slug;
use crate::meeting::{Instructor, Meeting, TimeRange};
use crate::seats::{SeatReservation, SeatRollup};
use crate::section::{Component, Section, SectionAttribute, SectionId};
use crate::term::{Term, TermId};

/// What was built.
pub(super) struct Built {
    pub(super) tables: SectionTables,
    /// What each term offers, in natural order of the courses.
    pub(super) offerings: HashMap<TermId, Vec<Offering>>,
}

/// The tables while they are built, with what is looked up on the way.
pub(super) struct SectionTablesBuilder {
    known_terms: HashSet<TermId>,
    held_classes: HashMap<ClassKey, Class>,
    counts: HashMap<SectionId, ObservedCounts>,
    reservations: HashMap<SectionId, Vec<SeatReservation>>,
    facts: HashSet<Arc<ClassFacts>>,
    numbers: Interner<String>,
    modes: Interner<Option<String>>,
    locations: Interner<Option<String>>,
    dates: Interner<Option<(Date, Date)>>,
    times: Interner<Option<TimeRange>>,
    moments: Interner<Timestamp>,
    components: Interner<Component>,
    instructors: Interner<Instructor>,
    attributes: Interner<Vec<SectionAttribute>>,
    built: Built,
}

impl SectionTablesBuilder {
    pub(super) fn new(terms: &[Term]) -> Self {
        Self {
            known_terms: terms.iter().map(|term| term.id).collect(),
            held_classes: HashMap::new(),
            counts: HashMap::new(),
            reservations: HashMap::new(),
            facts: HashSet::new(),
            numbers: Interner::default(),
            modes: Interner::default(),
            locations: Interner::default(),
            dates: Interner::default(),
            times: Interner::default(),
            moments: Interner::default(),
            components: Interner::default(),
            instructors: Interner::default(),
            attributes: Interner::default(),
            built: Built { tables: SectionTables::default(), offerings: HashMap::new() },
        }
    }

    /// Adds the visible sections of a term; `place` says where a course lies. Terms come newest first.
    pub(super) fn add_term(&mut self, term: TermData, place: impl Fn(&CourseCode) -> Option<CourseIndex>) {
        let TermData { classes, sections, counts, reservations } = term;
        self.held_classes = classes.into_iter().map(|class| (class.key.clone(), class)).collect();
        (self.counts, self.reservations) = (counts, reservations);
        let mut placed: Vec<(CourseIndex, Section)> = Vec::with_capacity(sections.len());
        let mut last: Option<(CourseCode, Option<CourseIndex>)> = None;
        for section in sections {
            if !(section.is_visible() && self.known_terms.contains(&section.class.term)) {
                continue;
            }
            // Neighbours mostly belong to one course.
            let known = last.take().filter(|(code, _)| *code == section.class.course);
            let (code, course) = known.unwrap_or_else(|| (section.class.course.clone(), place(&section.class.course)));
            last = Some((code, course));
            placed.extend(course.map(|course| (course, section)));
        }
        placed.sort_unstable_by(in_table_order);
        let meeting_count = placed.iter().map(|(_, section)| section.meetings.len()).sum();
        self.built.tables.sections.reserve(placed.len());
        self.built.tables.meetings.reserve(meeting_count);
        for (course, section) in placed {
            self.add(course, section);
        }
    }

    fn add(&mut self, course: CourseIndex, section: Section) {
        let is_new_class = self.built.tables.classes.last().is_none_or(|class| class.key != section.class);
        if is_new_class {
            self.begin_class(course, section.class.clone());
        }
        let here = next_place(&self.built.tables.sections);
        let term = section.class.term;
        let reservations = self.reservations.remove(&section.id).unwrap_or_default();
        let counts = self
            .counts
            .remove(&section.id)
            .map(|observed| CountsRow { counts: observed.counts, seen_at: self.moments.place_of(observed.seen_at) });
        let row = SectionRow {
            id: section.id,
            term: section.class.term,
            course,
            class: next_place(&self.built.tables.classes) - 1,
            number: self.numbers.place_of(section.number),
            component: self.components.place_of(section.component),
            instruction_mode: self.modes.place_of(section.instruction_mode),
            attributes: self.attributes.place_of(section.attributes),
            is_primary: section.is_primary,
            status: section.status,
            primary_section: section.primary_section,
            dates: self.dates.place_of(section.dates),
            counts,
            meetings: self.add_meetings(section.meetings),
            reservations: extend(&mut self.built.tables.reservations, reservations),
        };
        self.built.tables.sections.push(row);
        if let Some(class) = self.built.tables.classes.last_mut() {
            class.sections.end = here + 1;
        }
        if let Some(offering) = self.built.offerings.get_mut(&term).and_then(|of_term| of_term.last_mut()) {
            offering.sections.end = here + 1;
        }
    }

    fn begin_class(&mut self, course: CourseIndex, key: ClassKey) {
        let tables = &mut self.built.tables;
        let (class_place, section_place) = (next_place(&tables.classes), next_place(&tables.sections));
        let of_term = self.built.offerings.entry(key.term).or_default();
        if of_term.last().is_none_or(|offering| offering.course != course) {
            of_term.push(Offering {
                course,
                seats: None,
                classes: class_place..class_place,
                sections: section_place..section_place,
            });
        }
        if let Some(offering) = of_term.last_mut() {
            offering.classes.end = class_place + 1;
        }
        let class = self.held_classes.remove(&key).map(|class| shared(&mut self.facts, class.into()));
        tables.classes.push(ClassEntry { key, course, class, sections: section_place..section_place });
    }

    fn add_meetings(&mut self, meetings: Vec<Meeting>) -> Range<u32> {
        let start = next_place(&self.built.tables.meetings);
        for meeting in meetings {
            let teaching: Vec<Place> =
                meeting.instructors.into_iter().map(|instructor| self.instructors.place_of(instructor)).collect();
            let row = MeetingRow {
                number: meeting.number,
                days: meeting.days,
                time: self.times.place_of(meeting.time),
                location: self.locations.place_of(meeting.location),
                dates: self.dates.place_of(meeting.dates),
                teaching: extend(&mut self.built.tables.teaching, teaching),
            };
            self.built.tables.meetings.push(row);
        }
        start..next_place(&self.built.tables.meetings)
    }

    pub(super) fn finish(self) -> Built {
        let Built { mut tables, mut offerings } = self.built;
        tables.numbers = self.numbers.finish();
        tables.modes = self.modes.finish();
        tables.locations = self.locations.finish();
        tables.dates = self.dates.finish();
        tables.times = self.times.finish();
        tables.moments = self.moments.finish();
        tables.components = self.components.finish();
        tables.instructors = self.instructors.finish();
        tables.attributes = self.attributes.finish();
        (tables.people, tables.identities) = people(&tables.instructors);
        tables.sections.shrink_to_fit();
        tables.meetings.shrink_to_fit();
        tables.classes.shrink_to_fit();
        tables.reservations.shrink_to_fit();
        tables.teaching.shrink_to_fit();
        tables.by_key = (0..next_place(&tables.sections)).map(SectionIndex).collect();
        tables.by_key.sort_by_key(|index| tables.sections[index.place()].key());
        for offering in offerings.values_mut().flatten() {
            let sections = super::sections::rows(&tables.sections, &offering.sections);
            let primaries = sections.iter().filter(|section| section.is_primary);
            let counted = primaries.filter_map(|section| {
                let reservations = super::sections::rows(&tables.reservations, &section.reservations);
                Some((section.counts?.counts, reservations))
            });
            offering.seats = SeatRollup::with_reservations(counted);
        }
        Built { tables, offerings }
    }
}

/// Equal facts once.
fn shared(known: &mut HashSet<Arc<ClassFacts>>, facts: ClassFacts) -> Arc<ClassFacts> {
    if let Some(known) = known.get(&facts) {
        return Arc::clone(known);
    }
    let facts = Arc::new(facts);
    known.insert(Arc::clone(&facts));
    facts
}

fn next_place<T>(table: &[T]) -> Place {
    Place::try_from(table.len()).unwrap_or(Place::MAX)
}

/// Adds rows to a table and says where they lie.
fn extend<T>(table: &mut Vec<T>, rows: Vec<T>) -> Range<u32> {
    let start = next_place(table);
    table.extend(rows);
    start..next_place(table)
}

/// Everybody by name in addresses, and for each instructor of the tables who that is.
fn people(instructors: &[Instructor]) -> (Vec<InstructorEntry>, Vec<InstructorIndex>) {
    let named = |instructor: &Instructor| {
        let name = instructor.full_name();
        InstructorEntry { slug: slug(&name), name }
    };
    let named: Vec<InstructorEntry> = instructors.iter().map(named).collect();
    let mut people = named.clone();
    people.sort_by(|a, b| (&a.slug, &a.name).cmp(&(&b.slug, &b.name)));
    people.dedup_by(|later, earlier| later.slug == earlier.slug);
    let place = |entry: &InstructorEntry| people.partition_point(|other| other.slug < entry.slug);
    let identities =
        named.iter().map(|entry| InstructorIndex(u32::try_from(place(entry)).unwrap_or(u32::MAX))).collect();
    (people, identities)
}

/// Newest term first, then by course, class and order within the class.
fn in_table_order((place, a): &(CourseIndex, Section), (other_place, b): &(CourseIndex, Section)) -> Ordering {
    let key = |place, section: &Section| (Reverse(section.class.term), place);
    let by_offering = key(*place, a).cmp(&key(*other_place, b));
    let by_class = || (&a.class.session, &a.class.number).cmp(&(&b.class.session, &b.class.number));
    by_offering.then_with(by_class).then_with(|| in_class_order(a, b))
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
