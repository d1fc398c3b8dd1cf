//! What is published: one version number for everything that readers load.

use catalog::fetched::Origin;
use catalog::ports::StoreError;
use catalog::stored::{CatalogState, CatalogVersion};
use jiff::Timestamp;
use sqlx::PgConnection;

use crate::ask::{ask, refuse};
use crate::{moment, parse};

/// The channel on which every new version is announced.
pub(crate) const CHANNEL: &str = "catalog_published";

#[derive(sqlx::FromRow)]
struct StateRow {
    version: i64,
    published_at: jiff_sqlx::Timestamp,
    origin: String,
}

/// What is published; `None` before the first publication.
pub(crate) async fn read(connection: &mut PgConnection) -> Result<Option<CatalogState>, StoreError> {
    let query = sqlx::query_as::<_, StateRow>("SELECT version, published_at, origin FROM catalog_state");
    let Some(row) = ask("reading what is published", query.fetch_optional(connection)).await? else {
        return Ok(None);
    };
    Ok(Some(CatalogState {
        version: CatalogVersion(row.version),
        published_at: row.published_at.to_jiff(),
        origin: parse::origin(&row.origin)?,
    }))
}

/// A new version of data from `origin`, announced when the transaction commits. Refuses another origin than before.
pub(crate) async fn publish(
    connection: &mut PgConnection,
    at: Timestamp,
    origin: Origin,
) -> Result<CatalogVersion, StoreError> {
    let doing = "publishing a new version";
    let upsert = sqlx::query_as::<_, (i64, String)>(
        "INSERT INTO catalog_state AS held (version, published_at, origin) VALUES (1, $1, $2)
         ON CONFLICT (is_the_only_row) DO UPDATE SET version = held.version + 1, published_at = excluded.published_at
         RETURNING version, origin",
    )
    .bind(moment::bound(at))
    .bind(origin.slug());
    let (version, held) = ask(doing, upsert.fetch_one(&mut *connection)).await?;
    if held != origin.slug() {
        let brought = origin.slug();
        return Err(refuse(
            doing,
            format!(
                "the database holds data of origin `{held}` and this run brought `{brought}`: use another database"
            ),
        ));
    }
    announce(connection).await?;
    Ok(CatalogVersion(version))
}

/// A new version because of something beside a publication. Before the first publication there is nothing to count.
pub(crate) async fn bump(connection: &mut PgConnection, at: Timestamp) -> Result<(), StoreError> {
    let update =
        sqlx::query("UPDATE catalog_state SET version = version + 1, published_at = greatest(published_at, $1)")
            .bind(moment::bound(at));
    ask("counting up the version", update.execute(&mut *connection)).await?;
    announce(connection).await
}

async fn announce(connection: &mut PgConnection) -> Result<(), StoreError> {
    let notify = sqlx::query("SELECT pg_notify($1, '')").bind(CHANNEL);
    ask("announcing the new version", notify.execute(connection)).await?;
    Ok(())
}
