//! `daybook erase`: who is named is gone from the file, and nobody else.

use serde_json::{Value, json};

use crate::program::{Folder, http};

const MARK: &str = "zaphod7q";

/// A portal with somebody who was invited; answers with their id.
fn invited(folder: &Folder) -> String {
    let token = folder.ok(&["token", "create", "--name", "Ada", "--role", "owner"]);
    let (server, url) = folder.serve(&["serve", "--listen", "127.0.0.1:0"]);
    let user = json!({ "email": format!("{MARK}@example.com"), "name": MARK, "role": "auditor" });
    let (status, answer) = http("POST", &format!("{url}/admin/api/users"), token.trim(), Some(&user));
    assert_eq!(status, 201, "{answer}");
    server.stop();
    answer["user"]["id"].as_str().unwrap().to_owned()
}

fn is_in_the_file(folder: &Folder) -> bool {
    let bytes = std::fs::read(folder.path("daybook.db")).unwrap();
    bytes.windows(MARK.len()).any(|window| window == MARK.as_bytes())
}

#[test]
fn a_person_is_erased_by_address_and_not_twice() {
    let folder = Folder::new();
    let id = invited(&folder);
    assert!(is_in_the_file(&folder), "the search finds what is there");
    let email = format!("{MARK}@EXAMPLE.com");
    let unasked = folder.run(&["erase", &email]);
    assert_eq!((unasked.code, unasked.stdout.as_str()), (2, ""));
    assert!(unasked.stderr.contains("--yes is needed"), "{}", unasked.stderr);
    assert!(is_in_the_file(&folder), "nothing was erased");

    let run = folder.run(&["erase", &email, "--reason", "request 17", "--yes"]);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{run:?}");
    assert_eq!(run.stdout, format!("{id}  erased\nevents       1 (1 to 1)\nAPI tokens   0 revoked\n"));
    assert!(!is_in_the_file(&folder));
    assert!(!folder.path("daybook.db-wal").exists());
    assert!(folder.ok(&["check"]).contains("differences  0"));
    let events = folder.ok(&["tail", "--json", "--no-follow"]);
    let last: Value = serde_json::from_str(events.lines().last().unwrap()).unwrap();
    assert_eq!((&last["type"], &last["user"]["erased"]), (&json!("PERSON_ERASED"), &json!(true)));
    assert_eq!(last["metadata"]["reason"], "request 17");

    for (who, hint) in [(email.as_str(), "no such user"), (id.as_str(), "erased already")] {
        let again = folder.run(&["erase", who, "--yes"]);
        assert_eq!((again.code, again.stdout.as_str()), (1, ""));
        assert!(again.stderr.contains(hint), "{}", again.stderr);
    }
}

#[test]
fn whoever_is_not_there_is_not_erased() {
    let folder = Folder::new();
    invited(&folder);
    for arguments in [
        &["erase", "nobody@example.com", "--yes"][..],
        &["erase", "a@example.com", "--tenant", "acme", "--yes"],
    ] {
        let run = folder.run(arguments);
        assert_eq!((run.code, run.stdout.as_str()), (1, ""), "{run:?}");
    }
    assert!(is_in_the_file(&folder));
}
