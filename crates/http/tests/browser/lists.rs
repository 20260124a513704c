//! Lists: what is ticked is done together, and what can be done with a row is in its menu.

use daybook_testkit::{Role, TestPortal};

use crate::{chromium::Chromium, first_steps::sign_in, in_browser, life::confirm};

in_browser!(codes_are_ticked_and_revoked_together, a_tenant_is_chosen_from_any_page);

async fn codes_are_ticked_and_revoked_together(portal: &TestPortal, chromium: &Chromium) {
    portal.person("grace", Role::Owner, None).await;
    portal.admin().tenant("Acme").create().await.unwrap();
    let codes = portal.admin().codes("acme").count(3).create().await.unwrap().items;
    let window = chromium.window(portal.url()).await;
    sign_in(&window, "grace").await;
    window.follow("Activation codes").await;
    assert!(!window.text().await.contains("selected"), "nothing is ticked yet");
    for code in &codes[..2] {
        window.click(&format!("Select the code ending {}", code.hint)).await;
    }
    window.sees("2 selected").await;
    assert_eq!(window.axe("html").await, [""; 0], "two rows are ticked");
    window.click("Revoke codes").await;
    window.sees("Revoke 2 codes?").await;
    assert_eq!(window.axe("dialog").await, [""; 0], "the form for both");
    confirm(&window, "Revoke codes").await;
    assert_eq!(window.path().await, "/codes");
    let states: Vec<String> = window
        .eval("[...document.querySelectorAll('tbody .badge')].map((badge) => badge.textContent.trim())")
        .await;
    assert_eq!(states.iter().filter(|state| *state == "Revoked").count(), 2, "{states:?}");

    window.click(&format!("What can be done with the code ending {}", codes[2].hint)).await;
    window.sees("Entries about it").await;
    assert_eq!(window.axe("html").await, [""; 0], "an open menu");
    window.follow("Entries about it").await;
    assert!(window.path().await.starts_with("/events?q=cod"), "{}", window.path().await);
    window.finish().await;
}

async fn a_tenant_is_chosen_from_any_page(portal: &TestPortal, chromium: &Chromium) {
    portal.person("grace", Role::Owner, None).await;
    portal.admin().tenant("Acme").create().await.unwrap();
    portal.admin().tenant("Globex").create().await.unwrap();
    let code = portal.admin().codes("acme").create().await.unwrap().items.remove(0);
    let window = chromium.window(portal.url()).await;
    sign_in(&window, "grace").await;
    window.follow("Activation codes").await;
    window.click("Viewing").await;
    window.sees("Choose a tenant").await;
    window.fill("Search", "glob").await;
    window.click("Find").await;
    window.until("one is found", "!document.querySelector('#dialog').innerText.includes('Acme')").await;
    window.follow("Globex").await;
    assert_eq!(window.path().await, "/codes?tenant=globex");
    assert!(!window.text().await.contains(&code.hint), "the codes of another tenant");
    window.follow("Devices").await;
    assert_eq!(window.path().await, "/devices?tenant=globex", "the navigation stays with the tenant");
    window.click("Viewing").await;
    window.sees("Choose a tenant").await;
    assert_eq!(window.axe("dialog").await, [""; 0], "the dialog");
    window.follow("All tenants").await;
    assert_eq!(window.path().await, "/devices");
    window.finish().await;
}
