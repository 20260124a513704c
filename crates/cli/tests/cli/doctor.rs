//! `daybook doctor` on good and bad set-ups.

use std::{net::TcpListener, os::unix::fs::PermissionsExt};

use daybook_testkit::MailServer;

use crate::{demo::told, program::Folder};

/// The exit code, and what is said of one thing with what to do.
fn doctor(folder: &Folder, arguments: &[&str], what: &str) -> (i32, String) {
    let run = folder.run(&[&["doctor"], arguments].concat());
    let mut lines =
        run.stdout.lines().skip_while(|line| !line.get(6..).is_some_and(|rest| rest.starts_with(what)));
    let first = lines.next().unwrap_or_else(|| panic!("nothing of {what}: {run:#?}"));
    let advice = lines.next().filter(|line| line.contains('→')).unwrap_or_default();
    (run.code, format!("{first}{advice}"))
}

#[test]
fn a_good_set_up_is_well() {
    let folder = told().copy();
    let run = folder.run(&["doctor", "--listen", "127.0.0.1:0"]);
    assert_eq!(run.code, 0, "{run:#?}");
    let of = |line: &str| {
        line.split("  ").map(str::trim).filter(|s| !s.is_empty()).take(2).collect::<Vec<_>>().join(" ")
    };
    let whats: Vec<String> = run.stdout.lines().map(of).collect();
    for what in
        ["configuration", "database", "migrations", "key file", "clock", "log", "folder", "address", "mail"]
    {
        assert!(whats.iter().any(|line| line.starts_with(&format!("ok {what}"))), "{what}: {whats:#?}");
    }
}

#[test]
fn a_new_set_up_is_well_and_stays_new() {
    let folder = Folder::new();
    let (code, said) = doctor(&folder, &["--listen", "127.0.0.1:0"], "database");
    assert_eq!(code, 0);
    assert!(said.starts_with("warn") && said.contains("daybook serve"), "{said}");
    assert_eq!(folder.files(), Vec::<String>::new());
}

#[test]
fn a_wrong_configuration_file_is_one_finding_among_others() {
    let folder = Folder::new();
    folder.write("daybook.toml", "lisen = '127.0.0.1:1'");
    let (code, said) = doctor(&folder, &["--listen", "127.0.0.1:0"], "configuration");
    assert_eq!(code, 1);
    assert!(said.starts_with("fail") && said.contains("`lisen`"), "{said}");
    assert!(doctor(&folder, &["--listen", "127.0.0.1:0"], "address").1.starts_with("ok"));
}

#[test]
fn a_key_file_that_does_not_fit_fails() {
    let folder = told().copy();
    let keys = folder.path("daybook.keys");
    std::fs::set_permissions(&keys, std::fs::Permissions::from_mode(0o644)).unwrap();
    let (code, said) = doctor(&folder, &[], "key file");
    assert!(code == 1 && said.starts_with("fail") && said.contains("chmod 600"), "{said}");

    std::fs::remove_file(&keys).unwrap();
    let (code, said) = doctor(&folder, &[], "key file");
    assert!(code == 1 && said.starts_with("fail") && said.contains("is missing"), "{said}");

    let other = Folder::new();
    let (server, _) = other.serve(&["serve", "--listen", "127.0.0.1:0"]);
    server.stop();
    std::fs::copy(other.path("daybook.keys"), &keys).unwrap();
    let (code, said) = doctor(&folder, &[], "key file");
    assert!(code == 1 && said.starts_with("fail") && said.contains("made with key"), "{said}");

    folder.write("daybook.keys", "not keys");
    let (code, said) = doctor(&folder, &[], "key file");
    assert!(code == 1 && said.starts_with("fail") && said.contains("not a Daybook key file"), "{said}");
}

#[test]
fn a_database_that_is_none_or_cannot_be_reached_fails() {
    let folder = Folder::new();
    folder.write(
        "daybook.db",
        "this is a letter, not a database; it is long enough to have a header of its own",
    );
    let (code, said) = doctor(&folder, &[], "database");
    assert!(code == 1 && said.starts_with("fail"), "{said}");

    let nobody = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let url = format!("postgres://ada:s3cret@{nobody}/daybook");
    let (code, said) = doctor(&folder, &["--database", &url], "database");
    assert!(code == 1 && said.starts_with("fail") && !said.contains("s3cret"), "{said}");

    let (code, said) = doctor(&folder, &["--database", "sqlite:absent/daybook.db"], "folder");
    assert!(code == 1 && said.starts_with("fail") && said.contains("create the folder"), "{said}");
}

#[test]
fn missing_and_unknown_migrations_are_told_apart() {
    let folder = told().copy();
    let database = rusqlite::Connection::open(folder.path("daybook.db")).unwrap();
    database.execute("INSERT INTO schema_migrations VALUES (9999, 'future', 'other', 0)", []).unwrap();
    let (code, said) = doctor(&folder, &[], "migrations");
    assert!(code == 1 && said.starts_with("fail") && said.contains("newer program"), "{said}");
    database.execute("DELETE FROM schema_migrations", []).unwrap();
    let (code, said) = doctor(&folder, &[], "migrations");
    assert!(code == 0 && said.starts_with("warn") && said.contains("daybook migrate"), "{said}");
}

#[test]
fn an_address_in_use_is_a_warning_and_one_of_another_machine_a_failure() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let folder = Folder::new();
    let (code, said) = doctor(&folder, &["--listen", &address], "address");
    assert!(code == 0 && said.starts_with("warn") && said.contains("in use"), "{said}");
    // From a range that is kept for documentation, so it is nobody's.
    let (code, said) = doctor(&folder, &["--listen", "192.0.2.1:8400"], "address");
    assert!(code == 1 && said.starts_with("fail"), "{said}");
}

#[test]
fn a_mail_server_is_tried_and_its_password_not_shown() {
    let server = MailServer::start_with_account("ada", "s3cret");
    let folder = Folder::new().with("DAYBOOK_SMTP_URL", server.url());
    let from = ["--mail-from", "Daybook <portal@example.com>"];
    let (code, said) = doctor(&folder, &from, "mail");
    assert!(code == 0 && said.starts_with("ok") && !said.contains("s3cret"), "{said}");
    assert_eq!(server.mail(), [], "nothing is sent");

    let with = |url: &str| doctor(&folder, &[&from[..], &["--smtp-url", url]].concat(), "mail");
    let (code, said) = with(&server.url().replace("s3cret", "other"));
    assert!(code == 1 && said.starts_with("fail") && said.contains("535"), "{said}");
    assert!(said.contains("--smtp-url") && !said.contains("other"), "{said}");
    let url = server.url();
    drop(server);
    let (code, said) = with(&url);
    assert!(code == 1 && said.contains("refused") && !said.contains("s3cret"), "{said}");
}

#[test]
fn wrong_settings_of_the_portal_are_one_finding_among_others() {
    for (arguments, hint) in [
        (&["--smtp-url", "smtp://ada:s3cret@"][..], "--mail-from"),
        (&["--smtp-url", "smtp://ada:s3cret@", "--mail-from", "portal@example.com"], "expected smtp://"),
        (&["--argon2-memory-kib", "64"], "from 7168 to"),
        (&["--session-idle", "2h", "--session-lifetime", "1h"], "lifetime"),
    ] {
        let (code, said) = doctor(&Folder::new(), arguments, "settings");
        assert!(code == 1 && said.starts_with("fail") && said.contains(hint), "{said}");
        assert!(!said.contains("s3cret"), "{said}");
    }
}
