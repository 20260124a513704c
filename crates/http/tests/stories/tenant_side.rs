//! A tenant's own side: its profile, projects, codes, devices, events and figures, for its people and programs, and for nobody else.

use daybook_model::code::ActivationCode;
use daybook_testkit::{
    Activity, Browser, Client, EventStream, PASSWORD, Reply, Role, SeededEntropy, TestPortal, both_engines,
};
use serde_json::{Value, json};

use crate::history;

both_engines!(
    a_tenant_edits_its_own_profile_and_nothing_that_is_granted,
    a_tenant_runs_its_own_projects_codes_and_devices,
    a_tenant_generates_codes_where_the_operator_lets_it,
    a_body_names_no_other_tenant_and_nothing_of_one,
    a_member_sees_everything_and_changes_nothing,
    two_tenants_see_only_their_own,
    a_tenant_follows_its_own_events_from_far_behind,
    a_tenant_sees_no_operator_by_name,
    codes_of_others_cannot_be_found_by_assigning_them,
);

async fn tenant_admin(portal: &TestPortal, tenant: &str) -> Browser {
    portal.person(&format!("{tenant}-admin"), Role::TenantAdmin, Some(tenant)).await
}

fn kind(reply: &Reply) -> (u16, String) {
    let problem = reply.problem();
    (problem.status, problem.code)
}

/// The newest event of a tenant, as its own people see it.
async fn newest(portal: &TestPortal, person: &Browser) -> Activity {
    portal.settle().await;
    let page: Value = person.get("/events?limit=1").await.json();
    serde_json::from_value(page["items"][0].clone()).unwrap()
}

async fn a_tenant_edits_its_own_profile_and_nothing_that_is_granted(portal: &TestPortal) {
    let made = portal.admin().tenant("Acme").create().await.unwrap();
    let ada = tenant_admin(portal, "acme").await;
    let read = ada.get("/profile").await;
    let profile: Value = read.json();
    assert_eq!((&profile["id"], &profile["name"]), (&json!(made.id), &json!("Acme")));
    assert_eq!((&profile["plan"], &profile["self_service_codes"]), (&json!("standard"), &json!(false)));
    assert_eq!(read.header("etag"), "\"v1\"");
    let patch = |body: Value| ada.request("PATCH".parse().unwrap(), "/profile").json(&body);
    let edit =
        json!({ "name": "Acme Wheels", "contact_email": "ada@acme.example", "primary_color": "#2545C4" });
    let edited = patch(edit.clone()).if_match("\"v1\"").send().await;
    assert_eq!((edited.code(), edited.header("etag")), (200, "\"v2\""), "{}", edited.text());
    let event = newest(portal, &ada).await;
    assert_eq!((event.r#type.as_str(), event.actor.r#type.as_str()), ("TENANT_UPDATED", "tenant"));
    assert_eq!(event.actor.name.as_deref(), Some("acme-admin"));
    assert_eq!(event.metadata["changes"]["name"], json!({ "before": "Acme", "after": "Acme Wheels" }));
    let size = portal.settle().await;
    assert_eq!(patch(edit.clone()).send().await.code(), 200, "an edit that changes nothing");
    assert_eq!(kind(&patch(edit).if_match("\"v1\"").send().await), (412, "STALE".to_owned()));
    for granted in ["plan", "device_limit", "slug", "code_prefix", "self_service_codes", "status"] {
        let problem = patch(json!({ granted: "plus" })).send().await.problem();
        assert_eq!((problem.status, problem.errors[0].code.as_str()), (422, "UNKNOWN_FIELD"), "{granted}");
    }
    assert_eq!(
        patch(json!({ "primary_color": "blue" })).send().await.problem().pointers(),
        ["/primary_color"]
    );
    assert_eq!(portal.settle().await, size);
    assert_eq!(portal.admin().read_tenant("acme").await.unwrap().name, "Acme Wheels");
}

async fn a_tenant_runs_its_own_projects_codes_and_devices(portal: &TestPortal) {
    portal.admin().tenant("Acme").create().await.unwrap();
    let code = portal.admin().code("acme").await;
    let ada = tenant_admin(portal, "acme").await;
    let body = json!({ "name": "Kiosk", "client_name": "City museum" });
    let created = ada.post("/projects", &body).await;
    assert_eq!(created.code(), 201, "{}", created.text());
    let project: Value = created.json();
    let path = format!("/projects/{}", project["id"].as_str().unwrap());
    assert_eq!(project["tenant"]["slug"], "acme");
    assert_eq!(ada.get(&path).await.json::<Value>(), project);
    let edit = ada.request("PATCH".parse().unwrap(), &path).json(&json!({ "priority": "high" }));
    assert_eq!(edit.if_match("\"v1\"").send().await.code(), 200);
    let assigned = ada.post(&format!("{path}/assign-code"), &json!({ "code": code.code })).await;
    assert_eq!(assigned.code(), 200, "{}", assigned.text());
    let enrolled = portal.device("fingerprint-1").activate(&code.code).await.unwrap();
    let device = format!("/devices/{}", enrolled.device.id);
    assert_eq!(ada.get(&device).await.json::<Value>()["project_name"], "Kiosk");
    for (path, status) in [(device, "revoked"), (format!("/codes/{}", code.id), "revoked")] {
        let ended = ada.request("DELETE".parse().unwrap(), &path).send().await;
        assert_eq!((ended.code(), &ended.json::<Value>()["status"]), (200, &json!(status)), "{path}");
    }
    let deleted = ada.request("DELETE".parse().unwrap(), &path).send().await;
    assert_eq!(deleted.json::<Value>(), json!({ "closed": { "codes_active": 0, "devices_active": 0 } }));
    portal.settle().await;
    let events = portal.auditor().all_events(&[("tenant", "acme")]).await;
    let by_ada: Vec<&str> = (events.iter().rev())
        .filter(|event| event.actor.r#type == "tenant" && event.user.is_none() && event.session.is_none())
        .map(|event| event.r#type.as_str())
        .collect();
    let expected = [
        "PROJECT_CREATED",
        "PROJECT_UPDATED",
        "CODE_ASSIGNED",
        "DEVICE_REVOKED",
        "CODE_REVOKED",
        "PROJECT_DELETED",
    ];
    assert_eq!(by_ada, expected);
    assert!(events.iter().all(|event| event.tenant.as_ref().is_some_and(|tenant| tenant.slug == "acme")));
}

async fn a_tenant_generates_codes_where_the_operator_lets_it(portal: &TestPortal) {
    let admin = portal.admin();
    admin.tenant("Acme").create().await.unwrap();
    let ada = tenant_admin(portal, "acme").await;
    let size = portal.settle().await;
    let order = json!({ "count": 2 });
    assert_eq!(kind(&ada.post("/codes/generate", &order).await), (403, "CODES_BY_OPERATOR".to_owned()));
    assert_eq!(portal.settle().await, size);
    let edited = admin.update_tenant("acme", &json!({ "self_service_codes": true })).await.unwrap();
    assert!(edited.self_service_codes);
    let event = newest(portal, &ada).await;
    assert_eq!(
        event.metadata["changes"],
        json!({ "self_service_codes": { "before": false, "after": true } })
    );
    assert_eq!(event.description, "Tenant Acme was changed: codes of its own.");
    let generated = ada.post("/codes/generate", &order).await;
    assert_eq!((generated.code(), generated.header("cache-control")), (201, "no-store"));
    let codes: Value = generated.json();
    let code = codes["items"][0]["code"].as_str().unwrap();
    assert_eq!(portal.device("fingerprint-1").attempt(code).send().await.code(), 201);
    admin.update_tenant("acme", &json!({ "self_service_codes": false })).await.unwrap();
    assert_eq!(ada.post("/codes/generate", &order).await.code(), 403);
}

async fn a_body_names_no_other_tenant_and_nothing_of_one(portal: &TestPortal) {
    let admin = portal.admin();
    let other = admin.tenant("Other").create().await.unwrap();
    admin.tenant("Acme").create().await.unwrap();
    admin.update_tenant("acme", &json!({ "self_service_codes": true })).await.unwrap();
    let foreign = admin.project("other", "Kiosk").create().await.unwrap();
    let ada = tenant_admin(portal, "acme").await;
    let size = portal.settle().await;
    let project = |tenant: &str| json!({ "tenant": tenant, "name": "Kiosk", "client_name": "Museum" });
    for name in ["other", "nobody", &other.id, "ten_00000000000000000000000001", ""] {
        for reply in [
            ada.post("/projects", &project(name)).await,
            ada.post("/codes/generate", &json!({ "tenant": name })).await,
        ] {
            let problem = reply.problem();
            assert_eq!((problem.status, problem.errors[0].code.as_str()), (422, "UNKNOWN_TENANT"), "{name}");
        }
    }
    let unknown = "prj_00000000000000000000000001";
    for project in [&foreign.id, unknown] {
        let problem = ada.post("/codes/generate", &json!({ "project": project })).await.problem();
        assert_eq!(
            (problem.pointers(), problem.errors[0].code.as_str()),
            (vec!["/project"], "UNKNOWN_PROJECT")
        );
    }
    // An operator says whose it is.
    let body = json!({ "name": "Kiosk", "client_name": "Museum" });
    let problem = admin.post("/admin/api/projects", &body).send().await.problem();
    assert_eq!((problem.pointers(), problem.errors[0].code.as_str()), (vec!["/tenant"], "REQUIRED"));
    assert_eq!(portal.settle().await, size);
    assert_eq!(ada.post("/projects", &project("acme")).await.code(), 201, "one's own may be named");
}

async fn a_member_sees_everything_and_changes_nothing(portal: &TestPortal) {
    let admin = portal.admin();
    admin.tenant("Acme").create().await.unwrap();
    admin.update_tenant("acme", &json!({ "self_service_codes": true })).await.unwrap();
    let project = admin.project("acme", "Kiosk").create().await.unwrap();
    let code = admin.code("acme").await;
    let enrolled = portal.device("fingerprint-1").activate(&code.code).await.unwrap();
    let max = portal.person("max", Role::TenantMember, Some("acme")).await;
    let size = portal.settle().await;
    for path in [
        "/profile",
        "/projects",
        "/codes",
        "/devices",
        "/events",
        "/recent-activities",
        "/event-types",
        "/dashboard-stats",
        "/activation-trend",
        "/log/status",
    ] {
        assert_eq!(max.get(path).await.code(), 200, "{path}");
    }
    let project = format!("/projects/{}", project.id);
    for (method, path, body) in [
        ("PATCH", "/profile", json!({ "name": "Mine" })),
        ("POST", "/projects", json!({ "name": "Kiosk", "client_name": "Museum" })),
        ("PATCH", &project, json!({ "is_active": false })),
        ("DELETE", &project, json!({})),
        ("POST", &format!("{project}/assign-code"), json!({ "code": code.code })),
        ("POST", "/codes/generate", json!({})),
        ("DELETE", &format!("/codes/{}", code.id), json!({})),
        ("DELETE", &format!("/devices/{}", enrolled.device.id), json!({})),
    ] {
        let reply = max.request(method.parse().unwrap(), path).json(&body).send().await;
        assert_eq!(kind(&reply), (403, "FORBIDDEN".to_owned()), "{method} {path}");
    }
    assert_eq!(portal.settle().await, size);
}

/// Gives a tenant a bit of everything.
async fn furnish(portal: &TestPortal, slug: &str, devices: usize) -> Client {
    let admin = portal.admin();
    admin.tenant(slug).slug(slug).create().await.unwrap();
    let project = admin.project(slug, &format!("{slug} kiosk")).create().await.unwrap();
    let codes = admin.codes(slug).project(&project.id).max_uses(9).label(&format!("{slug} batch"));
    let code = codes.create().await.unwrap().items.remove(0);
    for number in 0..devices {
        portal.device(&format!("{slug}-fingerprint-{number}")).activate(&code.code).await.unwrap();
    }
    portal.client(&portal.tenant_token(slug, Role::TenantMember).await)
}

async fn two_tenants_see_only_their_own(portal: &TestPortal) {
    let sides =
        [("acme", furnish(portal, "acme", 3).await), ("borealis", furnish(portal, "borealis", 1).await)];
    let size = portal.settle().await;
    for ((own, client), (other, _)) in [(&sides[0], &sides[1]), (&sides[1], &sides[0])] {
        for path in [
            "/profile",
            "/projects",
            "/codes",
            "/devices",
            "/events?limit=500",
            "/recent-activities",
            "/dashboard-stats",
            "/activation-trend",
        ] {
            let shown = client.get(&format!("/tenant/api{path}")).send().await;
            assert_eq!(shown.code(), 200, "{path}");
            assert!(!shown.text().contains(other), "{path}: {}", shown.text());
            if !path.contains("dashboard") && !path.contains("trend") {
                assert!(shown.text().contains(own), "{path}: {}", shown.text());
            }
        }
        // The same events, one by one and live, as the operator counts them.
        let theirs = portal.auditor().all_events(&[("tenant", own)]).await;
        let mut stream = EventStream::send(client.get("/tenant/api/events/stream?after=-1")).await;
        for expected in theirs.iter().rev() {
            assert_eq!(stream.next().await.unwrap().id, expected.seq.to_string());
            let one = client.get(&format!("/tenant/api/events/{}", expected.seq)).send().await;
            assert_eq!(one.json::<Value>()["id"], json!(expected.id));
        }
        for foreign in portal.auditor().all_events(&[("tenant", other)]).await {
            for name in [foreign.id, foreign.seq.to_string()] {
                let reply = client.get(&format!("/tenant/api/events/{name}")).send().await;
                assert_eq!(kind(&reply), (404, "EVENT_NOT_FOUND".to_owned()), "{name}");
            }
        }
        // Searching for the other finds nothing, as searching for nobody does.
        for q in [*other, "nobody"] {
            let found: Value = client.get(&format!("/tenant/api/events?q={q}")).send().await.json();
            assert_eq!(found, json!({ "items": [], "next": null, "as_of": size }), "{q}");
        }
    }
    let figures =
        async |client: &Client| -> Value { client.get("/tenant/api/dashboard-stats").send().await.json() };
    let (acme, borealis) = (figures(&sides[0].1).await, figures(&sides[1].1).await);
    assert_eq!((&acme["devices"]["active"], &borealis["devices"]["active"]), (&json!(3), &json!(1)));
    for figures in [&acme, &borealis] {
        assert_eq!(figures["tenants"], json!({ "total": 1, "active": 1, "suspended": 0 }));
        assert_eq!(figures["projects"]["total"], 1);
        assert_eq!(figures["as_of"], json!(size));
    }
    // What comes next reaches whom it is for, and nobody else.
    let mut stream = EventStream::send(sides[0].1.get("/tenant/api/events/stream")).await;
    portal.admin().code("borealis").await;
    let code = portal.admin().code("acme").await;
    let message = stream.next().await.unwrap();
    assert_eq!(message.event.code.unwrap().id, code.id);
}

async fn a_tenant_follows_its_own_events_from_far_behind(portal: &TestPortal) {
    let client = furnish(portal, "acme", 1).await;
    let admin = portal.admin();
    admin.tenant("Borealis").create().await.unwrap();
    // More than is kept in memory for followers, and more than a follower gets at a time.
    admin.codes("borealis").count(700).create().await.unwrap();
    admin.codes("acme").count(450).create().await.unwrap();
    admin.codes("borealis").count(700).create().await.unwrap();
    portal.settle().await;
    let expected: Vec<String> = (portal.auditor().all_events(&[("tenant", "acme")]).await.iter().rev())
        .map(|event| event.seq.to_string())
        .collect();
    let mut stream = EventStream::send(client.get("/tenant/api/events/stream?after=-1")).await;
    let seen = stream.take(expected.len()).await;
    assert_eq!(seen.iter().map(|message| message.id.clone()).collect::<Vec<_>>(), expected);
    let late = admin.code("acme").await;
    assert_eq!(stream.next().await.unwrap().event.code.unwrap().id, late.id);
    // From the middle, as whoever comes back does.
    let last = &expected[expected.len() - 2];
    let resumed = client.get("/tenant/api/events/stream").header("last-event-id", last);
    let mut stream = EventStream::send(resumed).await;
    assert_eq!(&stream.next().await.unwrap().id, expected.last().unwrap());
}

async fn a_tenant_sees_no_operator_by_name(portal: &TestPortal) {
    let olga = portal.person("olga-operator", Role::Admin, None).await;
    history::write(portal).await;
    let own = portal.tenant_token("acme", Role::TenantAdmin).await;
    let ada = tenant_admin(portal, "acme").await;
    assert_eq!(ada.fresh().sign_in("acme-admin@example.com", PASSWORD).await.code(), 200);
    // Their session did not last as long as the history.
    assert_eq!(olga.sign_in("olga-operator@example.com", PASSWORD).await.code(), 200);
    let edit = |name: &str| json!({ "name": name });
    let patched = olga.request("PATCH".parse().unwrap(), "/tenants/acme").json(&edit("Acme by Olga"));
    assert_eq!(patched.send().await.code(), 200);
    let patched = portal.client(&own).patch("/tenant/api/profile", &edit("Acme by a program")).send().await;
    assert_eq!(patched.code(), 200);
    portal.settle().await;
    let whole = portal.auditor().all_events(&[("tenant", "acme")]).await;
    let (mut of_operators, mut of_its_own) = (0, 0);
    for event in &whole {
        let seen = ada.get(&format!("/events/{}", event.seq)).await;
        let detail: Value = seen.json();
        let by_operator = match event.actor.r#type.as_str() {
            "api_token" => event.actor.name.as_deref() != Some("the tenant_admin of acme"),
            kind => kind == "admin" || kind == "system",
        };
        if by_operator {
            assert_eq!((&detail["actor"]["name"], &detail["ip"]), (&json!(null), &json!(null)), "{detail}");
            assert_eq!((&detail["user_agent"], &detail["actor"]["erased"]), (&json!(null), &json!(false)));
            of_operators += 1;
        } else {
            assert_eq!(detail["actor"]["name"], json!(event.actor.name));
            assert_eq!(detail["ip"], "127.0.0.1", "{detail}");
            of_its_own += 1;
        }
        // What is proved is the same for everybody.
        assert_eq!(detail["leaf_hash"], json!(portal.auditor().event(&event.id).await.unwrap().leaf_hash));
    }
    assert!(of_operators > 15 && of_its_own > 15, "{of_operators} and {of_its_own}");
    let mut shown = vec![
        ada.get("/events?limit=500").await.text().to_owned(),
        ada.get("/recent-activities?days=365&limit=500").await.text().to_owned(),
    ];
    let mut stream = EventStream::send(ada.request("GET".parse().unwrap(), "/events/stream?after=-1")).await;
    shown.push(format!("{:?}", stream.take(whole.len()).await));
    for shown in shown {
        assert!(!shown.contains("olga-operator") && !shown.contains("of the test"), "{shown}");
        assert!(shown.contains("acme-admin") && shown.contains("the tenant_admin of acme"));
    }
}

async fn codes_of_others_cannot_be_found_by_assigning_them(portal: &TestPortal) {
    let admin = portal.admin();
    admin.tenant("Other").create().await.unwrap();
    let foreign = admin.code("other").await.code;
    admin.tenant("Acme").create().await.unwrap();
    let own = admin.code("acme").await.code;
    let project = admin.project("acme", "Kiosk").create().await.unwrap().id;
    let (ada, eve) =
        (tenant_admin(portal, "acme").await, portal.tenant_token("acme", Role::TenantAdmin).await);
    let path = format!("/projects/{project}/assign-code");
    let assign = async |code: &str| ada.post(&path, &json!({ "code": code })).await;
    let entropy = SeededEntropy::new(4711);
    let guess = || ActivationCode::generate("ACME", &entropy).reveal();
    let unknown = assign(&guess()).await.problem();
    let of_other = assign(&foreign).await.problem();
    assert_eq!((of_other.status, &of_other.code, &of_other.detail), (404, &unknown.code, &unknown.detail));
    assert_eq!(unknown.code, "CODE_INVALID");
    for _ in 2..6 {
        assert_eq!(assign(&guess()).await.code(), 404);
    }
    // Whoever of the tenant asks next waits, with a real code of the other or of one's own too.
    for code in [&foreign, &own] {
        let limited = assign(code).await;
        assert_eq!(kind(&limited), (429, "RATE_LIMITED".to_owned()));
        assert_eq!(limited.header("retry-after"), "1");
        let body = json!({ "code": code });
        assert_eq!(portal.client(&eve).post(&format!("/tenant/api{path}"), &body).send().await.code(), 429);
    }
    // The other tenant's devices and the operator go on.
    assert_eq!(portal.device("fingerprint-1").attempt(&foreign).send().await.code(), 201);
    assert_eq!(admin.assign_code(&project, &own).await.unwrap().id, project);
    // A burst is an event of the platform: neither tenant reads of it.
    for delay in [1, 2, 4, 8] {
        portal.clock().advance(std::time::Duration::from_secs(delay));
        assert_eq!(assign(&guess()).await.code(), 404);
    }
    portal.settle().await;
    let burst = portal.auditor().all_events(&[("type", "GUESSING_DETECTED")]).await;
    assert_eq!((burst.len(), &burst[0].tenant), (1, &None));
    assert_eq!(
        (&burst[0].metadata["kind"], &burst[0].metadata["by"]),
        (&json!("activation"), &json!("account"))
    );
}
