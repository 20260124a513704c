//! `daybook token`: create, list, revoke.

use crate::program::{Folder, http};

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
        (&["Ada", "--scope", "log:read", "--scope", "log:write"], "--scope must be an action such as"),
        (&["Ada", "--scope", "tenants:write"], "--scope must be something that the token's role may do"),
    ] {
        let run = folder.run(&[&create[..], rest].concat());
        assert_eq!((run.code, run.stdout.as_str()), (2, ""));
        assert!(run.stderr.contains(hint), "{}", run.stderr);
    }
    assert_eq!(folder.ok(&["tail", "--no-follow"]), "", "nothing was recorded");
}

#[test]
fn tokens_are_listed_and_revoked_beside_a_server() {
    let folder = Folder::new();
    let looking = folder.run(&["token", "list"]);
    assert_eq!(looking.code, 1);
    assert!(looking.stderr.contains("there is no database sqlite:daybook.db"), "{}", looking.stderr);
    folder.ok(&["token", "create", "--name", "Ada", "--role", "owner"]);
    let limits = ["--scope", "log:read", "--scope", "tenants:read", "--expires-in-days", "90"];
    let create = ["token", "create", "--name", "nightly\u{1b}x report", "--role", "auditor"];
    assert_eq!(folder.run(&[&create[..], &limits].concat()).code, 2, "a name that steers the terminal");
    let create = ["token", "create", "--name", "nightly report", "--role", "auditor"];
    let secret = folder.ok(&[&create[..], &limits].concat());
    let (server, url) = folder.serve(&["serve", "--listen", "127.0.0.1:0"]);
    let ask = |path: &str| http("GET", &format!("{url}/admin/api/{path}"), secret.trim(), None).0;
    assert_eq!((ask("tenants"), ask("codes")), (200, 403));

    let listed = folder.ok(&["token", "list"]);
    let lines: Vec<&str> = listed.lines().collect();
    assert_eq!(lines.len(), 2, "{listed}");
    assert!(lines[0].contains(" auditor ") && lines[0].contains(" active "), "{listed}");
    assert!(lines[0].ends_with(" nightly report  [tenants:read log:read]"), "{listed}");
    assert!(
        lines[1].contains(" owner ") && lines[1].ends_with(" never used                       Ada"),
        "{listed}"
    );
    assert!(!listed.contains(secret.trim()));

    let id = lines[0].split(' ').next().unwrap();
    for _ in 0..2 {
        assert_eq!(folder.ok(&["token", "revoke", id]), format!("{id}  revoked\n"));
    }
    assert_eq!(ask("tenants"), 401);
    server.stop();
    let listed = folder.ok(&["token", "list"]);
    assert!(listed.contains(" revoked  used 20"), "what was used is written when the server stops: {listed}");
    let events = folder.ok(&["tail", "--json", "--no-follow"]);
    assert_eq!(events.matches("API_TOKEN_REVOKED").count(), 1, "{events}");
    assert!(folder.ok(&["check"]).contains("differences  0"));
}

#[test]
fn a_token_that_is_none_cannot_be_revoked() {
    let folder = Folder::new();
    folder.ok(&["migrate"]);
    let unknown = folder.run(&["token", "revoke", "tok_00000000000000000000000001"]);
    assert_eq!(unknown.code, 1);
    assert!(unknown.stderr.contains("no such API token"), "{}", unknown.stderr);
    assert_eq!(folder.run(&["token", "revoke", "dev_00000000000000000000000001"]).code, 2);
    assert_eq!(folder.run(&["token", "create", "--name", "Ada", "--role", "tenant_admin"]).code, 2);
}
