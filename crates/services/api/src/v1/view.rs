//! The catalog's things as they stand in answers.

pub(super) mod course;
pub(super) mod grades;
pub(super) mod moment;
pub(super) mod offering;
pub(super) mod playlist;
pub(super) mod seats;
pub(super) mod section;
pub(super) mod term;
