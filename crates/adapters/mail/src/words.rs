//! What an alarm says, made safe to be carried: one line is one line, and nothing in it is a command to anybody.

use accounts::line::is_steering;

/// Letters of a subject. Longer ones are cut by programs that read mail.
const TITLE_LETTERS: usize = 150;
/// Letters of a text: two screens; Slack takes 40 000, Discord 2 000.
const TEXT_LETTERS: usize = 1_800;

/// One line: whatever ends lines or steers terminals and writing directions becomes a space.
pub(crate) fn title(text: &str) -> String {
    let spaced: String = text.chars().map(|letter| if is_steering(letter) { ' ' } else { letter }).collect();
    cut(&spaced.split_whitespace().collect::<Vec<_>>().join(" "), TITLE_LETTERS)
}

/// Lines, of which no more than fits everywhere.
pub(crate) fn text(text: &str) -> String {
    cut(lines(text).trim_end(), TEXT_LETTERS)
}

/// Lines: as a title, but lines stay, and all of them.
pub(crate) fn lines(text: &str) -> String {
    let text = text.replace("\r\n", "\n");
    text.chars().map(|letter| if letter != '\n' && is_steering(letter) { ' ' } else { letter }).collect()
}

fn cut(text: &str, letters: usize) -> String {
    match text.char_indices().nth(letters) {
        Some((place, _)) => format!("{} …", &text[..place]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_is_one_line_of_plain_letters() {
        assert_eq!(title("API: down\r\nBcc: everybody@example.edu"), "API: down Bcc: everybody@example.edu");
        assert_eq!(title("\u{1b}[31mred\u{202e}\u{0}\tend "), "[31mred end");
        assert_eq!(title(&"ü".repeat(200)), format!("{} …", "ü".repeat(150)));
    }

    #[test]
    fn a_text_keeps_its_lines_and_nothing_that_steers() {
        assert_eq!(text("one\r\ntwo\nthree\u{1b}[2J\rfour\u{2028}\n\n"), "one\ntwo\nthree [2J four");
        assert_eq!(text(&"x".repeat(5_000)).chars().count(), 1_802);
    }
}
