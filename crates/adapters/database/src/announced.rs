//! What the operator announced of terms' calendars. A change is announced like a publication, in the same transaction.

use async_trait::async_trait;
use catalog::announced::{Announced, NoticeBoard};
use catalog::ports::StoreError;
use jiff::Timestamp;
use sqlx::PgConnection;

use crate::ask::ask;
use crate::connect::Database;
use crate::{moment, state};

#[async_trait]
impl NoticeBoard for Database {
    async fn announced(&self) -> Result<Announced, StoreError> {
        let mut connection = ask("waiting for a connection", self.pool.acquire()).await?;
        let text = text(&mut connection).await?;
        Announced::parse(&text).map_err(|fault| StoreError::Corrupt(format!("announced of terms' calendars: {fault}")))
    }

    async fn announce(&self, announced: &Announced, at: Timestamp) -> Result<bool, StoreError> {
        let mut transaction = ask("beginning to announce", self.pool.begin()).await?;
        let upsert = sqlx::query(
            "INSERT INTO announced_calendar AS held (announced, announced_at) SELECT $1, $2
             WHERE $1 <> '' OR EXISTS (SELECT FROM announced_calendar)
             ON CONFLICT (is_the_only_row) DO UPDATE
             SET announced = excluded.announced, announced_at = excluded.announced_at
             WHERE held.announced <> excluded.announced",
        )
        .bind(announced.text())
        .bind(moment::bound(at));
        let changed = ask("announcing", upsert.execute(&mut *transaction)).await?.rows_affected() > 0;
        if changed {
            state::bump(&mut transaction, at).await?;
        }
        ask("committing what was announced", transaction.commit()).await?;
        Ok(changed)
    }
}

/// What readers load. A text of another release that this one does not understand announces nothing to it: a catalog
/// without markers is better than none.
pub(crate) async fn read(connection: &mut PgConnection) -> Result<Announced, StoreError> {
    let text = text(connection).await?;
    Ok(Announced::parse(&text).unwrap_or_else(|fault| {
        tracing::warn!(%fault, "what was announced of terms' calendars is not understood by this release and left out");
        Announced::default()
    }))
}

async fn text(connection: &mut PgConnection) -> Result<String, StoreError> {
    let query = sqlx::query_scalar::<_, String>("SELECT announced FROM announced_calendar");
    Ok(ask("reading what is announced", query.fetch_optional(connection)).await?.unwrap_or_default())
}
