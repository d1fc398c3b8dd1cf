//! What students call a subject area: `cs`, `ee`. The table is data, not code.

use std::sync::LazyLock;

use crate::fold::squeezed;

/// A nickname of a subject area.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Nickname {
    /// As people write it: `poli sci`.
    pub name: &'static str,
    /// Folded and written together: `polisci`.
    pub squeezed: String,
    /// The letters of the subject's code: `POLSCI`.
    pub subject: &'static str,
}

/// All nicknames that we know. A nickname may stand for several subjects, and a subject have several nicknames.
#[must_use]
pub fn nicknames() -> &'static [Nickname] {
    static TABLE: LazyLock<Vec<Nickname>> = LazyLock::new(|| read(include_str!("../data/nicknames.tsv")));
    &TABLE
}

fn read(table: &'static str) -> Vec<Nickname> {
    let lines = table.lines().filter(|line| !line.starts_with('#'));
    let pairs = lines.filter_map(|line| line.split_once('\t'));
    pairs.map(|(name, subject)| Nickname { name, squeezed: squeezed(name), subject }).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::subject::SubjectCode;

    #[test]
    fn every_line_of_the_table_is_read_once_and_names_a_subject() {
        let lines = include_str!("../data/nicknames.tsv").lines().filter(|line| !line.starts_with('#')).count();
        assert_eq!(nicknames().len(), lines);
        let mut seen = HashSet::new();
        for nickname in nicknames() {
            assert_eq!(SubjectCode::parse(nickname.subject).unwrap().as_str(), nickname.subject);
            assert!(seen.insert((&nickname.squeezed, nickname.subject)), "{nickname:?} stands there twice");
            assert_ne!(nickname.squeezed.to_uppercase(), nickname.subject, "{nickname:?} says nothing new");
        }
    }

    #[test]
    fn the_nicknames_of_the_2021_site_are_understood() {
        let stands_for = |name: &str| -> Vec<&str> {
            nicknames().iter().filter(|n| n.squeezed == squeezed(name)).map(|n| n.subject).collect()
        };
        for (name, subject) in [
            ("cs", "COMPSCI"),
            ("mcb", "MCELLBI"),
            ("ee", "ELENG"),
            ("ieor", "INDENG"),
            ("ps", "POLSCI"),
            ("haas", "UGBA"),
            ("tdps", "THEATER"),
            ("ib", "INTEGBI"),
        ] {
            assert!(stands_for(name).contains(&subject), "{name} does not stand for {subject}");
        }
    }
}
