//! `GET /admin/api/notifications`.

use axum::{Json, extract::State};
use daybook_portal::NotificationFilter;
use serde::Deserialize;
use utoipa::IntoParams;

use super::{super::tenant_scope::tenant_scope, NotificationView};
use crate::{
    App,
    body::{Query, parse_optional},
    caller::{AdminCaller, may},
    page::{Items, PageParams},
    problem::{Problem, ProblemBody},
};

/// Which notifications.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct NotificationParams {
    /// `waiting`, `sent` or `failed`.
    status: Option<String>,
    /// Slug or id of a tenant: only those to its people and its contact address.
    tenant: Option<String>,
    #[serde(flatten)]
    #[param(ignore)]
    page: PageParams,
}

/// List notifications by mail
///
/// Latest first, for 30 days. What their letters say is not shown: a letter may hold a link, and it is gone once it was sent.
#[utoipa::path(get, path = "/notifications", tag = "notifications", params(NotificationParams, PageParams), security(("api_token" = ["notifications:read"])), responses(
    (status = 200, body = Items<NotificationView>),
    (status = 404, description = "There is no such tenant", body = ProblemBody, content_type = "application/problem+json"),
    (status = 422, description = "A parameter is invalid", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(crate) async fn list_notifications(
    _: AdminCaller<may::NotificationsRead>,
    State(app): State<App>,
    Query(params): Query<NotificationParams>,
) -> Result<Json<Items<NotificationView>>, Problem> {
    let scope = tenant_scope(&app, params.tenant.as_deref()).await?;
    let status = parse_optional("?status", params.status.as_deref())?;
    let (filter, page) = (NotificationFilter { status }, params.page);
    let found = app.portal.notifications(scope, &filter, page.cursor()?.as_ref(), page.limit()?).await?;
    Ok(Json(Items::of(found, NotificationView::from)))
}
