//! Reads the questions: which page, of what.

use std::collections::HashMap;

use axum::http::StatusCode;
use catalog::term::TermId;
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

use crate::envelope::Refusal;

/// The parameters of a request, by name.
pub(crate) type Parameters = HashMap<String, String>;

/// Records on a page when nothing else is asked.
const PAGE_SIZE: usize = 50;
/// The most that any API gives at once; the Class API answers 500 beyond (seen in use, not documented).
const PAGE_SIZE_MAX: usize = 500;
/// The Terms API's own default and limit.
const TERMS_PAGE_SIZE: usize = 10;
const TERMS_PAGE_SIZE_MAX: usize = 100;

/// Which part of a listing is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Paging {
    number: usize,
    size: usize,
}

impl Paging {
    /// For courses: a page that is too large is a bad request.
    pub(crate) fn of_courses(parameters: &Parameters) -> Result<Self, Refusal> {
        Self::read(parameters, PAGE_SIZE)?.at_most(PAGE_SIZE_MAX, StatusCode::BAD_REQUEST)
    }

    /// For everything below `/classes`: a page that is too large breaks the SIS.
    pub(crate) fn of_classes(parameters: &Parameters) -> Result<Self, Refusal> {
        Self::read(parameters, PAGE_SIZE)?.at_most(PAGE_SIZE_MAX, StatusCode::INTERNAL_SERVER_ERROR)
    }

    /// For terms.
    pub(crate) fn of_terms(parameters: &Parameters) -> Result<Self, Refusal> {
        Self::read(parameters, TERMS_PAGE_SIZE)?.at_most(TERMS_PAGE_SIZE_MAX, StatusCode::BAD_REQUEST)
    }

    fn read(parameters: &Parameters, size: usize) -> Result<Self, Refusal> {
        let number = whole_number(parameters, "page-number")?.unwrap_or(1);
        let size = whole_number(parameters, "page-size")?.unwrap_or(size);
        if size == 0 {
            return Err(Refusal::bad_request("page-size must be at least 1"));
        }
        // Page 0: the clients of 2016 and 2021 began there, and nobody recorded another answer than the first page.
        Ok(Self { number: number.max(1), size })
    }

    fn at_most(self, size_max: usize, status: StatusCode) -> Result<Self, Refusal> {
        if self.size <= size_max {
            return Ok(self);
        }
        Err(Refusal::new(status, format!("page-size {} is too large, the most is {size_max}", self.size)))
    }

    /// The records of this page with their places in the listing; 404 past the end, as the SIS does.
    pub(crate) fn cut<'a, T>(&self, listing: &'a [T], what: &str) -> Result<(usize, &'a [T]), Refusal> {
        let start = (self.number - 1).saturating_mul(self.size);
        if start >= listing.len() {
            return Err(Refusal::not_found(format!("{what}, page-number = {}", self.number)));
        }
        let end = start.saturating_add(self.size).min(listing.len());
        Ok((start, &listing[start..end]))
    }
}

/// The page that a request asks for, without judging it.
pub(crate) fn page_number(parameters: &Parameters) -> usize {
    parameters.get("page-number").and_then(|text| text.parse().ok()).unwrap_or(1).max(1)
}

fn whole_number(parameters: &Parameters, name: &str) -> Result<Option<usize>, Refusal> {
    let Some(text) = given(parameters, name) else { return Ok(None) };
    let number =
        text.parse().map_err(|_| Refusal::bad_request(format!("{name} must be a whole number, not {text}")))?;
    Ok(Some(number))
}

/// A parameter that is there and not empty.
pub(crate) fn given<'a>(parameters: &'a Parameters, name: &str) -> Option<&'a str> {
    parameters.get(name).map(|text| text.trim()).filter(|text| !text.is_empty())
}

/// A term's id in the address or in `term-id`.
pub(crate) fn term_of(text: &str) -> Result<TermId, Refusal> {
    let term = text.parse::<u16>().ok().and_then(|number| TermId::try_from(number).ok());
    term.ok_or_else(|| Refusal::bad_request(format!("term-id must be four digits that end in 2, 5 or 8, not {text}")))
}

/// A section's id in the address.
pub(crate) fn section_of(text: &str) -> Result<u32, Refusal> {
    text.parse().map_err(|_| Refusal::bad_request(format!("section-id must be a number, not {text}")))
}

/// A moment told as the SIS does: campus time without an offset, `2026-08-26T09:00:00`.
pub(crate) fn campus_moment(
    parameters: &Parameters,
    name: &str,
    zone: &TimeZone,
) -> Result<Option<Timestamp>, Refusal> {
    let Some(text) = given(parameters, name) else { return Ok(None) };
    let bad = || Refusal::bad_request(format!("{name} must be like 2026-08-26T09:00:00 in campus time, not {text}"));
    let local: DateTime = text.parse().map_err(|_| bad())?;
    zone.to_timestamp(local).map(Some).map_err(|_| bad())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parameters(pairs: &[(&str, &str)]) -> Parameters {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn pages_are_cut_as_the_sis_cuts_them() {
        let listing: Vec<u32> = (0..120).collect();
        let cut = |pairs: &[(&str, &str)]| {
            let paging = Paging::of_classes(&parameters(pairs))?;
            paging.cut(&listing, "term-id = 2268").map(|(start, page)| (start, page.len()))
        };
        assert_eq!(cut(&[]), Ok((0, 50)));
        assert_eq!(cut(&[("page-number", "0")]), Ok((0, 50)));
        assert_eq!(cut(&[("page-number", "3")]), Ok((100, 20)));
        assert_eq!(cut(&[("page-number", "4")]).unwrap_err().status, StatusCode::NOT_FOUND);
        assert_eq!(cut(&[("page-size", "500")]), Ok((0, 120)));
        assert_eq!(cut(&[("page-size", "501")]).unwrap_err().status, StatusCode::INTERNAL_SERVER_ERROR);
        assert_eq!(cut(&[("page-size", "many")]).unwrap_err().status, StatusCode::BAD_REQUEST);
    }

    #[test]
    fn moments_are_read_in_campus_time() {
        let given = parameters(&[("updated-after", "2026-08-26T09:00:00")]);
        let moment = campus_moment(&given, "updated-after", &catalog::campus::time_zone());
        assert_eq!(moment.unwrap().unwrap().to_string(), "2026-08-26T16:00:00Z");
    }
}
