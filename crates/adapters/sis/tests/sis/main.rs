//! The adapter against a scripted server on loopback: what a run sees when SIS is well, odd, ill or gone.

#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod asking;
mod envelopes;
mod faults;
mod odd_records;
mod paging;
mod real_data;
mod script;
mod terms;
mod trouble;
