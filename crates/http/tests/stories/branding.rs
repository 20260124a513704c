//! How a tenant shows itself: name, logo and colour on its pages and in its letters, and a colour that can be seen.

use daybook_testkit::{Client, MailServer, TestPortal, both_engines, wait_for};
use serde_json::{Value, json};

use crate::notifications::with_mail;

both_engines!(
    a_colour_that_cannot_be_seen_is_refused_and_says_why,
    the_page_of_an_invitation_looks_like_its_tenant_and_loads_nothing_else,
    anybody_may_see_how_a_tenant_shows_itself_and_nothing_more,
);
with_mail!(start_with_mail: letters_look_like_their_tenant);

const LOGO: &str = "https://cdn.example.com/acme;script-src.png?x=1&y=2";

async fn acme(portal: &TestPortal) {
    let admin = portal.admin();
    let draft = admin.tenant("Acme & Söhne").slug("acme").with("logo_url", LOGO);
    draft.with("primary_color", "#C47A12").create().await.unwrap();
}

async fn invite(portal: &TestPortal, tenant: Option<&str>, email: &str) -> String {
    let role = if tenant.is_some() { "tenant_member" } else { "auditor" };
    let body = json!({ "tenant": tenant, "email": email, "role": role });
    let invited: Value = portal.owner().post("/admin/api/users", &body).send().await.json();
    invited["link"].as_str().unwrap().to_owned()
}

async fn a_colour_that_cannot_be_seen_is_refused_and_says_why(portal: &TestPortal) {
    acme(portal).await;
    let size = portal.settle().await;
    for (color, code) in [("#ffe100", "LOW_CONTRAST"), ("#959595", "LOW_CONTRAST"), ("red", "INVALID_COLOR")]
    {
        let create = json!({ "name": "Globex", "primary_color": color });
        let created = portal.admin().post("/admin/api/tenants", &create).send().await.problem();
        let edit = json!({ "primary_color": color });
        let edited = portal.admin().patch("/admin/api/tenants/acme", &edit).send().await.problem();
        for problem in [created, edited] {
            assert_eq!((problem.status, problem.pointers()), (422, vec!["/primary_color"]), "{color}");
            assert_eq!(problem.errors[0].code, code, "{color}");
        }
    }
    let edit = json!({ "primary_color": "#959595" });
    let refused = portal.admin().patch("/admin/api/tenants/acme", &edit).send().await.problem();
    let detail = &refused.errors[0].detail;
    assert!(detail.contains("2.99:1") && detail.contains("at least 3:1"), "{detail}");
    assert_eq!(portal.settle().await, size);
    let edit = json!({ "primary_color": "#949494" });
    assert_eq!(portal.admin().patch("/admin/api/tenants/acme", &edit).send().await.code(), 200);
}

async fn the_page_of_an_invitation_looks_like_its_tenant_and_loads_nothing_else(portal: &TestPortal) {
    acme(portal).await;
    let open = async |link: &str| {
        let client: Client = portal.anonymous().into_client();
        client.get(link.strip_prefix(portal.url()).unwrap()).send().await
    };
    let usual = open(&invite(portal, None, "ada@example.com").await).await;
    let page = open(&invite(portal, Some("acme"), "grace@example.com").await).await;
    assert_eq!(page.code(), 200);
    let html = page.text();
    assert!(html.contains("Acme &#38; Söhne</span></span>"), "{html}");
    assert!(
        html.contains("src=\"https://cdn.example.com/acme;script-src.png?x=1&#38;y=2\" alt=\"\""),
        "{html}"
    );
    assert!(
        html.contains("<link rel=\"stylesheet\" href=\"/brand/c47a12.css\">") && !html.contains("style="),
        "{html}"
    );
    let (policy, usual_policy) =
        (page.header("content-security-policy").to_owned(), usual.header("content-security-policy"));
    assert_eq!(policy, usual_policy.replace("img-src 'self'", "img-src 'self' https://cdn.example.com"));
    assert!(usual_policy.contains("img-src 'self';"), "{usual_policy}");
    assert!(!usual.text().contains("/brand/") && !usual.text().contains("<img"), "{}", usual.text());

    let style = portal.anonymous().get("/brand/c47a12.css").send().await;
    assert_eq!((style.code(), style.header("content-type")), (200, "text/css; charset=utf-8"));
    assert!(
        style.text().contains("--solid: #c47a12;") && style.text().contains("--on-solid: #000000;"),
        "{}",
        style.text()
    );
    for file in ["c47a12", "c47a1.css", "c47a1g.css", "red.css", "%7D.css", "c47a12%3B%7D.css"] {
        assert_eq!(portal.anonymous().get(&format!("/brand/{file}")).send().await.code(), 404, "{file}");
    }
}

async fn anybody_may_see_how_a_tenant_shows_itself_and_nothing_more(portal: &TestPortal) {
    acme(portal).await;
    portal.admin().tenant("Plain").create().await.unwrap();
    let ask = async |slug: &str| {
        portal.anonymous().get(&format!("/tenant/api/branding?tenant={slug}")).send().await
    };
    let found = ask("acme").await;
    let expected = json!({
        "name": "Acme & Söhne", "logo_url": LOGO, "primary_color": "#c47a12", "text_on_primary": "#000000",
    });
    assert_eq!((found.code(), found.json::<Value>()), (200, expected));
    let plain = json!({ "name": "Plain", "logo_url": null, "primary_color": null, "text_on_primary": null });
    assert_eq!(ask("plain").await.json::<Value>(), plain);
    portal.admin().delete_tenant("plain").await.unwrap();
    for slug in ["plain", "nobody", "", "%00"] {
        assert_eq!(ask(slug).await.problem().kind(), (404, "TENANT_NOT_FOUND"), "{slug}");
    }
    let missing = portal.anonymous().get("/tenant/api/branding").send().await.problem();
    assert_eq!(missing.status, 422);
}

async fn letters_look_like_their_tenant(portal: &TestPortal, server: MailServer) {
    acme(portal).await;
    invite(portal, Some("acme"), "grace@example.com").await;
    invite(portal, None, "ada@example.com").await;
    let mail = wait_for("both arrive", || async {
        let mut mail = server.mail();
        mail.sort_by_key(|mail| mail.to.clone());
        (mail.len() == 2).then_some(mail)
    })
    .await;
    let [of_portal, of_acme] = mail.as_slice() else { panic!("two letters") };
    assert!(
        of_acme.text.contains("The operator has invited you to Acme & Söhne on Daybook."),
        "{}",
        of_acme.text
    );
    assert!(of_acme.text.ends_with("-- \nAcme & Söhne\n"), "{}", of_acme.text);
    let html = &of_acme.html;
    assert!(html.contains("src=\"https://cdn.example.com/acme;script-src.png?x=1&#38;y=2\""), "{html}");
    assert!(html.contains("Acme &#38; Söhne</p>") && html.contains("background:#c47a12"), "{html}");
    assert!(
        of_portal.text.ends_with("-- \nDaybook\n") && !of_portal.html.contains("<img"),
        "{}",
        of_portal.html
    );
    assert!(of_portal.html.contains("background:#2545c4"), "{}", of_portal.html);
}
