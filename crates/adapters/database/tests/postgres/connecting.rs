//! Getting through to a database, or being told why not.

use std::error::Error;
use std::time::Duration;

use catalog::ports::CatalogStore;
use database::config::DatabaseConfig;
use database::connect::Database;
use database::error::ConnectError;
use kit::postgres::TestPostgres;

fn impatient(url: &str) -> DatabaseConfig {
    DatabaseConfig { acquire_timeout: Duration::from_millis(200), ..DatabaseConfig::new(url) }
}

/// Everything that an operator would see of an error.
fn told(error: &dyn Error) -> String {
    let mut told = format!("{error} {error:?}");
    let mut cause = error.source();
    while let Some(error) = cause {
        told.push_str(&format!(" {error}"));
        cause = error.source();
    }
    told
}

#[tokio::test]
async fn a_url_that_cannot_be_understood_is_not_repeated() {
    for url in ["mysql://bt:hunter2@localhost/x", "postgres://bt:hunter2@host:notaport/x", "hunter2"] {
        let error = Database::connect(&impatient(url)).await.unwrap_err();
        assert!(matches!(error, ConnectError::Url(_)), "{url}: {error}");
        assert!(!told(&error).contains("hunter2"), "{}", told(&error));
    }
}

#[tokio::test]
async fn a_server_that_does_not_answer_is_named_without_the_password() {
    let folder = std::env::temp_dir().join("no-such-socket-folder");
    let url = format!("postgres://bt:hunter2@/berkeleytime?host={}", folder.display());
    let error = Database::connect(&impatient(&url)).await.unwrap_err();
    let told = told(&error);
    assert!(told.contains("no-such-socket-folder") && told.contains("berkeleytime"), "{told}");
    assert!(!told.contains("hunter2"), "{told}");
}

#[tokio::test]
async fn a_database_that_does_not_exist_is_told_as_such() {
    let server = TestPostgres::new_database().await;
    let url = server.url().replace("/test_", "/nosuch_");
    let error = Database::connect(&impatient(&url)).await.unwrap_err();
    assert!(told(&error).contains("does not exist"), "{}", told(&error));
}

#[test]
fn the_configuration_hides_the_url() {
    let config = DatabaseConfig::new("postgres://bt:hunter2@host/berkeleytime");
    assert!(!format!("{config:?}").contains("hunter2"));
}

#[tokio::test]
async fn a_database_without_the_schema_says_what_could_not_be_read() {
    let server = TestPostgres::new_database().await;
    let database = Database::connect(&DatabaseConfig::new(server.url())).await.unwrap();
    let error = database.state().await.unwrap_err();
    assert!(told(&error).contains("reading what is published"), "{}", told(&error));
}
