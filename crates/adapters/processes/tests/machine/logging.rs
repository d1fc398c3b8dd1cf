//! From raw files to logs and back.
