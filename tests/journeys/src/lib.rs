//! The real program in a real browser: `bt up` on a data directory of its own, and a headless Chromium that walks
//! through the site as students do. What it walks lies in `journeys.mjs` and the folder `steps`.

pub mod browser;
pub mod mailbox;
pub mod site;
