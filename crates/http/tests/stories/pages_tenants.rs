//! The pages of one tenant, of plans and of the analytics: they say what the API says, and their forms do what they say, without a script.

use daybook_testkit::{Action, Client, Reply, Role, TestPortal, both_engines};
use serde_json::{Value, json};

use crate::portal_pages::{hidden, page, submit, visiting};

both_engines!(
    a_tenant_s_page_says_what_the_api_says,
    whoever_only_looks_is_offered_no_act,
    a_tenant_is_edited_and_a_stale_edit_is_told,
    a_tenant_s_own_people_edit_its_profile,
    a_tenant_is_suspended_and_resumed,
    a_tenant_is_deleted_once_its_slug_is_typed,
    a_subscription_goes_where_its_form_offers,
    plans_are_made_edited_and_deleted_by_forms,
    the_analytics_say_what_the_api_says,
);

async fn visitor(portal: &TestPortal, name: &str, role: Role) -> Client {
    visiting(portal, &portal.person(name, role, None).await)
}

/// Sends a form with these lines, and what it carries besides them.
async fn send(client: &Client, path: &str, pairs: &[(&str, &str)]) -> Reply {
    let form = page(client, path).await;
    let mut all = vec![("form_token", hidden(&form, "form_token"))];
    if form.contains("name=\"version\"") && !pairs.iter().any(|(name, _)| *name == "version") {
        all.push(("version", hidden(&form, "version")));
    }
    submit(client, path, &[&all, pairs].concat()).await
}

/// The form that came back, with what is wrong beside a field.
fn expect_wrong(reply: &Reply, status: u16, field: &str, words: &str) {
    assert_eq!(reply.code(), status, "{}", reply.text());
    let beside = format!("id=\"{field}-error\"");
    let (_, rest) = reply.text().split_once(&beside).unwrap_or_else(|| panic!("{field}: {}", reply.text()));
    let said = rest.split("</p>").next().unwrap();
    assert!(said.contains(words), "{field}: {said}");
}

fn expect_done(reply: &Reply, location: &str) {
    assert_eq!((reply.code(), reply.header("location")), (303, location), "{}", reply.text());
}

/// The newest entry: its type, and what it says of the change.
async fn newest(portal: &TestPortal) -> (String, Value) {
    let size = portal.settle().await;
    let event = portal.auditor().value(&format!("/admin/api/events/{}", size - 1)).await;
    (event["type"].as_str().unwrap().to_owned(), event["metadata"].clone())
}

/// A tenant on a plan of its own, with something of everything.
async fn acme(portal: &TestPortal) {
    let admin = portal.admin();
    let plan = admin.plan("plus").with("device_limit", 4).with("project_limit", 3);
    let plan = plan.with("monthly_activation_quota", 10).with("usage_quotas", json!({ "calls": 200 }));
    plan.create().await.unwrap();
    admin.tenant("Acme").plan("plus").create().await.unwrap();
    let project = admin.project("acme", "Kiosk").create().await.unwrap();
    let codes = admin.codes("acme").count(2).project(&project.id).create().await.unwrap().items;
    let enrolled = portal.device("kiosk-0001").activate(&codes[0].code).await.unwrap();
    let report = json!({ "id": "one", "kind": "calls", "quantity": 190, "at": portal.clock().now() });
    let reported = portal.client(&enrolled.token).post("/device/api/usage", &report).send().await;
    assert!(reported.status.is_success(), "{}", reported.text());
    portal.person("tess", Role::TenantAdmin, Some("acme")).await;
    // Of another tenant: nothing of it is shown.
    admin.tenant("Globex").create().await.unwrap();
    admin.project("globex", "Reactor").create().await.unwrap();
}

async fn a_tenant_s_page_says_what_the_api_says(portal: &TestPortal) {
    acme(portal).await;
    let client = visitor(portal, "grace", Role::Admin).await;
    let size = portal.settle().await;
    let shown = page(&client, "/tenants/acme").await;
    let auditor = portal.auditor();
    let usage = auditor.value("/admin/api/tenants/acme/usage").await;
    for kind in usage["kinds"].as_array().unwrap() {
        assert!(
            shown.contains(&format!("<b>{} of {}</b>", kind["used"], kind["quota"])),
            "{kind} in {shown}"
        );
    }
    for limit in ["devices", "projects"] {
        let limit = &usage["limits"][limit];
        assert!(
            shown.contains(&format!("<b>{} of {}</b>", limit["used"], limit["limit"])),
            "{limit} in {shown}"
        );
    }
    assert_eq!(shown.matches("class=\"bar warn\"").count(), 1, "calls are at nine tenths, nothing else");
    for noun in ["projects", "codes", "devices", "users"] {
        let listed = auditor.value(&format!("/admin/api/{noun}?tenant=acme")).await;
        let items = listed["items"].as_array().unwrap();
        assert!(
            shown.contains(&format!("data-total=\"{noun}\">{}</span>", items.len())),
            "{noun} in {shown}"
        );
        assert!(shown.contains(&format!("href=\"/{noun}?tenant=acme\"")));
        for item in items {
            let hint = || item["hint"].as_str().map(|hint| format!("…{hint}</a>"));
            let link = || format!("href=\"/{noun}/{}\"", item["id"].as_str().unwrap());
            let link = if noun == "codes" { hint().unwrap() } else { link() };
            assert!(shown.contains(&link), "{link} in {shown}");
        }
    }
    let events = auditor.value("/admin/api/events?tenant=acme&limit=6").await;
    for event in events["items"].as_array().unwrap() {
        assert!(shown.contains(&format!("href=\"/events/{}\"", event["seq"])), "{event} in {shown}");
    }
    assert!(shown.contains(&format!("As of entry {size}")) && !shown.contains("Reactor"), "{shown}");
    let missing = client.get("/tenants/nobody").header("accept", "text/html").send().await;
    assert_eq!(missing.code(), 404);
}

async fn whoever_only_looks_is_offered_no_act(portal: &TestPortal) {
    acme(portal).await;
    let (auditor, admin) =
        (visitor(portal, "grace", Role::Auditor).await, visitor(portal, "alan", Role::Admin).await);
    for (path, act, acts) in [("/tenants/acme", "hx-get=\"/tenants/", 4), ("/plans", "hx-get=\"/plans/", 5)] {
        let offered = page(&admin, path).await;
        assert_eq!(offered.matches(act).count(), acts, "{path}: {offered}");
        assert_eq!(page(&auditor, path).await.matches(act).count(), 0, "{path}");
    }
    let size = portal.settle().await;
    let token = page(&auditor, "/plans").await;
    let acts = [Action::TenantsWrite, Action::PlansWrite];
    for listed in daybook_http::pages().filter(|page| acts.contains(&page.changes)) {
        let path = &listed.path.replace("{slug}", "acme").replace("{name}", "standard");
        let sent = submit(&auditor, path, &[("form_token", hidden(&token, "form_token"))]).await;
        assert_eq!(sent.code(), 403, "{path}: {}", sent.text());
    }
    assert_eq!(portal.settle().await, size);
}

async fn a_tenant_is_edited_and_a_stale_edit_is_told(portal: &TestPortal) {
    acme(portal).await;
    let client = visitor(portal, "grace", Role::Admin).await;
    let path = "/tenants/acme/edit";
    let stale = hidden(&page(&client, path).await, "version").to_owned();
    let filled = [
        ("name", "Acme Wheels"),
        ("contact_email", "ops@acme.example"),
        ("plan", "standard"),
        ("device_limit", "7"),
        ("code_prefix", "WHEE"),
        ("self_service_codes", "true"),
        ("domain", "portal.acme.example"),
        ("logo_url", "https://acme.example/logo.png"),
        ("primary_color", "#2545c4"),
    ];
    expect_done(&send(&client, path, &filled).await, "/tenants/acme");
    let tenant = portal.auditor().value("/admin/api/tenants/acme").await;
    for (name, value) in filled {
        let is = &tenant[name];
        assert_eq!(is.as_str().map_or_else(|| is.to_string(), ToOwned::to_owned), value, "{name}");
    }
    let (kind, said) = newest(portal).await;
    assert_eq!((kind.as_str(), said["changes"].as_object().unwrap().len()), ("TENANT_UPDATED", 9), "{said}");
    let size = portal.settle().await;
    let with = |name: &'static str, value: &'static str| {
        filled.map(|(other, typed)| if other == name { (name, value) } else { (other, typed) })
    };
    let pairs = [&with("name", "Acme Rails")[..], &[("version", &stale)]].concat();
    let told = send(&client, path, &pairs).await;
    assert_eq!(told.code(), 412, "{}", told.text());
    assert!(
        told.text().contains("It was changed in the meantime")
            && told.text().contains("value=\"Acme Rails\"")
    );
    for (name, value, words) in [
        ("name", " ", "must not be empty"),
        ("contact_email", "nowhere", "must be an e-mail address"),
        ("device_limit", "many", "must be a whole number"),
        ("code_prefix", "7", "must be"),
        ("plan", "none", "must be the name of a plan"),
        ("primary_color", "blue", "must be"),
    ] {
        let back = send(&client, path, &with(name, value)).await;
        expect_wrong(&back, 422, name, words);
        assert!(back.text().contains("value=\"portal.acme.example\""), "what was typed is kept");
    }
    assert_eq!(portal.settle().await, size, "nothing of that was recorded");
    let emptied = filled.map(|(name, value)| match name {
        "name" | "plan" | "code_prefix" => (name, value),
        _ => (name, ""),
    });
    expect_done(&send(&client, path, &emptied).await, "/tenants/acme");
    let tenant = portal.auditor().value("/admin/api/tenants/acme").await;
    assert_eq!(
        (&tenant["domain"], &tenant["device_limit"]),
        (&Value::Null, &json!(100)),
        "the plan's limit: {tenant}"
    );
    assert_eq!(tenant["self_service_codes"], json!(false));
    let dialog = client.get(path).header("hx-request", "true").send().await;
    assert!(dialog.text().starts_with("<dialog") && dialog.text().contains("hx-post=\"/tenants/acme/edit\""));
}

async fn a_tenant_s_own_people_edit_its_profile(portal: &TestPortal) {
    acme(portal).await;
    let path = "/portal/profile";
    let admin = visiting(portal, &portal.person("tove", Role::TenantAdmin, Some("acme")).await);
    assert!(page(&admin, "/portal").await.contains(&format!("hx-get=\"{path}\"")));
    let stale = hidden(&page(&admin, path).await, "version").to_owned();
    let filled = [
        ("name", "Acme Wheels"),
        ("contact_email", "ops@acme.example"),
        ("domain", "portal.acme.example"),
        ("logo_url", "https://acme.example/logo.png"),
        ("primary_color", "#2545c4"),
    ];
    // What the operator grants is no line of the form, and is not looked at.
    let granted = [("plan", "standard"), ("device_limit", "9999"), ("code_prefix", "WHEE")];
    expect_done(&send(&admin, path, &[&filled[..], &granted].concat()).await, "/portal");
    let tenant = portal.auditor().value("/admin/api/tenants/acme").await;
    for (name, value) in filled.into_iter().chain([("plan", "plus"), ("code_prefix", "ACME")]) {
        assert_eq!(tenant[name], value, "{name}");
    }
    let (kind, said) = newest(portal).await;
    assert_eq!((kind.as_str(), said["changes"].as_object().unwrap().len()), ("TENANT_UPDATED", 5), "{said}");
    let member = visiting(portal, &portal.person("max", Role::TenantMember, Some("acme")).await);
    let size = portal.settle().await;
    assert_eq!(send(&admin, path, &[&filled[..], &[("version", &stale)]].concat()).await.code(), 412);
    for (name, value, words) in
        [("name", " ", "must not be empty"), ("primary_color", "#ffffff", "too light")]
    {
        let wrong = filled.map(|(other, typed)| if other == name { (name, value) } else { (other, typed) });
        expect_wrong(&send(&admin, path, &wrong).await, 422, name, words);
    }
    let shown = page(&member, "/portal").await;
    assert!(!shown.contains(path), "{shown}");
    let refused =
        submit(&member, path, &[("form_token", hidden(&shown, "form_token")), ("name", "Mine")]).await;
    assert_eq!(refused.code(), 403);
    assert_eq!(portal.settle().await, size, "nothing of that was recorded");
}

async fn a_tenant_is_suspended_and_resumed(portal: &TestPortal) {
    acme(portal).await;
    let client = visitor(portal, "grace", Role::Admin).await;
    let asked = page(&client, "/tenants/acme/suspend").await;
    let effects = "1 person cannot sign in, 1 device is refused, and 1 code activates nothing";
    assert!(asked.contains(effects), "{asked}");
    expect_done(&send(&client, "/tenants/acme/suspend", &[("reason", "unpaid")]).await, "/tenants/acme");
    let (kind, said) = newest(portal).await;
    assert_eq!((kind.as_str(), &said["reason"]), ("TENANT_SUSPENDED", &json!("unpaid")), "{said}");
    let shown = page(&client, "/tenants/acme").await;
    assert!(shown.contains("badge bad") && shown.contains("href=\"/tenants/acme/resume\""), "{shown}");
    assert!(!shown.contains("href=\"/tenants/acme/suspend\""));
    let size = portal.settle().await;
    let again = send(&client, "/tenants/acme/suspend", &[("reason", "still unpaid")]).await;
    assert_eq!(again.code(), 409);
    let told = "The tenant is suspended already.";
    assert!(
        again.text().contains(told) && again.text().contains("value=\"still unpaid\""),
        "{}",
        again.text()
    );
    assert_eq!(portal.settle().await, size);
    expect_done(&send(&client, "/tenants/acme/resume", &[("reason", "")]).await, "/tenants/acme");
    assert_eq!(newest(portal).await.0, "TENANT_RESUMED");
    assert_eq!(send(&client, "/tenants/acme/resume", &[]).await.code(), 409);
}

async fn a_tenant_is_deleted_once_its_slug_is_typed(portal: &TestPortal) {
    acme(portal).await;
    let client = visitor(portal, "grace", Role::Admin).await;
    let path = "/tenants/acme/delete";
    let asked = page(&client, path).await;
    let closes = portal.admin().deletion_impact("acme").await.unwrap().closes;
    assert_eq!(
        (closes.projects_active, closes.codes_active, closes.devices_active, closes.users),
        (1, 1, 1, 1)
    );
    for line in [
        "1 project is deleted.",
        "1 active code is revoked.",
        "1 active device is revoked.",
        "1 user is removed.",
        "1 session is ended.",
        "This cannot be undone.",
    ] {
        assert!(asked.contains(line), "{line} in {asked}");
    }
    let size = portal.settle().await;
    for typed in ["", "Acme", "globex"] {
        let back = send(&client, path, &[("confirm", typed), ("reason", "moved away")]).await;
        expect_wrong(&back, 422, "confirm", "nothing was changed");
        assert!(back.text().contains("value=\"moved away\""));
    }
    let stale = [("confirm", "acme"), ("version", "0")];
    assert_eq!(send(&client, path, &stale).await.code(), 412);
    assert_eq!(portal.settle().await, size);
    let token = page(&client, path).await;
    let pairs = [
        ("form_token", hidden(&token, "form_token")),
        ("version", hidden(&token, "version")),
        ("confirm", "acme"),
        ("reason", "moved away"),
    ];
    expect_done(&submit(&client, path, &pairs).await, "/tenants");
    let (kind, said) = newest(portal).await;
    assert_eq!((kind.as_str(), &said["reason"]), ("TENANT_DELETED", &json!("moved away")), "{said}");
    let gone = client.get("/tenants/acme").header("accept", "text/html").send().await;
    assert_eq!(gone.code(), 404);
}

async fn a_subscription_goes_where_its_form_offers(portal: &TestPortal) {
    acme(portal).await;
    let client = visitor(portal, "grace", Role::Admin).await;
    let path = "/tenants/acme/subscription";
    let offered = async || -> Vec<String> {
        let form = page(&client, path).await;
        let options = form.split("<option value=\"").skip(1);
        options.map(|rest| rest.split('"').next().unwrap().to_owned()).collect()
    };
    assert_eq!(offered().await, ["past_due", "suspended", "canceled"]);
    let size = portal.settle().await;
    let back = send(&client, path, &[("state", "trialing"), ("trial_ends_at", "2099-01-01")]).await;
    assert_eq!(back.code(), 409);
    assert!(back.text().contains("A subscription in its present state cannot become this."));
    expect_wrong(&send(&client, path, &[("state", "new")]).await, 422, "state", "must be one of these");
    expect_wrong(&send(&client, path, &[]).await, 422, "state", "must be one of these");
    let dated = [("state", "past_due"), ("trial_ends_at", "2099-01-01")];
    expect_wrong(&send(&client, path, &dated).await, 422, "trial_ends_at", "is for trials only");
    assert_eq!(send(&client, path, &[("state", "past_due"), ("version", "0")]).await.code(), 412);
    assert_eq!(portal.settle().await, size);
    let canceled = send(&client, path, &[("state", "canceled"), ("reason", "at its end")]).await;
    expect_done(&canceled, "/tenants/acme");
    let (kind, said) = newest(portal).await;
    assert_eq!((kind.as_str(), &said["reason"]), ("SUBSCRIPTION_CHANGED", &json!("at its end")), "{said}");
    assert_eq!(offered().await, ["trialing", "active"]);
    expect_wrong(&send(&client, path, &[("state", "trialing")]).await, 422, "trial_ends_at", "must be given");
    let trial = [("state", "trialing"), ("trial_ends_at", "2099-01-31")];
    expect_done(&send(&client, path, &trial).await, "/tenants/acme");
    let shown = page(&client, "/tenants/acme").await;
    assert!(shown.contains("On trial") && shown.contains("31 Jan 2099"), "{shown}");
}

async fn plans_are_made_edited_and_deleted_by_forms(portal: &TestPortal) {
    let client = visitor(portal, "grace", Role::Admin).await;
    let filled = [
        ("name", "plus"),
        ("title", "Plus"),
        ("device_limit", "500"),
        ("project_limit", ""),
        ("monthly_activation_quota", "200"),
        ("usage_quotas", "api-calls = 100000\r\n\r\n tokens=5\r\n"),
    ];
    expect_done(&send(&client, "/plans/new", &filled).await, "/plans");
    assert_eq!(newest(portal).await.0, "PLAN_CREATED");
    let plan = portal.auditor().value("/admin/api/plans/plus").await;
    assert_eq!((&plan["device_limit"], &plan["project_limit"]), (&json!(500), &Value::Null), "{plan}");
    assert_eq!(plan["usage_quotas"], json!({ "api-calls": 100_000, "tokens": 5 }));
    portal.admin().tenant("Acme").plan("plus").create().await.unwrap();
    portal.settle().await;
    let shown = page(&client, "/plans").await;
    assert!(
        shown.contains("data-tenants=\"plus\">1</td>") && shown.contains("data-tenants=\"standard\">0</td>")
    );
    let exists = send(&client, "/plans/new", &filled).await;
    assert_eq!(exists.code(), 409);
    assert!(exists.text().contains("There is a plan of this name") && exists.text().contains("tokens=5"));
    let size = portal.settle().await;
    let path = "/plans/plus/edit";
    let form = page(&client, path).await;
    assert!(form.contains("api-calls = 100000\ntokens = 5\n</textarea>"), "{form}");
    for (quotas, words) in [
        ("calls\ncalls = 1", "“calls” must be a kind, = and a whole number"),
        ("calls = many", "“calls = many” must be"),
        ("calls = 1\ncalls = 2", "“calls” must stand on one line"),
        ("activations = 5", "activations: activations are counted by the portal itself"),
        ("Calls! = 5", "Calls!: must be 1 to 40 characters"),
    ] {
        let pairs = [("title", "Plus"), ("usage_quotas", quotas)];
        let back = send(&client, path, &pairs).await;
        expect_wrong(&back, 422, "usage_quotas", words);
        assert!(back.text().contains(&format!(">{quotas}</textarea>")), "{}", back.text());
    }
    let limit = [("title", ""), ("device_limit", "-1")];
    let back = send(&client, path, &limit).await;
    expect_wrong(&back, 422, "title", "must not be empty");
    expect_wrong(&back, 422, "device_limit", "must be");
    let stale = send(&client, path, &[("title", "More"), ("version", "0")]).await;
    assert_eq!(stale.code(), 412, "{}", stale.text());
    let refused = send(&client, "/plans/plus/delete", &[]).await;
    assert_eq!(refused.code(), 409);
    assert!(refused.text().contains("Tenants are on this plan; move them to another one first."));
    assert_eq!(portal.settle().await, size);
    expect_done(&send(&client, path, &[("title", "More"), ("project_limit", "3")]).await, "/plans");
    assert_eq!(newest(portal).await.0, "PLAN_UPDATED");
    let plan = portal.auditor().value("/admin/api/plans/plus").await;
    assert_eq!((&plan["device_limit"], &plan["project_limit"]), (&Value::Null, &json!(3)), "{plan}");
    portal.admin().update_tenant("acme", &json!({ "plan": "standard" })).await.unwrap();
    expect_done(&send(&client, "/plans/plus/delete", &[]).await, "/plans");
    assert_eq!(newest(portal).await.0, "PLAN_DELETED");
    assert!(!page(&client, "/plans").await.contains("data-tenants=\"plus\""));
}

async fn the_analytics_say_what_the_api_says(portal: &TestPortal) {
    let client = visitor(portal, "grace", Role::Auditor).await;
    let empty = page(&client, "/analytics").await;
    assert!(empty.contains("No devices yet") && empty.contains("No activation was refused."), "{empty}");
    acme(portal).await;
    let admin = portal.admin();
    let codes = admin.codes("acme").count(2).create().await.unwrap().items;
    admin.revoke_code(&codes[0].id).await.unwrap();
    portal.device("late-one").activate(&codes[0].code).await.unwrap_err();
    portal.clock().advance(std::time::Duration::from_secs(3 * 24 * 3_600));
    portal.device("kiosk-0002").activate(&codes[1].code).await.unwrap();
    let client = visitor(portal, "alan", Role::Auditor).await;
    let size = portal.settle().await;
    for (range, days, columns) in [("7d", 7, 7), ("30d", 30, 30), ("90d", 90, 90), ("1y", 365, 53)] {
        let shown = page(&client, &format!("/analytics?range={range}")).await;
        let told = portal.auditor().value(&format!("/admin/api/analytics?range={range}")).await;
        assert_eq!(told["as_of"], json!(size));
        let by_type = |kind: &str| told["events_by_type"][kind].as_i64().unwrap_or(0);
        let of_days = told["events_per_day"].as_array().unwrap();
        assert_eq!(of_days.len(), days);
        let entries: i64 = of_days.iter().map(|day| day["events"].as_i64().unwrap()).sum();
        for (figure, value) in [
            ("entries", entries),
            ("activations", told["activations"].as_i64().unwrap()),
            ("refused", by_type("ACTIVATION_REFUSED")),
            ("enrolled", by_type("DEVICE_ENROLLED")),
        ] {
            let cell = format!("data-figure=\"figure-{figure}\">{value}</dd>");
            assert!(shown.contains(&cell), "{range}: {cell} in {shown}");
        }
        assert!(shown.contains(&format!("As of entry {size}")), "{shown}");
        assert_eq!(shown.matches("class=\"hit\"").count(), 2 * columns, "{range}: both charts of columns");
        assert_eq!(shown.matches("class=\"chart-data\"").count(), 3, "each with its table");
    }
    let shown = page(&client, "/analytics").await;
    let dashboard = page(&client, "/dashboard").await;
    for figure in ["tenants", "projects", "codes", "devices"] {
        let (_, rest) = dashboard.split_once(&format!("data-figure=\"figure-{figure}\">")).unwrap();
        let total = rest.split('<').next().unwrap();
        let cell = format!("data-total=\"figure-{figure}\">{total}</dd>");
        assert!(shown.contains(&cell), "{cell} in {shown}");
    }
    assert!(shown.contains("href=\"/tenants/acme\"") && shown.contains("<b>2 of 4</b>"), "{shown}");
    assert!(shown.contains("Code revoked<b>1</b>") && shown.contains(">plus</a>"), "{shown}");
    let squares = (0..6).map(|shade| shown.matches(&format!("<rect class=\"q{shade}\" x=")).count());
    let squares: usize = squares.sum::<usize>() - 6;
    assert!((51 * 7 + 1..=52 * 7).contains(&squares), "a square for each day of 52 weeks: {squares}");
}
