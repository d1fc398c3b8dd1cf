//! Whole nights: the nightly job through the SIS adapter, from the stand-in, into a real Postgres.

pub mod naive;
mod naive_search;
pub mod world;
