//! A grade export as a table: its bytes, its heading, and the term and level it is for.
//!
//! CalAnswers has written UTF-8 with a byte order mark and commas (2013–2023) and UTF-16LE with tabs (2021–2022).
//! The term stands in the file's name (`fall_2016_under.csv`, `2021-05-Summer.csv`) or in columns `Semester`, `Year`.

use std::collections::HashMap;
use std::fmt;

use catalog::course::CourseCode;
use catalog::grade::{Distribution, GradeRecord};
use catalog::section::SectionId;
use catalog::term::{Semester, TermId};

/// A file as given.
#[derive(Clone, Debug)]
pub struct GradeFile {
    /// Its name, without folders.
    pub name: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// The most bytes of a file: ten times the largest known (all terms in one, 54 MB).
pub(crate) const GRADE_FILE_BYTES_MAX: usize = 512 * 1024 * 1024;

/// Why a file is no grade export.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GradeFileError {
    /// It is too large.
    #[error("{file}: larger than {GRADE_FILE_BYTES_MAX} bytes, which no grade export is")]
    TooLarge {
        /// Which file.
        file: String,
    },
    /// Its bytes are no text.
    #[error("{file}: neither UTF-8 nor UTF-16 text; export it again from CalAnswers as CSV")]
    NoText {
        /// Which file.
        file: String,
    },
    /// It lacks a column.
    #[error("{file}: no column `{column}`; a raw CalAnswers export or a formatted file has it in its first line")]
    NoColumn {
        /// Which file.
        file: String,
        /// Which column.
        column: &'static str,
    },
    /// It does not say of which term it is.
    #[error(
        "{file}: of which term? name it like fall_2016_under.csv or 2021-05-Summer.csv, or give columns Semester and Year"
    )]
    NoTerm {
        /// Which file.
        file: String,
    },
}

/// A line that could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineFault {
    /// Its number in the file, from 1.
    pub line: u64,
    /// What is wrong with it.
    pub reason: String,
}

impl fmt::Display for LineFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.reason)
    }
}

/// Whom a section was for: the privacy rule depends on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Level {
    Undergraduate,
    Graduate,
}

/// A file with its heading read.
pub(crate) struct Table {
    file: String,
    text: String,
    delimiter: u8,
    columns: HashMap<String, usize>,
    named_term: Option<TermId>,
    named_level: Option<Level>,
}

impl Table {
    pub(crate) fn open(file: &GradeFile) -> Result<Self, GradeFileError> {
        let name = file.name.clone();
        if file.bytes.len() > GRADE_FILE_BYTES_MAX {
            return Err(GradeFileError::TooLarge { file: name });
        }
        let text = decode(&file.bytes).ok_or_else(|| GradeFileError::NoText { file: name.clone() })?;
        let heading = text.lines().next().unwrap_or_default();
        let delimiter = if heading.contains('\t') { b'\t' } else { b',' };
        let columns = heading_of(heading, delimiter);
        let (named_term, named_level) = (term_in_name(&name), level_in_name(&name));
        let table = Self { file: name, text, delimiter, columns, named_term, named_level };
        if table.named_term.is_none() && !(table.has("Semester") && table.has("Year")) {
            return Err(GradeFileError::NoTerm { file: table.file });
        }
        Ok(table)
    }

    pub(crate) fn has(&self, column: &str) -> bool {
        self.columns.contains_key(column)
    }

    pub(crate) fn column(&self, column: &'static str) -> Result<usize, GradeFileError> {
        self.columns.get(column).copied().ok_or_else(|| GradeFileError::NoColumn { file: self.file.clone(), column })
    }

    /// The lines below the heading.
    pub(crate) fn lines(&self) -> csv::StringRecordsIntoIter<&[u8]> {
        let mut builder = csv::ReaderBuilder::new();
        builder.delimiter(self.delimiter).flexible(true).has_headers(true);
        builder.from_reader(self.text.as_bytes()).into_records()
    }

    /// The term of a line: its own columns first, then the file's name.
    pub(crate) fn term(&self, line: &csv::StringRecord) -> Option<TermId> {
        let own = || {
            let semester = line.get(*self.columns.get("Semester")?)?;
            let year = line.get(*self.columns.get("Year")?)?;
            format!("{semester}-{year}").parse().ok()
        };
        own().or(self.named_term)
    }

    /// The level of a line: its own column, then the file's name; unknown counts as undergraduate, where the privacy
    /// rule is stricter.
    pub(crate) fn level(&self, line: &csv::StringRecord) -> Level {
        let own = || level_of(line.get(*self.columns.get("Level")?)?);
        own().or(self.named_level).unwrap_or(Level::Undergraduate)
    }
}

/// Puts a record together from the texts of a line.
pub(crate) struct Texts<'a> {
    pub(crate) course: Result<CourseCode, String>,
    pub(crate) section_number: &'a str,
    pub(crate) ccn: &'a str,
    pub(crate) title: &'a str,
    pub(crate) instructors: &'a str,
}

pub(crate) fn record(
    term: Option<TermId>,
    texts: Texts<'_>,
    distribution: Distribution,
) -> Result<GradeRecord, String> {
    let section_number = texts.section_number.trim().trim_start_matches('0');
    Ok(GradeRecord {
        term: term.ok_or("its term cannot be read")?,
        course: texts.course?,
        section_number: if section_number.is_empty() { "0" } else { section_number }.to_owned(),
        ccn: texts.ccn.trim().parse().ok().map(SectionId),
        title: texts.title.trim().to_owned(),
        instructors: people(texts.instructors),
        distribution,
    })
}

fn people(text: &str) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for name in text.split(';') {
        let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
        if !name.is_empty() && !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

fn decode(bytes: &[u8]) -> Option<String> {
    if let Some(rest) = bytes.strip_prefix(&[0xEF, 0xBB, 0xBF]) {
        return String::from_utf8(rest.to_vec()).ok();
    }
    if let Some(rest) = bytes.strip_prefix(&[0xFF, 0xFE]) {
        let (pairs, odd) = rest.as_chunks::<2>();
        let units: Vec<u16> = pairs.iter().map(|pair| u16::from_le_bytes(*pair)).collect();
        return if odd.is_empty() { String::from_utf16(&units).ok() } else { None };
    }
    String::from_utf8(bytes.to_vec()).ok().filter(|text| !text.contains('\0'))
}

fn heading_of(heading: &str, delimiter: u8) -> HashMap<String, usize> {
    let mut reader = csv::ReaderBuilder::new().delimiter(delimiter).from_reader(heading.as_bytes());
    let Ok(names) = reader.headers() else { return HashMap::new() };
    names.iter().enumerate().map(|(position, name)| (name.trim().to_owned(), position)).collect()
}

/// `fall_2016_under.csv`, `2021-05-Summer.csv`: a season and a year somewhere in the name.
fn term_in_name(name: &str) -> Option<TermId> {
    let words = || name.split(|c: char| !c.is_ascii_alphanumeric());
    let semester =
        words().find_map(|word| Semester::ALL.into_iter().find(|season| word.eq_ignore_ascii_case(season.slug())))?;
    let year = words().find_map(|word| (word.len() == 4).then(|| word.parse::<i16>().ok()).flatten())?;
    TermId::new(semester, year).ok()
}

fn level_in_name(name: &str) -> Option<Level> {
    name.split(|c: char| !c.is_ascii_alphanumeric()).find_map(level_of)
}

fn level_of(word: &str) -> Option<Level> {
    match word {
        "under" => Some(Level::Undergraduate),
        "grad" => Some(Level::Graduate),
        _ => None,
    }
}
