//! The pages that single-use links lead to: forms that work without a script.

use daybook_testkit::{Client, Method, PASSWORD, Reply, TestPortal, both_engines};
use serde_json::{Value, json};

both_engines!(
    the_set_up_page_makes_the_first_owner_once,
    the_join_page_shows_whom_it_is_for_and_takes_a_password,
    what_was_typed_is_shown_again_as_text_and_never_as_a_page,
    another_site_s_form_is_refused,
);

fn form(pairs: &[(&str, &str)]) -> String {
    daybook_testkit::query("", pairs).trim_start_matches('?').to_owned()
}

/// Sends a form as a browser at the portal's own page does.
async fn submit(portal: &TestPortal, path: &str, pairs: &[(&str, &str)]) -> Reply {
    let client: Client = portal.anonymous().into_client();
    let request = client.request(Method::POST, path).header("sec-fetch-site", "same-origin");
    let request = request.header("content-type", "application/x-www-form-urlencoded");
    request.header("accept", "text/html").body(form(pairs)).send().await
}

fn token_of(link: &str) -> String {
    link.split_once("token=").unwrap().1.to_owned()
}

async fn the_set_up_page_makes_the_first_owner_once(portal: &TestPortal) {
    let link = portal.portal().set_up_link().await.unwrap().unwrap();
    let path = link.strip_prefix(portal.url()).unwrap();
    let page = portal.anonymous().get(path).send().await;
    assert_eq!((page.code(), page.header("content-type")), (200, "text/html; charset=utf-8"));
    let token = token_of(&link);
    assert!(
        page.text().contains(&token) && page.text().contains("<form method=\"post\" action=\"/set-up\">")
    );
    let fields = |password| {
        [("token", token.as_str()), ("email", "ada@example.com"), ("name", "Ada"), ("password", password)]
    };
    let short = submit(portal, "/set-up", &fields("short")).await;
    assert_eq!(short.code(), 422);
    assert!(short.text().contains("must have at least 12 characters"), "{}", short.text());
    assert!(short.text().contains("ada@example.com"), "nothing has to be typed again");
    let done = submit(portal, "/set-up", &fields(PASSWORD)).await;
    assert_eq!(done.code(), 200, "{}", done.text());
    let cookie = done.header("set-cookie").split(';').next().unwrap();
    let me = portal.anonymous().into_client().with_cookie(cookie).get("/admin/api/me").send().await;
    assert_eq!(me.json::<Value>()["user"]["role"], "owner");
    assert_eq!(submit(portal, "/set-up", &fields(PASSWORD)).await.code(), 410);
    assert_eq!(portal.anonymous().get(path).send().await.code(), 410);
}

async fn the_join_page_shows_whom_it_is_for_and_takes_a_password(portal: &TestPortal) {
    portal.admin().tenant("Acme").create().await.unwrap();
    let body = json!({ "tenant": "acme", "email": "grace@example.com", "role": "tenant_member" });
    let invited: Value = portal.owner().post("/admin/api/users", &body).send().await.json();
    let link = invited["link"].as_str().unwrap();
    let page = portal.anonymous().get(link.strip_prefix(portal.url()).unwrap()).send().await;
    assert_eq!(page.code(), 200);
    assert!(page.text().contains("grace@example.com") && page.text().contains("You are invited to Acme"));
    let token = token_of(link);
    let joined =
        submit(portal, "/join", &[("token", &token), ("name", "Grace"), ("password", PASSWORD)]).await;
    assert_eq!(joined.code(), 200, "{}", joined.text());
    let cookie = joined.header("set-cookie").split(';').next().unwrap();
    let me = portal.anonymous().into_client().with_cookie(cookie).get("/tenant/api/me").send().await;
    assert_eq!(me.json::<Value>()["user"]["name"], "Grace");
    let again = submit(portal, "/join", &[("token", &token), ("password", PASSWORD)]).await;
    assert_eq!(again.code(), 410);
    assert!(again.text().contains("This link opens nothing"), "{}", again.text());
    assert_eq!(portal.anonymous().get("/join").send().await.code(), 410, "without a token too");
}

async fn what_was_typed_is_shown_again_as_text_and_never_as_a_page(portal: &TestPortal) {
    let token = portal.portal().set_up_token().await.unwrap().unwrap();
    let evil = "\"><img src=x onerror=alert(1)><script>";
    let page = submit(
        portal,
        "/set-up",
        &[("token", &token), ("email", evil), ("name", evil), ("password", "short")],
    )
    .await;
    assert_eq!(page.code(), 422);
    assert!(!page.text().contains("<img") && !page.text().contains("<script>"), "{}", page.text());
    let page = portal.anonymous().get("/set-up?token=%22%3E%3Cscript%3E").send().await;
    assert!(!page.text().contains("<script>"), "{}", page.text());
}

async fn another_site_s_form_is_refused(portal: &TestPortal) {
    let size = portal.settle().await;
    for path in ["/set-up", "/join"] {
        let client = portal.anonymous().into_client();
        let request = client.request(Method::POST, path).header("sec-fetch-site", "cross-site");
        let kind = "application/x-www-form-urlencoded";
        let reply = request.header("content-type", kind).body(form(&[("token", "dbl_x")])).send().await;
        assert_eq!(reply.problem().kind(), (403, "CROSS_SITE"), "{path}");
    }
    assert_eq!(portal.settle().await, size);
}
