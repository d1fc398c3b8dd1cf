//! The import of grade exports: files in, graded sections out, into the store at once or not at all.

use catalog::grade::GradeRecord;
use catalog::ports::{CatalogStore, GradeImport, StoreError};
use jiff::Timestamp;

mod export;
mod formatted;
mod privacy;
mod raw;

pub use export::{GradeFile, GradeFileError, LineFault};

/// Why nothing was imported.
#[derive(Debug, thiserror::Error)]
pub enum GradeImportError {
    /// A file is no grade export.
    #[error(transparent)]
    File(#[from] GradeFileError),
    /// The store did not take the grades.
    #[error("the grades were not stored; what was there stays")]
    Store(#[from] StoreError),
}

/// What a file holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReadGrades {
    /// Sections that may be shown.
    pub records: Vec<GradeRecord>,
    /// Sections held back by the privacy rule.
    pub withheld: usize,
    /// Lines that could not be read.
    pub faults: Vec<LineFault>,
}

/// Reads an export, raw or formatted, by its heading.
///
/// # Errors
/// [`GradeFileError`] when the file is no grade export or does not say of which term it is.
pub fn read(file: &GradeFile) -> Result<ReadGrades, GradeFileError> {
    let table = export::Table::open(file)?;
    if table.has(formatted::MARK) { formatted::read(&table) } else { raw::read(&table) }
}

/// What an import did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GradeReport {
    /// What the store did.
    pub import: GradeImport,
    /// Sections held back by the privacy rule.
    pub withheld: usize,
    /// Lines that could not be read, with their file.
    pub faults: Vec<(String, LineFault)>,
}

/// Imports files into the store: all of them or, when one is no export, none. The same file twice changes nothing.
///
/// # Errors
/// [`GradeImportError`]; nothing was imported then.
pub async fn import(
    store: &dyn CatalogStore,
    files: &[GradeFile],
    now: Timestamp,
) -> Result<GradeReport, GradeImportError> {
    let mut records = Vec::new();
    let mut report = GradeReport::default();
    for file in files {
        let read = read(file)?;
        records.extend(read.records);
        report.withheld += read.withheld;
        report.faults.extend(read.faults.into_iter().map(|fault| (file.name.clone(), fault)));
    }
    report.import = store.import_grades(&records, now).await?;
    Ok(report)
}
