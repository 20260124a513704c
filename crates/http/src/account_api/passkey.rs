//! Passkeys.

pub(crate) mod begin_registration;
pub(crate) mod begin_sign_in;
pub(crate) mod finish_registration;
pub(crate) mod finish_sign_in;

use daybook_portal::PasskeyChallenge;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

/// What to ask the browser.
#[derive(Serialize, ToSchema)]
pub(crate) struct PasskeyChallengeView {
    /// Send it with the browser's answer, within five minutes.
    ceremony: String,
    /// For `PublicKeyCredential.parseCreationOptionsFromJSON` or `parseRequestOptionsFromJSON`.
    #[schema(value_type = Object)]
    options: Value,
}

impl From<PasskeyChallenge> for PasskeyChallengeView {
    fn from(PasskeyChallenge { ceremony, options }: PasskeyChallenge) -> Self {
        Self { ceremony, options }
    }
}
