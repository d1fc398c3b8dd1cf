//! Typos: how many slips of the fingers lie between two words. A slip is a letter too many, too few, wrong, or two
//! neighbours swapped.

/// Words shorter than this must be typed correctly: too many others lie one letter away.
const ONE_TYPO_FROM_CHARS: usize = 4;

/// From this length on two typos are forgiven.
const TWO_TYPOS_FROM_CHARS: usize = 8;

/// The most typos that are forgiven.
pub(super) const TYPOS_MAX: usize = 2;

/// Longer words are compared only exactly; it bounds the table below.
const WORD_BYTES_MAX: usize = 32;

/// The letters of a word as a bit set: digits share a bit, so does everything outside ASCII.
pub(super) fn letters_of(word: &str) -> u32 {
    word.bytes().fold(0, |set, byte| {
        set | match byte {
            b'a'..=b'z' => 1 << (byte - b'a'),
            b'0'..=b'9' => 1 << 26,
            _ => 1 << 27,
        }
    })
}

/// How many typos lie between what was typed and a word; `None` when more than are forgiven.
pub(super) fn typo_distance(typed: &str, typed_letters: u32, word: &str, word_letters: u32) -> Option<u32> {
    let forgiven = match typed.len() {
        0..ONE_TYPO_FROM_CHARS => return None,
        ONE_TYPO_FROM_CHARS..TWO_TYPOS_FROM_CHARS => 1,
        TWO_TYPOS_FROM_CHARS..=WORD_BYTES_MAX => TYPOS_MAX,
        _ => return None,
    };
    // A typo changes at most one letter into another: two bits of the set.
    let other_letters = (typed_letters ^ word_letters).count_ones();
    if word.len() > WORD_BYTES_MAX
        || typed.len().abs_diff(word.len()) > forgiven
        || other_letters as usize > 2 * forgiven
    {
        return None;
    }
    let typos = distance(typed.as_bytes(), word.as_bytes());
    (typos as usize <= forgiven).then_some(typos)
}

/// The restricted Damerau-Levenshtein distance of two short words, row by row.
fn distance(a: &[u8], b: &[u8]) -> u32 {
    let mut before_last = [0_u32; WORD_BYTES_MAX + 1];
    let mut last: [u32; WORD_BYTES_MAX + 1] = std::array::from_fn(|column| u32::try_from(column).unwrap_or(u32::MAX));
    for i in 1..=a.len() {
        let mut row = [0_u32; WORD_BYTES_MAX + 1];
        row[0] = last[0] + 1;
        for j in 1..=b.len() {
            let wrong = last[j - 1] + u32::from(a[i - 1] != b[j - 1]);
            let mut best = wrong.min(last[j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                best = best.min(before_last[j - 2] + 1);
            }
            row[j] = best;
        }
        before_last = last;
        last = row;
    }
    last[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typos(typed: &str, word: &str) -> Option<u32> {
        typo_distance(typed, letters_of(typed), word, letters_of(word))
    }

    #[test]
    fn slips_are_counted_and_forgiven_by_length() {
        assert_eq!(typos("strucures", "structures"), Some(1));
        assert_eq!(typos("algorihtms", "algorithms"), Some(1));
        assert_eq!(typos("mashine", "machine"), Some(1));
        assert_eq!(typos("lineer", "linear"), Some(1));
        assert_eq!(typos("probablity", "probability"), Some(1));
        assert_eq!(typos("philosphoy", "philosophy"), Some(2));
        assert_eq!(typos("art", "arc"), None);
        assert_eq!(typos("math", "myth"), Some(1));
        assert_eq!(typos("linear", "lunar"), None);
    }
}
