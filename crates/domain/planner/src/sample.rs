//! A made-up catalog for the tests of this crate, built call by call.

use catalog::class::{Class, ClassKey, OfferingStatus};
use catalog::course::{Course, CourseCode, UnitCount, Units};
use catalog::data::{CatalogData, ObservedCounts};
use catalog::ids::{CourseId, Numbered};
use catalog::meeting::{Days, Meeting, TimeRange};
use catalog::seats::{Counts, SeatReservation};
use catalog::section::{Component, Section, SectionId, SectionKey};
use catalog::snapshot::Snapshot;
use catalog::stored::Held;
use catalog::term::{Term, TermId};
use jiff::civil::{Date, Time, date};

use crate::plan::{Busy, Plan, PlannedCourse};

pub(crate) const TERM: &str = "fall-2016";

pub(crate) fn term() -> TermId {
    TERM.parse().unwrap()
}

pub(crate) fn range(text: &str) -> TimeRange {
    let (start, end) = text.split_once('-').unwrap();
    TimeRange::new(start.parse::<Time>().unwrap(), end.parse::<Time>().unwrap()).unwrap()
}

pub(crate) fn key(id: u32) -> SectionKey {
    SectionKey { term: term(), id: SectionId(id) }
}

pub(crate) fn busy(name: &str, days: &str, time: &str) -> Busy {
    Busy { name: name.to_owned(), days: Days::from_sis(days).unwrap(), time: range(time) }
}

/// A plan of courses, each with its sections.
pub(crate) fn plan(courses: &[(u64, &[u32])], busy: Vec<Busy>) -> Plan {
    let courses = courses.iter().map(|(course, sections)| PlannedCourse {
        course: CourseId(*course),
        sections: sections.iter().map(|id| key(*id)).collect(),
    });
    Plan::new(term(), courses.collect(), busy).unwrap()
}

/// Builds a catalog of one term. Courses are numbered from 1 in the order in which they come.
pub(crate) struct Sample(pub(crate) CatalogData);

impl Sample {
    pub(crate) fn new() -> Self {
        Self::of_term(TERM, date(2016, 8, 17), date(2016, 12, 16))
    }

    pub(crate) fn of_term(slug: &str, begin: Date, end: Date) -> Self {
        let term = Term { id: slug.parse().unwrap(), begin, end, enrollment_begin: None, sessions: Vec::new() };
        Self(CatalogData { terms: vec![term], ..CatalogData::default() })
    }

    pub(crate) fn course(mut self, text: &str, units: u16) -> Self {
        let course = Course {
            code: CourseCode::parse(text).unwrap(),
            cs_course_id: None,
            subject_abbreviation: text.rsplit_once(' ').unwrap().0.to_owned(),
            subject_name: text.rsplit_once(' ').unwrap().0.to_owned(),
            title: format!("All about {text}"),
            description: String::new(),
            units: Some(Units::Fixed(UnitCount(units * 100))),
            prerequisites: None,
            cross_listed: Vec::new(),
            academic_career: None,
            grading_basis: None,
            final_exam: None,
            from_date: None,
        };
        let id = CourseId(1 + self.0.courses.len() as u64);
        self.0.courses.push(Numbered { id, value: Held { value: course, is_retired: false } });
        self
    }

    /// The last course becomes cross-listed with another.
    pub(crate) fn cross_listed(mut self, other: &str) -> Self {
        let last = self.0.courses.last_mut().unwrap();
        last.value.value.cross_listed.push(CourseCode::parse(other).unwrap());
        self
    }

    /// A section of the last course: `LEC 001`; a lecture or seminar is primary.
    pub(crate) fn section(self, label: &str, id: u32) -> Self {
        self.section_of("001", label, id)
    }

    /// A section of a class of the last course.
    pub(crate) fn section_of(mut self, class: &str, label: &str, id: u32) -> Self {
        let (component, number) = label.split_once(' ').unwrap();
        let course = self.0.courses.last().unwrap().value.value.code.clone();
        let key = ClassKey::new(self.0.terms[0].id, course, "1", class);
        if !self.0.classes.iter().any(|held| held.key == key) {
            self.0.classes.push(Class {
                key: key.clone(),
                title: None,
                description: None,
                units: None,
                grading_basis: None,
                requirement_designation: None,
                instruction_mode: None,
                status: OfferingStatus::Active,
                final_exam: None,
            });
        }
        let name = match component {
            "LEC" => "Lecture",
            "DIS" => "Discussion",
            "LAB" => "Laboratory",
            other => other,
        };
        self.0.sections.push(Section {
            id: SectionId(id),
            class: key,
            number: number.to_owned(),
            component: Component { code: component.to_owned(), name: name.to_owned() },
            is_primary: matches!(component, "LEC" | "SEM"),
            primary_section: None,
            status: OfferingStatus::Active,
            is_printed: true,
            instruction_mode: None,
            dates: None,
            meetings: Vec::new(),
            attributes: Vec::new(),
        });
        self
    }

    pub(crate) fn last(&mut self) -> &mut Section {
        self.0.sections.last_mut().unwrap()
    }

    /// The SIS's letter of the last class's final exam.
    pub(crate) fn exam(mut self, letter: &str) -> Self {
        self.0.classes.last_mut().unwrap().final_exam = Some(letter.to_owned());
        self
    }

    /// Another meeting of the last section.
    pub(crate) fn meets(mut self, days: &str, time: &str) -> Self {
        let section = self.last();
        section.meetings.push(Meeting {
            number: u16::try_from(section.meetings.len() + 1).unwrap(),
            days: Days::from_sis(days).unwrap(),
            time: Some(range(time)),
            location: None,
            instructors: Vec::new(),
            dates: None,
        });
        self
    }

    /// Where the last meeting is.
    pub(crate) fn at(mut self, location: &str) -> Self {
        self.last().meetings.last_mut().unwrap().location = Some(location.to_owned());
        self
    }

    /// First and last day of the last meeting.
    pub(crate) fn between(mut self, first: &str, last: &str) -> Self {
        self.last().meetings.last_mut().unwrap().dates = Some((first.parse().unwrap(), last.parse().unwrap()));
        self
    }

    /// The lecture on which the last section hangs.
    pub(crate) fn of(mut self, primary: u32) -> Self {
        self.last().primary_section = Some(SectionId(primary));
        self
    }

    /// The counts of the last section.
    pub(crate) fn seats(mut self, enrolled: i32, max_enroll: i32) -> Self {
        let (term, id) = (self.0.terms[0].id, self.last().id);
        let counts = Counts { is_open: None, enrolled, max_enroll, waitlisted: 0, max_waitlist: 0 };
        let seen_at = "2016-08-20T09:00:00Z".parse().unwrap();
        self.0.counts.insert((term, id), ObservedCounts { counts, seen_at });
        self
    }

    /// Seats of the last section that are kept for a group.
    pub(crate) fn reserved(mut self, seats: i32) -> Self {
        let (term, id) = (self.0.terms[0].id, self.last().id);
        let reservation = SeatReservation {
            number: 1,
            group_code: None,
            group_name: "Some major".to_owned(),
            from: None,
            max_enroll: seats,
            enrolled: 0,
        };
        self.0.reservations.entry((term, id)).or_default().push(reservation);
        self
    }

    pub(crate) fn build(self) -> Snapshot {
        Snapshot::build(self.0)
    }
}
