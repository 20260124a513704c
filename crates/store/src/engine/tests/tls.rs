//! What a URL may ask for, and that nothing it asks for is ignored.

use super::*;

fn reason(url: &str) -> String {
    DbConfig::from_url(url).unwrap_err().to_string()
}

#[test]
fn a_url_names_its_engine() {
    assert_eq!(DbConfig::from_url("sqlite:a.db").unwrap().engine(), Engine::Sqlite);
    assert_eq!(DbConfig::from_url("sqlite:///var/lib/a.db").unwrap().engine(), Engine::Sqlite);
    assert_eq!(
        DbConfig::from_url("postgres://u:p@h/d?sslmode=verify-full").unwrap().engine(),
        Engine::Postgres
    );
    assert_eq!(DbConfig::from_url("postgresql://h/d").unwrap().engine(), Engine::Postgres);
}

#[test]
fn a_url_that_cannot_be_followed_is_refused_without_repeating_it() {
    for url in [
        "mysql://u:hunter2@h/d",
        "sqlite:",
        "sqlite::memory:",
        "postgres://u:hunter2@h/d?sslmode=verify-ca",
        "postgres://u:hunter2@h/d?sslmode=allow",
        "postgres://u:hunter2@h/d?sslmode=nonsense",
        "postgres://u:hunter2@h/d?sslrootcert=ca.pem",
        "postgres://u:hunter2@h/d?sslmode=verify-full&sslrootcert=a%20b.pem",
        "postgres://u:hunter2@h:port/d",
        "postgres://u:hunter2@h/d?unknown=1",
    ] {
        assert!(!reason(url).contains("hunter2"), "{}", reason(url));
    }
    // A question mark in the password does not start the options.
    DbConfig::from_url("postgres://u:hunter?2@h/d?sslmode=disable").unwrap();
}

#[test]
fn a_password_does_not_show_in_debug_output() {
    let config = DbConfig::from_url("postgres://u:hunter2@h/d").unwrap();
    assert!(!format!("{config:?}").contains("hunter2"));
}

/// The server of the tests has no TLS.
#[tokio::test(flavor = "multi_thread")]
async fn tls_that_is_required_is_never_done_without() {
    let fixture = Fixture::postgres().await;
    for mode in ["require", "verify-full"] {
        let config = DbConfig::from_url(&format!("{}?sslmode={mode}", fixture.url)).unwrap();
        let error = Db::open(&config).await.err().unwrap();
        assert!(
            matches!(&error, EngineError::Unreachable { message } if message.contains("TLS")),
            "{mode}: {error}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_file_that_cannot_be_read_is_named() {
    let url = "postgres://h/d?sslmode=verify-full&sslrootcert=/nonexistent.pem";
    let error = Db::open(&DbConfig::from_url(url).unwrap()).await.err().unwrap();
    assert!(error.to_string().starts_with("database configuration: sslrootcert"), "{error}");
}
