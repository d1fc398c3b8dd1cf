//! What only a real Postgres can show: the schema's own rules, and bad luck. What every store promises is in
//! `tests/contracts`.

#[cfg(test)]
mod campus;
#[cfg(test)]
mod connecting;
#[cfg(test)]
mod misfortune;
#[cfg(test)]
mod people;
#[cfg(test)]
mod schema;
#[cfg(test)]
mod texts;
