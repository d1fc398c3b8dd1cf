//! Finding the terms around a day. The Term API has no list of all terms: it knows the current, the next and the
//! previous one as of a day, so one walks.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU32, Ordering};

use catalog::fetched::{Fault, Fetched, Origin};
use catalog::ports::SourceError;
use catalog::term::{Term, TermId};
use jiff::Timestamp;
use jiff::civil::Date;

use crate::api::{Api, Question};
use crate::campus_time;
use crate::config::TermsVersion;
use crate::record::term::{TermRow, UNDERGRADUATE};
use crate::request::{PageAnswer, Requester};

/// How many terms to look ahead: in spring, summer and fall are both open for enrollment.
const AHEAD: usize = 2;

/// The current term, the next two, and `back` earlier ones. A replay lives in another year than we do: its own day is
/// the one to walk from.
///
/// # Errors
/// [`SourceError`].
pub(crate) async fn walk(requester: &Requester, today: Date, back: usize) -> Result<Fetched<Term>, SourceError> {
    let started_at = requester.clock.now();
    let requests = AtomicU32::new(0);
    let mut found = walk_from(requester, today, back, &requests).await?;
    let its_today = found.as_of.map_or(today, |as_of| campus_time::day(as_of, &requester.config.time_zone));
    if found.origin == Some(Origin::Replay) && its_today != today {
        found = walk_from(requester, its_today, back, &requests).await?;
    }
    Ok(Fetched {
        records: found.terms.into_values().map(|(_, term)| term).collect(),
        faults: found.faults,
        as_of: found.as_of.unwrap_or(started_at),
        origin: found.origin.unwrap_or(Origin::Sis),
        requests: requests.load(Ordering::Relaxed),
    })
}

async fn walk_from(
    requester: &Requester,
    today: Date,
    back: usize,
    requests: &AtomicU32,
) -> Result<Found, SourceError> {
    let mut found = Found::default();
    // Between terms there is no current one: both walks start from the day itself then.
    let current = ask(requester, "Current", today, requests, &mut found).await?;
    let mut day = current.as_ref().map_or(today, |term| term.end);
    for _ in 0..AHEAD {
        match ask(requester, "Next", day, requests, &mut found).await? {
            Some(term) if term.end > day => day = term.end,
            _ => break,
        }
    }
    let mut day = current.as_ref().map_or(today, |term| term.begin);
    for _ in 0..back {
        match ask(requester, "Previous", day, requests, &mut found).await? {
            Some(term) if term.begin < day => day = term.begin,
            _ => break,
        }
    }
    Ok(found)
}

/// Asks for one position. Gives back the undergraduates' term there, by whose dates to walk on; the law school's terms
/// begin weeks earlier, and would lead astray.
async fn ask(
    requester: &Requester,
    position: &'static str,
    as_of: Date,
    requests: &AtomicU32,
    found: &mut Found,
) -> Result<Option<Term>, SourceError> {
    let version = match requester.config.terms_version {
        TermsVersion::V1 => "v1",
        TermsVersion::V2 => "v2",
    };
    let question = Question {
        api: Api::Terms,
        path: format!("/{version}/terms"),
        query: vec![("temporal-position", position.to_owned()), ("as-of-date", as_of.to_string())],
        term: None,
    };
    let answer = requester.page::<TermRow>(&question, None, requests).await?;
    found.add(answer)
}

/// The terms found so far.
#[derive(Default)]
struct Found {
    /// By id, with the career whose dates they are.
    terms: BTreeMap<TermId, (String, Term)>,
    faults: Vec<Fault>,
    origin: Option<Origin>,
    as_of: Option<Timestamp>,
}

impl Found {
    fn add(&mut self, answer: PageAnswer<TermRow>) -> Result<Option<Term>, SourceError> {
        let known = *self.origin.get_or_insert(answer.origin);
        if known != answer.origin {
            let message = format!("one answer comes from `{}`, another from `{}`", known.slug(), answer.origin.slug());
            return Err(SourceError::Unreadable { api: Api::Terms.name(), message });
        }
        self.as_of = [self.as_of, answer.as_of].into_iter().flatten().min();
        let Some(page) = answer.records else { return Ok(None) };
        self.faults.extend(page.faults);
        let mut rows = page.records;
        if rows.iter().any(|row| row.career == UNDERGRADUATE) {
            rows.retain(|row| row.career == UNDERGRADUATE);
        }
        let steering = rows.iter().find(|row| row.career == UNDERGRADUATE).map(|row| row.term.clone());
        for row in rows {
            self.keep(row);
        }
        Ok(steering)
    }

    /// Keeps the undergraduates' row of a term, else the first.
    fn keep(&mut self, TermRow { career, term }: TermRow) {
        match self.terms.get(&term.id) {
            Some(_) if career != UNDERGRADUATE => {}
            _ => {
                self.terms.insert(term.id, (career, term));
            }
        }
    }
}
