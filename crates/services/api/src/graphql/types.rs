//! The types of the schema: what can be asked of each, and how it is written.

pub(crate) mod about;
pub(crate) mod course;
pub(crate) mod course_conditions;
pub(crate) mod enrollment;
pub(crate) mod facet;
pub(crate) mod grade;
pub(crate) mod grade_conditions;
pub(crate) mod meeting;
pub(crate) mod mutation;
pub(crate) mod payload;
pub(crate) mod person;
pub(crate) mod playlist;
pub(crate) mod query;
pub(crate) mod schedule;
pub(crate) mod schedule_input;
pub(crate) mod search;
pub(crate) mod search_input;
pub(crate) mod section;
pub(crate) mod section_conditions;
pub(crate) mod suggestion;
