//! Whole stories of loss and recovery: a real Postgres that archives, real backups in a real folder, real restores.

pub mod house;
