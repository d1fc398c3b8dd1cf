//! Saving the readable records of an answer that as a whole is no JSON: one record with, say, a bare line break in a
//! text would otherwise cost its 99 neighbours.

/// An answer cut apart.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Salvaged<'a> {
    /// The answer with an empty list in the collection's place.
    pub(super) envelope: String,
    /// The records, each perhaps readable.
    pub(super) records: Vec<&'a str>,
}

/// Cuts the list under one of these names apart, by counting brackets outside of texts. `None` when there is no such
/// list, or its brackets do not match up: then nothing can be said about any of its records.
pub(super) fn salvage<'a>(text: &'a str, names: &[&str]) -> Option<Salvaged<'a>> {
    let open = names.iter().find_map(|name| start_of_list(text, name))?;
    let (records, length) = cut(&text[open..])?;
    let envelope = format!("{}[]{}", &text[..open], &text[open + length..]);
    Some(Salvaged { envelope, records })
}

/// Where the list under a name begins.
fn start_of_list(text: &str, name: &str) -> Option<usize> {
    let key = format!("\"{name}\"");
    let after_key = text.find(&key)? + key.len();
    let after_colon = text[after_key..].trim_start().strip_prefix(':')?.trim_start();
    after_colon.starts_with('[').then(|| text.len() - after_colon.len())
}

/// The elements of the list that a text begins with, and the list's length.
fn cut(text: &str) -> Option<(Vec<&str>, usize)> {
    let mut elements = Vec::new();
    let (mut depth, mut start) = (0_usize, 1);
    let (mut in_text, mut is_escaped) = (false, false);
    for (place, byte) in text.bytes().enumerate() {
        if in_text {
            in_text = is_escaped || byte != b'"';
            is_escaped = !is_escaped && byte == b'\\';
            continue;
        }
        match byte {
            b'"' => in_text = true,
            b'[' | b'{' => depth += 1,
            b']' | b'}' => depth = depth.checked_sub(1)?,
            _ => {}
        }
        let is_last = depth == 0;
        if is_last || depth == 1 && byte == b',' {
            let element = text[start..place].trim();
            elements.extend((!element.is_empty()).then_some(element));
            start = place + 1;
        }
        if is_last {
            return Some((elements, place + 1));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_of_a_broken_record_are_saved() {
        let text = "{\"response\": {\"classes\" : [{\"a\":[1,{}]}, {\"b\":\"x\ny\"} ,{\"c\":,}, {\"d\":\"],\\\"}\"}]}, \"z\":1}";
        let salvaged = salvage(text, &["courses", "classes"]).unwrap();
        assert_eq!(salvaged.envelope, "{\"response\": {\"classes\" : []}, \"z\":1}");
        let expected = ["{\"a\":[1,{}]}", "{\"b\":\"x\ny\"}", "{\"c\":,}", "{\"d\":\"],\\\"}\"}"];
        assert_eq!(salvaged.records, expected);
    }

    #[test]
    fn nothing_is_saved_where_brackets_do_not_match() {
        for text in ["{\"classes\":[{\"a\":1}", "{\"classes\":[{\"a\":\"1}]}", "{\"classes\":1", "{\"other\":[]}", ""] {
            assert_eq!(salvage(text, &["classes"]), None, "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_text_is_too_strange(text in ".{0,60}") {
            let _ = salvage(&format!("{{\"classes\":[{text}"), &["classes"]);
        }
    }
}
