//! The captured counts: one line per section and snapshot, sorted by term, section and time.

use std::collections::BTreeMap;
use std::fs::File;
use std::path::Path;

use catalog::seats::Counts;
use catalog::term::TermId;
use jiff::Timestamp;

use crate::error::StandinError;

const COLUMNS: [&str; 8] =
    ["term_id", "section_id", "snapshot_utc", "status", "enrolled", "max_enroll", "waitlisted", "max_waitlist"];

/// All snapshots of a term.
pub(crate) struct TermHistory {
    pub(crate) term: TermId,
    /// Every section that was ever seen, by id; snapshots name them by their place here.
    pub(crate) section_ids: Vec<u32>,
    /// Oldest first.
    pub(crate) snapshots: Vec<Snapshot>,
}

/// The counts of a term at one moment.
pub(crate) struct Snapshot {
    pub(crate) at: Timestamp,
    /// By section.
    pub(crate) counts: Vec<(u32, Counts)>,
}

impl TermHistory {
    pub(crate) const fn new(term: TermId) -> Self {
        Self { term, section_ids: Vec::new(), snapshots: Vec::new() }
    }
}

impl Snapshot {
    /// The sections whose counts are others than in an earlier snapshot, or were not in it.
    pub(crate) fn differing_from(&self, before: &Self) -> impl Iterator<Item = u32> {
        let mut earlier = before.counts.iter().peekable();
        self.counts.iter().filter_map(move |(index, counts)| {
            while earlier.next_if(|(other, _)| other < index).is_some() {}
            let is_same = earlier.peek().is_some_and(|(other, old)| other == index && old == counts);
            (!is_same).then_some(*index)
        })
    }
}

/// Reads the whole file.
pub(crate) fn read(path: &Path) -> Result<Vec<TermHistory>, StandinError> {
    let unreadable = |source: crate::error::Cause| StandinError::Unreadable { path: path.to_owned(), source };
    let file = File::open(path).map_err(|error| unreadable(error.into()))?;
    let text = zstd::Decoder::new(file).map_err(|error| unreadable(error.into()))?;
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(text);
    let mut record = csv::ByteRecord::new();
    let malformed = |line: usize, reason: String| StandinError::Malformed { path: path.to_owned(), line, reason };
    let mut building = Building::default();
    let mut line = 0;
    while reader.read_byte_record(&mut record).map_err(|error| unreadable(error.into()))? {
        line += 1;
        if line == 1 {
            if record.iter().ne(COLUMNS.map(str::as_bytes)) {
                return Err(malformed(line, format!("expected the columns {}", COLUMNS.join(","))));
            }
            continue;
        }
        building.take(&record).map_err(|reason| malformed(line, reason))?;
    }
    Ok(building.finish())
}

type SnapshotsByMoment = BTreeMap<Timestamp, Vec<(u32, Counts)>>;

/// The histories so far; the file is sorted, so that only the last term and section grow.
#[derive(Default)]
struct Building {
    done: Vec<TermHistory>,
    now: Option<(TermId, Vec<u32>, SnapshotsByMoment)>,
    /// Moments already read: there are 66 of them, and a million lines.
    moments: BTreeMap<Vec<u8>, Timestamp>,
}

impl Building {
    fn take(&mut self, record: &csv::ByteRecord) -> Result<(), String> {
        let term: u16 = number(record, 0)?;
        let term = TermId::try_from(term).map_err(|error| error.to_string())?;
        let section: u32 = number(record, 1)?;
        let at = self.moment(&record[2])?;
        let counts = Counts {
            is_open: match &record[3] {
                b"O" => Some(true),
                b"C" => Some(false),
                _ => None,
            },
            enrolled: number(record, 4)?,
            max_enroll: number(record, 5)?,
            waitlisted: number(record, 6)?,
            max_waitlist: number(record, 7)?,
        };
        if self.now.as_ref().is_none_or(|now| now.0 != term) {
            self.close_term();
        }
        let (_, sections, snapshots) = self.now.get_or_insert_with(|| (term, Vec::new(), BTreeMap::new()));
        if sections.last() != Some(&section) {
            sections.push(section);
        }
        snapshots.entry(at).or_default().push((sections.len() as u32 - 1, counts));
        Ok(())
    }

    fn moment(&mut self, text: &[u8]) -> Result<Timestamp, String> {
        if let Some(moment) = self.moments.get(text) {
            return Ok(*moment);
        }
        let moment = crate::faults::moment_of(&String::from_utf8_lossy(text))?;
        self.moments.insert(text.to_owned(), moment);
        Ok(moment)
    }

    fn close_term(&mut self) {
        if let Some((term, section_ids, snapshots)) = self.now.take() {
            let snapshots = snapshots.into_iter().map(|(at, counts)| Snapshot { at, counts }).collect();
            self.done.push(TermHistory { term, section_ids, snapshots });
        }
    }

    fn finish(mut self) -> Vec<TermHistory> {
        self.close_term();
        self.done
    }
}

fn number<T: std::str::FromStr>(record: &csv::ByteRecord, column: usize) -> Result<T, String> {
    let text = record.get(column).and_then(|bytes| std::str::from_utf8(bytes).ok());
    let number = text.and_then(|text| text.parse().ok());
    number.ok_or_else(|| format!("{} is no number: {:?}", COLUMNS[column], text.unwrap_or_default()))
}
