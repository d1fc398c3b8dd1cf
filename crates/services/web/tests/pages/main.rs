//! The pages as readers see them: over a catalog in memory, through the whole stack but the socket.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says where by panicking")]

mod answer;
mod breakable;
mod catalog_page;
mod course_page;
mod every_page;
mod hostile_input;
mod staying_current;
mod switches;
mod world;
