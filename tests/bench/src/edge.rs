//! The edge beside nginx and HAProxy: all three forward to the same upstream in one run, each with two threads, and take
//! TLS handshakes with the same kind of key.

mod http2;

use std::fs;
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context as _, ensure};

use crate::load_tools::{self, Pressed};
use crate::measured::Beside;
use crate::{house_tree, say, target_dir};

/// Connections held open at the same time.
const CONNECTIONS: [u32; 3] = [1, 32, 256];

/// How long each pressing takes, in seconds; and how often each is done: the best counts, since others use the machine.
const SECONDS: u32 = 4;
const ROUNDS: usize = 3;

/// How often, and how long apart, a started server is tried.
const TRIES: u32 = 100;
const PAUSE: Duration = Duration::from_millis(50);

/// One that forwards.
struct Proxy {
    name: &'static str,
    http: u16,
    https: u16,
    program: Ended,
}

/// A program that is asked to end, and takes its own processes along; killed, nginx would leave them behind.
struct Ended(Beside);

impl Drop for Ended {
    fn drop(&mut self) {
        let pid = i32::try_from(self.0.0.id()).ok().and_then(rustix::process::Pid::from_raw);
        if pid.is_some_and(|pid| rustix::process::kill_process(pid, rustix::process::Signal::TERM).is_ok()) {
            let _ = self.0.0.wait();
        }
    }
}

pub(crate) fn run() -> anyhow::Result<()> {
    load_tools::ensure_installed()?;
    for (name, flag) in [("haproxy", "-v"), ("openssl", "version"), ("h2load", "--version")] {
        let found = program(name).arg(flag).stdout(Stdio::null()).stderr(Stdio::null()).status();
        ensure!(found.is_ok(), "{name} is not there: apt-get install haproxy openssl nghttp2-client");
    }
    let folder = std::env::temp_dir().join(format!("bt-bench-edge-{}", std::process::id()));
    fs::create_dir_all(&folder)?;
    let measured = in_folder(&folder);
    fs::remove_dir_all(&folder).context("the folder of the measurement stays")?;
    measured
}

fn in_folder(folder: &Path) -> anyhow::Result<()> {
    let edge = build()?;
    certificate(folder)?;
    let upstream = free_port()?;
    let _upstream = start_nginx(folder, "upstream", &upstream_settings(upstream), upstream)?;
    let proxies = [start_edge(&edge, upstream)?, nginx(folder, upstream)?, haproxy(folder, upstream)?];
    say("\n| connections | forwards | requests/s | p50 | p99 | processor time of a request | failed |");
    say("|---|---|---|---|---|---|---|");
    for connections in CONNECTIONS {
        let mut best: Vec<Option<(Pressed, f64)>> = vec![None; proxies.len()];
        for _ in 0..ROUNDS {
            for (proxy, best) in proxies.iter().zip(&mut best) {
                let (pressed, us) = press(proxy, connections)?;
                let least = best.map_or(us, |(_, least)| us.min(least));
                let before = best.map(|(before, _)| before);
                let faster = before.filter(|before| before.requests_per_second >= pressed.requests_per_second);
                *best = Some((faster.unwrap_or(pressed), least));
            }
        }
        for (proxy, best) in proxies.iter().zip(best) {
            let Some((best, us)) = best else { continue };
            let Pressed { requests_per_second, p50_ms, p99_ms, failed } = best;
            let name = proxy.name;
            say(&format!(
                "| {connections} | {name} | {requests_per_second:.0} | {p50_ms:.2} ms | {p99_ms:.2} ms | \
                 {us:.1} us | {failed} |"
            ));
        }
    }
    say("\n| takes TLS 1.3 handshakes | a second |\n|---|---|");
    for proxy in &proxies {
        let rates: Vec<f64> = (0..ROUNDS).map(|_| handshakes(proxy.https)).collect::<anyhow::Result<_>>()?;
        say(&format!("| {} | {:.0} |", proxy.name, rates.into_iter().fold(0.0, f64::max)));
    }
    http2::run(&proxies, folder)
}

/// Builds the program that is nothing but an edge before one upstream, as what is shipped is built: the two others come
/// from their distributor in that way too.
fn build() -> anyhow::Result<PathBuf> {
    let mut build = program("cargo");
    build.args(["build", "--quiet", "--profile", "dist", "--locked", "--package", "edge", "--example", "forward"]);
    ensure!(build.stdin(Stdio::null()).status()?.success(), "the build of the edge failed");
    Ok(target_dir()?.join("dist/examples/forward"))
}

fn start_edge(edge: &Path, upstream: u16) -> anyhow::Result<Proxy> {
    let (http, https) = (free_port()?, free_port()?);
    let mut command = program(&edge.to_string_lossy());
    command.args([format!("127.0.0.1:{http}"), format!("127.0.0.1:{https}"), format!("127.0.0.1:{upstream}")]);
    command.args(["2"]);
    Ok(Proxy { name: "edge", http, https, program: started(&mut command, http)? })
}

fn upstream_settings(port: u16) -> String {
    format!(
        "server {{ listen 127.0.0.1:{port}; location / {{ return 200 \"a small answer of forty-two letters, no more.\"; }} }}"
    )
}

fn nginx(folder: &Path, upstream: u16) -> anyhow::Result<Proxy> {
    let (http, https) = (free_port()?, free_port()?);
    let folder_name = folder.display();
    let server = format!(
        "upstream up {{ server 127.0.0.1:{upstream}; keepalive 256; }}\n\
         server {{ listen 127.0.0.1:{http}; listen 127.0.0.1:{https} ssl http2; ssl_certificate {folder_name}/cert.pem;\n\
         \x20 ssl_certificate_key {folder_name}/key.pem; ssl_protocols TLSv1.2 TLSv1.3;\n\
         \x20 location / {{ proxy_pass http://up; proxy_http_version 1.1; proxy_set_header Connection \"\";\n\
         \x20  proxy_set_header Host $host; proxy_set_header X-Forwarded-For $remote_addr; }} }}"
    );
    Ok(Proxy { name: "nginx", http, https, program: start_nginx(folder, "nginx", &server, http)? })
}

fn start_nginx(folder: &Path, name: &str, server: &str, port: u16) -> anyhow::Result<Ended> {
    let conf = folder.join(format!("{name}.conf"));
    let folder = folder.display();
    // One process for the upstream, two for the proxy, as many as the others have threads.
    let processes = if name == "nginx" { "worker_processes 2;" } else { "master_process off;" };
    let text = format!(
        "{processes}\nerror_log {folder}/{name}.log;\npid {folder}/{name}.pid;\ndaemon off;\nuser root;\n\
         events {{ worker_connections 2048; }}\n\
         http {{\n  access_log off; tcp_nodelay on; keepalive_requests 100000000;\n\
         \x20 client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;\n\
         \x20 uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;\n{server}\n}}\n"
    );
    fs::write(&conf, text)?;
    started(program("nginx").arg("-c").arg(&conf), port)
}

fn haproxy(folder: &Path, upstream: u16) -> anyhow::Result<Proxy> {
    let (http, https) = (free_port()?, free_port()?);
    let conf = folder.join("haproxy.conf");
    let folder = folder.display();
    let text = format!(
        "global\n nbthread 2\n maxconn 4096\ndefaults\n mode http\n timeout connect 1s\n timeout client 60s\n \
         timeout server 60s\n option http-keep-alive\n option forwardfor\nfrontend f\n bind 127.0.0.1:{http}\n \
         bind 127.0.0.1:{https} ssl crt {folder}/both.pem ssl-min-ver TLSv1.2 alpn h2,http/1.1\n default_backend b\nbackend b\n \
         http-reuse always\n server s 127.0.0.1:{upstream}\n"
    );
    fs::write(&conf, text)?;
    let program = started(program("haproxy").args(["-db", "-f"]).arg(&conf), http)?;
    Ok(Proxy { name: "HAProxy", http, https, program })
}

/// A key on P-256, as the edge's own certificate has.
fn certificate(folder: &Path) -> anyhow::Result<()> {
    let (key, cert) = (folder.join("key.pem"), folder.join("cert.pem"));
    let mut make = program("openssl");
    make.args(["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"]);
    make.args(["-subj", "/CN=localhost", "-keyout"]).arg(&key).arg("-out").arg(&cert);
    ensure!(make.stdout(Stdio::null()).stderr(Stdio::null()).status()?.success(), "openssl made no certificate");
    let both = fs::read_to_string(cert)? + &fs::read_to_string(key)?;
    fs::write(folder.join("both.pem"), both)?;
    Ok(())
}

/// Presses, and says how many microseconds of a processor each request took from the one that forwards: a figure that
/// others on the machine hardly change.
fn press(proxy: &Proxy, connections: u32) -> anyhow::Result<(Pressed, f64)> {
    let port = proxy.http;
    let before = house_tree::cpu_ms_of_all(proxy.program.0.0.id());
    let mut wrk = program("wrk");
    wrk.args(["--latency", "--timeout", "10s", "-t1"]).arg(format!("-c{connections}")).arg(format!("-d{SECONDS}s"));
    let output = wrk.arg(format!("http://127.0.0.1:{port}/")).output().context("wrk cannot be started")?;
    let text = String::from_utf8_lossy(&output.stdout);
    let took_ms = house_tree::cpu_ms_of_all(proxy.program.0.0.id()) - before;
    let pressed = load_tools::read(&text).with_context(|| format!("wrk said something else:\n{text}"))?;
    // `120 requests in 1.0s, 30.18MB read`
    let count = text.lines().find_map(|line| line.trim().split_once(" requests in")?.0.parse::<u32>().ok());
    let count = count.context("wrk counted no requests")?;
    Ok((pressed, Duration::from_millis(took_ms).as_secs_f64() * 1e6 / f64::from(count.max(1))))
}

/// Full handshakes, one after the other over new connections, by one client.
fn handshakes(port: u16) -> anyhow::Result<f64> {
    let mut client = program("openssl");
    client.args(["s_time", "-new", "-tls1_3", "-time"]).arg(SECONDS.to_string());
    client.arg("-connect").arg(format!("127.0.0.1:{port}")).stdin(Stdio::null());
    let output = client.output().context("openssl cannot be started")?;
    let text = String::from_utf8_lossy(&output.stdout);
    // `2345 connections in 5 real seconds, 0 bytes read per connection`
    let line = text.lines().find(|line| line.contains("real seconds")).context("openssl said something else")?;
    let mut numbers = line.split_whitespace().filter_map(|word| word.parse::<f64>().ok());
    let (count, seconds) = numbers.next().zip(numbers.next()).context("openssl said something else")?;
    Ok(count / seconds)
}

fn started(command: &mut Command, port: u16) -> anyhow::Result<Ended> {
    let command = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let program = Ended(Beside(command.spawn().with_context(|| format!("{command:?} cannot be started"))?));
    for _ in 0..TRIES {
        if TcpStream::connect(("127.0.0.1", port)).is_ok() {
            return Ok(program);
        }
        std::thread::sleep(PAUSE);
    }
    anyhow::bail!("{command:?} does not listen")
}

fn free_port() -> anyhow::Result<u16> {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").context("no free port on loopback")?;
    Ok(listener.local_addr()?.port())
}

#[expect(clippy::disallowed_methods, reason = "a chore starts programs for the developer")]
fn program(name: &str) -> Command {
    Command::new(name)
}
