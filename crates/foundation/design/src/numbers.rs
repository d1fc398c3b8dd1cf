//! Numbers as people read them.

/// `1567` becomes `1,567`.
#[must_use]
pub fn thousands(number: u32) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A share of a whole as a percentage with one decimal: `14.2%`; `0%` of nothing.
#[must_use]
pub fn percent(part: u32, whole: u32) -> String {
    if whole == 0 || part == 0 {
        return "0%".to_owned();
    }
    format!("{:.1}%", f64::from(part) * 100.0 / f64::from(whole))
}

/// A count with its noun: `1 course`, `2,996 courses`.
#[must_use]
pub fn counted(number: u32, one: &str, many: &str) -> String {
    format!("{} {}", thousands(number), if number == 1 { one } else { many })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_grouped() {
        let texts = [0, 7, 999, 1_000, 73_358, 1_234_567].map(thousands);
        assert_eq!(texts, ["0", "7", "999", "1,000", "73,358", "1,234,567"]);
    }

    #[test]
    fn shares_of_nothing_are_nothing() {
        assert_eq!(percent(3, 0), "0%");
        assert_eq!(percent(1, 3), "33.3%");
    }

    #[test]
    fn one_is_not_many() {
        assert_eq!(counted(1, "course", "courses"), "1 course");
        assert_eq!(counted(0, "course", "courses"), "0 courses");
    }
}
