//! Flag before environment before file before default; nothing unknown, nothing secret repeated.

use std::path::Path;

use crate::program::{Folder, Run};

/// Which database file `migrate` makes.
fn database_made(folder: &Folder, arguments: &[&str]) -> Vec<String> {
    folder.ok(arguments);
    let files = folder.files();
    let is_database = |name: &String| Path::new(name).extension().is_some_and(|extension| extension == "db");
    let made = files.into_iter().filter(is_database).collect();
    for name in folder.files().iter().filter(|name| name.contains(".db")) {
        std::fs::remove_file(folder.path(name)).unwrap();
    }
    made
}

#[test]
fn a_flag_goes_before_the_environment_before_the_file_before_the_default() {
    let folder = Folder::new();
    assert_eq!(database_made(&folder, &["migrate"]), ["daybook.db"]);
    folder.write("daybook.toml", "database = 'sqlite:file.db'");
    assert_eq!(database_made(&folder, &["migrate"]), ["file.db"]);
    let folder = folder.with("DAYBOOK_DATABASE_URL", "sqlite:environment.db");
    assert_eq!(database_made(&folder, &["migrate"]), ["environment.db"]);
    // Before or behind the command: it is the same flag.
    assert_eq!(database_made(&folder, &["migrate", "--database", "sqlite:flag.db"]), ["flag.db"]);
    assert_eq!(database_made(&folder, &["--database", "sqlite:flag.db", "migrate"]), ["flag.db"]);
}

#[test]
fn another_file_can_be_named_and_must_then_exist() {
    let folder = Folder::new();
    folder.write("other.toml", "database = 'sqlite:other.db'");
    assert_eq!(database_made(&folder, &["migrate", "--config", "other.toml"]), ["other.db"]);
    let run = folder.run(&["migrate", "--config", "absent.toml"]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("absent.toml"), "{}", run.stderr);
}

fn refused(text: &str) -> Run {
    let folder = Folder::new();
    folder.write("daybook.toml", text);
    let run = folder.run(&["check"]);
    assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{}", run.stderr);
    run
}

#[test]
fn an_unknown_key_is_named_with_its_file() {
    let said = refused("listen = '127.0.0.1:1'\ndatabse = 'sqlite:x.db'").stderr;
    assert!(said.contains("daybook.toml, line 2") && said.contains("`databse`"), "{said}");
    assert!(said.contains("`key-file`"), "{said}");
}

#[test]
fn a_wrong_file_is_refused_without_repeating_a_line_that_may_hold_a_password() {
    for (text, hint) in [
        ("database = 'postgres://ada:s3cret@db/daybook", "line 1"),
        ("log-format = 'text'\ndatabase = ['postgres://ada:s3cret@db/daybook']", "line 2"),
        ("log-format = 'xml'", "expected `text` or `json`"),
        ("listen = 8400", "line 1"),
    ] {
        let said = refused(text).stderr;
        assert!(said.contains(hint) && !said.contains("s3cret"), "{said}");
    }
}

#[test]
fn a_url_that_names_no_database_is_asked_wrongly_and_not_repeated() {
    for url in ["mysql://ada:s3cret@db/daybook", "s3cret", "postgres://ada:s3cret@db:port/daybook", "sqlite:"]
    {
        let run = Folder::new().run(&["check", "--database", url]);
        assert_eq!(run.code, 2, "{url}: {}", run.stderr);
        assert!(!run.stderr.contains("s3cret"), "{}", run.stderr);
    }
}

#[test]
fn wrong_settings_of_the_portal_are_refused_before_anything_is_made() {
    for (file, arguments, hint) in [
        ("", &["--session-idle", "2"][..], "30m, 2h or 7d"),
        ("", &["--session-lifetime", "1h"], "lifetime"),
        ("", &["--argon2-iterations", "1"], "at least 35840"),
        ("session-idle = '2 hours'", &[], "30m, 2h or 7d"),
        ("session-idle = '8d'", &[], "lifetime"),
        ("argon2-memory-kib = 1", &[], "from 7168 to"),
        ("smtp-url = 'smtp://ada:s3cret@mail'", &[], "--mail-from"),
        ("smtp-url = 'smtp://ada:s3cret@mail?x'\nmail-from = 'a@b.de'", &[], "tls=required"),
        ("smtp-url = ['smtp://ada:s3cret@mail']", &[], "line 1"),
    ] {
        let folder = Folder::new();
        folder.write("daybook.toml", file);
        let run = folder.run(&[&["serve", "--listen", "127.0.0.1:0"], arguments].concat());
        assert_eq!(run.code, 2, "{file} {arguments:?}: {}", run.stderr);
        assert!(run.stderr.contains(hint) && !run.stderr.contains("s3cret"), "{}", run.stderr);
        assert_eq!(folder.files(), ["daybook.toml"]);
    }
}

#[test]
fn a_server_starts_with_settings_of_the_portal_from_everywhere() {
    let folder = Folder::new().with("DAYBOOK_SMTP_URL", "smtp://ada:s3cret@localhost");
    folder.write(
        "daybook.toml",
        "mail-from = 'portal@example.com'\nsession-idle = '8h'\nargon2-iterations = 3",
    );
    let arguments =
        ["serve", "--listen", "127.0.0.1:0", "--session-lifetime", "30d", "--session-idle", "1h", "-vv"];
    let (server, _) = folder.serve(&arguments);
    let said = server.stop();
    assert!(!said.contains("s3cret"), "{said}");
    let said = folder.run(&["serve", "--help"]).stdout;
    assert!(said.contains("DAYBOOK_SMTP_URL") && !said.contains("s3cret"), "{said}");
}
