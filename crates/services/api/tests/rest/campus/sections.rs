//! What it offers.

use catalog::changes::TermChanges;
use catalog::meeting::Meeting;
use catalog::seats::SeatReservation;
use catalog::section::{SectionAttribute, SectionId};
use jiff::civil::date;
use kit::sample::{self, Counted, at, class_key, offered, reservation, term_id};

use super::{FALL, SPRING, counts_of};

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
        group_code: Some("000001".to_owned()),
        from: Some(date(2021, 4, 20)),
        ..reservation("Sample majors & friends", 40, 28)
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

fn section(term: &str, course: &str, label: &str, ccn: u32, numbers: Option<[i32; 3]>) -> Counted {
    let class = class_key(term_id(term), course, if label.ends_with(" 002") { "002" } else { "001" });
    let mut section = sample::section(ccn, &class, label);
    section.primary_section = (!section.is_primary).then_some(SectionId(20001));
    section.instruction_mode = Some("In-Person Instruction".to_owned());
    let hour = if section.is_primary { 13 } else { 15 };
    section.meetings = vec![meeting(1, "MoWeFr", hour, "Sample Hall 1", "O'Brien-Núñez")];
    (section, numbers.map(counts_of))
}

fn meeting(number: u16, days: &str, hour: i8, location: &str, family_name: &str) -> Meeting {
    let mut meeting = sample::meeting(number, days, hour, location, family_name);
    meeting.instructors[0].role = Some("PI".to_owned());
    meeting
}

fn changes(term: &str, sections: Vec<Counted>, reservations: Vec<(SectionId, Vec<SeatReservation>)>) -> TermChanges {
    let mut changes = offered(term_id(term), at("2021-04-26T16:00:00Z"), sections, reservations);
    for class in &mut changes.classes.added {
        (class.grading_basis, class.final_exam) = (Some("OPT".to_owned()), Some("Y".to_owned()));
    }
    changes
}
