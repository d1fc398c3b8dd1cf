//! The embedded Postgres with the real binaries of the machine. Each test has a folder and a server of its own.
#![expect(clippy::unwrap_used, reason = "a panic is how a test fails, in its helpers too")]

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use processes::postgres::{Postgres, PostgresConfig, PostgresError, RunningPostgres};
use rustix::process::{Pid, Signal, kill_process};
use sqlx::{Connection, PgConnection};

/// A folder that goes away with the test. Others may pass through it, as through the usual `/home` or `/srv`.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name = format!("bt-postgres-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let path = std::env::temp_dir().canonicalize().unwrap().join(name);
        fs::create_dir_all(&path).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        Self(path)
    }

    fn config(&self) -> PostgresConfig {
        config_in(&self.0.join("data"))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let elsewhere = fs::read_to_string(self.0.join("data/postgres/elsewhere")).unwrap_or_default();
        if elsewhere.starts_with("/var/lib/berkeleytime/") {
            fs::remove_dir_all(elsewhere.trim()).unwrap();
        }
        fs::remove_dir_all(&self.0).unwrap();
    }
}

fn config_in(data_dir: &Path) -> PostgresConfig {
    PostgresConfig { is_durable: false, may_download: false, ..PostgresConfig::new(data_dir) }
}

async fn connect(postgres: &RunningPostgres) -> PgConnection {
    PgConnection::connect(&postgres.url()).await.unwrap()
}

async fn setting(connection: &mut PgConnection, name: &str) -> String {
    sqlx::query_scalar("SELECT current_setting($1)").bind(name).fetch_one(connection).await.unwrap()
}

fn server_pid(cluster: &Path) -> Pid {
    let text = fs::read_to_string(cluster.join("postmaster.pid")).unwrap();
    Pid::from_raw(text.lines().next().unwrap().parse().unwrap()).unwrap()
}

#[tokio::test]
async fn a_fresh_server_has_an_empty_database_with_checksums_and_no_network_port() {
    let folder = Folder::new();
    let postgres = Postgres::start(folder.config()).await.unwrap();
    let mut connection = connect(&postgres).await;
    assert_eq!(setting(&mut connection, "listen_addresses").await, "");
    assert_eq!(setting(&mut connection, "data_checksums").await, "on");
    assert_eq!(setting(&mut connection, "server_encoding").await, "UTF8");
    assert_eq!(setting(&mut connection, "unix_socket_permissions").await, "0700");
    assert_eq!(setting(&mut connection, "timezone").await, "UTC");
    let database: String = sqlx::query_scalar("SELECT current_database()").fetch_one(&mut connection).await.unwrap();
    assert_eq!(database, "berkeleytime");
    let found = fs::metadata(postgres.cluster()).unwrap();
    assert_ne!(found.uid(), 0, "the server does not run as root");
    assert_eq!(found.mode() & 0o077, 0, "nobody else may look in");
    postgres.stop().await;
}

#[tokio::test]
async fn what_was_written_is_there_after_a_stop_and_a_second_start() {
    let folder = Folder::new();
    let postgres = Postgres::start(folder.config()).await.unwrap();
    let mut connection = connect(&postgres).await;
    sqlx::raw_sql("CREATE TABLE note (text text); INSERT INTO note VALUES ('kept')")
        .execute(&mut connection)
        .await
        .unwrap();
    let cluster = postgres.cluster().to_owned();
    postgres.stop().await;
    assert!(!cluster.join("postmaster.pid").exists(), "a clean stop leaves no process file");

    let postgres = Postgres::start(folder.config()).await.unwrap();
    let mut connection = connect(&postgres).await;
    let text: String = sqlx::query_scalar("SELECT text FROM note").fetch_one(&mut connection).await.unwrap();
    assert_eq!(text, "kept");
    postgres.stop().await;
}

#[tokio::test]
async fn a_start_with_durability_on_keeps_fsync_on() {
    let folder = Folder::new();
    let postgres = Postgres::start(PostgresConfig { is_durable: true, ..folder.config() }).await.unwrap();
    let mut connection = connect(&postgres).await;
    assert_eq!(setting(&mut connection, "fsync").await, "on");
    assert_eq!(setting(&mut connection, "synchronous_commit").await, "on");
    postgres.stop().await;
}

#[tokio::test]
async fn settings_of_ones_own_win() {
    let folder = Folder::new();
    let postgres = Postgres::start(folder.config()).await.unwrap();
    let cluster = postgres.cluster().to_owned();
    postgres.stop().await;
    fs::write(cluster.join("local.conf"), "work_mem = '7MB'\n").unwrap();
    fs::set_permissions(cluster.join("local.conf"), fs::Permissions::from_mode(0o644)).unwrap();
    let postgres = Postgres::start(folder.config()).await.unwrap();
    assert_eq!(setting(&mut connect(&postgres).await, "work_mem").await, "7MB");
    postgres.stop().await;
}

#[tokio::test]
async fn a_server_that_is_killed_comes_back_with_what_was_committed() {
    let folder = Folder::new();
    let postgres = Postgres::start(PostgresConfig { is_durable: true, ..folder.config() }).await.unwrap();
    let mut connection = connect(&postgres).await;
    sqlx::raw_sql("CREATE TABLE note (text text); INSERT INTO note VALUES ('kept')")
        .execute(&mut connection)
        .await
        .unwrap();
    let first = server_pid(postgres.cluster());
    kill_process(first, Signal::KILL).unwrap();
    let mut connection = loop {
        if let Ok(connection) = PgConnection::connect(&postgres.url()).await
            && server_pid(postgres.cluster()) != first
        {
            break connection;
        }
        tokio::task::yield_now().await;
    };
    let text: String = sqlx::query_scalar("SELECT text FROM note").fetch_one(&mut connection).await.unwrap();
    assert_eq!(text, "kept");
    postgres.stop().await;
}

#[tokio::test]
async fn a_server_that_was_left_behind_is_taken_over() {
    let folder = Folder::new();
    let cluster = abandoned(folder.config());
    let abandoned = server_pid(&cluster);
    assert!(rustix::process::test_kill_process(abandoned).is_ok(), "it lives on without its bt");

    let postgres = Postgres::start(folder.config()).await.unwrap();
    assert_ne!(server_pid(&cluster), abandoned);
    connect(&postgres).await;
    postgres.stop().await;
}

#[tokio::test]
async fn a_server_that_was_left_behind_can_be_stopped_without_a_start() {
    let folder = Folder::new();
    let data_dir = folder.config().data_dir;
    assert!(!Postgres::stop_leftover(&data_dir).await.unwrap(), "there is no data directory yet");
    abandoned(folder.config());
    assert!(Postgres::stop_leftover(&data_dir).await.unwrap());
    assert!(!Postgres::stop_leftover(&data_dir).await.unwrap());
}

/// What `kill -9` of bt leaves: nothing is stopped, nobody keeps it, and the lock is gone. Returns the cluster.
fn abandoned(config: PostgresConfig) -> PathBuf {
    let bt = std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
        let postgres = runtime.block_on(Postgres::start(config)).unwrap();
        let cluster = postgres.cluster().to_owned();
        let lock = cluster.with_file_name("lock");
        fs::rename(&lock, lock.with_file_name("lock of the dead")).unwrap();
        std::mem::forget(postgres);
        // The task that keeps the server ends with its runtime.
        runtime.shutdown_timeout(std::time::Duration::from_secs(5));
        cluster
    });
    bt.join().unwrap()
}

#[tokio::test]
async fn a_process_file_with_the_number_of_somebody_else_is_no_obstacle() {
    let folder = Folder::new();
    let postgres = Postgres::start(folder.config()).await.unwrap();
    let cluster = postgres.cluster().to_owned();
    let text = fs::read_to_string(cluster.join("postmaster.pid")).unwrap();
    postgres.stop().await;
    let rest = text.split_once('\n').unwrap().1;
    let own = std::process::id();
    for stale in [format!("{own}\n{rest}"), format!("4000001\n{rest}")] {
        fs::write(cluster.join("postmaster.pid"), stale).unwrap();
        let postgres = Postgres::start(folder.config()).await.unwrap();
        connect(&postgres).await;
        postgres.stop().await;
    }
}

#[tokio::test]
async fn a_second_start_on_the_same_folder_is_refused_and_disturbs_nothing() {
    let folder = Folder::new();
    let postgres = Postgres::start(folder.config()).await.unwrap();
    let refused = Postgres::start(folder.config()).await.unwrap_err();
    assert!(matches!(refused, PostgresError::InUse { .. }), "{refused}");
    let message = refused.to_string();
    assert!(message.contains(&format!("process {}", std::process::id())), "{message}");
    assert!(message.contains("bt down"), "{message}");
    let data_dir = folder.config().data_dir;
    assert_eq!(Postgres::url_of_running(&data_dir).unwrap(), Some(postgres.url()));
    connect(&postgres).await;
    postgres.stop().await;
    assert_eq!(Postgres::url_of_running(&data_dir).unwrap(), None);
}

#[tokio::test]
async fn data_of_another_major_version_is_refused_with_the_way_out() {
    let folder = Folder::new();
    let postgres = Postgres::start(folder.config()).await.unwrap();
    let cluster = postgres.cluster().to_owned();
    postgres.stop().await;
    fs::write(cluster.join("PG_VERSION"), "9\n").unwrap();
    let refused = Postgres::start(folder.config()).await.unwrap_err();
    let PostgresError::OtherVersion { cluster: 9, .. } = &refused else { panic!("{refused}") };
    assert!(refused.to_string().contains("pg_upgrade"), "{refused}");
    assert!(refused.to_string().contains("pg_dump"), "{refused}");
}

#[tokio::test]
async fn a_setup_that_was_cut_off_is_done_again() {
    let folder = Folder::new();
    let home = folder.config().data_dir.join("postgres");
    fs::create_dir_all(home.join("cluster.unfinished-1/base")).unwrap();
    for passable in [&folder.config().data_dir, &home] {
        fs::set_permissions(passable, fs::Permissions::from_mode(0o755)).unwrap();
    }
    let postgres = Postgres::start(folder.config()).await.unwrap();
    connect(&postgres).await;
    postgres.stop().await;
    assert!(!home.join("cluster.unfinished-1").exists());
}

#[tokio::test]
async fn a_path_too_long_for_a_socket_still_works() {
    let folder = Folder::new();
    let long = folder.0.join("a-folder-with-a-long-name/".repeat(6)).join("and, 'odd' characters");
    let postgres = Postgres::start(config_in(&long)).await.unwrap();
    connect(&postgres).await;
    let sockets = PathBuf::from(setting(&mut connect(&postgres).await, "unix_socket_directories").await);
    assert!(sockets.starts_with("/tmp"), "{}", sockets.display());
    postgres.stop().await;
    assert!(!sockets.exists(), "a folder outside the data directory is not left behind");
}

#[tokio::test]
async fn binaries_that_are_not_there_are_named_together_with_the_remedy() {
    let folder = Folder::new();
    let config = PostgresConfig { binaries: Some(folder.0.join("nothing")), ..folder.config() };
    let error = Postgres::start(config).await.unwrap_err();
    assert!(matches!(error, PostgresError::NoBinaries { .. }), "{error}");
    assert!(error.to_string().contains("nothing/initdb"), "{error}");
    assert!(error.to_string().contains("apt-get install postgresql"), "{error}");
}

#[tokio::test]
async fn a_server_that_cannot_start_shows_the_end_of_its_log() {
    let folder = Folder::new();
    let postgres = Postgres::start(folder.config()).await.unwrap();
    let cluster = postgres.cluster().to_owned();
    postgres.stop().await;
    fs::write(cluster.join("local.conf"), "no_such_setting = 1\n").unwrap();
    fs::set_permissions(cluster.join("local.conf"), fs::Permissions::from_mode(0o644)).unwrap();
    let error = Postgres::start(folder.config()).await.unwrap_err();
    assert!(matches!(error, PostgresError::DidNotStart { .. }), "{error}");
    assert!(error.to_string().contains("no_such_setting"), "{error}");
}

#[tokio::test]
async fn below_a_folder_that_only_root_may_enter_the_data_lies_elsewhere_and_is_found_again() {
    if !rustix::process::geteuid().is_root() {
        println!("left out, for want of root: a data directory that the server's account cannot reach");
        return;
    }
    let folder = Folder::new();
    fs::set_permissions(&folder.0, fs::Permissions::from_mode(0o700)).unwrap();
    let postgres = Postgres::start(folder.config()).await.unwrap();
    assert!(!postgres.cluster().starts_with(&folder.0), "{}", postgres.cluster().display());
    let cluster = postgres.cluster().to_owned();
    postgres.stop().await;
    // Opening the folder later does not make it begin with an empty database.
    fs::set_permissions(&folder.0, fs::Permissions::from_mode(0o755)).unwrap();
    let postgres = Postgres::start(folder.config()).await.unwrap();
    assert_eq!(postgres.cluster(), cluster);
    postgres.stop().await;

    let home = cluster.parent().unwrap();
    let away = home.with_extension("away");
    fs::rename(home, &away).unwrap();
    let error = Postgres::start(folder.config()).await.unwrap_err();
    assert!(matches!(error, PostgresError::Gone { .. }), "{error}");
    fs::rename(&away, home).unwrap();
}

#[tokio::test]
async fn a_cluster_that_was_given_to_root_is_refused_with_the_command_to_give_it_back() {
    if !rustix::process::geteuid().is_root() {
        println!("left out, for want of root: a cluster that belongs to root");
        return;
    }
    let folder = Folder::new();
    let postgres = Postgres::start(folder.config()).await.unwrap();
    let cluster = postgres.cluster().to_owned();
    postgres.stop().await;
    std::os::unix::fs::chown(&cluster, Some(0), Some(0)).unwrap();
    let error = Postgres::start(folder.config()).await.unwrap_err();
    assert!(error.to_string().contains("chown -R postgres"), "{error}");
}
