//! What pages say when something cannot be read: in the panel that it would have stood in, in the rest of the page as if nothing had
//! happened. What is taken away is taken from the database itself.

use daybook_testkit::{Client, Reply, Role, Sample, TestPortal, both_engines};

use crate::portal_pages::{hidden, page, submission, visiting};

both_engines!(
    a_panel_that_cannot_be_read_leaves_the_rest_of_the_page,
    a_page_that_cannot_be_read_says_so_in_its_frame,
    a_part_that_was_not_answered_is_said_in_its_place,
);

/// The panels of a page that say that they could not be read.
fn failed(page: &str) -> usize {
    page.matches("This could not be read").count()
}

async fn a_panel_that_cannot_be_read_leaves_the_rest_of_the_page(portal: &TestPortal) {
    let sample = Sample::prepare(portal).await;
    let client = visiting(portal, &portal.person("grace", Role::Owner, None).await);
    portal.settle().await;
    let pages: Vec<String> = [
        "/dashboard",
        "/tenants/{slug}",
        "/projects/{id}",
        "/codes/{id}",
        "/devices/{id}",
        "/users/{id}",
        "/projects/{id}/llm",
    ]
    .map(|path| sample.address(path))
    .into();
    for address in &pages {
        assert_eq!(failed(&page(&client, address).await), 0, "{address}");
    }
    // What entries say of people stands in a table of its own.
    let take = "ALTER TABLE event_personal RENAME TO taken_away";
    portal.database().execute(take).await;
    for address in &pages {
        let shown = page(&client, address).await;
        // The devices that a code enrolled are found in the log as well.
        let from_log = if address.starts_with("/codes") { 2 } else { 1 };
        assert_eq!(failed(&shown), from_log, "{address}: what is read from the log alone: {shown}");
        assert!(shown.contains("Nothing was lost. Request req_"), "{address}: {shown}");
        assert!(!shown.contains("event_personal"), "the database's words are not for people: {shown}");
    }
    let shown = page(&client, "/dashboard").await;
    assert!(shown.contains("data-figure=\"figure-devices\">1<") && shown.contains("Kiosk"), "{shown}");
    assert!(
        !shown.contains("class=\"live\""),
        "nothing comes by itself into what could not be read: {shown}"
    );
    portal.database().execute("ALTER TABLE taken_away RENAME TO event_personal").await;
    for address in &pages {
        assert_eq!(failed(&page(&client, address).await), 0, "{address}: to try again helps");
    }

    portal.database().execute("ALTER TABLE device_telemetry RENAME TO taken_away").await;
    for (path, figure) in [
        ("/tenants/{slug}", "data-total=\"devices\">1<"),
        ("/projects/{id}", "data-figure=\"figure-devices\">1<"),
    ] {
        let shown = page(&client, &sample.address(path)).await;
        assert!(failed(&shown) >= 1 && shown.contains(figure), "{path}: {shown}");
    }
}

async fn a_page_that_cannot_be_read_says_so_in_its_frame(portal: &TestPortal) {
    let client = visiting(portal, &portal.person("grace", Role::Owner, None).await);
    portal.database().execute("ALTER TABLE device_telemetry RENAME TO taken_away").await;
    let reply = client.get("/devices").header("accept", "text/html").send().await;
    let shown = reply.text();
    assert_eq!(reply.code(), 500, "{shown}");
    for part in [
        "Something went wrong",
        "<b>grace</b>",
        "href=\"/tenants\"",
        "Try again",
        reply.header("x-request-id"),
    ] {
        assert!(shown.contains(part), "{part}: {shown}");
    }
}

/// Asks as a page that is there does, for what it puts into `target`.
async fn part(client: &Client, path: &str, target: &str) -> Reply {
    let request = client.get(path).header("accept", "text/html").header("hx-request", "true");
    request.header("hx-target", target).send().await
}

async fn a_part_that_was_not_answered_is_said_in_its_place(portal: &TestPortal) {
    let client = visiting(portal, &portal.person("grace", Role::Owner, None).await);
    portal.admin().tenant("Acme").create().await.unwrap();
    let code = portal.admin().code("acme").await;
    portal.settle().await;
    let missing = part(&client, "/events/99999", "td").await;
    assert_eq!(
        (missing.code(), missing.text().trim_start().starts_with("<div class=\"empty\"")),
        (404, true)
    );
    assert!(!missing.text().contains("Try again"), "it would be missing again: {}", missing.text());
    let nobody_s = part(&client, "/tenants/nobody/edit", "div#dialog").await;
    assert_eq!((nobody_s.code(), nobody_s.text().trim_start().starts_with("<dialog")), (404, true));

    portal.database().execute("ALTER TABLE event_personal RENAME TO taken_away").await;
    let row = part(&client, "/events/1", "td").await;
    assert_eq!(row.code(), 500);
    assert!(row.text().contains("hx-get=\"/events/1\"") && !row.text().contains("<html"), "{}", row.text());
    portal.database().execute("ALTER TABLE taken_away RENAME TO event_personal").await;

    let path = format!("/codes/revoke?code={}", code.id);
    let form = page(&client, &path).await;
    let pairs = [
        ("form_token", hidden(&form, "form_token")),
        ("code", code.id.as_str()),
        ("confirm", code.hint.as_str()),
    ];
    portal.database().execute("ALTER TABLE activation_codes RENAME TO taken_away").await;
    let opened = part(&client, &path, "div#dialog").await;
    assert_eq!(opened.code(), 500);
    let again = format!("hx-get=\"/codes/revoke?code={}\"", code.id);
    assert!(opened.text().contains(&again) && opened.text().contains("<dialog"), "{}", opened.text());
    let sent = submission(&client, "/codes/revoke", &pairs).header("accept", "text/html");
    let sent = sent.header("hx-request", "true").header("hx-target", "div#dialog").send().await;
    assert_eq!((sent.code(), sent.header("hx-retarget")), (500, "#dialog .dlg-failed"));
    assert!(
        sent.text().trim_start().starts_with("<p class=\"note bad\""),
        "what was typed stays: {}",
        sent.text()
    );
    portal.database().execute("ALTER TABLE taken_away RENAME TO activation_codes").await;
    assert_eq!(portal.admin().read_code(&code.id).await.unwrap().status, "active");
}
