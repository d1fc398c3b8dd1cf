//! Services as real processes, killed at bad moments. Each test has a data directory of its own.
#![expect(clippy::unwrap_used, reason = "a panic is how a test fails, in its helpers too")]

mod detached;
mod killed;
mod listening;
mod logging;
mod running;
mod support;
mod unit;
