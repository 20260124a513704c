//! `daybook token create`.

use crate::program::Folder;

#[test]
fn a_token_stands_alone_on_stdout_even_before_the_first_serve() {
    let folder = Folder::new();
    let run = folder.run(&["token", "create", "--name", "Ada", "--role", "owner"]);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{run:?}");
    let token = run.stdout.strip_suffix('\n').unwrap();
    assert!(
        token.starts_with("dbk_") && token.chars().all(|c| c.is_ascii_alphanumeric() || c == '_'),
        "{token}"
    );
    let events = folder.ok(&["tail", "--json", "--no-follow"]);
    let event: serde_json::Value = serde_json::from_str(&events).unwrap();
    assert_eq!(event["type"], "API_TOKEN_CREATED");
    assert_eq!((&event["api_token"]["name"], &event["metadata"]["role"]), (&"Ada".into(), &"owner".into()));
    assert!(!events.contains(token), "the log holds no token");
    assert!(!folder.files().contains(&"daybook.keys".to_owned()), "a token needs no key file");
    assert!(folder.ok(&["check"]).contains("differences  0"));
}

#[test]
fn what_is_wrong_is_said_in_flags() {
    let folder = Folder::new();
    let create = ["token", "create", "--role", "auditor", "--name"];
    for (rest, hint) in [
        (&["  "][..], "--name must not be empty"),
        (&["Ada", "--expires-in-days", "0"], "--expires-in-days must be from 1 to 3650"),
    ] {
        let run = folder.run(&[&create[..], rest].concat());
        assert_eq!((run.code, run.stdout.as_str()), (2, ""));
        assert!(run.stderr.contains(hint), "{}", run.stderr);
    }
    assert_eq!(folder.ok(&["tail", "--no-follow"]), "", "nothing was recorded");
}
