//! The plan against the model.
