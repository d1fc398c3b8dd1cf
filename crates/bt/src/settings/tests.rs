//! The settings as people meet them: written in some place, read, refused, shown.

use std::fs;
use std::path::Path;

use platform::bans::{BanCounts, BanPolicy};
use secrecy::ExposeSecret;

use super::*;

/// A folder that goes away with the test.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("bt-settings-{name}-{}", std::process::id()));
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn with_file(name: &str, text: &str) -> Self {
        let folder = Self::new(name);
        fs::write(folder.0.join("berkeleytime.toml"), text).unwrap();
        folder
    }

    fn sources(&self) -> Sources {
        Sources { folder: self.0.clone(), ..Sources::default() }
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        fs::remove_dir_all(&self.0).unwrap();
    }
}

fn read(sources: &Sources) -> Settings {
    Settings::read(sources).unwrap().0
}

fn problems(sources: &Sources) -> String {
    Settings::read(sources).map(|_| ()).unwrap_err().to_string()
}

fn flag(name: &str, value: &str) -> (String, String, String) {
    ("--set".to_owned(), name.to_owned(), value.to_owned())
}

#[test]
fn without_anything_the_defaults_of_the_table_hold() {
    let folder = Folder::new("defaults");
    let settings = read(&folder.sources());
    assert_eq!(settings.listen.to_string(), "127.0.0.1:8080");
    assert_eq!(settings.update_guard_percent.get(), 90);
    assert!(settings.database_url.is_none());
}

#[test]
fn flags_win_over_the_environment_and_that_over_the_file() {
    let folder = Folder::with_file("order", "[sis]\npage_size = 10\nconcurrency = 2\nretries = 1\n");
    let mut sources = folder.sources();
    sources.environment.insert("BT_SIS_PAGE_SIZE".into(), "20".into());
    sources.environment.insert("BT_SIS_CONCURRENCY".into(), "3".into());
    sources.flags.push(flag("sis.page_size", "30"));
    let settings = read(&sources);
    assert_eq!(settings.sis_page_size.get(), 30);
    assert_eq!(settings.sis_concurrency.get(), 3);
    assert_eq!(settings.sis_retries.get(), 1);
}

#[test]
fn unknown_names_in_the_file_and_in_the_environment_stop_the_start_and_name_the_nearest() {
    let folder = Folder::with_file("unknown", "lisen = \"x\"\n[siss]\npage_size = 1\n[colours]\nblue = 1\n");
    let mut sources = folder.sources();
    sources.environment.insert("BT_DATABASE_URI".into(), "postgres://secret@x/y".into());
    let text = problems(&sources);
    assert!(text.contains("no setting `lisen`; did you mean `listen`?"), "{text}");
    assert!(text.contains("no setting `siss.page_size`; did you mean `sis.page_size`?"), "{text}");
    assert!(text.contains("no setting `colours.blue`; `bt config explain` lists them all"), "{text}");
    assert!(text.contains("no setting `BT_DATABASE_URI`; did you mean `BT_DATABASE_URL`?"), "{text}");
    assert!(text.contains("berkeleytime.toml: "), "{text}");
    assert!(!text.contains("secret@x"), "{text}");
}

#[test]
fn a_value_out_of_bounds_is_refused_with_its_place_and_its_bounds() {
    let folder = Folder::with_file("bounds", "listen = 8080\n[sis]\npage_size = 0\nretries = [1]\n");
    let text = problems(&folder.sources());
    assert!(text.contains("berkeleytime.toml: sis.page_size is `0`, expected a whole number from 1 to 500"), "{text}");
    assert!(text.contains("berkeleytime.toml: listen is `8080`, expected an address and a port"), "{text}");
    assert!(text.contains("sis.retries is a list or table, expected a whole number"), "{text}");
}

#[test]
fn there_is_one_way_to_sign_in() {
    let nameless = "[sign_in]\nclient_id = \"a\"\nclient_secret = \"top secret\"\n";
    let nowhere = Folder::with_file("nowhere", nameless);
    assert!(problems(&nowhere.sources()).contains("Set site.public_url"));
    let provider = format!("site.public_url = \"https://bt.example\"\n{nameless}");
    let folder = Folder::with_file("provider", &provider);
    let settings = read(&folder.sources());
    assert_eq!((settings.sign_in_sample, settings.sign_in_hosted_domain.as_str()), (None, "berkeley.edu"));
    let both = Folder::with_file("both-ways", &format!("{provider}sample = true\n"));
    let text = problems(&both.sources());
    assert!(text.contains("sign_in.sample is on beside a real sign-in provider") && !text.contains("top secret"));
    let half = Folder::with_file("half", "[sign_in]\nclient_id = \"a\"\n");
    assert!(problems(&half.sources()).contains("sign_in.client_secret is not set"));
    let real = Folder::with_file("sample-on-real", "[sign_in]\nsample = true\n[sis]\nterms_app_id = \"a\"\n");
    assert!(problems(&real.sources()).contains("sign_in.sample is on beside"));
}

#[test]
fn test_identities_are_refused_beside_keys_of_the_real_source() {
    let folder = Folder::with_file("identities", "[api]\ntest_identities = true\n");
    assert!(read(&folder.sources()).api_test_identities, "demo data is for trying things out");
    let mut sources = folder.sources();
    sources.environment.insert("BT_SIS_TERMS_APP_ID".into(), "hush-id".into());
    let text = problems(&sources);
    assert!(text.contains("api.test_identities is on, and keys of SIS are set"), "{text}");
}

#[test]
fn settings_of_the_edge_that_do_nothing_together_are_refused() {
    let folder = Folder::with_file("edge", "[edge]\nproxy_protocol = true\n[bans]\nfirst_minutes = 1441\n");
    let text = problems(&folder.sources());
    assert!(text.contains("edge.proxy_protocol is on, and trusted_proxies names no proxy"), "{text}");
    assert!(text.contains("bans.first_minutes is longer than bans.longest_hours"), "{text}");
    let right = "trusted_proxies = \"10.0.0.0/8\"\n[edge]\nproxy_protocol = true\n[bans]\nfirst_minutes = 1440\n";
    let settings = read(&Folder::with_file("edge-right", right).sources());
    assert!(settings.edge_proxy_protocol);
}

#[test]
fn the_header_of_trusted_proxies_is_one_of_two_in_any_spelling() {
    let folder = Folder::with_file("header", "trusted_header = \"X-Real-IP\"\n");
    let text = problems(&folder.sources());
    assert!(text.contains("trusted_header is `X-Real-IP`, expected x-forwarded-for or forwarded"), "{text}");
    let folder = Folder::with_file("header-right", "trusted_header = \"Forwarded\"\n");
    assert_eq!(read(&folder.sources()).trusted_header, ForwardedBy::Forwarded);
}

#[test]
fn rules_of_bans_are_set_as_the_platform_means_them() {
    let settings = read(&Folder::new("bans").sources());
    let counts = BanCounts {
        wrong_passwords: settings.bans_wrong_passwords.small(),
        hostile_requests: settings.bans_hostile_requests.small(),
        missing_pages: settings.bans_missing_pages.small(),
        refused_requests: settings.bans_refused_requests.small(),
    };
    let usual = BanPolicy::default();
    assert_eq!(BanPolicy::counting(counts).rules, usual.rules);
    assert_eq!(settings.bans_first_minutes.get() * 60, u64::from(usual.first_seconds));
    assert_eq!(settings.bans_longest_hours.get() * 3_600, u64::from(usual.longest_seconds));
}

#[test]
fn what_needs_another_setting_is_refused_without_it() {
    for (setting, missing) in [
        ("[backup]\ns3_key = \"hush\"\n", "backup.s3_key is set, and backup.s3_key_id is not"),
        ("[certificates]\neab_id = \"a\"\n", "certificates.eab_id is set, and certificates.eab_key is not"),
        (
            "[certificates]\ndns_server = \"192.0.2.53:53\"\n",
            "certificates.dns_server is set, and certificates.dns_key_name is not",
        ),
        ("[certificates]\nwildcard = true\n", "nothing can write the records"),
        ("[certificates]\nchallenge = \"dns-01\"\n", "nothing can write the records"),
        ("[alarms]\nmail_to = \"me@example.edu\"\n", "alarms.mail_to is set, and mail.smtp_url is not"),
        ("[reports]\nmail_to = \"me@example.edu\"\n", "reports.mail_to is set, and mail.smtp_url is not"),
        ("[reports]\nmail_to = \"me\"\n", "expected one mail address"),
    ] {
        let text = problems(&Folder::with_file("pairs", setting).sources());
        assert!(text.contains(missing) && text.lines().count() == 1, "{setting}: {text}");
    }
    let right = "[certificates]\nwildcard = true\ndns_hook = \"hook\"\n";
    assert!(read(&Folder::with_file("pairs-right", right).sources()).certificates_wildcard);
}

#[test]
fn lists_may_be_lists_or_texts_with_commas() {
    let folder = Folder::with_file(
        "lists",
        "trusted_proxies = [\"10.0.0.0/8\", \"fd00::/8\"]\n[edge]\nstaging_networks = \"192.0.2.0/24, 198.51.100.7\"\n",
    );
    let settings = read(&folder.sources());
    assert_eq!(settings.trusted_proxies.list.len(), 2);
    assert_eq!(settings.edge_staging_networks.list.len(), 2);
    let folder = Folder::with_file("lists-wrong", "trusted_proxies = [10, 172]\n[site]\nname = [\"a\"]\n");
    let text = problems(&folder.sources());
    assert!(text.contains("trusted_proxies is a list or table, expected addresses or networks"), "{text}");
    assert!(text.contains("site.name is a list or table, expected a text"), "{text}");
}

#[test]
fn a_password_in_an_address_is_shown_nowhere() {
    let folder = Folder::with_file("address", "[certificates]\ndirectory = \"https://me:hush@acme.example/dir\"\n");
    let (_, layers) = Settings::read(&folder.sources()).unwrap();
    let text = explain(&layers);
    assert!(text.contains("https://(hidden)@acme.example/dir") && !text.contains("hush"), "{text}");
    let folder = Folder::with_file(
        "address-wrong",
        "[backup]\nto = \"s3://id:hush@bucket\"\n[sis]\nbase_url = \"https://me:hush@x\"\n",
    );
    let text = problems(&folder.sources());
    assert!(text.contains("backup.to is `s3://(hidden)@bucket`, expected a folder, or s3://BUCKET"), "{text}");
    assert!(text.contains("sis.base_url is `https://(hidden)@x`") && !text.contains("hush"), "{text}");
}

#[test]
fn the_address_of_a_cache_is_checked_and_never_shown() {
    let folder = Folder::with_file("cache", "[cache]\nurl = \"http://:hush-hush@x\"\n");
    let text = problems(&folder.sources());
    assert!(text.contains("cache.url is not what it should be (the value is not shown)"), "{text}");
    assert!(!text.contains("hush"), "{text}");
    let folder = Folder::with_file("cache-2", "[cache]\nurl = \"redis://:hush-hush@localhost:6379/0\"\n");
    assert!(read(&folder.sources()).cache_url.is_some());
}

#[test]
fn a_file_that_is_no_toml_names_the_line_and_does_not_repeat_it() {
    let folder = Folder::with_file("syntax", "[sis]\n\nterms_app_key = hush-hush\n");
    let text = problems(&folder.sources());
    assert!(text.contains("berkeleytime.toml, line 3: "), "{text}");
    assert!(!text.contains("hush"), "{text}");
}

#[test]
fn a_named_file_must_be_there() {
    let folder = Folder::new("named");
    let sources = Sources { file: Some(folder.0.join("other.toml")), ..folder.sources() };
    assert!(problems(&sources).contains("other.toml: cannot be read"));
}

#[test]
fn secrets_come_by_value_or_by_file_and_are_never_shown() {
    let folder = Folder::with_file("secrets", "[sis]\nterms_app_id = \"hush-id\"\nterms_app_key_file = \"key\"\n");
    fs::write(folder.0.join("key"), "hush-key\n").unwrap();
    let mut sources = folder.sources();
    for name in ["COURSES_APP_ID", "COURSES_APP_KEY", "CLASSES_APP_ID", "CLASSES_APP_KEY"] {
        sources.environment.insert(format!("BT_SIS_{name}"), format!("hush-{name}"));
    }
    sources.environment.insert("BT_DATABASE_URL".into(), "postgres://me:hush-password@host/bt".into());
    let (settings, layers) = Settings::read(&sources).unwrap();
    assert_eq!(settings.sis_terms_app_key.as_ref().unwrap().0.expose_secret(), "hush-key");
    assert_eq!(settings.sis_terms_app_id.as_ref().unwrap().0.expose_secret(), "hush-id");
    for shown in [explain(&layers), format!("{settings:?}")] {
        assert!(!shown.contains("hush"), "{shown}");
    }
    let text = explain(&layers);
    assert!(text.contains("sis.terms_app_key"), "{text}");
    assert!(text.contains("(set, not shown)"), "{text}");
    assert!(text.contains("from the file"), "{text}");
}

#[test]
fn a_bad_secret_is_named_but_not_repeated() {
    let folder = Folder::new("bad-secret");
    let mut sources = folder.sources();
    sources.environment.insert("BT_DATABASE_URL".into(), "mysql://me:hush@host/bt".into());
    let text = problems(&sources);
    assert!(text.contains("database.url"), "{text}");
    assert!(!text.contains("hush"), "{text}");
}

#[test]
fn a_secret_is_refused_on_the_command_line_and_in_two_ways_at_once() {
    let folder = Folder::with_file("two-ways", "[database]\nurl = \"postgres://a/b\"\nurl_file = \"c\"\n");
    let mut sources = folder.sources();
    sources.flags.push(flag("sis.terms_app_key", "hush"));
    let text = problems(&sources);
    assert!(text.contains("both database.url and database.url_file are set"), "{text}");
    assert!(text.contains("sis.terms_app_key is a secret"), "{text}");
    assert!(text.contains("BT_SIS_TERMS_APP_KEY"), "{text}");
    assert!(!text.contains("hush"), "{text}");
}

#[test]
fn half_a_set_of_keys_is_a_mistake() {
    let folder = Folder::with_file("half", "[sis]\nterms_app_id = \"a\"\nterms_app_key = \"b\"\n");
    let text = problems(&folder.sources());
    assert!(text.contains("sis.courses_app_id is not set"), "{text}");
    assert!(text.contains("sis.classes_app_key is not set"), "{text}");
    assert!(!text.contains("sis.terms_app_id"), "{text}");
}

#[test]
fn every_key_has_a_variable_of_its_own() {
    let mut variables: Vec<String> = KEYS.iter().map(|key| variable(key.name)).collect();
    variables.sort();
    variables.dedup();
    assert_eq!(variables.len(), KEYS.len());
}

#[test]
fn the_example_with_every_comment_taken_away_gives_the_defaults() {
    let mut text = String::new();
    for line in example().lines() {
        let is_setting = line.contains(" = ") && line.starts_with("# ") && !line.contains("\"\"");
        let is_setting = is_setting && line[2..].starts_with(|c: char| c.is_ascii_lowercase());
        if is_setting || line.starts_with('[') {
            text.push_str(line.trim_start_matches("# "));
            text.push('\n');
        }
    }
    let folder = Folder::with_file("example", &text);
    let (_, layers) = Settings::read(&folder.sources()).unwrap();
    let bare = Folder::new("example-bare");
    let (_, defaults) = Settings::read(&bare.sources()).unwrap();
    for key in KEYS {
        assert_eq!(layers.shown(key).0, defaults.shown(key).0, "{}", key.name);
        assert!(key.default.is_none() || layers.shown(key).1 != "default", "{} is not in the example", key.name);
    }
}

#[test]
fn the_example_file_is_current() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../berkeleytime.example.toml");
    let kept = fs::read_to_string(path).unwrap_or_default();
    assert!(kept == example(), "berkeleytime.example.toml is not current: run `cargo xtask gen`");
}
