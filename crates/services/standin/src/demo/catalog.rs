//! The courses of the demo campus, made of a seed. They do not depend on the moment: courses come and go by years.

use std::collections::HashSet;
use std::sync::Arc;

use catalog::term::{Semester, TermId};

use crate::chance::Chance;
use crate::demo::drawing;
use crate::demo::known::{KNOWN_COURSES, KNOWN_CROSS_LISTINGS, KnownCourse, KnownCrossListing};
use crate::demo::subjects::{Field, SUBJECTS, SubjectFacts, subject_of};
use crate::demo::words::{self, Level};

/// `cs-course-id`s are six digits.
const FIRST_COURSE_ID: u32 = 100_000;
/// So many of 100 courses begin, and as many end, in one of the [`CHANGING_YEARS`].
const BEGINNING_PERCENT: f64 = 12.0;
const ENDING_PERCENT: f64 = 12.0;
const CHANGING_YEARS: std::ops::Range<u32> = 2018..2042;
/// In the middle 2020s a third of the ending ones have ended, and a third of the beginning ones have not begun.
const ALL_FOR_ACTIVE: f64 = 1.115;
/// Further cross-listings: of 5,135 real courses 260 were cross-listed.
const CROSS_LISTED_PERCENT: f64 = 2.4;
/// Tries to find a free number before a subject is left with fewer courses.
const NUMBER_TRIES: usize = 40;

/// All courses, retired and future ones included.
pub(crate) struct Catalog {
    pub(crate) seed: u64,
    pub(crate) courses: Vec<Course>,
    /// Who is cross-listed with whom: indexes of courses.
    pub(crate) cross_listings: Vec<Vec<u32>>,
}

/// A course.
pub(crate) struct Course {
    /// An index into [`SUBJECTS`].
    pub(crate) subject: usize,
    pub(crate) number: Arc<str>,
    pub(crate) title: Arc<str>,
    pub(crate) course_id: u32,
    pub(crate) level: Level,
    pub(crate) shape: Shape,
    pub(crate) units: Units,
    /// A bit for each of [`BREADTHS`].
    pub(crate) breadths: u8,
    /// An index into the cross-listings.
    pub(crate) cross_listing: Option<u32>,
    pub(crate) size: Option<KnownSize>,
    rhythm: Rhythm,
    is_in_summer: bool,
    pub(crate) first_year: i16,
    pub(crate) last_year: i16,
}

/// What its classes are like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    Lecture,
    Language,
    Seminar,
    Individual,
    Group,
    Field,
    Laboratory,
    Studio,
    Colloquium,
}

/// What it is worth, in tenths of a unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Units {
    Fixed(u16),
    Range(u16, u16),
    Either(u16, u16),
}

/// The sizes of a course that students know by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct KnownSize {
    pub(crate) seats: u32,
    pub(crate) lectures: u32,
    pub(crate) has_discussions: bool,
    pub(crate) has_laboratories: bool,
}

/// When it is offered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Rhythm {
    Always,
    EveryFall,
    EverySpring,
    EveryOtherYear { semester: Semester, odd: bool },
    Seldom,
}

/// The L&S breadths: code and name.
pub(crate) const BREADTHS: [(&str, &str); 7] = [
    ("AL", "Arts & Literature"),
    ("BS", "Biological Science"),
    ("HS", "Historical Studies"),
    ("IS", "International Studies"),
    ("PV", "Philosophy & Values"),
    ("PS", "Physical Science"),
    ("SBS", "Social & Behavioral Sciences"),
];
impl Course {
    pub(crate) fn facts(&self) -> &'static SubjectFacts {
        &SUBJECTS[self.subject]
    }

    /// Whether the number says that it fulfills American Cultures.
    pub(crate) fn is_american_cultures(&self) -> bool {
        self.number.ends_with("AC")
    }

    /// Whether the catalog has it in a year.
    pub(crate) fn is_active_in(&self, year: i16) -> bool {
        self.first_year <= year && year <= self.last_year
    }

    /// Whether it is offered in a term. What is cross-listed is offered together.
    pub(crate) fn is_offered(&self, seed: u64, term: TermId) -> bool {
        let mut chance = Chance::new(seed, "offered", &[u64::from(self.course_id), u64::from(term.number())]);
        let (semester, year) = (term.semester(), term.year());
        if !self.is_active_in(year) {
            return false;
        }
        if semester == Semester::Summer {
            return self.is_in_summer && chance.percent(85.0);
        }
        match self.rhythm {
            Rhythm::Always => self.size.is_some() || chance.percent(96.0),
            Rhythm::EveryFall => semester == Semester::Fall && chance.percent(93.0),
            Rhythm::EverySpring => semester == Semester::Spring && chance.percent(93.0),
            Rhythm::EveryOtherYear { semester: own, odd } => {
                semester == own && (year % 2 == 1) == odd && chance.percent(85.0)
            }
            Rhythm::Seldom => chance.percent(5.0),
        }
    }

    /// `COMPSCI 61A` with the subject as the Course API writes it.
    pub(crate) fn display_name(&self) -> String {
        format!("{} {}", self.facts().abbreviation, self.number)
    }
}

impl Catalog {
    /// About `active` courses at any time.
    pub(crate) fn build(seed: u64, active: usize) -> Self {
        let mut building = Building {
            chance: Chance::new(seed, "catalog", &[]),
            catalog: Self { seed, courses: Vec::new(), cross_listings: Vec::new() },
            taken: HashSet::new(),
            counts: vec![0; SUBJECTS.len()],
        };
        building.add_known();
        // Some of the courses have not begun or have ended; there are so many more in all.
        let all = active as f64 * ALL_FOR_ACTIVE;
        let weights: f64 = SUBJECTS.iter().map(|subject| f64::from(subject.weight)).sum();
        for (subject, facts) in SUBJECTS.iter().enumerate() {
            let quota = (all * f64::from(facts.weight) / weights).round().max(1.0) as usize;
            building.fill_subject(subject, quota);
        }
        building.catalog
    }
}

struct Building {
    chance: Chance,
    catalog: Catalog,
    taken: HashSet<(usize, Arc<str>)>,
    /// Courses so far, by subject.
    counts: Vec<usize>,
}

/// What is decided before a course is added.
struct Draft {
    subject: usize,
    number: String,
    title: String,
    level: Level,
    shape: Shape,
    units: Units,
}

impl Building {
    fn add_known(&mut self) {
        for known in KNOWN_COURSES {
            self.add_known_course(known);
        }
        for group in KNOWN_CROSS_LISTINGS {
            self.add_known_group(group);
        }
    }

    fn add_known_course(&mut self, known: &KnownCourse) {
        let Some(subject) = subject_of(known.subject) else { return };
        let is_language = SUBJECTS[subject].field == Field::Language;
        let draft = Draft {
            subject,
            number: known.number.to_owned(),
            title: known.title.to_owned(),
            level: level_of(known.number),
            shape: if is_language { Shape::Language } else { Shape::Lecture },
            units: Units::Fixed(known.units * 10),
        };
        let size = KnownSize {
            seats: known.seats,
            lectures: known.lectures,
            has_discussions: known.has_discussions,
            has_laboratories: known.has_laboratories,
        };
        if let Some(course) = self.add(draft) {
            course.make_known(size);
        }
    }

    fn add_known_group(&mut self, group: &KnownCrossListing) {
        let subjects: Vec<usize> = group.subjects.iter().filter_map(|letters| subject_of(letters)).collect();
        let level = level_of(group.number);
        let first = self.catalog.courses.len();
        for (place, subject) in subjects.into_iter().enumerate() {
            let draft = Draft {
                subject,
                number: group.number.to_owned(),
                title: group.title.to_owned(),
                level,
                shape: Shape::Lecture,
                units: Units::Fixed(40),
            };
            let seats = if place == 0 { group.seats } else { group.seats / 6 };
            let size = KnownSize { seats, lectures: 1, has_discussions: place == 0, has_laboratories: false };
            if let Some(course) = self.add(draft) {
                course.make_known(size);
            }
        }
        self.cross_list(first);
    }

    /// Cross-lists all courses from one on: they share what is the course's, and keep what is the subject's.
    fn cross_list(&mut self, first: usize) {
        let members: Vec<u32> = (first as u32..self.catalog.courses.len() as u32).collect();
        if members.len() < 2 {
            return;
        }
        let group = self.catalog.cross_listings.len() as u32;
        let model = &self.catalog.courses[first];
        let (course_id, rhythm, units, shape) = (model.course_id, model.rhythm, model.units, model.shape);
        let (years, is_in_summer, breadths) = ((model.first_year, model.last_year), model.is_in_summer, model.breadths);
        for course in &mut self.catalog.courses[first..] {
            course.course_id = course_id;
            course.rhythm = rhythm;
            course.units = units;
            course.shape = shape;
            (course.first_year, course.last_year) = years;
            course.is_in_summer = is_in_summer;
            course.breadths = breadths;
            course.cross_listing = Some(group);
        }
        self.catalog.cross_listings.push(members);
    }

    fn fill_subject(&mut self, subject: usize, quota: usize) {
        self.add_studies(subject, quota);
        let mut tries = quota * NUMBER_TRIES;
        while self.counts[subject] < quota && tries > 0 {
            tries -= 1;
            if self.chance.percent(CROSS_LISTED_PERCENT) {
                self.add_cross_listed(subject);
            } else {
                self.add_series(subject);
            }
        }
    }

    /// What every larger subject has: group study, independent study, field study, research, teaching.
    fn add_studies(&mut self, subject: usize, quota: usize) {
        let range = |low, high| Units::Range(low, high);
        let studies: [(&str, &str, Shape, Units, usize); 10] = [
            ("199", "Supervised Independent Study", Shape::Individual, range(10, 40), 4),
            ("98", "Directed Group Study", Shape::Group, range(10, 40), 6),
            ("198", "Directed Group Study", Shape::Group, range(10, 40), 8),
            ("299", "Individual Research", Shape::Individual, range(10, 120), 10),
            ("99", "Supervised Independent Study", Shape::Individual, range(10, 40), 14),
            ("298", "Directed Graduate Study", Shape::Individual, range(10, 80), 16),
            ("197", "Field Study", Shape::Field, range(10, 120), 24),
            ("375", "Teaching in the Discipline", Shape::Seminar, range(10, 60), 30),
            ("602", "Individual Study for Doctoral Students", Shape::Individual, range(10, 80), 34),
            ("601", "Individual Study for Master's Students", Shape::Individual, range(10, 80), 50),
        ];
        for (number, title, shape, units, from_quota) in studies {
            let is_wanted = quota >= from_quota && SUBJECTS[subject].field != Field::Service;
            if is_wanted && self.counts[subject] < quota {
                let (number, title, level) = (number.to_owned(), title.to_owned(), level_of(number));
                self.add(Draft { subject, number, title, level, shape, units });
            }
        }
    }

    /// One course, or two or three that share a title: 101A, 101B.
    fn add_series(&mut self, subject: usize) {
        let facts = &SUBJECTS[subject];
        let level = drawing::some_level(facts.field, &mut self.chance);
        let digits = drawing::some_digits(level, &mut self.chance);
        let shape = drawing::some_shape(facts.field, level, digits, &mut self.chance);
        let title = words::title(facts, level, &mut self.chance);
        let units = drawing::some_units(shape, level, &mut self.chance);
        for (suffix, part) in drawing::some_suffixes(facts.field, level, &mut self.chance) {
            let number = drawing::with_prefix(level, digits, suffix, &mut self.chance);
            let title = format!("{title}{part}");
            self.add(Draft { subject, number, title, level, shape, units });
        }
    }

    fn add_cross_listed(&mut self, subject: usize) {
        let others: Vec<usize> =
            (0..SUBJECTS.len()).filter(|other| *other != subject && is_near(*other, subject)).collect();
        if others.is_empty() {
            return;
        }
        let facts = &SUBJECTS[subject];
        let level = drawing::some_level(facts.field, &mut self.chance);
        let number = format!("C{}", drawing::some_digits(level, &mut self.chance));
        let title = words::title(facts, level, &mut self.chance);
        let first = self.catalog.courses.len();
        let mut members = vec![subject, self.chance.pick(&others)];
        if self.chance.percent(20.0) {
            members.push(self.chance.pick(&others));
        }
        for subject in members {
            let (number, title) = (number.clone(), title.clone());
            let (shape, units) = (Shape::Lecture, Units::Fixed(40));
            self.add(Draft { subject, number, title, level, shape, units });
        }
        self.cross_list(first);
    }

    /// `None` when the subject has the number already.
    fn add(&mut self, draft: Draft) -> Option<&mut Course> {
        let number: Arc<str> = draft.number.into();
        if !self.taken.insert((draft.subject, Arc::clone(&number))) {
            return None;
        }
        let course_id = FIRST_COURSE_ID + self.catalog.courses.len() as u32;
        let chance = &mut self.chance;
        let rhythm = drawing::some_rhythm(draft.shape, draft.level, chance);
        let summer_percent = match draft.shape {
            Shape::Individual => 42.0,
            Shape::Lecture | Shape::Language if draft.level < Level::Graduate => 32.0,
            _ => 9.0,
        };
        let (mut first_year, mut last_year) = (1990 + chance.below(20) as i16, 2099);
        if chance.percent(BEGINNING_PERCENT) {
            first_year = chance.between(CHANGING_YEARS.start, CHANGING_YEARS.end - 1) as i16;
        }
        if chance.percent(ENDING_PERCENT) {
            let year = chance.between(CHANGING_YEARS.start, CHANGING_YEARS.end - 1) as i16;
            last_year = year.max(first_year + 3);
        }
        let breadths = drawing::some_breadths(SUBJECTS[draft.subject].field, draft.level, draft.shape, chance);
        self.counts[draft.subject] += 1;
        self.catalog.courses.push(Course {
            subject: draft.subject,
            number,
            title: draft.title.into(),
            course_id,
            level: draft.level,
            shape: draft.shape,
            units: draft.units,
            breadths,
            cross_listing: None,
            size: None,
            rhythm,
            is_in_summer: chance.percent(summer_percent),
            first_year,
            last_year,
        });
        self.catalog.courses.last_mut()
    }
}

impl Course {
    fn make_known(&mut self, size: KnownSize) {
        self.size = Some(size);
        self.rhythm = Rhythm::Always;
        (self.first_year, self.last_year) = (1990, 2099);
        self.is_in_summer = size.seats >= 300;
    }
}

/// The level that a number tells.
fn level_of(number: &str) -> Level {
    let digits: String = number.chars().filter(char::is_ascii_digit).collect();
    match digits.parse().unwrap_or(0_u32) {
        0..100 => Level::Lower,
        100..200 => Level::Upper,
        200..300 | 600.. => Level::Graduate,
        300..600 => Level::Professional,
    }
}

fn is_near(subject: usize, other: usize) -> bool {
    SUBJECTS[subject].field == SUBJECTS[other].field
}
