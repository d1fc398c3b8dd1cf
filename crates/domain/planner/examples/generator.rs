//! How long the generator takes: eight courses with 200 sections in all, made up, and loads of the real Fall 2016 when
//! its data lies beside the repository. `cargo run --release -p planner --example generator`; `cargo xtask bench` reads
//! the lines: name, median and worst milliseconds, proposals, and whether everything was looked at.
#![expect(clippy::print_stdout, reason = "an example prints what it measured")]

#[path = "../tests/real/mod.rs"]
mod real;

use std::hint::black_box;
use std::time::Instant;

use catalog::class::{Class, ClassKey, OfferingStatus};
use catalog::course::{Course, CourseCode, UnitCount, Units};
use catalog::data::CatalogData;
use catalog::ids::{CourseId, Numbered};
use catalog::meeting::{Days, Meeting, TimeRange};
use catalog::section::{Component, Section, SectionId};
use catalog::snapshot::Snapshot;
use catalog::stored::Held;
use catalog::term::{Term, TermId};
use jiff::civil::{date, time};
use planner::generator::{Outcome, Preference, Wish, generate};

/// The goal: a student waits for this.
const GOAL_MS: f64 = 50.0;

/// How often each wish is made.
const ROUNDS: usize = 21;

fn main() {
    let term: TermId = "fall-2016".parse().unwrap_or_else(|_| unreachable!("a term"));
    let made_up = eight_courses(term);
    let mut worst: f64 = 0.0;
    for preference in Preference::ALL {
        let wish = Wish { preference, ..Wish::of(term, (1..=8).map(CourseId)) };
        worst = worst.max(measure(&format!("made-up {}", preference.slug()), &made_up, &wish));
    }
    let tight = Wish {
        not_before: Some(time(10, 0, 0, 0)),
        not_after: Some(time(14, 0, 0, 0)),
        free_days: Days::from_bits(0b1_0000),
        ..Wish::of(term, (1..=8).map(CourseId))
    };
    worst = worst.max(measure("made-up impossible", &made_up, &tight));
    if let Some(real) = real::fall_2016() {
        let load = ["COMPSCI 61A", "MATH 1B", "PHYSICS 7A", "ECON 1", "STAT 20", "PSYCH 1", "SPANISH 1", "ENGLISH R1B"];
        let codes = load.iter().filter_map(|code| CourseCode::parse(code).ok());
        let courses: Vec<CourseId> =
            codes.filter_map(|code| real.place(&code)).map(|place| real.course(place).id).collect();
        for count in [4, 6, courses.len()] {
            let wish = Wish::of(term, courses.iter().take(count).copied());
            worst = worst.max(measure(&format!("Fall 2016, {count} courses"), &real, &wish));
        }
    }
    println!("worst {worst:.1} ms of {GOAL_MS} ms: {}", if worst <= GOAL_MS { "kept" } else { "NOT KEPT" });
}

#[expect(clippy::disallowed_methods, reason = "an example measures; the clock's stopwatch lies on another floor")]
fn now() -> Instant {
    Instant::now()
}

/// Milliseconds of the slowest round.
fn measure(name: &str, snapshot: &Snapshot, wish: &Wish) -> f64 {
    let mut times: Vec<f64> = Vec::with_capacity(ROUNDS);
    let mut said = String::new();
    for _ in 0..ROUNDS {
        let begun = now();
        let outcome = black_box(generate(snapshot, wish));
        times.push(begun.elapsed().as_secs_f64() * 1_000.0);
        said = match outcome {
            Ok(Outcome::Found { proposals, is_best }) => {
                let best = proposals.first().map_or(0, |proposal| proposal.cost);
                format!("{} proposals, best costs {best}, everything looked at: {is_best}", proposals.len())
            }
            Ok(Outcome::Impossible(why)) => format!("impossible by {} wishes", why.because.len()),
            Ok(Outcome::Undecided) => "undecided".to_owned(),
            Err(error) => error.to_string(),
        };
    }
    times.sort_by(f64::total_cmp);
    let (median, worst) = (times[ROUNDS / 2], times[ROUNDS - 1]);
    println!("{name}: median {median:.1} ms, worst {worst:.1} ms; {said}");
    worst
}

/// Eight courses with 25 sections each: three lectures with discussions and labs at times spread over the week.
fn eight_courses(term: TermId) -> Snapshot {
    let mut data = CatalogData::default();
    let (begin, end) = (date(2016, 8, 17), date(2016, 12, 16));
    data.terms.push(Term { id: term, begin, end, enrollment_begin: None, sessions: Vec::new() });
    let mut id = 0;
    for course in 0..8_u64 {
        let Ok(code) = CourseCode::parse(&format!("MATH {}", course + 1)) else { continue };
        data.courses
            .push(Numbered { id: CourseId(course + 1), value: Held { value: made_up(&code), is_retired: false } });
        for class in 0..3 {
            let key = ClassKey::new(term, code.clone(), "1", &format!("{}", class + 1));
            data.classes.push(class_of(&key));
            let secondaries = if class == 0 { 8 } else { 7 };
            data.sections.push(section(&key, "LEC", 0, id, ["MoWeFr", "TuTh", "MoWe"][class]));
            id += 1;
            for place in 0..secondaries {
                let days = ["Mo", "Tu", "We", "Th", "Fr"][mixed(id) as usize / 22 % 5];
                data.sections.push(section(&key, if place % 2 == 0 { "DIS" } else { "LAB" }, place, id, days));
                id += 1;
            }
        }
    }
    Snapshot::build(data)
}

/// Numbers that look like chance and are always the same.
const fn mixed(id: u32) -> u32 {
    id.wrapping_mul(2_654_435_761) >> 12
}

fn section(key: &ClassKey, component: &str, number: u32, id: u32, days: &str) -> Section {
    let start = i8::try_from(8 + mixed(id) % 11).unwrap_or(8);
    let half = i8::try_from(mixed(id) / 11 % 2 * 30).unwrap_or(0);
    let range = TimeRange::new(time(start, half, 0, 0), time(start, half + 29, 0, 0));
    Section {
        id: SectionId(id),
        class: key.clone(),
        number: format!("{:03}", number + 1),
        component: Component { code: component.to_owned(), name: component.to_owned() },
        is_primary: component == "LEC",
        primary_section: None,
        status: OfferingStatus::Active,
        is_printed: true,
        instruction_mode: None,
        dates: None,
        meetings: vec![Meeting {
            number: 1,
            days: Days::from_sis(days).unwrap_or_default(),
            time: range,
            location: None,
            instructors: Vec::new(),
            dates: None,
        }],
        attributes: Vec::new(),
    }
}

fn class_of(key: &ClassKey) -> Class {
    Class {
        key: key.clone(),
        title: None,
        description: None,
        units: None,
        grading_basis: None,
        requirement_designation: None,
        instruction_mode: None,
        status: OfferingStatus::Active,
        final_exam: Some("N".to_owned()),
    }
}

fn made_up(code: &CourseCode) -> Course {
    Course {
        code: code.clone(),
        cs_course_id: None,
        subject_abbreviation: "MATH".to_owned(),
        subject_name: "Mathematics".to_owned(),
        title: code.to_string(),
        description: String::new(),
        units: Some(Units::Fixed(UnitCount(300))),
        prerequisites: None,
        cross_listed: Vec::new(),
        academic_career: None,
        grading_basis: None,
        final_exam: None,
        from_date: None,
    }
}
