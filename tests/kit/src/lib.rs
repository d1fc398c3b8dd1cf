//! What tests share: where the real data lies, worlds to build on, stand-ins.

pub mod real_data;
