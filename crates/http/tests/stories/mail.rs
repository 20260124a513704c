//! Mail: links reach their people through a real mail server, and whoever invites learns whether they did.

use daybook_testkit::{
    Browser, Engine, MailServer, PASSWORD, Realm, ReceivedMail, Role, TestPortal, wait_for,
};
use serde_json::{Value, json};

/// The link in a text.
fn link(text: &str) -> &str {
    text.lines().find(|line| line.contains("/join?token=")).unwrap_or_else(|| panic!("no link in {text}"))
}

/// What has arrived for this person, in order; waits for so many.
async fn mail_to(server: &MailServer, to: &str, count: usize) -> Vec<ReceivedMail> {
    wait_for("mail arrives", || async {
        let found: Vec<_> = server.mail().into_iter().filter(|mail| mail.to == to).collect();
        (found.len() >= count).then_some(found)
    })
    .await
}

async fn links_are_mailed_and_work(engine: Engine) {
    let server = MailServer::start();
    let portal = TestPortal::start_with_mail(engine, &server).await;
    portal.admin().tenant("Acme").create().await.unwrap();
    let ada = portal.person("ada", Role::Owner, None).await;

    let body = json!({ "tenant": "acme", "email": "dan@example.com", "name": "Dan", "role": "tenant_admin" });
    let invited = ada.post("/users", &body).await;
    assert_eq!(invited.code(), 201, "{}", invited.text());
    let invited: Value = invited.json();
    assert_eq!(invited["mail"], "queued");
    let mail = mail_to(&server, "dan@example.com", 1).await.remove(0);
    assert_eq!(mail.subject, "Your invitation to Acme");
    assert!(
        mail.text.contains("Hello Dan,") && mail.text.contains("ada has invited you to Acme"),
        "{}",
        mail.text
    );
    assert_eq!(link(&mail.text), invited["link"]);
    assert!(mail.html.contains("Dan") && mail.html.contains("/join?token="), "{}", mail.html);
    let dan = Browser::new(&portal, Realm::Tenant("acme".to_owned()));
    assert_eq!(dan.accept(link(&mail.text), PASSWORD).await.code(), 200);

    let path = format!("/users/{}/link", invited["user"]["id"].as_str().unwrap());
    let issued: Value = ada.post(&path, &json!({})).await.json();
    assert_eq!((&issued["purpose"], &issued["mail"]), (&json!("reset"), &json!("queued")));
    let mail = mail_to(&server, "dan@example.com", 2).await.remove(1);
    assert_eq!(mail.subject, "Choose a new password");
    assert!(mail.text.contains("Hello Dan,"), "{}", mail.text);
    assert_eq!(dan.accept(link(&mail.text), "nine owls read maps").await.code(), 200);

    // The link is in the mail and in the one answer; the log has neither it nor the address.
    portal.settle().await;
    let (_, token) = link(&mail.text).split_once("token=").unwrap();
    for event in portal.auditor().all_events(&[]).await {
        let detail = portal.auditor().value(&format!("/admin/api/events/{}", event.id)).await;
        assert!(!detail.to_string().contains(token), "{detail}");
        assert!(!detail["entry"].to_string().contains("dan@example.com"), "{detail}");
    }
    portal.finish().await;
}

async fn a_mail_server_that_is_gone_stops_no_invitation(engine: Engine) {
    let server = MailServer::start();
    let portal = TestPortal::start_with_mail(engine, &server).await;
    drop(server);
    let body = json!({ "email": "grace@example.com", "role": "auditor" });
    let invited = portal.owner().post("/admin/api/users", &body).send().await;
    assert_eq!(invited.code(), 201, "{}", invited.text());
    let invited: Value = invited.json();
    assert_eq!(invited["mail"], "queued");
    let browser = portal.browser();
    assert_eq!(browser.accept(invited["link"].as_str().unwrap(), PASSWORD).await.code(), 200);
    portal.finish().await;
}

async fn without_a_mail_server_nothing_waits_for_one(engine: Engine) {
    let portal = TestPortal::start(engine).await;
    let body = json!({ "email": "grace@example.com", "role": "auditor" });
    let invited: Value = portal.owner().post("/admin/api/users", &body).send().await.json();
    assert_eq!(invited["mail"], "not_configured");
    assert_eq!(portal.database().number("SELECT count(*) FROM notifications").await, 0);
    portal.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn links_are_mailed_and_work_on_sqlite() {
    links_are_mailed_and_work(Engine::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn links_are_mailed_and_work_on_postgres() {
    links_are_mailed_and_work(Engine::Postgres).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_mail_server_that_is_gone_stops_no_invitation_on_sqlite() {
    a_mail_server_that_is_gone_stops_no_invitation(Engine::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_mail_server_that_is_gone_stops_no_invitation_on_postgres() {
    a_mail_server_that_is_gone_stops_no_invitation(Engine::Postgres).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_a_mail_server_nothing_waits_for_one_on_sqlite() {
    without_a_mail_server_nothing_waits_for_one(Engine::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_a_mail_server_nothing_waits_for_one_on_postgres() {
    without_a_mail_server_nothing_waits_for_one(Engine::Postgres).await;
}
