//! Child processes of the machine. The only crate that starts programs.

mod command;
pub mod postgres;
