//! Texts for people: without markup, without stray spaces.

/// Formatting that SIS's texts carry here and there (`<i>Chanson de Roland</i>`). Only these are taken out: other
/// angle brackets are the author's, as in `<The Physics of Polymers>`.
const MARKUP: [&str; 11] = ["i", "b", "em", "strong", "u", "sub", "sup", "span", "p", "br", "div"];

/// A text on one line: names, titles, places. Any run of spaces becomes one.
pub(crate) fn line(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    line
}

/// A text of paragraphs: descriptions, prerequisites. Loses markup and outer spaces.
pub(crate) fn prose(text: &str) -> String {
    let mut prose = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find('<') {
        let (before, from) = rest.split_at(start);
        prose.push_str(before);
        match tag(from) {
            Some((name, length)) => {
                if matches!(name, "p" | "br" | "div") && !prose.ends_with(char::is_whitespace) {
                    prose.push(' ');
                }
                rest = &from[length..];
            }
            None => {
                prose.push('<');
                rest = &from[1..];
            }
        }
    }
    prose.push_str(rest);
    prose.trim().to_owned()
}

/// The name and the length of the tag that a text begins with, when it is [`MARKUP`].
fn tag(text: &str) -> Option<(&'static str, usize)> {
    let end = text.find('>')?;
    let inside = text[1..end].trim_matches('/').trim();
    let word = inside.split(|c: char| !c.is_ascii_alphanumeric()).next()?;
    let is_bare = inside.len() == word.len() || inside[word.len()..].contains('=');
    let name = MARKUP.into_iter().find(|name| name.eq_ignore_ascii_case(word))?;
    is_bare.then_some((name, end + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_has_single_spaces() {
        assert_eq!(line("  Homayoon  Sample\n"), "Homayoon Sample");
        assert_eq!(line("O'Brien-Núñez"), "O'Brien-Núñez");
    }

    #[test]
    fn prose_loses_markup_and_nothing_else() {
        assert_eq!(prose(" From the <i>Song</i> to <b class=\"x\">now</B>. "), "From the Song to now.");
        assert_eq!(prose("One.<br/>Two.<p>Three.</p>"), "One. Two. Three.");
        assert_eq!(
            prose("The book <The Physics of Polymers> & x < 3, y > 2"),
            "The book <The Physics of Polymers> & x < 3, y > 2"
        );
        assert_eq!(prose("<i am not a tag>"), "<i am not a tag>");
        assert_eq!(prose("ends with <"), "ends with <");
    }
}
