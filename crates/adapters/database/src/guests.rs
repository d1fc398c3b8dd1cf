//! Guests: found by the hash of their cookie, and swept when they were not seen for long.

use accounts::guest::{GuestId, forgotten_since, is_forgotten};
use accounts::ports::{AccountError, GuestStore};
use accounts::session::{TokenHash, is_touch_due};
use async_trait::async_trait;
use jiff::Timestamp;

use crate::ask::ask;
use crate::connect::Database;
use crate::{moment, parse};

#[async_trait]
impl GuestStore for Database {
    async fn find_guest(&self, hash: TokenHash, now: Timestamp) -> Result<Option<GuestId>, AccountError> {
        let query = sqlx::query_as::<_, (i64, jiff_sqlx::Timestamp)>(
            "SELECT guest_id, last_seen_at FROM guests WHERE token_hash = $1",
        )
        .bind(&hash.0[..]);
        let Some((key, seen_at)) = ask("reading a guest", query.fetch_optional(&self.pool)).await? else {
            return Ok(None);
        };
        if is_forgotten(seen_at.to_jiff(), now) {
            return Ok(None);
        }
        if is_touch_due(seen_at.to_jiff(), now) {
            let touch = sqlx::query("UPDATE guests SET last_seen_at = greatest(last_seen_at, $2) WHERE guest_id = $1")
                .bind(key)
                .bind(moment::bound(now));
            ask("noting that a guest was seen", touch.execute(&self.pool)).await?;
        }
        Ok(Some(GuestId(parse::id(key)?)))
    }

    async fn begin_guest(&self, hash: TokenHash, at: Timestamp) -> Result<GuestId, AccountError> {
        let mut transaction = ask("beginning to note a guest", self.pool.begin()).await?;
        let forget = sqlx::query("DELETE FROM guests WHERE token_hash = $1 AND last_seen_at <= $2")
            .bind(&hash.0[..])
            .bind(moment::bound(forgotten_since(at)));
        ask("forgetting who a guest was long ago", forget.execute(&mut *transaction)).await?;
        // Two first edits at once bring one cookie: both are the same guest's.
        let insert = sqlx::query_scalar::<_, i64>(
            "INSERT INTO guests (token_hash, created_at, last_seen_at) VALUES ($1, $2, $2)
             ON CONFLICT (token_hash) DO UPDATE SET last_seen_at = greatest(guests.last_seen_at, excluded.last_seen_at)
             RETURNING guest_id",
        )
        .bind(&hash.0[..])
        .bind(moment::bound(at));
        let key = ask("noting a guest", insert.fetch_one(&mut *transaction)).await?;
        ask("committing a guest", transaction.commit()).await?;
        Ok(GuestId(parse::id(key)?))
    }

    async fn sweep_guests(&self, now: Timestamp) -> Result<usize, AccountError> {
        let delete =
            sqlx::query("DELETE FROM guests WHERE last_seen_at <= $1").bind(moment::bound(forgotten_since(now)));
        let swept = ask("forgetting guests", delete.execute(&self.pool)).await?.rows_affected();
        Ok(usize::try_from(swept).unwrap_or(usize::MAX))
    }
}
