//! What somebody probably meant.

/// The known word that is most like a given one; `None` when none is near: more than a third of it would have to change.
pub(super) fn nearest<'a>(given: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    /// Longer words are no typing errors, and comparing them costs time.
    const LENGTH_MAX: usize = 40;
    if given.len() > LENGTH_MAX {
        return None;
    }
    let given = given.to_lowercase();
    let allowed = given.chars().count().div_ceil(3);
    let near = known.into_iter().map(|word| (distance(&given, &word.to_lowercase()), word));
    near.filter(|(distance, _)| *distance <= allowed).min_by_key(|(distance, _)| *distance).map(|(_, word)| word)
}

/// Letters to insert, drop or change.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (at, from) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = at + 1;
        for (place, to) in b.iter().enumerate() {
            let changed = diagonal + usize::from(from != *to);
            diagonal = row[place + 1];
            row[place + 1] = changed.min(row[place] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_typing_error_leads_to_the_word_that_was_meant() {
        let known = ["term", "limit", "instructor", "requirement"];
        assert_eq!(nearest("trem", known), Some("term"));
        assert_eq!(nearest("terms", known), Some("term"));
        assert_eq!(nearest("Limit", known), Some("limit"));
        assert_eq!(nearest("requirments", known), Some("requirement"));
        assert_eq!(nearest("page", known), None);
        assert_eq!(nearest(&"term".repeat(100), known), None);
    }
}
