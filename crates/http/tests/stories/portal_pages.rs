//! The pages for people who are signed in: who may see them, that they say what the API says, and that they need no script.

use daybook_testkit::{
    Browser, Client, EventStream, Method, PASSWORD, Reply, Request, Role, Sample, TestPortal, both_engines,
    one_time_code,
};
use serde_json::{Value, json};

both_engines!(
    a_person_signs_in_by_the_form_and_out_again,
    a_second_factor_is_asked_for,
    pages_are_for_those_whom_the_list_names,
    the_dashboard_says_what_the_api_says,
    the_log_is_filtered_paged_and_read,
    a_form_that_nothing_says_is_ours_changes_nothing,
    errors_are_pages_for_browsers_and_documents_for_programs,
    nothing_that_somebody_wrote_is_markup,
    files_are_addressed_by_their_contents,
    the_feed_goes_on_live,
);

fn form(pairs: &[(&str, &str)]) -> String {
    daybook_testkit::query("", pairs).trim_start_matches('?').to_owned()
}

/// A form as a browser sends it.
pub(crate) fn submission(client: &Client, path: &str, pairs: &[(&str, &str)]) -> Request {
    let request = client.request(Method::POST, path).header("sec-fetch-site", "same-origin");
    request.header("content-type", "application/x-www-form-urlencoded").body(form(pairs))
}

pub(crate) async fn submit(client: &Client, path: &str, pairs: &[(&str, &str)]) -> Reply {
    submission(client, path, pairs).send().await
}

/// A client with the cookie of somebody who is signed in.
pub(crate) fn visiting(portal: &TestPortal, browser: &Browser) -> Client {
    portal.anonymous().into_client().with_cookie(&browser.cookie().unwrap())
}

pub(crate) async fn page(client: &Client, path: &str) -> String {
    let reply = client.get(path).header("accept", "text/html").send().await;
    assert_eq!(
        (reply.code(), reply.header("content-type")),
        (200, "text/html; charset=utf-8"),
        "{path}: {}",
        reply.text()
    );
    reply.text().to_owned()
}

/// What stands in a hidden field.
pub(crate) fn hidden<'a>(page: &'a str, name: &str) -> &'a str {
    let (_, rest) = page.split_once(&format!("name=\"{name}\" value=\"")).unwrap();
    rest.split('"').next().unwrap()
}

async fn a_person_signs_in_by_the_form_and_out_again(portal: &TestPortal) {
    portal.person("grace", Role::Admin, None).await;
    let client = portal.anonymous().into_client();
    let sent_away = client.get("/dashboard?range=7d").send().await;
    assert_eq!(
        (sent_away.code(), sent_away.header("location")),
        (303, "/sign-in?next=%2Fdashboard%3Frange%3D7d")
    );
    let asked = page(&client, sent_away.header("location")).await;
    assert_eq!(hidden(&asked, "next"), "/dashboard?range=7d");
    let wrong = [("email", "grace@example.com"), ("password", "not it at all"), ("next", "/dashboard")];
    let refused = submit(&client, "/sign-in", &wrong).await;
    assert_eq!((refused.code(), refused.header("set-cookie")), (401, ""));
    assert!(
        refused.text().contains("Address or password are wrong.")
            && refused.text().contains("grace@example.com")
    );
    let size = portal.settle().await;
    let right = [("email", "grace@example.com"), ("password", PASSWORD), ("next", "/dashboard?range=7d")];
    let done = submit(&client, "/sign-in", &right).await;
    assert_eq!((done.code(), done.header("location")), (303, "/dashboard?range=7d"));
    assert_eq!(portal.settle().await, size + 2, "USER_LOGIN and SESSION_CREATED");
    let cookie = done.header("set-cookie").split(';').next().unwrap().to_owned();
    let client = portal.anonymous().into_client().with_cookie(&cookie);
    let dashboard = page(&client, "/dashboard").await;
    assert!(dashboard.contains("<b>grace</b>") && dashboard.contains("Platform admin"), "{dashboard}");
    let out = submit(&client, "/sign-out", &[("form_token", hidden(&dashboard, "form_token"))]).await;
    assert_eq!((out.code(), out.header("location")), (303, "/sign-in"));
    assert_eq!(client.get("/dashboard").send().await.code(), 303, "the session has ended");
    let elsewhere = [("email", "grace@example.com"), ("password", PASSWORD), ("next", "//evil.example")];
    let client = portal.anonymous().into_client();
    assert_eq!(submit(&client, "/sign-in", &elsewhere).await.header("location"), "/dashboard");
}

async fn a_second_factor_is_asked_for(portal: &TestPortal) {
    let browser = portal.person("grace", Role::Admin, None).await;
    let begun: Value = browser.post("/me/totp", &json!({})).await.json();
    let secret = begun["secret"].as_str().unwrap();
    let now = || daybook_model::Clock::now(portal.clock());
    let confirm = json!({ "ceremony": begun["ceremony"], "code": one_time_code(secret, now()) });
    let confirmed = browser.post("/me/totp/confirm", &confirm).await;
    assert!(confirmed.status.is_success(), "{}", confirmed.text());
    let codes: Value = confirmed.json();
    let recovery = codes["recovery_codes"][0].as_str().unwrap().to_owned();
    portal.clock().advance(std::time::Duration::from_secs(60));
    let client = portal.anonymous().into_client();
    let credentials = [("email", "grace@example.com"), ("password", PASSWORD), ("next", "/events")];
    for code in [one_time_code(secret, now()), recovery] {
        let half_way = submit(&client, "/sign-in", &credentials).await;
        assert_eq!((half_way.code(), half_way.header("set-cookie")), (200, ""));
        let ceremony = hidden(half_way.text(), "ceremony").to_owned();
        let second = [
            ("ceremony", ceremony.as_str()),
            ("code", code.as_str()),
            ("next", hidden(half_way.text(), "next")),
        ];
        let done = submit(&client, "/sign-in/code", &second).await;
        assert_eq!((done.code(), done.header("location")), (303, "/events"), "{}", done.text());
        let again = submit(&client, "/sign-in/code", &second).await;
        assert_eq!(again.code(), 410, "a step is taken once");
    }
    let half_way = submit(&client, "/sign-in", &credentials).await;
    let second = [("ceremony", hidden(half_way.text(), "ceremony")), ("code", "000000")];
    let refused = submit(&client, "/sign-in/code", &second).await;
    assert_eq!((refused.code(), refused.header("set-cookie")), (401, ""));
}

/// Somebody of each role, signed in; those of a tenant at Acme.
async fn everybody(portal: &TestPortal) -> Vec<(Role, Client)> {
    let mut folk = vec![];
    for role in Role::ALL {
        let tenant = (!Role::PLATFORM.contains(&role)).then_some("acme");
        folk.push((role, visiting(portal, &portal.person(&role.to_string(), role, tenant).await)));
    }
    folk
}

async fn pages_are_for_those_whom_the_list_names(portal: &TestPortal) {
    let (nobody, sample) = (portal.anonymous().into_client(), Sample::prepare(portal).await);
    let folk = everybody(portal).await;
    for listed in daybook_http::pages() {
        let path = &sample.address(listed.path);
        assert_eq!(nobody.get(path).send().await.code(), 303, "{path}");
        assert_eq!(portal.owner().get(path).send().await.code(), 303, "{path}: a token opens no page");
        let (_, owner) = &folk[0];
        let foreign = owner.request(Method::POST, path).header("sec-fetch-site", "cross-site");
        let foreign = foreign.header("origin", "https://elsewhere.example").send().await.problem();
        assert_eq!(foreign.kind(), (403, "CROSS_SITE"), "{path}");
        for (role, client) in &folk {
            let is_seen = listed.side.is_of(*role) && role.may(listed.sees);
            // The status alone: what is live does not end. Where only a form is taken, there is nothing to see.
            let status = client.get(path).status().await;
            assert_eq!([200, 405].contains(&status), is_seen, "{path} as {role}: {status}");
            assert_eq!(status == 403, !is_seen, "{path} as {role}: {status}");
        }
    }
    let (_, member) = folk.last().unwrap();
    let refused = member.get("/dashboard").header("accept", "text/html").send().await;
    assert!(refused.text().contains("You may not see this"), "{}", refused.text());
    let fragment = nobody.get("/dashboard").header("hx-request", "true").send().await;
    assert_eq!(fragment.header("hx-redirect"), "/sign-in?next=%2Fdashboard");
}

async fn the_dashboard_says_what_the_api_says(portal: &TestPortal) {
    let empty = portal.person("grace", Role::Auditor, None).await;
    let client = visiting(portal, &empty);
    assert!(page(&client, "/dashboard").await.contains("No devices yet"));
    let admin = portal.admin();
    admin.tenant("Acme").create().await.unwrap();
    let project = admin.project("acme", "Kiosk").create().await.unwrap();
    admin.project("acme", "Lobby").create().await.unwrap();
    let codes = admin.codes("acme").count(3).project(&project.id).create().await.unwrap().items;
    for (number, code) in codes.iter().enumerate() {
        portal.device(&format!("kiosk-000{number}")).activate(&code.code).await.unwrap();
    }
    admin.revoke_code(&codes[0].id).await.unwrap();
    portal.device("late-one").activate(&codes[0].code).await.unwrap_err();
    let size = portal.settle().await;
    let shown = page(&client, "/dashboard?range=7d").await;
    let stats = portal.auditor().value("/admin/api/dashboard-stats").await;
    assert_eq!(stats["as_of"], json!(size));
    for (figure, value) in [
        ("tenants", &stats["tenants"]["total"]),
        ("projects", &stats["projects"]["active"]),
        ("codes", &stats["codes"]["active"]),
        ("devices", &stats["devices"]["active"]),
        ("activations", &stats["activations"]["last_30_days"]),
        ("refused", &stats["refused"]["last_30_days"]),
    ] {
        let cell = format!("data-figure=\"figure-{figure}\">{value}</dd>");
        assert!(shown.contains(&cell), "{cell} in {shown}");
    }
    assert!(shown.contains(&format!("As of entry {size}")), "{shown}");
    assert!(
        shown
            .contains("Kiosk</span></th><td class=\"n\">3</td><td class=\"n nowrap tone-mute\">100.0 %</td>"),
        "{shown}"
    );
    let feed = portal.auditor().value("/admin/api/recent-activities?limit=25").await;
    for activity in feed["activities"].as_array().unwrap() {
        assert!(shown.contains(&format!("id=\"e{}\"", activity["seq"])), "{activity}");
    }
    let major = page(&client, "/dashboard?severity=MAJOR").await;
    assert!(major.contains("entry major") && !major.contains("entry minor"));
    let german = client.get("/dashboard").header("accept-language", "de-CH,de;q=0.9").send().await;
    assert!(german.text().contains("<html lang=\"de\"") && german.text().contains("Letzte Ereignisse"));
}

async fn the_log_is_filtered_paged_and_read(portal: &TestPortal) {
    let browser = portal.person("grace", Role::Auditor, None).await;
    let client = visiting(portal, &browser);
    let admin = portal.admin();
    for number in 0..60 {
        admin.tenant("Acme").slug(&format!("acme-{number}")).create().await.unwrap();
    }
    let size = portal.settle().await;
    let mut places = vec![];
    let mut address = "/events".to_owned();
    loop {
        let shown = page(&client, &address).await;
        places.extend(
            shown
                .split("<a class=\"ev-btn\" href=\"/events/")
                .skip(1)
                .map(|rest| rest.split('"').next().unwrap().parse::<u64>().unwrap()),
        );
        let Some((_, rest)) = shown.split_once("<a class=\"btn sm push\" href=\"") else { break };
        address = rest.split('"').next().unwrap().replace("&#38;", "&");
    }
    assert_eq!(places, (0..size).rev().collect::<Vec<_>>(), "every entry once, newest first");
    filters_narrow_the_log(portal, &client).await;
    an_entry_is_read_and_leads_on(portal, &client, size - 1).await;
    admin.update_tenant("acme-7", &json!({ "name": "Globex" })).await.unwrap();
    let size = portal.settle().await;
    let changed = page(&client, &format!("/events/{}", size - 1)).await;
    assert!(changed.contains("<del>Acme</del>") && changed.contains("<ins>Globex</ins>"), "{changed}");
    assert_eq!(client.get("/events/99999").header("accept", "text/html").send().await.code(), 404);
}

async fn filters_narrow_the_log(portal: &TestPortal, client: &Client) {
    let one = page(client, "/events?type=TENANT_CREATED&tenant=acme-7").await;
    assert_eq!(one.matches("class=\"ev-btn\"").count(), 1);
    let chips = [
        "/events?type=TENANT%5FCREATED\">Tenant: acme-7 ",
        "/events?tenant=acme%2D7\">Type: Tenant created ",
    ];
    for chip in chips {
        assert!(one.contains(chip), "each filter can be dropped for itself: {chip} in {one}");
    }
    let today =
        &portal.auditor().value("/admin/api/events").await["items"][0]["occurred_at"].to_string()[1..11];
    for (asked, found) in [
        (format!("since={today}"), 50),
        (format!("until={today}"), 50),
        (format!("until={today}&before=3"), 3),
        ("since=2099-01-01".to_owned(), 0),
        ("until=2001-01-01".to_owned(), 0),
        ("outcome=refused".to_owned(), 0),
    ] {
        assert_eq!(
            page(client, &format!("/events?{asked}")).await.matches("class=\"ev-btn\"").count(),
            found,
            "{asked}"
        );
    }
    assert!(page(client, "/events?q=nobody-s").await.contains("Nothing matches"));
    let wrong = client.get("/events?type=WRONG").header("accept", "text/html").send().await;
    assert_eq!(wrong.code(), 422);
}

/// The newest entry, that a tenant `acme-59` was created, as a page and under its row; what it names outlives the tenant.
async fn an_entry_is_read_and_leads_on(portal: &TestPortal, client: &Client, place: u64) {
    let address = format!("/events/{place}");
    let read = page(client, &address).await;
    let event = portal.auditor().value(&format!("/admin/api{address}")).await;
    for part in [&event["id"], &event["leaf_hash"], &event["request_id"], &event["description"]] {
        assert!(read.contains(part.as_str().unwrap()), "{part} in {read}");
    }
    let unfolded = client.get(&address).header("hx-request", "true").send().await.text().to_owned();
    assert!(
        unfolded.starts_with("<div class=\"detail-grid\">"),
        "under its row, without the frame: {unfolded}"
    );
    let id = event["tenant"]["id"].as_str().unwrap();
    let related =
        [format!("href=\"/tenants/{id}\""), format!("href=\"/events?q={}\"", id.replace('_', "%5F"))];
    for link in &related {
        assert!(unfolded.contains(link.as_str()) && read.contains(link.as_str()), "{link} in {unfolded}");
    }
    let named = client.get(&format!("/tenants/{id}")).send().await;
    assert_eq!((named.code(), named.header("location")), (303, "/tenants/acme-59"));
    portal.admin().delete_tenant("acme-59").await.unwrap();
    let gone = client.get(&format!("/tenants/{id}")).send().await;
    let left = format!("/events?tenant={}", id.replace('_', "%5F"));
    assert_eq!((gone.code(), gone.header("location")), (303, left.as_str()));
    assert!(page(client, &left).await.contains("TENANT_DELETED"));
}

async fn a_form_that_nothing_says_is_ours_changes_nothing(portal: &TestPortal) {
    let browser = portal.person("grace", Role::Admin, None).await;
    let client = visiting(portal, &browser);
    let other = visiting(portal, &portal.person("alan", Role::Admin, None).await);
    let size = portal.settle().await;
    let own = page(&client, "/dashboard").await;
    let (own, foreign) = (hidden(&own, "form_token"), page(&other, "/dashboard").await);
    // As a browser does that does not say where a form comes from.
    let send = async |pairs: &[(&str, &str)], headers: &[(&'static str, &str)]| {
        let bare = portal.anonymous().into_client().request(Method::POST, "/sign-out");
        let request = bare.header("cookie", &browser.cookie().unwrap()).body(form(pairs));
        let request = request.header("content-type", "application/x-www-form-urlencoded");
        headers.iter().fold(request, |request, (name, value)| request.header(name, value)).send().await
    };
    for pairs in [&[][..], &[("form_token", "")], &[("form_token", hidden(&foreign, "form_token"))]] {
        assert_eq!(send(pairs, &[]).await.problem().kind(), (403, "FORM_TOKEN_REQUIRED"));
    }
    let elsewhere = send(&[("form_token", own)], &[("origin", "https://evil.example")]).await;
    assert_eq!(elsewhere.problem().kind(), (403, "CROSS_SITE"));
    assert_eq!(portal.settle().await, size);
    assert_ne!(own, hidden(&page(&client, "/dashboard").await, "form_token"), "masked anew each time");
    assert_eq!(send(&[("form_token", own)], &[]).await.header("location"), "/sign-in");
}

async fn errors_are_pages_for_browsers_and_documents_for_programs(portal: &TestPortal) {
    let client = portal.anonymous().into_client();
    let shown = client.get("/nowhere").header("accept", "text/html,*/*;q=0.8").send().await;
    assert_eq!((shown.code(), shown.header("content-type")), (404, "text/html; charset=utf-8"));
    assert!(
        shown.text().contains("There is nothing here") && shown.text().contains(shown.header("x-request-id"))
    );
    let told = client.get("/nowhere").send().await;
    assert_eq!(told.problem().kind(), (404, "NOT_FOUND"));
    let api = client.get("/admin/api/nowhere").header("accept", "text/html").send().await;
    assert_eq!(api.problem().kind(), (404, "NOT_FOUND"));
}

async fn nothing_that_somebody_wrote_is_markup(portal: &TestPortal) {
    const EVIL: &str = "\"><img src=x onerror=alert(1)>";
    let invitation = json!({ "email": "eve@example.com", "role": "admin" });
    let invited: Value = portal.owner().post("/admin/api/users", &invitation).send().await.json();
    let browser = portal.browser();
    let (_, token) = invited["link"].as_str().unwrap().split_once("token=").unwrap();
    let joined =
        browser.post("/auth/accept", &json!({ "token": token, "password": PASSWORD, "name": EVIL })).await;
    assert_eq!(joined.code(), 200, "{}", joined.text());
    let draft = json!({ "name": EVIL, "slug": "evil" });
    let request = browser.request(Method::POST, "/admin/api/tenants").header("user-agent", EVIL);
    assert_eq!(browser.send(request.json(&draft)).await.code(), 201);
    let project = json!({ "tenant": "evil", "name": EVIL, "client_name": EVIL });
    assert_eq!(browser.post("/admin/api/projects", &project).await.code(), 201);
    let client = visiting(portal, &browser);
    let size = portal.settle().await;
    let address = daybook_testkit::query("/events", &[("q", EVIL), ("tenant", EVIL)]);
    let mut paths = vec!["/dashboard".to_owned(), "/events".to_owned(), address];
    paths.extend(["/analytics", "/tenants", "/tenants/evil"].map(ToOwned::to_owned));
    paths.extend(["edit", "suspend", "delete", "subscription"].map(|act| format!("/tenants/evil/{act}")));
    paths.extend((0..size).map(|place| format!("/events/{place}")));
    for path in paths {
        let shown = page(&client, &path).await;
        assert!(!shown.contains("<img"), "{path}: {shown}");
    }
    let error = client.get("/nowhere%3Cimg%3E").header("accept", "text/html").send().await;
    assert!(!error.text().contains("<img"));
}

async fn files_are_addressed_by_their_contents(portal: &TestPortal) {
    let client = portal.anonymous().into_client();
    let shown = page(&client, "/sign-in").await;
    let addresses: Vec<&str> = shown.split('"').filter(|part| part.starts_with("/static/")).collect();
    assert_eq!(addresses.len(), 5, "{addresses:?}");
    for address in addresses {
        let file = client.get(address).send().await;
        assert_eq!((file.code(), file.header("cache-control")), (200, "public, max-age=31536000, immutable"));
    }
    assert_eq!(client.get("/static/daybook.css").send().await.code(), 404);
    let sent = client.get("/sign-in").send().await;
    assert!(sent.header("content-security-policy").contains("default-src 'none'; script-src 'self'"));
    assert_eq!(sent.header("cache-control"), "no-store");
}

async fn the_feed_goes_on_live(portal: &TestPortal) {
    let browser = portal.person("grace", Role::Auditor, None).await;
    let client = visiting(portal, &browser);
    portal.admin().tenant("Acme").create().await.unwrap();
    let size = portal.settle().await;
    let mut stream = EventStream::send(client.get(&format!("/dashboard/live?after={}", size - 2))).await;
    let (id, entry) = stream.next_data().await.unwrap();
    assert_eq!(id, (size - 1).to_string());
    assert!(entry.starts_with("<article class=\"entry major\"") && entry.contains("Acme"), "{entry}");
    portal.admin().tenant("Globex").create().await.unwrap();
    let (id, entry) = stream.next_data().await.unwrap();
    assert_eq!(id, size.to_string());
    assert!(entry.contains("Globex"), "{entry}");
}
