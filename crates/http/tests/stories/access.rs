//! Who may call what: each operation of the document without a token, with one that opens nothing, with one of each role, and with
//! one that is limited to other actions or to its own alone.

use std::{collections::BTreeMap, time::Duration};

use daybook_testkit::{Action, Browser, Client, PASSWORD, Reply, Request, Role, TestPortal, both_engines};

use crate::{
    document::{Needs, Operation, Side, operations},
    world::World,
};

both_engines!(
    without_a_token_only_what_is_open_answers,
    a_token_that_opens_nothing_opens_nothing_anywhere,
    each_role_is_admitted_and_refused_as_the_table_says,
    each_role_is_admitted_and_refused_with_a_session_as_with_a_token,
    each_operation_asks_for_the_action_that_the_document_says_and_no_other,
    another_tenant_s_people_find_nothing_and_leave_nothing,
    a_token_of_a_suspended_or_deleted_tenant_opens_nothing,
    tokens_of_devices_and_programs_do_not_open_each_others_routes,
);

/// What answers without a token, and why it may.
const OPEN: [(&str, &str); 22] = [
    ("GET /healthz", "whoever watches the process has no token; it says nothing but that it lives"),
    ("GET /readyz", "the same, for whoever sends it requests"),
    ("GET /device/api/keys", "the public key that verifies licences"),
    ("POST /device/api/activate", "a device that is not enrolled yet has a code instead of a token"),
    ("POST /admin/api/auth/set-up", "whoever sets the portal up has the token of the set-up link"),
    ("POST /admin/api/auth/login", "whoever signs in is not signed in yet"),
    ("POST /tenant/api/auth/login", "the same"),
    ("POST /admin/api/auth/second-factor", "the second step of the same"),
    ("POST /tenant/api/auth/second-factor", "the same"),
    ("POST /admin/api/auth/passkey", "whoever signs in with a passkey is not signed in yet"),
    ("POST /tenant/api/auth/passkey", "the same"),
    ("POST /admin/api/auth/passkey/finish", "the second step of the same"),
    ("POST /tenant/api/auth/passkey/finish", "the same"),
    ("POST /admin/api/auth/oidc", "whoever signs in elsewhere is not signed in yet"),
    ("POST /tenant/api/auth/oidc", "the same"),
    ("GET /admin/api/auth/oidc/callback", "the way back from there, with the cookie of who began"),
    ("GET /tenant/api/auth/oidc/callback", "the same"),
    ("GET /tenant/api/branding", "a sign-in page shows it to whoever opens it"),
    ("POST /admin/api/auth/link", "whoever follows a link has its token"),
    ("POST /tenant/api/auth/link", "the same"),
    ("POST /admin/api/auth/accept", "whoever joins has the token of a link"),
    ("POST /tenant/api/auth/accept", "the same"),
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

/// A request for the operation at a place where nothing is, with what is enough: whatever it finds, it is not refused.
async fn assert_admitted(operation: &Operation, request: Request, whose: &str) {
    // The status alone: the stream does not end.
    let status = request.status().await;
    assert!(![401, 403].contains(&status) && status < 500, "{} as {whose}: {status}", operation.name);
}

/// A request for the operation with what is not enough; answers with what was said.
async fn assert_refused(operation: &Operation, request: Request, whose: &str) -> String {
    let reply = request.send().await;
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
        for (role, token) in &tokens {
            let Some(admits) = operation.admits(*role) else { continue };
            let bearer = format!("Bearer {token}");
            if operation.for_people {
                let reply = call(portal, &operation, Some(&bearer)).await;
                assert_eq!(reply.problem().kind(), (401, "UNAUTHENTICATED"), "{}", operation.name);
                continue;
            }
            let (admitted, refused) = counts.entry(role.as_str()).or_default();
            let request = somewhere(portal, &operation).header("authorization", &bearer);
            if admits {
                assert_admitted(&operation, request, role.as_str()).await;
                *admitted += 1;
            } else {
                let said = assert_refused(&operation, request, role.as_str()).await;
                assert_eq!(said, reason(&operation, *role), "{}", operation.name);
                *refused += 1;
            }
        }
    }
    // A new operation is counted here, so that nobody gets one by mistake.
    let expected = [
        ("admin", (68, 49)),
        ("auditor", (37, 80)),
        ("owner", (75, 42)),
        ("tenant_admin", (42, 75)),
        ("tenant_member", (18, 99)),
    ];
    assert_eq!(counts, BTreeMap::from(expected));
    assert_eq!(portal.settle().await, size);
}

/// Why somebody of this role may not.
fn reason(operation: &Operation, role: Role) -> String {
    match (operation.side, role.is_platform(), operation.needs) {
        (Side::Platform, false, _) => {
            format!("this is for the platform's operators, and {role} is a role within a tenant")
        }
        (Side::Tenant, true, _) => {
            format!("this is for the people and programs of a tenant, and {role} is a role of the platform")
        }
        (_, _, Some(Needs::Action(action))) => {
            format!("this needs {action}, which the role {role} does not have")
        }
        _ => panic!("{}: {role} may", operation.name),
    }
}

async fn each_role_is_admitted_and_refused_with_a_session_as_with_a_token(portal: &TestPortal) {
    portal.admin().tenant("Acme").create().await.unwrap();
    let mut people = vec![];
    for role in Role::ALL {
        let tenant = (!role.is_platform()).then_some("acme");
        people.push((role, portal.person(role.as_str(), role, tenant).await));
    }
    let with = |operation: &Operation, person: &Browser| {
        person.request(operation.method.clone(), &operation.any_path())
    };
    let (mut admitted, mut refused) = (0, 0);
    let size = portal.settle().await;
    for operation in operations() {
        for (role, person) in &people {
            if operation.admits(*role) == Some(false) {
                let said = assert_refused(&operation, with(&operation, person), role.as_str()).await;
                assert_eq!(said, reason(&operation, *role), "{}", operation.name);
                refused += 1;
            }
        }
    }
    assert_eq!(portal.settle().await, size, "who is refused leaves nothing");
    for operation in operations() {
        for (role, person) in &people {
            if operation.admits(*role) == Some(true) {
                assert_admitted(&operation, with(&operation, person), role.as_str()).await;
                admitted += 1;
                // Some of what is admitted ends the session.
                let again = person.sign_in(&format!("{role}@example.com"), PASSWORD).await;
                assert_eq!(again.code(), 200, "{} as {role}: {}", operation.name, again.text());
            }
        }
    }
    assert_eq!((admitted, refused), (315, 420), "operations that were admitted and refused, times roles");
}

/// Everything of a tenant's side that names something, asked for by the people of another tenant: nothing is found, and nothing but
/// the answer tells that it was asked for.
async fn another_tenant_s_people_find_nothing_and_leave_nothing(portal: &TestPortal) {
    let world = World::prepare(portal, 0).await;
    portal.admin().tenant("Foreign").slug("foreign").create().await.unwrap();
    let stranger = portal.person("stranger", Role::TenantAdmin, Some("foreign")).await;
    let token = portal.client(&portal.tenant_token("foreign", Role::TenantAdmin).await);
    let size = portal.settle().await;
    let mut asked = 0;
    for operation in operations().iter().filter(|one| one.side == Side::Tenant && one.path.contains("{id}")) {
        let path =
            if operation.changes() { world.path(operation) } else { world.path_of_read(operation).await };
        let with_body = |request: Request| match world.body_if_known(operation) {
            Some(body) => request.json(&body),
            None => request,
        };
        let mut replies = vec![with_body(stranger.request(operation.method.clone(), &path)).send().await];
        if !operation.for_people {
            replies.push(with_body(token.request(operation.method.clone(), &path)).send().await);
        }
        for reply in replies {
            assert_eq!(reply.code(), 404, "{}: {}", operation.name, reply.text());
            operation.assert_documented(&reply);
            asked += 1;
        }
    }
    assert!(asked > 38, "everything that can be named, not {asked}");
    let mut listed = 0;
    let shows_some = |one: &&Operation| {
        one.side == Side::Tenant && !one.changes() && !one.path.contains('{') && !is_open(one)
    };
    for operation in operations().iter().filter(shows_some).filter(|one| !one.path.ends_with("/stream")) {
        let path = operation.path.strip_prefix("/tenant/api").unwrap();
        // Naming the other tenant does not help either.
        for path in [path.to_owned(), format!("{path}?tenant=tenant-0")] {
            let shown = stranger.get(&path).await;
            assert_eq!(shown.code(), 200, "{path}: {}", shown.text());
            assert!(!shown.text().contains("tenant-0"), "{path}: {}", shown.text());
            assert!(!shown.text().contains("-0@example.com"), "{path}: {}", shown.text());
            listed += 1;
        }
    }
    assert!(listed > 20, "everything that can be listed, not {listed}");
    assert_eq!(portal.settle().await, size);
}

async fn each_operation_asks_for_the_action_that_the_document_says_and_no_other(portal: &TestPortal) {
    portal.admin().tenant("Acme").create().await.unwrap();
    let mut by_action: BTreeMap<(bool, Action), Vec<Operation>> = BTreeMap::new();
    let any = portal.client(&portal.scoped_token(Role::Auditor, None, &[Action::Account]).await);
    let with = |client: &Client, operation: &Operation| {
        client.request(operation.method.clone(), &operation.any_path())
    };
    for operation in operations().into_iter().filter(|operation| !operation.for_people) {
        match operation.needs {
            Some(Needs::Action(action)) => {
                by_action.entry((operation.side == Side::Tenant, action)).or_default().push(operation);
            }
            Some(Needs::Platform) => {
                assert!(ANY_OPERATOR.iter().any(|(name, _)| *name == operation.name), "{}", operation.name);
                assert_admitted(&operation, with(&any, &operation), "limited to something else").await;
            }
            None => {}
        }
    }
    let mut asked = 0;
    for ((of_tenant, action), operations) in &by_action {
        let (role, tenant) = if *of_tenant { (Role::TenantAdmin, Some("acme")) } else { (Role::Owner, None) };
        let others: Vec<Action> = role.actions().filter(|other| other != action).collect();
        let all_others = portal.client(&portal.scoped_token(role, tenant, &others).await);
        let alone = portal.client(&portal.scoped_token(role, tenant, &[*action]).await);
        for operation in operations {
            let said = assert_refused(operation, with(&all_others, operation), "all but it").await;
            assert_eq!(said, format!("this needs {action}, which is not among the token's scopes"));
            assert_admitted(operation, with(&alone, operation), "it alone").await;
            asked += 1;
        }
    }
    for (name, reason) in ANY_OPERATOR {
        assert!(
            operations().iter().any(|operation| operation.name == name),
            "no operation {name} ({reason})"
        );
    }
    assert_eq!((by_action.len(), asked), (43, 116), "actions that operations ask for, and these operations");
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
