//! updater.
