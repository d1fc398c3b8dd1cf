//! The supervisor killed, at every moment there is, and what the next one finds.

use std::collections::BTreeSet;
use std::fs;
use std::time::Duration;

use platform::names::InstanceId;
use platform::ports::Runtime;
use platform::runtime::Stop;
use serde_json::Value;

use crate::support::{House, command, ended, job, lasting, lives, seen, service, until};

#[tokio::test]
async fn what_a_killed_supervisor_ran_is_adopted_as_it_is() {
    let at = House::new();
    let orders = [lasting(), service("trap 'exit 0' TERM; echo up; while :; do sleep 0.01; done")];
    let mut supervisor = at.supervisor(&orders);
    supervisor.says("listening").await;
    let first = InstanceId(supervisor.says("started").await);
    let second = InstanceId(supervisor.says("started").await);
    supervisor.kill().await;
    let processes = at.marked();
    until("the trap", async || at.said(&second, "out").contains("up").then_some(())).await;

    let runtime = at.runtime().await;
    let address = until("the address", async || seen(&runtime, &first).await.address).await;
    assert_eq!(address.to_string(), "127.0.0.1:9");
    let adopted = seen(&runtime, &first).await;
    assert_eq!((&adopted.order, adopted.ended), (&orders[0], None));
    let adopted: BTreeSet<u32> = runtime.look().await.unwrap().iter().map(|seen| seen.process).collect();
    assert_eq!(adopted, processes.into_iter().collect(), "none is started anew, and none is missing");

    // Their end is seen, although they are nobody's children.
    runtime.stop(&second, Stop::Gently).await.unwrap();
    let how = ended(&runtime, &second).await;
    assert!(how.code.is_none() && how.how.contains("exit code is unknown"), "{how:?}");
    runtime.forget(&second).await.unwrap();
    runtime.end_all(Duration::from_secs(30)).await.unwrap();
    assert!(at.marked().is_empty());
}

#[tokio::test]
async fn what_ended_meanwhile_is_told() {
    let at = House::new();
    let mut supervisor = at.supervisor(&[lasting()]);
    supervisor.says("listening").await;
    let id = InstanceId(supervisor.says("started").await);
    supervisor.kill().await;
    for process in at.marked() {
        kill(process);
    }
    let runtime = at.runtime().await;
    assert_eq!(seen(&runtime, &id).await.ended.unwrap().how, "ended while the supervisor was away");
    drop(runtime);
    let runtime = at.runtime().await;
    assert!(seen(&runtime, &id).await.ended.is_some(), "until it is forgotten");
}

#[tokio::test]
async fn one_killed_before_it_wrote_down_the_process_leaves_no_unknown_child() {
    let at = House::new();
    let runtime = at.runtime().await;
    let id = runtime.start(&lasting()).await.unwrap();
    let before = seen(&runtime, &id).await;
    drop(runtime);
    change_record(&at, &id, |record| record["process"] = Value::Null);
    let runtime = at.runtime().await;
    let after = seen(&runtime, &id).await;
    assert_eq!((after.process, after.order, after.ended), (before.process, before.order, None));
}

#[tokio::test]
async fn one_killed_before_it_started_the_process_leaves_no_instance() {
    let at = House::new();
    let runtime = at.runtime().await;
    let id = runtime.start(&lasting()).await.unwrap();
    kill(seen(&runtime, &id).await.process);
    drop(runtime);
    change_record(&at, &id, |record| {
        record["process"] = Value::Null;
        record["ended"] = Value::Null;
    });
    let runtime = at.runtime().await;
    assert!(runtime.look().await.unwrap().is_empty());
    assert!(!at.instance(&id).exists());
}

#[tokio::test]
async fn a_process_without_any_record_is_found_by_its_mark() {
    let at = House::new();
    let runtime = at.runtime().await;
    let order = lasting();
    let id = runtime.start(&order).await.unwrap();
    until("the address", async || seen(&runtime, &id).await.address).await;
    let before = seen(&runtime, &id).await;
    drop(runtime);
    fs::remove_dir_all(at.path("run")).unwrap();
    let runtime = at.runtime().await;
    let found = seen(&runtime, &id).await;
    assert_eq!((found.process, &found.order.purpose), (before.process, &order.purpose));
    assert_ne!(found.order, order, "so it is replaced");
    runtime.end_all(Duration::from_secs(30)).await.unwrap();
    assert!(!lives(before.process));
}

#[tokio::test]
async fn a_broken_record_is_as_none() {
    let at = House::new();
    let runtime = at.runtime().await;
    let id = runtime.start(&lasting()).await.unwrap();
    let process = seen(&runtime, &id).await.process;
    drop(runtime);
    fs::write(at.instance(&id).join("record.json"), "{\"instance\": \"api@pro").unwrap();
    let runtime = at.runtime().await;
    assert_eq!(seen(&runtime, &id).await.process, process);
}

#[tokio::test]
async fn a_stranger_with_the_number_of_ours_is_left_alone() {
    let at = House::new();
    let mut stranger = command("/bin/sleep".as_ref()).arg("600").kill_on_drop(true).spawn().unwrap();
    let number = stranger.id().unwrap();
    let runtime = at.runtime().await;
    let id = runtime.start(&job("exec sleep 600")).await.unwrap();
    let ours = seen(&runtime, &id).await.process;
    drop(runtime);
    kill(ours);
    // The record names a process of another time; its number is the stranger's now.
    change_record(&at, &id, |record| {
        record["process"]["number"] = number.into();
        // Both may have been started within one tick here.
        record["process"]["start_ticks"] = 1.into();
        record["ended"] = Value::Null;
    });
    let runtime = at.runtime().await;
    assert!(seen(&runtime, &id).await.ended.is_some());
    runtime.stop(&id, Stop::Now).await.unwrap();
    runtime.forget(&id).await.unwrap();
    runtime.end_all(Duration::ZERO).await.unwrap();
    assert!(lives(number));
    stranger.kill().await.unwrap();
}

/// Killed so and so long after its start, in the middle of whatever it does then: the next one knows each process.
#[tokio::test]
async fn killed_at_any_moment_nothing_is_unknown_to_the_next_one() {
    for round in 0..30_u32 {
        let at = House::new();
        let supervisor = at.supervisor(&[lasting(), job("exec sleep 600"), lasting(), job("exit 0"), lasting()]);
        tokio::time::sleep(Duration::from_micros(700) * round).await;
        supervisor.kill().await;
        let runtime = at.runtime().await;
        let seen = runtime.look().await.unwrap();
        let living: BTreeSet<u32> = seen
            .iter()
            .filter(|seen| seen.ended.is_none())
            .map(|seen| seen.process)
            .filter(|one| lives(*one))
            .collect();
        assert_eq!(living, at.marked().into_iter().collect(), "round {round}: {seen:#?}");
        runtime.end_all(Duration::from_secs(30)).await.unwrap();
        assert!(at.marked().is_empty(), "round {round}");
    }
}

fn change_record(at: &House, id: &InstanceId, change: impl Fn(&mut Value)) {
    let path = at.instance(id).join("record.json");
    let mut record: Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
    change(&mut record);
    fs::write(&path, record.to_string()).unwrap();
}

fn kill(process: u32) {
    let pid = rustix::process::Pid::from_raw(process.cast_signed()).unwrap();
    rustix::process::kill_process(pid, rustix::process::Signal::KILL).unwrap();
    while lives(process) {
        std::thread::yield_now();
    }
}
