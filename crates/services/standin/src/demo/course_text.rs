//! The demo campus's courses, written as the Course API writes them, in both versions.

use std::sync::Arc;

use ::catalog::course::CatalogNumber;

use crate::campus::{CourseText, CourseVersion};
use crate::chance::{Chance, mixed};
use crate::demo::catalog::{Catalog, Course, Shape, Units};
use crate::demo::subjects::{Field, SUBJECTS};
use crate::demo::words::{self, Level};
use crate::json::Json;

/// Writes courses as of a year.
pub(crate) struct CourseTexts {
    catalog: Arc<Catalog>,
    year: i16,
    /// Lower-division lectures that others may ask for, by subject.
    first_lectures: Vec<Vec<u32>>,
}

/// So many of a subject's first lectures are asked for by others.
const FIRST_LECTURES: usize = 12;

impl CourseTexts {
    pub(crate) fn new(catalog: Arc<Catalog>, year: i16) -> Self {
        let mut first_lectures: Vec<Vec<u32>> = vec![Vec::new(); SUBJECTS.len()];
        for (record, course) in (0..).zip(&catalog.courses) {
            let lectures = &mut first_lectures[course.subject];
            if course.level == Level::Lower && course.shape == Shape::Lecture && lectures.len() < FIRST_LECTURES {
                lectures.push(record);
            }
        }
        Self { catalog, year, first_lectures }
    }
}

impl CourseText for CourseTexts {
    fn write_course(&self, record: u32, version: CourseVersion, json: &mut Json) {
        let course = &self.catalog.courses[record as usize];
        json.object(|json| {
            self.write_names(record, course, version, json);
            self.write_rules(course, version, json);
            write_formats(course, version, json);
            self.write_dates(course, version, json);
            self.write_ties(course, version, json);
        });
    }
}

impl CourseTexts {
    fn write_names(&self, record: u32, course: &Course, version: CourseVersion, json: &mut Json) {
        let facts = course.facts();
        json.list_at("identifiers", |json| {
            let made = mixed(u64::from(record));
            write_identifier("cms-id", &uuid(mixed(made)), json);
            write_identifier("cs-course-id", &course.course_id.to_string(), json);
            write_identifier("cms-version-independent-id", &uuid(made), json);
        });
        json.descriptor_at("subjectArea", facts.abbreviation, facts.name);
        match version {
            CourseVersion::V5 => json.text_at("catalogNumber", &course.number),
            CourseVersion::V4 => {
                write_catalog_number(course, json);
                json.descriptor_at("classSubjectArea", &facts.letters(), facts.name);
                json.text_at("classDisplayName", &course.display_name());
                json.text_at("departmentNicknames", "");
                json.text_at("createdDate", &format!("{}-01-15", course.first_year));
                json.number_at("multipleTermNumber", 0);
            }
        }
        json.text_at("displayName", &course.display_name());
        json.text_at("formerDisplayName", "");
        json.text_at("title", &course.title);
        json.text_at("transcriptTitle", &transcript_title(&course.title));
        let mut chance = Chance::new(self.catalog.seed, "description", &[u64::from(course.course_id)]);
        json.text_at("description", &words::description(facts, &mut chance));
        let career = career(course);
        json.descriptor_at("academicCareer", career.0, career.1);
        let group = academic_group(facts.field);
        json.descriptor_at("academicGroup", group.0, group.1);
        json.descriptor_at("academicOrganization", &facts.letters(), facts.name);
    }

    fn write_rules(&self, course: &Course, version: CourseVersion, json: &mut Json) {
        let (component, description) = course.shape.component().names();
        json.descriptor_at("primaryInstructionMethod", component, description);
        write_credit(course.units, version, json);
        let basis = match grading_basis(course) {
            ("PNP", _) => "pf",
            ("SUS", _) => "su",
            _ => "letter",
        };
        json.descriptor_at("gradingBasis", basis, basis);
        json.flag_at("blindGrading", false);
        let status = if course.is_active_in(self.year) { "ACTIVE" } else { "INACTIVE" };
        json.descriptor_at("status", status, status);
        json.flag_at("printInCatalog", true);
        json.flag_at("printInstructors", true);
        json.flag_at("anyFeesExist", false);
        let exam = final_exam(course);
        json.descriptor_at("finalExam", exam.0, exam.1);
        json.flag_at("instructorAddConsentRequired", course.shape == Shape::Individual);
        json.flag_at("instructorDropConsentRequired", false);
        json.flag_at("allowMultipleEnrollments", course.shape == Shape::Individual);
        json.flag_at("spansMultipleTerms", false);
        json.number_at("contactHours", 3);
        json.number_at("workloadHours", 12);
        json.object_at("repeatability", |json| json.flag_at("repeatable", course.shape != Shape::Lecture));
        self.write_preparation(course, json);
    }

    /// Half of the undergraduate courses ask for something; most of them for a course with a smaller number.
    fn write_preparation(&self, course: &Course, json: &mut Json) {
        let mut chance = Chance::new(self.catalog.seed, "preparation", &[u64::from(course.course_id)]);
        if !chance.percent(50.0) {
            return;
        }
        let text = match course.level {
            Level::Lower => "High school mathematics and an interest in the subject.".to_owned(),
            Level::Upper => {
                let below = &self.first_lectures[course.subject];
                if below.is_empty() {
                    "Upper division standing.".to_owned()
                } else {
                    let one = &self.catalog.courses[chance.pick(below) as usize];
                    format!("{} or consent of instructor.", one.display_name())
                }
            }
            Level::Graduate | Level::Professional => "Graduate standing or consent of instructor.".to_owned(),
        };
        json.object_at("preparation", |json| json.text_at("requiredText", &text));
    }

    fn write_dates(&self, course: &Course, version: CourseVersion, json: &mut Json) {
        json.text_at("fromDate", &format!("{}-08-20", course.first_year));
        let is_open = course.last_year == 2099;
        let to_date = if is_open { "2099-12-19".to_owned() } else { format!("{}-12-19", course.last_year) };
        json.text_at("toDate", &to_date);
        json.text_at("updatedDate", &format!("{}-03-01", course.first_year));
        if let Some(group) = course.cross_listing {
            let members = &self.catalog.cross_listings[group as usize];
            let mut names: Vec<String> =
                members.iter().map(|member| self.catalog.courses[*member as usize].display_name()).collect();
            names.sort_unstable();
            let write = |json: &mut Json| {
                json.number_at("count", names.len());
                json.list_at("courses", |json| names.iter().for_each(|name| json.text(name)));
            };
            json.object_at("crossListing", write);
            if version == CourseVersion::V4 {
                json.object_at("classCrossListing", write);
            }
        }
    }

    fn write_ties(&self, course: &Course, version: CourseVersion, json: &mut Json) {
        json.descriptor_at("cip", "MISSINGcipCode", "MISSINGcipCode");
        json.descriptor_at("hegis", "MISSINGhegisCode", "MISSINGhegisCode");
        json.object_at("tie", |_| ());
        json.list_at("proposedInstructors", |json| {
            if version == CourseVersion::V4 {
                json.text("");
            }
        });
        if course.is_american_cultures() {
            json.list_at("requirementsFulfilled", |json| {
                json.object(|json| {
                    json.text_at("code", "AC");
                    json.text_at("description", "American Cultures");
                });
            });
        }
    }
}

fn write_identifier(kind: &str, id: &str, json: &mut Json) {
    json.object(|json| {
        json.text_at("type", kind);
        json.text_at("id", id);
    });
}

fn uuid(number: u64) -> String {
    let low = mixed(number) & 0xffff_ffff_ffff;
    format!("{:08x}-{:04x}-4{:03x}-9000-{low:012x}", number >> 32, number >> 16 & 0xffff, number & 0xfff)
}

/// The number in its parts; empty prefix and suffix are left out.
pub(crate) fn write_catalog_number(course: &Course, json: &mut Json) {
    let Ok(number) = CatalogNumber::parse(&course.number) else { return };
    json.object_at("catalogNumber", |json| {
        if !number.prefix().is_empty() {
            json.text_at("prefix", number.prefix());
        }
        json.text_at("number", &number.digits().to_string());
        if !number.suffix().is_empty() {
            json.text_at("suffix", number.suffix());
        }
        json.text_at("formatted", number.as_str());
    });
}

fn write_credit(units: Units, version: CourseVersion, json: &mut Json) {
    // What version 4 calls a range, version 5 calls variable.
    let range = if version == CourseVersion::V4 { "range" } else { "variable" };
    let mut write = |kind: &str, fill: &dyn Fn(&mut Json)| {
        json.object_at("credit", |json| {
            json.text_at("type", kind);
            json.object_at("value", |json| json.object_at(kind, fill));
        });
    };
    match units {
        Units::Fixed(tenths) => write("fixed", &|json| json.number_at("units", in_units(tenths))),
        Units::Range(low, high) => write(range, &|json| {
            json.number_at("minUnits", in_units(low));
            json.number_at("maxUnits", in_units(high));
        }),
        Units::Either(one, other) => write("discrete", &|json| {
            json.list_at("units", |json| {
                json.number(in_units(one));
                json.number(in_units(other));
            });
        }),
    }
}

/// Tenths as units: 5 is 0.5.
pub(crate) fn in_units(tenths: u16) -> f64 {
    f64::from(tenths) / 10.0
}

fn write_formats(course: &Course, version: CourseVersion, json: &mut Json) {
    let (component, description) = course.shape.component().names();
    json.object_at("formatsOffered", |json| {
        json.text_at(
            "description",
            &format!("Fifteen weeks - three hours of {} per week.", description.to_lowercase()),
        );
        json.list_at("formats", |json| {
            json.object(|json| {
                write_terms("termsAllowed", version, json);
                json.text_at("sessionType", "15");
                json.text_at("description", "Three hours per week");
                json.number_at("aggregateMinContactHours", 3);
                json.number_at("aggregateMaxContactHours", 3);
                json.number_at("minWorkloadHours", 12);
                json.number_at("maxWorkloadHours", 12);
                json.flag_at("anyFeesExist", false);
                json.list_at("components", |json| {
                    json.object(|json| {
                        json.descriptor_at("instructionMethod", component, description);
                        json.flag_at("primary", true);
                        json.number_at("minContactHours", 3);
                        json.number_at("maxContactHours", 3);
                        json.object_at("finalExam", |_| ());
                        json.flag_at("feesExist", false);
                    });
                });
            });
        });
        json.object_at("typicallyOffered", |json| {
            write_terms("terms", version, json);
            json.text_at("comments", "");
        });
        json.flag_at("summerOnly", false);
    });
}

/// Version 4 wraps the list.
fn write_terms(name: &str, version: CourseVersion, json: &mut Json) {
    let fill = |json: &mut Json| {
        json.text("Fall");
        json.text("Spring");
    };
    match version {
        CourseVersion::V4 => json.object_at(name, |json| json.list_at("termNames", fill)),
        CourseVersion::V5 => json.list_at(name, fill),
    }
}

/// At most twenty letters in capitals.
pub(crate) fn transcript_title(title: &str) -> String {
    title.chars().take(20).collect::<String>().to_uppercase().trim_end().to_owned()
}

/// The SIS's code and words for how it is graded.
pub(crate) const fn grading_basis(course: &Course) -> (&'static str, &'static str) {
    match (course.shape, course.level) {
        (Shape::Individual | Shape::Group | Shape::Field, Level::Lower | Level::Upper) => ("PNP", "Pass/Not Pass"),
        (Shape::Individual | Shape::Colloquium, _) | (_, Level::Professional) => ("SUS", "Satisfactory/Unsatisfactory"),
        (_, Level::Graduate) => ("GRD", "Graded"),
        _ => ("OPT", "Student Option"),
    }
}

/// Whether there is a final exam.
pub(crate) fn final_exam(course: &Course) -> (&'static str, &'static str) {
    let has_exam = matches!(course.shape, Shape::Lecture | Shape::Language) && course.level < Level::Graduate;
    if has_exam { ("Y", "Yes") } else { ("N", "No") }
}

fn career(course: &Course) -> (&'static str, &'static str) {
    if course.level < Level::Graduate { ("UGRD", "Undergraduate") } else { ("GRAD", "Graduate") }
}

/// The college.
pub(crate) const fn academic_group(field: Field) -> (&'static str, &'static str) {
    match field {
        Field::Engineering => ("COE", "College of Engineering"),
        Field::Environment => ("CNR", "Rausser Clg Natural Resources"),
        Field::Design => ("CED", "Clg Environmental Design"),
        Field::Business => ("BUS", "Haas School of Business"),
        Field::Law => ("LAW", "School of Law"),
        Field::Education => ("GSE", "School of Education"),
        Field::Health => ("SPH", "School of Public Health"),
        Field::Computing => ("CDSS", "Clg Computing, Data Sci & Soc"),
        _ => ("CLS", "Clg of Letters & Science"),
    }
}
