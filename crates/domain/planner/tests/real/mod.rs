//! Fall 2016 as captured from the SIS, read just far enough for the planner. The folder lies beside the repository and
//! never in it. (The kit is not used for it: examples would then build a database client in release.)

use std::collections::HashMap;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};

use catalog::class::{Class, ClassKey, OfferingStatus};
use catalog::course::{Course, CourseCode, UnitCount, Units};
use catalog::data::{CatalogData, ObservedCounts};
use catalog::ids::{CourseId, Numbered};
use catalog::meeting::{Days, Meeting, TimeRange};
use catalog::seats::Counts;
use catalog::section::{Component, Section, SectionId};
use catalog::snapshot::Snapshot;
use catalog::stored::Held;
use catalog::term::{Term, TermId};
use jiff::civil::{Date, date};
use serde_json::Value;

/// The captured catalog; `None` when it is not there.
pub(crate) fn fall_2016() -> Option<Snapshot> {
    let folder = folder()?;
    let mut reader = Reader::default();
    let term: TermId = "fall-2016".parse().ok()?;
    let (begin, end) = (date(2016, 8, 17), date(2016, 12, 16));
    reader.data.terms.push(Term { id: term, begin, end, enrollment_begin: None, sessions: Vec::new() });
    for line in lines(&folder.join("classes_2168.jsonl.zst"))? {
        reader.class(term, &line);
    }
    for line in lines(&folder.join("class_sections_2168.jsonl.zst"))? {
        reader.section(term, &line);
    }
    Some(Snapshot::build(reader.data))
}

fn folder() -> Option<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(4)?;
    let folder = root.join("shared/data/berkeley-sis-2016-2017/sis-shaped");
    folder.is_dir().then_some(folder)
}

fn lines(path: &Path) -> Option<impl Iterator<Item = Value>> {
    let reader = BufReader::new(zstd::Decoder::new(File::open(path).ok()?).ok()?);
    Some(reader.lines().map_while(Result::ok).filter_map(|line| serde_json::from_str(&line).ok()))
}

#[derive(Default)]
struct Reader {
    data: CatalogData,
    courses: HashMap<CourseCode, CourseId>,
}

fn text<'a>(value: &'a Value, path: &str) -> Option<&'a str> {
    value.pointer(path)?.as_str()
}

fn number(value: &Value, path: &str) -> i32 {
    value.pointer(path).and_then(Value::as_i64).and_then(|number| i32::try_from(number).ok()).unwrap_or(0)
}

fn dates(value: &Value) -> Option<(Date, Date)> {
    Some((text(value, "/startDate")?.parse().ok()?, text(value, "/endDate")?.parse().ok()?))
}

impl Reader {
    fn class(&mut self, term: TermId, line: &Value) -> Option<()> {
        let key = self.key(term, line)?;
        let units = |end: &str| UnitCount::from_decimal(line.pointer(&format!("/allowedUnits/{end}"))?.as_f64()?);
        self.data.classes.push(Class {
            key,
            title: None,
            description: None,
            units: units("minimum").zip(units("maximum")),
            grading_basis: None,
            requirement_designation: None,
            instruction_mode: None,
            status: text(line, "/status/code").and_then(OfferingStatus::from_code)?,
            final_exam: text(line, "/finalExam/code").map(str::to_owned),
        });
        Some(())
    }

    fn section(&mut self, term: TermId, line: &Value) -> Option<()> {
        let class = self.key(term, line.pointer("/class")?)?;
        let id = SectionId(line.pointer("/id")?.as_u64()?.try_into().ok()?);
        let counts = Counts {
            is_open: None,
            enrolled: number(line, "/enrollmentStatus/enrolledCount"),
            max_enroll: number(line, "/enrollmentStatus/maxEnroll"),
            waitlisted: 0,
            max_waitlist: 0,
        };
        self.data.counts.insert((term, id), ObservedCounts { counts, seen_at: jiff::Timestamp::UNIX_EPOCH });
        let meetings = line.pointer("/meetings").and_then(Value::as_array).into_iter().flatten();
        self.data.sections.push(Section {
            id,
            class,
            number: text(line, "/number")?.to_owned(),
            component: Component {
                code: text(line, "/component/code")?.to_owned(),
                name: text(line, "/component/description").unwrap_or_default().to_owned(),
            },
            is_primary: line.pointer("/association/primary")?.as_bool()?,
            primary_section: line
                .pointer("/association/primaryAssociatedSectionId")
                .and_then(Value::as_u64)
                .and_then(|id| u32::try_from(id).ok())
                .map(SectionId),
            status: text(line, "/status/code").and_then(OfferingStatus::from_code)?,
            is_printed: line.pointer("/printInScheduleOfClasses")?.as_bool()?,
            instruction_mode: None,
            dates: dates(line),
            meetings: (1..).zip(meetings).map(|(number, line)| meeting(number, line)).collect(),
            attributes: Vec::new(),
        });
        Some(())
    }

    fn key(&mut self, term: TermId, line: &Value) -> Option<ClassKey> {
        let subject = text(line, "/course/subjectArea/code")?;
        let code = CourseCode::new(subject, text(line, "/course/catalogNumber/formatted")?).ok()?;
        let next = CourseId(1 + self.courses.len() as u64);
        if *self.courses.entry(code.clone()).or_insert(next) == next {
            let value = Held { value: course(&code, text(line, "/course/title")?), is_retired: false };
            self.data.courses.push(Numbered { id: next, value });
        }
        Some(ClassKey::new(term, code, text(line, "/session/id")?, text(line, "/number")?))
    }
}

fn course(code: &CourseCode, title: &str) -> Course {
    Course {
        code: code.clone(),
        cs_course_id: None,
        subject_abbreviation: code.subject.to_string(),
        subject_name: code.subject.to_string(),
        title: title.to_owned(),
        description: String::new(),
        units: Some(Units::Fixed(UnitCount(400))),
        prerequisites: None,
        cross_listed: Vec::new(),
        academic_career: None,
        grading_basis: None,
        final_exam: None,
        from_date: None,
    }
}

fn meeting(number: u16, line: &Value) -> Meeting {
    let time = |path| text(line, path)?.parse().ok();
    let times = time("/startTime").zip(time("/endTime"));
    let arranged = times.filter(|(start, end)| start != end);
    Meeting {
        number,
        days: text(line, "/meetsDays").and_then(Days::from_sis).unwrap_or_default(),
        time: arranged.and_then(|(start, end)| TimeRange::new(start, end)),
        location: text(line, "/location/description").map(str::to_owned),
        instructors: Vec::new(),
        dates: dates(line),
    }
}
