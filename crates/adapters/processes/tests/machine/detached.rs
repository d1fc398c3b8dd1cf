//! `bt up --detach`.

use std::time::Duration;

use processes::detach::{DetachError, start};

use crate::support::{House, program};

const LIMIT: Duration = Duration::from_secs(60);

fn words(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

#[tokio::test]
async fn it_runs_on_in_a_session_of_its_own() {
    let at = House::new();
    let file = at.path("up");
    let arguments = words(&["detached", file.to_str().unwrap()]);
    let is_up = async || std::fs::read_to_string(&file).is_ok_and(|text| !text.is_empty());
    let process = start(&program(), &arguments, at.data_dir(), LIMIT, is_up).await.unwrap();
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "true true");
    let pid = rustix::process::Pid::from_raw(process.cast_signed()).unwrap();
    rustix::process::kill_process(pid, rustix::process::Signal::KILL).unwrap();
}

#[tokio::test]
async fn one_that_ends_is_quoted() {
    let at = House::new();
    let arguments = words(&["-c", "echo starting; echo 'no room left' >&2; exit 3"]);
    let refused = start("/bin/sh".as_ref(), &arguments, at.data_dir(), LIMIT, async || false).await.unwrap_err();
    let said = refused.to_string();
    assert!(said.contains("exit status: 3") && said.contains("starting\nno room left"), "{said}");
}

#[tokio::test]
async fn one_that_is_not_up_in_time_is_named() {
    let at = House::new();
    let arguments = words(&["600"]);
    let refused = start("/bin/sleep".as_ref(), &arguments, at.data_dir(), Duration::ZERO, async || false).await;
    let Err(DetachError::NotUp { process, .. }) = refused else { panic!("{refused:?}") };
    let pid = rustix::process::Pid::from_raw(process.cast_signed()).unwrap();
    rustix::process::kill_process(pid, rustix::process::Signal::KILL).unwrap();
}
