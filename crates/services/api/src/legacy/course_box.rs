//! `GET /api/catalog/catalog_json/course_box/`

use catalog::course_set::CourseIndex;
use catalog::playlist::Category;
use catalog::snapshot::{PlaylistEntry, SectionView};
use catalog::term::TermId;
use schemars::JsonSchema;
use serde::Serialize;

use super::words::{self, SEMESTER, UNKNOWN_COUNT, YEAR};
use crate::rest::answer::{Outcome, json};
use crate::rest::ask::Ask;
use crate::rest::endpoint::{Doing, Endpoint, Group};
use crate::rest::parameter::{ID_MAX, Kind, Parameter};

const COURSE: Parameter =
    Parameter::query("course_id", Kind::Number { min: 0, max: ID_MAX }, "The course's id.").required();

pub(super) static ENDPOINT: Endpoint = Endpoint {
    name: "legacy_course_box",
    path: "/api/catalog/catalog_json/course_box/",
    group: Group::Legacy,
    summary: "A course with its sections in a term",
    about: "The term is the current one unless both `semester` and `year` are given. A section's days, times and place \
            are those of its first arranged meeting; `/api/v1` has all of them. Seats of the course are those of the term \
            that was asked for; in 2021 they were always those of the current one.",
    parameters: &[
        COURSE,
        Parameter::query("semester", SEMESTER, "Of which term."),
        Parameter::query("year", YEAR, "Of which term."),
    ],
    shape: |schemas| schemas.subschema_for::<CourseBox<'static>>(),
    example: |snapshot| {
        let term = snapshot.terms().iter().find(|term| !term.offerings.is_empty())?;
        let course = snapshot.course(term.offerings.first()?.course);
        let (semester, year) = (term.term.id.semester().slug(), term.term.id.year());
        let query = format!("course_id={}&semester={semester}&year={year}", course.id);
        Some(format!("/api/catalog/catalog_json/course_box/?{query}"))
    },
    doing: Doing::Memory(course_box),
};

/// Everything about a course in a term.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "LegacyCourseBox")]
struct CourseBox<'a> {
    course: Course<'a>,
    /// Visible sections by number.
    sections: Vec<Section<'a>>,
    /// Names of the playlists that the course is in.
    requirements: Vec<&'a str>,
    /// As `2021-09-01 09:00:00` in UTC.
    last_enrollment_update: Option<String>,
}

/// The course. −1 is what is not known.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "LegacyBoxedCourse")]
struct Course<'a> {
    id: u64,
    title: &'a str,
    department: &'a str,
    abbreviation: &'a str,
    course_number: &'a str,
    description: &'a str,
    /// As `4.0`, `1.0 - 4.0`, `3.0 or 4.0`.
    units: String,
    prerequisites: &'a str,
    grade_average: f64,
    letter_average: &'static str,
    enrolled: i32,
    enrolled_max: i32,
    /// As a share, 0 to 1.
    enrolled_percentage: f64,
    waitlisted: i32,
}

/// A section. Times are times of day on the campus, written as of 1 January 1900; empty when there are none.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "LegacyBoxedSection")]
struct Section<'a> {
    id: u64,
    section_number: &'a str,
    ccn: String,
    /// As `Lecture`.
    kind: &'a str,
    /// As `MWF` or `TuTh`.
    word_days: String,
    start_time: String,
    end_time: String,
    /// 0 is Sunday; empty without a final exam.
    final_day: String,
    final_start: String,
    final_end: String,
    /// As `LOVELACE A, TURING A`.
    instructor: String,
    location_name: Option<&'a str>,
    waitlisted: Option<i32>,
    waitlisted_max: Option<i32>,
    enrolled: Option<i32>,
    enrolled_max: Option<i32>,
}

fn course_box(ask: &Ask) -> Outcome {
    let course = words::course(ask, COURSE.name)?;
    let term = words::term(ask).or_else(|| ask.default_term());
    let offering = term.and_then(|term| ask.snapshot.offering(term, course));
    let mut sections: Vec<SectionView<'_>> =
        offering.into_iter().flat_map(|offering| ask.snapshot.sections_in(offering)).collect();
    sections.sort_by_key(|section| section.number());
    json(&CourseBox {
        course: Course::of(ask, course, term),
        sections: sections.into_iter().map(|section| Section::of(ask, section)).collect(),
        requirements: requirements(ask, course),
        last_enrollment_update: offering.and_then(|_| words::last_enrollment_update(ask, term)),
    })
}

/// Breadths of the current term, then the other requirements, then the terms, newest first.
fn requirements(ask: &Ask, course: CourseIndex) -> Vec<&str> {
    const NAMED: [Category; 5] =
        [Category::Department, Category::University, Category::Units, Category::Engineering, Category::Haas];
    let current = ask.default_term();
    let entries: Vec<&PlaylistEntry> =
        ask.snapshot.playlists_of(course).map(|place| ask.snapshot.playlist(place)).collect();
    let of = |category: Category| entries.iter().filter(move |entry| entry.key.category == category);
    let breadths = of(Category::Ls).filter(|entry| entry.key.term == current);
    let mut semesters: Vec<&&PlaylistEntry> = of(Category::Semester).collect();
    semesters.sort_by_key(|entry| std::cmp::Reverse(entry.key.term));
    let all = breadths.chain(NAMED.into_iter().flat_map(of)).chain(semesters);
    all.map(|entry| entry.key.name.as_str()).collect()
}

impl<'a> Course<'a> {
    fn of(ask: &'a Ask, course: CourseIndex, term: Option<TermId>) -> Self {
        let entry = ask.snapshot.course(course);
        let seats = words::seats(ask, term, course);
        Self {
            id: entry.id.0,
            title: &entry.course.title,
            department: &entry.course.subject_name,
            abbreviation: &entry.course.subject_abbreviation,
            course_number: entry.course.code.number.as_str(),
            description: &entry.course.description,
            units: words::units(entry.course.units.as_ref()),
            prerequisites: entry.course.prerequisites.as_deref().unwrap_or_default(),
            grade_average: words::grade_average(entry),
            letter_average: words::letter_average(entry),
            enrolled: seats.map_or(UNKNOWN_COUNT, |seats| seats.enrolled),
            enrolled_max: seats.map_or(UNKNOWN_COUNT, |seats| seats.max_enroll),
            enrolled_percentage: words::enrolled_percentage(seats.as_ref()),
            waitlisted: seats.map_or(UNKNOWN_COUNT, |seats| seats.waitlisted),
        }
    }
}

impl<'a> Section<'a> {
    fn of(ask: &'a Ask, section: SectionView<'a>) -> Self {
        let meeting = section.meetings().find(|meeting| meeting.time().is_some()).or_else(|| section.meetings().next());
        let time = meeting.and_then(|meeting| meeting.time());
        let exam = section.is_primary().then(|| {
            let code = &ask.snapshot.course(section.course()).course.code;
            let meetings = section.meetings().map(|meeting| (meeting.days(), meeting.time()));
            ask.snapshot.calendar().announced_exam(section.term(), code, meetings)
        });
        let exam = exam.flatten();
        let counts = section.counts().map(|observed| observed.counts);
        Self {
            id: section.key().number(),
            section_number: section.number(),
            ccn: section.id().to_string(),
            kind: &section.component().name,
            word_days: meeting.map(|meeting| words::word_days(meeting.days())).unwrap_or_default(),
            start_time: time.map(|time| words::time(time.start())).unwrap_or_default(),
            end_time: time.map(|time| words::time(time.end())).unwrap_or_default(),
            final_day: exam.map(|exam| words::day_number(exam.day)).unwrap_or_default(),
            final_start: exam.map(|exam| words::time(exam.start)).unwrap_or_default(),
            final_end: exam.map(|exam| words::time(exam.end)).unwrap_or_default(),
            instructor: words::instructors(section),
            location_name: meeting.and_then(|meeting| meeting.location()),
            waitlisted: counts.map(|counts| counts.waitlisted),
            waitlisted_max: counts.map(|counts| counts.max_waitlist),
            enrolled: counts.map(|counts| counts.enrolled),
            enrolled_max: counts.map(|counts| counts.max_enroll),
        }
    }
}
