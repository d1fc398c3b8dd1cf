//! The supervisor against a model of a machine.
