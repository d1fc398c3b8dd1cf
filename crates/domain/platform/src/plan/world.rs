//! A house as a little model.
