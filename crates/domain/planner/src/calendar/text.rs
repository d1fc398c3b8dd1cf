//! Lines of an iCalendar text: escaped, folded, ended as the standard wants it.

/// The longest line in octets, its end not counted (RFC 5545, 3.1).
pub(super) const LINE_OCTETS_MAX: usize = 75;

/// A text that grows line by line.
#[derive(Default)]
pub(super) struct Text(String);

impl Text {
    /// A line whose value is written as it is: dates, numbers, fixed words.
    pub(super) fn line(&mut self, name: &str, value: &str) {
        self.fold(&format!("{name}:{value}"));
    }

    /// A line whose value is a text for people.
    pub(super) fn words(&mut self, name: &str, value: &str) {
        self.fold(&format!("{name}:{}", escaped(value)));
    }

    /// A line whose value is an address; what could end the line is left out.
    pub(super) fn uri(&mut self, name: &str, value: &str) {
        let value: String = value.chars().filter(|c| !c.is_control() && !c.is_whitespace()).collect();
        self.fold(&format!("{name}:{value}"));
    }

    pub(super) fn finish(self) -> String {
        self.0
    }

    /// Ends a line after at most [`LINE_OCTETS_MAX`] octets and goes on with a space on the next, never within a
    /// character.
    fn fold(&mut self, line: &str) {
        let mut octets = 0;
        for character in line.chars() {
            if octets + character.len_utf8() > LINE_OCTETS_MAX {
                self.0.push_str("\r\n ");
                octets = 1;
            }
            self.0.push(character);
            octets += character.len_utf8();
        }
        self.0.push_str("\r\n");
    }
}

/// A text with its backslashes, semicolons, commas and line breaks escaped. Other control characters are not allowed in
/// the format and are left out.
pub(super) fn escaped(value: &str) -> String {
    let mut text = String::with_capacity(value.len() + 8);
    for character in value.replace("\r\n", "\n").chars() {
        match character {
            '\\' | ';' | ',' => text.extend(['\\', character]),
            '\n' => text.push_str("\\n"),
            '\t' => text.push('\t'),
            control if control.is_control() => {}
            other => text.push(other),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn unfolded(text: &str) -> String {
        text.replace("\r\n ", "")
    }

    fn unescaped(value: &str) -> String {
        let mut text = String::new();
        let mut characters = value.chars();
        while let Some(character) = characters.next() {
            match (character, character == '\\') {
                (_, true) => match characters.next() {
                    Some('n' | 'N') => text.push('\n'),
                    Some(other) => text.push(other),
                    None => panic!("a lone backslash ends {value:?}"),
                },
                (other, false) => text.push(other),
            }
        }
        text
    }

    #[test]
    fn long_lines_are_folded_between_characters() {
        let mut text = Text::default();
        text.words("SUMMARY", &"é".repeat(60));
        let text = text.finish();
        let lengths: Vec<usize> = text.split("\r\n").map(str::len).collect();
        assert_eq!(lengths, [74, 55, 0]);
    }

    #[test]
    fn what_has_a_meaning_in_the_format_is_escaped() {
        assert_eq!(escaped("a,b;c\\d\r\ne\u{7}f"), r"a\,b\;c\\d\nef");
    }

    #[test]
    fn an_address_cannot_end_its_line() {
        let mut text = Text::default();
        text.uri("URL", "https://a.example/x\r\nATTACH:y z");
        assert_eq!(text.finish(), "URL:https://a.example/xATTACH:yz\r\n");
    }

    proptest! {
        #[test]
        fn no_line_is_too_long_and_every_text_comes_back(value in "[\\PC\n\t,;\\\\]{0,300}") {
            let mut text = Text::default();
            text.words("DESCRIPTION", &value);
            let text = text.finish();
            prop_assert!(text.ends_with("\r\n"));
            prop_assert!(text.split("\r\n").all(|line| line.len() <= LINE_OCTETS_MAX));
            let lines = unfolded(&text);
            let line = lines.strip_suffix("\r\n").unwrap();
            prop_assert!(!line.contains(['\r', '\n']));
            let allowed: String = value.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t')).collect();
            prop_assert_eq!(unescaped(line.strip_prefix("DESCRIPTION:").unwrap()), allowed);
        }

        #[test]
        fn no_value_can_end_its_line(value in any::<String>()) {
            let mut text = Text::default();
            text.words("NAME", &value);
            text.uri("URL", &value);
            let lines = unfolded(&text.finish());
            prop_assert_eq!(lines.matches("\r\n").count(), 2);
            prop_assert_eq!(lines.matches(['\r', '\n']).count(), 4);
        }
    }
}
