//! httpkit.
