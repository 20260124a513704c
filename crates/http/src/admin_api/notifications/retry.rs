//! `POST /admin/api/notifications/{id}/retry`.

use axum::{Json, extract::State};
use daybook_model::NotificationId;

use super::NotificationView;
use crate::{
    App,
    body::Id,
    caller::{AdminCaller, may},
    problem::{Problem, ProblemBody},
};

/// Try a failed notification again
///
/// It waits again and is tried for four days, or until its link ends. Records `NOTIFICATION_RETRIED`.
#[utoipa::path(post, path = "/notifications/{id}/retry", tag = "notifications", params(("id" = String, Path)), security(("api_token" = ["notifications:write"])), responses(
    (status = 200, body = NotificationView),
    (status = 404, description = "There is no such notification, or not any more", body = ProblemBody, content_type = "application/problem+json"),
    (status = 409, description = "`NOTIFICATION_NOT_FAILED`, or `NOTIFICATION_OVER`: its link has ended", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(crate) async fn retry_notification(
    caller: AdminCaller<may::NotificationsWrite>,
    State(app): State<App>,
    Id(id): Id<NotificationId>,
) -> Result<Json<NotificationView>, Problem> {
    let notification = app.portal.retry_notification(&caller.context(), id).await?;
    Ok(Json(notification.into()))
}
