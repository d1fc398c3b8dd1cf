//! What a client takes, by its `Accept-Encoding` (RFC 9110, section 12.5.3).

use http::HeaderMap;
use http::header::ACCEPT_ENCODING;

use crate::encoding::Encoding;

/// Weights in thousandths, as fine as the standard allows.
const FULL: u16 = 1000;

/// The weight of each encoding; 0 is a refusal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Accepted {
    weights: [u16; 4],
}

impl Accepted {
    /// Reads the request's headers. Without one, only the bytes as they are will surely be understood.
    pub(crate) fn of(headers: &HeaderMap) -> Self {
        let mut named = [None; 4];
        let mut others = None;
        for value in headers.get_all(ACCEPT_ENCODING) {
            // A value that is no text says nothing that we know.
            for each in value.to_str().unwrap_or_default().split(',') {
                let (name, weight) = weighted(each);
                if name == "*" {
                    others = Some(weight);
                } else if let Some(place) = place(name) {
                    named[place] = Some(weight);
                }
            }
        }
        let mut weights = named.map(|weight| weight.or(others).unwrap_or(0));
        // As they are, bytes are welcome unless refused by name, or by a `*;q=0`.
        let identity = Encoding::Identity as usize;
        weights[identity] = named[identity].unwrap_or(if others == Some(0) { 0 } else { 1 });
        Self { weights }
    }

    /// Whether the client can read it.
    pub(crate) const fn takes(&self, encoding: Encoding) -> bool {
        self.weights[encoding as usize] > 0
    }

    /// What the client likes best of what it takes; among equals the first of `order`. `None` when it takes nothing.
    pub(crate) fn best_of(&self, order: impl IntoIterator<Item = Encoding>) -> Option<Encoding> {
        let mut best: Option<Encoding> = None;
        for encoding in order {
            let weight = self.weights[encoding as usize];
            if weight > best.map_or(0, |best| self.weights[best as usize]) {
                best = Some(encoding);
            }
        }
        best
    }
}

fn place(name: &str) -> Option<usize> {
    let is = |known: &str| name.eq_ignore_ascii_case(known);
    let alias = if is("x-gzip") { Some(Encoding::Gzip) } else { None };
    alias.or_else(|| Encoding::ALL.into_iter().find(|encoding| is(encoding.name()))).map(|encoding| encoding as usize)
}

fn weighted(each: &str) -> (&str, u16) {
    let mut parts = each.split(';').map(str::trim);
    let name = parts.next().unwrap_or_default();
    let weight = parts.find_map(|part| part.strip_prefix("q=").or_else(|| part.strip_prefix("Q=")));
    (name, weight.map_or(FULL, thousandths))
}

/// A weight that cannot be read is no wish at all.
fn thousandths(text: &str) -> u16 {
    match text.trim().parse::<f32>() {
        // A tiny weight is still a yes.
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and 1000")]
        Ok(weight) if weight > 0.0 && weight <= 1.0 => ((weight * f32::from(FULL)) as u16).max(1),
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;
    use proptest::prelude::*;

    use super::*;

    fn best(accept: &'static str) -> Option<Encoding> {
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT_ENCODING, HeaderValue::from_static(accept));
        Accepted::of(&headers).best_of(Encoding::ALL)
    }

    #[test]
    fn the_clients_weights_decide_and_then_our_order() {
        assert_eq!(best("gzip, deflate, br, zstd"), Some(Encoding::Zstd));
        assert_eq!(best("gzip;q=1.0, br;q=0.9"), Some(Encoding::Gzip));
        assert_eq!(best("GZIP;Q=0.2 , br; q=0.3"), Some(Encoding::Brotli));
        assert_eq!(best("gzip;q=0.001"), Some(Encoding::Gzip));
        assert_eq!(best("*"), Some(Encoding::Zstd));
        assert_eq!(best("*, zstd;q=0"), Some(Encoding::Brotli));
        assert_eq!(best("x-gzip"), Some(Encoding::Gzip));
        assert_eq!(best("identity;q=1, gzip;q=0.5"), Some(Encoding::Identity));
    }

    #[test]
    fn bytes_as_they_are_are_taken_unless_refused() {
        assert_eq!(best(""), Some(Encoding::Identity));
        assert_eq!(best("deflate"), Some(Encoding::Identity));
        assert_eq!(best("gzip;q=0"), Some(Encoding::Identity));
        assert_eq!(best("gzip;q=broken, br;q=7"), Some(Encoding::Identity));
        assert_eq!(best("*;q=0, identity;q=0.1"), Some(Encoding::Identity));
        assert_eq!(Accepted::of(&HeaderMap::new()).best_of(Encoding::ALL), Some(Encoding::Identity));
    }

    #[test]
    fn a_client_may_refuse_everything() {
        assert_eq!(best("*;q=0"), None);
        assert_eq!(best("identity;q=0"), None);
        assert_eq!(best("deflate, identity;q=0"), None);
        assert_eq!(best("*;q=0, gzip"), Some(Encoding::Gzip));
        assert_eq!(best("identity;q=0, gzip;q=0.1"), Some(Encoding::Gzip));
    }

    #[test]
    fn several_headers_are_one_list() {
        let mut headers = HeaderMap::new();
        headers.append(ACCEPT_ENCODING, HeaderValue::from_static("zstd;q=0.1"));
        headers.append(ACCEPT_ENCODING, HeaderValue::from_static("br"));
        assert_eq!(Accepted::of(&headers).best_of(Encoding::ALL), Some(Encoding::Brotli));
    }

    proptest! {
        #[test]
        fn whatever_is_sent_only_what_is_taken_is_chosen(lists in prop::collection::vec("[ -~]{0,40}|(zstd|br|gzip|identity|\\*)(;q=[01](\\.[0-9]{0,3})?)?", 0..6)) {
            let mut headers = HeaderMap::new();
            for list in &lists {
                headers.append(ACCEPT_ENCODING, HeaderValue::from_str(list).unwrap());
            }
            let accepted = Accepted::of(&headers);
            let chosen = accepted.best_of(Encoding::ALL);
            prop_assert_eq!(chosen.is_some(), Encoding::ALL.into_iter().any(|encoding| accepted.takes(encoding)));
            prop_assert!(chosen.is_none_or(|encoding| accepted.takes(encoding)));
        }
    }
}
