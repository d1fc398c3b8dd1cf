//! Who teaches: the names that SIS discloses.

use catalog::meeting::Instructor;
use serde::Deserialize;

use crate::lenient::list::{Item, List};
use crate::lenient::scalar::{Descriptor, Flag, Text};
use crate::lenient::words::line;

/// Someone assigned to a meeting.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct AssignedInstructor<'a> {
    #[serde(borrow)]
    instructor: Option<Person<'a>>,
    #[serde(borrow)]
    role: Descriptor<'a>,
    print_in_schedule_of_classes: Flag,
}

impl Item for AssignedInstructor<'_> {
    const WRAPPERS: &'static [&'static str] = &["assignedInstructors", "assignedInstructor"];
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Person<'a> {
    #[serde(borrow)]
    names: List<Name<'a>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Name<'a> {
    #[serde(borrow, rename = "type")]
    kind: Descriptor<'a>,
    #[serde(borrow)]
    family_name: Text<'a>,
    #[serde(borrow)]
    given_name: Text<'a>,
    #[serde(borrow)]
    formatted_name: Text<'a>,
    disclose: Flag,
}

impl Item for Name<'_> {
    const WRAPPERS: &'static [&'static str] = &["names", "name"];
}

impl AssignedInstructor<'_> {
    /// The instructor as shown; `None` when SIS does not print them or discloses no name.
    pub(crate) fn shown(&self) -> Option<Instructor> {
        if self.print_in_schedule_of_classes.0 == Some(false) {
            return None;
        }
        let person = self.instructor.as_ref()?;
        let disclosed = person.names.iter().filter(|name| name.disclose.0 != Some(false) && name.is_there());
        let name = disclosed.min_by_key(|name| name.rank())?;
        let whole = || name.formatted_name.get().or_else(|| name.given_name.get());
        let (family, given) = match name.family_name.get() {
            Some(family) => (family, name.given_name.get().unwrap_or_default()),
            None => (whole()?, ""),
        };
        Some(Instructor { family_name: line(family), given_name: line(given), role: self.role() })
    }

    /// The role by its short name. Older data has the code `PI` for everybody and tells them apart in the
    /// description alone (`1-TIC`, `2-TNIC`, `5-PROXY`), so that goes first.
    fn role(&self) -> Option<String> {
        let described = self.role.description.get().and_then(|text| text.split_once('-'));
        let role = match described {
            Some((number, "TIC")) if is_digit(number) => Some("PI"),
            Some((number, "PROXY")) if is_digit(number) => Some("APRX"),
            Some((number, name)) if is_digit(number) => Some(name),
            _ => self.role.code.get(),
        };
        role.map(str::to_owned)
    }
}

fn is_digit(text: &str) -> bool {
    text.len() == 1 && text.bytes().all(|byte| byte.is_ascii_digit())
}

impl Name<'_> {
    fn is_there(&self) -> bool {
        [&self.family_name, &self.given_name, &self.formatted_name].into_iter().any(|text| text.get().is_some())
    }

    /// The preferred name goes before the primary one, and both before any other kind.
    fn rank(&self) -> u8 {
        match self.kind.code.get() {
            Some("PRF") => 0,
            Some("PRI") => 1,
            _ => 2,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(json: &str) -> Option<(String, Option<String>)> {
        let assigned: AssignedInstructor = serde_json::from_str(json).unwrap();
        assigned.shown().map(|instructor| (instructor.full_name(), instructor.role))
    }

    #[test]
    fn the_preferred_name_is_shown_as_it_is_written() {
        let json = r#"{"instructor":{"names":[
            {"type":{"code":"PRI"},"familyName":"Sample","givenName":"Maximilian"},
            {"type":{"code":"PRF"},"familyName":"O'Brien-Núñez","givenName":" Max  M. ","disclose":true}
        ]},"role":{"code":"PI","description":"1-TIC"},"printInScheduleOfClasses":true}"#;
        assert_eq!(shown(json), Some(("Max M. O'Brien-Núñez".into(), Some("PI".into()))));
    }

    #[test]
    fn who_is_not_disclosed_or_not_printed_is_not_shown() {
        let undisclosed = r#"{"instructor":{"names":[{"familyName":"Sample","disclose":false}]}}"#;
        let unprinted = r#"{"instructor":{"names":[{"familyName":"Sample"}]},"printInScheduleOfClasses":false}"#;
        for json in [undisclosed, unprinted, "{}", r#"{"instructor":{}}"#, r#"{"instructor":{"names":[{}]}}"#] {
            assert_eq!(shown(json), None, "{json}");
        }
        let other_name_disclosed = r#"{"instructor":{"names":[
            {"type":{"code":"PRF"},"familyName":"Hidden","disclose":false},
            {"type":{"code":"PRI"},"familyName":"Sample","disclose":true}]}}"#;
        assert_eq!(shown(other_name_disclosed), Some(("Sample".into(), None)));
    }

    #[test]
    fn a_single_name_may_stand_without_brackets_and_without_a_family_name() {
        let json = r#"{"instructor":{"names":{"type":{"code":"PRI"},"formattedName":"Ada  Sample"}},"role":"TNIC"}"#;
        assert_eq!(shown(json), Some(("Ada Sample".into(), Some("TNIC".into()))));
    }

    #[test]
    fn the_role_is_told_by_the_description_where_the_code_says_the_same_for_all() {
        for (description, role) in [("1-TIC", "PI"), ("2-TNIC", "TNIC"), ("5-PROXY", "APRX"), ("3-ICNT", "ICNT")] {
            let json = format!(
                r#"{{"instructor":{{"names":[{{"familyName":"Sample"}}]}},"role":{{"code":"PI","description":"{description}"}}}}"#
            );
            assert_eq!(shown(&json).unwrap().1.as_deref(), Some(role));
        }
    }
}
