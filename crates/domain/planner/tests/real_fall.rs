//! The planner's rules on the real Fall 2016: whatever is proposed can be attended, and can be written as a calendar.

mod real;

use catalog::course::CourseCode;
use catalog::ids::CourseId;
use catalog::snapshot::Snapshot;
use jiff::civil::time;
use planner::calendar::{self, CalendarDetails};
use planner::conflicts::{self, Severity};
use planner::generator::{Outcome, Preference, Wish, generate};
use planner::week::Week;

fn id(snapshot: &Snapshot, code: &str) -> CourseId {
    let code = CourseCode::parse(code).expect("a course code");
    let place = snapshot.place(&code).unwrap_or_else(|| panic!("{code} is in the data"));
    snapshot.course(place).id
}

/// Loads of all kinds: engineers, biologists, humanists, beginners.
const LOADS: [&[&str]; 7] = [
    &["COMPSCI 61A", "MATH 54", "PHYSICS 7B", "ENGLISH R1A"],
    &["COMPSCI 61B", "COMPSCI 70", "ELENG 16A", "HISTORY 7B"],
    &["CHEM 1A", "CHEM 1AL", "MATH 1A", "BIOLOGY 1B"],
    &["CHEM 3A", "CHEM 3AL", "MCELLBI 102", "STAT 2"],
    &["ECON 1", "MATH 16A", "POLSCI 1", "SPANISH 1", "PSYCH 1"],
    &["HISTORY 7B", "ENGLISH 45A", "PHILOS 2", "FRENCH 1"],
    &["COMPSCI 61A", "MATH 1B", "PHYSICS 7A", "ECON 1", "STAT 20", "PSYCH 1", "SPANISH 1", "ENGLISH R1B"],
];

#[test]
fn whatever_is_proposed_can_be_attended() {
    let Some(snapshot) = real::fall_2016() else {
        println!("left out, for want of the real data beside the repository: schedules of the real Fall 2016");
        return;
    };
    let mut checked = 0;
    let mut impossible = 0;
    for load in LOADS {
        let offered = load.iter().filter(|code| snapshot.place(&CourseCode::parse(code).unwrap()).is_some());
        let courses: Vec<CourseId> = offered.map(|code| id(&snapshot, code)).collect();
        assert!(courses.len() + 1 >= load.len(), "{load:?}: hardly any course is missing");
        for preference in Preference::ALL {
            for not_before in [None, Some(time(10, 0, 0, 0))] {
                let wish = Wish {
                    preference,
                    not_before,
                    count: 20,
                    ..Wish::of("fall-2016".parse().unwrap(), courses.iter().copied())
                };
                match generate(&snapshot, &wish).unwrap() {
                    Outcome::Found { proposals, .. } => {
                        for proposal in &proposals {
                            let plan = proposal.plan(&wish).unwrap();
                            let findings = conflicts::find(&snapshot, &plan);
                            assert_eq!(findings.count(Severity::Clash), 0, "{:?}", findings.list);
                            assert_eq!(findings.count(Severity::Incomplete), 0, "{:?}", findings.list);
                            let starts = proposal.features.earliest_start;
                            assert!(not_before.is_none_or(|time| starts.is_none_or(|start| start >= time)));
                            assert!(Week::of(&snapshot, &plan).gone.is_empty());
                            checked += 1;
                        }
                    }
                    Outcome::Impossible(why) => {
                        assert!(!why.because.is_empty());
                        impossible += 1;
                    }
                    Outcome::Undecided => panic!("{load:?} is undecided"),
                }
            }
        }
    }
    println!("{checked} schedules were legal; {impossible} wishes could not be fulfilled");
    assert!(checked > 500, "{checked}");
}

#[test]
fn a_real_schedule_is_a_calendar_with_short_lines() {
    let Some(snapshot) = real::fall_2016() else {
        println!("left out, for want of the real data beside the repository: a calendar of the real Fall 2016");
        return;
    };
    let courses = ["COMPSCI 61A", "MATH 54", "CHEM 1A"].map(|code| id(&snapshot, code));
    let wish = Wish::of("fall-2016".parse().unwrap(), courses);
    let Outcome::Found { proposals, .. } = generate(&snapshot, &wish).unwrap() else { panic!("these fit") };
    let details = CalendarDetails {
        name: "Fall",
        id: "x",
        host: "berkeleytime.example",
        url: None,
        as_of: jiff::Timestamp::UNIX_EPOCH,
    };
    let text = calendar::write(&snapshot, &proposals[0].plan(&wish).unwrap(), &details);
    assert!(text.split("\r\n").all(|line| line.len() <= 75));
    let (begun, ended) = (text.matches("BEGIN:VEVENT").count(), text.matches("END:VEVENT").count());
    assert!(begun == ended && begun > 5, "{text}");
    assert_eq!(text.matches("SUMMARY:Final exam").count(), 3, "{text}");
}
