//! The records: how each looks in SIS's JSON, and what the catalog makes of it.

pub(crate) mod class;
pub(crate) mod course;
pub(crate) mod course_wire;
pub(crate) mod enrollment;
pub(crate) mod instructor;
pub(crate) mod meeting;
pub(crate) mod seats;
pub(crate) mod section;
pub(crate) mod term;
pub(crate) mod units;
