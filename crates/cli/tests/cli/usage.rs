//! Asked rightly and wrongly.

use crate::program::Folder;

#[test]
fn the_version_is_the_package_s() {
    let version = concat!("daybook ", env!("CARGO_PKG_VERSION"), "\n");
    assert_eq!(Folder::new().ok(&["--version"]), version);
}

#[test]
fn whoever_asks_wrongly_gets_exit_code_2_and_a_hint_on_stderr() {
    let folder = Folder::new();
    for (arguments, hint) in [
        (&[][..], "Usage: daybook"),
        (&["fly"], "unrecognized subcommand 'fly'"),
        (&["serve", "--port", "1"], "unexpected argument '--port'"),
        (&["serve", "--listen", "everywhere"], "invalid value 'everywhere'"),
        (&["token", "create", "--name", "Ada", "--role", "king"], "expected owner, admin or auditor"),
        (&["check", "-q", "-v"], "cannot be used with"),
        (&["tail", "--since", "1", "--last", "2"], "cannot be used with"),
        (&["check", "--log-format", "xml"], "[possible values: text, json]"),
    ] {
        let run = folder.run(arguments);
        assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{arguments:?}: {}", run.stderr);
        assert!(run.stderr.contains(hint), "{arguments:?}: {}", run.stderr);
    }
    assert_eq!(folder.files(), Vec::<String>::new(), "nothing was created");
}

#[test]
fn help_tells_the_variables_and_no_value_that_may_hold_a_password() {
    let folder = Folder::new().with("DAYBOOK_DATABASE_URL", "postgres://ada:s3cret@db/daybook");
    for command in ["serve", "demo", "check", "tail", "migrate", "doctor", "token"] {
        let help = folder.ok(&[command, "--help"]);
        assert!(help.contains("DAYBOOK_DATABASE_URL") && !help.contains("s3cret"), "{help}");
    }
}
