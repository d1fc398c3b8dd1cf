//! Pages of a list by cursor. A cursor remembers the last row that was given, and where it stood: when the catalog
//! changes in between, the list goes on behind that row, wherever it stands now.

use std::fmt;
use std::str::FromStr;

/// Rows on a page when nobody says how many.
pub(crate) const LIMIT_DEFAULT: u64 = 50;

/// The most rows on a page.
pub(crate) const LIMIT_MAX: u64 = 200;

/// How a cursor looks.
pub(crate) const PATTERN: &str = "^[0-9]{1,9}-[0-9]{1,19}$";

/// Where the last page ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Cursor {
    /// How many rows were before its end.
    rows_before: usize,
    /// The key of its last row.
    last_key: u64,
}

/// Some rows of a list.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Slice<'a, T> {
    pub(crate) rows: &'a [T],
    /// Where the next page begins; `None` on the last one.
    pub(crate) next: Option<Cursor>,
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.rows_before, self.last_key)
    }
}

impl FromStr for Cursor {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let digits =
            |text: &str, most: usize| (1..=most).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
        let (before, key) = text.split_once('-').ok_or(())?;
        if !digits(before, 9) || !digits(key, 19) {
            return Err(());
        }
        Ok(Self { rows_before: before.parse().map_err(|_| ())?, last_key: key.parse().map_err(|_| ())? })
    }
}

/// The rows behind a cursor, at most `limit` of them. Keys tell rows apart.
pub(crate) fn slice<T>(rows: &[T], cursor: Option<Cursor>, limit: u64, key: impl Fn(&T) -> u64) -> Slice<'_, T> {
    let start = cursor.map_or(0, |cursor| cursor.resumes_at(rows, &key)).min(rows.len());
    let limit = usize::try_from(limit).unwrap_or(usize::MAX).max(1);
    let end = start.saturating_add(limit).min(rows.len());
    let page = &rows[start..end];
    let next = page.last().filter(|_| end < rows.len()).map(|last| Cursor { rows_before: end, last_key: key(last) });
    Slice { rows: page, next }
}

impl Cursor {
    fn resumes_at<T>(self, rows: &[T], key: impl Fn(&T) -> u64) -> usize {
        let is_last = |row: &T| key(row) == self.last_key;
        if self.rows_before.checked_sub(1).and_then(|at| rows.get(at)).is_some_and(is_last) {
            return self.rows_before;
        }
        rows.iter().position(is_last).map_or(self.rows_before, |at| at + 1)
    }
}

/// A key of a name, for rows that have no number. Not secret; equal names have equal keys in every process.
pub(crate) fn key_of(name: &str) -> u64 {
    // FNV-1a, cut to 63 bits so that it has 19 digits at most.
    let hash = name
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    hash >> 1
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn walk(rows: &[u64], limit: u64) -> Vec<u64> {
        let (mut seen, mut cursor) = (Vec::new(), None);
        loop {
            let page = slice(rows, cursor, limit, |row| *row);
            seen.extend(page.rows);
            cursor = page.next.map(|next| next.to_string().parse().unwrap());
            if cursor.is_none() {
                return seen;
            }
        }
    }

    proptest! {
        #[test]
        fn pages_together_are_the_list(count in 0_u64..200, limit in 1_u64..50) {
            let rows: Vec<u64> = (0..count).map(|n| n * 7).collect();
            prop_assert_eq!(walk(&rows, limit), rows);
        }

        #[test]
        fn no_text_breaks_the_reading(text in ".{0,30}") {
            if let Ok(cursor) = text.parse::<Cursor>() {
                prop_assert!(slice(&[1_u64, 2, 3], Some(cursor), 2, |row| *row).rows.len() <= 2);
            }
        }
    }

    #[test]
    fn the_list_goes_on_behind_the_last_row_when_others_came_or_went() {
        let next = slice(&[10, 20, 30, 40], None, 2, |row| *row).next;
        assert_eq!(slice(&[5, 10, 20, 25, 30], next, 2, |row| *row).rows, [25, 30]);
        assert_eq!(slice(&[10, 30, 40], next, 2, |row| *row).rows, [40], "the last row is gone: by its place");
    }
}
