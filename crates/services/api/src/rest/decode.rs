//! Reading a query string, strictly: bytes that are no text are refused, not replaced.

/// Bytes that are no UTF-8.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct NotText;

/// The pairs of a query string in order. A pair without `=` has an empty value; empty pairs are passed over.
pub(super) fn pairs(query: &str) -> Result<Vec<(String, String)>, NotText> {
    let given = query.split('&').filter(|pair| !pair.is_empty());
    given
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            Ok((decoded(name)?, decoded(value)?))
        })
        .collect()
}

/// `+` is a space, `%41` is `A`; a `%` that nothing follows stands for itself, as browsers read it.
fn decoded(text: &str) -> Result<String, NotText> {
    let bytes = text.as_bytes();
    let mut read = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let escaped = (bytes[at] == b'%').then(|| text.get(at + 1..at + 3)).flatten();
        let hex = escaped.filter(|hex| hex.bytes().all(|b| b.is_ascii_hexdigit()));
        match hex.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            Some(byte) => {
                read.push(byte);
                at += 3;
            }
            None => {
                read.push(if bytes[at] == b'+' { b' ' } else { bytes[at] });
                at += 1;
            }
        }
    }
    String::from_utf8(read).map_err(|_| NotText)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_are_decoded_once() {
        let read = pairs("q=linear+algebra&q=%C3%BC%2526&flag&&=x&broken=%4").unwrap();
        let read: Vec<(&str, &str)> = read.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        assert_eq!(read, [("q", "linear algebra"), ("q", "ü%26"), ("flag", ""), ("", "x"), ("broken", "%4")]);
    }

    #[test]
    fn bytes_that_are_no_text_are_refused() {
        assert_eq!(pairs("q=%FF"), Err(NotText));
        assert_eq!(pairs("%C3=1"), Err(NotText));
    }
}
