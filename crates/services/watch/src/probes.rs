//! Looks at parts of the house. Each is given a closure that asks the world, and judges what it hears by a rule of
//! [`platform::status::thresholds`]; the door writes the closures.
//!
//! What a probe says everybody may read: the causes of errors go to the log.

pub mod answers;
pub mod certificates;
pub mod disk;
pub mod found;
pub mod night;
pub mod ping;
pub mod seldom;

mod asking;

pub use asking::{Ask, ask};
