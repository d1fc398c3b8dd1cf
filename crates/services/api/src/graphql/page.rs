//! Pages of a list by Relay's rules: `first`, `last`, `before`, `after`.

use crate::graphql::arguments::{Arguments, Refusal};
use crate::graphql::global_id;
use crate::graphql::limits::Limit;

/// Which part of a list is asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Page {
    first: Option<usize>,
    last: Option<usize>,
    before: Option<usize>,
    after: Option<usize>,
}

/// That part in a list of a known length.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Slice {
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) has_next: bool,
    pub(crate) has_previous: bool,
}

impl Page {
    pub(crate) fn read(arguments: &Arguments<'_>, limit: &Limit) -> Result<Self, Refusal> {
        let count = |name: &str| match arguments.int(name)? {
            Some(rows) => match usize::try_from(rows) {
                Ok(rows) if rows <= limit.most => Ok(Some(rows)),
                Ok(_) => Err(Refusal(format!("`{name}` is {rows}: a page has at most {} rows.", limit.most))),
                Err(_) => Err(Refusal(format!("`{name}` is {rows}: a page has 0 rows or more."))),
            },
            None => Ok(None),
        };
        let place = |name: &str| match arguments.text(name)? {
            Some(cursor) if !cursor.is_empty() => match global_id::place(&cursor) {
                Some(place) => Ok(Some(place)),
                None => Err(Refusal(format!("`{name}` is no cursor: expected one that an earlier answer gave."))),
            },
            _ => Ok(None),
        };
        let (first, last) = (count("first")?, count("last")?);
        Ok(Self { first, last, before: place("before")?, after: place("after")? })
    }

    /// At most how many rows of a list of that length.
    pub(crate) fn rows_at_most(&self, length: f64) -> f64 {
        #[expect(clippy::cast_precision_loss, reason = "an estimate")]
        let least = |rows: Option<usize>, so_far: f64| rows.map_or(so_far, |rows| so_far.min(rows as f64));
        least(self.first, least(self.last, length))
    }

    /// As Relay's libraries cut: a cursor beyond the list counts as its end; there is a next page only when `first` cut
    /// something off, and a previous one only when `last` did.
    pub(crate) fn slice(&self, length: usize) -> Slice {
        let lower = self.after.map_or(0, |place| place.saturating_add(1));
        let upper = self.before.unwrap_or(length);
        let (mut start, mut end) = (lower, upper.min(length));
        if let Some(first) = self.first {
            end = end.min(start.saturating_add(first));
        }
        if let Some(last) = self.last {
            start = start.max(end.saturating_sub(last));
        }
        let has_next = self.first.is_some() && end < upper.min(length);
        let has_previous = self.last.is_some() && start > lower;
        let start = start.min(end);
        Slice { start, end, has_next, has_previous }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// The specification's own words, on a list: cut by the cursors first, then by `first`, then by `last`.
        #[test]
        fn a_page_is_what_cutting_a_list_gives(
            length in 0_usize..30,
            first in prop::option::of(0_usize..40),
            last in prop::option::of(0_usize..40),
            before in prop::option::of(0_usize..40),
            after in prop::option::of(0_usize..40),
        ) {
            let mut rows: Vec<usize> = (0..length).collect();
            rows.retain(|row| after.is_none_or(|place| *row > place) && before.is_none_or(|place| *row < place));
            let (mut has_next, mut has_previous) = (false, false);
            if let Some(first) = first {
                has_next = rows.len() > first;
                rows.truncate(first);
            }
            if let Some(last) = last {
                has_previous = rows.len() > last;
                rows.drain(..rows.len().saturating_sub(last));
            }
            let slice = Page { first, last, before, after }.slice(length);
            prop_assert_eq!((slice.start..slice.end).collect::<Vec<usize>>(), rows);
            prop_assert_eq!((slice.has_next, slice.has_previous), (has_next, has_previous));
        }
    }
}
