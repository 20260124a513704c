//! People: the first owner, invitations, and what becomes of users.

use daybook_testkit::{PASSWORD, Role, TestPortal, both_engines};
use serde_json::{Value, json};

both_engines!(the_set_up_link_makes_the_first_owner_once,);

async fn the_set_up_link_makes_the_first_owner_once(portal: &TestPortal) {
    let link = portal.portal().set_up_link().await.unwrap().unwrap();
    assert!(link.starts_with(portal.url()), "{link}");
    let token = link.split_once("token=").unwrap().1.to_owned();
    let browser = portal.browser();
    let request = json!({ "token": token, "email": "ada@example.com", "name": "Ada", "password": PASSWORD });
    let reply = browser.post("/auth/set-up", &request).await;
    assert_eq!(reply.code(), 201, "{}", reply.text());
    let me: Value = browser.get("/me").await.json();
    assert_eq!(me["user"]["role"], "owner");
    assert_eq!(portal.portal().set_up_link().await.unwrap(), None);
    let again = portal.browser().post("/auth/set-up", &request).await;
    assert_eq!(again.problem().kind(), (410, "LINK_OVER"));
    let other = portal.person("grace", Role::Auditor, None).await;
    assert_eq!(other.get("/me").await.code(), 200);
}
