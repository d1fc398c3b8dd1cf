//! Sweeping a collection page by page.
//!
//! SIS answers 404 past the last page, and for a collection that is empty; a page that is not full is the last one. An
//! outage can look the same, so the page after the end is always asked for as well: were there records on it, the end
//! was none, and the sweep is an error. It is never a part that looks like the whole.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU32, Ordering};

use catalog::fetched::{Fault, Fetched, Origin};
use catalog::ports::{FetchWatch, SourceError};
use futures_util::StreamExt;
use futures_util::stream::FuturesOrdered;
use jiff::Timestamp;

use crate::api::{Page, Question};
use crate::reading::Record;
use crate::request::{PageAnswer, PageError, Requester};

/// Fetches all pages. When SIS fails on pages of this size, it starts over with half the size.
///
/// # Errors
/// [`SourceError`]; nothing of a sweep is kept then.
pub(crate) async fn sweep<T: Record>(
    requester: &Requester,
    question: &Question,
    watch: &dyn FetchWatch,
) -> Result<Fetched<T>, SourceError> {
    let started_at = requester.clock.now();
    let requests = AtomicU32::new(0);
    let mut progress = Progress { watch, question, reported: 0 };
    let mut size = requester.config.page_size;
    loop {
        let swept = sweep_at(requester, question, size, &requests, &mut progress).await;
        match swept {
            Ok(gathered) => return Ok(gathered.fetched(started_at, requests.load(Ordering::Relaxed))),
            Err(PageError::ServerError(_)) if size > requester.config.page_size_min => {
                size = (size / 2).max(requester.config.page_size_min);
                let api = question.api.name();
                tracing::warn!(
                    api,
                    page_size = size,
                    "SIS fails on pages of this size; starting over with smaller ones"
                );
            }
            Err(error) => return Err(error.into()),
        }
    }
}

/// Fetches all pages of a size: the first one alone, then several at once, handled in order.
async fn sweep_at<'a, T: Record>(
    requester: &Requester,
    question: &'a Question,
    size: u32,
    requests: &AtomicU32,
    progress: &mut Progress<'_>,
) -> Result<Gathered<'a, T>, PageError> {
    let mut gathered = Gathered::new(question, size);
    let mut in_flight = FuturesOrdered::new();
    let ask = async |number: u32| {
        let page = Page { number, size };
        (number, requester.page::<T>(question, Some(page), requests).await)
    };
    in_flight.push_back(ask(1));
    let mut next = 2;
    while let Some((number, answer)) = in_flight.next().await {
        gathered.add(number, answer?).map_err(PageError::Source)?;
        progress.report(gathered.seen);
        let last_wanted = gathered.end.map_or(requester.config.pages_max, |end| end + 1);
        while in_flight.len() < requester.config.concurrency && next <= last_wanted {
            in_flight.push_back(ask(next));
            next += 1;
        }
    }
    gathered.whole().map_err(PageError::Source)
}

/// Tells the watch of records as they arrive, each once, also when a sweep starts over.
struct Progress<'a> {
    watch: &'a dyn FetchWatch,
    question: &'a Question,
    reported: usize,
}

impl Progress<'_> {
    fn report(&mut self, seen: usize) {
        if seen > self.reported {
            self.watch.arrived(self.question.api.kind(), self.question.term, seen - self.reported);
            self.reported = seen;
        }
    }
}

/// What the pages so far have brought.
struct Gathered<'a, T: Record> {
    question: &'a Question,
    page_size: u32,
    records: Vec<T>,
    places: HashMap<T::Key, usize>,
    faults: Vec<Fault>,
    /// How many records came, readable or not, repeated or not.
    seen: usize,
    origin: Option<Origin>,
    as_of: Option<Timestamp>,
    /// The first page that was not full.
    end: Option<u32>,
}

impl<'a, T: Record> Gathered<'a, T> {
    fn new(question: &'a Question, page_size: u32) -> Self {
        Self {
            question,
            page_size,
            records: Vec::new(),
            places: HashMap::new(),
            faults: Vec::new(),
            seen: 0,
            origin: None,
            as_of: None,
            end: None,
        }
    }

    /// Takes in a page.
    fn add(&mut self, number: u32, page: PageAnswer<T>) -> Result<(), SourceError> {
        let count = page.records.as_ref().map_or(0, |records| records.count);
        if number == 1 || count > 0 {
            self.agree(number, page.origin)?;
            // The earliest page's moment: what holds for all pages at least.
            self.as_of = [self.as_of, page.as_of].into_iter().flatten().min();
        }
        if let Some(end) = self.end {
            return if count == 0 { Ok(()) } else { Err(self.not_the_end(end, number, count)) };
        }
        if count < self.page_size as usize {
            self.end = Some(number);
        }
        self.seen += count;
        let Some(page) = page.records else { return Ok(()) };
        self.faults.extend(page.faults);
        for record in page.records {
            self.keep(record);
        }
        Ok(())
    }

    fn agree(&mut self, number: u32, origin: Origin) -> Result<(), SourceError> {
        let known = *self.origin.get_or_insert(origin);
        if known == origin {
            return Ok(());
        }
        let message = format!(
            "page {number} comes from `{}`, the pages before it from `{}`: is there more than one server at this address?",
            origin.slug(),
            known.slug()
        );
        Err(SourceError::Unreadable { api: self.question.api.name(), message })
    }

    fn not_the_end(&self, end: u32, number: u32, count: usize) -> SourceError {
        let had = self.seen % self.page_size as usize;
        let message = format!(
            "page {end} had {had} records of {} and looked like the last one, but page {number} has {count} more; \
             nothing of this fetch is used",
            self.page_size
        );
        SourceError::Unreadable { api: self.question.api.name(), message }
    }

    /// Keeps a record; of several with one identity, the one that supersedes the others.
    fn keep(&mut self, record: T) {
        match self.places.get(&record.key()) {
            Some(&place) if record.supersedes(&self.records[place]) => self.records[place] = record,
            Some(_) => {}
            None => {
                self.places.insert(record.key(), self.records.len());
                self.records.push(record);
            }
        }
    }

    /// All of it, if the end was reached.
    fn whole(self) -> Result<Self, SourceError> {
        if self.end.is_some() {
            return Ok(self);
        }
        let message = format!("there is no end after {} records", self.seen);
        Err(SourceError::Unreadable { api: self.question.api.name(), message })
    }

    fn fetched(self, started_at: Timestamp, requests: u32) -> Fetched<T> {
        Fetched {
            records: self.records,
            faults: self.faults,
            as_of: self.as_of.unwrap_or(started_at),
            origin: self.origin.unwrap_or(Origin::Sis),
            requests,
        }
    }
}
