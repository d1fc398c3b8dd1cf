//! The systemd unit, as systemd itself reads it.
#![expect(clippy::print_stderr, reason = "says what it could not test")]

use std::path::Path;
use std::process::Output;

use crate::support::{House, command};

fn unit() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../deploy/systemd/berkeleytime.service");
    std::fs::read_to_string(path).unwrap()
}

async fn verify(text: &str) -> Option<Output> {
    let at = House::new();
    let path = at.path("berkeleytime.service");
    std::fs::write(&path, text).unwrap();
    let verified = command("systemd-analyze".as_ref()).arg("verify").arg("--man=no").arg(&path).output().await;
    if let Err(error) = &verified {
        eprintln!("not tested: systemd-analyze cannot be run here ({error})");
    }
    verified.ok()
}

#[tokio::test]
async fn systemd_finds_nothing_wrong_with_the_unit() {
    // The program is not installed where the tests run; any other stands in for it.
    let text = unit().replace("/usr/local/bin/bt", "/bin/true");
    let Some(output) = verify(&text).await else { return };
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && said.trim().is_empty(), "{said}");
}

#[tokio::test]
async fn systemd_would_have_found_something_wrong() {
    let text = unit().replace("/usr/local/bin/bt", "/bin/true").replace("KillMode=", "KillMood=");
    let Some(output) = verify(&text).await else { return };
    assert!(String::from_utf8_lossy(&output.stderr).contains("KillMood"));
}
