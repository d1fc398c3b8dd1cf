//! The `Authorization` header of Basic auth, RFC 7617.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::HeaderValue;
use secrecy::SecretString;

use crate::passwords::hash::PASSWORD_LIMIT_BYTES;

/// The longest name.
pub(super) const NAME_LIMIT_BYTES: usize = 128;

/// Name, colon and password in base64, which makes four bytes of three.
const HEADER_LIMIT_BYTES: usize = "Basic ".len() + (NAME_LIMIT_BYTES + 1 + PASSWORD_LIMIT_BYTES).div_ceil(3) * 4;

/// What somebody says to be.
#[derive(Debug)]
pub(super) struct Credentials {
    pub(super) name: String,
    pub(super) password: SecretString,
}

/// Reads the header; `None` when it is something else.
pub(super) fn read(header: &HeaderValue) -> Option<Credentials> {
    let text = header.to_str().ok().filter(|text| text.len() <= HEADER_LIMIT_BYTES)?;
    let (scheme, encoded) = text.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let plain = String::from_utf8(STANDARD.decode(encoded.trim_start_matches(' ')).ok()?).ok()?;
    let (name, password) = plain.split_once(':')?;
    let is_clean = |text: &str| !text.chars().any(char::is_control);
    let fits = name.len() <= NAME_LIMIT_BYTES && password.len() <= PASSWORD_LIMIT_BYTES;
    let may_be = fits && !name.is_empty() && is_clean(name) && is_clean(password);
    may_be.then(|| Credentials { name: name.to_owned(), password: SecretString::from(password) })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use secrecy::ExposeSecret;

    use super::*;

    fn of(text: &str) -> Option<(String, String)> {
        let given = read(&HeaderValue::from_str(text).unwrap())?;
        Some((given.name, given.password.expose_secret().to_owned()))
    }

    fn encoded(text: &str) -> String {
        format!("Basic {}", STANDARD.encode(text))
    }

    #[test]
    fn the_example_of_the_standard_is_read() {
        let aladdin = Some(("Aladdin".to_owned(), "open sesame".to_owned()));
        assert_eq!(of("Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="), aladdin);
        assert_eq!(of("bASIC  QWxhZGRpbjpvcGVuIHNlc2FtZQ=="), aladdin);
        assert_eq!(of(&encoded("test:a:b£")), Some(("test".to_owned(), "a:b£".to_owned())));
    }

    #[test]
    fn anything_else_is_nobody() {
        let long = encoded(&format!("a:{}", "x".repeat(2_000)));
        for bad in ["", "Basic", "Basic ", "Basic !!!", "Bearer QWxhZGRpbjpvcGVu", &encoded("no colon"), &long] {
            assert_eq!(of(bad), None, "{bad}");
        }
        for bad in [":", ":p", "a\nb:p", "a:p\0"] {
            assert_eq!(of(&encoded(bad)), None, "{bad:?}");
        }
    }

    proptest! {
        #[test]
        fn any_header_is_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..80)) {
            if let Ok(header) = HeaderValue::from_bytes(&bytes) {
                let _ = read(&header);
            }
            let _ = of(&format!("Basic {}", STANDARD.encode(&bytes)));
        }
    }
}
