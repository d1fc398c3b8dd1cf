//! Formatted files: one line per section, a column per grade.

use catalog::course::CourseCode;
use catalog::grade::{Distribution, GRADES, GradeRecord};

use super::ReadGrades;
use super::export::{GradeFileError, LineFault, Table, Texts, record};
use super::privacy::may_be_shown;

/// The column that only formatted files have.
pub(crate) const MARK: &str = "CourseNum";

struct Columns {
    subject: usize,
    number: usize,
    ccn: usize,
    section: usize,
    title: usize,
    instructor: usize,
    grades: [usize; 15],
}

/// Reads all lines.
pub(crate) fn read(table: &Table) -> Result<ReadGrades, GradeFileError> {
    let columns = columns(table)?;
    let mut read = ReadGrades::default();
    for (position, line) in table.lines().enumerate() {
        let number = position as u64 + 2;
        let parsed = line.map_err(|error| error.to_string()).and_then(|line| {
            let record = read_line(table, &columns, &line)?;
            Ok((may_be_shown(&record.distribution, table.level(&line)), record))
        });
        match parsed {
            Ok((true, record)) => read.records.push(record),
            Ok((false, _)) => read.withheld += 1,
            Err(reason) => read.faults.push(LineFault { line: number, reason }),
        }
    }
    Ok(read)
}

fn columns(table: &Table) -> Result<Columns, GradeFileError> {
    let mut grades = [0; 15];
    for (column, grade) in grades.iter_mut().zip(GRADES) {
        *column = table.column(grade)?;
    }
    Ok(Columns {
        subject: table.column("Abbreviation")?,
        number: table.column(MARK)?,
        ccn: table.column("CCN")?,
        section: table.column("SectionNum")?,
        title: table.column("CourseDesc")?,
        instructor: table.column("Instructor")?,
        grades,
    })
}

fn read_line(table: &Table, columns: &Columns, line: &csv::StringRecord) -> Result<GradeRecord, String> {
    let text = |column: usize| line.get(column).unwrap_or_default();
    let mut distribution = Distribution::default();
    for ((count, column), grade) in distribution.0.iter_mut().zip(columns.grades).zip(GRADES) {
        *count = text(column).trim().parse().map_err(|_| format!("`{}` is no count of {grade}", text(column)))?;
    }
    let texts = Texts {
        course: CourseCode::new(text(columns.subject), text(columns.number)).map_err(|error| error.to_string()),
        section_number: text(columns.section),
        ccn: text(columns.ccn),
        title: text(columns.title),
        instructors: text(columns.instructor),
    };
    record(table.term(line), texts, distribution)
}
