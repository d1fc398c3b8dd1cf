//! The number of a request: in its answer, its log lines and its error page.
//!
//! A request has one number on its whole way: a service behind a proxy that it trusts takes over the proxy's. Nobody
//! else may choose it: what a client can choose, it can make look like somebody else's.

use std::cell::Cell;
use std::fmt;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};

use http::{HeaderName, HeaderValue};

/// The header that carries it, on requests of a proxy and on every answer.
pub(crate) const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

const LENGTH: usize = 16;

/// So many numbers a thread takes at once: a count that all threads share is the slowest part of a number.
const BLOCK: u64 = 1024;

/// The number of a request, unlike any other's; in the extensions of each request.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct RequestId([u8; LENGTH]);

impl RequestId {
    /// A counter stirred by a secret of this process: unique, and no guide to how many requests there were.
    #[must_use]
    pub fn fresh() -> Self {
        static SECRET: LazyLock<RandomState> = LazyLock::new(RandomState::new);
        static NEXT_BLOCK: AtomicU64 = AtomicU64::new(0);
        thread_local! {
            /// The next number of this thread, and where its block ends.
            static COUNT: Cell<(u64, u64)> = const { Cell::new((0, 0)) };
        }
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        let mut hasher = SECRET.build_hasher();
        hasher.write_u64(COUNT.with(|count| {
            let (mut next, mut end) = count.get();
            if next == end {
                next = NEXT_BLOCK.fetch_add(BLOCK, Ordering::Relaxed);
                end = next + BLOCK;
            }
            count.set((next + 1, end));
            next
        }));
        let number = hasher.finish();
        Self(std::array::from_fn(|place| DIGITS[usize::try_from(number >> (4 * place) & 0xf).unwrap_or(0)]))
    }

    /// The number that a proxy gave in a header, when it is written as ours are; anything else is none.
    #[must_use]
    pub fn given(header: &HeaderValue) -> Option<Self> {
        let digits: [u8; LENGTH] = header.as_bytes().try_into().ok()?;
        digits.iter().all(|digit| matches!(digit, b'0'..=b'9' | b'a'..=b'f')).then_some(Self(digits))
    }

    /// Its sixteen digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// The same as a header's value.
    #[must_use]
    pub fn header(&self) -> HeaderValue {
        HeaderValue::from_bytes(&self.0).unwrap_or(HeaderValue::from_static(""))
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RequestId({self})")
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn numbers_are_unique_and_all_of_one_length() {
        let ids: HashSet<String> = (0..1_000).map(|_| RequestId::fresh().to_string()).collect();
        assert_eq!(ids.len(), 1_000);
        assert!(ids.iter().all(|id| id.len() == 16));
    }

    #[test]
    fn threads_never_give_the_same_number() {
        let many = || (0..3_000).map(|_| RequestId::fresh().to_string()).collect::<Vec<_>>();
        let threads: Vec<_> = (0..4).map(|_| std::thread::spawn(many)).collect();
        let ids: HashSet<String> = threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect();
        assert_eq!(ids.len(), 12_000);
    }

    #[test]
    fn a_number_is_read_back_and_nothing_else_is_one() {
        let id = RequestId::fresh();
        assert_eq!(RequestId::given(&id.header()), Some(id));
        for junk in ["", "mine", "0123456789abcde", "0123456789abcdef0", "0123456789ABCDEF", "0123456789abcde\t"] {
            assert_eq!(RequestId::given(&HeaderValue::from_str(junk).unwrap()), None, "{junk}");
        }
    }
}
