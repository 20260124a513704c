//! Who may call what: each operation of the document without a token, with one that opens nothing, with one of each role, and with
//! one that is limited to other actions or to its own alone.

use std::{collections::BTreeMap, time::Duration};

use daybook_testkit::{Action, Reply, Request, Role, TestPortal, both_engines};

use crate::document::{Needs, Operation, operations};

both_engines!(
    without_a_token_only_what_is_open_answers,
    a_token_that_opens_nothing_opens_nothing_anywhere,
    each_role_is_admitted_and_refused_as_the_table_says,
    each_operation_asks_for_the_action_that_the_document_says_and_no_other,
    a_token_of_a_suspended_or_deleted_tenant_opens_nothing,
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

/// What asks for no action, and why.
const ANY_OPERATOR: [(&str, &str); 1] = [(
    "GET /admin/api/permissions",
    "who may not do something wants to know who may; it tells nothing of the portal's data",
)];

/// The operation at a place where nothing is, with this `Authorization`.
async fn call(portal: &TestPortal, operation: &Operation, authorization: Option<&str>) -> Reply {
    match authorization {
        Some(value) => somewhere(portal, operation).header("authorization", value).send().await,
        None => somewhere(portal, operation).send().await,
    }
}

fn somewhere(portal: &TestPortal, operation: &Operation) -> Request {
    portal.anonymous().request(operation.method.clone(), &operation.any_path())
}

/// The operation at a place where nothing is, with a token that is enough: whatever it finds, it is not refused.
async fn assert_admitted(portal: &TestPortal, operation: &Operation, token: &str, whose: &str) {
    // The status alone: the stream does not end.
    let request = somewhere(portal, operation).header("authorization", &format!("Bearer {token}"));
    let status = request.status().await;
    assert!(![401, 403].contains(&status) && status < 500, "{} as {whose}: {status}", operation.name);
}

/// The operation with a token that is not enough; answers with what was said.
async fn assert_refused(portal: &TestPortal, operation: &Operation, token: &str, whose: &str) -> String {
    let reply = call(portal, operation, Some(&format!("Bearer {token}"))).await;
    let problem = reply.problem();
    assert_eq!(problem.kind(), (403, "FORBIDDEN"), "{} as {whose}", operation.name);
    operation.assert_documented(&reply);
    problem.detail
}

async fn without_a_token_only_what_is_open_answers(portal: &TestPortal) {
    let size = portal.settle().await;
    for operation in operations() {
        let reply = call(portal, &operation, None).await;
        let asks_for_token = operation.needs.is_some() || operation.device_token.is_some();
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

async fn each_role_is_admitted_and_refused_as_the_table_says(portal: &TestPortal) {
    portal.admin().tenant("Acme").create().await.unwrap();
    let mut tokens = vec![];
    for role in Role::ALL {
        let token = if role.is_platform() {
            portal.token(role).to_owned()
        } else {
            portal.tenant_token("acme", role).await
        };
        tokens.push((role, token));
    }
    let size = portal.settle().await;
    let mut counts: BTreeMap<&str, (u32, u32)> = BTreeMap::new();
    for operation in operations() {
        let Some(needs) = operation.needs else { continue };
        for (role, token) in &tokens {
            let (admitted, refused) = counts.entry(role.as_str()).or_default();
            if needs.admit(*role) {
                assert_admitted(portal, &operation, token, role.as_str()).await;
                *admitted += 1;
                continue;
            }
            let said = assert_refused(portal, &operation, token, role.as_str()).await;
            *refused += 1;
            let reason = match needs {
                Needs::Action(action) if role.is_platform() => {
                    format!("this needs {action}, which the role {role} does not have")
                }
                _ => format!("this is for the platform's operators, and {role} is a role within a tenant"),
            };
            assert_eq!(said, reason, "{}", operation.name);
        }
    }
    // A new operation is counted here, so that nobody gets one by mistake.
    let expected = [
        ("admin", (32, 2)),
        ("auditor", (20, 14)),
        ("owner", (34, 0)),
        ("tenant_admin", (0, 34)),
        ("tenant_member", (0, 34)),
    ];
    assert_eq!(counts, BTreeMap::from(expected));
    assert_eq!(portal.settle().await, size);
}

async fn each_operation_asks_for_the_action_that_the_document_says_and_no_other(portal: &TestPortal) {
    let mut by_action: BTreeMap<Action, Vec<Operation>> = BTreeMap::new();
    let any = portal.scoped_token(Role::Auditor, &[Action::Account]).await;
    for operation in operations() {
        match operation.needs {
            Some(Needs::Action(action)) => by_action.entry(action).or_default().push(operation),
            Some(Needs::Platform) => {
                assert!(ANY_OPERATOR.iter().any(|(name, _)| *name == operation.name), "{}", operation.name);
                assert_admitted(portal, &operation, &any, "limited to something else").await;
            }
            None => {}
        }
    }
    let mut asked = 0;
    for (action, operations) in &by_action {
        let others: Vec<Action> = Action::ALL.iter().copied().filter(|other| other != action).collect();
        let all_others = portal.scoped_token(Role::Owner, &others).await;
        let alone = portal.scoped_token(Role::Owner, &[*action]).await;
        for operation in operations {
            let said = assert_refused(portal, operation, &all_others, "all but it").await;
            assert_eq!(said, format!("this needs {action}, which is not among the token's scopes"));
            assert_admitted(portal, operation, &alone, "it alone").await;
            asked += 1;
        }
    }
    for (name, reason) in ANY_OPERATOR {
        assert!(
            operations().iter().any(|operation| operation.name == name),
            "no operation {name} ({reason})"
        );
    }
    assert_eq!((by_action.len(), asked), (12, 33), "actions that operations ask for, and these operations");
}

async fn a_token_of_a_suspended_or_deleted_tenant_opens_nothing(portal: &TestPortal) {
    let admin = portal.admin();
    admin.tenant("Acme").create().await.unwrap();
    let token = portal.tenant_token("acme", Role::TenantAdmin).await;
    let kind = async || {
        let problem = portal.client(&token).get("/admin/api/tenants").send().await.problem();
        problem.status
    };
    assert_eq!(kind().await, 403, "it is known, and may not");
    admin.suspend_tenant("acme").await.unwrap();
    assert_eq!(kind().await, 401);
    admin.resume_tenant("acme").await.unwrap();
    assert_eq!(kind().await, 403);
    admin.delete_tenant("acme").await.unwrap();
    assert_eq!(kind().await, 401);
}

async fn tokens_of_devices_and_programs_do_not_open_each_others_routes(portal: &TestPortal) {
    let admin = portal.admin();
    admin.tenant("Acme").create().await.unwrap();
    let enrolled = portal.device("fingerprint-1").activate(&admin.code("acme").await.code).await.unwrap();
    for operation in operations() {
        let foreign: Vec<&str> = match (operation.needs, operation.device_token.as_deref()) {
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
