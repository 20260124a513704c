//! Erasing a person: their values go everywhere, down to the bytes of the database's files, and nobody's proof breaks.

use base64::{Engine as _, prelude::BASE64_STANDARD};
use daybook_model::{
    Actor, Entropy as _, Personal, UserId, api_token::ApiTokenDraft, tenant::TenantDraft, user::UserRef,
};
use daybook_portal::{Context, LoggedEvent};
use daybook_proof::{Hash, ProofPlan, leaf_hash, root_of, verify_inclusion};
use daybook_testkit::{
    Browser, Engine, EventStream, Message, Method, PASSWORD, Reply, Role, TestPortal, both_engines, hex,
    wait_for,
};
use serde_json::{Value, json};

both_engines!(
    the_values_of_an_erased_person_are_nowhere,
    roots_and_proofs_are_unchanged,
    answers_show_a_placeholder,
    who_may_erase_whom,
    whoever_erases_themselves_leaves_no_trace,
    people_of_a_deleted_tenant_can_be_erased,
    another_node_does_not_serve_from_memory_what_was_erased,
    what_comes_late_is_erased_too,
);

/// What stands in every value of the person of one story and nowhere else: not even in another story's database, since all
/// databases of a PostgreSQL server share one write-ahead log.
fn new_mark(portal: &TestPortal) -> String {
    let mut bytes = [0; 6];
    portal.entropy().fill(&mut bytes);
    format!("zaphod{}", hex(&bytes))
}

/// The person, and a program with a token of theirs.
struct Marked {
    mark: String,
    id: String,
    browser: Browser,
    token: String,
}

impl Marked {
    /// Somebody who has signed in, changed something, and made a token that has changed something.
    async fn live(portal: &TestPortal, role: Role) -> Self {
        let mark = new_mark(portal);
        let browser = portal.person(&mark, role, None).await;
        let agent = format!("{mark} 203.0.113.77");
        let email = format!("{mark}@example.com");
        let sign_in = json!({ "email": email, "password": PASSWORD });
        let request =
            browser.request(Method::POST, "/auth/login").header("user-agent", &agent).json(&sign_in);
        assert_eq!(browser.send(request).await.code(), 200);
        let me: Value = browser.get("/me").await.json();
        let id = me["user"]["id"].as_str().unwrap().to_owned();
        let create = json!({ "name": "Acme" });
        let request = browser.request(Method::POST, "/admin/api/tenants").header("user-agent", &agent);
        assert_eq!(browser.send(request.key("of the person").json(&create)).await.code(), 201);
        let rename = json!({ "email": format!("2.{mark}@example.com") });
        let changed = portal.owner().patch(&format!("/admin/api/users/{id}"), &rename).send().await;
        assert_eq!(changed.code(), 200, "{}", changed.text());
        let token = issue(portal, &mark, &id, role).await;
        let client = portal.client(&token);
        let request = client.post("/admin/api/tenants", &json!({ "name": "Globex" })).key("of the program");
        assert_eq!(request.header("user-agent", &agent).send().await.code(), 201);
        portal.settle().await;
        Self { mark, id, browser, token }
    }
}

/// A token of this user, whose name is marked.
async fn issue(portal: &TestPortal, mark: &str, user: &str, role: Role) -> String {
    let user = UserRef { id: user.parse().unwrap(), name: None };
    let draft =
        ApiTokenDraft { user: Some(user), ..ApiTokenDraft::of_platform(format!("{mark} deploys"), role) };
    portal.portal().issue_api_token(&Context::system(), draft, None).await.unwrap().secret
}

async fn erase(portal: &TestPortal, id: &str) -> Reply {
    let body = json!({ "reason": "request 17" });
    let reply = portal.owner().post(&format!("/admin/api/users/{id}/erase"), &body).send().await;
    portal.settle().await;
    reply
}

async fn log(portal: &TestPortal) -> Vec<LoggedEvent> {
    portal.portal().store().reads().await.unwrap().events_from(0, 10_000).await.unwrap()
}

/// The salts of the marked values, as they are stored.
async fn salts(portal: &TestPortal, mark: &str) -> Vec<String> {
    let fields = format!("SELECT fields FROM event_personal WHERE fields LIKE '%{mark}%'");
    let rows: Vec<Value> =
        portal.database().texts(&fields).await.iter().map(|row| serde_json::from_str(row).unwrap()).collect();
    let pairs = rows.iter().flat_map(|row| row.as_object().unwrap().values());
    pairs.map(|pair| pair[0].as_str().unwrap().to_owned()).collect()
}

async fn the_values_of_an_erased_person_are_nowhere(portal: &TestPortal) {
    // Enough beside it that pages fill and split.
    portal.admin().tenant("Initech").slug("initech").create().await.unwrap();
    portal.admin().codes("initech").count(300).create().await.unwrap();
    let marked = Marked::live(portal, Role::Admin).await;
    portal.admin().codes("initech").count(300).create().await.unwrap();
    portal.settle().await;
    let salts = salts(portal, &marked.mark).await;
    assert!(salts.len() > 12 && salts.iter().all(|salt| BASE64_STANDARD.decode(salt).unwrap().len() == 32));
    let database = portal.database();
    if portal.engine() == Engine::Postgres {
        // What was written a moment ago may still be in the server's memory alone.
        database.execute("CHECKPOINT").await;
    }
    let name = vec![marked.mark.clone()];
    assert!(!database.files_with(&name).await.is_empty(), "the search finds what is there");
    assert!(!database.files_with(&salts).await.is_empty(), "the search finds what is there");
    assert_eq!(database.number("SELECT count(*) FROM idempotency_keys").await, 2);

    let answer: Value = erase(portal, &marked.id).await.json();
    assert!(answer["events"].as_i64().unwrap() > 8, "{answer}");
    assert_eq!(
        (&answer["tokens"], &answer["scrubbed"]),
        (&json!(1), &json!(portal.engine() == Engine::Sqlite))
    );
    assert_eq!(database.number("SELECT count(*) FROM idempotency_keys").await, 0);
    let left = portal.portal().store().scrub().await.unwrap().left;
    assert_eq!(left, Vec::<String>::new());
    for texts in [name, salts] {
        assert_eq!(database.files_with(&texts).await, Vec::<String>::new());
    }
    assert_eq!(marked.browser.get("/me").await.code(), 401, "their sessions have ended");
    assert_eq!(portal.client(&marked.token).get("/admin/api/tenants").send().await.code(), 401);
}

async fn roots_and_proofs_are_unchanged(portal: &TestPortal) {
    let marked = Marked::live(portal, Role::Admin).await;
    let before = log(portal).await;
    let (size, root) = (before.len() as u64, portal.portal().log_status().await.unwrap().root);
    let leaves: Vec<Hash> = before.iter().map(|event| leaf_hash(&event.entry)).collect();
    let prove = |index| {
        let plan = ProofPlan::inclusion(index, size).unwrap();
        let read = plan.reads().iter().inspect(|range| assert_eq!(range.level, 0, "a log of one subtree"));
        let hashes: Vec<Hash> = read
            .flat_map(|range| {
                leaves[usize::try_from(range.start).unwrap()..usize::try_from(range.end).unwrap()].to_vec()
            })
            .collect();
        plan.assemble(&hashes).unwrap()
    };
    let proofs: Vec<Vec<Hash>> = (0..size).map(prove).collect();
    assert_eq!(erase(portal, &marked.id).await.code(), 200);

    let after = log(portal).await;
    assert!(after.len() > before.len());
    for ((index, proof), event) in (0..size).zip(&proofs).zip(&after) {
        verify_inclusion(&leaf_hash(&event.entry), index, size, proof, &root).unwrap();
    }
    let leaves: Vec<Hash> = after.iter().map(|event| leaf_hash(&event.entry)).collect();
    assert_eq!(root_of(&leaves[..before.len()]), root);
    assert_eq!(root_of(&leaves), portal.portal().log_status().await.unwrap().root);
    let types: Vec<_> =
        after[before.len()..].iter().map(|event| event.event.payload.event_type().wire()).collect();
    assert_eq!(types.last(), Some(&"PERSON_ERASED"));
    assert!(
        types.contains(&"USER_REMOVED")
            && types.contains(&"SESSION_ENDED")
            && types.contains(&"API_TOKEN_REVOKED")
    );
}

async fn answers_show_a_placeholder(portal: &TestPortal) {
    let marked = Marked::live(portal, Role::Admin).await;
    let auditor = portal.auditor();
    let paths = [
        "/admin/api/recent-activities?limit=100",
        "/admin/api/events?limit=100",
        "/admin/api/users?status=removed",
    ];
    assert!(
        auditor.value(paths[0]).await.to_string().contains(&marked.mark)
            && auditor.value(paths[1]).await.to_string().contains(&marked.mark)
    );
    assert_eq!(erase(portal, &marked.id).await.code(), 200);

    for path in paths {
        let shown = auditor.value(path).await.to_string();
        assert!(shown.contains(&marked.id) && !shown.contains(&marked.mark), "{path}: {shown}");
    }
    let users = auditor.value(paths[2]).await;
    let user = &users["items"][0];
    assert_eq!((&user["erased"], &user["name"], &user["email"]), (&json!(true), &Value::Null, &Value::Null));
    assert!(user["erased_at"].is_string());
    let page = auditor.events(&[("limit", "100")]).await.unwrap();
    let of_type = |kind: &str| page.items.iter().filter(|event| event.r#type == kind).collect::<Vec<_>>();
    let [tenants, erased] = ["TENANT_CREATED", "PERSON_ERASED"].map(of_type);
    assert_eq!(tenants.len(), 2, "by the person and by the program");
    for event in tenants {
        assert_eq!((event.actor.name.as_deref(), event.actor.erased), (None, true), "{event:?}");
        let detail = auditor.event(&event.id).await.unwrap();
        assert_eq!((&detail.activity, detail.ip, detail.user_agent), (event, None, None));
    }
    let joined = of_type("USER_JOINED")[0].user.as_ref().unwrap();
    assert_eq!((joined.id.as_str(), joined.name.as_deref(), joined.erased), (marked.id.as_str(), None, true));
    assert!(of_type("API_TOKEN_CREATED")[0].api_token.as_ref().unwrap().erased);
    assert!(erased[0].user.as_ref().unwrap().erased);
    assert!(!erased[0].actor.erased && erased[0].actor.name.is_some(), "whoever erased is named");
    assert_eq!(erased[0].metadata["reason"], "request 17");
    let feed = auditor.recent_with(&[("limit", "100")]).await.unwrap();
    assert_eq!(feed.activities, page.items);
}

async fn who_may_erase_whom(portal: &TestPortal) {
    let marked = Marked::live(portal, Role::Owner).await;
    let path = format!("/admin/api/users/{}/erase", marked.id);
    let size = portal.settle().await;
    assert_eq!(portal.admin().post(&path, &json!({})).send().await.problem().kind(), (403, "FORBIDDEN"));
    let last = portal.owner().post(&path, &json!({})).send().await;
    assert_eq!(last.problem().kind(), (409, "LAST_OWNER"));
    let unknown = path.replace(&marked.id, "usr_00000000000000000000000001");
    assert_eq!(portal.owner().post(&unknown, &json!({})).send().await.problem().status, 404);
    let long = json!({ "reason": "x".repeat(501) });
    assert_eq!(portal.owner().post(&path, &long).send().await.problem().pointers(), ["/reason"]);
    assert_eq!(portal.settle().await, size, "nothing was recorded");
    portal.person("ada", Role::Owner, None).await;
    assert_eq!(portal.owner().delete(&format!("/admin/api/users/{}", marked.id)).send().await.code(), 204);
    let answer: Value = erase(portal, &marked.id).await.json();
    assert_eq!(answer["tokens"], 0, "whoever was removed has no tokens to revoke");
    assert_eq!(erase(portal, &marked.id).await.problem().kind(), (409, "USER_ERASED"));
}

async fn whoever_erases_themselves_leaves_no_trace(portal: &TestPortal) {
    portal.person("ada", Role::Owner, None).await;
    let marked = Marked::live(portal, Role::Owner).await;
    let path = format!("/admin/api/users/{}/erase", marked.id);
    let agent = format!("{} 203.0.113.77", marked.mark);
    let request = marked.browser.request(Method::POST, &path).header("user-agent", &agent).key("the last");
    let reply = marked.browser.send(request.json(&json!({}))).await;
    assert_eq!(reply.code(), 200, "{}", reply.text());
    portal.settle().await;
    let rest = format!("SELECT count(*) FROM event_personal WHERE fields LIKE '%{}%'", marked.mark);
    assert_eq!(portal.database().number(&rest).await, 0);
    assert_eq!(portal.portal().store().scrub().await.unwrap().left, Vec::<String>::new());
    assert_eq!(portal.database().files_with(&[marked.mark]).await, Vec::<String>::new());
}

async fn people_of_a_deleted_tenant_can_be_erased(portal: &TestPortal) {
    portal.admin().tenant("Acme").slug("acme").create().await.unwrap();
    let mark = new_mark(portal);
    let browser = portal.person(&mark, Role::TenantMember, Some("acme")).await;
    let me: Value = browser.get("/me").await.json();
    let id = me["user"]["id"].as_str().unwrap();
    portal.admin().delete_tenant("acme").await.unwrap();
    assert_eq!(erase(portal, id).await.code(), 200);
    let rest = format!("SELECT count(*) FROM event_personal WHERE fields LIKE '%{mark}%'");
    assert_eq!(portal.database().number(&rest).await, 0);
    let rest = format!("SELECT count(*) FROM users WHERE name LIKE '%{mark}%' OR email LIKE '%{mark}%'");
    assert_eq!(portal.database().number(&rest).await, 0);
}

/// Everything in the log up to `size`, as a follower gets it.
async fn followed(portal: &TestPortal, node: &daybook_testkit::Node, size: u64) -> Vec<Message> {
    let mut stream = EventStream::open_after(&portal.caller_at(node, Role::Auditor), -1).await;
    stream.take(usize::try_from(size).unwrap()).await
}

fn is_in(messages: &[Message], mark: &str) -> bool {
    format!("{messages:?}").contains(mark)
}

async fn another_node_does_not_serve_from_memory_what_was_erased(portal: &TestPortal) {
    let second = portal.second_node().await;
    let marked = Marked::live(portal, Role::Admin).await;
    let size = portal.settle().await;
    for node in [&**portal, &second] {
        assert!(
            is_in(&followed(portal, node, size).await, &marked.mark),
            "it is in the memory of both nodes"
        );
    }
    let mut following = EventStream::open(&portal.caller_at(&second, Role::Auditor), Some(size - 1)).await;
    assert_eq!(erase(portal, &marked.id).await.code(), 200);
    while following.next().await.unwrap().event.r#type != "PERSON_ERASED" {}
    let size = portal.settle().await;
    for node in [&second, &**portal] {
        wait_for("the node knows the whole log", || async {
            (node.portal().store().head().borrow().size >= size).then_some(())
        })
        .await;
        assert!(!is_in(&followed(portal, node, size).await, &marked.mark));
        let feed =
            portal.caller_at(node, Role::Auditor).value("/admin/api/recent-activities?limit=100").await;
        assert!(!feed.to_string().contains(&marked.mark));
    }
    second.stop().await;
}

async fn what_comes_late_is_erased_too(portal: &TestPortal) {
    let marked = Marked::live(portal, Role::Admin).await;
    assert_eq!(portal.portal().erase_late_values().await.unwrap(), 0, "nobody was erased yet");
    assert_eq!(erase(portal, &marked.id).await.code(), 200);

    // As a unit of work that had begun before, and whose caller was known by name.
    let id: UserId = marked.id.parse().unwrap();
    let actor = Actor::user(id, false, Some(Personal::from(marked.mark.clone())));
    let context = Context { actor, ..Context::system() };
    let draft = TenantDraft { name: "Late".to_owned(), ..TenantDraft::default() };
    portal.portal().create_tenant(&context, draft).await.unwrap();
    issue(portal, &marked.mark, &marked.id, Role::Auditor).await;
    let size = portal.settle().await;
    assert!(is_in(&followed(portal, portal, size).await, &marked.mark), "it is there for the moment");

    assert_eq!(portal.portal().erase_late_values().await.unwrap(), 1);
    assert_eq!(portal.portal().erase_late_values().await.unwrap(), 1, "again, and nothing changes");
    assert!(!is_in(&followed(portal, portal, size).await, &marked.mark), "not in memory either");
    let auditor = portal.auditor();
    for path in ["/admin/api/recent-activities?limit=100", "/admin/api/api-tokens"] {
        assert!(!auditor.value(path).await.to_string().contains(&marked.mark), "{path}");
    }
    let erased = auditor.events(&[("type", "PERSON_ERASED")]).await.unwrap();
    assert_eq!(erased.items[0].metadata["reason"], "request 17", "why it was done stays");
    portal.clock().advance(std::time::Duration::from_secs(2 * 86_400));
    assert_eq!(portal.portal().erase_late_values().await.unwrap(), 0, "nothing comes so late");
}
