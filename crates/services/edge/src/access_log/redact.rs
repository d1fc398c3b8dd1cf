//! Queries without the secrets that people and programs put into them.

/// Names whose values are struck out, wherever they stand in a parameter's name, in any case: `access_token`, `apiKey`.
const SECRET_WORDS: [&str; 11] =
    ["token", "code", "key", "password", "passwd", "pwd", "secret", "auth", "session", "signature", "state"];

/// Instead of a secret.
const STRUCK_OUT: &str = "***";

/// The query with the values of secrets struck out. Names are compared as they are after decoding: `%74oken` is `token`.
pub(super) fn query(query: &str) -> String {
    let mut clean = String::with_capacity(query.len());
    for (place, pair) in query.split('&').enumerate() {
        if place > 0 {
            clean.push('&');
        }
        // Some programs part by semicolons: each is looked at for itself.
        for (place, piece) in pair.split(';').enumerate() {
            if place > 0 {
                clean.push(';');
            }
            match piece.split_once('=') {
                Some((name, _)) if is_secret(name) => {
                    clean.push_str(name);
                    clean.push('=');
                    clean.push_str(STRUCK_OUT);
                }
                _ => clean.push_str(piece),
            }
        }
    }
    clean
}

/// Whether a parameter of this name may hold a secret. `code` is in `postcode` too, which loses nothing.
fn is_secret(name: &str) -> bool {
    let name = decoded(name).to_ascii_lowercase();
    SECRET_WORDS.iter().any(|word| name.contains(word))
}

fn decoded(name: &str) -> String {
    let bytes = name.as_bytes();
    let mut plain = Vec::with_capacity(bytes.len());
    let mut place = 0;
    while let Some(byte) = bytes.get(place) {
        let digits = (*byte == b'%').then(|| bytes.get(place + 1..place + 3)).flatten();
        let decoded = digits.and_then(|digits| u8::from_str_radix(str::from_utf8(digits).ok()?, 16).ok());
        plain.push(decoded.unwrap_or(*byte));
        place += if decoded.is_some() { 3 } else { 1 };
    }
    String::from_utf8_lossy(&plain).into_owned()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn secrets_are_struck_out_and_the_rest_stays() {
        assert_eq!(query("q=cs+61a&page=2"), "q=cs+61a&page=2");
        assert_eq!(query("code=abc&state=xyz&q=1"), "code=***&state=***&q=1");
        assert_eq!(query("access_token=a.b.c&apiKey=1&Password=p&x"), "access_token=***&apiKey=***&Password=***&x");
        assert_eq!(query("%74oken=abc&to%6Ben=abc&q=%zz"), "%74oken=***&to%6Ben=***&q=%zz");
        assert_eq!(query("a=1;token=abc;b=2"), "a=1;token=***;b=2");
        assert_eq!(query("token=a=b=c"), "token=***");
        assert_eq!(query(""), "");
    }

    proptest! {
        #[test]
        fn no_secret_survives(before in "[a-z=&;%]{0,12}", name in "(token|KEY|password|x_code)", after in "[a-z=]{0,8}") {
            let text = format!("{before}&{name}=S3CR3T{after}&q=1");
            let clean = query(&text);
            prop_assert!(!clean.contains("S3CR3T"), "{}", clean);
            prop_assert!(clean.ends_with("&q=1"));
        }
    }
}
