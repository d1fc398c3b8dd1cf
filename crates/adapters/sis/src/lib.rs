//! sis.
