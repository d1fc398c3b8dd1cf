//! Makes the browsers of this machine trust a root certificate: the machine's own store, and the databases of Chromium
//! and Firefox, which look nowhere else. What cannot be done is said, with the command that does it.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use tokio::time::timeout;

use crate::command::inheriting;

/// What the root is called in each store.
const NICKNAME: &str = "bt local authority";
/// Longer than Java's keystore takes on a slow disk.
const LIMIT: Duration = Duration::from_mins(2);
/// Profiles of browsers that are looked at.
const PROFILE_LIMIT: usize = 50;

/// The stores of systems: a folder for roots, and the program that takes them in from there.
const MACHINE_STORES: [(&str, &str, &[&str]); 2] = [
    ("/usr/local/share/ca-certificates", "/usr/sbin/update-ca-certificates", &[]),
    ("/etc/pki/ca-trust/source/anchors", "/usr/bin/update-ca-trust", &["extract"]),
];

/// What was done at one place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// Where.
    pub place: String,
    /// How it went.
    pub outcome: StepOutcome,
}

/// How a step went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StepOutcome {
    /// The root is trusted there now.
    Done,
    /// It could not be done; what to do instead.
    ByHand {
        /// Why not.
        why: String,
        /// The command.
        command: String,
    },
}

/// Puts a root certificate (PEM) into every store that is found. `home` is the person's, for their browsers.
pub async fn trust(root: &Path, home: Option<&Path>) -> Vec<Step> {
    let mut steps = vec![machine(root).await];
    let databases = home.map(databases).unwrap_or_default();
    for database in databases {
        steps.push(browser(root, &database).await);
    }
    steps
}

async fn machine(root: &Path) -> Step {
    let place = "this machine (curl, and most programs)".to_owned();
    if cfg!(target_os = "macos") {
        let shown = format!(
            "sudo security add-trusted-cert -d -r trustRoot -k /Library/Keychains/System.keychain '{}'",
            root.display()
        );
        let arguments = ["add-trusted-cert", "-d", "-r", "trustRoot", "-k", "/Library/Keychains/System.keychain"];
        let mut arguments: Vec<&str> = arguments.to_vec();
        let path = root.to_string_lossy();
        arguments.push(&path);
        return Step { place, outcome: outcome(run(Path::new("/usr/bin/security"), &arguments).await, shown) };
    }
    let store =
        MACHINE_STORES.iter().find(|(folder, program, _)| Path::new(folder).is_dir() && Path::new(program).is_file());
    let Some((folder, program, arguments)) = store else {
        let why = "neither update-ca-certificates nor update-ca-trust is here".to_owned();
        let command = format!(
            "install the package ca-certificates, or give programs the file: curl --cacert '{}'",
            root.display()
        );
        return Step { place, outcome: StepOutcome::ByHand { why, command } };
    };
    let kept = Path::new(folder).join("bt-local-authority.crt");
    let shown = format!("sudo cp '{}' '{}' && sudo {program} {}", root.display(), kept.display(), arguments.join(" "));
    let copied = fs::copy(root, &kept).map(drop).and_then(|()| readable(&kept));
    let done = match copied {
        Ok(()) => run(Path::new(program), arguments).await,
        Err(error) => Err(error.to_string()),
    };
    Step { place, outcome: outcome(done, shown.trim_end().to_owned()) }
}

/// The copy is for everybody: the original's folder holds a key, and is closed.
fn readable(kept: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(kept, fs::Permissions::from_mode(0o644))
}

async fn browser(root: &Path, database: &Path) -> Step {
    let place = format!("the browser's database {}", database.display());
    let (root, database) = (root.to_string_lossy(), format!("sql:{}", database.display()));
    let arguments = ["-A", "-d", &database, "-t", "C,,", "-n", NICKNAME, "-i", &root];
    let shown = format!("certutil -A -d '{database}' -t C,, -n '{NICKNAME}' -i '{root}'   (package libnss3-tools)");
    let certutil = ["/usr/bin/certutil", "/opt/homebrew/bin/certutil", "/usr/local/bin/certutil"];
    let Some(certutil) = certutil.iter().map(Path::new).find(|path| path.is_file()) else {
        return Step { place, outcome: outcome(Err("certutil is not here".to_owned()), shown) };
    };
    // An older root of the same name would stay beside the new one; there may be none.
    let _ = run(certutil, &["-D", "-d", &database, "-n", NICKNAME]).await;
    Step { place, outcome: outcome(run(certutil, &arguments).await, shown) }
}

/// The databases of Chromium (one for each person) and of Firefox (one for each profile).
fn databases(home: &Path) -> Vec<PathBuf> {
    let mut found = vec![home.join(".pki/nssdb"), home.join("snap/chromium/current/.pki/nssdb")];
    let firefox =
        [".mozilla/firefox", "snap/firefox/common/.mozilla/firefox", "Library/Application Support/Firefox/Profiles"];
    for folder in firefox {
        let Ok(profiles) = fs::read_dir(home.join(folder)) else { continue };
        found.extend(profiles.flatten().take(PROFILE_LIMIT).map(|profile| profile.path()));
    }
    found.retain(|path| path.join("cert9.db").is_file());
    found
}

fn outcome(done: Result<(), String>, command: String) -> StepOutcome {
    match done {
        Ok(()) => StepOutcome::Done,
        Err(why) => StepOutcome::ByHand { why, command },
    }
}

async fn run(program: &Path, arguments: &[&str]) -> Result<(), String> {
    let mut command = inheriting(program);
    command.args(arguments).stdin(std::process::Stdio::null()).kill_on_drop(true);
    let ended = timeout(LIMIT, command.output()).await;
    let output = ended.map_err(|_| format!("{} took too long", program.display()))?;
    let output = output.map_err(|error| format!("cannot start {}: {error}", program.display()))?;
    if output.status.success() {
        return Ok(());
    }
    let said: String = String::from_utf8_lossy(&output.stderr).trim().chars().take(300).collect();
    Err(format!("{} ended with {}: {said}", program.display(), output.status))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn browsers_are_found_by_their_databases() {
        let home = std::env::temp_dir().join(format!("bt-trust-{}", std::process::id()));
        let _ = fs::remove_dir_all(&home);
        for folder in [".pki/nssdb", ".mozilla/firefox/x1.default", ".mozilla/firefox/Crash Reports"] {
            fs::create_dir_all(home.join(folder)).unwrap();
        }
        for database in [".pki/nssdb/cert9.db", ".mozilla/firefox/x1.default/cert9.db"] {
            fs::write(home.join(database), "").unwrap();
        }
        assert_eq!(databases(&home), [home.join(".pki/nssdb"), home.join(".mozilla/firefox/x1.default")]);
        fs::remove_dir_all(&home).unwrap();
    }

    #[tokio::test]
    async fn what_cannot_be_done_is_said_with_the_command_that_does_it() {
        let missing = Path::new("/nonexistent/authority.pem");
        let step = browser(missing, Path::new("/nonexistent/nssdb")).await;
        let StepOutcome::ByHand { command, .. } = step.outcome else { panic!("there is nothing to trust") };
        assert!(command.starts_with("certutil -A -d 'sql:/nonexistent/nssdb'"), "{command}");
    }
}
