//! What to do next: from what is desired and what is seen to steps, as a pure function.

pub mod memory;
