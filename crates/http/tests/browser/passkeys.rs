//! Signing in with a passkey, with an authenticator that the browser pretends to have.

use daybook_testkit::{Role, TestPortal};
use serde_json::json;

use crate::{chromium::Chromium, first_steps::sign_in, in_browser};

in_browser!(a_passkey_is_made_and_signs_in);

async fn a_passkey_is_made_and_signs_in(portal: &TestPortal, chromium: &Chromium) {
    portal.person("grace", Role::Admin, None).await;
    // Passkeys belong to a name.
    let node = portal.second_node_on("localhost", 0).await;
    let window = chromium.window(node.url()).await;
    window.ask("WebAuthn.enable", json!({})).await;
    let options = json!({ "protocol": "ctap2", "transport": "internal", "hasResidentKey": true, "hasUserVerification": true,
        "isUserVerified": true, "automaticPresenceSimulation": true });
    window.ask("WebAuthn.addVirtualAuthenticator", json!({ "options": options })).await;
    sign_in(&window, "grace").await;
    window.go("/account").await;
    window.fill("What to call it", "laptop").await;
    window.follow("Add passkey").await;
    window.sees("laptop").await;
    window.follow("Sign out").await;
    window.follow("Sign in with a passkey").await;
    assert_eq!(window.path().await, "/dashboard");
    window.sees("grace").await;
    let signed_in = portal.auditor().all_events(&[("type", "USER_LOGIN")]).await.remove(0);
    assert_eq!(signed_in.metadata["method"], "passkey", "{:?}", signed_in.metadata);
    window.finish().await;
    node.stop().await;
}
