//! One page of records: writes them, and breaks the one that shall be broken.

use axum::http::Uri;
use axum::response::Response;
use jiff::Timestamp;

use crate::breakage::broken;
use crate::endpoints::guard::wrapping_of;
use crate::envelope::Collection;
use crate::faults::{Api, MalformedRecord};
use crate::json::Json;
use crate::server::Inner;

/// Bytes to set aside for a record: the usual section has 3 kB.
const RECORD_BYTES: usize = 3_500;

/// A page on its way out.
pub(crate) struct Page<'a> {
    pub(crate) inner: &'a Inner,
    pub(crate) uri: &'a Uri,
    pub(crate) api: Api,
    /// The collection's name in the envelope.
    pub(crate) name: &'static str,
    pub(crate) as_of: Timestamp,
    /// The place of the first record in the whole listing.
    pub(crate) start: usize,
}

impl Page<'_> {
    /// The answer; `section_id` tells the id of the records that are of a section.
    pub(crate) fn answer<T>(
        &self,
        records: &[T],
        section_id: impl Fn(&T) -> Option<u32>,
        write: impl Fn(&T, &mut Json),
    ) -> Response {
        let malformed = self.inner.control().faults.malformed_record;
        let collection = Collection {
            wrapping: wrapping_of(self.uri.path()),
            name: self.name,
            origin: self.inner.campus.origin(),
            as_of: self.as_of,
            asked: self.uri.to_string(),
        };
        collection.into_answer(records.len() * RECORD_BYTES, |json| {
            for (index, record) in (self.start..).zip(records) {
                match malformed.filter(|fault| self.is_hit(fault, index, section_id(record))) {
                    None => write(record, json),
                    Some(fault) => {
                        let mut alone = Json::default();
                        write(record, &mut alone);
                        json.raw(&broken(&alone.into_text(), self.api, fault.how));
                    }
                }
            }
        })
    }

    fn is_hit(&self, fault: &MalformedRecord, index: usize, section_id: Option<u32>) -> bool {
        let is_here = fault.index == Some(index) || (section_id.is_some() && fault.section_id == section_id);
        is_here && fault.api.is_none_or(|api| api == self.api)
    }
}
