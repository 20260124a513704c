//! The eight checks that every release passes, by clicking.

use std::collections::BTreeMap;

use daybook_testkit::{PASSWORD, TestPortal};
use serde_json::json;

use crate::{
    chromium::Chromium,
    in_browser,
    life::{confirm, revealed},
    window::Window,
};

in_browser!(the_eight_checks_that_every_release_passes);

async fn the_eight_checks_that_every_release_passes(portal: &TestPortal, chromium: &Chromium) {
    let window = chromium.window(portal.url()).await;
    a_fresh_database_is_migrated_and_has_platform_events(portal, &window).await;
    creating_a_tenant_shows_it(&window).await;
    let codes = generating_codes_shows_them(&window).await;
    revoking_a_code_shows_it(&window, &codes[1]).await;
    updating_a_tenant_shows_the_changed_fields(&window).await;
    the_distribution_counts_projects_without_codes(portal, &window, &codes[0]).await;
    dashboard_and_analytics_show_the_same_numbers(portal, &window).await;
    deleting_a_tenant_keeps_its_earlier_events(&window).await;
    dashboard_and_analytics_show_the_same_numbers(portal, &window).await;
    window.finish().await;
}

/// Waits until the newest of the recent activities is of this type, and answers with what it says.
async fn newest(window: &Window, kind: &str) -> String {
    window.follow("Dashboard").await;
    let is_newest = format!("document.querySelector('.feed .entry .ix')?.title === {}", json!(kind));
    window.until(&format!("{kind} is the newest"), &is_newest).await;
    assert!(window.eval::<bool>("!!document.querySelector('.feed .entry.major')").await);
    window.eval("document.querySelector('.feed .entry .what').innerText").await
}

/// Opens the newest of the recent activities.
async fn open_newest(window: &Window) {
    let name: String =
        window.eval("document.querySelector('.feed .entry .ix').getAttribute('aria-label')").await;
    window.follow(&name).await;
}

async fn a_fresh_database_is_migrated_and_has_platform_events(portal: &TestPortal, window: &Window) {
    // The portal was started on an empty database, and by itself has recorded the test's own three tokens.
    assert_eq!(portal.database().number("SELECT count(*) FROM platform_events").await, 3);
    window.go(&portal.portal().set_up_link().await.unwrap().unwrap()).await;
    window.fill("E-mail address", "ada@example.com").await;
    window.fill("Your name", "Ada Lovelace").await;
    window.fill("Password", PASSWORD).await;
    window.follow("Become the owner").await;
    window.go("/dashboard").await;
    window.sees("The portal was set up and has its first owner.").await;
}

async fn creating_a_tenant_shows_it(window: &Window) {
    window.follow("Tenants").await;
    window.click("New tenant").await;
    window.fill("Name", "Acme").await;
    window.fill("Slug", "acme").await;
    window.follow("Create tenant").await;
    let said = newest(window, "TENANT_CREATED").await;
    assert!(said.contains("Tenant Acme was created"), "{said}");
}

async fn generating_codes_shows_them(window: &Window) -> Vec<String> {
    window.follow("Activation codes").await;
    window.click("Generate codes").await;
    window.choose("Tenant", "Acme").await;
    window.fill("How many codes", "2").await;
    window.click("Generate codes").await;
    window.sees("Copy these 2 codes now").await;
    let codes = revealed(window).await;
    window.click("I have stored this").await;
    window.follow("Done").await;
    newest(window, "CODE_GENERATED").await;
    let types = "[...document.querySelectorAll('.feed .entry .ix')].slice(0, 3).map((e) => e.title)";
    window
        .until(
            "each code is an entry",
            &format!("{types}.join() === 'CODE_GENERATED,CODE_GENERATED,TENANT_CREATED'"),
        )
        .await;
    codes
}

async fn revoking_a_code_shows_it(window: &Window, code: &str) {
    let hint = code.rsplit('-').next().unwrap();
    window.follow("Activation codes").await;
    window.follow(&format!("···· {hint}")).await;
    window.click("Revoke code").await;
    confirm(window, "Revoke code").await;
    window.sees("Revoked").await;
    let said = newest(window, "CODE_REVOKED").await;
    assert!(said.contains(hint), "{said}");
}

async fn updating_a_tenant_shows_the_changed_fields(window: &Window) {
    window.follow("Tenants").await;
    window.follow("Acme").await;
    window.click("Edit").await;
    window.fill("Name", "Acme Wheels").await;
    window.fill("Domain", "acme.example").await;
    window.follow("Save").await;
    newest(window, "TENANT_UPDATED").await;
    open_newest(window).await;
    let mut changes: Vec<[String; 3]> = window
        .eval("[...document.querySelectorAll('.diff tbody tr')].map((row) => [...row.cells].map((cell) => cell.textContent))")
        .await;
    changes.sort();
    let changes: Vec<[&str; 3]> = changes.iter().map(|row| row.each_ref().map(String::as_str)).collect();
    assert_eq!(changes, [["domain", "–", "acme.example"], ["name", "Acme", "Acme Wheels"]], "and no other");
}

async fn the_distribution_counts_projects_without_codes(portal: &TestPortal, window: &Window, code: &str) {
    for (name, is_on) in [("Kiosk", true), ("Lobby", true), ("Cellar", false)] {
        window.follow("Projects").await;
        window.click("New project").await;
        window.choose("Tenant", "Acme Wheels").await;
        window.fill("Name", name).await;
        window.fill("Client", "Museum").await;
        if !is_on {
            window.click("Switched on").await;
        }
        window.follow("Create project").await;
        if name == "Kiosk" {
            window.click("Assign a code").await;
            window.fill("Code", code).await;
            window.follow("Assign").await;
        }
    }
    portal.device("serial-00317").activate(code).await.unwrap();
    portal.settle().await;
    window.follow("Dashboard").await;
    let ring: Vec<String> =
        window.eval("[...document.querySelectorAll('.donut svg text')].map((e) => e.textContent)").await;
    assert_eq!(ring, ["1", "on 2 projects"], "Lobby has no code, Cellar is off");
    assert_eq!(numbers(window, "figure").await["figure-projects"], "2");
}

/// Numbers as a page shows them, by their names.
async fn numbers(window: &Window, kind: &str) -> BTreeMap<String, String> {
    let read = format!(
        "Object.fromEntries([...document.querySelectorAll('[data-{kind}]')].map((e) => [e.dataset.{kind}, e.textContent]))"
    );
    window.eval(&read).await
}

async fn dashboard_and_analytics_show_the_same_numbers(portal: &TestPortal, window: &Window) {
    let size = portal.settle().await;
    for range in ["7 days", "30 days", "90 days"] {
        window.follow("Dashboard").await;
        window.follow(range).await;
        let dashboard = numbers(window, "figure").await;
        window.sees(&format!("As of entry {size}")).await;
        window.follow("Analytics").await;
        window.follow(range).await;
        window.sees(&format!("As of entry {size}")).await;
        let (totals, figures) = (numbers(window, "total").await, numbers(window, "figure").await);
        for now in ["figure-tenants", "figure-projects", "figure-codes", "figure-devices"] {
            assert_eq!(dashboard[now], totals[now], "{now}, {range}");
        }
        for counted in ["figure-activations", "figure-refused"] {
            assert_eq!(dashboard[counted], figures[counted], "{counted}, {range}");
        }
    }
}

async fn deleting_a_tenant_keeps_its_earlier_events(window: &Window) {
    window.follow("Tenants").await;
    window.follow("Acme Wheels").await;
    window.click("Delete").await;
    window.sees("Everything of it is closed at once.").await;
    confirm(window, "Delete").await;
    assert_eq!(window.path().await, "/tenants");
    window.sees("No tenant yet").await;
    newest(window, "TENANT_DELETED").await;
    open_newest(window).await;
    let id: String =
        window.eval("document.querySelector('pre').textContent.match(/ten_[0-9a-z]{26}/)[0]").await;
    // Pasted into the search box of any page, the id of what is gone leads to all that it was part of.
    window.fill("Search entries, codes, devices", &id).await;
    window.mark().await;
    window.press("Enter", 13, "\r").await;
    window.turned("the search").await;
    let rows: Vec<[String; 2]> = window
        .eval("[...document.querySelectorAll('[data-log] tbody tr:not(.detail)')].map((row) => [row.querySelector('.ev-what .mono').textContent, row.querySelector('[data-l=Tenant]').textContent])")
        .await;
    let mut counted: BTreeMap<&str, usize> = BTreeMap::new();
    for [kind, tenant] in &rows {
        assert!(["Acme", "Acme Wheels"].contains(&tenant.as_str()), "{kind} names {tenant:?}");
        *counted.entry(kind).or_default() += 1;
    }
    for (kind, count) in [
        ("TENANT_CREATED", 1),
        ("CODE_GENERATED", 2),
        ("CODE_REVOKED", 1),
        ("TENANT_UPDATED", 1),
        ("PROJECT_CREATED", 3),
        ("CODE_ACTIVATED", 1),
        ("DEVICE_ENROLLED", 1),
        ("TENANT_DELETED", 1),
    ] {
        assert_eq!(counted.get(kind), Some(&count), "{kind}: {rows:?}");
    }
}
