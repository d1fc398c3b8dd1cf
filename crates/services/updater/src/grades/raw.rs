//! Raw CalAnswers exports: one line per section and grade.

use std::collections::BTreeMap;

use catalog::course::CourseCode;
use catalog::grade::{Distribution, GRADES};
use catalog::subject::SubjectTable;
use catalog::term::TermId;

use super::ReadGrades;
use super::export::{GradeFileError, Level, LineFault, Table, Texts, record};
use super::privacy::may_be_shown;

struct Columns {
    subject: usize,
    number: usize,
    ccn: usize,
    section: usize,
    title: usize,
    instructor: usize,
    grade: usize,
    count: usize,
}

/// A section is known by term, level, control number and section number.
type SectionKey = (TermId, Level, String, String);

struct Section {
    first_line: u64,
    line: csv::StringRecord,
    distribution: Distribution,
}

/// Reads all lines and puts them together by section.
pub(crate) fn read(table: &Table) -> Result<ReadGrades, GradeFileError> {
    let columns = columns(table)?;
    let mut read = ReadGrades::default();
    let mut sections: BTreeMap<SectionKey, Section> = BTreeMap::new();
    for (position, line) in table.lines().enumerate() {
        let number = position as u64 + 2;
        let added =
            line.map_err(|error| error.to_string()).and_then(|line| add(table, &columns, &mut sections, number, line));
        if let Err(reason) = added {
            read.faults.push(LineFault { line: number, reason });
        }
    }
    for ((term, level, ..), section) in sections {
        if !may_be_shown(&section.distribution, level) {
            read.withheld += 1;
            continue;
        }
        match finish(&columns, term, &section) {
            Ok(record) => read.records.push(record),
            Err(reason) => read.faults.push(LineFault { line: section.first_line, reason }),
        }
    }
    Ok(read)
}

fn columns(table: &Table) -> Result<Columns, GradeFileError> {
    Ok(Columns {
        subject: table.column("Course Subject Short Nm")?,
        number: table.column("Course Number")?,
        ccn: table.column("Course Control Nbr")?,
        section: table.column("Section Nbr")?,
        title: table.column("Course Title Nm")?,
        instructor: table.column("Instructor Name")?,
        grade: table.column("Grade Nm")?,
        count: table.column("Enrollment Cnt")?,
    })
}

fn add(
    table: &Table,
    columns: &Columns,
    sections: &mut BTreeMap<SectionKey, Section>,
    number: u64,
    line: csv::StringRecord,
) -> Result<(), String> {
    let text = |column: usize| line.get(column).unwrap_or_default().trim();
    let count: u32 = text(columns.count).parse().map_err(|_| format!("`{}` is no count", text(columns.count)))?;
    let term = table.term(&line).ok_or("its term cannot be read")?;
    let key = (term, table.level(&line), text(columns.ccn).to_owned(), text(columns.section).to_owned());
    let grade = column_of(text(columns.grade));
    let section =
        sections.entry(key).or_insert(Section { first_line: number, line, distribution: Distribution::default() });
    if let Some(grade) = grade {
        section.distribution.0[grade] += count;
    }
    Ok(())
}

/// The column that a grade counts in. Withdrawn, incomplete, honors and the like count nowhere, as in the campus's own
/// figures.
fn column_of(grade: &str) -> Option<usize> {
    let name = match grade {
        "Pass" | "Satisfactory" => "P",
        "Not Pass" | "Not Satisfactory" => "NP",
        letter => letter,
    };
    GRADES.iter().position(|each| *each == name)
}

fn finish(columns: &Columns, term: TermId, section: &Section) -> Result<catalog::grade::GradeRecord, String> {
    let text = |column: usize| section.line.get(column).unwrap_or_default();
    let name = text(columns.subject);
    let subject =
        SubjectTable::known().named(name).ok_or_else(|| format!("`{name}` is no subject area that is known by a name"));
    let course = subject.and_then(|subject| {
        CourseCode::new(subject.code.as_str(), text(columns.number)).map_err(|error| error.to_string())
    });
    let texts = Texts {
        course,
        section_number: text(columns.section),
        ccn: text(columns.ccn),
        title: text(columns.title),
        instructors: text(columns.instructor),
    };
    record(Some(term), texts, section.distribution)
}
