//! The demo campus's classes and sections, written as the Class API writes them.

use std::sync::Arc;

use ::catalog::meeting::Days;
use ::catalog::seats::Counts;

use crate::campus::{SessionFacts, TermText, write_counts};
use crate::demo::calendar::TermDates;
use crate::demo::catalog::{BREADTHS, Catalog, Course, Shape, Units};
use crate::demo::course_text::{
    academic_group, final_exam, grading_basis, in_units, transcript_title, write_catalog_number,
};
use crate::demo::names::{BUILDINGS, RESERVED_FOR, person};
use crate::demo::plan::{DemoClass, DemoMeeting, DemoSection, DemoTerm, Students, three_digits};
use crate::demo::words::Level;
use crate::json::Json;

/// Writes a term's records.
pub(crate) struct TermTexts {
    catalog: Arc<Catalog>,
    term: Arc<DemoTerm>,
    dates: TermDates,
    sessions: Vec<SessionFacts>,
    /// `2026 Fall`.
    term_name: String,
}

impl TermTexts {
    pub(crate) fn new(catalog: Arc<Catalog>, term: Arc<DemoTerm>, dates: TermDates) -> Self {
        let term_name = format!("{} {}", dates.id.year(), dates.id.semester().title());
        Self { catalog, term, dates, sessions: dates.sessions(), term_name }
    }
}

impl TermText for TermTexts {
    fn write_section(&self, index: u32, counts: Counts, json: &mut Json) {
        let section = &self.term.sections[index as usize];
        let class = &self.term.classes[section.class as usize];
        let course = &self.catalog.courses[class.course as usize];
        json.object(|json| {
            json.object_at("class", |json| self.write_class_name(class, course, json));
            json.number_at("id", section.id);
            self.write_section_facts(section, class, course, json);
            self.write_association(section, class, json);
            json.object_at("enrollmentStatus", |json| self.write_seats(index, counts, json));
            self.write_attributes(course, json);
            json.list_at("meetings", |json| {
                for (number, meeting) in (1..).zip(&section.meetings) {
                    self.write_meeting(number, *meeting, section, class, course, json);
                }
            });
        });
    }

    fn write_class(&self, index: u32, counts: Counts, json: &mut Json) {
        let class = &self.term.classes[index as usize];
        let course = &self.catalog.courses[class.course as usize];
        json.object(|json| {
            self.write_class_name(class, course, json);
            if let Some(title) = &class.title {
                json.text_at("classTitle", title);
                json.text_at("classTranscriptTitle", &transcript_title(title));
            }
            json.object_at("aggregateEnrollmentStatus", |json| {
                write_counts(counts, json);
                json.flag_at("instructorAddConsentRequired", course.shape == Shape::Individual);
                json.flag_at("instructorDropConsentRequired", false);
            });
            json.flag_at("anyFeesExist", false);
            json.flag_at("anyPrintInScheduleOfClasses", class.is_printed);
            json.flag_at("anyPrintInstructors", true);
            json.object_at("assignedClassMaterials", |json| {
                json.object_at("status", |_| ());
                json.flag_at("noneAssigned", true);
            });
            json.flag_at("blindGrading", false);
            json.number_at("contactHours", 3);
            let exam = final_exam(course);
            json.descriptor_at("finalExam", exam.0, exam.1);
            write_instruction_mode(class, json);
            let (component, description) = class.component.names();
            json.descriptor_at("primaryComponent", component, description);
            write_status(class.status, json);
            if course.is_american_cultures() {
                json.formal_at("requirementDesignation", "AC", "American Cultures", "Fulfills American Cultures");
            }
        });
    }

    fn write_seats(&self, index: u32, counts: Counts, json: &mut Json) {
        let section = &self.term.sections[index as usize];
        write_counts(counts, json);
        // Those with reserved seats take theirs as the section fills.
        let taken = |max_enroll: u16| {
            let share = i32::from(max_enroll) * counts.enrolled / counts.max_enroll.max(1);
            share.min(i32::from(max_enroll))
        };
        let reserved = section.reservations.iter();
        let (places, used) = reserved.fold((0, 0), |(places, used), reservation| {
            (places + i32::from(reservation.max_enroll), used + taken(reservation.max_enroll))
        });
        json.number_at("reservedCount", used);
        json.number_at("openReserved", places - used);
        if section.reservations.is_empty() {
            return;
        }
        json.list_at("seatReservations", |json| {
            for (number, reservation) in (1..).zip(&section.reservations) {
                let (code, description) = RESERVED_FOR[usize::from(reservation.group)];
                json.object(|json| {
                    json.number_at("number", number);
                    json.descriptor_at("requirementGroup", code, description);
                    json.text_at("fromDate", &self.dates.phase1_start.to_string());
                    json.number_at("maxEnroll", reservation.max_enroll);
                    json.number_at("enrolledCount", taken(reservation.max_enroll));
                });
            }
        });
    }
}

impl TermTexts {
    fn write_class_name(&self, class: &DemoClass, course: &Course, json: &mut Json) {
        let facts = course.facts();
        let letters = facts.letters();
        json.object_at("course", |json| {
            json.list_at("identifiers", |json| {
                json.object(|json| {
                    json.text_at("type", "cs-course-id");
                    json.text_at("id", &course.course_id.to_string());
                });
            });
            json.descriptor_at("subjectArea", &letters, facts.name);
            write_catalog_number(course, json);
            json.text_at("displayName", &format!("{letters} {}", course.number));
            json.text_at("title", &course.title);
            json.text_at("transcriptTitle", &transcript_title(&course.title));
        });
        json.number_at("offeringNumber", 1);
        let session = self.session_of(class);
        json.object_at("session", |json| {
            json.object_at("term", |json| {
                json.text_at("id", &self.dates.id.to_string());
                json.text_at("name", &self.term_name);
            });
            json.text_at("id", session.id);
            json.text_at("name", session.name);
        });
        json.text_at("number", &three_digits(class.number));
        json.text_at("displayName", &self.class_display_name(class, course));
        write_allowed_units(course.units, json);
        let basis = grading_basis(course);
        json.descriptor_at("gradingBasis", basis.0, basis.1);
    }

    fn session_of(&self, class: &DemoClass) -> &SessionFacts {
        &self.sessions[usize::from(class.session)]
    }

    fn class_display_name(&self, class: &DemoClass, course: &Course) -> String {
        let number = three_digits(class.number);
        format!("{} {} {} {number}", self.term_name, course.facts().letters(), course.number)
    }

    fn write_section_facts(&self, section: &DemoSection, class: &DemoClass, course: &Course, json: &mut Json) {
        let facts = course.facts();
        let number = three_digits(section.number);
        let (component, description) = section.component.names();
        let group = academic_group(facts.field);
        json.formal_at("academicGroup", group.0, group.0, group.1);
        json.formal_at("academicOrganization", &facts.letters(), facts.name, facts.name);
        json.descriptor_at("addConsentRequired", "N", "No Special Consent Required");
        json.descriptor_at("dropConsentRequired", "N", "No Special Consent Required");
        json.descriptor_at("component", component, description);
        let class_name = self.class_display_name(class, course);
        json.text_at("displayName", &format!("{class_name} {component} {number}"));
        json.text_at("number", &number);
        let session = self.session_of(class);
        json.text_at("startDate", &session.begin.to_string());
        json.text_at("endDate", &session.end.to_string());
        let is_primary = matches!(section.students, Students::Wish(_));
        json.flag_at("feesExist", false);
        json.flag_at("graded", is_primary);
        write_instruction_mode(class, json);
        json.flag_at("printInScheduleOfClasses", class.is_printed);
        json.flag_at("roomShare", false);
        write_status(class.status, json);
        if is_primary {
            json.formal_at("type", "E", "Enrollment", "Enrollment Section");
        } else {
            json.formal_at("type", "N", "Non-Enroll", "Non-Enrollment Section");
        }
    }

    fn write_association(&self, section: &DemoSection, class: &DemoClass, json: &mut Json) {
        let (_, primary) = self.term.primary_of(section.class);
        let (component, description) = primary.component.names();
        json.object_at("association", |json| {
            json.flag_at("primary", matches!(section.students, Students::Wish(_)));
            json.descriptor_at("primaryAssociatedComponent", component, description);
            json.number_at("primaryAssociatedSectionId", primary.id);
            json.list_at("primaryAssociatedSectionIds", |json| json.number(primary.id));
            json.number_at("associatedClass", class.number);
        });
    }

    fn write_attributes(&self, course: &Course, json: &mut Json) {
        json.list_at("sectionAttributes", |json| {
            let level = if course.level < Level::Graduate {
                ("UGRD", "Undergraduate Level")
            } else {
                ("GRAD", "Graduate Level")
            };
            write_attribute(("CCLV", "CRSE LEVEL", "Academic Course Level"), (level.0, level.1, level.1), json);
            let tie = if course.shape == Shape::Individual {
                ("INDV", "Individualized Instruction")
            } else {
                ("LECT", "Lecture Instruction")
            };
            write_attribute(("TIE", "Instr Type", "Instructional Activity Types"), (tie.0, tie.1, tie.1), json);
            for (bit, (code, name)) in BREADTHS.iter().enumerate() {
                if course.breadths >> bit & 1 == 1 {
                    let formal = format!("Meets {name}, L&S Breadth");
                    write_attribute(("GE", "Breadth", "Breadth Requirements"), (code, name, &formal), json);
                }
            }
        });
    }

    fn write_meeting(
        &self,
        number: u32,
        meeting: DemoMeeting,
        section: &DemoSection,
        class: &DemoClass,
        course: &Course,
        json: &mut Json,
    ) {
        const FLAGS: [&str; 7] = [
            "meetsMonday",
            "meetsTuesday",
            "meetsWednesday",
            "meetsThursday",
            "meetsFriday",
            "meetsSaturday",
            "meetsSunday",
        ];
        let days = Days::from_bits(meeting.days);
        let session = self.session_of(class);
        json.object(|json| {
            json.number_at("number", number);
            let names = (0..7).filter(|day| days.contains(*day)).map(|day| Days::NAMES[usize::from(day)]);
            let names: String = names.collect();
            if !names.is_empty() {
                json.text_at("meetsDays", &names);
            }
            for (day, flag) in (0..).zip(FLAGS) {
                json.flag_at(flag, days.contains(day));
            }
            json.text_at("startTime", &clock_time(meeting.start));
            json.text_at("endTime", &clock_time(meeting.end));
            write_room(meeting, json);
            json.list_at("assignedInstructors", |json| {
                for (place, who) in (1..).zip(&section.people) {
                    self.write_instructor(place, *who, course, json);
                }
            });
            json.text_at("startDate", &session.begin.to_string());
            json.text_at("endDate", &session.end.to_string());
            json.object_at("meetingTopic", |_| ());
        });
    }

    fn write_instructor(&self, place: u32, who: u16, course: &Course, json: &mut Json) {
        let subject = course.subject;
        let (given, family) = person(self.catalog.seed, subject, u32::from(who), course.facts().abbreviation);
        json.object(|json| {
            json.number_at("assignmentNumber", place);
            json.object_at("instructor", |json| {
                json.list_at("names", |json| {
                    for (code, description) in [("PRF", "Preferred"), ("PRI", "Primary")] {
                        json.object(|json| {
                            json.descriptor_at("type", code, description);
                            json.text_at("familyName", &family);
                            json.text_at("givenName", given);
                            json.text_at("formattedName", &format!("{given} {family}"));
                            json.flag_at("disclose", true);
                            json.text_at("fromDate", "2016-08-01");
                        });
                    }
                });
            });
            match place {
                1 => json.formal_at("role", "PI", "1-TIC", "Teaching and In Charge"),
                _ => json.formal_at("role", "TNIC", "2-TNIC", "Teaching but Not in Charge"),
            }
            json.number_at("contactMinutes", 0);
            json.flag_at("printInScheduleOfClasses", true);
        });
    }
}

fn write_attribute(attribute: (&str, &str, &str), value: (&str, &str, &str), json: &mut Json) {
    json.object(|json| {
        json.formal_at("attribute", attribute.0, attribute.1, attribute.2);
        json.formal_at("value", value.0, value.1, value.2);
    });
}

fn write_room(meeting: DemoMeeting, json: &mut Json) {
    let Some((building, room)) = meeting.room else {
        json.object_at("location", |_| ());
        json.object_at("building", |_| ());
        return;
    };
    let (code, name) = BUILDINGS[usize::from(building)];
    json.descriptor_at("location", &format!("{code}{room}"), &format!("{name} {room}"));
    json.descriptor_at("building", code, name);
}

fn write_instruction_mode(class: &DemoClass, json: &mut Json) {
    if class.is_online {
        json.descriptor_at("instructionMode", "W", "Web-Based Instruction");
    } else {
        json.descriptor_at("instructionMode", "P", "In-Person Instruction");
    }
}

fn write_status(status: char, json: &mut Json) {
    match status {
        'X' => json.descriptor_at("status", "X", "Cancelled"),
        'S' => json.descriptor_at("status", "S", "Stop Further Enrollment"),
        _ => json.descriptor_at("status", "A", "Active"),
    }
}

fn write_allowed_units(units: Units, json: &mut Json) {
    let (minimum, maximum) = match units {
        Units::Fixed(tenths) => (tenths, tenths),
        Units::Range(low, high) | Units::Either(low, high) => (low, high),
    };
    json.object_at("allowedUnits", |json| {
        json.number_at("minimum", in_units(minimum));
        json.number_at("maximum", in_units(maximum));
        json.number_at("forAcademicProgress", in_units(minimum));
        json.number_at("forFinancialAid", in_units(minimum));
    });
}

/// Minutes of the day as the SIS writes a time; it says 00:00:00 for none.
fn clock_time(minutes: u16) -> String {
    format!("{:02}:{:02}:00", minutes / 60, minutes % 60)
}
