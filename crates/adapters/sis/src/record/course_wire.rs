//! A course as SIS writes it: whole in the Course API, shortened inside classes and sections.

use std::fmt;

use catalog::course::{CatalogNumber, CourseCode};
use catalog::subject::SubjectCode;
use serde::Deserialize;
use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserializer, Error, MapAccess, Visitor};

use crate::lenient::list::{Item, List};
use crate::lenient::scalar::{Descriptor, Text};
use crate::reading::Wrong;
use crate::record::units::Credit;

/// What is wanted of a course.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct CourseWire<'a> {
    #[serde(borrow)]
    pub(crate) identifiers: List<Identifier<'a>>,
    #[serde(borrow)]
    pub(crate) subject_area: Descriptor<'a>,
    #[serde(borrow)]
    pub(crate) catalog_number: CatalogNumberText<'a>,
    #[serde(borrow)]
    pub(crate) display_name: Text<'a>,
    #[serde(borrow)]
    pub(crate) title: Text<'a>,
    #[serde(borrow)]
    pub(crate) transcript_title: Text<'a>,
    #[serde(borrow)]
    pub(crate) description: Text<'a>,
    #[serde(borrow)]
    pub(crate) academic_career: Descriptor<'a>,
    #[serde(borrow)]
    pub(crate) credit: Option<Credit<'a>>,
    #[serde(borrow)]
    pub(crate) grading_basis: Descriptor<'a>,
    #[serde(borrow)]
    pub(crate) final_exam: Descriptor<'a>,
    #[serde(borrow)]
    pub(crate) status: Descriptor<'a>,
    #[serde(borrow)]
    pub(crate) from_date: Text<'a>,
    #[serde(borrow)]
    pub(crate) preparation: Option<Preparation<'a>>,
    #[serde(borrow)]
    pub(crate) cross_listing: Option<CrossListing<'a>>,
}

/// What must be taken before.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct Preparation<'a> {
    #[serde(borrow)]
    pub(crate) required_text: Text<'a>,
}

/// The same course under other codes.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct CrossListing<'a> {
    #[serde(borrow)]
    pub(crate) courses: List<Text<'a>>,
}

/// An id of one kind or another.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Identifier<'a> {
    #[serde(borrow, rename = "type")]
    kind: Text<'a>,
    #[serde(borrow)]
    id: Text<'a>,
}

impl Item for Identifier<'_> {
    const WRAPPERS: &'static [&'static str] = &["identifiers", "identifier"];
}

/// A catalog number: a text in v5, an object before.
#[derive(Debug, Default)]
pub(crate) struct CatalogNumberText<'a> {
    prefix: Text<'a>,
    number: Text<'a>,
    suffix: Text<'a>,
    formatted: Text<'a>,
}

impl CatalogNumberText<'_> {
    /// The whole number, as `C8`; `None` when there is none.
    fn whole(&self) -> Option<String> {
        if let Some(formatted) = self.formatted.get() {
            return Some(formatted.split_whitespace().collect());
        }
        self.number.get()?;
        let parts = [&self.prefix, &self.number, &self.suffix];
        Some(parts.into_iter().filter_map(Text::get).collect())
    }
}

impl CourseWire<'_> {
    /// The course's code: from subject area and catalog number, else from the display name.
    ///
    /// # Errors
    /// When neither can be read.
    pub(crate) fn code(&self) -> Result<CourseCode, Wrong> {
        let Some(number) = self.catalog_number.whole() else {
            return self.code_from_display_name();
        };
        let Some(subject) = self.subject_area.code.get() else {
            return self.code_from_display_name();
        };
        let subject = SubjectCode::parse(subject).map_err(|error| Wrong::at("subjectArea.code", error.to_string()))?;
        let number = CatalogNumber::parse(&number).map_err(|error| Wrong::at("catalogNumber", error.to_string()))?;
        Ok(CourseCode { subject, number })
    }

    fn code_from_display_name(&self) -> Result<CourseCode, Wrong> {
        let Some(name) = self.display_name.get() else {
            return Err(Wrong::at("catalogNumber", "the course has neither a subject and a number nor a display name"));
        };
        CourseCode::parse(name).map_err(|error| Wrong::at("displayName", error.to_string()))
    }

    /// The SIS's id of the course.
    pub(crate) fn cs_course_id(&self) -> Option<String> {
        let mut ids = self.identifiers.iter().filter(|identifier| identifier.kind.get() == Some("cs-course-id"));
        ids.find_map(|identifier| identifier.id.get()).map(str::to_owned)
    }

    /// The subject area as written in front of a number, and in full.
    pub(crate) fn subject_names(&self, code: &CourseCode) -> (String, String) {
        let letters = code.subject.as_str();
        let from_display = || self.display_name.get()?.rsplit_once(' ').map(|(subject, _)| subject.trim_end());
        let abbreviation = self.subject_area.code.get().or_else(from_display).unwrap_or(letters);
        let name = self.subject_area.words().unwrap_or(abbreviation);
        (abbreviation.to_owned(), name.to_owned())
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct CatalogNumberFields<'a> {
    #[serde(borrow)]
    prefix: Text<'a>,
    #[serde(borrow)]
    number: Text<'a>,
    #[serde(borrow)]
    suffix: Text<'a>,
    #[serde(borrow)]
    formatted: Text<'a>,
}

struct CatalogNumberVisitor;

impl<'de> Visitor<'de> for CatalogNumberVisitor {
    type Value = CatalogNumberText<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a catalog number")
    }

    fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(CatalogNumberText { formatted: Text::borrowed(text), ..CatalogNumberText::default() })
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
        Ok(CatalogNumberText { formatted: Text::owned(text), ..CatalogNumberText::default() })
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Self::Value, E> {
        self.visit_str(&number.to_string())
    }

    fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
        Ok(CatalogNumberText::default())
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
        let CatalogNumberFields { prefix, number, suffix, formatted } =
            CatalogNumberFields::deserialize(MapAccessDeserializer::new(map))?;
        Ok(CatalogNumberText { prefix, number, suffix, formatted })
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for CatalogNumberText<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(CatalogNumberVisitor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(json: &str) -> Result<String, String> {
        let course: CourseWire = serde_json::from_str(json).unwrap();
        course.code().map(|code| code.to_string()).map_err(|wrong| wrong.path)
    }

    #[test]
    fn a_code_comes_from_a_text_an_object_or_the_display_name() {
        for json in [
            r#"{"subjectArea":{"code":"COMPSCI"},"catalogNumber":"C8"}"#,
            r#"{"subjectArea":{"code":"COMPSCI"},"catalogNumber":{"prefix":"C","number":"8","suffix":"","formatted":"C8"}}"#,
            r#"{"subjectArea":{"code":"COMPSCI"},"catalogNumber":{"prefix":"C","number":8}}"#,
            r#"{"subjectArea":{},"catalogNumber":{},"displayName":"COMPSCI C8"}"#,
        ] {
            assert_eq!(code(json), Ok("COMPSCI C8".into()), "{json}");
        }
    }

    #[test]
    fn a_code_that_cannot_be_read_names_its_place() {
        assert_eq!(code(r#"{"subjectArea":{"code":"COMPSCI"},"catalogNumber":"eight"}"#), Err("catalogNumber".into()));
        assert_eq!(code(r#"{"subjectArea":{"code":"123"},"catalogNumber":"8"}"#), Err("subjectArea.code".into()));
        assert_eq!(code(r#"{"displayName":"COMPSCI"}"#), Err("displayName".into()));
        assert_eq!(code("{}"), Err("catalogNumber".into()));
    }
}
