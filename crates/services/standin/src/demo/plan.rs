//! A term of the demo campus: which courses are offered, in which classes and sections, when, where and by whom.

use std::sync::Arc;

use catalog::term::{Semester, TermId};

use crate::chance::Chance;
use crate::demo::catalog::{Catalog, Course, Shape};
use crate::demo::figures as fig;
use crate::demo::names::{BUILDINGS, RESERVED_FOR};
use crate::demo::seats::Wish;
use crate::demo::subjects::{Field, SUBJECTS};
use crate::demo::words::{self, Level};

/// Section ids are five digits, with gaps of up to three as in reality.
const FIRST_SECTION_ID: u32 = 10_000;
const ID_GAP_MAX: u32 = 3;
/// Sections of a lecture that are numbered 101, 102, …: at most 99.
const SECONDARY_MAX: u32 = 99;

/// All classes and sections of a term.
pub(crate) struct DemoTerm {
    pub(crate) term: TermId,
    pub(crate) classes: Vec<DemoClass>,
    pub(crate) sections: Vec<DemoSection>,
}

/// A class.
pub(crate) struct DemoClass {
    /// An index into the catalog.
    pub(crate) course: u32,
    pub(crate) number: u16,
    /// An index into the term's sessions.
    pub(crate) session: u8,
    pub(crate) status: char,
    pub(crate) is_printed: bool,
    pub(crate) is_online: bool,
    /// When it has a title of its own.
    pub(crate) title: Option<Box<str>>,
    pub(crate) component: Component,
    /// Its sections, the primary one first.
    pub(crate) first_section: u32,
}

/// A section.
pub(crate) struct DemoSection {
    pub(crate) id: u32,
    pub(crate) class: u32,
    pub(crate) number: u16,
    pub(crate) component: Component,
    pub(crate) max_enroll: u16,
    pub(crate) max_waitlist: u16,
    pub(crate) meetings: Vec<DemoMeeting>,
    /// Numbers of the subject's people.
    pub(crate) people: Vec<u16>,
    pub(crate) students: Students,
    pub(crate) reservations: Vec<Reservation>,
}

/// Where a section's students come from.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Students {
    /// Of a primary section.
    Wish(Wish),
    /// Of a secondary one: between two shares of its primary's.
    Part { primary: u32, from: f32, to: f32 },
}

/// A weekly pattern; a time of 0 to 0 is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct DemoMeeting {
    pub(crate) days: u8,
    pub(crate) start: u16,
    pub(crate) end: u16,
    /// A building and a room.
    pub(crate) room: Option<(u8, u16)>,
}

/// Seats kept for a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Reservation {
    /// An index into [`RESERVED_FOR`].
    pub(crate) group: u8,
    pub(crate) max_enroll: u16,
}

/// The SIS's codes that the demo uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Component {
    Lec,
    Sem,
    Dis,
    Lab,
    Ind,
    Grp,
    Fld,
    Std,
    Col,
}

impl Component {
    /// Code and name.
    pub(crate) const fn names(self) -> (&'static str, &'static str) {
        match self {
            Self::Lec => ("LEC", "Lecture"),
            Self::Sem => ("SEM", "Seminar"),
            Self::Dis => ("DIS", "Discussion"),
            Self::Lab => ("LAB", "Laboratory"),
            Self::Ind => ("IND", "Independent Study"),
            Self::Grp => ("GRP", "Directed Group Study"),
            Self::Fld => ("FLD", "Field Work"),
            Self::Std => ("STD", "Studio"),
            Self::Col => ("COL", "Colloquium"),
        }
    }
}

impl Shape {
    /// The component of its primary sections.
    pub(crate) const fn component(self) -> Component {
        match self {
            Self::Lecture | Self::Language => Component::Lec,
            Self::Seminar => Component::Sem,
            Self::Individual => Component::Ind,
            Self::Group => Component::Grp,
            Self::Field => Component::Fld,
            Self::Laboratory => Component::Lab,
            Self::Studio => Component::Std,
            Self::Colloquium => Component::Col,
        }
    }
}

/// How many people a subject has.
pub(crate) fn people_of(subject: usize) -> u32 {
    4 + u32::from(SUBJECTS[subject].weight) * 3 / 4
}

/// Makes a term.
pub(crate) fn plan(catalog: &Catalog, term: TermId) -> DemoTerm {
    let mut building = Building {
        seed: catalog.seed,
        ids: Chance::new(catalog.seed, "ids", &[u64::from(term.number())]),
        next_id: FIRST_SECTION_ID,
        term: DemoTerm { term, classes: Vec::new(), sections: Vec::new() },
    };
    for (index, course) in (0..).zip(&catalog.courses) {
        if course.is_offered(catalog.seed, term) {
            building.add_course(index, course);
        }
    }
    building.term
}

struct Building {
    seed: u64,
    ids: Chance,
    next_id: u32,
    term: DemoTerm,
}

impl Building {
    fn is_summer(&self) -> bool {
        self.term.term.semester() == Semester::Summer
    }

    fn add_course(&mut self, index: u32, course: &Course) {
        // The course's own stream: what happens to one course moves no other.
        let keys = [u64::from(self.term.term.number()), course.subject as u64, u64::from(course.course_id)];
        let mut chance = Chance::new(self.seed, "classes", &keys);
        let count = self.class_count(course, &mut chance);
        for number in 1..=count {
            self.add_class(index, course, number as u16, &mut chance);
        }
    }

    fn class_count(&self, course: &Course, chance: &mut Chance) -> u32 {
        if let Some(size) = course.size {
            return if self.is_summer() { 1 } else { size.lectures };
        }
        let weight = f64::from(course.facts().weight);
        let count = match course.shape {
            Shape::Individual => {
                let scale = (weight / 55.0).clamp(0.25, 1.8);
                (chance.quantile(fig::INDIVIDUAL_CLASSES) * scale).round().max(1.0) as u32
            }
            Shape::Group | Shape::Field => chance.weighted(fig::GROUP_CLASSES),
            Shape::Language => chance.weighted(fig::LANGUAGE_CLASSES),
            Shape::Lecture => chance.weighted(fig::LECTURE_CLASSES),
            _ => chance.weighted(fig::SEMINAR_CLASSES),
        };
        if self.is_summer() { count.div_ceil(4) } else { count }
    }

    fn add_class(&mut self, index: u32, course: &Course, number: u16, chance: &mut Chance) {
        let status = match chance.unit() * 100.0 {
            _ if course.size.is_some() => 'A',
            percent if percent < fig::CANCELLED_PERCENT => 'X',
            percent if percent < fig::CANCELLED_PERCENT + fig::STOPPED_PERCENT => 'S',
            _ => 'A',
        };
        let has_title = match course.shape {
            Shape::Seminar => chance.percent(55.0),
            Shape::Group => chance.percent(70.0),
            _ => chance.percent(1.5),
        };
        let title = has_title.then(|| words::title(course.facts(), Level::Upper, chance).into());
        let class = self.term.classes.len() as u32;
        self.term.classes.push(DemoClass {
            course: index,
            number,
            session: if self.is_summer() { chance.weighted(SUMMER_SESSIONS) } else { 0 },
            status,
            is_printed: course.size.is_some() || !chance.percent(fig::UNPRINTED_PERCENT),
            is_online: course.number.starts_with('W') || chance.percent(0.8),
            title,
            component: course.shape.component(),
            first_section: self.term.sections.len() as u32,
        });
        let primary = self.add_primary(class, course, number, chance);
        self.add_secondaries(primary, course, chance);
    }

    fn add_primary(&mut self, class: u32, course: &Course, number: u16, chance: &mut Chance) -> u32 {
        let max_enroll = seats(course, chance);
        let max_enroll = if self.is_summer() { (max_enroll / 3).max(10) } else { max_enroll };
        let place = self.term.sections.len() as u32;
        let people = teachers(self.seed, self.term.term, course, number, chance);
        let section = DemoSection {
            id: self.take_id(),
            class,
            number,
            component: course.shape.component(),
            max_enroll,
            max_waitlist: waitlist(course, max_enroll, chance),
            meetings: meetings(course, max_enroll, chance),
            people,
            students: Students::Wish(wish(course, max_enroll, chance)),
            reservations: reservations(course, max_enroll, chance),
        };
        self.term.sections.push(section);
        place
    }

    fn add_secondaries(&mut self, primary: u32, course: &Course, chance: &mut Chance) {
        let lecture = &self.term.sections[primary as usize];
        let (seats, component) = (u32::from(lecture.max_enroll), lecture.component);
        if component != Component::Lec {
            return;
        }
        let is_science = matches!(
            course.facts().field,
            Field::Computing | Field::Engineering | Field::Physical | Field::Life | Field::Environment
        );
        let (has_discussions, has_laboratories) = match course.size {
            Some(size) => (size.has_discussions, size.has_laboratories),
            None => (
                seats >= fig::DISCUSSION_FROM_SEATS && chance.percent(fig::DISCUSSION_PERCENT),
                seats >= fig::LABORATORY_FROM_SEATS && is_science && chance.percent(fig::LABORATORY_PERCENT),
            ),
        };
        let mut first_number = 1;
        for (component, is_wanted) in [(Component::Dis, has_discussions), (Component::Lab, has_laboratories)] {
            if is_wanted {
                first_number += self.add_parts(primary, component, first_number, course, chance);
            }
        }
    }

    /// Shares the seats of a lecture out to sections of a kind; gives how many there are.
    fn add_parts(
        &mut self,
        primary: u32,
        component: Component,
        first_number: u32,
        course: &Course,
        chance: &mut Chance,
    ) -> u32 {
        let lecture = &self.term.sections[primary as usize];
        let (seats, class, class_number) = (u32::from(lecture.max_enroll), lecture.class, u32::from(lecture.number));
        let usual = chance.weighted(fig::SECONDARY_SEATS);
        let count = seats.div_ceil(usual).clamp(1, SECONDARY_MAX);
        let max_enroll = seats.div_ceil(count) as u16;
        for place in 0..count {
            let length = if component == Component::Dis { 59 } else { chance.weighted(fig::LABORATORY_MINUTES) };
            let days = chance.weighted(fig::DISCUSSION_DAYS);
            let start = 480 + 60 * chance.below(11) as u16;
            let meeting = DemoMeeting { days, start, end: start + length, room: Some(room(chance)) };
            let section = DemoSection {
                id: self.take_id(),
                class,
                number: (class_number * 100 + (first_number + place - 1) % SECONDARY_MAX + 1) as u16,
                component,
                max_enroll,
                max_waitlist: 0,
                meetings: vec![meeting],
                people: vec![chance.below(people_of(course.subject) as usize) as u16],
                students: Students::Part {
                    primary,
                    from: place as f32 / count as f32,
                    to: (place + 1) as f32 / count as f32,
                },
                reservations: Vec::new(),
            };
            self.term.sections.push(section);
        }
        count
    }

    fn take_id(&mut self) -> u32 {
        self.next_id += self.ids.between(1, ID_GAP_MAX);
        self.next_id
    }
}

/// Sessions of the summer by index, with weights.
const SUMMER_SESSIONS: &[(u8, u32)] = &[(0, 30), (1, 35), (2, 25), (3, 7), (4, 3)];

fn seats(course: &Course, chance: &mut Chance) -> u16 {
    if let Some(size) = course.size {
        return size.seats as u16;
    }
    let table = match course.shape {
        Shape::Lecture => fig::LECTURE_SEATS,
        Shape::Language => return chance.weighted(&[(18, 20), (22, 30), (25, 40), (30, 10)]),
        Shape::Seminar => fig::SEMINAR_SEATS,
        Shape::Individual => fig::INDIVIDUAL_SEATS,
        Shape::Group | Shape::Field => fig::GROUP_SEATS,
        Shape::Laboratory | Shape::Studio => fig::WORKSHOP_SEATS,
        Shape::Colloquium => fig::COLLOQUIUM_SEATS,
    };
    let seats = chance.quantile(table) as u16;
    match course.level {
        Level::Graduate | Level::Professional if course.shape == Shape::Lecture => seats.min(75),
        _ => seats,
    }
}

fn waitlist(course: &Course, max_enroll: u16, chance: &mut Chance) -> u16 {
    match course.shape {
        Shape::Lecture | Shape::Language | Shape::Seminar if chance.percent(75.0) => {
            (max_enroll / chance.between(3, 6) as u16).max(3)
        }
        Shape::Lecture | Shape::Language | Shape::Seminar => 0,
        _ => chance.between(0, 5) as u16,
    }
}

fn wish(course: &Course, max_enroll: u16, chance: &mut Chance) -> Wish {
    let share = match (course.size, course.shape) {
        (Some(_), _) => 0.9 + 0.45 * chance.unit(),
        (None, Shape::Lecture | Shape::Language) => chance.quantile(fig::LECTURE_DEMAND),
        (None, Shape::Individual | Shape::Group | Shape::Field | Shape::Colloquium) => {
            // "As many as come" is not what they come for.
            return Wish { students: study_students(max_enroll, chance), ..QUIET };
        }
        (None, _) => chance.quantile(fig::SEMINAR_DEMAND),
    };
    let is_lower = course.level == Level::Lower;
    let phase1 = if is_lower { 0.25 + 0.2 * chance.unit() } else { 0.4 + 0.25 * chance.unit() };
    let phase2 = 0.8 + 0.14 * chance.unit();
    let is_overfull = chance.percent(fig::OVERFULL_PERCENT);
    Wish {
        students: (f64::from(max_enroll) * share) as f32,
        phase1: phase1 as f32,
        phase2: phase2 as f32,
        leaving: (0.02 + 0.1 * chance.unit()) as f32,
        rush: chance.unit() as f32,
        extra_seats: if is_overfull { 1 + max_enroll / chance.between(12, 40) as u16 } else { 0 },
    }
}

/// Independent study is arranged when the term begins.
const QUIET: Wish = Wish { students: 0.0, phase1: 0.1, phase2: 0.45, leaving: 0.01, rush: 0.3, extra_seats: 0 };

fn study_students(max_enroll: u16, chance: &mut Chance) -> f32 {
    (f64::from(max_enroll.min(60)) * chance.quantile(fig::STUDY_DEMAND)) as f32
}

fn reservations(course: &Course, max_enroll: u16, chance: &mut Chance) -> Vec<Reservation> {
    let is_reserved = course.shape == Shape::Lecture && max_enroll >= 40 && chance.percent(fig::RESERVED_PERCENT);
    if !is_reserved {
        return Vec::new();
    }
    let count = chance.weighted(&[(1, 55), (2, 30), (3, 15)]);
    let first = chance.below(RESERVED_FOR.len());
    // Together at most three quarters of the seats.
    let each = max_enroll * 3 / (4 * count);
    (0..count)
        .map(|place| Reservation {
            group: ((first + usize::from(place)) % RESERVED_FOR.len()) as u8,
            max_enroll: (each / chance.between(1, 4) as u16).max(1),
        })
        .collect()
}

/// A course is mostly taught by the same few people.
fn teachers(seed: u64, term: TermId, course: &Course, number: u16, chance: &mut Chance) -> Vec<u16> {
    let staff = people_of(course.subject) as usize;
    let usual = Chance::new(seed, "usual", &[u64::from(course.course_id), u64::from(number)]).below(staff);
    let turn = usize::from(term.number() / 10 % 3);
    let count = if course.size.is_some() { 1 + chance.below(2) as u32 } else { chance.weighted(fig::INSTRUCTORS) };
    let first = if chance.percent(75.0) { usual + turn } else { chance.below(staff) };
    let mut people: Vec<u16> = Vec::new();
    for place in 0..count as usize {
        let person = ((first + place * 7) % staff) as u16;
        if !people.contains(&person) {
            people.push(person);
        }
    }
    people
}

fn meetings(course: &Course, max_enroll: u16, chance: &mut Chance) -> Vec<DemoMeeting> {
    if course.size.is_none() && chance.percent(fig::NO_MEETING_PERCENT) {
        return Vec::new();
    }
    let times = match course.shape {
        Shape::Language => fig::LANGUAGE_TIMES,
        Shape::Lecture if course.level < Level::Graduate || max_enroll > 40 => fig::LECTURE_TIMES,
        Shape::Group if chance.percent(60.0) => fig::SEMINAR_TIMES,
        Shape::Individual | Shape::Group | Shape::Field => {
            return vec![DemoMeeting { days: 0, start: 0, end: 0, room: None }];
        }
        _ => fig::SEMINAR_TIMES,
    };
    let (days, start, end) = chance.weighted(times);
    let mut meetings = vec![DemoMeeting { days, start, end, room: Some(room(chance)) }];
    if chance.percent(fig::SECOND_MEETING_PERCENT) {
        let (days, start, end) = chance.weighted(fig::SEMINAR_TIMES);
        let room = chance.percent(80.0).then(|| room(chance));
        meetings.push(DemoMeeting { days, start, end, room });
    }
    meetings
}

fn room(chance: &mut Chance) -> (u8, u16) {
    let floor = chance.between(0, 4);
    (chance.below(BUILDINGS.len()) as u8, (floor * 100 + chance.between(1, 60)) as u16)
}

impl DemoTerm {
    /// The primary section of a class.
    pub(crate) fn primary_of(&self, class: u32) -> (u32, &DemoSection) {
        let place = self.classes[class as usize].first_section;
        (place, &self.sections[place as usize])
    }
}

/// Three digits at least: `001`.
pub(crate) fn three_digits(number: u16) -> Arc<str> {
    format!("{number:03}").into()
}
