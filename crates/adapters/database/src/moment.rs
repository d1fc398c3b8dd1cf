//! Moments as Postgres holds them.

use jiff::Timestamp;

/// A moment as Postgres can hold it: whole microseconds. Rounded down, so that nothing is seen later than it was.
pub(crate) fn stored(moment: Timestamp) -> Timestamp {
    let nanos = moment.as_nanosecond();
    Timestamp::from_nanosecond(nanos - nanos.rem_euclid(1_000)).unwrap_or(Timestamp::MIN)
}

/// The same, to bind to a statement.
pub(crate) fn bound(moment: Timestamp) -> jiff_sqlx::Timestamp {
    stored(moment).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_kept_to_the_microsecond_and_never_rounded_up() {
        let moment: Timestamp = "2026-11-22T10:00:00.123456999Z".parse().unwrap();
        assert_eq!(stored(moment).to_string(), "2026-11-22T10:00:00.123456Z");
        let early: Timestamp = "1960-01-01T00:00:00.000000001Z".parse().unwrap();
        assert_eq!(stored(early).to_string(), "1960-01-01T00:00:00Z");
    }
}
