//! The addresses that clients of 2021 know, with the shapes that they expect. Cured are: errors that came as success or
//! as 500, and figures that were wrong; each endpoint's description says what changed.

mod catalog_filter;
mod catalog_filters;
mod catalog_json;
mod course;
mod course_box;
mod enrollment_aggregate;
mod enrollment_data;
mod enrollment_json;
mod enrollment_sections;
mod grades_course;
mod grades_json;
mod grades_sections;
mod lists;
mod playlists;
mod series;
mod words;

use crate::rest::endpoint::Endpoint;

/// In the order of the documentation.
pub(crate) static ENDPOINTS: [&Endpoint; 13] = [
    &catalog_json::ENDPOINT,
    &catalog_filters::ENDPOINT,
    &catalog_filters::WITH_COURSE,
    &course::ENDPOINT,
    &course_box::ENDPOINT,
    &catalog_filter::ENDPOINT,
    &grades_json::ENDPOINT,
    &grades_course::ENDPOINT,
    &grades_sections::ENDPOINT,
    &enrollment_json::ENDPOINT,
    &enrollment_sections::ENDPOINT,
    &enrollment_aggregate::ENDPOINT,
    &enrollment_data::ENDPOINT,
];
