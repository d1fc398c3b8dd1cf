//! Node and Chromium, which drive the journeys. Nothing else of the project needs them.

use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};

use crate::mailbox::Mailbox;
use crate::site::Site;

/// Where distributions put the browser.
const CHROMIUM: [&str; 4] =
    ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome", "/snap/bin/chromium"];

/// What drives the journeys.
#[derive(Debug)]
pub struct Browser {
    chromium: PathBuf,
}

impl Browser {
    /// Finds Node and Chromium, and installs the pinned Node modules when they are missing.
    ///
    /// # Errors
    /// A sentence that says what is missing and how to get it.
    pub fn find() -> Result<Self, String> {
        let node = program("node").arg("--version").stdout(Stdio::null()).status();
        if !node.is_ok_and(|status| status.success()) {
            return Err("node is not there: install Node 20 or later (apt-get install nodejs npm)".to_owned());
        }
        let chromium = CHROMIUM.map(PathBuf::from).into_iter().find(|path| path.exists());
        let chromium = chromium.ok_or("Chromium is not there: apt-get install chromium")?;
        if !folder().join("node_modules/playwright-core").is_dir() {
            install()?;
        }
        Ok(Self { chromium })
    }

    /// Walks all journeys on a site and leaves pictures in `pictures`. The mail that the site sends comes on the
    /// journeys' input.
    ///
    /// # Panics
    /// When Node cannot be started.
    #[must_use]
    pub fn walk(&self, site: &Site, mailbox: &Mailbox, pictures: &Path) -> ExitStatus {
        let mut journeys = self.script("journeys.mjs", site, pictures);
        journeys.arg(kit::bt::path()).arg(site.folder()).stdin(Stdio::piped());
        mailbox.runtime.block_on(async {
            let mut journeys = tokio::process::Command::from(journeys).spawn().expect("node starts");
            let input = journeys.stdin.take().expect("its input");
            let ended = async { journeys.wait().await.expect("node ends") };
            let told = async {
                mailbox.tell(input).await;
                std::future::pending().await
            };
            tokio::select! {
                ended = ended => ended,
                never = told => never,
            }
        })
    }

    /// Takes a picture of every page, for docs/screens.
    ///
    /// # Panics
    /// When Node cannot be started.
    #[must_use]
    pub fn picture(&self, site: &Site, pictures: &Path) -> ExitStatus {
        self.script("screens.mjs", site, pictures).status().expect("node starts")
    }

    fn script(&self, name: &str, site: &Site, pictures: &Path) -> Command {
        let mut node = program("node");
        node.arg(name).arg(&site.address).arg(pictures).arg(&self.chromium);
        node
    }
}

/// Whether a missing browser is a failure: in CI nothing may be left out silently.
#[must_use]
#[expect(clippy::disallowed_methods, reason = "CI tells tests so, and the door is not there to ask")]
pub fn is_required() -> bool {
    std::env::var_os("CI").is_some_and(|value| !value.is_empty())
}

fn install() -> Result<(), String> {
    let installed = program("npm").args(["ci", "--silent", "--no-audit", "--no-fund"]).status();
    if installed.is_ok_and(|status| status.success()) {
        return Ok(());
    }
    Err(format!("the Node modules could not be installed: run `npm ci` in {}", folder().display()))
}

#[expect(clippy::disallowed_methods, reason = "the journeys are driven by a program of their own")]
fn program(name: &str) -> Command {
    let mut command = Command::new(name);
    command.current_dir(folder());
    command
}

fn folder() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}
