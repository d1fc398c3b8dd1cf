//! Asks a process whether it is ready: one small request on a connection of its own.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use platform::runtime::Readiness;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

/// Ready services answer within a millisecond. One that takes longer than this would be no use to visitors either.
const LIMIT: Duration = Duration::from_secs(1);
/// Enough for a dozen reasons.
const ANSWER_LIMIT: u64 = 8 * 1024;
/// What is kept of the reasons, in characters: they are shown in one line.
const REASON_LIMIT: usize = 300;
/// HTTP/1.0: the answer ends with the connection, and is in one piece.
const REQUEST: &[u8] = b"GET /readyz HTTP/1.0\r\nHost: localhost\r\n\r\n";

/// Never waits longer than a second.
pub(super) async fn ask(address: SocketAddr) -> Readiness {
    match timeout(LIMIT, exchange(address)).await {
        Ok(Ok(answer)) => read(&answer),
        Ok(Err(error)) => Readiness::Silent(format!("{address}: {error}")),
        Err(_) => Readiness::Silent(format!("{address}: no answer within {} s", LIMIT.as_secs())),
    }
}

async fn exchange(address: SocketAddr) -> io::Result<String> {
    let mut stream = TcpStream::connect(address).await?;
    stream.write_all(REQUEST).await?;
    let mut answer = Vec::new();
    stream.take(ANSWER_LIMIT).read_to_end(&mut answer).await?;
    Ok(String::from_utf8_lossy(&answer).into_owned())
}

fn read(answer: &str) -> Readiness {
    let (head, body) = answer.split_once("\r\n\r\n").unwrap_or((answer, ""));
    let status = head.lines().next().unwrap_or_default();
    let code = status.strip_prefix("HTTP/1.").and_then(|rest| rest.split(' ').nth(1));
    match code {
        Some("200") => Readiness::Ready,
        Some("503") => Readiness::NotReady(reasons(body)),
        Some(_) => Readiness::Silent(format!("its /readyz answers `{status}`")),
        None => Readiness::Silent("it does not answer in HTTP".to_owned()),
    }
}

/// Its lines without the heading, in one.
fn reasons(body: &str) -> String {
    let lines: Vec<&str> =
        body.lines().map(str::trim).filter(|line| !line.is_empty() && *line != "not ready").collect();
    let reasons = if lines.is_empty() { "it says no reason".to_owned() } else { lines.join("; ") };
    reasons.chars().take(REASON_LIMIT).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::net::TcpListener;

    async fn asked(answer: &'static [u8]) -> Readiness {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let server = tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut request = vec![0; REQUEST.len()];
            stream.read_exact(&mut request).await.unwrap();
            stream.write_all(answer).await.unwrap();
        });
        let readiness = ask(address).await;
        server.await.unwrap();
        readiness
    }

    #[tokio::test]
    async fn what_a_service_says_is_understood() {
        assert_eq!(asked(b"HTTP/1.0 200 OK\r\ncontent-length: 6\r\n\r\nready\n").await, Readiness::Ready);
        let not_yet = asked(b"HTTP/1.1 503 Service Unavailable\r\n\r\nnot ready\nno catalog\nno cache\n").await;
        assert_eq!(not_yet, Readiness::NotReady("no catalog; no cache".to_owned()));
        assert!(
            matches!(asked(b"HTTP/1.1 404 Not Found\r\n\r\n").await, Readiness::Silent(why) if why.contains("404"))
        );
        assert!(matches!(asked(b"SSH-2.0\r\n").await, Readiness::Silent(_)));
        assert!(matches!(asked(b"").await, Readiness::Silent(_)));
    }

    #[tokio::test]
    async fn nobody_there_is_silence() {
        let address = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
        assert!(matches!(ask(address).await, Readiness::Silent(why) if why.contains(&address.to_string())));
    }

    #[tokio::test]
    async fn one_that_says_nothing_is_given_a_second() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let asked = ask(listener.local_addr().unwrap());
        let why = asked.await;
        assert!(matches!(&why, Readiness::Silent(why) if why.contains("within 1 s")), "{why:?}");
    }
}
