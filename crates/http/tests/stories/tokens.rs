//! What a device holds: tokens that rotate and end, a heartbeat that leaves no event, a licence that verifies offline.

use std::time::Duration;

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use daybook_testkit::{TestPortal, both_engines, hex, wait_for};
use ed25519_dalek::{Signature, VerifyingKey};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

both_engines!(
    a_refresh_rotates_with_a_minute_of_overlap,
    tokens_end_by_themselves,
    tokens_open_only_what_they_are_for,
    a_heartbeat_shows_and_leaves_no_event,
    a_licence_verifies_offline_and_a_changed_byte_fails,
);

async fn a_refresh_rotates_with_a_minute_of_overlap(portal: &TestPortal) {
    let admin = portal.admin();
    admin.tenant("Acme").create().await.unwrap();
    let device = portal.device("fingerprint-1");
    let first = device.activate(&admin.code("acme").await.code).await.unwrap();
    portal.clock().advance(Duration::from_secs(3_600));
    let second = device.refresh(&first.refresh_token).await.unwrap();
    assert_ne!((&second.token, &second.refresh_token), (&first.token, &first.refresh_token));
    assert_eq!(second.device, first.device);
    assert!(device.validate(&second.token).await.valid);
    assert!(device.validate(&first.token).await.valid, "an answer that got lost does no harm");

    portal.clock().advance(Duration::from_secs(59));
    assert!(device.validate(&first.token).await.valid);
    let third = device.refresh(&first.refresh_token).await.unwrap();
    portal.clock().advance(Duration::from_secs(1));
    assert_eq!(device.validate(&first.token).await.code, "TOKEN_EXPIRED", "a minute after the first refresh");
    assert!(device.validate(&second.token).await.valid, "a second after it was replaced in its turn");
    portal.clock().advance(Duration::from_secs(60));
    assert_eq!(device.validate(&second.token).await.code, "TOKEN_EXPIRED");
    assert!(device.validate(&third.token).await.valid);
    for ended in [&first, &second] {
        let refused = device.refresh(&ended.refresh_token).await.unwrap_err();
        assert_eq!(refused.kind(), (401, "UNAUTHENTICATED"));
    }
    portal.settle().await;
    let rotations = admin.all_events(&[("type", "DEVICE_TOKEN_ROTATED")]).await;
    assert_eq!(rotations.len(), 2);
    assert!(rotations.iter().all(|event| event.metadata["cause"] == json!("refreshed")));
}

async fn tokens_end_by_themselves(portal: &TestPortal) {
    let (admin, day) = (portal.admin(), Duration::from_secs(24 * 3_600));
    admin.tenant("Acme").create().await.unwrap();
    let device = portal.device("fingerprint-1");
    let first = device.activate(&admin.code("acme").await.code).await.unwrap();
    portal.clock().advance(day);
    assert_eq!(device.validate(&first.token).await.code, "TOKEN_EXPIRED");
    assert_eq!(device.heartbeat(&first.token, "1.0").await.problem().kind(), (401, "UNAUTHENTICATED"));
    portal.clock().advance(178 * day);
    let second = device.refresh(&first.refresh_token).await.unwrap();
    portal.clock().advance(180 * day);
    assert_eq!(device.refresh(&second.refresh_token).await.unwrap_err().status, 401);
}

async fn tokens_open_only_what_they_are_for(portal: &TestPortal) {
    let admin = portal.admin();
    admin.tenant("Acme").create().await.unwrap();
    let device = portal.device("fingerprint-1");
    let enrolled = device.activate(&admin.code("acme").await.code).await.unwrap();
    let size = portal.settle().await;
    assert_eq!(
        device.refresh(&enrolled.token).await.unwrap_err().status,
        401,
        "an access token refreshes nothing"
    );
    assert_eq!(device.heartbeat(&enrolled.refresh_token, "1.0").await.code(), 401);
    assert_eq!(device.validate(&enrolled.refresh_token).await.code, "TOKEN_INVALID");
    assert_eq!(device.validate(portal.token(daybook_testkit::Role::Owner)).await.code, "TOKEN_INVALID");
    assert_eq!(device.validate("dbd_nonsense").await.code, "TOKEN_INVALID");
    // The id of a real token with a secret of one's own.
    let own_secret = {
        let bytes = enrolled.token.clone();
        let (head, tail) = bytes.split_at(40);
        let flipped: String = tail.chars().map(|symbol| if symbol == 'a' { 'b' } else { 'a' }).collect();
        format!("{head}{flipped}")
    };
    assert_eq!(device.validate(&own_secret).await.code, "TOKEN_INVALID");
    assert_eq!(portal.settle().await, size);
    assert!(device.validate(&enrolled.token).await.valid);
}

async fn a_heartbeat_shows_and_leaves_no_event(portal: &TestPortal) {
    let admin = portal.admin();
    admin.tenant("Acme").create().await.unwrap();
    let device = portal.device("fingerprint-1");
    let enrolled = device.activate(&admin.code("acme").await.code).await.unwrap();
    let size = portal.settle().await;
    assert_eq!(admin.read_device(&enrolled.device.id).await.unwrap().last_seen_at, None);
    let (id, admin) = (enrolled.device.id.as_str(), &admin);
    for (minute, version) in [(1, "2.4.1"), (2, "2.5.0")] {
        portal.clock().advance(Duration::from_secs(60));
        assert_eq!(device.heartbeat(&enrolled.token, version).await.code(), 202);
        let seen = format!("2026-03-02T08:0{minute}:00.000000Z");
        wait_for("the heartbeat shows", || async {
            let listed = admin.read_device(id).await.unwrap();
            (listed.last_seen_at.as_deref() == Some(&seen)).then_some(listed.app_version)
        })
        .await
        .filter(|shown| shown == version)
        .unwrap();
    }
    assert_eq!(portal.settle().await, size);
}

async fn a_licence_verifies_offline_and_a_changed_byte_fails(portal: &TestPortal) {
    let admin = portal.admin();
    admin.plan("plus").create().await.unwrap();
    let tenant = admin.tenant("Acme").plan("plus").device_limit(7).create().await.unwrap();
    let project = admin.project("acme", "Kiosk").create().await.unwrap();
    let code = admin.codes("acme").project(&project.id).create().await.unwrap().items.remove(0);
    let enrolled = portal.device("fingerprint-1").activate(&code.code).await.unwrap();
    let published: Value = portal.anonymous().get("/device/api/keys").send().await.json();
    let key = &published["keys"][0];
    assert_eq!((&key["kty"], &key["crv"], &key["alg"]), (&json!("OKP"), &json!("Ed25519"), &json!("EdDSA")));
    let public = BASE64_URL_SAFE_NO_PAD.decode(key["x"].as_str().unwrap()).unwrap();
    let public = VerifyingKey::from_bytes(&public.try_into().unwrap()).unwrap();

    let (signed, signature) = enrolled.license.rsplit_once('.').unwrap();
    let signature = BASE64_URL_SAFE_NO_PAD.decode(signature).unwrap();
    let signature = Signature::from_slice(&signature).unwrap();
    public.verify_strict(signed.as_bytes(), &signature).unwrap();
    for at in 0..signed.len() {
        let mut changed = signed.as_bytes().to_vec();
        changed[at] ^= 1;
        public.verify_strict(&changed, &signature).unwrap_err();
    }

    let (header, claims) = signed.split_once('.').unwrap();
    let part =
        |text: &str| serde_json::from_slice::<Value>(&BASE64_URL_SAFE_NO_PAD.decode(text).unwrap()).unwrap();
    assert_eq!(part(header), json!({ "alg": "EdDSA", "typ": "JWT", "kid": key["kid"] }));
    let fingerprint = hex(&Sha256::digest("fingerprint-1"));
    let expected = json!({
        "iss": "daybook",
        "sub": enrolled.device.id,
        "iat": 1_772_438_400,
        "exp": 1_772_438_400 + 30 * 24 * 3_600,
        "fingerprint_sha256": fingerprint,
        "tenant": { "id": tenant.id, "slug": "acme", "name": "Acme" },
        "project": project.id,
        "limits": { "plan": "plus", "device_limit": 7 },
    });
    assert_eq!(part(claims), expected);
    assert_eq!(enrolled.license_expires_at, "2026-04-01T08:00:00.000000Z");
}
