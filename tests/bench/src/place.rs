//! Where a measurement takes place: a fresh Postgres of its own in a folder that goes away.

use std::path::PathBuf;

use anyhow::Context as _;
use database::config::DatabaseConfig;
use database::connect::Database;
use processes::postgres::{Postgres, PostgresConfig, RunningPostgres};

/// A fresh database.
pub(crate) struct Place {
    folder: PathBuf,
    postgres: RunningPostgres,
}

impl Place {
    /// Starts a durable Postgres with an empty database.
    pub(crate) async fn fresh(name: &str) -> anyhow::Result<Self> {
        let folder = std::env::temp_dir().join(format!("bt-bench-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&folder).context("no folder for the measurement")?;
        let postgres = Postgres::start(PostgresConfig::new(&folder)).await?;
        Ok(Self { folder, postgres })
    }

    /// Where it listens.
    pub(crate) fn url(&self) -> String {
        self.postgres.url()
    }

    /// A store over it.
    pub(crate) async fn store(&self) -> anyhow::Result<Database> {
        Ok(Database::connect(&DatabaseConfig::new(self.url())).await?)
    }

    /// Stops it and removes the folder.
    pub(crate) async fn leave(self) -> anyhow::Result<()> {
        self.postgres.stop().await;
        std::fs::remove_dir_all(&self.folder).context("the folder of the measurement stays")
    }
}

/// The settings that lead `bt` to a database and a stand-in.
pub(crate) fn settings(place: &Place, base_url: &str) -> Vec<(&'static str, String)> {
    let names = [
        "BT_SIS_COURSES_APP_ID",
        "BT_SIS_COURSES_APP_KEY",
        "BT_SIS_CLASSES_APP_ID",
        "BT_SIS_CLASSES_APP_KEY",
        "BT_SIS_TERMS_APP_ID",
        "BT_SIS_TERMS_APP_KEY",
    ];
    let mut settings = vec![("BT_DATABASE_URL", place.url()), ("BT_SIS_BASE_URL", base_url.to_owned())];
    settings.extend(names.into_iter().map(|name| (name, "bench".to_owned())));
    settings
}
