//! What the operator turned off. A change is announced like a publication, in the same transaction.

use std::str::FromStr;

use async_trait::async_trait;
use catalog::ports::StoreError;
use catalog::switches::{Reason, Source, SwitchBoard, SwitchedOff, Switches};
use jiff::Timestamp;
use sqlx::PgConnection;

use crate::ask::ask;
use crate::connect::Database;
use crate::{moment, parse, state};

#[async_trait]
impl SwitchBoard for Database {
    async fn switches(&self) -> Result<Switches, StoreError> {
        let mut connection = ask("waiting for a connection", self.pool.acquire()).await?;
        read(&mut connection).await
    }

    async fn switch_off(&self, source: Source, reason: &Reason, at: Timestamp) -> Result<bool, StoreError> {
        let mut transaction = ask("beginning to turn a source off", self.pool.begin()).await?;
        let upsert = sqlx::query(
            "INSERT INTO switched_off AS held (source, since, reason) VALUES ($1, $2, $3)
             ON CONFLICT (source) DO UPDATE SET reason = excluded.reason WHERE held.reason <> excluded.reason",
        )
        .bind(source.slug())
        .bind(moment::bound(at))
        .bind(reason.as_str());
        let changed = ask("turning a source off", upsert.execute(&mut *transaction)).await?.rows_affected() > 0;
        if changed {
            state::bump(&mut transaction, at).await?;
        }
        ask("committing the switch", transaction.commit()).await?;
        Ok(changed)
    }

    async fn switch_on(&self, source: Source, at: Timestamp) -> Result<bool, StoreError> {
        let mut transaction = ask("beginning to turn a source on", self.pool.begin()).await?;
        let delete = sqlx::query("DELETE FROM switched_off WHERE source = $1").bind(source.slug());
        let changed = ask("turning a source on", delete.execute(&mut *transaction)).await?.rows_affected() > 0;
        if changed {
            state::bump(&mut transaction, at).await?;
        }
        ask("committing the switch", transaction.commit()).await?;
        Ok(changed)
    }
}

#[derive(sqlx::FromRow)]
struct SwitchRow {
    source: String,
    since: jiff_sqlx::Timestamp,
    reason: String,
}

/// What is off.
pub(crate) async fn read(connection: &mut PgConnection) -> Result<Switches, StoreError> {
    let query = sqlx::query_as::<_, SwitchRow>("SELECT source, since, reason FROM switched_off");
    let rows = ask("reading what is turned off", query.fetch_all(connection)).await?;
    rows.into_iter().map(SwitchRow::switched_off).collect()
}

impl SwitchRow {
    fn switched_off(self) -> Result<SwitchedOff, StoreError> {
        Ok(SwitchedOff {
            source: Source::from_str(&self.source).map_err(|_| parse::corrupt("a source", &self.source))?,
            since: self.since.to_jiff(),
            reason: Reason::parse(&self.reason).map_err(|_| parse::corrupt("a reason", &self.reason))?,
        })
    }
}
