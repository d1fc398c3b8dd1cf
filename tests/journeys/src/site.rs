//! The program, started as `make up` starts it.

use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};

use rustix::process::{Pid, Signal, kill_process};

/// A running `bt up` with demo data. It is stopped, and its data removed, when this is dropped.
#[derive(Debug)]
pub struct Site {
    program: Child,
    folder: PathBuf,
    /// `http://localhost:port`.
    pub address: String,
}

impl Site {
    /// Starts it in a new folder within `within` and waits until it says where it is. Its log goes to `log`, its mail to
    /// `mail`. It looks at seats only when it is told to, so that none open or close by themselves meanwhile.
    ///
    /// # Panics
    /// When it does not start; its log is named.
    #[must_use]
    pub fn start(within: &Path, log: &Path, mail: SocketAddr) -> Self {
        let folder = within.join(format!("site-{}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).expect("a folder for the data");
        let mut program = kit::bt::command();
        program.args(["up", "--listen", "127.0.0.1:0", "--data-dir"]).arg(&folder).current_dir(&folder);
        program.env("BT_EDGE_HTTPS_LISTEN", "never").env("BT_STAGING", "false");
        program.env("BT_UPDATE_ENROLLMENTS_MINUTES", "0");
        program.env("BT_MAIL_SMTP_URL", format!("smtp://{mail}")).env("BT_REPORTS_MAIL_TO", "Team <team@example.edu>");
        program.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(File::create(log).expect("a file for the log"));
        let mut program = program.spawn().expect("bt starts");
        let says = program.stdout.take().expect("its words");
        let mut site = Self { program, folder, address: String::new() };
        let mut lines = BufReader::new(says).lines().map_while(Result::ok);
        // The first line of its output is its address; there is none when it ends before that.
        let address = lines.find(|line| line.starts_with("http://"));
        site.address = address.unwrap_or_else(|| panic!("bt up ended before it served; see {}", log.display()));
        site
    }

    /// Its data directory.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        // A friendly signal: killed outright, it would leave its Postgres behind.
        if let Some(pid) = i32::try_from(self.program.id()).ok().and_then(Pid::from_raw) {
            let _ = kill_process(pid, Signal::TERM);
        }
        let _ = self.program.wait();
        let _ = fs::remove_dir_all(&self.folder);
    }
}
