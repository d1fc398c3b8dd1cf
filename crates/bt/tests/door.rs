//! The real program, as a person at a terminal meets it. Each test has a folder of its own.
#![expect(clippy::unwrap_used, reason = "a panic is how a test fails, in its helpers too")]

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::os::unix::net::UnixDatagram;
use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};
use std::sync::Arc;

use clock::{Clock, SystemClock};
use kit::openid::{CLIENT_ID, CLIENT_SECRET, OpenIdServer};
use processes::turn::Turn;
use rustix::process::{Pid, Signal, kill_process};
use tokio::runtime::Runtime;

/// A folder that goes away with the test.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().canonicalize().unwrap().join(format!("bt-door-{name}-{}", std::process::id()));
        fs::create_dir_all(&path).unwrap();
        // Passable, as the server of the database runs as another account than root.
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        Self(path)
    }

    #[expect(clippy::disallowed_methods, reason = "the program under test is another process")]
    fn bt(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_bt"));
        command.current_dir(&self.0).args(arguments).stdin(Stdio::null());
        // A small campus: the tests are about the door.
        command.env("BT_DEMO_COURSES", "300");
        // One house beside the other, each as small as it can be.
        command.env("BT_EDGE_HTTPS_LISTEN", "never").env("BT_STAGING", "false").env("BT_BACKUP_ENABLED", "false");
        command
    }

    /// Runs it to its end.
    fn run(&self, arguments: &[&str]) -> Said {
        Said::of(self.bt(arguments).output().unwrap())
    }

    /// `bt up` on a free port, with its words to be read.
    fn up(&self) -> Running {
        self.up_with(&[])
    }

    /// The same with further settings.
    fn up_with(&self, settings: &[(&str, &str)]) -> Running {
        let mut command = self.bt(&["up", "--listen", "127.0.0.1:0"]);
        command.envs(settings.iter().copied());
        Running::of(command)
    }
}

impl Folder {
    /// Waits until a service or job says something.
    fn hears(&self, what: &str) {
        self.hears_of(&[], what);
    }

    /// The same of some services only.
    fn hears_of(&self, services: &[&str], what: &str) {
        let arguments = [&["logs", "--follow"], services].concat();
        let mut logs = self.bt(&arguments).stdout(Stdio::piped()).spawn().unwrap();
        let lines = BufReader::new(logs.stdout.take().unwrap()).lines();
        let heard = lines.map_while(Result::ok).any(|line| line.contains(what));
        logs.kill().unwrap();
        logs.wait().unwrap();
        assert!(heard, "nobody of {services:?} said `{what}`");
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = self.run(&["down"]);
        fs::remove_dir_all(&self.0).unwrap();
    }
}

/// What a program said, and how it ended.
#[derive(Debug)]
struct Said {
    code: Option<i32>,
    out: String,
    err: String,
}

impl Said {
    fn of(output: Output) -> Self {
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        Self { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
    }
}

/// A `bt up` that runs.
struct Running {
    child: Child,
    stdout: Box<dyn BufRead + Send>,
    stderr: Box<dyn BufRead + Send>,
}

impl Running {
    fn of(mut command: Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let stdout = BufReader::new(child.stdout.take().unwrap());
        let stderr = BufReader::new(child.stderr.take().unwrap());
        Self { child, stdout: Box::new(stdout), stderr: Box::new(stderr) }
    }

    /// Waits for its first word on stdout, the address of the site.
    fn address(&mut self) -> String {
        let mut line = String::new();
        self.stdout.read_line(&mut line).unwrap();
        if line.is_empty() {
            let mut why = String::new();
            self.stderr.read_to_string(&mut why).unwrap();
            panic!("bt up ended: {why}");
        }
        line.trim().to_owned()
    }

    /// Waits for a line of its own log.
    fn says(&mut self, what: &str) {
        let mut line = String::new();
        while !line.contains(what) {
            line.clear();
            assert_ne!(self.stderr.read_line(&mut line).unwrap(), 0, "bt up ended before it said `{what}`");
        }
    }

    fn signal(&self, signal: Signal) {
        kill_process(Pid::from_child(&self.child), signal).unwrap();
    }

    /// Waits for its end, and reads its last words.
    fn ended(mut self) -> (Option<i32>, String) {
        let mut words = String::new();
        self.stderr.read_to_string(&mut words).unwrap();
        (self.child.wait().unwrap().code(), words)
    }
}

#[test]
fn a_mistake_on_the_command_line_or_in_the_settings_ends_with_2_and_names_it() {
    let folder = Folder::new("usage");
    assert_eq!(folder.run(&["upp"]).code, Some(2));
    let said = Said::of(folder.bt(&["migrate"]).env("BT_LISSEN", "x").output().unwrap());
    assert_eq!(said.code, Some(2), "{said:?}");
    assert!(said.err.contains("no setting `BT_LISSEN`; did you mean `BT_LISTEN`?"), "{said:?}");
    let said = folder.run(&["config", "explain", "--set", "sis.terms_app_key=hush"]);
    assert_eq!(said.code, Some(2), "{said:?}");
    assert!(!said.err.contains("hush"), "{said:?}");
    assert!(!folder.0.join("data").exists(), "nothing was begun");
}

#[test]
fn explain_shows_each_value_and_its_origin_and_no_secret() {
    let folder = Folder::new("explain");
    fs::write(folder.0.join("berkeleytime.toml"), "[database]\nurl = \"postgres://me:hush@host/bt\"\n").unwrap();
    let said = folder.run(&["config", "explain", "--set", "listen=127.0.0.1:9"]);
    assert_eq!(said.code, Some(0), "{said:?}");
    let line = |key: &str| said.out.lines().find(|line| line.starts_with(key)).unwrap().to_owned();
    assert!(line("listen ").contains("127.0.0.1:9"), "{said:?}");
    assert!(line("listen ").ends_with("--set"), "{said:?}");
    assert!(line("database.url ").contains("berkeleytime.toml"), "{said:?}");
    assert!(line("demo.courses ").ends_with("environment"), "{said:?}");
    assert!(line("log.format ").ends_with("default"), "{said:?}");
    assert!(!said.out.contains("hush"), "{said:?}");
}

#[test]
fn up_serves_a_catalog_refuses_a_second_one_and_goes_down_whole() {
    let folder = Folder::new("up");
    let mut up = folder.up();
    let address = up.address();
    let listen = address.replace("http://localhost", "127.0.0.1");

    let second = folder.run(&["up", "--listen", "127.0.0.1:0"]);
    assert_eq!(second.code, Some(1), "{second:?}");
    assert!(second.err.contains(&format!("process {}", up.child.id())), "{second:?}");
    let doctor = folder.run(&["doctor"]);
    assert_eq!(doctor.code, Some(0), "{doctor:?}");
    assert!(doctor.out.contains(&format!("{listen} is the edge's")), "{doctor:?}");
    assert!(doctor.out.contains("demo data"), "{doctor:?}");
    // While it runs, other commands use its database.
    let update = folder.run(&["update", "course", "--dry-run"]);
    assert_eq!(update.code, Some(0), "{update:?}");
    assert!(update.out.contains("dry-run"), "{update:?}");

    let down = folder.run(&["down"]);
    assert_eq!((down.code, down.out.as_str()), (Some(0), "stopped\n"), "{down:?}");
    let (code, words) = up.ended();
    assert_eq!(code, Some(0), "{words}");
    let down = folder.run(&["down"]);
    assert_eq!(down.out, "nothing runs here\n", "{down:?}");
}

/// The status of an answer, for a host.
fn ask(address: &str, host: &str, path: &str) -> u16 {
    ask_with(address, host, path, "").0
}

/// The status of an answer and all of it, with further headers.
fn ask_with(address: &str, host: &str, path: &str, headers: &str) -> (u16, String) {
    send(address, host, &format!("GET {path}"), headers)
}

/// The same, by any method.
fn send(address: &str, host: &str, what: &str, headers: &str) -> (u16, String) {
    let mut stream = TcpStream::connect(address.trim_start_matches("http://")).unwrap();
    write!(stream, "{what} HTTP/1.1\r\nHost: {host}\r\n{headers}Connection: close\r\n\r\n").unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    let answer = String::from_utf8_lossy(&answer).into_owned();
    (answer.split(' ').nth(1).unwrap().parse().unwrap(), answer)
}

#[test]
fn staging_is_for_people_with_a_password_and_from_a_network_and_a_number_follows_each_request() {
    /// `ana:correct horse battery`.
    const ANA: &str = "Authorization: Basic YW5hOmNvcnJlY3QgaG9yc2UgYmF0dGVyeQ==\r\n";
    /// `ana:wrong`.
    const WRONG: &str = "Authorization: Basic YW5hOndyb25n\r\n";
    const INSIDE: &str = "X-Forwarded-For: 203.0.113.7\r\n";
    let folder = Folder::new("protected");
    fs::write(folder.0.join("typed"), "correct horse battery\n").unwrap();
    let typed = fs::File::open(folder.0.join("typed")).unwrap();
    let line = Said::of(folder.bt(&["password", "ana"]).stdin(typed).output().unwrap());
    fs::write(folder.0.join("people"), line.out).unwrap();
    let mut up = folder.up_with(&[
        ("BT_STAGING", "true"),
        ("BT_EDGE_STAGING_PASSWORDS", "people"),
        ("BT_EDGE_STAGING_NETWORKS", "203.0.113.0/24"),
        ("BT_TRUSTED_PROXIES", "127.0.0.1"),
        // Staging gets up after production; the edge waits for it.
        ("BT_EDGE_HOLD_SECONDS", "60"),
    ]);
    let address = up.address().replace("localhost", "127.0.0.1");
    // A page that needs no catalog: staging may still be loading its own.
    let staging = |headers: &str| ask_with(&address, "staging.localhost", "/api/docs", headers).0;
    assert_eq!(staging(ANA), 403, "not from this network");
    assert_eq!(staging(INSIDE), 401);
    assert_eq!(staging(&format!("{INSIDE}{WRONG}")), 401);
    assert_eq!(staging(&format!("{INSIDE}{ANA}")), 200);
    assert_eq!(ask(&address, "staging.localhost", "/status"), 200, "how it is may be seen by all");
    assert_eq!(ask(&address, "localhost", "/catalog"), 200);

    let (_, answer) = ask_with(&address, "localhost", "/api/v1/status", "");
    let id = answer.lines().find_map(|line| line.strip_prefix("x-request-id: ")).unwrap().to_owned();
    for service in ["edge", "api@production"] {
        folder.hears_of(&[service], &id);
    }
}

#[test]
fn staging_runs_another_release_beside_production_and_a_killed_supervisor_loses_neither() {
    let folder = Folder::new("staging");
    let mut up = folder.up_with(&[("BT_STAGING", "true"), ("BT_BACKUP_ENABLED", "true")]);
    let address = up.address().replace("localhost", "127.0.0.1");
    // Another build: the same program with a few bytes behind its end.
    let other = folder.0.join("other-bt");
    let mut program = fs::read(env!("CARGO_BIN_EXE_bt")).unwrap();
    program.extend_from_slice(b"another build");
    fs::write(&other, program).unwrap();
    fs::set_permissions(&other, fs::Permissions::from_mode(0o755)).unwrap();
    let added = folder.run(&["release", "add", "other-bt"]);
    assert_eq!(added.code, Some(0), "{added:?}");
    let release = added.out.split(' ').nth(1).unwrap().trim_end_matches(':').to_owned();

    let deployed = folder.run(&["deploy", "staging", &release]);
    assert_eq!(deployed.code, Some(0), "{deployed:?}");
    let listed = folder.run(&["release", "list"]);
    let refused = folder.run(&["release", "remove", &release]);
    assert!(refused.code == Some(1) && refused.err.contains("it is deployed to staging"), "{refused:?}");
    let of = |environment: &str| listed.out.lines().find(|line| line.ends_with(environment)).unwrap().to_owned();
    assert!(of("staging").starts_with(&release) && !of("production").starts_with(&release), "{listed:?}");
    assert_eq!(ask(&address, "localhost", "/catalog"), 200);
    assert_eq!(ask(&address, "staging.localhost", "/api/v1/status"), 200);
    let restarted = folder.run(&["restart", "web@production"]);
    assert_eq!(restarted.code, Some(0), "{restarted:?}");

    up.signal(Signal::KILL);
    up.ended();
    assert_eq!(ask(&address, "localhost", "/catalog"), 200, "the services live on");
    let port = address.rsplit_once(':').unwrap().1;
    let listen = format!("127.0.0.1:{port}");
    let mut again = folder.bt(&["up", "--listen", &listen]);
    again.env("BT_STAGING", "true").env("BT_BACKUP_ENABLED", "true");
    let mut again = Running::of(again);
    assert_eq!(again.address().replace("localhost", "127.0.0.1"), address, "at the same port, with the same listener");
    assert_eq!(ask(&address, "staging.localhost", "/catalog"), 200);
    let down = folder.run(&["down", "--json"]);
    assert!(down.out.contains("\"was_running\":true"), "{down:?}");
    assert!(TcpStream::connect(&listen).is_err(), "nobody listens any more");
}

#[test]
fn up_that_was_killed_during_its_first_start_begins_again_and_gets_there() {
    let folder = Folder::new("killed");
    let mut up = folder.up();
    up.says("setting up the database");
    up.signal(Signal::KILL);
    up.ended();
    for moment in ["an update begins", "publishing"] {
        let up = folder.up();
        folder.hears(moment);
        up.signal(Signal::KILL);
        up.ended();
    }
    let mut up = folder.up();
    up.address();
    up.signal(Signal::TERM);
    let (code, words) = up.ended();
    assert_eq!(code, Some(0), "{words}");
    // What is there now needs no first load any more.
    let mut up = folder.up();
    up.address();
    up.signal(Signal::INT);
    let (code, words) = up.ended();
    assert_eq!(code, Some(0), "{words}");
    assert!(!words.contains("for the first time"), "{words}");
}

#[test]
fn systemd_hears_of_the_end_when_it_begins() {
    let folder = Folder::new("systemd");
    let path = folder.0.join("notify");
    let socket = UnixDatagram::bind(&path).unwrap();
    let heard = || {
        let mut bytes = [0; 100];
        let length = socket.recv(&mut bytes).unwrap();
        String::from_utf8(bytes[..length].to_vec()).unwrap()
    };
    let mut up = folder.up_with(&[("NOTIFY_SOCKET", path.to_str().unwrap())]);
    up.address();
    assert_eq!(heard(), "READY=1");
    up.signal(Signal::TERM);
    assert_eq!(heard(), "STOPPING=1");
    let view = fs::read(folder.0.join("data/run/view.json")).unwrap();
    let view: serde_json::Value = serde_json::from_slice(&view).unwrap();
    assert_ne!(view["supervisor"]["phase"], "stopped", "it is said before everything is put away");
    assert_eq!(up.ended().0, Some(0));
}

#[test]
fn what_root_asks_of_another_accounts_house_leaves_nothing_that_it_cannot_read() {
    const ACCOUNT: u32 = 4_000_001;
    if !rustix::process::geteuid().is_root() {
        println!("left out, for want of root: a house of another account");
        return;
    }
    let folder = Folder::new("owned");
    let run = folder.0.join("data/run");
    fs::create_dir_all(&run).unwrap();
    for path in [run.parent().unwrap(), &run] {
        chown(path, Some(ACCOUNT), Some(ACCOUNT)).unwrap();
    }
    for arguments in [&["maintenance", "on", "--reason", "Work"][..], &["incident", "open", "Slow", "--part", "api"]] {
        let said = folder.run(arguments);
        assert_eq!(said.code, Some(0), "{said:?}");
    }
    let mut folders = vec![folder.0.join("data")];
    let mut files = 0;
    while let Some(path) = folders.pop() {
        for entry in fs::read_dir(path).unwrap().map(Result::unwrap) {
            assert_eq!(entry.metadata().unwrap().uid(), ACCOUNT, "{entry:?}");
            if entry.file_type().unwrap().is_dir() { folders.push(entry.path()) } else { files += 1 }
        }
    }
    assert!(files > 1, "something was written");

    // Root's own files are closed to that account, and nobody wants to hear of it.
    let home = folder.0.join("home");
    fs::create_dir(&home).unwrap();
    fs::set_permissions(&home, fs::Permissions::from_mode(0o700)).unwrap();
    let mut people = folder.bt(&["people", "list"]);
    people.env("BT_DATABASE_URL", "postgres://127.0.0.1:1/none").env("HOME", &home);
    let said = Said::of(people.output().unwrap());
    assert_eq!(said.code, Some(1), "{said:?}");
    assert!(!said.err.contains("pgpass"), "{said:?}");

    let said = folder.run(&["up", "--listen", "127.0.0.1:0"]);
    assert_eq!(said.code, Some(1), "{said:?}");
    assert!(said.err.contains(&format!("uid {ACCOUNT}")) && said.err.contains("systemctl start"), "{said:?}");
}

#[test]
fn a_lost_database_is_not_replaced_by_an_empty_one_while_there_are_backups_of_it() {
    let folder = Folder::new("lost");
    fs::create_dir_all(folder.0.join("data/status")).unwrap();
    let note = r#"{ "last": { "id": "20261122T213000Z", "finished_at": "2026-11-22T21:30:04Z", "took_ms": 4000,
        "stored_bytes": 1, "is_encrypted": false } }"#;
    fs::write(folder.0.join("data/status/backup.json"), note).unwrap();
    let mut command = folder.bt(&["up", "--listen", "127.0.0.1:0"]);
    let said = Said::of(command.env("BT_BACKUP_ENABLED", "true").output().unwrap());
    assert_eq!(said.code, Some(1), "{said:?}");
    assert!(said.err.contains("20261122T213000Z"), "{said:?}");
    assert!(said.err.contains("bt backup restore --in-place berkeleytime"), "{said:?}");
    assert!(!folder.0.join("data/postgres/cluster").exists(), "nothing was set up");
}

#[test]
fn a_restore_beside_a_backup_or_another_restore_is_told_of_it() {
    let folder = Folder::new("turn");
    let turn = Turn::take(&folder.0.join("data"), "bt backup now", SystemClock.now()).unwrap();
    let said = folder.run(&["backup", "restore", "--in-place", "berkeleytime"]);
    assert_eq!(said.code, Some(1), "{said:?}");
    assert!(said.err.contains("`bt backup now` is under way since") && !said.err.contains("bt down"), "{said:?}");
    drop(turn);
}

#[test]
fn ctrl_c_during_the_first_load_leaves_nothing_running() {
    let folder = Folder::new("interrupted");
    let up = folder.up();
    folder.hears("an update begins");
    up.signal(Signal::INT);
    let (code, words) = up.ended();
    assert_eq!(code, Some(0), "{words}");
    assert!(!folder.0.join("data/postgres/cluster/postmaster.pid").exists(), "the database still runs");
}

#[test]
fn a_port_in_use_is_said_before_anything_is_begun() {
    let folder = Folder::new("port");
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let said = folder.run(&["up", "--listen", &address]);
    assert_eq!(said.code, Some(1), "{said:?}");
    assert!(said.err.contains(&format!("cannot listen on {address}")), "{said:?}");
    assert!(said.err.contains("--listen"), "{said:?}");
    assert!(!folder.0.join("data/postgres").exists(), "no database was set up for nothing");
}

#[test]
fn a_database_that_does_not_answer_is_named_without_its_password() {
    let folder = Folder::new("unreachable");
    let gone = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let url = format!("postgres://me:hush@{gone}/bt");
    let said = Said::of(folder.bt(&["migrate"]).env("BT_DATABASE_URL", &url).output().unwrap());
    assert_eq!(said.code, Some(1), "{said:?}");
    assert!(said.err.contains(&gone.to_string()), "{said:?}");
    assert!(!said.err.contains("hush"), "{said:?}");
}

#[test]
fn an_update_that_brought_too_little_publishes_nothing_and_ends_with_1() {
    let folder = Folder::new("short");
    let first = folder.run(&["update"]);
    assert_eq!(first.code, Some(0), "{first:?}");
    // `class fall-2026: 680 read, …`
    let term = first.out.lines().find_map(|line| line.strip_prefix("class ")?.split_once(':')).unwrap().0;
    let partial = format!(r#"partial_term={{"term": "{term}", "share": 0.5}}"#);
    let mut sis = folder.bt(&["sis", "--listen", "127.0.0.1:0", "--fault", &partial]);
    let mut sis = sis.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let mut line = String::new();
    let mut stdout = BufReader::new(sis.stdout.take().unwrap());
    stdout.read_line(&mut line).unwrap();
    let base_url = format!("sis.base_url={}", line.trim().rsplit_once(' ').unwrap().1);

    let short = folder.run(&["update", "--term", term, "--set", &base_url]);
    assert_eq!(short.code, Some(1), "{short:?}");
    assert!(short.out.contains("REFUSED"), "{short:?}");
    let accepted = folder.run(&["update", "--term", term, "--accept-short", "--set", &base_url]);
    assert_eq!(accepted.code, Some(0), "{accepted:?}");
    kill_process(Pid::from_child(&sis), Signal::TERM).unwrap();
    assert_eq!(sis.wait().unwrap().code(), Some(0));
}

#[test]
fn a_grade_file_that_is_not_there_or_no_export_is_named() {
    let folder = Folder::new("grades");
    let said = folder.run(&["import", "grades", "nowhere.csv"]);
    assert_eq!(said.code, Some(1), "{said:?}");
    assert!(said.err.contains("nowhere.csv"), "{said:?}");
    fs::write(folder.0.join("other.csv"), "a,b\n1,2\n").unwrap();
    let said = folder.run(&["import", "grades", "other.csv"]);
    assert_eq!(said.code, Some(1), "{said:?}");
    assert!(said.err.contains("other.csv"), "{said:?}");
}

#[test]
fn a_source_is_turned_off_and_on_and_a_mistake_in_that_is_named() {
    let folder = Folder::new("switch");
    let wrong = folder.run(&["switch", "off", "seats", "--reason", "Asked for."]);
    assert_eq!(wrong.code, Some(2), "{wrong:?}");
    assert!(wrong.err.contains("expected grades, enrollment, descriptions or public-api"), "{wrong:?}");
    assert!(!folder.0.join("data").exists(), "nothing was begun");

    let reason = "The owner of the grades asked for it.";
    let off = folder.run(&["switch", "off", "grades", "--reason", reason]);
    assert_eq!(off.code, Some(0), "{off:?}");
    let listed = folder.run(&["switch"]);
    let lines: Vec<&str> = listed.out.lines().collect();
    assert_eq!(lines.len(), 4, "{listed:?}");
    assert!(lines[0].starts_with("grades ") && lines[0].contains("off since 2") && lines[0].ends_with(reason));
    assert!(lines[1..].iter().all(|line| line.ends_with("  on")), "{listed:?}");
    let again = folder.run(&["switch", "off", "grades", "--reason", reason]);
    assert_eq!((again.code, again.out.as_str()), (Some(0), "grades: off already, for this reason\n"), "{again:?}");
    let on = folder.run(&["switch", "on", "grades"]);
    assert_eq!(on.code, Some(0), "{on:?}");
    assert!(folder.run(&["switch"]).out.lines().all(|line| line.ends_with("  on")));
}

#[test]
fn each_environment_signs_in_at_its_own_address_and_the_operator_knows_who_came() {
    let runtime = Runtime::new().unwrap();
    let provider = runtime.block_on(OpenIdServer::start(Arc::new(SystemClock)));
    let folder = Folder::new("sign-in");
    let settings = [
        ("BT_STAGING", "true"),
        ("BT_SITE_PUBLIC_URL", "http://localhost:8080"),
        ("BT_SIGN_IN_ISSUER", &provider.issuer),
        ("BT_SIGN_IN_CLIENT_ID", CLIENT_ID),
        ("BT_SIGN_IN_CLIENT_SECRET", CLIENT_SECRET),
    ];
    let mut up = folder.up_with(&settings);
    let address = up.address().replace("localhost", "127.0.0.1");
    folder.hears_of(&["web@staging"], "the catalog is in memory");
    let [production, staging] = ["localhost", "staging.localhost"].map(|host| {
        let (status, begun) = send(&address, host, "POST /sign-in", "Content-Length: 0\r\n");
        assert_eq!(status, 200, "{begun}");
        let back = provider.agree(header(&begun, "refresh").strip_prefix("0;url=").unwrap());
        assert_eq!(back.redirect_uri, format!("http://{host}:8080/sign-in/callback"));
        let path = format!("/sign-in/callback?state={}&code={}", back.state, back.code);
        let (status, came) = ask_with(&address, host, &path, &format!("Cookie: {}\r\n", cookie(&begun)));
        assert_eq!(status, 303, "{came}");
        format!("Cookie: {}\r\n", cookie(&came))
    });
    for (host, cookie) in [("localhost", &production), ("staging.localhost", &staging)] {
        assert!(ask_with(&address, host, "/profile", cookie).1.contains("ana@berkeley.edu"), "{host}");
    }

    let doctor = Said::of(folder.bt(&["doctor", "--json"]).envs(settings).output().unwrap()).out;
    for registered in ["http://localhost:8080/sign-in/callback", "http://staging.localhost:8080/sign-in/callback"] {
        assert!(doctor.contains(registered), "{doctor}");
    }
    let people = |arguments: &[&str]| folder.run(&[&["people"], arguments].concat());
    let listed = people(&["list"]).out;
    assert!(listed.lines().nth(1).unwrap().starts_with("ana@berkeley.edu  Ana Sample  student"), "{listed}");
    assert!(listed.trim_end().ends_with("2 places"), "{listed}");
    let unknown = people(&["role", "anna", "staff"]);
    assert_eq!(unknown.code, Some(1));
    assert!(unknown.err.contains("nobody called anna has an account here: did you mean ana?"), "{unknown:?}");
    let staff = people(&["role", "ana@berkeley.edu", "staff"]);
    assert_eq!(staff.out, "ana@berkeley.edu is staff from now on\n", "{staff:?}");
    assert_eq!(ask_with(&address, "localhost", "/reports", &production).0, 200);
    let shown = people(&["show", "ana", "--json"]).out;
    assert!(shown.contains("\"role\": \"staff\"") && shown.matches("\"expires_at\"").count() == 2, "{shown}");
    assert_eq!(people(&["sign-out", "ana"]).out, "ana@berkeley.edu is signed out everywhere; it was 2 places\n");
    assert_eq!(ask_with(&address, "staging.localhost", "/profile", &staging).0, 303, "the session is over");
    let unsure = people(&["delete", "ana"]);
    assert_eq!(unsure.code, Some(1));
    assert!(unsure.err.contains("--confirm ana"), "{unsure:?}");
    let gone = people(&["delete", "ana", "--confirm", "ana"]).out;
    assert_eq!(gone, "the account of ana@berkeley.edu is deleted, with 0 saved classes and 0 schedules\n");
    assert_eq!(people(&["list", "--json"]).out, "[]\n");
}

/// A header of an answer.
fn header<'a>(answer: &'a str, name: &str) -> &'a str {
    let lines = answer.lines().take_while(|line| !line.is_empty());
    let found = lines.filter_map(|line| line.split_once(": ")).find(|(given, _)| given.eq_ignore_ascii_case(name));
    found.unwrap_or_else(|| panic!("no {name}: {answer}")).1
}

/// The cookie that an answer sets first, as a browser sends it.
fn cookie(answer: &str) -> &str {
    header(answer, "set-cookie").split(';').next().unwrap()
}

#[test]
fn the_registrars_dates_are_taken_in_and_shown_and_of_a_file_with_a_mistake_nothing_is() {
    let folder = Folder::new("calendar");
    fs::write(folder.0.join("wrong.txt"), "spring-2027 adjustment 2026-01-11\n").unwrap();
    let wrong = folder.run(&["import", "calendar", "wrong.txt"]);
    assert_eq!(wrong.code, Some(1), "{wrong:?}");
    assert!(wrong.err.contains("line 1: `2026-01-11` is not near Spring 2027: is the year right?"), "{wrong:?}");
    assert!(!folder.0.join("data").exists(), "nothing was begun");

    // What is shown to who has nothing yet is a file that is taken in.
    let example = folder.run(&["import", "calendar"]).out;
    let example = example.split_once("\n\n").unwrap().1;
    fs::write(folder.0.join("dates.txt"), example).unwrap();
    let taken = folder.run(&["import", "calendar", "dates.txt"]);
    assert_eq!(taken.code, Some(0), "{taken:?}");
    assert!(taken.out.starts_with("announced: Spring 2026;"), "{taken:?}");
    assert_eq!(folder.run(&["import", "calendar", "dates.txt"]).out, "as before: Spring 2026\n");
    assert_eq!(folder.run(&["import", "calendar"]).out, example);
}
