//! A real Postgres for tests: one server for all test processes of a run, a fresh database for each test.

mod cluster;

use std::path::Path;
use std::sync::atomic::{AtomicU32, Ordering};

use sqlx::postgres::PgConnectOptions;
use sqlx::{AssertSqlSafe, Connection, PgConnection};

/// An empty database on the shared test server. It is removed when this is dropped.
#[derive(Debug)]
pub struct TestPostgres {
    name: String,
    socket_folder: &'static Path,
}

impl TestPostgres {
    /// Makes a database; the first caller of a run starts the server, which takes about a second.
    ///
    /// # Panics
    /// When no Postgres is installed, or it does not start: the message says why.
    pub async fn new_database() -> Self {
        static COUNTER: AtomicU32 = AtomicU32::new(0);
        let number = COUNTER.fetch_add(1, Ordering::Relaxed);
        let name = format!("test_{}_{number}", std::process::id());
        let database = Self { name, socket_folder: cluster::socket_folder() };
        // A process of the same number may have been killed before it could clean up.
        database.on_server(format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", database.name)).await;
        database.on_server(format!("CREATE DATABASE {}", database.name)).await;
        database
    }

    /// Where it is: `postgres://bt@/name?host=/folder/of/the/socket`.
    #[must_use]
    pub fn url(&self) -> String {
        format!("postgres://bt@/{}?host={}", self.name, self.socket_folder.display())
    }

    /// A connection to look behind the scenes with.
    ///
    /// # Panics
    /// When the server does not answer.
    pub async fn connection(&self) -> PgConnection {
        PgConnection::connect_with(&self.options(&self.name)).await.expect("the test server answers")
    }

    /// Ends every connection to this database but the caller's, as a crash or an administrator would.
    ///
    /// # Panics
    /// When the server does not answer.
    pub async fn kill_connections(&self) {
        let kill = format!(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{}' AND pid <> pg_backend_pid()",
            self.name
        );
        self.on_server(kill).await;
    }

    async fn on_server(&self, statement: String) {
        let mut server = PgConnection::connect_with(&self.options("postgres")).await.expect("the test server answers");
        sqlx::query(AssertSqlSafe(statement)).execute(&mut server).await.expect("the test server does it");
    }

    fn options(&self, database: &str) -> PgConnectOptions {
        PgConnectOptions::new_without_pgpass().socket(self.socket_folder).username("bt").database(database)
    }
}

impl Drop for TestPostgres {
    fn drop(&mut self) {
        // Dropping is not async and may happen inside a runtime: the goodbye needs a thread with one of its own.
        let statement = format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name);
        std::thread::scope(|scope| {
            scope.spawn(|| {
                let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
                runtime.expect("a small runtime").block_on(self.on_server(statement));
            });
        });
    }
}
