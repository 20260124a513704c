//! Every way in, from its page: a tenant's door in its colours, a passkey as the page's script asks for it, and the identity provider.

use daybook_testkit::{
    Authenticator, Client, Method, PASSWORD, Provider, Realm, Request, Role, SeededEntropy, Signing,
    TestPortal, Visitor, both_engines, one_time_code,
};
use serde_json::{Value, json};

use crate::{
    oidc::{BEGUN, Side, assert_signed_in, invite, owner},
    portal_pages::{hidden, page, submit, visiting},
};

both_engines!(
    a_tenant_s_people_sign_in_at_its_own_door,
    a_passkey_is_asked_for_as_the_pages_say,
    the_provider_is_one_click_away,
    where_somebody_wanted_to_go_is_kept_at_the_provider,
    a_phone_can_read_the_secret_of_one_time_codes,
);

const ORIGIN: &str = "http://portal.example.com";

async fn acme(portal: &TestPortal) {
    let admin = portal.admin();
    let tenant = admin.tenant("Acme & Söhne").slug("acme").with("primary_color", "#C47A12");
    tenant.create().await.unwrap();
}

async fn a_tenant_s_people_sign_in_at_its_own_door(portal: &TestPortal) {
    acme(portal).await;
    let mina = portal.person("mina", Role::TenantMember, Some("acme")).await;
    portal.person("ines", Role::Admin, None).await;
    let client = portal.anonymous().into_client();
    let door = page(&client, "/portal/sign-in?tenant=acme").await;
    for part in ["/brand/c47a12.css", "Acme &#38; Söhne", "name=\"tenant\" value=\"acme\""] {
        assert!(door.contains(part), "{part} in {door}");
    }
    let unnamed = page(&client, "/portal/sign-in").await;
    assert!(
        unnamed.contains("id=\"f-tenant\"") && !unnamed.contains("/brand/"),
        "it is asked for: {unnamed}"
    );
    let missing = client.get("/portal/sign-in?tenant=nobody").header("accept", "text/html").send().await;
    assert_eq!(missing.code(), 404);

    let as_mina = |password| [("tenant", "acme"), ("email", "mina@example.com"), ("password", password)];
    let refused = submit(&client, "/portal/sign-in", &as_mina("not it at all")).await;
    assert_eq!((refused.code(), refused.header("set-cookie")), (401, ""));
    assert!(refused.text().contains("mina@example.com") && refused.text().contains("/brand/c47a12.css"));
    let of_platform = [("tenant", "acme"), ("email", "ines@example.com"), ("password", PASSWORD)];
    assert_eq!(submit(&client, "/portal/sign-in", &of_platform).await.code(), 401, "another side's people");
    assert_eq!(submit(&client, "/sign-in", &as_mina(PASSWORD)).await.code(), 401);

    let done = submit(&client, "/portal/sign-in", &as_mina(PASSWORD)).await;
    assert_eq!((done.code(), done.header("location")), (303, "/portal"), "{}", done.text());
    let cookie = done.header("set-cookie").split(';').next().unwrap();
    let signed_in = portal.anonymous().into_client().with_cookie(cookie);
    assert_eq!(signed_in.get("/tenant/api/me").send().await.code(), 200);
    assert_eq!(signed_in.get("/").send().await.header("location"), "/portal", "to their own portal");
    assert_eq!(client.get("/").send().await.header("location"), "/dashboard");

    let begun: Value = mina.post("/me/totp", &json!({})).await.json();
    let now = || daybook_model::Clock::now(portal.clock());
    let code = |secret: &Value| one_time_code(secret.as_str().unwrap(), now());
    let confirm = json!({ "ceremony": begun["ceremony"], "code": code(&begun["secret"]) });
    assert_eq!(mina.post("/me/totp/confirm", &confirm).await.code(), 200);
    portal.clock().advance(std::time::Duration::from_secs(60));
    let half_way = submit(&client, "/portal/sign-in", &as_mina(PASSWORD)).await;
    assert_eq!((half_way.code(), half_way.header("set-cookie")), (200, ""));
    assert!(
        half_way.text().contains("action=\"/portal/sign-in/code\"") && half_way.text().contains("/brand/")
    );
    let (ceremony, code) = (hidden(half_way.text(), "ceremony").to_owned(), code(&begun["secret"]));
    let second = [("tenant", "acme"), ("ceremony", ceremony.as_str()), ("code", code.as_str())];
    let done = submit(&client, "/portal/sign-in/code", &second).await;
    assert_eq!((done.code(), done.header("location")), (303, "/portal"), "{}", done.text());

    let suspend = portal.admin().post("/admin/api/tenants/acme/suspend", &json!({})).send().await;
    assert_eq!(suspend.code(), 200, "{}", suspend.text());
    let refused = submit(&client, "/portal/sign-in", &as_mina(PASSWORD)).await;
    assert_eq!(refused.code(), 403);
    assert!(refused.text().contains("This tenant is suspended"), "{}", refused.text());
}

/// What stands in an attribute of the form that asks for a passkey.
fn data<'a>(page: &'a str, name: &str) -> &'a str {
    let (_, form) = page.split_once("data-passkey=").unwrap();
    let (_, rest) = form.split_once(&format!("data-{name}=\"")).unwrap();
    rest.split('"').next().unwrap()
}

/// What the script sends, from a browser that does not say where a request comes from: nothing but the form's token does.
fn asked(client: &Client, path: &str, cookie: Option<&str>, token: Option<&str>, body: &Value) -> Request {
    let request = client.request(Method::POST, path).json(body);
    let request = cookie.into_iter().fold(request, |request, cookie| request.header("cookie", cookie));
    token.into_iter().fold(request, |request, token| request.header("x-form-token", token))
}

async fn a_passkey_is_asked_for_as_the_pages_say(portal: &TestPortal) {
    acme(portal).await;
    let node = portal.second_node_at(ORIGIN).await;
    let client = node.anonymous().into_client();
    let mut device = Authenticator::new(ORIGIN, &SeededEntropy::new(7));
    let grace = portal.person("grace", Role::Auditor, None).await.at(&node);
    let cookie = grace.cookie().unwrap();
    let account = page(&client.with_cookie(&cookie), "/account").await;
    assert!(
        account.contains("<form class=\"ask\" hidden data-passkey=\"create\""),
        "hidden without a script"
    );
    assert!(account.contains("<noscript>") && account.contains("/static/passkey."), "{account}");
    let (begin, finish) = (data(&account, "begin"), data(&account, "finish"));
    let label = json!({ "label": "laptop" });
    let without = asked(&client, begin, Some(&cookie), None, &label).send().await;
    assert_eq!(without.problem().kind(), (403, "FORM_TOKEN_REQUIRED"));
    let token = Some(data(&account, "form-token"));
    let challenge: Value = asked(&client, begin, Some(&cookie), token, &label).send().await.json();
    let body =
        json!({ "ceremony": challenge["ceremony"], "credential": device.create(&challenge["options"]) });
    let made = asked(&client, finish, Some(&cookie), token, &body).send().await;
    assert_eq!(made.code(), 200, "{}", made.text());
    let cookie = made.header("set-cookie").split(';').next().unwrap();
    let account = page(&client.with_cookie(cookie), "/account").await;
    assert!(account.contains("Passkey<small>laptop"), "{account}");

    let door = page(&client, "/sign-in?next=/events").await;
    assert!(door.contains("hidden data-passkey=\"get\"") && data(&door, "done") == "/events", "{door}");
    let challenge: Value = asked(&client, data(&door, "begin"), None, None, &json!({})).send().await.json();
    let credential = device.get(&challenge["options"]).unwrap();
    let body = json!({ "ceremony": challenge["ceremony"], "credential": credential });
    let done = asked(&client, data(&door, "finish"), None, None, &body).send().await;
    assert_eq!(done.code(), 200, "{}", done.text());
    let cookie = done.header("set-cookie").split(';').next().unwrap();
    page(&client.with_cookie(cookie), "/events").await;

    let door = page(&client, "/portal/sign-in?tenant=acme").await;
    assert_eq!((data(&door, "tenant"), data(&door, "begin")), ("acme", "/tenant/api/auth/passkey"));
    assert!(!page(&client, "/portal/sign-in").await.contains("data-passkey"), "for which tenant?");
    let nameless = page(&portal.anonymous().into_client(), "/sign-in").await;
    assert!(!nameless.contains("data-passkey"), "browsers make none for an address without a name");
    assert_eq!(*grace.realm(), Realm::Platform);
    node.stop().await;
}

async fn the_provider_is_one_click_away(portal: &TestPortal) {
    portal.admin().tenant("Acme").create().await.unwrap();
    let client = portal.anonymous().into_client();
    let doors = [
        (Side::Platform, "/sign-in", "/sign-in/provider"),
        (Side::Acme, "/portal/sign-in?tenant=acme", "/portal/sign-in/provider?tenant=acme"),
    ];
    let redirects =
        ["/admin/api", "/tenant/api"].map(|api| format!("{}{api}/auth/oidc/callback", portal.url()));
    let provider = Provider::start_signing(Signing::Rs256, &redirects).await;
    for (side, door, way) in doors {
        assert!(!page(&client, door).await.contains("/provider"), "none is configured");
        assert_eq!(client.get(way).send().await.code(), 404);
        let reply = owner(portal).put(side.provider(), &provider.configuration()).send().await;
        assert_eq!(reply.code(), 200, "{}", reply.text());
        invite(portal, side, "ada@example.com").await;
        assert!(page(&client, door).await.contains(&format!("href=\"{way}\"")), "{door}");
        let mut visitor = Visitor::new();
        let sent = visitor.get(&format!("{}{way}", portal.url())).await;
        assert_eq!(sent.code(), 303, "{}", sent.text());
        let back = provider.log_in(&mut visitor, sent.header("location"), "ada").await;
        assert_signed_in(&visitor.get(&back).await, &visitor);
        let home = visitor.get(&format!("{}/", portal.url())).await;
        let expected = if matches!(side, Side::Platform) { "/dashboard" } else { "/portal" };
        assert_eq!(home.header("location"), expected);
    }
    let back = "/admin/api/auth/oidc/callback?code=x&state=y";
    let refused = client.get(back).header("accept", "text/html").send().await;
    assert_eq!((refused.code(), refused.header("content-type")), (410, "text/html; charset=utf-8"));
}

async fn where_somebody_wanted_to_go_is_kept_at_the_provider(portal: &TestPortal) {
    let provider = Provider::start(&[format!("{}/admin/api/auth/oidc/callback", portal.url())]).await;
    let reply = owner(portal).put(Side::Platform.provider(), &provider.configuration()).send().await;
    assert_eq!(reply.code(), 200, "{}", reply.text());
    invite(portal, Side::Platform, "ada@example.com").await;
    let client = portal.anonymous().into_client();
    let wanted = "/events?severity=MAJOR&q=a~b";
    let sent_away = client.get(wanted).send().await;
    let door = page(&client, sent_away.header("location")).await;
    let (_, rest) = door.split_once("href=\"/sign-in/provider").unwrap();
    let asked = rest.split('"').next().unwrap().replace("&#38;", "&");
    for (asked, leads) in [
        (asked.as_str(), wanted),
        ("?next=%2F%2Fevil.example", "/"),
        ("?next=%2F%09%2Fevil.example", "/"),
        ("?next=https%3A%2F%2Fevil.example", "/"),
    ] {
        let mut visitor = Visitor::new();
        let sent = visitor.get(&format!("{}/sign-in/provider{asked}", portal.url())).await;
        let back = provider.log_in(&mut visitor, sent.header("location"), "ada").await;
        let done = visitor.get(&back).await;
        assert_eq!((done.code(), done.header("location")), (303, leads), "{asked}: {}", done.text());
    }
    // Whoever can write into somebody's cookies leads them nowhere else either.
    let mut visitor = Visitor::new();
    let sent = visitor.get(&format!("{}/sign-in/provider", portal.url())).await;
    let back = provider.log_in(&mut visitor, sent.header("location"), "ada").await;
    let forged = format!("{}~%2F%2Fevil.example", visitor.cookie(BEGUN).unwrap());
    visitor.set_cookie(BEGUN, &forged);
    assert_signed_in(&visitor.get(&back).await, &visitor);
}

/// The dark modules of the picture on a page, row by row, without the margin.
fn modules(page: &str) -> Vec<Vec<bool>> {
    let (_, svg) = page.split_once("<svg class=\"qr\" viewBox=\"0 0 ").unwrap();
    let size: usize = svg.split(' ').next().unwrap().parse().unwrap();
    let (_, path) = svg.split_once("<path d=\"").unwrap();
    let mut dark = vec![vec![false; size]; size];
    for run in path.split('"').next().unwrap().split('M').skip(1) {
        let numbers: Vec<usize> =
            run.split(|c: char| !c.is_ascii_digit()).filter_map(|number| number.parse().ok()).collect();
        let [x, y, length, 1, again] = numbers[..] else { panic!("{run}") };
        assert_eq!(length, again, "{run}");
        dark[y][x..x + length].fill(true);
    }
    assert!(dark[..4].iter().chain(&dark[size - 4..]).flatten().all(|dark| !dark), "a margin of four");
    dark[4..size - 4].iter().map(|row| row[4..size - 4].to_vec()).collect()
}

async fn a_phone_can_read_the_secret_of_one_time_codes(portal: &TestPortal) {
    let client = visiting(portal, &portal.person("grace", Role::Admin, None).await);
    let form = page(&client, "/account/totp").await;
    let carried = [("form_token", hidden(&form, "form_token"))];
    let begun = submit(&client, "/account/totp", &carried).await;
    let (_, uri) = begun.text().split_once("value=\"otpauth://").unwrap();
    let uri = format!("otpauth://{}", uri.split('"').next().unwrap().replace("&#38;", "&"));
    assert!(uri.contains("&issuer="), "{uri}");
    let encoded = qrcode::QrCode::new(&uri).unwrap();
    let expected: Vec<Vec<bool>> = encoded
        .to_colors()
        .chunks(encoded.width())
        .map(|row| row.iter().map(|color| *color == qrcode::Color::Dark).collect())
        .collect();
    assert_eq!(modules(begun.text()), expected);
    assert!(begun.text().contains("role=\"img\" aria-label=\"QR code of the secret"), "{}", begun.text());
    let headers = [("hx-request", "true"), ("sec-fetch-site", "same-origin")];
    let dialog =
        headers.into_iter().fold(client.request(Method::POST, "/account/totp"), |request, (name, value)| {
            request.header(name, value)
        });
    let dialog = dialog.header("content-type", "application/x-www-form-urlencoded");
    let dialog =
        dialog.body(daybook_testkit::query("", &carried).trim_start_matches('?').to_owned()).send().await;
    assert!(
        dialog.text().starts_with("<dialog") && dialog.text().contains("<svg class=\"qr\""),
        "{}",
        dialog.text()
    );
}
