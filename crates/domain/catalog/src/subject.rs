//! Subject areas: the first half of a course code.
//!
//! The Class API writes a subject without spaces or punctuation (`ELENG`, `ARESEC`), the Course API and
//! people write `EL ENG` and `A,RESEC`. The letters alone identify it.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, LazyLock};

/// A subject area by its letters alone, upper case: `COMPSCI`, `ELENG`, `ARESEC`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SubjectCode(Arc<str>);

/// The most letters that a subject area's code may have; SIS's longest has 8.
pub const SUBJECT_LENGTH_MAX: usize = 20;

/// A text without a usable subject code in it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no subject area: expected 1 to {SUBJECT_LENGTH_MAX} letters such as COMPSCI")]
pub struct InvalidSubject(pub String);

impl SubjectCode {
    /// Reads any spelling: keeps the letters, in upper case.
    ///
    /// # Errors
    /// [`InvalidSubject`] when no letter, or too many, are left.
    pub fn parse(text: &str) -> Result<Self, InvalidSubject> {
        let letters: String = text.chars().filter(char::is_ascii_alphabetic).map(|c| c.to_ascii_uppercase()).collect();
        if letters.is_empty() || letters.len() > SUBJECT_LENGTH_MAX {
            return Err(InvalidSubject(text.to_owned()));
        }
        Ok(Self(letters.into()))
    }

    /// The letters.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for SubjectCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for SubjectCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A subject area with the names that people know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subject {
    /// Its identity.
    pub code: SubjectCode,
    /// As written in front of a number: `EL ENG`.
    pub abbreviation: String,
    /// In full: `Electrical Engineering`.
    pub name: String,
}

/// The subject areas that people have names for, with every spelling that the SIS and the grade exports have used.
/// The SIS's own words come first wherever it gives them; this table serves the grade exports, which give long names
/// only, and terms and courses without a description of their subject.
pub struct SubjectTable {
    by_code: HashMap<SubjectCode, Subject>,
    by_name: HashMap<String, SubjectCode>,
}

static TABLE: LazyLock<SubjectTable> = LazyLock::new(|| SubjectTable::read(include_str!("../data/subjects.tsv")));

impl SubjectTable {
    /// The table of `data/subjects.tsv`.
    #[must_use]
    pub fn known() -> &'static Self {
        &TABLE
    }

    /// The subject of a code.
    #[must_use]
    pub fn get(&self, code: &SubjectCode) -> Option<&Subject> {
        self.by_code.get(code)
    }

    /// The subject of a long name, such as `Ag & Resource Econ & Pol`; case and spaces around do not matter.
    #[must_use]
    pub fn named(&self, name: &str) -> Option<&Subject> {
        self.by_name.get(&name.trim().to_lowercase()).and_then(|code| self.by_code.get(code))
    }

    /// Every spelling of every name, in lower case and in alphabetical order, with its subject.
    #[must_use]
    pub fn names(&self) -> Vec<(&str, &SubjectCode)> {
        let mut names: Vec<(&str, &SubjectCode)> =
            self.by_name.iter().map(|(name, code)| (name.as_str(), code)).collect();
        names.sort_unstable();
        names
    }

    fn read(text: &str) -> Self {
        let mut table = Self { by_code: HashMap::new(), by_name: HashMap::new() };
        for line in text.lines().filter(|line| !line.starts_with('#')) {
            let Some((abbreviation, names)) = line.split_once('\t') else { continue };
            let Ok(code) = SubjectCode::parse(abbreviation) else { continue };
            for name in names.split('|') {
                table.by_name.entry(name.to_lowercase()).or_insert_with(|| code.clone());
            }
            let name = names.split('|').next().unwrap_or(abbreviation).to_owned();
            table.by_code.insert(code.clone(), Subject { code, abbreviation: abbreviation.to_owned(), name });
        }
        table
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_of_a_subject_is_one_code() {
        let codes: Vec<_> =
            ["EL ENG", "eleng", "El.Eng"].into_iter().map(|text| SubjectCode::parse(text).unwrap()).collect();
        assert!(codes.iter().all(|code| code.as_str() == "ELENG"));
        assert_eq!(SubjectCode::parse("A,RESEC").unwrap().as_str(), "ARESEC");
        assert!(SubjectCode::parse("12").is_err());
    }

    #[test]
    fn long_names_of_grade_exports_lead_to_subjects() {
        let subject = SubjectTable::known().named(" ag & resource econ & pol ").unwrap();
        assert_eq!((subject.abbreviation.as_str(), subject.code.as_str()), ("A,RESEC", "ARESEC"));
        assert_eq!(SubjectTable::known().by_code.len(), 320);
    }
}
