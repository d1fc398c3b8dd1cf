//! Contracts: what the services rely on in each port, as tests that every implementation passes.
//!
//! A contract is a folder of cases, each an async function over the implementation under test; the file of the folder's
//! name lists the cases and introduces the implementations.

#[cfg(test)]
#[macro_use]
mod contract_over;

#[cfg(test)]
mod account_store;
#[cfg(test)]
mod alert_store;
#[cfg(test)]
mod catalog_store;
#[cfg(test)]
mod collection_store;
#[cfg(test)]
mod feedback_store;
#[cfg(test)]
mod guest_store;
#[cfg(test)]
mod people;
#[cfg(test)]
mod personal_data;
#[cfg(test)]
mod schedule_store;
#[cfg(test)]
mod session_store;
#[cfg(test)]
mod shared_tier;
