//! What is refused, as pages say it: beside its line or on a page of its own, in the reader's language, with a way on.

use daybook_testkit::{Client, Reply, Role, TestPortal, both_engines};
use serde_json::{Value, json};

use crate::portal_pages::{hidden, page, submit, visiting};

both_engines!(
    nothing_new_is_called_as_an_address_is,
    a_german_page_refuses_in_german,
    whoever_is_signed_in_can_go_on_from_an_error,
);

/// Somebody whose pages are in German.
async fn german(portal: &TestPortal, name: &str, role: Role) -> Client {
    let browser = portal.person(name, role, None).await;
    portal.anonymous().into_client().with_cookie(&format!("{}; lang=de", browser.cookie().unwrap()))
}

/// Sends a form with what it carries.
async fn send(client: &Client, path: &str, pairs: &[(&str, &str)]) -> Reply {
    let form = page(client, path).await;
    submit(client, path, &[&[("form_token", hidden(&form, "form_token"))], pairs].concat()).await
}

/// The words beside a field.
fn beside<'a>(reply: &'a Reply, field: &str) -> &'a str {
    let text = reply.text();
    let (_, rest) =
        text.split_once(&format!("id=\"{field}-error\"")).unwrap_or_else(|| panic!("{field}: {text}"));
    rest.split("<span>").nth(1).unwrap().split("</span>").next().unwrap()
}

async fn nothing_new_is_called_as_an_address_is(portal: &TestPortal) {
    let owner = portal.client(portal.token(Role::Owner));
    let size = portal.settle().await;
    let provider = json!({ "providers": [{ "name": "new", "kind": "openai" }] });
    for (request, pointer) in [
        (owner.post("/admin/api/tenants", &json!({ "name": "Acme", "slug": "new" })), "/slug"),
        (owner.post("/admin/api/plans", &json!({ "name": "new" })), "/name"),
        (owner.put("/admin/api/config/llm", &provider), "/providers/0/name"),
    ] {
        let problem = request.send().await.problem();
        assert_eq!((problem.kind(), problem.pointers()), ((422, "INVALID"), vec![pointer]));
        assert_eq!(problem.errors[0].code, "RESERVED_NAME");
    }
    let client = visiting(portal, &portal.person("grace", Role::Owner, None).await);
    let size = portal.settle().await.max(size);
    let refused = send(&client, "/tenants/new", &[("name", "Acme"), ("slug", "new")]).await;
    assert_eq!(refused.code(), 422, "{}", refused.text());
    assert!(beside(&refused, "slug").contains("must not be `new`"), "{}", refused.text());
    assert_eq!(portal.settle().await, size, "nothing of that was recorded");
    let made: Value = owner.post("/admin/api/tenants", &json!({ "name": "New" })).send().await.json();
    assert_eq!(made["slug"], "tenant", "a slug that is made from the name is another");
}

async fn a_german_page_refuses_in_german(portal: &TestPortal) {
    portal.admin().tenant("Acme").create().await.unwrap();
    let client = german(portal, "grace", Role::Owner).await;
    let long = "x".repeat(121);
    for (name, slug, field, words) in [
        (" ", "good", "name", "Muss angegeben werden."),
        (long.as_str(), "good", "name", "Darf höchstens 120 Zeichen haben."),
        (
            "Good",
            "No Slug",
            "slug",
            "Besteht aus 2 bis 63 Zeichen: a–z, 0–9 und einzelne Bindestriche dazwischen.",
        ),
        ("Good", "new", "slug", "Darf nicht „new“ heißen: so beginnen Adressen, unter denen Neues entsteht."),
    ] {
        let refused = send(&client, "/tenants/new", &[("name", name), ("slug", slug)]).await;
        assert_eq!((refused.code(), beside(&refused, field)), (422, words));
        assert!(!refused.text().contains(">must "), "{}", refused.text());
    }
    let taken = send(&client, "/tenants/new", &[("name", "Acme"), ("slug", "acme")]).await;
    assert_eq!(taken.code(), 409);
    assert!(taken.text().contains("Ein anderer Mandant hat dieses Kürzel."), "{}", taken.text());
    let missing = client.get("/tenants/nobody").header("accept", "text/html").send().await;
    assert_eq!(missing.code(), 404);
    assert!(missing.text().contains("<p>Diesen Mandanten gibt es nicht.</p>"), "{}", missing.text());
    let api = portal.client(portal.token(Role::Owner));
    let draft = json!({ "name": "Acme", "slug": "new" });
    let problem =
        api.post("/admin/api/tenants", &draft).header("accept-language", "de").send().await.problem();
    assert!(problem.errors[0].detail.starts_with("must not be"), "programs are told in English");
}

async fn whoever_is_signed_in_can_go_on_from_an_error(portal: &TestPortal) {
    let asked = |client: &Client, path: &str| client.get(path).header("accept", "text/html").send();
    portal.admin().tenant("Acme").create().await.unwrap();
    let member = visiting(portal, &portal.person("max", Role::TenantMember, Some("acme")).await);
    for (path, status, title) in
        [("/dashboard", 403, "You may not see this"), ("/nothing-here", 404, "There is nothing here")]
    {
        let reply = asked(&member, path).await;
        assert_eq!(reply.code(), status, "{path}");
        let shown = reply.text();
        assert!(shown.contains(title) && shown.contains("<b>max</b>"), "{path}: {shown}");
        assert!(
            shown.contains("action=\"/sign-out\"") && shown.contains("href=\"/projects\""),
            "{path}: {shown}"
        );
        assert!(!shown.contains("href=\"/tenants\""), "the navigation is their own: {shown}");
        assert!(shown.contains(reply.header("x-request-id")), "{path}: {shown}");
    }
    let nobody = portal.anonymous().into_client();
    let shown = asked(&nobody, "/nothing-here").await.text().to_owned();
    assert!(shown.contains("There is nothing here") && !shown.contains("/sign-out"), "{shown}");
}
