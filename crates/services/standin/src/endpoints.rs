//! The endpoints, one file each.

pub(crate) mod calendar;
pub(crate) mod control;
pub(crate) mod courses;
pub(crate) mod enrollments;
pub(crate) mod grades;
pub(crate) mod guard;
pub(crate) mod offerings;
pub(crate) mod page;
pub(crate) mod terms;
