//! Starting, seeing, stopping and forgetting.

use std::collections::BTreeSet;

use catalog::ports::with_causes;
use futures_util::future::join_all;
use platform::ports::Runtime;
use platform::runtime::{Order, ResourceLimits, Stop};

use crate::support::{House, ended, house, job, lasting, lives, seen, service, session, until};

#[tokio::test]
async fn a_process_is_given_the_settings_and_nothing_else_of_our_environment() {
    let at = House::new();
    let runtime = at.runtime().await;
    let mut order = job("env; pwd");
    order.environment.insert("BT_DATABASE_URL".to_owned(), "postgres://x".to_owned());
    let id = runtime.start(&order).await.unwrap();
    let ended = ended(&runtime, &id).await;
    assert_eq!((ended.code, ended.how.as_str()), (Some(0), "exit code 0"));

    let said = at.said(&id, "out");
    let names: BTreeSet<&str> = said.lines().filter_map(|line| Some(line.split_once('=')?.0)).collect();
    // The shell adds the last ones by itself.
    let allowed =
        ["BERKELEYTIME_INSTANCE", "BT_DATABASE_URL", "BT_SITE_NAME", "LANG", "PATH", "PWD", "OLDPWD", "SHLVL", "_"];
    assert!(names.iter().all(|name| allowed.contains(name)), "{said}");
    assert!(said.contains("BT_DATABASE_URL=postgres://x") && said.contains("BT_SITE_NAME=Test"), "{said}");
    assert_eq!(said.lines().last(), at.data_dir().to_str(), "it works in the folder that was named");
}

#[tokio::test]
async fn how_it_ended_is_told() {
    let at = House::new();
    let runtime = at.runtime().await;
    for (script, code, how) in [("exit 3", Some(3), "exit code 3"), ("kill -9 $$", None, "signal 9")] {
        let id = runtime.start(&job(script)).await.unwrap();
        let ended = ended(&runtime, &id).await;
        assert_eq!((ended.code, ended.how.as_str()), (code, how));
    }
}

#[tokio::test]
async fn the_supervisor_is_woken_by_an_end() {
    let at = House::new();
    let runtime = at.runtime().await;
    let id = runtime.start(&job("exit 0")).await.unwrap();
    tokio::time::timeout(std::time::Duration::from_secs(60), at.1.notified()).await.expect("woken");
    assert!(seen(&runtime, &id).await.ended.is_some());
}

#[tokio::test]
async fn asked_gently_it_finishes_and_at_once_it_cannot_refuse() {
    let at = House::new();
    let runtime = at.runtime().await;
    let polite =
        runtime.start(&job("trap 'echo bye; exit 7' TERM; echo up; while :; do sleep 0.01; done")).await.unwrap();
    let stubborn = runtime.start(&job("trap '' TERM; echo up; while :; do sleep 0.01; done")).await.unwrap();
    for id in [&polite, &stubborn] {
        until("the trap", async || at.said(id, "out").contains("up").then_some(())).await;
        runtime.stop(id, Stop::Gently).await.unwrap();
    }
    assert_eq!(ended(&runtime, &polite).await.code, Some(7));
    assert!(at.said(&polite, "out").ends_with("bye\n"));
    assert_eq!(seen(&runtime, &stubborn).await.ended, None);
    runtime.stop(&stubborn, Stop::Now).await.unwrap();
    assert_eq!(ended(&runtime, &stubborn).await.how, "signal 9");
    runtime.stop(&stubborn, Stop::Now).await.unwrap();
}

#[tokio::test]
async fn a_running_service_is_seen_with_its_address_memory_and_time() {
    let at = House::new();
    let runtime = at.runtime().await;
    let order = lasting();
    let id = runtime.start(&order).await.unwrap();
    assert!(id.0.starts_with("api@production."), "{id}");
    let address = until("the address", async || seen(&runtime, &id).await.address).await;
    assert_eq!(address.to_string(), "127.0.0.1:9");
    let seen = seen(&runtime, &id).await;
    assert!(seen.memory_bytes > 100_000 && seen.memory_bytes < 100_000_000, "{seen:?}");
    assert_eq!(seen.order, order);
    assert_eq!(seen.ended, None);
    assert_eq!(at.marked(), [seen.process]);
}

#[tokio::test]
async fn an_address_of_another_process_is_not_taken() {
    let at = House::new();
    let runtime = at.runtime().await;
    let script = r#"printf '{"process":1,"address":"127.0.0.1:9"}' > $1; echo done; exec sleep 600"#;
    let id = runtime.start(&service(script)).await.unwrap();
    until("the file", async || at.said(&id, "out").contains("done").then_some(())).await;
    assert_eq!(seen(&runtime, &id).await.address, None);
}

#[tokio::test]
async fn what_is_forgotten_leaves_no_process_no_folder_and_no_name() {
    let at = House::new();
    let runtime = at.runtime().await;
    // One helper stays in the group of its process, the other leaves it.
    let script = "sleep 600 & echo $!; setsid sleep 600 & echo $!; trap 'exit 0' TERM; wait";
    let id = runtime.start(&job(script)).await.unwrap();
    let helpers: Vec<u32> = until("the helpers", async || {
        let numbers: Vec<u32> = at.said(&id, "out").lines().filter_map(|line| line.parse().ok()).collect();
        let has_left = |process: &u32| session(*process) == Some(*process);
        (numbers.len() == 2 && has_left(&numbers[1])).then_some(numbers)
    })
    .await;
    let refused = runtime.forget(&id).await.unwrap_err();
    assert!(refused.to_string().contains("still runs"), "{refused}");

    runtime.stop(&id, Stop::Gently).await.unwrap();
    ended(&runtime, &id).await;
    until("the end of the first helper", async || (!lives(helpers[0])).then_some(())).await;
    assert!(lives(helpers[1]), "nobody knows of it yet");
    runtime.forget(&id).await.unwrap();
    until("the end of the second helper", async || (!lives(helpers[1])).then_some(())).await;
    assert!(runtime.look().await.unwrap().is_empty());
    assert!(!at.instance(&id).exists());
    runtime.forget(&id).await.unwrap();

    let next = runtime.start(&job("exit 0")).await.unwrap();
    assert_ne!(next, id, "a name is given once");
    drop(runtime);
    let runtime = at.runtime().await;
    let last = runtime.start(&job("exit 0")).await.unwrap();
    assert!(last != id && last != next);
}

#[tokio::test]
async fn starts_at_the_same_time_do_not_disturb_each_other() {
    let at = House::new();
    let runtime = at.runtime().await;
    let order = lasting();
    let started = join_all((0..12).map(|_| runtime.start(&order))).await;
    let ids: BTreeSet<_> = started.into_iter().map(Result::unwrap).collect();
    let seen: BTreeSet<_> = runtime.look().await.unwrap().into_iter().map(|seen| seen.instance).collect();
    assert_eq!((ids.len(), &seen), (12, &ids));
    assert_eq!(at.marked().len(), 12);
    runtime.end_all(std::time::Duration::from_secs(30)).await.unwrap();
    assert_eq!(at.marked(), [] as [u32; 0]);
    assert!(runtime.look().await.unwrap().is_empty());
}

#[tokio::test]
async fn a_program_that_is_not_there_is_named_and_leaves_nothing() {
    let at = House::new();
    let runtime = at.runtime().await;
    let order = Order { program: "/nowhere/bt".into(), ..service("") };
    let refused = with_causes(&runtime.start(&order).await.unwrap_err());
    assert!(refused.contains("api@production") && refused.contains("/nowhere/bt"), "{refused}");
    let without = Order { takes_listeners: true, ..service("") };
    let refused = with_causes(&runtime.start(&without).await.unwrap_err());
    assert!(refused.contains("listeners"), "{refused}");
    assert!(runtime.look().await.unwrap().is_empty());
    let left =
        std::fs::read_dir(at.path("run/instances")).unwrap().filter(|entry| entry.as_ref().unwrap().path().is_dir());
    assert_eq!(left.count(), 0);
    assert_eq!(std::fs::read_dir(at.path("logs/raw")).unwrap().count(), 0);
}

#[tokio::test]
async fn too_much_memory_ends_it_and_that_is_told() {
    let at = House::new();
    let runtime = at.runtime().await;
    let limits = ResourceLimits { memory_mib: Some(64), cpu_percent: None };
    let greedy = runtime.start(&Order { limits, ..house(&["eat", "90"]) }).await.unwrap();
    let modest = runtime.start(&Order { limits, ..house(&["eat", "1"]) }).await.unwrap();
    let ended = ended(&runtime, &greedy).await;
    assert!(ended.how.contains("more than its 64 MiB"), "{}", ended.how);
    assert_eq!(seen(&runtime, &modest).await.ended, None);
    for said in runtime.unkept_limits() {
        assert!(said.contains("cgroup") || said.contains("group"), "{said}");
    }
}
