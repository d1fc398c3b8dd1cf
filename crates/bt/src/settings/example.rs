//! The example file, which is the manual of all settings.

use std::fmt::Write as _;

use super::{KEYS, Key};

/// Lines of explanation are wrapped here.
const WIDTH: usize = 100;

const HEAD: &str = "\
# The settings of Berkeleytime, with their defaults. Made by `cargo xtask gen`; do not edit.
#
# Copy what you need into berkeleytime.toml, in the folder in which bt is started (or name a file by --config).
# A variable of the environment wins over the file: sis.page_size is BT_SIS_PAGE_SIZE. A flag wins over both:
# --set sis.page_size=50. Unknown names stop the start. `bt config explain` shows every value and where it comes from.
# A secret can be given by the path of a file that holds it: sis.terms_app_key_file, BT_SIS_TERMS_APP_KEY_FILE.
";

/// The whole file. Every setting is a comment, so that a copy of it changes nothing.
pub(crate) fn example() -> String {
    let mut text = HEAD.to_owned();
    let mut section = "";
    for key in KEYS {
        let (key_section, name) = key.name.split_once('.').unwrap_or(("", key.name));
        if key_section != section {
            section = key_section;
            let _ = write!(text, "\n[{section}]\n");
        }
        text.push('\n');
        for line in wrapped(key.doc) {
            let _ = writeln!(text, "# {line}");
        }
        let _ = writeln!(text, "# {name} = {}", literal(key));
    }
    text
}

fn literal(key: &Key) -> String {
    match key.default {
        Some(default) if key.is_bare => default.to_owned(),
        Some(default) => format!("\"{default}\""),
        None if key.is_secret => "\"\"  # not set; or the same name with _file at its end".to_owned(),
        None => "\"\"  # not set".to_owned(),
    }
}

fn wrapped(text: &str) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split(' ') {
        let is_full = lines.last().is_some_and(|line| line.len() + 1 + word.len() > WIDTH && !line.is_empty());
        if is_full {
            lines.push(String::new());
        }
        if let Some(line) = lines.last_mut() {
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
    }
    lines
}
