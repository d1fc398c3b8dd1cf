//! What a form of this site sends.

use http::StatusCode;
use httpkit::error::HttpError;

/// The longest form that is read, in bytes: the longest text of any form, in any script, is well below.
pub(crate) const FORM_BYTES_MAX: usize = 64 * 1024;

/// The most fields of a form.
const FIELDS_MAX: usize = 500;

/// The fields of a form, decoded, in order.
#[derive(Debug)]
pub(crate) struct Form(Vec<(String, String)>);

impl Form {
    /// Reads the body of a request.
    pub(crate) fn parse(body: &[u8]) -> Result<Self, HttpError> {
        if body.len() > FORM_BYTES_MAX {
            return Err(HttpError::new(StatusCode::PAYLOAD_TOO_LARGE, "The form is longer than this page ever sends."));
        }
        let fields = form_urlencoded::parse(body).take(FIELDS_MAX);
        Ok(Self(fields.map(|(name, value)| (name.into_owned(), value.into_owned())).collect()))
    }

    /// The value of a field as it was typed; `None` when there is no such field.
    pub(crate) fn field(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(given, _)| given == name).map(|(_, value)| value.as_str())
    }

    /// All values of a field that may be there several times.
    pub(crate) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(given, _)| given == name).map(|(_, value)| value.as_str())
    }

    /// A field read as what it should be.
    pub(crate) fn read<T: std::str::FromStr>(&self, name: &str) -> Result<T, HttpError> {
        let value = self.field(name).and_then(|value| value.trim().parse().ok());
        value.ok_or_else(|| {
            let message =
                format!("The form says nothing that can be understood in its field `{name}`. Go back and try again.");
            HttpError::new(StatusCode::BAD_REQUEST, message)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_decoded_and_may_come_several_times() {
        let form = Form::parse(b"day=mo&day=we&name=a%26b+c&empty=").unwrap();
        assert_eq!(form.all("day").collect::<Vec<_>>(), ["mo", "we"]);
        assert_eq!((form.field("name"), form.field("empty"), form.field("other")), (Some("a&b c"), Some(""), None));
    }

    #[test]
    fn what_is_no_number_says_which_field() {
        let form = Form::parse(b"course=x").unwrap();
        assert_eq!(form.read::<u64>("course").unwrap_err().status, StatusCode::BAD_REQUEST);
        assert!(Form::parse(&vec![b'a'; FORM_BYTES_MAX + 1]).is_err());
    }
}
