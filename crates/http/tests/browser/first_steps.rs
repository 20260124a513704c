//! The first owner, and everyday signing in.

use daybook_testkit::{PASSWORD, Role, TestPortal};

use crate::{chromium::Chromium, in_browser, window::Window};

in_browser!(the_first_owner_comes_by_the_link, a_person_signs_in_looks_around_and_leaves);

/// Signs somebody in by the form.
pub(crate) async fn sign_in(window: &Window, name: &str) {
    window.go("/sign-in").await;
    window.fill("E-mail address", &format!("{name}@example.com")).await;
    window.fill("Password", PASSWORD).await;
    window.follow("Sign in with password").await;
}

async fn the_first_owner_comes_by_the_link(portal: &TestPortal, chromium: &Chromium) {
    let link = portal.portal().set_up_link().await.unwrap().unwrap();
    let window = chromium.window(portal.url()).await;
    window.go(&link).await;
    window.fill("E-mail address", "ada@example.com").await;
    window.fill("Your name", "Ada Lovelace").await;
    window.fill("Password", "too short").await;
    window.follow("Become the owner").await;
    window.sees("must have at least 12 characters").await;
    window.fill("Password", "a walrus plays chess").await;
    window.follow("Become the owner").await;
    window.sees("The portal is yours").await;
    window.go("/dashboard").await;
    window.sees("Ada Lovelace").await;
    window.sees("The portal was set up and has its first owner.").await;
    window.go(&link).await;
    window.sees("This link opens nothing").await;
    window.finish().await;
}

async fn a_person_signs_in_looks_around_and_leaves(portal: &TestPortal, chromium: &Chromium) {
    portal.person("grace", Role::Admin, None).await;
    let window = chromium.window(portal.url()).await;
    window.go("/events?severity=MAJOR").await;
    assert_eq!(window.path().await, "/sign-in?next=%2Fevents%3Fseverity%3DMAJOR");
    window.fill("E-mail address", "grace@example.com").await;
    window.fill("Password", "not it at all").await;
    window.follow("Sign in with password").await;
    window.sees("Address or password are wrong.").await;
    window.fill("Password", PASSWORD).await;
    window.follow("Sign in with password").await;
    assert_eq!(window.path().await, "/events?severity=MAJOR");
    window.sees("A user was invited").await;
    window.choose("Severity", "Minor").await;
    window.follow("Show").await;
    window.loses("A user was invited").await;
    window.follow("Dashboard").await;
    window.follow("Sign out").await;
    assert_eq!(window.path().await, "/sign-in");
    window.go("/dashboard").await;
    assert!(window.path().await.starts_with("/sign-in"));
    window.finish().await;
}
