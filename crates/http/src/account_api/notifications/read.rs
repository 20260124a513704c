//! `GET …/me/notifications`.

use axum::{Json, extract::State};

use super::ChoicesView;
use crate::{App, caller::PersonCaller, problem::Problem};

/// See what one is told of by mail
///
/// Invitations and links to choose a new password always come, and are not listed.
#[utoipa::path(get, path = "/me/notifications", tag = "account", security(("session" = ["account"])), responses(
    (status = 200, body = ChoicesView),
))]
pub(crate) async fn read_own_notifications(
    caller: PersonCaller,
    State(app): State<App>,
) -> Result<Json<ChoicesView>, Problem> {
    let (_, person) = caller.into_parts();
    Ok(Json(app.portal.notification_choices(&person).await?.into()))
}
