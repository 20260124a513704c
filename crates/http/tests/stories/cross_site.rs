//! Other sites: what a browser sends from somebody else's page changes nothing, and who asks from where is not a matter of claims.

use daybook_http::HttpConfig;
use daybook_testkit::{Method, Node, Reply, Role, TestPortal, both_engines};
use serde_json::json;

both_engines!(
    what_another_sites_page_sends_is_refused_everywhere,
    what_our_own_pages_and_programs_send_is_not,
    our_own_pages_are_those_at_the_public_address,
    a_trusted_proxy_says_where_a_request_came_from,
);

/// A wrong code: whatever it is answered with, it was not refused at the door.
async fn activate(node: &Node, headers: &[(&'static str, &str)]) -> Reply {
    let body = json!({ "code": "no code", "fingerprint": "fingerprint-1" });
    let request = node.anonymous().post("/device/api/activate", &body);
    headers.iter().fold(request, |request, (name, value)| request.header(name, value)).send().await
}

async fn what_another_sites_page_sends_is_refused_everywhere(portal: &TestPortal) {
    let size = portal.settle().await;
    for headers in [
        &[("sec-fetch-site", "cross-site")][..],
        &[("sec-fetch-site", "same-site")],
        &[("sec-fetch-site", "")],
        &[("sec-fetch-site", "same-origin"), ("sec-fetch-site", "cross-site")],
        &[("origin", "https://evil.example")],
        &[("origin", "null")],
        &[("origin", "")],
        &[("origin", &portal.url().replace("http:", "https:"))],
        &[("origin", &format!("{}0", portal.url()))],
        &[("sec-fetch-site", "same-origin"), ("origin", "https://evil.example")],
        &[("sec-fetch-site", "cross-site"), ("origin", portal.url())],
        &[("sec-fetch-site", "cross-site"), ("authorization", "Basic YWRhOnNlY3JldA==")],
    ] {
        assert_eq!(activate(portal, headers).await.problem().kind(), (403, "CROSS_SITE"), "{headers:?}");
    }
    let client = portal.anonymous().into_client();
    for (method, path) in [
        (Method::POST, "/admin/api/tenants"),
        (Method::PATCH, "/admin/api/tenants/acme"),
        (Method::DELETE, "/admin/api/tenants/acme"),
        (Method::PUT, "/healthz"),
        (Method::POST, "/nowhere"),
    ] {
        let reply = client.request(method, path).header("sec-fetch-site", "cross-site").send().await;
        assert_eq!(reply.problem().kind(), (403, "CROSS_SITE"), "{path}");
    }
    // A token beside a cookie: the cookie came by itself.
    let owner = portal.client(portal.token(Role::Owner));
    let request =
        owner.post("/admin/api/tenants", &json!({ "name": "Acme" })).header("cookie", "daybook_session=x");
    let reply = request.header("sec-fetch-site", "cross-site").send().await;
    assert_eq!(reply.problem().kind(), (403, "CROSS_SITE"));
    assert_eq!(portal.settle().await, size);
}

async fn what_our_own_pages_and_programs_send_is_not(portal: &TestPortal) {
    for headers in [
        &[][..],
        &[("sec-fetch-site", "same-origin")],
        &[("sec-fetch-site", "none")],
        &[("origin", portal.url())],
        &[("sec-fetch-site", "same-origin"), ("origin", portal.url()), ("cookie", "a=b")],
    ] {
        assert_eq!(activate(portal, headers).await.problem().kind(), (422, "CODE_MALFORMED"), "{headers:?}");
    }
    // Reading changes nothing, and a token is not sent by itself.
    let reply = portal.anonymous().get("/healthz").header("sec-fetch-site", "cross-site").send().await;
    assert_eq!(reply.code(), 200);
    let owner = portal.client(portal.token(Role::Owner));
    let request = owner.post("/admin/api/tenants", &json!({ "name": "Acme" }));
    let reply = request.header("sec-fetch-site", "cross-site").header("origin", "null").send().await;
    assert_eq!(reply.code(), 201, "{}", reply.text());
}

async fn our_own_pages_are_those_at_the_public_address(portal: &TestPortal) {
    let node = portal.second_node_at("https://portal.example.com").await;
    let own = activate(&node, &[("origin", "https://portal.example.com")]).await;
    assert_eq!(own.problem().kind(), (422, "CODE_MALFORMED"));
    let refused = activate(&node, &[("origin", node.url())]).await.problem();
    assert_eq!(refused.kind(), (403, "CROSS_SITE"));
    assert!(refused.detail.contains("https://portal.example.com"), "{}", refused.detail);
    node.stop().await;
}

/// The address that the event of a request has which claims to come from elsewhere.
async fn recorded(portal: &TestPortal, node: &Node, claim: &str) -> String {
    let admin = portal.caller_at(node, Role::Admin);
    let request = admin.post("/admin/api/tenants", &json!({ "name": "Acme", "slug": null }));
    let reply = request.header("x-forwarded-for", claim).send().await;
    assert_eq!(reply.code(), 201, "{}", reply.text());
    let slug = reply.json::<serde_json::Value>()["slug"].as_str().unwrap().to_owned();
    portal.settle().await;
    let newest = admin.recent().await.activities.remove(0);
    admin.delete_tenant(&slug).await.unwrap();
    portal.auditor().event(&newest.id).await.unwrap().ip.unwrap()
}

async fn a_trusted_proxy_says_where_a_request_came_from(portal: &TestPortal) {
    assert_eq!(recorded(portal, portal, "203.0.113.7").await, "127.0.0.1", "nobody is trusted");
    let trusting = |networks: &[&str]| HttpConfig {
        trusted_proxies: networks.iter().map(|network| network.parse().unwrap()).collect(),
        ..HttpConfig::default()
    };
    let others = portal.second_node_with(trusting(&["127.0.0.2", "203.0.113.0/24"])).await;
    assert_eq!(recorded(portal, &others, "203.0.113.7").await, "127.0.0.1", "others are trusted");
    others.stop().await;
    // The next node draws the same randomness: its ids differ by the time.
    portal.clock().advance(std::time::Duration::from_secs(1));
    let node = portal.second_node_with(trusting(&["127.0.0.0/8"])).await;
    for (claim, expected) in [
        ("203.0.113.7", "203.0.113.7"),
        ("198.51.100.9, 203.0.113.7", "203.0.113.7"),
        ("198.51.100.9, 203.0.113.7, 127.0.0.9", "203.0.113.7"),
        ("2001:db8::7", "2001:db8::7"),
        ("not an address", "127.0.0.1"),
    ] {
        assert_eq!(recorded(portal, &node, claim).await, expected, "{claim}");
    }
    node.stop().await;
}
