//! Recent Activities: at once, only what happened, and for ever.

use std::time::{Duration, Instant};

use daybook_testkit::{TestPortal, both_engines, wait_for};
use serde_json::json;

both_engines!(
    a_change_shows_within_a_tenth_of_a_second,
    a_failed_change_leaves_no_event,
    a_second_revoke_adds_no_event,
    deleting_a_tenant_closes_what_it_has_and_frees_its_slug,
    the_feed_goes_back_as_many_days_as_asked,
);

async fn a_change_shows_within_a_tenth_of_a_second(portal: &TestPortal) {
    let admin = portal.admin();
    let mut delays = vec![];
    for number in 0..20 {
        let tenant = admin.tenant("Acme").slug(&format!("acme-{number}")).create().await.unwrap();
        let answered = Instant::now();
        wait_for("the feed shows the new tenant", || async {
            let newest = admin.recent_with(&[("limit", "1")]).await.unwrap().activities.remove(0);
            (newest.tenant?.id == tenant.id).then_some(())
        })
        .await;
        delays.push(answered.elapsed());
    }
    delays.sort();
    let median = delays[delays.len() / 2];
    assert!(median <= Duration::from_millis(100), "the median is {median:?} of {delays:?}");
}

async fn a_failed_change_leaves_no_event(portal: &TestPortal) {
    let admin = portal.admin();
    admin.tenant("Acme").create().await.unwrap();
    let project = admin.project("acme", "Kiosk").create().await.unwrap();
    let before = portal.settle().await;
    let taken = admin.tenant("Another").slug("acme").create().await.unwrap_err();
    assert_eq!(taken.kind(), (409, "SLUG_TAKEN"));
    let not_suspended = admin.resume_tenant("acme").await.unwrap_err();
    assert_eq!(not_suspended.kind(), (409, "TENANT_NOT_SUSPENDED"));
    let invalid = admin.tenant("  ").create().await.unwrap_err();
    assert_eq!((invalid.kind(), invalid.pointers()), ((422, "INVALID"), vec!["/name"]));
    let stale =
        admin.patch("/admin/api/tenants/acme", &json!({ "name": "B" })).if_match("\"v7\"").send().await;
    assert_eq!(stale.problem().kind(), (412, "STALE"));
    let forbidden = portal.auditor().tenant("Sneaky").create().await.unwrap_err();
    assert_eq!(forbidden.kind(), (403, "FORBIDDEN"));
    let unknown =
        admin.update_project("prj_00000000000000000000000000", &json!({ "name": "B" })).await.unwrap_err();
    assert_eq!(unknown.kind(), (404, "PROJECT_NOT_FOUND"));
    let half_wrong =
        admin.update_project(&project.id, &json!({ "name": "B", "client_name": "" })).await.unwrap_err();
    assert_eq!(half_wrong.pointers(), ["/client_name"]);
    assert_eq!(portal.settle().await, before, "no event was recorded");
    assert_eq!(admin.read_project(&project.id).await.unwrap(), project, "and nothing was changed");
}

async fn a_second_revoke_adds_no_event(portal: &TestPortal) {
    let (admin, owner) = (portal.admin(), portal.owner());
    admin.tenant("Acme").create().await.unwrap();
    let code = admin.codes("acme").max_uses(2).create().await.unwrap().items.remove(0);
    let device = portal.device("fingerprint-1").activate(&code.code).await.unwrap().device;
    let token = owner.api_token("short-lived", daybook_testkit::Role::Auditor).create().await.unwrap();

    let revoked =
        (admin.revoke_code(&code.id).await.unwrap(), admin.revoke_device(&device.id).await.unwrap());
    assert_eq!(owner.revoke_api_token(&token.id).await, 204);
    let before = portal.settle().await;
    let again = (admin.revoke_code(&code.id).await.unwrap(), admin.revoke_device(&device.id).await.unwrap());
    assert_eq!(owner.revoke_api_token(&token.id).await, 204);
    assert_eq!(again, revoked, "the second answer is the first");
    assert_eq!(portal.settle().await, before);
    for kind in ["CODE_REVOKED", "DEVICE_REVOKED", "API_TOKEN_REVOKED"] {
        assert_eq!(admin.all_events(&[("type", kind)]).await.len(), 1, "{kind}");
    }
}

async fn deleting_a_tenant_closes_what_it_has_and_frees_its_slug(portal: &TestPortal) {
    let admin = portal.admin();
    let tenant = admin.tenant("Acme").create().await.unwrap();
    let project = admin.project("acme", "Kiosk").create().await.unwrap();
    admin.project("acme", "Cellar").with("is_active", false).create().await.unwrap();
    let codes = admin.codes("acme").count(4).max_uses(5).project(&project.id).create().await.unwrap().items;
    let mut tokens = vec![];
    for fingerprint in ["fingerprint-1", "fingerprint-2", "fingerprint-3"] {
        tokens.push(portal.device(fingerprint).activate(&codes[0].code).await.unwrap());
    }
    admin.revoke_code(&codes[3].id).await.unwrap();
    admin.revoke_device(&tokens[2].device.id).await.unwrap();

    let size = portal.settle().await;
    let impact = admin.deletion_impact("acme").await.unwrap();
    assert_eq!(impact.as_of, size);
    let closes =
        json!({ "projects_active": 1, "projects_inactive": 1, "codes_active": 3, "devices_active": 2 });
    assert_eq!(impact.closes, serde_json::from_value(closes.clone()).unwrap());
    assert_eq!(portal.settle().await, size, "a preview changes nothing");
    assert_eq!(admin.delete_tenant("acme").await.unwrap(), impact.closes);
    portal.settle().await;

    let deleted = admin.all_events(&[("type", "TENANT_DELETED")]).await.remove(0);
    assert_eq!(deleted.metadata["closed"], closes);
    for code in &codes {
        assert_eq!(admin.read_code(&code.id).await.unwrap().status, "revoked");
    }
    for enrolled in &tokens {
        assert_eq!(admin.read_device(&enrolled.device.id).await.unwrap().status, "revoked");
        assert_eq!(portal.device("any").validate(&enrolled.token).await.code, "DEVICE_REVOKED");
        let refused = portal.device("any").refresh(&enrolled.refresh_token).await.unwrap_err();
        assert_eq!(refused.kind(), (401, "UNAUTHENTICATED"));
        assert_eq!(portal.device("any").heartbeat(&enrolled.token, "1.0").await.code(), 401);
    }
    assert_eq!(admin.read_tenant("acme").await.unwrap_err().kind(), (404, "TENANT_NOT_FOUND"));
    assert_eq!(admin.read_project(&project.id).await.unwrap_err().kind(), (404, "PROJECT_NOT_FOUND"));

    let size = portal.settle().await;
    assert_eq!(admin.revoke_code(&codes[0].id).await.unwrap().status, "revoked", "it is revoked already");
    assert_eq!(admin.revoke_device(&tokens[0].device.id).await.unwrap().status, "revoked");
    assert_eq!(portal.settle().await, size);

    let heir = admin.tenant("Acme the Second").slug("acme").create().await.unwrap();
    assert_ne!(heir.id, tenant.id);
    portal.settle().await;
    let of_heir = admin.all_events(&[("tenant", "acme")]).await;
    assert_eq!(of_heir.len(), 1, "the heir of the slug inherits no history");
    let of_deleted = admin.all_events(&[("tenant", &tenant.id)]).await;
    assert!(of_deleted.iter().all(|event| event.tenant.as_ref().unwrap().name == "Acme"));
    assert!(
        of_deleted.iter().any(|event| event.project.as_ref().is_some_and(|named| named.id == project.id))
    );
}

async fn the_feed_goes_back_as_many_days_as_asked(portal: &TestPortal) {
    let admin = portal.admin();
    let day = Duration::from_secs(24 * 3_600);
    for slug in ["one", "two", "three"] {
        admin.tenant("Acme").slug(slug).create().await.unwrap();
        portal.clock().advance(5 * day);
    }
    portal.settle().await;
    let slugs = |days: &'static str| {
        let admin = &admin;
        async move {
            let feed = admin.recent_with(&[("days", days), ("type", "TENANT_CREATED")]).await.unwrap();
            feed.activities.into_iter().map(|event| event.tenant.unwrap().slug).collect::<Vec<_>>()
        }
    };
    assert_eq!(slugs("").await, ["three"], "seven days if nothing is said");
    assert_eq!(slugs("5").await, ["three"], "to the instant");
    assert_eq!(slugs("4").await, [""; 0]);
    assert_eq!(slugs("14").await, ["three", "two"]);
    assert_eq!(slugs("15").await, ["three", "two", "one"]);
    for wrong in ["0", "-1", "3651", "7.5", "seven"] {
        let problem = admin.recent_with(&[("days", wrong)]).await.unwrap_err();
        assert_eq!((problem.status, problem.pointers()), (422, vec!["?days"]), "{wrong}");
    }
}
