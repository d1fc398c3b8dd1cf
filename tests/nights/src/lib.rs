//! Whole nights: the nightly job through the SIS adapter, from the stand-in, into a real Postgres.

pub mod naive;
pub mod world;
