//! `POST …/me/recovery-codes`.

use axum::{Json, extract::State};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{App, caller::PersonCaller, problem::Problem};

/// Fresh recovery codes.
#[derive(Serialize, ToSchema)]
pub(crate) struct RecoveryCodesView {
    /// Shown this once; each works once instead of a one-time code.
    recovery_codes: Vec<String>,
}

/// Replace one's own recovery codes
///
/// The old ones end. Records `RECOVERY_CODES_ISSUED`.
#[utoipa::path(post, path = "/me/recovery-codes", tag = "account", security(("session" = ["account"])), responses(
    (status = 200, body = RecoveryCodesView),
))]
pub(crate) async fn renew_recovery_codes(
    caller: PersonCaller,
    State(app): State<App>,
) -> Result<Json<RecoveryCodesView>, Problem> {
    let (context, person) = caller.into_parts();
    let recovery_codes = app.portal.renew_recovery_codes(&context, &person).await?;
    Ok(Json(RecoveryCodesView { recovery_codes }))
}
