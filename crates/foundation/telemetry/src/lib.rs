//! What a process tells of itself: log lines on stderr, numbers for `/metrics`, and panics as log lines.
//! Each is set up once, at the start of a program; libraries use `tracing` and `metrics` and know nothing of this.

pub mod lines;
pub mod numbers;
pub mod panics;
mod writing;
