//! bt.
fn main() {}
