//! What is true about people: who they are, what they set, where they are signed in, which courses they saved and
//! collected, what they follow and were told of it, what they reported; about guests, who have no account; and the ports through which that is kept. Everything
//! of a person is reached by that person's own id alone.

pub mod line;

pub mod identity;
pub mod person;
pub mod settings;
pub mod sign_in;

pub mod guest;
pub mod session;

pub mod alerts;
pub mod collection;
pub mod feedback;
pub mod report_mail;

pub mod ports;
