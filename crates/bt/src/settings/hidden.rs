//! What is shown of a value that is no secret, but may hold one all the same: people write passwords into addresses.

/// The text without what stands before the `@` of an address: `https://(hidden)@host/`. Rather too much is hidden than
/// too little.
pub(super) fn without_passwords(text: &str) -> String {
    let begin = text.find("://").map(|place| place + "://".len());
    match (begin, text.rfind('@')) {
        (Some(begin), Some(at)) if begin < at => format!("{}(hidden){}", &text[..begin], &text[at..]),
        _ => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_in_addresses_are_hidden_and_nothing_else() {
        assert_eq!(without_passwords("https://me:hush@host/x"), "https://(hidden)@host/x");
        assert_eq!(without_passwords("https://me:hu/sh@host"), "https://(hidden)@host");
        assert_eq!(without_passwords("s3://b/p?endpoint=https://me:hush@host"), "s3://(hidden)@host");
        for plain in ["https://host/x", "Berkeleytime <bt@localhost>", "10.0.0.0/8", "s3://b?endpoint=https://h", ""] {
            assert_eq!(without_passwords(plain), plain);
        }
    }
}
