//! Folding: texts brought to one plain form, so that `Núñez`, `NUNEZ` and `nunez` are the same to a search.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Lower case, without accents: `Núñez` → `nunez`, `Straße` → `strasse`.
#[must_use]
pub fn folded(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    let mut plain = String::with_capacity(text.len());
    for c in text.nfkd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase) {
        match without_decomposition(c) {
            Some(letters) => plain.push_str(letters),
            None => plain.push(c),
        }
    }
    plain
}

/// The words of a text, folded: letters and digits; an apostrophe inside a word joins (`O'Brien` → `obrien`).
#[must_use]
pub fn words(text: &str) -> Vec<String> {
    folded(text)
        .replace(['\'', '’', 'ʼ', '`'], "")
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect()
}

/// All letters and digits of a text, folded and written together: `EL ENG` → `eleng`.
#[must_use]
pub fn squeezed(text: &str) -> String {
    folded(text).chars().filter(|c| c.is_alphanumeric()).collect()
}

/// An address-safe form: words joined by hyphens, `Arts & Literature` → `arts-literature`.
#[must_use]
pub fn slug(text: &str) -> String {
    words(text).join("-")
}

/// Letters that Unicode does not take apart, though people type them plainly.
const fn without_decomposition(c: char) -> Option<&'static str> {
    Some(match c {
        'ß' => "ss",
        'æ' => "ae",
        'œ' => "oe",
        'ø' => "o",
        'ł' => "l",
        'đ' | 'ð' => "d",
        'þ' => "th",
        'ı' => "i",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accents_case_and_punctuation_do_not_matter() {
        assert_eq!(folded("Ångström"), "angstrom");
        assert_eq!(folded("Straße, Łódź, Ørsted"), "strasse, lodz, orsted");
        assert_eq!(words("O'Brien-Núñez"), ["obrien", "nunez"]);
        assert_eq!(words("O’Brien"), ["obrien"]);
        assert_eq!(squeezed("L & S"), "ls");
        assert_eq!(slug("Arts & Literature"), "arts-literature");
    }
}
