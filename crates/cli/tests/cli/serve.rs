//! `daybook serve`: from an empty folder to a portal and back.

use std::{
    io::Write,
    net::{TcpListener, TcpStream},
    os::unix::fs::PermissionsExt,
};

use rustix::process::{Pid, Resource, Rlimit, Signal, getrlimit, prlimit};
use serde_json::{Value, json};

use crate::program::{Folder, http};

const SERVE: [&str; 3] = ["serve", "--listen", "127.0.0.1:0"];

fn owner(folder: &Folder) -> String {
    folder.ok(&["token", "create", "--name", "Ada", "--role", "owner"]).trim().to_owned()
}

#[test]
fn an_empty_folder_becomes_a_portal() {
    let folder = Folder::new();
    let (server, url) = folder.serve(&SERVE);
    let mode = std::fs::metadata(folder.path("daybook.keys")).unwrap().permissions().mode();
    assert_eq!(mode & 0o7777, 0o600);
    // The way in is made beside the running server, which sees it at once.
    let token = owner(&folder);
    let tenant = json!({ "name": "Acme", "contact_email": "ops@acme.example" });
    let (status, created) = http("POST", &format!("{url}/admin/api/tenants"), &token, Some(&tenant));
    assert_eq!((status, &created["slug"]), (201, &json!("acme")), "{created}");
    let (_, feed) = http("GET", &format!("{url}/admin/api/recent-activities"), &token, None);
    let types: Vec<&Value> =
        feed["activities"].as_array().unwrap().iter().map(|event| &event["type"]).collect();
    assert_eq!(types, ["TENANT_CREATED", "API_TOKEN_CREATED"]);

    // `tail --json` is what the admin API answers.
    let lines = folder.ok(&["tail", "--json", "--no-follow"]);
    for line in lines.lines() {
        let event: Value = serde_json::from_str(line).unwrap();
        let (status, answer) = http("GET", &format!("{url}/admin/api/events/{}", event["seq"]), &token, None);
        assert_eq!(status, 200);
        for (name, value) in event.as_object().unwrap() {
            assert_eq!(answer.get(name), Some(value), "{name} in {answer}");
        }
    }
    let said = server.stop();
    assert!(said.contains(&format!("{url}/set-up?token=dbl_")), "{said}");
    assert!(folder.ok(&["check"]).contains("differences  0"));
}

/// Connections that begin a request and never end it.
fn flood(url: &str, count: usize) -> Vec<TcpStream> {
    let connect = |_| {
        let mut stream = TcpStream::connect(url.strip_prefix("http://").unwrap()).unwrap();
        stream.write_all(b"GET / HTTP/1.1\r\nHost: day").unwrap();
        stream
    };
    (0..count).map(connect).collect()
}

#[test]
fn a_server_without_files_for_more_connections_says_so_once_and_serves_again_when_there_are() {
    let folder = Folder::new();
    let (mut server, url) = folder.serve(&SERVE);
    assert_eq!(http("GET", &format!("{url}/readyz"), "none", None).0, 200);
    let pid = Pid::from_raw(server.id());
    let open = std::fs::read_dir(format!("/proc/{}/fd", server.id())).unwrap().count() as u64;
    let before = prlimit(pid, Resource::Nofile, getrlimit(Resource::Nofile)).unwrap();
    assert_eq!(before.current, before.maximum, "it takes what it may have");
    let few = Rlimit { current: Some(open + 3), maximum: before.maximum };
    prlimit(pid, Resource::Nofile, few).unwrap();
    let held = flood(&url, 20);
    server.hear("connections cannot be accepted");
    prlimit(pid, Resource::Nofile, before).unwrap();
    assert_eq!(http("GET", &format!("{url}/readyz"), "none", None).0, 200);
    drop(held);
    let said = server.stop();
    assert_eq!(said.matches("cannot be accepted").count(), 1, "{said}");
}

#[test]
fn the_link_that_it_prints_makes_the_first_owner_and_is_printed_no_more() {
    let folder = Folder::new();
    let (server, _) = folder.serve(&SERVE);
    let said = server.stop();
    let token = said.split_once("/set-up?token=").unwrap().1.split_whitespace().next().unwrap().to_owned();
    // The same after every start, until it is used.
    let (server, url) = folder.serve(&SERVE);
    let owner = json!({ "token": token, "email": "ada@example.com", "name": "Ada", "password": "a walrus plays chess" });
    let (status, made) = http("POST", &format!("{url}/admin/api/auth/set-up"), "none", Some(&owner));
    assert_eq!((status, &made["user"]["role"]), (201, &json!("owner")), "{made}");
    server.stop();
    let (server, _) = folder.serve(&SERVE);
    let said = server.stop();
    assert!(!said.contains("set-up"), "{said}");

    let listed = folder.ok(&["user", "list"]);
    assert!(listed.contains("owner") && listed.contains("ada@example.com"), "{listed}");
    let link = folder.ok(&["user", "invite", "grace@example.com", "--role", "auditor"]);
    assert!(link.starts_with("http://127.0.0.1:8400/join?token=dbl_"), "{link}");
    let link = folder.ok(&["user", "link", "ada@example.com", "--public-url", "https://portal.example.com"]);
    assert!(link.starts_with("https://portal.example.com/join?token=dbl_"), "{link}");
    assert_eq!(folder.ok(&["user", "reset-factors", "ada@example.com"]), "0 removed\n");
    let run = folder.run(&["user", "link", "nobody@example.com"]);
    assert_eq!(run.code, 1);
    assert!(run.stderr.contains("daybook user list"), "{}", run.stderr);
    assert!(folder.ok(&["check"]).contains("differences  0"));
}

#[test]
fn it_starts_again_where_it_ended() {
    let folder = Folder::new();
    let token = owner(&folder);
    for signal in [Signal::TERM, Signal::INT] {
        let (server, url) = folder.serve(&SERVE);
        let (status, _) = http("GET", &format!("{url}/admin/api/tenants"), &token, None);
        assert_eq!(status, 200);
        server.signal(signal);
        let (code, said) = server.end();
        assert_eq!(code, Some(0), "{said}");
    }
}

#[test]
fn without_the_keys_of_its_codes_it_does_not_start() {
    let folder = Folder::new();
    let token = owner(&folder);
    let (server, url) = folder.serve(&SERVE);
    http("POST", &format!("{url}/admin/api/tenants"), &token, Some(&json!({ "name": "Acme" })));
    let codes = json!({ "tenant": "acme", "count": 2 });
    let (status, made) = http("POST", &format!("{url}/admin/api/codes/generate"), &token, Some(&codes));
    assert_eq!(status, 201, "{made}");
    server.stop();

    std::fs::rename(folder.path("daybook.keys"), folder.path("kept.keys")).unwrap();
    let run = folder.run(&SERVE);
    assert_eq!(run.code, 1);
    assert!(run.stderr.contains("the key file daybook.keys is missing"), "{}", run.stderr);
    assert!(!folder.path("daybook.keys").exists(), "no other keys take their place");

    let other = Folder::new();
    other.serve(&SERVE).0.stop();
    std::fs::copy(other.path("daybook.keys"), folder.path("daybook.keys")).unwrap();
    let run = folder.run(&SERVE);
    assert_eq!(run.code, 1);
    assert!(run.stderr.contains("activation codes were made with key"), "{}", run.stderr);

    let kept = [&SERVE[..], &["--key-file", "kept.keys"]].concat();
    folder.serve(&kept).0.stop();
}

#[test]
fn an_address_that_is_taken_is_said() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let run = Folder::new().run(&["serve", "--listen", &address]);
    assert_eq!(run.code, 1);
    assert!(run.stderr.contains(&address) && run.stderr.contains("--listen"), "{}", run.stderr);
}

#[test]
fn log_lines_are_json_when_asked_for() {
    let folder = Folder::new();
    let mut server = folder.start(&[&SERVE[..], &["--log-format", "json"]].concat());
    let line: Value = serde_json::from_str(&server.hear("listening")).unwrap();
    assert!(line["address"].as_str().unwrap().starts_with("127.0.0.1:"), "{line}");
    server.stop();
}

/// Asks, and says which answer was not the expected one.
fn expect(status: u16, method: &str, url: &str, token: &str, body: &Value) -> Value {
    let (answered, answer) = http(method, url, token, Some(body));
    assert_eq!(answered, status, "{method} {url}: {answer}");
    answer
}

/// The value at this pointer, which must be a text.
fn text(value: &Value, pointer: &str) -> String {
    value
        .pointer(pointer)
        .and_then(Value::as_str)
        .unwrap_or_else(|| panic!("{pointer} in {value}"))
        .to_owned()
}

#[test]
fn the_most_talkative_log_tells_no_secret_and_nobody_by_name() {
    const PASSWORD: &str = "trillian plays ultracricket";
    let folder = Folder::new();
    let token = owner(&folder);
    let (server, url) = folder.serve(&[&SERVE[..], &["-vv"]].concat());
    let at = |path: &str| format!("{url}{path}");
    let mut secrets =
        vec!["zaphod".to_owned(), "beeblebrox".to_owned(), "trillian".to_owned(), token.clone()];

    let person = json!({ "email": "zaphod@example.com", "role": "admin" });
    let invited = expect(201, "POST", &at("/admin/api/users"), &token, &person);
    let link = text(&invited, "/link").split_once("token=").unwrap().1.to_owned();
    let join = json!({ "token": link, "name": "Zaphod Beeblebrox", "password": PASSWORD });
    expect(200, "POST", &at("/admin/api/auth/accept"), "none", &join);
    let sign_in = |password: &str| json!({ "email": "zaphod@example.com", "password": password });
    expect(200, "POST", &at("/admin/api/auth/login"), "none", &sign_in(PASSWORD));
    for _ in 0..7 {
        http("POST", &at("/admin/api/auth/login"), "none", Some(&sign_in("trillian, not zaphod")));
    }
    let draft = json!({ "name": "zaphod deploys", "role": "admin" });
    let issued = expect(201, "POST", &at("/admin/api/api-tokens"), &token, &draft);
    secrets.extend([link, text(&issued, "/token")]);

    let tenant = json!({ "name": "Acme", "contact_email": "zaphod@acme.example" });
    expect(201, "POST", &at("/admin/api/tenants"), &token, &tenant);
    let project = json!({ "tenant": "acme", "name": "Translator", "client_name": "Zaphod" });
    let project = expect(201, "POST", &at("/admin/api/projects"), &token, &project);
    let codes = json!({ "tenant": "acme", "count": 1 });
    let made = expect(201, "POST", &at("/admin/api/codes/generate"), &token, &codes);
    let code = text(&made, "/items/0/code");
    let device = json!({ "code": code, "project": text(&project, "/id"), "fingerprint": "zaphod-1", "label": "Zaphod's laptop" });
    let activated = expect(201, "POST", &at("/device/api/activate"), "none", &device);
    let device_token = text(&activated, "/token");
    expect(202, "POST", &at("/device/api/heartbeat"), &device_token, &json!({}));
    let wrong = json!({ "code": format!("{code}9"), "fingerprint": "zaphod-2" });
    assert!(http("POST", &at("/device/api/activate"), "none", Some(&wrong)).0 >= 400);
    secrets.extend([code, device_token]);
    for path in ["/admin/api/tenants?q=zaphod", "/set-up?token=dbl_zaphod", "/join?token=dbl_zaphod"] {
        http("GET", &at(path), &token, None);
    }
    http("POST", &at("/admin/api/tenants"), "dbt_zaphod", Some(&json!({ "name": "zaphod" })));
    http("POST", &at("/admin/api/tenants"), &token, Some(&json!({ "zaphod": "zaphod" })));
    let erased = format!("/admin/api/users/{}/erase", text(&invited, "/user/id"));
    expect(200, "POST", &at(&erased), &token, &json!({ "reason": "zaphod asked for it" }));

    let said = server.stop();
    let lines = said.split_once("listening on").unwrap().1;
    for path in ["/admin/api/auth/login", "/admin/api/auth/accept", "/device/api/activate", &erased] {
        assert!(lines.contains(path), "{path} in {lines}");
    }
    let lower = lines.to_lowercase();
    for secret in secrets {
        assert!(!lower.contains(&secret.to_lowercase()), "{secret} in {lines}");
    }
}
