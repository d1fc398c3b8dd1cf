//! The shared tier of kept answers over Redis or Valkey.
//!
//! ```no_run
//! # fn example(url: secrecy::SecretString) -> Result<(), cache::address::InvalidUrl> {
//! use std::sync::Arc;
//!
//! use answers::config::AnswersConfig;
//! use answers::tiers::Answers;
//! use cache::config::RedisConfig;
//! use cache::tier::RedisTier;
//!
//! let tier = RedisTier::start(&RedisConfig::at(url))?;
//! let answers = Answers::new(AnswersConfig::default(), Some(Arc::new(tier)));
//! # Ok(())
//! # }
//! ```
//!
//! Redis is never waited for. A task of its own connects, and connects again; as long as there is no connection that
//! answers, the tier is empty. Three answers in a row that do not come in time close the connection: from then on
//! requests lose nothing, until the task has had an answer again.

pub mod address;
pub mod config;
mod connection;
mod figures;
mod keeper;
pub mod tier;
