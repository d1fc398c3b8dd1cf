//! What somebody wishes of a week, read from the address of the page: all of it, or everything in it that cannot be
//! understood.

use catalog::course::UnitCount;
use catalog::meeting::Days;
use catalog::section::SectionKey;
use jiff::civil::Time;
use planner::generator::{Preference, SeatsWanted, Wish, WishedCourse};
use planner::plan::Plan;
use planner::schedule::{Schedule, Selection};

use super::free_time;
use super::trouble::Fault;
use crate::visit::Visit;

/// How many weeks are proposed: as many as one compares on a screen or two.
const PROPOSED: usize = 12;

/// The most units that a wish can name, and so many are more than anybody takes.
pub(super) const UNITS_MAX: u16 = 99;

/// The ids of the fields.
pub(super) const FROM: &str = "wish-from";
pub(super) const TO: &str = "wish-to";
pub(super) const UNITS: &str = "wish-units";
pub(super) const FREE: &str = "wish-free";
pub(super) const SEATS: &str = "wish-seats";
pub(super) const PREFER: &str = "wish-prefer";
pub(super) const EXAMS: &str = "wish-exams";

/// The value of the box about final exams.
pub(super) const EXAMS_APART: &str = "apart";

/// What a course is wished to be, as the form names it, in the order in which that is offered.
pub(super) const ROLES: [(&str, &str); 3] = [(MUST, "Must be in"), ("may", "If it fits"), (OUT, "Leave out")];
const MUST: &str = "must";
const OUT: &str = "out";

/// Which seats there must be, as the form names it.
pub(super) const SEATS_WANTED: [(&str, &str, SeatsWanted); 3] = [
    ("any", "Full sections too", SeatsWanted::Any),
    ("free", "Only with a free seat", SeatsWanted::Free),
    ("anyone", "Only with a seat that is not reserved", SeatsWanted::FreeToAnyone),
];

/// What the address asks for, and what in it cannot be understood, in the order of the fields.
pub(super) fn read(visit: &Visit, schedule: &Schedule) -> (Wish, Vec<Fault>) {
    let mut reader = Reader { visit, faults: Vec::new() };
    let courses = reader.courses(schedule);
    let (not_before, not_after) = reader.hours();
    let max_units = reader.units();
    let free_days = reader.free_days();
    let seats = reader.seats();
    let preference = reader.value("prefer", PREFER, Preference::from_slug, |text| {
        format!("“{text}” is nothing that can matter most: choose one of the list.")
    });
    let exams = reader.value(
        "exams",
        EXAMS,
        |text| (text == EXAMS_APART).then_some(()),
        |text| format!("“{text}” says nothing about final exams: tick the box, or leave it."),
    );
    let wish = Wish {
        courses,
        busy: Plan::from(schedule).busy().to_vec(),
        not_before,
        not_after,
        free_days,
        seats,
        max_units,
        may_clash_exams: visit.parameter("asked").is_some() && exams.is_none(),
        preference: preference.unwrap_or_default(),
        count: PROPOSED,
        ..Wish::of(schedule.term, [])
    };
    (wish, reader.faults)
}

/// Whether a box of the form is ticked in the address.
pub(super) fn is_given(visit: &Visit, name: &str, value: &str) -> bool {
    values(visit, name).any(|held| held == value)
}

fn values<'a>(visit: &'a Visit, name: &'a str) -> impl Iterator<Item = &'a str> {
    visit.parameters.iter().filter(move |(key, _)| key == name).map(|(_, held)| held.as_str())
}

/// Reads the address field by field.
struct Reader<'a> {
    visit: &'a Visit,
    faults: Vec<Fault>,
}

impl Reader<'_> {
    /// A parameter as what it should be; `None` when it is not given, or was not understood, which is a fault then.
    fn value<T>(
        &mut self,
        name: &str,
        at: &'static str,
        read: impl FnOnce(&str) -> Option<T>,
        wrong: impl FnOnce(&str) -> String,
    ) -> Option<T> {
        let text = self.visit.parameter(name)?;
        let value = read(text);
        if value.is_none() {
            self.faults.push(Fault::at(at, wrong(text)));
        }
        value
    }

    /// The courses of the schedule, but those left out. One that was taken out of it meanwhile is no fault.
    fn courses(&mut self, schedule: &Schedule) -> Vec<WishedCourse> {
        let mut courses = Vec::new();
        for selection in &schedule.selections {
            let id = selection.course.to_string();
            let role = self.visit.parameter(&format!("course-{id}")).unwrap_or(MUST);
            if ROLES.iter().all(|(known, _)| *known != role) {
                let words = "says nothing about a course: choose whether it must be in, if it fits, or is left out.";
                self.faults.push(Fault::of_none(format!("“{role}” {words}")));
            }
            if role != OUT {
                let pins = if is_given(self.visit, "keep", &id) { pins(selection) } else { Vec::new() };
                courses.push(WishedCourse { course: selection.course, is_required: role == MUST, pins });
            }
        }
        courses
    }

    fn hours(&mut self) -> (Option<Time>, Option<Time>) {
        let wrong = |text: &str| format!("“{text}” is no time of day: write it like 09:30.");
        let from = self.value("from", FROM, |text| text.parse::<Time>().ok(), wrong);
        let to = self.value("to", TO, |text| text.parse::<Time>().ok(), wrong);
        if from.zip(to).is_some_and(|(from, to)| from >= to) {
            self.faults.push(Fault::at(TO, "No class fits between these two: this must be the later one."));
        }
        (from, to)
    }

    fn units(&mut self) -> Option<UnitCount> {
        let read = |text: &str| text.parse::<u16>().ok().filter(|units| (1..=UNITS_MAX).contains(units));
        let units = self.value("units", UNITS, read, |text| {
            format!("“{text}” is no number of units: write a whole one from 1 to {UNITS_MAX}.")
        });
        units.map(|units| UnitCount(units * 100))
    }

    fn free_days(&mut self) -> Days {
        let mut flags = [false; 7];
        for text in values(self.visit, "free") {
            match free_time::DAYS.iter().position(|(value, _)| *value == text) {
                Some(day) => flags[day] = true,
                None => self.faults.push(Fault::at(FREE, format!("“{text}” is no day: choose days of the list."))),
            }
        }
        Days::from_flags(flags)
    }

    fn seats(&mut self) -> SeatsWanted {
        let read = |text: &str| SEATS_WANTED.into_iter().find(|(value, ..)| *value == text).map(|(.., wanted)| wanted);
        let seats = self
            .value("seats", SEATS, read, |text| format!("“{text}” says nothing about seats: choose one of the list."));
        seats.unwrap_or_default()
    }
}

fn pins(selection: &Selection) -> Vec<SectionKey> {
    selection.primary.iter().chain(&selection.secondary).copied().collect()
}
