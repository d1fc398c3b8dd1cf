//! The known name that a mistyped one is nearest to.

/// At most this share of a name may be mistyped: more is another word.
const TYPOS_SHARE: usize = 3;

/// The nearest of `known`, when one is near enough.
pub(crate) fn nearest<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let distances = known.map(|candidate| (distance(name, candidate), candidate));
    let (distance, candidate) = distances.min()?;
    (distance <= (candidate.len() / TYPOS_SHARE).max(1)).then_some(candidate)
}

/// How many characters must be added, taken away or replaced to make `b` of `a`.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut above: Vec<usize> = (0..=b.len()).collect();
    for (i, from) in a.chars().enumerate() {
        let mut row = vec![i + 1];
        for (j, to) in b.iter().enumerate() {
            let replaced = above[j] + usize::from(from != *to);
            row.push(replaced.min(above[j + 1] + 1).min(row[j] + 1));
        }
        above = row;
    }
    above[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_typo_finds_its_word_and_another_word_finds_none() {
        let known = ["listen", "data_dir", "sis.page_size"];
        assert_eq!(nearest("lisen", known.into_iter()), Some("listen"));
        assert_eq!(nearest("sis.pagesize", known.into_iter()), Some("sis.page_size"));
        assert_eq!(nearest("datadir", known.into_iter()), Some("data_dir"));
        assert_eq!(nearest("colour", known.into_iter()), None);
        assert_eq!(distance("kitten", "sitting"), 3);
    }
}
