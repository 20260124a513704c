//! Notifications: whom a real mail server gets letters for, what happens when it is not there or refuses, and that nobody is forgotten.

use std::time::Duration;

use daybook_portal::Delivery;
use daybook_testkit::{
    Browser, Engine, MailServer, Method, PASSWORD, Realm, ReceivedMail, Reply, Role, TestPortal, hex,
    wait_for,
};
use serde_json::{Value, json};

use crate::plans::large_code;

/// Makes of each story, which takes a portal and its mail server, a test on either engine.
macro_rules! with_mail {
    ($start:ident: $($story:ident),+ $(,)?) => { $(
        mod $story {
            use daybook_testkit::{Engine, MailServer, TestPortal};

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                run(Engine::Sqlite).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                run(Engine::Postgres).await;
            }

            async fn run(engine: Engine) {
                let server = MailServer::start();
                let portal = TestPortal::$start(engine, &server).await;
                super::$story(&portal, server).await;
                portal.settle().await;
                portal.finish().await;
            }
        }
    )+ };
}
pub(crate) use with_mail;

with_mail!(start_with_mail:
    each_kind_reaches_the_right_people_and_nobody_else,
    each_part_of_a_quota_is_told_once,
    subscriptions_are_told_also_when_a_trial_is_over,
    operators_are_told_of_what_they_chose,
    whoever_chose_not_to_be_told_is_not_told,
    a_new_device_is_news_and_a_known_one_is_not,
    what_cannot_be_sent_now_is_sent_later,
    a_refusal_for_good_is_visible_and_can_be_tried_again,
    a_link_that_ends_in_the_meantime_is_not_sent,
    people_who_go_are_not_told,
    nothing_of_an_erased_person_is_left,
    two_nodes_send_each_letter_once,
    choices_are_checked,
    who_may_see_and_retry,
);
with_mail!(start_quiet_with_mail:
    a_node_that_dies_between_sending_and_noting_it_sends_twice_and_never_not_at_all,
    what_is_rolled_back_tells_nobody,
    nobody_waits_for_mail_that_tells_nothing,
);

const NOTIFICATIONS: &str = "/admin/api/notifications";

/// Letters that came besides the invitations of the people of a story.
async fn letters(portal: &TestPortal, server: &MailServer) -> Vec<ReceivedMail> {
    wait_for("nothing waits", || async { (rows(portal, "?status=waiting").await.is_empty()).then_some(()) })
        .await;
    server.mail().into_iter().filter(|mail| !mail.subject.starts_with("Your invitation")).collect()
}

/// To whom, and about what.
fn heads(letters: &[ReceivedMail]) -> Vec<(&str, &str)> {
    let mut heads: Vec<_> = letters.iter().map(|mail| (mail.to.as_str(), mail.subject.as_str())).collect();
    heads.sort_unstable();
    heads
}

async fn rows(portal: &TestPortal, query: &str) -> Vec<Value> {
    let reply: Value = portal.auditor().get(&format!("{NOTIFICATIONS}{query}")).send().await.json();
    reply["items"].as_array().unwrap().clone()
}

async fn choose(person: &Browser, kind: &str, enabled: bool) -> Reply {
    let body = json!({ "choices": [{ "kind": kind, "enabled": enabled }] });
    person.send(person.request(Method::PUT, "/me/notifications").json(&body)).await
}

/// Delivers by hand, at a portal without background work, until nothing is due.
async fn deliver(portal: &TestPortal) {
    while portal.portal().deliver_notification().await.unwrap() == Delivery::Next {}
}

async fn acme(portal: &TestPortal) -> (Browser, Browser) {
    portal.admin().tenant("Acme").with("contact_email", "office@acme.example").create().await.unwrap();
    let boss = portal.person("boss", Role::TenantAdmin, Some("acme")).await;
    let member = portal.person("member", Role::TenantMember, Some("acme")).await;
    (boss, member)
}

async fn each_kind_reaches_the_right_people_and_nobody_else(portal: &TestPortal, server: MailServer) {
    acme(portal).await;
    portal.admin().tenant("Globex").create().await.unwrap();
    portal.person("stranger", Role::TenantAdmin, Some("globex")).await;
    portal.person("ada", Role::Owner, None).await;
    let admin = portal.admin();

    let codes = admin.codes("acme").count(3).create().await.unwrap().items;
    let found = letters(portal, &server).await;
    assert_eq!(
        heads(&found),
        [("boss@example.com", "3 activation codes for Acme")],
        "one for all of a request"
    );
    for code in &codes {
        assert!(!found[0].raw.contains(&code.code) && !found[0].raw.contains(&code.hint), "{}", found[0].raw);
    }

    let edit = json!({ "device_limit": 3 });
    assert_eq!(admin.patch("/admin/api/tenants/acme", &edit).send().await.code(), 200);
    for (number, code) in codes.iter().enumerate() {
        portal.device(&format!("fingerprint-{number}")).activate(&code.code).await.unwrap();
        let told = letters(portal, &server).await.len();
        assert_eq!(told, if number == 2 { 2 } else { 1 }, "the third reaches the limit");
    }
    admin.suspend_tenant("acme").await.unwrap();
    admin.resume_tenant("acme").await.unwrap();
    let found = letters(portal, &server).await;
    assert_eq!(
        heads(&found),
        [
            ("boss@example.com", "3 activation codes for Acme"),
            ("boss@example.com", "Acme has reached its device limit"),
            ("boss@example.com", "Acme was suspended"),
            ("boss@example.com", "Acme works again"),
            ("office@acme.example", "Acme was suspended"),
            ("office@acme.example", "Acme works again"),
        ]
    );
    for row in rows(portal, "").await.iter().filter(|row| row["kind"] != "invitation") {
        let event: Value =
            portal.auditor().value(&format!("/admin/api/events/{}", row["event"].as_str().unwrap())).await;
        assert!(event["id"] == row["event"], "the event that it tells of is there: {event}");
        assert_eq!(
            (&row["status"], &row["attempts"], &row["last_error"]),
            (&json!("sent"), &json!(1), &Value::Null)
        );
    }
    let kept = portal.database().number("SELECT count(*) FROM notifications WHERE sealed IS NOT NULL").await;
    assert_eq!(kept, 0, "what was sent is not kept");
}

/// The subjects of all letters to this address so far, in any order.
async fn subjects(portal: &TestPortal, server: &MailServer, to: &str) -> Vec<String> {
    let mut subjects: Vec<_> = letters(portal, server)
        .await
        .into_iter()
        .filter_map(|mail| (mail.to == to).then_some(mail.subject))
        .collect();
    subjects.sort_unstable();
    subjects
}

async fn each_part_of_a_quota_is_told_once(portal: &TestPortal, server: MailServer) {
    acme(portal).await;
    let admin = portal.admin();
    let quotas = json!({ "calls": 10, "syncs": 10 });
    let plan = admin.plan("small").with("monthly_activation_quota", 5).with("usage_quotas", quotas);
    plan.create().await.unwrap();
    let edit = json!({ "plan": "small" });
    assert_eq!(admin.patch("/admin/api/tenants/acme", &edit).send().await.code(), 200);
    let code = large_code(&admin, "acme").await;
    let of_codes = "1 activation code for Acme";
    for number in 0..5 {
        portal.device(&format!("fingerprint-{number}")).activate(&code.code).await.unwrap();
        let told = subjects(portal, &server, "boss@example.com").await.len();
        assert_eq!(told, [1, 1, 1, 2, 3][number], "after {} of 5 activations", number + 1);
    }
    // Beyond the quota nothing is told again: the same device, and one that is refused.
    let token = portal.device("fingerprint-4").activate(&code.code).await.unwrap().token;
    let refused = portal.device("fingerprint-5").activate(&code.code).await.unwrap_err();
    assert_eq!(refused.kind(), (409, "ACTIVATION_QUOTA_REACHED"));
    let month = &portal.clock().now().to_string()[..7].to_owned();
    let near = "Acme comes near its quota of activations".to_owned();
    let reached = format!("Acme has used up its activations of {month}");
    let expected = vec![of_codes.to_owned(), near, reached];
    assert_eq!(subjects(portal, &server, "boss@example.com").await, expected);

    // What devices report: in two steps, and at once, of which the latter is one letter.
    let device = portal.client(&token);
    for (name, kind, quantity) in
        [("r1", "calls", 8), ("r2", "calls", 3), ("r3", "calls", 50), ("r4", "syncs", 20)]
    {
        let report = json!({ "id": name, "kind": kind, "quantity": quantity, "at": portal.clock().now() });
        assert_eq!(device.post("/device/api/usage", &report).send().await.code(), 200);
    }
    let told = subjects(portal, &server, "boss@example.com").await;
    let of_use: Vec<_> = told.iter().filter(|subject| !expected.contains(subject)).collect();
    let used_up = |kind: &str| format!("Acme has used up its {kind} of {month}");
    assert_eq!(
        of_use,
        [&"Acme comes near its quota of calls".to_owned(), &used_up("calls"), &used_up("syncs")]
    );
    assert_eq!(
        subjects(portal, &server, "office@acme.example").await,
        [""; 0],
        "limits are no matter of the contact's"
    );
    assert_eq!(subjects(portal, &server, "member@example.com").await, [""; 0]);
}

async fn subscriptions_are_told_also_when_a_trial_is_over(portal: &TestPortal, server: MailServer) {
    acme(portal).await;
    let admin = portal.admin();
    let ends_at = portal.clock().now().plus_seconds(7_200).to_string();
    let path = "/admin/api/tenants/acme/subscription";
    for (body, subject) in [
        (json!({ "state": "suspended" }), "The subscription of Acme was suspended"),
        (json!({ "state": "canceled" }), "The subscription of Acme was canceled"),
        (json!({ "state": "trialing", "trial_ends_at": ends_at }), "Acme is on trial until"),
    ] {
        assert_eq!(admin.put(path, &body).send().await.code(), 200, "{body}");
        assert_eq!(admin.put(path, &body).send().await.code(), 200, "the same again is no news");
        let told = subjects(portal, &server, "boss@example.com").await;
        assert!(told.iter().any(|found| found.starts_with(subject)), "{subject}: {told:?}");
    }
    portal.clock().advance(Duration::from_secs(7_200));
    let due = "A payment for Acme is due";
    wait_for("the trial is over, and told", || async {
        server.mail().iter().any(|mail| mail.subject == due).then_some(())
    })
    .await;
    let told = subjects(portal, &server, "boss@example.com").await;
    assert_eq!(told.len(), 4, "{told:?}");
    assert_eq!(subjects(portal, &server, "office@acme.example").await, told, "the contact is told the same");
}

async fn operators_are_told_of_what_they_chose(portal: &TestPortal, server: MailServer) {
    acme(portal).await;
    let ada = portal.person("ada", Role::Owner, None).await;
    portal.person("grace", Role::Admin, None).await;
    let chosen = choose(&ada, "tenant_suspended", true).await;
    assert_eq!(chosen.code(), 200, "{}", chosen.text());
    portal.admin().suspend_tenant("acme").await.unwrap();
    let found = letters(portal, &server).await;
    let told =
        ["ada@example.com", "boss@example.com", "office@acme.example"].map(|who| (who, "Acme was suspended"));
    assert_eq!(heads(&found), told);
    let of_ada = found.iter().find(|mail| mail.to == "ada@example.com").unwrap();
    assert!(
        of_ada.text.ends_with("-- \nDaybook\n"),
        "an operator's letter has the portal's look: {}",
        of_ada.text
    );
    // The contact's address is the admin's own: one letter is enough.
    let edit = json!({ "contact_email": "Boss@example.com" });
    assert_eq!(portal.admin().patch("/admin/api/tenants/acme", &edit).send().await.code(), 200);
    portal.admin().resume_tenant("acme").await.unwrap();
    let found = letters(portal, &server).await;
    let resumed: Vec<_> =
        heads(&found).into_iter().filter(|(_, subject)| subject.ends_with("again")).collect();
    assert_eq!(resumed, [("boss@example.com", "Acme works again")]);
}

async fn whoever_chose_not_to_be_told_is_not_told(portal: &TestPortal, server: MailServer) {
    let (boss, member) = acme(portal).await;
    let listed: Value = boss.get("/me/notifications").await.json();
    assert_eq!(listed["choices"].as_array().unwrap().len(), 6);
    assert!(listed["choices"].as_array().unwrap().iter().all(|choice| choice["enabled"] == true), "{listed}");
    let listed: Value = member.get("/me/notifications").await.json();
    assert_eq!(
        listed["choices"].as_array().unwrap().len(),
        1,
        "a member can choose only of their own sign-ins: {listed}"
    );

    let chosen: Value = choose(&boss, "codes_generated", false).await.json();
    assert_eq!(
        chosen["choices"][0],
        json!({ "kind": "codes_generated", "what": "Activation codes were generated", "enabled": false })
    );
    let size = portal.settle().await;
    assert_eq!(choose(&boss, "codes_generated", false).await.code(), 200);
    assert_eq!(portal.settle().await, size, "chosen already");
    portal.admin().codes("acme").create().await.unwrap();
    assert_eq!(heads(&letters(portal, &server).await), []);
    choose(&boss, "codes_generated", true).await;
    portal.admin().codes("acme").create().await.unwrap();
    assert_eq!(heads(&letters(portal, &server).await), [("boss@example.com", "1 activation code for Acme")]);
}

async fn sign_in_with(person: &Browser, email: &str, agent: &str) -> Reply {
    let fresh = person.fresh();
    let mut body = json!({ "email": email, "password": PASSWORD });
    if let Realm::Tenant(slug) = fresh.realm() {
        body["tenant"] = json!(slug);
    }
    let request = fresh.request(Method::POST, "/auth/login").header("user-agent", agent).json(&body);
    fresh.send(request).await
}

async fn a_new_device_is_news_and_a_known_one_is_not(portal: &TestPortal, server: MailServer) {
    let (boss, _) = acme(portal).await;
    assert_eq!(
        heads(&letters(portal, &server).await),
        [],
        "the first sign-in of a person is no news to them"
    );
    for _ in 0..2 {
        let done = sign_in_with(&boss, "boss@example.com", "Netscape 4").await;
        assert_eq!(done.code(), 200, "{}", done.text());
    }
    let found = letters(portal, &server).await;
    assert_eq!(
        heads(&found),
        [("boss@example.com", "A new sign-in to your account")],
        "the second time it is known"
    );
    assert!(
        found[0].text.contains("Hello boss,") && found[0].text.contains("with Netscape 4."),
        "{}",
        found[0].text
    );
    assert!(found[0].text.contains("from 127.0.0.1"), "{}", found[0].text);
    choose(&boss, "new_sign_in", false).await;
    assert_eq!(sign_in_with(&boss, "boss@example.com", "Mosaic").await.code(), 200);
    assert_eq!(letters(portal, &server).await.len(), 1);
}

async fn what_cannot_be_sent_now_is_sent_later(portal: &TestPortal, mut server: MailServer) {
    acme(portal).await;
    letters(portal, &server).await;
    server.stop();
    portal.admin().codes("acme").create().await.unwrap();
    let tried = wait_for("it was tried", || async {
        rows(portal, "?status=waiting").await.into_iter().find(|row| row["last_error"].is_string())
    })
    .await;
    assert_eq!((&tried["last_error"], &tried["attempts"]), (&json!("unreachable"), &json!(1)));
    assert_eq!(tried["next_attempt_at"], portal.clock().now().plus_seconds(30).to_string());
    portal.clock().advance(Duration::from_secs(30));
    wait_for("it was tried again", || async {
        let row = rows(portal, "?status=waiting").await.remove(0);
        (row["attempts"] == 2 && row["next_attempt_at"] == portal.clock().now().plus_seconds(60).to_string())
            .then_some(())
    })
    .await;
    let server = server.start_again();
    portal.clock().advance(Duration::from_secs(60));
    let found = server.wait_for_mail(1).await;
    assert_eq!(heads(&found), [("boss@example.com", "1 activation code for Acme")]);
    let events = portal.auditor().all_events(&[]).await;
    assert!(!events.iter().any(|event| event.r#type == "NOTIFICATION_FAILED"), "it has not failed");

    // Nobody takes it for days: it is given up.
    drop(server);
    portal.admin().codes("acme").create().await.unwrap();
    wait_for("it was tried", || async {
        rows(portal, "?status=waiting").await.into_iter().find(|row| row["attempts"] == 1)
    })
    .await;
    wait_for("it was given up", || async {
        portal.clock().advance(Duration::from_secs(3_600));
        rows(portal, "?status=failed").await.pop()
    })
    .await;
    let failed = rows(portal, "?status=failed").await.remove(0);
    assert_eq!(failed["last_error"], "unreachable");
}

async fn a_refusal_for_good_is_visible_and_can_be_tried_again(portal: &TestPortal, server: MailServer) {
    acme(portal).await;
    portal.admin().tenant("Globex").create().await.unwrap();
    letters(portal, &server).await;
    server.refuse(&["boss@example.com"]);
    portal.admin().codes("acme").create().await.unwrap();
    let failed = wait_for("it failed", || async { rows(portal, "?status=failed").await.pop() }).await;
    assert_eq!((&failed["last_error"], &failed["attempts"]), (&json!("smtp_550"), &json!(1)));
    assert_eq!((&failed["tenant_slug"], &failed["next_attempt_at"]), (&json!("acme"), &Value::Null));
    portal.settle().await;
    let newest = portal.auditor().recent().await.activities.remove(0);
    assert_eq!((newest.r#type.as_str(), newest.severity.as_str()), ("NOTIFICATION_FAILED", "MINOR"));
    let event = portal.auditor().value(&format!("/admin/api/events/{}", newest.id)).await;
    assert!(!event.to_string().contains("boss@example.com"), "{event}");
    assert_eq!(event["metadata"]["error"], "smtp_550", "{event}");

    let retry = format!("{NOTIFICATIONS}/{}/retry", failed["id"].as_str().unwrap());
    server.refuse(&[]);
    let retried = portal.admin().post(&retry, &json!({})).send().await;
    assert_eq!(retried.code(), 200, "{}", retried.text());
    assert_eq!(retried.json::<Value>()["status"], "waiting");
    assert_eq!(heads(&letters(portal, &server).await), [("boss@example.com", "1 activation code for Acme")]);
    let again = portal.admin().post(&retry, &json!({})).send().await.problem();
    assert_eq!(again.kind(), (409, "NOTIFICATION_NOT_FAILED"));
    for (query, count) in
        [("?tenant=acme", 1), ("?status=sent&tenant=acme", 1), ("?tenant=globex", 0), ("?status=failed", 0)]
    {
        // Whether the invitations were on their way before they were accepted is a matter of speed.
        let found = rows(portal, query).await;
        let of_codes = found.iter().filter(|row| row["kind"] == "codes_generated");
        assert_eq!(of_codes.count(), count, "{query}: {found:?}");
    }
}

async fn a_link_that_ends_in_the_meantime_is_not_sent(portal: &TestPortal, mut server: MailServer) {
    acme(portal).await;
    letters(portal, &server).await;
    server.stop();
    let invite = async |name: &str| -> Value {
        let body =
            json!({ "tenant": "acme", "email": format!("{name}@example.com"), "role": "tenant_member" });
        portal.owner().post("/admin/api/users", &body).send().await.json()
    };
    // One is replaced, one is used before it could be sent, and one is for somebody who must wait too long for a reset.
    let first = invite("dan").await;
    let path = format!("/admin/api/users/{}/link", first["user"]["id"].as_str().unwrap());
    let second: Value = portal.owner().post(&path, &json!({})).send().await.json();
    let third = invite("eve").await;
    let eve = Browser::new(portal, Realm::Tenant("acme".to_owned()));
    assert_eq!(eve.accept(third["link"].as_str().unwrap(), PASSWORD).await.code(), 200);
    let path = format!("/admin/api/users/{}/link", third["user"]["id"].as_str().unwrap());
    let reset: Value = portal.owner().post(&path, &json!({})).send().await.json();
    assert_eq!(reset["purpose"], "reset");
    wait_for("each was tried", || async {
        let waiting = rows(portal, "?status=waiting").await;
        waiting.iter().all(|row| row["last_error"].is_string()).then_some(())
    })
    .await;
    let server = server.start_again();
    portal.clock().advance(Duration::from_secs(3_600));
    let failed =
        wait_for("the reset is too late", || async { rows(portal, "?status=failed").await.pop() }).await;
    assert_eq!((&failed["kind"], &failed["last_error"]), (&json!("password_reset"), &json!("unreachable")));
    let found = server.wait_for_mail(1).await;
    wait_for("nothing waits", || async { rows(portal, "?status=waiting").await.is_empty().then_some(()) })
        .await;
    assert_eq!(heads(&server.mail()), [("dan@example.com", "Your invitation to Acme")]);
    assert!(
        found[0].text.contains(second["link"].as_str().unwrap()),
        "the link that works: {}",
        found[0].text
    );
    let retry = format!("{NOTIFICATIONS}/{}/retry", failed["id"].as_str().unwrap());
    let refused = portal.admin().post(&retry, &json!({})).send().await.problem();
    assert_eq!(refused.kind(), (409, "NOTIFICATION_OVER"));
}

async fn people_who_go_are_not_told(portal: &TestPortal, mut server: MailServer) {
    let (boss, _) = acme(portal).await;
    let second = portal.person("second", Role::TenantAdmin, Some("acme")).await;
    letters(portal, &server).await;
    server.stop();
    portal.admin().codes("acme").create().await.unwrap();
    let (boss, _) = boss.ids().await;
    let (second, _) = second.ids().await;
    let disabled = portal.owner().post(&format!("/admin/api/users/{boss}/disable"), &json!({})).send().await;
    assert_eq!(disabled.code(), 200, "{}", disabled.text());
    let removed = portal.owner().delete(&format!("/admin/api/users/{second}")).send().await;
    assert_eq!(removed.code(), 204, "{}", removed.text());
    assert_eq!(rows(portal, "?status=waiting").await, [Value::Null; 0]);
    portal.admin().codes("acme").create().await.unwrap();
    assert_eq!(rows(portal, "?status=waiting").await, [Value::Null; 0], "nobody is left to be told");
    portal.admin().suspend_tenant("acme").await.unwrap();
    assert_eq!(rows(portal, "?status=waiting").await.len(), 1, "the contact");
    portal.admin().delete_tenant("acme").await.unwrap();
    assert_eq!(rows(portal, "?status=waiting").await, [Value::Null; 0]);
    let server = server.start_again();
    portal.clock().advance(Duration::from_secs(3_600));
    assert_eq!(heads(&letters(portal, &server).await), []);
}

async fn nothing_of_an_erased_person_is_left(portal: &TestPortal, mut server: MailServer) {
    let mut bytes = [0; 6];
    daybook_model::Entropy::fill(portal.entropy(), &mut bytes);
    let mark = format!("trillian{}", hex(&bytes));
    let person = portal.person(&mark, Role::Admin, None).await;
    choose(&person, "codes_generated", true).await;
    let email = format!("{mark}@example.com");
    server.stop();
    assert_eq!(sign_in_with(&person, &email, &format!("{mark}'s browser")).await.code(), 200);
    let (id, _) = person.ids().await;
    let of_person = "SELECT count(*) FROM notifications WHERE kind = 'new_sign_in'";
    assert_eq!(portal.database().number(of_person).await, 1);
    assert_eq!(portal.database().number("SELECT count(*) FROM notification_choices").await, 1);
    portal.settle().await;
    let erase = format!("/admin/api/users/{id}/erase");
    let erased = portal.owner().post(&erase, &json!({ "reason": "asked" })).send().await;
    assert_eq!(erased.code(), 200, "{}", erased.text());
    portal.settle().await;
    for table in ["notifications", "notification_choices"] {
        assert_eq!(portal.database().number(&format!("SELECT count(*) FROM {table}")).await, 0, "{table}");
    }
    let left = portal.portal().store().scrub().await.unwrap().left;
    if portal.engine() == Engine::Sqlite {
        assert_eq!(left, [""; 0]);
        assert_eq!(portal.database().files_with(&[mark]).await, [""; 0]);
    }
}

async fn two_nodes_send_each_letter_once(portal: &TestPortal, server: MailServer) {
    let other = portal.second_node().await;
    acme(portal).await;
    for number in 0..6 {
        portal.person(&format!("boss-{number}"), Role::TenantAdmin, Some("acme")).await;
    }
    letters(portal, &server).await;
    for _ in 0..4 {
        portal.admin().codes("acme").create().await.unwrap();
    }
    let found = letters(portal, &server).await;
    let mut told: Vec<_> = found.iter().map(|mail| mail.to.clone()).collect();
    told.sort_unstable();
    told.dedup();
    assert_eq!((found.len(), told.len()), (28, 7), "four letters to each of seven");
    assert!(rows(portal, "?limit=500").await.iter().all(|row| row["attempts"] == 1));
    other.stop().await;
}

async fn choices_are_checked(portal: &TestPortal, _: MailServer) {
    let (boss, member) = acme(portal).await;
    let size = portal.settle().await;
    for (person, kind) in [(&boss, "invitation"), (&boss, "nonsense"), (&member, "codes_generated")] {
        let refused = choose(person, kind, false).await.problem();
        assert_eq!((refused.status, refused.pointers()), (422, vec!["/choices/0/kind"]), "{kind}");
    }
    assert_eq!(portal.settle().await, size);
    choose(&boss, "limit_near", false).await;
    portal.settle().await;
    let newest = portal.auditor().recent().await.activities.remove(0);
    assert_eq!(newest.r#type, "NOTIFICATION_CHOICES_CHANGED");
    assert_eq!(newest.description, "A user chose what to be told of by mail: limit_near off.");
}

async fn who_may_see_and_retry(portal: &TestPortal, _: MailServer) {
    portal.admin().tenant("Acme").create().await.unwrap();
    let id = portal.failed_notification("acme").await;
    let retry = format!("{NOTIFICATIONS}/{id}/retry");
    let token = portal.tenant_token("acme", Role::TenantAdmin).await;
    for client in [portal.client(&token).get(NOTIFICATIONS), portal.client(&token).post(&retry, &json!({}))] {
        assert_eq!(client.send().await.code(), 403);
    }
    assert_eq!(portal.auditor().post(&retry, &json!({})).send().await.code(), 403);
    assert_eq!(portal.auditor().get(NOTIFICATIONS).send().await.code(), 200);
    // Two who retry at once: one does.
    let (owner, admin) = (portal.owner(), portal.admin());
    let (one, two) = (owner.post(&retry, &json!({})), admin.post(&retry, &json!({})));
    let (one, two) = tokio::join!(one.send(), two.send());
    let mut codes = [one.code(), two.code()];
    codes.sort_unstable();
    assert_eq!(codes, [200, 409]);
    let missing = "ntf_01k9zq7m3be5v8d0nq2t6y4s1a";
    let reply = portal.admin().post(&format!("{NOTIFICATIONS}/{missing}/retry"), &json!({})).send().await;
    assert_eq!(reply.problem().kind(), (404, "NOTIFICATION_NOT_FOUND"));
}

async fn a_node_that_dies_between_sending_and_noting_it_sends_twice_and_never_not_at_all(
    portal: &TestPortal,
    server: MailServer,
) {
    acme(portal).await;
    deliver(portal).await;
    let before = server.mail().len();
    portal.admin().codes("acme").create().await.unwrap();
    // The node takes it, hands it to the mail server, and is gone before it can say so.
    let store = portal.portal().store();
    let claimed = store.claim_notification(120).await.unwrap().unwrap();
    assert!(store.claim_notification(120).await.unwrap().is_none(), "no other node takes it");
    assert_eq!(portal.portal().deliver_notification().await.unwrap(), Delivery::Nothing);
    portal.clock().advance(Duration::from_secs(119));
    assert_eq!(portal.portal().deliver_notification().await.unwrap(), Delivery::Nothing);
    portal.clock().advance(Duration::from_secs(1));
    deliver(portal).await;
    assert_eq!(server.mail().len(), before + 1);
    // The node was not dead, only slow: what it says now changes nothing.
    store.postpone_notification(&claimed, portal.clock().now(), "timed_out").await.unwrap();
    store.mark_notification_sent(claimed.id).await.unwrap();
    store.withdraw_notification(claimed.id).await.unwrap();
    deliver(portal).await;
    assert_eq!(server.mail().len(), before + 1);
    let row = rows(portal, "").await.into_iter().find(|row| row["kind"] == "codes_generated").unwrap();
    assert_eq!((&row["status"], &row["attempts"]), (&json!("sent"), &json!(2)));
}

async fn what_is_rolled_back_tells_nobody(portal: &TestPortal, _: MailServer) {
    acme(portal).await;
    let before = portal.database().number("SELECT count(*) FROM notifications").await;
    let body = json!({ "tenant": "acme", "email": "BOSS@example.com", "role": "tenant_member" });
    assert_eq!(portal.owner().post("/admin/api/users", &body).send().await.code(), 409);
    let refused = portal
        .admin()
        .post("/admin/api/codes/generate", &json!({ "tenant": "acme", "count": 0 }))
        .send()
        .await;
    assert_eq!(refused.code(), 422);
    // The same request again is answered again and tells nobody again.
    for _ in 0..2 {
        let body = json!({ "tenant": "acme", "count": 1 });
        let request = portal.admin().post("/admin/api/codes/generate", &body).key("the same");
        assert_eq!(request.send().await.code(), 201);
    }
    assert_eq!(portal.database().number("SELECT count(*) FROM notifications").await, before + 1);
    // Of several at once under one key one commits; the others have written their letters too, and are rolled back.
    let body = json!({ "tenant": "acme", "count": 2 });
    let ask = || async {
        let request = portal.admin().post("/admin/api/codes/generate", &body).key("all at once");
        request.send().await.code()
    };
    let (a, b, c, d) = tokio::join!(ask(), ask(), ask(), ask());
    assert_eq!([a, b, c, d], [201; 4]);
    assert_eq!(portal.database().number("SELECT count(*) FROM notifications").await, before + 2);
    portal.settle().await;
}

async fn nobody_waits_for_mail_that_tells_nothing(portal: &TestPortal, server: MailServer) {
    acme(portal).await;
    let code = portal.admin().code("acme").await;
    deliver(portal).await;
    let before = (server.mail().len(), portal.database().number("SELECT count(*) FROM notifications").await);
    portal.device("some-fingerprint").activate(&code.code).await.unwrap();
    deliver(portal).await;
    let after = (server.mail().len(), portal.database().number("SELECT count(*) FROM notifications").await);
    assert_eq!(before, after);
}
