//! A server that does not answer: said where its answer would have come, with what was typed kept.

use daybook_testkit::{Role, TestPortal};

use crate::{chromium::Chromium, first_steps::sign_in, in_browser};

in_browser!(a_server_that_cannot_be_reached_is_said_where_it_would_have_answered);

async fn a_server_that_cannot_be_reached_is_said_where_it_would_have_answered(
    portal: &TestPortal,
    chromium: &Chromium,
) {
    const SAID: &str = "The server could not be reached";
    portal.person("grace", Role::Owner, None).await;
    portal.admin().tenant("Acme").create().await.unwrap();
    let node = portal.second_node().await;
    let port = node.url().rsplit(':').next().unwrap().parse().unwrap();
    let window = chromium.window(node.url()).await;
    sign_in(&window, "grace").await;
    window.go("/tenants/acme").await;
    node.stop().await;
    window.click("Edit").await;
    window.sees(SAID).await;
    window.until("it stands over the page", "!!document.querySelector('dialog[open]')").await;
    assert_eq!(window.axe("dialog[open]").await, [""; 0]);

    let node = portal.second_node_on("127.0.0.1", port).await;
    window.click("Try again").await;
    window.sees("Save").await;
    window.fill("Name", "Acme and daughters").await;
    node.stop().await;
    window.click("Save").await;
    window.sees(SAID).await;
    assert_eq!(window.value("Name").await, "Acme and daughters", "what was typed stays");
    assert_eq!(window.axe("dialog[open]").await, [""; 0]);

    let node = portal.second_node_on("127.0.0.1", port).await;
    window.click("Save").await;
    window.until("it is saved", "document.querySelector('h1')?.innerText === 'Acme and daughters'").await;

    window.go("/events").await;
    node.stop().await;
    let newest = "document.querySelector('[data-log] .ev-btn')";
    window.eval::<bool>(&format!("{newest}.click(); true")).await;
    window.sees(SAID).await;
    let node = portal.second_node_on("127.0.0.1", port).await;
    window.click("Try again").await;
    window.sees("Place in the log").await;
    window.loses(SAID).await;

    window.click("Viewing").await;
    window.sees("Choose a tenant").await;
    window.fill("Search", "daughters").await;
    node.stop().await;
    window.click("Find").await;
    window.sees(SAID).await;
    assert_eq!(window.value("Search").await, "daughters", "what was typed stays");
    let node = portal.second_node_on("127.0.0.1", port).await;
    window.click("Find").await;
    window
        .until("it is found", "document.querySelector('#dialog').innerText.includes('Acme and daughters')")
        .await;
    window.finish().await;
    node.stop().await;
}
