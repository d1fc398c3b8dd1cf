//! REST as clients meet it, over a small made-up campus: the addresses of 2021, `/api/v1`, the document and the page.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says where by panicking")]

mod caching;
mod campus;
mod document;
mod documentation;
mod hostile_input;
mod legacy;
mod paging;
mod searching;
mod switches;
mod today;
mod world;
