//! Who may call what: each operation of the document without a token, with one that opens nothing, and with too small a role.

use std::time::Duration;

use daybook_testkit::{Method, Reply, Role, TestPortal, both_engines};

use crate::document::{Operation, operations};

both_engines!(
    without_a_token_only_what_is_open_answers,
    a_token_that_opens_nothing_opens_nothing_anywhere,
    a_smaller_role_than_the_document_says_is_refused,
    the_role_that_the_document_says_is_enough,
    tokens_of_devices_and_programs_do_not_open_each_others_routes,
);

/// What answers without a token, and why it may.
const OPEN: [(&str, &str); 4] = [
    ("GET /healthz", "whoever watches the process has no token; it says nothing but that it lives"),
    ("GET /readyz", "the same, for whoever sends it requests"),
    ("GET /device/api/keys", "the public key that verifies licences"),
    ("POST /device/api/activate", "a device that is not enrolled yet has a code instead of a token"),
];

/// What looks at any token and says what it is worth, instead of refusing it.
const LOOKS_AT_ANY_TOKEN: &str = "POST /device/api/validate";

fn is_open(operation: &Operation) -> bool {
    OPEN.iter().any(|(name, _)| *name == operation.name)
}

/// The operation at a place where nothing is, with this `Authorization`.
async fn call(portal: &TestPortal, operation: &Operation, authorization: Option<&str>) -> Reply {
    let request = portal.anonymous().request(operation.method.clone(), &operation.any_path());
    match authorization {
        Some(value) => request.header("authorization", value).send().await,
        None => request.send().await,
    }
}

async fn without_a_token_only_what_is_open_answers(portal: &TestPortal) {
    let size = portal.settle().await;
    for operation in operations() {
        let reply = call(portal, &operation, None).await;
        let asks_for_token = operation.role.is_some() || operation.device_token.is_some();
        if is_open(&operation) {
            assert!(!asks_for_token, "the document asks for a token for {}", operation.name);
            assert_ne!(reply.code(), 401, "{} is not open: a stale entry of the list", operation.name);
        } else {
            assert!(asks_for_token, "the document asks for no token for {}", operation.name);
            assert_eq!(reply.problem().kind(), (401, "UNAUTHENTICATED"), "{}", operation.name);
            assert_eq!(reply.header("www-authenticate"), "Bearer", "{}", operation.name);
            operation.assert_documented(&reply);
        }
    }
    for (name, reason) in OPEN {
        assert!(
            operations().iter().any(|operation| operation.name == name),
            "no operation {name} ({reason})"
        );
    }
    assert_eq!(portal.settle().await, size);
}

async fn a_token_that_opens_nothing_opens_nothing_anywhere(portal: &TestPortal) {
    let (owner, admin) = (portal.owner(), portal.admin());
    let revoked = owner.api_token("revoked", Role::Owner).create().await.unwrap();
    owner.revoke_api_token(&revoked.id).await;
    let expired = owner.api_token("expired", Role::Owner).with("expires_in_days", 1).create().await.unwrap();
    admin.tenant("Acme").create().await.unwrap();
    let enrolled = portal.device("fingerprint-1").activate(&admin.code("acme").await.code).await.unwrap();
    admin.revoke_device(&enrolled.device.id).await.unwrap();
    portal.clock().advance(Duration::from_secs(24 * 3_600));
    let real = portal.token(Role::Owner);
    let changed = format!("{}{}", &real[..real.len() - 1], if real.ends_with('0') { '1' } else { '0' });
    // The owner's id with the secret of another token: a checksum that fits, made of parts that do not.
    let size = portal.settle().await;
    let bearers = [
        format!("Bearer {}", revoked.token.unwrap()),
        format!("Bearer {}", expired.token.unwrap()),
        format!("Bearer {}", enrolled.token),
        format!("Bearer {}", enrolled.refresh_token),
        format!("Bearer {changed}"),
        format!("Bearer {}", real.to_uppercase()),
        format!("Bearer {real}{real}"),
        format!("Basic {real}"),
        real.to_owned(),
        "Bearer dbk_nonsense".to_owned(),
        "Bearer ".to_owned(),
        "Bearer \u{fffd}".to_owned(),
        format!("Bearer dbk_{}", "0".repeat(10_000)),
    ];
    for operation in operations().iter().filter(|operation| !is_open(operation)) {
        for bearer in &bearers {
            let reply = call(portal, operation, Some(bearer)).await;
            if operation.name == LOOKS_AT_ANY_TOKEN && reply.code() == 200 {
                assert!(reply.text().contains("\"valid\":false"), "{bearer:.40}: {}", reply.text());
            } else {
                assert_eq!(
                    reply.problem().kind(),
                    (401, "UNAUTHENTICATED"),
                    "{} {bearer:.40}",
                    operation.name
                );
            }
        }
    }
    assert_eq!(portal.settle().await, size);
}

async fn a_smaller_role_than_the_document_says_is_refused(portal: &TestPortal) {
    let size = portal.settle().await;
    let mut refused = 0;
    for operation in operations() {
        let smaller = Role::ALL.into_iter().filter(|role| operation.role.is_some_and(|least| *role < least));
        for role in smaller {
            let reply = call(portal, &operation, Some(&format!("Bearer {}", portal.token(role)))).await;
            assert_eq!(reply.problem().kind(), (403, "FORBIDDEN"), "{} as {role}", operation.name);
            operation.assert_documented(&reply);
            refused += 1;
        }
    }
    assert!(refused > 15, "operations that ask for more than reading, not {refused}");
    assert_eq!(portal.settle().await, size);
}

async fn the_role_that_the_document_says_is_enough(portal: &TestPortal) {
    for operation in operations() {
        // The stream answers, and does not end; it has stories of its own.
        let Some(least) = operation.role.filter(|_| !operation.path.ends_with("/stream")) else { continue };
        let reply = call(portal, &operation, Some(&format!("Bearer {}", portal.token(least)))).await;
        assert!(![401, 403].contains(&reply.code()), "{} as {least}: {}", operation.name, reply.text());
        assert!(reply.code() < 500, "{} as {least}: {}", operation.name, reply.text());
        // Who changes nothing may at least read: that is what the least role is for.
        assert!(
            operation.method != Method::GET
                || least == Role::Auditor
                || operation.path.ends_with("/api-tokens")
        );
    }
}

async fn tokens_of_devices_and_programs_do_not_open_each_others_routes(portal: &TestPortal) {
    let admin = portal.admin();
    admin.tenant("Acme").create().await.unwrap();
    let enrolled = portal.device("fingerprint-1").activate(&admin.code("acme").await.code).await.unwrap();
    for operation in operations() {
        let foreign: Vec<&str> = match (operation.role, operation.device_token.as_deref()) {
            (Some(_), _) => vec![&enrolled.token, &enrolled.refresh_token],
            (None, Some("refresh")) => vec![portal.token(Role::Owner), &enrolled.token],
            (None, Some(_)) if operation.name != LOOKS_AT_ANY_TOKEN => {
                vec![portal.token(Role::Owner), &enrolled.refresh_token]
            }
            _ => continue,
        };
        for token in foreign {
            let reply = call(portal, &operation, Some(&format!("Bearer {token}"))).await;
            assert_eq!(reply.problem().kind(), (401, "UNAUTHENTICATED"), "{} {token:.4}", operation.name);
        }
    }
}
