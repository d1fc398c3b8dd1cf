//! What is true about people: who they are, what they set, which courses they saved; and the port through which that
//! is kept. Everything of a person is reached by that person's own id alone.

pub mod line;

pub mod identity;
pub mod person;
pub mod settings;

pub mod ports;
