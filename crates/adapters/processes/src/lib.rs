//! Child processes of the machine. The only crate that starts programs and sends signals.

pub mod claim;
mod command;
pub mod detach;
pub mod dns_hook;
pub mod listeners;
pub mod logs;
mod noted_lock;
pub mod owner;
pub mod postgres;
pub mod releases;
pub mod runtime;
pub mod systemd;
pub mod trust;
pub mod turn;
