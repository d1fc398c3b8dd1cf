//! Builds the adapters and services out of the settings. The only place where they meet.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use answers::config::AnswersConfig;
use answers::shared::SharedTier;
use answers::tiers::Answers;
use anyhow::Context;
use api::graphql::limits::Limits;
use api::service::{Api, Ports};
use cache::config::RedisConfig;
use cache::tier::RedisTier;
use catalog::guard::Guard;
use catalog::ports::{CatalogSource, CatalogStore};
use catalog::published::PublishedCatalog;
use clock::Clock;
use database::config::DatabaseConfig;
use database::connect::Database;
use httpkit::limits::RateLimitConfig;
use jiff::Timestamp;
use platform::names::Environment;
use platform::ports::{PortError, ViewStore as _};
use platform::view::{Phase, SupervisorView};
use processes::claim::Claim;
use processes::postgres::{Postgres, PostgresConfig, PostgresError, RunningPostgres};
use processes::releases::ReleaseFolder;
use secrecy::SecretString;
use sis::config::{KeyPair, Keys, SisConfig};
use sis::source::Sis;
use standin::config::StandinConfig;
use standin::server::Standin;
use statefiles::StateFiles;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use updater::config::UpdaterConfig;
use updater::nightly::Updater;

use crate::screen::Screen;
use crate::settings::{Secret, Settings};

/// Everything that a command is given.
pub(crate) struct World {
    pub(crate) settings: Settings,
    /// The folder in which `bt` was started.
    pub(crate) folder: PathBuf,
    /// Flags that set another process of this program like this one.
    pub(crate) again: Vec<String>,
    /// The environment of the processes that we start: settings, and what every program expects.
    pub(crate) variables: BTreeMap<String, String>,
    /// Where systemd listens, when it started us.
    pub(crate) notify_socket: Option<OsString>,
    /// Where the house is reached on this machine, when a `bt up` started us.
    pub(crate) house_address: Option<String>,
    /// Where this person's own files are.
    pub(crate) home: Option<PathBuf>,
    /// The folders of the PATH.
    pub(crate) path: Vec<PathBuf>,
    pub(crate) clock: Arc<dyn Clock>,
    /// Everything stops when this is cancelled.
    pub(crate) shutdown: CancellationToken,
    pub(crate) screen: Screen,
}

/// Whether another `bt`'s embedded Postgres will do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sharing {
    /// It must be our own: we outlive others.
    Own,
    /// That of a running `bt up` will do.
    Shared,
}

impl World {
    pub(crate) fn data_dir(&self) -> PathBuf {
        self.folder.join(&self.settings.data_dir)
    }

    /// Whether the database is ours to back up.
    pub(crate) fn has_backups(&self) -> bool {
        self.settings.backup_enabled && self.settings.database_url.is_none()
    }

    /// The people who may see the logs. Nobody may while the file is not there.
    pub(crate) fn operators_file(&self) -> PathBuf {
        let set = self.settings.edge_operators.as_ref().map(|file| self.folder.join(file));
        set.unwrap_or_else(|| self.data_dir().join("operators"))
    }

    /// What is known without the database.
    pub(crate) fn files(&self) -> StateFiles {
        StateFiles::at(&self.data_dir())
    }

    /// What the supervisor of this data directory sees; `None` when none runs. It is old when the supervisor cannot write
    /// it, as on a full disk.
    pub(crate) async fn running_view(&self) -> Result<Option<SupervisorView>, PortError> {
        let view = self.files().view().await?;
        let is_there = |view: &SupervisorView| view.supervisor.phase != Phase::Stopped && self.is_claimed();
        Ok(view.filter(is_there))
    }

    /// Whether a `bt up` runs on this data directory.
    pub(crate) fn is_claimed(&self) -> bool {
        Claim::is_held(&self.data_dir())
    }

    /// A moment as people of the campus write it.
    pub(crate) fn local(&self, moment: Timestamp) -> String {
        moment.to_zoned(self.settings.campus_time_zone.0.clone()).strftime("%Y-%m-%d %H:%M %Z").to_string()
    }

    pub(crate) fn postgres_config(&self) -> PostgresConfig {
        let binaries = self.settings.postgres_binaries.as_ref().map(|folder| self.folder.join(folder));
        PostgresConfig {
            binaries,
            search: self.path.clone(),
            may_download: self.settings.postgres_may_download,
            archives: self.has_backups(),
            ..PostgresConfig::new(self.data_dir())
        }
    }

    pub(crate) fn database_config(&self, url: SecretString) -> DatabaseConfig {
        DatabaseConfig { max_connections: self.settings.database_max_connections.small(), ..DatabaseConfig::new(url) }
    }

    /// Connects to the database, which is started when it is the embedded one.
    pub(crate) async fn open_base(&self, sharing: Sharing) -> anyhow::Result<Base> {
        let (url, postgres) = match &self.settings.database_url {
            Some(url) => (url.0.clone(), None),
            None => self.start_postgres(sharing).await?,
        };
        let connected = Database::connect(&self.database_config(url)).await;
        match connected.context("the database cannot be used") {
            Ok(database) => {
                let is_of_a_house = self.settings.database_url.is_none() && postgres.is_none();
                Ok(Base { database, postgres, is_of_a_house })
            }
            Err(error) => {
                stop(postgres).await;
                Err(error)
            }
        }
    }

    async fn start_postgres(&self, sharing: Sharing) -> anyhow::Result<(SecretString, Option<RunningPostgres>)> {
        match Postgres::start(self.postgres_config()).await {
            Ok(postgres) => Ok((postgres.url().into(), Some(postgres))),
            Err(error @ PostgresError::InUse { .. }) if sharing == Sharing::Shared => {
                let running = Postgres::url_of_running(&self.data_dir())?;
                // It may just have ended.
                running.map(|url| (url.into(), None)).ok_or_else(|| error.into())
            }
            Err(error) => Err(error.into()),
        }
    }

    /// The source of the catalog: SIS when its keys are set, else a stand-in within this process.
    pub(crate) async fn open_source(&self) -> anyhow::Result<Source> {
        if let Some(keys) = self.sis_keys() {
            return Ok(Source { sis: Arc::new(self.sis(self.settings.sis_base_url.0.clone(), keys)?), standin: None });
        }
        let clock = Arc::clone(&self.clock);
        let config = self.demo_config();
        let standin = tokio::task::spawn_blocking(move || Standin::build(config, clock)).await??;
        let listener = TcpListener::bind("127.0.0.1:0").await.context("no port is free for the stand-in of SIS")?;
        let base_url = format!("http://{}/sis", listener.local_addr()?);
        tracing::info!(base_url, "no keys of SIS are set: a made-up demo campus stands in for it");
        let stopping = CancellationToken::new();
        let serving = {
            let (standin, stopping) = (standin.clone(), stopping.clone());
            tokio::spawn(async move {
                if let Err(error) = standin.serve(listener, stopping).await {
                    tracing::error!(%error, "the stand-in of SIS ended");
                }
            })
        };
        let sis = Arc::new(self.sis(base_url, standin_keys())?);
        Ok(Source { sis, standin: Some(RunningStandin { standin, stopping, serving }) })
    }

    /// The made-up campus.
    pub(crate) fn demo_config(&self) -> StandinConfig {
        let (seed, courses) = (self.settings.demo_seed.get(), self.settings.demo_courses.small() as usize);
        StandinConfig {
            source: standin::config::Source::Demo { seed, courses },
            time_zone: self.settings.campus_time_zone.0.clone(),
            ..StandinConfig::demo(seed)
        }
    }

    fn sis(&self, base_url: String, keys: Keys) -> anyhow::Result<Sis> {
        let settings = &self.settings;
        let config = SisConfig {
            courses_version: settings.sis_courses_version,
            terms_version: settings.sis_terms_version,
            page_size: settings.sis_page_size.small(),
            concurrency: settings.sis_concurrency.small() as usize,
            request_timeout: settings.sis_request_timeout_seconds.get(),
            retries: settings.sis_retries.small(),
            run_budget: settings.sis_run_budget_seconds.get(),
            time_zone: settings.campus_time_zone.0.clone(),
            ..SisConfig::new(base_url, keys)
        };
        Ok(Sis::new(config, Arc::clone(&self.clock))?)
    }

    /// The keys that are set. A stand-in on this machine, started by `bt sis`, takes any.
    pub(crate) fn sis_keys(&self) -> Option<Keys> {
        let settings = &self.settings;
        let pair = |id: &Option<Secret>, key: &Option<Secret>| {
            Some(KeyPair::new(id.as_ref()?.0.clone(), key.as_ref()?.0.clone()))
        };
        let keys = || {
            Some(Keys {
                courses: pair(&settings.sis_courses_app_id, &settings.sis_courses_app_key)?,
                classes: pair(&settings.sis_classes_app_id, &settings.sis_classes_app_key)?,
                terms: pair(&settings.sis_terms_app_id, &settings.sis_terms_app_key)?,
            })
        };
        keys().or_else(|| settings.sis_base_url.is_on_this_machine().then(standin_keys))
    }

    pub(crate) fn updater_config(&self) -> UpdaterConfig {
        let settings = &self.settings;
        let percent = u8::try_from(settings.update_guard_percent.get()).unwrap_or(100);
        UpdaterConfig {
            guard: Guard::new(percent),
            terms_back: settings.update_terms_back.small() as usize,
            ..UpdaterConfig::for_campus(settings.campus_time_zone.0.clone())
        }
    }

    pub(crate) fn updater(&self, config: UpdaterConfig, base: &Base, source: &Source) -> Updater {
        let sis: Arc<dyn CatalogSource> = source.sis.clone();
        Updater::new(config, sis, base.store(), Arc::clone(&self.clock))
    }

    pub(crate) fn web_config(&self, environment: &Environment) -> web::config::Config {
        let settings = &self.settings;
        let own_url = settings.own_url(environment);
        web::config::Config {
            site_name: settings.site_name.clone(),
            public_url: settings.public_url(),
            secure_cookies: own_url.as_ref().is_some_and(|url| url.starts_with("https:")),
            own_url,
            sends_mail: settings.mail_smtp_url.is_some(),
            results_per_page: settings.site_results_per_page.small() as usize,
            time_zone: settings.campus_time_zone.0.clone(),
        }
    }
}

impl World {
    /// The API, over the catalog that the process holds.
    ///
    /// # Errors
    /// When the program cannot read itself.
    pub(crate) fn api(
        &self,
        base: &Base,
        catalog: &Arc<dyn PublishedCatalog>,
        environment: &Environment,
    ) -> anyhow::Result<Api> {
        let ports = Ports {
            catalog: Arc::clone(catalog),
            accounts: Arc::new(base.database.clone()),
            sessions: Arc::new(base.database.clone()),
            schedules: Arc::new(base.database.clone()),
            clock: Arc::clone(&self.clock),
        };
        let limit_bytes = self.settings.cache_memory_mib.get() * 1024 * 1024;
        let config = AnswersConfig { name: "api", limit_bytes, ..AnswersConfig::default() };
        let answers = Answers::new(config, self.shared_tier()?);
        Ok(api::service::build(self.api_config(environment)?, ports, answers))
    }

    fn shared_tier(&self) -> anyhow::Result<Option<Arc<dyn SharedTier>>> {
        let Some(config) = self.redis_config() else { return Ok(None) };
        let tier = RedisTier::start(&config).context("cache.url")?;
        Ok(Some(Arc::new(tier)))
    }

    /// Where finished answers are shared; `None` when they are not.
    pub(crate) fn redis_config(&self) -> Option<RedisConfig> {
        let url = self.settings.cache_url.as_ref()?;
        Some(RedisConfig { prefix: self.settings.cache_namespace.clone(), ..RedisConfig::at(url.0.clone()) })
    }

    fn api_config(&self, environment: &Environment) -> anyhow::Result<api::config::Config> {
        let release = ReleaseFolder::name_of(&crate::release::program()?)?.to_string();
        let rate_limit = RateLimitConfig {
            requests_per_minute: self.settings.api_requests_per_minute.small(),
            burst: self.settings.api_burst.small(),
            ..RateLimitConfig::default()
        };
        let most = |count: u64| usize::try_from(count).unwrap_or(usize::MAX);
        let limits = Limits::default();
        let graphql = Limits {
            depth: limits.depth.of(most(self.settings.graphql_depth.get())),
            aliases: limits.aliases.of(most(self.settings.graphql_aliases.get())),
            cost: limits.cost.of(most(self.settings.graphql_cost.get())),
            page: limits.page.of(most(self.settings.graphql_page.get())),
            ..limits
        };
        Ok(api::config::Config {
            site_name: self.settings.site_name.clone(),
            public_url: self.settings.public_url(),
            own_url: self.settings.own_url(environment),
            release,
            rate_limit,
            graphql,
            slow_operation: Duration::from_millis(self.settings.api_slow_ms.get()),
            test_identities: self.settings.api_test_identities,
            sample_people: self.has_sample_people(),
            time_zone: self.settings.campus_time_zone.0.clone(),
        })
    }
}

fn standin_keys() -> Keys {
    Keys::same(&KeyPair::new("stand-in", "stand-in"))
}

/// The database, and the server when it is ours to stop.
pub(crate) struct Base {
    pub(crate) database: Database,
    postgres: Option<RunningPostgres>,
    /// Whether a `bt up` keeps it, and its schema with it.
    is_of_a_house: bool,
}

/// How long one waits for a schema that a `bt up` is just bringing up to date.
const SCHEMA_PATIENCE: Duration = Duration::from_secs(30);

impl Base {
    /// Brings the schema up to date, or, where a `bt up` does that, makes sure that this release can live with it.
    pub(crate) async fn prepare(&self) -> anyhow::Result<()> {
        if self.is_of_a_house {
            return self.check_schema().await;
        }
        Ok(self.database.migrate().await?)
    }

    /// Makes sure that this release can live with the schema.
    pub(crate) async fn check_schema(&self) -> anyhow::Result<()> {
        Ok(self.database.check_serving(SCHEMA_PATIENCE).await?)
    }

    pub(crate) fn store(&self) -> Arc<dyn CatalogStore> {
        Arc::new(self.database.clone())
    }

    /// Puts it away after some work. When that failed because the server broke down, says why it did.
    pub(crate) async fn close<T>(self, done: &anyhow::Result<T>) {
        self.database.close().await;
        let alarms = self.postgres.as_ref().and_then(RunningPostgres::alarms);
        if let (Err(_), Some(alarms)) = (done, alarms) {
            tracing::error!("the database: {alarms}");
        }
        stop(self.postgres).await;
    }
}

async fn stop(postgres: Option<RunningPostgres>) {
    if let Some(postgres) = postgres {
        postgres.stop().await;
    }
}

/// Where the catalog comes from.
pub(crate) struct Source {
    pub(crate) sis: Arc<Sis>,
    standin: Option<RunningStandin>,
}

struct RunningStandin {
    standin: Standin,
    stopping: CancellationToken,
    serving: JoinHandle<()>,
}

impl Source {
    /// The stand-in, when it is not the real SIS.
    pub(crate) fn standin(&self) -> Option<&Standin> {
        self.standin.as_ref().map(|running| &running.standin)
    }

    pub(crate) async fn close(self) {
        // Idle connections to the stand-in end with their client, and it waits for them.
        drop(self.sis);
        if let Some(running) = self.standin {
            running.stopping.cancel();
            // Its panic, if any, was logged.
            let _ = running.serving.await;
        }
    }
}
