//! One test, because the site is started once and walked through by one browser.

use std::fs;
use std::path::Path;

use journeys::browser::{self, Browser};
use journeys::mailbox::Mailbox;
use journeys::site::Site;

#[test]
fn students_find_their_way_in_a_real_browser() {
    let browser = match Browser::find() {
        Ok(browser) => browser,
        Err(reason) if browser::is_required() => panic!("{reason}"),
        Err(reason) => {
            println!("left out, all journeys: {reason}");
            return;
        }
    };
    let within = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let pictures = within.with_file_name("journeys");
    fs::create_dir_all(&pictures).expect("a folder for the pictures");
    let mailbox = Mailbox::open();
    let site = Site::start(within, &pictures.join("bt.log"), mailbox.address());
    let walked = browser.walk(&site, &mailbox, &pictures);
    assert!(walked.success(), "some journeys failed, see above; pictures and bt.log lie in {}", pictures.display());
}
