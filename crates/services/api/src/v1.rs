//! `/api/v1`: nouns, filters, cursors. What is not known is `null`, never −1.

mod course;
mod course_by_id;
mod course_grades;
mod courses;
mod criteria;
mod document;
mod grades;
mod instructors;
mod list;
mod named;
mod offering;
mod offering_enrollment;
mod openapi;
mod playlist;
mod playlists;
mod section;
mod section_enrollment;
mod series;
mod status;
mod subject;
mod subjects;
mod suggestions;
mod term;
mod terms;
mod updates;
mod view;

use crate::rest::endpoint::Endpoint;

/// In the order of the documentation.
pub(crate) static ENDPOINTS: [&Endpoint; 21] = [
    &courses::ENDPOINT,
    &suggestions::ENDPOINT,
    &course::ENDPOINT,
    &course_by_id::ENDPOINT,
    &offering::ENDPOINT,
    &offering_enrollment::ENDPOINT,
    &section::ENDPOINT,
    &section_enrollment::ENDPOINT,
    &course_grades::ENDPOINT,
    &grades::ENDPOINT,
    &playlists::ENDPOINT,
    &playlist::ENDPOINT,
    &terms::ENDPOINT,
    &term::ENDPOINT,
    &subjects::ENDPOINT,
    &subject::ENDPOINT,
    &instructors::ENDPOINT,
    &status::ENDPOINT,
    &updates::ENDPOINT,
    &openapi::ENDPOINT,
    &openapi::ROOT,
];
