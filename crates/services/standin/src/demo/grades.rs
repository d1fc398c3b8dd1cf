//! The demo campus's grade exports, in the raw format of CalAnswers: one row per section and grade.
//!
//! Small sections are in them: the importer's privacy rule has to drop them.

use ::catalog::seats::Counts;
use ::catalog::term::TermId;
use jiff::civil::Date;

use crate::chance::Chance;
use crate::demo::calendar::{TermDates, dates_of, known_terms};
use crate::demo::catalog::{Catalog, Course};
use crate::demo::course_text::grading_basis;
use crate::demo::names::person;
use crate::demo::plan::{DemoSection, DemoTerm, three_digits};
use crate::demo::words::Level;

/// The columns of the export, in order.
const COLUMNS: [&str; 14] = [
    "Grade Sort Nbr",
    "Enrollment Cnt",
    "% Grades Receivedof Enrollment",
    "Letter Grd Cnt",
    "Course Control Nbr",
    "Instructor Name",
    "Average Grade",
    "Course Subject Short Nm",
    "Course Number",
    "Section Nbr",
    "Grade Subtype Desc",
    "Grade Type Desc",
    "Grade Nm",
    "Course Title Nm",
];

/// Grades: sort number, subtype, type, name. Sort numbers as in the real exports of 2013 to 2023.
const GRADES: [(u32, &str, &str, &str); 19] = [
    (1, "A", LETTER, "A+"),
    (2, "A", LETTER, "A"),
    (3, "A", LETTER, "A-"),
    (4, "B", LETTER, "B+"),
    (5, "B", LETTER, "B"),
    (6, "B", LETTER, "B-"),
    (7, "C", LETTER, "C+"),
    (8, "C", LETTER, "C"),
    (9, "C", LETTER, "C-"),
    (10, "D", LETTER, "D+"),
    (11, "D", LETTER, "D"),
    (12, "D", LETTER, "D-"),
    (13, "F", LETTER, "F"),
    (22, "Credit", OTHER, "Pass"),
    (25, "Credit", OTHER, "Satisfactory"),
    (27, "No Credit", OTHER, "Not Pass"),
    (28, "No Credit", OTHER, "Unsatisfactory"),
    (30, "Administrative Code", "Administrative Code", "Incomplete"),
    (34, "Administrative Code", "Administrative Code", "Withdrawn"),
];
const LETTER: &str = "Letter Grade";
const OTHER: &str = "Non-Letter Grade";
const PASS: usize = 13;
const SATISFACTORY: usize = 14;
const NOT_PASS: usize = 15;
const UNSATISFACTORY: usize = 16;
const INCOMPLETE: usize = 17;
const WITHDRAWN: usize = 18;

/// How courses grade: shares of the 13 letters, A+ first. Averages from 2.7 to 3.9; made up.
const SHAPES: [[u32; 13]; 6] = [
    [5, 14, 12, 14, 15, 12, 9, 8, 4, 1, 3, 1, 3],
    [7, 20, 16, 16, 14, 9, 6, 5, 3, 1, 1, 0, 2],
    [8, 28, 20, 16, 12, 6, 4, 3, 1, 0, 1, 0, 1],
    [10, 38, 24, 12, 7, 3, 2, 2, 1, 0, 0, 0, 1],
    [4, 32, 30, 18, 9, 3, 1, 1, 0, 0, 0, 0, 2],
    [20, 54, 18, 4, 2, 0, 0, 1, 0, 0, 0, 0, 1],
];
/// The last shapes are those of graduate courses.
const GRADUATE_SHAPES: usize = 3;

/// Which half of a term's grades a file holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Audience {
    Undergraduate,
    Graduate,
}

impl Audience {
    const ALL: [Self; 2] = [Self::Undergraduate, Self::Graduate];

    const fn slug(self) -> &'static str {
        match self {
            Self::Undergraduate => "under",
            Self::Graduate => "grad",
        }
    }

    fn is_of(self, course: &Course) -> bool {
        (course.level >= Level::Graduate) == (self == Self::Graduate)
    }
}

fn file_name(term: TermId, audience: Audience) -> String {
    format!("{}_{}_{}.csv", term.semester().slug(), term.year(), audience.slug())
}

/// The files that there are on a day: two for each known term that is over.
pub(crate) fn files(today: Date) -> Vec<String> {
    let over = known_terms(today).into_iter().filter(|term| dates_of(*term).end < today);
    over.flat_map(|term| Audience::ALL.map(|audience| file_name(term, audience))).collect()
}

/// The term and the half that a file is of.
pub(crate) fn of_file(name: &str, today: Date) -> Option<(TermDates, Audience)> {
    let over = known_terms(today).into_iter().map(dates_of).filter(|dates| dates.end < today);
    let mut files = over.flat_map(|dates| Audience::ALL.map(|audience| (dates, audience)));
    files.find(|(dates, audience)| file_name(dates.id, *audience) == name)
}

/// A file: UTF-8 with a byte order mark, as the real ones.
pub(crate) fn export(
    catalog: &Catalog,
    term: &DemoTerm,
    counts: &[(u32, Counts)],
    audience: Audience,
) -> Option<String> {
    let mut writer = csv::Writer::from_writer("\u{feff}".as_bytes().to_vec());
    writer.write_record(COLUMNS).ok()?;
    for (place, class) in (0..).zip(&term.classes) {
        let course = &catalog.courses[class.course as usize];
        let (index, section) = term.primary_of(place);
        let enrolled = counts[index as usize].1.enrolled;
        if audience.is_of(course) && enrolled > 0 {
            let rows = grades_of(catalog.seed, term.term, course, section, enrolled);
            for (grade, students) in rows {
                writer.write_record(row(catalog.seed, course, section, grade, students)).ok()?;
            }
        }
    }
    String::from_utf8(writer.into_inner().ok()?).ok()
}

fn row(seed: u64, course: &Course, section: &DemoSection, grade: usize, students: u32) -> [String; 14] {
    let facts = course.facts();
    let full_name = |who: &u16| {
        let (given, family) = person(seed, course.subject, u32::from(*who), facts.abbreviation);
        format!("{given} {family}")
    };
    let people: Vec<String> = section.people.iter().map(full_name).collect();
    let (sort, subtype, kind, name) = GRADES[grade];
    [
        sort.to_string(),
        students.to_string(),
        String::new(),
        String::new(),
        format!("{:05}", section.id),
        people.join("; "),
        String::new(),
        facts.name.to_owned(),
        course.number.to_string(),
        three_digits(section.number).to_string(),
        subtype.to_owned(),
        kind.to_owned(),
        name.to_owned(),
        course.title.to_string(),
    ]
}

/// How many students of a section got which grade; grades that nobody got are left out.
fn grades_of(seed: u64, term: TermId, course: &Course, section: &DemoSection, enrolled: i32) -> Vec<(usize, u32)> {
    let mut counts = [0_u32; GRADES.len()];
    let shape = shape_of(seed, course);
    let letters: Vec<(usize, u32)> = shape.into_iter().enumerate().collect();
    let mut chance = Chance::new(seed, "grades", &[u64::from(term.number()), u64::from(section.id)]);
    for _ in 0..enrolled {
        let percent = chance.unit() * 100.0;
        let grade = match grading_basis(course).0 {
            _ if percent < 1.0 => WITHDRAWN,
            _ if percent < 1.5 => INCOMPLETE,
            "PNP" if percent < 5.0 => NOT_PASS,
            "PNP" => PASS,
            "SUS" if percent < 2.5 => UNSATISFACTORY,
            "SUS" => SATISFACTORY,
            "OPT" if percent < 2.0 => NOT_PASS,
            "OPT" if percent < 10.0 => PASS,
            _ => chance.weighted(&letters),
        };
        counts[grade] += 1;
    }
    counts.into_iter().enumerate().filter(|(_, students)| *students > 0).collect()
}

fn shape_of(seed: u64, course: &Course) -> [u32; 13] {
    let mut chance = Chance::new(seed, "grading", &[u64::from(course.course_id)]);
    let first = if course.level >= Level::Graduate { SHAPES.len() - GRADUATE_SHAPES } else { 0 };
    SHAPES[first + chance.below(SHAPES.len() - first)]
}
