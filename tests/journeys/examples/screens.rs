//! `cargo xtask screens`: pictures of every page, on the demo campus, into the folder that is named.

use std::path::PathBuf;
use std::process::ExitCode;

use journeys::browser::Browser;
use journeys::mailbox::Mailbox;
use journeys::site::Site;

fn main() -> ExitCode {
    let Some(folder) = std::env::args_os().nth(1).map(PathBuf::from) else {
        return said("usage: screens FOLDER");
    };
    let browser = match Browser::find() {
        Ok(browser) => browser,
        Err(reason) => return said(&reason),
    };
    let within = std::env::temp_dir();
    let mailbox = Mailbox::open();
    let site = Site::start(&within, &within.join("screens.log"), mailbox.address());
    if browser.picture(&site, &folder).success() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

#[expect(clippy::print_stderr, reason = "a chore speaks to the terminal")]
fn said(what: &str) -> ExitCode {
    eprintln!("{what}");
    ExitCode::FAILURE
}
