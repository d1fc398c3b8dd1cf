//! The lines of a file of passwords.

use std::collections::BTreeMap;

use crate::passwords::hash::{Hash, is_name};

/// The largest file. At 110 bytes a line, it is for more people than should share a list.
pub const FILE_LIMIT_BYTES: u64 = 1024 * 1024;

/// A line that cannot be read. It lets nobody in; the others hold.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {why}")]
pub struct BadLine {
    /// Counted from 1.
    pub line: usize,
    /// What is wrong, and what to do.
    pub why: &'static str,
}

/// People by name.
pub(super) type People = BTreeMap<String, Hash>;

/// Reads `name:hash` lines. Empty ones and those that begin with `#` are passed over.
pub(super) fn read(text: &str) -> (People, Vec<BadLine>) {
    let mut people = People::new();
    let mut bad = Vec::new();
    for (number, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let added = read_line(line).and_then(|(name, hash)| {
            if people.contains_key(name) {
                return Err("the name stands in the file twice: the first line holds, remove one of them");
            }
            people.insert(name.to_owned(), hash);
            Ok(())
        });
        bad.extend(added.err().map(|why| BadLine { line: number + 1, why }));
    }
    (people, bad)
}

fn read_line(line: &str) -> Result<(&str, Hash), &'static str> {
    let (name, hash) = line.split_once(':').ok_or("expected `name:hash`: make the line with `bt password NAME`")?;
    if !is_name(name) {
        return Err("the name is empty, too long, or has spaces at its ends");
    }
    Hash::read(hash).map(|hash| (name, hash))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Of `open sesame`, cost 4, as htpasswd writes them.
    const BCRYPT: &str = "$2y$04$wgNiT0PvqVaqCJ2QQmBgE.YxPyPyuSs3qPg7Jwc.7D1H95O.TewOu";

    #[test]
    fn good_lines_hold_and_bad_ones_are_told_with_their_number() {
        let argon2 = "$argon2id$v=19$m=64,t=1,p=1$c29tZXNhbHRzb21lc2FsdA$Za8yUI7VgxhFBWSCK2ttL/3LHBwSMkbZIm7R6N8OvbE";
        let greedy = argon2.replace("m=64", "m=9999999");
        let text = format!(
            "# who may see staging\n\nada:{BCRYPT}\r\n grace:{argon2}\nnobody\nx:$apr1$abc$def\nada:{BCRYPT}\n\
             lin:{greedy}\nbarbara:{}\nkay:{}\nmary:plain\n:{BCRYPT}\n",
            &BCRYPT[..40],
            BCRYPT.replace("$04$", "$20$"),
        );
        let (people, bad) = read(&text);
        assert_eq!(people.keys().collect::<Vec<_>>(), ["ada", "grace"]);
        let told: Vec<String> = bad.iter().map(ToString::to_string).collect();
        assert_eq!(
            told,
            [
                "line 5: expected `name:hash`: make the line with `bt password NAME`",
                "line 6: the hash is MD5 or SHA-1, which is guessed in no time: make a new line with `bt password NAME`",
                "line 7: the name stands in the file twice: the first line holds, remove one of them",
                "line 8: the hash of argon2 asks for more than 256 MiB or 10 rounds",
                "line 9: the hash of bcrypt cannot be read: was the line cut off?",
                "line 10: the hash of bcrypt asks for a cost of more than 14",
                "line 11: expected a hash of argon2 or bcrypt after the colon: make the line with `bt password NAME`",
                "line 12: the name is empty, too long, or has spaces at its ends",
            ]
        );
        assert!(told.iter().all(|line| !line.contains("$2y$") && !line.contains("plain")), "no hash is told");
    }
}
