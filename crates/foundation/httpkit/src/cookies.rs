//! Cookies that only this site sets and only this site reads: `HttpOnly`, `SameSite=Lax`, for the whole site, and over
//! TLS with the prefix `__Host-`, which browsers accept from this very host alone, never from a neighbour below the
//! same domain.

use std::time::Duration;

use http::header::COOKIE;
use http::{HeaderMap, HeaderValue};

/// A cookie's name without the prefix, and whether the site is reached over TLS.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HostCookie {
    name: &'static str,
    over_tls: &'static str,
    is_secure: bool,
}

impl HostCookie {
    /// A cookie that is called `over_tls`, which begins with `__Host-`, over TLS, and `plain` without, as on
    /// `http://localhost`, where browsers refuse the prefix.
    #[must_use]
    pub const fn new(over_tls: &'static str, plain: &'static str, is_secure: bool) -> Self {
        Self { name: plain, over_tls, is_secure }
    }

    /// Its name.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        if self.is_secure { self.over_tls } else { self.name }
    }

    /// Its value in a request; `None` when it is missing, or there twice: then somebody else set one of them.
    #[must_use]
    pub fn value<'h>(&self, headers: &'h HeaderMap) -> Option<&'h str> {
        let mut values = pairs(headers).filter(|(name, _)| *name == self.name()).map(|(_, value)| value);
        values.next().filter(|_| values.next().is_none())
    }

    /// The `Set-Cookie` that keeps a value for a while. `None` when the value has characters that no cookie may have.
    #[must_use]
    pub fn set(&self, value: &str, keep: Duration) -> Option<HeaderValue> {
        let is_plain = value.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.~".contains(&b));
        let line = || self.line(value, keep.as_secs());
        is_plain.then(line).and_then(|line| HeaderValue::try_from(line).ok())
    }

    /// The `Set-Cookie` that takes it away.
    #[must_use]
    pub fn clear(&self) -> HeaderValue {
        HeaderValue::try_from(self.line("", 0)).unwrap_or(HeaderValue::from_static(""))
    }

    fn line(&self, value: &str, seconds: u64) -> String {
        let secure = if self.is_secure { "; Secure" } else { "" };
        format!("{}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}", self.name())
    }
}

/// All cookies of a request.
fn pairs(headers: &HeaderMap) -> impl Iterator<Item = (&str, &str)> {
    let lines = headers.get_all(COOKIE).iter().filter_map(|line| line.to_str().ok());
    lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TLS: HostCookie = HostCookie::new("__Host-sample", "sample", true);
    const PLAIN: HostCookie = HostCookie::new("__Host-sample", "sample", false);

    fn asked(lines: &[&'static str]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(COOKIE, HeaderValue::from_static(line));
        }
        headers
    }

    #[test]
    fn over_tls_the_cookie_is_bound_to_the_host() {
        let line = TLS.set("abc-_.~9", Duration::from_mins(1)).unwrap();
        assert_eq!(line, "__Host-sample=abc-_.~9; Path=/; Max-Age=60; HttpOnly; SameSite=Lax; Secure");
        let line = PLAIN.set("abc", Duration::from_mins(1)).unwrap();
        assert_eq!(line, "sample=abc; Path=/; Max-Age=60; HttpOnly; SameSite=Lax");
        assert_eq!(PLAIN.clear(), "sample=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax");
    }

    #[test]
    fn a_value_never_breaks_out_of_its_cookie() {
        for evil in ["a; Domain=x", "a b", "a\r\nSet-Cookie: b", "é", "\"a\"", "a,b"] {
            assert_eq!(TLS.set(evil, Duration::from_mins(1)), None, "{evil:?}");
        }
    }

    #[test]
    fn only_the_exact_name_is_read() {
        assert_eq!(TLS.value(&asked(&["a=1; __Host-sample=x; b=2"])), Some("x"));
        assert_eq!(TLS.value(&asked(&["a=1", "__Host-sample=x"])), Some("x"), "HTTP/2 sends a line for each");
        assert_eq!(TLS.value(&asked(&["sample=planted"])), None, "the plain one is not believed over TLS");
        assert_eq!(PLAIN.value(&asked(&["my-sample=x; sampler=y"])), None);
    }

    #[test]
    fn a_cookie_that_is_there_twice_is_not_believed() {
        assert_eq!(PLAIN.value(&asked(&["sample=a; sample=b"])), None);
    }
}
