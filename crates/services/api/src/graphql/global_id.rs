//! Global ids and cursors: base64 of `CourseType:7` and of `arrayconnection:4`, as Relay's libraries write them.

use crate::graphql::json::{Json, digits};

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// The longest id that is read; ours have at most 60 characters.
const READ_MAX: usize = 200;

const CURSOR: &str = "arrayconnection";

/// Why a text names nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum InvalidId {
    #[error("This is no id: expected one that an earlier answer gave.")]
    Unreadable,
    #[error("This is the id of a {found}: expected one of a {expected}.")]
    OtherType { found: String, expected: &'static str },
}

/// Writes the id of a numbered thing, quotes included.
pub(crate) fn write_number(json: &mut Json, type_name: &str, number: u64) {
    let (digits, start) = digits(number);
    write(json, type_name.as_bytes(), &digits[start..]);
}

/// Writes the id of a thing whose key is a text.
pub(crate) fn write_text(json: &mut Json, type_name: &str, key: &str) {
    write(json, type_name.as_bytes(), key.as_bytes());
}

/// Writes the cursor of a place in a list.
pub(crate) fn write_cursor(json: &mut Json, place: usize) {
    let (digits, start) = digits(place as u64);
    write(json, CURSOR.as_bytes(), &digits[start..]);
}

/// The number in an id of a type.
pub(crate) fn number(id: &str, type_name: &'static str) -> Result<u64, InvalidId> {
    text(id, type_name)?.parse().map_err(|_| InvalidId::Unreadable)
}

/// The key in an id of a type.
pub(crate) fn text(id: &str, type_name: &'static str) -> Result<String, InvalidId> {
    let (found, key) = read(id).ok_or(InvalidId::Unreadable)?;
    if found == type_name {
        return Ok(key);
    }
    let is_name = found.bytes().all(|byte| byte.is_ascii_alphanumeric()) && !found.is_empty();
    Err(if is_name { InvalidId::OtherType { found, expected: type_name } } else { InvalidId::Unreadable })
}

/// The place that a cursor means.
pub(crate) fn place(cursor: &str) -> Option<usize> {
    let (kind, place) = read(cursor)?;
    (kind == CURSOR).then(|| place.parse().ok()).flatten()
}

fn read(id: &str) -> Option<(String, String)> {
    let plain = String::from_utf8(decoded(id)?).ok()?;
    let (kind, key) = plain.split_once(':')?;
    Some((kind.to_owned(), key.to_owned()))
}

/// Three bytes become four characters; `=` fills the last group.
fn write(json: &mut Json, kind: &[u8], key: &[u8]) {
    json.byte(b'"');
    let (mut group, mut held) = (0_u32, 0_u32);
    let mut push = |json: &mut Json, byte: u8| {
        group = group << 8 | u32::from(byte);
        held += 1;
        if held == 3 {
            json.raw(&characters(group));
            (group, held) = (0, 0);
        }
    };
    for byte in kind {
        push(json, *byte);
    }
    push(json, b':');
    for byte in key {
        push(json, *byte);
    }
    match held {
        1 => json.raw(&[characters(group << 16)[0], characters(group << 16)[1], b'=', b'=']),
        2 => json.raw(&[characters(group << 8)[0], characters(group << 8)[1], characters(group << 8)[2], b'=']),
        _ => {}
    }
    json.byte(b'"');
}

fn characters(group: u32) -> [u8; 4] {
    [18, 12, 6, 0].map(|shift| ALPHABET[(group >> shift & 63) as usize])
}

fn decoded(text: &str) -> Option<Vec<u8>> {
    let text = text.as_bytes();
    if text.len() > READ_MAX || !text.len().is_multiple_of(4) {
        return None;
    }
    let bare = text.strip_suffix(b"==").or_else(|| text.strip_suffix(b"=")).unwrap_or(text);
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3);
    for four in bare.chunks(4) {
        let mut group = 0_u32;
        for character in four {
            group = group << 6 | value(*character)?;
        }
        let [_, first, second, third] = (group << (6 * (4 - four.len()))).to_be_bytes();
        bytes.extend(&[first, second, third][..four.len().saturating_sub(1)]);
    }
    Some(bytes)
}

fn value(character: u8) -> Option<u32> {
    let value = match character {
        b'A'..=b'Z' => character - b'A',
        b'a'..=b'z' => character - b'a' + 26,
        b'0'..=b'9' => character - b'0' + 52,
        b'+' => 62,
        b'/' => 63,
        _ => return None,
    };
    Some(u32::from(value))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn written(write: impl FnOnce(&mut Json)) -> String {
        let mut json = Json::default();
        write(&mut json);
        String::from_utf8(json.into_bytes()).unwrap().trim_matches('"').to_owned()
    }

    #[test]
    fn ids_are_those_that_old_clients_hold() {
        assert_eq!(written(|json| write_number(json, "CourseType", 1)), "Q291cnNlVHlwZTox");
        assert_eq!(written(|json| write_cursor(json, 0)), "YXJyYXljb25uZWN0aW9uOjA=");
        assert_eq!(number("Q291cnNlVHlwZTox", "CourseType"), Ok(1));
        let other = InvalidId::OtherType { found: "CourseType".to_owned(), expected: "GradeType" };
        assert_eq!(number("Q291cnNlVHlwZTox", "GradeType"), Err(other));
    }

    proptest! {
        #[test]
        fn ids_and_cursors_come_back(id in any::<u64>(), place_in_list in any::<usize>(), key in "[a-f0-9-]{1,36}") {
            prop_assert_eq!(number(&written(|json| write_number(json, "SectionType", id)), "SectionType"), Ok(id));
            prop_assert_eq!(text(&written(|json| write_text(json, "ScheduleType", &key)), "ScheduleType"), Ok(key));
            prop_assert_eq!(place(&written(|json| write_cursor(json, place_in_list))), Some(place_in_list));
        }

        #[test]
        fn any_other_text_is_refused(garbage in any::<String>()) {
            prop_assert!(number(&garbage, "CourseType").is_err());
            prop_assert!(place(&garbage).is_none());
        }
    }
}
