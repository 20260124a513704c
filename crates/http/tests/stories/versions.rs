//! `ETag` and `If-Match`: who edits what somebody else has changed is told so.

use daybook_testkit::{Project, Reply, Tenant, TestPortal, both_engines};
use futures_util::future::join_all;
use serde_json::json;

both_engines!(
    a_stale_edit_is_refused_and_a_fresh_one_passes,
    an_edit_that_changes_nothing_records_nothing,
    of_edits_at_once_from_the_same_version_one_wins,
    what_is_no_etag_is_refused,
);

async fn a_stale_edit_is_refused_and_a_fresh_one_passes(portal: &TestPortal) {
    let admin = portal.admin();
    let created = admin.post("/admin/api/tenants", &json!({ "name": "Acme" })).send().await;
    let first = created.header("etag").to_owned();
    let project = admin
        .post("/admin/api/projects", &json!({ "tenant": "acme", "name": "Kiosk", "client_name": "Museum" }));
    let project = project.send().await;
    let project_path = format!("/admin/api/projects/{}", project.json::<Project>().id);
    for (path, first) in
        [("/admin/api/tenants/acme", first.as_str()), (&project_path, project.header("etag"))]
    {
        assert_eq!(admin.get(path).send().await.header("etag"), first);
        let renamed = admin.patch(path, &json!({ "name": "Second" })).if_match(first).send().await;
        assert_eq!(renamed.code(), 200, "{}", renamed.text());
        let second = renamed.header("etag").to_owned();
        assert_ne!(second, first);
        let size = portal.settle().await;
        let stale = admin.patch(path, &json!({ "name": "Third" })).if_match(first).send().await;
        assert_eq!(stale.problem().kind(), (412, "STALE"));
        assert_eq!(admin.delete(path).if_match(first).send().await.problem().kind(), (412, "STALE"));
        assert_eq!(portal.settle().await, size);
        assert_eq!(admin.patch(path, &json!({ "name": "Third" })).if_match("*").send().await.code(), 200);
        assert_eq!(admin.patch(path, &json!({ "name": "Fourth" })).send().await.code(), 200);
    }
    let last = admin.get(&project_path).send().await.header("etag").to_owned();
    assert_eq!(admin.delete(&project_path).if_match(&last).send().await.code(), 200);
    let last = admin.get("/admin/api/tenants/acme").send().await.header("etag").to_owned();
    assert_eq!(admin.delete("/admin/api/tenants/acme").if_match(&last).send().await.code(), 200);
}

async fn an_edit_that_changes_nothing_records_nothing(portal: &TestPortal) {
    let admin = portal.admin();
    admin.tenant("Acme").with("contact_email", "ada@example.com").create().await.unwrap();
    let project = admin.project("acme", "Kiosk").with("description", "by the door").create().await.unwrap();
    let tenant = admin.read_tenant("acme").await.unwrap();
    let size = portal.settle().await;
    let same =
        json!({ "name": " Acme ", "contact_email": "ada@EXAMPLE.com", "domain": null, "plan": "standard" });
    assert_eq!(admin.update_tenant("acme", &same).await.unwrap(), tenant);
    assert_eq!(admin.update_tenant("acme", &json!({})).await.unwrap(), tenant);
    let same =
        json!({ "name": "Kiosk", "description": "by the door", "is_active": true, "priority": "normal" });
    assert_eq!(admin.update_project(&project.id, &same).await.unwrap(), project);
    assert_eq!(portal.settle().await, size);
}

async fn of_edits_at_once_from_the_same_version_one_wins(portal: &TestPortal) {
    let admin = portal.admin();
    let tenant = admin.tenant("Acme").create().await.unwrap();
    let etag = format!("\"v{}\"", tenant.version);
    let edits = (0..20).map(|number| {
        let edit = json!({ "name": format!("Acme {number}") });
        admin.patch("/admin/api/tenants/acme", &edit).if_match(&etag).send()
    });
    let answers = join_all(edits).await;
    let won: Vec<Tenant> = answers.iter().filter(|reply| reply.code() == 200).map(Reply::json).collect();
    assert_eq!(won.len(), 1);
    assert_eq!(answers.iter().filter(|reply| reply.code() == 412).count(), 19);
    assert_eq!(admin.read_tenant("acme").await.unwrap(), won[0]);
    portal.settle().await;
    assert_eq!(admin.all_events(&[("type", "TENANT_UPDATED")]).await.len(), 1);
}

async fn what_is_no_etag_is_refused(portal: &TestPortal) {
    let admin = portal.admin();
    admin.tenant("Acme").create().await.unwrap();
    for etag in ["v1", "\"1\"", "\"v1", "\"v\"", "\"v1\", \"v2\"", "\"v99999999999999999999\"", "é"] {
        let reply =
            admin.patch("/admin/api/tenants/acme", &json!({ "name": "B" })).if_match(etag).send().await;
        assert_eq!(reply.problem().kind(), (400, "INVALID_IF_MATCH"), "{etag}");
    }
    assert_eq!(admin.read_tenant("acme").await.unwrap().name, "Acme");
}
