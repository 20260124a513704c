//! What opens over pages: secrets that are shown once, forms with what is wrong in them, the drawer of a phone, the help for keys.

use daybook_testkit::{Role, TestPortal, one_time_code};

use crate::{chromium::Chromium, first_steps::sign_in, in_browser, looks::Eyes};

in_browser!(nothing_is_wrong_with_what_opens_over_pages);

/// Gives whoever is signed in one-time codes as a second factor, and looks at each step.
pub(crate) async fn set_up_one_time_codes(portal: &TestPortal, eyes: &mut Eyes) {
    eyes.window.go("/account").await;
    eyes.window.click("Set up one-time codes").await;
    eyes.window.sees("You need an authenticator app.").await;
    eyes.window.click("Begin").await;
    eyes.window.sees("Let your authenticator app read the picture").await;
    eyes.look_at_dialog("with the secret of one-time codes").await;
    let secret = eyes.window.value("Secret").await;
    let code = one_time_code(&secret, daybook_model::Clock::now(portal.clock()));
    eyes.window.fill("Code", &code).await;
    eyes.window.click("Confirm").await;
    leave_secrets(eyes, "Your recovery codes").await;
}

/// Looks at secrets that are shown once, and goes on.
async fn leave_secrets(eyes: &mut Eyes, title: &str) {
    eyes.window.sees(title).await;
    eyes.look_at_dialog(title).await;
    eyes.window.click("I have stored this").await;
    eyes.window.follow("Done").await;
}

async fn nothing_is_wrong_with_what_opens_over_pages(portal: &TestPortal, chromium: &Chromium) {
    portal.person("grace", Role::Owner, None).await;
    portal.admin().tenant("Acme").create().await.unwrap();
    let mut eyes = Eyes::at(portal, chromium).await;
    sign_in(&eyes.window, "grace").await;

    eyes.window.go("/codes").await;
    eyes.window.click("Generate codes").await;
    eyes.window.choose("Tenant", "Acme").await;
    eyes.window.fill("How many codes", "0").await;
    eyes.window.click("Generate codes").await;
    eyes.window.sees("must").await;
    eyes.look_at_dialog("with what is wrong").await;
    eyes.window.fill("How many codes", "2").await;
    eyes.window.click("Generate codes").await;
    leave_secrets(&mut eyes, "Copy these 2 codes now").await;

    eyes.window.go("/users").await;
    eyes.window.click("Invite somebody").await;
    eyes.window.fill("E-mail address", "new@example.com").await;
    eyes.window.click("Make the invitation").await;
    leave_secrets(&mut eyes, "Link made").await;

    eyes.window.go("/api-tokens").await;
    eyes.window.click("New API token").await;
    eyes.window.fill("Name", "export").await;
    eyes.window.click("Create token").await;
    leave_secrets(&mut eyes, "Token made").await;

    eyes.window.go("/dashboard").await;
    eyes.window.press("?", 191, "?").await;
    eyes.look_at_dialog("of keys").await;
    eyes.window.press("Escape", 27, "").await;
    eyes.window.size(390, 844).await;
    eyes.window.click("Open navigation").await;
    eyes.window.until("the drawer opens", "!!document.querySelector('#side:popover-open')").await;
    eyes.look_at_width("the drawer", "html", 390).await;
    eyes.close().await;
}
