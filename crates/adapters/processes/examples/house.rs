//! Programs for the tests of this crate: an edge, a supervisor that can be killed, and others that misbehave on purpose.
#![expect(clippy::unwrap_used, reason = "a panic is how a program for tests fails")]

use std::collections::BTreeMap;
use std::io::Write;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clock::SystemClock;
use platform::ports::Runtime;
use platform::runtime::Order;
use processes::detach::leave_terminal;
use processes::listeners::{Listeners, take_from_stdin};
use processes::runtime::{ProcessRuntime, RuntimeConfig};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::signal::unix::{SignalKind, signal};
use tokio::task::JoinSet;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["edge", "--announce", file] => edge(Path::new(file)).await,
        ["supervise", data_dir, orders @ ..] => supervise(Path::new(data_dir), orders).await,
        ["eat", mib] => eat(mib.parse()?).await,
        ["detached", file] => detached(Path::new(file)).await,
        other => Err(format!("house does not know {other:?}").into()),
    }
}

/// Answers every connection with its process number. Asked to stop, it accepts no more and finishes what it has.
async fn edge(announcement: &Path) -> Result<(), Box<dyn std::error::Error>> {
    let handed = take_from_stdin()?.into_iter().find(|(name, _)| name == "http").unwrap().1;
    let door = TcpListener::from_std(handed)?;
    let own = TcpListener::bind("127.0.0.1:0").await?;
    let mut stop = signal(SignalKind::terminate())?;
    announce(announcement, own.local_addr()?);
    let mut answers = JoinSet::new();
    loop {
        tokio::select! {
            accepted = door.accept() => { answers.spawn(answer(accepted?.0)); }
            accepted = own.accept() => { answers.spawn(answer(accepted?.0)); }
            _ = stop.recv() => break,
        }
    }
    answers.join_all().await;
    Ok(())
}

async fn answer(mut stream: TcpStream) {
    let mut request = [0; 1024];
    let _ = stream.read(&mut request).await;
    let body = std::process::id().to_string();
    let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}", body.len());
    let _ = stream.write_all(head.as_bytes()).await;
}

fn announce(file: &Path, address: SocketAddr) {
    let text = format!("{{\"process\":{},\"address\":\"{address}\"}}", std::process::id());
    std::fs::write(file.with_extension("part"), text).unwrap();
    std::fs::rename(file.with_extension("part"), file).unwrap();
}

/// Starts the orders, says so, and waits to be killed.
async fn supervise(data_dir: &Path, orders: &[&str]) -> Result<(), Box<dyn std::error::Error>> {
    let listeners = Listeners::open(data_dir, &[("http", SocketAddr::from(([127, 0, 0, 1], 0)))]).await?;
    say(&format!("listening {}", listeners.address("http").unwrap()));
    let runtime = ProcessRuntime::open(RuntimeConfig {
        data_dir: data_dir.to_owned(),
        environment: BTreeMap::from([("PATH".to_owned(), "/usr/bin:/bin".to_owned())]),
        folder: PathBuf::from("/"),
        listeners: Some(Arc::new(listeners)),
        clock: Arc::new(SystemClock),
        wake: Arc::default(),
    })
    .await?;
    for order in orders {
        let order: Order = serde_json::from_str(order)?;
        say(&format!("started {}", runtime.start(&order).await?));
    }
    std::future::pending().await
}

fn say(line: &str) {
    let mut out = std::io::stdout();
    writeln!(out, "{line}").unwrap();
    out.flush().unwrap();
}

async fn eat(mib: usize) -> Result<(), Box<dyn std::error::Error>> {
    let eaten = vec![1_u8; mib * 1024 * 1024];
    say("full");
    std::future::pending::<()>().await;
    drop(eaten);
    Ok(())
}

/// Writes whether it leads a session of its own, and stays until it is killed.
async fn detached(file: &Path) -> Result<(), Box<dyn std::error::Error>> {
    let has_left = leave_terminal();
    let leads = rustix::process::getsid(None)? == rustix::process::getpid();
    std::fs::write(file, format!("{has_left} {leads}"))?;
    std::future::pending().await
}
