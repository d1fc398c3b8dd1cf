//! Child processes of the machine. The only crate that starts programs and sends signals.

pub mod claim;
mod command;
pub mod postgres;
pub mod releases;
