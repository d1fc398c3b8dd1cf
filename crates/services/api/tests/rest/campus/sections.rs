//! What it offers.

use catalog::changes::{Delta, EnrollmentChanges, TermChanges};
use catalog::class::{Class, ClassKey, OfferingStatus};
use catalog::meeting::{Days, Instructor, Meeting, TimeRange};
use catalog::seats::{Counts, SeatReservation};
use catalog::section::{Component, Section, SectionAttribute, SectionId};
use jiff::civil::{date, time};

use super::courses::code;
use super::{FALL, SPRING, at, counts_of};

/// A section with its counts, when it has any.
type Counted = (Section, Option<Counts>);

pub(super) fn fall() -> TermChanges {
    let mut sections = vec![
        section(FALL, "COMPSCI 61A", "LEC 001", 20001, Some([120, 1560, 0])),
        section(FALL, "COMPSCI 61B", "LEC 001", 20002, Some([10, 700, 0])),
        section(FALL, "DATA C8", "LEC 001", 20003, Some([-1, 100, 0])),
        section(FALL, "STAT C8", "LEC 001", 20004, None),
        section(FALL, "HISTORY 7A", "LEC 001", 20005, Some([5, 50, 0])),
        section(FALL, "ELENG 16A", "LEC 001", 20006, Some([10, 30, 0])),
        section(FALL, "ELENG 16A", "LEC 002", 20007, Some([0, 0, 0])),
    ];
    let lecture = &mut sections[0].0;
    lecture.meetings.push(meeting(2, "Tu", 9, "Specimen 24", "Second-Person"));
    lecture.dates = Some((date(2021, 8, 18), date(2021, 12, 3)));
    sections[1].0.meetings.clear();
    let breadth =
        SectionAttribute { code: "GE".to_owned(), value: "HS".to_owned(), value_name: "Historical Studies".to_owned() };
    sections[4].0.attributes.push(breadth);
    sections
        .extend((101..=103).map(|n| section(FALL, "COMPSCI 61A", &format!("DIS {n}"), 20000 + n, Some([20, 30, 0]))));
    let reservation = SeatReservation {
        number: 1,
        group_code: Some("000001".to_owned()),
        group_name: "Sample majors & friends".to_owned(),
        from: Some(date(2021, 4, 20)),
        max_enroll: 40,
        enrolled: 28,
    };
    changes(FALL, sections, vec![(SectionId(20001), vec![reservation])])
}

pub(super) fn spring() -> TermChanges {
    let mut sections = vec![
        section(SPRING, "COMPSCI 61A", "LEC 001", 10001, Some([900, 1000, 0])),
        section(SPRING, "MATH 1", "LEC 001", 10002, Some([10, 20, 0])),
    ];
    sections[1].0.meetings[0].instructors[0].family_name = "Wanderer".to_owned();
    changes(SPRING, sections, Vec::new())
}

fn section(term: &str, course: &str, label: &str, ccn: u32, counts: Option<[i32; 3]>) -> Counted {
    let (component, number) = label.split_once(' ').unwrap();
    let is_primary = component == "LEC";
    let words = if is_primary { "Lecture" } else { "Discussion" };
    let section = Section {
        id: SectionId(ccn),
        class: ClassKey::new(term.parse().unwrap(), code(course), "1", if number == "002" { "002" } else { "001" }),
        number: number.to_owned(),
        component: Component { code: component.to_owned(), name: words.to_owned() },
        is_primary,
        primary_section: (!is_primary).then_some(SectionId(20001)),
        status: OfferingStatus::Active,
        is_printed: true,
        instruction_mode: Some("In-Person Instruction".to_owned()),
        dates: None,
        meetings: vec![meeting(1, "MoWeFr", if is_primary { 13 } else { 15 }, "Sample Hall 1", "O'Brien-Núñez")],
        attributes: Vec::new(),
    };
    (section, counts.map(counts_of))
}

fn meeting(number: u16, days: &str, hour: i8, location: &str, family_name: &str) -> Meeting {
    Meeting {
        number,
        days: Days::from_sis(days).unwrap(),
        time: TimeRange::new(time(hour, 0, 0, 0), time(hour, 59, 0, 0)),
        location: Some(location.to_owned()),
        instructors: vec![Instructor {
            family_name: family_name.to_owned(),
            given_name: "Sample".to_owned(),
            role: Some("PI".to_owned()),
        }],
        dates: None,
    }
}

fn changes(term: &str, sections: Vec<Counted>, reservations: Vec<(SectionId, Vec<SeatReservation>)>) -> TermChanges {
    let mut classes: Vec<Class> = Vec::new();
    for (section, _) in &sections {
        if !classes.iter().any(|class| class.key == section.class) {
            classes.push(class(section.class.clone()));
        }
    }
    let opened = sections.iter().filter_map(|(section, counts)| Some((section.id, (*counts)?))).collect();
    TermChanges {
        term: term.parse().unwrap(),
        classes: Delta { added: classes, ..Delta::default() },
        sections: Delta { added: sections.into_iter().map(|(section, _)| section).collect(), ..Delta::default() },
        enrollment: Some(EnrollmentChanges {
            at: at("2021-04-26T16:00:00Z"),
            opened,
            extended: Vec::new(),
            closed: Vec::new(),
            reservations,
        }),
    }
}

fn class(key: ClassKey) -> Class {
    Class {
        key,
        title: None,
        description: None,
        units: None,
        grading_basis: Some("OPT".to_owned()),
        requirement_designation: None,
        instruction_mode: None,
        status: OfferingStatus::Active,
        final_exam: Some("Y".to_owned()),
    }
}
