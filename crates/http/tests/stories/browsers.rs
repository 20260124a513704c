//! Other sites and somebody's session: what another page sends in a visitor's name changes nothing, whatever it is sent to.

use std::collections::BTreeSet;

use daybook_testkit::{Browser, Method, Node, PASSWORD, Realm, Reply, Role, TestPortal, both_engines};
use serde_json::{Value, json};

use crate::document::{Operation, operations};

both_engines!(
    another_site_s_page_changes_nothing_in_a_visitor_s_name,
    what_says_nothing_needs_the_form_token_of_its_session,
    another_site_signs_nobody_in,
    a_token_beside_a_cookie_is_the_token_s_request,
    reading_needs_no_form_token,
);

/// What browsers send along with another site's request, and what stands where nothing good is meant.
const ELSEWHERE: [&[(&str, &str)]; 6] = [
    &[("origin", "https://evil.example")],
    &[("origin", "null")],
    &[("sec-fetch-site", "cross-site")],
    &[("sec-fetch-site", "same-site")],
    &[("sec-fetch-site", "cross-site"), ("origin", "https://evil.example")],
    &[("sec-fetch-site", "same-origin"), ("origin", "https://evil.example")],
];

/// Every operation that may change something and can be asked with a session.
fn changes() -> Vec<Operation> {
    let all = operations().into_iter();
    let found: Vec<_> =
        all.filter(|operation| operation.changes() && !operation.path.starts_with("/device/")).collect();
    let names: BTreeSet<&str> = found.iter().map(|operation| operation.name.as_str()).collect();
    for name in ["POST /admin/api/me/password", "DELETE /tenant/api/users/{id}", "POST /admin/api/tenants"] {
        assert!(names.contains(name), "{name} is not among {names:?}");
    }
    found
}

/// Whether an operation is for people who have not signed in yet.
fn is_open(operation: &Operation) -> bool {
    operation.path.contains("/auth/") && !operation.path.ends_with("/logout")
}

/// Sends an operation with this cookie and these headers. Without a body: whoever gets as far as that is told what is missing.
async fn send(node: &Node, operation: &Operation, cookie: &str, headers: &[(&'static str, &str)]) -> Reply {
    let client = node.anonymous().into_client();
    let request = client.request(operation.method.clone(), &operation.any_path()).header("cookie", cookie);
    headers.iter().fold(request, |request, (name, value)| request.header(name, value)).send().await
}

/// Somebody on each `of_tenant` who may do everything there.
async fn mighty(portal: &TestPortal) -> [Browser; 2] {
    portal.admin().tenant("Acme").create().await.unwrap();
    let ada = portal.person("ada", Role::Owner, None).await;
    let cat = portal.person("cat", Role::TenantAdmin, Some("acme")).await;
    [ada, cat]
}

/// The one of them for whom an operation is.
fn of<'a>([ada, cat]: &'a [Browser; 2], operation: &Operation) -> &'a Browser {
    if operation.path.starts_with("/tenant/") { cat } else { ada }
}

async fn form_token(browser: &Browser) -> String {
    let me: Value = browser.get("/me").await.json();
    me["form_token"].as_str().unwrap().to_owned()
}

async fn another_site_s_page_changes_nothing_in_a_visitor_s_name(portal: &TestPortal) {
    let people = mighty(portal).await;
    let tokens = [form_token(&people[0]).await, form_token(&people[1]).await];
    let size = portal.settle().await;
    for operation in changes() {
        let cookie = of(&people, &operation).cookie().unwrap();
        for headers in ELSEWHERE {
            let reply = send(portal, &operation, &cookie, headers).await;
            assert_eq!(reply.problem().kind(), (403, "CROSS_SITE"), "{} {headers:?}", operation.name);
            assert_eq!(reply.header("set-cookie"), "");
        }
        // Not even with the form token: it may have leaked to whoever sends this.
        let token = &tokens[usize::from(operation.path.starts_with("/tenant/"))];
        let headers = [("sec-fetch-site", "cross-site"), ("x-form-token", token)];
        let reply = send(portal, &operation, &cookie, &headers).await;
        assert_eq!(reply.problem().kind(), (403, "CROSS_SITE"), "{}", operation.name);
    }
    assert_eq!(portal.settle().await, size, "nothing is recorded");
    for browser in &people {
        assert_eq!(browser.get("/me").await.code(), 200);
    }
}

async fn what_says_nothing_needs_the_form_token_of_its_session(portal: &TestPortal) {
    let people = mighty(portal).await;
    let tokens = [form_token(&people[0]).await, form_token(&people[1]).await];
    let size = portal.settle().await;
    let logout = |operation: &Operation| operation.path.ends_with("/auth/logout");
    let own = |operation: &Operation| {
        operation.name.starts_with("DELETE") && operation.path.contains("/me/sessions")
    };
    for operation in changes().iter().filter(|operation| !is_open(operation)) {
        let (cookie, of_tenant) =
            (of(&people, operation).cookie().unwrap(), usize::from(operation.path.starts_with("/tenant/")));
        let (right, wrong) = (tokens[of_tenant].as_str(), tokens[1 - of_tenant].as_str());
        for headers in
            [&[][..], &[("x-form-token", wrong)], &[("x-form-token", "")], &[("x-form-token", "x")]]
        {
            let reply = send(portal, operation, &cookie, headers).await;
            assert_eq!(
                reply.problem().kind(),
                (403, "FORM_TOKEN_REQUIRED"),
                "{} {headers:?}",
                operation.name
            );
        }
        if logout(operation) || own(operation) || operation.path.ends_with("/me/totp") {
            continue;
        }
        let reply = send(portal, operation, &cookie, &[("x-form-token", right)]).await;
        let passed = reply.status.is_success() || reply.problem().code != "FORM_TOKEN_REQUIRED";
        assert!(passed, "{}: {}", operation.name, reply.text());
    }
    let recorded = portal.settle().await - size;
    assert_eq!(recorded, 2, "the renewed recovery codes of both, which need no body");
    for (browser, token) in people.iter().zip(&tokens) {
        let cookie = browser.cookie().unwrap();
        for operation in changes()
            .iter()
            .filter(|operation| logout(operation) && operation.path.starts_with(browser.realm().api()))
        {
            let reply = send(portal, operation, &cookie, &[("x-form-token", token)]).await;
            assert_eq!(reply.code(), 204, "{}", reply.text());
        }
        assert_eq!(browser.get("/me").await.code(), 401);
    }
}

async fn another_site_signs_nobody_in(portal: &TestPortal) {
    portal.person("mallory", Role::Auditor, None).await;
    let invited: Value = portal
        .owner()
        .post("/admin/api/users", &json!({ "email": "eve@example.com", "role": "auditor" }))
        .send()
        .await
        .json();
    let token = invited["link"].as_str().unwrap().split_once("token=").unwrap().1.to_owned();
    let size = portal.settle().await;
    let client = portal.anonymous().into_client();
    for (path, body) in [
        ("/admin/api/auth/login", json!({ "email": "mallory@example.com", "password": PASSWORD })),
        ("/admin/api/auth/accept", json!({ "token": token, "password": PASSWORD })),
        ("/admin/api/auth/link", json!({ "token": token })),
        ("/admin/api/auth/second-factor", json!({ "ceremony": "", "code": "" })),
        ("/admin/api/auth/set-up", json!({})),
    ] {
        for headers in ELSEWHERE {
            let request = client.post(path, &body);
            let request = headers.iter().fold(request, |request, (name, value)| request.header(name, value));
            let reply = request.send().await;
            assert_eq!(reply.problem().kind(), (403, "CROSS_SITE"), "{path} {headers:?}");
            assert_eq!(reply.header("set-cookie"), "");
        }
    }
    assert_eq!(portal.settle().await, size);
    // A form of another site cannot send JSON without being asked about it first.
    let form = client.request(Method::POST, "/admin/api/auth/login").header("content-type", "text/plain");
    let body = json!({ "email": "mallory@example.com", "password": PASSWORD }).to_string();
    assert_eq!(form.body(body.into_bytes()).send().await.code(), 415);
    let browser = Browser::new(portal, Realm::Platform);
    assert_eq!(browser.accept(invited["link"].as_str().unwrap(), PASSWORD).await.code(), 200);
}

async fn a_token_beside_a_cookie_is_the_token_s_request(portal: &TestPortal) {
    let [ada, _] = mighty(portal).await;
    let (cookie, auditor) = (ada.cookie().unwrap(), portal.client(portal.token(Role::Auditor)));
    let create =
        |name: &str| auditor.post("/admin/api/tenants", &json!({ "name": name })).header("cookie", &cookie);
    let refused = create("Beta").send().await.problem();
    assert_eq!(refused.kind(), (403, "FORBIDDEN"), "the owner's session does not help the auditor's token");
    let foreign = create("Beta").header("sec-fetch-site", "cross-site").send().await;
    assert_eq!(foreign.problem().kind(), (403, "CROSS_SITE"));
    let owner = portal.client(portal.token(Role::Owner));
    let made = owner.post("/admin/api/tenants", &json!({ "name": "Beta" })).header("cookie", &cookie);
    assert_eq!(made.send().await.code(), 201, "a token needs no form token");
    let me = owner.get("/admin/api/me").header("cookie", &cookie).send().await;
    assert_eq!(me.problem().kind(), (401, "UNAUTHENTICATED"), "and opens nobody's account");
    let bad = portal.client("dbk_nonsense").get("/admin/api/tenants").header("cookie", &cookie).send().await;
    assert_eq!(bad.code(), 401, "a wrong token is not made good by a cookie");
}

async fn reading_needs_no_form_token(portal: &TestPortal) {
    let [ada, cat] = mighty(portal).await;
    for (browser, path) in
        [(&ada, "/admin/api/tenants"), (&ada, "/admin/api/me"), (&cat, "/tenant/api/users")]
    {
        let client = portal.anonymous().into_client();
        let request = client.get(path).header("cookie", &browser.cookie().unwrap());
        assert_eq!(request.send().await.code(), 200, "{path}");
    }
    let plain = portal.anonymous().into_client();
    let request = plain.get("/admin/api/me").header("cookie", &ada.cookie().unwrap());
    let reply = request.header("origin", "https://evil.example").send().await;
    assert_eq!(reply.header("access-control-allow-origin"), "", "no other site reads the answer");
}
