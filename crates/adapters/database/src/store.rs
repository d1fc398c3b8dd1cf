//! The catalog's store as the services see it.

use async_trait::async_trait;
use catalog::data::CatalogData;
use catalog::fetched::Fault;
use catalog::grade::GradeRecord;
use catalog::ports::{CatalogStore, GradeImport, PublicationFeed, StoreError, TermsToLoad, UpdateRun};
use catalog::run::{LedgerEntry, RunId, RunRequest};
use catalog::seats::EnrollmentRun;
use catalog::section::SectionId;
use catalog::stored::CatalogState;
use catalog::term::TermId;
use jiff::Timestamp;
use sqlx::Postgres;
use sqlx::pool::PoolConnection;

use crate::ask::ask;
use crate::connect::Database;
use crate::{feed, grades, import, ledger, load, quarantine, run, seats, state};

impl Database {
    async fn reader(&self) -> Result<PoolConnection<Postgres>, StoreError> {
        ask("waiting for a connection", self.pool.acquire()).await
    }
}

#[async_trait]
impl CatalogStore for Database {
    async fn begin_run(&self, request: &RunRequest, at: Timestamp) -> Result<Box<dyn UpdateRun>, StoreError> {
        run::begin(self, request, at).await
    }

    async fn ledger(&self, limit: usize) -> Result<Vec<LedgerEntry>, StoreError> {
        ledger::read(&mut *self.reader().await?, limit).await
    }

    async fn newest_runs(&self, each: usize) -> Result<Vec<LedgerEntry>, StoreError> {
        ledger::read_newest_of_each(&mut *self.reader().await?, each).await
    }

    async fn quarantine(&self, limit: usize) -> Result<Vec<(RunId, Fault)>, StoreError> {
        quarantine::read(&mut *self.reader().await?, limit).await
    }

    async fn state(&self) -> Result<Option<CatalogState>, StoreError> {
        state::read(&mut *self.reader().await?).await
    }

    async fn load(&self) -> Result<CatalogData, StoreError> {
        load::load(&self.pool).await
    }

    async fn begin_load(&self) -> Result<(CatalogData, Box<dyn TermsToLoad>), StoreError> {
        let (shared, loading) = load::begin(&self.pool).await?;
        Ok((shared, Box::new(loading)))
    }

    async fn enrollment(&self, term: TermId, sections: &[SectionId]) -> Result<Vec<EnrollmentRun>, StoreError> {
        seats::read_history(&mut *self.reader().await?, term, sections).await
    }

    async fn publications(&self) -> Result<Box<dyn PublicationFeed>, StoreError> {
        feed::listen(self).await
    }

    async fn import_grades(&self, records: &[GradeRecord], at: Timestamp) -> Result<GradeImport, StoreError> {
        let connected = self.own_connection().await;
        let mut connection = connected
            .map_err(|error| StoreError::Failed { doing: "connecting to import grades", source: Box::new(error) })?;
        import::import(&mut connection, records, at).await
    }

    async fn unmatched_grades(&self, limit: usize) -> Result<Vec<GradeRecord>, StoreError> {
        grades::read_unmatched(&mut *self.reader().await?, limit).await
    }
}
