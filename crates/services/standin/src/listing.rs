//! Which records a question is about.

use std::sync::Arc;

use catalog::seats::Counts;

use crate::campus::{ClassEntry, CourseEntry, Offering, SectionEntry};
use crate::envelope::Refusal;
use crate::query::{Parameters, given};

/// What a question narrows down to; `None` means any.
#[derive(Clone, Debug, Default)]
pub(crate) struct Filter {
    subject: Option<String>,
    catalog_number: Option<String>,
    course_id: Option<u32>,
    session: Option<String>,
    class_number: Option<String>,
    section_number: Option<String>,
    component: Option<String>,
    status: Option<String>,
    is_open: Option<bool>,
    is_printed: Option<bool>,
    primaries_only: bool,
}

impl Filter {
    /// Reads the parameters that both sides of the Class API share.
    pub(crate) fn read(parameters: &Parameters) -> Result<Self, Refusal> {
        let text = |name| given(parameters, name).map(str::to_ascii_uppercase);
        let course_id = match given(parameters, "cs-course-id") {
            None => None,
            Some(id) => Some(id.parse().map_err(|_| Refusal::bad_request(format!("cs-course-id {id} is no number")))?),
        };
        Ok(Self {
            subject: text("subject-area-code"),
            catalog_number: text("catalog-number"),
            course_id,
            session: text("session-id"),
            class_number: text("class-number"),
            section_number: text("section-number"),
            component: text("component-code"),
            status: text("status-code"),
            is_open: text("enrollment-status-code").map(|code| code == "O"),
            is_printed: yes_or_no(parameters, "print-in-schedule")?,
            primaries_only: yes_or_no(parameters, "include-secondary")? == Some(false),
        })
    }

    fn takes_class_of(&self, class: &ClassEntry) -> bool {
        fits(self.subject.as_ref(), &class.subject)
            && fits(self.catalog_number.as_ref(), &class.course_number)
            && self.course_id.is_none_or(|id| id == class.course_id)
            && fits(self.session.as_ref(), &class.session)
            && fits(self.class_number.as_ref(), &class.number)
    }

    fn takes_section(&self, section: &SectionEntry, counts: Counts) -> bool {
        fits(self.section_number.as_ref(), &section.number)
            && fits(self.component.as_ref(), &section.component)
            && self.status.as_ref().is_none_or(|status| status.starts_with(section.status))
            && self.is_open.is_none_or(|open| counts.is_open == Some(open))
            && self.is_printed.is_none_or(|printed| printed == section.is_printed)
            && (section.is_primary || !self.primaries_only)
    }

    /// The sections of an offering that are asked for, as index and counts.
    pub(crate) fn sections(&self, offering: &Offering) -> Vec<(u32, Counts)> {
        let wanted = |(index, counts): &&(u32, Counts)| {
            let section = &offering.plan.sections[*index as usize];
            self.takes_class_of(&offering.plan.classes[section.class as usize]) && self.takes_section(section, *counts)
        };
        offering.sections.iter().filter(wanted).copied().collect()
    }

    /// The classes of an offering that are asked for, as index and summed counts.
    pub(crate) fn classes(&self, offering: &Offering) -> Vec<(u32, Counts)> {
        let wanted = |(index, counts): &&(u32, Counts)| {
            let class = &offering.plan.classes[*index as usize];
            self.takes_class_of(class)
                && self.status.as_ref().is_none_or(|status| status.starts_with(class.status))
                && self.is_open.is_none_or(|open| counts.is_open == Some(open))
                && self.is_printed.is_none_or(|printed| printed == class.is_printed)
        };
        offering.classes.iter().filter(wanted).copied().collect()
    }
}

fn fits(wanted: Option<&String>, have: &Arc<str>) -> bool {
    wanted.is_none_or(|wanted| wanted.as_str() == &**have)
}

fn yes_or_no(parameters: &Parameters, name: &str) -> Result<Option<bool>, Refusal> {
    match given(parameters, name) {
        None => Ok(None),
        Some("true" | "Y" | "y") => Ok(Some(true)),
        Some("false" | "N" | "n") => Ok(Some(false)),
        Some(other) => Err(Refusal::bad_request(format!("{name} must be true or false, not {other}"))),
    }
}

/// The courses that are asked for. The subject may have `%` for any letters.
pub(crate) fn courses<'a>(entries: &'a [CourseEntry], parameters: &Parameters) -> Vec<&'a CourseEntry> {
    let number = given(parameters, "catalog-number").map(str::to_ascii_uppercase);
    let status = given(parameters, "status-code").map(str::to_ascii_uppercase);
    let course_id = given(parameters, "cs-course-id");
    let pattern = given(parameters, "subject-area-code").map(|text| {
        let kept = text.chars().filter(|c| c.is_ascii_alphabetic() || *c == '%');
        kept.collect::<String>().to_ascii_uppercase()
    });
    let wanted = |course: &&CourseEntry| {
        number.as_ref().is_none_or(|number| number.as_str() == &*course.number)
            && status.as_ref().is_none_or(|status| status == course.status)
            && course_id.is_none_or(|id| id.parse() == Ok(course.course_id))
            && pattern.as_ref().is_none_or(|pattern| matches_pattern(&course.subject, pattern))
    };
    entries.iter().filter(wanted).collect()
}

/// Whether a text fits a pattern in which `%` stands for anything.
fn matches_pattern(text: &str, pattern: &str) -> bool {
    match pattern.split_once('%') {
        None => text == pattern,
        Some((start, rest)) => {
            let Some(left) = text.strip_prefix(start) else { return false };
            (0..=left.len()).any(|skipped| left.is_char_boundary(skipped) && matches_pattern(&left[skipped..], rest))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percent_stands_for_anything() {
        for (text, pattern, fits) in [
            ("COMPSCI", "COMPSCI", true),
            ("COMPSCI", "COMP%", true),
            ("COMPSCI", "%SCI", true),
            ("COMPSCI", "C%P%I", true),
            ("COMPSCI", "MATH%", false),
            ("COMPSCI", "COMPSC", false),
        ] {
            assert_eq!(matches_pattern(text, pattern), fits, "{text} {pattern}");
        }
    }
}
