//! The pages as readers see them: over a catalog in memory, through the whole stack but the socket.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says where by panicking")]

mod account_pages;
mod alert_pages;
mod answer;
mod breakable;
mod browser;
mod catalog_page;
mod course_page;
mod enrollment_page;
mod every_page;
mod from_course;
mod grades_page;
mod hostile_input;
mod instructor_pages;
mod kept_pages;
mod planner_forms;
mod planner_pages;
mod planner_proposals;
mod privacy;
mod prose_pages;
mod sign_in;
mod staying_current;
mod switches;
mod wishes;
mod world;
