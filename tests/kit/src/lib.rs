//! What tests share: where the real data lies, worlds to build on, stand-ins.

pub mod bt;
pub mod memory_people;
pub mod memory_store;
pub mod memory_tier;
pub mod name_server;
pub mod openid;
pub mod operations;
pub mod pebble;
pub mod postgres;
pub mod published;
pub mod real_data;
pub mod redis;
pub mod sample;
mod server;
pub mod smtp;
